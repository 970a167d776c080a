"""Long-standing wishes ("I never watch horror", 我对花生过敏): kept in the profile of a person who has a name,
else for the session; apart from the wishes of this conversation, and taken back on request.

What is never wanted is masked. What alone is wanted ("I only wear cotton", 我鞋码42) rules out what is known to be
otherwise, and so does not stand in the way of an errand for things of another kind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.text import tokens
from palate.dialogue.state import State
from palate.feedback.person import Person
from palate.understanding.reading import Reading
from palate.values import Codes, Constraint, Mask, Wish

THEIRS = "/theirs"
"""Marks what holds for somebody else, whom this session's errand is for: it never enters the person's own profile."""
MOST_WORDS = 100
"""The latest words that a person or a session keeps out."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What an utterance changed of the long-standing wishes: ``kept`` and ``dropped`` wishes, words that no
    item may bear among them; ``for_good``: in a person's profile, not only for this session;
    ``forgetting``: whether it was asked for.
    """

    kept: tuple[Constraint, ...] = ()
    kept_words: tuple[str, ...] = ()
    dropped: tuple[Constraint, ...] = ()
    dropped_words: tuple[str, ...] = ()
    for_good: bool = False
    forgetting: bool = False


def settle(state: State, reading: Reading, person: Person, turn_id: str) -> tuple[State, Person, Settled]:
    """State and person after what an utterance says for good. The person's ``statements`` are those to be
    saved where they are others than before.
    """
    state, person, dropped, dropped_words = _forget(state, reading, person)
    kept = reading.standing
    words = reading.standing_keywords
    whose = THEIRS if reading.of_another else "/standing"
    wishes = tuple(Wish(one, f"{turn_id}{whose}/{number}") for number, one in enumerate(kept))
    state = replace(
        state,
        wishes=tuple(wish for wish in state.wishes if wish.constraint not in kept),
        standing=(*(wish for wish in state.standing if wish.constraint not in kept), *wishes),
        standing_words={
            **state.standing_words,
            **dict.fromkeys(words, turn_id + (THEIRS if reading.of_another else "")),
        },
    )
    if len(state.standing_words) > MOST_WORDS:
        state = replace(state, standing_words=dict(list(state.standing_words.items())[-MOST_WORDS:]))
    for_good = person.user is not None and not reading.of_another
    if for_good and (kept or words):
        never = [one for one in person.never if one not in kept]
        person = _stating(person, [*never, *kept], [*person.never_words, *words])
    forgetting = reading.forget is not None
    settled = Settled(kept, words, dropped, dropped_words, for_good, forgetting)
    return state, person, settled


def _forget(
    state: State, reading: Reading, person: Person
) -> tuple[State, Person, tuple[Constraint, ...], tuple[str, ...]]:
    """Without the wishes that are to be forgotten: those named, else those of the turn that told the
    latest.
    """
    if reading.forget is None:
        return state, person, (), ()
    named, words = reading.forget.constraints, reading.forget.keywords
    if not named and not words:
        turns = [wish.wish_id.partition("/")[0] for wish in state.standing]
        word_turns = {word: turn.partition("/")[0] for word, turn in state.standing_words.items()}
        latest = (*turns, *word_turns.values())[-1:]
        named = tuple(
            wish.constraint for wish, turn in zip(state.standing, turns, strict=True) if turn in latest
        )
        words = tuple(word for word, turn in word_turns.items() if turn in latest)
    held = {_key(one): one for one in (*person.never, *(wish.constraint for wish in state.standing))}
    dropped = tuple(one for one in held.values() if _without(one, named) != one)
    gone = tuple(word for word in words if word in person.never_words or word in state.standing_words)
    state = replace(
        state,
        standing=tuple(
            replace(wish, constraint=left)
            for wish in state.standing
            if (left := _without(wish.constraint, named)) is not None
        ),
        standing_words={word: turn for word, turn in state.standing_words.items() if word not in words},
    )
    if person.user is not None and (dropped or gone):
        never = [left for one in person.never if (left := _without(one, named)) is not None]
        person = _stating(person, never, [word for word in person.never_words if word not in words])
    return state, person, dropped, gone


def _key(wish: Constraint) -> str:
    return f"{wish.attribute} {wish.op} {wish.value}"


def _without(wish: Constraint, named: Sequence[Constraint]) -> Constraint | None:
    """A wish without the values that are named; None where nothing of it is left."""
    gone = {
        str(value).casefold() for one in named if one.attribute == wish.attribute for value in _values(one)
    }
    left = [value for value in _values(wish) if str(value).casefold() not in gone]
    if len(left) == len(_values(wish)):
        return wish
    return replace(wish, value=left) if left else None


def _values(wish: Constraint) -> list[Any]:
    return list(wish.value) if isinstance(wish.value, list | tuple) else [wish.value]


def _stating(person: Person, never: Iterable[Constraint], words: Sequence[str]) -> Person:
    statements = {
        **person.statements,
        "never": [{"attribute": one.attribute, "op": one.op, "value": one.value} for one in never],
        "never_words": list(dict.fromkeys(words))[-MOST_WORDS:],
    }
    return replace(person, statements=statements)


def standing_wishes(state: State, person: Person, catalogue: Catalogue) -> list[Wish]:
    """What is never wanted, beyond the wishes of this conversation, as evidence: of the profile and of the session.
    A wish of this conversation for the very thing ("a horror film, for once") goes before it.
    """
    wished = [wish.constraint for wish in state.musts if wish.constraint.op in ("in", "=")]
    return [
        wish
        for wish in _held(state, person, catalogue)
        if _excludes(wish.constraint) and _without(wish.constraint, wished) == wish.constraint
    ]


def contrary(state: State, person: Person, catalogue: Catalogue) -> Codes:
    """The items that are known to be other than what alone is wanted: int32. Wishes of this conversation on the same
    attribute go before it.
    """
    wished = {wish.constraint.attribute for wish in state.musts}
    out = [np.zeros(0, np.int32)]
    for wish in _held(state, person, catalogue):
        one = wish.constraint
        if not _excludes(one) and one.attribute not in wished:
            out.append(np.setdiff1d(_known(one.attribute, catalogue), catalogue.mask([one]).codes))
    return np.concatenate(out).astype(np.int32)


def _known(attribute: str, catalogue: Catalogue) -> Codes:
    """The items of which the catalogue says an attribute that has values or numbers."""
    everything = catalogue.mask()
    values = [value for value, _ in catalogue.value_counts(attribute, everything)]
    if values:
        return catalogue.mask([Constraint(attribute, "in", values)]).codes
    return everything.codes[~np.isnan(catalogue.numbers(attribute, everything.codes))]


def _held(state: State, person: Person, catalogue: Catalogue) -> list[Wish]:
    held = [] if person.user is None else [Wish(one, f"profile/{n}") for n, one in enumerate(person.never)]
    held += [wish for wish in state.standing if person.user is None or THEIRS in wish.wish_id]
    return [wish for wish in held if wish.constraint.attribute in catalogue.attributes]


def _excludes(one: Constraint) -> bool:
    return one.op == "not in" or one.value is False


def bearing(words: Iterable[str], catalogue: Catalogue) -> Codes:
    """The items that bear one of the words in title, description or values: int32."""
    words = list(words)
    if not words:
        return np.zeros(0, np.int32)
    everything = Mask(np.flatnonzero(catalogue.live).astype(np.int32))
    found = [everything.codes[catalogue.lexical.score(word, everything) > 0] for word in words]
    return np.unique(np.concatenate(found)).astype(np.int32)


def bearing_share(words: Sequence[str], catalogue: Catalogue, codes: Codes) -> NDArray[np.float32]:
    """Of n items the share of the words that each bears in title, description or values, of several words side by side
    all: float32 [n].
    """
    if not words or not len(codes):
        return np.zeros(len(codes), np.float32)
    order = np.argsort(codes, kind="stable")
    mask = Mask(codes[order])
    borne = np.zeros(len(codes), np.float32)
    for word in words:
        parts = [catalogue.lexical.score(part, mask) > 0 for part in dict.fromkeys(tokens(word))]
        borne[order] += np.all(parts, axis=0) if parts else 0
    return borne / np.float32(len(words))


def unwanted(state: State, person: Person) -> tuple[str, ...]:
    """The words that no item may bear: of the profile and of the session."""
    never = () if person.user is None else person.never_words
    told = [word for word, turn in state.standing_words.items() if person.user is None or THEIRS in turn]
    return tuple(dict.fromkeys((*never, *told)))
