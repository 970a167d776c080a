"""Observations: kept with their events, once; read in order; erased with their person."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from event_batches import ANN, BOB, Told, batch
from store_places import Place

from palate.errors import InvalidInput
from palate.storage import LEARNT, Effect, Observation, Store, Written
from palate.values import EVENT_TYPES


def test_an_observation_comes_with_its_event_and_only_with_it(store: Store):
    assert (store.last_observation(), store.observations()) == (0, [])
    told = [Told(ANN, "a", at=1), Told(BOB, "b", at=2), Told(ANN, "c", at=3, extras={"event_id": "x"})]
    store.append_events(batch(*told), {0: Effect({"n": 0}), 2: Effect({"n": 2})})
    # the same again, by key and by id, and one that is new among them
    again = [*told, Told(BOB, "d", at=4)]
    assert store.append_events(batch(*again), {row: Effect({"n": 10 + row}) for row in range(4)}) == Written(
        1, 0, 3
    )
    found = store.observations()
    assert [(one.user, one.document) for one in found] == [
        (ANN, {"n": 0}),
        (ANN, {"n": 2}),
        (BOB, {"n": 13}),
    ]
    assert store.last_observation() == found[-1].number
    assert store.observations(after=found[0].number, limit=1) == [found[1]]
    assert store.observations_of(ANN, 1) == [found[1]]


def test_what_many_writers_tell_together_is_kept_once_each(store: Store):
    """Waiting batches are written as one: each writer still hears of his own alone."""

    def write(number: int) -> Written:
        n = number % 50
        extras = {"event_id": str(n)} if n % 2 else None
        one = batch(Told(ANN if n % 3 else BOB, f"i{n % 7}", at=n, extras=extras), Told(BOB, "same", at=9))
        return store.append_events(one, {0: Effect({"n": n}), 1: Effect({"n": "same"})})

    with ThreadPoolExecutor(16) as threads:
        written = list(threads.map(write, range(400)))
    assert sum(one.added for one in written) == 51
    assert all(one.added + one.unchanged == 2 for one in written)
    assert sorted(str(one.document["n"]) for one in store.observations() if one.document) == sorted(
        [*map(str, range(50)), "same"]
    )
    assert store.event_count() == 51


def test_an_erasure_takes_observations_and_what_was_learnt_of_them(place: Place):
    store = place.open()
    store.append_events(
        batch(Told(ANN, "a", at=1), Told(BOB, "a", at=1)),
        {0: Effect({"of": "ann"}), 1: Effect({"of": "bob"})},
    )
    store.put_document(LEARNT, {"of": "both"})
    seen = store.last_observation()
    assert store.erase_user(ANN)["observations"] == 1
    assert store.document(LEARNT) is None
    bob, mark = store.observations()
    assert (bob.user, bob.document) == (BOB, {"of": "bob"})
    # whoever had read up to there finds the mark next
    assert store.observations(after=seen) == [Observation(mark.number, None, None)]
    store.close()
    store = place.open()
    assert len(store.observations()) == 2
    store.close()


def test_what_is_derived_comes_once_and_only_where_nothing_touched_the_item_in_the_turn(store: Store):
    def told(item: str, kind: str = "click", at: float = 1.0, turn: str = "t1") -> Told:
        return Told(ANN, item, kind, at, extras={"turn_id": turn})

    touches = Effect(touches=True)
    # b is touched in the same call, after what is derived of c
    first = batch(told("c"), told("b", at=2), told("a", "skip"), told("b", "skip"))
    assert store.append_events(first, {0: touches, 1: touches}, derived=2) == Written(added=2)
    assert store.history(ANN).kinds.tolist().count(EVENT_TYPES.index("skip")) == 1
    again = batch(told("d", at=3), told("a", "skip", 3), told("b", "skip", 3), told("c", "skip", 3))
    assert store.append_events(again, {0: touches}, derived=3) == Written(added=1)
    assert store.event_count() == 4
    # what was derived may be touched afterwards; another turn is another matter
    assert store.append_events(batch(told("a", at=4)), {0: touches}) == Written(added=1)
    other = batch(told("d", at=5, turn="t2"), told("a", "skip", 5, "t2"))
    assert store.append_events(other, {0: touches}, derived=1) == Written(added=1)
    assert store.event_count() == 7
    # nothing of it is left behind an erasure
    assert store.erase_user(ANN)["event_ids"] == 0
    assert store.append_events(first, {0: touches, 1: touches}, derived=2) == Written(added=2)
    assert store.event_count() == 3


def test_many_who_tell_of_one_turn_derive_the_same_as_one(store: Store):
    def tell(row: int) -> Written:
        skips = [Told(ANN, f"i{above}", "skip", 1.0, extras={"turn_id": "t"}) for above in range(row)]
        click = Told(ANN, f"i{row}", "click", 1.0, extras={"turn_id": "t"})
        return store.append_events(batch(click, *skips), {0: Effect(touches=True)}, derived=len(skips))

    with ThreadPoolExecutor(8) as threads:
        assert all(
            one == Written(added=1) for one in threads.map(tell, [9, 3, 5, 3, 9, 7], chunksize=1) if one.added
        )
    history = store.history(ANN)
    assert len(history) == len(
        {(*row,) for row in zip(history.items.tolist(), history.kinds.tolist(), strict=True)}
    )


def test_statements_come_with_their_event_and_only_with_it(store: Store):
    def also(name: str) -> Effect:
        return Effect(statements=lambda profile: {"said": [*profile.get("said", ()), name]})

    one, other = Told(ANN, "a", at=1), Told(ANN, "b", at=2)
    store.append_events(batch(one), {0: also("one")})
    assert store.append_events(batch(one, other), {0: also("one"), 1: also("two")}) == Written(1, 0, 1)
    assert store.profile(ANN) == {"said": ["one", "two"]}
    store.save_profile(ANN, {})
    assert store.append_events(batch(one), {0: also("one")}) == Written(unchanged=1)
    assert store.profile(ANN) == {}
    with ThreadPoolExecutor(8) as threads:
        list(
            threads.map(
                lambda n: store.append_events(batch(Told(BOB, "a", at=n % 20)), {0: also(str(n % 20))}),
                range(80),
            )
        )
    assert sorted(map(int, store.profile(BOB)["said"])) == list(range(20))


def test_an_effect_that_cannot_be_leaves_nothing(store: Store):
    with pytest.raises(InvalidInput, match="turn"):
        store.append_events(batch(Told(ANN, "a")), {0: Effect(touches=True)})
    with pytest.raises(InvalidInput):
        store.append_events(batch(Told(ANN, "a")), {0: Effect(statements=lambda _: {"n": float("nan")})})
    assert store.event_count() == 0
