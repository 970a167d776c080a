"""Dense retrieval: items whose vectors are near the vector of what was said."""

from typing import ClassVar

import numpy as np

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
