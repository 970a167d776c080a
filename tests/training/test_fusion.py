from dataclasses import replace

import numpy as np
import pytest

from palate.errors import ModelError
from palate.ranking.features import HISTORY, LEAST_CONTENT, STARTING_WEIGHTS, starting_weights
from palate.ranking.linear import PRIOR_VARIANCE, LinearRanker
from palate.recommenders.base import Context
from palate.training.fusion import LEAST_PEOPLE, Examples, Fusion, examples, fit_fusion, held_out_gains
from palate.training.listwise import Choices
from palate.values import Mask


def drawn(weights: list[float], people: int = 1_500, size: int = 12, seed: int = 0) -> Examples:
    """Choices drawn from the model that the fit assumes."""
    random = np.random.default_rng(seed)
    features = random.uniform(0, 1, (people * size, len(weights)))
    scores = (features @ weights + random.gumbel(size=people * size)).reshape(people, size)
    starts = np.arange(people) * size
    choices = Choices(features, starts, starts + scores.argmax(axis=1))
    return Examples(choices, np.ones(len(weights)), np.arange(people))


def test_the_weights_that_made_the_choices_are_found_again():
    fusion = fit_fusion(["a", "b", "c"], drawn([4.0, 1.5, 0.0]))
    assert fusion is not None
    a, b, c = fusion.weights / fusion.weights.sum()
    assert (a, b) == (pytest.approx(4 / 5.5, abs=0.1), pytest.approx(1.5 / 5.5, abs=0.1))
    assert c < 0.1
    assert fusion.ndcg["fusion"] > max(fusion.ndcg[name] for name in "abc")
    margin, error = fusion.margin
    assert margin == pytest.approx(fusion.ndcg["fusion"] - fusion.ndcg["a"])
    assert margin > 2 * error > 0


def test_of_a_source_and_its_copy_the_fusion_is_not_said_to_be_better():
    data = drawn([3.0])
    twins = np.repeat(data.choices.features, 2, axis=1)
    fusion = fit_fusion(["a", "b"], Examples(replace(data.choices, features=twins), np.ones(2), data.people))
    assert fusion is not None
    assert fusion.margin == (pytest.approx(0), pytest.approx(0))


def test_no_weight_is_negative_even_of_twins():
    data = drawn([3.0, 0.0])
    choices = data.choices
    first = choices.features[:, 0]
    noise = np.random.default_rng(1).normal(0, 0.02, len(first))
    twins = replace(choices, features=np.column_stack([first, first + noise, -first]))
    fusion = fit_fusion(["one", "twin", "against"], Examples(twins, np.ones(3), data.people))
    assert fusion is not None
    assert (fusion.weights >= 0).all()
    assert fusion.by_name()["against"] == pytest.approx(0, abs=1e-6)


def test_too_few_people_teach_nothing():
    assert fit_fusion(["a"], drawn([1.0], people=LEAST_PEOPLE - 1)) is None


class Fixed:
    def __init__(self, name: str, scores: list[float]) -> None:
        self.name = name
        self.scores = np.array(scores, np.float32)

    def score(self, context: Context, mask: Mask):
        return self.scores[mask.codes] * bool(len(context.items))


def test_gains_are_told_of_everyone_asked():
    data = drawn([4.0, 1.5], people=600)
    some = replace(data, people=data.people * 2)
    gains = held_out_gains(some, 1_200)
    assert gains.shape == (1_200,)
    assert not gains[1::2].any()
    fusion = fit_fusion(["a", "b"], data)
    assert fusion is not None
    assert gains[::2].mean() == pytest.approx(fusion.ndcg["fusion"])
    assert not held_out_gains(drawn([1.0], people=LEAST_PEOPLE - 1), 200).any()


def test_candidates_are_real_ones_only():
    sources = [Fixed("up", [3, 2, 1, 0, 0]), Fixed("down", [0, 0, 0, 4, 2])]
    allowed = np.arange(5, dtype=np.int32)
    seen = Context(np.array([0], np.int32), np.ones(1, np.float32))
    found = examples(sources, [seen, seen, seen], np.array([2, 0, 4], np.int32), allowed)
    # of the second person the item had been seen already, so nobody proposes it
    assert found.people.tolist() == [0, 2]
    assert found.floors.tolist() == [6, 12]
    # candidates 1 to 4; what was seen sets no scale
    expected = np.array([[2, 0], [1, 0], [0, 4], [0, 2]]) / [6, 12]
    np.testing.assert_allclose(found.choices.features, np.vstack([expected, expected]))
    assert found.choices.targets.tolist() == [1, 7]


def test_it_is_kept_with_the_version(tmp_path):
    fusion = fit_fusion(["a", "b"], drawn([2.0, 1.0], people=300))
    assert fusion is not None
    fusion.save(tmp_path)
    loaded = Fusion.load(tmp_path)
    assert loaded.by_name() == fusion.by_name()
    assert (loaded.floors, loaded.ndcg, loaded.margin) == (fusion.floors, fusion.ndcg, fusion.margin)
    np.testing.assert_array_equal(loaded.covariance, fusion.covariance)
    (tmp_path / "weights.npy").write_bytes((tmp_path / "weights.npy").read_bytes()[:-8])
    with pytest.raises(ModelError, match="weights"):
        Fusion.load(tmp_path)


class TestStartingWeights:
    names = ("lexical", "dense", "content", "attention", "popularity", "wish", "repeated", "known")
    most = sum(STARTING_WEIGHTS[name] for name in HISTORY)

    def test_history_counts_as_much_as_before(self):
        weights = starting_weights(self.names, {"attention": 30.0, "content": 6.0, "popularity": 0.0})
        assert weights["attention"] + weights["content"] + weights["popularity"] == pytest.approx(self.most)
        assert weights["attention"] == pytest.approx(5 * weights["content"])
        assert weights["lexical"] + weights["dense"] > self.most
        assert {name: weights[name] for name in ("wish", "known")} == {"wish": 1.0, "known": -0.8}

    def test_content_keeps_a_share(self):
        weights = starting_weights(self.names, {"attention": 9.0, "content": 0.0})
        assert weights["content"] == pytest.approx(self.most * LEAST_CONTENT / (1 + LEAST_CONTENT))

    def test_without_a_fit_they_are_those_set_by_hand(self):
        expected = {name: STARTING_WEIGHTS[name] for name in self.names if name in STARTING_WEIGHTS}
        assert starting_weights(self.names) == expected


def test_the_ranker_takes_the_shape_of_the_covariance_and_not_its_size():
    covariance = np.array([[4.0, -3.0], [-3.0, 4.0]]) / 1e6
    ranker = LinearRanker.start(("wish", "a", "b"), {"a": 1.0}, (("b", "gone", "a"), np.eye(3) * 1e-6))
    assert np.diag(ranker.covariance) == pytest.approx([PRIOR_VARIANCE] * 3)
    ranker = LinearRanker.start(("wish", "a", "b"), {"a": 1.0}, (("a", "b"), covariance))
    assert ranker.covariance[1, 2] == pytest.approx(-0.75 * PRIOR_VARIANCE)
    assert ranker.covariance[0].tolist() == [PRIOR_VARIANCE, 0, 0]
