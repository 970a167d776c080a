"""palate enrich: what it would take, what it wrote, and the review, with a model that plays its part."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

import palate.shop
from palate.language_models.configure import Chosen
from palate.language_models.scripted import ScriptedModel

GOODS = [{"item_id": f"i{n}", "title": f"Red kettle {n}", "price": 10.0} for n in range(3)]


def well(messages: Any) -> str:
    title = orjson.loads(messages[-1].text.partition("\n")[0].removeprefix("Item: "))["title"]
    number = title[-1]
    return orjson.dumps(
        {"tags": ["kettle", "tea"], "tags_zh": ["水壶", "泡茶"], "title_zh": f"红色水壶{number}"}
    ).decode()


@pytest.fixture
def folder(tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(
        palate.shop, "choose_language_model", lambda *_: Chosen(ScriptedModel(well), "for a test")
    )
    monkeypatch.setenv("PALATE_EMBEDDER", "tfidf")
    goods = tmp_path / "goods.jsonl"
    goods.write_bytes(b"\n".join(map(orjson.dumps, GOODS)))
    assert run("init", tmp_path / "shop").status == 0
    assert run("import", "items", tmp_path / "shop", goods).status == 0
    return tmp_path / "shop"


def test_forecast_job_review_and_acceptance(run: Callable[..., Any], folder: Path):
    foreseen = run("enrich", folder, "--fields", "tags", "--dry-run", "--json").json
    assert (foreseen["items"], foreseen["requests"], foreseen["fields"], foreseen["money"]) == (3, 3, 6, 0.0)
    assert run("enrich", folder, "--review", "--json").json == {"unreviewed": []}
    done = run("enrich", folder, "--fields", "tags,translation", "--limit", "2", "--json")
    assert (done.status, done.json["items"], done.json["fields"]) == (0, 2, 6)
    done = run("enrich", folder, "--fields", "tags,translation")
    assert done.status == 0
    assert "3 fields of 1 items" in done.out
    assert "lack 3 fields" in done.err
    waiting = run("enrich", folder, "--review", "--fields", "translation", "--json").json["unreviewed"]
    assert [one["derived"]["value"] for one in waiting] == ["红色水壶0", "红色水壶1", "红色水壶2"]
    assert run("enrich", folder, "--accept", "i0", "--accept", "i1", "--json").json == {"accepted": 6}
    assert run("enrich", folder, "--reject", "all", "--fields", "tags", "--json").json == {"rejected": 6}
    listed = run("enrich", folder, "--review")
    assert "i2  Red kettle 2\n    title_zh: 红色水壶2  (scripted)" in listed.out


def test_wrong_use_says_what_would_be_right(
    run: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    for arguments, remedy in (
        (["--fields", "colours"], "tags, aspects, summary, translation"),
        (["--max-cost", "1"], "budget.price_in"),
        (["--accept", "i0", "--reject", "i1"], "one of them"),
        (["--accept", "nobody"], "--review"),
        (["--limit", "0"], "greater than or equal to 1"),
    ):
        done = run("enrich", folder, *arguments)
        assert done.status == 2, arguments
        assert remedy in done.err
        assert "Traceback" not in done.err
    monkeypatch.undo()
    monkeypatch.setenv("PALATE_LANGUAGE_MODEL", "none")
    done = run("enrich", folder)
    assert done.status == 2
    assert "set language_model" in done.err
