"""An interaction benchmark: a folder with a log and items, or a log alone, in any form that an import reads; read
without a shop.

What cannot be read is refused and named, never skipped: a measure over part of the data would be another
measure. Ids are compared as they stand: ``"a1"`` and ``"A1"``, ``"7"`` and ``"07"`` are two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from palate.errors import InvalidInput
from palate.evaluation.benchmark_files import STEMS, find, read_event_table, read_item_file
from palate.evaluation.log import IMPRESSION, EventLog
from palate.feedback.columns import Floats, identifiers, kinds, moments, numbers
from palate.feedback.event_types import number_of
from palate.feedback.signals import UNREAD
from palate.training.dwell import usual_stays
from palate.values import EVENT_TYPES, Item

DWELL, RATING, VIEW = (number_of(name) for name in ("dwell", "rating", "view"))


@dataclass(frozen=True, slots=True)
class Benchmark:
    """``items``: by code, None where the events name an id that the items do not; ``item_ids`` and
    ``user_ids`` by number; ``notes``: what a reader of the measures should know of the data.
    """

    name: str
    items: tuple[Item | None, ...]
    item_ids: tuple[str, ...]
    user_ids: tuple[str, ...]
    log: EventLog
    notes: tuple[str, ...] = ()

    def category_features(self) -> sparse.csr_array | None:
        """Which item is of which category, float64 [n_items, categories] of 0 and 1: what diversity is
        measured on; None where no item has any.
        """
        named: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        for code, item in enumerate(self.items):
            given: Any = item.fields.get("categories") if item else None
            given = given if isinstance(given, list) else [given]
            for category in {str(value) for value in given if value}:
                rows.append(code)
                columns.append(named.setdefault(category, len(named)))
        if not named:
            return None
        return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(self.items), len(named)))


def read_benchmark(path: Path) -> Benchmark:
    """Read the benchmark in a folder, or the log that ``path`` is. Items are numbered as their file has them, then what
    only the events name, users by first appearance. InvalidInput, naming the file and the place, for what cannot be
    read.
    """
    if not path.exists():
        raise InvalidInput(f"there is no folder {str(path)!r} and no file of that name")
    if path.is_dir():
        log_file, item_file = find(path, "events"), find(path, "items")
    else:
        item_file = path.with_suffix(".item") if path.suffix == ".inter" else None
        log_file, item_file = path, item_file if item_file and item_file.is_file() else None
    if log_file is None:
        raise InvalidInput(
            f"{str(path)!r} has no events.csv, nor a log of another form or name ({', '.join(STEMS['events'])}; CSV, "
            "TSV, JSON Lines, Parquet or .inter); an interaction benchmark is a folder with items.jsonl and events.csv"
        )
    by_id = read_item_file(item_file) if item_file else {}
    user_index, users, item_index, event_items, event_kinds, times, values, notes = _events(
        read_event_table(log_file), log_file
    )
    if not by_id:
        notes.append("there is no file of items: nothing is known of them but their ids")

    item_ids = list(by_id)
    number = {item_id: code for code, item_id in enumerate(item_ids)}
    codes = np.array([number.setdefault(item_id, len(number)) for item_id in event_items], np.int32)
    unknown = list(number)[len(item_ids) :]
    if unknown and by_id:
        notes.append(f"{len(unknown)} items are named by events alone (the first: {unknown[0]!r})")
    log = EventLog.of(
        user_index,
        codes[item_index],
        event_kinds,
        times,
        values,
        len(users),
        len(number),
    )
    log = _with_dwells_read(log, [*by_id.values()])
    impressions = int(np.count_nonzero(event_kinds == IMPRESSION))
    if impressions:
        notes.append(f"{impressions} impressions were left out")
    if repeats := len(event_kinds) - impressions - len(log):
        notes.append(f"{repeats} repeated events count once")
    if not log.ordinal and len(log) and (log.timestamps == log.timestamps[0]).all():
        notes.append("all events have one timestamp: they stand in the order of the file")
    return Benchmark(
        path.resolve().name,
        (*by_id.values(), *([None] * len(unknown))),
        tuple(number),
        tuple(users),
        log,
        tuple(notes),
    )


def _with_dwells_read(log: EventLog, items: Sequence[Item]) -> EventLog:
    """The log, its dwells counted against what is usual for such items, as a shop with this log counts them; as they
    are where it has too few to tell.
    """
    dwells = log.kinds == DWELL
    usual = usual_stays(log.items[dwells], log.values[dwells], enumerate(items), log.n_items)
    read = replace(UNREAD, usual=usual)
    return replace(log, values=read.values(log.items, log.kinds, log.values, ()))


def read_items(folder: Path) -> dict[str, Item]:
    """The items of a benchmark by id, in order; the last of several with one id wins, as in an import. InvalidInput,
    naming the file and the line, for what cannot be read.
    """
    if not folder.is_dir():
        raise InvalidInput(f"there is no folder {str(folder)!r}")
    path = find(folder, "items")
    if path is None:
        raise InvalidInput(
            f"{str(folder)!r} has no items.jsonl, nor items of another form (CSV, TSV, Parquet or .item)"
        )
    return read_item_file(path)


def _events(
    table: pa.Table, path: Path
) -> tuple[
    NDArray[np.int32], list[str], NDArray[np.int32], list[str], NDArray[np.uint8], Floats, Floats, list[str]
]:
    """(user index, users, item index, item ids, kinds, timestamps, values, notes), as an import would read them."""
    n, notes = table.num_rows, list[str]()
    users, user_ids = identifiers(_column(table, "user_id"), "user_id")
    items, item_ids = identifiers(_column(table, "item_id"), "item_id")
    values, bad = np.full(n, np.nan), np.zeros(n, np.bool_)
    value = next((name for name in ("value", "rating") if name in table.column_names), None)
    if value:
        values, bad = numbers(_column(table, value))
    if "event_type" in table.column_names:
        codes, _ = kinds(_column(table, "event_type"), {})
    else:
        rated = "rating" in table.column_names
        codes = np.full(n, RATING if rated else VIEW, np.int16)
        notes.append(
            f"there is no column event_type: all events are taken for {'ratings' if rated else 'views'}"
        )
    if "timestamp" in table.column_names:
        times, _ = moments(_column(table, "timestamp"))
    else:
        times = np.arange(1.0, n + 1)
        notes.append(
            "there is no column timestamp: the order of the file is taken for the order of events; where it is none, "
            "only recommenders that do not care for the order are judged fairly"
        )
    for column, wrong, remedy in (
        ("user_id", users < 0, "it must be a text of at most 256 characters"),
        ("item_id", items < 0, "it must be a text of at most 256 characters"),
        ("event_type", codes < 0, f"it must be one of {', '.join(EVENT_TYPES)}"),
        ("timestamp", ~np.isfinite(times), "it must be epoch seconds, a position or ISO 8601"),
        (value or "", bad, "it must be a number or empty"),
    ):
        if wrong.any():
            row = int(np.argmax(wrong))
            given = table[column][row].as_py()
            raise InvalidInput(f"{str(path)!r} row {row + 1} has the {column} {given!r}; {remedy}")
    codes = codes.astype(np.uint8)
    ratings = values[codes == RATING]
    if len(ratings) and np.nanmin(ratings, initial=np.inf) == np.nanmax(ratings, initial=-np.inf):
        codes[codes == RATING] = VIEW
        notes.append(
            f"all ratings are {ratings[0]:g}: they say no more than that somebody took something, as views do"
        )
    return users, user_ids, items, item_ids, codes, times, values, notes


def _column(table: pa.Table, name: str) -> pa.Array:
    return table[name].combine_chunks()
