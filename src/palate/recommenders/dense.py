"""Dense retrieval: items whose vectors are near the vector of what was said."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.arrays import no_scores
from palate.recommenders.base import Context
from palate.recommenders.content import ItemVectors
from palate.values import Mask, Scores


class Dense:
    """The cosine of the utterance's vector and the item's."""

    name: ClassVar[str] = "dense"

    def __init__(self, vectors: ItemVectors) -> None:
        """``vectors``: the current index, of the embedder that makes the queries' vectors."""
        self.vectors = vectors

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender; it reads ``query_vector`` alone."""
        if context.query_vector is None:
            return no_scores(mask)
        return self.vectors.score(context.query_vector[np.newaxis].astype(np.float32, copy=False), mask)[0]

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        queries = [context.query_vector for context in contexts if context.query_vector is not None]
        asked = [row for row, context in enumerate(contexts) if context.query_vector is not None]
        scores = np.zeros((len(contexts), len(mask)), np.float32)
        if asked:
            scores[asked] = self.vectors.score(np.array(queries, np.float32), mask)
        return scores
