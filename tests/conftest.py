"""Fixtures that more than one room needs."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import palate
from palate import demo

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


def shared_data(name: str) -> Path:
    """A folder of real data for measuring, or a skip that says so."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not on this machine")
    return folder
