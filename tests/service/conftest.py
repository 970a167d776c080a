"""A served copy of the demo shop, within this process and as a process of its own."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

import palate


@pytest.fixture(scope="session")
def command() -> list[str]:
    """The command line as a process of its own."""
    return [sys.executable, "-c", "from palate.cli import main; main()"]


@pytest.fixture(scope="module")
def shop_folder(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that what a module does to its shop stays there."""
    return Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("served") / "shop"))


@pytest.fixture(scope="module")
def client(shop_folder: Path) -> Iterator[TestClient]:
    from palate.service.app import create_app

    with TestClient(create_app(palate.open(shop_folder), closes_shop=True)) as client:
        yield client


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.address, timeout=10)


@pytest.fixture
def start(tmp_path: Path, command: list[str]) -> Callable[..., contextlib.AbstractContextManager[Server]]:
    """Start ``palate serve FOLDER ...`` on a free port; killed at the end where it still runs."""

    @contextlib.contextmanager
    def started(folder: Path, *options: str, **environment: str) -> Iterator[Server]:
        log = tmp_path / "stderr"
        with log.open("ab") as errors:
            process = subprocess.Popen(
                [*command, "serve", str(folder), "--port", "0", *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **environment},
            )
        assert process.stdout is not None
        timer = threading.Timer(120, process.kill)
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
