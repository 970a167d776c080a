"""Importing into a SQLite shop, by processes that die."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import delimited
from palate.catalogue.importing import import_items
from palate.feedback.importing import import_events
from palate.privacy.pseudonyms import Pseudonyms
from palate.storage import open_store

PSEUDONYMS = Pseudonyms(bytes(32))

CHILD = """
import sys
from pathlib import Path
from palate.catalogue.importing import import_items
from palate.feedback.importing import import_events
from palate.privacy.pseudonyms import Pseudonyms
from palate.storage import open_store

kind, path, folder = sys.argv[1:]
store = open_store("", Path(folder))
tell = lambda done, total: print(done / total, flush=True)
rejects = Path(folder)
if kind == "items":
    import_items(store, [Path(path)], columns={}, types={}, rejects_folder=rejects, progress=tell)
else:
    import palate.feedback.importing as importing
    from palate.catalogue.reading import read_blocks
    importing.read_blocks = lambda *given: read_blocks(*given, block_bytes=1 << 16)
    import_events(
        store, Pseudonyms(bytes(32)), [Path(path)],
        columns={}, event_types={}, rejects_folder=rejects, progress=tell,
    )
"""


def killed(kind: str, path: Path, folder: Path, at: float) -> None:
    """Run an import in a process of its own and kill it once it is past a share of its work."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    command = [sys.executable, "-c", CHILD, kind, str(path), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if float(line) >= at:
                os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_items_after_a_death(tmp_path):
    rows = [
        {"item_id": str(number), "title": f"good {number}", "size": number % 7, "tags": "a|b"}
        for number in range(11_000)
    ]
    rows[3]["title"] = ""
    path = tmp_path / "goods.csv"
    path.write_text(delimited(rows, ","))
    shops = {}
    for name in ("whole", "broken"):
        folder = tmp_path / name
        folder.mkdir()
        if name == "broken":
            killed("items", path, folder, 0.5)
        store = open_store("", folder)
        result = import_items(store, [path], columns={}, types={}, rejects_folder=folder)
        assert (result.read, result.rejected) == (11_000, 1)
        shops[name] = ([stored.item for stored in store.items()], store.document("attribute_types"))
        again = import_items(store, [path], columns={}, types={}, rejects_folder=folder)
        assert (again.unchanged, again.rejected) == (10_999, 1)
        store.close()
    assert shops["whole"] == shops["broken"]


@pytest.mark.parametrize("at", [0.0, 0.6])
def test_events_after_a_death(at, tmp_path):
    rows = [
        {"user_id": f"u{number % 50}", "item_id": number % 90, "event_type": "pv", "timestamp": number}
        for number in range(20_000)
    ]
    path = tmp_path / "log.csv"
    path.write_text(delimited(rows, ","))
    killed("events", path, tmp_path, at)
    store = open_store("", tmp_path)
    before = store.event_count()
    assert 0 < before < 20_000
    result = import_events(
        store, PSEUDONYMS, [path], columns={}, event_types={}, rejects_folder=tmp_path
    )  # fmt: skip
    assert (result.added, result.unchanged) == (20_000 - before, before)
    assert store.event_count() == 20_000
    history = store.history(PSEUDONYMS.of("u7"))
    assert history.timestamps.tolist() == list(range(7, 20_000, 50))
    assert history.extras[0] == {"given": {"event_type": "pv"}}
    store.close()
