"""A table of raw event columns to an EventBatch, vectorised, and why each row that cannot be taken is
refused.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.catalogue.normalise import LONGEST_ID, LONGEST_TEXT, clean
from palate.catalogue.reading import Block, Reject, shortened
from palate.feedback.columns import BAD, identifiers, kinds, moments, numbers
from palate.feedback.event_types import number_of
from palate.feedback.events import (
    IDS,
    KNOWN,
    LONGEST_DWELL,
    Pseudonymises,
    bad_timestamp,
    contradiction,
    missing_type,
    pseudonymised,
    unknown_type,
)
from palate.values import EventBatch

_RATING = number_of("rating")
_VIEW = number_of("view")
_COMMENT = number_of("comment")
_DWELL = number_of("dwell")


@dataclass(frozen=True, slots=True)
class Converted:
    """A block's events: ``batch``; ``bad_rows`` int64 [m]: the rows that cannot be taken, and ``explain``,
    which says why from the row as an object; ``capped``: dwell times that were cut to a day.
    """

    batch: EventBatch
    bad_rows: NDArray[np.int64]
    explain: Callable[[int, Mapping[str, Any]], str]
    capped: int = 0

    def reject(self, block: Block, room: int) -> list[Reject]:
        """The first ``room`` bad rows, as rejects."""
        kept = self.bad_rows[:room].tolist()
        if not kept:
            return []
        records = (
            [block.source[row] for row in kept]
            if isinstance(block.source, list)
            else block.source.take(pa.array(kept)).to_pylist()
        )
        return [
            Reject(int(block.lines[row]), self.explain(row, record), shortened(record))
            for row, record in zip(kept, records, strict=True)
        ]


@dataclass(slots=True)
class _Faults:
    """The first thing wrong with each row: 0 for nothing, else a position in ``names``, from 1."""

    rows: NDArray[np.uint8]
    names: list[str] = field(default_factory=list)

    def mark(self, name: str, where: NDArray[np.bool_]) -> None:
        self.names.append(name)
        self.rows[where & (self.rows == 0)] = len(self.names)


def convert(
    table: pa.Table, event_types: Mapping[str, str], pseudonyms: Pseudonymises, *, has_type: bool
) -> Converted:
    """The events of a table whose columns have their target names.

    ``has_type``: the file has a column event_type; without one its events are ratings or views.
    """
    n = len(table)
    column = _columns(table)
    faults = _Faults(np.zeros(n, np.uint8))
    users, user_ids = identifiers(column("user_id"), "user_id")
    faults.mark("user_id", users < 0)
    items, item_ids = identifiers(column("item_id"), "item_id")
    faults.mark("item_id", items < 0)
    seconds, moment_given = moments(column("timestamp"))
    faults.mark("timestamp", ~np.isfinite(seconds))
    values, value_bad = numbers(column("value" if "value" in table.column_names else "rating"))
    faults.mark("value", value_bad)
    if has_type:
        event_kinds, kind_given = kinds(column("event_type"), event_types)
    else:
        default = _RATING if "rating" in table.column_names else _VIEW
        event_kinds, kind_given = np.full(n, default, np.int16), np.zeros(n, np.bool_)
    faults.mark("event_type", event_kinds < 0)
    faults.mark("rating", (event_kinds == _RATING) & np.isnan(values))
    dwells = event_kinds == _DWELL
    faults.mark("dwell", dwells & (values < 0))
    too_long = dwells & (values > LONGEST_DWELL)
    capped_from = {int(row): float(values[row]) for row in np.flatnonzero(too_long & (faults.rows == 0))}
    values = np.where(too_long, LONGEST_DWELL, values) if capped_from else values
    texts = column("text").cast(pa.string())
    faults.mark("text", _lengths(texts) > LONGEST_TEXT)
    faults.mark(
        "comment",
        (event_kinds == _COMMENT) & (_lengths(pc.call_function("utf8_trim_whitespace", [texts])) == 0),
    )
    ids = {name: identifiers(column(name), name) for name in IDS if name in table.column_names}
    for name, (index, _) in ids.items():
        faults.mark(name, index == BAD)
    bad = np.flatnonzero(faults.rows)
    extras = _extras(table, column, ids, moment_given, kind_given, capped_from)
    if len(bad):
        kept = np.flatnonzero(faults.rows == 0)
        users, user_ids = _compact(users[kept], user_ids)
        items, item_ids = _compact(items[kept], item_ids)
        event_kinds, seconds, values = event_kinds[kept], seconds[kept], values[kept]
        extras = None if extras is None else [extras[row] for row in kept.tolist()]
    names, name_index = pseudonymised(user_ids, pseudonyms)
    batch = EventBatch(
        users=names,
        user_index=name_index[users],
        item_ids=item_ids,
        item_index=items.astype(np.int32, copy=False),
        kinds=event_kinds.astype(np.uint8),
        timestamps=seconds,
        values=values,
        extras=extras,
    )

    def explain(row: int, record: Mapping[str, Any]) -> str:
        return _explain(faults.names[faults.rows[row] - 1], record)

    return Converted(batch, bad, explain, len(capped_from))


def _columns(table: pa.Table) -> Callable[[str], pa.Array]:
    def column(name: str) -> pa.Array:
        if name not in table.column_names:
            return pa.nulls(len(table), pa.string())
        chunks = table.column(name).combine_chunks()
        return chunks.cast(pa.string()) if pa.types.is_null(chunks.type) else chunks

    return column


def _compact(index: NDArray[np.int32], values: list[str]) -> tuple[NDArray[np.int32], list[str]]:
    """The same, with the values that no row names left out."""
    used, compact = np.unique(index, return_inverse=True)
    return compact.astype(np.int32), [values[position] for position in used.tolist()]


def _explain(fault: str, record: Mapping[str, Any]) -> str:
    value = record.get(fault)
    match fault:
        case "user_id" | "item_id" if value is None or not str(value).strip():
            return f"{fault} is missing"
        case "user_id" | "item_id" | "session_id" | "turn_id" | "event_id":
            return (
                f"{fault} {str(value)[:40]!r} is no id: it is longer than {LONGEST_ID} characters, "
                "or holds control characters"
            )
        case "timestamp":
            return "timestamp is missing" if value in (None, "") else bad_timestamp(value)
        case "value":
            return f"value {record.get('value', record.get('rating'))!r} is not a finite number"
        case "event_type":
            return missing_type() if value in (None, "") else unknown_type(value)
        case "text":
            return f"text has more than {LONGEST_TEXT:,} characters"
        case _:
            return contradiction(fault, -1.0 if fault == "dwell" else None, False) or fault


def _extras(
    table: pa.Table,
    column: Callable[[str], pa.Array],
    ids: Mapping[str, tuple[NDArray[np.int32], list[str]]],
    moment_given: NDArray[np.bool_],
    kind_given: NDArray[np.bool_],
    capped_from: Mapping[int, float],
) -> list[dict[str, Any] | None] | None:
    """What does not fit the batch's columns, row by row; None where there is nothing at all."""
    extras: list[dict[str, Any] | None] = []
    for name, (index, values) in ids.items():
        extras = extras or [None] * len(table)
        for row in np.flatnonzero(index >= 0).tolist():
            _entry(extras, row)[name] = values[index[row]]
    if "text" in table.column_names:
        extras = extras or [None] * len(table)
        for row, text in enumerate(column("text").cast(pa.string()).to_pylist()):
            if text is not None and text.strip():
                _entry(extras, row)["text"] = clean(text)
    others = [name for name in table.column_names if name not in KNOWN]
    if "value" in table.column_names and "rating" in table.column_names:
        others.append("rating")
    given: list[tuple[str, Sequence[int] | None]] = [(name, None) for name in others]
    given += [
        ("timestamp", np.flatnonzero(moment_given).tolist()),
        ("event_type", np.flatnonzero(kind_given).tolist()),
    ]
    for name, rows in given:
        if rows is not None and not rows:
            continue
        extras = extras or [None] * len(table)
        values = _json_values(column(name) if rows is None else column(name).take(pa.array(rows)))
        for row, value in zip(range(len(table)) if rows is None else rows, values, strict=True):
            if value is not None and value != "":
                _entry(extras, row).setdefault("given", {})[name] = value
    for row, value in capped_from.items():
        extras = extras or [None] * len(table)
        _entry(extras, row).setdefault("given", {})["value"] = value
    return extras or None


def _lengths(texts: pa.Array) -> NDArray[np.int32]:
    return pc.call_function("utf8_length", [texts]).fill_null(0).to_numpy(zero_copy_only=False)


def _entry(extras: list[dict[str, Any] | None], row: int) -> dict[str, Any]:
    entry = extras[row]
    if entry is None:
        entry = extras[row] = {}
    return entry


def _json_values(column: pa.Array) -> list[Any]:
    values = column.to_pylist()
    if (
        pa.types.is_string(column.type)
        or pa.types.is_integer(column.type)
        or pa.types.is_boolean(column.type)
    ):
        return values
    return [_json_value(value) for value in values]


def _json_value(value: Any) -> Any:
    """A value as JSON can hold it: NaN is none, what JSON has no form for becomes its text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    if isinstance(value, dict):
        return {str(name): _json_value(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(inner) for inner in value]
    return value if value is None or isinstance(value, (str, int)) else str(value)
