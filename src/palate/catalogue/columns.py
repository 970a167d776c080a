"""Columns of numbers, dates and free text over item codes: immutable, and as small as what they hold.

A column knows only the items that have a value. ``with_changes`` gives a new column that shares what it can.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.arrays import offsets, splice
from palate.catalogue.text import normal_form
from palate.values import AttributeType, Codes

_EPOCH = date(1970, 1, 1).toordinal()
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?", re.DOTALL)
_SECONDS_FROM = 10_000
"""A date given as a number: a year below this, epoch seconds from here on."""


def positions(column: Codes, codes: Codes) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where ``codes`` stand, or would stand, in the ascending ``column``, and whether they are there; both
    [len(codes)].
    """
    at = np.searchsorted(column, codes)
    there = np.zeros(len(codes), bool)
    inside = at < len(column)
    there[inside] = column[at[inside]] == codes[inside]
    return at, there


class NumberColumn:
    """Numbers: ``codes`` int32 [n] ascending, ``values`` float64 [n]."""

    kind: AttributeType = "number"

    def __init__(self, codes: Codes, values: NDArray[np.float64]) -> None:
        self.codes = codes
        self.values = values

    def __len__(self) -> int:
        return len(self.codes)

    @staticmethod
    def parse(value: Any) -> float | None:
        """The number that ``value`` is, None where it is none."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        number = float(value)
        return number if np.isfinite(number) else None

    @classmethod
    def build(cls, codes: Sequence[int], values: Sequence[Any]) -> Self:
        """From ascending codes and JSON values; what is no value of this kind is left out."""
        parsed = [cls.parse(value) for value in values]
        kept = [i for i, value in enumerate(parsed) if value is not None]
        return cls(
            np.array([codes[i] for i in kept], np.int32), np.array([parsed[i] for i in kept], np.float64)
        )

    def at(self, codes: Codes) -> NDArray[np.float64]:
        """float64 [len(codes)], NaN where an item has no value."""
        at, there = positions(self.codes, codes)
        found = np.full(len(codes), np.nan)
        found[there] = self.values[at[there]]
        return found

    def with_changes(self, codes: Codes, values: Sequence[Any]) -> Self:
        """A new column in which ``codes`` (ascending, each once) have ``values`` (None: no value now)."""
        parsed = [self.parse(value) for value in values]
        new = np.array([value is not None for value in parsed], bool)
        at, there = positions(self.codes, codes)
        numbers = np.array([value for value in parsed if value is not None], np.float64)
        return type(self)(
            splice(self.codes, at[there], at[new], codes[new]),
            splice(self.values, at[there], at[new], numbers),
        )


class DateColumn(NumberColumn):
    """Dates: as NumberColumn, the values being days since 1970-01-01."""

    kind: AttributeType = "date"

    @staticmethod
    def parse(value: Any) -> float | None:
        """The (first) day of an ISO date or time, a year, or epoch seconds; None where it is none."""
        days = period(value)
        return None if days is None else float(days[0])


def period(value: Any) -> tuple[int, int] | None:
    """The first and last day, since 1970-01-01, of what ``value`` names; None where it names no date.

    "2020-05-03" (with or without a time) is one day, "2020-05" a month, "2020" and 2020 a year, a greater
    number epoch seconds.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        if not np.isfinite(value) or abs(value) > 1e13:
            return None
        if abs(value) >= _SECONDS_FROM:
            day = int(value // 86_400)
            return day, day
        value = f"{value:04.0f}" if float(value).is_integer() else ""
    match = _DATE.fullmatch(str(value).strip())
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1).toordinal()
        if day:
            last = first
        elif month:
            last = (
                date(year or 0, month + 1, 1).toordinal()
                if month < 12
                else date(year or 0, 12, 31).toordinal() + 1
            ) - 1
        else:
            last = date(year or 0, 12, 31).toordinal()
    except ValueError:
        return None
    return first - _EPOCH, last - _EPOCH


def iso_date(days: float) -> str:
    """The ISO date of a number of days since 1970-01-01, kept within the years 1 to 9999."""
    return date.fromordinal(min(max(int(days) + _EPOCH, 1), date.max.toordinal())).isoformat()


class TextColumn:
    """Free text, searched by what it contains.

    ``codes`` int32 [n] ascending; the normal forms stand in ``blob`` (UTF-8, each ended by a line feed, which
    no normal form holds), the i-th from ``starts[i]`` to ``starts[i + 1]``, int64 [n + 1]. ``changed``:
    normal forms (None: gone) of the items changed since, which count instead.
    """

    kind: AttributeType = "text"

    def __init__(
        self,
        codes: Codes,
        starts: NDArray[np.int64],
        blob: NDArray[np.uint8],
        changed: Mapping[int, str | None] | None = None,
    ) -> None:
        self.codes = codes
        self.starts = starts
        self.blob = blob
        self.changed: Mapping[int, str | None] = changed or {}

    def __len__(self) -> int:
        _, there = positions(self.codes, np.fromiter(self.changed, np.int32, len(self.changed)))
        return len(self.codes) - int(there.sum()) + sum(text is not None for text in self.changed.values())

    @staticmethod
    def parse(value: Any) -> str | None:
        """The normal form of a text, a number, or a list of them; None where there is no text."""
        if value is None or isinstance(value, dict):
            return None
        if isinstance(value, list):
            value = ", ".join(str(part) for part in value)
        return normal_form(str(value)) or None

    @classmethod
    def build(cls, codes: Sequence[int], values: Sequence[Any]) -> Self:
        """From ascending codes and JSON values; empty texts are left out."""
        rows: list[bytes] = []
        kept: list[int] = []
        for code, value in zip(codes, values, strict=True):
            text = cls.parse(value)
            if text is not None:
                rows.append(text.encode("utf-8", "replace") + b"\n")
                kept.append(code)
        blob = np.frombuffer(b"".join(rows), np.uint8)
        return cls(np.array(kept, np.int32), offsets([len(row) for row in rows]), blob)

    def with_changes(self, codes: Codes, values: Sequence[Any]) -> Self:
        """A new column in which ``codes`` have ``values`` (None: no value now)."""
        changed = dict(self.changed)
        changed.update(zip(codes.tolist(), map(self.parse, values), strict=True))
        return type(self)(self.codes, self.starts, self.blob, changed)

    def compacted(self) -> Self:
        """The same column with nothing in ``changed``."""
        if not self.changed:
            return self
        texts: dict[int, str] = {
            code: bytes(self.blob[start:end]).decode()
            for code, start, end in zip(
                self.codes.tolist(), self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True
            )
            if code not in self.changed
        }
        texts.update((code, text) for code, text in self.changed.items() if text is not None)
        codes = sorted(texts)
        return self.build(codes, [texts[code] for code in codes])

    def containing(self, text: str) -> Codes:
        """The items whose normal form contains that of ``text``; int32, ascending. None for an empty text."""
        wanted = normal_form(text)
        if not wanted:
            return np.zeros(0, np.int32)
        pattern = re.compile(re.escape(wanted.encode("utf-8", "replace")))
        hits = np.fromiter((match.start() for match in pattern.finditer(self.blob.data)), np.int64)
        codes = self.codes[np.unique(np.searchsorted(self.starts, hits, side="right") - 1)]
        if not self.changed:
            return codes
        stale = np.fromiter(self.changed, np.int32, len(self.changed))
        fresh = [code for code, now in self.changed.items() if now is not None and wanted in now]
        return np.union1d(np.setdiff1d(codes, stale), np.array(fresh, np.int32)).astype(np.int32)
