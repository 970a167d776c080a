import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.errors import InvalidInput
from palate.ranking.linear import NOISE_VARIANCE, PRIOR_VARIANCE, LinearRanker

NAMES = ("a", "b", "c", "d")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_updates_one_by_one_equal_the_batch_posterior(seed: int, n: int):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, 4)), rng.integers(0, 2, n).astype(float)
    ranker = LinearRanker.start(NAMES, {"a": 1.0, "c": -0.5})
    prior = ranker.mean
    for row, reward in zip(x, y, strict=True):
        ranker = ranker.updated(row.astype(np.float32), float(reward))
    x = x.astype(np.float32).astype(np.float64)
    precision = np.eye(4) / PRIOR_VARIANCE + x.T @ x / NOISE_VARIANCE
    mean = np.linalg.solve(precision, prior / PRIOR_VARIANCE + x.T @ y / NOISE_VARIANCE)
    np.testing.assert_allclose(ranker.mean, mean, atol=1e-8)
    np.testing.assert_allclose(ranker.covariance, np.linalg.inv(precision), atol=1e-8)


def test_contributions_sum_to_the_score_exactly():
    ranker = LinearRanker.start(NAMES, {"a": 2.0, "b": 0.5})
    features = np.array([[1, 1, 1, 1], [0.5, 0, 3, 0]], np.float32)
    assert ranker.contributions(features).tolist() == [[2.0, 0.5, 0, 0], [1.0, 0, 0, 0]]


def test_a_liked_item_lifts_its_features_and_a_disliked_one_lowers_them():
    ranker = LinearRanker.start(NAMES, {})
    x = np.array([1, 0, 0, 0], np.float32)
    assert ranker.updated(x, 1.0).mean[0] > 0 > ranker.updated(x, -1.0).mean[0]
    assert not ranker.updated(x, 1.0).mean[1:].any()


def test_a_weight_for_no_feature_is_refused_by_name():
    with pytest.raises(InvalidInput, match="'lexcal'"):
        LinearRanker.start(NAMES, {"lexcal": 1.0})
