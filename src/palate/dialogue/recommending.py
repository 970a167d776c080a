"""From wishes and a person to a slate with reasons: mask, candidates, features, rank."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.advice import NO_ADVICE, Advice
from palate.dialogue.leanings import Leaning, leanings, satisfied
from palate.dialogue.standing import bearing, bearing_share, contrary, standing_wishes, unwanted
from palate.dialogue.state import State
from palate.dialogue.widening import Widening, widening
from palate.dialogue.world import World
from palate.feedback.person import Person
from palate.ranking.decisions import Policy
from palate.ranking.exploration import MEAN_ALONE, Exploration
from palate.ranking.features import Features, build_features
from palate.ranking.reasons import Grounds, Taste, explain
from palate.ranking.slate import Slate, rank
from palate.recommenders.base import Context
from palate.recommenders.candidates import Candidates, retrieve
from palate.understanding.reader import Reader
from palate.values import Codes, Constraint, Evidence, Mask, RecommendedItem, Wish

KNOWN_FROM = 5
"""Items that a person has touched, from which on he is no longer new."""


@dataclass(frozen=True)
class Recommendation:
    """``items`` with reasons; ``slate`` their scores and features; ``policy`` who decided; ``pool`` int32: the
    candidates they were chosen from; ``relaxed``: hard wishes that had to be given up because nothing met
    them all; ``unmet``: soft wishes that no item of the slate meets; ``wider``: what would make a short list longer;
    ``advice``: what a language model said to it.
    """

    items: tuple[RecommendedItem, ...]
    slate: Slate
    policy: Policy
    pool: Codes
    relaxed: tuple[Wish, ...] = ()
    unmet: tuple[Wish, ...] = ()
    wider: Widening | None = None
    advice: Advice = NO_ADVICE


@dataclass(frozen=True)
class Errand:
    """What is to be ranked, and for whom: all that a state and a person come to.

    ``out`` int32: codes that must not come; ``mask``: those that may, under the hard wishes ``musts``;
    ``relaxed``: hard wishes given up; ``preferences``: soft ones, those of the ``leanings`` last; ``said``: code ->
    taste, as said in this session; ``repeated`` and ``known`` int32: codes shown in this session, and touched by the
    person before; ``unwanted``: words that weigh against what bears them; ``advice``: what a language model said to it.
    """

    out: Codes
    mask: Mask
    musts: list[Wish]
    relaxed: list[Wish]
    preferences: list[Wish]
    leanings: list[Leaning]
    context: Context
    said: dict[int, int]
    repeated: Codes
    known: Codes
    unwanted: tuple[str, ...] = ()
    advice: Advice = NO_ADVICE


class Advises(Protocol):
    """Someone who has a say in a list: items to look at besides, and an order of the best candidates. What he says
    stands in the errand that comes back; where he has nothing to say it is the same.
    """

    def proposed(self, sought: Errand) -> Errand:
        """With items that he names."""
        ...

    def reranked(self, sought: Errand, candidates: Candidates) -> Errand:
        """With the order in which he would put the best of ``candidates``."""
        ...


def errand(
    world: World,
    state: State,
    person: Person,
    k: int,
    *,
    exclude: Codes | None = None,
    advice: Advice = NO_ADVICE,
) -> Errand:
    """What ``recommend`` ranks; its parameters."""
    catalogue = world.catalogue
    said = said_of(state, catalogue)
    out = kept_out(state, person, catalogue, exclude)
    standing = standing_wishes(state, person, catalogue)
    mask, musts, relaxed = _mask(catalogue, [*standing, *state.musts], out, k)
    return Errand(
        out=out,
        mask=mask,
        musts=musts,
        relaxed=relaxed,
        **soft_wishes(world, state, person),
        context=context_of(person, said, state.search, world.query_vector(state.search), advice.proposed),
        said=said,
        repeated=catalogue.codes(state.shown),
        known=person.touched,
        unwanted=state.unwanted,
        advice=advice,
    )


def soft_wishes(world: World, state: State, person: Person) -> dict[str, Any]:
    """``preferences`` and ``leanings`` of an errand: wishes spoken in this session, and what comments let us wish."""
    reader = world.reader if isinstance(world.reader, Reader) else world.reader.rules
    spoken = {wish.constraint.attribute for wish in state.wishes}
    found = [
        one
        for one in leanings(person, world.catalogue, reader.lexicon)
        # what is said now goes before what was once said of something else
        if one.wish.constraint.attribute not in spoken
    ]
    return {"preferences": [*state.preferences, *(one.wish for one in found)], "leanings": found}


def said_of(state: State, catalogue: Catalogue) -> dict[int, int]:
    """The tastes said in this session: code -> 1 or -1."""
    codes = {catalogue.code(item_id): taste for item_id, taste in state.tastes.items()}
    return {code: taste for code, taste in codes.items() if code is not None}


def kept_out(state: State, person: Person, catalogue: Catalogue, exclude: Codes | None = None) -> Codes:
    """What must not come whatever is wished for, int32: masked for the person, turned down, spoken of, or
    bearing an unwanted word; and ``exclude``.
    """
    return np.concatenate(
        [
            person.masked,
            catalogue.codes((*state.rejected, *state.passed)),
            catalogue.codes(state.tastes),
            bearing(unwanted(state, person), catalogue),
            contrary(state, person, catalogue),
            np.zeros(0, np.int32) if exclude is None else exclude,
        ]
    )


def recommend(
    world: World,
    state: State,
    person: Person,
    k: int,
    *,
    exclude: Codes | None = None,
    language: str | None = None,
    seed: int | None = None,
    adviser: Callable[[World], Advises] | None = None,
) -> Recommendation:
    """The k items that fit best. ``exclude``: codes that must not come, beyond what person and session rule
    out. ``seed`` of the exploration, as far as the settings allow it; None for none at all. ``adviser`` of the World
    as the person sees it, None for nobody.
    """
    world = world.seen_by(person.user, segment := segment_of(language or state.language, person))
    sought = errand(world, state, person, k, exclude=exclude)
    exploration = MEAN_ALONE if seed is None else Exploration(world.settings.ranking.exploration, seed)
    if adviser is None:
        candidates, slate = ranked(world, sought, k, exploration)
    else:
        advises = adviser(world)
        sought = advises.proposed(sought)
        candidates = candidates_of(world, sought)
        sought = advises.reranked(sought, candidates)
        slate = slate_of(world, sought, candidates, k, exploration)
    grounds = grounds_of(world, sought, person, language or state.language)
    items = tuple(_item(world.catalogue, slate, row, grounds) for row in range(len(slate)))
    leant = [one.wish for one in sought.leanings]
    unmet = [
        wish
        for wish, met in zip(sought.preferences, slate.met.T, strict=True)
        if not met.any() and wish not in leant
    ]
    spoken = [wish for wish in state.musts if wish in sought.musts]
    return Recommendation(
        items,
        slate,
        Policy(world.model_version, world.learnt, segment),
        candidates.codes,
        tuple(sought.relaxed),
        tuple(unmet),
        widening(world.catalogue, spoken, sought.musts, sought.out, len(sought.mask)),
        sought.advice,
    )


def ranked(
    world: World, sought: Errand, k: int, exploration: Exploration = MEAN_ALONE
) -> tuple[Candidates, Slate]:
    """The candidates, and the k of them to show."""
    candidates = candidates_of(world, sought)
    return candidates, slate_of(world, sought, candidates, k, exploration)


def slate_of(
    world: World, sought: Errand, candidates: Candidates, k: int, exploration: Exploration = MEAN_ALONE
) -> Slate:
    """The k candidates to show."""
    features, diversity = features_of(world, sought, candidates), world.settings.ranking.diversity
    return rank(world.ranker, candidates, features, world.similarity, k, diversity, exploration)


def candidates_of(world: World, sought: Errand) -> Candidates:
    """What the slate is chosen from."""
    most = world.settings.ranking.candidates
    return retrieve(world.recommenders, sought.context, sought.mask, most, world.floors)


def features_of(world: World, sought: Errand, candidates: Candidates) -> Features:
    """The features of candidates of this errand."""
    stated = sought.preferences[: len(sought.preferences) - len(sought.leanings)]
    wished = [one.constraint for one in stated]
    met = world.catalogue.satisfaction(wished, candidates.codes)
    if sought.leanings:
        met = np.hstack([met, satisfied(sought.leanings, world.catalogue, candidates.codes)])
    advised = sought.advice.of(candidates.codes)
    holds = bearing_share(sought.unwanted, world.catalogue, candidates.codes)
    return build_features(candidates, met, sought.repeated, sought.known, holds, advised)


def grounds_of(world: World, sought: Errand, person: Person, language: str) -> Grounds:
    """What the reasons of this errand's items may rest on."""
    catalogue = world.catalogue

    def taste(code: int) -> Taste:
        if code in sought.said:
            return Taste("said", Evidence("item", catalogue.item_id(code)))
        event = person.strongest_event(code)
        return Taste(*event) if event else Taste("view", Evidence("item", catalogue.item_id(code)))

    sources = {recommender.name: recommender for recommender in world.recommenders}
    return Grounds(catalogue, sources, sought.context, taste, sought.musts, sought.preferences, language)


def segment_of(language: str, person: Person) -> str:
    """Whom a slate is counted with: a small closed set."""
    spoken = language if language in ("en", "zh") else "other"
    return f"{spoken}/{'known' if len(person.touched) >= KNOWN_FROM else 'new'}"


def _mask(
    catalogue: Catalogue, musts: list[Wish], exclude: Codes, k: int
) -> tuple[Mask, list[Wish], list[Wish]]:
    """The mask, the wishes it holds, and those given up where all together leave nothing.

    What was excluded is never let in again, and the kind of thing is given up last: who asks for a speaker is
    better shown a dearer speaker than a cheap watch. Of the others goes the one whose absence leaves most;
    where it is a bound, the ``k`` that come nearest to it stay.
    """

    def under(wishes: Sequence[Wish]) -> Mask:
        return catalogue.mask([wish.constraint for wish in wishes], exclude=exclude)

    held, relaxed = list(musts), list[Wish]()
    mask = under(held)
    while len(mask) == 0:
        positive = [wish for wish in held if wish.constraint.op != "not in"]
        if not positive:
            return mask, held, relaxed
        tries = [(under([other for other in held if other is not wish]), wish) for wish in positive]
        mask, given_up = max(
            tries,
            key=lambda one: (len(one[0]) > 0 and one[1].constraint.attribute != "categories", len(one[0])),
        )
        held.remove(given_up)
        relaxed.append(given_up)
    for wish in relaxed[:-1]:  # what was given up in vain comes back
        if len(narrower := under([*held, wish])):
            mask = narrower
            held.append(wish)
    relaxed = [wish for wish in relaxed if wish not in held]
    for wish in relaxed:
        mask = _nearest(catalogue, wish.constraint, mask, k)
    return mask, held, relaxed


def _nearest(catalogue: Catalogue, bound: Constraint, mask: Mask, k: int) -> Mask:
    """Of the mask, the k items nearest to a bound that none of them keeps; all of it where it is no bound."""
    if bound.op not in ("<=", ">=", "between") or catalogue.attributes[bound.attribute].type != "number":
        return mask
    low, high = bound.value if bound.op == "between" else (bound.value, bound.value)
    values = catalogue.numbers(bound.attribute, mask.codes)
    distance = np.where(np.isnan(values), np.inf, np.maximum(low - values, values - high))
    if np.isinf(distance).all():
        return mask
    reach = np.sort(distance)[min(k, len(mask)) - 1]
    return Mask(mask.codes[distance <= reach])


def context_of(
    person: Person,
    said: Mapping[int, int],
    query: str,
    vector: NDArray[np.float32] | None,
    proposed: Codes = NO_ADVICE.proposed,
) -> Context:
    """The person's events, overruled by what he says in this session; the words sought; and what was named for
    them.
    """
    items, weights = person.weighed
    spoken = np.array(list(said), np.int32)
    keep = ~np.isin(items, spoken)
    return Context(
        items=np.concatenate([items[keep], spoken]),
        weights=np.concatenate([weights[keep], np.array(list(said.values()), np.float32)]),
        query=query,
        query_vector=vector,
        proposed=proposed,
    )


def _item(catalogue: Catalogue, slate: Slate, row: int, grounds: Grounds) -> RecommendedItem:
    code = int(slate.codes[row])
    item = catalogue.item(code)
    return RecommendedItem(
        item_id=item.item_id,
        title=catalogue.title(code, grounds.language),
        score=float(slate.scores[row]),
        reasons=explain(slate, row, grounds),
        attributes=catalogue.localised_fields(code, grounds.language),
    )
