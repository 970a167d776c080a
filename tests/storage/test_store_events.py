"""Contract of Store, on every database: events and histories."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from event_batches import ANN, BOB, EVE, Told, batch, told_by
from store_places import Place

from palate.errors import InvalidInput
from palate.storage import Store, Written
from palate.values import Item


def test_a_history_is_what_was_told(store: Store):
    store.put_items([Item("never touched", ""), Item("b", "")])
    told = [
        Told(ANN, "a", "rating", 10.5, 4.5),
        Told(ANN, "b", "comment", 11, None, {"text": "很好 👍", "session_id": "s", "turn_id": "t"}),
        Told(ANN, "a", "skip", 12, -1.0, {"event_id": "e", "given": {"timestamp": "1970-01-01", "x": [1]}}),
    ]
    assert store.append_events(batch(*told)) == Written(added=3)
    history = store.history(ANN)
    assert told_by(ANN, history, ["never touched", "b", "a"]) == told
    assert [
        column.dtype for column in (history.items, history.kinds, history.timestamps, history.values)
    ] == [
        np.int32,
        np.uint8,
        np.float64,
        np.float64,
    ]
    assert len(store.history(BOB)) == 0
    assert store.event_count() == 3


def test_a_history_goes_by_timestamp_then_arrival_and_its_limit_takes_the_latest(store: Store):
    store.append_events(batch(Told(ANN, "c", at=3), Told(BOB, "x", at=9), Told(ANN, "a", at=1)))
    store.append_events(batch(Told(ANN, "d", at=3), Told(ANN, "b", at=2, extras={"session_id": "s"})))
    store.append_events(batch(Told(ANN, "e", at=3)))
    ids = [item.item_id for item in store.items()]

    def names(limit: int | None) -> str:
        return "".join(told.item for told in told_by(ANN, store.history(ANN, limit), ids))

    assert names(None) == "abcde"
    assert names(3) == "cde"
    assert names(99) == "abcde"
    assert names(0) == ""
    assert [extras for extras in store.history(ANN).extras if extras] == [{"session_id": "s"}]
    assert store.history(ANN, 4).extras[0] == {"session_id": "s"}


def test_an_event_told_again_is_stored_once(store: Store):
    told = [Told(ANN, "a", "rating", 1, 4.0), Told(ANN, "a", "view", 1), Told(BOB, "a", "view", 1)]
    assert store.append_events(batch(*told)) == Written(added=3)
    assert store.append_events(batch(*reversed(told))) == Written(unchanged=3)
    mixed = [told[1], Told(ANN, "a", "view", 2), Told(ANN, "a", "view", 2), told[2]]
    assert store.append_events(batch(*mixed)) == Written(added=1, unchanged=3)
    assert store.event_count() == 4


def test_every_field_tells_events_apart(store: Store):
    told = [
        Told(ANN, "a", "rating", 1, 4.0),
        Told(BOB, "a", "rating", 1, 4.0),
        Told(ANN, "b", "rating", 1, 4.0),
        Told(ANN, "a", "view", 1, 4.0),
        Told(ANN, "a", "rating", 2, 4.0),
        Told(ANN, "a", "rating", 1, 5.0),
        Told(ANN, "a", "rating", 1),
        Told(ANN, "a", "rating", 1, 4.0, {"session_id": "x"}),
        Told(ANN, "a", "rating", 1, 4.0, {"turn_id": "x"}),
        Told(ANN, "a", "rating", 1, 4.0, {"text": "x"}),
        Told(ANN, "a", "rating", 1, 4.0, {"event_id": "x"}),
        Told(ANN, "a", "rating", 1, 4.0, {"event_id": "y"}),
    ]
    assert store.append_events(batch(*told)) == Written(added=12)
    assert store.append_events(batch(*told)) == Written(unchanged=12)
    # what was given beside does not: it is the same event in other words. Nor does the sign of zero
    assert store.append_events(batch(Told(ANN, "a", "rating", 1, 4.0, {"given": {"z": 1}}))) == Written(
        unchanged=1
    )
    zero = batch(Told(ANN, "a", at=0.0, value=0.0), Told(ANN, "a", at=-0.0, value=-0.0))
    assert store.append_events(zero) == Written(added=1, unchanged=1)


def test_an_event_without_extras_is_the_same_beside_one_with_extras(store: Store):
    plain, rich = Told(ANN, "a", at=1), Told(ANN, "b", at=1, extras={"text": "x"})
    store.append_events(batch(plain))
    assert store.append_events(batch(plain, rich)) == Written(added=1, unchanged=1)
    assert store.append_events(batch(plain)) == Written(unchanged=1)


def test_an_event_id_counts_once_whoever_sends_it(store: Store):
    first = Told(ANN, "a", at=1, extras={"event_id": "1"})
    assert store.append_events(batch(first, Told(ANN, "b", at=2, extras={"event_id": "1"}))) == Written(
        1, 0, 1
    )
    assert store.append_events(batch(Told(BOB, "c", at=3, extras={"event_id": "1"}))) == Written(unchanged=1)
    assert store.event_count() == 1
    # an item known from a refused event only is not known
    assert [item.item_id for item in store.items()] == ["a"]


def test_many_single_events_stay_few_rows(place: Place):
    store = place.open()
    told = [
        Told(ANN, f"i{n % 101}", at=n % 11, extras={"session_id": str(n)} if n % 3 else None)
        for n in range(250)
    ]
    for event in told:
        assert store.append_events(batch(event)) == Written(added=1)
    store.append_events(batch(Told(BOB, "i0")))
    assert store.append_events(batch(*told)) == Written(unchanged=250)
    assert store.append_events(batch(told[0], told[64], told[-1])) == Written(unchanged=3)
    ids = [item.item_id for item in store.items()]
    assert told_by(ANN, store.history(ANN), ids) == sorted(told, key=lambda event: event.at)
    store.close()
    if not place.database:
        (rows,) = (
            sqlite3.connect(place.folder / "shop.sqlite").execute("SELECT count(*) FROM pages").fetchone()
        )
        assert rows <= 66


def test_a_large_batch_in_any_order(store: Store):
    random = np.random.default_rng(0)
    n, n_users, n_items = 50_000, 3_000, 200
    users = [f"{user:032x}" for user in range(n_users)]
    whole = replace(
        batch(Told(ANN, "a")),
        users=users,
        user_index=random.integers(0, n_users, n).astype(np.int32),
        item_ids=[str(item) for item in range(n_items)],
        item_index=random.integers(0, n_items, n).astype(np.int32),
        kinds=random.integers(0, 13, n).astype(np.uint8),
        timestamps=random.integers(0, 1000, n).astype(np.float64),
        values=np.full(n, np.nan),
    )
    events = set(
        zip(whole.user_index, whole.item_index, whole.kinds.tolist(), whole.timestamps.tolist(), strict=True)
    )
    assert store.append_events(whole) == Written(added=len(events), unchanged=n - len(events))
    assert store.append_events(whole) == Written(unchanged=n)
    assert store.event_count() == len(events)
    number = {user: i for i, user in enumerate(users)}
    item_at = {item.code: int(item.item_id) for item in store.items()}
    found: list[tuple[int, int, int, float]] = []
    for user, history in store.histories():
        assert (np.diff(history.timestamps) >= 0).all()
        columns = (history.items.tolist(), history.kinds.tolist(), history.timestamps.tolist())
        found += [(number[user], item_at[code], kind, at) for code, kind, at in zip(*columns, strict=True)]
    assert len(found) == len(events)
    assert set(found) == events


def test_histories_give_what_history_gives(store: Store):
    assert list(store.histories()) == []
    store.append_events(batch(Told(EVE, "a", at=2), Told(ANN, "b", at=5), Told(BOB, "c", at=1)))
    store.append_events(batch(Told(ANN, "c", at=4, extras={"text": "x"}), Told(BOB, "a", at=2, value=1.5)))
    store.append_events(batch(Told(EVE, "b", at=1)))
    ids = [item.item_id for item in store.items()]
    found = {user: told_by(user, history, ids) for user, history in store.histories()}
    assert found == {user: told_by(user, store.history(user), ids) for user in (ANN, BOB, EVE)}
    assert found[EVE] == [Told(EVE, "b", at=1), Told(EVE, "a", at=2)]


def test_histories_are_of_one_moment_while_life_goes_on(store: Store):
    store.append_events(batch(Told(ANN, "a"), Told(BOB, "a")))
    reading = store.histories()
    first, _ = next(reading)
    store.append_events(batch(Told(ANN, "b"), Told(BOB, "b"), Told(EVE, "b")))
    assert len(store.history(ANN)) == 2
    assert [(user, len(history)) for user, history in reading] == [(BOB, 1)]
    assert first == ANN


@pytest.mark.parametrize(
    "change",
    [
        {"users": ["A" * 32]},
        {"users": ["u1"]},
        {"users": [ANN, ANN]},
        {"user_index": np.array([1], np.int32)},
        {"item_index": np.array([-1], np.int32)},
        {"item_ids": [""]},
        {"kinds": np.array([200], np.uint8)},
        {"timestamps": np.array([np.nan])},
        {"values": np.array([np.inf])},
        {"values": np.array([1.0, 2.0])},
        {"extras": []},
        {"extras": [{"given": {"x": float("nan")}}]},
        {"extras": [{"text": "\ud800"}]},
        {"extras": [{"event_id": ""}]},
    ],
)
def test_a_batch_that_is_none_is_refused(store: Store, change: dict):
    with pytest.raises(InvalidInput):
        store.append_events(replace(batch(Told(ANN, "a")), **change))
    assert store.event_count() == 0


def test_an_empty_batch(store: Store):
    assert store.append_events(batch()) == Written()
    assert store.event_count() == 0


def test_a_user_must_be_a_pseudonym(store: Store):
    for call in (store.history, store.profile, store.export_user, store.erase_user):
        with pytest.raises(InvalidInput):
            call("ann@example.org")
