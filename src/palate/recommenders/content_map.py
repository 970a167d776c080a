"""A map from what an item's text says to where it stands among the others in taste: how a new item takes part
in collaborative filtering from its first moment (after Gantner et al. 2010, "Learning Attribute-to-Feature
Mappings for Cold-Start Recommendations").

Ridge regression of the item factors on the content vectors, each item weighed by how sure its factors are:

    W = (VtCV + regularisation * I)^-1 VtCY,  C = diag(n / (n + SURE)), n people an item
"""

import numpy as np
from numpy.typing import NDArray

LEAST_PEOPLE = 3
"""Items that fewer people touched take the mapped factors: their own would be an accident."""
SURE = 10.0
REGULARISATION = 1.0


def fit_content_map(
    vectors: NDArray[np.float32], factors: NDArray[np.float32], people: NDArray[np.int64]
) -> NDArray[np.float32]:
    """W float32 [d, f], of ``vectors`` [n, d] (zeros where an item has none), ``factors`` [n, f] and how many
    ``people`` [n] touched each item. Zeros where no item has both.
    """
    used = np.flatnonzero((people >= LEAST_PEOPLE) & vectors.any(axis=1))
    sure = (people[used] / (people[used] + SURE)).astype(np.float64)
    rows = vectors[used].astype(np.float64)
    weighted = rows.T * sure
    system = weighted @ rows + REGULARISATION * np.eye(vectors.shape[1])
    return np.linalg.solve(system, weighted @ factors[used]).astype(np.float32)
