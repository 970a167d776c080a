"""Real catalogues and a real log through the command line: exact counts, and answers that keep what was
asked.

The counts are those of the data's READMEs.
"""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

import palate

Run = Callable[..., Any]


def records(path: Path) -> dict[str, dict[str, Any]]:
    content = path.read_bytes()
    lines = (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()
    return {record["item_id"]: record for record in map(orjson.loads, lines)}


def make(run: Run, shop: Path, items: Path) -> dict[str, Any]:
    palate.create(shop).close()
    return run("import", "items", shop, items)


def counts(done: dict[str, Any]) -> tuple[int, int, int, int, int]:
    assert done["read"] == done["added"] + done["updated"] + done["unchanged"] + done["rejected"]
    return done["read"], done["added"], done["updated"], done["unchanged"], done["rejected"]


def test_litemall(run: Run, tmp_path: Path, shared_data: Callable[[str], Path]):
    folder = shared_data("litemall-zh")
    goods = records(folder / "items.jsonl")
    shop = tmp_path / "shop"
    assert counts(make(run, shop, folder / "items.jsonl")) == (239, 239, 0, 0, 0)
    assert counts(run("import", "items", shop, folder / "items.jsonl")) == (239, 0, 0, 239, 0)
    assert run("train", shop)["version"]
    for text in ("100元以内的毛巾", "towels under 100 yuan"):
        turn = run("chat", shop, "--once", text)
        assert turn["items"], text
        assert all(goods[item["item_id"]]["price"] <= 100 for item in turn["items"])
    turn = run("chat", shop, "--once", "我想买一个礼物。")
    assert len({goods[item["item_id"]]["categories"][-1] for item in turn["items"]}) >= 3
    turn = run("chat", shop, "--once", "不要床品，200元以上")
    assert turn["items"]
    assert all(goods[item["item_id"]]["price"] >= 200 for item in turn["items"])


@pytest.mark.slow
def test_icecat_a_shop_without_events(run: Run, tmp_path: Path, shared_data: Callable[[str], Path]):
    folder = shared_data("icecat")
    goods = records(folder / "items.jsonl.gz")
    shop = tmp_path / "shop"
    assert counts(make(run, shop, folder / "items.jsonl.gz")) == (19_406, 19_406, 0, 0, 0)
    assert run("train", shop)["version"]
    for text in ("a DELL notebook under 500 dollars", "500美元以内的DELL笔记本电脑"):
        turn = run("chat", shop, "--once", text)
        assert turn["items"], text
        for item in turn["items"]:
            good = goods[item["item_id"]]
            assert good["price"] <= 500
            assert good["brand"] == "DELL"
    found = run("chat", shop, "--once", "a wireless mouse")
    assert sum("mouse" in item["title"].casefold() for item in found["items"]) >= 4
    assert len(run("recommend", shop, "--user", "nobody", "-k", 5)["items"]) == 5
    assert run("doctor", shop)["findings"]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_movielens_with_its_million_events(run: Run, tmp_path: Path, shared_data: Callable[[str], Path]):
    folder = shared_data("movielens-1m")
    films = records(folder / "items.jsonl.gz")
    shop = tmp_path / "shop"
    assert counts(make(run, shop, folder / "items.jsonl.gz")) == (3_883, 3_883, 0, 0, 0)
    assert counts(run("import", "events", shop, folder / "events.csv.gz")) == (999_611, 999_611, 0, 0, 0)
    assert counts(run("import", "events", shop, folder / "events.csv.gz")) == (999_611, 0, 0, 999_611, 0)
    manifest = run("train", shop)
    assert manifest["version"]
    held = run("user", "export", shop, "1")["events"]
    assert {event["event_type"] for event in held} == {"view"}
    seen = {event["item_id"] for event in held}
    listed = run("recommend", shop, "--user", "1", "-k", 50)["items"]
    assert len(listed) == 50
    assert not seen & {item["item_id"] for item in listed}
    for text in ("a comedy after 1995", "1995年以后的喜剧片"):
        turn = run("chat", shop, "--once", text, "--user", "1")
        assert turn["items"], text
        for item in turn["items"]:
            film = films[item["item_id"]]
            assert "Comedy" in film["categories"]
            assert film["year"] >= 1995
    turn = run("chat", shop, "--once", "something like Toy Story")
    assert turn["understanding"]["mentions"][0]["item_id"] == "1"
    assert sum("Animation" in films[item["item_id"]]["categories"] for item in turn["items"]) >= 2
