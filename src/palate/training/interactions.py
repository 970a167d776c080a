"""The event log as a training set."""

import time
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from palate.feedback.profile import ORDINAL_BELOW, event_worths, return_visits, sum_by_item
from palate.feedback.signals import UNREAD, Signals
from palate.recommenders.base import Interactions
from palate.settings import FeedbackSettings
from palate.storage.store import Store
from palate.values import History

PAGE_EVENTS = 500_000
"""Events weighed at a time: about 50 MB."""
AHEAD = 0.01
"""A larger share of the log than this is taken at its word where its times are yet to come."""


def build(store: Store, settings: FeedbackSettings, n_items: int, signals: Signals = UNREAD) -> Interactions:
    """Every user's history as in Interactions: weights are those of the profile (feedback.profile),
    undecayed; ``signals`` read dwells and comments.

    Items stand in the order of their last events; equal timestamps keep the order of arrival. Codes of
    ``n_items`` and more (items that came after the snapshot) are left out. Where a log has both times and
    positions, positions are taken to be as old as the oldest time; times that are yet to come are taken to be now.
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
    if not ordinal:
        times[positions] = times[~positions].min()
        times = _come(times, time.time())
    return Interactions(
        indptr=np.concatenate(indptr),
        items=np.concatenate(items),
        weights=np.concatenate(weights),
        timestamps=times,
        n_items=n_items,
        ordinal=ordinal,
    )


def _come(times: NDArray[np.float64], now: float) -> NDArray[np.float64]:
    """``times`` float64 [n] without a few that are ahead of ``now``: one event of the year 2100 would make all others
    old, and itself the only thing that is liked of late. A log that is ahead as a whole keeps its own clock.
    """
    return np.minimum(times, max(now, float(np.quantile(times, 1 - AHEAD))))


def _pages(histories: Iterable[History]) -> Iterator[list[History]]:
    """Lists of histories of about PAGE_EVENTS events; never an empty one."""
    rest = iter(histories)
    while page := list(islice(rest, 1)):
        events = len(page[0])
        while events < PAGE_EVENTS and (more := next(rest, None)) is not None:
            page.append(more)
            events += len(more)
        yield page
