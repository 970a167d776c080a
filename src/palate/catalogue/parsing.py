"""Values from their texts: numbers and money, dates, truth values, lists. Each gives None where the text is
no such thing.
"""

import json
import re
import unicodedata
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

Number = int | float

MISSING_TEXTS = frozenset({"", "null", "n/a", "\\n", "-", "none", "nan", "#n/a"})
"""Case-folded texts that mean "no value" where a number, a date or a truth value stands otherwise."""

_MONEY = (
    r"(?:US\$|HK\$|NT\$|[AC]\$|R\$|[$¥€£₩₹₽฿₫₺]|元|円|kr|zł"
    r"|RMB|CNY|USD|EUR|GBP|JPY|HKD|TWD|KRW|INR|AUD|CAD|CHF|BRL)"
)
_AMOUNT = re.compile(
    rf"([-+−]?)\s*({_MONEY})?\s*([-+−]?)((?:\d|\.\d)[\d.,'’ ]*)\s*({_MONEY}|%)?", re.IGNORECASE
)
_PLAIN = re.compile(r"[-+]?(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+)(?:e[-+]?\d{1,3})?", re.IGNORECASE)
_COMMA_GROUPS = re.compile(r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_DOT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}")
_ONE_DOT_GROUP = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_OTHER_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[ '’]\d{3})+(?:[.,]\d+)?")
_DECIMAL_COMMA = re.compile(r"(?:0|[1-9]\d*),\d+")
_MOST_DIGITS = 15
"""A longer row of digits is an identifier: a double would not hold it."""

_LONGEST = 64
"""No number and no date is longer; longer texts would only fill the caches."""

_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
    r"(?:[T ]\s*(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?(?:\d{2})?)?)?",
    re.IGNORECASE,
)
_TRUE = frozenset({"true", "yes", "是", "1"})
_FALSE = frozenset({"false", "no", "否", "0"})
_PAIRED = re.compile(r"\s*[|;；]\s*|\s+>\s+")


def parse_number(text: str) -> Number | None:
    """The number that a text writes: 1299, "1,299.00", "1.299,00 €", "¥1,299", "12 %" (12), "1e3".

    A comma before exactly three digits groups thousands, else it is the decimal mark. A single point before
    three digits is the decimal mark, but groups where a money sign stands by, since prices have no third
    decimal. Units other than money and percent, leading zeros ("007") and more than 15 digits make it a
    text.
    """
    return _parse_number(text) if len(text) <= _LONGEST else None


@lru_cache(50_000)
def _parse_number(text: str) -> Number | None:
    plain = text.strip()
    if _PLAIN.fullmatch(plain):
        return _number(plain, False)
    match = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", plain))
    if match is None:
        return None
    sign, before, second_sign, amount, after = match.groups()
    if (sign and second_sign) or (before and after):
        return None
    body = amount.strip()
    is_money = bool(before) or after not in (None, "%")
    if _COMMA_GROUPS.fullmatch(body):
        body = body.replace(",", "")
    elif _DOT_GROUPS.fullmatch(body) or (is_money and _ONE_DOT_GROUP.fullmatch(body)):
        body = body.replace(".", "").replace(",", ".")
    elif _OTHER_GROUPS.fullmatch(body):
        body = re.sub("[ '’]", "", body).replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(body):
        body = body.replace(",", ".")
    elif not _PLAIN.fullmatch(body):
        return None
    return _number(body, "-" in sign + second_sign or "−" in sign + second_sign)


def _number(text: str, negative: bool) -> Number | None:
    if "." not in text and len(text.lstrip("+-")) > _MOST_DIGITS:
        return None
    value = float(text)
    return plain_number(-value if negative else value)


def plain_number(value: float) -> Number | None:
    """A number in one form, whatever file it came from: whole ones as int; None where it is not finite."""
    if value != value or value in (float("inf"), float("-inf")):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)


def parse_bool(text: str) -> bool | None:
    """The truth value of true, false, yes, no, 是, 否, 1, 0, in any case."""
    word = text.strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def parse_date(text: str) -> str | None:
    """The ISO form of a date ("2026-01-31") or of a moment in UTC ("2026-01-31T08:00:00Z"; no zone given
    means UTC).

    Taken: ISO 8601, also with slashes or points, and 2026年1月31日.
    """
    return _parse_date(text) if len(text) <= _LONGEST else None


@lru_cache(50_000)
def _parse_date(text: str) -> str | None:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, *pairs, time, zone = match.groups()
    month, day = (int(part) for part in pairs if part is not None)
    try:
        if time is None:
            return date(int(year), month, day).isoformat()
        hour, rest = time.split(":", 1)
        zone = "+00:00" if zone is None or zone.upper() == "Z" else zone
        moment = datetime.fromisoformat(f"{int(year):04}-{month:02}-{day:02}T{int(hour):02}:{rest}{zone}")
        return moment_text(moment)
    except (ValueError, OverflowError):
        return None


def moment_text(moment: datetime) -> str:
    """The ISO form of a moment in UTC; without a zone it is taken for UTC."""
    utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return utc.isoformat().replace("+00:00", "Z")


def parse_list(text: str) -> list[str]:
    """The values of a list written as text: a JSON array, or values with ``|``, ``;`` or `` > `` between
    them.
    """
    elements = parse_json_array(text)
    if elements is None:
        return _PAIRED.split(text.strip())
    return [
        element if isinstance(element, str) else json.dumps(element, ensure_ascii=False)
        for element in elements
        if element is not None
    ]


def parse_json_array(text: str) -> list[Any] | None:
    """The elements of a JSON array, None where the text is none."""
    stripped = text.strip()
    if not (stripped.startswith("[") and stripped.endswith("]")):
        return None
    try:
        return json.loads(stripped)
    except (ValueError, RecursionError):
        return None
