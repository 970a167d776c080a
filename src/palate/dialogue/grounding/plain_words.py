"""What no claim accounted for: each word left must state nothing, or stand in the text of what is spoken of."""

import re
from collections.abc import Iterator

from palate.catalogue.lookup_words import CJK, words_of
from palate.dialogue.grounding.dictionary import in_english, is_english
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.words import chinese_states_nothing, states_nothing
from palate.understanding.normalise import normalise
from palate.understanding.segmentation import in_dictionary, with_whole

_HAN = re.compile(rf"[{CJK}]")
_FREE_TAGS = ("u", "p", "c", "r", "y", "e", "o", "d", "q", "w", "x", "k", "h", "f")
_PROPER = frozenset("i english chinese ok okay mr mrs ms dr usd cny rmb eur gbp".split())  # noqa: SIM905
_LEAST_HAN = 2
_LONG = 5
_WHETHER = re.compile(r".不(\w{1,2})")
"""喜不喜欢, 合不合适: asked of the person."""
_SORTS = frozenset("体者式类性")
"""Behind a noun they say but what sort of thing it is: 寄生体."""
_BEFORE_NOUNS = frozenset("带有和用讲要听是为把给配与及看")
"""What the segmentation joins to a noun that it does not know: 带磨绒."""


def words(q: Inquiry) -> None:
    """Every word that no claim accounted for must state nothing, or stand in the text of what is spoken of."""
    words, text = q.said.words, q.said.text
    chinese: dict[int, tuple[str, str, int]] = {}
    if not q.plain.isascii():
        spans = _accounted(q)
        for word in with_whole(q.chinese, q.plain, spans):
            for place in range(word.start, word.end):
                chinese[place] = (word.text, word.tag, word.start)
    checked: set[int] = set()
    for place, word in enumerate(words.texts):
        start, end = words.starts[place], words.ends[place]
        if q.said.explained[place]:
            continue
        fold = words.folds[place]
        if _HAN.match(word):
            whole, tag, at = chinese.get(start, (word, "x", start))
            if at in checked:
                continue
            checked.add(at)
            if not _chinese_word(q, whole, tag, at):
                raise Unsupported(whole)
            continue
        typed = text.said(start, end)
        if typed[:1].isupper() and not _begins(q, start) and word not in _PROPER and not typed.isdigit():
            if not (_stands(q, fold, start) or (_of_the_person(q, start) and q.wished([fold]))):
                raise Unsupported(typed)
            continue
        if word.isdigit() or states_nothing(word) or states_nothing(fold):
            continue
        if q.open(start) and q.untied and is_english(word):
            continue
        if word == "free" and q.plain[max(0, start - 5) : start] == "feel ":
            continue
        if _stands(q, fold, start):
            continue
        if _of_the_person(q, start) and q.wished([fold]):
            continue
        if q.facts.told.says([fold]) and _told_beside(q, place) and not said_to_be_for(q, start):
            continue
        raise Unsupported(word)
    for start, end in q.said.quotes:
        _quoted(q, start, end)


def _accounted(q: Inquiry) -> list[tuple[int, int]]:
    """The stretches that claims and mentions account for, so that no Chinese word is cut across their ends."""
    out: list[tuple[int, int]] = []
    words = q.said.words
    for done, start, end in zip(q.said.explained, words.starts, words.ends, strict=True):
        if done and out and out[-1][1] == start:
            out[-1] = (out[-1][0], end)
        elif done:
            out.append((start, end))
    return out


_MEANT_FOR = re.compile(
    r"(?:\b(?:is|are|was|were|be|it's|made|meant|designed|formulated|suitable|suited|safe|gentle|good|great|works?|intended|labell?ed|sold|ideal|perfect|right)"
    r"|'re|'s)\s+(?:[a-z]+\s+){0,2}for\s+(?:\w+\s+)?$"
)
"""What a thing is said to be for is said of the thing, though the person has wished it: only "for your ..." is not."""


def said_to_be_for(q: Inquiry, place: int) -> bool:
    """Whether a place is within what a thing is said to be for."""
    before = q.plain[max(0, place - 60) : place]
    told = _MEANT_FOR.search(before) and not re.search(r"\b(?:your|you|my)\s+(?:\w+\s+)?$", before)
    return bool(told) and not (q.open(place) or q.personal(place) or q.nothing)


def _of_the_person(q: Inquiry, place: int) -> bool:
    before = q.plain[max(0, place - 24) : place]
    if said_to_be_for(q, place):
        return False
    return (
        q.personal(place)
        or q.open(place)
        or q.nothing
        or bool(re.search(r"\b(?:your|for|as\s+an?)\s+(?:\w+\s+){0,2}[\"“]?$|[\"“「]$", before))
        or q.silent
    )


def _told_beside(q: Inquiry, place: int) -> bool:
    folds = q.said.words.folds
    runs = [folds[place : place + 2], folds[max(0, place - 1) : place + 1]]
    return any(len(run) == 2 and q.facts.told.says(run) for run in runs)


def _begins(q: Inquiry, place: int) -> bool:
    """Whether a capital at this place is the sentence's, not the word's."""
    before = q.plain[:place].rstrip(" \"“'(「*-•–—")
    return not before or before[-1] in ".!?:;。：" or bool(re.fullmatch(r"\d+[.)]?", before))


def _stands(q: Inquiry, fold: str, place: int) -> bool:
    negative = q.denied(place, place + len(fold))
    forms = {fold, *bases(fold)}

    def there(thing: Thing) -> bool:
        return (
            (not negative and bool(forms & thing.asked))
            or any(thing.text.says([form], negative=negative) for form in forms)
            or any(thing.reasons.says([form]) for form in forms)
            or any(thing.text.says_in_english(form, negative=negative) for form in forms)
        )

    return q.holds(place, there)


def _chinese_word(q: Inquiry, word: str, tag: str, place: int) -> bool:
    if tag.startswith(_FREE_TAGS) or chinese_states_nothing(word):
        return True
    if (whether := _WHETHER.fullmatch(word)) and chinese_states_nothing(whether.group(1)):
        return True
    if word in _SORTS and place and _HAN.match(q.plain[place - 1]):
        return True
    if q.open(place) and q.untied and (in_dictionary(word) or in_dictionary(word.lstrip("更最"))):
        return True
    if len(word) > _LEAST_HAN and not in_dictionary(word) and word[0] in _BEFORE_NOUNS:
        return _chinese_word(q, word[1:], tag, place + 1)
    folds = list(word)
    if tag.startswith("m"):
        return True  # a number that was measured, or one that counts nothing
    negative = q.denied(place, place + len(word))
    if len(word) >= _LEAST_HAN or tag[:1] in "nva":
        if q.holds(
            place, lambda thing: thing.text.says(folds, negative=negative) or thing.reasons.says(folds)
        ):
            return True
        if len(word) >= _LEAST_HAN and q.holds(
            place, lambda thing: _said_in_english(thing, word, negative=negative)
        ):
            return True
        if (
            _of_the_person(q, place) or re.search(r"[送给为]$|适合$", q.plain[max(0, place - 3) : place])
        ) and q.wished(folds):
            return True
        if word.endswith("子") and q.holds(place, lambda thing: word[0] in thing.name):
            return True  # 箱子, of a 登机箱
        return q.facts.told.says(folds) and _told_around(q, word, place)
    return False


def _said_in_english(thing: Thing, word: str, *, negative: bool) -> bool:
    return any(
        thing.text.says(name, negative=negative)
        or (len(name) == 1 and any(thing.text.says([form], negative=negative) for form in bases(name[0])))
        or (
            len(name) == 1
            and any(thing.text.says([form], negative=negative) for form in _kin(thing, name[0]))
        )
        for name in in_english(word)
    )


def _kin(thing: Thing, fold: str) -> list[str]:
    """Longer words of a thing's text that begin alike: parasite, of parasitic."""
    stem = fold[: max(_LONG, len(fold) - 3)]
    return [one for one in set(thing.text.words.folds) if one.startswith(stem)] if len(fold) >= _LONG else []


def _told_around(q: Inquiry, word: str, place: int) -> bool:
    around = q.plain[max(0, place - 2) : place + len(word) + 2]
    return any(
        around[i : i + len(word) + 1] in q.facts.told.plain
        for i in range(max(1, len(around) - len(word)))
        if word in around[i : i + len(word) + 1]
    )


def _quoted(q: Inquiry, start: int, end: int) -> None:
    """What stands in quotes is a title of the brief, or words that the person or the catalogue used."""
    inner = q.said.original[start + 1 : end - 1]
    folds = words_of(normalise(inner).plain).folds
    if not folds:
        return
    book = q.said.original[start] == "《"
    if any(_contains_in_order(title, folds) for thing in q.facts.things for title in thing.titles):
        return
    if not book and (
        q.facts.said.says(folds)
        or q.facts.offered.says(folds)
        or any(t.text.says(folds) or t.reasons.says(folds) for t in q.said.things or q.facts.listing)
    ):
        return
    raise Unsupported(inner)


def bases(fold: str) -> Iterator[str]:
    """Forms under which the catalogue may have a word: tracks and tracking as track, waterproofing as waterproof."""
    for ending, put in (
        ("ing", ""),
        ("ing", "e"),
        ("ed", ""),
        ("ed", "e"),
        ("er", ""),
        ("er", "e"),
        ("ly", ""),
        ("ies", "y"),
        ("able", ""),
        ("ible", "ibility"),
        ("ibility", "ible"),
    ):
        stem = fold.removesuffix(ending)
        if stem != fold and len(stem) > 2:
            yield stem + put
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]
    if len(fold) > 3:
        yield fold + "ed"
        yield fold + "ing"
        yield fold + "er"
        yield fold + "ly"
        yield fold + "able"
        if fold.endswith("e"):
            yield fold[:-1] + "ing"
            yield fold + "d"


def _contains_in_order(title: tuple[str, ...], folds: list[str]) -> bool:
    at = iter(title)
    return all(fold in at for fold in folds)
