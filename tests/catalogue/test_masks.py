"""Masks: every operator against a plain reading of the same items; nothing leaks; what cannot be read is
refused.
"""

import numpy as np
import pytest
from catalogue_cases import TYPES, code_list, constraints, meets, stored_items
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue
from palate.errors import InvalidInput
from palate.values import Constraint, Item, StoredItem


@given(stored_items(), st.lists(constraints(), max_size=3), st.data())
def test_a_mask_holds_exactly_the_items_that_a_plain_reader_would_let_through(items, wishes, data):
    catalogue = Catalogue.build(items, TYPES)
    live = {stored.code: stored.item.fields for stored in items if stored.item is not None}
    shown = data.draw(st.lists(st.sampled_from(sorted(live)), unique=True)) if live else []
    excluded = data.draw(st.sets(st.sampled_from(sorted(live)))) if live else set()

    mask = catalogue.mask(
        wishes, exclude=np.array(sorted(excluded), np.int32), relative_to=np.array(shown, np.int32)
    )

    assert code_list(mask.codes) == [
        code
        for code, fields in live.items()
        if fields.get("available") is not False
        and code not in excluded
        and all(meets(fields, wish, [live[other] for other in shown]) for wish in wishes)
    ]


@given(stored_items(), st.lists(constraints(), max_size=3))
def test_satisfaction_says_for_each_wish_what_a_mask_of_it_alone_would(items, wishes):
    catalogue = Catalogue.build(items, TYPES)
    everything = catalogue.mask().codes
    satisfaction = catalogue.satisfaction(wishes, everything, relative_to=everything[:2])

    assert satisfaction.shape == (len(everything), len(wishes)) and satisfaction.dtype == np.float32
    for i, wish in enumerate(wishes):
        met = catalogue.mask([wish], relative_to=everything[:2]).codes
        assert (satisfaction[:, i] == np.isin(everything, met)).all()


def shop(**columns):
    n = max(len(values) for values in columns.values())
    items = [
        Item(
            f"i{i}",
            f"Item {i}",
            {name: values[i] for name, values in columns.items() if values[i] is not None},
        )
        for i in range(n)
    ]
    return Catalogue.build([StoredItem(i, item.item_id, i, item) for i, item in enumerate(items)], {})


def test_cheaper_means_below_the_median_of_what_was_shown():
    catalogue = shop(price=[10, 20, 30, 40, None])
    shown = np.array([1, 2, 3], np.int32)
    assert code_list(catalogue.mask([Constraint("price", "lower")], relative_to=shown).codes) == [0, 1]
    assert code_list(catalogue.mask([Constraint("price", "higher")], relative_to=shown).codes) == [3]
    one = np.array([1], np.int32)
    assert code_list(catalogue.mask([Constraint("price", "lower")], relative_to=one).codes) == [0]


def test_cheaper_than_nothing_restricts_nothing():
    catalogue = shop(price=[10, 20, None])
    assert len(catalogue.mask([Constraint("price", "lower")])) == 3
    assert len(catalogue.mask([Constraint("price", "lower")], relative_to=np.array([2], np.int32))) == 3


def test_an_item_without_a_price_is_not_under_500_and_not_among_the_dear_ones_either():
    catalogue = shop(price=[499, None, 501])
    assert code_list(catalogue.mask([Constraint("price", "<=", 500)]).codes) == [0]
    assert code_list(catalogue.mask([Constraint("price", ">=", 500)]).codes) == [2]
    assert code_list(catalogue.mask([Constraint("price", "not in", [499])]).codes) == [1, 2]


def test_a_value_is_found_under_its_name_in_the_other_language():
    catalogue = shop(
        categories=[["Smart bands"], ["Books"], ["Smart bands"]], categories_zh=[["智能手环"], ["图书"], None]
    )
    assert code_list(catalogue.mask([Constraint("categories", "in", ["智能手环"])]).codes) == [0]
    assert code_list(catalogue.mask([Constraint("categories", "not in", ["图书", "智能手环"])]).codes) == [2]


def test_codes_of_a_newer_snapshot_do_no_harm():
    catalogue = shop(price=[10, 20])
    later = np.array([1, 99], np.int32)
    assert code_list(catalogue.mask(exclude=later).codes) == [0]
    assert code_list(catalogue.mask([Constraint("price", "lower")], relative_to=later).codes) == [0]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Constraint("flavour", "in", ["mint"]), ["flavour", "colour"]),
        (Constraint("colour", "<=", 3), ["colour", "category"]),
        (Constraint("price", "<=", "cheap"), ["cheap", "number"]),
        (Constraint("price", "<=", float("nan")), ["nan", "number"]),
        (Constraint("price", "<=", None), ["None", "number"]),
        (Constraint("price", "between", 5), ["5", "[low, high]"]),
        (Constraint("price", "around", 5), ["around", "between"]),
        (Constraint("released", ">=", "yesterday"), ["yesterday", "ISO date"]),
        (Constraint("released", ">=", "2001-02-30"), ["2001-02-30", "ISO date"]),
        (Constraint("colour", "in", None), ["None", "list of values"]),
    ],
)
def test_a_wish_that_cannot_be_read_is_refused_by_name(wish, words):
    item = Item("i0", "Item", {"price": 3, "colour": "red", "released": "2001-02-03"})
    catalogue = Catalogue.build([StoredItem(0, "i0", 1, item)], {"colour": "category", "released": "date"})
    with pytest.raises(InvalidInput) as refused:
        catalogue.mask([wish])
    assert all(word in str(refused.value) for word in words)
    with pytest.raises(InvalidInput):
        catalogue.satisfaction([wish], np.array([0], np.int32))
