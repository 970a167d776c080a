"""The estimators on worlds of which the truth is known."""

import numpy as np
import pytest
from bandit_worlds import choices_of, world
from hypothesis import given
from hypothesis import strategies as st

from palate.errors import InvalidInput
from palate.evaluation.off_policy import (
    Decisions,
    effective_sample_size,
    estimate,
    on_policy,
    threshold,
    warnings,
)
from palate.evaluation.policy_report import judge, verdict
from palate.evaluation.reward_model import cross_fit, fit_logistic

SMALL = 60
"""Resamples where the bootstrap is not what is tested."""


def means(the_world, runs=150, rounds=800, **wrong):
    """The mean of each estimate over many logs, and its standard error."""
    drawn = [estimate(the_world.draw(rounds, seed, **wrong), n_resamples=SMALL) for seed in range(runs)]
    values = {name: np.array([run[name].value for run in drawn]) for name in drawn[0]}
    return {name: (one.mean(), one.std(ddof=1) / np.sqrt(runs)) for name, one in values.items()}


def assert_unbiased(figure, truth):
    mean, error = figure
    assert abs(mean - truth) < 3.5 * error


def test_ips_is_unbiased_and_snips_nearly():
    the_world = world()
    found = means(the_world)
    assert_unbiased(found["ips"], the_world.truth)
    assert abs(found["snips"][0] - the_world.truth) < 0.02 * the_world.truth


def test_dr_is_right_with_a_wrong_model_and_right_propensities():
    the_world = world(1)
    found = means(the_world, model=1 - the_world.chances)
    assert_unbiased(found["dr"], the_world.truth)
    assert abs(found["direct"][0] - the_world.truth) > 10 * found["direct"][1]


def test_dr_is_right_with_a_right_model_and_wrong_propensities():
    the_world = world(1)
    wrong = np.clip(the_world.logging[:, ::-1], 0.02, 1)
    found = means(the_world, model=the_world.chances, propensities=wrong)
    assert_unbiased(found["dr"], the_world.truth)
    assert abs(found["ips"][0] - the_world.truth) > 10 * found["ips"][1]


def test_dr_is_wrong_where_both_are():
    the_world = world(1)
    wrong = np.clip(the_world.logging[:, ::-1], 0.02, 1)
    mean, error = means(the_world, model=1 - the_world.chances, propensities=wrong)["dr"]
    assert abs(mean - the_world.truth) > 10 * error


def test_a_good_model_narrows_the_interval():
    the_world = world(2)
    found = estimate(the_world.draw(5_000, 0, model=the_world.chances))
    widths = {name: one.asymptotic[1] - one.asymptotic[0] for name, one in found.items()}
    assert widths["dr"] < 0.9 * widths["ips"]


@pytest.mark.parametrize("kind", ["asymptotic", "bootstrap"])
def test_intervals_cover_the_truth_as_often_as_they_say(kind):
    """95 % within binomial noise: of 300 logs, 285 +- 3.8 a standard deviation."""
    the_world, runs = world(3), 300
    hits = dict.fromkeys(("ips", "snips", "dr", "clipped"), 0)
    for seed in range(runs):
        decisions = the_world.draw(700, seed, model=np.full(the_world.chances.shape, 0.3))
        for name, one in estimate(decisions, seed, n_resamples=400).items():
            if name in hits:
                low, high = getattr(one, kind)
                hits[name] += low <= the_world.truth <= high
    spread = np.sqrt(0.95 * 0.05 / runs)
    for name, count in hits.items():
        assert abs(count / runs - 0.95) < 4 * spread, (name, count / runs)


def test_the_interval_of_the_difference_covers_the_true_difference():
    the_world, runs = world(4), 300
    truth = the_world.truth - float((the_world.logging * the_world.chances).sum(axis=(1, 2)).mean())
    found = [estimate(the_world.draw(700, seed), n_resamples=SMALL)["snips"] for seed in range(runs)]
    hits = np.mean([one.difference_asymptotic[0] <= truth <= one.difference_asymptotic[1] for one in found])
    assert abs(hits - 0.95) < 4 * np.sqrt(0.95 * 0.05 / runs)


def test_rounds_not_decisions_are_the_sample():
    """Ten places that always agree are one observation: the interval must not shrink with them."""
    rng = np.random.default_rng(0)
    one = (rng.random(400) < 0.3).astype(float)
    many = np.repeat(one, 10) / 10
    narrow = Decisions(one, np.full(400, 0.5), np.full(400, 0.5), np.arange(400))
    wide = Decisions(many, np.full(4000, 0.5), np.full(4000, 0.5), np.repeat(np.arange(400), 10))
    assert estimate(wide)["ips"].asymptotic == pytest.approx(estimate(narrow)["ips"].asymptotic)


def test_a_policy_judged_by_its_own_log_earns_what_it_earned():
    decisions = world().draw(500, 0)
    own = Decisions(decisions.rewards, decisions.propensities, decisions.propensities, decisions.rounds)
    for one in estimate(own).values():
        assert one.value == pytest.approx(own.rewards.sum() / 500)
        assert one.difference_widest == pytest.approx((0, 0))
    assert on_policy(decisions)[0] == pytest.approx(own.rewards.sum() / 500)


def test_the_noise_of_a_policy_known_from_a_sample_widens_the_interval():
    exact = world().draw(500, 0)
    sample = np.random.default_rng(1).normal(0.5, 2.0, 300)
    noisy = Decisions(exact.rewards, exact.propensities, exact.targets, exact.rounds, target_sample=sample)
    for kind in ("asymptotic", "bootstrap"):
        narrow, wide = (getattr(estimate(one)["ips"], kind) for one in (exact, noisy))
        half = (narrow[1] - narrow[0]) / 2
        wanted = np.hypot(half, 1.96 * sample.std(ddof=1) / np.sqrt(300))
        assert (wide[1] - wide[0]) / 2 == pytest.approx(wanted, rel=0.1)


def test_effective_sample_size():
    assert effective_sample_size(np.ones(50)) == pytest.approx(50)
    assert effective_sample_size(np.array([1.0, 0, 0, 0])) == pytest.approx(1)
    assert effective_sample_size(np.array([3.0, 1.0])) == pytest.approx(16 / 10)
    assert effective_sample_size(np.zeros(3)) == 0


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30), st.floats(0.1, 10))
def test_effective_sample_size_has_bounds_and_no_unit(weights, scale):
    weights = np.array(weights)
    size = effective_sample_size(weights)
    assert 1 - 1e-9 <= size <= len(weights) + 1e-9
    assert effective_sample_size(weights * scale) == pytest.approx(size)


@pytest.mark.parametrize("wrong", [0.0, -0.1, 1.5, float("nan")])
def test_an_impossible_propensity_is_refused_by_its_place(wrong):
    right = np.full(4, 0.5)
    with pytest.raises(InvalidInput, match=r"propensity of decision 3 .*above 0"):
        Decisions(np.zeros(4), np.array([0.5, 0.5, wrong, 0.5]), right, np.arange(4))


def test_other_nonsense_is_refused():
    right, rounds = np.full(2, 0.5), np.arange(2)
    with pytest.raises(InvalidInput, match="no decision"):
        Decisions(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, int))
    with pytest.raises(InvalidInput, match="reward of decision 2"):
        Decisions(np.array([0, np.inf]), right, right, rounds)
    with pytest.raises(InvalidInput, match="probability under the policy of decision 1"):
        Decisions(np.zeros(2), right, np.array([1.2, 0.1]), rounds)


def log_of(weights, rewards):
    """Decisions whose weights are these."""
    weights = np.asarray(weights, float)
    top = max(1.0, weights.max())
    return Decisions(
        np.asarray(rewards, float), np.full(len(weights), 1 / top), weights / top, np.arange(len(weights))
    )


def test_extreme_weights_are_warned_of():
    rng = np.random.default_rng(0)
    rewards = (rng.random(2000) < 0.5).astype(float)
    calm = log_of(rng.uniform(0.5, 1.5, 2000), rewards)
    assert warnings(calm) == []
    one_giant = np.append(np.full(1999, 0.5), 1000.0)
    assert any("a single decision carries" in text for text in warnings(log_of(one_giant, rewards)))
    some_large = np.append(np.full(1990, 0.75), np.full(10, threshold(2000) * 1.1))
    assert any("largest weight is 49.2" in text for text in warnings(log_of(some_large, rewards)))
    few = log_of(rng.uniform(0.5, 1.5, 2000), np.append(np.zeros(1960), np.ones(40)))
    assert any("only 40 of 2,000" in text for text in warnings(few))
    assert any("mean of 0.500" in text for text in warnings(log_of(np.full(2000, 0.5), rewards)))


def test_a_policy_that_was_never_shown_earns_nothing_that_the_log_knows():
    found = estimate(Decisions(np.ones(50), np.full(50, 0.5), np.zeros(50), np.arange(50)))
    assert "snips" not in found
    assert found["ips"].value == 0


# --- the verdict ----------------------------------------------------------------------------------------


def two_armed(n, seed, better):
    """Half the decisions earn .3, half .3 + ``better``; the log is even, the policy takes the second alone."""
    rng = np.random.default_rng(seed)
    second = rng.random(n) < 0.5
    rewards = (rng.random(n) < 0.3 + better * second).astype(float)
    return Decisions(rewards, np.full(n, 0.5), second.astype(float), np.arange(n))


def test_the_verdict_names_the_winner_where_there_is_one():
    better = judge("log", "new", two_armed(3_000, 0, 0.2))
    assert better.winner == "policy"
    assert "earns more" in verdict(better)
    worse = judge("log", "new", two_armed(3_000, 0, -0.2))
    assert worse.winner == "logged"
    assert "earns less" in verdict(worse)


def test_the_verdict_claims_nothing_without_a_difference():
    found = [judge("log", "new", two_armed(700, seed, 0.0)) for seed in range(40)]
    unsure = [one for one in found if one.winner is None]
    assert len(unsure) >= 34
    assert all("cannot be told apart" in verdict(one) for one in unsure)


def test_the_verdict_claims_nothing_from_few_rewards():
    """Ninety rewards, all on the side of the policy: the interval excludes zero, and still it is no claim."""
    second = np.tile([True, False], 3_000)
    rewards = np.zeros(6_000)
    rewards[np.flatnonzero(second)[:90]] = 1
    found = judge("log", "new", Decisions(rewards, np.full(6_000, 0.5), second * 1.0, np.arange(6_000)))
    assert found.strict.difference_widest[0] > 0
    assert found.winner is None
    assert "too few for a claim" in verdict(found)


def test_more_policies_at_once_ask_for_more():
    decisions = two_armed(800, 3, 0.08)
    alone, of_many = judge("log", "new", decisions), judge("log", "new", decisions, judged_at_once=40)
    assert of_many.strict.difference_widest[0] < alone.strict.difference_widest[0]


# --- the reward model -----------------------------------------------------------------------------------


def test_logistic_regression_finds_the_weights_that_made_the_data():
    from scipy import sparse

    rng = np.random.default_rng(0)
    features, weights = rng.normal(size=(20_000, 3)), np.array([1.0, -0.5, 0.0])
    rewards = (rng.random(20_000) < 1 / (1 + np.exp(-(features @ weights - 1)))).astype(float)
    intercept, found = fit_logistic(sparse.csr_array(features), rewards)
    assert intercept == pytest.approx(-1, abs=0.08)
    assert found == pytest.approx(weights, abs=0.08)


def test_logistic_regression_is_at_its_optimum():
    from scipy import sparse

    rng = np.random.default_rng(1)
    features = rng.normal(size=(200, 8))
    rewards = (rng.random(200) < 0.1).astype(float)
    intercept, weights = fit_logistic(sparse.csr_array(features), rewards, 2.0)
    left = 1 / (1 + np.exp(-(features @ weights + intercept))) - rewards
    assert np.abs(features.T @ left + 2.0 * weights).max() < 1e-3
    assert abs(left.sum()) < 1e-3


@pytest.mark.parametrize("reward", [0.0, 1.0])
def test_rewards_that_are_all_alike_give_a_finite_model(reward):
    from scipy import sparse

    intercept, weights = fit_logistic(sparse.csr_array(np.eye(10)), np.full(10, reward))
    assert np.isfinite(intercept)
    assert not weights.any()


def test_no_round_is_predicted_by_a_model_that_has_seen_it():
    """Rewards that nothing explains: a model that had seen them would agree with them, one across folds cannot."""
    the_world = world(5, contexts=1, items=300, places=1)
    rng = np.random.default_rng(0)
    item = rng.permutation(300)
    rewards = rng.integers(2, size=300).astype(float)
    choices = choices_of(the_world, np.zeros(300, int), item)
    predicted, _ = cross_fit(choices, rewards, np.arange(300), strength=0.01)
    assert np.corrcoef(predicted, rewards)[0, 1] < 0.1


def test_the_model_expects_what_the_policy_would_show():
    """With two items, one always rewarded, and a policy that takes it with .7, it expects about .7."""
    from scipy import sparse

    rng = np.random.default_rng(0)
    n = 2_000
    item = rng.integers(2, size=n)
    from palate.evaluation.reward_model import Choices

    choices = Choices(
        sparse.csr_array(np.tile(np.eye(2), (n, 1))),
        np.arange(n + 1) * 2,
        np.tile([0.7, 0.3], n),
        np.arange(n) * 2 + item,
    )
    predicted, expected = cross_fit(choices, (item == 0).astype(float), np.arange(n))
    assert expected == pytest.approx(0.7, abs=0.02)
    assert predicted == pytest.approx((item == 0).astype(float), abs=0.02)


def test_rewards_beyond_one_have_no_logistic_model():
    the_world = world(5, contexts=1, items=3, places=1)
    with pytest.raises(InvalidInput, match="from 0 to 1"):
        cross_fit(choices_of(the_world, np.zeros(2, int), np.zeros(2, int)), np.array([0, 2.0]), np.arange(2))
