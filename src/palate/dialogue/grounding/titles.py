"""Titles in a sentence, whole or in part: which of the brief's things are called by name, and where."""

import re
from collections.abc import Collection, Sequence

from palate.catalogue.lookup_words import CJK, Words
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.said import Anchor
from palate.dialogue.grounding.words import states_nothing
from palate.understanding.normalise import Text

_HAN = re.compile(rf"[{CJK}]")
_BY = re.compile(r"\b(?:by|from|brand)\s+$|品牌(?:是|为|：)?$|来自$|由$")
_MEASURED = re.compile(rf"[{CJK}]{{0,2}}\s*\d[\d.,]*\s*(?:[a-z]{{1,5}}|[{CJK}]{{1,2}})?")
_SAYS = re.compile(
    r"^\W*(?:(?:may|might|could|must|should|would)\s+)?(?:is|are|be|was|comes?|made)\b[^,.;]*$"
    r"|^\W*(?:并?不|也|都|就|应该|大概|好像|可能)*(?:是|来自|属于|出自)[^，。；]*$"
)
_MAKER = re.compile(r"\s*(?:品牌|牌|家|出品|制造|的|brand|product|design)")
_HAN_ALONE = re.compile(rf"[{CJK}]{{2,4}}")
MENTIONS = re.compile(
    r"(?:\b(?:belongs?\s+to|(?:is\s+)?(?:part|one)\s+of|mentions?|talks?\s+about|is\s+about|shows|features)|(?:提到|说到|讲到|谈到|写着|拍到)了?(?:是|有)?)\s*(?:[\w'’]+\s+){0,3}[\"“「#]?$"
)
"""Before what a thing is said to tell or to belong to: part of another's title, but no speaking of that other."""
_SUBJECT = re.compile(
    r"\s+(?:is|was|has|stars|lists|came|tells|mixes|runs|follows|features|dates|counts|carries|comes|belongs)\b"
)
"""Behind a title of one everyday word at the beginning of a sentence."""
_SMALL = frozenset("the a an of and in to for or on with at by from s".split())  # noqa: SIM905


def find_titles(
    text: Text, words: Words, things: Sequence[Thing], telling: Sequence[tuple[int, int]] = ()
) -> list[Anchor]:
    """Mentions of titles, whole or in part: the longest stretch of words that stand in one title in this order. A part
    that lies within a stretch of ``telling`` is none, nor a whole one within a longer stretch (the kind "heist film",
    where a film is called Heist).
    """
    out: list[Anchor] = []
    known = frozenset[tuple[str, ...]]().union(*(thing.labels for thing in things))
    place = 0
    while place < len(words):
        best: tuple[int, list[Thing], bool] = (0, [], False)
        for thing in things:
            for title in thing.titles:
                length = _run(words.folds, place, title)
                whole = length == len(title)
                if length > best[0]:
                    best = (length, [thing], whole)
                elif length and length == best[0]:
                    if whole and not best[2]:
                        best = (length, [thing], True)
                    elif whole == best[2] and thing not in best[1]:
                        best[1].append(thing)
        length, found, whole = best
        end = place + length
        within = any(
            first <= place and end <= last and not (whole and last - first == length)
            for first, last in telling
        ) and not (whole and _quoted(text.plain, words, place, length))
        mentioned = MENTIONS.search(text.plain[: words.starts[place]])
        within = within or (not whole and mentioned is not None)
        within = within or (
            not whole and bool(out) and _said_of(text.plain, words, out[-1].end, place, length, known)
        )
        again = not whole and bool(out) and found == list(out[-1].things)
        if again and length and _SAYS.search(text.plain[out[-1].end : words.starts[place]]):
            within = True  # X is now free, where its own title says so: a claim
        if length and not within and _names(text, words, place, length, whole=whole, alone=len(found) == 1):
            start, end = words.starts[place], words.ends[place + length - 1]
            length += _model_begun(words, place + length, found[0]) if len(found) == 1 else 0
            end = words.ends[place + length - 1]
            out.append(Anchor(start, end, tuple(found[:1] if not whole else found), "title"))
            place += length
        else:
            place += 1
    return out


def _model_begun(words: Words, place: int, thing: Thing) -> int:
    """1 where the next word begins the name of the thing's model: Eaton 9130 of 9130i2000T."""
    word = words.folds[place] if place < len(words) else ""
    starts = (
        len(word) > 2
        and word[0].isdigit()
        and any(one.startswith(word) and one != word for one in thing.named)
    )
    return int(starts)


def _said_of(
    plain: str, words: Words, since: int, place: int, length: int, known: Collection[tuple[str, ...]]
) -> bool:
    """Whether a part of a title is what is said of the thing named before it, its maker or its size, and so no thing
    of its own: X is a Lumo, X 是露莫品牌的, X 重7公斤.
    """
    start, end = words.starts[place], words.ends[place + length - 1]
    if _MEASURED.fullmatch(plain[start:end]):
        return True
    if not _SAYS.search(plain[since:start]):
        return False
    if tuple(words.folds[place : place + length]) in known:
        return True
    return bool(_MAKER.match(plain, end)) or length == 1 or _HAN_ALONE.fullmatch(plain[start:end]) is not None


def _run(folds: Sequence[str], place: int, title: Sequence[str]) -> int:
    """How many words from ``place`` on stand in a title in this order; words of the title may be left out."""
    best = 0
    for start, first in enumerate(title):
        if first != folds[place]:
            continue
        at, length = start, 1
        while place + length < len(folds):
            follows = next((i for i in range(at + 1, len(title)) if title[i] == folds[place + length]), None)
            if follows is None:
                break
            at, length = follows, length + 1
        best = max(best, length)
    return best


def _quoted(plain: str, words: Words, place: int, length: int) -> bool:
    start, end = words.starts[place], words.ends[place + length - 1]
    return bool(
        re.search(r"[\"“「『《]\s*$", plain[max(0, start - 2) : start])
        and re.match(r"\s*[\"”」』》]", plain[end : end + 2])
    )


def _names(text: Text, words: Words, place: int, length: int, *, whole: bool, alone: bool) -> bool:
    """Whether a stretch of a title's words is a mention of it, and not merely the same words."""
    stretch = range(place, place + length)
    said = [text.said(words.starts[i], words.ends[i]) for i in stretch]
    han = sum(bool(_HAN.match(word)) for word in said)
    start, end = words.starts[place], words.ends[place + length - 1]
    quoted = _quoted(text.plain, words, place, length)
    big = [word for word in said if word[:1].isdigit() or word != word.casefold()]
    telling = [
        w
        for w, i in zip(said, stretch, strict=True)
        if not _HAN.match(w) and w.casefold() not in _SMALL and not states_nothing(words.texts[i])
    ]
    if whole and length == 1 and place == 0 and big and _SUBJECT.match(text.plain, end):
        return True
    if whole and (quoted or han >= 2 or (len(big) and (length > 1 or place > 0 or telling))):
        return True
    if not alone and not whole:
        return False
    if quoted and length > 1:
        return True
    if _BY.search(text.plain[max(0, start - 8) : start]):
        return False  # a maker, not the thing
    if han >= 3:
        return True
    latin = [word for word in said if not _HAN.match(word) and word.casefold() not in _SMALL]
    if len(latin) >= 2 and big:
        return any(word[:1].isupper() for word in telling) or (len(latin) >= 3 and len(big) >= 2)
    return len(latin) == 1 and bool(big) and bool(telling) and len(latin[0]) > 2 and length == 1 + han
