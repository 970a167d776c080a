"""Event logs from files into the store: columns all the way, a transaction per block of rows.

The store recognises events that it has, so an import that died is made good by running it again.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.reading import Format, RejectsFile, detect_format, read_blocks
from palate.errors import InvalidInput
from palate.feedback.conversion import convert
from palate.feedback.event_types import check_event_types
from palate.feedback.events import Pseudonymises
from palate.feedback.rating_scale import RATING, USUAL, keep_scale
from palate.storage.store import Store
from palate.values import ImportResult

Progress = Callable[[int, int | None], None]
"""Called with the work done and its total, in bytes of the files."""

_REQUIRED = ("user_id", "item_id", "timestamp")


def import_events(
    store: Store,
    pseudonyms: Pseudonymises,
    files: Sequence[Path],
    *,
    columns: Mapping[str, str],
    event_types: Mapping[str, str],
    rejects_folder: Path,
    reads_scale: bool = True,
    progress: Progress | None = None,
) -> ImportResult:
    """Import events from files of any format that palate reads.

    ``columns``: source name = target name; ``event_types``: foreign event name = ours. A file without a
    column event_type holds ratings where it has a column rating, else views. Rows that cannot be taken go to
    ``<rejects_folder>/<file name>-rejects.jsonl``; events that are stored already count as unchanged.
    ``reads_scale``: whether the scale of ratings is read from them (palate.feedback.rating_scale).

    Raises InvalidInput where a file cannot be read or lacks a column user_id, item_id or timestamp.
    """
    check_event_types(event_types)
    opened = [(path, _open(path, columns)) for path in files]
    total = sum(path.stat().st_size for path in files)
    done = added = updated = unchanged = rejected = capped = unknown = 0
    rejects_files: list[str] = []
    ratings: list[NDArray[np.float64]] = []
    notes: list[str] = []
    for position, (path, layout) in enumerate(opened):
        size = path.stat().st_size
        seen = 0
        namesakes = sum(other.name == path.name for other, _ in opened[:position])
        with RejectsFile(rejects_folder, path, namesakes) as rejects:
            has_type = "event_type" in layout.names
            for number, block in enumerate(read_blocks(path, layout, "events", columns)):
                table = block.table()
                if number == 0 and not layout.names:
                    has_type = "event_type" in table.column_names
                converted = convert(table, event_types, pseudonyms, has_type=has_type)
                if len(converted.batch):
                    if (rated := converted.batch.kinds == RATING).any():
                        ratings.append(converted.batch.values[rated])
                    unknown += int(np.count_nonzero(store.codes(converted.batch.item_ids) < 0))
                    written = store.append_events(converted.batch)
                    added += written.added
                    updated += written.updated
                    unchanged += written.unchanged
                refused = converted.reject(block, rejects.room)
                more = block.more_rejects + len(converted.bad_rows) - len(refused)
                rejects.add(block.rejects + refused, more)
                seen += len(block) + len(block.rejects) + block.more_rejects
                capped += converted.capped
                if progress is not None:
                    progress(done + min(block.position, size), total)
        done += size
        if progress is not None:
            progress(done, total)
        rejected += rejects.count
        if rejects.count:
            rejects_files.append(str(rejects.path))
        if not seen:
            notes.append(f"{str(path)!r} has no rows")
    if reads_scale and ratings and (scale := keep_scale(store, np.concatenate(ratings))) != USUAL:
        notes.append(
            f"ratings are taken to be on a scale of {scale[0]:g} to {scale[1]:g}, as they are seen; "
            "feedback.rating_scale sets another"
        )
    if unknown:
        notes.append(f"{unknown:,} items that these events name are not in the catalogue yet")
    if capped:
        notes.append(f"{capped:,} dwell times beyond a day were cut to a day")
    return ImportResult(
        read=added + updated + unchanged + rejected,
        added=added,
        updated=updated,
        unchanged=unchanged,
        rejected=rejected,
        rejects_file=rejects_files[0] if rejects_files else None,
        notes=tuple(notes + [f"more rejects in {path!r}" for path in rejects_files[1:]]),
    )


def _open(path: Path, columns: Mapping[str, str]) -> Format:
    layout = detect_format(path, "events", columns)
    missing = [name for name in _REQUIRED if name not in layout.names]
    if layout.names and missing:
        raise InvalidInput(
            f"{str(path)!r} has no column {' and no column '.join(map(repr, missing))}; its columns are "
            f"{', '.join(layout.names[:30])}. Say which is which with --map COLUMN={missing[0]}"
        )
    return layout
