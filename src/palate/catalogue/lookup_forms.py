"""The forms under which people say a title, a value or a person's name. Pure functions from text to phrases
of folds.

A form is FULL (as written), VARIANT (the same thing otherwise written) or PART (a piece that may name other
things too).
"""

import re
from collections.abc import Iterator

from palate.catalogue.lookup_words import CJK, folded, normal, words_of
from palate.catalogue.unit_names import without_unit

FULL, VARIANT, PART = 0, 1, 2
Phrase = tuple[tuple[str, ...], int]

_ARTICLES = {"the", "a", "an"}
_TRAILING_ARTICLE = re.compile(r"^(.*),\s*(the|a|an|la|le|les|el|das|der|die)$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[（【][^()\[\]（）【】]*[)\]）】]\s*")
_SUBTITLE = re.compile(r"\s*[:：]\s+|：|\s+[-–—]\s+|\s*[·・]\s*(?=第)")
_COMPANY = re.compile(
    r"(制造商|旗舰店|专卖店|专营店|官方店|股份有限公司|有限公司|公司|集团|品牌|官方|科技|电子|食品|实业|出版社)$|(?<=\w)[\s,.]+(inc|ltd|llc|co|corp"
    r"|corporation|gmbh|ag|plc|sa|bv|company|com|technology|technologies|electronics|international|group|industries"
    r"|systems|products|brands|foods|cosmetics|publishing|publishers|press|pictures|studios|entertainment)\.?$"
)
_PIECES = re.compile(r"[,，/、;；|+:：\n()（）]|\d+(?:\.\d+)?\s*%")
_LABEL = re.compile(
    r"(?:^|(?<=[\s,，/、;；]))[^\s:：,，/、;；\d%]{1,12}[:：]\s*(?=[^\d\s]|\d+(?:\.\d+)?\s*%)"
)
_HAS_CJK = re.compile(rf"[{CJK}]")
_HEADED = re.compile(r"material|colou?r|fabric")  # full-grain leather is leather, navy blue is blue
_AMOUNT = re.compile(
    r"[\s（(]*\d+(?:\.\d+)?\s*(?:克|g|kg|千克|公斤|ml|毫升|l|升|cm|厘米|寸|枚入?|颗|只装?|片装?|支装?|件套?|包|袋|盒|粒"
    r"|条装?)(?:[/／].*)?[)）]?$",
    re.IGNORECASE,
)
_PUBLISHER = re.compile(
    r"brand|manufacturer|publisher|studio|label|maker|producer|chain|品牌|厂家|厂商|出版社|出品方|制造商"
)
_COLOURED = re.compile(r"colou?r|颜色|配色|色系")
_SIZED = re.compile(r"(?:^|_)sizes?(?:$|_)|尺码|鞋码|码数|尺寸|号型")
_MERE = re.compile(
    r"^(?:(?:is|has)_|(?:是否|有无|可否|能否)(?:(?:含有|包含|含|有|带|支持|可以|可|能|为)(?=.{2}))?|(?:含有|支持)(?=.{2}))"
)
_SAY_MUCH = {"new", "hot", "used", "free", "best", "top", "active", "sale", "featured", "popular"}
_SHORT_NAME = 3  # letters; shorter given names are too common
_LETTER = re.compile(r"[^\W\d_]")
_PARTICLES = {
    "de",
    "del",
    "della",
    "di",
    "da",
    "van",
    "von",
    "der",
    "den",
    "la",
    "le",
    "du",
    "st",
    "mac",
    "ten",
    "ter",
}


def title_forms(title: str, form: int = FULL) -> list[Phrase]:
    """Phrases of a title: as written, without article, brackets or the word "part"; its pieces around a
    colon.
    """
    out: dict[tuple[str, ...], int] = {}

    def add(text: str, at: int) -> None:
        folds = tuple(folded(text))
        if folds and any(_LETTER.search(f) or f.isdigit() for f in folds):
            out.setdefault(folds, at)
            if folds[0] in _ARTICLES and len(folds) > 1:
                out.setdefault(folds[1:], max(at, VARIANT))
            if "part" in folds[1:-1]:
                out.setdefault(tuple(f for f in folds if f != "part"), max(at, VARIANT))

    add(title, form)
    bare = _BRACKETS.sub(" ", title).strip()
    moved = _TRAILING_ARTICLE.match(bare)
    if moved:
        add(f"{moved.group(2)} {moved.group(1)}", form)
    if bare and bare != title:
        add(bare, max(form, VARIANT))
    unweighed = _AMOUNT.sub("", bare)
    if _HAS_CJK.search(unweighed) and unweighed != bare:
        add(unweighed, max(form, VARIANT))
    pieces = [p for p in _SUBTITLE.split(bare) if p and p.strip()]
    if len(pieces) > 1:
        for piece in pieces:
            if len(folded(piece)) > 1:
                add(piece, PART)
    if _HAS_CJK.search(bare):
        runs = bare.split()
        for i in range(len(runs)):
            for j in range(i + 1, len(runs) + 1):
                text = "".join(runs[i:j])
                if 1 < len(runs) > j - i and len(text) >= 4:
                    add(text, PART)
    return list(out.items())


def value_forms(attribute: str, value: str, *, person: bool) -> list[Phrase]:
    """Phrases of a value: as written, without brackets, a brand without "Inc" or 制造商, a person by
    surname.
    """
    out: dict[tuple[str, ...], int] = {}
    text = normal(value)
    out[tuple(folded(text))] = FULL
    bare = _BRACKETS.sub(" ", text).strip()
    if bare and bare != text:
        out.setdefault(tuple(folded(bare)), VARIANT)
    if attribute == "categories":
        for piece in _sides(bare):
            out.setdefault(tuple(folded(piece)), VARIANT)
    if _PUBLISHER.search(attribute) and not person:
        short, before = _COMPANY.sub("", bare), ""
        while short and short != before:
            out.setdefault(tuple(folded(short)), VARIANT)
            short, before = _COMPANY.sub("", short), short
    if _HEADED.search(attribute) and not person:
        words = folded(bare)
        if len(words) > 1 and text.isascii() and words[-1] not in ("colour", "color"):
            out.setdefault((words[-1],), PART)
    if _COLOURED.search(attribute) and _HAS_CJK.search(bare):  # 卡其 is 卡其色
        if not bare.endswith("色"):
            out.setdefault(tuple(folded(bare + "色")), VARIANT)
        elif len(bare) > 2:
            out.setdefault(tuple(folded(bare[:-1])), VARIANT)
    if person:
        names = words_of(text).folds
        if len(names) > 2 and names[-2] in _PARTICLES:
            out.setdefault((*names[:-2], "".join(names[-2:])), VARIANT)
        for part in _surnames(text):
            out.setdefault(part, PART)
        given = words_of(text).folds[:1]
        if given and text.isascii() and " " in text and len(given[0]) > _SHORT_NAME:
            out.setdefault(tuple(given), PART)
    sized = bool(_SIZED.search(attribute))
    return [
        (folds, form)
        for folds, form in out.items()
        if folds and any(_LETTER.search(f) or (sized and f.isdigit()) for f in folds)
    ]


def _sides(category: str) -> list[str]:
    """What a category of several kinds is called by one of them: Hand Creams & Lotions -> hand creams, hand lotions;
    Loofahs, Sponges & Poufs -> loofahs, sponges, poufs.
    """
    listed = re.split(r"\s*,\s+(?:&\s+|and\s+)?|\s+(?:&|and)\s+", category)
    if len(listed) > 2 and all(listed):
        return listed
    sides = [side.strip() for side in re.split(r"\s+(?:&|and)\s+|、", category)]
    if len(sides) != 2 or not all(sides):
        return []
    first, second = sides
    kind = first.split()[:-1]
    if kind and len(second.split()) == 1:
        return [first, " ".join([*kind, second])]
    return [side for side in sides if " " in side or _HAS_CJK.search(side)]


def _surnames(name: str) -> Iterator[tuple[str, ...]]:
    if _HAS_CJK.search(name):
        last = re.split(r"[·・.\s]", name)[-1]
        if last != name and len(last) >= 2:
            yield tuple(folded(last))
        return
    folds = words_of(re.sub(r",?\s+(jr|sr)\.?$", "", name)).folds
    if len(folds) < 2:
        return
    if len(folds) > 2 and folds[-2] in _PARTICLES:
        yield tuple(folds[-2:])
        yield ("".join(folds[-2:]),)  # deniro
    if len(folds[-1]) > 2:
        yield (folds[-1],)


def pieces(value: str) -> list[str]:
    """The parts of a value that lists several: "Black,Grey", 65% 天丝 35% 亚麻; none where it is one
    thing.
    """
    split = [p.strip() for p in _PIECES.split(_LABEL.sub("", value))]  # 枕套：100% 棉 is no 枕套
    if _HAS_CJK.search(value):
        split = [q for p in split for q in p.split()]
    kept = [p for p in split if p and _LETTER.search(p) and len(p) <= 24 and p.count(" ") < 4]
    return [] if kept == [value.strip()] else list(dict.fromkeys(kept))


def name_phrase(attribute: str) -> tuple[str, ...]:
    """The words of an attribute's name: ``noise_cancelling`` -> noise, cancelling; ``is_foldable`` ->
    foldable; 是否含酒精 -> 酒精.

    ``is_new`` stays "is new": the bare word says too much else.
    """
    attribute = without_unit(attribute)
    bare = _MERE.sub("", attribute) or attribute
    return tuple(folded((attribute if bare in _SAY_MUCH else bare).replace("_", " ")))
