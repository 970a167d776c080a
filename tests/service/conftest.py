"""A served copy of the demo shop, within this process (as a process of its own: ``start`` in
tests/conftest.py)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import palate


@pytest.fixture(scope="module")
def shop_folder(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that what a module does to its shop stays there."""
    return Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("served") / "shop"))


@pytest.fixture(scope="module")
def client(shop_folder: Path) -> Iterator[TestClient]:
    from palate.service.app import create_app

    with TestClient(create_app(palate.open(shop_folder), closes_shop=True)) as client:
        yield client
