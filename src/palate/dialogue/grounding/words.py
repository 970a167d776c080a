"""The words that state nothing (``data/plain_words.toml``)."""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

_DATA = tomllib.loads(
    files("palate.dialogue.grounding").joinpath("data/plain_words.toml").read_text(encoding="utf-8")
)
ENGLISH = frozenset(word for text in _DATA["english"].values() for word in text.split())
CHINESE = frozenset(word for text in _DATA["chinese"].values() for word in text.split())
NOT_NUMBERS = frozenset(_DATA["numerals"]["none"].split())
_PREFIXES = frozenset("真假全双新老大小高低无非防")
"""Before one character they make a property of it: 真花, 全新, 双层."""
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("ier", "y"),
    ("iest", "y"),
    ("ily", "y"),
    ("ing", ""),
    ("ing", "e"),
    ("ed", ""),
    ("ed", "e"),
    ("es", ""),
    ("s", ""),
    ("ly", ""),
    ("er", ""),
    ("er", "e"),
    ("est", ""),
    ("est", "e"),
    ("ness", ""),
    ("able", ""),
    ("able", "e"),
)


@lru_cache(maxsize=50_000)
def states_nothing(word: str) -> bool:
    """Whether an English word, in any of its forms, is among the plain ones."""
    if word in ENGLISH:
        return True
    for ending, put in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1:
            if stem + put in ENGLISH:
                return True
            if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in ENGLISH:  # fitting, bigger
                return True
    return False


def everyday(word: str) -> bool:
    """Whether a word is among the plain ones itself, and not as a form of one: a thriller is no thrill."""
    return word in ENGLISH or (word.endswith("s") and word[:-1] in ENGLISH)


@lru_cache(maxsize=50_000)
def chinese_states_nothing(word: str) -> bool:
    """The same for a Chinese word; one that is put together of plain words is plain, but for a
    character with one of ``_PREFIXES``: 真花 is not 真 and 花 (to spend).
    """
    if word in CHINESE:
        return True
    if len(word) == 2 and word[0] in _PREFIXES:
        return False
    return len(word) > 1 and any(
        word[:cut] in CHINESE and chinese_states_nothing(word[cut:]) for cut in range(1, len(word))
    )


def contains(folds: Sequence[str], run: Sequence[str]) -> bool:
    """Whether the words of ``run`` stand side by side in ``folds``."""
    width = len(run)
    return width > 0 and any(list(folds[i : i + width]) == list(run) for i in range(len(folds) - width + 1))
