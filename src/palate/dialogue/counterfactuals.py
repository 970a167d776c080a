"""Counterfactuals: where an item would stand without one thing that the person did or said, by ranking again.

Most removals leave the hard wishes as they are. Those are ranked together, over the same candidates and what
the removal lets in; a removed hard wish is retrieved anew under its wider mask.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.advice import NO_ADVICE, Advice
from palate.dialogue.recommending import (
    Errand,
    context_of,
    errand,
    features_of,
    kept_out,
    ranked,
    said_of,
)
from palate.dialogue.state import State
from palate.dialogue.world import World
from palate.feedback.person import Person
from palate.feedback.profile import weigh
from palate.ranking.diversity import maximal_marginal_relevance
from palate.ranking.linear import LinearRanker
from palate.ranking.slate import POOL, best_first
from palate.recommenders.base import Context
from palate.recommenders.batch import score_many
from palate.recommenders.candidates import Candidates, divisors, floors_of
from palate.values import EVENT_TYPES, Codes, Constraint, Evidence, Mask

MOST_EVENTS = 40
"""How many events are taken away, one at a time: those on the items that weigh most."""

Exclusion = Callable[[Person], Codes | None]
"""What a list leaves out beside what it must, for a person."""


@dataclass(frozen=True)
class Removal:
    """One thing taken away: an event (``kind`` its type, ``subject`` the item's code), a taste said of an item
    ("said"), a wish or a word of this conversation ("wish", "word"), one that holds always ("never",
    "never_word"); and ``state`` and ``person`` without it. ``wider``: a hard wish went.
    """

    evidence: Evidence
    kind: str
    subject: int | str | Constraint
    state: State
    person: Person
    wider: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an item stands: ``place`` from 1 and its score, both None where it may not come."""

    place: int | None
    score: float | None


def removals(state: State, person: Person, catalogue: Catalogue) -> list[Removal]:
    """Everything that can be taken away, one at a time."""
    return [
        *event_removals(state, person, _weightiest(person)),
        *taste_removals(state, person, catalogue, state.tastes),
        *(
            Removal(
                Evidence("wish", wish.wish_id),
                "wish",
                wish.constraint,
                replace(state, wishes=tuple(other for other in state.wishes if other is not wish)),
                person,
                wider=wish.constraint.strength == "must",
            )
            for wish in state.wishes
        ),
        *(
            Removal(
                Evidence("wish", f"word/{word}"),
                "word",
                word,
                replace(state, keywords=tuple(other for other in state.keywords if other != word)),
                person,
            )
            for word in state.keywords
            if replace(state, keywords=(word,)).query
        ),
        *_standing(state, person),
    ]


def _weightiest(person: Person) -> list[int]:
    """The rows of the history that are worth taking away, the weightiest item's first."""
    items, weights, _ = weigh(person.history, person.settings, person.now)
    weight_of = dict(zip(items.tolist(), np.abs(weights).tolist(), strict=True))
    rows = [
        row for row in range(len(person.history)) if EVENT_TYPES[person.history.kinds[row]] != "impression"
    ]
    return sorted(rows, key=lambda row: (-weight_of[int(person.history.items[row])], -row))[:MOST_EVENTS]


def event_removals(state: State, person: Person, rows: Iterable[int]) -> list[Removal]:
    """Each of these events of the history taken away."""
    everything = np.ones(len(person.history), bool)
    found: list[Removal] = []
    for row in rows:
        keep = everything.copy()
        keep[row] = False
        kind, code = EVENT_TYPES[person.history.kinds[row]], int(person.history.items[row])
        found.append(Removal(person.evidence(row), kind, code, state, person.keeping(keep)))
    return found


def taste_removals(
    state: State, person: Person, catalogue: Catalogue, item_ids: Iterable[str]
) -> list[Removal]:
    """Each of these tastes, said in the session, taken away."""
    return [
        Removal(Evidence("item", item_id), "said", code, _untold(state, item_id), person)
        for item_id in item_ids
        if (code := catalogue.code(item_id)) is not None
    ]


def _untold(state: State, item_id: str) -> State:
    tastes = {other: taste for other, taste in state.tastes.items() if other != item_id}
    rejected = state.rejected
    if state.tastes[item_id] < 0:  # said to be disliked, and therefore turned down
        rejected = tuple(other for other in rejected if other != item_id)
    return replace(state, tastes=tastes, rejected=rejected)


def _standing(state: State, person: Person) -> list[Removal]:
    if person.user is None:
        wishes = [
            Removal(
                Evidence("wish", wish.wish_id),
                "never",
                wish.constraint,
                replace(state, standing=tuple(other for other in state.standing if other is not wish)),
                person,
                wider=True,
            )
            for wish in state.standing
        ]
        words = [
            Removal(
                Evidence("wish", f"{turn}/standing/{word}"),
                "never_word",
                word,
                replace(state, standing_words={w: t for w, t in state.standing_words.items() if w != word}),
                person,
                wider=True,
            )
            for word, turn in state.standing_words.items()
        ]
        return wishes + words
    held = person.statements
    wishes = [
        Removal(
            Evidence("wish", f"profile/{number}"),
            "never",
            constraint,
            state,
            replace(
                person, statements={**held, "never": [*held["never"][:number], *held["never"][number + 1 :]]}
            ),
            wider=True,
        )
        for number, constraint in enumerate(person.never)
    ]
    words = [
        Removal(
            Evidence("wish", f"profile/word/{word}"),
            "never_word",
            word,
            state,
            replace(person, statements={**held, "never_words": [w for w in person.never_words if w != word]}),
            wider=True,
        )
        for word in person.never_words
    ]
    return wishes + words


def standings(
    world: World,
    code: int,
    state: State,
    person: Person,
    k: int,
    without: Sequence[Removal],
    excluded: Exclusion,
    used: LinearRanker,
    advice: Advice = NO_ADVICE,
) -> list[Standing]:
    """Where the item stands as it is, then without each of the removals, of a list of ``k`` that is ranked by
    ``used``: a draw of the world's ranker where the list explored. ``advice``: what a language model said to that list;
    it stays as it was.
    """
    as_is = Removal(Evidence("item", ""), "", "", state, person)
    base = errand(world, state, person, k, exclude=excluded(person), advice=advice)
    near = [one for one in without if not one.wider]
    found = _near(world, code, base, [as_is, *near], k, excluded, used)
    by_removal = dict(zip(map(id, near), found[1:], strict=True))
    return [
        found[0],
        *(
            _anew(world, code, one, k, excluded, used, advice) if one.wider else by_removal[id(one)]
            for one in without
        ),
    ]


def _anew(
    world: World,
    code: int,
    removal: Removal,
    k: int,
    excluded: Exclusion,
    used: LinearRanker,
    advice: Advice,
) -> Standing:
    left_out = excluded(removal.person)
    sought = errand(world, removal.state, removal.person, k, exclude=left_out, advice=advice)
    return _near(world, code, sought, [removal], k, excluded, used)[0]


def _near(
    world: World,
    code: int,
    base: Errand,
    changes: Sequence[Removal],
    k: int,
    excluded: Exclusion,
    used: LinearRanker,
) -> list[Standing]:
    """The item's standing under each change, all with the hard wishes of ``base``."""
    catalogue = world.catalogue
    candidates, _ = ranked(world, base, k)
    errands = [_changed(world, base, change, excluded(change.person)) for change in changes]
    codes = np.union1d(candidates.codes, np.intersect1d(base.mask.codes, [code]))
    released = [np.setdiff1d(base.out, one.out) for one in errands]
    if any(map(len, released)):
        within = catalogue.mask([wish.constraint for wish in base.musts]).codes
        codes = np.union1d(codes, np.intersect1d(np.concatenate(released), within))
    codes = codes.astype(np.int32)
    scores = _scores(world, [one.context for one in errands], codes)
    inside = np.abs(scores[0][np.isin(codes, base.mask.codes, assume_unique=True)]).max(axis=0, initial=0)
    # a source's largest score may lie outside the candidates, where it is negative
    beyond = np.where(inside > 0, candidates.largest / np.where(inside > 0, inside, 1), 1)
    least = floors_of(world.recommenders, world.floors)

    totals = np.full((len(errands), len(codes)), -np.inf)
    means = totals.copy()
    for total, mean, one, raw in zip(totals, means, errands, scores, strict=True):
        allowed = np.flatnonzero(~np.isin(codes, one.out))
        largest = (np.abs(raw[allowed]).max(axis=0, initial=0) * beyond).astype(np.float32)
        scales = divisors(largest[np.newaxis], least)[0]
        some = Candidates(codes[allowed], candidates.sources, raw[allowed] / scales, scales, largest)
        features = features_of(world, one, some)
        total[allowed] = features.matrix @ used.mean
        mean[allowed] = features.matrix @ world.ranker.mean
    row = int(np.searchsorted(codes, code))
    if row == len(codes) or codes[row] != code:
        return [Standing(None, None)] * len(changes)
    places = _places(world, row, codes, totals, means, k)
    return [
        Standing(place, float(total[row])) if np.isfinite(total[row]) else Standing(None, None)
        for place, total in zip(places, totals, strict=True)
    ]


def _scores(world: World, contexts: Sequence[Context], codes: Codes) -> NDArray[np.float32]:
    """What every source gives these items in each context: float32 [contexts, items, sources]."""
    mask = Mask(codes)
    columns = [score_many(source, contexts, mask) for source in world.recommenders]
    return np.stack(columns, axis=-1)


def _places(
    world: World, row: int, codes: Codes, totals: NDArray[np.float64], means: NDArray[np.float64], k: int
) -> list[int]:
    """The place of the item in ``row`` under each of the totals float64 [m, n], -inf what may not come: as a slate
    has it, whose pool is the best by ``means`` float64 [m, n]; beyond it by these.
    """
    diversity = world.settings.ranking.diversity
    ranking = [best_first(mean, codes)[: np.isfinite(mean).sum()] for mean in means]
    pools = [order[: max(POOL, k)] for order in ranking]
    union = np.unique(np.concatenate(pools))
    alike = world.similarity(codes[union])
    places: list[int] = []
    for total, order, pool in zip(totals, ranking, pools, strict=True):
        at = np.searchsorted(union, pool)
        shown = maximal_marginal_relevance(total[pool], alike[np.ix_(at, at)], len(pool), diversity)
        whole = np.concatenate([pool[shown], order[len(pool) :]])
        places.append(int(np.flatnonzero(whole == row)[0]) + 1 if np.isfinite(total[row]) else 0)
    return places


def _changed(world: World, base: Errand, change: Removal, exclude: Codes | None) -> Errand:
    """The errand after a change that leaves the hard wishes as they are; its mask is that of ``base``."""
    said = said_of(change.state, world.catalogue)
    query, vector = base.context.query, base.context.query_vector
    if change.state.query != query:
        query, vector = change.state.query, world.query_vector(change.state.query)
    return replace(
        base,
        out=kept_out(change.state, change.person, world.catalogue, exclude),
        preferences=change.state.preferences,
        context=context_of(change.person, said, query, vector, base.context.proposed),
        said=said,
        known=change.person.touched,
    )
