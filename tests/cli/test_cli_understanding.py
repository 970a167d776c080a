"""Reading and its measures on the command line; a shop with a language model behind a real server."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

COSY = "外婆怕冷，冬天出门脖子总是凉飕飕的"


@contextmanager
def model_server(answer: str) -> Iterator[str]:
    """The base URL of a server whose model always answers so."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            data = json.dumps(
                {"choices": [{"message": {"content": answer}, "finish_reason": "stop"}]}
            ).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()


def test_a_trace_shows_each_step(run: Any, shop: Path) -> None:
    done = run("understand", shop, "给妈妈的礼物", "--trace", "--json").json
    assert done["act"] == "recommend"
    assert {"language", "segments", "names", "keywords", "parts"} <= done["trace"].keys()
    assert ["妈妈", "n"] in done["trace"]["segments"]
    plain = run("understand", shop, "给妈妈的礼物", "--trace").out
    assert "segments" in plain
    assert "recipients in ['mother']" in plain


def test_a_gold_file_is_judged(run: Any, shop: Path, tmp_path: Path) -> None:
    gold = {
        "language": "en", "act": "recommend", "keywords": [], "mentions": [], "references": [],
        "constraints": [{"attribute": "price", "op": "<=", "value": 300, "strength": "must"}],
    }  # fmt: skip
    file = tmp_path / "gold.jsonl"
    line = {"id": "1", "catalogue": "demo", "text": "anything under 300", "context": None, "gold": gold}
    file.write_text(json.dumps(line), encoding="utf-8")
    done = run("evaluate", "understanding", file, "--shop", shop, "--json")
    assert done.status == 0
    assert done.json["total"]["exact_frame_accuracy"] == 1
    assert run("evaluate", "understanding", file, "--shop", shop, "--catalogue", "films").status == 2


@pytest.fixture
def assisted(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("PALATE_LANGUAGE_MODEL", "openai:small")
    monkeypatch.setenv("PALATE_UNDERSTANDING__LANGUAGE_MODEL", "assist")
    monkeypatch.delenv("PALATE_LANGUAGE_MODEL_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return monkeypatch


def test_a_language_model_helps_a_shop_to_read(run: Any, shop: Path, assisted: pytest.MonkeyPatch) -> None:
    wish = {"said": "脖子", "attribute": "categories", "op": "in", "values": ["围巾"], "strength": "must"}
    answer = json.dumps({"act": "recommend", "mentions": [], "constraints": [wish], "references": []})
    with model_server(answer) as url:
        assisted.setenv("PALATE_LANGUAGE_MODEL_BASE_URL", url)
        done = run("understand", shop, COSY, "--trace", "--json").json
        assert [one["value"] for one in done["constraints"]] == [["Scarves"]]
        assert done["trace"]["language model"]["model"] == "openai:small"
        turn = run("chat", shop, "--once", COSY, "--json").json
        assert turn["items"]
        assert all("围巾" in item["attributes"]["categories"] for item in turn["items"])
        assert turn["spent"]["understanding"]["calls"] == 1
        assert turn["spent"]["understanding"]["tokens_in"] > 100
        assert any(
            "openai:small answers" in one["text"] for one in run("doctor", shop, "--json").json["findings"]
        )


def test_without_its_server_a_shop_reads_by_its_rules(
    run: Any, shop: Path, assisted: pytest.MonkeyPatch
) -> None:
    assisted.setenv("PALATE_LANGUAGE_MODEL_BASE_URL", "http://127.0.0.1:1/v1")
    dead = run("understand", shop, COSY, "--json").json
    warned = [
        one for one in run("doctor", shop, "--json").json["findings"] if one["subject"] == "language model"
    ]
    assert [one["level"] for one in warned] == ["warning"]
    assisted.setenv("PALATE_UNDERSTANDING__LANGUAGE_MODEL", "off")
    assert run("understand", shop, COSY, "--json").json == dead
    assisted.setenv("PALATE_LANGUAGE_MODEL", "gpt")
    assert run("understand", shop, COSY).status == 2
