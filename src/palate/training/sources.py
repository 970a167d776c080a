"""The recommenders that are fitted on the log: which there are, what each needs, how they stand in a
version.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from palate.recommenders.als import ALS
from palate.recommenders.base import FitOptions, Interactions, Recommender, Trainable
from palate.recommenders.item_knn import ItemKNN
from palate.recommenders.popularity import Popularity
from palate.training.progress import Progress, silent


class FittedRecommender(Recommender, Trainable, Protocol):
    """What is fitted on the log and kept in a version."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of recommender, and how many people with two liked items or more the log must have to fit it."""

    kind: type[FittedRecommender]
    least_people: int


SOURCES = (Source(Popularity, 0), Source(ItemKNN, 5), Source(ALS, 50))
"""With fewer people than that, what the model says would be an accident."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """``models`` by name; ``seconds`` each took to fit; ``skipped``: why others were not fitted."""

    models: dict[str, FittedRecommender] = field(default_factory=dict[str, FittedRecommender])
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    skipped: dict[str, str] = field(default_factory=dict[str, str])


def fit_sources(
    data: Interactions, options: FitOptions, progress: Progress = silent, stage: str = "fitting"
) -> Fitted:
    """Fit every source that the log is rich enough for."""
    fitted = Fitted()
    people = _people_with_two(data)
    for number, source in enumerate(SOURCES):
        name = source.kind.name
        progress(f"{stage} {name}", number, len(SOURCES))
        if not (data.weights > 0).any():
            fitted.skipped[name] = "the log has no event that speaks for an item"
        elif people < source.least_people:
            fitted.skipped[name] = (
                f"the log has {people} people who liked two items or more; {name} needs {source.least_people}"
            )
        else:
            start = time.perf_counter()
            fitted.models[name] = source.kind.fit(data, options)
            fitted.seconds[name] = round(time.perf_counter() - start, 3)
    progress(stage, len(SOURCES), len(SOURCES))
    return fitted


def save_sources(models: Mapping[str, FittedRecommender], folder: Path) -> None:
    """Write each model into a folder of its name below ``folder``."""
    for name, model in models.items():
        (folder / name).mkdir(parents=True)
        model.save(folder / name)


def load_sources(folder: Path) -> dict[str, Recommender]:
    """The models that ``save_sources`` wrote; ModelError where one is damaged."""
    return {
        source.kind.name: source.kind.load(folder / source.kind.name)
        for source in SOURCES
        if (folder / source.kind.name).is_dir()
    }


def _people_with_two(data: Interactions) -> int:
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[data.weights > 0]
    return int(np.count_nonzero(np.bincount(users, minlength=data.n_users) >= 2))
