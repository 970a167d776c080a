"""A slate: candidates scored by the ranker, spread by diversity, each with its exact contributions."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.ranking.exploration import MEAN_ALONE, Exploration, propensities, slates_of
from palate.ranking.features import Features
from palate.ranking.linear import LinearRanker
from palate.recommenders.candidates import Candidates
from palate.values import Codes

POOL = 60
"""Among how many of the best the spread is sought; beyond them an item is too weak to be worth its
difference."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What the policy chose from: n candidates, the best by the ranker's mean first. ``codes`` int32 [n];
    ``features`` float32 [n, f]; ``similarity`` float16 [n, n]; ``candidates``: how many there were before.
    """

    codes: Codes
    features: NDArray[np.float32]
    similarity: NDArray[np.float16]
    candidates: int


@dataclass(frozen=True, slots=True)
class Slate:
    """k items in the order shown. ``codes`` int32 [k]; ``scores`` float64 [k]; ``contributions`` float64
    [k, f], whose rows sum to the scores; ``features`` float32 [k, f]; ``met`` float32 [k, preferences];
    ``scales`` float32 [sources], what the sources' raw scores were divided by; ``propensities`` float64
    [k], the probability that the policy showed the item there; ``weights`` float64 [f], by which it ranked: a
    draw where it explored; ``tried`` bool [k], what is shown to learn from it: the ranker's mean would not have
    shown it; ``exploration`` and ``diversity``, how; ``pool``, from what.
    """

    names: tuple[str, ...]
    codes: Codes
    scores: NDArray[np.float64]
    features: NDArray[np.float32]
    contributions: NDArray[np.float64]
    met: NDArray[np.float32]
    scales: NDArray[np.float32]
    propensities: NDArray[np.float64]
    weights: NDArray[np.float64]
    tried: NDArray[np.bool_]
    exploration: Exploration
    diversity: float
    pool: Pool

    def __len__(self) -> int:
        return len(self.codes)


def rank(
    ranker: LinearRanker,
    candidates: Candidates,
    features: Features,
    similarity: Callable[[Codes], NDArray[np.float32]],
    k: int,
    diversity: float,
    exploration: Exploration = MEAN_ALONE,
) -> Slate:
    """The k items to show.

    ``similarity(codes)`` gives float32 [m, m] between items; ``diversity`` is the trade-off of maximal
    marginal relevance. Ties are broken by the score of the ranker's mean, then by item code, so one state and one
    seed give one slate.
    """
    scores = features.matrix @ ranker.mean
    rows = best_first(scores, candidates.codes)[: max(POOL, k)]
    codes = candidates.codes[rows]
    pool = Pool(codes, features.matrix[rows], similarity(codes).astype(np.float16), len(candidates))
    weights, member = exploration.ensemble(ranker)
    slates = slates_of(weights, pool.features, pool.similarity, k, diversity)
    shown = slates[member]
    used = LinearRanker(ranker.names, weights[member], ranker.covariance)
    chosen = pool.features[shown]
    contributions = used.contributions(chosen)
    return Slate(
        names=features.names,
        codes=codes[shown],
        scores=contributions.sum(axis=1),
        features=chosen,
        contributions=contributions,
        met=features.met[rows[shown]],
        scales=candidates.scales,
        propensities=propensities(slates, shown),
        weights=used.mean,
        tried=~np.isin(shown, slates[0]),
        exploration=exploration,
        diversity=diversity,
        pool=pool,
    )


def best_first(scores: NDArray[np.float64], codes: Codes) -> NDArray[np.intp]:
    """The rows of n candidates by falling score, ties by item code."""
    return np.lexsort((codes, -scores))
