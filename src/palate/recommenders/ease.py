"""EASE: the linear model that predicts each item from all others in closed form (Steck 2019, "Embarrassingly
Shallow Autoencoders for Sparse Data").

With X the people-by-items matrix of what was taken up (0 or 1):

    P = (XtX + regularisation * I)^-1,  B_ij = -P_ij / P_jj, B_jj = 0
    score(j) = sum over the person's items i of weight_i * d^(items since i) * B_ij

XtX is counted sparse, inverted by a Cholesky decomposition in one float32 matrix of items times items, and of
each row of B the entries of largest magnitude are kept. Folding a person in is the sum above.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg.lapack import get_lapack_funcs

from palate.errors import ModelError
from palate.recommenders.base import FitOptions, Forecast, Interactions
from palate.recommenders.sparse_rows import RecentRows, SparseRows


@dataclass(frozen=True, slots=True)
class EASEConfig:
    """``neighbours``: entries kept of a row; ``profile_decay`` is d (1: the order does not count)."""

    regularisation: float = 300.0
    neighbours: int = 400
    profile_decay: float = 0.9


class EASE(RecentRows[EASEConfig]):
    """See the module's docstring. ``rows``: B, a row an item."""

    name: ClassVar[str] = "ease"
    config_type = EASEConfig

    @classmethod
    def forecast(cls, data: Interactions) -> Forecast:
        """See Forecasts: the matrix, its count before it, and what is looked through for the best entries."""
        items = float(len(np.unique(data.items[data.weights > 0])))
        return Forecast(megabytes=20 * items**2 / 1e6 + 100, operations=items**3 + 30 * items**2)

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions, config: EASEConfig | None = None) -> Self:
        """Fit on items of positive weight; items that nobody took up have no row and no score."""
        config = config or EASEConfig()
        positive = data.weights > 0
        items, columns = np.unique(data.items[positive], return_inverse=True)
        users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[positive]
        taken = sparse.csr_array(
            (np.ones(len(users), np.float32), (users, columns)), shape=(data.n_users, len(items))
        )
        weights = _weights((taken.T @ taken).toarray(order="F"), config.regularisation)
        kept = SparseRows.best_of(weights, config.neighbours, items.astype(np.int32), data.n_items)
        indptr = np.zeros(data.n_items + 1, np.int64)
        indptr[items + 1] = np.diff(kept.indptr)
        return cls(SparseRows(np.cumsum(indptr), kept.columns, kept.values, data.n_items), config)


def _weights(gram: NDArray[np.float32], regularisation: float) -> NDArray[np.float32]:
    """B of the Gram matrix, which is overwritten."""
    if not len(gram):
        return gram
    gram[np.diag_indices_from(gram)] += regularisation
    decompose, invert = get_lapack_funcs(("potrf", "potri"), dtype=np.float32)
    factor, failed = decompose(gram, lower=1, overwrite_a=1, clean=0)
    inverse, failed_too = invert(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise ModelError(
            f"the matrix of EASE could not be inverted with regularisation {regularisation!r}; raise it"
        )
    # only the lower triangle was made; row by row, as indices of a triangle would take more than the matrix
    for row in range(len(inverse)):
        inverse[row, row + 1 :] = inverse[row + 1 :, row]
    diagonal = inverse.diagonal().copy()
    inverse /= -diagonal
    np.fill_diagonal(inverse, 0)
    return inverse
