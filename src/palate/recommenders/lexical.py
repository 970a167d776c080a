"""Lexical retrieval: items that have the words of what was said."""

from typing import ClassVar, Protocol

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
