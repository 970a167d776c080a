"""What a wish on an attribute means: which items of a column meet it.

An item without a value meets no wish but ``not in``. ``lower`` and ``higher`` compare with what was shown:
strictly below (above) the median of the values that the shown items have. Where nothing was shown, or none of
it has a value, such a wish restricts nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.column_set import Column
from palate.catalogue.columns import DateColumn, NumberColumn, TextColumn, period
from palate.errors import InvalidInput
from palate.values import Codes, Constraint


@dataclass(frozen=True, slots=True)
class Verdict:
    """``codes`` int32, in any order, repeats possible: the items that meet a wish where ``meets``, else those
    that do not.
    """

    codes: Codes
    meets: bool

    def flags(self, size: int) -> NDArray[np.bool_]:
        """Bool [size]: which items meet the wish."""
        flags = np.full(size, not self.meets)
        flags[self.codes] = self.meets
        return flags


_NO_CODES: Codes = np.zeros(0, np.int32)
_ANYTHING = Verdict(_NO_CODES, False)


def judge(columns: Sequence[Column], constraint: Constraint, relative_to: Codes | None) -> Verdict:
    """Which items meet ``constraint``. ``columns``: that of its attribute, then its localisations.

    ``relative_to``: the items shown last, for ``lower`` and ``higher``. Raises InvalidInput where the
    operator does not fit the attribute's type or the value cannot be read.
    """
    op = constraint.op
    if op in ("in", "=", "not in"):
        given = constraint.value if isinstance(constraint.value, list | tuple | set) else [constraint.value]
        found = [_having(column, constraint, value) for column in columns for value in given]
        return Verdict(np.concatenate(found) if found else _NO_CODES, op != "not in")
    column = columns[0]
    if not isinstance(column, NumberColumn):
        raise InvalidInput(
            f"{op!r} does not fit {constraint.attribute!r}, which is of type {column.kind}; "
            f"use 'in' or 'not in', or set its type to number or date"
        )
    if op in ("lower", "higher"):
        return _relative(column, op == "lower", relative_to)
    low, high = -np.inf, np.inf
    if op == "between":
        if not isinstance(constraint.value, list | tuple) or len(constraint.value) != 2:
            raise _unreadable(constraint, constraint.value, "between takes [low, high]")
        one, other = (_bounds(column, constraint, value) for value in constraint.value)
        low, high = min(one[0], other[0]), max(one[1], other[1])
    elif op == "<=":
        high = _bounds(column, constraint, constraint.value)[1]
    elif op == ">=":
        low = _bounds(column, constraint, constraint.value)[0]
    else:
        raise InvalidInput(
            f"unknown operator {op!r} on {constraint.attribute!r}; "
            f"one of: in, not in, =, <=, >=, between, lower, higher"
        )
    return Verdict(column.codes[(column.values >= low) & (column.values <= high)], True)


def _having(column: Column, constraint: Constraint, value: Any) -> Codes:
    """The items of a column that have a value: equal, of that period, or containing it in free text."""
    if value is None or isinstance(value, dict | list):
        raise _unreadable(constraint, value, "give a value or a list of values")
    if isinstance(column, TextColumn):
        return column.containing(str(value))
    if isinstance(column, NumberColumn):
        low, high = _bounds(column, constraint, value)
        return column.codes[(column.values >= low) & (column.values <= high)]
    return column.having(value)


def _relative(column: NumberColumn, lower: bool, relative_to: Codes | None) -> Verdict:
    known = column.at(relative_to) if relative_to is not None else np.zeros(0)
    known = known[~np.isnan(known)]
    if not len(known):
        return _ANYTHING
    middle = np.median(known)
    return Verdict(column.codes[column.values < middle if lower else column.values > middle], True)


def _bounds(column: NumberColumn, constraint: Constraint, value: Any) -> tuple[float, float]:
    """The first and last number (day, in a column of dates) that ``value`` stands for."""
    if isinstance(column, DateColumn):
        days = period(value)
        if days is None:
            raise _unreadable(constraint, value, "give a year or an ISO date such as 2020-05-31")
        return float(days[0]), float(days[1])
    try:
        number = float("nan") if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not np.isfinite(number):
        raise _unreadable(constraint, value, "give a number")
    return number, number


def _unreadable(constraint: Constraint, value: Any, remedy: str) -> InvalidInput:
    return InvalidInput(
        f"{value!r} cannot be read as a value of {constraint.attribute!r} with {constraint.op!r}; {remedy}"
    )
