"""Item kNN: people who took this went on to take that.

Directed and decayed: what follows soon after an item counts more than what follows late, and what the person
did last speaks loudest. With ``g`` the gap decay, ``rho`` the backward share, c the number of people an item
has:

    C_ij = sum over people, over i before j in their order, of g^(positions between) + rho * (C_ji's own sum)
    s_ij = C_ij / ((c_i + shrinkage)^a (c_j + shrinkage)^b), the best ``neighbours`` a row are kept
    score(j) = sum over the person's items i of weight_i * d^(items since i) * s_ij

With g = d = 1, rho = 1 and a = b = 1/2 it is the plain cosine of co-occurrence (Sarwar et al. 2001).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.recommenders.arrays import load_model, no_scores, save_model
from palate.recommenders.base import Context, FitOptions, Interactions
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

    @property
    def window(self) -> int:
        """How many positions apart two items may be to count as a pair."""
        if self.gap_decay >= 1:
            return 1_000_000_000
        return 1 + int(np.log(LEAST_DECAY) / np.log(self.gap_decay))


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

    @property
    def n_items(self) -> int:
        """Codes that it was fitted on run below it."""
        return len(self.indptr) - 1

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions, config: ItemKNNConfig | None = None) -> Self:
        """Count forward pairs of items of positive weight, normalise, keep the best of each row."""
        config = config or ItemKNNConfig()
        together = forward_pairs(data, config)
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
        _, columns, terms = self._terms(context)
        if not len(columns) or not len(mask):
            return no_scores(mask)
        if len(mask) * 4 > self.n_items:
            totals = np.bincount(columns, terms, minlength=int(mask.codes[-1]) + 1)
            return totals[mask.codes].astype(np.float32)
        # a selective mask: find the few neighbours that it allows, whatever the size of the catalogue
        places = np.minimum(np.searchsorted(mask.codes, columns), len(mask) - 1)
        allowed = mask.codes[places] == columns
        return np.bincount(places[allowed], terms[allowed], minlength=len(mask)).astype(np.float32)

    def evidence(self, context: Context, code: int) -> NDArray[np.float32]:
        """See Explains."""
        origins, columns, terms = self._terms(context)
        found = columns == code
        return np.bincount(origins[found], terms[found], minlength=len(context.items)).astype(np.float32)

    def _terms(self, context: Context) -> tuple[NDArray[np.int64], Codes, NDArray[np.float64]]:
        """The sum's terms: (position in the context, neighbour's code, term), each of one length."""
        known = np.flatnonzero((context.items < self.n_items) & (context.weights != 0))
        items = context.items[known]
        starts, ends = self.indptr[items], self.indptr[items + 1]
        lengths = ends - starts
        # the rows' entries, one row after the other
        offsets = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        entries = offsets + np.arange(lengths.sum())
        ages = len(context.items) - 1 - known
        strengths = context.weights[known] * self.config.profile_decay**ages
        terms = np.repeat(strengths, lengths) * self.values[entries]
        return np.repeat(known, lengths), self.columns[entries], terms

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


def forward_pairs(data: Interactions, config: ItemKNNConfig) -> sparse.csr_array:
    """C without its backward part, float32 [n_items, n_items]: a sum over blocks of positions."""
    positive = data.weights > 0
    items = data.items[positive]
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[positive]
    ends = np.searchsorted(users, users, side="right")
    followers = np.minimum(ends - np.arange(len(items)) - 1, config.window)
    total = sparse.csr_array((data.n_items, data.n_items), dtype=np.float32)
    for start, end in _blocks(followers):
        lengths = followers[start:end]
        indptr = np.concatenate(([0], np.cumsum(lengths)))
        gaps = np.arange(indptr[-1]) - np.repeat(indptr[:-1], lengths)
        following = items[np.repeat(np.arange(start, end), lengths) + gaps + 1]
        decay = (config.gap_decay ** np.arange(lengths.max(initial=0))).astype(np.float32)
        # [items, positions] x [positions, items]: who stands at a position, and who follows it
        here = sparse.coo_array(
            (np.ones(end - start, np.float32), (items[start:end], np.arange(end - start))),
            shape=(data.n_items, end - start),
        )
        after = sparse.csr_array((decay[gaps], following, indptr), shape=(end - start, data.n_items))
        total = total + here.tocsr() @ after
    return total


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
