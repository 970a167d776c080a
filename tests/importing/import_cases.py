"""A store in memory, writers of every file format, and where the real data is."""

import csv
import gzip
import io
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from palate.catalogue.importing import import_items
from palate.feedback.importing import import_events
from palate.storage.store import Written
from palate.values import EVENT_TYPES, EventBatch, ImportResult, Item, StoredItem


class MemoryStore:
    """What importing needs of a store, by its contract."""

    def __init__(self) -> None:
        self.kept: dict[str, StoredItem] = {}
        self.events: list[dict[str, Any]] = []
        self.documents: dict[str, Any] = {}
        self.writes = 0
        self.dies_after: int | None = None
        self._seen: set[Any] = set()

    def put_items(self, items: Iterable[Item]) -> Written:
        if self.dies_after is not None and self.writes >= self.dies_after:
            raise KeyboardInterrupt
        self.writes += 1
        added = updated = unchanged = 0
        for item in items:
            json.dumps(dict(item.fields), allow_nan=False).encode()
            before = self.kept.get(item.item_id)
            if before is not None and before.item == item:
                unchanged += 1
                continue
            added += before is None
            updated += before is not None
            code = len(self.kept) if before is None else before.code
            self.kept[item.item_id] = StoredItem(code, item.item_id, self.writes, item)
        return Written(added, updated, unchanged)

    def items(self, after: int = 0) -> Iterable[StoredItem]:
        return [item for item in self.kept.values() if item.revision > after]

    def codes(self, item_ids: Sequence[str]) -> np.ndarray:
        return np.array([self.kept[id].code if id in self.kept else -1 for id in item_ids], np.int32)

    def append_events(self, batch: EventBatch) -> Written:
        assert len(set(batch.users)) == len(batch.users)
        assert len(set(batch.item_ids)) == len(batch.item_ids)
        assert set(batch.user_index.tolist()) == set(range(len(batch.users)))
        assert set(batch.item_index.tolist()) == set(range(len(batch.item_ids)))
        dtypes = [batch.user_index.dtype, batch.item_index.dtype, batch.kinds.dtype, batch.timestamps.dtype]
        assert [*dtypes, batch.values.dtype] == [np.int32, np.int32, np.uint8, np.float64, np.float64]
        added = unchanged = 0
        for row in range(len(batch)):
            extras = dict((batch.extras[row] if batch.extras is not None else None) or {})
            json.dumps(extras, allow_nan=False).encode()
            value = float(batch.values[row])
            event = {
                "user": batch.users[batch.user_index[row]],
                "item_id": batch.item_ids[batch.item_index[row]],
                "event_type": EVENT_TYPES[batch.kinds[row]],
                "timestamp": float(batch.timestamps[row]),
                "value": None if value != value else value,
                **extras,
            }
            key = event.get("event_id") or json.dumps({**event, "given": None}, sort_keys=True)
            if key in self._seen:
                unchanged += 1
            else:
                self._seen.add(key)
                self.events.append(event)
                added += 1
        return Written(added, 0, unchanged)

    def document(self, name: str) -> Any:
        return self.documents.get(name)

    def put_document(self, name: str, value: Any) -> None:
        self.documents[name] = json.loads(json.dumps(value))

    def catalogue(self) -> dict[str, Item]:
        return {id: stored.item for id, stored in self.kept.items() if stored.item is not None}


class PlainPseudonyms:
    """Pseudonyms that a test can read."""

    def many(self, ids: Sequence[str]) -> list[str]:
        return [f"p:{id}" for id in ids]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def items_in(store: MemoryStore, tmp_path: Path) -> Callable[..., ImportResult]:
    """Imports files of items into the test's store."""

    def run(
        *files: Path, columns: Mapping[str, str] = {}, types: Mapping[str, str] = {}, **more: Any
    ) -> ImportResult:
        into = more.pop("into", store)
        return import_items(
            into, files, columns=columns, types=types, rejects_folder=tmp_path / "rejects", **more
        )

    return run


@pytest.fixture
def events_in(store: MemoryStore, tmp_path: Path) -> Callable[..., ImportResult]:
    """Imports files of events into the test's store."""

    def run(
        *files: Path, columns: Mapping[str, str] = {}, types: Mapping[str, str] = {}, **more: Any
    ) -> ImportResult:
        into = more.pop("into", store)
        return import_events(
            into, PlainPseudonyms(), files,
            columns=columns, event_types=types, rejects_folder=tmp_path / "rejects", **more,
        )  # fmt: skip

    return run


def rejects_of(result: ImportResult) -> list[dict[str, Any]]:
    assert result.rejects_file is not None
    return [json.loads(line) for line in Path(result.rejects_file).read_text().splitlines()]


Rows = Sequence[Mapping[str, Any]]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def delimited(rows: Rows, delimiter: str, line_end: str = "\n") -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue()


def json_lines(rows: Rows) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


WRITERS: dict[str, Callable[[Path, Rows], object]] = {
    "csv": lambda path, rows: path.write_bytes(delimited(rows, ",").encode()),
    "csv with BOM": lambda path, rows: path.write_bytes(delimited(rows, ",").encode("utf-8-sig")),
    "csv crlf": lambda path, rows: path.write_bytes(delimited(rows, ",", "\r\n").encode()),
    "csv semicolon": lambda path, rows: path.write_bytes(delimited(rows, ";").encode()),
    "csv bars": lambda path, rows: path.write_bytes(delimited(rows, "|").encode()),
    "csv utf-16": lambda path, rows: path.write_bytes(delimited(rows, ",").encode("utf-16")),
    "csv gz": lambda path, rows: path.write_bytes(gzip.compress(delimited(rows, ",").encode())),
    "tsv": lambda path, rows: path.write_bytes(delimited(rows, "\t").encode()),
    "tsv gz": lambda path, rows: path.write_bytes(gzip.compress(delimited(rows, "\t").encode())),
    "jsonl": lambda path, rows: path.write_bytes(json_lines(rows).encode()),
    "jsonl gz": lambda path, rows: path.write_bytes(gzip.compress(json_lines(rows).encode())),
    "parquet": lambda path, rows: parquet.write_table(pa.Table.from_pylist(list(rows)), path),
}
"""Every format; none tells by the file's name what it is."""


@pytest.fixture(params=WRITERS)
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Rows], Path]:
    """Writes rows in one of the formats."""

    def run(rows: Rows) -> Path:
        path = tmp_path / "table.data"
        WRITERS[request.param](path, rows)
        return path

    return run


def real_data(name: str) -> Path:
    """A folder of the real data; the test is skipped where it is missing."""
    root = Path(os.environ.get("PALATE_TEST_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
    if not (root / name).is_dir():
        pytest.skip(f"the data set {name} is not in {root}; set PALATE_TEST_DATA to the folder that has it")
    return root / name
