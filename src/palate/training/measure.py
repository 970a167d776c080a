"""A quick leave-last-out measure, so that each version says how well its sources do. The full harness is in
palate.evaluation.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from palate.feedback.profile import decay
from palate.recommenders.base import Context, Interactions, Recommender
from palate.settings import FeedbackSettings
from palate.values import Codes, Mask

MOST_USERS = 2_000
LEAST_USERS = 20
"""With fewer users than this the figure would be noise, and none is given."""
MOST_SCORES = 40_000_000
"""Users times items scored for one source, so that a large catalogue is measured on fewer users in the same
time.
"""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """``users`` int64 [n]: rows in ``rest``, the log without these users' last items; ``targets`` int32 [n]:
    those items; ``times`` float64 [n]: when they were touched.
    """

    rest: Interactions
    users: NDArray[np.int64]
    targets: Codes
    times: NDArray[np.float64]


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


def recall(
    recommender: Recommender, held: HeldOut, allowed: Codes, settings: FeedbackSettings, k: int = 10
) -> float:
    """The share of held-out items among the first ``k`` of the ``allowed`` ones (int32, ascending) that the
    user had not touched.

    The whole catalogue is ranked; ties go to the lower code. Targets that are not allowed count as missed.
    """
    rest = held.rest
    hits = 0
    free = np.zeros(max(rest.n_items, int(allowed.max(initial=-1)) + 1), np.bool_)
    free[allowed] = True
    for user, target, time in zip(
        held.users.tolist(), held.targets.tolist(), held.times.tolist(), strict=True
    ):
        row = slice(rest.indptr[user], rest.indptr[user + 1])
        items, timestamps = rest.items[row], rest.timestamps[row]
        later = np.arange(len(items))[::-1]
        context = Context(items, rest.weights[row] * decay(timestamps, later, time, settings))
        unseen = free.copy()
        unseen[items] = False
        mask = Mask(np.flatnonzero(unseen).astype(np.int32))
        place = int(np.searchsorted(mask.codes, target))
        if place == len(mask) or mask.codes[place] != target:
            continue
        scores = recommender.score(context, mask)
        mark = scores[place]
        better = np.count_nonzero(scores > mark) + np.count_nonzero(scores[:place] == mark)
        hits += int(better < k)
    return hits / len(held.users)
