"""A slate: candidates scored by the ranker, spread by diversity, each with its exact contributions."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.ranking.diversity import maximal_marginal_relevance
from palate.ranking.features import Features
from palate.ranking.linear import LinearRanker
from palate.recommenders.candidates import Candidates
from palate.values import Codes

POOL = 60
"""Among how many of the best the spread is sought; beyond them an item is too weak to be worth its
difference."""


@dataclass(frozen=True, slots=True)
class Slate:
    """k items in the order shown. ``codes`` int32 [k]; ``scores`` float64 [k]; ``contributions`` float64
    [k, f], whose rows sum to the scores; ``features`` float32 [k, f]; ``met`` float32 [k, preferences];
    ``scales`` float32 [sources], what the sources' raw scores were divided by; ``propensities`` float64
    [k], the probability that the policy showed the item there.
    """

    names: tuple[str, ...]
    codes: Codes
    scores: NDArray[np.float64]
    features: NDArray[np.float32]
    contributions: NDArray[np.float64]
    met: NDArray[np.float32]
    scales: NDArray[np.float32]
    propensities: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.codes)


def rank(
    ranker: LinearRanker,
    candidates: Candidates,
    features: Features,
    similarity: Callable[[Codes], NDArray[np.float32]],
    k: int,
    diversity: float,
) -> Slate:
    """The k items to show.

    ``similarity(codes)`` gives float32 [m, m] between items; ``diversity`` is the trade-off of maximal
    marginal relevance. Ties are broken by item code, so one state gives one slate: the policy is
    deterministic, its propensities are 1.
    """
    scores = ranker.contributions(features.matrix).sum(axis=1)
    rows = best_first(scores, candidates.codes)[: max(POOL, k)]
    if diversity > 0 and len(rows) > 1:
        rows = rows[
            maximal_marginal_relevance(scores[rows], similarity(candidates.codes[rows]), k, diversity)
        ]
    rows = rows[:k]
    chosen = features.matrix[rows]
    return Slate(
        names=features.names,
        codes=candidates.codes[rows],
        scores=scores[rows],
        features=chosen,
        contributions=ranker.contributions(chosen),
        met=features.met[rows],
        scales=candidates.scales,
        propensities=np.ones(len(rows)),
    )


def best_first(scores: NDArray[np.float64], codes: Codes) -> NDArray[np.intp]:
    """The rows of n candidates by falling score, ties by item code."""
    return np.lexsort((codes, -scores))
