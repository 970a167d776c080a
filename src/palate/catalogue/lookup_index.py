"""Phrases as sorted arrays of hashes: all phrases that begin anywhere in a sentence, found by vectorised
binary search.

A phrase is a tuple of folds (``lookup_words``). Its hash grows fold by fold, so that a sentence is matched in
as many steps as the longest phrase that it begins, each over the positions still alive. Hits are verified by
text. Plain arrays that can be mapped into memory; knows nothing of titles or values.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.lookup_words import Hashes, Words, hash_folds

Offsets = NDArray[np.int64]

MAX_FOLDS = 24
_SEED = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)


def save_array(folder: Path, name: str, array: NDArray[np.generic]) -> None:
    """Write ``name.npy``."""
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load_array(folder: Path, name: str) -> Any:
    """Map ``name.npy`` into memory."""
    mapped = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return mapped.view(np.ndarray)  # still mapped, without memmap's slow indexing


class Strings:
    """n strings as one array of bytes and int64 offsets [n + 1]."""

    def __init__(self, data: NDArray[np.uint8], offsets: Offsets) -> None:
        self._data = data
        self._offsets = offsets

    @classmethod
    def of(cls, strings: Iterable[str]) -> "Strings":
        """From any strings."""
        encoded = [s.encode("utf-8", "surrogatepass") for s in strings]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(e) for e in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, i: int) -> str:
        return self._data[self._offsets[i] : self._offsets[i + 1]].tobytes().decode("utf-8", "surrogatepass")

    def save(self, folder: Path, name: str) -> None:
        """Write ``name_bytes.npy`` and ``name_offsets.npy``."""
        save_array(folder, f"{name}_bytes", self._data)
        save_array(folder, f"{name}_offsets", self._offsets)

    @classmethod
    def load(cls, folder: Path, name: str) -> "Strings":
        """Map what ``save`` wrote."""
        return cls(load_array(folder, f"{name}_bytes"), load_array(folder, f"{name}_offsets"))


class PhraseIndex:
    """Distinct phrases, numbered 0 to n - 1 in the order of their hashes; ``match`` finds them in a
    sentence.
    """

    def __init__(self, keys: Hashes, prefixes: Hashes, texts: Strings) -> None:
        self._keys = keys
        self._prefixes = prefixes
        self._texts = texts

    @classmethod
    def build(cls, phrases: Sequence[tuple[str, ...]]) -> tuple["PhraseIndex", NDArray[np.int32]]:
        """The index, and the number of each given phrase in it, int32 [len(phrases)]; -1 for one that is
        empty or longer than MAX_FOLDS.
        """
        lengths = np.array([len(p) if len(p) <= MAX_FOLDS else 0 for p in phrases], np.int64)
        flat = hash_folds([f for p, n in zip(phrases, lengths, strict=True) if n for f in p])
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)[:-1]]) if len(lengths) else lengths
        state = np.full(len(phrases), _SEED, np.uint64)
        prefixes: list[Hashes] = []
        for k in range(int(lengths.max(initial=0))):
            alive = lengths > k
            state[alive] = (state[alive] ^ flat[starts[alive] + k]) * _PRIME
            prefixes.append(np.unique(state[lengths > k + 1]))
        whole = np.flatnonzero(lengths)
        keys, first, inverse = np.unique(state[whole], return_index=True, return_inverse=True)
        numbers = np.full(len(phrases), -1, np.int32)
        numbers[whole] = inverse
        texts = Strings.of(" ".join(phrases[i]) for i in whole[first].tolist())
        merged = np.unique(np.concatenate(prefixes)) if prefixes else np.zeros(0, np.uint64)
        return cls(keys, merged, texts), numbers

    def __len__(self) -> int:
        return len(self._keys)

    def match(self, words: Words) -> list[tuple[int, int, int]]:
        """Every phrase in the words as (first word, word after the last, phrase number), in order of the
        first word.
        """
        tokens = words.hashes
        found: list[tuple[int, int, int]] = []
        alive = np.arange(len(tokens))
        state = np.full(len(tokens), _SEED, np.uint64)
        for k in range(MAX_FOLDS):
            alive = alive[alive + k < len(tokens)]
            if not len(alive) or not len(self._keys):
                break
            now = (state[alive] ^ tokens[alive + k]) * _PRIME
            state[alive] = now
            at = np.searchsorted(self._keys, now)
            at[at == len(self._keys)] = 0
            for i in np.flatnonzero(self._keys[at] == now).tolist():
                start, number = int(alive[i]), int(at[i])
                if self._texts[number] == " ".join(words.folds[start : start + k + 1]):
                    found.append((start, start + k + 1, number))
            alive = alive[_contains(self._prefixes, now)]
        return sorted(found)

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays ``name_*.npy``."""
        save_array(folder, f"{name}_keys", self._keys)
        save_array(folder, f"{name}_prefixes", self._prefixes)
        self._texts.save(folder, f"{name}_texts")

    @classmethod
    def load(cls, folder: Path, name: str) -> "PhraseIndex":
        """Map what ``save`` wrote."""
        keys, prefixes = load_array(folder, f"{name}_keys"), load_array(folder, f"{name}_prefixes")
        return cls(keys, prefixes, Strings.load(folder, f"{name}_texts"))


def _contains(sorted_keys: Hashes, wanted: Hashes) -> NDArray[np.bool_]:
    if not len(sorted_keys):
        return np.zeros(len(wanted), bool)
    at = np.searchsorted(sorted_keys, wanted)
    at[at == len(sorted_keys)] = 0
    return sorted_keys[at] == wanted
