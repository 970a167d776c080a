"""Derived fields and kept answers: durable, beside the shop's own, and seen by whoever asks what changed."""

import pytest
from store_places import Place

from palate.errors import InvalidInput
from palate.storage import Store
from palate.values import Derived, Item

TAGS = Derived(["红色", "light"], "openai:m", 12.5, "c", "p")


def test_derived_fields_stand_beside_the_item_and_move_its_revision(store: Store, place: Place):
    store.put_items([Item("a", "A", {"x": 1}), Item("b", "B", {})])
    before = store.revision()
    store.put_derived({1: {"tags": TAGS}})
    (changed,) = store.items(after=before)
    assert (changed.item_id, changed.item, changed.derived) == ("b", Item("b", "B", {}), {"tags": TAGS})
    accepted = Derived("s", "m", 1.0, "c", "p", "accepted")
    store.put_derived({1: {"summary": accepted}, 0: {"tags": TAGS}})
    other = place.open()
    assert [one.derived for one in other.items()] == [{"tags": TAGS}, {"tags": TAGS, "summary": accepted}]
    other.close()
    # the shop's own import knows nothing of them
    assert store.put_items([Item("b", "B", {})]).unchanged == 1
    store.withdraw_items(["b"])
    assert [one.derived for one in store.items()] == [{"tags": TAGS}, {}]
    store.put_derived({})


def test_a_field_of_an_item_that_is_not_there_is_refused(store: Store):
    store.put_items([Item("a", "A", {})])
    with pytest.raises(InvalidInput, match="codes"):
        store.put_derived({0: {"tags": TAGS}, 7: {"tags": TAGS}})
    assert [one.derived for one in store.items()] == [{}]


def test_answers_are_kept_by_their_key(store: Store):
    assert store.answer("k") is None
    store.put_answer("k", {"tags": ["红"]})
    store.put_answer("k", {"tags": ["蓝", "\0"]})
    assert store.answer("k") == {"tags": ["蓝", "\0"]}
