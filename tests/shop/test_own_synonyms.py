"""A shop's own words, beside those that come with the package."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import palate
from palate.errors import InvalidSettings
from palate.understanding.synonyms import FILE, ShopSynonyms, joined, shipped_synonyms

GOODS = [
    {"item_id": "a", "title": "Kestrel Runner", "categories": ["Footwear"], "waist_cm": 70, "weight_g": 300},
    {"item_id": "b", "title": "Kestrel Belt", "categories": ["Belts"], "waist_cm": 90, "weight_g": 7000},
    {"item_id": "c", "title": "Kestrel Hat", "categories": ["Hats"], "waist_cm": 80, "weight_g": 100},
]
OWN = """
[near]
own = [["Footwear", "kicks", "球鞋"]]

[attribute.waist]
names = ["waist_cm"]
words = ["waist", "腰围"]

[unit.mass]
words = { stone = 6350 }
"""


@pytest.fixture
def shoe_shop(tmp_path: Path) -> Iterator[palate.Shop]:
    with palate.create(tmp_path / "shoes") as made:
        made.put_items(GOODS)
        yield made


def read(shop: palate.Shop, text: str) -> list[tuple[str, str, object]]:
    return [(one.attribute, one.op, one.value) for one in shop.understand(text).constraints]


def test_a_running_shop_is_taught_a_word_and_forgets_it_with_the_file(shoe_shop: palate.Shop):
    kicks = ("categories", "in", ["Footwear"])
    assert kicks not in read(shoe_shop, "I want new kicks")
    (shoe_shop.folder / FILE).write_text(OWN, encoding="utf-8")
    assert read(shoe_shop, "I want new kicks") == [kicks]
    assert read(shoe_shop, "想买球鞋") == [kicks]
    assert read(shoe_shop, "腰围75以上") == [("waist_cm", ">=", 75)]
    assert read(shoe_shop, "lighter than 1 stone") == [("weight_g", "<=", 6350)]
    assert shoe_shop.chat("球鞋", user_id="u").items[0].item_id == "a"
    (shoe_shop.folder / FILE).unlink()
    assert kicks not in read(shoe_shop, "I want new kicks")


def test_a_slip_in_the_file_leaves_the_words_before_it_in_force(
    shoe_shop: palate.Shop, caplog: pytest.LogCaptureFixture
):
    file = shoe_shop.folder / FILE
    file.write_text(OWN, encoding="utf-8")
    assert read(shoe_shop, "kicks")
    file.write_text(OWN + "[near", encoding="utf-8")
    assert read(shoe_shop, "kicks")
    assert "not valid TOML" in caplog.text
    with pytest.raises(InvalidSettings, match=FILE):
        palate.open(shoe_shop.folder)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('colour = ["red"]', "no table is called 'colour'"),
        ("near = 3", "near must be a table"),
        ('[near]\nown = ["kicks", "shoes"]', "[near] own must be lists of two words"),
        ('[near]\nown = [["kicks"]]', "[near] own must be lists of two words"),
        (f'[near]\nown = [["kicks", "{"x" * 101}"]]', "at most 100 characters"),
        ('[attribute.waist]\nwords = ["waist"]', "is new, so it needs names"),
        ('[attribute.price]\nword = ["tag"]', "has no 'word'"),
        ('[attribute.price]\nnames = ["cost("]', "no regular expression"),
        ("[unit.mass]\nwords = { stone = -1 }", "a positive number"),
        ("[unit.magic]\nwords = { wand = 1 }", "is no dimension"),
        ('together = "romcom"', "together must be a list of words"),
    ],
)
def test_what_cannot_be_taken_is_named_with_the_remedy(tmp_path: Path, text: str, told: str):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSettings) as refused:
        ShopSynonyms(tmp_path).current()
    assert told in str(refused.value)
    assert str(tmp_path / FILE) in str(refused.value)


def test_own_words_are_added_and_nothing_shipped_is_lost():
    shipped = shipped_synonyms()
    both = joined(
        shipped, {"attribute": {"price": {"words": ["tag"]}}, "near": {"genre": [["Slow TV", "慢电视"]]}}
    )
    assert set(shipped["attribute"]["price"]["words"]) < set(both["attribute"]["price"]["words"])
    assert both["near"]["genre"][: len(shipped["near"]["genre"])] == shipped["near"]["genre"]
    assert both["near"]["genre"][-1] == ["slow tv", "慢电视"]
    assert joined(shipped, {}) == shipped
