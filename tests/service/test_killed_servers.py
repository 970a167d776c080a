"""Kill -9 in the middle of 10,000 events, twenty times: what was acknowledged is there once, and nothing is twice."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import palate

EVENTS, KILLS, CLIENTS, PEOPLE = 10_000, 20, 8, 37
GOODS = [{"item_id": f"lamp-{n}", "title": f"Lamp number {n}", "categories": ["Lamps"]} for n in range(12)]


def event(number: int, turns: dict[str, tuple[str, list[str]]]) -> dict[str, Any]:
    """The event of a number, always the same: every third with an id, every fifth about a turn."""
    user = f"u{number % PEOPLE}"
    turn_id, shown = turns[user]
    told = {
        "user_id": user,
        "item_id": shown[number % len(shown)] if number % 5 == 0 else f"lamp-{number % len(GOODS)}",
        "event_type": ("view", "click", "like", "share")[number % 4],
        "timestamp": 1.75e9 + number,
    }
    if number % 3 == 0:
        told["event_id"] = f"event {number}"
    if number % 5 == 0:
        told["turn_id"] = turn_id
    return told


class Clients:
    """Some clients that send the events until all are acknowledged or the server is gone; each one event at a time, or
    a few at once.
    """

    def __init__(self, turns: dict[str, tuple[str, list[str]]]) -> None:
        self.turns = turns
        self.waiting = list(range(EVENTS))[::-1]
        self.acknowledged: set[int] = set()
        self._lock = threading.Lock()

    def send(self, port: int) -> list[threading.Thread]:
        """Start the clients; they end with the server, or with the events."""
        threads = [threading.Thread(target=self._one, args=(port, seed)) for seed in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def _one(self, port: int, seed: int) -> None:
        rng = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            size = rng.choice((1, 1, 3))
            with self._lock:
                numbers = [self.waiting.pop() for _ in range(min(size, len(self.waiting)))]
            if not numbers:
                return
            events = [event(number, self.turns) for number in numbers]
            body = json.dumps(events[0] if len(events) == 1 else {"events": events})
            try:
                connection.request("POST", "/v1/events", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                with self._lock:  # nobody heard of these: they are sent again
                    self.waiting += numbers
                return
            told = json.loads(text)
            assert answer.status == 200, text
            assert told["accepted"] + told["repeats"] == len(numbers)
            with self._lock:
                self.acknowledged.update(numbers)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_ten_thousand_events_survive_twenty_kills_once_each(
    database: str, tmp_path: Path, start: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
):
    if database == "postgresql":
        monkeypatch.setenv("PALATE_DATABASE", request.getfixturevalue("postgresql_database"))
    monkeypatch.setenv("PALATE_EMBEDDER", "tfidf")
    turns: dict[str, tuple[str, list[str]]] = {}
    with palate.create(tmp_path / "shop") as shop:
        shop.put_items(GOODS)
        for number in range(PEOPLE):
            turn = shop.chat("a lamp", user_id=f"u{number}")
            turns[f"u{number}"] = turn.turn_id, [item.item_id for item in turn.items]
    clients, rng, kills = Clients(turns), random.Random(0), 0
    while clients.waiting:
        with start(tmp_path / "shop") as server:
            threads = clients.send(int(server.address.rsplit(":", 1)[1]))
            if kills < KILLS:
                # in the midst of this part of the events, wherever that is
                enough = len(clients.acknowledged) + rng.randrange(EVENTS // KILLS // 4, EVENTS // KILLS)
                while len(clients.acknowledged) < enough and any(thread.is_alive() for thread in threads):
                    time.sleep(0.001)
                server.process.kill()
                kills += 1
            for thread in threads:
                thread.join()
        if kills in (1, KILLS // 2, KILLS):
            with palate.open(tmp_path / "shop") as shop:
                check(shop, clients)
    assert kills == KILLS
    assert len(clients.acknowledged) == EVENTS
    with palate.open(tmp_path / "shop") as shop:
        check(shop, clients)
        observed = [one for one in shop._store.observations(limit=EVENTS) if one.document]
        assert len(observed) == EVENTS // 5
        learner = shop._world().learner
        assert learner is not None and learner.state == observed[-1].number


def check(shop: palate.Shop, clients: Clients) -> None:
    """What was acknowledged is there, and nothing twice."""
    held = Counter(
        int(one["timestamp"] - 1.75e9)
        for number in range(PEOPLE)
        for one in shop.export_user(f"u{number}")["events"]
    )
    assert clients.acknowledged <= set(held)
    assert set(held.values()) <= {1}
