"""Contract of Store, on every database: items, vectors, documents."""

from datetime import date

import numpy as np
import pytest
from event_batches import ANN, Told, batch

from palate.errors import InvalidInput
from palate.storage import Store, Written
from palate.values import Item

HEAT = Item("heat", "Heat", {"year": 1995, "categories": ["Crime"], "price": 9.5})
AMELIE = Item("amélie", "天使爱美丽", {"note": "emoji 🎬, zero \0, quote '"})


def test_new_items_get_dense_codes_in_their_order(store: Store):
    assert store.put_items([HEAT, AMELIE]) == Written(added=2)
    assert store.put_items([Item("ran", "乱")]) == Written(added=1)
    assert store.codes(["ran", "heat", "amélie", "never seen"]).tolist() == [2, 0, 1, -1]
    assert [(item.code, item.item) for item in store.items()] == [
        (0, HEAT),
        (1, AMELIE),
        (2, Item("ran", "乱")),
    ]


def test_an_equal_item_is_unchanged_whatever_the_order_of_its_fields(store: Store):
    store.put_items([HEAT, AMELIE])
    revision = store.revision()
    again = Item("heat", "Heat", dict(reversed(HEAT.fields.items())))
    assert store.put_items(iter([again, AMELIE])) == Written(unchanged=2)
    assert store.revision() == revision


def test_a_changed_item_keeps_its_code_and_gets_the_highest_revision(store: Store):
    store.put_items([HEAT, AMELIE])
    before = store.revision()
    dearer = Item("heat", "Heat", {**HEAT.fields, "price": 12})
    assert store.put_items([dearer, AMELIE]) == Written(updated=1, unchanged=1)
    (changed,) = store.items(after=before)
    assert (changed.code, changed.item) == (0, dearer)
    assert changed.revision == store.revision() > before


def test_the_last_of_several_with_one_id_wins_and_each_is_counted(store: Store):
    other = Item("heat", "Heat 2")
    assert store.put_items([HEAT, HEAT, other, AMELIE]) == Written(added=2, updated=1, unchanged=1)
    assert [item.item for item in store.items()] == [other, AMELIE]


def test_changes_come_in_order_of_code(store: Store):
    store.put_items(Item(str(i), "old") for i in range(10))
    before = store.revision()
    store.put_items(Item(str(i), "new") for i in (7, 3, 11, 5))
    assert [(item.code, item.item_id) for item in store.items(after=before)] == [
        (3, "3"),
        (5, "5"),
        (7, "7"),
        (10, "11"),
    ]


def test_a_withdrawn_item_keeps_its_code_and_can_come_back(store: Store):
    store.put_items([HEAT, AMELIE])
    before = store.revision()
    assert store.withdraw_items(["heat", "heat", "never seen"]) == 1
    assert store.withdraw_items(["heat"]) == 0
    (gone,) = store.items(after=before)
    assert (gone.code, gone.item_id, gone.item) == (0, "heat", None)
    assert store.put_items([HEAT]) == Written(added=1)
    assert store.codes(["heat"]).tolist() == [0]
    assert [item.item for item in store.items()] == [HEAT, AMELIE]


def test_an_item_first_seen_in_an_event_is_known_by_id_until_it_comes(store: Store):
    store.append_events(batch(Told(ANN, "heat")))
    (known,) = store.items()
    assert (known.code, known.item_id, known.item) == (0, "heat", None)
    assert store.revision() == known.revision > 0
    assert store.put_items([AMELIE, HEAT]) == Written(added=2)
    assert store.codes(["heat", "amélie"]).tolist() == [0, 1]


@pytest.mark.parametrize(
    "bad",
    [
        Item("a", "A", {"price": float("nan")}),
        Item("a", "A", {"sizes": [{"deep": float("inf")}]}),
        Item("a", "A", {"day": date(2026, 1, 1)}),
        Item("a", "A", {"note": "half a pair \ud800"}),
        Item("", "A"),
        Item("a\0b", "A"),
        Item("\ud800", "A"),
    ],
)
def test_what_json_cannot_hold_is_refused_and_nothing_is_stored(store: Store, bad: Item):
    with pytest.raises(InvalidInput):
        store.put_items([HEAT, bad])
    assert list(store.items()) == []
    assert store.revision() == 0


def test_no_items_change_nothing(store: Store):
    assert store.put_items([]) == Written()
    assert store.withdraw_items([]) == store.withdraw_items(["broken \ud800", "zero \0"]) == 0
    assert store.codes([]).tolist() == []
    assert store.codes(["broken \ud800", "zero \0"]).tolist() == [-1, -1]
    assert store.revision() == 0


def test_many_items(store: Store):
    items = [Item(f"id {i}", f"title {i}", {"n": i}) for i in range(3000)]
    assert store.put_items(items) == Written(added=3000)
    assert store.codes([item.item_id for item in items]).tolist() == list(range(3000))
    assert [item.item for item in store.items()] == items
    assert store.put_items(items) == Written(unchanged=3000)


def test_a_reader_of_items_sees_one_moment(store: Store):
    store.put_items(Item(str(i), "old") for i in range(100))
    reading = store.items()
    next(reading)
    store.put_items(Item(str(i), "new") for i in range(100))
    assert {item.item.title for item in reading if item.item} == {"old"}
    assert {item.item.title for item in store.items() if item.item} == {"new"}


def test_a_reader_may_stop_early(store: Store):
    store.put_items(Item(str(i), "") for i in range(3000))
    for _ in range(20):
        assert next(iter(store.items())).code == 0
    store.put_items([HEAT])
    assert len(list(store.items())) == 3001


def test_vectors_come_back_exactly_in_order_of_code(store: Store):
    store.put_items(Item(str(i), "") for i in range(20))
    numbers = np.random.default_rng(0).normal(size=(20, 7)).astype(np.float32)
    order = np.random.default_rng(1).permutation(20).astype(np.int32)
    store.put_vectors("small", order, [f"h{code}" for code in order], numbers[order])
    codes, hashes, vectors = store.vectors("small")
    assert codes.dtype == np.int32 and vectors.dtype == np.float32
    assert codes.tolist() == list(range(20))
    assert hashes == [f"h{code}" for code in range(20)]
    assert (vectors == numbers).all()


def test_vectors_are_replaced_code_by_code_and_embedders_kept_apart(store: Store):
    store.put_items(Item(str(i), "") for i in range(3))
    two = np.array([0, 1], np.int32)
    store.put_vectors("small", two, ["a", "b"], np.ones((2, 3), np.float32))
    store.put_vectors("large", two, ["c", "d"], np.ones((2, 600), np.float32))
    store.put_vectors("small", np.array([2, 1], np.int32), ["e", "f"], np.full((2, 3), 5, np.float32))
    codes, hashes, vectors = store.vectors("small")
    assert (codes.tolist(), hashes) == ([0, 1, 2], ["a", "f", "e"])
    assert vectors[:, 0].tolist() == [1, 5, 5]
    assert store.vectors("large")[2].shape == (2, 600)
    codes, hashes, vectors = store.vectors("unknown")
    assert (len(codes), hashes, len(vectors)) == (0, [], 0)


@pytest.mark.parametrize(
    ("codes", "hashes", "vectors"),
    [
        ([0, 1], ["a", "b"], np.ones((2, 4))),  # another width
        ([0], ["a"], np.full((1, 3), np.nan)),
        ([7], ["a"], np.ones((1, 3))),  # unknown
        ([-1], ["a"], np.ones((1, 3))),
        ([0, 0], ["a", "b"], np.ones((2, 3))),
        ([0], ["a", "b"], np.ones((2, 3))),
    ],
)
def test_vectors_that_do_not_fit_are_refused(store: Store, codes: list[int], hashes: list[str], vectors):
    store.put_items([HEAT, AMELIE])
    store.put_vectors("small", np.array([0], np.int32), ["a"], np.zeros((1, 3), np.float32))
    with pytest.raises(InvalidInput):
        store.put_vectors("small", np.array(codes, np.int32), hashes, vectors.astype(np.float32))
    assert store.vectors("small")[2].tolist() == [[0, 0, 0]]


def test_documents(store: Store):
    assert store.document("types") is None
    store.put_document("types", {"price": "number", "名": [1, 2.5, None, True]})
    store.put_document("time", "ordinal")
    store.put_document("types", {"price": "text"})
    assert store.document("types") == {"price": "text"}
    assert store.document("time") == "ordinal"
    with pytest.raises(InvalidInput):
        store.put_document("types", {"price": float("inf")})
    assert store.document("types") == {"price": "text"}
