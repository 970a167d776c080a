"""Stores and processes: killed in the middle of writing, several at once, a first opening by all."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import event_writer
from event_batches import ANN, batch
from store_places import Place

from palate.storage import Written

HERE = Path(__file__).parent


def _writer(place: Place, first: int, last: int) -> subprocess.Popen[bytes]:
    arguments = [place.database, str(place.folder), str(first), str(last)]
    return subprocess.Popen(
        [sys.executable, str(HERE / "event_writer.py"), *arguments], stdout=subprocess.PIPE, bufsize=0
    )


def test_what_was_acknowledged_survives_kill_9_and_nothing_comes_twice(place: Place):
    acknowledged: list[int] = []
    for generation in range(4):
        process = _writer(place, generation * 10_000, (generation + 1) * 10_000)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(40 + 17 * generation)]
        process.kill()
        # whole lines only: the last write may have been cut
        rest = process.stdout.read().split(b"\n")[:-1]
        process.wait()
        acknowledged += [int(line) for line in lines + rest]
    assert len(acknowledged) >= 4 * 40

    store = place.open()
    stored = Counter(store.history(ANN).timestamps.astype(int).tolist())
    assert set(acknowledged) <= set(stored)
    assert set(stored.values()) == {1}
    # each thread of each killed process may have had one write under way
    assert len(stored) <= len(acknowledged) + 4 * event_writer.THREADS

    # a client that heard no answer sends again
    again = batch(*map(event_writer.event, sorted(stored)))
    assert store.append_events(again) == Written(unchanged=len(stored))
    assert store.event_count() == len(stored)
    store.close()


def test_processes_open_a_new_shop_at_once_and_write_at_once(place: Place):
    n = 120
    # the third writes what the first writes: each event is there once all the same
    processes = [_writer(place, 0, n), _writer(place, n, 2 * n), _writer(place, 0, n)]
    for process in processes:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert len(output.splitlines()) == n
    store = place.open()
    assert store.history(ANN).timestamps.tolist() == list(range(2 * n))
    assert store.codes([f"item {i}" for i in range(10)]).tolist() != [-1] * 10
    assert sorted(item.code for item in store.items()) == list(range(10))
    store.close()
