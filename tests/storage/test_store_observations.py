"""Observations: kept with their events, once; read in order; erased with their person."""

from concurrent.futures import ThreadPoolExecutor

from event_batches import ANN, BOB, Told, batch
from store_places import Place

from palate.storage import LEARNT, Observation, Store, Written


def test_an_observation_comes_with_its_event_and_only_with_it(store: Store):
    assert (store.last_observation(), store.observations()) == (0, [])
    told = [Told(ANN, "a", at=1), Told(BOB, "b", at=2), Told(ANN, "c", at=3, extras={"event_id": "x"})]
    store.append_events(batch(*told), {0: {"n": 0}, 2: {"n": 2}})
    # the same again, by key and by id, and one that is new among them
    again = [*told, Told(BOB, "d", at=4)]
    assert store.append_events(batch(*again), {row: {"n": 10 + row} for row in range(4)}) == Written(1, 0, 3)
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
        return store.append_events(one, {0: {"n": n}, 1: {"n": "same"}})

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
        batch(Told(ANN, "a", at=1), Told(BOB, "a", at=1)), {0: {"of": "ann"}, 1: {"of": "bob"}}
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
