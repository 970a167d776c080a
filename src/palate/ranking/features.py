"""Features: what the ranker weighs. Every candidate source is one, and so are the wishes of the dialogue."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.candidates import Candidates
from palate.values import Codes, Constraint

WISH, REPEATED, KNOWN = "wish", "repeated", "known"

STARTING_WEIGHTS = {
    # what is said now outweighs all that was done before: lexical and dense together pass the four below
    "lexical": 2.0,  # the person's own words in the item's text
    "dense": 1.5,  # the meaning of the words: reaches across languages, but is vaguer
    "content": 0.8,
    "item_knn": 0.8,
    "als": 0.4,  # alone it is the weaker of the two collaborative sources (docs/benchmarks.md)
    "popularity": 0.3,
    WISH: 1.0,  # all soft wishes met is worth as much as a perfect match of words
    REPEATED: -0.6,  # shown before in this conversation, and not taken
    KNOWN: -0.8,  # the person knows it already; about what an item's likeness to itself gives it
}
"""Where a shop starts before it has learnt anything of its own."""


@dataclass(frozen=True, slots=True)
class Preference:
    """A soft wish and where it was said: ``wish_id`` is ``<turn_id>/<n>``."""

    constraint: Constraint
    wish_id: str


@dataclass(frozen=True, slots=True)
class Features:
    """float32 [n, f] of n candidates, and what the wish feature was made of: ``met`` float32 [n,
    preferences].
    """

    names: tuple[str, ...]
    matrix: NDArray[np.float32]
    met: NDArray[np.float32]


def feature_names(sources: Sequence[str]) -> tuple[str, ...]:
    """The ranker's features for these sources."""
    return (*sources, WISH, REPEATED, KNOWN)


def build_features(
    candidates: Candidates, met: NDArray[np.float32], repeated: Codes, known: Codes
) -> Features:
    """The feature matrix of the candidates.

    ``met`` float32 [n, m]: 1 where a candidate meets a soft wish, of m; the wish feature is their mean, 0
    without wishes.
    ``repeated``: codes shown before in this conversation; ``known``: codes that the person did something
    with before.
    """
    n, m = met.shape
    wish = met.mean(axis=1) if m else np.zeros(n, np.float32)
    again, before = (np.isin(candidates.codes, codes) for codes in (repeated, known))
    matrix = np.column_stack([candidates.scores, wish, again, before]).astype(np.float32)
    return Features(feature_names(candidates.sources), matrix, met)
