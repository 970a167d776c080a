"""LensKit (2025.8 and later, which brings torch): its implicit ALS, item neighbours and EASE."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import pandas as pd  # pyright: ignore[reportMissingImports] - comes with lenskit
from lenskit.als import ImplicitMFScorer  # pyright: ignore[reportMissingImports]
from lenskit.data import ItemList, RecQuery, from_interactions_df  # pyright: ignore[reportMissingImports]
from lenskit.knn import EASEScorer, ItemKNNScorer  # pyright: ignore[reportMissingImports]
from lenskit.training import TrainingOptions  # pyright: ignore[reportMissingImports]
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from palate.evaluation.contenders import Contender
from palate.recommenders.als import ALSConfig
from palate.recommenders.base import Context, FitOptions, Interactions
from palate.values import Mask, Scores

NEIGHBOURS = 100
EASE_REGULARISATION = 500.0
UNKNOWN = float(np.finfo(np.float32).min)
"""The score of an item that LensKit gives none: behind all others, yet in the ranking."""


def contenders(library: str) -> list[Contender]:
    """Its models; ALS with the settings of our own, so that what differs is the code."""
    config = ALSConfig()
    als = (
        f"{config.factors} factors, regularisation {config.regularisation:g}, "
        f"confidence {1 + config.alpha:g}, {config.iterations} epochs"
    )
    return [
        Contender("lenskit-als", _fit(_als), als, library),
        Contender("lenskit-item-knn", _fit(_item_knn), f"{NEIGHBOURS} neighbours an item", library),
        Contender("lenskit-ease", _fit(_ease), f"regularisation {EASE_REGULARISATION:g}", library),
    ]


class LensKitScorer:
    """Scores of a trained LensKit scorer, one query a person."""

    name: ClassVar[str] = "lenskit"

    def __init__(self, scorer: Any) -> None:
        """``scorer``: a trained component that scores an ItemList for a RecQuery."""
        self.scorer = scorer

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender."""
        return self.score_many([context], mask)[0]

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        catalogue = ItemList(item_ids=mask.codes)
        scores = np.empty((len(contexts), len(mask)), np.float32)
        with threadpool_limits(1, "blas"):
            for row, context in enumerate(contexts):
                taken = ItemList(item_ids=context.items[context.weights > 0])
                scores[row] = self.scorer(RecQuery(history_items=taken), catalogue).scores()
        scores[np.isnan(scores)] = UNKNOWN
        return scores


def _als() -> Any:
    config = ALSConfig()
    return ImplicitMFScorer(
        embedding_size=config.factors,
        epochs=config.iterations,
        regularization=config.regularisation,
        weight=config.alpha,
    )


def _item_knn() -> Any:
    return ItemKNNScorer(max_nbrs=NEIGHBOURS, save_nbrs=NEIGHBOURS, feedback="implicit")


def _ease() -> Any:
    return EASEScorer(regularization=EASE_REGULARISATION)


def _fit(make: Callable[[], Any]) -> Callable[[Interactions, FitOptions], LensKitScorer]:
    def fit(data: Interactions, options: FitOptions) -> LensKitScorer:
        positive = data.weights > 0
        users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))
        log = pd.DataFrame({"user_id": users[positive], "item_id": data.items[positive]})
        dataset = from_interactions_df(log, items=np.arange(data.n_items), class_name="interaction")
        scorer = make()
        with threadpool_limits(options.threads, "blas"):
            scorer.train(dataset, TrainingOptions(rng=options.seed, device="cpu"))
        return LensKitScorer(scorer)

    return fit
