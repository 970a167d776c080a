"""Content-based recommendation: the classic weighted sum of similarities to what the person liked.

    score(v) = sum over the person's items i of weight_i * cos(v_i, v)

The item vectors come from the catalogue. It learns nothing from other people, so it serves from the first
event on and for items that nobody has touched.
"""

from collections.abc import Sequence
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.arrays import no_scores
from palate.recommenders.base import Context
from palate.values import Codes, Mask, Scores


class ItemVectors(Protocol):
    """Vectors of items, unit length (zero where an item has none), as the catalogue's index keeps them."""

    def score(self, queries: NDArray[np.float32], mask: Mask) -> NDArray[np.float32]:
        """Products of queries float32 [q, d] of any length with the allowed items: float32 [q, len(mask)]."""
        ...

    def at(self, codes: Codes) -> NDArray[np.float32]:
        """float32 [n, d]; zeros for codes that the index does not know."""
        ...


class Content:
    """See the module's docstring."""

    name: ClassVar[str] = "content"

    def __init__(self, vectors: ItemVectors) -> None:
        """``vectors``: the current index; it may be swapped for a newer one with each snapshot of the
        catalogue.
        """
        self.vectors = vectors

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender. Products are linear, sum_i w_i <v_i, v> = <sum_i w_i v_i, v>: one query for any
        history.
        """
        if not len(context.items):
            return no_scores(mask)
        taste = context.weights @ self.vectors.at(context.items)
        return self.vectors.score(taste[np.newaxis], mask)[0]

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        known = [row for row, context in enumerate(contexts) if len(context.items)]
        scores = np.zeros((len(contexts), len(mask)), np.float32)
        if known:
            tastes = [contexts[row].weights @ self.vectors.at(contexts[row].items) for row in known]
            scores[known] = self.vectors.score(np.array(tastes, np.float32), mask)
        return scores

    def evidence(self, context: Context, code: int) -> NDArray[np.float32]:
        """See Explains: weight times similarity, an item each; exact also where the index projects."""
        if not len(context.items):
            return np.zeros(0, np.float32)
        terms = context.weights[:, np.newaxis] * self.vectors.at(context.items)
        return self.vectors.score(terms, Mask(np.array([code], np.int32)))[:, 0]
