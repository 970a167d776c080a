"""The sequential test: how often it cries wolf when looked at after every person, and what it finds."""

import numpy as np
import pytest

from palate.evaluation.sequential import confidence_sequence, scores

FROM = 100
"""People in each arm before anything is said, as in serving."""


def trial(seed, control, treatment, n=2_000, share=0.5):
    """(treated, values) of n people whose chances of a reward are ``control`` and ``treatment``."""
    rng = np.random.default_rng(seed)
    treated = rng.random(n) < share
    return treated, (rng.random(n) < np.where(treated, treatment, control)).astype(float)


def looked_at(treated, sequence):
    """The looks that serving would take: every one, once each arm has its people."""
    return np.minimum(np.cumsum(treated), np.cumsum(~treated)) >= FROM


@pytest.mark.parametrize(("chance", "share"), [(0.1, 0.5), (0.5, 0.5), (0.3, 0.1)])
def test_looking_after_every_person_cries_wolf_in_one_of_twenty_at_most(chance, share):
    runs, alarms, naive = 400, 0, 0
    for seed in range(runs):
        treated, values = trial(seed, chance, chance, share=share)
        found = confidence_sequence(treated, values, share)
        looks = looked_at(treated, found)
        alarms += bool((np.abs(found.means) > found.halves)[looks].any())
        # what a test at 5 % does that is looked at as often: the same data, the wrong interval
        n = np.arange(1, len(values) + 1)
        spread = np.sqrt(np.cumsum((scores(treated, values, share) - found.means) ** 2)) / n
        naive += bool((np.abs(found.means) > 1.96 * spread)[looks].any())
    assert alarms / runs <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)
    assert naive / runs > 0.1


def test_the_truth_is_covered_at_all_looks_at_once():
    runs, missed = 300, 0
    for seed in range(runs):
        treated, values = trial(seed, 0.2, 0.3)
        found = confidence_sequence(treated, values, 0.5)
        missed += bool((np.abs(found.means - 0.1) > found.halves)[looked_at(treated, found)].any())
    assert missed / runs <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)


def test_a_difference_is_found():
    found = [confidence_sequence(*trial(seed, 0.2, 0.35), 0.5) for seed in range(40)]
    assert np.mean([one.last[1] > 0 for one in found]) > 0.95


def test_seconds_with_a_long_tail_cry_wolf_no_more():
    runs, alarms = 300, 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        treated, values = rng.random(1_500) < 0.5, rng.lognormal(-3, 1, 1_500)
        found = confidence_sequence(treated, values, 0.5)
        alarms += bool((np.abs(found.means) > found.halves)[looked_at(treated, found)].any())
    assert alarms / runs <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)


def test_the_mean_of_the_scores_is_the_difference():
    rng = np.random.default_rng(0)
    means = []
    for seed in range(200):
        treated, values = trial(seed, 0.2, 0.5, n=300, share=0.3)
        means.append(scores(treated, values, 0.3).mean())
    assert np.mean(means) == pytest.approx(0.3, abs=3 * np.std(means) / np.sqrt(200))
    # no person's own outcome is in what is predicted of him
    treated, values = rng.random(50) < 0.5, rng.random(50)
    other = values.copy()
    other[-1] += 10
    assert scores(treated, values, 0.5)[:-1] == pytest.approx(scores(treated, other, 0.5)[:-1])


def test_it_gets_narrower_and_knows_nothing_of_nobody():
    treated, values = trial(0, 0.3, 0.3, n=4_000)
    halves = confidence_sequence(treated, values, 0.5).halves
    assert halves[400] > halves[1_600] > halves[-1]
    nobody = confidence_sequence(np.zeros(0, bool), np.zeros(0), 0.5).last
    assert nobody[1:] == (float("-inf"), float("inf"))
    alone = confidence_sequence(np.ones(5, bool), np.ones(5), 0.5)
    assert np.isinf(alone.halves).all()


def test_values_that_are_all_alike_make_nothing_sure():
    treated = np.arange(400) % 2 == 0
    values = np.zeros(400)
    assert np.isinf(confidence_sequence(treated, values, 0.5).halves).all()
    values[399] = 1
    assert np.isfinite(confidence_sequence(treated, values, 0.5).halves[-1])
