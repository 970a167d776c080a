"""From scores to places. Higher scores come first; **equal scores are ordered by item code**, the lower
first, so that a ranking depends on nothing but the scores.

Scores are float32 [n, m], one row a user, one column an item of the catalogue; -inf marks what is left out.
"""

import numpy as np
from numpy.typing import NDArray

from palate.evaluation.metrics import UNRANKED
from palate.values import Codes

BLOCK_ENTRIES = 8_000_000
"""Comparisons made at a time: a few times that many bytes."""


def places(scores: NDArray[np.float32], rows: NDArray[np.int64], columns: Codes) -> NDArray[np.int64]:
    """The rank of each (row, column), int64 [t], 1 for the best; UNRANKED where it was left out."""
    ranks = np.empty(len(rows), np.int64)
    codes = np.arange(scores.shape[1], dtype=np.int32)
    step = max(1, BLOCK_ENTRIES // max(1, scores.shape[1]))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        line = scores[rows[part]]
        marks = scores[rows[part], columns[part]][:, np.newaxis]
        better = np.count_nonzero(line > marks, axis=1)
        level = np.count_nonzero((line == marks) & (codes < columns[part, np.newaxis]), axis=1)
        ranks[part] = np.where(marks[:, 0] == -np.inf, UNRANKED, 1 + better + level)
    return ranks
