"""Listwise fits: weights of a linear score that put, of each person's candidates, the one that was chosen in
front.

``likeliest`` maximises the likelihood of the choices under a softmax (Cao et al. 2007, ListNet, with one relevant
item a list). It is convex, but cares as much for places 60 and 40 as for the first ones, and for how large a score
is rather than for where it puts an item. ``best_ranked`` goes on from there and maximises the NDCG itself, smoothed:
the rank of the chosen item is taken to be

    r = 1 + sum over the other candidates j of 1 / (1 + exp(score of the chosen one - score of j))

and the mean of 1 / log2(1 + r) is climbed (Qin, Liu, Li 2010, "A general approximation framework for direct
optimization of information retrieval measures", eq. 18). No weight is negative: collinear sources would take
opposite signs, and a score could no longer be read as a sum of reasons.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]

STRENGTH = 5.0
"""Of the pull of ``likeliest`` towards 0: half of it times the squared length of the weights."""
PULL = 0.05
"""Of ``best_ranked`` towards where it started, over the number of people: with few of them the NDCG is a bumpy guide.
Between .03 and .3 it made no difference on ten logs, with 300 to 5,200 people (docs/decisions.md)."""
MOST_STEPS = 150
FARTHEST = 30.0
"""Scores further apart than this are certain."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Candidates of p people, one person after the other: ``features`` float64 [n, s]; ``starts`` int64 [p]: each
    person's first row; ``targets`` int64 [p]: the row of the item that was chosen.
    """

    features: Array
    starts: NDArray[np.int64]
    targets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many candidates each person has, int64 [p]."""
        return np.diff(np.append(self.starts, len(self.features)))

    def of(self, people: NDArray[np.intp]) -> "Choices":
        """Those of some people."""
        lengths = self.lengths[people]
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int64)
        rows = np.arange(lengths.sum()) + np.repeat(self.starts[people] - starts, lengths)
        return Choices(self.features[rows], starts, starts + self.targets[people] - self.starts[people])


def likeliest(data: Choices) -> Array:
    """The weights float64 [s], none negative, that maximise the likelihood of the choices."""
    features = data.features
    at_targets = features[data.targets].sum(axis=0)

    def objective(weights: Array) -> tuple[float, Array]:
        scores = features @ weights
        log_totals, chances = _softmax(scores, data)
        value = log_totals.sum() - scores[data.targets].sum() + STRENGTH / 2 * weights @ weights
        return float(value), chances @ features - at_targets + STRENGTH * weights

    return _minimum(objective, np.full(features.shape[1], 1.0 / features.shape[1]))


def covariance(data: Choices, weights: Array) -> Array:
    """Of ``likeliest`` weights, float64 [s, s]: the Laplace approximation, the inverse of the Hessian. That is the
    sum of the covariances of the features under each person's softmax.
    """
    _, chances = _softmax(data.features @ weights, data)
    weighted = data.features * chances[:, None]
    means = np.add.reduceat(weighted, data.starts, axis=0)
    hessian = data.features.T @ weighted - means.T @ means
    return np.linalg.inv(hessian + STRENGTH * np.eye(len(weights))).astype(np.float64)


def best_ranked(data: Choices, start: Array) -> Array:
    """The weights float64 [s], none negative, near ``start`` that maximise the smoothed NDCG."""
    lengths, people = data.lengths, len(data)
    behind = data.features - np.repeat(data.features[data.targets], lengths, axis=0)
    other = np.ones(len(behind))
    other[data.targets] = 0

    def objective(weights: Array) -> tuple[float, Array]:
        above = other / (1 + np.exp(-np.clip(behind @ weights, -FARTHEST, FARTHEST)))
        places = 1 + np.add.reduceat(above, data.starts)
        gains = np.log(2) / np.log1p(places)
        slopes = -gains / (np.log1p(places) * (1 + places))
        climb = (np.repeat(slopes, lengths) * above * (1 - above)) @ behind
        moved = weights - start
        value = -gains.sum() + PULL * moved @ moved
        return float(value) / people, (2 * PULL * moved - climb) / people

    return _minimum(objective, start)


def gains(data: Choices, weights: Array, k: int = 10) -> Array:
    """NDCG at ``k`` of each person's choice among the candidates, float64 [p]; of equal scores the chosen item's
    comes last, so that weights which tell nothing apart gain nothing.
    """
    scores = data.features @ weights
    level = scores >= np.repeat(scores[data.targets], data.lengths)
    places = np.add.reduceat(level.astype(np.int64), data.starts)
    return np.where(places <= k, 1 / np.log2(1.0 + places), 0.0)


def _minimum(objective: Callable[[Array], tuple[float, Array]], start: Array) -> Array:
    found: Any = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * len(start),
        options={"maxiter": MOST_STEPS},
    )
    return found.x


def _softmax(scores: Array, data: Choices) -> tuple[Array, Array]:
    """(log of each person's total, float64 [p]; each candidate's probability, float64 [n])."""
    lengths = data.lengths
    top = np.maximum.reduceat(scores, data.starts)
    raised = np.exp(scores - np.repeat(top, lengths))
    totals = np.add.reduceat(raised, data.starts)
    return np.log(totals) + top, raised / np.repeat(totals, lengths)
