"""The directed, decayed linear model: which item comes next, from decayed sums of what came before.

At each position t of a person's order, for each decay d_k, the state S_k(t) = sum over positions a <= t of
d_k^(t - a) e(item a), e being unit vectors; S stacks the blocks k. Least squares for the item at t + 1, in
closed form, every position of everyone a row:

    B = (StS + regularisation * I)^-1 StY,  score = S(now) B

StS is never summed row by row. For positions a <= b of one person, the rows that hold both are geometric
series:

    sum over t >= b of d_k^(t - a) d_l^(t - b) = d_k^(b - a) (1 - (d_k d_l)^r) / (1 - d_k d_l)

where r rows follow from b on. So each of its blocks is a decayed count of pairs, like that of item kNN. Pairs
whose weight has fallen below LEAST_DECAY are left out.

The matrix is of all items times all decays, which a large catalogue cannot afford. Then the equations are solved for
the states of a core of the items with the most people (palate.recommenders.core), for every item as target, and
those of the rest by one step of Jacobi's method, the diagonal being the sums of the whole rows of StS, which is never
too large a step:

    B_F = (StS_FF + regularisation * I)^-1 StY_F,  B_R = StY_R / (row sums of StS_R + regularisation)

How long ago something was is told by its place alone;
the weight of an item says how much it counts, negative ones against.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg.lapack import get_lapack_funcs

from palate.errors import ModelError
from palate.recommenders.arrays import load_model, save_model
from palate.recommenders.base import Context, FitOptions, Forecast, Interactions
from palate.recommenders.core import core_of, inverse_of, most_within
from palate.recommenders.item_knn import BLOCK_PAIRS, LEAST_DECAY, forward_pairs, window_of
from palate.recommenders.sparse_rows import BLOCK_ENTRIES, Known, SparseRows, Strengths, bounds_of, shape_of
from palate.values import Codes, Mask, Scores


@dataclass(frozen=True, slots=True)
class SequentialLinearConfig:
    """``decays``: d_k, a block each; ``neighbours``: entries kept of a row of B; ``core``: items that are solved
    together at most.
    """

    decays: tuple[float, ...] = (0.96, 0.75, 0.2)
    regularisation: float = 500.0
    neighbours: int = 400
    core: int = 4_000

    def __post_init__(self) -> None:
        """From JSON they come as a list."""
        object.__setattr__(self, "decays", tuple(self.decays))


class SequentialLinear:
    """See the module's docstring."""

    name: ClassVar[str] = "sequential"

    def __init__(self, items: Codes, rows: SparseRows, config: SequentialLinearConfig) -> None:
        """``items`` int32 [v], ascending: the codes that it knows; ``rows``: B, row k v + p is that of
        ``items[p]`` in block k.
        """
        self.items = items
        self.rows = rows
        self.config = config
        self._place_of = np.full(rows.n_items, -1, np.int64)
        self._place_of[items] = np.arange(len(items))

    @classmethod
    def forecast(cls, data: Interactions, options: FitOptions) -> Forecast:
        """See Forecasts: the matrix of all blocks, the right-hand side, and the counts of one decay."""
        config = SequentialLinearConfig()
        items, core = _items(data, options, config)
        size, solved, blocks = float(len(items)), float(len(core)), len(config.decays)
        rest = size - solved
        pairs = min(size**2, min(window_of(max(config.decays)), _mean_length(data)) * len(data.items))
        inside = min(solved**2, pairs)
        kept = min(config.neighbours, size) * size * blocks
        width = blocks * solved
        whole = 4 * width**2 + 12 * width * solved
        parted = 8 * width**2 + 24 * min(BLOCK_ENTRIES, width * size) + 12 * blocks * pairs
        counts = 12 * ((blocks + 2) * inside + 2 * pairs) + 24 * min(BLOCK_PAIRS, len(data.items) * 100)
        return Forecast(
            megabytes=((parted if rest else whole) + counts + 16 * kept) / 1e6 + 60,
            kept=8 * kept / 1e6,
            operations=(
                width**3 + 20 * width * blocks * pairs if rest else width**3 / 3 + 2 * width**2 * solved
            )
            + 30 * width * size,
            pairs=(blocks + 1)
            * sum(
                float(np.minimum(_mean_length(data), window_of(decay))) * len(data.items)
                for decay in config.decays
            ),
        )

    @classmethod
    def fit(
        cls, data: Interactions, options: FitOptions, config: SequentialLinearConfig | None = None
    ) -> Self:
        """Fit on the order of each person's items of positive weight."""
        config = config or SequentialLinearConfig()
        items, core = _items(data, options, config)
        gram, following = _equations(data, items[core], config)
        gram[np.diag_indices_from(gram)] += config.regularisation
        if len(core) == len(items):
            solved = SparseRows.best_of(
                _solved(gram, _dense(following, items), config), config.neighbours, items, data.n_items
            )
            return cls(items, solved, config)
        rest = np.setdiff1d(np.arange(len(items)), core)
        parts = [
            *_core_rows(inverse_of(gram, cls.name, config.regularisation), following, items, core, config),
            *_rest_rows(data, following, items[rest], config),
        ]
        first = np.arange(len(config.decays))[:, np.newaxis] * len(items)
        places = np.concatenate([(first + core).ravel(), (first + rest).ravel()])
        rows = SparseRows.stacked(parts, data.n_items).at(places, len(config.decays) * len(items))
        return cls(items, rows, config)

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender: about the probability that an item comes next, times the weight of the history."""
        return self.rows.total(self._strengths([context])[0], mask)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        return self.rows.total_many(*self._strengths(contexts), mask)

    def evidence(self, context: Context, code: int) -> NDArray[np.float32]:
        """See Explains."""
        return self.rows.parts_of(self._strengths([context])[0], code, len(context.items))

    def _strengths(self, contexts: Sequence[Context]) -> tuple[Strengths, NDArray[np.int64]]:
        """(the parts of each, block by block; the bounds of each)."""
        known = Known.of(contexts, self.rows.n_items)
        places = self._place_of[known.items]
        parts: list[tuple[NDArray[Any], ...]] = []
        for block, decay in enumerate(self.config.decays):
            left = decay**known.ages
            near = (places >= 0) & (left >= LEAST_DECAY)
            rows = places[near] + block * len(self.items)
            parts.append((rows, left[near] * known.weights[near], known.origins[near], known.owners[near]))
        rows, strengths, origins, owners = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(owners, kind="stable")
        found = Strengths(rows[order], strengths[order], origins[order])
        return found, bounds_of(owners[order], len(contexts))

    def save(self, folder: Path) -> None:
        """See Trainable."""
        arrays = {"items": self.items, "size": np.array(self.rows.n_items), **self.rows.arrays()}
        save_model(folder, asdict(self.config), arrays)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See Trainable."""
        names = ("items", "indptr", "columns", "values", "size")
        config, arrays = load_model(folder, SequentialLinearConfig, names)
        rows = SparseRows(arrays["indptr"], arrays["columns"], arrays["values"], int(arrays["size"]))
        return cls(arrays["items"], rows, config)


def _items(
    data: Interactions, options: FitOptions, config: SequentialLinearConfig
) -> tuple[Codes, NDArray[np.intp]]:
    """(codes of the items of positive weight, int32 [v], ascending; positions of the core among them)."""
    items, people = np.unique(data.items[data.weights > 0], return_counts=True)
    # the core's matrix once and half the right-hand side, or that matrix and its inverse
    bytes_a_pair = 8.0 * len(config.decays) ** 2
    most = most_within(options.megabytes / 2, bytes_a_pair, config.core)
    return items.astype(np.int32), core_of(people, most)


def _mean_length(data: Interactions) -> float:
    """How many items a position is followed by on average, were none too far apart."""
    lengths = np.diff(data.indptr).astype(np.float64)
    return float((lengths**2).sum() / max(1.0, lengths.sum()) / 2)


def _equations(
    data: Interactions, core: Codes, config: SequentialLinearConfig
) -> tuple[NDArray[np.float32], list[sparse.csr_array]]:
    """(StS float32 [k m, k m] over the items ``core``, in Fortran's order; StY over all, a matrix float32
    [n_items, n_items] each block).
    """
    size = len(core)
    decays = config.decays
    gram = np.zeros((len(decays) * size,) * 2, np.float32, order="F")
    following: list[sparse.csr_array] = []
    among = np.zeros(data.n_items, np.bool_)
    among[core] = True
    rows, codes = _rows_after(data), data.items[data.weights > 0]
    blocks = [slice(number * size, (number + 1) * size) for number in range(len(decays))]
    for k, first in enumerate(decays):
        worths = [_series(first * second, rows) for second in decays]
        for m, pairs in enumerate(forward_pairs(data, first, worths, among)):
            both = first * pairs[core][:, core].toarray()
            gram[blocks[k], blocks[m]] += both
            gram[blocks[m], blocks[k]] += both.T
            if k <= m:
                # a position with itself
                same = np.bincount(codes, worths[m], minlength=data.n_items)[core].astype(np.float32)
                for one, other in {(k, m), (m, k)}:
                    gram[blocks[one], blocks[other]][np.diag_indices(size)] += same
        following += forward_pairs(data, first)
    return gram, following


def _rows_after(data: Interactions) -> NDArray[np.int64]:
    """How many rows of S there are from each position of positive weight on; the last one of a person has no next
    item, so no row.
    """
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[data.weights > 0]
    return np.searchsorted(users, users, side="right") - 1 - np.arange(len(users))


def _dense(following: Sequence[sparse.csr_array], items: Codes) -> NDArray[np.float32]:
    """StY over the given items, float32 [k v, v], in Fortran's order."""
    size = len(items)
    target = np.zeros((len(following) * size, size), np.float32, order="F")
    for number, block in enumerate(following):
        target[number * size : (number + 1) * size] = block[items][:, items].toarray()
    return target


def _solved(
    gram: NDArray[np.float32], target: NDArray[np.float32], config: SequentialLinearConfig
) -> NDArray[np.float32]:
    """gram^-1 target; both are overwritten."""
    if not len(gram):
        return target
    decompose, solve = get_lapack_funcs(("potrf", "potrs"), dtype=np.float32)
    factor, failed = decompose(gram, lower=1, overwrite_a=1, clean=0)
    target, failed_too = solve(factor, target, lower=1, overwrite_b=1)
    if failed or failed_too:
        raise ModelError(
            "the equations of the sequential model could not be solved with regularisation "
            f"{config.regularisation!r}; raise it"
        )
    return target


def _core_rows(
    inverse: NDArray[np.float32],
    following: Sequence[sparse.csr_array],
    items: Codes,
    core: NDArray[np.intp],
    config: SequentialLinearConfig,
) -> Iterator[SparseRows]:
    """B of the core's states, in pieces; ``core``: positions among the ``items``, which are the targets."""
    targets = sparse.csr_array(sparse.vstack([block[items[core]][:, items] for block in following])).T.tocsr()
    step = max(1, BLOCK_ENTRIES // max(1, len(items)))
    for start in range(0, len(inverse), step):
        part = np.ascontiguousarray((targets @ np.ascontiguousarray(inverse[:, start : start + step])).T)
        yield SparseRows.best_of(part, config.neighbours, items, shape_of(following[0])[1])


def _rest_rows(
    data: Interactions, following: Sequence[sparse.csr_array], rest: Codes, config: SequentialLinearConfig
) -> Iterator[SparseRows]:
    """B of the other items' states, a piece each block."""
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[data.weights > 0]
    before = np.arange(len(users)) - np.searchsorted(users, users)
    after, codes = _rows_after(data), data.items[data.weights > 0]
    for decay, block in zip(config.decays, following, strict=True):
        # the sum of the rows of S that hold a position, weighed by what it has left in each: at t, s after it, all
        # states sum to (1 + d_l + ... + d_l^t)
        sums = np.zeros(len(users))
        for other in np.minimum(config.decays, 1 - 1e-6):
            whole = _series(decay, after) - other ** (before + 1) * _series(decay * other, after)
            sums += whole / (1 - other)
        row_sums = np.bincount(codes, sums, minlength=data.n_items)[rest] + config.regularisation
        scaled = sparse.diags_array(1 / row_sums).astype(np.float32) @ block[rest]
        yield SparseRows.best_of_sparse(sparse.csr_array(scaled), config.neighbours)


def _series(ratio: float, terms: NDArray[np.int64]) -> NDArray[np.float32]:
    """1 + ratio + ... of so many terms each, float32."""
    if ratio >= 1:
        return terms.astype(np.float32)
    return ((1 - ratio**terms) / (1 - ratio)).astype(np.float32)
