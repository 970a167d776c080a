"""Sentence vectors without a model: character n-grams, TF-IDF, truncated SVD, fitted on the catalogue's own
texts.

Near means here: written alike, or of words that go together in the catalogue (latent semantic analysis,
Deerwester et al. 1990). It does not translate, except where the catalogue's items have texts in both
languages.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from palate.errors import ModelError

_GRAMS = (2, 3, 4)
_BUCKETS = 1 << 15
_MAX_CHARACTERS = 2_000
_SAMPLE = 10_000
_OVERSAMPLING = 16
_POWER_ITERATIONS = 2
_BLOCK = 2_048


class TfidfEmbedder:
    """128 wide; knows nothing until it is fitted or loaded."""

    dimensions = 128

    def __init__(self) -> None:
        self._idf: NDArray[np.float32] | None = None
        self._components: NDArray[np.float32] | None = None
        self._name = "tfidf"

    @property
    def name(self) -> str:
        """``tfidf-`` and eight hex digits of what was fitted; ``tfidf`` before that."""
        return self._name

    def fit(self, texts: Sequence[str], seed: int = 0) -> Self:
        """Fit on the catalogue's texts (a sample of 10,000 of more); the same texts and seed give the same
        vectors.

        The SVD is randomised (Halko, Martinsson and Tropp 2011, algorithm 5.1 over 4.4). Of few texts, or
        texts that are all alike, the last dimensions stay zero.
        """
        random = np.random.default_rng(seed)
        chosen = [text for text in texts if text and not text.isspace()]
        if len(chosen) > _SAMPLE:
            chosen = [chosen[i] for i in np.sort(random.choice(len(chosen), _SAMPLE, replace=False))]
        counts = sparse.csr_array(sparse.vstack([_counts([]), *_count_blocks(chosen)]))
        documents = np.bincount(counts.indices, minlength=_BUCKETS)
        idf = (np.log((1 + len(chosen)) / (1 + documents)) + 1).astype(np.float32)
        components = np.zeros((_BUCKETS, self.dimensions), np.float32)
        used = np.flatnonzero(documents)
        # several threads on busy cores are many times slower than one
        with threadpool_limits(1, user_api="blas"):
            directions = _directions(_weighted(counts, idf)[:, used], self.dimensions, random)
        components[used, : directions.shape[1]] = directions
        self._take(idf, components)
        return self

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder; ModelError before it is fitted."""
        if self._idf is None or self._components is None:
            raise ModelError("the embedder 'tfidf' is not fitted yet; train the shop first")
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), _BLOCK):
            block = _weighted(_counts(texts[start : start + _BLOCK]), self._idf)
            vectors[start : start + _BLOCK] = block @ self._components
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-6)

    def save(self, folder: Path) -> None:
        """Write plain arrays into an existing folder; ModelError before it is fitted."""
        if self._idf is None or self._components is None:
            raise ModelError("the embedder 'tfidf' is not fitted yet; there is nothing to save")
        np.save(folder / "idf.npy", self._idf, allow_pickle=False)
        np.save(folder / "components.npy", self._components, allow_pickle=False)
        (folder / "tfidf.json").write_text(json.dumps({"name": self._name}), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What ``save`` wrote, mapped into memory; ModelError where it is missing or damaged."""
        embedder = cls()
        try:
            idf = np.load(folder / "idf.npy", mmap_mode="r", allow_pickle=False)
            components = np.load(folder / "components.npy", mmap_mode="r", allow_pickle=False)
            embedder._name = json.loads((folder / "tfidf.json").read_text(encoding="utf-8"))["name"]
        except (OSError, ValueError, EOFError, KeyError, TypeError) as error:
            raise ModelError(
                f"the embedder in {str(folder)!r} cannot be read ({error}); train the shop again"
            ) from None
        if idf.shape != (_BUCKETS,) or components.shape != (_BUCKETS, cls.dimensions):
            raise ModelError(f"the embedder in {str(folder)!r} is of another shape; train the shop again")
        embedder._idf, embedder._components = idf, components
        return embedder

    def _take(self, idf: NDArray[np.float32], components: NDArray[np.float32]) -> None:
        self._idf, self._components = idf, components
        digest = hashlib.blake2b(idf.tobytes() + components.tobytes(), digest_size=4).hexdigest()
        self._name = f"tfidf-{digest}"


def _directions(matrix: sparse.csr_array, k: int, random: np.random.Generator) -> NDArray[np.float32]:
    """float32 [columns, at most k]: the first right singular vectors of ``matrix``, those of value 0 left
    out.
    """
    n_texts, n_columns = matrix.shape  # pyright: ignore[reportGeneralTypeIssues]
    rank = min(k + _OVERSAMPLING, n_texts, n_columns)
    if not rank:
        return np.zeros((n_columns, 0), np.float32)
    basis = np.linalg.qr(matrix @ random.standard_normal((n_columns, rank), np.float32))[0]
    for _ in range(_POWER_ITERATIONS):
        basis = np.linalg.qr(matrix @ np.linalg.qr(matrix.T @ basis)[0])[0]
    _, values, directions = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)
    return directions[: min(k, int((values > 1e-4 * values[0]).sum()))].T


def _count_blocks(texts: Sequence[str]) -> Iterator[sparse.csr_array]:
    for start in range(0, len(texts), _BLOCK):
        yield _counts(texts[start : start + _BLOCK])


def _counts(texts: Sequence[str]) -> sparse.csr_array:
    """How often each bucket's n-grams occur in each text, float32 [n, buckets]; all texts in one go.

    The texts are laid end to end as code points, each between two spaces; an n-gram is hashed as a polynomial
    in its code points, and those that reach over the end of a text are left out.
    """
    normal = [
        " ".join(unicodedata.normalize("NFKC", text[:_MAX_CHARACTERS]).casefold().split()) for text in texts
    ]
    padded = [f" {text} " if text else "" for text in normal]
    lengths = np.array([len(text) for text in padded], np.int64)
    points = np.frombuffer("".join(padded).encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    found_rows: list[NDArray[np.int32]] = []
    found_buckets: list[NDArray[np.int32]] = []
    for n in _GRAMS:
        if len(points) < n:
            continue
        size = len(points) - n + 1
        whole = rows[:size] == rows[n - 1 :]
        hashes = np.full(size, n, np.uint64)
        for i in range(n):
            hashes = (hashes ^ points[i : i + size]) * np.uint64(0x9E3779B97F4A7C15)
            hashes ^= hashes >> np.uint64(29)
        found_rows.append(rows[:size][whole])
        found_buckets.append(((hashes[whole] >> np.uint64(20)) & np.uint64(_BUCKETS - 1)).astype(np.int32))
    if not found_rows:
        return sparse.csr_array((len(texts), _BUCKETS), dtype=np.float32)
    places = (np.concatenate(found_rows), np.concatenate(found_buckets))
    ones = np.ones(len(places[0]), np.float32)
    return sparse.coo_array((ones, places), shape=(len(texts), _BUCKETS)).tocsr()


def _weighted(counts: sparse.csr_array, idf: NDArray[np.float32]) -> sparse.csr_array:
    """(1 + ln tf) * idf, rows of unit length."""
    data = (1 + np.log(counts.data)) * idf[counts.indices]
    row_lengths = np.diff(counts.indptr)
    rows = np.repeat(np.arange(len(row_lengths)), row_lengths)
    norms = np.sqrt(np.bincount(rows, weights=data**2, minlength=len(row_lengths))).astype(np.float32)
    return sparse.csr_array((data / norms[rows], counts.indices, counts.indptr), shape=counts.shape)
