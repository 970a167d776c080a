"""Model versions over HTTP, and on several workers."""

import time
from pathlib import Path
from typing import Any

import palate


def test_a_rollback_reaches_every_worker_within_a_second(own_shop: Path, start: Any):
    with palate.open(own_shop) as shop:
        first = shop.status()["model_version"]
        second = shop.train(force=True)["version"]
        with start(own_shop, "--workers", "2") as server:

            def serving() -> set[str]:
                """Of a dozen connections, so that both workers are asked."""
                found: set[str] = set()
                for _ in range(12):
                    with server.client() as client:
                        client.get("/v1/recommendations", params={"user_id": "ann"}).raise_for_status()
                        found.add(client.get("/readyz").json()["model_version"])
                return found

            with server.client() as client:
                listed = client.get("/v1/versions").json()["versions"]
                assert [one["version"] for one in listed] == [second, first]
                assert [one["serves"] for one in listed] == [True, False]
                assert listed[0]["validation"]["people"] >= 20
                assert listed[0]["size"] > 0
                assert serving() == {second}
                answer = client.post("/v1/versions/rollback", json={})
                assert answer.json() == {"version": first}
                time.sleep(1)
                assert serving() == {first}
                missing = client.post("/v1/versions/rollback", json={"version": "nothing"})
                assert missing.status_code == 422
                assert second in missing.json()["detail"]
                assert client.post("/v1/versions/rollback", json={}).status_code == 422  # none before it
            shop.roll_back(second)
            time.sleep(1)
            assert serving() == {second}
