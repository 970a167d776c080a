"""The directed, decayed linear model: which item comes next, from decayed sums of what came before.

At each position t of a person's order, for each decay d_k, the state S_k(t) = sum over positions a <= t of
d_k^(t - a) e(item a), e being unit vectors; S stacks the blocks k. Least squares for the item at t + 1, in
closed form, every position of everyone a row:

    B = (StS + regularisation * I)^-1 StY,  score = S(now) B

StS is never summed row by row. For positions a <= b of one person, the rows that hold both are geometric
series:

    sum over t >= b of d_k^(t - a) d_l^(t - b) = d_k^(b - a) (1 - (d_k d_l)^r) / (1 - d_k d_l)

where r rows follow from b on. So each of its blocks is a decayed count of pairs, like that of item kNN. Pairs
whose weight has fallen below LEAST_DECAY are left out. How long ago something was is told by its place alone;
the weight of an item says how much it counts, negative ones against.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import get_lapack_funcs

from palate.errors import ModelError
from palate.recommenders.arrays import load_model, save_model
from palate.recommenders.base import Context, FitOptions, Forecast, Interactions
from palate.recommenders.item_knn import LEAST_DECAY, forward_pairs
from palate.recommenders.sparse_rows import SparseRows, Strengths
from palate.values import Codes, Mask, Scores


@dataclass(frozen=True, slots=True)
class SequentialLinearConfig:
    """``decays``: d_k, a block each; ``neighbours``: entries kept of a row of B."""

    decays: tuple[float, ...] = (0.96, 0.75, 0.2)
    regularisation: float = 500.0
    neighbours: int = 400

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
    def forecast(cls, data: Interactions) -> Forecast:
        """See Forecasts: the matrix of all blocks, the right-hand side, and the counts of one decay."""
        config = SequentialLinearConfig()
        items = float(len(np.unique(data.items[data.weights > 0])))
        blocks = len(config.decays)
        width = blocks * items
        pairs = min(items**2, 100.0 * len(data.items))
        return Forecast(
            megabytes=(4 * width**2 + 12 * width * items + 12 * (blocks + 2) * pairs) / 1e6 + 400,
            operations=width**3 / 3 + 2 * width**2 * items + 3_000.0 * blocks * len(data.items),
        )

    @classmethod
    def fit(
        cls, data: Interactions, options: FitOptions, config: SequentialLinearConfig | None = None
    ) -> Self:
        """Fit on the order of each person's items of positive weight."""
        config = config or SequentialLinearConfig()
        items = np.unique(data.items[data.weights > 0]).astype(np.int32)
        gram, target = _equations(data, items, config)
        if len(gram):
            gram[np.diag_indices_from(gram)] += config.regularisation
            decompose, solve = get_lapack_funcs(("potrf", "potrs"), dtype=np.float32)
            factor, failed = decompose(gram, lower=1, overwrite_a=1, clean=0)
            target, failed_too = solve(factor, target, lower=1, overwrite_b=1)
            if failed or failed_too:
                raise ModelError(
                    "the equations of the sequential model could not be solved with regularisation "
                    f"{config.regularisation!r}; raise it"
                )
        return cls(items, SparseRows.best_of(target, config.neighbours, items, data.n_items), config)

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender: about the probability that an item comes next, times the weight of the history."""
        return self.rows.total(self._strengths(context), mask)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        return self.rows.total_many([self._strengths(context) for context in contexts], mask)

    def evidence(self, context: Context, code: int) -> NDArray[np.float32]:
        """See Explains."""
        return self.rows.parts_of(self._strengths(context), code, len(context.items))

    def _strengths(self, context: Context) -> Strengths:
        inside = np.flatnonzero((context.items < self.rows.n_items) & (context.weights != 0))
        places = self._place_of[context.items[inside]]
        known, places = inside[places >= 0], places[places >= 0]
        ages = len(context.items) - 1 - known
        parts: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []
        for block, decay in enumerate(self.config.decays):
            left = decay**ages
            near = left >= LEAST_DECAY
            rows = places[near] + block * len(self.items)
            parts.append((rows, left[near] * context.weights[known[near]], known[near]))
        rows, strengths, origins = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Strengths(rows, strengths, origins)

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


def _equations(
    data: Interactions, items: Codes, config: SequentialLinearConfig
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(StS float32 [k v, k v], StY float32 [k v, v]), in Fortran's order, over the given items."""
    size = len(items)
    decays = config.decays
    gram = np.zeros((len(decays) * size,) * 2, np.float32, order="F")
    target = np.zeros((len(decays) * size, size), np.float32, order="F")
    positive = data.weights > 0
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[positive]
    # rows of S from each position on; the last position of a person has no next item, so no row
    rows = np.searchsorted(users, users, side="right") - 1 - np.arange(len(users))
    codes = data.items[positive]
    blocks = [slice(number * size, (number + 1) * size) for number in range(len(decays))]
    for k, first in enumerate(decays):
        worths = [_series(first * second, rows) for second in decays]
        *counted, following = forward_pairs(data, first, [*worths, np.ones(len(users), np.float32)])
        target[blocks[k]] = following[items][:, items].toarray()
        for m, pairs in enumerate(counted):
            both = first * pairs[items][:, items].toarray()
            gram[blocks[k], blocks[m]] += both
            gram[blocks[m], blocks[k]] += both.T
            if k <= m:
                # a position with itself
                same = np.bincount(codes, worths[m], minlength=data.n_items)[items].astype(np.float32)
                for one, other in {(k, m), (m, k)}:
                    gram[blocks[one], blocks[other]][np.diag_indices(size)] += same
    return gram, target


def _series(ratio: float, terms: NDArray[np.int64]) -> NDArray[np.float32]:
    """1 + ratio + ... of so many terms each, float32."""
    if ratio >= 1:
        return terms.astype(np.float32)
    return ((1 - ratio**terms) / (1 - ratio)).astype(np.float32)
