"""Intervals and tests: on data whose truth is known, and on cases small enough to count out."""

from itertools import product

import numpy as np
import pytest

from palate.evaluation.statistics import (
    bootstrap_interval,
    holm,
    paired_bootstrap_interval,
    randomisation_test,
)


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    """Hits with a chance of .3, 300 users, 300 times: 95 % of the intervals should hold .3 (sd 1.3 %)."""
    generator = np.random.default_rng(1)
    values = (generator.random((300, 300)) < 0.3).astype(float)
    low, high = bootstrap_interval(values, seed=2, resamples=1000)
    assert 0.91 <= np.mean((low <= 0.3) & (high >= 0.3)) <= 0.98
    # and they are as wide as the normal approximation says
    assert (high - low).mean() == pytest.approx(2 * 1.96 * np.sqrt(0.3 * 0.7 / 300), rel=0.05)


def test_intervals_are_repeatable_and_of_each_column_alone():
    values = np.random.default_rng(3).random((50, 3))
    together = bootstrap_interval(values, seed=4)
    assert together.shape == (2, 3)
    assert (together == bootstrap_interval(values, seed=4)).all()
    assert bootstrap_interval(values[:, 1], seed=4) == pytest.approx(together[:, 1])
    assert (together != bootstrap_interval(values, seed=5)).any()


def test_a_single_user_has_no_spread():
    assert bootstrap_interval(np.array([0.5]), seed=0).tolist() == [0.5, 0.5]


def test_pairing_takes_out_what_is_hard_for_everyone():
    generator = np.random.default_rng(6)
    hardness = generator.normal(size=400)
    first, second = hardness + 0.1, hardness + generator.normal(size=400) * 0.01
    low, high = paired_bootstrap_interval(first, second, seed=7)
    assert 0.09 < low < high < 0.11
    assert np.ptp(bootstrap_interval(first, seed=7)) > 0.15


def test_the_randomisation_test_agrees_with_counting_all_sign_patterns():
    differences = np.array([0.5, 0.25, -0.125, 1.0, 0.75, -0.25, 0.5, 0.0])
    observed = abs(differences.sum())
    sums = [abs(np.dot(signs, differences)) for signs in product((-1, 1), repeat=8)]
    exact = np.mean([value >= observed for value in sums])
    found = randomisation_test(differences, np.zeros(8), seed=8, flips=40_000)
    assert found == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 40_000))


def test_equal_recommenders_and_clearly_different_ones():
    values = np.random.default_rng(9).random(200)
    assert randomisation_test(values, values, seed=0) == 1
    assert randomisation_test(values + 0.1, values, seed=0, flips=999) == 1 / 1000
    # two-sided: the order makes no difference
    other = np.random.default_rng(10).random(200)
    assert randomisation_test(values, other, 1) == randomisation_test(other, values, 1)


def test_p_is_about_uniform_where_there_is_no_difference():
    generator = np.random.default_rng(11)
    found = [
        randomisation_test(*generator.normal(size=(2, 60)), seed=trial, flips=400) for trial in range(400)
    ]
    assert 0.02 <= np.mean(np.array(found) <= 0.05) <= 0.09
    assert np.mean(found) == pytest.approx(0.5, abs=0.06)


def test_holm_on_a_worked_example():
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.6, 0.9])).tolist() == [1, 1]
