"""The settings of the sources that are fitted on the log: the defaults, what suits logs of other kinds
(palate.training.suiting), and what a search tries (palate.training.tuning).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from palate.recommenders.als import ALS, ALSConfig
from palate.recommenders.ease import EASE, EASEConfig
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig
from palate.recommenders.sequential_linear import SequentialLinear, SequentialLinearConfig
from palate.recommenders.text_knn import TextKNN, TextKNNConfig

CONFIGS: Mapping[str, Any] = {
    ItemKNN.name: ItemKNNConfig(),
    TextKNN.name: TextKNNConfig(),
    ALS.name: ALSConfig(),
    EASE.name: EASEConfig(),
    SequentialLinear.name: SequentialLinearConfig(),
}
CHAIN, TASTE, THIN, CROWD = "chain", "taste", "thin", "crowd"
"""Kinds of logs beside those that the defaults were made for: where what comes next is told by the last few items; by
all items alike, in whatever order; by so few that every pair counts; by what most people take.
"""
SUITED: Mapping[str, Mapping[str, Any]] = {
    ItemKNN.name: {
        CHAIN: ItemKNNConfig(gap_decay=0.5, profile_decay=0.4, from_power=0.9, to_power=0.5, shrinkage=5.0),
        TASTE: ItemKNNConfig(profile_decay=1.0, backward=1.0, from_power=0.9, to_power=0.5),
        THIN: ItemKNNConfig(gap_decay=0.7, profile_decay=0.6, backward=0.6, from_power=0.9, neighbours=400),
    },
    ALS.name: {CROWD: ALSConfig(alpha=3.0, regularisation=50.0, factors=32)},
    EASE.name: {
        CHAIN: EASEConfig(profile_decay=0.7, regularisation=30.0),
        CROWD: EASEConfig(profile_decay=1.0, regularisation=1_000.0),
    },
    SequentialLinear.name: {
        CHAIN: SequentialLinearConfig(regularisation=50.0, decays=(0.9, 0.6, 0.2)),
    },
}
GRID: Mapping[str, Mapping[str, Sequence[Any]]] = {
    ItemKNN.name: {
        "backward": (0.0, 0.1, 0.3, 0.6, 1.0),
        "from_power": (0.5, 0.6, 0.7, 0.8, 0.9),
        "profile_decay": (0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        "to_power": (0.2, 0.3, 0.35, 0.4, 0.5),
        "gap_decay": (0.7, 0.8, 0.85, 0.9, 0.95),
        "weighting": ("cosine", "tfidf", "bm25"),
        "shrinkage": (5.0, 10.0, 20.0, 40.0),
    },
    TextKNN.name: {"profile_decay": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)},
    ALS.name: {
        "alpha": (2.0, 5.0, 10.0, 20.0, 40.0),
        "regularisation": (1.0, 3.0, 10.0, 30.0, 100.0),
        "factors": (32, 64, 128),
    },
    EASE.name: {
        "regularisation": (30.0, 100.0, 300.0, 1_000.0),
        "profile_decay": (0.7, 0.8, 0.9, 0.95, 1.0),
    },
    SequentialLinear.name: {
        "regularisation": (50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0),
        "decays": ((0.96, 0.75, 0.2), (0.9, 0.6, 0.2), (0.96, 0.75), (0.98, 0.85, 0.4)),
    },
}
"""What is tried of each setting, what usually matters first; the steps of one are ordered, and a trial goes to a
neighbouring one.
"""


def configs_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that ``palate.training.tuning.Tuned.facts`` wrote; those of another release, with other names, are
    left out.
    """
    found: dict[str, Any] = {}
    for name, values in facts.get("configs", {}).items():
        default = CONFIGS.get(name)
        if default is not None and set(values) == set(asdict(default)):
            found[name] = type(default)(**values)
    return found
