"""Words of a Chinese or mixed text with their parts of speech, the catalogue's own words kept whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import rjieba

from palate.catalogue.lookup_words import CJK

_CHUNK = re.compile(rf"[{CJK}]+|[^{CJK}]+")
_HAS_CJK = re.compile(rf"[{CJK}]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A word at ``plain[start:end]``; ``tag``: jieba's part of speech (n, v, a, m, eng, x ...)."""

    text: str
    tag: str
    start: int
    end: int


@cache
def _jieba() -> rjieba.Jieba:
    return rjieba.Jieba()


def segment(plain: str, whole: Sequence[tuple[int, int]] = ()) -> list[Segment]:
    """The words of a text; each stretch of ``whole`` (titles, values) is one word, tagged ``nz``. Linear."""
    if not _HAS_CJK.search(plain):
        return []
    raw: list[Segment] = []
    place = 0
    for text, tag in _jieba().tag(plain):
        raw.append(Segment(text, tag, place, place + len(text)))
        place += len(text)
    if not whole:
        return raw
    out: list[Segment] = []
    spans = iter(sorted(whole))
    span = next(spans, None)
    for word in raw:
        while span and span[1] <= word.start:
            span = next(spans, None)
        if span and span[0] < word.end and word.start < span[1]:
            if word.start < span[0]:
                out.append(Segment(plain[word.start : span[0]], word.tag, word.start, span[0]))
            if not out or out[-1].start != span[0]:
                out.append(Segment(plain[span[0] : span[1]], "nz", span[0], span[1]))
            if word.end > span[1]:
                out.append(Segment(plain[span[1] : word.end], word.tag, span[1], word.end))
        else:
            out.append(word)
    return out
