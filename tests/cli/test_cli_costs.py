"""palate costs, after turns and an enrichment with a model that says what it took; and the same in the metrics."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import palate
import palate.shop
from palate.language_models.base import Usage
from palate.language_models.configure import Chosen
from palate.language_models.scripted import Answer, ScriptedModel
from palate.service.metrics import Metrics


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(
        palate.shop,
        "choose_language_model",
        lambda *_: Chosen(ScriptedModel(lambda _: Answer("Hello.", usage=Usage(1_000, 100))), "for a test"),
    )
    monkeypatch.setenv("PALATE_EMBEDDER", "tfidf")
    monkeypatch.setenv("PALATE_RERANK__LANGUAGE_MODEL", "off")
    monkeypatch.setenv("PALATE_BUDGET__PRICE_IN", "2")
    monkeypatch.setenv("PALATE_BUDGET__PRICE_OUT", "8")
    with palate.create(tmp_path / "shop") as shop:
        shop.put_items([{"item_id": "a", "title": "Red kettle"}])
    return tmp_path / "shop"


def test_costs_are_told_by_purpose_user_and_day_and_outlive_the_process(
    run: Callable[..., Any], folder: Path
):
    assert run("costs", folder).out == "No language model was asked so far.\n"
    turns: list[palate.Turn] = []
    for user in ("ann", "ann", None):
        with palate.open(folder) as shop:
            turns.append(shop.chat("a kettle", user_id=user))
    assert turns[0].spent["reply"].money == pytest.approx((2 * 1_000 + 8 * 100) / 1e6)
    assert (
        run("enrich", folder, "--fields", "tags").status == 0
    )  # the answer is no JSON: paid for all the same
    told = run("costs", folder, "--json").json
    assert [(row["purpose"], row["calls"], row["failed"]) for row in told["rows"]] == [
        ("enrichment", 1, 0),
        ("reply", 3, 0),
    ]
    assert told["total"]["tokens_in"] == 4_000
    assert told["total"]["money"] == pytest.approx(4 * 0.0028)
    by_user = run("costs", folder, "--by", "user", "--json").json["rows"]
    assert sorted(row["calls"] for row in by_user) == [2, 2]
    assert all(row["user"] is None or len(row["user"]) == 32 for row in by_user)
    assert "ann" not in str(by_user)
    assert run("costs", folder, "--by", "day", "--since", "2999-01-01", "--json").json["rows"] == []
    table = run("costs", folder, "--by", "model").out.splitlines()
    assert table[0].split() == ["model", "calls", "failed", "tokens_in", "tokens_out", "seconds", "money"]
    assert table[1].split()[:5] == ["scripted", "4", "0", "4,000", "400"]
    assert table[2].split()[0] == "total"
    for arguments in (("--by", "colour"), ("--since", "yesterday")):
        done = run("costs", folder, *arguments)
        assert (done.status, "Traceback" in done.err) == (2, False)

    metrics = Metrics()
    for turn in turns:
        metrics.turn(turn)
    text = metrics.render().decode()
    assert 'palate_language_model_requests_total{outcome="answered",purpose="reply"} 3.0' in text
    assert 'palate_language_model_tokens_total{direction="read",purpose="reply"} 3000.0' in text
    assert 'palate_language_model_money_total{purpose="reply"} 0.0084' in text
