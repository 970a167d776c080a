"""Off-policy estimates: what a policy would have earned, from what another one showed and what came of it.

A *round* is one answer, a *decision* one place of it: the item that the logging policy put there with probability
p, and its reward r. The policy in question puts the same item there with probability q; w = q / p. The value is
the mean over rounds of the sum of rewards. A place counts for itself, whatever stands around it: the item-position
model of Li, Kim, Jiang, Tu, Wu and Zha (Offline Evaluation of Ranking Policies with Click Models, KDD 2018).

| estimate | over m rounds | source |
| --- | --- | --- |
| ips | mean of sum w r | Horvitz and Thompson 1952 |
| snips | sum w r / sum w, times the decisions a round | Swaminathan and Joachims, NIPS 2015 |
| clipped | mean of sum min(w, t) r | Ionides 2008, with his t = square root of the decisions |
| direct | mean of sum f, f = sum over items of q(item) model(item) | |
| dr | mean of sum f + w (r - model(shown)) | Dudik, Langford and Li, ICML 2011 |
| switch_dr | the same with w = 0 where w > t | Wang, Agarwal and Dudik, ICML 2017 |

The last three need a model of the reward (reward_model.py). ips and dr are unbiased where p is right and positive
wherever q is; dr also where the model is right and p is not; snips is consistent; clipped, direct and switch_dr
trade bias for variance.

Intervals. *Asymptotic*: normal, from the variance over rounds (Bottou et al., Counterfactual Reasoning and Learning
Systems, JMLR 2013), by the delta method for snips. *Bootstrap*: percentiles, whole rounds drawn with replacement
(Efron and Tibshirani 1993, chapter 13). Both rest on many rewarded rounds and on weights that none outweighs;
``warnings`` says where that is not so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidInput
from palate.evaluation.statistics import RESAMPLES, resample_counts

LEAST_EFFECTIVE = 100.0
"""Below so many effective decisions the intervals are not to be trusted."""
LEAST_REWARDED = 100
"""Below so many rewarded decisions a normal or a percentile interval is too short on one side."""
LARGEST_SHARE = 0.1
"""A single decision that carries more of the weight than this makes the estimate its own."""

ESTIMATES = ("ips", "snips", "clipped", "direct", "dr", "switch_dr")


@dataclass(frozen=True, slots=True)
class Decisions:
    """n decisions in m rounds, with what the policy in question thinks of them.

    ``rewards`` float64 [n]; ``propensities`` float64 [n] of the logging policy, above 0; ``targets`` float64
    [n]: the probability under the policy in question of the same item at the same place; ``rounds`` int64
    [n], each from 0 to m - 1; ``predicted`` float64 [n]: the reward model's word on what was shown, and
    ``expected`` float64 [n] what the policy would get there by it, of a model fitted without that round; None
    without a model. ``target_sample`` float64 [s]: where the policy in question is itself known from a sample
    of s, what each of them adds, so that its noise counts (bandit_log.py).
    """

    rewards: NDArray[np.float64]
    propensities: NDArray[np.float64]
    targets: NDArray[np.float64]
    rounds: NDArray[np.int64]
    predicted: NDArray[np.float64] | None = None
    expected: NDArray[np.float64] | None = None
    target_sample: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        """Raises InvalidInput, naming the decision, where an estimate would be nonsense."""
        if not len(self.rewards):
            raise InvalidInput("there is no decision to estimate from; the log is empty")
        _check("reward", self.rewards, np.isfinite(self.rewards), "it must be a number")
        _check(
            "propensity",
            self.propensities,
            (self.propensities > 0) & (self.propensities <= 1),
            "what was shown had a chance: it must be above 0 and at most 1. Log the true probability, or leave "
            "such decisions out",
        )
        _check(
            "probability under the policy",
            self.targets,
            (self.targets >= 0) & (self.targets <= 1),
            "it must be from 0 to 1",
        )

    @property
    def n_rounds(self) -> int:
        return int(self.rounds.max()) + 1

    @property
    def weights(self) -> NDArray[np.float64]:
        """float64 [n]: w of each decision."""
        return self.targets / self.propensities


@dataclass(frozen=True, slots=True)
class Estimate:
    """``value`` a round, with its two intervals; and its ``difference`` from what the logging policy earned in
    these very rounds, with those of the difference.
    """

    name: str
    value: float
    asymptotic: tuple[float, float]
    bootstrap: tuple[float, float]
    difference: float
    difference_asymptotic: tuple[float, float]
    difference_bootstrap: tuple[float, float]

    @property
    def widest(self) -> tuple[float, float]:
        """From the lower of the two lower ends to the higher of the upper ones: what is claimed."""
        return _hull(self.asymptotic, self.bootstrap)

    @property
    def difference_widest(self) -> tuple[float, float]:
        """The same of the difference."""
        return _hull(self.difference_asymptotic, self.difference_bootstrap)


def effective_sample_size(weights: NDArray[np.float64]) -> float:
    """How many decisions of equal weight would vary as much: (sum w)^2 / sum w^2 (Kish 1965); 0 without any."""
    total = float(np.square(weights).sum())
    return float(weights.sum()) ** 2 / total if total > 0 else 0.0


def threshold(n: int) -> float:
    """Above which a weight is clipped or switched off: the square root of the number of decisions, which lets
    bias and variance vanish together (Ionides, Truncated Importance Sampling, 2008).
    """
    return float(np.sqrt(n))


def estimate(
    decisions: Decisions, seed: int = 0, level: float = 0.95, n_resamples: int = RESAMPLES
) -> dict[str, Estimate]:
    """Every estimate that the decisions allow, by name; those with a model only where there is one."""
    m, w = decisions.n_rounds, decisions.weights
    clip = threshold(len(w))

    def by_round(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(decisions.rounds, values, minlength=m).astype(np.float64)

    r = decisions.rewards
    logged, count = by_round(r), by_round(np.ones(len(r)))
    columns = {"ips": by_round(w * r), "clipped": by_round(np.minimum(w, clip) * r)}
    if decisions.predicted is not None and decisions.expected is not None:
        f, left = decisions.expected, r - decisions.predicted
        columns["direct"] = by_round(f)
        columns["dr"] = by_round(f + w * left)
        columns["switch_dr"] = by_round(f + np.where(w <= clip, w, 0) * left)
    weight = by_round(w)
    names = [name for name in ESTIMATES if name == "snips" or name in columns]
    # each round's part of an estimate, so that its mean is the value and its variance the estimate's
    parts = dict(columns)
    normaliser = weight.mean()
    if normaliser > 0:
        value = columns["ips"].mean() / normaliser * count.mean()
        # delta method: d(a c / b) around the means of a (w r), b (w) and c (decisions)
        parts["snips"] = (
            value
            + (columns["ips"] - columns["ips"].mean()) * count.mean() / normaliser
            - value * (weight - normaliser) / normaliser
            + value * (count - count.mean()) / count.mean()
        )
    else:
        names.remove("snips")  # nothing that the policy would show was ever shown
    draws = _draws(np.column_stack([*columns.values(), weight, count, logged]), seed, n_resamples)
    drawn = dict(zip([*columns, "weight", "count", "logged"], draws.T, strict=True))
    if "snips" in names:
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn["snips"] = np.nan_to_num(drawn["ips"] / drawn["weight"] * drawn["count"])
    noise, spread = _target_noise(decisions, seed, n_resamples)
    z = NormalDist().inv_cdf((1 + level) / 2)
    ends = ((1 - level) / 2, (1 + level) / 2)

    def interval(values: NDArray[np.float64], extra: float) -> tuple[float, float]:
        half = z * float(np.sqrt(values.var(ddof=1) / m + extra)) if m > 1 else float("inf")
        return float(values.mean()) - half, float(values.mean()) + half

    def percentiles(values: NDArray[np.float64]) -> tuple[float, float]:
        low, high = np.quantile(values + noise, ends)
        return float(low), float(high)

    return {
        name: Estimate(
            name,
            float(parts[name].mean()),
            interval(parts[name], spread),
            percentiles(drawn[name]),
            float(parts[name].mean() - logged.mean()),
            interval(parts[name] - logged, spread),
            percentiles(drawn[name] - drawn["logged"]),
        )
        for name in names
    }


def on_policy(decisions: Decisions, seed: int = 0, level: float = 0.95) -> tuple[float, tuple[float, float]]:
    """What the logging policy itself earned a round, with its (wider) interval: every w is 1."""
    own = Decisions(decisions.rewards, decisions.propensities, decisions.propensities, decisions.rounds)
    found = estimate(own, seed, level)["ips"]
    return found.value, found.widest


def warnings(decisions: Decisions) -> list[str]:
    """Why the intervals may say less than they seem to: few rewards, few effective decisions, single decisions
    that outweigh all others, weights whose mean is not 1. One sentence each.
    """
    w = decisions.weights
    found: list[str] = []
    rewarded = int(np.count_nonzero(decisions.rewards))
    if rewarded < LEAST_REWARDED:
        found.append(
            f"only {rewarded:,} of {len(w):,} decisions were rewarded: an interval that rests on so few is a rough one"
        )
    size = effective_sample_size(w)
    if size < LEAST_EFFECTIVE:
        found.append(f"the {len(w):,} decisions count only as much as {size:,.1f} of this policy's own")
    if w.sum() > 0 and w.max() / w.sum() > LARGEST_SHARE:
        found.append(
            f"a single decision carries {w.max() / w.sum():.0%} of all weight (its weight is {w.max():,.0f}): "
            "the two policies differ too much to learn of one from the other"
        )
    elif w.max() > threshold(len(w)):
        found.append(
            f"the largest weight is {w.max():,.1f}, above the square root of the decisions ({threshold(len(w)):,.1f}): "
            "prefer snips, clipped or switch_dr to ips"
        )
    mean = np.bincount(decisions.rounds, w - 1, minlength=decisions.n_rounds)
    error = float(mean.std(ddof=1)) / np.sqrt(len(mean)) if len(mean) > 1 else float("inf")
    if abs(mean.mean()) > 4 * error:
        found.append(
            f"the weights have a mean of {w.mean():.3f}, which should be 1: the logged propensities are doubtful, or "
            "the policy would show what the log never could"
        )
    return found


def _check(name: str, values: NDArray[np.float64], right: NDArray[np.bool_], remedy: str) -> None:
    wrong = np.flatnonzero(~right)
    if len(wrong):
        raise InvalidInput(
            f"the {name} of decision {int(wrong[0]) + 1} is {float(values[wrong[0]])!r}; {remedy}"
        )


def _draws(columns: NDArray[np.float64], seed: int, n_resamples: int) -> NDArray[np.float64]:
    """float64 [resamples, c]: the means of columns float64 [m, c] over rounds drawn with replacement."""
    blocks: Sequence[NDArray[np.float64]] = [
        counts @ columns for counts in resample_counts(len(columns), seed, n_resamples)
    ]
    return np.concatenate(blocks) / len(columns)


def _target_noise(
    decisions: Decisions, seed: int, n_resamples: int
) -> tuple[NDArray[np.float64] | float, float]:
    """(what the sample of the policy in question adds to each bootstrap draw; its variance), both 0 where the
    policy is known exactly. The two logs are independent, so their noises add.
    """
    sample = decisions.target_sample
    if sample is None:
        return 0.0, 0.0
    drawn = _draws(sample[:, np.newaxis], seed + 1, n_resamples)[:, 0]
    return drawn - sample.mean(), float(sample.var(ddof=1)) / len(sample)


def _hull(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    return min(first[0], second[0]), max(first[1], second[1])
