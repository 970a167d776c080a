"""The snapshot: what it says of items and attributes, how it is carried forward, saved and loaded."""

import threading

import numpy as np
import pytest
from catalogue_cases import TYPES, code_list, constraints, stored_items
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.vectors import VectorIndex
from palate.errors import InvalidInput, ModelError, UnknownItem
from palate.values import Constraint, Item, Mask, StoredItem

QUERIES = ["red towel", "蓝牙耳机", "gift", "waterproof cotton", "礼物 lamp"]


def described(catalogue: Catalogue, wishes=()) -> dict:
    """All that a catalogue says, for comparing two of them."""
    everything = Mask(np.arange(catalogue.size, dtype=np.int32))
    items = [catalogue.item(code) if catalogue.live[code] else None for code in range(catalogue.size)]
    return {
        "items": items,
        "count": catalogue.count,
        "codes": [None if item is None else catalogue.code(item.item_id) for item in items],
        "offered": code_list(catalogue.mask().codes),
        "masks": [code_list(catalogue.mask([wish], relative_to=everything.codes).codes) for wish in wishes],
        "attributes": {
            name: (one.type, one.count, one.unit, one.minimum, one.maximum, sorted(n for _, n in one.values))
            for name, one in catalogue.attributes.items()
        },
        "localised": catalogue.localised,
        "found": [np.flatnonzero(catalogue.lexical.score(query, everything)).tolist() for query in QUERIES],
    }


@given(
    stored_items(),
    st.lists(stored_items(max_size=15), min_size=1, max_size=3),
    st.lists(constraints(), max_size=3),
)
def test_a_catalogue_carried_forward_equals_one_built_from_scratch(items, batches, wishes):
    catalogue = Catalogue.build(items, TYPES)
    stored = {item.code: item for item in items}
    for batch in batches:
        earlier = catalogue
        before = described(earlier)
        catalogue = catalogue.updated(batch, TYPES)
        if len(batch) % 2:  # half of the snapshots are looked at before the next change, half are not
            described(catalogue, wishes)
        stored |= {item.code: item for item in batch}
        assert described(earlier) == before
    scratch = Catalogue.build([stored[code] for code in sorted(stored)], TYPES)
    assert described(catalogue, wishes) == described(scratch, wishes)
    assert catalogue.size == scratch.size


@given(stored_items(), stored_items(), st.lists(constraints(), max_size=3))
def test_a_catalogue_comes_back_from_disk_as_it_was(tmp_path_factory, items, changes, wishes):
    for catalogue in (Catalogue.build(items, TYPES), Catalogue.build(items, TYPES).updated(changes, TYPES)):
        folder = tmp_path_factory.mktemp("catalogue")
        catalogue.save(folder)
        loaded = Catalogue.load(folder)
        assert described(loaded, wishes) == described(catalogue, wishes)
        assert loaded.revision == catalogue.revision and loaded.types == catalogue.types
        # and it can be carried forward like the one that was built
        assert described(loaded.updated(changes, TYPES), wishes) == described(
            catalogue.updated(changes, TYPES), wishes
        )


def stored(code: int, title: str, revision: int = 1, **fields) -> StoredItem:
    return StoredItem(code, f"i{code}", revision, Item(f"i{code}", title, fields))


BAND = stored(
    0, "Smart band", title_zh="智能手环",
    categories=["Electronics", "Smart bands"], categories_zh=["数码", "智能手环"],
    brand="Lumo", brand_zh="鹿沫", price=199, currency="CNY",
    weight_g=25, battery_hours=200.5, released="2025-03-01",
    description="A light band for runners.", language="en",
)  # fmt: skip
BOOK = stored(
    2,
    "茶经",
    title_en="The Book of Tea",
    categories=["Books"],
    categories_zh=["图书"],
    price=30,
    currency="CNY",
)
GONE = StoredItem(1, "i1", 4, None)
SHOP_TYPES = {"brand": "category", "brand_zh": "category", "released": "date"}


@pytest.fixture
def shop() -> Catalogue:
    return Catalogue.build([BAND, GONE, BOOK], SHOP_TYPES)


def test_items_are_known_by_code_and_by_id(shop):
    assert (shop.size, shop.count, shop.revision) == (3, 2, 4)
    assert shop.live.tolist() == [True, False, True]
    assert (shop.code("i2"), shop.code("i1"), shop.code("nobody")) == (2, None, None)
    assert (shop.item_id(1), shop.item(0)) == ("i1", BAND.item)
    for code in (1, 3, -1):
        with pytest.raises(UnknownItem, match=str(code)):
            shop.item(code)
    with pytest.raises(UnknownItem, match="3"):
        shop.item_id(3)


def test_titles_fields_and_values_come_in_the_language_asked_for(shop):
    assert (shop.title(0, "zh"), shop.title(0, "en"), shop.title(0, "fr")) == (
        "智能手环",
        "Smart band",
        "Smart band",
    )
    assert (shop.title(2, "zh"), shop.title(2, "en")) == ("茶经", "The Book of Tea")
    assert shop.field(0, "categories", "zh") == ["数码", "智能手环"]
    assert shop.field(0, "categories", "en") == ["Electronics", "Smart bands"]
    assert (shop.field(0, "price", "zh"), shop.field(2, "weight_g", "zh")) == (199, None)
    assert shop.value_label("categories", "smart bands", "zh") == "智能手环"
    assert shop.value_label("brand", "Lumo", "zh") == "鹿沫"
    assert shop.value_label("brand", "Lumo", "de") == "Lumo"
    assert shop.value_label("brand", "Nobody", "zh") == "Nobody"
    assert shop.localised == {"brand": ["zh"], "categories": ["zh"], "title": ["en", "zh"]}


def test_attributes_tell_type_count_range_values_and_unit(shop):
    price, weight, battery = (shop.attributes[name] for name in ("price", "weight_g", "battery_hours"))
    assert (price.type, price.count, price.minimum, price.maximum, price.unit) == (
        "number",
        2,
        30,
        199,
        "CNY",
    )
    assert (weight.unit, weight.count, battery.unit) == ("g", 1, "hours")
    assert shop.attributes["categories"].values == (("Books", 1), ("Electronics", 1), ("Smart bands", 1))
    assert shop.attributes["released"].minimum == "2025-03-01"
    assert "categories_zh" not in shop.attributes and "title_zh" not in shop.attributes
    with pytest.raises(KeyError):
        shop.attributes["flavour"]


def test_a_column_that_merely_ends_like_a_language_is_an_attribute():
    catalogue = Catalogue.build([stored(0, "Bag", weight=1, weight_kg=1, size_sk="S", colour_de="rot")], {})
    assert sorted(catalogue.attributes) == ["colour_de", "size_sk", "weight", "weight_kg"]
    assert catalogue.localised == {}


def test_values_are_counted_within_a_mask(shop):
    assert shop.value_counts("categories", shop.mask([Constraint("price", ">=", 100)])) == [
        ("Electronics", 1),
        ("Smart bands", 1),
    ]
    assert shop.value_counts("price", shop.mask()) == []
    with pytest.raises(InvalidInput, match="flavour"):
        shop.value_counts("flavour", shop.mask())


def test_an_item_added_changed_and_withdrawn_is_known_at_once(shop):
    added = shop.updated(
        [stored(3, "蓝牙音箱 Speaker", 5, price=299, colour="red", available=True)], SHOP_TYPES
    )
    assert (added.size, added.count, added.revision) == (4, 3, 5)
    assert added.code("i3") == 3 and shop.code("i3") is None
    assert code_list(added.mask([Constraint("colour", "in", ["red"])]).codes) == [3]
    assert np.flatnonzero(added.lexical.score("音箱", added.mask())).tolist() == [2]

    changed = added.updated([stored(3, "蓝牙音箱 Speaker", 6, price=99, available=False)], SHOP_TYPES)
    assert code_list(changed.mask([Constraint("price", "<=", 199)]).codes) == [0, 2]
    assert changed.item(3).fields["price"] == 99

    gone = changed.updated([StoredItem(3, "i3", 7, None)], SHOP_TYPES)
    assert (gone.code("i3"), gone.item_id(3), gone.count) == (None, "i3", 2)
    assert code_list(added.mask([Constraint("colour", "in", ["red"])]).codes) == [
        3
    ]  # the old snapshot stands


def test_an_attribute_that_changes_its_type_is_built_anew(shop):
    wish = Constraint("price", "in", ["199 yuan"])
    with pytest.raises(InvalidInput):
        shop.mask([wish])
    retyped = shop.updated([stored(3, "Pen", 5, price="199 yuan")], {**SHOP_TYPES, "price": "category"})
    assert code_list(retyped.mask([wish]).codes) == [3]
    assert (retyped.revision, retyped.item(0)) == (5, BAND.item)


def test_a_large_batch_of_changes_is_taken_as_well_as_a_small_one(shop):
    batch = [stored(code, f"Thing {code}", code, price=code) for code in range(3, 1500)]
    changed = shop.updated(batch, SHOP_TYPES)
    assert (changed.count, changed.revision) == (1499, 1499)
    assert code_list(changed.mask([Constraint("price", ">=", 1498)]).codes) == [1498, 1499]


def test_vectors_are_kept_beside_and_carried_along(shop):
    assert shop.vectors is None
    vectors = VectorIndex.build(3, np.array([0], np.int32), np.eye(1, 4, dtype=np.float32))
    with_vectors = shop.with_vectors(vectors)
    assert with_vectors.vectors is vectors and shop.vectors is None
    assert with_vectors.updated([stored(3, "Pen", 5)], SHOP_TYPES).vectors is vectors


def test_items_must_come_in_order_of_code():
    with pytest.raises(ValueError, match="order of code"):
        Catalogue.build([BOOK, BAND], {})


def test_progress_is_told_up_to_the_end():
    told = []
    Catalogue.build(
        (stored(code, "Thing") for code in range(2500)),
        {},
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1000, None), (2000, None), (2500, 2500)]


def test_threads_may_share_a_snapshot_that_is_not_worked_out_yet(shop):
    snapshot = shop.updated(
        [stored(code, "Thing", 9, price=code, colour="red") for code in range(3, 200)], SHOP_TYPES
    )
    found: list[list[int]] = []

    def look() -> None:
        found.append(
            code_list(
                snapshot.mask([Constraint("price", "<=", 100), Constraint("colour", "in", ["red"])]).codes
            )
        )

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [list(range(3, 101))] * 8


@pytest.mark.parametrize("damage", ["missing", "cut", "not json", "wrong type"])
def test_a_damaged_folder_is_a_model_error(shop, tmp_path, damage):
    shop.save(tmp_path)
    files = sorted(path for path in tmp_path.iterdir() if path.stat().st_size)
    for path in files:
        whole = path.read_bytes()
        if damage == "missing":
            path.unlink()
        elif damage == "cut":
            path.write_bytes(whole[: len(whole) // 2])
        elif damage == "not json" and path.suffix == ".json":
            path.write_bytes(b"[1, 2")
        elif damage == "wrong type" and path.suffix == ".npy":
            np.save(path, np.zeros((3, 3, 3), np.float16))
        else:
            continue
        with pytest.raises(ModelError, match="train the shop again"):
            Catalogue.load(tmp_path)
        path.write_bytes(whole)
    assert described(Catalogue.load(tmp_path)) == described(shop)


def test_an_empty_catalogue_is_a_catalogue(tmp_path):
    empty = Catalogue.build([], {})
    empty.save(tmp_path)
    for catalogue in (empty, Catalogue.load(tmp_path)):
        assert (catalogue.size, catalogue.count, len(catalogue.mask()), len(catalogue.attributes)) == (
            0,
            0,
            0,
            0,
        )
        assert len(catalogue.lexical.score("anything", catalogue.mask())) == 0
        assert catalogue.updated([BAND], {}).count == 1
