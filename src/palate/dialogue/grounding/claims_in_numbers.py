"""Numbers that a sentence claims: prices, measures, years, counts."""

import re
from collections.abc import Iterator

from palate.catalogue.lookup_forms import name_phrase
from palate.catalogue.lookup_words import folded, words_of
from palate.dialogue.grounding import comparisons
from palate.dialogue.grounding.descriptions import MEASURES
from palate.dialogue.grounding.dictionary import in_english
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.measures import Measure, agrees
from palate.dialogue.grounding.polarity import denied
from palate.dialogue.grounding.said import Anchor
from palate.understanding.years import find_years
from palate.values import Evidence

_LEAD = re.compile(r"([\u4e00-\u9fff])(?:约|达|为|是|仅|只)?$")
_SELLS = re.compile(r"(?:卖|售|要)(?:价|到|的是|约|只要)?$")
"""Before a price, a word for the sale."""
_COUNTING = re.compile(
    r"(?:^|\b(?:has|have|all|the|these|those|are|is|found|picked|chose|have|got|of|listed|here|only|just|among|between|for|last|first|with)\s+)$"
    r"|[\u4e00-\u9fff]$"
)
"""Before a number without a noun that counts things: all four, of the two."""
_COUNT_AFTER = re.compile(
    r"\s*(?:of|great|good|solid|lovely|nice|strong|more|other|different"
    r"|\w+ly)?\s*(?:of\s+)?(?:them|these|those|options?|picks?|choices?|items?|products?"
    r"|suggestions?|ideas?|results?|matches|candidates?|alternatives?|titles?|things?|ones|that"
    r"|which|to|are|in|for|from|here|\w+s\b)|\s*(?:[,.;:!?)，。；：！）]|$|(?:and|but)\b)|\s*(?:"
    + MEASURES
    + ")"
)


_PARTS = re.compile(
    r"\s*(?:different\s+|more\s+)?(?:sizes?|colou?rs?|flavou?rs?|versions?|parts|volumes?|seasons?|editions?|models?"
    r"|modes|speeds|pieces|shades|scents|layers|settings|sequels?|awards?|stars|years?|reviews?|ratings?)\b"
    r"|\s*(?:个|种|款|档|部|季)?(?:不同的?)?(?:尺寸|尺码|颜色|口味|配色|规格|版本|模式|用途|档|挡|星|奖|续集|评价)"
)
"""What a number counts of a thing itself, and not things of the list."""


def years(q: Inquiry, left: list[Measure]) -> list[Measure]:
    kept = list(left)
    for years in find_years(q.plain):
        start, end = years.start, years.end
        if q.in_title(start, end) or (q.open(start) and q.untied):
            continue
        inside = [m for m in kept if start <= m.number_start < end]
        if any(m.dimension and not (m.dimension == "time" and 1_000 <= m.low <= 2_999) for m in inside):
            continue  # 1974年 is a year, however long one is

        def released(thing: Thing, low: int = years.low or 0, high: int = years.high or 9999) -> bool:
            return any(low <= year <= high for year in years_of(thing))

        text = q.plain[start:end]
        if denied(q.plain, start, end):
            if not q.holds(start, lambda thing: any(True for _ in years_of(thing)) and not released(thing)):
                raise Unsupported(f"not {text}")
        elif not (
            q.holds(start, released) or q.wish_number(years.low, years.high, start) or q.in_text(start, end)
        ):
            raise Unsupported(text)
        q.said.explain(start, end)
        kept = [m for m in kept if m not in inside]
    return kept


_SINGLE = re.compile(
    r"\b(?:one|a\s+single)\s+(?P<a>[a-z]+)\s+only\b|\bonly\s+(?:one|a\s+single)\s+(?P<b>[a-z]+)|\bjust\s+one\s+(?P<c>[a-z]+)"
    r"|(?:只有|仅有|就)一[面侧层边端](?!的)"
)


def single(q: Inquiry) -> None:
    """One side only: the text must say so of the thing, unless it is the things themselves that are counted."""
    for match in _SINGLE.finditer(q.plain):
        noun = match["a"] or match["b"] or match["c"] or ""
        counted = noun in (
            "of",
            "that",
            "here",
            "option",
            "item",
            "product",
            "choice",
            "thing",
            "more",
            "i",
            "with",
        )
        if counted or q.open(match.start()) or q.in_title(*match.span()) or not q.said.things:
            continue
        run = ["one", words_of(noun).folds[0]] if noun else list(words_of(match.group()[-2:]).folds)
        if noun and any(words_of(noun).folds[0] in thing.filed for thing in q.facts.listing):
            continue
        if not q.holds(
            match.start(), lambda thing, run=run: thing.text.says(run) or thing.text.says(["single", run[1]])
        ):
            raise Unsupported(match.group())


_SIZE = re.compile(
    r"\d+(?:\.\d+)?(?:\s*[a-z\u4e00-\u9fff\"']{0,3}\s*[x×*]\s*\d+(?:\.\d+)?)+(?:\s*(?:cm|mm|m|in|inch(?:es)?|pixels?|px|厘米|毫米|米|英寸|像素)\b)?"
)


def sizes(q: Inquiry) -> None:
    """1440 x 900, 150*28cm: as the thing's own text has them."""
    for match in _SIZE.finditer(q.plain):
        start, end = match.span()
        if q.in_title(start, end):
            continue
        size = _bare(match.group())
        if not q.holds(start, lambda thing, size=size: size in _bare(thing.text.plain)):
            raise Unsupported(match.group())
        q.said.explain(start, end)


def _bare(size: str) -> str:
    return re.sub(r"\s", "", size).replace("×", "x").replace("*", "x")


_CODE = re.compile(
    r"(?=[a-z0-9./-]*[a-z])(?=[a-z0-9./-]*\d)[a-z0-9][a-z0-9./-]*[a-z0-9]"
    r"|(?<=[a-z]-)\d{2,}|\d+(?:\.\d+)?/\d+(?:\.\d+)?|\d+(?:\.\d+)?[\"″]"
)


def codes(q: Inquiry) -> None:
    """PS/2, RS-232, LV-7240: a name with figures in it, which the text of what is spoken of has so."""
    for match in _CODE.finditer(q.plain):
        start, end = match.span()
        if q.in_title(start, end) or re.fullmatch(r"[\d.,]+(?:[a-z]{1,3}|-[a-z]+)", match.group()):
            continue  # 24cm, 3.5-inch: a measure
        if q.denied(start, end) or any(s <= start and end <= e for s, e in map(q.span, q.valued)):
            continue  # a maker called C2G: see values
        code = match.group()
        if q.holds(start, lambda thing, code=code: _has_code(thing, code)):
            q.said.explain(start, end)


def _has_code(thing: Thing, code: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(code)}(?![a-z0-9])", thing.text.plain) is not None


_AGAINST = re.compile(
    r"(?:\bagainst|\bversus|\bvs\.?|\bcompared\s+(?:to|with))\s*(?:just\s+|only\s+)?$|对比?$"
)
"""Before the figure of what another is compared with."""


def measured(q: Inquiry, measures: list[Measure]) -> None:
    ordered = bool(re.search(r"\brespectively\b|分别|依次", q.plain))
    for number, measure in enumerate(measures):
        if all(
            done
            for done, s, e in zip(q.said.explained, q.said.words.starts, q.said.words.ends, strict=True)
            if s < measure.end and measure.start < e
        ) and any(
            s < measure.end and measure.start < e
            for s, e in zip(q.said.words.starts, q.said.words.ends, strict=True)
        ):
            continue
        group = None
        if number and _AGAINST.search(q.plain[: measure.start]):
            group = next((a for a in q.said.anchors if a.target), None)
        if ordered:
            chain = [a for a in q.said.anchors if a.parts and not a.target] or [
                Anchor(
                    0,
                    0,
                    q.said.focus.things,
                    "group",
                    parts=tuple(Anchor(0, 0, (t,), "pronoun") for t in q.said.focus.things),
                )
            ]
            parts = [p for a in chain for p in a.parts]
            alike = [m for m in measures if m.dimension == measure.dimension]
            if len(parts) == len(alike):
                group = parts[alike.index(measure)]
        if not _supported(q, measure, group):
            raise Unsupported(q.plain[measure.start : measure.end])
        counted, names = _counted(q, measure)
        q.said.explain(measure.start, counted if names and measure.dimension is None else measure.end)


def _supported(q: Inquiry, measure: Measure, group: Anchor | None) -> bool:
    place = measure.start
    if _is_count(q, measure):
        return True
    if q.personal(place) and q.wish_number(measure.low, measure.high, place):
        return True
    if q.open(place) and (q.wish_number(measure.low, measure.high, place) or (q.asking and q.untied)):
        return True
    if (
        q.open(place)
        and measure.dimension is None
        and measure.low == measure.high
        and 1 < measure.low <= len(q.facts.listing)
        and not q.said.things
        and not _PARTS.match(q.plain, measure.end)
    ):
        return True  # shall I compare the two?
    if q.nothing and q.wish_number(measure.low, measure.high, place):
        return True
    if (
        measure.dimension is None
        and 1900 <= measure.low <= 2050
        and measure.low == measure.high
        and not measure.currencies
    ) and q.holds(place, lambda thing: int(measure.low) in years_of(thing), group=group):
        return True
    names, named = _attributes_beside(q, measure)
    if named and not any(thing.has(name) for thing in q.said.subject(place).things for name in names):
        named = False  # pages of a toner's page yield, where a book has a number of pages
    if denied(q.plain, measure.start, measure.end) and not re.search(
        r"\b(?:no|not)\s+(?:more|less|over|above|under)|不超过|不到|不低于|不高于|不少于|不足",
        q.plain[max(0, place - 16) : place],
    ):
        return (
            named
            and bool(names)
            and q.holds(
                place,
                lambda thing: (
                    any(n in thing.numbers and not _fits(q, thing, n, measure) for n in names)
                    and not any(_fits(q, thing, n, measure) for n in names)
                ),
                group=group,
            )
        )
    if re.search(
        r"\b(?:together|in\s+total|altogether|combined|both\s+for|the\s+pair\s+(?:for|costs))\b|一共"
        r"|总共|合计|加起来|总价",
        q.plain,
    ):
        things = q.said.things if len(q.said.things) > 1 else q.said.focus.things
        prices = [t.numbers.get("price") for t in things]
        if len(prices) > 1 and all(p is not None for p in prices):
            return agrees(measure, sum(p for p in prices if p is not None))
    if not named and q.holds(place, lambda thing: _half_named(q, thing, measure), group=group):
        return True
    for name in names:
        if q.holds(place, lambda thing, name=name: _fits(q, thing, name, measure), group=group):
            q.evidence.setdefault(Evidence("field", name))
            return True
    if q.holds(place, lambda thing: any(_fits(q, thing, name, measure) for name in names), group=group):
        return True

    def by_its_text(thing: Thing) -> bool:
        # where the catalogue has the very attribute, its text says nothing else of it
        known = named and any(name in thing.numbers for name in names)
        return not known and _in_its_text(q, thing, measure)

    return q.holds(place, by_its_text, group=group)


def _fits(q: Inquiry, thing: Thing, name: str, measure: Measure) -> bool:
    value = thing.numbers.get(name)
    if value is None:
        return False
    for dimension, factor in q.vocabulary.measures.get(name, ()) or ((None, 1.0),):
        if dimension == measure.dimension or (
            measure.dimension is None and dimension in ("age", "page", "piece", "people")
        ):
            if (
                dimension == "money"
                and measure.currencies
                and thing.currency
                and thing.currency not in measure.currencies
            ):
                return False
            if agrees(measure, value, factor):
                return True
        if measure.dimension is None and agrees(measure, value):
            return True
    return not q.vocabulary.measures.get(name) and agrees(measure, value)


_UNIT_HINTS = {
    **dict.fromkeys(("rpm", "转"), r"speed|rotation|转速"),
    **dict.fromkeys(("va", "volt-amperes"), r"power|capacity|功率|容量"),
    **dict.fromkeys(("w", "watts", "watt", "瓦"), r"power|watt|功率"),
    **dict.fromkeys(("hours", "小时"), r"life|backup|寿命"),
    **dict.fromkeys(("ports", "口"), r"ports?_|端口"),
    "mbps": r"rate|speed|bandwidth|速",
    "dpi": r"resolution|density|分辨率",
    "lumens": r"bright|lum|亮度",
    "ppm": r"speed|速",
    "db": r"noise|level|噪",
    "ohms": r"impedance|阻抗",
    "mah": r"capacity|容量",
    "outlets": r"outlet",
}
"""A unit that shops leave out of a column of numbers, and what such a column is called."""


def _half_named(q: Inquiry, thing: Thing, measure: Measure) -> bool:
    """Whether the thing has just this number under a name of which the clause says a telling word, or which goes with
    the unit that is said: nine AC outlets of ac_outlets_quantity, 7200 rpm of rotational_speed.
    """
    if measure.low != measure.high or measure.bound not in ("=", "<="):
        return False
    unit = re.match(r"[\s-]*([a-z][a-z-]*|[\u4e00-\u9fff]{1,2})", q.plain[measure.number_end :])
    hint = _UNIT_HINTS.get(unit.group(1)) or _UNIT_HINTS.get(unit.group(1)[:1]) if unit else None
    if hint is None and measure.unit_word and measure.unit_word.isalpha() and measure.unit_word.isascii():
        hint = rf"(?:^|_){folded(measure.unit_word)[0]}s?(?:_|$)"
    if measure.dimension is not None and (hint is None or measure.factor != 1.0):
        return False
    start, end = q.said.clause(measure.start)
    said = {f for f, s in zip(q.said.words.folds, q.said.words.starts, strict=True) if start <= s < end}
    near = {
        f
        for f, s in zip(q.said.words.folds, q.said.words.starts, strict=True)
        if measure.end <= s < measure.end + 28
    }
    near |= _counted(q, measure)[1]
    for name, value in _figures(thing):
        if (
            q.vocabulary.measures.get(name)
            and measure.dimension is None
            and not near & set(name_phrase(name))
        ):
            continue
        if abs(value - measure.low) > 1e-6 * max(1.0, abs(value)) or name in ("price",):
            continue
        telling = set(name_phrase(name)) - _COUNTS
        enough = min(2, (len(telling) + 1) // 2)
        if hint and unit and re.search(hint, name):
            q.said.explain(measure.number_end, measure.number_end + unit.end())
            return True
        if telling and (
            telling <= said or (measure.dimension is None and len(telling & near) >= max(1, enough))
        ):
            return True
    return False


_ZH_MEASURE = re.compile(rf"(?:{MEASURES})")


def _counted(q: Inquiry, measure: Measure) -> tuple[int, set[str]]:
    """Where what a Chinese sentence counts ends, and the words of its English names: key, of 83个键."""
    start = measure.number_end
    if (word := _ZH_MEASURE.match(q.plain, start)) is not None:
        start = word.end()
    if not "\u4e00" <= q.plain[start : start + 1] <= "\u9fff":
        return start, set()
    for end in range(start + 4, start, -1):
        if names := in_english(q.plain[start:end]):
            return end, {word for name in names for word in name}
    return start, set()


def _figures(thing: Thing) -> Iterator[tuple[str, float]]:
    """The numbers of a thing, those included that a shop keeps as text."""
    yield from thing.numbers.items()
    for name, values in thing.values.items():
        for value in values if name not in ("ean", "model") else ():
            if re.fullmatch(r"\d{1,9}(?:\.\d+)?", value):
                yield name, float(value)


_COUNTS = frozenset(
    "number of quantity supported max maximum min minimum total count included installed the and".split()  # noqa: SIM905
)
"""What a name of numbers says besides of what they are."""


def _attributes_beside(q: Inquiry, measure: Measure) -> tuple[list[str], bool]:
    """The attributes that a number may be of: those named in its clause (True), else all that its unit measures."""
    start, end = q.said.clause(measure.start)
    by_unit = [
        name
        for name, ways in q.vocabulary.measures.items()
        if measure.dimension is not None and any(d == measure.dimension for d, _ in ways)
    ]
    near: list[tuple[int, tuple[str, ...]]] = []
    if measure.dimension == "money" and (
        sells := _SELLS.search(q.plain[max(0, measure.start - 6) : measure.start])
    ):
        q.said.explain(measure.start - len(sells.group()), measure.start)
    lead = _LEAD.search(q.plain[max(0, measure.start - 3) : measure.start])
    if lead and not any(s < measure.start <= e for s, e in map(q.span, q.named)):  # 重420克, 高14厘米
        found = q.vocabulary.adjectives.get(lead.group(1))
        if found:
            q.said.explain(measure.start - len(lead.group()), measure.start)
            near.append((0, tuple(n for n, _ in found.attributes)))
    for named in q.named:
        first, last = q.span(named)
        if (
            start <= first < end
            and not q.in_title(first, last)
            and (named.attributes or abs(measure.start - last) < 5)
        ):
            near.append((min(abs(measure.start - last), abs(first - measure.end)), named.attributes))
    for word, first, last in zip(q.said.words.texts, q.said.words.starts, q.said.words.ends, strict=True):
        after = (
            0 <= first - measure.end <= 2
            and not re.search(r"[,，。;；]", q.plain[measure.end : first])
            and not q.in_title(first, last)
        )
        if after and word in q.vocabulary.adjectives:
            near.append((first - measure.end, tuple(n for n, _ in q.vocabulary.adjectives[word].attributes)))
    clause = q.plain[start:end]
    for verb, notion in comparisons.VERBS:
        if found := verb.search(clause):
            near.append(
                (
                    abs(start + found.start() - measure.start),
                    tuple(a.name for a in q.vocabulary.lexicon.notions[notion].attributes),
                )
            )
    for distance, names in sorted(near, key=lambda pair: pair[0]):
        fitting = (
            [name for name in names if name in by_unit]
            if measure.dimension is not None
            else [n for n in names if n in q.vocabulary.measures]
        )
        if fitting:
            return list(fitting), True
        if distance < 3 and measure.dimension is not None and not names:
            return [], True  # 14 cm wide, where no width is known
    if measure.dimension == "money":
        return ["price"], True
    return list(by_unit), False


def _is_count(q: Inquiry, measure: Measure) -> bool:
    """How many things are shown, named, or left."""
    if (
        measure.dimension not in (None, "piece", "people")
        or measure.currencies
        or measure.low != measure.high
        or measure.low != int(measure.low)
        or measure.low > 100
    ):
        return False
    if measure.dimension and measure.unit_word not in ("片",):
        return False
    n = int(measure.low)
    listing, named = (
        len(q.facts.listing),
        len({t.item_id for a in q.said.anchors for t in a.things}),
    )
    counts = {
        listing,
        len(q.facts.brief.items),
        named,
        len(q.said.focus.things),
        len(q.facts.subjects),
    } - {0}
    after = q.plain[measure.end : measure.end + 24]
    start, _ = q.said.clause(measure.start)
    single = [a for a in q.said.anchors if start <= a.start and a.end <= measure.start and not a.target]
    if (
        len(single) == 1
        and len(single[0].things) == 1
        and re.match(r"[\u4e00-\u9fff]", after)
        and not re.match(rf"(?:{MEASURES}|样|者)?(?:商品|产品|东西|电影|视频)?(?:里|中|之)", after)
        and not re.search(r"[这那前其]|其余|其他|另外?$", q.plain[max(0, measure.start - 3) : measure.start])
    ):
        counts = set[int]()  # 龙王那条推荐了三部番: what it counts is told by the thing
    if _PARTS.match(after) or after.startswith("位"):
        return False
    if re.search(
        r"\b(?:other|another|remaining|rest)\b", q.plain[max(0, measure.start - 8) : measure.end + 8]
    ) or re.search(r"(?:其余|其他|另外?|剩下的?)$", q.plain[max(0, measure.start - 4) : measure.start]):
        counts |= {listing - max(1, named), listing - len(q.said.focus.things)}
    counted = _COUNT_AFTER.match(after)
    if counted is None or n not in counts:
        return False
    alone = re.fullmatch(r"\W*|\s*(?:and|but)", counted.group()) is not None
    return not alone or bool(_COUNTING.search(q.plain[max(0, measure.start - 24) : measure.start]))


def _in_its_text(q: Inquiry, thing: Thing, measure: Measure) -> bool:
    """Whether the thing's own text has that number of that unit, or before the same word."""
    for own in thing.text.measures(q.vocabulary.units):
        if own.dimension != measure.dimension or (own.currencies and own.currencies != measure.currencies):
            continue
        if measure.dimension is not None:
            if own.low == own.high and agrees(measure, own.low, own.factor):
                return True
            if own.base == measure.base:
                return True
            continue
        follows = re.match(r"[\s-]*([a-z]+|[\u4e00-\u9fff])", q.plain[measure.end :])
        there = re.match(r"[\s-]*([a-z]+|[\u4e00-\u9fff])", thing.text.plain[own.end :])
        if own.low == measure.low and (
            follows and there and folded(follows.group(1)) == folded(there.group(1))
        ):
            return True
        if own.low == measure.low and there and folded(there.group(1))[0] in _counted(q, measure)[1]:
            return True
        before = re.search(r"([a-z]+|[\u4e00-\u9fff])[\s-]*$", q.plain[: measure.start])
        led = re.search(r"([a-z]+|[\u4e00-\u9fff])[\s-]*$", thing.text.plain[: own.start])
        if own.low == measure.low and before and led and folded(before.group(1)) == folded(led.group(1)):
            return True
    return False


def years_of(thing: Thing) -> Iterator[int]:
    for name, value in thing.numbers.items():
        if "year" in name or "年" in name:
            yield int(value)
    for day in thing.dates.values():
        if day[:4].isdigit():
            yield int(day[:4])
