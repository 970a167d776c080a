"""Words of a Chinese or mixed text with their parts of speech, the catalogue's own words kept whole."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

import rjieba

from palate.catalogue.lookup_words import CJK
from palate.understanding.stopwords import CHINESE

_LETTER = re.compile(r"[a-z]")
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


def segment(plain: str, joined: Collection[int] = ()) -> list[Segment]:
    """The words of a text; none where it has no Chinese. Linear.

    ``joined``: places between two characters that the catalogue writes together (抱枕, where jieba knows 抱
    and 枕): single characters are joined there.
    """
    if not _HAS_CJK.search(plain):
        return []
    out: list[Segment] = []
    place = 0
    for text, tag in _jieba().tag(plain):
        word = Segment(text, tag, place, place + len(text))
        place += len(text)
        if (
            out
            and len(text) == 1
            and _LETTER.fullmatch(out[-1].text)
            and _HAS_CJK.match(text)
            and text not in CHINESE
        ):
            out[-1] = Segment(out[-1].text + text, "n", out[-1].start, word.end)  # u盘, t恤
            continue
        if out and word.start in joined and (len(text) == 1 or len(out[-1].text) == 1):
            before = out[-1]
            if not {before.text, text} & CHINESE and len(before.text) + len(text) <= 4:
                out[-1] = Segment(before.text + text, "n", before.start, word.end)
                continue
        out.append(word)
    return out


def in_dictionary(word: str) -> bool:
    """Whether jieba has a word in its dictionary (and did not guess it from its characters)."""
    return bool(_jieba().has_word(word))


def with_whole(segments: Sequence[Segment], plain: str, whole: Sequence[tuple[int, int]]) -> list[Segment]:
    """The segments with each stretch of ``whole`` (titles, values) as one word, tagged ``nz``; what it cut
    off stays.
    """
    out: list[Segment] = []
    spans = iter(sorted(whole))
    span = next(spans, None)
    for word in segments:
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
