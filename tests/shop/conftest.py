"""A small shop, whose right answers are plain to see, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import palate

KINDS = ("tent", "stove", "lamp", "rope")
GOODS: list[dict[str, Any]] = [
    {
        "item_id": f"{kind}-{number}",
        "title": f"{brand} {kind} number {number}",
        "categories": ["Outdoor", f"{kind.capitalize()}s"],
        "brand": brand,
        "price": 100 * number + 10 * place,
        "currency": "CNY",
        "description": f"A {kind} of {brand}.",
    }
    for place, kind in enumerate(KINDS)
    for number in range(1, 9)
    for brand in [("Alpha", "Beta")[number % 2]]
]
LOG = [
    {
        "user_id": f"u{person}",
        "item_id": f"{kind}-{number}",
        "event_type": "like",
        "timestamp": 1.75e9 + person,
    }
    for person in range(12)
    for kind in [KINDS[person % 4]]
    for number in range(1, 9)
    if (person + number) % 3
]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a shop to be; its data on the database of the parameter."""
    if request.param == "postgresql":
        monkeypatch.setenv("PALATE_DATABASE", request.getfixturevalue("postgresql_database"))
    monkeypatch.setenv("PALATE_EMBEDDER", "tfidf")  # small goods need no language
    return tmp_path / "shop"


@pytest.fixture
def trained(place: Path) -> Iterator[palate.Shop]:
    """That shop with its goods and log, trained and open."""
    with palate.create(place) as shop:
        shop.put_items(GOODS)
        shop.add_events(LOG)
        shop.train()
        yield shop
