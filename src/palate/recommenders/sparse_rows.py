"""Sparse rows: models of which a score is a weighted sum of rows, one or a few for each item of the person's.

    score(j) = sum over t of strength_t * rows[row_t, j]

Kept as plain CSR arrays, of each row only its best entries. Such a model explains itself: the sum's terms,
by the item that they come from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.recommenders.arrays import load_model, no_scores, save_model
from palate.recommenders.base import Context
from palate.values import Codes, Mask, Scores

BLOCK_ENTRIES = 8_000_000
"""Entries of a dense matrix looked through at a time."""


@dataclass(frozen=True, slots=True)
class Strengths:
    """What a context puts into the sum, n parts: ``rows`` int64 [n]; ``strengths`` float64 [n]; ``origins``
    int64 [n]: the position in the context that each part comes from.
    """

    rows: NDArray[np.int64]
    strengths: NDArray[np.float64]
    origins: NDArray[np.int64]


def recent_strengths(context: Context, n_items: int, decay: float) -> Strengths:
    """A row for each item of the context below ``n_items``: its weight times decay^(items since)."""
    known = np.flatnonzero((context.items < n_items) & (context.weights != 0))
    ages = len(context.items) - 1 - known
    return Strengths(context.items[known].astype(np.int64), context.weights[known] * decay**ages, known)


@dataclass(frozen=True, slots=True)
class Known:
    """What several contexts hold of items that a model knows, n in all, one context after the other: ``items`` int32
    [n] and their ``weights`` float32 [n], none 0; ``ages`` int64 [n]: items since; ``origins`` int64 [n]: the position
    in its context; ``owners`` int64 [n], ascending: which context.
    """

    items: Codes
    weights: NDArray[np.float32]
    ages: NDArray[np.int64]
    origins: NDArray[np.int64]
    owners: NDArray[np.int64]

    @classmethod
    def of(cls, contexts: Sequence[Context], n_items: int) -> Self:
        """The items below ``n_items``."""
        lengths = np.array([len(context.items) for context in contexts], np.int64)
        items = np.concatenate([np.zeros(0, np.int32), *(context.items for context in contexts)])
        weights = np.concatenate([np.zeros(0, np.float32), *(context.weights for context in contexts)])
        owners = np.repeat(np.arange(len(contexts)), lengths)
        ends = np.cumsum(lengths)[owners]
        ages = ends - 1 - np.arange(len(items))
        known = (items < n_items) & (weights != 0)
        origins = lengths[owners] - 1 - ages
        return cls(items[known], weights[known], ages[known], origins[known], owners[known])


def bounds_of(owners: NDArray[np.int64], contexts: int) -> NDArray[np.int64]:
    """Where each context's parts begin and the last ones end, int64 [contexts + 1]; ``owners`` ascending."""
    return np.searchsorted(owners, np.arange(contexts + 1))


def recent_of_many(
    contexts: Sequence[Context], n_items: int, decay: float
) -> tuple[Strengths, NDArray[np.int64]]:
    """(``recent_strengths`` of each, one after the other; the bounds of each)."""
    known = Known.of(contexts, n_items)
    strengths = Strengths(known.items.astype(np.int64), known.weights * decay**known.ages, known.origins)
    return strengths, bounds_of(known.owners, len(contexts))


@dataclass(frozen=True, slots=True)
class SparseRows:
    """``indptr`` int64 [rows + 1]; ``columns`` int32 and ``values`` float32 [entries], columns ascending in
    a row and below ``n_items``.
    """

    indptr: NDArray[np.int64]
    columns: Codes
    values: NDArray[np.float32]
    n_items: int

    @classmethod
    def best_of(cls, matrix: NDArray[np.float32], count: int, items: Codes, n_items: int) -> Self:
        """Of each row of a dense matrix float32 [rows, v] the ``count`` entries of largest magnitude;
        column c stands for code ``items[c]`` (ascending).
        """
        count = min(count, matrix.shape[1])
        kept = np.empty((len(matrix), count), np.int64)
        step = max(1, BLOCK_ENTRIES // max(1, matrix.shape[1]))
        for start in range(0, len(matrix), step):
            part = np.abs(matrix[start : start + step])
            places = np.argpartition(part, part.shape[1] - count, axis=1)[:, part.shape[1] - count :]
            kept[start : start + step] = np.sort(places, axis=1)
        values = np.take_along_axis(matrix, kept, axis=1).ravel() if count else np.zeros(0, np.float32)
        columns = items[kept.ravel()]
        present = values != 0
        lengths = present.reshape(len(matrix), -1).sum(axis=1) if count else np.zeros(len(matrix), np.int64)
        indptr = np.concatenate(([0], np.cumsum(lengths)))
        return cls(indptr, columns[present].astype(np.int32), values[present], n_items)

    @classmethod
    def best_of_sparse(cls, matrix: sparse.csr_array, count: int) -> Self:
        """Of each row of a sparse matrix the ``count`` entries of largest magnitude, none of them 0; of equal ones
        those that stand first in ``matrix``. Its columns are codes.
        """
        _, columns = shape_of(matrix)
        indptr = matrix.indptr.astype(np.int64)
        sizes = np.abs(matrix.data)
        keep = sizes > 0
        for row in np.flatnonzero(np.diff(indptr) > count):
            start, end = indptr[row], indptr[row + 1]
            values = sizes[start:end]
            least = np.partition(values, -count)[-count]
            keep[start:end] &= values >= least
            spare = np.count_nonzero(keep[start:end]) - count
            if spare > 0:
                keep[start + np.flatnonzero(keep[start:end] & (values == least))[-spare:]] = False
        kept = np.concatenate(([0], np.cumsum(keep)))[indptr]
        best = sparse.csr_array((matrix.data[keep], matrix.indices[keep], kept), shape=matrix.shape)
        best.sort_indices()
        return cls(kept, best.indices.astype(np.int32), best.data.astype(np.float32, copy=False), columns)

    @classmethod
    def stacked(cls, blocks: Sequence[Self], n_items: int) -> Self:
        """The rows of all blocks, one after the other."""
        lengths = [np.diff(block.indptr) for block in blocks]
        indptr = np.concatenate(([0], *lengths)).cumsum().astype(np.int64)
        columns = np.concatenate([np.zeros(0, np.int32), *(block.columns for block in blocks)])
        values = np.concatenate([np.zeros(0, np.float32), *(block.values for block in blocks)])
        return cls(indptr, columns, values, n_items)

    def at(self, places: NDArray[np.integer[Any]], count: int) -> Self:
        """The same rows as those numbered ``places`` (each once) of ``count``, the others empty."""
        lengths = np.zeros(count + 1, np.int64)
        lengths[places + 1] = np.diff(self.indptr)
        ordered = self.matrix()[np.argsort(places)]
        return type(self)(np.cumsum(lengths), ordered.indices.astype(np.int32), ordered.data, self.n_items)

    def matrix(self) -> sparse.csr_array:
        """Its arrays as a sparse matrix, float32 [rows, n_items]."""
        # two types of index would make scipy copy all columns
        narrow = np.int32 if len(self.columns) < 2**31 else np.int64
        return sparse.csr_array(
            (self.values, self.columns, self.indptr.astype(narrow)),
            shape=(len(self.indptr) - 1, self.n_items),
        )

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """What ``arrays`` gave, where there is a row for each item."""
        indptr = arrays["indptr"]
        return cls(indptr, arrays["columns"], arrays["values"], len(indptr) - 1)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What to keep of it."""
        return {"indptr": self.indptr, "columns": self.columns, "values": self.values}

    def total(self, parts: Strengths, mask: Mask) -> Scores:
        """The sum for the allowed items, float32 [len(mask)]."""
        columns, terms, _ = self._terms(parts)
        if not len(columns) or not len(mask):
            return no_scores(mask)
        if len(mask) * 4 > self.n_items:
            totals = np.bincount(columns, terms, minlength=int(mask.codes[-1]) + 1)
            return totals[mask.codes].astype(np.float32)
        # a selective mask: find the few entries that it allows, whatever the size of the catalogue
        places = np.minimum(np.searchsorted(mask.codes, columns), len(mask) - 1)
        allowed = mask.codes[places] == columns
        return np.bincount(places[allowed], terms[allowed], minlength=len(mask)).astype(np.float32)

    def total_many(self, many: Strengths, bounds: NDArray[np.int64], mask: Mask) -> NDArray[np.float32]:
        """``total`` of each of n contexts, whose parts stand one after the other, float32 [n, len(mask)]: one sparse
        product.
        """
        shape = (len(bounds) - 1, len(mask))
        if not bounds[-1] or not len(mask):
            return np.zeros(shape, np.float32)
        strengths, rows = many.strengths.astype(np.float32), many.rows
        if len(mask) * 4 > self.n_items:
            inside = int(np.searchsorted(mask.codes, self.n_items))
            left = _of_rows(strengths, rows, bounds, len(self.indptr) - 1)
            product: Any = left @ self.matrix()
            if inside == len(mask) == self.n_items:
                return product.toarray()
            found = np.zeros(shape, np.float32)
            found[:, :inside] = product.toarray().take(mask.codes[:inside], axis=1)
        else:
            used, at = np.unique(rows, return_inverse=True)
            product = _of_rows(strengths, at, bounds, len(used)) @ self._within(used, mask)
            found = product.toarray()
        return found

    def _within(self, rows: NDArray[np.int64], mask: Mask) -> sparse.csr_array:
        """These rows as a matrix of the allowed items alone, float32 [len(rows), len(mask)]."""
        every = np.arange(len(rows))
        columns, values, origins = self._terms(Strengths(rows, np.ones(len(rows)), every))
        places = np.minimum(np.searchsorted(mask.codes, columns), len(mask) - 1)
        allowed = mask.codes[places] == columns
        bounds = np.searchsorted(origins[allowed], np.arange(len(rows) + 1))
        return _of_rows(values[allowed].astype(np.float32), places[allowed], bounds, len(mask))

    def parts_of(self, parts: Strengths, code: int, length: int) -> NDArray[np.float32]:
        """What each of ``length`` positions of the context gives to the score of ``code``: float32
        [length].
        """
        columns, terms, origins = self._terms(parts)
        found = columns == code
        return np.bincount(origins[found], terms[found], minlength=length).astype(np.float32)

    def _terms(self, parts: Strengths) -> tuple[Codes, NDArray[np.float64], NDArray[np.int64]]:
        """The sum's terms: (code, term, position in the context), each of one length."""
        starts, ends = self.indptr[parts.rows], self.indptr[parts.rows + 1]
        lengths = ends - starts
        # the rows' entries, one row after the other
        offsets = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        entries = offsets + np.arange(lengths.sum())
        terms = np.repeat(parts.strengths, lengths) * self.values[entries]
        return self.columns[entries], terms, np.repeat(parts.origins, lengths)


def _of_rows(
    values: NDArray[np.float32], columns: NDArray[np.integer[Any]], bounds: NDArray[np.int64], width: int
) -> sparse.csr_array:
    """The matrix float32 [len(bounds) - 1, width] whose row i has the entries from ``bounds[i]`` on."""
    arrays = (values, columns.astype(np.int32), bounds.astype(np.int32))
    return sparse.csr_array(arrays, shape=(len(bounds) - 1, width))


def shape_of(matrix: sparse.csr_array) -> tuple[int, int]:
    """Its shape; scipy's types allow for arrays of one dimension."""
    rows, columns = matrix.shape  # pyright: ignore[reportGeneralTypeIssues]
    return int(rows), int(columns)


def blocks(sizes: NDArray[np.int64], most: int) -> Iterator[tuple[int, int]]:
    """Ranges of rows whose ``sizes`` int64 [rows] add up to about ``most`` each, in their order."""
    numbers = np.cumsum(sizes) // most
    bounds = np.concatenate(([0], np.flatnonzero(np.diff(numbers)) + 1, [len(sizes)]))
    return ((int(a), int(b)) for a, b in pairwise(bounds) if b > a)


class RecentRowsConfig(Protocol):
    """What a model of recent rows is configured by: a frozen dataclass with at least this."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def profile_decay(self) -> float:
        """What is left of an item's strength with each item since (1: the order does not count)."""
        ...


C = TypeVar("C", bound=RecentRowsConfig)


class RecentRows(Generic[C]):
    """A recommender that is one row for each item: score(j) = sum over the person's items i of
    weight_i * profile_decay^(items since i) * rows[i, j]. A fit makes the rows; folding a person in is the sum.
    """

    config_type: ClassVar[type[Any]]

    def __init__(self, rows: SparseRows, config: C) -> None:
        self.rows = rows
        self.config = config

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender."""
        return self.rows.total(self._strengths(context), mask)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        joint = recent_of_many(contexts, self.rows.n_items, self.config.profile_decay)
        return self.rows.total_many(*joint, mask)

    def evidence(self, context: Context, code: int) -> NDArray[np.float32]:
        """See Explains."""
        return self.rows.parts_of(self._strengths(context), code, len(context.items))

    def _strengths(self, context: Context) -> Strengths:
        return recent_strengths(context, self.rows.n_items, self.config.profile_decay)

    def save(self, folder: Path) -> None:
        """See Trainable."""
        save_model(folder, asdict(self.config), self.rows.arrays())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See Trainable."""
        config, arrays = load_model(folder, cls.config_type, ("indptr", "columns", "values"))
        return cls(SparseRows.of_arrays(arrays), config)
