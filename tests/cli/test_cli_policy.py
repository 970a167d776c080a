"""palate evaluate policy, over logs in files and over a shop's own."""

import numpy as np
import pytest


@pytest.fixture
def logs(tmp_path):
    """Two logs of four items: one drawn evenly, the other with a liking for the last."""
    paths = []
    for seed, policy in enumerate((np.full(4, 0.25), np.array([0.1, 0.2, 0.3, 0.4]))):
        rng = np.random.default_rng(seed)
        rows = [
            f"{item},{1 + row % 3},{int(rng.random() < 0.1)},{policy[item]}"
            for row, item in enumerate(rng.choice(4, 300, p=policy))
        ]
        paths.append(tmp_path / f"log{seed}.csv")
        paths[-1].write_text("\n".join(["item_id,position,click,propensity_score", *rows]) + "\n")
    return paths


def test_logs_judge_each_other(run, logs):
    done = run("evaluate", "policy", "--log", *logs, "--json")
    assert done.status == 0, done.err
    found = done.json["judgements"]
    assert [(one["log"], one["policy"]) for one in found] == [
        ("log0.csv", "of log1.csv"),
        ("log1.csv", "of log0.csv"),
    ]
    assert set(found[0]["estimates"]) == {"ips", "snips", "clipped", "direct", "dr", "switch_dr"}
    assert "cannot be told apart" in found[0]["verdict"]
    low, high = found[0]["estimates"]["dr"]["interval"]
    assert low < found[0]["estimates"]["dr"]["value"] < high


def test_the_same_in_words(run, logs):
    done = run("evaluate", "policy", "--log", *logs)
    assert done.status == 0, done.err
    assert "of log1.csv, judged by log0.csv: 300 rounds" in done.out
    assert "cannot be told apart" in done.out
    assert "only" in done.out


def test_a_zero_propensity_is_bad_input(run, logs):
    logs[0].write_text("item_id,position,click,propensity_score\n0,1,0,0.5\n0,1,0,0.0\n")
    done = run("evaluate", "policy", "--log", *logs)
    assert (done.status, done.out) == (2, "")
    assert "row 2: propensity_score is 0.0" in done.err


def test_a_policy_is_judged_by_the_log_of_a_shop(run, shop, tmp_path):
    for number in range(12):
        done = run("chat", shop, "--user", f"p{number}", "--once", "a gift for my mother", "--json")
        assert done.status == 0, done.err
    weights = tmp_path / "weights.toml"
    weights.write_text("[weights]\nlexical = 0.5\n")
    done = run("evaluate", "policy", shop, "--policy", weights, "--json")
    assert done.status == 0, done.err
    (found,) = done.json["judgements"]
    assert found["n_rounds"] >= 12
    assert found["n_rewarded"] == 0
    assert found["better"] is None


def test_wrong_use_is_told(run, shop, logs):
    for arguments, says in (
        ((shop, "--policy", "no-such-thing"), "neither a file nor a model version"),
        ((shop, logs[0]), "give one shop, or --log before files"),
        (("--log", *logs, "--policy", "x"), "--policy is for a shop"),
        (("--log", logs[0]), "two logs or more"),
    ):
        done = run("evaluate", "policy", *arguments)
        assert (done.status, done.out) == (2, "")
        assert says in done.err
