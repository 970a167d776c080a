"""Embedding of the items: foretold, told of, and gone on with after a kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from palate.storage import open_store
from palate.training.embedding import BATCH, embed_items
from palate.values import Item

N_ITEMS = 2 * BATCH + 100

KILLED = """
import os, signal, sys
import numpy as np
from pathlib import Path
from palate.storage import open_store
from palate.training.embedding import embed_items

class Embedder:
    name, dimensions, calls = "lengths", 2, 0

    def embed(self, texts):
        self.calls += 1
        if self.calls == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return np.ones((len(texts), 2), np.float32)

store = open_store("", Path(sys.argv[1]))
embed_items(store, Embedder(), list(store.items()))
"""


class Lengths:
    """The length of a text, as a vector."""

    name, dimensions = "lengths", 2

    def __init__(self):
        self.asked = 0

    def embed(self, texts):
        self.asked += len(texts)
        return np.array([[1, len(text)] for text in texts], np.float32)


@pytest.fixture
def store(tmp_path: Path):
    store = open_store("", tmp_path)
    store.put_items([Item(f"i{n}", f"number {n}") for n in range(N_ITEMS)])
    yield store
    store.close()


def test_it_says_beforehand_how_long_and_then_how_far(store):
    told: list[tuple[str, int, int | None]] = []
    embedder = Lengths()
    codes, vectors = embed_items(store, embedder, list(store.items()), lambda *told_: told.append(told_))
    assert told[0] == (f"forecast: about 2 s to embed {N_ITEMS:,} texts", 0, None)
    assert [done for stage, done, _ in told if stage == "embedding"] == [0, BATCH, 2 * BATCH, N_ITEMS]
    assert len(codes) == len(vectors) == embedder.asked == N_ITEMS
    told.clear()
    again = embed_items(store, embedder, list(store.items()), lambda *told_: told.append(told_))[1]
    np.testing.assert_array_equal(again, vectors)
    assert embedder.asked == N_ITEMS
    assert [stage for stage, _, _ in told] == ["embedding"]


def test_after_a_kill_it_goes_on_where_it_was(store, tmp_path: Path):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    embedder = Lengths()
    _, vectors = embed_items(store, embedder, list(store.items()))
    assert embedder.asked == N_ITEMS - BATCH
    assert (vectors[:BATCH] == 1).all()
    assert (vectors[BATCH:, 1] > 1).all()
