"""A source that has been asked for some people once: what a search compares its trials with, over and over."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.base import Context, Recommender
from palate.recommenders.batch import score_many
from palate.values import Mask, Scores


class Recorded:
    """Remembers what ``source`` said of the people with these contexts."""

    name: ClassVar[str] = "recorded"

    def __init__(
        self,
        source: Recommender,
        contexts: Sequence[Context],
        mask: Mask,
        before: "Recorded | None" = None,
    ) -> None:
        self._source = source
        self._row_of: dict[int, int] = dict(before._row_of) if before else {}
        self._row_of |= {id(context): row for row, context in enumerate(contexts, len(self._row_of))}
        scores = score_many(source, contexts, mask)
        self._scores = np.concatenate([before._scores, scores]) if before else scores

    def and_of(self, contexts: Sequence[Context], mask: Mask) -> "Recorded":
        """One that was asked for these people too."""
        return Recorded(self._source, contexts, mask, self)

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender; of other people it is asked anew."""
        return self._source.score(context, mask)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany: of the people and the mask that it was made for."""
        return self._scores[[self._row_of[id(context)] for context in contexts]]
