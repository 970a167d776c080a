"""The bundled shop: its goods, its simulated log, how it is made, and what a gift leads to."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest

import palate
from palate import demo
from palate.demo.simulate import Simulation, simulate

PALATE = [sys.executable, "-c", "from palate.cli import main; main()"]


@pytest.fixture(scope="module")
def goods() -> list[dict[str, Any]]:
    lines = files("palate.demo").joinpath("goods.jsonl").read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]


def chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_the_goods_are_whole_and_speak_both_languages(goods: list[dict[str, Any]]):
    assert len(goods) == 435
    for name in ("item_id", "title", "title_zh", "description", "description_zh"):
        assert len({good[name] for good in goods}) == 435, f"{name} repeats"
    for good in goods:
        for name in ("title", "description", "brand"):
            assert not chinese(good[name]), good["item_id"]
            assert chinese(good[f"{name}_zh"]) or name == "brand", good["item_id"]
        assert good["language"] == "en"
        assert good["currency"] == "CNY"
        assert isinstance(good["price"], int | float)
        assert 0 < good["price"] < 100_000
        assert date.fromisoformat(good["created_at"]) < date(2026, 11, 1)
        for name, value in good.items():
            if name.endswith("_zh"):
                base = good[name.removesuffix("_zh")]
                assert type(base) is type(value)
                assert not isinstance(value, list) or len(base) == len(value), (good["item_id"], name)


def test_a_value_has_one_name_in_the_other_language(goods: list[dict[str, Any]]):
    names: dict[tuple[str, str], set[str]] = {}
    for good in goods:
        for column in ("categories", "recipients", "occasions", "brand", "colour", "material", "genre"):
            if f"{column}_zh" in good:
                own, other = good[column], good[f"{column}_zh"]
                pairs = zip(own, other, strict=True) if isinstance(own, list) else [(own, other)]
                for english, said in pairs:
                    names.setdefault((column, english), set()).add(said)
    assert not {pair: said for pair, said in names.items() if len(said) > 1}


def test_there_is_a_wide_choice(goods: list[dict[str, Any]]):
    roots = Counter(good["categories"][0] for good in goods)
    leaves = Counter(good["categories"][-1] for good in goods)
    assert len(roots) >= 8
    assert min(leaves.values()) >= 5
    assert {"Smart bands", "Headphones", "Cameras", "Speakers", "Tea sets"} <= leaves.keys()
    assert all(len(good["categories"]) == 2 for good in goods)


def test_the_simulation_is_reproducible_and_says_what_it_is(goods: list[dict[str, Any]]):
    few = Simulation(people=40)
    once, again = list(simulate(goods, few)), list(simulate(goods, few))
    assert once == again
    assert once != list(simulate(goods, Simulation(people=40, seed=2)))
    assert len(once) > 500
    ids = {good["item_id"] for good in goods}
    for event in once:
        assert event["user_id"].startswith("simulated-")
        assert event["session_id"].startswith("simulated-")
        assert event["item_id"] in ids
        assert event["event_type"] != "comment" or event["text"].startswith("(simulated)")
    assert {"click", "dwell", "favorite", "add_to_cart", "purchase", "like", "dislike", "comment"} <= {
        event["event_type"] for event in once
    }
    for person in {event["user_id"] for event in once}:
        times = [event["timestamp"] for event in once if event["user_id"] == person]
        assert len(times) == 1 or times[0] <= times[-1]


@pytest.mark.parametrize("text", ["我想买一个礼物。", "I want to buy a gift"])
def test_a_gift_leads_to_many_kinds(
    demo_shop: Path, goods: list[dict[str, Any]], text: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PALATE_RANKING__EXPLORATION", "0")  # what is tried out is drawn anew each time
    root = {good["item_id"]: good["categories"][0] for good in goods}
    with palate.open(demo_shop) as shop:
        turn = shop.chat(text)
        shown = [root[item.item_id] for item in turn.items]
        assert "Electronics" in shown
        assert len(set(shown)) >= 3
        wide = [root[item.item_id] for item in shop.chat(text, k=12).items]
        assert len(set(wide)) >= 5


def test_the_trained_shop_holds_all_of_it(demo_shop: Path):
    with palate.open(demo_shop) as shop:
        status = shop.status()
        assert status["items"] == 435
        assert status["events"] == sum(
            1 for _ in simulate([orjson.loads(line) for line in _lines()], Simulation())
        )
        assert status["model_version"]
        assert all(finding.level == "ok" for finding in shop.examine()), shop.examine()


def _lines() -> Iterator[bytes]:
    yield from files("palate.demo").joinpath("goods.jsonl").read_bytes().splitlines()


def test_an_interrupted_first_start_leaves_nothing_half_made(tmp_path: Path):
    folder = tmp_path / "data" / "demo-shop"

    class Stop(Exception):
        pass

    def interrupts(stage: str, done: int, total: int | None) -> None:
        if stage == "simulated events":
            raise Stop

    with pytest.raises(Stop):
        demo.prepare(folder, interrupts)
    assert list(folder.parent.iterdir()) == []


def test_the_demo_command_from_nothing_to_an_address(tmp_path: Path):
    folder = tmp_path / "made"
    folder.mkdir()  # an empty folder that is there already is as good as none
    command = [*PALATE, "demo", "--folder", str(folder), "--port", "0"]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().decode().strip()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert address.startswith("http://127.0.0.1:"), err.decode()
    assert (folder / "palate.toml").is_file()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(palate.InvalidInput, match="choose an empty folder"):
        demo.prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
