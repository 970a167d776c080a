import numpy as np
import pytest
from scipy.optimize import approx_fprime

from palate.training import listwise
from palate.training.listwise import Choices, best_ranked, covariance, gains, likeliest


def three_people() -> Choices:
    features = np.array([[3.0, 0], [2, 1], [1, 5], [1, 1], [1, 1], [0, 2], [9, 1], [8, 0], [7, 0], [6, 0]])
    return Choices(features, np.array([0, 3, 6]), np.array([1, 4, 9]))


def test_gains_are_those_of_the_place_and_a_tie_helps_nobody():
    found = gains(three_people(), np.array([1.0, 0.0]))
    assert found.tolist() == pytest.approx([1 / np.log2(3), 1 / np.log2(3), 1 / np.log2(5)])
    assert gains(three_people(), np.array([1.0, 0.0]), k=2).tolist()[2] == 0


def test_some_people_keep_their_candidates():
    some = three_people().of(np.array([0, 2]))
    assert some.features.tolist() == three_people().features[[0, 1, 2, 6, 7, 8, 9]].tolist()
    assert (some.starts.tolist(), some.targets.tolist()) == ([0, 3], [1, 6])


@pytest.mark.parametrize("fit", [lambda data: likeliest(data), lambda data: best_ranked(data, np.ones(3))])
def test_the_slope_is_that_of_the_value(fit, monkeypatch):
    random = np.random.default_rng(0)
    data = Choices(random.normal(size=(60, 3)), np.arange(0, 60, 6), np.arange(2, 60, 6))
    objectives = []
    monkeypatch.setattr(listwise, "_minimum", lambda objective, start: objectives.append(objective) or start)
    fit(data)
    for weights in random.uniform(0, 2, (5, 3)):
        value, slope = objectives[0](weights)
        assert isinstance(value, float)
        near = approx_fprime(weights, lambda at: objectives[0](at)[0])
        np.testing.assert_allclose(slope, near, rtol=1e-3, atol=1e-5)


def test_what_ranks_best_is_not_what_is_likeliest():
    """The first feature puts the item in front for two people of three, and for the third something else far in
    front; the second is a modest guide throughout.
    """
    random = np.random.default_rng(1)
    people, size = 900, 20
    features = random.uniform(0, 1, (people, size, 2))
    features[:, 0, 0] = 1.5
    features[::3, 5, 0] = 9.0
    features[:, :, 1] = random.normal(0, 1, (people, size))
    features[:, 0, 1] += 0.7
    starts = np.arange(people) * size
    data = Choices(features.reshape(-1, 2) / features.reshape(-1, 2).std(axis=0), starts, starts)
    start = likeliest(data)
    assert gains(data, best_ranked(data, start)).mean() > gains(data, start).mean() + 0.1


def test_the_covariance_is_wide_where_two_features_say_the_same():
    random = np.random.default_rng(2)
    first = random.normal(size=4_000)
    features = np.column_stack([first, first + random.normal(0, 0.05, 4_000), random.normal(size=4_000)])
    starts = np.arange(0, 4_000, 10)
    data = Choices(features, starts, starts)
    found = covariance(data, np.ones(3))
    assert found[0, 0] > 10 * found[2, 2]
    assert found[0, 1] < -0.9 * found[0, 0]
