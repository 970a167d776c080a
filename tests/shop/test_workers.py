"""Workers as real processes: each knows at once what a person did, learns the same within a second, and nothing is
counted twice.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from other_worker import learnt

import palate


class Worker:
    """Another process with the same shop open."""

    def __init__(self, folder: Path) -> None:
        script = Path(__file__).parent / "other_worker.py"
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._read() == "ready"

    def __call__(self, do: str, **more: object) -> tuple[Any, float]:
        """(the answer, when it was given: time.monotonic, which all processes share)."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self.process.stdin.flush()
        answer, at = self._read()
        return answer, at

    def _read(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def worker(own_shop: Path) -> Iterator[Worker]:
    made = Worker(own_shop)
    yield made
    made.close()


def test_another_process_knows_at_once_what_a_person_did(shop: palate.Shop, worker: Worker):
    for number in range(5):
        user = f"u{number}"
        (first, *_), _ = worker("recommend", user=user)
        shop.feedback(user_id=user, item_id=first, event_type="dislike")
        assert first not in worker("recommend", user=user)[0]  # the very next request
        second = shop.recommend(user, k=1)[0].item_id
        liked, _ = worker("react", user=user, text="a lamp", place=2)
        assert second != first
        assert liked in {event["item_id"] for event in shop.export_user(user)["events"]}


def test_another_process_learns_within_a_second_and_nothing_is_counted_twice(
    shop: palate.Shop, worker: Worker
):
    delays: list[float] = []
    for number in range(4):
        turn = shop.chat("headphones", user_id=f"u{number}")
        shop.feedback(
            user_id=f"u{number}", item_id=turn.items[number].item_id, event_type="like", turn_id=turn.turn_id
        )
        told, wanted = time.monotonic(), shop._store.last_observation()
        while True:
            (state, _), at = worker("learnt")
            if state == wanted:
                break
            assert at < told + 10, "it never learns"
            time.sleep(0.02)
        delays.append(at - told)
    # a look every quarter of a second; the median, since one look may fall on a moment in which the machine is busy
    assert sorted(delays)[1] < 1

    # both at once, each with people of its own
    def here(number: int) -> None:
        turn = shop.chat("a gift", user_id=f"here{number}")
        item = turn.items[number % 4].item_id
        shop.feedback(user_id=f"here{number}", item_id=item, event_type="like", turn_id=turn.turn_id)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(here, number) for number in range(12)]:
            for number in range(3):
                worker("react", user=f"there{number}", text="a lamp", place=number)
            done.result()
    time.sleep(0.3)
    ours, (theirs, _) = learnt(shop), worker("learnt")
    assert list(ours) == theirs
    with palate.open(shop.folder) as late:  # and one that begins now
        assert list(learnt(late)) == theirs
    observed = [one for one in shop._store.observations() if one.document]
    assert len(observed) == 4 + 12 + 36
    assert len({one.number for one in observed}) == len(observed)
