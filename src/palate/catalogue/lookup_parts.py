"""Goods named by some words of a long title, in any distance from each other: "the Canon 70-200mm lens". Candidates are
the titles that share rare words with the sentence; of each the stretch counts in which its words stand together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.lookup_layer import Layer
from palate.catalogue.lookup_words import Words, is_chinese
from palate.catalogue.postings import Rows, pair_hashes

RARE = 400
"""A word (a pair of Chinese characters) in so many titles and no more proposes them."""
MOST_TITLES = 32
"""So many titles are looked at closely, those that share most with the sentence."""
MOST_WORDS = 80
"""Of a longer sentence the first words are looked at."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words ``start`` to ``end`` of a sentence, of which the title of ``row`` has those of ``said``; ``weight``: how
    much they tell, in nats (the inverse document frequencies, added up).
    """

    start: int
    end: int
    said: tuple[int, ...]
    row: int
    weight: float


def stretches(layer: Layer, words: Words, joined: Sequence[bool], small: Sequence[bool]) -> list[Stretch]:
    """The stretches of a sentence in which several words of one title stand together, or a word with a digit, such as
    a maker's number. ``joined``: whether a word may belong to
    one name with the word before it; ``small``: whether it may stand in a name without being a word of it.
    """
    n = min(len(words), MOST_WORDS)
    places, postings = _features(layer, words, joined[:n])
    sizes = np.array([len(rows) for rows in postings], np.int64)
    rare = np.flatnonzero((sizes > 0) & (sizes <= RARE))
    if not len(rare):
        return []
    weights = np.log1p(len(layer.codes) / np.maximum(sizes, 1)) * (sizes > 0)
    proposed = np.concatenate([postings[i] for i in rare])
    rows, at = np.unique(proposed, return_inverse=True)
    worth = np.bincount(at, weights=np.repeat(weights[rare], sizes[rare]))
    top = rows[np.argsort(-worth, kind="stable")[:MOST_TITLES]]
    has = np.stack([_among(top, of_one) for of_one in postings])
    coded = np.array([any(c.isdigit() for c in words.texts[of_it[0]]) for of_it in places], bool)
    telling = np.flatnonzero((has.sum(axis=0) > 1) | has[coded].any(axis=0))
    return [
        Stretch(start, end, said, int(top[column]), weight)
        for column in telling.tolist()
        for start, end, said, weight in _runs(has[:, column], places, weights, n, joined, small)
        if len(said) > 1 or any(c.isdigit() for c in words.texts[start])
    ]


def _features(layer: Layer, words: Words, joined: Sequence[bool]) -> tuple[list[tuple[int, ...]], list[Rows]]:
    """What of a sentence may stand in a title, Latin words and pairs of Chinese characters: the places of its words,
    and the rows that have it.
    """
    n = len(joined)
    hashes = words.hashes[:n]
    latin = [i for i in range(n) if not is_chinese(words.texts[i])]
    pairs = [
        i
        for i in range(n - 1)
        if joined[i + 1]
        and words.ends[i] == words.starts[i + 1]
        and is_chinese(words.texts[i])
        and is_chinese(words.texts[i + 1])
    ]
    places = [(i,) for i in latin] + [(i, i + 1) for i in pairs]
    return places, layer.words.rows(hashes[latin]) + layer.pairs.rows(pair_hashes(hashes)[pairs])


def _among(rows: Rows, of_one: Rows) -> NDArray[np.bool_]:
    if not len(of_one):
        return np.zeros(len(rows), bool)
    at = np.searchsorted(of_one, rows)
    at[at == len(of_one)] = 0
    return of_one[at] == rows


def _runs(
    has: NDArray[np.bool_],
    places: list[tuple[int, ...]],
    weights: NDArray[np.float64],
    n: int,
    joined: Sequence[bool],
    small: Sequence[bool],
) -> Iterator[tuple[int, int, tuple[int, ...], float]]:
    """(start, end, said, weight) of each stretch whose words a title has, small words between them left out."""
    features = np.flatnonzero(has).tolist()
    said = sorted({i for f in features for i in places[f]})
    told: dict[int, float] = {}
    for f in features:
        told[places[f][0]] = told.get(places[f][0], 0.0) + float(weights[f])
    first = 0
    for k in range(1, len(said) + 1):
        together = k < len(said) and all(
            joined[i] and (small[i] or i == said[k]) for i in range(said[k - 1] + 1, said[k] + 1)
        )
        if not together:
            run = said[first:k]
            if run[-1] < n:
                yield run[0], run[-1] + 1, tuple(run), sum(told.get(i, 0.0) for i in run)
            first = k
