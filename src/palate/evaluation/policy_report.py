"""Off-policy estimates as a verdict, a JSON document and lines of text.

A verdict claims a difference only where the interval of the main estimate leaves no room for none, adjusted for how
many policies are judged at once (Bonferroni), and where the numbers behind it carry an interval at all. Otherwise the
two policies cannot be told apart, and it says so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from palate.evaluation.off_policy import (
    LEAST_EFFECTIVE,
    LEAST_REWARDED,
    Decisions,
    Estimate,
    effective_sample_size,
    estimate,
    on_policy,
    warnings,
)

MAIN = ("dr", "snips", "ips")
"""The estimate that the verdict rests on: the first of these that there is."""

LEVEL = 0.95
Winner = Literal["policy", "logged"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the log named ``log`` says of ``policy``. ``logged``: what the logging policy itself earned a round,
    with its interval. ``strict``: the main estimate with intervals at the level adjusted for the number of
    judgements. ``unsupported``: the share of the policy's choices that the log could not have shown.
    ``measured``: what the policy earned where it served itself, with its interval, where that is known.
    """

    log: str
    policy: str
    decisions: int
    rounds: int
    rewarded: int
    effective: float
    largest_weight: float
    mean_weight: float
    unsupported: float
    logged: tuple[float, tuple[float, float]]
    estimates: Mapping[str, Estimate]
    strict: Estimate
    warnings: Sequence[str]
    measured: tuple[float, tuple[float, float]] | None = None

    @property
    def main(self) -> Estimate:
        """The estimate of the verdict."""
        return self.estimates[self.strict.name]

    @property
    def winner(self) -> Winner | None:
        """Which of the two earns more; None where it cannot be said."""
        low, high = self.strict.difference_widest
        if self.rewarded < LEAST_REWARDED or self.effective < LEAST_EFFECTIVE or low <= 0 <= high:
            return None
        return "policy" if low > 0 else "logged"

    @property
    def agrees(self) -> bool | None:
        """Whether the main estimate and what was measured differ by no more than their noise; None where nothing
        was measured.
        """
        if self.measured is None:
            return None
        halves = [(high - low) / 2 for low, high in (self.main.widest, self.measured[1])]
        return abs(self.main.value - self.measured[0]) <= math.hypot(*halves)


def judge(
    log: str,
    policy: str,
    decisions: Decisions,
    *,
    unsupported: float = 0.0,
    measured: tuple[float, tuple[float, float]] | None = None,
    judged_at_once: int = 1,
    seed: int = 0,
) -> Judgement:
    """All that the decisions say of the policy; ``judged_at_once``: how many policies the report judges."""
    estimates = estimate(decisions, seed, LEVEL)
    main = next(name for name in MAIN if name in estimates)
    strict = estimates[main]
    if judged_at_once > 1:
        strict = estimate(decisions, seed, 1 - (1 - LEVEL) / judged_at_once)[main]
    found = warnings(decisions)
    if unsupported > 0.01:
        found.append(
            f"{unsupported:.1%} of what this policy would show the log never could: only a reward model speaks there"
        )
    return Judgement(
        log,
        policy,
        len(decisions.rewards),
        decisions.n_rounds,
        int(np.count_nonzero(decisions.rewards)),
        effective_sample_size(decisions.weights),
        float(decisions.weights.max()),
        float(decisions.weights.mean()),
        unsupported,
        on_policy(decisions, seed, LEVEL),
        estimates,
        strict,
        found,
        measured,
    )


def verdict(judgement: Judgement) -> str:
    """The judgement in one sentence, which claims no more than the intervals do."""
    low, high = judgement.strict.difference_widest
    what = f"{judgement.main.difference:+.4g} a round ({judgement.strict.name}, interval {low:+.4g} to {high:+.4g})"
    if judgement.winner == "policy":
        return f"The policy {judgement.policy} earns more than the one that wrote {judgement.log}: {what}."
    if judgement.winner == "logged":
        return f"The policy {judgement.policy} earns less than the one that wrote {judgement.log}: {what}."
    why = ""
    if low > 0 or high < 0:
        why = (
            f"; only {judgement.rewarded:,} rewarded decisions, {judgement.effective:,.0f} effective ones, speak for "
            "this, too few for a claim"
        )
    return f"The policy {judgement.policy} and the one that wrote {judgement.log} cannot be told apart: {what}{why}."


def document(judgements: Sequence[Judgement]) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {"level": LEVEL, "judgements": [_document(judgement) for judgement in judgements]}


def _document(judgement: Judgement) -> dict[str, Any]:
    def known(figure: tuple[float, tuple[float, float]]) -> dict[str, Any]:
        return {"value": figure[0], "interval": list(figure[1])}

    found: dict[str, Any] = {
        "log": judgement.log,
        "policy": judgement.policy,
        "n_rounds": judgement.rounds,
        "n_decisions": judgement.decisions,
        "n_rewarded": judgement.rewarded,
        "effective_sample_size": judgement.effective,
        "weights": {"mean": judgement.mean_weight, "max": judgement.largest_weight},
        "unsupported": judgement.unsupported,
        "logged": known(judgement.logged),
        "estimates": {
            name: {
                "value": one.value,
                "interval": list(one.widest),
                "asymptotic": list(one.asymptotic),
                "bootstrap": list(one.bootstrap),
                "difference": one.difference,
                "difference_interval": list(one.difference_widest),
            }
            for name, one in judgement.estimates.items()
        },
        "warnings": list(judgement.warnings),
        "better": judgement.winner,
        "verdict": verdict(judgement),
    }
    if judgement.measured is not None:
        found["measured"] = {**known(judgement.measured), "agrees": judgement.agrees}
    return found


def lines(judgements: Sequence[Judgement]) -> list[str]:
    """The same as text."""
    found: list[str] = []
    for judgement in judgements:
        found += [
            f"{judgement.policy}, judged by {judgement.log}: {judgement.rounds:,} rounds, {judgement.decisions:,} "
            f"decisions, {judgement.rewarded:,} rewarded; effective {judgement.effective:,.0f}, largest weight "
            f"{judgement.largest_weight:,.1f}",
            f"  {'':12} {'a round':>9}   95 % interval           against the log's own",
            _line("the log", *judgement.logged),
        ]
        found += [
            _line(name, one.value, one.widest) + f"   {one.difference:+.5f} ({_range(one.difference_widest)})"
            for name, one in judgement.estimates.items()
        ]
        if judgement.measured is not None:
            agrees = "agrees with" if judgement.agrees else "DIFFERS from"
            found.append(
                _line("measured", *judgement.measured)
                + f"   {judgement.strict.name} {agrees} it, within noise"
            )
        found += [f"  ! {text}" for text in judgement.warnings]
        found += [f"  {verdict(judgement)}", ""]
    if any("direct" in judgement.estimates for judgement in judgements):
        found.append("direct is the reward model alone; its interval knows nothing of the model's own error.")
    return found


def _line(name: str, value: float, interval: tuple[float, float]) -> str:
    return f"  {name:12} {value:9.5f}   ({_range(interval)})"


def _range(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.5f} to {interval[1]:.5f}"
