"""One turn of a conversation, from what was said to what comes back. Read this first."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from typing import Any

import orjson

from palate.dialogue.advising import Adviser
from palate.dialogue.answering import answer, only_so_many, spoken_of
from palate.dialogue.asking import question
from palate.dialogue.brief import Brief
from palate.dialogue.changes import changed_by_feedback
from palate.dialogue.control import command_of, following, obey, sourced
from palate.dialogue.matters import asks_for_range, range_of
from palate.dialogue.of_this_kind import filled
from palate.dialogue.policy import decide
from palate.dialogue.recommending import Recommendation, recommend
from palate.dialogue.sessions import Sessions
from palate.dialogue.standing import settle
from palate.dialogue.state import State, drop, show, track, unread
from palate.dialogue.why import counterfactual
from palate.dialogue.world import World
from palate.dialogue.writing import Composition
from palate.feedback.person import Person
from palate.language_models.spending import Spending
from palate.ranking.decisions import decision
from palate.ranking.wording import said_text, without_text
from palate.understanding.normalise import normalise
from palate.values import Advised, ReplyPart, Turn


@dataclass(frozen=True, slots=True)
class Request:
    """What came in: ``text``, already bounded, and how many items (``k``) the answer may show."""

    text: str
    turn_id: str
    session_id: str
    k: int


def take_turn(
    world: World, sessions: Sessions, person: Person, request: Request
) -> Iterator[tuple[str, object]]:
    """Steps as they come: ("understanding", Understanding), ("items", tuple of RecommendedItem), ("token",
    str) for each piece of the reply, and ("done", Turn), after the turn is durable.

    Raises UnknownTurn where the session belongs to someone else. A turn whose listener leaves before its end is
    not saved, but what it took of language models is in the books.
    """
    spending = world.spending()
    try:
        yield from _steps(world, sessions, person, request, spending)
    finally:
        sessions.book(person.user, spending.costs(time.time()))  # nothing, where the turn was saved


def _steps(
    world: World, sessions: Sessions, person: Person, request: Request, spending: Spending
) -> Iterator[tuple[str, object]]:
    began = time.perf_counter()
    before = sessions.load(request.session_id, person.user)
    reading = world.reader_on(spending).read(
        request.text, last_items=before.last, in_dialogue=bool(before.shown), asked=before.awaiting
    )
    command = command_of(reading, request.text, before, world.catalogue)
    if command is None:
        reading = filled(reading, request.text, before, world.catalogue)
    said = reading.understanding
    yield "understanding", said

    reading = command.reading if command else reading
    ranged = world.lookup is not None and asks_for_range(said, normalise(request.text).plain)
    # a question about the shop is no wish, however it reads
    heard = replace(reading, understanding=replace(said, act="inquire")) if ranged else reading
    state = track(before, heard, request.turn_id, world.catalogue)
    stated = person.statements
    state, person, settled = settle(state, reading, person, request.turn_id)
    noted: tuple[ReplyPart, ...] = ()
    if command:
        state, person, noted = obey(command, state, person, world.catalogue)
    person = sourced(person, stated, request.turn_id)
    if person.user is not None and person.statements is not stated:
        sessions.keep(person.user, person.statements)  # before the reply says so
    # what the person disliked or bought since the last list, by a click rather than a word
    gone = [item_id for item_id in before.last if world.catalogue.code(item_id) in person.masked]
    dropped = [item_id for item_id in gone if item_id not in before.rejected]
    state = drop(state, dropped)
    move = decide(state, said, asks_for_range=ranged) if command is None else following(command, before)
    found, asked, about, answered = None, None, (), ()
    sought = state
    if move == "recommend":
        seed = seed_of(request.turn_id)
        adviser = partial(Adviser, spending=spending, state=state, person=person)
        found = recommend(world, state, person, request.k, seed=seed, adviser=adviser)
        noted += changed_by_feedback(world, sessions, before, state, person, found, seed)
        asked = question(state, world.catalogue, found.pool)
        state = show(
            state, request.turn_id, [item.item_id for item in found.items], asked and asked.attribute
        )
        state = replace(state, conceded=tuple(wish.wish_id for wish in (*found.relaxed, *found.unmet)))
    elif command is None and ranged and world.lookup is not None:
        answered = (range_of(world.catalogue, world.lookup, said.language),)
    elif command is None:
        about = () if reading.beyond else spoken_of(said, before, world.catalogue)
        answering = answer(
            move, said, request.text, about, before, world.catalogue, sessions, world.vocabulary
        )
        answered, state = answering.parts, replace(state, focus=answering.chosen or state.focus)
        if reading.beyond:
            answered = (only_so_many(len(before.last), said.language),)
        elif move == "explain":
            answered += counterfactual(world, sessions, before, person, said)
    items = found.items if found else ()
    yield "items", items
    brief = Brief(
        text=request.text,
        move=move,
        said=said,
        unread=unread(state, reading, request.turn_id),
        before=before,
        state=state,
        settled=settled,
        noted=noted,
        dropped=dropped,
        items=items,
        relaxed=found.relaxed if found else (),
        unmet=found.unmet if found else (),
        wider=found.wider if found else None,
        question=asked,
        subjects=[world.catalogue.item_id(code) for code in about],
        answered=answered,
        turn_id=request.turn_id,
    )
    parts: list[ReplyPart] = []
    composition = Composition(brief, world.catalogue, world.pen(spending))
    with closing(composition.parts()) as spoken:
        for part in spoken:
            parts.append(part)
            yield "token", part.text
    turn = Turn(
        turn_id=request.turn_id,
        session_id=request.session_id,
        text=request.text,
        understanding=said,
        move=move,
        reply="".join(part.text for part in parts),
        reply_parts=tuple(parts),
        understood=(
            *(said_text(world.catalogue, wish, said.language) for wish in said.constraints),
            *(without_text(word, said.language) for word in reading.unwanted),
        ),
        unsupported=composition.unsupported,
        items=items,
        question=asked,
        model_version=world.model_version,
        created_at=time.time(),
        spent=spending.totals(),
        advised=advised(found) if found else Advised(),
    )
    kept = record(turn, found, sought, world.arm, time.perf_counter() - began)
    costs = spending.costs(turn.created_at)
    sessions.save(request.turn_id, request.session_id, person.user, state, kept, costs)
    yield "done", turn


def advised(found: Recommendation) -> Advised:
    """What a language model said to the list, in numbers."""
    advice = found.advice
    return Advised(advice.named, advice.linked, len(advice.reranked))


def record(
    turn: Turn, found: Recommendation | None, sought: State, arm: tuple[str, str] | None, seconds: float
) -> dict[str, Any]:
    """What is kept of a turn: all of it, and what the policy saw and did, so that the decision can be
    replayed; ``sought``: the state that a list answered; ``arm`` of an experiment; ``seconds`` that it took.
    """
    kept: dict[str, Any] = {"turn": orjson.loads(orjson.dumps(turn)), "seconds": seconds}
    if arm is not None:
        kept["experiment"] = {"experiment": arm[0], "arm": arm[1]}
    if found is not None and len(found.slate):
        kept["state"] = sought.to_json()
        kept["slate"] = decision(found.slate, found.policy).document()
    return kept


def seed_of(name: str) -> int:
    """A seed of exploration from a name, such as a turn's id: the same for the same, from 0 to 2^48."""
    return int.from_bytes(blake2b(name.encode(), digest_size=6).digest(), "little")
