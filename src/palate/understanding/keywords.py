"""The content words that stay for free-text retrieval once mentions, constraints and rejected words are taken
out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from palate.catalogue.lookup_words import is_chinese
from palate.understanding.scene import BLANK, Scene
from palate.understanding.segmentation import Segment, with_whole
from palate.understanding.stopwords import ENGLISH, NO_KEYWORDS

_MAX_KEYWORDS = 40
_CONTENT_TAGS = ("n", "v", "a", "j", "l", "i", "b", "z", "eng", "s", "t", "g", "h", "k", "zg")
_THING = re.compile(r"\s+[a-z]{3,}(?=\s*(?:$|[,.;!?]|\b(?:please|pls|plz|for|under|over|with|and)\b))")
_TOO_MUCH = re.compile(
    r"(?:\b(?:not?|nothing|never)|n't)\s+(?:be\s+|anything\s+|something\s+)?(?:too|very|so|overly|that|super)\s+(?P<en>[a-z]+)"
    r"|\btoo\s+(?P<much>[a-z]+)|太(?P<zhmuch>[\u4e00-\u9fff]{1,2})了"
    r"|(?:(?:不要|不想|别|不能|不)太?|(?:不|别|不要|没)那么)(?:太|那么|过于)(?P<zh>[\u4e00-\u9fff]{1,3})"
)
"""What is not to be so much so: to search for the word would find the contrary of what is wished."""
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A content word at ``plain[start:end]``."""

    start: int
    end: int
    text: str


def find_keywords(scene: Scene, read: list[tuple[int, int]], of_denied: Sequence[int] = ()) -> list[Keyword]:
    """Content words in order, each once; ``read``: the stretches that mentions, constraints and references
    used up; ``of_denied``: where denied brands and the like end, behind which the thing itself may stand.
    """
    blocked = bytearray(len(scene.plain))
    for start, end in scene.scopes.denied_stretches():
        blocked[start:end] = b"\x01" * (end - start)
    for place in of_denied:  # anything but Epson *ink*: the thing is wanted, of another brand
        thing = _THING.match(scene.plain, place)
        if thing:
            blocked[place : thing.end()] = bytes(thing.end() - place)
    for much in _TOO_MUCH.finditer(scene.plain):
        start, end = much.span(much.lastgroup or 0)
        blocked[start:end] = b"\x01" * (end - start)
    for start, end in read:
        blocked[start:end] = b"\x01" * (end - start)
    out: dict[str, Keyword] = {}
    for first, last, terms in scene.terms:  # a feature that no attribute carries, as one word: 不粘
        start, end = scene.place(first, last)
        if any(t.name == "feature" for t in terms) and not any(blocked[start:end]):
            out.setdefault(scene.plain[start:end], Keyword(start, end, scene.plain[start:end]))
            blocked[start:end] = b"\x01" * (end - start)
    for i, word in enumerate(scene.words.texts):
        start, end = scene.words.starts[i], scene.words.ends[i]
        if len(out) >= _MAX_KEYWORDS:
            break
        if is_chinese(word) or word in ENGLISH or blocked[start] or scene.masked[start] == BLANK:
            continue
        if word.isdigit() or len(word) < 2 or not any(c.isalpha() for c in word):
            continue
        word = scene.plain[start:end]  # as typed, whatever it was corrected to
        out.setdefault(word, Keyword(start, end, word))
    for segment in with_whole(scene.segments, scene.plain, read):
        if len(out) >= _MAX_KEYWORDS:
            break
        text = segment.text
        if (
            not is_chinese(text[-1:])
            or blocked[segment.start]
            or scene.masked[segment.start] == BLANK
            or blocked[segment.end - 1]
        ):
            continue
        if text in NO_KEYWORDS or not (
            segment.tag.startswith(_CONTENT_TAGS) or text in scene.lexicon.content
        ):
            continue
        if segment.tag.startswith("v") and len(text) == 1 and not _counted(scene, segment):
            continue
        out.setdefault(text, Keyword(segment.start, segment.end, text))
    return sorted(out.values(), key=lambda k: k.start)


def _counted(scene: Scene, segment: Segment) -> bool:
    """Whether a single character that could be a verb is counted like a thing: 一个窝."""
    before = scene.plain[max(0, segment.start - 1) : segment.start]
    after = scene.plain[segment.end : segment.end + 1]
    return before in ("个", "只", "条", "把", "张", "的") and not ("\u4e00" <= after <= "\u9fff")


def query_of(keywords: list[Keyword]) -> str:
    """The keywords as one query."""
    return _SPACES.sub(" ", " ".join(k.text for k in keywords))
