"""Postings: which items have a word, or two words side by side, in their titles. Plain sorted arrays that can be mapped
into memory; a key is a hash (``lookup_words``), so that a hit is likely, not certain.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.lookup_index import Offsets, load_array, save_array
from palate.catalogue.lookup_words import Hashes, hash_folds

Rows = NDArray[np.int32]

_SEED = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)


class Postings:
    """Key -> the ascending rows that have it."""

    def __init__(self, keys: Hashes, starts: Offsets, rows: Rows) -> None:
        self._keys = keys
        self._starts = starts
        self._rows = rows

    @classmethod
    def of_words(cls, texts: Sequence[tuple[int, Sequence[str]]]) -> "Postings":
        """Each word of titles, from (row, folds of one of its titles)."""
        return cls._of(hash_folds([f for _, folds in texts for f in folds]), _owners(texts))

    @classmethod
    def of_pairs(cls, texts: Sequence[tuple[int, Sequence[str]]]) -> "Postings":
        """Each pair of neighbours in titles, from (row, folds of one of its titles)."""
        flat, owners = hash_folds([f for _, folds in texts for f in folds]), _owners(texts)
        text = np.repeat(np.arange(len(texts)), [len(folds) for _, folds in texts])
        inside = text[1:] == text[:-1] if len(text) else np.zeros(0, bool)
        return cls._of(pair_hashes(flat)[inside], owners[:-1][inside] if len(owners) else owners)

    @classmethod
    def _of(cls, keys: Hashes, owners: Rows) -> "Postings":
        order = np.lexsort((owners, keys))
        keys, owners = keys[order], owners[order]
        fresh = np.ones(len(keys), bool)
        fresh[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        keys, owners = keys[fresh], owners[fresh]
        distinct, starts = np.unique(keys, return_index=True)
        return cls(distinct, np.append(starts, len(keys)).astype(np.int64), owners)

    def counts(self, keys: Hashes) -> NDArray[np.int64]:
        """In how many rows each key occurs, int64 [n]."""
        if not len(keys) or not len(self._keys):
            return np.zeros(len(keys), np.int64)
        at = self._at(keys)
        return np.where(self._keys[at] == keys, self._starts[at + 1] - self._starts[at], 0)

    def rows(self, keys: Hashes) -> list[Rows]:
        """The rows of each key, ascending; empty where none has it."""
        if not len(keys) or not len(self._keys):
            return [self._rows[:0]] * len(keys)
        at = self._at(keys)
        high = np.where(self._keys[at] == keys, self._starts[at + 1], self._starts[at])
        return [self._rows[a:b] for a, b in zip(self._starts[at].tolist(), high.tolist(), strict=True)]

    def _at(self, keys: Hashes) -> NDArray[np.int64]:
        at = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        return at

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays ``name_*.npy``."""
        save_array(folder, f"{name}_keys", self._keys)
        save_array(folder, f"{name}_starts", self._starts)
        save_array(folder, f"{name}_rows", self._rows)

    @classmethod
    def load(cls, folder: Path, name: str) -> "Postings":
        """Map what ``save`` wrote."""
        parts = [load_array(folder, f"{name}_{part}") for part in ("keys", "starts", "rows")]
        return cls(*parts)


def _owners(texts: Sequence[tuple[int, Sequence[str]]]) -> Rows:
    rows = np.array([row for row, _ in texts], np.int32)
    return np.repeat(rows, [len(folds) for _, folds in texts]) if len(texts) else rows


def pair_hashes(tokens: Hashes) -> Hashes:
    """The hash of each pair of neighbours, uint64 [n - 1]."""
    if len(tokens) < 2:
        return np.zeros(0, np.uint64)
    return (((_SEED ^ tokens[:-1]) * _PRIME) ^ tokens[1:]) * _PRIME
