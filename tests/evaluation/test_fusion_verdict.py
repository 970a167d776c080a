"""A report says of each fusion whether it is better than its best single source, and if not, why."""

from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from palate.evaluation.contenders import Contender
from palate.evaluation.fusion_verdict import fusion_verdicts
from palate.evaluation.interactions import evaluate_interactions
from palate.evaluation.page import page
from palate.evaluation.report import document, lines
from palate.evaluation.runner import Measure, Ranking, Result, compare
from palate.recommenders.popularity import Popularity


def judged(name: str, gains: np.ndarray) -> Result:
    ranking = Ranking(
        np.ones(len(gains), np.int64), np.zeros((len(gains), 1), np.int32), 0.0, 0.0, None, None
    )
    measures = tuple(Measure(kind, 10, float(gains.mean()), None, gains) for kind in ("recall", "ndcg"))
    return Result(
        Contender(name, lambda data, options: Popularity(np.zeros(0, np.float32))), ranking, measures
    )


@pytest.mark.parametrize(
    ("gained", "better", "words"),
    [
        (
            0.1,
            True,
            "fusion is better than its best single source, ease: NDCG@10 differs by +0.1000 [+0.1000, ",
        ),
        (
            0.0,
            False,
            "fusion is not surely better than its best single source, ease: NDCG@10 differs by +0.0000",
        ),
        (
            -0.1,
            False,
            "fusion is worse than its best single source, ease: NDCG@10 differs by -0.1000 [-0.1000, ",
        ),
    ],
)
def test_what_is_said(gained: float, better: bool, words: str):
    # 200 people: ease finds half of the items, als a quarter, of which half ease has not
    ease = np.repeat([0.5, 0.5, 0.0, 0.0], 50)
    als = np.repeat([0.5, 0.0, 0.0, 0.0], 50) + np.repeat([0.0] * 6 + [0.4, 0.0], 25)
    fused = np.clip(ease + gained, 0, 1) if gained >= 0 else ease + gained
    results = [
        judged("fusion", fused),
        judged("als", als),
        judged("ease", ease),
        judged("implicit-als", ease + 0.2),
    ]
    (found,) = fusion_verdicts(results, compare(results, 10), 10)
    assert found.told().startswith(words)
    assert (found.better, found.source, found.among) == (better, "ease", ("als", "ease"))
    assert found.rescued == pytest.approx(0.25)
    assert ("another source has one for 25%" in found.told()) != better
    assert fusion_verdicts(results[1:], compare(results[1:], 10), 10) == []


def test_a_report_has_it_by_itself(tmp_path: Path, write: Any):
    """Nobody asked for another recommender: the best source of the fusion is judged beside it."""
    random = np.random.default_rng(0)
    items = [{"item_id": f"i{code}", "title": f"Thing {code}"} for code in range(30)]
    walks = [
        (user, start, length) for user in range(300) for start, length in [random.integers((0, 4), (30, 9))]
    ]
    events = [
        (f"u{user}", f"i{(start + 7 * step) % 30}", "view", 1_700_000_000 + 3_600 * step)
        for user, start, length in walks
        for step in range(length)
    ]
    told: list[str] = []
    evaluation = evaluate_interactions(
        write(tmp_path / "walks", items, events),
        models=["fusion_without_torch"],
        progress=lambda stage, done, total: told.append(stage),
    )
    names = [result.contender.name for result in evaluation.results]
    assert len(names) == 2
    (found,) = document(evaluation)["fusion"]
    assert (found["fusion"], found["source"]) == tuple(names)
    assert found["interval"][0] <= found["difference"] <= found["interval"][1]
    assert found["told"] in lines(evaluation)
    assert escape(found["told"]) in page(evaluation)
    assert evaluation.results[1].contender.settings == "as in fusion_without_torch"
    assert any(stage.startswith("forecast: about") for stage in told)
