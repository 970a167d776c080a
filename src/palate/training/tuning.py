"""A search of the sources' settings within a time budget.

Random search around the best so far: each trial changes one setting of one source, fits it without the last
events of some people, and fuses it with the other sources as they are. It is kept where the fusion, by weights fitted
on other people, ranks clearly better: by CLEAR standard errors of the differences between the two for each
person. A source that is better alone need not help the fusion, and of dozens of trials some look better by luck
(docs/decisions.md). The attention model, which takes minutes, is not tuned and does not take part.

The events it judges by come before those that measure the version and teach its fusion, so that neither sees settings
made for it.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.als import ALS, ALSConfig
from palate.recommenders.base import Context, FitOptions, Interactions, Recommender
from palate.recommenders.batch import score_many
from palate.recommenders.ease import EASE, EASEConfig
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig
from palate.recommenders.sequential_linear import SequentialLinear, SequentialLinearConfig
from palate.recommenders.text_knn import TextKNN, TextKNNConfig
from palate.settings import FeedbackSettings, TrainSettings
from palate.training.fusion import LEAST_PEOPLE, examples, held_out_gains
from palate.training.measure import HeldOut, hold_out
from palate.training.progress import Progress, silent
from palate.training.sources import fit_sources
from palate.values import Codes, Mask, Scores

PEOPLE = 6_000
"""The most people who judge a trial."""
MOST_SCORES = 40_000_000
"""People times items that are kept of one source: 160 MB."""
CLEAR = 2.0
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
class Kept:
    """A trial that was kept: which ``setting`` of which ``source`` went from ``before`` to ``after``, what the fusion
    gained by it in NDCG@10, and the standard error of that.
    """

    source: str
    setting: str
    before: Any
    after: Any
    gain: float
    error: float


@dataclass(frozen=True, slots=True)
class Tuned:
    """``configs`` by source, of those that were changed; the ``kept`` trials in their order; ``ndcg`` of the fusion
    before and after; ``trials`` made in ``seconds``.
    """

    configs: dict[str, Any] = field(default_factory=dict[str, Any])
    kept: tuple[Kept, ...] = ()
    ndcg: tuple[float, float] = (0.0, 0.0)
    trials: int = 0
    seconds: float = 0.0

    def facts(self) -> dict[str, Any]:
        """What the manifest says of it; ``configs_of`` reads the settings back."""
        facts = {
            "configs": {name: asdict(config) for name, config in self.configs.items()},
            "kept": [
                asdict(replace(one, gain=round(one.gain, 5), error=round(one.error, 5))) for one in self.kept
            ],
            "ndcg@10": [round(value, 5) for value in self.ndcg],
            "trials": self.trials,
            "seconds": round(self.seconds, 1),
        }
        # as JSON has it, so that the manifest in memory equals the one on disk
        return json.loads(json.dumps(facts))


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
    others: Sequence[Recommender] = (),
    progress: Progress = silent,
) -> Tuned:
    """Search for about ``seconds`` seconds, from the settings ``start`` (by source) where given, else from the
    defaults. ``others``: sources that need no fit and are fused too. Nothing is tried where too few people can be held
    out.
    """
    begin = time.perf_counter()
    most = min(PEOPLE, max(3 * LEAST_PEOPLE, MOST_SCORES // max(1, data.n_items)))
    outer = hold_out(data, options.seed, most=most)
    held = hold_out(outer.rest, options.seed + 1, most=most) if outer else None
    if held is None or len(held.users) < LEAST_PEOPLE:
        return Tuned()
    best = {**CONFIGS, **(start or {})}
    search = _Search(held, allowed, options, feedback, limits, best, others)
    at = time.perf_counter()
    mark = first = search.judge()
    judging = time.perf_counter() - at
    cost = {name: judging + search.seconds[name] for name in search.tunable()}
    tried = {(name, best[name]) for name in cost}
    kept: list[Kept] = []
    trials = 0
    random = np.random.default_rng(options.seed)
    while True:
        left = begin + seconds - time.perf_counter()
        progress("tuning", int(seconds - left), int(seconds))
        moves = [
            (name, setting, config)
            for name in cost
            if cost[name] < left
            for setting, config in _neighbours(name, best[name])
            if (name, config) not in tried
        ]
        if not moves:
            break
        # as many trials to each source, not as many as it has settings
        names = sorted({name for name, _, _ in moves})
        own = [move for move in moves if move[0] == names[int(random.integers(len(names)))]]
        name, setting, config = own[int(random.integers(len(own)))]
        tried.add((name, config))
        at = time.perf_counter()
        gains = search.judge(name, config)
        cost[name] = time.perf_counter() - at
        trials += 1
        difference = gains - mark
        gain, error = float(difference.mean()), float(difference.std() / np.sqrt(len(difference)))
        if gain > CLEAR * error:
            kept.append(
                Kept(name, setting, getattr(best[name], setting), getattr(config, setting), gain, error)
            )
            search.keep()
            mark, best[name] = gains, config
    changed = {name: best[name] for name in cost if best[name] != CONFIGS[name]}
    pair = float(first.mean()), float(mark.mean())
    return Tuned(changed, tuple(kept), pair, trials, time.perf_counter() - begin)


class _Search:
    """The sources as they are, what each says of the people held out, and the trial under way."""

    def __init__(
        self,
        held: HeldOut,
        allowed: Codes,
        options: FitOptions,
        feedback: FeedbackSettings,
        limits: TrainSettings,
        configs: Mapping[str, Any],
        others: Sequence[Recommender],
    ) -> None:
        self.held, self.allowed, self.options, self.limits = held, allowed, options, limits
        self.contexts = held.contexts(feedback)
        fitted = fit_sources(held.rest, options, limits=limits, configs=configs)
        self.seconds = fitted.seconds
        self.recorded = {source.name: self._record(source) for source in (*fitted.models.values(), *others)}
        self.trial = self.recorded

    def tunable(self) -> list[str]:
        """The names of the sources that the log and the limits allow and that have settings to try."""
        return [name for name in GRID if name in self.recorded]

    def judge(self, name: str = "", config: Any = None) -> NDArray[np.float64]:
        """NDCG@10 for each person held out, by the fusion of all sources, one of them with other settings."""
        self.trial = dict(self.recorded)
        if name:
            fitted = fit_sources(
                self.held.rest, self.options, limits=self.limits, names=[name], configs={name: config}
            )
            self.trial[name] = self._record(fitted.models[name])
        data = examples(list(self.trial.values()), self.contexts, self.held.targets, self.allowed)
        return held_out_gains(data, len(self.contexts), self.options.seed)

    def keep(self) -> None:
        """Go on from the last trial."""
        self.recorded = self.trial

    def _record(self, source: Recommender) -> "_Recorded":
        return _Recorded(source, self.contexts, Mask(self.allowed))


class _Recorded:
    """A source that has been asked for some people once, and remembers what it said of them."""

    name: ClassVar[str] = "recorded"

    def __init__(self, source: Recommender, contexts: Sequence[Context], mask: Mask) -> None:
        self._source = source
        self._row_of = {id(context): row for row, context in enumerate(contexts)}
        self._scores = score_many(source, contexts, mask)

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender; of other people it is asked anew."""
        return self._source.score(context, mask)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany: of the people and the mask that it was made for."""
        return self._scores[[self._row_of[id(context)] for context in contexts]]


def _neighbours(name: str, config: Any) -> list[tuple[str, Any]]:
    """The settings one step away, each with the name of what was changed."""
    found: list[tuple[str, Any]] = []
    for setting, values in GRID[name].items():
        at = values.index(getattr(config, setting)) if getattr(config, setting) in values else None
        steps = range(len(values)) if at is None else (at - 1, at + 1)
        found += [
            (setting, replace(config, **{setting: values[step]})) for step in steps if 0 <= step < len(values)
        ]
    return found
