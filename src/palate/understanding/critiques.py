"""Relative wishes: cheaper, too heavy, more memory, 便宜点, 屏幕再大一点, twenty cheaper. Which attribute, which way,
and by how much.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from palate.understanding.lexicon import Direction, comparative
from palate.understanding.measures import target_of
from palate.understanding.numbers import find_numbers
from palate.understanding.quantities import Quantity, find_quantities
from palate.understanding.scene import Scene
from palate.values import Constraint

_MORE = r"(?:more|greater|higher|larger|bigger|better|extra|longer|increased|additional)"
_LESS = r"(?:less|fewer|lower|smaller|shorter|reduced)"
_LINK = re.compile(
    r"\s*(?:is|are|was|要|能|可以|再|更|稍微|得|的|还|也|太|'s|needs?\s+to\s+be|should\s+be|a\s+bit|尺寸|\s)*\s*"
)
_SIZE_WORDS = {"size", "length", "runtime", "pages", "height", "width", "speed", "weight"}
_ZH_TAIL = r"(?:一点点|一点儿|一点|点儿|一些|些|点(?![心菜评])|得多)"
_LACKING_BEFORE = r"(?:\b(?:not|n't|isn'?t)\s+enough\s+|\btoo\s+(?:little|few)\s+|\blacks?\s+)"
_LACKING_AFTER = re.compile(
    r"\s*(?:也|还|都|有点|太|是)*(?:不够(?!.{0,2}(?:大|长|高|宽|快|亮))|不足|太少)|\s+(?:is|are)\s+(?:not\s+enough|insufficient)\b"
)
_NO_LATER = re.compile(
    r"(?<!thing )(?<!bit )(?<!even )(?<!much )(?!^)\blater\b"
    r"(?!\s+(?:than|films?|movies?|books?|ones?|versions?|editions?|years?|models?|releases?|works?|seasons?)\b)"
)
"""A "later" that speaks of the day and not of goods: "see you later", "sooner than later"."""
_INDIFFERENT = re.compile(
    r"^.{0,4}(?:没事|没关系|无所谓|也行|也可以|不要紧|也不要|也不买|也不行)|^\W*(?:is|are)\s+(?:fine|ok)"
)
_BY_AFTER = re.compile(
    r"\s*(?P<word>(?:more|less)\s+expensive|(?:less|off)\b(?!\s+than\s+\d)|more\s+(?P<what>[a-z]{3,})|[a-z]{4,})\b"
)
_LESS_MONEY: dict[str, Direction] = {
    "less": "lower",
    "off": "lower",
    "少": "lower",
    "省": "lower",
    "降": "lower",
    "多": "higher",
}
"""What an amount of money is said to be less or more by, without a word for the price."""
_ENDS_AMOUNT = re.compile(r"\s*(?:块钱?|元|$|[,.;!?吗呢吧的了就行可才那我左上])")
_MOST_NUMBERS = 20


@dataclass(frozen=True, slots=True)
class Critique:
    """A relative wish at ``plain[start:end]``; ``constraint`` None where the catalogue has no such attribute.

    ``plain_form``: merely the adjective ("cheap"), not a comparison; ``by``: how much lower or higher, in the
    attribute's unit, where that is said (twenty cheaper).
    """

    start: int
    end: int
    constraint: Constraint | None
    plain_form: bool
    by: float | None = None


@lru_cache(maxsize=16)
def _english(words: tuple[str, ...]) -> re.Pattern[str]:
    forms = [re.escape(word).replace(r"\ ", r"[\s-]") for word in words if word.isascii()]
    base = "|".join(sorted(forms, key=len, reverse=True))
    single = [w for w in words if w.isascii() and " " not in w]
    compared = "|".join(sorted((re.escape(comparative(w)) for w in single), key=len, reverse=True))
    extreme = "|".join(sorted((re.escape(comparative(w)[:-1] + "st") for w in single), key=len, reverse=True))
    return re.compile(
        rf"\b(?P<too>(?:far\s+|much\s+|way\s+|a\s+(?:bit|little)\s+|rather\s+)?too)\s+(?P<w1>{base})\b"
        rf"|\b(?P<bit>(?:(?:a\s+)?(?:bit|little|tad)|kind\s+of|kinda|rather|pretty|quite|somewhat))(?:\s+on\s+the)?\s+(?P<w6>{base})(?:\s+side)?(?=\s*(?:$|[,.;!?]|for\b|but\b|though\b|tho\b))"
        rf"|\b(?P<less>less|not\s+(?:so|as|that|too|quite\s+so)|nothing\s+too)\s+(?P<w2>{base})\b"
        rf"|\b(?P<notenough>(?:not|isn'?t|n't|aren'?t)\s+)(?P<w3>{base})\s+enough\b"
        rf"|\bmore\s+(?P<w4>{base})\b"
        rf"|\b(?P<comp>{compared}|{extreme})\b(?!\s+than\s+\d)"
        rf"|\b(?:the\s+)?(?P<most>most|least)\s+(?P<w5>{base})\b"
    )


@lru_cache(maxsize=16)
def comparatives(words: tuple[str, ...]) -> dict[str, str]:
    return {form: w for w in words if w.isascii() for form in (comparative(w), comparative(w)[:-1] + "st")}


@lru_cache(maxsize=16)
def _chinese(words: tuple[str, ...]) -> re.Pattern[str]:
    base = "|".join(sorted((re.escape(w) for w in words if not w.isascii()), key=len, reverse=True))
    return re.compile(
        rf"(?P<forbid>别|不要|不能|不想要?|不用)(?:太|过于|那么|这么)(?P<w0>{base})"
        rf"|(?:(?P<too>太|过于|有点儿?(?:小(?=贵))?|有些|偏|好(?!点))(?P<w1>{base})(?!的?(?:也|没))(?:了)?)"
        rf"|(?P<notenough>不够|没那么|不太够|还不够|不是很)(?P<w2>{base})"
        rf"|(?:更|再|稍微|稍|略)(?:加|稍|便)?(?P<w3>{base}){_ZH_TAIL}?"
        rf"|(?P<w4>{base}){_ZH_TAIL}"
        rf"|(?:换|来|要|找|看看?|有)(?:个|一个|款|一款|部|些|点|批|一批)?(?P<w5>{base})的"
        rf"|比.{{1,12}}?(?:更|还|要)?(?P<w7>{base})(?:{_ZH_TAIL}|的|$)"
        rf"|(?P<bit>(?P<w8>{base})了(?:一?点儿?|一?些)?)(?=$|[\W吧呢啊呀])"
        rf"|^(?P<w6>{base})的(?:呢|吧|有吗|有没有)?$"
    )


def find_critiques(scene: Scene) -> list[Critique]:
    """Every relative wish, in order of place."""
    adjectives = tuple(scene.lexicon.adjectives)
    of_form = comparatives(adjectives)
    out: list[Critique] = []
    plain = scene.masked
    for match in _english(adjectives).finditer(plain):
        word = next((match[f"w{i}"] for i in range(1, 7) if match[f"w{i}"]), None) or of_form.get(
            match["comp"] or "", ""
        )
        if match.group() == "later" and _NO_LATER.match(plain, match.start()):
            continue
        if match["bit"] and not scene.after_list:
            continue  # "a bit pricey" is a complaint where there is a list, else a wish or a remark
        reverse = bool(match["too"] or match["less"] or match["bit"]) or match["most"] == "least"
        out += _critique(scene, match.start(), match.end(), re.sub(r"[\s-]", " ", word), reverse)
    for match in _chinese(adjectives).finditer(plain):
        word = next(match[f"w{i}"] for i in range(9) if match[f"w{i}"])
        reverse = bool(match["forbid"] or match["too"] or match["bit"])
        mild = match["bit"] or (match["too"] and not match["too"].startswith(("太", "过于", "偏")))
        if mild and not scene.after_list:
            continue
        out += _critique(scene, match.start(), match.end(), word, reverse)
    out += _amounts(scene)
    if scene.after_list:
        out += _differences(scene)
    kept: list[Critique] = []
    for critique in sorted(out, key=lambda c: (c.by is None, c.start, -c.end)):
        if not any(critique.start < k.end and k.start < critique.end for k in kept):
            kept.append(critique)
    return sorted(kept, key=lambda c: c.start)


def _critique(scene: Scene, start: int, end: int, word: str, reverse: bool) -> list[Critique]:
    readings = scene.lexicon.adjectives.get(word)
    if not readings or _INDIFFERENT.match(scene.masked[end : end + 14]):
        return []
    named = _named_notion(scene, start, end)
    direction: Direction = readings[0][1]
    chosen: str | None = None
    if named is not None:
        fits = [r for r in readings if r[0] == named[0]]
        if fits:
            chosen, direction = fits[0]
        elif any(r[0] in _SIZE_WORDS for r in readings) and named[0] not in (
            "brand",
            "colour",
            "material",
            "category",
            "origin",
        ):
            chosen = named[0]
            direction = next(r[1] for r in readings if r[0] in _SIZE_WORDS)
        if chosen is not None:
            start, end = min(start, named[1]), max(end, named[2])
    if chosen is None:
        usable = [r for r in readings if _attribute(scene, r[0])]
        if usable:
            chosen, direction = usable[0]
    if chosen is None:
        return [Critique(start, end, None, False)]
    return [_made(scene, start, end, chosen, _flip(direction) if reverse else direction)]


def _made(scene: Scene, start: int, end: int, notion: str, direction: Direction) -> Critique:
    name = _attribute(scene, notion)
    strength = scene.scopes.strength(start, end)
    return Critique(start, end, Constraint(name, direction, None, strength) if name else None, False)


def _attribute(scene: Scene, notion: str) -> str | None:
    return next((a.name for a in scene.fitting(notion, ("number", "date"))), None)


def _flip(direction: Direction) -> Direction:
    return "lower" if direction == "higher" else "higher"


def _named_notion(scene: Scene, start: int, end: int) -> tuple[str, int, int] | None:
    """The attribute word beside a comparison: smaller *screen*, *内存* 大一点."""
    clause = scene.scopes.clause(start)
    best: tuple[int, tuple[str, int, int]] | None = None
    for word in scene.notions_near(start, end):
        s, e = word.start, word.end
        if e <= clause.start or s >= clause.end or (start <= s and e <= end):
            continue
        gap = scene.masked[e:start] if e <= start else scene.masked[end:s]
        if len(gap) > 10 or (e > start and re.search(r"[^\s的]", gap)):
            continue
        if e <= start and gap.strip() and not _LINK.fullmatch(gap):
            continue
        distance = len(gap)
        if best is None or distance < best[0] or (distance == best[0] and e - s > best[1][2] - best[1][1]):
            best = (distance, (word.name, s, e))
    return best[1] if best else None


def _amounts(scene: Scene) -> list[Critique]:
    """More memory, less noise, half the price, longer battery life."""
    out: list[Critique] = []
    for word in scene.notions_near(0, len(scene.plain)):
        if not _attribute(scene, word.name):
            continue
        s, e = word.start, word.end
        before = scene.masked[max(0, s - 24) : s]
        if lacking := _LACKING_AFTER.match(scene.masked, e):
            out.append(_made(scene, s, lacking.end(), word.name, "higher"))
            continue
        more = re.search(rf"(?:\b{_MORE}\s+(?:\w+\s+)?|{_LACKING_BEFORE})$", before)
        less = re.search(
            rf"(?:\b(?:{_LESS}|too\s+much|too\s+many|half\s+(?:the|that|their|its))\s+|一半的)$", before
        )
        found = more or less
        if found and not re.search(r"\b(?:than|or|no|not)\s*$", before[: found.start()]):
            out.append(
                _made(scene, s - (len(before) - found.start()), e, word.name, "higher" if more else "lower")
            )
    return out


def _differences(scene: Scene) -> list[Critique]:
    """By how much: twenty cheaper, half a kilo lighter, 8 GB more memory, 再便宜一百."""
    numbers = find_numbers(scene.masked)[:_MOST_NUMBERS]
    out: list[Critique] = []
    for quantity in find_quantities(scene.masked, numbers, scene.lexicon.units):
        after = _BY_AFTER.match(scene.masked, quantity.end)
        if after is not None:
            found = _difference(scene, quantity, after["word"], after["what"], after.end())
            out += [replace(found, start=quantity.start, end=after.end())] if found else []
        elif quantity.bound in ("none", "around") and _ENDS_AMOUNT.match(scene.masked, quantity.end):
            before = scene.masked[max(0, quantity.start - 4) : quantity.start]
            for size in (2, 1):  # 便宜 before 宜
                said = re.search(rf"(?P<word>[\u4e00-\u9fff]{{{size}}})(?:个|了|上|掉|出)?$", before)
                found = _difference(scene, quantity, said["word"], None, quantity.end) if said else None
                if said and found:
                    start = quantity.start - len(before) + said.start()
                    out.append(replace(found, start=start, end=quantity.end))
                    break
    return out


def _difference(scene: Scene, quantity: Quantity, word: str, what: str | None, end: int) -> Critique | None:
    """The critique that ``word`` makes of a quantity, at no place yet; None where it makes none. ``end``: where the
    two are over; the attribute may be named behind (two inches bigger *screen*).
    """
    adjectives = scene.lexicon.adjectives
    readings: list[tuple[str, Direction]] = []
    if what is not None:
        near = scene.notions_near(quantity.end, quantity.end + len(word) + 2, 0)
        readings = [(one.name, "higher") for one in near]
    elif word in _LESS_MONEY and (quantity.unit is None or quantity.unit.dimension == "money"):
        readings = [("price", _LESS_MONEY[word])]
    elif re.fullmatch(r"(?:more|less)\s+expensive", word):
        readings = [("price", "higher" if word.startswith("more") else "lower")]
    elif adjective := comparatives(tuple(adjectives)).get(word) or (word if not word.isascii() else None):
        readings = adjectives.get(adjective, [])
        named = [one.name for one in scene.notions_near(end, end, 2) if one.start >= end]
        if named and any(notion in _SIZE_WORDS for notion, _ in readings):
            readings = [(named[0], readings[0][1]), *readings]
    for notion, direction in readings:
        if quantity.unit is None and notion != "price":
            continue
        target = target_of(scene, quantity, notion, "")
        if target is not None and target[0].type == "number":
            attribute, factor = target
            by = quantity.high * (quantity.unit.factor if quantity.unit else 1.0) / factor
            by = by if quantity.unit or by >= 1 else None  # 便宜一半: no amount
            strength = scene.scopes.strength(quantity.start, quantity.end)
            return Critique(0, 0, Constraint(attribute.name, direction, None, strength), False, by)
    return None


def superlative(plain: str) -> Direction | None:
    """Lower for "the cheapest", higher for "the most expensive", None for neither; price only."""
    if re.search(
        r"\b(?:the\s+)?(?:cheapest|least\s+expensive|lowest[\s-]priced?)\b|最便宜|价格最低|最低价", plain
    ):
        return "lower"
    return "higher" if re.search(r"\b(?:most\s+expensive|priciest|dearest)\b|最贵|价格最高", plain) else None
