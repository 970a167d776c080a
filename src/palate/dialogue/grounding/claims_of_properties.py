"""Values and people that a sentence names of a thing."""

import re
from itertools import pairwise
from typing import Any

from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import words_of
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.plain_words import said_to_be_for
from palate.dialogue.grounding.roles import has_deed, role_at
from palate.dialogue.grounding.vocabulary import Valued
from palate.dialogue.grounding.words import chinese_states_nothing, contains, everyday, states_nothing
from palate.understanding.normalise import normalise
from palate.values import Evidence

_OFFERED = re.compile(
    r"\b(?:comes?|available|offered|sold)\s+in\s+$|\b(?:colou?r|material|level|kind|type)\b.{0,12}\bis\s+$"
    r"|\b(?:as|under)\s+(?:an?\s+)?$|\b(?:is|are|be)\s+(?:not\s+|hardly\s+|also\s+|for\s+|both\s+|all\s+)?(?:an?\s+)?$|[是为]\s*$"
)
"""Before a value that is meant as one, though it is an everyday word (natural)."""


_QUOTES = re.compile(r"\b(?:for|as|said|asked|mean|meant|wrote|by)\s+[\"“]$|[您你][^,，。；]{0,6}[“「\"]$")
"""Before the person's own word, quoted."""
_SHORTEST = 2
_ALONE = re.compile(
    r"\bby\s+(?:him|her)self\b|\balone\b|\bsingle-?handed\w*|\bsolely\b|独自|一个?人(?=编|写|执|导|完|演)|单独"
)
"""Said of a person's part: nobody else had it."""


def values(q: Inquiry) -> None:
    for valued, start, end, folds in q.free_values():
        flags = [(n, v) for n, v in valued.values if n in q.vocabulary.flags]
        if flags or not valued.values:
            continue  # see _flags
        if _plain_value(q, valued, start, end) or any(
            n.first <= valued.first
            and valued.last <= n.last
            and n.last - n.first > valued.last - valued.first
            for n in q.named
        ):
            continue
        wanted = (
            role_at(q.plain, *q.said.clause(start), start, end)
            if any(is_person(n) for n, _ in valued.values)
            else []
        )
        values = [
            (n, v)
            for n, v in valued.values
            if not wanted or not is_person(n) or any(r.search(n) for r in wanted)
        ]
        if not values:
            raise Unsupported(q.plain[start:end])
        for role in wanted if len(wanted) > 1 else ():
            his = [(n, v) for n, v in valued.values if role.search(n)]
            if not q.holds(
                start,
                lambda thing, his=his, folds=folds: any(_is_value_of(thing, n, v, folds) for n, v in his),
            ):
                raise Unsupported(q.plain[start:end])
        negative = q.denied(start, end)
        names = tuple(n for n, _ in values)
        if (
            (q.personal(start) or q.nothing or q.open(start))
            and q.wished(folds)
            and not q.offered_for(start, names)
        ):
            q.account(valued)
            continue
        if q.open(start) and (
            not q.said.things
            or (everyday(q.plain[start:end]) and not q.asking and not q.offered_for(start, names))
        ):
            q.account(valued)
            continue
        if (
            wanted
            and _ALONE.search(q.plain)
            and not q.holds(
                start,
                lambda thing, names=[n for n, _ in values]: all(
                    len(thing.values.get(n, ())) < 2 for n in names
                ),
            )
        ):
            raise Unsupported("alone")
        if q.holds(
            start,
            lambda thing, values=values, folds=folds, negative=negative, place=start: _has_value(
                q, thing, values, folds, negative=negative, place=place
            ),
        ):
            for name in {n for n, _ in values}:
                q.evidence.setdefault(Evidence("field", name))
            q.account(valued)
            continue
        if _wish_of_all(q, folds, start, negative=negative) or (
            q.wished(folds) and _QUOTES.search(q.plain[:start])
        ):
            q.account(valued)
            continue
        raise Unsupported(q.plain[start:end])


def deeds(q: Inquiry) -> None:
    """Who is said to have made a work, or to be in it, is one of the catalogue's people; a name of its story is not."""
    words = q.said.words
    people = [q.span(valued) for valued in q.valued if valued.values]
    for place, (start, end) in enumerate(zip(words.starts, words.ends, strict=True)):
        typed = q.said.text.said(start, end)
        if not typed[:1].isupper() or q.in_title(start, end) or states_nothing(words.texts[place]):
            continue
        cleft = re.search(r"\bit(?:'s|\s+is|\s+was)\s+(?:\w+\s+)?$", q.plain[:start]) and re.match(
            r"\s+(?:\w+\s+)?(?:who|that)\b", q.plain[end:]
        )
        if cleft:
            raise Unsupported(
                f"it is {typed} who"
            )  # a text has the words of a deed, and not surely whose it was
        if has_deed(q.plain, start, end) and not any(s <= start and end <= e for s, e in people):
            raise Unsupported(typed)


_AS = re.compile(
    r"\s*(?:,\s*)?(?:as|plays?|played|playing|portrays?|portrayed|portraying)\s+|\s*(?:饰演?|扮演)(?:的是|了)?"
)
_PART = re.compile(r"(?:the\s+|an?\s+)?(?P<words>[^,.;:()，。；：（）]{1,40})")
_FAR = 3
"""Words that may lie between somebody's name and his part where a text tells it: Truman Burbank (Jim Carrey)."""


def parts_played(q: Inquiry) -> None:
    """Whom somebody plays: a cast and a story name both, and only words side by side tell who is who."""
    for valued in q.valued:
        start, end = q.span(valued)
        if not valued.values or not all(is_person(name) for name, _ in valued.values) or q.open(start):
            continue
        if q.said.text.said(start, end).islower():
            continue  # well, though somebody is called so
        cue = _AS.match(q.plain, end)
        part = _PART.match(q.plain, cue.end()) if cue else None
        if part is None:
            continue
        folds = [
            w for w in words_of(part["words"]).folds if not (states_nothing(w) or chinese_states_nothing(w))
        ]
        called = list(q.said.words.folds[valued.first : valued.last])
        if folds and not q.holds(start, lambda thing, f=folds, c=called: _side_by_side(thing, f, c)):
            raise Unsupported(f"{q.plain[start:end]} as {part['words']}")


def _side_by_side(thing: Thing, first: list[str], second: list[str]) -> bool:
    """Whether one of each of these words stand next to each other in a thing's text."""
    folds = thing.text.words.folds
    near = [i for i, fold in enumerate(folds) if fold in second]
    return any(fold in first for i in near for fold in folds[max(0, i - _FAR) : i + _FAR + 1])


_IS = re.compile(r"\s*(?:ones?\s+)?(?:is|are|would\s+be|就?是)\s*(?:the\s+)?[\"“「《]?")


def identity(q: Inquiry) -> None:
    """The black one is X: what is described is the very thing that is named."""
    for one, other in pairwise(q.said.anchors):
        if one.kind == other.kind == "title" and _IS.fullmatch(q.plain[one.end : other.start]):
            known = {thing.item_id for thing in one.things}
            if not known & {thing.item_id for thing in other.things}:
                raise Unsupported(q.plain[one.start : other.end])


def _plain_value(q: Inquiry, valued: Valued, start: int, end: int) -> bool:
    """A value that is also an everyday word ("home", "best") claims nothing where it is not typed as a name."""
    word = q.plain[start:end]
    typed = q.said.text.said(start, end)
    if (len(typed) <= _SHORTEST and typed.islower() and states_nothing(word)) or typed == "I":
        return True  # an article, though some energy class is called A
    if typed.islower() and everyday(word) and all(is_person(attribute) for attribute, _ in valued.values):
        return True  # good, though somebody is called so
    name = start > 0 or any(is_person(attribute) for attribute, _ in valued.values)
    if (typed[:1].isupper() and name) or _OFFERED.search(q.plain[max(0, start - 24) : start]):
        return False
    if valued.last - valued.first == 1 and word.isascii():
        return everyday(word) and not any(
            q.vocabulary.catalogue.attributes[n].type == "bool"
            for n, _ in valued.values
            if n in q.vocabulary.catalogue.attributes
        )
    return not word.isascii() and chinese_states_nothing(word)


def _has_value(
    q: Inquiry, thing: Thing, values: list[tuple[str, Any]], folds: list[str], *, negative: bool, place: int
) -> bool:
    """Whether a thing has one of these values, or its text has the words; or not, where that is said."""
    known = [name for name in dict.fromkeys(n for n, _ in values) if thing.has(name)]
    has = any(_is_value_of(thing, name, value, folds) for name, value in values) or _is_of_kind(
        q, thing, values, folds
    )
    if negative:
        return not has and bool(known) and not thing.text.says(folds, negative=False)
    if has:
        return True
    if known and not all(q.vocabulary.catalogue.attributes[n].type == "text" for n in known):
        # one of the story's people may be called as some actor is
        story = len(folds) == 1 and all(is_person(n) for n, _ in values) and not q.role_named(place)
        return (story and thing.text.says(folds, negative=False)) or _beside_in_text(q, thing, folds, place)
    return thing.text.says(folds, negative=False)


_KIND_NOUNS = frozenset("film movie picture book novel story course game 片 电影 小说".split())  # noqa: SIM905


def _is_of_kind(q: Inquiry, thing: Thing, values: list[tuple[str, Any]], folds: list[str]) -> bool:
    """Whether a value is a thing's in other words: its title has it (a serum by its name), or it is filed under a kind
    without its noun (adventure, of an adventure film).
    """
    runs = [folds, *(words_of(normalise(str(value)).plain).folds for _, value in values)]
    if not any(is_person(name) for name, _ in values) and any(
        contains(title, run) for title in thing.titles for run in runs
    ):
        return True
    if not any(q.vocabulary.kinds(name) for name, _ in values):
        return False
    bare = folds[:-1] if len(folds) > 1 and folds[-1] in _KIND_NOUNS else []
    return bool(bare) and tuple(bare) in {
        tuple(words_of(one).folds)
        for name, held in thing.values.items()
        if q.vocabulary.kinds(name)
        for one in held
    }


def _beside_in_text(q: Inquiry, thing: Thing, folds: list[str], place: int) -> bool:
    """Whether the words stand in the thing's text together with a neighbour that they have here too."""
    words = q.said.words
    at = next((i for i, s in enumerate(words.starts) if s == place), None)
    if at is None:
        return False
    last = at + len(folds)
    runs = [words.folds[at : last + 1]] if last < len(words) else []
    runs += [words.folds[at - 1 : last]] if at else []
    return any(
        thing.text.says(run, negative=False)
        for run in runs
        if not set(run[:1] + run[-1:]) - set(folds)
        <= {"in", "a", "the", "is", "of", "with", "and", "的", "是", "有", "色"}
    )


def _wish_of_all(q: Inquiry, folds: list[str], place: int, *, negative: bool) -> bool:
    """What is "for your mother": the person's words, where the thing's entry is silent on it."""
    if negative or not q.facts.said.says(folds):
        return False
    if said_to_be_for(q, place):
        return False
    before = q.plain[max(0, place - 16) : place]
    return bool(
        re.search(r"\b(?:for|your|my|as\s+a|a|the)\s+(?:\w+\s+)?$|送|给|您|你|适合", before)
    ) and _silent_on(q, folds, place)


def _silent_on(q: Inquiry, folds: list[str], place: int) -> bool:
    values = [v for v in q.valued if list(q.said.words.folds[v.first : v.last]) == folds]
    names = {name for v in values for name, _ in v.values}
    return all(not thing.has(name) for thing in q.said.subject(place).things for name in names)


def _is_value_of(thing: Thing, name: str, value: Any, folds: list[str]) -> bool:
    if name in thing.flags:
        return thing.flags[name] is value
    held = thing.values.get(name)
    if held is None:
        number = thing.numbers.get(name)
        return number is not None and str(value) == f"{number:g}"
    plain = normalise(str(value)).plain
    wanted = words_of(plain).folds
    # one character of a Chinese word is no part of it: 米色 is not 米白
    parts = [run for run in (wanted, folds) if len(run) > 1 or "".join(run).isascii()]
    return plain in held or any(contains(words_of(one).folds, tuple(run)) for one in held for run in parts)
