"""A search of the sources' settings within a time budget.

Random search around the best so far: each trial changes one setting of one source, fits it without the last
events of some people and keeps what ranks those clearly better: by CLEAR standard errors of the differences
between the two for each person. Of dozens of trials some look better by luck, and on Amazon Beauty such luck made
the fusion worse by 7 % (docs/decisions.md). The events it judges by come before those that measure
the version and teach the fusion, so that neither sees settings made for it.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.als import ALS, ALSConfig
from palate.recommenders.base import FitOptions, Interactions
from palate.recommenders.ease import EASE, EASEConfig
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig
from palate.recommenders.sequential_linear import SequentialLinear, SequentialLinearConfig
from palate.recommenders.text_knn import TextKNN, TextKNNConfig
from palate.settings import FeedbackSettings, TrainSettings
from palate.training.fitting import MOST_SCORES
from palate.training.measure import HeldOut, gains, hold_out
from palate.training.progress import Progress, silent
from palate.training.sources import fit_sources
from palate.values import Codes

PEOPLE = 6_000
"""The most people who judge a trial."""
CLEAR = 2.5
CONFIGS: Mapping[str, Any] = {
    ItemKNN.name: ItemKNNConfig(),
    TextKNN.name: TextKNNConfig(),
    ALS.name: ALSConfig(),
    EASE.name: EASEConfig(),
    SequentialLinear.name: SequentialLinearConfig(),
}
GRID: Mapping[str, Mapping[str, Sequence[Any]]] = {
    ItemKNN.name: {
        "weighting": ("cosine", "tfidf", "bm25"),
        "profile_decay": (0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        "gap_decay": (0.7, 0.8, 0.85, 0.9, 0.95),
        "backward": (0.0, 0.1, 0.3, 0.6, 1.0),
        "from_power": (0.5, 0.6, 0.7, 0.8, 0.9),
        "to_power": (0.2, 0.3, 0.35, 0.4, 0.5),
        "shrinkage": (5.0, 10.0, 20.0, 40.0),
    },
    TextKNN.name: {"profile_decay": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)},
    ALS.name: {
        "alpha": (2.0, 5.0, 10.0, 20.0, 40.0),
        "regularisation": (1.0, 3.0, 10.0, 30.0, 100.0),
        "factors": (32, 64, 128),
    },
    EASE.name: {
        "profile_decay": (0.7, 0.8, 0.9, 0.95, 1.0),
        "regularisation": (30.0, 100.0, 300.0, 1_000.0),
    },
    SequentialLinear.name: {
        "regularisation": (50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0),
        "decays": ((0.96, 0.75, 0.2), (0.9, 0.6, 0.2), (0.96, 0.75), (0.98, 0.85, 0.4)),
    },
}
"""What is tried of each setting; the steps of one are ordered, and a trial goes to a neighbouring one."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """``configs`` by source, of those that were bettered; ``ndcg``: (before, after) of each source tried;
    ``trials`` made in ``seconds``.
    """

    configs: dict[str, Any] = field(default_factory=dict[str, Any])
    ndcg: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])
    trials: int = 0
    seconds: float = 0.0

    def facts(self) -> dict[str, Any]:
        """What the manifest says of it; ``configs_of`` reads the settings back."""
        return {
            # as JSON has it, so that the manifest in memory equals the one on disk
            "configs": {
                name: json.loads(json.dumps(asdict(config))) for name, config in self.configs.items()
            },
            "ndcg@10": {name: [round(value, 5) for value in pair] for name, pair in self.ndcg.items()},
            "trials": self.trials,
            "seconds": round(self.seconds, 1),
        }


def configs_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that ``Tuned.facts`` wrote; those of another release, with other names, are left out."""
    found: dict[str, Any] = {}
    for name, values in facts.get("configs", {}).items():
        default = CONFIGS.get(name)
        if default is not None and set(values) == set(asdict(default)):
            found[name] = type(default)(**values)
    return found


def tune(
    data: Interactions,
    allowed: Codes,
    options: FitOptions,
    feedback: FeedbackSettings,
    limits: TrainSettings,
    seconds: float,
    start: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> Tuned:
    """Search for about ``seconds`` seconds, from the settings ``start`` (by source) where given, else from the
    defaults. Nothing is tried where too few people can be held out.
    """
    begin = time.perf_counter()
    most = min(PEOPLE, max(20, MOST_SCORES // max(1, data.n_items)))
    outer = hold_out(data, options.seed, most=most)
    held = hold_out(outer.rest, options.seed + 1, most=most) if outer else None
    if held is None:
        return Tuned()
    search = _Search(held, allowed, options, feedback, limits)
    best = {**CONFIGS, **(start or {})}
    marks: dict[str, NDArray[np.float64]] = {}
    first: dict[str, float] = {}
    cost: dict[str, float] = {}
    trials = 0
    random = np.random.default_rng(options.seed)

    def left() -> float:
        return begin + seconds - time.perf_counter()

    def judge(name: str, config: Any) -> NDArray[np.float64] | None:
        nonlocal trials
        progress("tuning", int(seconds - left()), int(seconds))
        at = time.perf_counter()
        mark = search.judge(name, config)
        cost[name] = time.perf_counter() - at
        trials += 1
        return mark

    for name in GRID:
        if left() > 0 and (mark := judge(name, best[name])) is not None:
            marks[name], first[name] = mark, float(mark.mean())
    tried = {(name, best[name]) for name in marks}
    while marks:
        affordable = [name for name in marks if cost[name] < left()]
        moves = [(name, config) for name in affordable for config in _neighbours(name, best[name])]
        moves = [move for move in moves if move not in tried]
        if not moves:
            break
        # as many trials to each source, not as many as it has settings
        name = affordable[int(random.integers(len(affordable)))]
        own = [move for move in moves if move[0] == name] or moves
        name, config = own[int(random.integers(len(own)))]
        tried.add((name, config))
        mark = judge(name, config)
        if mark is not None and _clearly_better(mark, marks[name]):
            marks[name], best[name] = mark, config
    changed = {name: best[name] for name in marks if best[name] != CONFIGS[name]}
    pairs = {name: (first[name], float(marks[name].mean())) for name in marks}
    return Tuned(changed, pairs, trials, time.perf_counter() - begin)


@dataclass(frozen=True, slots=True)
class _Search:
    held: HeldOut
    allowed: Codes
    options: FitOptions
    feedback: FeedbackSettings
    limits: TrainSettings

    def judge(self, name: str, config: Any) -> NDArray[np.float64] | None:
        """NDCG@10 for each person of a source of these settings; None where the log or the limits do not allow it."""
        fitted = fit_sources(
            self.held.rest, self.options, limits=self.limits, names=[name], configs={name: config}
        )
        model = fitted.models.get(name)
        return None if model is None else gains(model, self.held, self.allowed, self.feedback)


def _clearly_better(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> bool:
    difference = ours - theirs
    return bool(difference.mean() > CLEAR * difference.std() / np.sqrt(len(difference)))


def _neighbours(name: str, config: Any) -> list[Any]:
    """The settings one step away."""
    found: list[Any] = []
    for setting, values in GRID[name].items():
        at = values.index(getattr(config, setting)) if getattr(config, setting) in values else None
        steps = range(len(values)) if at is None else (at - 1, at + 1)
        found += [replace(config, **{setting: values[step]}) for step in steps if 0 <= step < len(values)]
    return found
