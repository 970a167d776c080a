"""Many people at once: scoring them, a trait of recommenders for which that is cheaper than one after the other,
and the best of each of them.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.base import Context, Recommender
from palate.values import Codes, Mask

GROUP = 64
"""Columns that are told apart only where the best of them is among the best of the row."""
MANY = 8
"""Times as many columns as are asked for: what is sorted at most."""


@runtime_checkable
class ScoresMany(Protocol):
    """A recommender that scores many people in one go."""

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """float32 [len(contexts), len(mask)]: row i is what ``score(contexts[i], mask)`` gives. The array is
        the caller's to change.
        """
        ...


def score_many(recommender: Recommender, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
    """As ``ScoresMany.score_many``, of any recommender: in one go where it offers that, else in turn."""
    if isinstance(recommender, ScoresMany):
        return recommender.score_many(contexts, mask)
    scores = np.empty((len(contexts), len(mask)), np.float32)
    for row, context in enumerate(contexts):
        scores[row] = recommender.score(context, mask)
    return scores


def threshold(scores: NDArray[np.float32], k: int) -> NDArray[np.float32]:
    """A value that at least ``k`` entries of each row reach, near its k-th highest: float32 [n], of ``scores`` [n,
    m], 1 <= k <= m.

    It is the k-th highest of the maxima of groups of columns: one pass of maxima over the row in place of a
    partition of it, which costs some ten times as much.
    """
    n, m = scores.shape
    groups = m // GROUP
    if groups < 2 * k:
        return np.partition(scores, m - k, axis=1)[:, m - k]
    maxima = scores[:, : groups * GROUP].reshape(n, GROUP, groups).max(axis=1)
    return np.partition(maxima, groups - k, axis=1)[:, groups - k]


def top(scores: NDArray[np.float32], k: int) -> Codes:
    """The columns of each row's ``k`` highest scores, best first, ties to the lower column: int32 [n, min(k, m)]
    of ``scores`` float32 [n, m]; -1 where there are fewer, -inf marking what is left out.
    """
    n, m = scores.shape
    k = min(k, m)
    if not n or not k:
        return np.zeros((n, k), np.int32)
    reach = scores >= threshold(scores, k)[:, np.newaxis]
    crowded = np.flatnonzero(np.count_nonzero(reach, axis=1) > MANY * k)
    if len(crowded):
        # many are level: of those level with the last one in, as many as there is room for, by column
        among = scores[crowded]
        least = np.partition(among, m - k, axis=1)[:, m - k, np.newaxis]
        above, level = among > least, among == least
        room = k - above.sum(axis=1, keepdims=True)
        reach[crowded] = above | level & (np.cumsum(level, axis=1, dtype=np.int32) <= room)
    # several times as fast as nonzero of two dimensions
    rows, columns = np.divmod(np.flatnonzero(reach), m)
    values = scores[rows, columns]
    order = np.lexsort((columns, -values, rows))
    starts = np.searchsorted(rows, np.arange(n))
    best = order[starts[:, np.newaxis] + np.arange(k)]
    return np.where(values[best] == -np.inf, -1, columns[best]).astype(np.int32)
