"""Openings that must fail, and how they say so."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from event_batches import ANN, Told, batch
from store_places import Place

from palate.errors import InvalidSettings, NewerShop, StorageError
from palate.storage import open_store
from palate.storage.migrations import MIGRATIONS
from palate.values import Item


def _change(place: Place, sql: str) -> None:
    if place.database:
        import psycopg

        with psycopg.connect(place.database) as connection:
            connection.execute(sql.encode())
    else:
        import sqlite3

        connection = sqlite3.connect(place.folder / "shop.sqlite")
        connection.execute(sql)
        connection.commit()
        connection.close()


def test_a_shop_of_a_newer_palate_is_refused_and_left_as_it_is(place: Place):
    place.open().close()
    _change(place, "UPDATE schema_version SET version = 99")
    for _ in range(2):
        with pytest.raises(NewerShop, match=rf"version 99.* up to {len(MIGRATIONS)}\b"):
            place.open()
    _change(place, f"UPDATE schema_version SET version = {len(MIGRATIONS)}")
    place.open().close()


def test_a_failed_first_opening_leaves_no_half_made_shop(place: Place):
    _change(place, "CREATE TABLE turns (wrong INTEGER)")
    with pytest.raises(StorageError, match="turns"):
        place.open()
    _change(place, "DROP TABLE turns")
    store = place.open()
    store.save_turn("t", "s", ANN, {}, {})
    store.close()


def test_a_file_that_is_no_database(tmp_path: Path):
    (tmp_path / "shop.sqlite").write_bytes(b"this is no database" * 1000)
    with pytest.raises(StorageError, match=r"shop\.sqlite.*damaged"):
        open_store("", tmp_path)


def test_a_damaged_database(tmp_path: Path):
    store = open_store("", tmp_path)
    store.put_items(Item(str(i), "title " * 50) for i in range(2000))
    store.close()
    path = tmp_path / "shop.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + os.urandom(len(whole) - 8192))
    with pytest.raises(StorageError, match=r"shop\.sqlite.*damaged"):
        store = open_store("", tmp_path)
        list(store.items())


def test_no_folder(tmp_path: Path):
    with pytest.raises(StorageError, match="folder exists"):
        open_store("", tmp_path / "none")


@pytest.mark.parametrize("database", ["mysql://localhost/shop", "shop.sqlite"])
def test_a_database_of_another_kind(tmp_path: Path, database: str):
    with pytest.raises(InvalidSettings, match="database"):
        open_store(database, tmp_path)


def test_no_server_and_no_word_of_the_password(tmp_path: Path):
    pytest.importorskip("psycopg", reason="needs the package psycopg")
    with pytest.raises(StorageError, match="cannot be reached") as raised:
        open_store("postgresql://ann:secret@127.0.0.1:1/shop?connect_timeout=2", tmp_path)
    assert "secret" not in str(raised.value)


def test_an_address_that_is_none(tmp_path: Path):
    pytest.importorskip("psycopg", reason="needs the package psycopg")
    with pytest.raises(InvalidSettings, match="database") as raised:
        open_store("postgresql://ann:secret@[host/shop", tmp_path)
    assert "secret" not in str(raised.value)


def _run(code: str, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, env=environment
    )
    return process.stdout + process.stderr


def test_no_driver(tmp_path: Path):
    code = """
import sys
from pathlib import Path
sys.modules["psycopg"] = None
from palate.errors import MissingDependency
from palate.storage import open_store
open_store("", Path(sys.argv[1])).close()
try:
    open_store("postgresql://localhost/shop", Path(sys.argv[1]))
except MissingDependency as error:
    print(error)
"""
    assert "pip install 'palate[postgresql]'" in _run(code, str(tmp_path))


def test_a_folder_that_may_not_be_written():
    code = """
import os, sys
from pathlib import Path
from palate.errors import StorageError
from palate.storage import open_store
if os.geteuid() == 0:  # root may write everywhere: go on as nobody
    os.setgid(65534)
    os.setuid(65534)
try:
    open_store("", Path(sys.argv[1]))
except StorageError as error:
    print(error)
"""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        open_store("", folder).close()
        (folder / "shop.sqlite").chmod(0o444)
        folder.chmod(0o555)
        said = _run(code, name)
        folder.chmod(0o755)
    assert "cannot be written; check the permissions" in said


def test_a_full_disk_loses_nothing(tmp_path: Path):
    code = """
import resource, sys
from pathlib import Path
from event_batches import ANN, Told, batch
from palate.errors import StorageError
from palate.storage import open_store
store = open_store("", Path(sys.argv[1]))
# no file may grow beyond this: what a full disk does to a database
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    for number in range(1000):
        store.append_events(batch(Told(ANN, "a", at=number, extras={"text": "x" * 3000})))
except StorageError as error:
    print(number, error)
"""
    said = _run(code, str(tmp_path))
    acknowledged, _, message = said.partition(" ")
    assert "disk" in message and "space" in message
    store = open_store("", tmp_path)
    assert store.history(ANN).timestamps.tolist() == list(range(int(acknowledged)))
    store.append_events(batch(Told(ANN, "a", at=-1)))
    store.close()
