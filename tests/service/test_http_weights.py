from typing import Any


def test_worths_are_read_tried_changed_and_taken_back(client: Any):
    before = client.get("/v1/weights").json()
    tried = client.post("/v1/weights/preview", json={"changes": {"like": 2, "view": 0}, "slates": 5}).json()
    assert 0 < tried["slates"] <= 5
    assert 0 <= tried["changed"] <= tried["slates"]
    assert client.get("/v1/weights").json() == before
    after = client.patch("/v1/weights", json={"changes": {"like": 2}}).json()
    assert after["worths"]["like"] == {"worth": 2.0, "from": "edited"}
    undone = client.post("/v1/weights/undo").json()
    assert undone["worths"] == before["worths"]
    assert client.post("/v1/weights/undo").status_code == 422
    wrong = client.patch("/v1/weights", json={"changes": {"love": 2}})
    assert wrong.status_code == 422
    assert "'love' is not in the table" in wrong.json()["detail"]
