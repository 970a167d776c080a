"""Dense search: the items' vectors as one matrix by code, cosine similarities in one pass over it.

Large matrices are scanned in a projection to their first principal directions (of the uncentred second
moment, so that inner products suffer least); how much that leaves out is kept as ``residual``. Selective
masks are always scored exactly.
"""

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.arrays import load_array, load_json, save_array, save_json
from palate.catalogue.columns import positions
from palate.errors import ModelError
from palate.values import Codes, Mask

PROJECT_ABOVE = 12_000_000
"""Entries (items times dimensions) above which full scans use the projection."""
PROJECTED = 128
_EXACT_BELOW = 2_000_000
"""Entries of the masked rows up to which they are gathered and scored exactly, however large the matrix."""
_SAMPLE = 20_000
_BLOCK = 16_384

Matrix = NDArray[np.float32]


class VectorIndex:
    """Unit vectors by item code; a row of zeros where an item has none. Immutable.

    ``matrix`` float32 [n, d]; ``projection`` float32 [d, 128] and ``projected`` float32 [n, 128] = matrix @
    projection, or None. ``changed`` int32 [m] ascending and ``vectors`` float32 [m, d] stand in place of the
    matrix's rows. ``residual``: the part of the vectors' squared length, 0 to 1, that the projection does not
    hold.
    """

    def __init__(
        self,
        matrix: Matrix,
        projection: Matrix | None = None,
        projected: Matrix | None = None,
        residual: float = 0.0,
        changed: Codes | None = None,
        vectors: Matrix | None = None,
    ) -> None:
        self._matrix = matrix
        self._projection = projection
        self._projected = projected
        self.residual = residual
        self._changed: Codes = np.zeros(0, np.int32) if changed is None else changed
        self._vectors: Matrix = np.zeros((0, matrix.shape[1]), np.float32) if vectors is None else vectors

    @property
    def dimensions(self) -> int:
        """How wide the vectors are."""
        return self._matrix.shape[1]

    @property
    def size(self) -> int:
        """Codes that have a row run below it."""
        return max(len(self._matrix), int(self._changed[-1]) + 1 if len(self._changed) else 0)

    @classmethod
    def build(cls, size: int, codes: Codes, vectors: Matrix) -> Self:
        """From ``vectors`` float32 [n, d], unit or zero rows, of ``codes`` int32 [n]; codes run below
        ``size``.
        """
        matrix = np.zeros((size, vectors.shape[1]), np.float32)
        matrix[codes] = vectors
        return cls._of(matrix)

    @classmethod
    def _of(cls, matrix: Matrix) -> Self:
        if matrix.size <= PROJECT_ABOVE or matrix.shape[1] <= PROJECTED:
            return cls(matrix)
        sample = matrix[:: max(1, len(matrix) // _SAMPLE)]
        values, directions = np.linalg.eigh((sample.T @ sample).astype(np.float64))
        projection = np.ascontiguousarray(directions[:, : -PROJECTED - 1 : -1], np.float32)
        residual = 1 - float(values[-PROJECTED:].sum() / max(values.sum(), 1e-12))
        projected = np.empty((len(matrix), PROJECTED), np.float32)
        for start in range(0, len(matrix), _BLOCK):
            np.matmul(matrix[start : start + _BLOCK], projection, out=projected[start : start + _BLOCK])
        return cls(matrix, projection, projected, residual)

    def score(self, queries: Matrix, mask: Mask) -> Matrix:
        """float32 [q, len(mask)]: the cosine, -1 to 1, of each of ``queries`` float32 [q, d] (unit rows) with
        each allowed item.

        0 for items without a vector. One pass over the matrix for all queries; in the projection where the
        matrix is large and the mask is not selective.
        """
        codes = mask.codes
        if (
            self._projection is None
            or self._projected is None
            or len(codes) * self.dimensions <= _EXACT_BELOW
        ):
            found = _products(self._matrix, queries, codes)
            fresh = self._vectors
        else:
            queries = queries @ self._projection
            found = _products(self._projected, queries, codes)
            fresh = self._vectors @ self._projection
        at, there = positions(codes, self._changed)
        found[:, at[there]] = queries @ fresh[there].T
        return found

    def at(self, codes: Codes) -> Matrix:
        """float32 [len(codes), d]: the vectors of ``codes``, zeros where an item has none."""
        found = np.zeros((len(codes), self.dimensions), np.float32)
        inside = codes < len(self._matrix)
        found[inside] = self._matrix[codes[inside]]
        at, there = positions(self._changed, codes)
        found[there] = self._vectors[at[there]]
        return found

    def updated(self, codes: Codes, vectors: Matrix) -> Self:
        """A new index in which ``codes`` (each once) have ``vectors`` float32 [len(codes), d]; the matrix is
        shared.
        """
        kept = ~np.isin(self._changed, codes)
        changed = np.concatenate([self._changed[kept], codes])
        order = np.argsort(changed)
        stacked = np.concatenate([self._vectors[kept], vectors])
        return type(self)(
            self._matrix, self._projection, self._projected, self.residual, changed[order], stacked[order]
        )

    def save(self, folder: Path) -> None:
        """Write plain arrays into an existing folder."""
        index = self
        if len(self._changed):
            index = type(self)._of(self.at(np.arange(self.size, dtype=np.int32)))
        save_json(folder, "vectors", {"residual": index.residual, "projected": index._projection is not None})
        save_array(folder, "matrix", index._matrix)
        if index._projection is not None and index._projected is not None:
            save_array(folder, "projection", index._projection)
            save_array(folder, "projected", index._projected)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The index that ``save`` wrote, mapped into memory; ModelError where something is missing or
        damaged.
        """
        facts = load_json(folder, "vectors")
        matrix = load_array(folder, "matrix", np.float32, 2)
        if not facts["projected"]:
            return cls(matrix)
        projection = load_array(folder, "projection", np.float32, 2)
        projected = load_array(folder, "projected", np.float32, 2)
        if projected.shape != (len(matrix), projection.shape[1]) or len(projection) != matrix.shape[1]:
            raise ModelError(f"the vectors in {str(folder)!r} do not fit together; train the shop again")
        return cls(matrix, projection, projected, float(facts["residual"]))


def _products(matrix: Matrix, queries: Matrix, codes: Codes) -> Matrix:
    """float32 [q, len(codes)]: inner products of ``queries`` with the rows ``codes`` (ascending), 0 beyond
    the matrix.
    """
    found = np.zeros((len(queries), len(codes)), np.float32)
    inside = int(np.searchsorted(codes, np.int32(len(matrix))))
    codes = codes[:inside]
    # items by queries and then turned: twice as fast as queries by items, the items being many
    if inside == len(matrix):
        found[:, :inside] = (matrix @ queries.T).T
    elif 2 * inside > len(matrix):
        # gathering rows costs more than multiplying them: multiply all
        found[:, :inside] = (matrix @ queries.T)[codes].T
    elif inside:
        found[:, :inside] = (matrix[codes] @ queries.T).T
    return found
