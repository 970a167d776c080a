"""An event log in memory, in the one order that every protocol cuts it by.

Events stand by user, then by timestamp, then as they arrived. **Equal timestamps keep the order of arrival**:
it is the only order that the data itself gives and that knows nothing of what is to be predicted.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from palate.feedback.profile import ORDINAL_BELOW, decay, event_worths, return_visits, sum_by_item
from palate.recommenders.base import Interactions
from palate.settings import FeedbackSettings
from palate.values import EVENT_TYPES, Codes

IMPRESSION = EVENT_TYPES.index("impression")


@dataclass(frozen=True, slots=True)
class EventLog:
    """Events as columns [n] in the order above; ``users`` int32 below ``n_users``, ``items`` int32 codes
    below ``n_items``, ``kinds`` uint8 (index in EVENT_TYPES), ``timestamps`` and ``values`` float64 (NaN:
    none). ``ordinal``: the timestamps are positions in each user's order, not times.
    """

    users: NDArray[np.int32]
    items: Codes
    kinds: NDArray[np.uint8]
    timestamps: NDArray[np.float64]
    values: NDArray[np.float64]
    n_users: int
    n_items: int
    ordinal: bool

    @classmethod
    def of(
        cls,
        users: NDArray[np.int32],
        items: Codes,
        kinds: NDArray[np.uint8],
        timestamps: NDArray[np.float64],
        values: NDArray[np.float64],
        n_users: int,
        n_items: int,
    ) -> Self:
        """The log of events in order of arrival.

        Repeats (alike in every column) count once, where they came first. Impressions are left out: what was
        shown and not taken up says nothing in an offline measure, and leaving such items out of the ranking
        would tell what was taken up later.
        """
        order = np.lexsort((timestamps, users))
        repeated = np.zeros(len(users), np.bool_)
        same = _like_the_one_before(order, users, timestamps)
        if same.any():
            # only events of one user at one moment can be repeats, and most logs have few such
            tied = order[same | np.append(same[1:], False)]
            filled = np.nan_to_num(values, nan=np.inf)
            columns = (users, timestamps, items, kinds, filled)
            tied = tied[np.lexsort((tied, *(column[tied] for column in reversed(columns))))]
            repeated[tied[_like_the_one_before(tied, *columns)]] = True
        kept = order[~repeated[order] & (kinds[order] != IMPRESSION)]
        return cls(
            users[kept],
            items[kept],
            kinds[kept],
            timestamps[kept],
            values[kept],
            n_users,
            n_items,
            ordinal=bool((timestamps < ORDINAL_BELOW).all()),
        )

    def __len__(self) -> int:
        return len(self.users)

    def where(self, keep: NDArray[np.bool_]) -> Self:
        """The events that ``keep`` bool [n] names; users and items keep their numbers."""
        return replace(
            self,
            users=self.users[keep],
            items=self.items[keep],
            kinds=self.kinds[keep],
            timestamps=self.timestamps[keep],
            values=self.values[keep],
        )

    def starts(self) -> NDArray[np.int64]:
        """Where each user's events start, int64 [n_users + 1]."""
        return _indptr(self.users, self.n_users)


def taken_up(log: EventLog, settings: FeedbackSettings) -> NDArray[np.bool_]:
    """Which events may be predicted, bool [n]: the user's first with that item, and one that speaks for it
    (positive worth, feedback.profile).
    """
    keys = log.users.astype(np.int64) * log.n_items + log.items
    first = np.zeros(len(log), np.bool_)
    first[np.unique(keys, return_index=True)[1]] = True
    return first & (event_worths(log.kinds, log.values, settings) > 0)


def interactions(
    log: EventLog, settings: FeedbackSettings, now: NDArray[np.float64] | None = None
) -> Interactions:
    """The log as a training set, one row a user of ``log.n_users``: per item once, at its last event.

    Weights are those of training (undecayed); with ``now`` float64 [n_users], a time each, those of serving:
    each event decayed by its age then, in an ordinal log by how many of the user's events came after it.
    """
    keys = log.users.astype(np.int64) * log.n_items + log.items
    returns = return_visits(keys, log.kinds, log.timestamps)
    worths = event_worths(log.kinds, log.values, settings, returns)
    indptr = log.starts()
    if now is not None and len(log):
        later = indptr[1:][log.users] - 1 - np.arange(len(log))
        latest = float(now.max())
        # one moment for all users: shift each user's times (not positions) so that ages stay as they are
        shifts = np.where(log.timestamps < ORDINAL_BELOW, 0, latest - now[log.users])
        worths = worths * decay(log.timestamps + shifts, later, latest, settings, log.kinds)
    rows, weights = sum_by_item(keys, log.kinds, worths)
    return Interactions(
        indptr=_indptr(log.users[rows], log.n_users),
        items=log.items[rows],
        weights=weights,
        timestamps=log.timestamps[rows],
        n_items=log.n_items,
        ordinal=log.ordinal,
    )


def _like_the_one_before(rows: NDArray[np.intp], *columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of ``rows`` agree in every column with the row before them, bool [len(rows)]."""
    same = np.ones(len(rows), np.bool_)
    same[:1] = False
    for column in columns:
        same[1:] &= column[rows[1:]] == column[rows[:-1]]
    return same


def _indptr(users: NDArray[np.int32], n_users: int) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.bincount(users, minlength=n_users)))).astype(np.int64)
