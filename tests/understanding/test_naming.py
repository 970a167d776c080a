"""Which stretch names an item, what is felt about it, and what a refusal bears on, over a shop made for it."""

from typing import Any

import pytest

from palate.catalogue.lookup import Lookup
from palate.understanding.reader import Reader
from palate.values import Item, StoredItem

SHOP: list[tuple[str, dict[str, Any]]] = [
    ("Brasaro MX4410 Stand Blender 1200 W Graphite", {"brand": "Brasaro", "categories": ["Kitchen Gadgets & Scales"]}),
    ("Brasaro MX2000 Hand Blender 600 W White", {"brand": "Brasaro", "categories": ["Kitchen Gadgets & Scales"]}),
    ("Vexlor Premium Copper Kettle with Long Spout", {"brand": "Vexlor", "categories": ["Kettles"]}),
    ("Vexlor Travel Kettle, Foldable", {"brand": "Vexlor", "categories": ["Kettles"]}),
    ("Before the Storm", {"categories": ["Drama"], "certificate": "PG", "directors": ["Ola Hulgor"]}),
    ("The Long Harvest: Part II", {"categories": ["Drama"], "certificate": "R", "directors": ["Ola Hulgor"]}),
    ("Harbour Show", {"categories": ["Comedy"], "certificate": "G", "directors": ["Mip Zanvex"]}),
    ("便携多功能折叠拾物器", {"categories": ["Garden"]}),
    ("云岭系列柜式老榆木茶几", {"categories": ["Garden"]}),
]  # fmt: skip
ITEMS = [
    StoredItem(
        code, str(code), code + 1, Item(str(code), title, {"price": 20 + code, "colour": "Red", **fields})
    )
    for code, (title, fields) in enumerate(SHOP)
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Lookup.build(ITEMS, {}))


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("does the Brasaro MX4410 blender crush ice?", {"0": "neutral"}),
        ("I hated the Vexlor copper kettle", {"2": "dislike"}),
        ("the Vexlor kettle with the long spout was a hoot", {"2": "like"}),
        ("a Brasaro blender please", {}),  # a kind of thing
        ("my MX2000 fell to bits", {"1": "dislike"}),
        ("before the storm breaks I want a drama", {}),  # what it says, no title
        ('I loved "Before the Storm"', {"4": "like"}),
        ("something like Before the Storm", {"4": "like"}),
        ("Before the Storm put me to sleep", {"4": "dislike"}),
        ("never seen Harbour Show, any good?", {"6": "neutral"}),
        ("便携拾物器还有货吗", {"7": "neutral"}),
        ("云岭系列的柜式茶几真好看", {"8": "like"}),
        ("有没有茶几", {}),
    ],
)
def test_items_are_named_as_people_do(reader: Reader, said: str, named: dict[str, str]) -> None:
    assert {m.item_id: m.sentiment for m in reader.understand(said).mentions} == named


@pytest.mark.parametrize(
    ("said", "wishes"),
    [
        (
            "show me a comedy, zero drama",
            [("categories", "in", ["Comedy"]), ("categories", "not in", ["Drama"])],
        ),
        (
            "a comedy, and leave the drama out",
            [("categories", "in", ["Comedy"]), ("categories", "not in", ["Drama"])],
        ),
        (
            "show me kettles in any colour but red",
            [("categories", "in", ["Kettles"]), ("colour", "not in", ["Red"])],
        ),
        ("I've had my fill of Hulgor", [("directors", "not in", ["Ola Hulgor"])]),
        ("comedy可以，drama的免谈", [("categories", "not in", ["Drama"])]),
        ("PG or G only please", [("certificate", "in", ["PG", "G"])]),
        ("a drama rated R", [("categories", "in", ["Drama"]), ("certificate", "in", ["R"])]),
        (
            "kitchen gadgets under 30",
            [("categories", "in", ["Kitchen Gadgets & Scales"]), ("price", "<=", 30)],
        ),
        ("40 is all I have for a kettle", [("price", "<=", 40), ("categories", "in", ["Kettles"])]),
    ],
)
def test_refusals_ratings_and_sides(reader: Reader, said: str, wishes: list[tuple[str, str, Any]]) -> None:
    read = [(c.attribute, c.op, c.value) for c in reader.understand(said).constraints]
    assert all(wish in read for wish in wishes), read
    assert not any(op == "in" and (name, "not in", value) in wishes for name, op, value in read)


MAKERS = [
    ("3M Privacy Filter", {"brand": "3M", "categories": ["Filters"], "price": 20}),
    ("Vexlor HDMI Cable", {"brand": "Vexlor", "categories": ["Cables"], "price": 30, "cable_length_m": 3}),
    ("Brother Label Tape", {"brand": "Brother", "categories": ["Tapes"], "price": 15}),
    ("Dunbra Bath Pillow", {"brand": "Dunbra", "categories": ["Bath Pillows", "Bath"], "price": 25}),
    ("Dunbra Travel Pillow", {"brand": "Dunbra", "categories": ["Pillows"], "price": 25}),
]


@pytest.fixture(scope="module")
def makers() -> Reader:
    return Reader(
        Lookup.build(
            (
                StoredItem(code, str(code), code + 1, Item(str(code), title, fields))
                for code, (title, fields) in enumerate(MAKERS)
            ),
            {},
        )
    )


@pytest.mark.parametrize(
    ("said", "wishes"),
    [
        ("a 3m privacy screen", [("brand", "in", ["3M"])]),
        ("something by 3m", [("brand", "in", ["3M"])]),
        ("a 3m cord", [("cable_length_m", "=", 3)]),
        ("vexlor or brother, either is fine", [("brand", "in", ["Vexlor", "Brother"])]),
        ("something by brother", [("brand", "in", ["Brother"])]),
        ("my brother wants pillows", [("categories", "in", ["Pillows"])]),
        ("a pillow for the bath", [("categories", "in", ["Bath Pillows"])]),
        ("half the price of those, please", [("price", "lower", None)]),
    ],
)
def test_words_that_mean_several_things_are_read_as_what_stands_there(
    makers: Reader, said: str, wishes: list[tuple[str, str, Any]]
) -> None:
    read = makers.understand(said, last_items=["0", "1"] if "those" in said else [])
    assert [(c.attribute, c.op, c.value) for c in read.constraints] == wishes


def test_a_value_mistyped_goes_before_an_everyday_word() -> None:
    film = StoredItem(0, "0", 1, Item("0", "Night of Glass", {"categories": ["Horror"]}))
    read = Reader(Lookup.build([film], {})).understand("a horor film")  # no honor
    assert [(c.attribute, c.value) for c in read.constraints] == [("categories", ["Horror"])]
