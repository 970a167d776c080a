"""Block: a run of rows as a file gave them, before anything is known of items or events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MOST_REJECTS = 100_000
"""Rejects that are kept one by one; beyond them they are only counted."""

_LONGEST_ROW = 2_000


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be taken. ``line``: its first line in the file, from 1 (in Parquet its row);
    ``row``: the row as read, text cut at 2,000 characters.
    """

    line: int
    reason: str
    row: Any


@dataclass(frozen=True)
class Block:
    """n rows: ``source`` is a table (CSV: every column a string, "" where empty) or a list of n objects
    (JSON Lines).

    Columns have their target names. ``line_numbers()`` gives int64 [n], counted only when asked for.
    ``rejects``: the rows between these that do not parse, the first 100,000 of them; ``more_rejects``: how
    many more there are. ``position``: bytes of the file read when the block was complete. ``finish``: what
    makes an object of a row where the format has conventions of its own.
    """

    source: pa.Table | list[dict[str, Any]]
    line_numbers: Callable[[], NDArray[np.int64]]
    rejects: list[Reject] = field(default_factory=list)
    position: int = 0
    more_rejects: int = 0
    finish: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    def __len__(self) -> int:
        return len(self.source)

    @cached_property
    def lines(self) -> NDArray[np.int64]:
        """int64 [n]: the first line of each row, from 1."""
        return self.line_numbers()

    def records(self, start: int = 0, stop: int | None = None) -> list[dict[str, Any]]:
        """Rows ``start`` to ``stop`` as objects."""
        if isinstance(self.source, list):
            return self.source[start:stop]
        records = self.source.slice(start, None if stop is None else stop - start).to_pylist()
        return records if self.finish is None else [self.finish(record) for record in records]

    def table(self) -> pa.Table:
        """The rows as a table; a column of JSON Lines whose values have no common type becomes their
        texts.
        """
        if isinstance(self.source, pa.Table):
            return self.source
        names = dict.fromkeys(name for record in self.source for name in record)
        return pa.table({name: _column([record.get(name) for record in self.source]) for name in names})


def _column(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if value is None else as_text(value) for value in values], pa.string())


def as_text(value: Any) -> str:
    """A JSON value as the text of an id: 5 and 5.0 are "5", true is "true"."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def shortened(row: Mapping[str, Any] | str) -> Any:
    """A row fit for a rejects file: texts cut at 2,000 characters."""
    if isinstance(row, str):
        return row[:_LONGEST_ROW]
    return {name: value[:_LONGEST_ROW] if isinstance(value, str) else value for name, value in row.items()}
