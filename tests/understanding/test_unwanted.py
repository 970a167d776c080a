"""Words of what a thing is to be without, that are no value of the catalogue; in both languages."""

import pytest

from palate.catalogue.lookup import Lookup
from palate.understanding.reader import Reader
from palate.values import Item, StoredItem


def _said(reader: Reader, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    read = reader.read(text)
    return read.unwanted, read.understanding.keywords


@pytest.fixture(scope="module")
def words() -> Reader:
    """A reader over goods whose texts hold the words below."""
    texts = {
        "Walkman 5": "in-ear headphones, a mouse, cable, feathers, gore, violent, gloomy, sad",
        "夏日清风": "点心 杯子 竹 牛皮 羽绒 甜 八卦 塑料 花哨 暴力",
    }
    items = [Item(str(n), title, {"description": text}) for n, (title, text) in enumerate(texts.items())]
    return Reader(Lookup.build([StoredItem(n, one.item_id, n + 1, one) for n, one in enumerate(items)], {}))


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("something scary but no gore", ("gore",)),
        ("headphones, nothing in-ear", ("in-ear",)),
        ("I hate in-ear headphones", ("in-ear headphones",)),
        ("a mouse without cable", ("cable",)),
        ("nothing with feathers please", ("feathers",)),
        ("不要太甜的点心", ("甜",)),
        ("杯子，不要塑料的", ("塑料",)),
        ("竹的和牛皮的都不要", ("竹", "牛皮")),
        ("换成别的，八卦别来了", ("八卦",)),
        ("something less violent", ("violent",)),
        ("not so gloomy please", ("gloomy",)),
        ("nothing too sad", ("sad",)),
        ("没那么花哨的", ("花哨",)),
        ("少点暴力的", ("暴力",)),
    ],
)
def test_a_word_turned_down_is_unwanted_and_not_searched_for(
    words: Reader, text: str, unwanted: tuple[str, ...]
) -> None:
    found, keywords = _said(words, text)
    assert found == unwanted
    assert not set(found) & set(keywords)


@pytest.mark.parametrize(
    "text",
    [
        "no problem, headphones",
        "not too heavy",
        "不要太贵的",
        "not so sure",
        "not too bad",
        "headphones with cable",
        "why has the first no cable?",
        "麻将算了",
        "I never eat feathers",  # for good: a rule, not a leaning
    ],
)
def test_what_turns_no_thing_down_leaves_nothing_unwanted(words: Reader, text: str) -> None:
    assert _said(words, text)[0] == ()


def test_a_value_is_a_wish_and_no_unwanted_word(reader: Reader) -> None:
    read = reader.read("a comedy but no crime")
    assert read.unwanted == ()
    assert [(c.attribute, c.op) for c in read.understanding.constraints] == [
        ("categories", "in"),
        ("categories", "not in"),
    ]


def test_what_no_item_tells_is_said_to_be_unknown(words: Reader) -> None:
    read = words.read("something less murky")
    assert read.unwanted == ()
    assert [part.text for part in read.parts if part.kind == "unread"] == ["murky"]


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("a present for my dad, he loves tea", "prefer"),
        ("my wife is really into tea", "prefer"),
        ("给我妈的，她喜欢茶叶", "prefer"),
        ("tea please", "must"),
        ("要茶叶", "must"),
    ],
)
def test_what_somebody_else_likes_is_no_condition(text: str, strength: str) -> None:
    items = [
        Item("1", "Morning", {"categories": ["Tea", "茶叶"]}),
        Item("2", "Oak", {"categories": ["Table"]}),
    ]
    stored = [StoredItem(n, one.item_id, n + 1, one) for n, one in enumerate(items)]
    wishes = Reader(Lookup.build(stored, {"categories": "list"})).understand(text).constraints
    assert [one.strength for one in wishes if one.attribute == "categories"] == [strength]
