"""Latency of a turn without a language model: p50, p95, p99 in milliseconds, by the clock and in processor time.

turns.py [--items 20000,200000] [--folder FOLDER] [--turns 300] [--profile]
"""

import argparse
import cProfile
import pstats
import tempfile
import time
from pathlib import Path

import numpy as np
from synthetic import shop_of

import palate

SAID = (
    "I am looking for a gift",
    "a waterproof watch under 300",
    "something quiet and wooden for the garden",
    "我想买一个礼物。",
    "黑色的耳机，500元以内",
    "便宜一点的",
    "not black please",
    "show me something lighter",
    "headphones like Quiet Headphone model 40",
    "why the second one?",
)


def measure(shop: palate.Shop, turns: int) -> np.ndarray:
    """Milliseconds of each turn, float64 [turns, 2]: by the clock, and of the processor; conversations of five turns
    by users who have a history.
    """
    took = []
    session = None
    for number in range(turns):
        if number % 5 == 0:
            session = None
        user = f"u{number // 5}"
        start = time.perf_counter(), time.process_time()
        turn = shop.chat(SAID[number % len(SAID)], user_id=user, session_id=session)
        took.append((time.perf_counter() - start[0], time.process_time() - start[1]))
        session = turn.session_id
    return np.array(took) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--items", default="20000,200000")
    arguments.add_argument("--folder", type=Path)
    arguments.add_argument("--turns", type=int, default=300)
    arguments.add_argument("--profile", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for size in map(int, options.items.split(",")):
            folder = (options.folder or Path(scratch)) / f"shop-{size}"
            start = time.perf_counter()
            shop_of(folder, size).close()
            made = time.perf_counter() - start
            start = time.perf_counter()
            with palate.open(folder) as shop:
                shop.warm_up()
                opened = time.perf_counter() - start
                measure(shop, 20)
                profiler = cProfile.Profile()
                if options.profile:
                    profiler.enable()
                took = measure(shop, options.turns)
                profiler.disable()
            print(f"{size} items: made in {made:.1f} s, opened in {opened:.2f} s")
            for name, column in zip(("clock", "processor"), took.T, strict=True):
                p50, p95, p99 = np.percentile(column, [50, 95, 99])
                print(f"turn, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")
            if options.profile:
                pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
