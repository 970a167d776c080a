"""The recommenders that are fitted on the log: which there are, what each needs, how they stand in a
version.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from palate.recommenders.als import ALS
from palate.recommenders.attention import Attention
from palate.recommenders.base import FitOptions, Forecasts, Interactions, Recommender, Trainable
from palate.recommenders.ease import EASE
from palate.recommenders.item_knn import ItemKNN
from palate.recommenders.popularity import Popularity
from palate.recommenders.sequential_linear import SequentialLinear
from palate.recommenders.text_knn import TextKNN
from palate.settings import TrainSettings
from palate.training.progress import Progress, silent


class SavedRecommender(Recommender, Protocol):
    """What is kept in a version."""

    def save(self, folder: Path) -> None:
        """See Trainable."""
        ...


class FittedRecommender(SavedRecommender, Trainable, Protocol):
    """What is fitted on the log and kept in a version."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of recommender; how many people with two liked items or more the log must have to fit it; whether
    it learns from the log at all, and not from the items alone.
    """

    kind: type[FittedRecommender]
    least_people: int
    of_log: bool = True


SOURCES = (
    Source(Popularity, 0),
    Source(ItemKNN, 5),
    Source(TextKNN, 5, of_log=False),
    Source(ALS, 50),
    Source(EASE, 50),
    Source(SequentialLinear, 50),
)
"""With fewer people than that, what the model says would be an accident. The attention model, which takes
torch and minutes, stands apart (palate.training.attention).
"""
LOADED: tuple[type[Any], ...] = (*(source.kind for source in SOURCES), Attention)
"""Every kind that a version may hold."""

OPERATIONS_A_SECOND = 15e9
"""Of dense algebra in float32, one thread, on a busy machine."""
FUSING = 400.0
"""MB, at most: candidates and scores of the people that the fusion learns from."""
TORCH = 320.0
"""MB that torch takes by being there, once it has trained something."""
PAIRS_A_SECOND = 20e6
"""Of sparse products, the best of each row kept; they have one thread."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """``models`` by name; ``seconds`` each took to fit; ``skipped``: why others were not fitted."""

    models: dict[str, SavedRecommender] = field(default_factory=dict[str, SavedRecommender])
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    skipped: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Needs:
    """What fitting one source takes: ``megabytes`` of memory at its highest, of which ``kept`` are the model's own,
    and ``seconds`` about.
    """

    megabytes: float
    kept: float
    seconds: float


def needs(data: Interactions, options: FitOptions) -> dict[str, Needs]:
    """The forecast of each source that is large enough to have one, by name, before anything is fitted."""
    found: dict[str, Needs] = {}
    for source in SOURCES:
        if isinstance(source.kind, Forecasts):
            forecast = source.kind.forecast(data, options)
            seconds = forecast.operations / (OPERATIONS_A_SECOND * options.threads)
            seconds += forecast.pairs / PAIRS_A_SECOND
            found[source.kind.name] = Needs(
                round(forecast.megabytes), round(forecast.kept), round(seconds, 1)
            )
    return found


def needs_of_all(
    forecast: Mapping[str, Needs], limits: TrainSettings, attention: Needs | None = None, tuning: float = 0.0
) -> Needs:
    """What a training takes on top of the data: of the sources within the ``limits``, each fitted twice and kept,
    the models, and the most of what is done beside them: the largest fit, FUSING, the attention model, which is
    fitted before the second time, and ``tuning`` with its MB beside the first models.
    """
    within = [need for name, need in forecast.items() if not _beyond(name, need, limits)]
    kept = sum(need.kept for need in within)
    most = max((need.megabytes - need.kept for need in within), default=0.0)
    seconds = 2 * sum(need.seconds for need in within)
    highest = [2 * kept + max(most, FUSING), kept + tuning + most if tuning else 0.0]
    if attention is not None:
        kept += attention.kept
        highest = [*(one + attention.kept + TORCH for one in highest), kept + attention.megabytes]
        seconds += attention.seconds
    return Needs(round(max(highest)), 2 * kept, round(seconds, 1))


def fit_sources(
    data: Interactions,
    options: FitOptions,
    progress: Progress = silent,
    stage: str = "fitting",
    *,
    limits: TrainSettings | None = None,
    names: Sequence[str] = (),
    configs: Mapping[str, Any] | None = None,
    earlier: Mapping[str, SavedRecommender] | None = None,
) -> Fitted:
    """Fit every source that the log is rich enough for, within the ``limits`` of memory and time.

    ``names``: only these, all for none; ``configs``: settings of a source in place of its defaults, by name;
    ``earlier``: models of the same items and settings from another part of the log, taken over where the log makes
    no difference.
    """
    fitted = Fitted()
    people = _people_with_two(data)
    limits = limits or TrainSettings.model_validate({})
    options = replace(options, megabytes=limits.megabytes)
    forecasts = needs(data, options)
    for number, source in enumerate(SOURCES):
        name = source.kind.name
        if names and name not in names:
            continue
        progress(f"{stage} {name}", number, len(SOURCES))
        reason = _why_not(source, data, people, forecasts.get(name), limits)
        if reason:
            fitted.skipped[name] = reason
            continue
        if not source.of_log and earlier and name in earlier:
            fitted.models[name] = earlier[name]
            continue
        start = time.perf_counter()
        config = (configs or {}).get(name)
        fit: Any = source.kind.fit
        fitted.models[name] = fit(data, options, config) if config else fit(data, options)
        fitted.seconds[name] = round(time.perf_counter() - start, 3)
    progress(stage, len(SOURCES), len(SOURCES))
    return fitted


def beyond(data: Interactions, options: FitOptions, limits: TrainSettings | None = None) -> dict[str, str]:
    """The sources whose forecast exceeds the limits (None: the default ones), by name, each with a
    sentence.
    """
    limits = limits or TrainSettings.model_validate({})
    options = replace(options, megabytes=limits.megabytes)
    found = {name: _beyond(name, need, limits) for name, need in needs(data, options).items()}
    return {name: reason for name, reason in found.items() if reason}


def save_sources(models: Mapping[str, SavedRecommender], folder: Path) -> None:
    """Write each model into a folder of its name below ``folder``."""
    for name, model in models.items():
        (folder / name).mkdir(parents=True)
        model.save(folder / name)


def load_sources(folder: Path) -> dict[str, Recommender]:
    """The models that ``save_sources`` wrote; ModelError where one is damaged."""
    return {kind.name: kind.load(folder / kind.name) for kind in LOADED if (folder / kind.name).is_dir()}


def _why_not(
    source: Source, data: Interactions, people: int, forecast: Needs | None, limits: TrainSettings
) -> str | None:
    """Why a source is not fitted; None where it is."""
    name = source.kind.name
    if not (data.weights > 0).any():
        return "the log has no event that speaks for an item"
    if people < source.least_people:
        return f"the log has {people} people who liked two items or more; {name} needs {source.least_people}"
    if source.kind is TextKNN and (data.content is None or not data.content.nnz):
        return "the items have no words that tell them apart"
    return _beyond(name, forecast, limits) if forecast else None


def _beyond(name: str, forecast: Needs, limits: TrainSettings) -> str | None:
    if forecast.megabytes > limits.megabytes:
        return (
            f"{name} would take about {forecast.megabytes:,.0f} MB of memory; train.megabytes allows "
            f"{limits.megabytes:,}"
        )
    if forecast.seconds > limits.model_seconds:
        return (
            f"{name} would take about {forecast.seconds:,.0f} seconds; train.model_seconds allows "
            f"{limits.model_seconds:,}"
        )
    return None


def _people_with_two(data: Interactions) -> int:
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[data.weights > 0]
    return int(np.count_nonzero(np.bincount(users, minlength=data.n_users) >= 2))
