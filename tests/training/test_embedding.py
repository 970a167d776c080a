"""Item vectors are made once for each text, in batches with progress, and a killed run goes on where it was."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from palate.language_models.embedders import Usem3Embedder
from palate.storage import open_store
from palate.storage.store import Store
from palate.training import embedding
from palate.training.embedding import embed_items
from palate.values import Item

COUNT = 200

SCRIPT = """
import sys, time
from pathlib import Path
from palate.language_models.embedders import Usem3Embedder
from palate.storage import open_store
from palate.training import embedding

class Slow(Usem3Embedder):
    def embed(self, texts):
        time.sleep(0.2)
        return super().embed(texts)

embedding.BATCH = 20
store = open_store("", Path(sys.argv[1]))
embedding.embed_items(store, Slow(), store.items(), lambda what, done, of: print(what, done, of, flush=True))
"""


class Counting(Usem3Embedder):
    """Counts the texts that it is given."""

    def __init__(self) -> None:
        self.seen = 0

    def embed(self, texts):
        self.seen += len(texts)
        return super().embed(texts)


def shop_of(folder: Path) -> Store:
    store = open_store("", folder)
    store.put_items([Item(f"i{n}", f"Lamp number {n}", {"price": n}) for n in range(COUNT)])
    return store


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, monkeypatch):
    store = shop_of(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    deadline = time.monotonic() + 60
    for line in process.stdout:
        if line.split() == ["embedding", "60", str(COUNT)]:
            os.kill(process.pid, signal.SIGKILL)
            break
        assert time.monotonic() < deadline
    process.wait()
    process.stdout.close()
    monkeypatch.setattr(embedding, "BATCH", 20)
    counting, told = Counting(), list[tuple[str, int, int]]()
    codes, vectors = embed_items(store, counting, store.items(), lambda *step: told.append(step))
    assert counting.seen == COUNT - 60
    assert told[0] == ("embedding", 0, COUNT - 60)
    assert told[-1] == ("embedding", COUNT - 60, COUNT - 60)
    assert len(codes) == COUNT
    whole = Usem3Embedder().embed(["Lamp number 0", f"Lamp number {COUNT - 1}"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors[[0, -1]] * whole).sum(axis=1).min() > 0.9
    store.close()


def test_only_a_changed_text_is_embedded_again(tmp_path: Path):
    store = shop_of(tmp_path)
    embed_items(store, Counting(), store.items())
    store.put_items([Item("i7", "Lamp number 7", {"price": 1_000}), Item("i9", "A kettle", {"price": 9})])
    counting = Counting()
    embed_items(store, counting, store.items())
    assert counting.seen == 1, "a new price changes no text"
    store.close()
