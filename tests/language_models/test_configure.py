"""Which language model the settings mean, and what ``auto`` finds."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from chat_server import ChatServer, chat_server

from palate.errors import InvalidSettings
from palate.language_models import discovery
from palate.language_models.base import Message
from palate.language_models.configure import Chosen, choose_language_model
from palate.settings import Settings

ASKED = [Message("user", "hello")]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server in the environment, none on loopback."""
    for name in (
        "PALATE_LANGUAGE_MODEL", "PALATE_LANGUAGE_MODEL_KEY", "OPENAI_API_KEY",
        "PALATE_LANGUAGE_MODEL_BASE_URL", "OPENAI_BASE_URL", "OPENAI_MODEL",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(discovery, "LOOPBACK_PORTS", ())


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        running.text = "fine"
        yield running


def chosen(folder: Path, **settings: object) -> Chosen:
    return choose_language_model(Settings(**settings), folder, folder / "models")  # pyright: ignore[reportArgumentType]


def text_of(found: Chosen) -> str:
    assert found.model is not None
    return "".join(found.model.complete(ASKED, timeout=5))


def test_a_named_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ChatServer):
    monkeypatch.setenv("OPENAI_API_KEY", "second")
    monkeypatch.setenv("PALATE_LANGUAGE_MODEL_KEY", "first")
    found = chosen(tmp_path, language_model="openai:good", language_model_base_url=server.base_url + "/")
    assert found.model is not None
    assert found.model.name == "openai:good"
    assert text_of(found) == "fine"
    assert server.requests[0][1] == "Bearer first"
    assert "openai:good (as set)" in found.line
    assert "first" not in found.line


def test_none(tmp_path: Path):
    for wanted in ("", "none", " none "):
        assert chosen(tmp_path, language_model=wanted).model is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"language_model": "gpt-4o"},
        {"language_model": "openai:"},
        {"language_model": "gguf:"},
        {"language_model": "openai:good", "language_model_base_url": "localhost:8000"},
    ],
)
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, str], tmp_path: Path):
    with pytest.raises(InvalidSettings, match="must be"):
        chosen(tmp_path, **wrong)


def test_auto_finds_nothing_and_says_so(tmp_path: Path):
    found = chosen(tmp_path)
    assert found.model is None
    assert "found no server and no GGUF file" in found.line
    assert "change it with language_model" in found.line


def test_auto_takes_the_server_of_the_environment_only_with_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ChatServer
):
    monkeypatch.setenv("OPENAI_API_KEY", "sk")
    assert chosen(tmp_path).model is None, "a key alone may be there for something else"
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    found = chosen(tmp_path)
    assert text_of(found) == "fine"
    assert "OPENAI_BASE_URL" in found.line
    assert "sk" not in found.line.split()
    monkeypatch.setenv("OPENAI_MODEL", "whole")
    found = chosen(tmp_path)
    assert found.model is not None
    assert found.model.name == "openai:whole"
    monkeypatch.delenv("OPENAI_API_KEY")
    assert chosen(tmp_path).model is None


def test_auto_finds_a_server_on_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ChatServer):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-it")
    monkeypatch.setattr(discovery, "LOOPBACK_PORTS", (("Ollama", server.server_address[1]),))
    server.models = ["nomic-embed-text", "good"]
    found = chosen(tmp_path)
    assert found.model is not None
    assert found.model.name == "openai:good"
    assert "Ollama answers on 127.0.0.1" in found.line
    assert text_of(found) == "fine"
    assert server.requests[0][1] is None, "a key is not sent to whoever listens there"
    server.models = []
    assert chosen(tmp_path).model is None


@contextmanager
def another_server(status: int, body: bytes) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (404, b"{}"), (200, b'{"data": 3}'), (500, b'{"data": [{"id": "x"}]}'), (200, b"")],
)
def test_something_else_on_the_port_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
):
    with another_server(status, body) as port:
        monkeypatch.setattr(discovery, "LOOPBACK_PORTS", (("llama-server", port),))
        assert chosen(tmp_path).model is None


def test_auto_finds_a_file(tmp_path: Path):
    pytest.importorskip("xllamacpp", reason="needs the package xllamacpp")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "small.gguf").write_bytes(b"GGUF")
    found = chosen(tmp_path)
    assert found.model is not None
    assert found.model.name.endswith("models/small.gguf")
    assert "models folder" in found.line
    found.close()


def test_paths_start_from_the_shop(tmp_path: Path):
    pytest.importorskip("xllamacpp", reason="needs the package xllamacpp")
    found = chosen(tmp_path, language_model="gguf:own/x.gguf")
    assert found.model is not None
    assert found.model.name == f"gguf:{tmp_path / 'own/x.gguf'}"
    found.close()
