"""Item kNN: people who took this went on to take that.

Directed and decayed: what follows soon after an item counts more than what follows late, and what the person
did last speaks loudest. With ``g`` the gap decay, ``rho`` the backward share, c the number of people an item
has:

    C_ij = sum over people, over i before j in their order, of g^(positions between) + rho * (C_ji's own sum)
    s_ij = C_ij / ((c_i + shrinkage)^a (c_j + shrinkage)^b), the best ``neighbours`` a row are kept
    score(j) = sum over the person's items i of weight_i * d^(items since i) * s_ij

With g = d = 1, rho = 1 and a = b = 1/2 it is the plain cosine of co-occurrence (Sarwar et al. 2001).
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.recommenders.arrays import load_model, save_model
from palate.recommenders.base import Context, FitOptions, Interactions
from palate.recommenders.sparse_rows import SparseRows, Strengths, recent_strengths
from palate.values import Codes, Mask, Scores

BLOCK_PAIRS = 8_000_000
"""Forward pairs counted at a time: about 100 MB."""
LEAST_DECAY = 0.02
"""Pairs so far apart that they would count less than this are left out."""


@dataclass(frozen=True, slots=True)
class ItemKNNConfig:
    """See the module's docstring; ``profile_decay`` is d, ``from_power`` is a and ``to_power`` is b."""

    neighbours: int = 100
    gap_decay: float = 0.85
    backward: float = 0.1
    from_power: float = 0.7
    to_power: float = 0.35
    shrinkage: float = 20.0
    profile_decay: float = 0.8


class ItemKNN:
    """Similarities as CSR arrays: row i holds what follows item i."""

    name: ClassVar[str] = "item_knn"

    def __init__(
        self, indptr: NDArray[np.int64], columns: Codes, values: NDArray[np.float32], config: ItemKNNConfig
    ) -> None:
        """``indptr`` int64 [n_items + 1]; ``columns`` int32 and ``values`` float32 [entries], ascending
        columns in a row.
        """
        self.indptr = indptr
        self.columns = columns
        self.values = values
        self.config = config
        self._rows = SparseRows(indptr, columns, values, len(indptr) - 1)

    @property
    def n_items(self) -> int:
        """Codes that it was fitted on run below it."""
        return len(self.indptr) - 1

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions, config: ItemKNNConfig | None = None) -> Self:
        """Count forward pairs of items of positive weight, normalise, keep the best of each row."""
        config = config or ItemKNNConfig()
        (together,) = forward_pairs(data, config.gap_decay)
        if config.backward > 0:
            together = (together + config.backward * together.T).tocsr()
        positive = data.items[data.weights > 0]
        people = np.bincount(positive, minlength=data.n_items).clip(1) + config.shrinkage
        rows = np.repeat(np.arange(data.n_items), np.diff(together.indptr))
        scale = people**-config.from_power, people**-config.to_power
        together.data *= (scale[0][rows] * scale[1][together.indices]).astype(np.float32)
        return cls(*_best_of_rows(together, config.neighbours), config)

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender."""
        return self._rows.total(self._strengths(context), mask)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        return self._rows.total_many([self._strengths(context) for context in contexts], mask)

    def evidence(self, context: Context, code: int) -> NDArray[np.float32]:
        """See Explains."""
        return self._rows.parts_of(self._strengths(context), code, len(context.items))

    def _strengths(self, context: Context) -> Strengths:
        return recent_strengths(context, self.n_items, self.config.profile_decay)

    def save(self, folder: Path) -> None:
        """See Trainable."""
        save_model(
            folder,
            asdict(self.config),
            {"indptr": self.indptr, "columns": self.columns, "values": self.values},
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See Trainable."""
        config, arrays = load_model(folder, ItemKNNConfig, ("indptr", "columns", "values"))
        return cls(arrays["indptr"], arrays["columns"], arrays["values"], config)


def window_of(gap_decay: float) -> int:
    """How many positions apart two items may be to count as a pair."""
    if gap_decay >= 1:
        return 1_000_000_000
    return 1 + int(np.log(LEAST_DECAY) / np.log(gap_decay)) if gap_decay > 0 else 1


def forward_pairs(
    data: Interactions, gap_decay: float, worths: Sequence[NDArray[np.float32]] = ()
) -> list[sparse.csr_array]:
    """The directed, decayed co-occurrence of items of positive weight: entry (i, j), float32 [n_items,
    n_items], sums gap_decay^(positions between) over all pairs of i before j.

    One matrix for each of ``worths`` float32 [positive interactions], which say what a pair counts by its
    later position; for none, one in which each counts 1.
    """
    positive = data.weights > 0
    items = data.items[positive]
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[positive]
    ends = np.searchsorted(users, users, side="right")
    followers = np.minimum(ends - np.arange(len(items)) - 1, window_of(gap_decay))
    shape = (data.n_items, data.n_items)
    totals = [sparse.csr_array(shape, dtype=np.float32) for _ in worths or (None,)]
    for start, end in _blocks(followers):
        lengths = followers[start:end]
        indptr = np.concatenate(([0], np.cumsum(lengths)))
        gaps = np.arange(indptr[-1]) - np.repeat(indptr[:-1], lengths)
        following = np.repeat(np.arange(start, end), lengths) + gaps + 1
        decay = (gap_decay ** np.arange(lengths.max(initial=0))).astype(np.float32)[gaps]
        # [items, positions] x [positions, items]: who stands at a position, and who follows it
        here = sparse.coo_array(
            (np.ones(end - start, np.float32), (items[start:end], np.arange(end - start))),
            shape=(data.n_items, end - start),
        ).tocsr()
        for number, worth in enumerate(worths or (None,)):
            counted = decay if worth is None else decay * worth[following]
            after = sparse.csr_array((counted, items[following], indptr), shape=(end - start, data.n_items))
            totals[number] = totals[number] + here @ after
    return totals


def _blocks(sizes: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Ranges of positions whose ``sizes`` add up to about BLOCK_PAIRS each."""
    blocks = np.cumsum(sizes) // BLOCK_PAIRS
    bounds = np.concatenate(([0], np.flatnonzero(np.diff(blocks)) + 1, [len(sizes)]))
    return ((int(a), int(b)) for a, b in pairwise(bounds) if b > a)


def _best_of_rows(
    matrix: sparse.csr_array, count: int
) -> tuple[NDArray[np.int64], Codes, NDArray[np.float32]]:
    """CSR arrays of the ``count`` highest entries of each row, columns ascending; ties go to the lower
    column.
    """
    matrix.sort_indices()
    keep = np.ones(matrix.nnz, np.bool_)
    indptr = matrix.indptr.astype(np.int64)
    for row in np.flatnonzero(np.diff(indptr) > count):
        start, end = indptr[row], indptr[row + 1]
        values = matrix.data[start:end]
        least = np.partition(values, -count)[-count]
        above = values > least
        ties = np.flatnonzero(values == least)[: count - int(above.sum())]
        above[ties] = True
        keep[start:end] = above
    kept = np.concatenate(([0], np.cumsum(keep)))[indptr]
    return kept, matrix.indices[keep].astype(np.int32), matrix.data[keep].astype(np.float32, copy=False)
