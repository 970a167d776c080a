"""An interaction benchmark: a folder with ``items.jsonl`` and ``events.csv`` (each may be gzipped), read
without a shop.

What cannot be read is refused and named, never skipped: a measure over part of the data would be another
measure. Ids are compared as they stand: ``"a1"`` and ``"A1"``, ``"7"`` and ``"07"`` are two.
"""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.csv as csv
from numpy.typing import NDArray
from scipy import sparse

from palate.catalogue.normalise import identifier
from palate.errors import InvalidInput
from palate.evaluation.log import IMPRESSION, EventLog
from palate.feedback.columns import Floats, identifiers, kinds, moments, numbers
from palate.values import EVENT_TYPES, Item

COLUMNS = ("user_id", "item_id", "event_type", "timestamp")


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


def read_benchmark(folder: Path) -> Benchmark:
    """Read the benchmark in ``folder``. Items are numbered as their file has them, then what only the events
    name, users by first appearance. InvalidInput, naming the file and the place, for what cannot be read.
    """
    by_id = read_items(folder)
    path = _find(folder, "events.csv")
    user_index, users, item_index, event_items, event_kinds, times, values = _events(_read_events(path), path)
    notes: list[str] = []

    item_ids = list(by_id)
    number = {item_id: code for code, item_id in enumerate(item_ids)}
    codes = np.array([number.setdefault(item_id, len(number)) for item_id in event_items], np.int32)
    unknown = list(number)[len(item_ids) :]
    if unknown:
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
    impressions = int(np.count_nonzero(event_kinds == IMPRESSION))
    if impressions:
        notes.append(f"{impressions} impressions were left out")
    if repeats := len(event_kinds) - impressions - len(log):
        notes.append(f"{repeats} repeated events count once")
    if not log.ordinal and len(log) and (log.timestamps == log.timestamps[0]).all():
        notes.append("all events have one timestamp: they stand in the order of the file")
    return Benchmark(
        folder.resolve().name,
        (*by_id.values(), *([None] * len(unknown))),
        tuple(number),
        tuple(users),
        log,
        tuple(notes),
    )


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise InvalidInput(
        f"{str(folder)!r} has no {name} and no {name}.gz; an interaction benchmark is a folder with "
        "items.jsonl and events.csv"
    )


def read_items(folder: Path) -> dict[str, Item]:
    """The items of a benchmark by id, in order; the last of several with one id wins, as in an import. InvalidInput,
    naming the file and the line, for what cannot be read.
    """
    if not folder.is_dir():
        raise InvalidInput(f"there is no folder {str(folder)!r}")
    path = _find(folder, "items.jsonl")
    items: dict[str, Item] = {}
    for number, line in _lines(path):
        try:
            record: object = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise InvalidInput(f"{str(path)!r} line {number} is not JSON: {error}") from None
        if not isinstance(record, Mapping):
            raise InvalidInput(f"{str(path)!r} line {number} is not a JSON object with an item_id")
        fields: dict[str, Any] = dict(record)
        try:
            item_id = identifier(fields.pop("item_id", None), "item_id")
        except InvalidInput as error:
            raise InvalidInput(f"{str(path)!r} line {number}: {error}") from None
        items[item_id] = Item(item_id, str(fields.pop("title", None) or item_id), fields)
    if not items:
        raise InvalidInput(f"{str(path)!r} has no items")
    return items


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """(number from 1, line) of those that are not blank."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if text := line.removeprefix(b"\xef\xbb\xbf").strip():
                    yield number, text
    except (OSError, EOFError) as error:
        raise InvalidInput(f"{str(path)!r} cannot be read: {error}") from None


def _read_events(path: Path) -> pa.Table:
    """Every column as text, so that no id is taken for a number."""
    try:
        with pa.input_stream(str(path), compression="detect") as file:
            header = csv.open_csv(file).schema.names
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise InvalidInput(
                f"{str(path)!r} has no column {missing[0]!r}; it has {', '.join(header)}; name its columns "
                f"{', '.join(COLUMNS)}"
            )
        wanted = [*COLUMNS, *(["value"] if "value" in header else [])]
        options = csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()),
            include_columns=wanted,
            strings_can_be_null=True,
            null_values=[""],
        )
        table = csv.read_csv(
            path, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=options
        )
    except (OSError, pa.ArrowException) as error:
        raise InvalidInput(f"{str(path)!r} cannot be read as CSV: {error}") from None
    if not table.num_rows:
        raise InvalidInput(f"{str(path)!r} has no events")
    return table


def _events(
    table: pa.Table, path: Path
) -> tuple[NDArray[np.int32], list[str], NDArray[np.int32], list[str], NDArray[np.uint8], Floats, Floats]:
    """(user index, users, item index, item ids, kinds, timestamps, values), as an import would read them."""
    users, user_ids = identifiers(_column(table, "user_id"), "user_id")
    items, item_ids = identifiers(_column(table, "item_id"), "item_id")
    codes, _ = kinds(_column(table, "event_type"), {})
    times, _ = moments(_column(table, "timestamp"))
    values, bad = np.full(table.num_rows, np.nan), np.zeros(table.num_rows, np.bool_)
    if "value" in table.column_names:
        values, bad = numbers(_column(table, "value"))
    for column, wrong, remedy in (
        ("user_id", users < 0, "it must be a text of at most 256 characters"),
        ("item_id", items < 0, "it must be a text of at most 256 characters"),
        ("event_type", codes < 0, f"it must be one of {', '.join(EVENT_TYPES)}"),
        ("timestamp", ~np.isfinite(times), "it must be epoch seconds, a position or ISO 8601"),
        ("value", bad, "it must be a number or empty"),
    ):
        if wrong.any():
            row = int(np.argmax(wrong))
            given = table[column][row].as_py()
            raise InvalidInput(f"{str(path)!r} row {row + 1} has the {column} {given!r}; {remedy}")
    return users, user_ids, items, item_ids, codes.astype(np.uint8), times, values


def _column(table: pa.Table, name: str) -> pa.Array:
    return table[name].combine_chunks()
