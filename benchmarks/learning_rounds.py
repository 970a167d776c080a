"""Rounds of replayed people with tastes of their own, for learning_curve.py.

Every source is fitted on the first half of each person's log. A round is a person at a moment of his second half: what
he did before is the context, the films that any source proposes are the candidates, with the features that serving
gives them, and a film is a success where it is among what he watched from then on, which no model has seen.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from palate.evaluation.benchmark import read_benchmark
from palate.evaluation.log import EventLog, interactions
from palate.feedback.profile import weigh
from palate.recommenders.base import Context, FitOptions
from palate.recommenders.batch import score_many
from palate.recommenders.candidates import best, divisors
from palate.settings import FeedbackSettings, TrainSettings
from palate.training.content import word_vectors
from palate.training.fitting import fit_all
from palate.values import History, Mask

PER_SOURCE = 10
LEAST_EVENTS = 10
BLOCK = 250


@dataclass(frozen=True)
class Rounds:
    """``features`` float32 [n, f] of all candidates of all rounds and ``rewards`` float32 [n]; those of round i
    are starts[i] to starts[i + 1]. ``names`` of the features; ``fused`` float64 [f] and ``covariance`` float64
    [f, f]: what the first half of the log says of their weights.
    """

    names: tuple[str, ...]
    features: np.ndarray
    rewards: np.ndarray
    starts: np.ndarray
    fused: np.ndarray
    covariance: np.ndarray

    def __len__(self) -> int:
        return len(self.starts) - 1

    def save(self, path: Path) -> None:
        np.savez(path, **{**vars(self), "names": np.array(self.names)})

    @classmethod
    def load(cls, path: Path) -> Self:
        with np.load(path) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        return cls(**{**found, "names": tuple(found["names"].tolist())})


def make_rounds(folder: Path, count: int, seed: int) -> Rounds:
    """``count`` rounds of the benchmark in ``folder``, drawn by ``seed``."""
    feedback = FeedbackSettings.model_validate({})
    benchmark = read_benchmark(folder)
    log = benchmark.log
    starts = log.starts()
    lengths = np.diff(starts)
    halves = starts[:-1] + lengths // 2
    early = log.where(np.arange(len(log)) < halves[log.users])
    data = replace(interactions(early, feedback), content=word_vectors(benchmark.items))
    allowed = np.flatnonzero([item is not None for item in benchmark.items]).astype(np.int32)
    limits = TrainSettings.model_validate({"attention": "off"})
    fit = fit_all(data, allowed, FitOptions(seed=seed), feedback, limits)
    assert fit.fusion is not None
    sources = list(fit.fitted.models.values())
    names = tuple(source.name for source in sources)

    rng = np.random.default_rng(seed)
    people = rng.choice(np.flatnonzero(lengths >= LEAST_EVENTS), count)
    moments = rng.integers(halves[people], starts[people + 1])
    floors = np.array([fit.fusion.floors.get(name, 0.0) for name in names], np.float32)
    features, rewards, sizes = [], [], []
    for first in range(0, count, BLOCK):
        block = [
            (int(starts[person]), moment, int(starts[person + 1]))
            for person, moment in zip(
                people[first : first + BLOCK].tolist(), moments[first : first + BLOCK].tolist(), strict=True
            )
        ]
        contexts = [_context(log, start, moment, feedback) for start, moment, _ in block]
        scored = np.stack([score_many(source, contexts, Mask(allowed)) for source in sources], axis=2)
        for row, (start, moment, end) in enumerate(block):
            # as candidates.retrieve does it, one context at a time
            scores = scored[row]
            scores[np.isin(allowed, log.items[start:moment])] = 0
            chosen = np.unique(np.concatenate([best(column, PER_SOURCE) for column in scores.T]))
            features.append(scores[chosen] / divisors(np.abs(scores).max(axis=0)[np.newaxis], floors))
            rewards.append(np.isin(allowed[chosen], log.items[moment:end]))
            sizes.append(len(chosen))
    order = [fit.fusion.names.index(name) for name in names]
    return Rounds(
        names,
        np.concatenate(features),
        np.concatenate(rewards).astype(np.float32),
        np.concatenate([[0], np.cumsum(sizes)]),
        fit.fusion.weights[order],
        fit.fusion.covariance[np.ix_(order, order)],
    )


def _context(log: EventLog, start: int, moment: int, feedback: FeedbackSettings) -> Context:
    """What is known of a person at the event ``moment`` of the log."""
    past = slice(start, moment)
    history = History(
        log.items[past], log.kinds[past], log.timestamps[past], log.values[past], [None] * (moment - start)
    )
    items, weights, _ = weigh(history, feedback, float(log.timestamps[moment]))
    return Context(items, weights)
