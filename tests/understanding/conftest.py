"""A small bilingual shop, written for these tests, and the data sets where they are at hand."""

import gzip
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from palate.catalogue.lookup import Lookup
from palate.understanding.reader import Reader
from palate.values import Item, StoredItem

SHOP = Path(__file__).with_name("shop.jsonl")


def stored(lines: Iterable[str]) -> list[StoredItem]:
    """JSON Lines as the store would give them; an item's code is its place."""
    items: list[StoredItem] = []
    for code, line in enumerate(lines):
        fields = json.loads(line)
        item = Item(fields.pop("item_id"), fields.pop("title"), fields)
        items.append(StoredItem(code, item.item_id, code + 1, item))
    return items


@pytest.fixture(scope="session")
def shop_items() -> list[StoredItem]:
    return stored(SHOP.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="session")
def shop(shop_items: list[StoredItem]) -> Lookup:
    return Lookup.build(shop_items, {})


@pytest.fixture(scope="session")
def reader(shop: Lookup) -> Reader:
    return Reader(shop)


def data_folder() -> Path:
    """The folder of the data sets (not part of the project)."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("PALATE_TEST_DATA", beside))


@pytest.fixture(scope="session")
def data_items() -> Callable[[str], list[StoredItem]]:
    """Items of a data set by name; skips where it is missing."""

    def load(name: str) -> list[StoredItem]:
        folder = data_folder() / name
        plain, packed = folder / "items.jsonl", folder / "items.jsonl.gz"
        if not plain.exists() and not packed.exists():
            pytest.skip(f"no data set {name!r} in {data_folder()} (set PALATE_TEST_DATA)")
        with (
            plain.open(encoding="utf-8")
            if plain.exists()
            else gzip.open(packed, "rt", encoding="utf-8") as file
        ):
            return stored(file)

    return load


@pytest.fixture(scope="session")
def data_reader(data_items: Callable[[str], list[StoredItem]]) -> Callable[[str], Reader]:
    """A reader over a data set, built once."""
    built: dict[str, Reader] = {}

    def make(name: str) -> Reader:
        if name not in built:
            built[name] = Reader(Lookup.build(data_items(name), {}))
        return built[name]

    return make
