"""The calls of the contract, as a client sees them."""

import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient


def recommended(client: TestClient, user: str, **query: Any) -> list[str]:
    answer = client.get("/v1/recommendations", params={"user_id": user, **query})
    assert answer.status_code == 200
    return [item["item_id"] for item in answer.json()["items"]]


def test_a_turn_brings_real_items_and_its_session(client: TestClient):
    turn = client.post("/v1/chat", json={"text": "a gift for my father", "user_id": "ann", "k": 3}).json()
    assert turn["text"] == "a gift for my father"
    assert turn["understanding"]["language"] == "en"
    assert turn["reply"]
    assert len(turn["items"]) <= 3
    for item in turn["items"]:
        assert client.get(f"/v1/items/{item['item_id']}").json()["title"]
    follow_up = {"text": "cheaper", "user_id": "ann", "session_id": turn["session_id"]}
    again = client.post("/v1/chat", json=follow_up).json()
    assert again["session_id"] == turn["session_id"]
    assert again["turn_id"] != turn["turn_id"]


def test_an_event_acts_on_the_next_list_and_counts_once(client: TestClient):
    first = recommended(client, "bea", k=5)
    event = {
        "user_id": "bea",
        "item_id": first[0],
        "event_type": "dislike",
        "event_id": uuid.uuid4().hex,
    }
    assert client.post("/v1/events", json=event).json() == {"accepted": 1, "repeats": 0}
    assert first[0] not in recommended(client, "bea", k=5)
    other = {**event, "item_id": first[1], "event_id": uuid.uuid4().hex, "timestamp": "2026-05-01T10:00:00Z"}
    assert client.post("/v1/events", json={"events": [event, other]}).json() == {"accepted": 1, "repeats": 1}


def test_several_events_are_taken_together_or_not_at_all(client: TestClient):
    item = recommended(client, "cat", k=1)[0]
    good = {"user_id": "cat", "item_id": item, "event_type": "like"}
    answer = client.post("/v1/events", json={"events": [good, {**good, "event_type": "no such kind"}]})
    assert answer.status_code == 422
    assert "1" in answer.json()["detail"]
    assert client.get("/v1/users/cat/export").json()["events"] == []


def test_exclude_takes_repeats_and_commas(client: TestClient):
    best = recommended(client, "dan", k=6)
    left = recommended(client, "dan", k=6, exclude=[f"{best[0]},{best[1]}", best[2]])
    assert not set(best[:3]) & set(left)


def test_an_item_is_put_changed_and_withdrawn(client: TestClient):
    item_id = "https://shop.example/tea set?a=1"
    path = "/v1/items/https%3A%2F%2Fshop.example%2Ftea%20set%3Fa%3D1"
    item = {"item_id": item_id, "title": "Celadon tea set", "price": 188, "categories": ["Kitchen"]}
    assert client.put("/v1/items", json={"items": [item]}).json() == {
        "added": 1,
        "updated": 0,
        "unchanged": 0,
    }
    assert client.get(path).json()["price"] == 188
    assert client.patch(path, json={"price": 99, "glaze": "jade"}).json()["glaze"] == "jade"
    assert client.get(path).json()["price"] == 99
    similar = client.get(f"{path}/similar", params={"k": 3}).json()["items"]
    assert item_id not in [one["item_id"] for one in similar]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


def test_a_person_reads_corrects_takes_along_and_erases_what_is_held(client: TestClient):
    item = recommended(client, "eve", k=1)[0]
    client.post("/v1/events", json={"user_id": "eve", "item_id": item, "event_type": "like", "colour": "red"})
    wish = {"attribute": "categories", "op": "not in", "value": ["Books"], "strength": "must"}
    corrected = client.patch("/v1/users/eve/profile", json={"never": [wish], "forget": [item]})
    assert corrected.status_code == 200
    assert client.get("/v1/users/eve/profile").json()["never"] == [wish]
    (event,) = client.get("/v1/users/eve/export").json()["events"]
    assert event["item_id"] == item
    assert event["colour"] == "red"
    assert client.delete("/v1/users/eve").json()
    assert client.get("/v1/users/eve/export").json()["events"] == []


def test_health_readiness_and_metrics(client: TestClient):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert ready["items"] > 0
    assert "events" not in ready  # counting them reads the whole log
    client.post("/v1/chat", json={"text": "hello", "user_id": "a-secret-user"})
    client.get("/v1/users/a-secret-user/profile")
    text = client.get("/metrics").text
    assert 'palate_http_requests_total{method="POST",route="/v1/chat",status="200"}' in text
    assert 'route="/v1/users/{user_id}/profile"' in text
    assert "palate_turns_total" in text
    assert "a-secret-user" not in text


def test_every_answer_has_an_id_and_the_security_headers(client: TestClient):
    answer = client.get("/nothing/here", headers={"X-Request-Id": "trace-7"})
    assert answer.headers["X-Request-Id"] == "trace-7"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    forged = client.get("/healthz", headers={"X-Request-Id": "a b\tc"})
    assert forged.headers["X-Request-Id"] != "a b\tc"


@pytest.mark.parametrize("built", [True, False])
def test_the_page_is_served_where_it_was_built(built: bool, tmp_path, shop_folder):
    from fastapi import FastAPI

    from palate.service import pages, problems
    from palate.service.metrics import Metrics
    from palate.service.middleware import Surroundings

    if built:
        (tmp_path / "assets").mkdir()
        (tmp_path / "index.html").write_text("<!doctype html><title>shop</title>")
        (tmp_path / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        (tmp_path / "assets" / "index-1a2b.js").write_text("export {}")
    app = FastAPI()
    problems.install(app)
    pages.install(app, tmp_path if built else tmp_path / "missing")
    app.add_middleware(Surroundings, metrics=Metrics())
    client = TestClient(app)
    if not built:
        assert client.get("/").json()["type"] == "urn:palate:problem:page-not-built"
        return
    assert client.get("/").headers["Cache-Control"] == "no-cache"
    assert client.get("/favicon.svg").headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in client.get("/assets/index-1a2b.js").headers["Cache-Control"]
    missing = client.get("/assets/gone.js")
    assert missing.status_code == 404
    assert missing.headers["Content-Type"] == "application/problem+json"
    assert "immutable" not in missing.headers.get("Cache-Control", "")


def test_why_an_item_stands_where_it_does(client: TestClient):
    turn = client.post("/v1/chat", json={"text": "headphones", "user_id": "wye", "k": 3}).json()
    item = turn["items"][0]
    place = {"user_id": "wye", "turn_id": turn["turn_id"]}
    why = client.get(f"/v1/items/{item['item_id']}/why", params=place).json()
    assert why["place"] == 1
    assert why["score"] == pytest.approx(item["score"], abs=1e-5)
    chinese = client.get(
        f"/v1/items/{item['item_id']}/why", params=place, headers={"Accept-Language": "zh-CN"}
    ).json()
    assert [one["evidence"] for one in chinese["counterfactuals"]] == [
        one["evidence"] for one in why["counterfactuals"]
    ]
    assert all("要不是" in one["text"] or "即使" in one["text"] for one in chinese["counterfactuals"])
    assert (
        client.get(f"/v1/items/{item['item_id']}/why", params={**place, "user_id": "else"}).status_code == 404
    )
    assert client.get("/v1/items/nothing/why").status_code == 404
    assert client.get(f"/v1/items/{item['item_id']}/why").json()["title"] == item["title"]
