"""The content words that stay for free-text retrieval once mentions, constraints and rejected words are taken
out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from palate.catalogue.lookup_words import fold, is_chinese
from palate.understanding.scene import BLANK, Scene
from palate.understanding.segmentation import Segment, with_whole
from palate.understanding.stopwords import COMMON, ENGLISH, JUDGEMENTS, NO_KEYWORDS

_MAX_KEYWORDS = 40
_CONTENT_TAGS = ("n", "v", "a", "j", "l", "i", "b", "z", "eng", "s", "t", "g", "h", "k", "zg")
_THING = re.compile(r"\s+[a-z]{3,}(?=\s*(?:$|[,.;!?]|\b(?:please|pls|plz|for|under|over|with|and)\b))")
_TOO_MUCH = re.compile(
    r"(?:(?:\b(?:not?|nothing|never)|n't)\s+(?:be\s+|anything\s+|something\s+)?(?:too|very|so|overly|that|super)"
    r"|\b(?:too|overly|less))\s+(?P<en>[a-z]{3,}(?:-[a-z]+)*)\b(?!\s+(?:of|to|than)\b)"
    r"|太(?P<much>[\u4e00-\u9fff]{1,2})了|(?:少一?点儿?|少些)(?P<little>[\u4e00-\u9fff]{2})(?=$|的|\W)"
    r"|(?:(?:不要|不想|别|不能|不)太?|(?:不|别|不要|没)那么)(?:太|那么|过于)?(?P<zh>(?:(?<=太)|(?<=那么)|(?<=过于))(?:[\u4e00-\u9fff](?=的|$|\W)|[\u4e00-\u9fff]{2}(?=$|的|\W)|[\u4e00-\u9fff]))"
)
"""What is not to be so much so (*less violent*, 没那么*暴力*): to search for the word would find the contrary of what
is wished.
"""
_LATIN = re.compile(r"[a-z]+(?:-[a-z]+)*")
_THING_TAGS = ("n", "j", "b", "g", "a")
_VAGUE = frozenset([*"大小长短高低贵重轻厚薄多少好差快慢新旧老", "便宜"])
"""What is said of an attribute's degree, not of a thing."""
_MOST_UNWANTED = 8
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
    too_much = [match.span() for match in _TOO_MUCH.finditer(scene.plain)]
    for start, end in (*scene.scopes.refusals(), *too_much):
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
        if scene.scopes.refused_behind(start, end):
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
        if scene.scopes.refused_behind(segment.start, segment.end):
            continue
        if text in NO_KEYWORDS or not (
            segment.tag.startswith(_CONTENT_TAGS) or text in scene.lexicon.content
        ):
            continue
        if segment.tag.startswith("v") and len(text) == 1 and not _counted(scene, segment):
            continue
        out.setdefault(text, Keyword(segment.start, segment.end, text))
    return sorted(out.values(), key=lambda k: k.start)


def find_unwanted(scene: Scene, read: list[tuple[int, int]]) -> list[Keyword]:
    """What is turned down in words that are no value of the catalogue: no *gore*, 不要太*甜*的; words side by side are
    one thing (*in-ear headphones*). ``read``: the stretches that mentions, constraints and references used up.
    """
    found = [
        (match.start(), match.end())
        for low, high in scene.scopes.refusals()
        for match in _LATIN.finditer(scene.plain, low, high)
        if _tells_of_a_thing(scene, match.group())
    ]
    too_much = [match.span(match.lastgroup or 0) for match in _TOO_MUCH.finditer(scene.plain)]
    found += [(start, end) for start, end in too_much if _tells_what_it_is_like(scene, start, end)]
    things: list[tuple[int, int]] = []
    for start, end in sorted(set(found)):
        if things and not scene.plain[things[-1][1] : start].strip():
            start = things.pop()[0]
        things.append((start, end))
    things += [(s.start, s.end) for s in scene.segments if _turned_down(scene, s)]
    for low, high in scene.scopes.refusals():
        for one in scene.segments_near(low, min(low + 1, high)):
            rest = Segment(scene.plain[low : one.end], "n", low, one.end)  # 太甜 as one word
            if one.start < low and len(rest.text) == 1 and _turned_down(scene, rest):
                things.append((rest.start, rest.end))
    words = {
        scene.plain[start:end]: Keyword(start, end, scene.plain[start:end])
        for start, end in sorted(things)
        if _free(start, end, read)
    }
    return list(words.values())[:_MOST_UNWANTED]


def _turned_down(scene: Scene, segment: Segment) -> bool:
    """Whether a Chinese word names a thing, or what it is like, that is turned down before or behind it."""
    word, start, end = segment.text, segment.start, segment.end
    if (
        not is_chinese(word)
        or word in NO_KEYWORDS
        or word in _VAGUE
        or not segment.tag.startswith(_THING_TAGS)
    ):
        return False
    term = scene.term_at(start)
    if term is not None and (term.kind == "notion" or term.values):
        return False
    return any(low <= start and end <= high for low, high in scene.scopes.refusals()) or (
        scene.scopes.refused_behind(start, end) and "算了" not in scene.plain[end : end + 12]
    )


def _free(start: int, end: int, read: list[tuple[int, int]]) -> bool:
    return not any(s < end and start < e for s, e in read)


def _tells_of_a_thing(scene: Scene, word: str) -> bool:
    """Whether a Latin word is none of grammar, of everyday talk, or of an attribute's degree (too *long*)."""
    folds = fold(word)
    spoken = COMMON | scene.lexicon.adjectives.keys()
    return len(word) > 2 and word not in spoken and folds not in spoken and not word.endswith("ing")


def _tells_what_it_is_like(scene: Scene, start: int, end: int) -> bool:
    """Whether a word tells what a thing is like (too *violent*), neither by an attribute's degree nor as a mere
    judgement.
    """
    word = scene.plain[start:end]
    term = scene.term_at(start)
    notion = term is not None and (term.kind == "notion" or bool(term.values))
    return not (
        notion or word in ENGLISH or word in JUDGEMENTS or word in _VAGUE or word in scene.lexicon.adjectives
    )


def _counted(scene: Scene, segment: Segment) -> bool:
    """Whether a single character that could be a verb is counted like a thing: 一个窝."""
    before = scene.plain[max(0, segment.start - 1) : segment.start]
    after = scene.plain[segment.end : segment.end + 1]
    return before in ("个", "只", "条", "把", "张", "的") and not ("\u4e00" <= after <= "\u9fff")


def query_of(keywords: list[Keyword]) -> str:
    """The keywords as one query."""
    return _SPACES.sub(" ", " ".join(k.text for k in keywords))
