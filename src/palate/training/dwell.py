"""Usual dwell, learnt from the log and kept with a version."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.documents import item_text
from palate.feedback.dwell import UsualDwell
from palate.recommenders.arrays import load_model, save_model
from palate.storage.store import Store
from palate.training.versions import Version
from palate.values import EVENT_TYPES, Codes, Item, StoredItem

KEPT_IN = "dwell"
_DWELL = EVENT_TYPES.index("dwell")


def usual_dwell(store: Store, items: Sequence[StoredItem], size: int) -> UsualDwell | None:
    """How long people usually stay with items of a kind (their most specific category) and a text's length, for
    codes below ``size``; None where the log has too few dwells to tell.
    """
    found = [
        (history.items[rows], history.values[rows])
        for _, history in store.histories()
        if (rows := history.kinds == _DWELL).any()
    ]
    if not found:
        return None
    codes, seconds = (np.concatenate(column) for column in zip(*found, strict=True))
    present = ((stored.code, stored.item) for stored in items if stored.item is not None)
    return usual_stays(codes, seconds, present, size)


def usual_stays(
    codes: Codes, seconds: NDArray[np.float64], items: Iterable[tuple[int, Item]], size: int
) -> UsualDwell | None:
    """The same of m dwells on ``codes`` int32 [m] of ``seconds`` float64 [m]; ``items`` with their codes."""
    names: dict[str, int] = {}
    kinds, lengths = np.zeros(size, np.int32), np.zeros(size, np.int32)
    for code, item in items:
        given: Any = item.fields.get("categories") or [""]
        kinds[code] = names.setdefault(str(given[-1] if isinstance(given, list) else given), len(names))
        lengths[code] = len(item_text(item))
    return UsualDwell.fit(codes, seconds, kinds, lengths)


def save_usual(version: Path, usual: UsualDwell) -> None:
    """Write it into a version's folder."""
    folder = version / KEPT_IN
    folder.mkdir()
    save_model(folder, {"whole": list(usual.whole)}, {"centre": usual.centre, "spread": usual.spread})


def usual_of(version: Version) -> UsualDwell | None:
    """What ``save_usual`` wrote of a version, None where it wrote nothing; ModelError where it is damaged."""
    folder = version.folder / KEPT_IN
    if not folder.is_dir():
        return None
    facts, arrays = load_model(folder, dict, ("centre", "spread"))
    centre, spread = (float(number) for number in facts["whole"])
    return UsualDwell(arrays["centre"], arrays["spread"], (centre, spread))
