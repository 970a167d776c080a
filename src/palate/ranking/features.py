"""Features: what the ranker weighs. Every candidate source is one, and so are the wishes of the dialogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.candidates import Candidates
from palate.values import Codes

WISH, REPEATED, KNOWN, RERANK = "wish", "repeated", "known", "rerank"
UNWANTED = "unwanted"

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
    UNWANTED: -3.0,  # its text holds all the words that were turned down: more than the words asked for can make up
    RERANK: 0.5,  # a language model's order of the best: less than half of what the person's own words count
    "proposals": 0.4,  # what a language model named
}
"""Where a shop starts before it has learnt anything of its own."""

MOST_ADVICE: Mapping[str, float] = {RERANK: 0.8, "proposals": 0.8}
"""The most that a language model's advice may ever weigh, whatever is learnt: it has a voice, not the last word."""


HISTORY = ("content", "item_knn", "als", "popularity")
"""The sources above that look at the past: what their weights sum to is the most that history may count."""


LEAST_CONTENT = 0.15
"""The least share of content in the fused weights: only through it comes what nobody has touched yet, and
in a log such items are never the ones to be found.
"""


def starting_weights(names: Sequence[str], fused: Mapping[str, float] | None = None) -> dict[str, float]:
    """The starting weights of the features ``names``.

    ``fused``: weights fitted on the log, of sources that look at the past. Only their proportions are
    taken: they sum to what the hand-set ones of HISTORY sum to, so that words spoken still outweigh what
    was done before.
    """
    weights = {name: weight for name, weight in STARTING_WEIGHTS.items() if name in names}
    total = sum(fused.values()) if fused else 0.0
    if fused and total > 0:
        most = sum(STARTING_WEIGHTS[name] for name in HISTORY)
        shares = {name: weight / total for name, weight in fused.items()}
        if "content" in names:
            shares["content"] = max(shares.get("content", 0.0), LEAST_CONTENT)
        scale = most / sum(shares.values())
        weights |= {name: scale * share for name, share in shares.items() if name in names}
    return weights


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
    return (*sources, WISH, REPEATED, KNOWN, UNWANTED, RERANK)


def build_features(
    candidates: Candidates,
    met: NDArray[np.float32],
    repeated: Codes,
    known: Codes,
    unwanted: NDArray[np.float32],
    reranked: NDArray[np.float32],
) -> Features:
    """The feature matrix of the candidates.

    ``met`` float32 [n, m]: 1 where a candidate meets a soft wish, of m; the wish feature is their mean, 0
    without wishes. ``repeated``: codes shown before in this conversation; ``known``: codes that the person
    did something with before; ``unwanted`` float32 [n]: the share of the words turned down that a candidate's text
    holds; ``reranked`` float32 [n], from 0 to 1: what a language model's order says, 0 where
    there is none.
    """
    n, m = met.shape
    wish = met.mean(axis=1) if m else np.zeros(n, np.float32)
    again, before = (np.isin(candidates.codes, codes) for codes in (repeated, known))
    matrix = np.column_stack([candidates.scores, wish, again, before, unwanted, reranked]).astype(np.float32)
    return Features(feature_names(candidates.sources), matrix, met)
