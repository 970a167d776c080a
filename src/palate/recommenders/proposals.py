"""Proposals: the items that a language model named for a wish, linked to the catalogue, as a candidate source."""

from typing import ClassVar

import numpy as np

from palate.recommenders.arrays import no_scores
from palate.recommenders.base import Context
from palate.values import Mask, Scores


class Proposals:
    """1 for what was named, whatever its order: of items that a model did not see, that tells little."""

    name: ClassVar[str] = "proposals"

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender; it reads ``proposed`` alone."""
        if not len(context.proposed):
            return no_scores(mask)
        return np.isin(mask.codes, context.proposed).astype(np.float32)
