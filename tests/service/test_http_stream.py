"""The turn as server-sent events: order, content, and errors before and within the stream."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from palate.errors import StorageError
from palate.service.app import create_app
from palate.settings import Settings
from palate.values import Understanding


def events_of(text: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in text.split("\n\n") if block]
    return [
        (name.removeprefix("event: "), orjson.loads(data.removeprefix("data: "))) for name, data in blocks
    ]


@pytest.mark.parametrize("by", ["field", "header"])
def test_the_steps_come_in_order_and_add_up(client: TestClient, by: str):
    body = {"text": "我想买一个礼物。", "user_id": "fay"}
    if by == "field":
        answer = client.post("/v1/chat", json={**body, "stream": True})
    else:
        answer = client.post("/v1/chat", json=body, headers={"Accept": "text/event-stream"})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    steps = events_of(answer.text)
    names = [name for name, _ in steps]
    assert names[0] == "understanding"
    assert names[-1] == "done"
    assert names.count("done") == 1
    assert "error" not in names
    assert "token" not in names[: names.index("items")]
    turn = steps[-1][1]
    assert turn["understanding"] == steps[0][1]
    assert turn["understanding"]["language"] == "zh"
    assert turn["items"] == dict(steps)["items"]["items"]
    assert turn["reply"] == "".join(value["text"] for name, value in steps if name == "token")


def test_stream_false_wins_over_the_header(client: TestClient):
    body = {"text": "hello", "stream": False}
    answer = client.post("/v1/chat", json=body, headers={"Accept": "text/event-stream"})
    assert answer.headers["Content-Type"] == "application/json"


def test_what_is_wrong_with_the_request_is_told_by_its_status(client: TestClient):
    answer = client.post("/v1/chat", json={"text": "   ", "stream": True})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"


class BreaksOff:
    """A shop whose database goes away in the middle of a reply."""

    settings = Settings()

    def __init__(self, error: Exception) -> None:
        self.error = error

    def converse(self, text: str, **_: Any) -> Iterator[tuple[str, object]]:
        yield "understanding", Understanding("en", "recommend", query=text)
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [(StorageError("the disk is full; make room"), 503), (RuntimeError("my secret words"), 500)],
)
def test_an_error_within_the_stream_ends_it_with_a_problem(
    error: Exception, status: int, caplog: pytest.LogCaptureFixture
):
    client = TestClient(create_app(BreaksOff(error)))  # type: ignore[arg-type]
    answer = client.post("/v1/chat", json={"text": "my secret words", "stream": True})
    steps = events_of(answer.text)
    assert [name for name, _ in steps] == ["understanding", "error"]
    problem = SimpleNamespace(**steps[1][1])
    assert problem.status == status
    assert problem.request_id == answer.headers["X-Request-Id"]
    assert "secret" not in problem.detail
    assert "secret" not in caplog.text
    if status == 500:
        assert problem.request_id in caplog.text
        assert "RuntimeError" in caplog.text
