"""Exploration that can be measured: Thompson sampling over a small ensemble of rankers.

For each slate MEMBERS weight vectors are made, the first the posterior mean, the others drawn from the posterior; one
of them, picked at random, ranks (ensemble sampling: Lu and Van Roy, NIPS 2017). Given the ensemble, the chance that
the policy puts an item at a place is the share of members that put it there: an exact propensity, at least 1 / MEMBERS
for what was shown, so that no inverse of one exceeds MEMBERS. What the posterior mean alone would show always has that
much support. One seed gives one ensemble and one pick.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.ranking.diversity import orders
from palate.ranking.linear import LinearRanker

MEMBERS = 32


@dataclass(frozen=True, slots=True)
class Exploration:
    """How a slate explores. ``scale``: what the posterior's standard deviations are multiplied by, 0 for none;
    ``seed``: 0 or more.
    """

    scale: float = 0.0
    seed: int = 0

    def ensemble(self, ranker: LinearRanker) -> tuple[NDArray[np.float64], int]:
        """(weights float64 [members, f], which of them ranks); one member, the mean, where nothing is explored."""
        if self.scale == 0:
            return ranker.mean[np.newaxis], 0
        rng = np.random.default_rng(self.seed)
        weights = ranker.draws(rng, MEMBERS, self.scale)
        weights[0] = ranker.mean
        return weights, int(rng.integers(MEMBERS))


MEAN_ALONE = Exploration()
"""No exploration: the ranker's mean decides, and every propensity is 1."""


def slates_of(
    weights: NDArray[np.float64],
    features: NDArray[np.float32],
    similarity: NDArray[np.floating[Any]],
    k: int,
    diversity: float,
) -> NDArray[np.intp]:
    """What each of m weight vectors [m, f] would show of a pool with ``features`` float32 [n, f]: rows of the pool,
    [m, min(k, n)]. The pool stands in order of preference among equals.
    """
    return orders(weights @ features.T.astype(np.float64), similarity, k, diversity)


def propensities(slates: NDArray[np.intp], shown: NDArray[np.intp]) -> NDArray[np.float64]:
    """The share of ``slates`` [m, k] that have each item of ``shown`` [k] at its place: float64 [k]."""
    return (slates == shown).mean(axis=0)
