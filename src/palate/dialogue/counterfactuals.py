"""Counterfactuals: where an item would stand without one thing that the person did or said, by ranking again.

Most removals leave the hard wishes as they are. Those are ranked together, over the same candidates and what
the removal lets in; a removed hard wish is retrieved anew under its wider mask.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.columns import positions
from palate.dialogue.advice import NO_ADVICE, Advice
from palate.dialogue.recommending import (
    Errand,
    candidates_of,
    context_of,
    errand,
    features_of,
    kept_out,
    said_of,
    soft_wishes,
)
from palate.dialogue.state import State
from palate.dialogue.world import World
from palate.feedback.person import Person
from palate.feedback.profile import weigh
from palate.ranking.diversity import orders
from palate.ranking.linear import LinearRanker
from palate.ranking.slate import POOL
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


@dataclass(frozen=True)
class Case:
    """The item of ``code`` in a list of ``k`` for this state and person, which ``used`` ranked: a draw of the world's
    ranker where the list explored. ``excluded``: what such a list leaves out beside what it must; ``advice``: what a
    language model said to it, which stays as it was whatever is taken away.
    """

    world: World
    code: int
    state: State
    person: Person
    k: int
    excluded: Exclusion
    used: LinearRanker
    advice: Advice = NO_ADVICE

    @cached_property
    def sought(self) -> Errand:
        """What the list answers."""
        left_out = self.excluded(self.person)
        return errand(self.world, self.state, self.person, self.k, exclude=left_out, advice=self.advice)

    @cached_property
    def candidates(self) -> Candidates:
        """What the list is chosen from."""
        return candidates_of(self.world, self.sought)

    def standings(self, without: Sequence[Removal] = ()) -> list[Standing]:
        """Where the item stands as it is, then without each of the removals."""
        near = [one for one in without if not one.wider]
        now, *found = self._among([self.sought, *(self._changed(one) for one in near)])
        by_removal = dict(zip(map(id, near), found, strict=True))
        return [now, *(self._anew(one) if one.wider else by_removal[id(one)] for one in without)]

    def _anew(self, removal: Removal) -> Standing:
        return replace(self, state=removal.state, person=removal.person).standings()[0]

    def _changed(self, removal: Removal) -> Errand:
        """The errand without something that leaves the hard wishes, and so the mask, as they are."""
        world, base, state, person = self.world, self.sought, removal.state, removal.person
        said = base.said if state is self.state else said_of(state, world.catalogue)
        query, vector = base.context.query, base.context.query_vector
        if state.search != query:
            query, vector = state.search, world.query_vector(state.search)
        return replace(
            base,
            out=kept_out(state, person, world.catalogue, self.excluded(person)),
            **soft_wishes(world, state, person),
            context=context_of(person, said, query, vector, base.context.proposed),
            said=said,
            known=person.touched,
        )

    def _among(self, errands: Sequence[Errand]) -> list[Standing]:
        """The item's standing in each of m errands that have one mask, the first that of the list."""
        world = self.world
        codes = self._codes(errands)
        (row,), (there,) = positions(codes, np.array([self.code], np.int32))
        if not there:
            return [Standing(None, None)] * len(errands)
        allowed = np.ones((len(errands), len(codes)), np.bool_)
        for flags, one in zip(allowed, errands, strict=True):
            at, inside = positions(codes, one.out)
            flags[at[inside]] = False
        totals = np.full(allowed.shape, -np.inf)
        means = totals.copy()
        for some, one, total, mean, flags in zip(
            self._scored(errands, codes, allowed), errands, totals, means, allowed, strict=True
        ):
            features = features_of(world, one, some).matrix
            total[flags] = (features @ self.used.mean)[flags]
            mean[flags] = (features @ world.ranker.mean)[flags]
        places = _places(world, int(row), codes, totals, means, self.k)
        return [
            Standing(int(place), float(score)) if score > -np.inf else Standing(None, None)
            for place, score in zip(places, totals[:, row], strict=True)
        ]

    def _codes(self, errands: Sequence[Errand]) -> Codes:
        """What the errands choose from, int32 ascending: the candidates of the first, the item itself, and what is
        kept out of the first alone.
        """
        base, *others = errands
        _, (inside,) = positions(base.mask.codes, np.array([self.code], np.int32))
        more = [np.array([self.code] if inside else [], np.int32)]
        released = np.concatenate([more[0][:0], *(np.setdiff1d(base.out, one.out) for one in others)])
        if len(released):
            within = self.world.catalogue.mask([wish.constraint for wish in base.musts]).codes
            more.append(released[positions(within, released)[1]])
        return np.union1d(self.candidates.codes, np.concatenate(more)).astype(np.int32)

    def _scored(
        self, errands: Sequence[Errand], codes: Codes, allowed: NDArray[np.bool_]
    ) -> Iterator[Candidates]:
        """The ``codes`` as candidates of each errand, of which ``allowed`` bool [m, n] may come."""
        world, candidates = self.world, self.candidates
        contexts, mask = [one.context for one in errands], Mask(codes)
        scores = np.stack([score_many(source, contexts, mask) for source in world.recommenders], axis=-1)
        sizes = np.where(allowed[:, :, np.newaxis], np.abs(scores), 0).max(axis=1)
        # a source's largest score may lie outside the candidates, where it is negative
        beyond = np.where(sizes[0] > 0, candidates.largest / np.where(sizes[0] > 0, sizes[0], 1), 1)
        largest = (sizes * beyond).astype(np.float32)
        scales = divisors(largest, floors_of(world.recommenders, world.floors))
        scores /= scales[:, np.newaxis]
        for row in range(len(errands)):
            yield Candidates(codes, candidates.sources, scores[row], scales[row], largest[row])


def _places(
    world: World, row: int, codes: Codes, totals: NDArray[np.float64], means: NDArray[np.float64], k: int
) -> NDArray[np.intp]:
    """The place of the item in ``row`` under each of the totals float64 [m, n], -inf what may not come: as a slate
    has it, whose pool is the best by ``means`` float64 [m, n]; beyond it by these.
    """
    ranking = np.argsort(-means, axis=1, kind="stable")
    beyond = np.argmax(ranking == row, axis=1)
    pools = ranking[:, : max(POOL, k)]
    union, at = np.unique(pools, return_inverse=True)
    at = at.reshape(pools.shape)
    alike = world.similarity(codes[union]).astype(np.float16)[at[:, :, np.newaxis], at[:, np.newaxis]]
    shown = orders(
        np.take_along_axis(totals, pools, axis=1), alike, pools.shape[1], world.settings.ranking.diversity
    )
    within = np.argmax(np.take_along_axis(pools, shown, axis=1) == row, axis=1)
    return np.where(beyond < pools.shape[1], within, beyond) + 1
