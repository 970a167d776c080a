"""Whether a number that a sentence tells is a thing's own: of a named attribute, of one half named, or in its text."""

import re
from collections.abc import Iterator

from palate.catalogue.lookup_forms import name_phrase
from palate.catalogue.lookup_words import folded
from palate.dialogue.grounding.descriptions import MEASURES
from palate.dialogue.grounding.dictionary import in_english
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry
from palate.dialogue.grounding.measures import Measure, agrees


def fits(q: Inquiry, thing: Thing, name: str, measure: Measure) -> bool:
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


def half_named(q: Inquiry, thing: Thing, measure: Measure) -> bool:
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
    near |= counted(q, measure)[1]
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


def counted(q: Inquiry, measure: Measure) -> tuple[int, set[str]]:
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


def in_its_text(q: Inquiry, thing: Thing, measure: Measure) -> bool:
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
        if own.low == measure.low and there and folded(there.group(1))[0] in counted(q, measure)[1]:
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
