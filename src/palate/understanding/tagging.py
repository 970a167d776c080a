"""Parts of speech and named entities of an utterance in both languages, for a person to look at: the trace shows them.

No reader decides by them. Chinese words come with their tags from the segmentation; English ones are tagged here, which
takes a millisecond, and a fifth of a second before the first. Both tag sets are told in the universal one
(https://universaldependencies.org/u/pos/).
"""

import gzip
import io
import pickle
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from palate.understanding.reading import Reading

_CLITIC = r"(?:['\u2019](?:s|d|m|re|ve|ll)|n['\u2019]t)\b"
_LATIN = re.compile(
    rf"[A-Za-z\u00c0-\u024f]\w*?(?={_CLITIC})|{_CLITIC}"
    r"|[A-Za-z\u00c0-\u024f][\w'\u2019-]*|\d[\d.,]*|[^\w\s\u4e00-\u9fff]+"
)
_MOST_TAGGED = 80
_CHINESE = {
    "nr": "PROPN", "ns": "PROPN", "nt": "PROPN", "nz": "PROPN", "n": "NOUN", "t": "NOUN", "s": "NOUN", "f": "NOUN",
    "q": "NOUN", "v": "VERB", "a": "ADJ", "b": "ADJ", "zg": "ADV", "z": "ADJ", "d": "ADV", "m": "NUM", "r": "PRON",
    "p": "ADP", "c": "CCONJ", "u": "PART", "y": "PART", "e": "INTJ", "o": "INTJ", "x": "PUNCT", "w": "PUNCT",
    "i": "NOUN", "l": "NOUN", "j": "NOUN", "h": "PART", "k": "PART", "g": "NOUN",
}  # fmt: skip
_ENGLISH = {
    "NP0": "PROPN", "NN": "NOUN", "VM0": "AUX", "VB": "AUX", "V": "VERB", "AJ": "ADJ", "ORD": "ADJ", "AV": "ADV",
    "CRD": "NUM", "PN": "PRON", "EX0": "PRON", "DPS": "PRON", "AT0": "DET", "DT": "DET", "PR": "ADP", "CJS": "SCONJ",
    "CJT": "SCONJ", "CJ": "CCONJ", "ITJ": "INTJ", "XX0": "PART", "TO0": "PART", "POS": "PART", "PU": "PUNCT",
    "$": "PUNCT",
}  # fmt: skip
"""By the beginning of a tag of jieba and of the CLAWS C5 set; the longest that fits counts."""

Entity = tuple[str, str, Any]
"""(as said, what it names: "title", an attribute, or "name" where the catalogue has no such; value or item id)."""


def steps(reading: Reading, text: str) -> dict[str, Any]:
    """The trace of a reading of ``text`` by step, with "parts of speech" and "named entities" of its words."""
    trace = dict(reading.trace)
    classes = parts_of_speech(text, trace.get("segments", ()))
    return {
        **trace,
        "parts of speech": classes,
        "named entities": named_entities(trace.get("names", ()), classes),
    }


def parts_of_speech(text: str, segments: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """(word, universal part of speech) of a text: Chinese words from their segmentation, others tagged as typed."""
    chinese = [
        (word, _universal(tag, _CHINESE)) for word, tag in segments if "\u4e00" <= word[-1:] <= "\u9fff"
    ]
    words = _LATIN.findall(text)[:_MOST_TAGGED]
    if not any(word[0].isalpha() for word in words):
        return chinese
    return chinese + [(word, _universal(tag, _ENGLISH)) for word, _, tag in _tagger().tag_sent(words)]


def named_entities(names: Sequence[Entity], classes: Sequence[tuple[str, str]]) -> list[Entity]:
    """What the catalogue knows of the words by name, and proper nouns that it does not know."""
    known = " ".join(said for said, _, _ in names).casefold()
    others: list[str] = []
    before = ""
    for word, kind in classes:
        if kind == "PROPN" and word.casefold() not in known:
            joined = before and others and word.isascii()
            others[-1:] = [f"{others[-1]} {word}"] if joined else [*others[-1:], word]
            before = word
        else:
            before = ""
    return [*names, *((word, "name", None) for word in dict.fromkeys(others))]


def _universal(tag: str, table: dict[str, str]) -> str:
    return next((table[tag[:n]] for n in (3, 2, 1) if tag[:n] in table), "X")


def _number(kind: "np.dtype[Any]", raw: bytes) -> Any:
    return np.frombuffer(raw, kind)[0]


class _Data(pickle.Unpickler):
    """Reads HanTa's model, a pickle in its wheel, as mere data: nothing that a pickle may call is let in."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("numpy", "dtype"):
            return np.dtype
        if name == "scalar" and module.endswith("core.multiarray"):  # a number with its type
            return _number
        raise pickle.UnpicklingError(
            f"HanTa's model names {module}.{name}, which is no data; install hanta again"
        )


@cache
def _tagger() -> Any:
    from HanTa import HanoverTagger

    file = resources.files("HanTa").joinpath("morphmodel_en.pgz")
    model = _Data(io.BytesIO(gzip.decompress(file.read_bytes()))).load()
    tagger = HanoverTagger.HanoverTagger(None, model)
    tagger.strict = False  # as after its own reading of the file: words it does not know get a tag too
    return tagger
