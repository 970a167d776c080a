"""Diversity: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998)."""

import numpy as np
from numpy.typing import NDArray


def maximal_marginal_relevance(
    scores: NDArray[np.float64], similarity: NDArray[np.float32], k: int, trade_off: float
) -> NDArray[np.intp]:
    """The order in which k of n items are shown.

    ``scores`` float64 [n]; ``similarity`` float32 [n, n], 1 on the diagonal. Each step takes the item with
    the largest (1 - trade_off) * relevance - trade_off * (greatest similarity to those taken); relevance is
    the score mapped onto [0, 1]. Ties go to the lower row.
    """
    n = len(scores)
    if n == 0:
        return np.zeros(0, np.intp)
    spread = float(np.ptp(scores))
    relevance = (scores - scores.min()) / spread if spread > 0 else np.ones(n)
    nearest = np.zeros(n)
    free = np.ones(n, bool)
    order: list[int] = []
    for _ in range(min(k, n)):
        worth = np.where(free, (1 - trade_off) * relevance - trade_off * nearest, -np.inf)
        row = int(np.argmax(worth))
        order.append(row)
        free[row] = False
        nearest = np.maximum(nearest, similarity[row])
    return np.array(order, np.intp)
