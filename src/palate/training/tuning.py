"""A search of the sources' settings within a time budget.

A walk from the best so far: each trial takes one setting of one source a step up or down its grid, fits the source
without the last events of some people, and fuses it with the other sources as they are. Each source gets time by its
share in the fusion, and its settings are tried in the order of GRID, what usually matters first. A trial is judged by
a third of the people first, and given up where they gain nothing. It is kept where the fusion, by weights fitted on
other people, ranks clearly better for all: by CLEAR standard errors of the differences between the two for each
person. A source that is better alone need not help the fusion, and of dozens of trials some look better by luck
(docs/decisions.md). The attention model, which takes minutes, is not tuned and does not take part; its training gets
time of its own (palate.training.train).

The events it judges by come before those that measure the version and teach its fusion, so that neither sees settings
made for it.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.base import Context, FitOptions, Interactions, Recommender
from palate.settings import FeedbackSettings, TrainSettings
from palate.training.fusion import LEAST_PEOPLE, examples, fit_fusion, held_out_gains
from palate.training.measure import HeldOut, hold_out
from palate.training.progress import Progress, silent
from palate.training.recorded import Recorded
from palate.training.source_settings import CONFIGS, GRID
from palate.training.sources import fit_sources
from palate.training.suiting import configs_of_kinds, suit
from palate.values import Codes, Mask

PEOPLE = 6_000
"""The most people who judge a trial."""
PREPARATION, PILOT = 0.4, 300
"""The share of the time that may have gone when the first trial starts: so many of the people judge as that allows, by
what it took to ask the first few.
"""
MOST_SCORES = 40_000_000
"""People times items that are kept of one source: 160 MB."""
FIRST, LEAST_FIRST = 1 / 3, 300
"""The share of the people that judges a trial first, where it is so many or more."""
CLEAR = 2.0
LATE = 1.5
"""A trial is begun where so many times what the last one of its source took is left of the time."""
LEAST_SHARE = 0.05
"""Of the time, for a source that has no weight in the fusion: other settings might earn it one."""


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

    def told(self) -> str:
        """In words."""
        sure = CLEAR * self.error
        return f"{self.source} {self.setting} {self.before} to {self.after}, {self.gain:+.4f} ± {sure:.4f}"


@dataclass(frozen=True, slots=True)
class Tuned:
    """``configs`` by source, of those that were changed; the ``kept`` trials in their order; ``ndcg`` of the fusion
    before and after; ``trials`` made in ``seconds``, of which ``prepared`` had gone before the first; ``nearest``:
    the trial that gained most of those not kept; ``people`` who judged.
    """

    configs: dict[str, Any] = field(default_factory=dict[str, Any])
    kept: tuple[Kept, ...] = ()
    ndcg: tuple[float, float] = (0.0, 0.0)
    trials: int = 0
    seconds: float = 0.0
    nearest: Kept | None = None
    people: int = 0
    prepared: float = 0.0

    def verdict(self) -> str:
        """What came of it, and where nothing did, why, in a sentence."""
        if not self.trials:
            return "nothing was tuned: there was no time for a trial, or too few people to judge one"
        judges = f", judged by {self.people:,} people"
        if self.kept:
            changes = ", ".join(one.told() for one in self.kept)
            before, after = self.ndcg
            told = f"{len(self.kept)} of {self.trials} trials are kept{judges}: {changes}"
            return f"{told}; NDCG@10 was {before:.4f}, is {after:.4f}"
        near = f"; the nearest was {self.nearest.told()}" if self.nearest else ""
        return f"none of {self.trials} trials{judges}, was clearly better, so the settings stay as they were{near}"

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
            "prepared": round(self.prepared, 1),
            "people": self.people,
            "verdict": self.verdict(),
        }
        # as JSON has it, so that the manifest in memory equals the one on disk
        return json.loads(json.dumps(facts))


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
    """Search for about ``seconds`` seconds, from the settings ``start`` (by source) where given, else from those for
    the kind of log (palate.training.suiting). ``others``: sources that need no fit and are fused too. Nothing is tried
    where too few people can be held out.
    """
    begin = time.perf_counter()
    most = _most_people(data)
    outer = hold_out(data, options.seed, most=most)
    held = hold_out(outer.rest, options.seed + 1, most=most) if outer else None
    if held is None or len(held.users) < LEAST_PEOPLE:
        return Tuned()
    progress("tuning", 0, int(seconds))
    search = _Search(held, allowed, options, feedback, limits, start or {}, others)
    best = search.start
    search.widen(begin + PREPARATION * seconds)
    at = time.perf_counter()
    mark = first = search.judge()
    judging = time.perf_counter() - at
    cost = {name: judging + search.seconds[name] for name in search.tunable()}
    shares = search.shares()
    prepared = time.perf_counter() - begin
    spent = dict.fromkeys(cost, 0.0)
    tried = {(name, best[name]) for name in cost}
    kept: list[Kept] = []
    nearest: Kept | None = None
    trials = 0
    while True:
        left = begin + seconds - time.perf_counter()
        progress("tuning", int(seconds - left), int(seconds))
        moves: dict[str, tuple[str, Any]] = {}
        for name in cost:
            untried = (move for move in _neighbours(name, best[name]) if (name, move[1]) not in tried)
            if LATE * cost[name] < left and (move := next(untried, None)):
                moves[name] = move
        if not trials:
            # told once it is known what a trial takes
            most_trials = (
                left * sum(share / cost[name] for name, share in shares.items()) / sum(shares.values())
            )
            progress(
                f"forecast: about {max(0.0, most_trials):,.0f} trials of settings in {max(0.0, left):,.0f} s",
                0,
                None,
            )
        if not moves:
            break
        name = min(moves, key=lambda name: spent[name] / shares[name])
        setting, config = moves[name]
        tried.add((name, config))
        at = time.perf_counter()
        gains = search.trial(name, config)
        took = time.perf_counter() - at
        spent[name] += took
        # what is given up early tells nothing of what the next may take, and a busy machine may be so again
        cost[name] = max(took, cost[name])
        trials += 1
        if gains is None:
            continue
        difference = gains - mark
        gain, error = float(difference.mean()), float(difference.std() / np.sqrt(len(difference)))
        found = Kept(name, setting, getattr(best[name], setting), getattr(config, setting), gain, error)
        if gain > CLEAR * error:
            kept.append(found)
            search.keep()
            mark, best[name] = gains, config
        elif nearest is None or gain > nearest.gain:
            nearest = found
    # what merely suits the kind of log is found anew by each training
    own = {*(start or ()), *(one.source for one in kept)}
    changed = {name: best[name] for name in cost if name in own}
    pair = float(first.mean()), float(mark.mean())
    took = time.perf_counter() - begin
    return Tuned(changed, tuple(kept), pair, trials, took, nearest, len(search.contexts), prepared)


def megabytes_of_search(data: Interactions) -> float:
    """The most that a search holds beside the models: what each source says of everyone who judges, and of one source
    twice more.
    """
    return (len(GRID) + 4) * 4e-6 * _most_people(data) * data.n_items


def _most_people(data: Interactions) -> int:
    """How many people judge at the most."""
    most = max(3 * LEAST_PEOPLE, MOST_SCORES // max(1, data.n_items))
    return min(PEOPLE, most, data.n_users)


class _Search:
    """The sources as they are, what each says of the people held out, and the trial under way."""

    def __init__(
        self,
        held: HeldOut,
        allowed: Codes,
        options: FitOptions,
        feedback: FeedbackSettings,
        limits: TrainSettings,
        start: Mapping[str, Any],
        others: Sequence[Recommender],
    ) -> None:
        self.held, self.allowed, self.options, self.limits = held, allowed, options, limits
        # in an order drawn by chance, so that the first of them are like all
        self._order = np.random.default_rng(options.seed).permutation(len(held.users))
        self._everyone = held.contexts(feedback)
        self.contexts, self.targets = self._first(PILOT)
        fitted = fit_sources(held.rest, options, limits=limits, configs=start)
        kinds = suit(fitted.models, held, allowed, options, feedback, limits, start)
        self.start = {**CONFIGS, **configs_of_kinds(kinds), **start}
        self.seconds = fitted.seconds
        self._asking = time.perf_counter()
        self.recorded = {
            source.name: Recorded(source, self.contexts, Mask(allowed))
            for source in (*fitted.models.values(), *others)
        }
        self._tried = self.recorded
        self._first_mark: float | None = None

    @property
    def few(self) -> int:
        """How many judge a trial first."""
        return int(FIRST * len(self.contexts))

    def _first(self, people: int) -> tuple[list[Context], Codes]:
        """The contexts and targets of the first so many."""
        rows = self._order[:people]
        return [self._everyone[row] for row in rows], self.held.targets[rows]

    def widen(self, until: float) -> None:
        """Let as many more people judge as can be asked, and judged twice, until then, by the clock of
        ``perf_counter``. It is called once, right after the start.
        """
        asked = len(self.contexts)
        at = time.perf_counter()
        self.judge()
        now = time.perf_counter()
        each = (now - self._asking + (now - at)) / asked
        more = min(len(self._order) - asked, int((until - now) / each))
        if more > 0:
            contexts, self.targets = self._first(asked + more)
            self.contexts += contexts[asked:]
            mask = Mask(self.allowed)
            self.recorded = {
                name: one.and_of(self.contexts[asked:], mask) for name, one in self.recorded.items()
            }
            self._tried = self.recorded

    def tunable(self) -> list[str]:
        """The names of the sources that the log and the limits allow and that have settings to try."""
        return [name for name in GRID if name in self.recorded]

    def shares(self) -> dict[str, float]:
        """The part of the time that each source is to have: by how much of the fusion's scores is its own."""
        data = examples(list(self.recorded.values()), self.contexts, self.targets, self.allowed)
        fusion = fit_fusion(list(self.recorded), data, self.options.seed)
        parts = fusion.weights * data.choices.features.std(axis=0) if fusion else np.ones(len(self.recorded))
        parts = dict(zip(self.recorded, (parts / (parts.sum() or 1.0)).tolist(), strict=True))
        return {name: max(parts[name], LEAST_SHARE) for name in self.tunable()}

    def judge(self) -> NDArray[np.float64]:
        """NDCG@10 for each person held out, by the fusion of all sources."""
        return self._gains(self.recorded, len(self.contexts))

    def trial(self, name: str, config: Any) -> NDArray[np.float64] | None:
        """The same with other settings of one source; None where the first third of the people gains nothing by it."""
        fitted = fit_sources(
            self.held.rest, self.options, limits=self.limits, names=[name], configs={name: config}
        )
        model, mask = fitted.models[name], Mask(self.allowed)
        if self.few < LEAST_FIRST:
            self._tried = self.recorded | {name: Recorded(model, self.contexts, mask)}
        else:
            if self._first_mark is None:
                self._first_mark = float(self._gains(self.recorded, self.few).mean())
            first = Recorded(model, self.contexts[: self.few], mask)
            if self._gains(self.recorded | {name: first}, self.few).mean() <= self._first_mark:
                return None
            self._tried = self.recorded | {name: first.and_of(self.contexts[self.few :], mask)}
        return self._gains(self._tried, len(self.contexts))

    def keep(self) -> None:
        """Go on from the last trial."""
        self.recorded, self._first_mark = self._tried, None

    def _gains(self, sources: Mapping[str, "Recorded"], people: int) -> NDArray[np.float64]:
        contexts = self.contexts[:people]
        data = examples(list(sources.values()), contexts, self.targets[:people], self.allowed)
        return held_out_gains(data, people, self.options.seed)


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
