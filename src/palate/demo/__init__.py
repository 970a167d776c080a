"""The demo shop: a bilingual catalogue written for this project, and a simulated event log."""

import os
import shutil
import tempfile
from functools import partial
from importlib import resources
from pathlib import Path

import orjson

import palate
from palate.demo.simulate import simulate
from palate.training.progress import Progress, silent

GOODS = "goods.jsonl"


def default_folder() -> Path:
    """Where ``palate demo`` keeps its shop: the user's data folder (``XDG_DATA_HOME``), so that a second
    start is quick.
    """
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "palate" / "demo-shop"


def prepare(folder: Path, progress: Progress = silent) -> Path:
    """The demo shop in ``folder``, made and trained where it is not there yet; its folder.

    It is built beside and moved into place when whole, so an interrupted first start leaves nothing
    half-made. ``progress(stage, done, total)``.
    """
    if (folder / "palate.toml").is_file():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".demo-", dir=folder.parent) as scratch:
        place, items, events = (Path(scratch) / name for name in ("shop", GOODS, "simulated-events.jsonl"))
        goods = resources.files(__name__).joinpath(GOODS).read_bytes()
        items.write_bytes(goods)
        with events.open("wb") as out:
            for event in simulate([orjson.loads(line) for line in goods.splitlines()]):
                out.write(orjson.dumps(event) + b"\n")
        with palate.create(place) as shop:
            shop.import_items(items, progress=partial(progress, "goods"))
            shop.import_events(events, progress=partial(progress, "simulated events"))
            shop.train(progress=progress)
        shutil.move(place, folder)
    return folder
