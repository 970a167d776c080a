"""Text into words for the lookup: Latin words and numbers whole, Chinese character by character.

A *fold* is what two spellings of one word share (plural, accents, Roman numerals); phrases are indexed and
looked up by folds, and the plain words decide between phrases whose folds agree ("Alien", "Aliens"). It knows
no grammar.
"""

import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(
    rf"[{CJK}]|&|\d+(?:[.,]\d+)+(?![0-9a-z])|[0-9a-z\u00aa\u00b5\u00ba\u00df-\u00f6\u00f8-\u02af\u0370-\u1fff]+"
)
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_AMERICAN = {
    "colour": "color", "coloured": "colored", "grey": "gray", "flavour": "flavor", "flavoured": "flavored",
    "odour": "odor", "moisturiser": "moisturizer", "moisturising": "moisturizing", "aluminium": "aluminum",
    "jewellery": "jewelry", "fibre": "fiber", "theatre": "theater", "centre": "center", "organiser": "organizer",
    "humour": "humor", "tyre": "tire", "pyjama": "pajama", "neighbour": "neighbor", "neighbourhood": "neighborhood",
    "armour": "armor", "vapour": "vapor", "doughnut": "donut", "yoghurt": "yogurt", "cosy": "cozy",
}  # fmt: skip
"""British spellings, and the American ones with which they share a fold."""
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Words:
    """The n words of a text: ``texts`` plain, ``folds`` for looking up, ``starts`` and ``ends`` in the
    text.
    """

    texts: list[str]
    folds: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def hashes(self) -> Hashes:
        """The hash of each fold, uint64 [n]."""
        return hash_folds(self.folds)


def normal(text: str) -> str:
    """The normal form in which values are compared: NFKC, case folded, spaces single."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def words_of(text: str) -> Words:
    """The words of a text that is NFKC and case folded already (``normal``); linear in its length."""
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if word == "s" and match.start() and text[match.start() - 1] in "'’":
            continue  # the possessive belongs to no word: children's is children
        texts.append(word)
        starts.append(match.start())
        ends.append(match.end())
    return Words(texts, [fold(word) for word in texts], starts, ends)


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """What spellings of one word share: comedies and comedy, Amélie and amelie, colour and color, II and 2."""
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
        if not word.isascii():
            return word
    if word == "&":
        return "and"
    if word in _ROMAN:
        return _ROMAN[word]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith(("sses", "ches", "shes", "xes")):
            return word[:-2]
        word = word[:-1]
    if len(word) > 4 and word.endswith("ie"):  # movies is movy, so movie is too
        return word[:-2] + "y"
    return _AMERICAN.get(word, word)


def hash_folds(folds: list[str]) -> Hashes:
    """A 64-bit hash of each fold (CRC-32 spread by the golden ratio); phrases found by it are verified by
    text.
    """
    crc = np.fromiter((zlib.crc32(f.encode("utf-8", "surrogatepass")) for f in folds), np.uint64, len(folds))
    return (crc + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)


def folded(text: str) -> list[str]:
    """The folds of a text in any form."""
    return words_of(normal(text)).folds


def is_chinese(word: str) -> bool:
    """Whether a word is a character of the Chinese script."""
    return "\u3400" <= word[:1] <= "\u9fff"
