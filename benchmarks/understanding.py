"""Reading an utterance by rules: p50, p95 and p99 in milliseconds, the lookup's loading, growth with the text's
length.

understanding.py [--items 20000,200000] [--rounds 40]
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import orjson
from synthetic import items_file

from palate.catalogue.lookup import Lookup
from palate.understanding.reader import Reader
from palate.values import Item, StoredItem

SAID = (
    "I am looking for a gift",
    "a waterproof watch under 300, not black",
    "something quiet and wooden for the garden, ideally by Brand 17",
    "headphones like Quiet Headphone model 40 but cheaper",
    "blue or green scarves between 100 and 250 yuan",
    "watrproof camra lighter than 500 grams",
    "我想买一个礼物。",
    "黑色的耳机，500元以内",
    "不要红色的围巾，最好两三百块",
    "我想要一个 wireless 的 headphone，防水的",
    "第二个多少钱",
    "why the second one?",
)
LAST = ("i0", "i1", "i2")


def stored(file: Path) -> list[StoredItem]:
    out = []
    with file.open("rb") as lines:
        for code, line in enumerate(lines):
            fields = orjson.loads(line)
            item = Item(fields.pop("item_id"), fields.pop("title"), fields)
            out.append(StoredItem(code, item.item_id, code + 1, item))
    return out


def measure(reader: Reader, texts: tuple[str, ...], rounds: int) -> np.ndarray:
    """Milliseconds of each reading, each text before and after a list."""
    took = []
    for _ in range(rounds):
        for text in texts:
            for last in ((), LAST):
                start = time.perf_counter()
                reader.read(text, last_items=last)
                took.append(time.perf_counter() - start)
    return np.array(took) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--items", default="20000,200000")
    arguments.add_argument("--rounds", type=int, default=40)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for size in map(int, options.items.split(",")):
            folder = Path(scratch) / f"lookup-{size}"
            start = time.perf_counter()
            Lookup.build(stored(items_file(Path(scratch) / "items.jsonl", size)), {}).save(folder)
            built = time.perf_counter() - start
            start = time.perf_counter()
            lookup = Lookup.load(folder)
            loaded = time.perf_counter() - start
            reader = Reader(lookup)
            start = time.perf_counter()
            reader.read(SAID[0])
            first = time.perf_counter() - start
            measure(reader, SAID, 3)
            p50, p95, p99 = np.percentile(measure(reader, SAID, options.rounds), [50, 95, 99])
            print(
                f"{size} items: lookup built and saved in {built:.1f} s, loaded in {loaded:.3f} s, first reading "
                f"{first:.2f} s; a sentence p50 {p50:.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms"
            )
            line = " ".join(SAID)
            for copies in (1, 2, 4, 8, 500):
                text = " ".join([line] * copies)
                took = min(measure(reader, (text,), 3 if copies < 100 else 1))
                print(f"  {len(text):7} characters: {took:7.1f} ms")


if __name__ == "__main__":
    main()
