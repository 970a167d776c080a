"""Columns of an event log, as Arrow read them, to numpy: ids, moments, numbers, kinds. Vectorised; where a
column holds something unusual, its distinct values go through Python one by one.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.catalogue.normalise import LONGEST_ID, identifier
from palate.catalogue.parsing import MISSING_TEXTS, moment_text, parse_date, parse_number
from palate.errors import InvalidInput
from palate.feedback.event_types import event_type_of, number_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MISSING = -1
BAD = -2

_ZONED = r"(Z|z|[+-]\d\d(:?\d\d)?)$"
_MILLISECONDS, _MICROSECONDS, _NANOSECONDS = 1e11, 1e14, 1e17
"""From these sizes on a number is a moment in that unit: 1e11 seconds lie in the year 5138, 1e11
milliseconds in 1973."""


def identifiers(column: pa.Array, name: str) -> tuple[NDArray[np.int32], list[str]]:
    """(index int32 [n] into the ids, MISSING or BAD where there is none that can be taken; distinct ids)."""
    encoded = column.dictionary_encode()
    index = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False)
    values: list[Any] = encoded.dictionary.to_pylist()
    if _all_plain(values):
        return index, values
    ids: dict[str, int] = {}
    codes = np.empty(len(values) + 1, np.int32)
    codes[-1] = MISSING
    for position, value in enumerate(values):
        try:
            codes[position] = ids.setdefault(identifier(value, name), len(ids))
        except InvalidInput:
            codes[position] = MISSING if isinstance(value, str) and not value.strip() else BAD
    return codes[index], list(ids)


def _all_plain(values: list[Any]) -> bool:
    """Whether all are texts that ``identifier`` would leave as they are."""
    try:
        joined = "".join(values)
    except TypeError:
        return False
    # of white space only the plain space counts as printable
    return (
        joined.isprintable() and " " not in joined and all(0 < len(value) <= LONGEST_ID for value in values)
    )


def kinds(column: pa.Array, event_types: Mapping[str, str]) -> tuple[NDArray[np.int16], Flags]:
    """(numbers int16 [n] of our event types, MISSING or BAD; bool [n]: given under another name than
    ours).
    """
    encoded = column.dictionary_encode()
    index = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False)
    names = [str(value) for value in encoded.dictionary.to_pylist()]
    codes = np.full(len(names) + 1, MISSING, np.int16)
    foreign = np.zeros(len(names) + 1, np.bool_)
    for position, name in enumerate(names):
        ours = event_type_of(name, event_types)
        if ours is not None:
            codes[position] = number_of(ours)
            foreign[position] = name != ours
        elif name.strip():
            codes[position] = BAD
    return codes[index], foreign[index]


def moments(column: pa.Array) -> tuple[Floats, Flags]:
    """(epoch seconds float64 [n], or positions; NaN where there is no moment; bool [n]: given in another
    form).
    """
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _from_timestamps(column.cast(pa.timestamp("us", getattr(kind, "tz", None)), safe=False))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        try:
            return _from_numbers(_floats(column))
        except pa.ArrowInvalid:
            pass
        try:
            first = pc.call_function(
                "match_substring_regex", [column.slice(0, 1)], pc.MatchSubstringOptions(_ZONED)
            )
            zoned = len(column) > 0 and bool(first[0].as_py())
            return _from_timestamps(column.cast(pa.timestamp("us", "UTC" if zoned else None)))
        except pa.ArrowInvalid:
            return _by_value(column, moment)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _from_numbers(_floats(column))
    return np.full(len(column), np.nan), np.zeros(len(column), np.bool_)


def moment(value: Any) -> tuple[float, bool]:
    """(epoch seconds of one value, NaN where it is no moment; whether it was given in another form than
    that).
    """
    if isinstance(value, str):
        number = parse_number(value)
        if number is None:
            text = parse_date(value)
            return (np.nan, False) if text is None else (_epoch(text), True)
        value = number
    if isinstance(value, date):
        return _epoch(moment_text(value) if isinstance(value, datetime) else value.isoformat()), True
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > _NANOSECONDS * 100:
        return np.nan, False
    seconds, given = _from_numbers(np.array([value], np.float64))
    return float(seconds[0]), bool(given[0])


def _epoch(text: str) -> float:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else datetime.fromisoformat(f"{text}T00:00:00+00:00")).timestamp()


def _from_timestamps(column: pa.Array) -> tuple[Floats, Flags]:
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    micros = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    seconds = np.where(valid & (micros >= 0), micros / 1e6, np.nan)
    return seconds, np.isfinite(seconds)


def _from_numbers(numbers: Floats) -> tuple[Floats, Flags]:
    """Seconds from seconds, milliseconds, microseconds or nanoseconds, told by size."""
    top = np.nanmax(numbers, initial=0.0)
    fine = bool(np.nanmin(numbers, initial=0.0) >= 0)
    if fine and top < _MILLISECONDS:
        return numbers, np.zeros(len(numbers), np.bool_)
    with np.errstate(invalid="ignore"):
        scale = np.select(
            [numbers >= _NANOSECONDS, numbers >= _MICROSECONDS, numbers >= _MILLISECONDS],
            [1e9, 1e6, 1e3],
            1.0,
        )
        seconds = numbers / scale
        seconds[~((seconds >= 0) & (seconds < _MILLISECONDS))] = np.nan
    return seconds, (scale > 1) & np.isfinite(seconds)


def numbers(column: pa.Array) -> tuple[Floats, Flags]:
    """(float64 [n], NaN where there is none; bool [n]: there is something that is no finite number)."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        try:
            values = _floats(column)
        except pa.ArrowInvalid:
            return _by_value(column, _number)
        return _finite(values, column.is_valid().to_numpy(zero_copy_only=False))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = _floats(column)
        # a NaN among floating numbers is how data frames write that there is none
        return _finite(values, ~np.isnan(values))
    return np.full(len(column), np.nan), column.is_valid().to_numpy(zero_copy_only=False)


def _finite(values: Floats, present: Flags) -> tuple[Floats, Flags]:
    bad = present & ~np.isfinite(values)
    return (np.where(bad, np.nan, values), bad) if bad.any() else (values, bad)


def _number(value: str) -> tuple[float, bool]:
    number = parse_number(value)
    if number is not None:
        return float(number), False
    return np.nan, value.strip().casefold() not in MISSING_TEXTS or value.strip().casefold() == "nan"


def _floats(column: pa.Array) -> Floats:
    """float64 [n], NaN for null; ArrowInvalid where a text is no number."""
    return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)


def _by_value(column: pa.Array, convert: Callable[[Any], tuple[float, bool]]) -> tuple[Floats, Flags]:
    encoded = column.dictionary_encode()
    index = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False)
    results = [convert(value) for value in encoded.dictionary.to_pylist()] + [(np.nan, False)]
    values, flags = zip(*results, strict=True)
    return np.array(values, np.float64)[index], np.array(flags, np.bool_)[index]
