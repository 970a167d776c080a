"""Lexical retrieval: items that have the words of what was said."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.arrays import no_scores
from palate.recommenders.base import Context
from palate.values import Mask, Scores


class WordIndex(Protocol):
    """A search by words, as the catalogue keeps it."""

    def score(self, query: str, mask: Mask) -> Scores:
        """float32 [len(mask)], 0 where no word matches."""
        ...


class Lexical:
    """The word index behind the interface of the other sources."""

    name: ClassVar[str] = "lexical"

    def __init__(self, index: WordIndex) -> None:
        """``index``: that of the current snapshot of the catalogue."""
        self.index = index

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender; it reads ``query`` alone."""
        if not context.query.strip():
            return no_scores(mask)
        return self.index.score(context.query, mask)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany; each query is searched once."""
        found = {context.query: self.score(context, mask) for context in contexts}
        return np.array([found[context.query] for context in contexts]).reshape(len(contexts), len(mask))
