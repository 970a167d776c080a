"""All columns of a catalogue: made from items, and kept on disk packed, so that 5,000 sparse columns are a
dozen files.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from palate.catalogue.arrays import load_array, load_json, offsets, save_array, save_json
from palate.catalogue.columns import DateColumn, NumberColumn, TextColumn
from palate.catalogue.values_column import ValueColumn, Vocabulary
from palate.errors import ModelError
from palate.values import AttributeType

Column = NumberColumn | TextColumn | ValueColumn

NOT_ATTRIBUTES = frozenset({"url", "image_url"})
"""Fields of an item that nobody wishes by: no column is made of them."""

_KNOWN_TYPES: Mapping[str, AttributeType] = {
    "categories": "list",
    "price": "number",
    "available": "bool",
    "created_at": "date",
    "description": "text",
    "brand": "category",
    "currency": "category",
    "language": "category",
}


def type_of(name: str, value: Any) -> AttributeType:
    """The type of an attribute of which nothing is known but one value."""
    if name in _KNOWN_TYPES:
        return _KNOWN_TYPES[name]
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list) else "text"


def build_column(kind: AttributeType, codes: Sequence[int], values: Sequence[Any]) -> Column:
    """A column of type ``kind`` from ascending codes and JSON values."""
    if kind == "number":
        return NumberColumn.build(codes, values)
    if kind == "date":
        return DateColumn.build(codes, values)
    if kind == "text":
        return TextColumn.build(codes, values)
    return ValueColumn.build(kind, codes, values)


class Columns(Mapping[str, Column]):
    """The columns of a snapshot by name. Changes are worked into a column when it is first asked for: one
    changed item touches many columns, and few of them are looked at before the next change comes.

    Threads may share it: two that work in the same changes make the same column, and working them in twice
    changes nothing.
    """

    def __init__(
        self, made: Mapping[str, Column], pending: Mapping[str, Mapping[int, Any]] | None = None
    ) -> None:
        self._made = dict(made)
        self._pending = dict(pending or {})

    def __getitem__(self, name: str) -> Column:
        changes = self._pending.get(name)
        column = self._made[name]
        if changes is not None:
            codes = sorted(changes)
            column = column.with_changes(np.array(codes, np.int32), [changes[code] for code in codes])
            self._made[name] = column
            self._pending.pop(name, None)
        return column

    def __contains__(self, name: object) -> bool:
        return name in self._made

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def with_changes(
        self, changes: Mapping[str, Mapping[int, Any]], types: Mapping[str, AttributeType]
    ) -> "Columns":
        """Columns in which, by name, these codes have these values (None: none any more); ``types``: those of
        all names.
        """
        pending = dict(self._pending)  # before the made ones: what leaves the one is in the other already
        made = dict(self._made)
        for name, values in changes.items():
            if name not in made:
                made[name] = build_column(types[name], [], [])
            pending[name] = {**pending.get(name, {}), **values}
        return Columns(made, pending)


def save_columns(folder: Path, columns: Mapping[str, Column]) -> None:
    """Write the columns into an existing folder, those of one kind end to end."""
    numbers = {name: column for name, column in columns.items() if isinstance(column, NumberColumn)}
    texts = {name: column.compacted() for name, column in columns.items() if isinstance(column, TextColumn)}
    values = {name: column for name, column in columns.items() if isinstance(column, ValueColumn)}
    save_json(
        folder,
        "columns",
        {
            "numbers": [(name, column.kind, len(column.codes)) for name, column in numbers.items()],
            "texts": [(name, len(column.codes), len(column.blob)) for name, column in texts.items()],
            "values": [
                (name, column.kind, len(column.codes), len(column.values), len(column.vocabulary))
                for name, column in values.items()
            ],
        },
    )
    save_array(folder, "number_codes", _joined([column.codes for column in numbers.values()], np.int32))
    save_array(folder, "number_values", _joined([column.values for column in numbers.values()], np.float64))
    save_array(folder, "text_codes", _joined([column.codes for column in texts.values()], np.int32))
    save_array(folder, "text_starts", _joined([column.starts for column in texts.values()], np.int64))
    save_array(folder, "text_blob", _joined([column.blob for column in texts.values()], np.uint8))
    save_array(folder, "value_codes", _joined([column.codes for column in values.values()], np.int32))
    save_array(folder, "value_indptr", _joined([column.indptr for column in values.values()], np.int64))
    save_array(folder, "value_values", _joined([column.values for column in values.values()], np.int32))
    save_array(folder, "value_starts", _joined([column.starts for column in values.values()], np.int64))
    save_array(folder, "value_holders", _joined([column.holders for column in values.values()], np.int32))
    labels = [orjson.dumps(column.vocabulary.labels) for column in values.values()]
    save_array(folder, "value_labels", np.frombuffer(b"".join(labels), np.uint8))
    save_array(folder, "value_label_starts", offsets([len(blob) for blob in labels]))


def load_columns(folder: Path) -> Columns:
    """The columns that ``save_columns`` wrote, mapped into memory; ModelError where something is missing or
    damaged.
    """
    toc = load_json(folder, "columns")
    columns: dict[str, Column] = {}
    try:
        codes = _cutter(load_array(folder, "number_codes", np.int32))
        numbers = _cutter(load_array(folder, "number_values", np.float64))
        for name, kind, n in toc["numbers"]:
            columns[name] = (DateColumn if kind == "date" else NumberColumn)(codes(n), numbers(n))
        codes = _cutter(load_array(folder, "text_codes", np.int32))
        starts = _cutter(load_array(folder, "text_starts", np.int64))
        blob = _cutter(load_array(folder, "text_blob", np.uint8))
        for name, n, size in toc["texts"]:
            columns[name] = TextColumn(codes(n), starts(n + 1), blob(size))
        codes = _cutter(load_array(folder, "value_codes", np.int32))
        indptr = _cutter(load_array(folder, "value_indptr", np.int64))
        values = _cutter(load_array(folder, "value_values", np.int32))
        starts = _cutter(load_array(folder, "value_starts", np.int64))
        holders = _cutter(load_array(folder, "value_holders", np.int32))
        labels = load_array(folder, "value_labels", np.uint8)
        bounds = load_array(folder, "value_label_starts", np.int64).tolist()
        for i, (name, kind, n, entries, size) in enumerate(toc["values"]):
            vocabulary = Vocabulary(size, _reader(labels[bounds[i] : bounds[i + 1]]))
            columns[name] = ValueColumn(
                kind, vocabulary, codes(n), indptr(n + 1), values(entries), starts(size + 1), holders(entries)
            )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(
            f"the columns in {str(folder)!r} are damaged ({error}); train the shop again"
        ) from None
    return Columns(columns)


def _joined(arrays: list[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype)


def _cutter(array: NDArray[Any]) -> Callable[[int], NDArray[Any]]:
    """A function that gives the next n entries of ``array``."""
    start = 0

    def cut(n: int) -> NDArray[Any]:
        nonlocal start
        start += n
        if start > len(array):
            raise IndexError(f"{start} entries wanted, {len(array)} there")
        return array[start - n : start]

    return cut


def _reader(blob: NDArray[np.uint8]) -> Callable[[], list[Any]]:
    return lambda: orjson.loads(blob.data)
