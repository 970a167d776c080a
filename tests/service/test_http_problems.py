"""Every error is a problem of RFC 9457; the limit, the key."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import palate

JSON = {"Content-Type": "application/json"}


def assert_problem(answer: Any, status: int, *words: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= told.keys()
    assert told["status"] == status
    for word in words:
        assert word in told["detail"]
    assert "Traceback" not in answer.text
    return told


def test_unknown_things_are_404(client: TestClient):
    told = assert_problem(client.get("/v1/items/no-such-item"), 404, "no-such-item")
    assert told["type"] == "urn:palate:problem:unknown-item"
    assert told["instance"] == "/v1/items/no-such-item"
    assert_problem(client.get("/v1/nothing"), 404, "/openapi.json")
    assert_problem(client.get("/v1/items/no-such-item/similar"), 404)


def test_a_wrong_method_is_405_and_says_which_are_right(client: TestClient):
    answer = client.post("/healthz")
    assert_problem(answer, 405)
    assert answer.headers["Allow"] == "GET"


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"text": NaN}', b'{"text": "\xff"}', b'{"text": "\\ud800"}', b"[" * 5000]
)
def test_a_body_that_is_no_json(client: TestClient, body: bytes):
    assert_problem(client.post("/v1/chat", content=body, headers=JSON), 400 if body else 422)


def test_a_body_of_another_kind_is_415(client: TestClient):
    # a page elsewhere can make a browser send this without asking first, so it must not be read as JSON
    answer = client.post("/v1/chat", content=b'{"text": "hi"}', headers={"Content-Type": "text/plain"})
    assert_problem(answer, 415, "application/json")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/text"),
        ({"text": 5}, "/text"),
        ({"text": "x" * 200_001}, "/text"),
        ({"text": "hi", "k": 0}, "/k"),
        ({"text": "hi", "k": 101}, "/k"),
        ({"text": "hi", "user_id": ""}, "/user_id"),
        ({"text": "hi", "user_id": "u" * 257}, "/user_id"),
        ({"text": "hi", "user_id": "u\0"}, "/user_id"),
        ({"text": "hi", "unknown": 1}, "/unknown"),
    ],
)
def test_a_field_that_cannot_be_is_pointed_at(client: TestClient, body: dict[str, Any], pointer: str):
    answer = client.post("/v1/chat", json=body)
    told = assert_problem(answer, 422)
    assert [error["pointer"] for error in told["errors"]] == [pointer]
    assert len(answer.content) < 2_000  # what was wrong is not echoed at length


def test_a_field_of_one_of_many_events_is_pointed_at(client: TestClient):
    good = {"user_id": "u", "item_id": "i", "event_type": "like"}
    told = assert_problem(client.post("/v1/events", json={"events": [good, {**good, "value": "much"}]}), 422)
    assert told["errors"][0]["pointer"] == "/events/1/value"


@pytest.mark.parametrize("query", ["", "user_id=", "user_id=u&k=0", "user_id=u&k=x"])
def test_a_wrong_parameter_is_named(client: TestClient, query: str):
    told = assert_problem(client.get(f"/v1/recommendations?{query}"), 422)
    assert told["errors"][0]["parameter"] == ("k" if "k=" in query else "user_id")


@pytest.mark.parametrize("text", ["🎁🎂🎉", "x" * 100_000, "\0\x1b[31m", "​​", "'; DROP TABLE items; --"])
def test_strange_texts_are_read_as_plain_text(client: TestClient, text: str):
    assert client.post("/v1/chat", json={"text": text, "user_id": "gus"}).status_code == 200


class Guarded:
    """A shop with small limits and a key, opened for one test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
        from palate.service.app import create_app

        for name, value in settings.items():
            monkeypatch.setenv(f"PALATE_SERVICE__{name.upper()}", value)
        self.client = TestClient(create_app(palate.open(folder), closes_shop=True))


def test_a_body_over_the_limit_is_refused(shop_folder: Path, monkeypatch: pytest.MonkeyPatch):
    with Guarded(shop_folder, monkeypatch, max_body="1000").client as client:
        fits = b'{"text": "' + b"x" * 900 + b'"}'
        over = b'{"text": "' + b"x" * 1000 + b'"}'
        assert client.post("/v1/chat", content=fits, headers=JSON).status_code == 200
        assert_problem(client.post("/v1/chat", content=over, headers=JSON), 413, "max_body")
        # without an announced length it is counted as it comes
        assert_problem(client.post("/v1/chat", content=iter([over[:700], over[700:]]), headers=JSON), 413)


def test_a_key_guards_the_data_but_not_the_page(shop_folder: Path, monkeypatch: pytest.MonkeyPatch):
    with Guarded(shop_folder, monkeypatch, api_key="open-sesame").client as client:
        path = "/v1/users/someone/profile"
        answer = client.get(path)
        assert_problem(answer, 401, "Authorization")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert_problem(client.get(path, headers={"Authorization": "Bearer open-sesamé".encode()}), 401)
        assert_problem(client.post("/v1/chat", content=b"{", headers=JSON), 401)
        assert_problem(client.get("/metrics"), 401)
        assert client.get(path, headers={"Authorization": "Bearer open-sesame"}).status_code == 200
        assert client.get("/healthz").status_code == 200
        document = client.get("/openapi.json").json()
        assert document["paths"]["/v1/chat"]["post"]["security"] == [{"key": []}]
        assert "security" not in document["paths"]["/healthz"]["get"]
