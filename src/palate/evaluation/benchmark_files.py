"""The files of an interaction benchmark: which they are, and their rows, in any form that an import reads.

Unlike an import nothing is skipped: a measure over part of the data would be another measure.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from palate.catalogue.normalise import identifier
from palate.catalogue.reading import Block, as_text, detect_format, read_blocks
from palate.catalogue.reading.names import Kind
from palate.errors import InvalidInput
from palate.values import Item

STEMS: Mapping[Kind, tuple[str, ...]] = {
    "events": ("events", "interactions", "ratings"),
    "items": ("items", "movies", "products"),
}
"""What the files are called, before the first dot; an earlier name goes before a later one."""
ENDINGS: Mapping[Kind, tuple[str, ...]] = {"events": (".inter", "u.data"), "items": (".item",)}
"""How else the name of such a file may end: RecBole's files, and MovieLens-100k's."""
USUAL: Mapping[Kind, str] = {"events": "events.csv", "items": "items.jsonl"}
"""The form of an interaction benchmark; it goes before the same name with other endings."""
WANTED = ("user_id", "item_id", "event_type", "timestamp", "value", "rating")
REQUIRED = ("user_id", "item_id")


def find(folder: Path, kind: Kind) -> Path | None:
    """The file of events or items in a folder, None where there is none; InvalidInput where there are several and
    none goes before the others.
    """
    found: dict[int, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        name = path.name.removesuffix(".gz")
        stem = path.name.split(".")[0]
        if not path.is_file() or path.name.startswith("."):
            continue
        if stem in STEMS[kind]:
            found.setdefault(STEMS[kind].index(stem), []).append(path)
        elif name.endswith(ENDINGS[kind]):
            found.setdefault(len(STEMS[kind]), []).append(path)
    if not found:
        return None
    first = found[min(found)]
    first = [path for path in first if path.name.removesuffix(".gz") == USUAL[kind]] or first
    if len(first) > 1:
        raise InvalidInput(
            f"{str(folder)!r} has several files of {kind}: {', '.join(path.name for path in first)}; leave one of them"
        )
    return first[0]


def read_event_table(path: Path) -> pa.Table:
    """The columns of a log that are WANTED, those that there are, under these names. InvalidInput, naming the file and
    the place, for what cannot be read, or where a REQUIRED column is missing.
    """
    chunks: dict[str, list[pa.Array]] = {}
    rows = 0
    for block in _blocks(path, "events"):
        table = block.table()
        missing = [name for name in REQUIRED if name not in table.column_names]
        if missing:
            raise InvalidInput(
                f"{str(path)!r} has no column {missing[0]!r}; it has {', '.join(table.column_names[:30])}; name its "
                f"columns {', '.join(WANTED[:4])}"
            )
        for name in WANTED:
            if name in table.column_names:
                before = chunks.setdefault(name, [pa.nulls(rows)] if rows else [])
                before.append(table.column(name).combine_chunks())
            elif name in chunks:
                chunks[name].append(pa.nulls(len(table)))
        rows += len(table)
    if not rows:
        raise InvalidInput(f"{str(path)!r} has no events")
    return pa.table({name: _one_type(parts) for name, parts in chunks.items()})


def read_item_file(path: Path) -> dict[str, Item]:
    """Items by id, in order; the last of several with one id wins, as in an import. InvalidInput as above."""
    items: dict[str, Item] = {}
    for block in _blocks(path, "items"):
        for row, record in enumerate(block.records()):
            fields = dict(record)
            try:
                item_id = identifier(fields.pop("item_id", None), "item_id")
            except InvalidInput as error:
                raise InvalidInput(f"{str(path)!r} line {int(block.lines[row])}: {error}") from None
            if isinstance(categories := fields.get("categories"), str):
                fields["categories"] = [part for part in categories.split("|") if part]
            items[item_id] = Item(item_id, str(fields.pop("title", None) or item_id), fields)
    if not items:
        raise InvalidInput(f"{str(path)!r} has no items")
    return items


def _blocks(path: Path, kind: Kind) -> Iterator[Block]:
    layout = detect_format(path, kind, {})
    for block in read_blocks(path, layout, kind, {}):
        if block.rejects:
            first = block.rejects[0]
            raise InvalidInput(f"{str(path)!r} line {first.line} cannot be read: {first.reason}")
        yield block


def _one_type(parts: Sequence[pa.Array]) -> pa.Array:
    """One column of the blocks' parts: as they are where all have a type, else their texts; "" is nothing."""
    kinds = {part.type for part in parts if not pa.types.is_null(part.type)}
    kind = kinds.pop() if len(kinds) == 1 else pa.string()
    column = pa.chunked_array([_as(part, kind) for part in parts], kind).combine_chunks()
    if pa.types.is_string(kind) and column.null_count < len(column):
        empty = pc.call_function("equal", [column, ""])
        column = pc.call_function("if_else", [empty, pa.scalar(None, kind), column])
    return column


def _as(part: pa.Array, kind: pa.DataType) -> pa.Array:
    if part.type == kind:
        return part
    if pa.types.is_null(part.type):
        return pa.nulls(len(part), kind)
    return pa.array([None if value is None else as_text(value) for value in part.to_pylist()], pa.string())
