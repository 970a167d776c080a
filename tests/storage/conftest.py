"""A shop's database for a test: SQLite in a folder, or a PostgreSQL server that runs while the tests do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_places import Place

from palate.storage import Store


@pytest.fixture
def postgresql_place(postgresql_database: str, tmp_path: Path) -> Place:
    """An empty PostgreSQL database."""
    return Place(postgresql_database, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return Place("", tmp_path)
    return request.getfixturevalue("postgresql_place")


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """A new store of each kind."""
    store = place.open()
    yield store
    store.close()
