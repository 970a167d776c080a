"""The catalogues for development: they build, load and answer, within their time and memory."""

import gzip
import os
import time
from pathlib import Path

import numpy as np
import orjson
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.values import Constraint, Item, StoredItem

DATA = Path(
    os.environ.get("PALATE_TEST_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data"
).resolve()


def read(name: str) -> list[StoredItem]:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"needs {name} in {DATA} (set PALATE_TEST_DATA)")
    packed = folder / "items.jsonl.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / "items.jsonl").read_bytes()
    items = []
    for code, line in enumerate(text.splitlines()):
        fields = orjson.loads(line)
        item_id, title = fields.pop("item_id"), fields.pop("title")
        items.append(StoredItem(code, item_id, code + 1, Item(item_id, title, fields)))
    return items


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def best_title(catalogue: Catalogue, query: str) -> str:
    mask = catalogue.mask()
    return catalogue.title(int(mask.codes[catalogue.lexical.score(query, mask).argmax()]), "en")


@pytest.fixture(scope="module", params=["icecat", "movielens-1m", "litemall-zh"])
def real(request, tmp_path_factory):
    items = read(request.param)
    started = time.process_time()
    catalogue = Catalogue.build(
        items, {"brand": "category", "product_colour": "category", "material": "category"}
    )
    built = time.process_time() - started
    folder = tmp_path_factory.mktemp(request.param)
    catalogue.save(folder)
    del catalogue
    before, started = resident(), time.perf_counter()
    loaded = Catalogue.load(folder)
    seconds, memory = time.perf_counter() - started, (resident() - before) / 1e6
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(
        f"\n{request.param}: {len(items)} items, {len(loaded.attributes)} attributes: built in {built:.2f} s "
        f"of processor time, {size:.0f} MB on disk, loaded in {1000 * seconds:.0f} ms with {memory:.0f} MB"
    )
    return request.param, items, loaded, seconds, memory


def test_a_real_catalogue_loads_fast_into_little_memory(real):
    _, items, catalogue, seconds, memory = real
    assert catalogue.count == len(items)
    assert seconds < 1
    assert memory < 80


def test_every_item_is_as_it_was_given(real):
    _, items, catalogue, _, _ = real
    for stored in items[:: max(1, len(items) // 200)]:
        assert catalogue.code(stored.item_id) == stored.code
        assert catalogue.item(stored.code) == stored.item


def test_masks_on_a_real_catalogue_are_true(real):
    name, items, catalogue, _, _ = real
    attribute, bound = {"movielens-1m": ("year", 1990)}.get(name, ("price", 100))
    mask = catalogue.mask([Constraint(attribute, "<=", bound)])
    expected = [s.code for s in items if s.item is not None and s.item.fields.get(attribute, np.inf) <= bound]
    assert mask.codes.tolist() == expected and expected


def test_a_real_catalogue_finds_what_is_asked_for(real):
    name, _, catalogue, _, _ = real
    query, title = {
        "icecat": ("006R90321 toner", "Xerox 006R90321"),
        "movielens-1m": ("toy story", "Toy Story"),
        "litemall-zh": ("羊毛被", "羊毛被"),
    }[name]
    assert title in best_title(catalogue, query)


def test_one_change_is_taken_in_milliseconds(real):
    _, items, catalogue, _, _ = real
    changed = items[3].item
    assert changed is not None
    new = StoredItem(
        3, changed.item_id, 10**6, Item(changed.item_id, "Zyxwv", {**changed.fields, "price": 1.25})
    )
    times = []
    for _ in range(10):
        started = time.perf_counter()
        after = catalogue.updated([new], catalogue.types)
        times.append(time.perf_counter() - started)
    assert best_title(after, "zyxwv") == "Zyxwv"
    assert code_of_price(after) == [3]
    assert min(times) < 0.005


def code_of_price(catalogue: Catalogue) -> list[int]:
    return catalogue.mask([Constraint("price", "=", 1.25)]).codes.tolist()
