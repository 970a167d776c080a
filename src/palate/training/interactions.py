"""The event log as a training set."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.documents import item_text
from palate.feedback.dwell import UsualDwell
from palate.feedback.profile import ORDINAL_BELOW, event_worths, return_visits, sum_by_item
from palate.feedback.signals import UNREAD, Signals
from palate.recommenders.arrays import load_model, save_model
from palate.recommenders.base import Interactions
from palate.settings import FeedbackSettings
from palate.storage.store import Store
from palate.values import EVENT_TYPES, History, StoredItem

_DWELL = EVENT_TYPES.index("dwell")

PAGE_EVENTS = 500_000
"""Events weighed at a time: about 50 MB."""


def build(store: Store, settings: FeedbackSettings, n_items: int, signals: Signals = UNREAD) -> Interactions:
    """Every user's history as in Interactions: weights are those of the profile (feedback.profile),
    undecayed; ``signals`` read dwells and comments.

    Items stand in the order of their last events; equal timestamps keep the order of arrival. Codes of
    ``n_items`` and more (items that came after the snapshot) are left out. Where a log has both times and
    positions, positions are taken to be as old as the oldest time.
    """
    indptr = [np.zeros(1, np.int64)]
    items = [np.zeros(0, np.int32)]
    weights = [np.zeros(0, np.float32)]
    timestamps = [np.zeros(0, np.float64)]
    total = 0
    for page in _pages(history for _, history in store.histories()):
        codes = np.concatenate([history.items for history in page])
        users = np.repeat(np.arange(len(page)), [len(history) for history in page])
        kinds = np.concatenate([history.kinds for history in page])
        moments = np.concatenate([history.timestamps for history in page])
        values = np.concatenate([history.values for history in page])
        extras = [extra for history in page for extra in history.extras]
        keys = users * (int(codes.max(initial=0)) + 1) + codes
        read = signals.values(codes, kinds, values, extras)
        worths = event_worths(kinds, read, settings, return_visits(keys, kinds, moments))
        rows, sums = sum_by_item(keys, kinds, worths)
        known = codes[rows] < n_items
        rows = rows[known]
        items.append(codes[rows])
        weights.append(sums[known])
        timestamps.append(moments[rows])
        indptr.append(total + np.cumsum(np.bincount(users[rows], minlength=len(page))))
        total += len(rows)
    times = np.concatenate(timestamps)
    positions = times < ORDINAL_BELOW
    ordinal = bool(positions.all())
    if not ordinal and positions.any():
        times[positions] = times[~positions].min()
    return Interactions(
        indptr=np.concatenate(indptr),
        items=np.concatenate(items),
        weights=np.concatenate(weights),
        timestamps=times,
        n_items=n_items,
        ordinal=ordinal,
    )


def usual_dwell(store: Store, items: Sequence[StoredItem], catalogue: Catalogue) -> UsualDwell | None:
    """How long people usually stay with items of a kind (their most specific category) and a text's length; None
    where the log has too few dwells to tell.
    """
    found = [
        (history.items[rows], history.values[rows])
        for _, history in store.histories()
        if (rows := history.kinds == _DWELL).any()
    ]
    if not found:
        return None
    names: dict[str, int] = {}
    kinds, lengths = np.zeros(catalogue.size, np.int32), np.zeros(catalogue.size, np.int32)
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


def _pages(histories: Iterable[History]) -> Iterator[list[History]]:
    """Lists of histories of about PAGE_EVENTS events; never an empty one."""
    rest = iter(histories)
    while page := list(islice(rest, 1)):
        events = len(page[0])
        while events < PAGE_EVENTS and (more := next(rest, None)) is not None:
            page.append(more)
            events += len(more)
        yield page
