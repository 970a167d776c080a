"""The whole run, with recommenders whose right measures are plain to see."""

from typing import ClassVar

import numpy as np
import pytest

from palate.errors import InvalidInput, WorkFailed
from palate.evaluation.benchmark import read_benchmark
from palate.evaluation.contenders import Contender, ours
from palate.evaluation.interactions import evaluate_interactions
from palate.evaluation.protocols import split
from palate.evaluation.runner import compare, run
from palate.recommenders.base import FitOptions
from palate.recommenders.batch import ScoresMany, score_many
from palate.settings import FeedbackSettings
from palate.values import Mask

SETTINGS = FeedbackSettings()


class Onward:
    """Knows the circle: the item after the last one is best, then the one after that, and so on."""

    name: ClassVar[str] = "onward"

    def __init__(self, sign=1):
        self.sign = sign

    def score(self, context, mask):
        return (-self.sign * ((mask.codes - context.items[-1] - 1) % 12)).astype(np.float32)


class OnwardForMany(Onward):
    """The same, for many at once; scoring one by one is not its way."""

    name: ClassVar[str] = "onward_for_many"

    def score(self, context, mask):
        raise AssertionError("score_many is there")

    def score_many(self, contexts, mask):
        last = np.array([context.items[-1] for context in contexts])
        return (-self.sign * ((mask.codes - last[:, None] - 1) % 12)).astype(np.float32)


class Constant:
    name: ClassVar[str] = "constant"

    def __init__(self, value=0.0):
        self.value = value

    def score(self, context, mask):
        return np.full(len(mask), self.value, np.float32)


@pytest.fixture(scope="module")
def parts(circle):
    return split("leave-last-out", read_benchmark(circle).log, SETTINGS)


def values(result, k=1):
    return {name: result.measure(name, k).value for name in ("recall", "ndcg", "hit_rate", "coverage")}


def test_a_perfect_ranker_a_worst_one_and_one_in_batches(parts):
    perfect, batched, worst = run(
        parts,
        [
            Contender.of(Onward()),
            Contender.of(OnwardForMany()),
            Contender("worst", lambda data, options: Onward(-1)),
        ],
        FitOptions(),
        at=(1, 3),
    )
    shown = len(set(parts.targets.tolist())) / 12
    assert values(perfect) == {"recall": 1, "ndcg": 1, "hit_rate": 1, "coverage": shown}
    assert perfect.measure("mrr", None).value == 1
    assert perfect.measure("recall", 1).interval == (1, 1)
    assert (batched.ranking.ranks == perfect.ranking.ranks).all()
    assert (batched.ranking.lists == perfect.ranking.lists).all()
    assert values(worst)["recall"] == 0
    # the target is behind every item that is left: its rank is the number of unseen items
    lengths = np.diff(parts.contexts.indptr)
    assert worst.ranking.ranks.tolist() == (12 - lengths).tolist()
    assert perfect.ranking.lists[:, 0].tolist() == parts.targets.tolist()


def test_seen_items_never_come(parts):
    (result,) = run(parts, [Contender.of(Constant())], FitOptions(), at=(12,))
    for row, shown in enumerate(result.ranking.lists):
        seen = set(parts.context(row).items.tolist())
        # equal scores: all that is unseen, by code, and nothing more
        assert [code for code in shown.tolist() if code >= 0] == sorted(set(range(12)) - seen)


def test_equal_scores_make_the_same_ranking_whatever_the_score(parts):
    first, second = run(
        parts,
        [Contender.of(Constant()), Contender("other", lambda data, options: Constant(-7))],
        FitOptions(),
    )
    assert (first.ranking.ranks == second.ranking.ranks).all()
    assert compare([first, second], 10)[0].p == 1


def test_our_recommenders_are_told_apart_from_chance(circle):
    """Circle-walkers are predicted by what follows what, not by what is popular."""
    found = evaluate_interactions(circle, at=(1,))
    names = [contender.name for contender in ours(items=found.benchmark.items)]
    assert [result.contender.name for result in found.results] == names
    by_name = {result.contender.name: result for result in found.results}
    assert by_name["item_knn"].measure("recall", 1).value > 0.9
    assert by_name["popularity"].measure("recall", 1).value < 0.4
    tested = {(pair.measure, pair.first, pair.second): pair for pair in found.comparisons}
    pair = tested["recall", "item_knn", "popularity"]
    assert pair.p_holm < 0.01
    assert 0 < pair.interval[0] < pair.difference < pair.interval[1]
    assert all(pair.p <= pair.p_holm for pair in found.comparisons)


def test_content_goes_by_what_the_items_are_and_needs_no_other_people(tmp_path):
    titles = ["red wine", "white wine", "sparkling wine", "garden spade", "garden rake", "garden hose"]
    (tmp_path / "items.jsonl").write_text(
        "".join(f'{{"item_id": "{code}", "title": "{title}"}}\n' for code, title in enumerate(titles))
    )
    (tmp_path / "events.csv").write_text(
        "user_id,item_id,event_type,timestamp\na,0,purchase,1\na,1,purchase,2\nb,4,purchase,1\nb,5,purchase,2\n"
    )
    (found,) = evaluate_interactions(tmp_path, models=["content"]).results
    assert found.measure("recall", 10).value == 1
    assert found.ranking.lists[0, 0] in {1, 2}
    assert found.ranking.lists[1, 0] in {3, 5}


def test_item_knn_takes_part_by_each_weighting(circle):
    found = evaluate_interactions(circle, at=(1,), models=["item_knn", "item_knn_tfidf", "item_knn_bm25"])
    assert all(result.measure("recall", 1).value > 0.9 for result in found.results)


@pytest.mark.parametrize("protocol", ["leave-last-out", "strong-generalisation", "time-split"])
@pytest.mark.parametrize("validation", [False, True])
def test_every_protocol_runs_and_one_seed_gives_one_result(circle, protocol, validation):
    first, second = (
        evaluate_interactions(
            circle, protocol=protocol, models=["als", "popularity"], validation=validation, users=30
        )
        for _ in range(2)
    )
    for one, other in zip(first.results, second.results, strict=True):
        assert (one.ranking.ranks == other.ranking.ranks).all()
        assert [measure.value for measure in one.measures] == [measure.value for measure in other.measures]
        assert [measure.interval for measure in one.measures] == [
            measure.interval for measure in other.measures
        ]
    assert first.comparisons == second.comparisons


def test_more_items_than_events_and_a_cut_off_beyond_the_catalogue(tmp_path, write):
    items = [{"item_id": str(code), "title": "T"} for code in range(30)]
    events = [(f"u{user}", (user + place) % 4, "view", place) for user in range(6) for place in (1, 2, 3)]
    found = evaluate_interactions(write(tmp_path, items, events), at=(50, 5))
    for result in found.results:
        assert result.ranking.lists.shape == (6, 30)
        assert result.measure("recall", 50).value == 1
        assert result.measure("diversity", 50).value is None


def test_scores_that_cannot_be_ranked_are_refused(parts):
    with pytest.raises(WorkFailed, match=r"'constant' .*not numbers"):
        run(parts, [Contender.of(Constant(np.nan))], FitOptions())

    class Short(Constant):
        def score_many(self, contexts, mask):
            return np.zeros((len(contexts), 3), np.float32)

    with pytest.raises(WorkFailed, match="shape"):
        run(parts, [Contender.of(Short())], FitOptions())


def test_wrong_requests_are_refused(parts, circle):
    with pytest.raises(InvalidInput, match="cut-offs"):
        run(parts, [Contender.of(Constant())], FitOptions(), at=(0,))
    with pytest.raises(InvalidInput, match="one name"):
        run(parts, [Contender.of(Constant()), Contender.of(Constant())], FitOptions())
    with pytest.raises(InvalidInput, match=r"'svd\+\+'.*popularity"):
        ours(["svd++"])
    with pytest.raises(InvalidInput, match="number of users"):
        evaluate_interactions(circle, users=0)


def test_memory_and_time_are_measured(parts):
    class Heavy(Constant):
        def score(self, context, mask):
            return np.ones(4_000_000)[mask.codes].astype(np.float32)

    def fit(data, options):
        np.ones(10_000_000).sum()
        return Heavy()

    (result,) = run(parts, [Contender("heavy", fit)], FitOptions())
    assert result.ranking.fit_seconds > 0
    assert result.ranking.scoring_seconds > 0
    if result.ranking.fit_megabytes is not None:
        assert 75 < result.ranking.fit_megabytes < 110
        assert 25 < result.ranking.scoring_megabytes < 60


def test_score_many_of_those_with_and_without_the_trait(parts):
    contexts = [parts.context(row) for row in range(5)]
    mask = Mask(np.array([1, 4, 11], np.int32))
    assert isinstance(OnwardForMany(), ScoresMany)
    assert not isinstance(Onward(), ScoresMany)
    found = score_many(Onward(), contexts, mask)
    assert found.shape == (5, 3)
    assert found.dtype == np.float32
    assert (found == score_many(OnwardForMany(), contexts, mask)).all()
    assert score_many(Onward(), [], mask).shape == (0, 3)
