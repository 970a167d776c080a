import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from palate.errors import InvalidInput
from palate.ranking.linear import PRIOR_VARIANCE, LinearRanker, logistic_step, sigmoid

NAMES = ("a", "b", "c", "d")


def batch_posterior(prior: LinearRanker, x, y, weights, offsets) -> tuple[np.ndarray, np.ndarray]:
    """(mode, covariance) of all observations together, by a general optimiser: Laplace's approximation."""
    precision = np.linalg.inv(prior.covariance)

    def loss(w):
        logits = x @ w + offsets
        far = w - prior.mean
        return (weights * (np.logaddexp(0, logits) - y * logits)).sum() + far @ precision @ far / 2

    mode = minimize(loss, prior.mean, method="BFGS", options={"gtol": 1e-9}).x
    chances = 1 / (1 + np.exp(-(x @ mode + offsets)))
    return mode, np.linalg.inv(precision + (x.T * (weights * chances * (1 - chances))) @ x)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 3), st.floats(-2, 2), st.sampled_from([0.0, 0.3, 1.0]))
def test_one_update_is_exact(seed: int, weight: float, offset: float, reward: float):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=4)
    prior = LinearRanker.start(NAMES, {"a": 1.0, "c": -0.5})
    after = prior.updated(x, reward, weight=weight, offset=offset)
    one = [np.array([value]) for value in (reward, weight, offset)]
    mode, covariance = batch_posterior(prior, x[np.newaxis], *one)
    np.testing.assert_allclose(after.mean, mode, atol=1e-5)
    np.testing.assert_allclose(after.covariance, covariance, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(20, 200))
def test_updates_one_by_one_end_near_the_batch_posterior(seed: int, n: int):
    rng = np.random.default_rng(seed)
    truth = np.array([1.0, -1.0, 0.5, 0.0])
    x = rng.normal(size=(n, 4))
    offsets = rng.normal(size=n) * 0.5
    y = (rng.random(n) < 1 / (1 + np.exp(-(x @ truth + offsets)))).astype(float)
    weights = rng.uniform(0.3, 1, n)
    prior = ranker = LinearRanker.start(NAMES, {})
    for row in range(n):
        ranker = ranker.updated(x[row], y[row], weight=weights[row], offset=offsets[row])
    mode, covariance = batch_posterior(prior, x, y, weights, offsets)
    deviation = np.sqrt(np.diag(covariance))
    assert (np.abs(ranker.mean - mode) < 0.75 * deviation).all()
    np.testing.assert_allclose(np.sqrt(np.diag(ranker.covariance)), deviation, rtol=0.2)


def test_contributions_sum_to_the_score_exactly():
    ranker = LinearRanker.start(NAMES, {"a": 2.0, "b": 0.5})
    features = np.array([[1, 1, 1, 1], [0.5, 0, 3, 0]], np.float32)
    assert ranker.contributions(features).tolist() == [[2.0, 0.5, 0, 0], [1.0, 0, 0, 0]]


def test_a_liked_item_lifts_its_features_and_a_disliked_one_lowers_them():
    ranker = LinearRanker.start(NAMES, {})
    x = np.array([1, 0, 0, 0], np.float32)
    assert ranker.updated(x, 1.0).mean[0] > 0 > ranker.updated(x, 0.0).mean[0]
    assert not ranker.updated(x, 1.0).mean[1:].any()


def test_no_reaction_however_strange_moves_the_logit_beyond_its_weight():
    for logit in (-1e3, -30.0, 0.0, 30.0, 1e3):
        for reward in (0.0, 1.0):
            t, curvature = logistic_step(logit, 5.0, reward, 2.0)
            assert abs(t) <= 2.0 and 0 <= curvature <= 0.5
            assert t == pytest.approx(2.0 * (reward - sigmoid(logit + 5.0 * t)), abs=1e-8)


def test_draws_have_the_posteriors_mean_and_covariance():
    rng = np.random.default_rng(0)
    ranker = LinearRanker.start(NAMES, {"a": 1.0})
    for _ in range(20):
        ranker = ranker.updated(rng.normal(size=4), float(rng.integers(2)))
    draws = ranker.draws(np.random.default_rng(1), 40_000)
    np.testing.assert_allclose(draws.mean(axis=0), ranker.mean, atol=0.01)
    np.testing.assert_allclose(np.cov(draws.T), ranker.covariance, atol=0.01)
    half = ranker.draws(np.random.default_rng(1), 40_000, 0.5)
    np.testing.assert_allclose(np.cov(half.T), ranker.covariance / 4, atol=0.01)
    sampled = ranker.sampled(np.random.default_rng(1))
    assert sampled.mean.tolist() == ranker.draws(np.random.default_rng(1), 1)[0].tolist()
    assert (np.diag(LinearRanker.start(NAMES, {}).covariance) == PRIOR_VARIANCE).all()


def test_a_weight_for_no_feature_is_refused_by_name():
    with pytest.raises(InvalidInput, match="'lexcal'"):
        LinearRanker.start(NAMES, {"lexcal": 1.0})
