"""Long-standing wishes ("I never watch horror", 我对花生过敏): kept in the profile of a person who has a name,
else for the session; apart from the wishes of this conversation, and taken back on request.

Only what is never wanted is kept: it cannot stand in the way of another errand, as "I always buy Lumo" would.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.state import State
from palate.feedback.person import Person
from palate.understanding.reading import Reading
from palate.values import Codes, Constraint, Mask, Wish

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
    kept = tuple(one for one in reading.standing if one.op == "not in" or one.value is False)
    words = reading.standing_keywords
    wishes = tuple(Wish(one, f"{turn_id}/standing/{number}") for number, one in enumerate(kept))
    state = replace(
        state,
        wishes=tuple(wish for wish in state.wishes if wish.constraint not in kept),
        standing=(*(wish for wish in state.standing if wish.constraint not in kept), *wishes),
        standing_words={**state.standing_words, **dict.fromkeys(words, turn_id)},
    )
    if len(state.standing_words) > MOST_WORDS:
        state = replace(state, standing_words=dict(list(state.standing_words.items())[-MOST_WORDS:]))
    if person.user is not None and (kept or words):
        never = [one for one in person.never if one not in kept]
        person = _stating(person, [*never, *kept], [*person.never_words, *words])
    forgetting = reading.forget is not None
    settled = Settled(kept, words, dropped, dropped_words, person.user is not None, forgetting)
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
        latest = (*turns, *state.standing_words.values())[-1:]
        named = tuple(
            wish.constraint for wish, turn in zip(state.standing, turns, strict=True) if turn in latest
        )
        words = tuple(word for word, turn in state.standing_words.items() if turn in latest)
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
    """What holds beyond the wishes of this conversation, as evidence: of the profile, else of the session.
    A wish of this conversation for the very thing ("a horror film, for once") goes before it.
    """
    if person.user is None:
        held = list(state.standing)
    else:
        held = [Wish(one, f"profile/{number}") for number, one in enumerate(person.never)]
    wished = [wish.constraint for wish in state.musts if wish.constraint.op in ("in", "=")]
    return [
        wish
        for wish in held
        if wish.constraint.attribute in catalogue.attributes
        and (wish.constraint.op != "not in" or _without(wish.constraint, wished) == wish.constraint)
    ]


def bearing(words: Iterable[str], catalogue: Catalogue) -> Codes:
    """The items that bear one of the words in title, description or values: int32."""
    words = list(words)
    if not words:
        return np.zeros(0, np.int32)
    everything = Mask(np.flatnonzero(catalogue.live).astype(np.int32))
    found = [everything.codes[catalogue.lexical.score(word, everything) > 0] for word in words]
    return np.unique(np.concatenate(found)).astype(np.int32)


def unwanted(state: State, person: Person) -> tuple[str, ...]:
    """The words that no item may bear: of the profile, else of the session."""
    return tuple(state.standing_words) if person.user is None else tuple(person.never_words)
