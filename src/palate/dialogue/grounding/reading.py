"""A sentence of a reply, read: which things it speaks of and where, and to which of them each place belongs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from palate.catalogue.lookup_words import CJK, Words, words_of
from palate.dialogue.grounding.facts import Facts, Thing
from palate.dialogue.grounding.words import states_nothing
from palate.understanding.normalise import Text, normalise

Kind = Literal["title", "number", "pronoun", "group", "some", "only"]

_ENGLISH_NUMBERS = {
    word: n
    for n, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
}
_ORDINALS = {
    word: n
    for n, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), 1
    )
}
_CHINESE_NUMBERS = {word: n for n, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_MEASURE = "个|款|件|部|本|双|条|只|种|套|瓶|台|张|把|支|盏|顶|副|项|片|枚|盒"
_NTH = re.compile(
    r"\bthe\s+(?P<en>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)\b"
    r"(?P<few>\s+(?:two|three|four|five))?(?!\s+(?:time|place|thing|glance|impression|half"
    r"|edition|day|year|step|look|sight|of\s+its)\b)"
    r"(?:\s+(?:one|option|pick|choice|item|suggestion|product)\b)?"
    r"|\b(?:number|no\.|option|item|pick)\s*(?P<digit>\d{1,2}|one|two|three|four|five|six)\b"
    r"|#(?P<hash>\d{1,2})\b"
    rf"|第(?P<zh>[一二三四五六七八九十]|\d{{1,2}})(?:{_MEASURE})|最后(?P<zhlast>一?(?:{_MEASURE}))"
)
_SOME = re.compile(
    r"\b(?P<en>one|two|three|four|five|some|most|several|a\s+few|a\s+couple|half)\s+of\s+(?:them"
    r"|these|those|the\s+\w+)\b"
    rf"|(?:其中|里面|里)有?(?P<zh>[一二两三四五几\d])(?:{_MEASURE})|有(?P<zh2>[一二两三四五几\d])(?:{_MEASURE})(?!都)"
)
_BOTH = re.compile(
    r"\bboth\b|\beither(?:\s+one)?\b|\bneither\b|(?:这|那)?(?:两|2)(?:者|款|个|件|部|本|双|条|只|种|套|台)(?!小时"
    r"|钟头|月|星期|礼拜|半)都?|两者"
)
_ALL = re.compile(
    r"\b(?:they|them|their|theirs|these|those|all(?:\s+of\s+(?:them|these|those))?"
    r"|each(?:\s+of\s+(?:them|these))?|every(?:\s+one)?"
    r"|none\s+of\s+(?:them|these)|any\s+of\s+(?:them|these)|they're|they've)\b"
    rf"|它们|他们|这些|那些|(?:这|那)(?:几|[三四五六七八]|[3-8])(?:{_MEASURE})?|全部|全都|每(?:一)?(?:{_MEASURE})|以上"
)
_OTHERS = re.compile(
    r"\bthe\s+(?:others?|rest)(?:\s+(?:one|ones|two|three|four|five))?\b|其余|其他|另(?:外)?(?:一|两|几|三|四|五)?(?:"
    + _MEASURE
    + r")"
)
_FORMER = re.compile(r"\bthe\s+(?P<en>former|latter)\b|(?P<zh>前者|后者)")
_IT = re.compile(
    r"\b(?:it|its|itself|it's|this\s+one|that\s+one)\b|\b(?:this|that)\s+(?=[a-z])(?!is\b|was\b"
    r"|way\b|list|means|time|makes|should|would|could|can|gives)"
    rf"|它(?!们)|(?:这|那|该|此)(?:一)?(?:{_MEASURE})(?!都)|这(?=双|本|部|件)|前面这"
)
_TARGET = re.compile(
    r"(?:\bthan|\bunlike|\bcompared\s+(?:to|with)|\bversus|\bvs\.?|\binstead\s+of"
    r"|\brather\s+than|\bover|\bas|\bbeats?|\bnext\s+to|\bbesides?|\bagainst"
    r"|比|比起|较|不像|不同于|相比于|对比|相较于?|胜过|不如)\s*(?:the|a|an|your)?\s*[\"“「《]?\s*$"
)
_ZH_TARGET_AFTER = re.compile(
    r"^[\"”」》]?\s*(?:的?(?:[一二两三四五六七八九十\d.]+倍|一半)|相比|比起来|相较)"
)
_PERSONAL = re.compile(
    r"(?:\byou(?:'ve|\s+have|\s+had|'d|\s+already|\s+previously|\s+recently"
    r"|\s+once)*\s+(?:really\s+|also\s+)?(?:like|love|enjoy|buy|bought|purchase|save|view|see"
    r"|saw|watch|own|rate|mention|name|put|share|look|add|hate|dislike|choose|chose|pick|say"
    r"|said|speak|spoke)\w*(?:\s+(?:at|of|about|buying|watching|reading))?"
    r"|\b(?:who|that)\s+(?:chose|choose|pick|picked|like|liked|bought|buy|own|enjoyed|love"
    r"|loved)|\byour\s+(?:love|taste|liking|interest)\s+(?:of|for|in)"
    r"|您|你(?:之前|曾经?|已经?|刚才?|刚刚)?(?:喜欢|买过|买了|看过|看了|收藏了?|打了高分|提到了?|分享了?|说过|把|选了|给)|喜欢|买过|看过|收藏过?"
    r"|提到的?|选(?:了|择了?)?)\s*(?:the|a|an)?\s*[\"“「《]?\s*$"
)
_JOIN = re.compile(
    r"[?!]?[\"”」』》]?\s*(?:\([^()]*\)|（[^（）]*）|\([^()）]*[)）])?\s*(?:,\s*(?:and|or|plus)?|、|and|or"
    r"|&|plus|as\s+well\s+as|和|与|跟|以及|及|或|还有|及其)\s*(?:the\s+|also\s+)?[\"“「『《]?\s*"
)
_BREAK = re.compile(
    r"(?<!\d),(?!\d{3})|(?<=\d),(?!\d)|[;:：；，。]|\s[–—-]\s|——|\bbut\b|\bwhile\b|\bwhereas\b"
    r"|\bthough\b|\balthough\b|而(?!且|是)|但是?|不过|可是"
)
_LEADS_ON = re.compile(
    r"^\s*(?:(?:and|but|so|or)\s+)?(?:at|for|with|priced|weighing|directed|starring|written|made"
    r"|coming|from|released|published|measuring|in|as|of|costing|featuring|by|on|boasting"
    r"|offering|running|clocking)\b|^\s*(?:售价|价格|以|作为|由|重|仅|只要|同样)"
)
_RELATIVE = re.compile(r"^\s*(?:which|who|whose|that|后者)\b")
_QUOTED = re.compile(r"[\"“]([^\"”]{1,120})[\"”]|「([^」]{1,120})」|『([^』]{1,120})』|《([^》]{1,120})》")
_HAN = re.compile(rf"[{CJK}]")
_FROM = re.compile(r"\b(?:of|among|amongst|out\s+of|from)\s+(?:all\s+)?$|在$")
_BY = re.compile(r"\b(?:by|from|brand)\s+$|品牌(?:是|为|：)?$|来自$|由$")
_SMALL = frozenset("the a an of and in to for or on with at by from s".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Anchor:
    """Things spoken of at ``plain[start:end]``. ``target``: what another is compared with, or what the person did
    something with: no subject of what follows; ``least``: of a "some", how many at least.
    """

    start: int
    end: int
    things: tuple[Thing, ...]
    kind: Kind
    target: bool = False
    least: int = 0
    parts: tuple["Anchor", ...] = ()


@dataclass(frozen=True, slots=True)
class Focus:
    """What the sentences before have spoken of: ``things`` in the last of them, ``recent`` single ones, the latest
    last.
    """

    things: tuple[Thing, ...] = ()
    recent: tuple[Thing, ...] = ()


@dataclass
class Said:
    """A sentence. ``explained``: for each word whether a claim or a mention accounts for it."""

    original: str
    text: Text
    words: Words
    anchors: list[Anchor]
    quotes: list[tuple[int, int]]
    facts: Facts
    focus: Focus
    unknown_number: bool = False
    explained: list[bool] = field(default_factory=list[bool])

    @property
    def plain(self) -> str:
        """The plain text."""
        return self.text.plain

    def explain(self, start: int, end: int) -> None:
        """Account for the words of a stretch of plain text."""
        for place, (first, last) in enumerate(zip(self.words.starts, self.words.ends, strict=True)):
            if first < end and start < last:
                self.explained[place] = True

    def clause(self, place: int) -> tuple[int, int]:
        """The clause around a place."""
        start, end = 0, len(self.plain)
        for match in _BREAK.finditer(self.plain):
            if any(one.kind == "title" and one.start <= match.start() < one.end for one in self.anchors):
                continue
            if match.end() <= place:
                start = match.end()
            elif match.start() >= place:
                end = match.start()
                break
        return start, end

    @property
    def things(self) -> tuple[Thing, ...]:
        """Those spoken of, in order."""
        found = [thing for anchor in self.anchors if not anchor.target for thing in anchor.things]
        return tuple({thing.item_id: thing for thing in found}.values())

    def subject(self, place: int) -> Anchor:
        """Whom what is said at ``place`` is said of."""
        inside = self._in_brackets(place)
        if inside is not None:
            return inside
        start, end = self.clause(place)
        subjects = [one for one in self.anchors if not one.target]
        if _RELATIVE.match(self.plain[start:end]) and not any(start <= one.start < place for one in subjects):
            before = [one for one in self.anchors if one.end <= start]
            if before:
                last = before[-1]
                return last.parts[-1] if last.parts else last
        here = [one for one in subjects if start <= one.start < end]
        before_here = [one for one in here if one.start <= place]
        if before_here:
            return self._part(before_here[-1], place)
        if here:
            return here[0]
        before = [one for one in subjects if one.end <= place]
        after = [one for one in subjects if one.start >= end]
        leads = bool(_LEADS_ON.match(self.plain[start:end])) or not before
        if after and leads:
            return after[0]
        if before:
            return before[-1]
        if after:
            return after[0]
        things = self.focus.things or self.facts.subjects or tuple(thing for thing in self.facts.listing)
        return Anchor(0, 0, things, "pronoun" if len(things) == 1 else "group")

    def _in_brackets(self, place: int) -> Anchor | None:
        opening = max(self.plain.rfind("(", 0, place), self.plain.rfind("（", 0, place))
        if opening < 0 or re.search(r"[)）]", self.plain[opening:place]):
            return None
        flat = [part for one in self.anchors for part in (one.parts or (one,))]
        before = [
            one for one in flat if one.end <= opening and not self.plain[one.end : opening].strip(' "”」』》')
        ]
        return before[-1] if before else None

    @staticmethod
    def _part(anchor: Anchor, place: int) -> Anchor:
        """Within a chain of things (X with ..., and Y) the last one before the place."""
        if place < anchor.end and anchor.parts:
            before = [one for one in anchor.parts if one.start <= place]
            return before[-1] if before else anchor
        return anchor


def read(sentence: str, facts: Facts, focus: Focus) -> Said:
    """Read a sentence of a reply."""
    text = normalise(sentence)
    words = words_of(text.plain)
    said = Said(sentence, text, words, [], [], facts, focus, explained=[False] * len(words))
    titles = find_titles(text, words, facts.things)
    said.quotes = [match.span() for match in _QUOTED.finditer(sentence)]
    taken = [(one.start, one.end) for one in titles]
    numbers = _numbered(said, taken)
    anchors = sorted((*titles, *numbers), key=lambda one: one.start)
    for one in anchors:
        said.explain(one.start, one.end)
    anchors = _joined([_marked(one, text.plain) for one in anchors], text.plain)
    said.anchors = anchors
    said.anchors = sorted((*anchors, *_pronouns(said)), key=lambda one: one.start)
    return said


def _marked(anchor: Anchor, plain: str) -> Anchor:
    before = plain[max(0, anchor.start - 60) : anchor.start]
    target = bool(
        _TARGET.search(before)
        or _PERSONAL.search(before)
        or _ZH_TARGET_AFTER.match(plain[anchor.end : anchor.end + 8])
    )
    return replace(anchor, target=target)


def _joined(anchors: Sequence[Anchor], plain: str) -> list[Anchor]:
    out: list[Anchor] = []
    for one in anchors:
        last = out[-1] if out else None
        if last is not None and _JOIN.fullmatch(plain[last.end : one.start]):
            parts = (*(last.parts or (last,)), one)
            things = tuple({t.item_id: t for part in parts for t in part.things}.values())
            out[-1] = Anchor(last.start, one.end, things, "group", last.target, 0, parts)
        else:
            out.append(one)
    return out


def find_titles(text: Text, words: Words, things: Sequence[Thing]) -> list[Anchor]:
    """Mentions of titles, whole or in part: the longest stretch of words that stand in one title in this order."""
    out: list[Anchor] = []
    place = 0
    while place < len(words):
        best: tuple[int, list[Thing], bool] = (0, [], False)
        for thing in things:
            for title in thing.titles:
                length = _run(words.folds, place, title)
                whole = length == len(title)
                if length > best[0]:
                    best = (length, [thing], whole)
                elif length and length == best[0]:
                    if whole and not best[2]:
                        best = (length, [thing], True)
                    elif whole == best[2] and thing not in best[1]:
                        best[1].append(thing)
        length, found, whole = best
        if length and _names(text, words, place, length, whole=whole, alone=len(found) == 1):
            start, end = words.starts[place], words.ends[place + length - 1]
            out.append(Anchor(start, end, tuple(found[:1] if not whole else found), "title"))
            place += length
        else:
            place += 1
    return out


def _run(folds: Sequence[str], place: int, title: Sequence[str]) -> int:
    """How many words from ``place`` on stand in a title in this order; words of the title may be left out."""
    best = 0
    for start, first in enumerate(title):
        if first != folds[place]:
            continue
        at, length = start, 1
        while place + length < len(folds):
            follows = next((i for i in range(at + 1, len(title)) if title[i] == folds[place + length]), None)
            if follows is None:
                break
            at, length = follows, length + 1
        best = max(best, length)
    return best


def _names(text: Text, words: Words, place: int, length: int, *, whole: bool, alone: bool) -> bool:
    """Whether a stretch of a title's words is a mention of it, and not merely the same words."""
    stretch = range(place, place + length)
    said = [text.said(words.starts[i], words.ends[i]) for i in stretch]
    han = sum(bool(_HAN.match(word)) for word in said)
    start, end = words.starts[place], words.ends[place + length - 1]
    quoted = bool(
        re.search(r"[\"“「『《]\s*$", text.plain[max(0, start - 2) : start])
        and re.match(r"\s*[\"”」』》]", text.plain[end : end + 2])
    )
    big = [word for word in said if word[:1].isupper() or word[:1].isdigit()]
    telling = [
        w
        for w, i in zip(said, stretch, strict=True)
        if not _HAN.match(w) and w.casefold() not in _SMALL and not states_nothing(words.texts[i])
    ]
    if whole and (quoted or han >= 2 or (len(big) and (length > 1 or place > 0 or telling))):
        return True
    if not alone and not whole:
        return False
    if quoted and length > 1:
        return True
    if han >= 3:
        return True
    if length == 1 + han and _BY.search(text.plain[max(0, start - 8) : start]):
        return False  # a maker, not the thing
    latin = [word for word in said if not _HAN.match(word) and word.casefold() not in _SMALL]
    if len(latin) >= 2 and big:
        return any(word[:1].isupper() for word in telling) or (len(latin) >= 3 and len(big) >= 2)
    return len(latin) == 1 and bool(big) and bool(telling) and len(latin[0]) > 2 and length == 1 + han


def _numbered(said: Said, taken: Sequence[tuple[int, int]]) -> list[Anchor]:
    listing = said.facts.listing
    out: list[Anchor] = []
    for match in _NTH.finditer(said.plain):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if match["en"]:
            number = len(listing) if match["en"] == "last" else _ORDINALS[match["en"]]
            if match["few"]:
                count = _ENGLISH_NUMBERS[match["few"].strip()]
                things = listing[-count:] if match["en"] == "last" else listing[:count]
                out.append(Anchor(match.start(), match.end(), tuple(things), "group"))
                continue
        elif match["zhlast"]:
            number = len(listing)
        else:
            word = match["digit"] or match["hash"] or match["zh"]
            number = int(word) if word.isdigit() else _ENGLISH_NUMBERS.get(word) or _CHINESE_NUMBERS[word]
        if not 0 < number <= len(listing):
            said.unknown_number = True
            continue
        out.append(Anchor(match.start(), match.end(), (listing[number - 1],), "number"))
    return out


def _pronouns(said: Said) -> list[Anchor]:
    """Words that stand for things: it, both, the others, 它, 这两款; each resolved by what came before it."""
    out: list[Anchor] = []
    plain, facts = said.plain, said.facts
    taken = [(one.start, one.end) for one in said.anchors]

    def free(match: re.Match[str]) -> bool:
        return not any(
            start < match.end() and match.start() < end
            for start, end in [*taken, *((o.start, o.end) for o in out)]
        )

    def named(place: int) -> list[Thing]:
        before = [t for one in said.anchors if one.end <= place and not one.target for t in one.things]
        return list({t.item_id: t for t in before}.values())

    for match in _FORMER.finditer(plain):
        pair = (named(match.start()) or list(said.focus.recent))[-2:]
        if free(match) and len(pair) == 2:
            first = match["en"] == "former" or match["zh"] == "前者"
            out.append(Anchor(*match.span(), (pair[0] if first else pair[1],), "pronoun"))
    for match in _SOME.finditer(plain):
        if free(match):
            word = match["en"] or match["zh"] or match["zh2"]
            group = named(match.start()) if len(named(match.start())) > 1 else list(_plural(said))
            least = (
                _ENGLISH_NUMBERS.get(word)
                or _CHINESE_NUMBERS.get(word)
                or (int(word) if word.isdigit() else 0)
            )
            least = least or (len(group) // 2 + 1 if word == "most" else 2)
            out.append(Anchor(*match.span(), tuple(group), "some", least=least))
    for match in _OTHERS.finditer(plain):
        if free(match):
            gone = {t.item_id for t in (named(match.start()) or said.focus.things)}
            rest = tuple(t for t in facts.listing if t.item_id not in gone)
            if rest:
                out.append(Anchor(*match.span(), rest, "group"))
    for match in _BOTH.finditer(plain):
        if free(match):
            pair = named(match.start())[-2:]
            if len(pair) < 2:
                pair = (
                    list(said.focus.things)
                    if len(said.focus.things) == 2
                    else list(facts.subjects if len(facts.subjects) == 2 else facts.listing)
                )
            if len(pair) != 2:
                pair = list(said.focus.recent[-2:])
            out.append(Anchor(*match.span(), tuple(pair), "group", _is_pool(plain, match)))
    for match in _ALL.finditer(plain):
        if free(match):
            group = named(match.start())
            if len(group) < 2:
                group = list(_plural(said))
            out.append(Anchor(*match.span(), tuple(group), "group", _is_pool(plain, match)))
    for match in _IT.finditer(plain):
        if free(match):
            before = named(match.start())
            things = tuple(before[-1:]) or said.focus.things[-1:] or facts.subjects[:1] or facts.listing[:1]
            if things:
                before_it = plain[max(0, match.start() - 30) : match.start()]
                out.append(Anchor(*match.span(), things, "pronoun", bool(_TARGET.search(before_it))))
    return out


def _is_pool(plain: str, match: re.Match[str]) -> bool:
    """Whether a group is what one is picked from (the lightest *of these*, 这几款*里*), not what is spoken of."""
    return bool(
        _FROM.search(plain[: match.start()]) or re.match(r"里|中|当中|之中|之间", plain[match.end() :])
    )


def _plural(said: Said) -> tuple[Thing, ...]:
    if len(said.focus.things) > 1:
        return said.focus.things
    return said.facts.subjects if len(said.facts.subjects) > 1 else said.facts.listing


def contains(folds: Sequence[str], run: Sequence[str]) -> bool:
    """Whether the words of ``run`` stand side by side in ``folds``."""
    width = len(run)
    return width > 0 and any(list(folds[i : i + width]) == list(run) for i in range(len(folds) - width + 1))
