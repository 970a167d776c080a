"""Quantities: a number or a range with its unit and the words that bound it (under, 以内, around, between ...
and).

Works on plain text. Says how a quantity is bounded; which attribute it bounds is ``bounds``' business.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from palate.understanding.lexicon import Unit
from palate.understanding.numbers import Number, find_numbers

Bound = Literal["<=", ">=", "around", "between", "=", "none"]

_MONEY_BEFORE = re.compile(r"(?:us\$|hk\$|a\$|\$|¥|€|£|\b(?:rmb|usd|cny|eur|gbp))\s*$")
_NEGATED_OVER = re.compile(
    r"(?:\b(?:not|no|nothing|nowt|never|without|don'?t|doesn'?t|isn'?t|can'?t|cannot|won'?t)\b"
    r"|n't\b)[^,.;!?]{0,32}?"
    r"\b(?:over|above|more|exceed\w*|beyond|longer|heavier|bigger|larger|higher|pricier|dearer"
    r"|thicker|taller)\b(?:\s+than)?\s*$"
)
_NEGATED_UNDER = re.compile(
    r"(?:\b(?:not|no|nothing|never|don'?t)\b|n't\b)[^,.;!?]{0,24}?\b(?:under|below|less|fewer"
    r"|shorter|lighter|smaller|lower|cheaper)\b(?:\s+than)?\s*$"
)
_AT_MOST_BEFORE = re.compile(
    r"(?:\b(?:under|below|beneath|less|fewer|lower|cheaper|shorter|lighter|smaller|thinner|quieter"
    r"|narrower)(?:\s+than)?|\bup\s*to|\bat\s+(?:the\s+)?most"
    r"|\b(?:max|maximum|limit|cap|capped|budget|ceiling|afford|spend(?:ing)?|pay)(?:\s+(?:is|of|at"
    r"|to|around|about|up\s+to|like|maybe|=))*\s*:?"
    r"|\b(?:stretch|push|go)(?:\s+it)?(?:\s+as\s+(?:far|high)\s+as|\s+(?:up\s+)?to)|\btops|\bwithin|\binside|\bi(?:'ve|\s+have)\s+(?:only\s+)?(?:got\s+)?|<=?|≤"
    r"|不要超过|别超过?|不超过?|不能超过|不想超过|不超过|不超出|不到|(?<!不)(?:低|少|小|短|轻|薄)于|不足|至多|最多|顶多|最高|最大|最长|最重|上限|不高于|不大于|不多于|不长于"
    r"|不重于|控制在|限制在|花不超过"
    r"|预算(?:是|在|为|大概|大约|差不多|就|只有|也就|有|约|[:：])*|少过|只有|手上有|身上有)\s*(?:the|a|about)?\s*$"
)
_BUDGET = re.compile(r"budget|预算")
_AT_LEAST_BEFORE = re.compile(
    r"(?:\b(?:over|above|exceeding|beyond|more|greater|larger|bigger|longer|heavier|higher|taller"
    r"|better|thicker)(?:\s+than)?|\bat\s+(?:the\s+)?least"
    r"|\b(?:min|minimum)(?:\s+of)?|\bno\s+less\s+than|\bnot\s+less\s+than|\bstarting\s+(?:at|from)"
    r"|\bfrom|\bupwards?\s+of|>=?|≥"
    r"|超过|高于|大于|多于|长于|重于|不低于|不少于|不小于|不短于|至少|起码|最少|最低|最小|最短|下限|大过|多过|不下)\s*$"
)
_AROUND_BEFORE = re.compile(
    r"(?:\b(?:around|about|roughly|approximately|approx\.?|near|nearly|circa|some|close\s+to)|~|≈"
    r"|大概|大约|差不多|约|接近|将近)\s*$"
)
_EXACT_BEFORE = re.compile(r"(?:\b(?:exactly|precisely|just|equal\s+to)|=|正好|刚好|恰好|就要|整)\s*$")
_BETWEEN_BEFORE = re.compile(r"(?:\b(?:between|from|range|anywhere\s+from)|在|介于|从)\s*$")
_AT_MOST_AFTER = re.compile(
    r"\s*(?:(?:a|an|per|each)\s+\w+\s+(?=max\b|maximum\b|tops\b|at\s+most\b))?(?:(?:is|are|was|'s)\s+(?:my|the|our)\s+(?:absolute\s+|very\s+)?(?:limit|max(?:imum)?|budget|ceiling|cap|most)\b"
    r"|(?:is\s+)?all\s+i\s+(?:have|can\s+spend|want\s+to\s+spend)\b|at\s+the\s+(?:very\s+)?(?:most|outside)\b|or\s+(?:less|under|below|cheaper|fewer|lower|lighter|shorter|smaller|so\s+max)|max\b"
    r"|maximum\b|tops\b|at\s+(?:the\s+)?(?:most|max(?:imum)?)\b|and\s+(?:under|below)|以内|之内|以里|以下|之下|顶天|到头|及以下"
    r"|或以下|内(?!存|裤|衣|胆|部)|封顶|不到|为限|打住|budget|limit)"
)
_AT_LEAST_AFTER = re.compile(
    r"(?=(?:\s+[a-z-]{2,14}){1,2}\s+or\s+(?:more|above|up|larger|bigger|longer)\b)"  # a 22 inch tv or larger
    r"|\s*(?:(?:or|and|n|&)\s+(?:more|above|over|up|larger|bigger|longer|higher|heavier|better|greater|taller)"
    r"|\+|plus\b|and\s+(?:up|above|over|more)|(?:(?:of\s+)?(?:ram|memory|storage|space|disk|battery)\s+)?(?:minimum|or\s+(?:more|up|better))\b|(?:ram\s+|memory\s+)?min\b(?!ute)|at\s+(?:the\s+)?(?:very\s+)?(?:least|min(?:imum)?)\b|no\s+less\b|upwards"
    r"|以上|之上|及以上|或以上|往上|朝上|起步|起跳|打底|起(?![床来])|开外)"
)
_AROUND_AFTER = re.compile(
    r"\s*(?:左右|上下|前后|附近|or\s+so|-?ish\b|or\s+thereabouts|的样子|多(?=[块元的]|$))"
)
_EXTENT = re.compile(r"\s+(?:tall|high|wide|long|deep|thick|across|heavy|old)\b")
_CONNECTOR = re.compile(r"\s*(?:-|~|–|—|to|through|until|至|到)\s*(?:the\s+)?(?:us\$|\$|¥|€|£|rmb|usd)?\s*")
_AND = re.compile(r"\s*(?:and|&|和|与|跟)\s*(?:us\$|\$|¥|€|£|rmb|usd)?\s*")
_GLUED_UNITS = {"in", "h", "m", "l", "w", "g", "t", "s"}
_SIGNS = {"$", "¥", "€", "£"}
_SPACED_UNITS = {"h", "m", "l", "w", "g"}
"""Those of them that one space may part from the number: 500 m from the beach."""


_BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (_NEGATED_OVER, "<="),
    (_NEGATED_UNDER, ">="),
    (_AT_MOST_BEFORE, "<="),
    (_AT_LEAST_BEFORE, ">="),
    (_AROUND_BEFORE, "around"),
    (_EXACT_BEFORE, "="),
)
_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (_AT_MOST_AFTER, "<="),
    (_AT_LEAST_AFTER, ">="),
    (_AROUND_AFTER, "around"),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """At ``plain[start:end]``, its bounding words included. ``low`` and ``high`` in ``unit`` (None where none
    is said).
    """

    start: int
    end: int
    low: float
    high: float
    unit: Unit | None
    bound: Bound
    unit_word: str = ""


def find_quantities(plain: str, numbers: list[Number], units: Mapping[str, Unit]) -> list[Quantity]:
    """Every number of the text read as a quantity, ranges as one."""
    out: list[Quantity] = []
    i = 0
    while i < len(numbers):
        number = numbers[i]
        end, unit = _unit_after(plain, number, units)
        if unit is None and not number.written and plain[number.start : number.end] in ("one", "一"):
            i += 1  # a lighter one, 便宜一点
            continue
        unit_word = plain[number.end : end].strip() if unit else ""
        start = number.start
        before = _MONEY_BEFORE.search(plain[max(0, start - 8) : start])
        if before:
            start -= len(before.group())
            unit = units.get("$", unit)
        low, high = number.low, number.high
        left = plain[max(0, start - 48) : start]
        bound: Bound | None = "between" if high > low else None
        if i + 1 < len(numbers):
            after = numbers[i + 1]
            gap = plain[end : after.start]
            joined = _CONNECTOR.fullmatch(gap) or (_BETWEEN_BEFORE.search(left) and _AND.fullmatch(gap))
            if joined and after.high >= low:
                after_end, after_unit = _unit_after(plain, after, units)
                low = _same_scale(low, after, plain)
                high, end, unit, bound = after.high, after_end, after_unit or unit, "between"
                between = _BETWEEN_BEFORE.search(left)
                start -= len(between.group()) if between else 0
                i += 1
        if bound != "between" or number.high > number.low:
            start, end, bound = _bounded(plain, start, end, left, bound)
            if unit is None and end > number.end:  # "10+ hours", "three or more people"
                end, unit = _unit_after(plain, Number(number.start, end, low, high, number.written), units)
        else:
            after = _AROUND_AFTER.match(plain, end) or _AT_MOST_AFTER.match(plain, end)
            end = after.end() if after else end
        out.append(Quantity(start, end, low, high, unit, bound or "none", unit_word))
        i += 1
    return out


def measured(plain: str, start: int, end: int, units: Mapping[str, Unit]) -> bool:
    """Whether what ends in a number at ``plain[start:end]`` is an amount of something: a unit follows, or money stands
    before it.
    """
    end = start + len(plain[start:end].rstrip())
    if not plain[end - 1].isdigit():
        return False
    after = _unit_after(plain, Number(start, end, 0, 0, True), units)[1]
    return after is not None or bool(_MONEY_BEFORE.search(plain[max(0, start - 8) : start]))


def _bounded(
    plain: str, start: int, end: int, left: str, bound: Bound | None
) -> tuple[int, int, Bound | None]:
    for pattern, op in _BEFORE:
        found = pattern.search(left)
        if found:
            about = _AROUND_AFTER.match(plain, end)
            after = about or _AT_MOST_AFTER.match(plain, end)
            if about and _BUDGET.match(found.group()):  # 预算两百左右 is no ceiling
                op = "around"
            return start - len(found.group()), after.end() if after else end, op
    extent = _EXTENT.match(plain, end)  # 12 cm tall or less
    for behind in (end, extent.end()) if extent else (end,):
        for pattern, op in _AFTER:
            found = pattern.match(plain, behind)
            if found:
                return start, found.end(), op
    return start, end, bound


def _unit_after(plain: str, number: Number, units: Mapping[str, Unit]) -> tuple[int, Unit | None]:
    found = _unit_pattern(tuple(units)).match(plain, number.end)
    if not found:
        return number.end, None
    word = re.sub(r"\s+", " ", found.group("unit"))
    if word in _SIGNS and plain[found.end() : found.end() + 1].isdigit():
        return number.end, None  # 80-$100
    if word in _GLUED_UNITS and not (
        number.written and found.start("unit") <= number.end + (word in _SPACED_UNITS)
    ):
        return number.end, None
    return found.end(), units.get(word)


@cache
def _unit_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = [
        re.escape(w).replace(r"\ ", r"[\s-]+") + (r"(?![a-z])" if w[-1].isascii() and w[-1].isalpha() else "")
        for w in words
    ]
    return re.compile(
        r"\s*-?\s*(?:多|来|几)?(?P<unit>"
        + "|".join(sorted(parts, key=len, reverse=True))
        + r")(?:\s+of(?=\s))?"
    )


_SCALES = {"k": 1e3, "千": 1e3, "万": 1e4, "百": 1e2, "w": 1e4, "hundred": 1e2, "thousand": 1e3, "grand": 1e3}


def _same_scale(low: float, after: Number, plain: str) -> float:
    """三到五千 means 三千到五千, and 3-5k means 3k to 5k."""
    last = plain[after.start : after.end].split()[-1]
    factor = _SCALES.get(last, _SCALES.get(last[-1]))
    return (
        low * factor
        if factor and low < 100 and low * factor < after.high * 1.0001 and after.high >= factor
        else low
    )


__all__ = ["Bound", "Quantity", "find_numbers", "find_quantities", "measured"]
