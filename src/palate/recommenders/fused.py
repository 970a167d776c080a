"""Several sources as one: the weighted sum of their scores, each divided by its largest over the mask, or by its
floor (palate.recommenders.candidates.floored).

It is what the ranker makes of the sources where nothing is said (palate.ranking), over the whole catalogue.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.base import Context, Recommender
from palate.recommenders.batch import score_many
from palate.recommenders.candidates import floored
from palate.values import Mask, Scores


class Fused:
    """See the module's docstring."""

    name: ClassVar[str] = "fusion"

    def __init__(
        self,
        sources: Sequence[Recommender],
        weights: Mapping[str, float],
        floors: Mapping[str, float] | None = None,
    ) -> None:
        """``weights`` by the sources' names; a source without one, or with 0, is not asked. ``floors``
        likewise.
        """
        self.weights = dict(weights)
        self.floors = dict(floors or {})
        self.sources = tuple(source for source in sources if self.weights.get(source.name))

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender."""
        return self.score_many([context], mask)[0]

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany. A source is scaled by its largest score among the items that are not in the
        context.
        """
        scored = [score_many(source, contexts, mask) for source in self.sources]
        total = np.zeros((len(contexts), len(mask)), np.float32)
        if not scored:
            return total
        largest = np.concatenate([scales(scores, contexts, mask) for scores in scored], axis=1)
        floors = np.array([self.floors.get(source.name, 0.0) for source in self.sources], np.float32)
        divided = floored(largest, floors)
        for number, source in enumerate(self.sources):
            total += scored[number] * (np.float32(self.weights[source.name]) / divided[:, [number]])
        return total


def scales(scores: NDArray[np.float32], contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
    """The largest magnitude in each row of scores float32 [n, len(mask)], leaving out the items of its
    context:
    float32 [n, 1].
    """
    largest = np.zeros((len(contexts), 1), np.float32)
    for row, context in enumerate(contexts):
        seen = np.searchsorted(mask.codes, context.items)
        seen = np.minimum(seen, max(0, len(mask) - 1))
        line = np.abs(scores[row])
        if len(mask):
            line[seen[mask.codes[seen] == context.items]] = 0
        largest[row] = line.max(initial=0.0)
    return largest
