"""The Open Bandit Dataset as it is: the log of each policy judges the other's, within what its few clicks allow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(("campaign", "clicks"), [("all", (38, 42)), ("men", (46, 69)), ("women", (46, 46))])
def test_random_and_thompson_judge_each_other(
    run: Callable[..., Any], shared_data: Callable[[str], Path], campaign: str, clicks: tuple[int, int]
):
    folder = shared_data("open-bandit")
    files = [folder / f"{policy}-{campaign}.csv.gz" for policy in ("random", "bts")]
    found = run("evaluate", "policy", "--log", *files)["judgements"]
    assert tuple(one["n_rewarded"] for one in found) == clicks
    for judgement in found:
        assert judgement["measured"]["agrees"]
        assert judgement["better"] is None
        assert "cannot be told apart" in judgement["verdict"]
        assert f"only {judgement['n_rewarded']} of 10,000" in judgement["warnings"][0]
        for name in ("ips", "snips", "dr"):
            low, high = judgement["estimates"][name]["interval"]
            # half as wide as the value is high, and wider
            assert high - low > judgement["estimates"][name]["value"] / 2
