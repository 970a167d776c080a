"""Slates that explore: their propensities, and the log from which they are replayed."""

import json

import numpy as np
import pytest

from palate.errors import InvalidInput
from palate.ranking.decisions import Decision, Policy, aligned, decision
from palate.ranking.exploration import MEMBERS, Exploration
from palate.ranking.features import Features
from palate.ranking.linear import LinearRanker
from palate.ranking.slate import Slate, rank
from palate.recommenders.candidates import Candidates

NAMES = ("a", "b", "c")
RANKER = LinearRanker.start(NAMES, {"a": 1.0, "b": 0.5})


def slate(exploration: Exploration, n: int = 90, k: int = 5, ranker: LinearRanker = RANKER) -> Slate:
    rng = np.random.default_rng(7)
    matrix = rng.random((n, 3)).astype(np.float32)
    codes = np.sort(rng.permutation(1000)[:n]).astype(np.int32)
    candidates = Candidates(codes, NAMES, matrix, *np.ones((2, 3), np.float32))
    vectors = rng.normal(size=(1000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    features = Features(NAMES, matrix, np.zeros((n, 0), np.float32))
    return rank(ranker, candidates, features, lambda c: vectors[c] @ vectors[c].T, k, 0.25, exploration)


def test_without_exploration_the_policy_is_certain():
    one = slate(Exploration())
    assert one.propensities.tolist() == [1.0] * 5
    assert one.weights.tolist() == RANKER.mean.tolist()
    np.testing.assert_allclose(one.contributions.sum(axis=1), one.scores)


def test_one_seed_gives_one_slate_and_another_seed_another():
    first, again = slate(Exploration(0.5, 3)), slate(Exploration(0.5, 3))
    assert first.codes.tolist() == again.codes.tolist()
    assert first.propensities.tolist() == again.propensities.tolist()
    assert len({tuple(slate(Exploration(0.5, seed)).codes.tolist()) for seed in range(20)}) > 10


def test_propensities_are_the_frequencies_over_the_ensemble():
    """With the ensemble held, each pick is as likely: the chances of what may stand at a place sum to 1."""
    one = slate(
        Exploration(0.5, 11), n=50
    )  # fewer than the pool takes, so that all members have the same pool
    weights, member = Exploration(0.5, 11).ensemble(RANKER)
    shown = [
        slate(Exploration(), n=50, ranker=LinearRanker(NAMES, row, RANKER.covariance)).codes.tolist()
        for row in weights
    ]
    assert shown[member] == one.codes.tolist()
    for place, code in enumerate(one.codes.tolist()):
        share = np.mean([codes[place] == code for codes in shown])
        assert one.propensities[place] == pytest.approx(share)
        assert one.propensities[place] >= 1 / MEMBERS


def test_inverse_propensities_estimate_without_bias_what_the_mean_would_earn():
    """The greedy policy's first item is worth 1, any other 0: the truth is 1."""
    greedy = slate(Exploration(), n=30, k=1).codes[0]
    logged = [slate(Exploration(0.3, seed), n=30, k=1) for seed in range(2000)]
    estimates = np.array([(one.codes[0] == greedy) / one.propensities[0] for one in logged])
    assert estimates.std() > 0
    assert estimates.mean() == pytest.approx(1, abs=4 * estimates.std() / np.sqrt(len(estimates)))


def test_a_decision_is_replayed_to_the_bit_from_its_document():
    one = slate(Exploration(0.5, 5))
    document = json.loads(json.dumps(decision(one, Policy("v1", 12, "en")).document()))
    back = Decision.of(document)
    assert back.policy == Policy("v1", 12, "en")
    assert back.codes.tolist() == one.codes.tolist()
    assert back.features.tolist() == one.features.tolist()
    assert back.weights.tolist() == one.weights.tolist()
    codes, chances = back.of_ranker(RANKER, back.exploration)
    assert codes.tolist() == one.codes.tolist()
    assert chances.tolist() == one.propensities.tolist()
    # and what another policy would have done: the mean alone
    greedy, chances = back.of_ranker(RANKER)
    assert greedy.tolist() == slate(Exploration()).codes.tolist()
    assert set(chances.tolist()) <= {0.0, 1.0}


def test_rankers_of_other_features_are_aligned_by_name():
    other = LinearRanker.start(("c", "z", "a"), {"c": 2.0, "z": 9.0, "a": 1.0})
    here = aligned(other, NAMES)
    assert here.mean.tolist() == [1.0, 0.0, 2.0]
    assert here.covariance[1].tolist() == [0, 0, 0]


def test_an_empty_slate_and_an_old_log():
    empty = slate(Exploration(0.5, 1), n=0)
    assert len(empty) == 0
    assert Decision.of(decision(empty, Policy()).document()).codes.tolist() == []
    with pytest.raises(InvalidInput, match="replayed"):
        Decision.of({"features": ["a"], "values": [[1.0]], "propensities": [1.0]})


def test_what_the_mean_would_not_have_shown_is_told_as_a_try():
    mean = set(slate(Exploration()).codes.tolist())
    seen = set()
    for seed in range(20):
        one = slate(Exploration(0.5, seed))
        assert one.tried.tolist() == [code not in mean for code in one.codes.tolist()]
        seen |= set(one.tried.tolist())
    assert seen == {True, False}
    assert not slate(Exploration()).tried.any()
