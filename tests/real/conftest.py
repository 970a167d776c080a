"""The command line within this process: ``run("import", "items", shop, file)`` gives its JSON."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    from palate.cli import main

    def runs(*arguments: object) -> Any:
        monkeypatch.setattr(sys, "argv", ["palate", *map(str, arguments), "--json"])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(), "utf-8"))
        capfd.readouterr()
        try:
            main()
        except SystemExit as end:
            assert not end.code, capfd.readouterr().err
        return orjson.loads(capfd.readouterr().out)

    return runs
