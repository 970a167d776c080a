"""Numbers in a sentence, with what they measure: ¥459, 14 g, two hours and ten minutes, 三百多块, under 500, 1995年."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from palate.dialogue.grounding.words import NOT_NUMBERS
from palate.understanding.lexicon import Unit
from palate.understanding.numbers import Number, find_numbers
from palate.understanding.quantities import find_quantities
from palate.understanding.segmentation import segment

Bound = Literal["=", "<=", ">=", "around", "just below", "just above", "below", "range"]

_SIGNS: Mapping[str, frozenset[str]] = {
    "¥": frozenset({"CNY", "JPY"}),
    "元": frozenset({"CNY"}),
    "块": frozenset({"CNY"}),
    "块钱": frozenset({"CNY"}),
    "yuan": frozenset({"CNY"}),
    "rmb": frozenset({"CNY"}),
    "cny": frozenset({"CNY"}),
    "kuai": frozenset({"CNY"}),
    "人民币": frozenset({"CNY"}),
    "圆": frozenset({"CNY"}),
    "大洋": frozenset({"CNY"}),
    "$": frozenset({"USD", "CAD", "AUD", "SGD", "NZD"}),
    "usd": frozenset({"USD"}),
    "us$": frozenset({"USD"}),
    "hk$": frozenset({"HKD"}),
    "a$": frozenset({"AUD"}),
    "dollar": frozenset({"USD", "CAD", "AUD", "SGD", "HKD"}),
    "dollars": frozenset({"USD", "CAD", "AUD", "SGD", "HKD"}),
    "buck": frozenset({"USD"}),
    "bucks": frozenset({"USD"}),
    "美元": frozenset({"USD"}),
    "美金": frozenset({"USD"}),
    "刀": frozenset({"USD"}),
    "€": frozenset({"EUR"}),
    "euro": frozenset({"EUR"}),
    "euros": frozenset({"EUR"}),
    "eur": frozenset({"EUR"}),
    "欧元": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "quid": frozenset({"GBP"}),
    "gbp": frozenset({"GBP"}),
    "pounds sterling": frozenset({"GBP"}),
    "英镑": frozenset({"GBP"}),
}
_UP_TO = re.compile(r"\bup\s+to\s*$")
_SPACED = re.compile(
    r"\s?(g|h|m|l|w|t|v|in(?=\s*(?:[.,;:)x×]|$)|\s+(?:wide|long|tall|high|deep|thick|screen|display|by|and|to|or)\b))(?![a-z0-9])"
)
_ONE = re.compile(
    r"\ban?(?=\s+(?:hour|minute|kilo|kilogram|litre|liter|metre|meter|pound|gram)\b)"
    r"|(?<=\bfor )an?(?=\s+(?:day|week|month|year)\b)|(?:(?<=than )|(?<=over )|(?<=last )"
    r"|(?<=lasts ))an?(?=\s+(?:day|week|month|year)\b)"
)
_SIGN = re.compile(r"(us\$|hk\$|a\$|[$¥€£]|\b(?:rmb|usd|cny|eur|gbp))\s*$")
_MORE_MONEY = re.compile(r"\s*(?:日元|円|港币|港元|yen|rupees?|won)\b")
_BELOW = re.compile(
    r"(?:\b(?:under|below|less\s+than|fewer\s+than|not\s+even|cheaper\s+than|lighter\s+than"
    r"|shorter\s+than)|<|不到|低于|少于|不足|小于|没到)\s*(?:the\s+)?$"
)
_AT_MOST = re.compile(
    r"(?:\b(?:no\s+more\s+than|at\s+most|within|not\s+(?:over|above|more\s+than)|inside"
    r"|maximum\s+of)|<=|≤|不超过|至多|最多|控制在|不高于)\s*(?:your|the|a)?\s*$"
)
_AT_LEAST = re.compile(
    r"(?:\b(?:over|above|more\s+than|at\s+least|no\s+less\s+than|upwards?\s+of|exceeding"
    r"|longer\s+than|heavier\s+than)|>=?|≥|超过|高于|大于|至少|不低于|不少于|起码|多于)\s*$"
)
_AROUND = re.compile(
    r"(?:\b(?:around|about|roughly|approximately|approx\.?|some|circa|nearly|almost|close\s+to"
    r"|barely)|~|≈|大约|大概|约|差不多|接近|将近|近)\s*$"
)
_NEAR = r"(?:just|a\s+(?:little|bit|touch|hair)|slightly|barely)\s+"
_JUST_BELOW = re.compile(
    rf"\b{_NEAR}(?:under|below|less\s+than|shy\s+of)\s*(?:the\s+)?$|(?:略低于|略少于|不到一点)$"
)
_JUST_ABOVE = re.compile(
    rf"\b{_NEAR}(?:over|above|more\s+than|past)\s*(?:the\s+)?$|(?:略高于|略多于|刚过|刚刚超过)$"
)
_BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (_JUST_BELOW, "just below"),
    (_JUST_ABOVE, "just above"),
    (_AROUND, "around"),
    (_AT_MOST, "<="),
    (_BELOW, "below"),
    (_AT_LEAST, ">="),
)
_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"\s*(?:以内|之内|以下|之下|or\s+(?:less|under|below|cheaper)|封顶)"), "<="),
    (
        re.compile(
            r"\s*(?:以上|之上|or\s+(?:more|over|above|up|older)|\+|plus\b|and\s+(?:up|over|above)|开外|起(?![来床]))"
        ),
        ">=",
    ),
    (re.compile(r"\s*(?:左右|上下|前后|出头|or\s+so\b|-?ish\b)"), "around"),
)
_MORE = re.compile(r"^(?:多|来|几)")
_HALF_AFTER = re.compile(r"\s*and\s+a\s+half\b")
_GLUE = re.compile(r"\s*(?:and|又|零|,)?\s*")
_NUMERIC_TAGS = frozenset({"m", "mq", "x", "eng", "t", "q"})


@dataclass(frozen=True, slots=True)
class Measure:
    """A number at ``plain[start:end]``, its unit included. ``low`` to ``high`` in ``unit`` (None where none is
    said); ``dimension`` that of the unit; ``currencies``: what a money sign may mean; ``step``: the least that one
    more digit would change.
    """

    start: int
    end: int
    low: float
    high: float
    factor: float
    dimension: str | None
    currencies: frozenset[str]
    bound: Bound
    step: float
    number_start: int
    number_end: int
    unit_word: str = ""

    @property
    def base(self) -> tuple[float, float]:
        """In base units of the dimension."""
        return self.low * self.factor, self.high * self.factor


def find_measures(plain: str, units: Mapping[str, Unit]) -> list[Measure]:
    """Every number of a text, compound ones (5 hours 30 minutes) as one."""
    numbers = _real(plain, [_watts(plain, number) for number in find_numbers(plain)])
    numbers += [
        Number(m.start(), m.end(), 1.0, 1.0, False)
        for m in _ONE.finditer(plain)
        if not any(n.start <= m.start() < n.end for n in numbers)
    ]
    numbers.sort(key=lambda number: number.start)
    out: list[Measure] = []
    used = 0
    for quantity in find_quantities(plain, numbers, units):
        while used < len(numbers) and numbers[used].end <= quantity.start:
            used += 1
        inside = [n for n in numbers[used:] if n.start >= quantity.start and n.end <= quantity.end]
        if not inside:
            continue
        first, last = inside[0], inside[-1]
        start, end = first.start, last.end
        unit = quantity.unit
        currencies: frozenset[str] = frozenset()
        sign = _SIGN.search(plain[max(0, start - 6) : start])
        if sign:
            start -= len(sign.group())
            currencies = _SIGNS[sign.group(1)]
            unit = units["$"]
        word = quantity.unit_word
        if unit is not None and not sign and (inside[1:] or word):
            tail = (
                re.match(r"\s*-?\s*(?:多|来|几)?" + re.escape(word).replace(r"\ ", r"[\s-]+"), plain[end:])
                if word
                else None
            )
            if tail:
                end += tail.end()
            elif inside[1:]:
                end = max(end, quantity.end)
                word = plain[last.end : end].strip(" -")
            if unit.dimension == "money":
                currencies = _SIGNS.get(word, frozenset())
        if unit is None and first.written and (spaced := _SPACED.match(plain, end)):
            unit, end, word = units.get(spaced.group(1)), spaced.end(), spaced.group(1)
        if _MORE_MONEY.match(plain, end):
            currencies = frozenset({"?"})
        bound: Bound = (
            "range" if len(inside) > 1 or quantity.high > quantity.low else _bound(plain, start, end)
        )
        if _MORE.match(plain[last.end :]) and bound == "=":
            bound = "around"  # 三百多块
        low, high = quantity.low, quantity.high
        if unit is not None and (half := _HALF_AFTER.match(plain, end)):
            low, high, end = low + 0.5, high + 0.5, half.end()
        out.append(
            Measure(
                start,
                end,
                low,
                high,
                unit.factor if unit else 1.0,
                unit.dimension if unit else None,
                currencies,
                bound,
                _step(plain[last.start : last.end], high),
                first.start,
                last.end,
                word,
            )
        )
    return _compound(plain, out)


def _watts(plain: str, number: Number) -> Number:
    """1800 W of power, where it was read as 1800 万."""
    if (
        not number.written
        or plain[number.end - 1 : number.end] != "w"
        or re.match(r"\s*[元块人次部件¥$]", plain[number.end :])
    ):
        return number
    end = number.start + len(plain[number.start : number.end - 1].rstrip())
    return Number(number.start, end, number.low / 1e4, number.high / 1e4, True)


_UNIT_ENDS = r"块钱?|元|米|克|斤|升|寸|度"
"""What a numeral is joined to in words of the dictionary: 十块钱."""


def _real(plain: str, numbers: list[Number]) -> list[Number]:
    """Without the Chinese characters that count nothing (百搭, 一样, 十分)."""
    words = [(w.start, w.end, w.text, w.tag) for w in segment(plain)]
    kept: list[Number] = []
    for number in numbers:
        if not number.written and not plain[number.start : number.end].isascii():
            around = next((w for w in words if w[0] <= number.start and number.end <= w[1]), None)
            counts = around is not None and re.fullmatch(_UNIT_ENDS, plain[number.end : around[1]])
            if (
                around
                and not counts
                and (
                    around[2] in NOT_NUMBERS
                    or (around[1] - around[0] > number.end - number.start and around[3] not in _NUMERIC_TAGS)
                )
            ):
                continue
            if plain[number.start : number.end] == "半" and not re.match(
                r"(?:个)?(?:小时|钟头|天|年|斤|价)", plain[number.end :]
            ):
                continue
            if (
                plain[number.start : number.end] in ("一", "几", "两")
                and re.match(r"[\u4e00-\u9fff]", plain[number.end : number.end + 1])
                and not re.match(
                    r"百|千|万|元|块|克|斤|公斤|千克|米|厘米|小时|个小时|天|周|分钟|年|升|毫升|英寸|寸|倍|成|折",
                    plain[number.end :],
                )
            ) and plain[number.start : number.end] != "两":
                continue
        kept.append(number)
    return kept


def _bound(plain: str, start: int, end: int) -> Bound:
    before = plain[max(0, start - 32) : start]
    if _UP_TO.search(before) and plain[start] in "¥$€£":
        return "<="
    for pattern, bound in _BEFORE:
        if pattern.search(before):
            return bound
    for pattern, bound in _AFTER:
        if pattern.match(plain, end):
            return bound
    return "="


def _step(written: str, value: float) -> float:
    digits = re.match(r"[\d,]+(?:\.(\d+))?$", written)
    if digits and digits.group(1):
        return 10.0 ** -len(digits.group(1))
    return 1.0


def _compound(plain: str, found: list[Measure]) -> list[Measure]:
    """2 hours 10 minutes, 一小时五十分钟, 5 feet 3 inches: one measure."""
    out: list[Measure] = []
    for one in found:
        last = out[-1] if out else None
        if (
            last is not None
            and last.dimension is not None
            and last.dimension == one.dimension
            and last.factor > one.factor
            and one.high * one.factor < last.factor
            and last.bound != "range"
            and _GLUE.fullmatch(plain[last.end : one.start])
        ):
            total = (last.low * last.factor + one.low * one.factor) / one.factor
            out[-1] = Measure(
                last.start,
                one.end,
                total,
                total,
                one.factor,
                one.dimension,
                one.currencies,
                last.bound,
                one.step,
                last.number_start,
                one.number_end,
                one.unit_word,
            )
        else:
            out.append(one)
    return out


def agrees(measure: Measure, value: float, factor: float = 1.0) -> bool:
    """Whether a value (in units of ``factor`` base units) is what a measure says of it."""
    low, high = measure.base
    real = value * factor
    slack = 1e-6 * max(1.0, abs(real))
    match measure.bound:
        case "<=":
            return real <= high + slack
        case "just below":
            return 0.9 * low - slack <= real < low
        case "just above":
            return high < real <= 1.1 * high + slack
        case "below":
            return real < high - slack
        case ">=":
            return real >= low - slack
        case "range":
            return low - slack <= real <= high + slack
        case "around":
            if abs(real - low) <= 0.05 * abs(real) + slack:
                return True
            rounded = measure.low != 0 and float(f"{real / measure.factor:.1g}") == measure.low
            return rounded and abs(real - low) <= 0.15 * abs(real)
        case "=":
            if abs(real - low) <= slack:
                return True
            if measure.dimension == "money" or measure.dimension is None:
                return False
            # said in another unit, or with fewer decimals: 1.6 inches for 1.62, half an ounce for 14 g
            said_in_own = abs(measure.factor - factor) < 1e-9
            within = 0.5 * measure.step * measure.factor + slack
            return abs(real - low) <= within and abs(real - low) <= (0.012 if said_in_own else 0.03) * abs(
                real
            )
