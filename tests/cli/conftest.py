"""The command line, run within this process: ``run("chat", "shop", "--once", "hi")``."""

import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest


@dataclass
class Done:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output; fails where anything else is there."""
        return orjson.loads(self.out)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    from palate.cli import main

    def runs(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["palate", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        capfd.readouterr()
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        return Done(status, *capfd.readouterr())

    return runs


@pytest.fixture(scope="module")
def shop(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo shop, so that what a module does to it stays there."""
    return Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("cli") / "shop"))
