"""Cumulative reward of the ranker's online learning against peers, on replayed people (learning_rounds.py).

learning_curve.py FOLDER [--rounds 20000] [--seeds 5] [--pool 40000] [--cache FILE] [--json FILE]

All policies see the same rounds in the same order, with the same features. Those with settings are tuned first, on
rounds of their own, and each family's best takes part. Vowpal Wabbit is a peer: pip install vowpalwabbit.
"""

import argparse
import itertools
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from learning_rounds import Rounds, make_rounds
from scipy.stats import t as student

from palate.ranking.features import starting_weights
from palate.ranking.linear import LinearRanker

CONSTANT = "constant"
CONSTANT_VARIANCE = 10.0
"""How often anything is a success is not known at first."""
TUNING = 10_000
"""Rounds set aside to choose the settings of each family."""
CHECKPOINTS = (1_000, 2_000, 5_000, 10_000, 20_000)


class Policy(Protocol):
    def choose(self, features: np.ndarray) -> int:
        """The row to show, of float64 [n, f], the last feature 1."""
        ...

    def learn(self, reward: float) -> None:
        """What came of it."""
        ...


@dataclass
class Random:
    rng: np.random.Generator

    def choose(self, features: np.ndarray) -> int:
        return int(self.rng.integers(len(features)))

    def learn(self, reward: float) -> None:
        pass


@dataclass
class Ours:
    """The shop's ranker: Bayesian logistic regression, Thompson sampling with standard deviations times ``scale``
    (0: greedy). It learns from how the item shown differs from the mean of what could have been: what a round is like
    for all of its items says nothing of which to show, and would be taken for it (action-centred, as in Greenewald,
    Tewari, Murphy and Klasnja, NIPS 2017).
    """

    ranker: LinearRanker
    scale: float
    rng: np.random.Generator
    shown: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def choose(self, features: np.ndarray) -> int:
        ranker = self.ranker.sampled(self.rng, self.scale) if self.scale else self.ranker
        row = int(np.argmax(features @ ranker.mean))
        self.shown = features[row] - features.mean(axis=0)
        self.shown[-1] = 1
        return row

    def learn(self, reward: float) -> None:
        self.ranker = self.ranker.updated(self.shown, reward)


@dataclass
class LinUCB:
    """Li, Chu, Langford and Schapire, WWW 2010, with one model for all items (ridge 1)."""

    alpha: float
    inverse: np.ndarray
    target: np.ndarray
    shown: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def choose(self, features: np.ndarray) -> int:
        spread = np.sqrt(np.einsum("nf,fg,ng->n", features, self.inverse, features))
        row = int(np.argmax(features @ (self.inverse @ self.target) + self.alpha * spread))
        self.shown = features[row]
        return row

    def learn(self, reward: float) -> None:
        along = self.inverse @ self.shown
        self.inverse -= np.outer(along, along) / (1 + self.shown @ along)
        self.target += reward * self.shown


class VowpalWabbit:
    """``--cb_explore_adf``: it gives a probability for each item, one is drawn; costs are minus the reward. Its own
    constant stands for ours. ``centred``: it is given differences from the mean of the round, as ours learns.
    """

    def __init__(self, arguments: str, rng: np.random.Generator, seed: int, centred: bool = False) -> None:
        import vowpalwabbit

        self.model = vowpalwabbit.Workspace(f"--cb_explore_adf {arguments} --quiet --random_seed {seed}")
        self.rng = rng
        self.centred = centred
        self.lines: list[str] = []
        self.row, self.chance = 0, 1.0

    def choose(self, features: np.ndarray) -> int:
        given = features[:, :-1] - features[:, :-1].mean(axis=0) if self.centred else features[:, :-1]
        self.lines = [
            "| " + " ".join(f"{place}:{value:.6g}" for place, value in enumerate(row))
            for row in given.tolist()
        ]
        chances = np.array(self.model.predict("\n".join(self.lines)), np.float64)
        chances /= chances.sum()
        self.row = int(self.rng.choice(len(chances), p=chances))
        self.chance = float(chances[self.row])
        return self.row

    def learn(self, reward: float) -> None:
        self.lines[self.row] = f"0:{-reward}:{self.chance} {self.lines[self.row]}"
        self.model.learn("\n".join(self.lines))


Maker = Callable[[int], Policy]
"""A policy, new, from a seed."""


def families(rounds: Rounds) -> dict[str, dict[str, Maker]]:
    """Every family of policies, and the settings of each that are tried."""
    names = (*rounds.names, CONSTANT)
    f = len(names)
    weights = starting_weights(names, dict(zip(rounds.names, rounds.fused.tolist(), strict=True)))

    def ours(scale: float, start: dict[str, float] | None = None) -> Maker:
        ranker = LinearRanker.start(names, start or {}, (rounds.names, rounds.covariance) if start else None)
        ranker.covariance[-1, -1] = CONSTANT_VARIANCE
        return lambda seed: Ours(ranker, scale, np.random.default_rng(seed))

    def vw(arguments: str, centred: bool = False) -> Maker:
        return lambda seed: VowpalWabbit(arguments, np.random.default_rng(seed), seed, centred)

    exploring = [
        *(f"--epsilon {epsilon}" for epsilon in (0, 0.005, 0.01, 0.02, 0.05, 0.1)),
        *(f"--first {first}" for first in (200, 1000)),
        *(f"--bag {bags} --epsilon 0" for bags in (3, 5, 10)),
        *(f"--bag {bags} --greedify --epsilon 0" for bags in (5, 10)),
        *(f"--cover {cover} --psi {psi}" for cover, psi in ((3, 0.1), (3, 0.01), (5, 0.1))),
        *(f"--softmax --lambda {rate}" for rate in (10, 50, 200)),
        *(f"--squarecb --gamma_scale {scale} --cb_min_cost -1 --cb_max_cost 0" for scale in (10, 100, 1000)),
        *(f"--regcbopt --mellowness {mild} --cb_min_cost -1 --cb_max_cost 0" for mild in (0.1, 0.01, 0.001)),
    ]
    rates = ["", *(f"-l {rate}" for rate in (0.05, 0.1, 2)), "--power_t 0 -l 0.01", "--coin"]
    return {
        "random": {"": lambda seed: Random(np.random.default_rng(seed))},
        "greedy": {"": ours(0)},
        "LinUCB": {
            f"alpha {alpha}": lambda seed, alpha=alpha: LinUCB(alpha, np.eye(f), np.zeros(f))
            for alpha in (0.05, 0.1, 0.2, 0.5, 1.0)
        },
        "Vowpal Wabbit": {
            f"{exploration} {rate}".strip(): vw(f"{exploration} {rate}")
            for exploration, rate in (
                *itertools.product(exploring, rates),
                *itertools.product(exploring[:6], ("--cb_type dr", "--cb_type ips")),
            )
        },
        "Vowpal Wabbit, centred": {exploration: vw(exploration, True) for exploration in exploring},
        "ours, from nothing": {"exploration 0.1": ours(0.1)},
        "ours, from nothing, full Thompson": {"exploration 1": ours(1.0)},
        "ours, as a shop starts": {"exploration 0.1": ours(0.1, weights)},
    }


def play(policy: Policy, rounds: Rounds, order: Iterable[int]) -> np.ndarray:
    """The reward of each round, float64 [len(order)]."""
    found = []
    for number in order:
        rows = slice(rounds.starts[number], rounds.starts[number + 1])
        features = np.ones((rows.stop - rows.start, len(rounds.names) + 1))
        features[:, :-1] = rounds.features[rows]
        reward = float(rounds.rewards[rows.start + policy.choose(features)])
        policy.learn(reward)
        found.append(reward)
    return np.array(found)


def tuned(family: dict[str, Maker], rounds: Rounds, order: np.ndarray) -> dict[str, Maker]:
    """The setting of a family that earns most, by successive halving (Jamieson and Talwalkar, AISTATS 2016): all on a
    sixteenth of the rounds, the better quarter on a quarter, the best five on all.
    """
    left = list(family)
    for share, kept in ((16, max(5, len(left) // 4)), (4, 5), (1, 1)):
        if len(left) > kept:
            part = order[: len(order) // share]
            sums = {name: play(family[name](10_000), rounds, part).sum() for name in left}
            left = sorted(sums, key=lambda name: -sums[name])[:kept]
            for name in sorted(sums, key=lambda name: -sums[name])[:6]:
                print(f"  tuning, {len(part):,} rounds: {name:70} {sums[name]:,.0f}", flush=True)
    return {left[0]: family[left[0]]}


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """(mean, low, high): Student's 95 % interval of the mean over seeds."""
    half = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--rounds", type=int, default=20_000)
    arguments.add_argument("--seeds", type=int, default=5)
    arguments.add_argument("--pool", type=int, default=40_000)
    arguments.add_argument("--cache", type=Path)
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    if options.cache and options.cache.exists():
        rounds = Rounds.load(options.cache)
    else:
        rounds = make_rounds(options.folder, options.pool, 0)
        if options.cache:
            rounds.save(options.cache)
    sizes = np.diff(rounds.starts)
    best = np.maximum.reduceat(rounds.rewards, rounds.starts[:-1]).mean()
    print(
        f"{len(rounds):,} rounds, {sizes.mean():.1f} candidates of {', '.join(rounds.names)}; "
        f"{rounds.rewards.mean():.3f} of them a success, and in {best:.3f} of the rounds there is one",
        flush=True,
    )
    everyone = np.random.default_rng(0).permutation(len(rounds))
    tuning, rest = everyone[:TUNING], everyone[TUNING:]
    chosen = {name: tuned(family, rounds, tuning) for name, family in families(rounds).items()}
    rewards = {name: [] for name in chosen}
    for seed in range(options.seeds):
        order = np.random.default_rng(seed).choice(rest, options.rounds, replace=False)
        for name, family in chosen.items():
            ((setting, make),) = family.items()
            start = time.process_time()
            rewards[name].append(play(make(seed), rounds, order).cumsum())
            took = (time.process_time() - start) / options.rounds * 1e6
            print(
                f"seed {seed} {name:34} {setting:40} {rewards[name][-1][-1]:8,.0f}  {took:6.0f} us",
                flush=True,
            )
    points = [point for point in CHECKPOINTS if point <= options.rounds]
    document = {}
    peer = np.array(rewards["Vowpal Wabbit"])
    for name, curves in rewards.items():
        at = np.array(curves)[:, [point - 1 for point in points]]
        against = np.array(curves)[:, -1] - peer[:, -1]
        document[name] = {
            "setting": next(iter(chosen[name])),
            "cumulative": {str(point): interval(column) for point, column in zip(points, at.T, strict=True)},
            "against_vowpal_wabbit": interval(against),
        }
        _, low, high = interval(at[:, -1])
        more, least, most = document[name]["against_vowpal_wabbit"]
        curve = "  ".join(f"{column.mean():7,.0f}" for column in at.T)
        print(
            f"{name:34} {curve}   ({low:,.0f} to {high:,.0f})   {more:+,.0f} ({least:+,.0f} to {most:+,.0f})"
        )
    if options.json:
        options.json.write_text(json.dumps(document, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
