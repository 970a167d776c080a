"""EASE: the linear model that predicts each item from all others in closed form (Steck 2019, "Embarrassingly
Shallow Autoencoders for Sparse Data").

With X the people-by-items matrix of what was taken up (0 or 1):

    P = (XtX + regularisation * I)^-1,  B_ij = -P_ij / P_jj, B_jj = 0
    score(j) = sum over the person's items i of weight_i * d^(items since i) * B_ij

XtX is counted sparse, inverted by a Cholesky decomposition in one float32 matrix of items times items, and of
each row of B the entries of largest magnitude are kept. Folding a person in is the sum above.

That matrix exceeds time and memory where the catalogue is large. Then it is taken apart into a core F of the items
with the most people and the rest R (palate.recommenders.core):

    XtX + regularisation * I = [A C; Ct D],  and P is that of [A C; Ct L],

L being diagonal: the row sums of D. Since L - D is the Laplacian of a graph, the matrix stays positive
definite, and its inverse is the one of a matrix of the size of the core, Q = (A - C L^-1 Ct)^-1:

    P_FF = Q,  P_FR = -Q C L^-1,  diag P_RR = L^-1 + diag(L^-1 Ct Q C L^-1)

Between two items of the rest stands the first term of Neumann's series, P_ij = -D_ij / (L_i L_j).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.recommenders.base import FitOptions, Forecast, Interactions
from palate.recommenders.core import core_of, inverse_of, most_within
from palate.recommenders.sparse_rows import BLOCK_ENTRIES, RecentRows, SparseRows, blocks
from palate.values import Codes

LONGEST = 5_000
"""Of a person's items so many count, the last ones: the pairs of a robot's hundred thousand would fill the
memory.
"""
BYTES_A_PAIR = 20.0
"""Of two items of the core, at most: the matrix, its count before it, and what is looked through for the best."""


@dataclass(frozen=True, slots=True)
class EASEConfig:
    """``neighbours``: entries kept of a row; ``profile_decay`` is d (1: the order does not count); ``core``: items
    that are solved together at most.
    """

    regularisation: float = 300.0
    neighbours: int = 400
    profile_decay: float = 0.9
    core: int = 4_000


class EASE(RecentRows[EASEConfig]):
    """See the module's docstring. ``rows``: B, a row an item."""

    name: ClassVar[str] = "ease"
    config_type = EASEConfig

    @classmethod
    def forecast(cls, data: Interactions, options: FitOptions) -> Forecast:
        """See Forecasts: the core's matrix, its ties to the rest, and what is kept of the rows."""
        config = EASEConfig()
        parts = _parts(data, options, config)
        core, rest = float(len(parts.core)), float(len(parts.rest))
        own, others = parts.lengths()
        ties, rest_pairs = float((own * others).sum()), float((others**2).sum())
        ties = min(ties, core * rest)
        kept = min(config.neighbours, core + rest) * (core + rest)
        entries = min(BLOCK_ENTRIES, core * (core + rest)) if len(parts.rest) else 0
        return Forecast(
            megabytes=(BYTES_A_PAIR * core**2 + 30 * ties + 24 * (kept + entries)) / 1e6 + 60,
            kept=8 * kept / 1e6,
            # a product of a sparse matrix and a dense one runs at a tenth of the speed of two dense ones
            operations=core**3 + 30 * core**2 + 40 * core * ties,
            pairs=rest_pairs,
        )

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions, config: EASEConfig | None = None) -> Self:
        """Fit on items of positive weight; items that nobody took up have no row and no score."""
        config = config or EASEConfig()
        parts = _parts(data, options, config)
        if not len(parts.rest):
            weights = _weights((parts.taken.T @ parts.taken).toarray(order="F"), config.regularisation)
            kept = SparseRows.best_of(weights, config.neighbours, parts.items, data.n_items)
            return cls(kept.at(parts.items, data.n_items), config)
        kept = SparseRows.stacked(list(_rows_of(parts, config, data.n_items)), data.n_items)
        codes = parts.items[np.concatenate([parts.core, parts.rest])]
        return cls(kept.at(codes, data.n_items), config)


@dataclass(frozen=True, slots=True)
class _Parts:
    """``taken`` [n_users, v]: 1 where a person took one of the ``items`` int32 [v] (codes, ascending); ``core`` and
    ``rest``: positions among the items.
    """

    taken: sparse.csr_array
    items: Codes
    core: NDArray[np.intp]
    rest: NDArray[np.intp]

    def lengths(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How many items of the core, and of the rest, each person took: float64 [n_users] each."""
        inside = np.zeros(len(self.items))
        inside[self.core] = 1
        return self.taken @ inside, self.taken @ (1 - inside)


def _parts(data: Interactions, options: FitOptions, config: EASEConfig) -> _Parts:
    positive = data.weights > 0
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))
    last = np.cumsum(positive)[data.indptr[1:] - 1] if len(positive) else np.zeros(0, np.int64)
    positive &= last[users] - np.cumsum(positive) < LONGEST
    items, columns = np.unique(data.items[positive], return_inverse=True)
    users = users[positive]
    taken = sparse.csr_array(
        (np.ones(len(users), np.float32), (users, columns)), shape=(data.n_users, len(items))
    )
    most = most_within(options.megabytes - 60, BYTES_A_PAIR, config.core)
    core = core_of(np.bincount(columns, minlength=len(items)), most)
    return _Parts(taken, items.astype(np.int32), core, np.setdiff1d(np.arange(len(items)), core))


def _rows_of(parts: _Parts, config: EASEConfig, n_items: int) -> Iterator[SparseRows]:
    """B where there is a rest: the rows of the core, then those of the rest, in pieces."""
    core, rest = parts.taken[:, parts.core], parts.taken[:, parts.rest]
    lumped = config.regularisation + rest.T @ (rest @ np.ones(len(parts.rest), np.float32))
    ties = (rest.T @ core).tocsr()
    pull = sparse.csr_array(sparse.diags_array(1 / lumped).astype(np.float32) @ ties)
    gram = (core.T @ core).toarray(order="F")
    gram -= (ties.T @ pull).toarray()
    gram[np.diag_indices_from(gram)] += config.regularisation
    inverse = inverse_of(gram, EASE.name, config.regularisation)
    own = inverse.diagonal().copy()
    columns = np.concatenate([parts.core, parts.rest])
    order = np.argsort(columns)

    # the diagonal of P for the rest, and its rows
    step = max(1, BLOCK_ENTRIES // max(1, len(parts.core)))
    diagonal = 1 / lumped
    rows: list[SparseRows] = []
    having = rest.T.tocsr()
    for start in range(0, len(parts.rest), step):
        block = pull[start : start + step]
        pulled = block @ inverse
        diagonal[start : start + step] += np.asarray(block.multiply(pulled).sum(axis=1)).ravel()
        rows.append(SparseRows.best_of(pulled / own, config.neighbours, parts.items[parts.core], n_items))
    to_core = SparseRows.stacked(rows, n_items)

    step = max(1, BLOCK_ENTRIES // len(columns))
    for start in range(0, len(parts.core), step):
        part = slice(start, start + step)
        line = np.concatenate([-inverse[part] / own, (pull @ inverse[:, part]).T / diagonal], axis=1)
        here = np.arange(len(line))
        line[here, start + here] = 0
        yield SparseRows.best_of(line[:, order], config.neighbours, parts.items, n_items)

    among = np.asarray(1 / (lumped * diagonal), np.float32)
    codes = parts.items[parts.rest]
    for start, end in blocks(_reach(having, rest), BLOCK_ENTRIES):
        near = (having[start:end] @ rest).tocoo()
        apart = near.row + start != near.col
        row, column = near.row[apart], near.col[apart]
        values = near.data[apart] * among[column] / lumped[start + row].astype(np.float32)
        direct = sparse.csr_array((values, (row, codes[column])), shape=(end - start, n_items))
        yield SparseRows.best_of_sparse(
            sparse.csr_array(direct + to_core.matrix()[start:end]), config.neighbours
        )


def _reach(having: sparse.csr_array, rest: sparse.csr_array) -> NDArray[np.int64]:
    """How many products each row of ``having`` takes with all of ``rest``, int64 [rows]."""
    lengths = np.diff(rest.indptr)[having.indices]
    return np.diff(np.concatenate(([0], np.cumsum(lengths)))[having.indptr])


def _weights(gram: NDArray[np.float32], regularisation: float) -> NDArray[np.float32]:
    """B of the Gram matrix, which is overwritten."""
    gram[np.diag_indices_from(gram)] += regularisation
    inverse = inverse_of(gram, EASE.name, regularisation)
    diagonal = inverse.diagonal().copy()
    inverse /= -diagonal
    np.fill_diagonal(inverse, 0)
    return inverse
