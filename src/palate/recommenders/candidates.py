"""Candidate generation: each source proposes its best items, and every source scores the union.

The mask has gone before: no source can propose what must not come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.base import Context, Recommender
from palate.recommenders.batch import threshold
from palate.values import Codes, Mask, Scores


@dataclass(frozen=True, slots=True)
class Candidates:
    """n candidates, scored by s sources.

    ``codes`` int32 [n], ascending; ``scores`` float32 [n, s], each column divided by ``scales`` float32
    [s], the largest absolute score of that source over the whole mask or what its floor makes of it (see
    ``divisors``), so that columns lie in [-1, 1].
    """

    codes: Codes
    sources: tuple[str, ...]
    scores: NDArray[np.float32]
    scales: NDArray[np.float32]
    largest: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.codes)


def best(scores: Scores, k: int) -> NDArray[np.intp]:
    """Rows of the k highest positive scores, ties to the lower row; in no particular order."""
    bound = threshold(scores[np.newaxis], k)[0] if len(scores) > k else 0
    positive = np.flatnonzero(scores >= bound) if bound > 0 else np.flatnonzero(scores > 0)
    if len(positive) <= k:
        return positive
    values = scores[positive]
    least = np.partition(values, len(values) - k)[len(values) - k]
    above = positive[values > least]
    ties = positive[values == least]
    return np.concatenate([above, ties[: k - len(above)]])


def retrieve(
    recommenders: Sequence[Recommender],
    context: Context,
    mask: Mask,
    per_source: int,
    floors: Mapping[str, float] | None = None,
) -> Candidates:
    """The union of each source's ``per_source`` best items under the mask, scored by all of them.

    Where the sources find fewer than ``per_source`` (no events, words that one item bears), the first of the other
    allowed items make up that number, so that a list is never shorter than what is allowed. ``floors``: by source,
    see ``divisors``.
    """
    allowed = mask.codes
    columns = [recommender.score(context, mask) for recommender in recommenders]
    chosen = np.zeros(len(allowed), bool)
    largest = np.zeros(len(columns), np.float32)
    for number, scores in enumerate(columns):
        if len(scores) == 0:
            continue
        largest[number] = max(float(scores.max()), -float(scores.min()))
        if largest[number] > 0:
            chosen[best(scores, per_source)] = True
    scales = divisors(largest[np.newaxis], floors_of(recommenders, floors))[0]
    chosen[np.flatnonzero(~chosen)[: max(0, per_source - np.count_nonzero(chosen))]] = True
    rows = np.flatnonzero(chosen)
    matrix = np.empty((len(rows), len(columns)), np.float32)
    for number, scores in enumerate(columns):
        matrix[:, number] = scores[rows] / scales[number]
    names = tuple(recommender.name for recommender in recommenders)
    return Candidates(allowed[rows], names, matrix, scales, largest)


def floors_of(recommenders: Sequence[Recommender], floors: Mapping[str, float] | None) -> NDArray[np.float32]:
    """The recommenders' floors: float32 [s], 0 where one has none."""
    return np.array([(floors or {}).get(recommender.name, 0.0) for recommender in recommenders], np.float32)


def floored(largest: NDArray[np.float32], floors: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the scores of s sources are divided by, for n people: float32 [n, s], positive. Each source's
    largest score, or its floor where that is larger, so that a source which hardly knows the person speaks more
    softly than one that does.

    ``largest`` float32 [n, s]: the largest magnitude of each source's scores; ``floors`` float32 [s], 0 for none.
    """
    found = np.maximum(largest, floors)
    found[found == 0] = 1
    return found.astype(np.float32, copy=False)


def divisors(largest: NDArray[np.float32], floors: NDArray[np.float32]) -> NDArray[np.float32]:
    """``floored``, and then all sources that have a floor raised alike, until the surest of them reaches 1: what
    is known of a person, however little, counts as much as ever against what is said. Shapes as there.
    """
    found = floored(largest, floors)
    sure = np.where(floors > 0, largest / found, 0).max(axis=1, initial=0, keepdims=True)
    return np.where((floors > 0) & (sure > 0), found * sure, found).astype(np.float32)
