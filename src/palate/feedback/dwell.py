"""Usual dwell: how long people stay with items of a kind and length, so that one stay can be told from another.

Seconds are compared by their logarithm, with median and median absolute deviation (times 1.4826, which for normal
data is the standard deviation: Hampel, JASA 69, 1974), so that a page left open overnight moves nothing. A cell is
the items of one kind in one third of its texts' lengths; a thin cell is drawn to its kind, a thin kind to the whole
(n / (n + SHRINKAGE) of its own).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from palate.values import Codes

SHRINKAGE = 20.0
LEAST = 50
"""With fewer dwells than this there is nothing usual."""
SHORTEST, LONGEST = 0.5, 7_200.0
"""Seconds between which a stay says something."""
SPREADS = (0.3, 2.0)
"""The least and the most that a spread may be, in logarithms."""
DEVIATIONS = 2.0
"""This many deviations above what is usual a stay says all that one can, as many below it nothing."""
NORMAL = 1.4826

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class UsualDwell:
    """``centre`` and ``spread`` float32 [n] of the logarithm of the seconds, by item code; ``whole``: both of all
    items, for codes from n on.
    """

    centre: NDArray[np.float32]
    spread: NDArray[np.float32]
    whole: tuple[float, float]

    @classmethod
    def fit(
        cls, items: Codes, seconds: Floats, kinds: NDArray[np.int32], lengths: NDArray[np.int32]
    ) -> Self | None:
        """From m dwells on ``items`` int32 [m] of ``seconds`` float64 [m]; ``kinds`` int32 [n], a number a kind, and
        ``lengths`` int32 [n], of the items' texts, by code. None with fewer than LEAST dwells.
        """
        fine = np.isfinite(seconds) & (items < len(kinds))
        items, logs = items[fine], _logs(seconds[fine])
        if len(items) < LEAST:
            return None
        cells = _cells(kinds, lengths)
        whole = _whole(logs)
        of_kind = _shrunk(kinds[items], logs, int(kinds.max()) + 1, whole)
        kind_of_cell = np.zeros(int(cells.max()) + 1, np.int32)
        kind_of_cell[cells] = kinds
        of_cell = _shrunk(cells[items], logs, len(kind_of_cell), of_kind[kind_of_cell])
        by_item = of_cell[cells].astype(np.float32)
        return cls(by_item[:, 0], np.clip(by_item[:, 1], *SPREADS), (float(whole[0]), float(whole[1])))

    def share(self, items: Codes, seconds: Floats) -> Floats:
        """How much of the most that a stay can say each of m dwells says, from 0 to 1, float64 [m]; a usual one a
        half; NaN where there are no seconds.
        """
        known = items < len(self.centre)
        at = np.where(known, items, 0)
        centre = np.where(known, self.centre[at], self.whole[0])
        spread = np.where(known, self.spread[at], np.clip(self.whole[1], *SPREADS))
        return np.clip(0.5 + (_logs(seconds) - centre) / (2 * DEVIATIONS * spread), 0, 1)


def _logs(seconds: Floats) -> Floats:
    return np.log(np.clip(seconds, SHORTEST, LONGEST))


def _cells(kinds: NDArray[np.int32], lengths: NDArray[np.int32]) -> NDArray[np.int32]:
    """int32 [n]: a number for each third, by length, of each kind."""
    order = np.lexsort((lengths, kinds))
    first = np.searchsorted(kinds[order], kinds[order], side="left")
    size = np.bincount(kinds)[kinds[order]]
    cells = np.zeros(len(kinds), np.int32)
    cells[order] = 3 * kinds[order] + 3 * (np.arange(len(kinds)) - first) // np.maximum(size, 1)
    return cells


def _whole(logs: Floats) -> Floats:
    centre = np.median(logs)
    return np.array([centre, NORMAL * np.median(np.abs(logs - centre))])


def _shrunk(groups: NDArray[np.int32], logs: Floats, n_groups: int, towards: Floats) -> Floats:
    """Centre and spread of each group, float64 [g, 2], drawn to ``towards`` float64 [2] or [g, 2]."""
    count = np.bincount(groups, minlength=n_groups).astype(np.float64)
    centre = _medians(groups, logs, count)
    spread = NORMAL * _medians(groups, np.abs(logs - centre[groups]), count)
    own = (count / (count + SHRINKAGE))[:, np.newaxis]
    return own * np.stack([centre, spread], axis=1) + (1 - own) * towards


def _medians(groups: NDArray[np.int32], values: Floats, count: Floats) -> Floats:
    """The lower median of each group, float64 [g]; 0 of an empty one."""
    order = np.lexsort((values, groups))
    ends = np.cumsum(count).astype(np.int64)
    middle = ends - count.astype(np.int64) + (count.astype(np.int64) - 1) // 2
    full = count > 0
    found = np.zeros(len(count))
    found[full] = values[order][middle[full]]
    return found
