"""Candidate generation: each source proposes its best items, and every source scores the union.

The mask has gone before: no source can propose what must not come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.base import Context, Recommender
from palate.values import Codes, Mask, Scores


@dataclass(frozen=True, slots=True)
class Candidates:
    """n candidates, scored by s sources.

    ``codes`` int32 [n], ascending; ``scores`` float32 [n, s], each column divided by ``scales`` float32 [s],
    the largest
    absolute score of that source over the whole mask, or its floor (1 where it had nothing to say), so that
    columns lie in [-1, 1].
    """

    codes: Codes
    sources: tuple[str, ...]
    scores: NDArray[np.float32]
    scales: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.codes)


def best(scores: Scores, k: int) -> NDArray[np.intp]:
    """Rows of the k highest positive scores, ties to the lower row; in no particular order."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) <= k:
        return positive
    values = scores[positive]
    threshold = np.partition(values, len(values) - k)[len(values) - k]
    above = positive[values > threshold]
    ties = positive[values == threshold]
    return np.concatenate([above, ties[: k - len(above)]])


def retrieve(
    recommenders: Sequence[Recommender],
    context: Context,
    mask: Mask,
    per_source: int,
    floors: Mapping[str, float] | None = None,
) -> Candidates:
    """The union of each source's ``per_source`` best items under the mask, scored by all of them.

    Where no source has an opinion (an empty catalogue of events and no words), the first ``per_source``
    allowed items
    come, unscored, so that a conversation can begin. ``floors``: by source, the least that its scores are
    divided by, so that a source which hardly knows the person does not speak as loud as one that does.
    """
    allowed = mask.codes
    columns = [recommender.score(context, mask) for recommender in recommenders]
    chosen = np.zeros(len(allowed), bool)
    scales = np.ones(len(columns), np.float32)
    for number, scores in enumerate(columns):
        if len(scores) == 0:
            continue
        largest = max(float(scores.max()), -float(scores.min()))
        if largest > 0:
            scales[number] = max(largest, floors.get(recommenders[number].name, 0.0) if floors else 0.0)
            chosen[best(scores, per_source)] = True
    rows = np.flatnonzero(chosen)
    if len(rows) == 0:
        rows = np.arange(min(per_source, len(allowed)))
    matrix = np.empty((len(rows), len(columns)), np.float32)
    for number, scores in enumerate(columns):
        matrix[:, number] = scores[rows] / scales[number]
    return Candidates(allowed[rows], tuple(recommender.name for recommender in recommenders), matrix, scales)
