"""Typing errors: Latin words that the catalogue does not know, read as the nearest that it does (Godfahter), unless an
everyday word is as near; everyday words with two letters swapped.
"""

from functools import cache

import numpy as np

from palate.catalogue.lookup import VARIANT, Lookup
from palate.catalogue.lookup_typos import Vocabulary, edit_distance
from palate.catalogue.lookup_words import Words, fold, words_of
from palate.understanding.lexicon import Lexicon
from palate.understanding.stopwords import SPELT_RIGHT

_MAX_LOOKED_UP = 16  # unknown words for which a near one is sought: bounds the time of any text
_SHORTEST = 5
_KINDS = ("categories", "genre", "genres", "type")


def unswapped(lookup: Lookup, lexicon: Lexicon, plain: str) -> str:
    """A plain text in which everyday words stand with their letters in order (anyhting, secnod), so that patterns see
    them; of the same length. Only swapped neighbours are put right: a letter more or less makes words of others.
    """
    words = words_of(plain)
    out = list(plain)
    for i in np.flatnonzero(~lookup.known(words)).tolist():
        word = words.texts[i]
        if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()) or word in lexicon.english:
            continue
        swaps = (f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(len(word) - 1))
        if meant := next((swap for swap in swaps if swap in lexicon.english), None):
            out[words.starts[i] : words.ends[i]] = meant
    return "".join(out)


def _is_value(lookup: Lookup, word: str) -> bool:
    """Whether a word is a kind of thing in the catalogue: horor is horror before it is honor."""
    known = lookup.phrase(word)
    return known is not None and any(v.form <= VARIANT and v.attribute in _KINDS for v in known.values)


def _misspelt(word: str, near: str) -> bool:
    """Whether an everyday word is as near as the catalogue's: moive is movie before it is Moine."""
    found = _everyday().nearest(word)
    return bool(found) and found[0][1] <= edit_distance(word, near, 2)


@cache
def _everyday() -> Vocabulary:
    return Vocabulary.build(dict.fromkeys(SPELT_RIGHT, 1))


def spelt(lookup: Lookup, lexicon: Lexicon, words: Words) -> tuple[Words, dict[int, str]]:
    """The words with unknown Latin ones replaced by the nearest known (``Godfahter``); the places of the
    replaced.
    """
    folds = list(words.folds)
    texts = list(words.texts)
    corrected: dict[int, str] = {}
    tried = 0
    for i in np.flatnonzero(~lookup.known(words)).tolist():
        word = words.texts[i]
        if (
            len(word) < 5
            or not word.isascii()
            or not word.isalpha()
            or word in SPELT_RIGHT
            or words.folds[i] in SPELT_RIGHT
        ):
            continue
        if words.folds[i] in lexicon.words:
            continue
        if tried == _MAX_LOOKED_UP:
            break
        tried += 1
        found = lookup.nearest(words.folds[i])
        near = next((one for one in found if _is_value(lookup, one)), next(iter(found), None))
        if near is not None and (_is_value(lookup, near) or not _misspelt(word, near)):
            corrected[i] = folds[i] = fold(near)
            texts[i] = near
    return (Words(texts, folds, words.starts, words.ends), corrected) if corrected else (words, corrected)
