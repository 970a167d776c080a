"""Where the item embeddings of the attention model start: the spectrum of what goes together in the log,
and of the items' content. It saves the network the epochs that it would take to find this out itself.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.recommenders.base import Interactions
from palate.recommenders.item_knn import BLOCK_PAIRS, distinct_pairs, forward_pairs, pairs_within, window_of
from palate.values import Codes

GAP_DECAY = 0.8
SMOOTHING = 0.75
"""Power of the marginals (Levy and Goldberg 2014), so that rare items do not take the whole spectrum."""
CONTENT_SHARE = 0.4
ROW_SCALE = 0.5
"""Root mean square of a row's length. Times sqrt(width) it enters the network, where LayerNorm takes over."""
OVERSAMPLING = 16
POWER_ITERATIONS = 3


def initial_embeddings(data: Interactions, items: Codes, width: int, seed: int) -> NDArray[np.float32]:
    """float32 [len(items), width]: the left singular vectors, times the root of the singular values, of the
    positive pointwise mutual information of decayed co-occurrence; mixed with those of ``data.content``
    where it is given.
    """
    random = np.random.default_rng(seed)
    together = forward_pairs(data, GAP_DECAY)[0][items][:, items]
    together = (together + together.T).tocsr()
    found = _rms_rows(_spectrum(_positive_information(together), width, random))
    if data.content is not None:
        rows = _rms_rows(_spectrum(data.content[items], width, random))
        # turned onto the axes of the first as near as can be, or the two would blur each other
        u, _, vt = np.linalg.svd(rows.T @ found)
        found = (1 - CONTENT_SHARE) * found + CONTENT_SHARE * rows @ (u @ vt)
    noise = random.normal(0, 0.01, found.shape)
    return (ROW_SCALE * (_rms_rows(found) + noise)).astype(np.float32)


def megabytes_of_start(data: Interactions, width: int) -> float:
    """The most that ``initial_embeddings`` holds: the pairs of a block and what they are added up to; then that both
    ways, and matrices of float64.
    """
    pairs = pairs_of_start(data)
    people = np.bincount(data.items)
    together = distinct_pairs(people, pairs)
    words = data.content.shape[1] if data.content is not None else 0  # pyright: ignore[reportOptionalSubscript]
    counted = 42 * min(pairs, BLOCK_PAIRS) + 22 * together
    spectra = 40 * together + 8 * (7 * np.count_nonzero(people) + 3 * words) * (width + OVERSAMPLING)
    return max(counted, spectra) / 1e6


def pairs_of_start(data: Interactions) -> float:
    """How many pairs ``initial_embeddings`` counts."""
    return pairs_within(data, window_of(GAP_DECAY))


def _positive_information(together: sparse.csr_array) -> sparse.csr_array:
    """max(0, log(n_ij N / (n_i n_j^s))) over the entries that there are."""
    if not together.nnz:
        return together
    sums = np.asarray(together.sum(axis=1)).ravel()
    smooth = sums**SMOOTHING
    smooth /= smooth.sum()
    rows = np.repeat(np.arange(len(sums)), np.diff(together.indptr))
    information = np.log(together.data / (sums[rows] * smooth[together.indices]))
    return sparse.csr_array((np.maximum(information, 0), together.indices, together.indptr), together.shape)


def _spectrum(
    matrix: sparse.csr_array | NDArray[np.float32], width: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Left singular vectors times sqrt(singular values), float64 [n, width], randomised (Halko, Martinsson,
    Tropp 2011); zeros beyond the rank.
    """
    rows, columns = matrix.shape  # pyright: ignore[reportOptionalIterable, reportGeneralTypeIssues]
    found = np.zeros((rows, width))
    size = min(width + OVERSAMPLING, rows, columns)
    if size:
        basis = matrix @ random.standard_normal((columns, size))
        for _ in range(POWER_ITERATIONS):
            basis = np.linalg.qr(basis)[0]
            basis = matrix @ (matrix.T @ basis)
        basis = np.linalg.qr(basis)[0]
        u, values, _ = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)
        kept = min(width, len(values))
        found[:, :kept] = (basis @ u[:, :kept]) * np.sqrt(values[:kept])
    return found


def _rms_rows(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scaled so that the rows' lengths have a root mean square of 1."""
    scale = np.sqrt((matrix**2).sum(axis=1).mean()) if len(matrix) else 0.0
    return matrix / scale if scale > 0 else matrix
