"""Diversity: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def maximal_marginal_relevance(
    scores: NDArray[np.float64], similarity: NDArray[np.floating[Any]], k: int, trade_off: float
) -> NDArray[np.intp]:
    """The order in which k of n items are shown, for ``scores`` float64 [n]; see ``orders``."""
    return orders(scores[np.newaxis], similarity, k, trade_off)[0]


def orders(
    scores: NDArray[np.float64], similarity: NDArray[np.floating[Any]], k: int, trade_off: float
) -> NDArray[np.intp]:
    """The orders in which m rankers would show k of n items: [m, min(k, n)].

    ``scores`` float64 [m, n], -inf what comes last of all; ``similarity`` [n, n], or [m, n, n] where each ranker has n
    items of its own, 1 on the diagonal. Each step takes the item with the largest (1 - trade_off) * relevance -
    trade_off * (greatest similarity to those taken); relevance is the score mapped onto [0, 1]. Ties go to the
    lower row.
    """
    m, n = scores.shape
    k = min(k, n)
    if trade_off == 0 or n == 0:
        return np.argsort(-scores, axis=1, kind="stable")[:, :k]
    comes = scores > -np.inf
    low = np.where(comes, scores, np.inf).min(axis=1, keepdims=True)
    spread = scores.max(axis=1, keepdims=True) - low
    relevance = np.where(spread > 0, (scores - low) / np.where(spread > 0, spread, 1), 1.0)
    worth = np.where(comes, (1 - trade_off) * relevance, -np.inf)
    penalty = np.broadcast_to(trade_off * similarity.astype(np.float64), (m, n, n))
    nearest = np.zeros((m, n))
    found = np.empty((m, k), np.intp)
    every = np.arange(m)
    for place in range(k):
        rows = np.argmax(worth - nearest, axis=1)
        found[:, place] = rows
        worth[every, rows] = -np.inf
        np.maximum(nearest, penalty[every, rows], out=nearest)
    return found
