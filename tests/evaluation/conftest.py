"""A small benchmark, written to a folder."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest


def write_benchmark(
    folder: Path, items, events, *, header="user_id,item_id,event_type,timestamp", packed=False
):
    """``items``: objects; ``events``: rows of text."""
    folder.mkdir(exist_ok=True)
    texts = {
        "items.jsonl": "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items),
        "events.csv": "\n".join([header, *(",".join(map(str, event)) for event in events)]) + "\n",
    }
    for name, text in texts.items():
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def write():
    return write_benchmark


@pytest.fixture(scope="session")
def circle(tmp_path_factory) -> Path:
    """Sixty people walk a circle of twelve items, each from another place and in one direction: what comes
    next is plain to see. Real times, an hour apart.
    """
    generator = np.random.default_rng(0)
    items = [
        {"item_id": f"i{code}", "title": f"Item {code}", "categories": ["even" if code % 2 == 0 else "odd"]}
        for code in range(12)
    ]
    events = []
    for user in range(60):
        start, length = int(generator.integers(12)), int(generator.integers(3, 9))
        begin = 1_700_000_000 + int(generator.integers(20_000))
        events += [
            (f"u{user}", f"i{(start + step) % 12}", "view", begin + 3600 * step) for step in range(length)
        ]
    return write_benchmark(tmp_path_factory.mktemp("bench") / "circle", items, events, packed=True)
