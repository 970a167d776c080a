"""Logs of bandits in files."""

import gzip

import numpy as np
import pytest

from palate.errors import InvalidInput
from palate.evaluation.bandit_log import decisions_of, judge_logs, never_shown, read_bandit_log
from palate.evaluation.off_policy import estimate

HEAD = "timestamp,item_id,position,click,propensity_score"
CHANCES = np.array([0.05, 0.1, 0.2, 0.4])
SKEWED = np.array([0.1, 0.2, 0.3, 0.4])


def write(path, policy, n, seed, *, people=True):
    """A log of four items at two positions, drawn from ``policy`` float [4]."""
    rng = np.random.default_rng(seed)
    items = rng.choice(4, n, p=policy)
    clicks = (rng.random(n) < CHANCES[items]).astype(int)
    head = HEAD + (
        ",user_feature_0," + ",".join(f"user-item_affinity_{item}" for item in range(4)) if people else ""
    )
    rows = [
        f"2019-11-24 00:00:{row % 60:02d}+00:00,{item},{1 + row % 2},{click},{policy[item]}"
        + (f",{'ab'[row % 2]},{rng.integers(3)}.0,0.0,0.0,1.0" if people else "")
        for row, (item, click) in enumerate(zip(items, clicks, strict=True))
    ]
    text = "\n".join([head, *rows]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_each_log_finds_the_value_of_the_other(tmp_path):
    paths = [
        write(tmp_path / "even.csv.gz", np.full(4, 0.25), 6_000, 0),
        write(tmp_path / "skewed.csv", SKEWED, 6_000, 1),
    ]
    first, second = judge_logs(paths)
    for judgement, policy in ((first, SKEWED), (second, np.full(4, 0.25))):
        truth = float(policy @ CHANCES)
        for name in ("ips", "snips", "dr", "switch_dr"):
            low, high = judgement.estimates[name].widest
            assert low < truth < high
            assert high - low < 0.08
        assert judgement.agrees
        assert judgement.warnings == []
    # .2375 against .1875, with some 1,200 rewards each
    assert (first.winner, second.winner) == ("policy", "logged")


def test_the_policy_of_a_log(tmp_path):
    even = read_bandit_log(write(tmp_path / "even.csv", np.full(4, 0.25), 100, 0))
    assert even.is_uniform
    assert (even.policy() == 0.25).all()
    skewed = read_bandit_log(write(tmp_path / "skewed.csv", SKEWED, 20_000, 1))
    assert not skewed.is_uniform
    assert skewed.policy() == pytest.approx(np.tile(SKEWED, (2, 1)), abs=0.02)
    assert decisions_of(even, skewed).target_sample is not None
    assert decisions_of(skewed, even).target_sample is None


def test_the_sample_of_the_policy_has_the_estimate_as_its_mean(tmp_path):
    even, skewed = (
        read_bandit_log(write(tmp_path / f"{name}.csv", policy, 3_000, seed))
        for name, policy, seed in (("a", np.full(4, 0.25), 0), ("b", SKEWED, 1))
    )
    decisions = decisions_of(even, skewed)
    assert decisions.target_sample.mean() == pytest.approx(estimate(decisions)["ips"].value)


def test_a_log_without_people_is_a_log(tmp_path):
    paths = [
        write(tmp_path / f"{name}.csv", np.full(4, 0.25), 500, seed, people=False)
        for name, seed in (("a", 0), ("b", 1))
    ]
    assert "dr" in judge_logs(paths)[0].estimates


def test_what_a_log_never_shows_is_told(tmp_path):
    only = np.array([0.5, 0.5, 0, 0])
    narrow = read_bandit_log(write(tmp_path / "narrow.csv", only, 2_000, 0))
    even = read_bandit_log(write(tmp_path / "even.csv", np.full(4, 0.25), 2_000, 1))
    assert never_shown(narrow, even) == pytest.approx(0.5)
    assert never_shown(even, narrow) == 0
    found = judge_logs([tmp_path / "narrow.csv", tmp_path / "even.csv"])
    judged = next(one for one in found if one.log == "narrow.csv")
    assert any("50.0% of what this policy would show" in text for text in judged.warnings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("item_id,position,click\n0,1,0\n", "no column 'propensity_score'"),
        (f"{HEAD}\n", "no rows"),
        (f"{HEAD}\nt,0,1,0,0.5\nt,1,1,0,0\n", "row 2: propensity_score is 0.0"),
        (f"{HEAD}\nt,0,1,0,1.5\n", "row 1: propensity_score is 1.5"),
        (f"{HEAD}\nt,0,1,0,\n", "row 1: propensity_score is nan|must be numbers"),
        (f"{HEAD}\nt,0,1,2,0.5\n", "row 1: click is 2.0"),
        (f"{HEAD}\nt,-1,1,0,0.5\n", "row 1: item_id is -1.0"),
        (f"{HEAD}\nt,7000000,1,0,0.5\n", "item_id is 7000000.0"),
        (f"{HEAD}\nt,shoe,1,0,0.5\n", "'item_id': its values must be numbers"),
        (f"{HEAD}\nt,0,1\n", "cannot be read"),
    ],
)
def test_a_log_that_cannot_be_taken_is_refused_by_name_and_row(tmp_path, text, says):
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=says) as refused:
        read_bandit_log(path)
    assert "log.csv" in str(refused.value)


def test_logs_that_cannot_judge_each_other_are_refused(tmp_path):
    one = write(tmp_path / "one.csv", np.full(4, 0.25), 50, 0)
    with pytest.raises(InvalidInput, match="two logs or more"):
        judge_logs([one])
    with pytest.raises(InvalidInput, match="cannot be read"):
        judge_logs([one, tmp_path / "none.csv"])
