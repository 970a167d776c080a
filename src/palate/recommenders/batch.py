"""Scoring many people at once: a trait of recommenders for which it is cheaper than one after the other."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.base import Context, Recommender
from palate.values import Mask


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
