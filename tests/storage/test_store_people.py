"""Contract of Store, on every database: conversations, profiles, export, erasure, several threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from event_batches import ANN, BOB, Told, batch, told_by
from store_places import Place

from palate.errors import InvalidInput, StorageError
from palate.storage import Store, Written
from palate.values import Item


def test_a_turn_and_its_session_are_saved_together(store: Store):
    assert store.session("s") is None and store.turn("t") is None
    store.save_turn("t1", "s", ANN, {"shown": ["a"]}, {"text": "礼物"})
    store.save_turn("t2", "s", ANN, {"shown": ["b"]}, {"text": "cheaper"})
    store.save_turn("t3", "other", None, {}, {"text": "hello"})
    assert store.session("s") == (ANN, {"shown": ["b"]})
    assert store.turn("t1") == (ANN, {"text": "礼物"})
    assert store.session("other") == (None, {})
    assert store.turn("t3") == (None, {"text": "hello"})
    assert store.session("zero \0") is None and store.turn("broken \ud800") is None


def test_a_turn_saved_again_is_replaced(store: Store):
    store.save_turn("t", "s", ANN, {"n": 1}, {"text": "a"})
    store.save_turn("t", "s", ANN, {"n": 2}, {"text": "b"})
    assert store.turn("t") == (ANN, {"text": "b"})
    assert len(store.export_user(ANN)["turns"]) == 1


def test_a_session_learns_its_user_and_does_not_forget(store: Store):
    store.save_turn("t1", "s", None, {}, {})
    store.save_turn("t2", "s", ANN, {}, {})
    store.save_turn("t3", "s", None, {"last": True}, {})
    assert store.session("s") == (ANN, {"last": True})


def test_a_turn_that_json_cannot_hold_is_refused_whole(store: Store):
    with pytest.raises(InvalidInput):
        store.save_turn("t", "s", ANN, {}, {"score": float("nan")})
    assert store.session("s") is None


def test_profiles(store: Store):
    assert store.profile(ANN) == {}
    store.save_profile(ANN, {"likes": ["茶"]})
    store.save_profile(ANN, {"likes": []})
    assert store.profile(ANN) == {"likes": []}
    assert store.profile(BOB) == {}


def everything_of(store: Store, user: str, item: str) -> list[Told]:
    told = [Told(user, item, at=2), Told(user, "b", at=1, extras={"event_id": f"{user} 1", "text": "mine"})]
    store.append_events(batch(*told))
    store.save_turn(f"{user} 0", f"{user} s", None, {}, {"text": "before the login"})
    store.save_turn(f"{user} 1", f"{user} s", user, {"of": user}, {"text": "after it"})
    store.save_profile(user, {"of": user})
    return told


def test_export_gives_everything_of_a_user_and_of_nobody_else(store: Store):
    told = everything_of(store, ANN, "a")
    everything_of(store, BOB, "c")
    exported = store.export_user(ANN)
    assert exported["item_ids"] == ["b", "a"]
    ids = [item.item_id for item in store.items()]
    assert told_by(ANN, exported["history"], ids) == [told[1], told[0]]
    assert exported["sessions"] == [{"session_id": f"{ANN} s", "state": {"of": ANN}}]
    assert exported["turns"] == [
        {"turn_id": f"{ANN} 0", "session_id": f"{ANN} s", "record": {"text": "before the login"}},
        {"turn_id": f"{ANN} 1", "session_id": f"{ANN} s", "record": {"text": "after it"}},
    ]
    assert exported["profile"] == {"of": ANN}


def test_erasure_takes_everything_of_a_user_and_of_nobody_else(store: Store):
    told = everything_of(store, ANN, "a")
    everything_of(store, BOB, "c")
    kept = store.export_user(BOB)
    assert store.erase_user(ANN) == {
        "events": 2,
        "event_ids": 1,
        "sessions": 1,
        "turns": 2,
        "profiles": 1,
        "observations": 0,
    }
    nothing = store.export_user(ANN)
    assert len(nothing["history"]) == 0
    assert (nothing["item_ids"], nothing["sessions"], nothing["turns"], nothing["profile"]) == (
        [],
        [],
        [],
        {},
    )
    assert store.session(f"{ANN} s") is None
    assert store.turn(f"{ANN} 0") is None
    assert store.event_count() == 2
    after = store.export_user(BOB)
    assert (after["sessions"], after["turns"], after["profile"]) == (
        kept["sessions"],
        kept["turns"],
        kept["profile"],
    )
    assert store.erase_user(ANN) == {
        "events": 0,
        "event_ids": 0,
        "sessions": 0,
        "turns": 0,
        "profiles": 0,
        "observations": 0,
    }
    # the event id is free again, the items keep their codes
    assert store.append_events(batch(*told)) == Written(added=2)
    assert store.codes(["a", "b", "c"]).tolist() == [0, 1, 2]


def test_turns_come_in_the_order_in_which_they_were_taken(store: Store):
    assert list(store.turns()) == []
    store.save_turn("t2", "s", ANN, {}, {"text": "你好"})
    store.save_turn("t1", "s", None, {}, {"text": "hi"})
    store.save_turn("t3", "r", BOB, {}, {"text": "again"})
    assert list(store.turns()) == [
        ("t2", ANN, {"text": "你好"}),
        ("t1", None, {"text": "hi"}),
        ("t3", BOB, {"text": "again"}),
    ]
    (first, *_), (second, *rest), _ = store.turns_after(0)
    assert 0 < first < second
    assert rest == ["t1", None, {"text": "hi"}]
    assert [turn_id for _, turn_id, _, _ in store.turns_after(first)] == ["t1", "t3"]
    assert [turn_id for _, turn_id, _, _ in store.turns_after(first, limit=1)] == ["t1"]
    assert store.turns_after(store.last_turn()) == []
    store.erase_user(BOB)
    assert [turn_id for turn_id, _, _ in store.turns()] == ["t2", "t1"]
    assert [turn_id for _, turn_id, _, _ in store.turns_after(0)] == ["t2", "t1"]


def test_a_session_that_two_shared_is_erased_with_either(store: Store):
    store.save_turn("t1", "s", ANN, {"of": "ann"}, {"text": "ann"})
    store.save_turn("t2", "s", BOB, {"of": "both"}, {"text": "bob"})
    store.erase_user(ANN)
    assert store.session("s") is None
    assert store.turn("t1") is None
    assert store.turn("t2") == (BOB, {"text": "bob"})


def test_what_was_stored_is_there_after_a_reopening(place: Place):
    store = place.open()
    store.put_items([Item("a", "A")])
    told = everything_of(store, ANN, "a")
    store.put_vectors("e", np.array([0], np.int32), ["h"], np.ones((1, 2), np.float32))
    store.put_document("d", [1])
    revision = store.revision()
    store.close()
    store = place.open()
    assert store.revision() == revision
    assert store.append_events(batch(*told)) == Written(unchanged=2)
    assert store.profile(ANN) == {"of": ANN}
    assert store.vectors("e")[1] == ["h"]
    assert store.document("d") == [1]
    store.close()


def test_a_closed_store_says_so(place: Place):
    store = place.open()
    store.close()
    store.close()
    for call in (
        lambda: store.put_document("d", 1),
        lambda: store.document("d"),
        lambda: list(store.items()),
    ):
        with pytest.raises(StorageError, match="closed"):
            call()


def test_of_writes_in_one_group_a_failing_one_takes_no_other_with_it(store: Store):
    def write(n: int) -> bool:
        if n % 3 == 0:
            with pytest.raises(InvalidInput):  # found out inside the transaction: there is no such code
                store.put_vectors("e", np.array([1000 + n], np.int32), ["h"], np.ones((1, 2), np.float32))
            return True
        return store.append_events(batch(Told(ANN, f"i{n % 5}", at=n))) == Written(added=1)

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(write, range(300)))
    assert store.history(ANN).timestamps.tolist() == [n for n in range(300) if n % 3]


def test_threads_that_tell_the_same_are_heard_once(store: Store):
    told = [Told(ANN, str(n), at=n, extras={"event_id": str(n)} if n % 2 else None) for n in range(40)]
    with ThreadPoolExecutor(8) as threads:
        written = list(threads.map(lambda n: store.append_events(batch(told[n % 40])), range(320)))
    assert sum(each.added for each in written) == 40
    assert sum(each.unchanged for each in written) == 280
    assert store.history(ANN).timestamps.tolist() == list(range(40))
