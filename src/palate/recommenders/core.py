"""The core of a catalogue: the items whose linear models are solved together, exactly. The cost of that grows with
the cube of their number, so in a large catalogue the others, of which little is known each, are only tied to
them.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import get_lapack_funcs

from palate.errors import ModelError

LEAST_PEOPLE = 20
"""Items that fewer people took are of the core only where the whole catalogue is: regularisation holds them back
more than anything that is known of them.
"""


def core_of(people: NDArray[np.int64], most: int) -> NDArray[np.intp]:
    """Positions of the core in ``people`` int64 [v], how many took each item; ascending. All of them where they
    are ``most`` at most; else the ``most`` with the most people (ties to the lower position) that have
    LEAST_PEOPLE.
    """
    if len(people) <= most:
        return np.arange(len(people))
    chosen = np.argsort(-people, kind="stable")[:most]
    return np.sort(chosen[people[chosen] >= LEAST_PEOPLE])


def most_within(megabytes: float, bytes_a_pair: float, most: int) -> int:
    """How many items a core may have at most, so that a square matrix with ``bytes_a_pair`` for each two of them
    stays within ``megabytes``; never more than ``most``.
    """
    return min(most, int(np.sqrt(max(0.0, megabytes) * 1e6 / bytes_a_pair)))


def inverse_of(matrix: NDArray[np.float32], model: str, regularisation: float) -> NDArray[np.float32]:
    """The inverse of a symmetric, positive definite matrix, by Cholesky decomposition in its own memory: it is
    overwritten. ModelError, which names the ``model`` and its ``regularisation``, where it is not positive
    definite.
    """
    if not len(matrix):
        return matrix
    decompose, invert = get_lapack_funcs(("potrf", "potri"), dtype=np.float32)
    factor, failed = decompose(matrix, lower=1, overwrite_a=1, clean=0)
    inverse, failed_too = invert(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise ModelError(
            f"the matrix of {model} could not be inverted with regularisation {regularisation!r}; raise it"
        )
    # only the lower triangle was made; row by row, as indices of a triangle would take more than the matrix
    for row in range(len(inverse)):
        inverse[row, row + 1 :] = inverse[row + 1 :, row]
    return inverse
