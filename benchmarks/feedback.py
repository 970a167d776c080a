"""From an acknowledged event to the recommendation that knows it, beside a plain recommendation.

feedback.py [--items 20000] [--rounds 300] [--threads 32]
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from synthetic import shop_of


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--items", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=300)
    arguments.add_argument("--threads", type=int, default=32)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch, shop_of(Path(scratch) / "shop", options.items) as shop:
        shop.warm_up()
        plain, after = [], []
        for number in range(options.rounds):
            user = f"u{number}"
            start = time.perf_counter()
            items = shop.recommend(user, k=10)
            plain.append(time.perf_counter() - start)
            start = time.perf_counter()
            shop.feedback(user_id=user, item_id=items[0].item_id, event_type="dislike")
            again = shop.recommend(user, k=10)
            after.append(time.perf_counter() - start)
            assert items[0].item_id not in {item.item_id for item in again}
        plain_p99, after_p99 = (np.percentile(np.array(one) * 1000, 99) for one in (plain, after))
        print(
            f"recommendation p99 {plain_p99:.1f} ms; event and the next one p99 {after_p99:.1f} ms; "
            f"more: {after_p99 - plain_p99:.1f} ms (bar: 20)"
        )

        def one(number: int) -> None:
            shop.feedback(user_id=f"w{number}", item_id=f"i{number % options.items}", event_type="click")

        start = time.perf_counter()
        with ThreadPoolExecutor(options.threads) as pool:
            list(pool.map(one, range(3000)))
        print(
            f"{3000 / (time.perf_counter() - start):.0f} durable events a second from {options.threads} threads"
        )


if __name__ == "__main__":
    main()
