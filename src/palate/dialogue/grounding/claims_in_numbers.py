"""Numbers that a sentence claims: prices, measures, sizes, years, names with figures in them."""

import re

from palate.dialogue.grounding import comparisons
from palate.dialogue.grounding.claims_of_counts import PARTS, is_count
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.measures import Measure, agrees
from palate.dialogue.grounding.numbers_of_things import counted, fits, half_named, in_its_text, years_of
from palate.dialogue.grounding.polarity import denied
from palate.dialogue.grounding.said import Anchor
from palate.understanding.years import find_years
from palate.values import Evidence

_LEAD = re.compile(r"([\u4e00-\u9fff])(?:约|达|为|是|仅|只)?$")
_SELLS = re.compile(r"(?:卖|售|要)(?:价|到|的是|约|只要)?$")
"""Before a price, a word for the sale."""


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
        upto, names = counted(q, measure)
        q.said.explain(measure.start, upto if names and measure.dimension is None else measure.end)


def _supported(q: Inquiry, measure: Measure, group: Anchor | None) -> bool:
    place = measure.start
    if is_count(q, measure):
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
        and not PARTS.match(q.plain, measure.end)
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
                    any(n in thing.numbers and not fits(q, thing, n, measure) for n in names)
                    and not any(fits(q, thing, n, measure) for n in names)
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
    if not named and q.holds(place, lambda thing: half_named(q, thing, measure), group=group):
        return True
    for name in names:
        if q.holds(place, lambda thing, name=name: fits(q, thing, name, measure), group=group):
            q.evidence.setdefault(Evidence("field", name))
            return True
    if q.holds(place, lambda thing: any(fits(q, thing, name, measure) for name in names), group=group):
        return True

    def by_its_text(thing: Thing) -> bool:
        # where the catalogue has the very attribute, its text says nothing else of it
        known = named and any(name in thing.numbers for name in names)
        return not known and in_its_text(q, thing, measure)

    return q.holds(place, by_its_text, group=group)


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
