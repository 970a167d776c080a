"""A quick leave-last-out measure, so that each version says how well its sources do. The full harness is in
palate.evaluation.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from palate.feedback.profile import decay
from palate.recommenders.base import Context, Interactions, Recommender
from palate.recommenders.batch import score_many
from palate.settings import FeedbackSettings
from palate.values import Codes, Mask

MOST_USERS = 2_000
LEAST_USERS = 20
"""With fewer users than this the figure would be noise, and none is given."""
MOST_SCORES = 40_000_000
"""Users times items scored for one source, so that a large catalogue is measured on fewer users in the same
time.
"""


BLOCK_SCORES = 4_000_000
"""Scores made at a time."""


UNRANKED = np.iinfo(np.int32).max
"""The place of an item that may not come."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """``users`` int64 [n]: rows in ``rest``, the log without these users' last items; ``targets`` int32 [n]:
    those items; ``times`` float64 [n]: when they were touched.
    """

    rest: Interactions
    users: NDArray[np.int64]
    targets: Codes
    times: NDArray[np.float64]

    def some(self, most: int, seed: int) -> "HeldOut":
        """At most so many of the people, drawn by ``seed``; ``rest`` is the same."""
        if len(self.users) <= most:
            return self
        rows = np.zeros(len(self.users), np.bool_)
        rows[np.random.default_rng(seed).permutation(len(self.users))[:most]] = True
        return self.those(rows)

    def those(self, rows: NDArray[np.bool_]) -> "HeldOut":
        """Those of the people whom ``rows`` bool [n] names; ``rest`` is the same."""
        return HeldOut(self.rest, self.users[rows], self.targets[rows], self.times[rows])

    def contexts(self, settings: FeedbackSettings) -> list[Context]:
        """What each of these people is known by at the time of the item held out."""
        rest = self.rest
        found: list[Context] = []
        for user, time in zip(self.users.tolist(), self.times.tolist(), strict=True):
            row = slice(int(rest.indptr[user]), int(rest.indptr[user + 1]))
            later = np.arange(row.stop - row.start)[::-1]
            left = decay(rest.timestamps[row], later, time, settings)
            found.append(Context(rest.items[row], rest.weights[row] * left))
        return found


def hold_out(data: Interactions, seed: int = 0, most: int | None = None) -> HeldOut | None:
    """Hold out the last item, where its weight is positive and it is not the only one, of users drawn by
    ``seed``.

    Of at most ``most`` users, when None of MOST_USERS, and of fewer where the catalogue is large
    (MOST_SCORES). None where there are fewer than LEAST_USERS such users.
    """
    ends = data.indptr[1:]
    fit = np.flatnonzero(np.diff(data.indptr) > 1)
    fit = fit[data.weights[ends[fit] - 1] > 0]
    if len(fit) < LEAST_USERS:
        return None
    if most is None:
        most = max(LEAST_USERS, min(MOST_USERS, MOST_SCORES // max(1, data.n_items)))
    drawn = np.random.default_rng(seed).permutation(fit)[:most]
    users = np.sort(drawn)
    last = ends[users] - 1
    keep = np.ones(len(data.items), np.bool_)
    keep[last] = False
    shorter = np.concatenate(([0], np.cumsum(keep)))[data.indptr]
    rest = replace(
        data,
        indptr=shorter,
        items=data.items[keep],
        weights=data.weights[keep],
        timestamps=data.timestamps[keep],
    )
    return HeldOut(rest, users, data.items[last], data.timestamps[last])


def ranks(
    recommender: Recommender, held: HeldOut, allowed: Codes, settings: FeedbackSettings
) -> NDArray[np.int64]:
    """The place of each held-out item, int64 [n], 1 the first, among the ``allowed`` ones (int32, ascending) that
    the person had not touched; UNRANKED where it is not allowed.

    The whole catalogue is ranked; ties go to the lower code.
    """
    size = max(held.rest.n_items, int(allowed.max(initial=-1)) + 1)
    place_of = np.full(size, -1, np.int64)
    place_of[allowed] = np.arange(len(allowed))
    mask, contexts = Mask(allowed), held.contexts(settings)
    found = np.full(len(contexts), UNRANKED, np.int64)
    step = max(1, BLOCK_SCORES // max(1, len(allowed)))
    for first in range(0, len(contexts), step):
        block = contexts[first : first + step]
        scores = score_many(recommender, block, mask)
        for row, context in enumerate(block):
            seen = place_of[context.items]
            scores[row, seen[seen >= 0]] = -np.inf
            place = place_of[held.targets[first + row]]
            if place < 0:
                continue
            mark = scores[row, place]
            better = np.count_nonzero(scores[row] > mark) + np.count_nonzero(scores[row, :place] == mark)
            found[first + row] = better + 1
    return found


def recall(
    recommender: Recommender, held: HeldOut, allowed: Codes, settings: FeedbackSettings, k: int = 10
) -> float:
    """The share of held-out items among the first ``k`` (see ``ranks``)."""
    return float((ranks(recommender, held, allowed, settings) <= k).mean())


def gains(
    recommender: Recommender, held: HeldOut, allowed: Codes, settings: FeedbackSettings, k: int = 10
) -> NDArray[np.float64]:
    """NDCG at ``k`` of each person's one held-out item, float64 [n]: 1 / log2(1 + place), 0 beyond ``k``."""
    places = ranks(recommender, held, allowed, settings)
    return np.where(places <= k, 1 / np.log2(1.0 + places), 0)
