"""The nearest known word to one that nobody knows: optimal string alignment (Damerau-Levenshtein,
restricted).

A letter mask a word, compared in one vectorised pass, leaves few words to measure exactly.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.lookup_index import Strings, load_array, save_array

MIN_LENGTH = 4
_MAX_MEASURED = 400


class Vocabulary:
    """Latin words of at least MIN_LENGTH letters with how often each occurs."""

    def __init__(
        self, words: Strings, masks: NDArray[np.uint32], lengths: NDArray[np.uint8], counts: NDArray[np.int32]
    ) -> None:
        self._words = words
        self._masks = masks
        self._lengths = lengths
        self._counts = counts

    @classmethod
    def build(cls, counts: Mapping[str, int]) -> "Vocabulary":
        """From word -> occurrences; other words than Latin ones, and short ones, are left out."""
        kept = sorted(
            w for w in counts if len(w) >= MIN_LENGTH and len(w) < 40 and w.isascii() and w.isalpha()
        )
        return cls(
            Strings.of(kept),
            np.array([_mask(w) for w in kept], np.uint32),
            np.array([len(w) for w in kept], np.uint8),
            np.array([counts[w] for w in kept], np.int32),
        )

    def nearest(self, word: str) -> list[tuple[str, int]]:
        """(word, distance) of the nearest words: within 1 for up to 7 letters, 2 from 8 on; most frequent
        first.

        Words must share the first letter, or be the same letters with the first two swapped.
        """
        allowed = 1 if len(word) < 8 else 2
        if len(word) < MIN_LENGTH or not (word.isascii() and word.isalpha()) or not len(self._words):
            return []
        close = np.abs(self._lengths.astype(np.int16) - len(word)) <= allowed
        differing = np.bitwise_count(
            self._masks ^ np.uint32(_mask(word))
        )  # letters that only one of them has
        close &= differing <= 2 * allowed
        best: list[tuple[int, int, str]] = []
        candidates = np.flatnonzero(close)
        if len(candidates) > _MAX_MEASURED:
            likeliest = np.lexsort((-self._counts[candidates], differing[candidates]))
            candidates = candidates[likeliest[:_MAX_MEASURED]]
        for i in candidates.tolist():
            other = self._words[i]
            if other[0] != word[0] and other[:2] != word[1::-1]:
                continue
            distance = edit_distance(word, other, allowed)
            if 0 < distance <= allowed:
                best.append((distance, -int(self._counts[i]), other))
        best.sort()
        return [(other, distance) for distance, _, other in best if distance == best[0][0]]

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays ``name_*.npy``."""
        self._words.save(folder, f"{name}_words")
        for part, array in (("masks", self._masks), ("lengths", self._lengths), ("counts", self._counts)):
            save_array(folder, f"{name}_{part}", array)

    @classmethod
    def load(cls, folder: Path, name: str) -> "Vocabulary":
        """Map what ``save`` wrote."""
        arrays = [load_array(folder, f"{name}_{part}") for part in ("masks", "lengths", "counts")]
        return cls(Strings.load(folder, f"{name}_words"), *arrays)


def edit_distance(a: str, b: str, limit: int) -> int:
    """Optimal string alignment distance; ``limit`` + 1 where it is larger."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        after = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, after[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            after.append(cost)
        if min(after) > limit:
            return limit + 1
        before, row = row, after
    return min(row[-1], limit + 1)


def _mask(word: str) -> int:
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) - 97 & 31)
    return mask
