"""Policies judged by a log of slates: the log is drawn by the shop's own exploration, the truth is computed."""

import numpy as np
import pytest

from palate.errors import InvalidInput
from palate.evaluation.off_policy import estimate
from palate.evaluation.policies import PolicyEdit, Ranking, decisions_of
from palate.evaluation.turn_log import LoggedTurn
from palate.ranking.decisions import Decision, Policy
from palate.ranking.exploration import Exploration, propensities, slates_of
from palate.ranking.linear import LinearRanker

NAMES = ("words", "taste")
K, POOL = 3, 8


def chance(features):
    """People take to what suits their taste; words do not matter to them."""
    return 1 / (1 + np.exp(-(2.0 * features[..., 1] - 1.5)))


def drawn(seed, turns, policy, scale=1.5):
    """(logged turns, the value of ``policy`` on their pools): each slate is chosen and logged as in serving."""
    rng = np.random.default_rng(seed)
    logging = LinearRanker(NAMES, np.array([0.5, 0.2]), np.eye(2) * 0.25)
    logged, worth = [], []
    for number in range(turns):
        pool = rng.normal(size=(POOL, 2)).astype(np.float32)
        exploration = Exploration(scale, int(rng.integers(2**31)))
        weights, member = exploration.ensemble(logging)
        slates = slates_of(weights, pool, np.eye(POOL), K, 0.0)
        rows = slates[member]
        decision = Decision(
            Policy(), NAMES, rows.astype(np.int32), propensities(slates, rows), weights[member], exploration,
            0.0, POOL, np.arange(POOL, dtype=np.int32), pool, np.eye(POOL, dtype=np.float16),
        )  # fmt: skip
        rewards = (rng.random(K) < chance(pool[rows])).astype(float)
        logged.append(LoggedTurn(f"t{number}", "u", 0.0, 0.1, decision.document(), rewards, False))
        worth.append(chance(pool[policy.slates(decision)]).sum(axis=1).mean())
    return logged, float(np.mean(worth))


def ranking(words, taste, exploration=0.0):
    return Ranking(LinearRanker(NAMES, np.array([words, taste]), np.eye(2) * 0.25), exploration)


@pytest.mark.parametrize(
    "policy", [ranking(0.2, 0.3), ranking(0.5, 0.2, exploration=1.0)], ids=["edited", "as logged, less bold"]
)
def test_the_value_of_a_policy_is_found_from_the_log_of_another(policy):
    found = []
    for seed in range(25):
        logged, truth = drawn(seed, 150, policy)
        one = estimate(decisions_of(logged, policy, seed), seed, n_resamples=100)
        found.append([(one[name].value - truth) for name in ("snips", "dr")])
    errors = np.array(found)
    assert np.abs(errors.mean(axis=0)).max() < 3.5 * (errors.std(axis=0, ddof=1) / 5).max()
    assert np.abs(errors.mean(axis=0)).max() < 0.08


def test_the_policy_that_wrote_the_log_is_given_its_own_value():
    """Its ensembles are those of the log: every weight is 1, and nothing is left to estimate."""
    own = ranking(0.5, 0.2, exploration=1.5)
    logged, _ = drawn(0, 40, own)
    decisions = decisions_of(logged, own)
    assert decisions.targets == pytest.approx(decisions.propensities)
    one = estimate(decisions)["ips"]
    assert one.value == pytest.approx(np.mean([turn.rewards.sum() for turn in logged]))


def test_turns_without_a_list_and_of_an_older_palate_are_passed_over():
    logged, _ = drawn(0, 20, ranking(1, 0))
    bare = LoggedTurn("x", None, 0.0, None, None, np.zeros(0), False)
    older = LoggedTurn("y", None, 0.0, None, {"features": ["words"], "values": [[1.0]]}, np.ones(1), False)
    with_others = decisions_of([bare, older, *logged], ranking(1, 0))
    assert with_others.n_rounds == 20
    with pytest.raises(InvalidInput, match="9 lists that can be replayed; 10 are needed"):
        decisions_of([bare, older, *logged[:9]], ranking(1, 0))


def test_weights_are_edited_by_name():
    edited = ranking(1.0, 2.0).edited({"taste": 5.0})
    assert edited.ranker.mean.tolist() == [1.0, 5.0]
    with pytest.raises(InvalidInput, match=r"no ranker feature 'colour'; the features are: words, taste"):
        edited.edited({"colour": 1.0})


# --- the file ---------------------------------------------------------------------------------------------


def test_a_policy_is_a_file_or_a_version(tmp_path):
    file = tmp_path / "weights.toml"
    file.write_text("exploration = 0.2\n[weights]\nlexical = 2.5\n")
    assert PolicyEdit.read(str(file), []) == PolicyEdit(weights={"lexical": 2.5}, exploration=0.2)
    assert PolicyEdit.read("20261124-093015-204718", ["20261124-093015-204718"]).version


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("weights = 3\n", "'weights' in the policy"),
        ("[weights]\nlexical = 'much'\n", "'weights.lexical' in the policy .*got 'much'"),
        ("[weights]\nlexical = inf\n", "no finite number"),
        ("diversity = 2\n", "'diversity' in the policy .*got 2"),
        ("exploration = -1\n", "'exploration' in the policy"),
        ("wieghts = {}\n", "'wieghts' in the policy"),
        ("version = 'none'\n", "names the version 'none'"),
        ("[weights\n", "cannot be read as TOML"),
    ],
)
def test_a_wrong_policy_is_refused_by_name(tmp_path, text, says):
    file = tmp_path / "weights.toml"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=says):
        PolicyEdit.read(str(file), ["20261124-093015-204718"])


def test_what_is_neither_is_refused_with_what_there_is():
    with pytest.raises(InvalidInput, match="neither a file nor a model version; the versions are: v1"):
        PolicyEdit.read("v2", ["v1"])
