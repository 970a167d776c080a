"""Items from files into the store.

A file is read twice: once to learn the types of its attributes and which rows repeat an id, once to store
its rows, a transaction per few thousand. Types come first and each row replaces a whole item, so an import
that died is made good by running it again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.normalise import identifier, normalise
from palate.catalogue.reading import Block, Format, Reject, RejectsFile, detect_format, read_blocks, shortened
from palate.catalogue.types import REQUIRED, TypeInference, check_types
from palate.errors import InvalidInput
from palate.storage.store import Store
from palate.values import AttributeType, ImportResult, Item

TYPES_DOCUMENT = "attribute_types"
"""The store document with the attribute types of the shop, name = type."""

Progress = Callable[[int, int | None], None]
"""Called with the work done and its total, in bytes of the files (each is read twice)."""

_ROWS = 5_000
"""Rows per transaction."""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    layout: Format
    size: int


def import_items(
    store: Store,
    files: Sequence[Path],
    *,
    columns: Mapping[str, str],
    types: Mapping[str, str],
    rejects_folder: Path,
    progress: Progress | None = None,
) -> ImportResult:
    """Import items from files of any format that palate reads.

    ``columns``: source name = target name. ``types``: attribute = type, in place of the inferred one. Of
    rows with one item_id, over all the files, the last that can be taken wins; the others count as
    unchanged. Rows that cannot be taken go to ``<rejects_folder>/<file name>-rejects.jsonl``.

    Raises InvalidInput where a file cannot be read or has no column item_id or title, or where ``types`` is
    wrong.
    """
    given = check_types(types)
    opened = [_open(path, columns) for path in files]
    meter = _Meter(progress, 2 * sum(file.size for file in opened))
    inference = TypeInference()
    hashes: list[NDArray[np.int64]] = []
    for file in opened:
        for block in meter.watch(read_blocks(file.path, file.layout, "items", columns), file.size):
            for start in range(0, len(block), _ROWS):
                records = block.records(start, start + _ROWS)
                inference.add(records)
                hashes.append(_id_hashes(records))
    stored: dict[str, AttributeType] = dict(store.document(TYPES_DOCUMENT) or {})
    settled = inference.types(stored, given)
    _convert_stored(store, stored, settled)
    if settled != stored:
        store.put_document(TYPES_DOCUMENT, settled)
    winners = _winners(opened, columns, settled, hashes)
    return _store_rows(store, opened, columns, settled, winners, rejects_folder, meter)


def _open(path: Path, columns: Mapping[str, str]) -> _File:
    layout = detect_format(path, "items", columns)
    missing = [name for name in REQUIRED if name not in layout.names]
    if layout.names and missing:
        raise InvalidInput(
            f"{str(path)!r} has no column {' and no column '.join(map(repr, missing))}; its columns are "
            f"{', '.join(layout.names[:30])}. Say which is which with --map COLUMN={missing[0]}"
        )
    return _File(path, layout, path.stat().st_size)


def _id_hashes(records: list[dict[str, Any]]) -> NDArray[np.int64]:
    """int64 [n]: a hash of each record's id, 0 where it has none."""
    return np.fromiter((_id_hash(record) for record in records), np.int64, len(records))


def _id_hash(record: Mapping[str, Any]) -> int:
    try:
        return hash(identifier(record.get("item_id"), "item_id")) or 1
    except InvalidInput:
        return 0


def _winners(
    files: Sequence[_File],
    columns: Mapping[str, str],
    types: Mapping[str, AttributeType],
    hashes: list[NDArray[np.int64]],
) -> dict[int, int]:
    """For ids that come more than once: hash = number of the last row, over all files, that can be taken."""
    every = np.concatenate(hashes) if hashes else np.zeros(0, np.int64)
    distinct, counts = np.unique(every, return_counts=True)
    repeated = distinct[(counts > 1) & (distinct != 0)]
    if not len(repeated):
        return {}
    where = np.isin(every, repeated)
    winners: dict[int, int] = {}
    row = 0
    for file in files:
        for block in read_blocks(file.path, file.layout, "items", columns):
            for index in np.flatnonzero(where[row : row + len(block)]).tolist():
                record = block.records(index, index + 1)[0]
                try:
                    normalise(record, types)
                except InvalidInput:
                    continue
                winners[int(every[row + index])] = row + index
            row += len(block)
    return winners


def _store_rows(
    store: Store,
    files: Sequence[_File],
    columns: Mapping[str, str],
    types: Mapping[str, AttributeType],
    winners: Mapping[int, int],
    rejects_folder: Path,
    meter: "_Meter",
) -> ImportResult:
    added = updated = unchanged = repeats = rejected = row = 0
    rejects_files: list[str] = []
    notes: list[str] = []
    for position, file in enumerate(files):
        seen = 0
        namesakes = sum(other.path.name == file.path.name for other in files[:position])
        with RejectsFile(rejects_folder, file.path, namesakes) as rejects:
            for block in meter.watch(read_blocks(file.path, file.layout, "items", columns), file.size):
                refused, more = list(block.rejects), block.more_rejects
                for start in range(0, len(block), _ROWS):
                    items: list[Item] = []
                    for index, record in enumerate(block.records(start, start + _ROWS), start):
                        try:
                            item = normalise(record, types)
                        except InvalidInput as error:
                            refused.append(Reject(int(block.lines[index]), str(error), shortened(record)))
                            continue
                        if winners and winners.get(hash(item.item_id) or 1, row + index) != row + index:
                            repeats += 1
                        else:
                            items.append(item)
                    written = store.put_items(items)
                    added += written.added
                    updated += written.updated
                    unchanged += written.unchanged
                row += len(block)
                seen += len(block) + len(block.rejects) + block.more_rejects
                rejects.add(refused, more)
        rejected += rejects.count
        if rejects.count:
            rejects_files.append(str(rejects.path))
        if not seen:
            notes.append(f"{str(file.path)!r} has no rows")
    if repeats:
        notes.append(f"{repeats:,} rows repeat an item_id; of each the last row was taken")
    unchanged += repeats
    return ImportResult(
        read=added + updated + unchanged + rejected,
        added=added,
        updated=updated,
        unchanged=unchanged,
        rejected=rejected,
        rejects_file=rejects_files[0] if rejects_files else None,
        notes=tuple(notes + [f"more rejects in {path!r}" for path in rejects_files[1:]]),
        types=types,
    )


def _convert_stored(
    store: Store, before: Mapping[str, AttributeType], after: Mapping[str, AttributeType]
) -> None:
    """Bring the items in the store to types that changed. What no longer fits its type is left out of the
    item.
    """
    changed = {name for name, kind in before.items() if after[name] != kind}
    if not changed:
        return
    pending: list[Item] = []
    for stored in store.items():
        item = stored.item
        if item is None:
            continue
        affected = [name for name in item.fields if name in changed]
        if affected:
            pending.append(_converted(item, affected, after))
    for start in range(0, len(pending), _ROWS):
        store.put_items(pending[start : start + _ROWS])


def _converted(item: Item, affected: Sequence[str], types: Mapping[str, AttributeType]) -> Item:
    fields = dict(item.fields)
    for name in affected:
        try:
            fields |= normalise(
                {"item_id": item.item_id, "title": item.title, name: fields.pop(name)}, types
            ).fields
        except InvalidInput:
            continue
    return Item(item.item_id, item.title, fields)


class _Meter:
    """Turns the positions of blocks into progress over all files."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def watch(self, blocks: Iterator[Block], size: int) -> Iterator[Block]:
        """The blocks of one file of ``size`` bytes, reported as they are done."""
        for block in blocks:
            yield block
            self._report(self._done + min(block.position, size))
        self._done += size
        self._report(self._done)

    def _report(self, done: int) -> None:
        if self._progress is not None:
            self._progress(done, self._total)
