"""Usual dwell, learnt from the log and kept with a version."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from palate.catalogue.documents import item_text
from palate.feedback.dwell import UsualDwell
from palate.recommenders.arrays import load_model, save_model
from palate.storage.store import Store
from palate.values import EVENT_TYPES, StoredItem

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
    names: dict[str, int] = {}
    kinds, lengths = np.zeros(size, np.int32), np.zeros(size, np.int32)
    for stored in items:
        if stored.item is not None:
            categories = stored.item.fields.get("categories") or [""]
            kinds[stored.code] = names.setdefault(str(categories[-1]), len(names))
            lengths[stored.code] = len(item_text(stored.item))
    codes, seconds = (np.concatenate(column) for column in zip(*found, strict=True))
    return UsualDwell.fit(codes, seconds, kinds, lengths)


def save_usual(folder: Path, usual: UsualDwell) -> None:
    """Write it into an existing, empty folder."""
    save_model(folder, {"whole": list(usual.whole)}, {"centre": usual.centre, "spread": usual.spread})


def load_usual(folder: Path) -> UsualDwell:
    """What ``save_usual`` wrote; ModelError where it is missing or damaged."""
    facts, arrays = load_model(folder, dict, ("centre", "spread"))
    centre, spread = (float(number) for number in facts["whole"])
    return UsualDwell(arrays["centre"], arrays["spread"], (centre, spread))
