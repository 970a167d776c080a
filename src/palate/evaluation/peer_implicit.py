"""The package implicit: its ALS, and its item-item neighbours by cosine, BM25 and TF-IDF."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import (
    BM25Recommender,
    CosineRecommender,
    ItemItemRecommender,
    TFIDFRecommender,
)
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from palate.evaluation.contenders import Contender
from palate.recommenders.als import ALSConfig
from palate.recommenders.base import Context, FitOptions, Interactions
from palate.values import Mask, Scores

NEIGHBOURS = 100


def contenders(library: str) -> list[Contender]:
    """Its models; ALS with the settings of our own, so that what differs is the code."""
    config = ALSConfig()
    als = (
        f"{config.factors} factors, regularisation {config.regularisation:g}, "
        f"confidence {1 + config.alpha:g}, {config.iterations} iterations"
    )
    items: dict[str, type[ItemItemRecommender]] = {
        "implicit-cosine": CosineRecommender,
        "implicit-bm25": BM25Recommender,
        "implicit-tfidf": TFIDFRecommender,
    }
    return [
        Contender("implicit-als", _fit_als, als, library),
        *(
            Contender(name, _fit_item_item(kind), f"{NEIGHBOURS} neighbours an item", library)
            for name, kind in items.items()
        ),
    ]


class ImplicitALS:
    """Scores of a fitted AlternatingLeastSquares; people are folded in by its ``recalculate_user``."""

    name: ClassVar[str] = "implicit-als"

    def __init__(self, model: Any, confidence: float) -> None:
        """``model``: an implicit.cpu.als.AlternatingLeastSquares; ``confidence`` of an item taken up."""
        self.model = model
        self.confidence = confidence

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender."""
        return self.score_many([context], mask)[0]

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        taken = _matrix(contexts, len(self.model.item_factors), self.confidence)
        with threadpool_limits(1, "blas"):
            people = self.model.recalculate_user(np.arange(len(contexts)), taken)
        return _columns(people @ self.model.item_factors.T, mask)


class ImplicitItemItem:
    """Scores of a fitted ItemItemRecommender, as its ``recommend`` makes them: the sum, over the person's
    items, of the similarity of the item's neighbours to it.
    """

    name: ClassVar[str] = "implicit-item-item"

    def __init__(self, similarity: sparse.csr_matrix) -> None:
        """``similarity`` [n_items, n_items], as the model keeps it."""
        self.similarity = similarity

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender."""
        return self.score_many([context], mask)[0]

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        taken = _matrix(contexts, len(self.similarity.indptr) - 1, 1.0)
        scores = sparse.csr_matrix(taken @ self.similarity).toarray()
        return _columns(scores.astype(np.float32), mask)


def _fit_als(data: Interactions, options: FitOptions) -> ImplicitALS:
    config = ALSConfig()
    # implicit has its own threads, and is several times slower when BLAS starts more of them
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=config.factors,
            regularization=config.regularisation,
            iterations=config.iterations,
            num_threads=options.threads,
            random_state=options.seed,
        )
        model.fit(_log(data, 1 + config.alpha), show_progress=options.progress)
    return ImplicitALS(model, 1 + config.alpha)


def _fit_item_item(
    kind: type[ItemItemRecommender],
) -> Callable[[Interactions, FitOptions], ImplicitItemItem]:
    def fit(data: Interactions, options: FitOptions) -> ImplicitItemItem:
        # an item is the first of its own neighbours there
        model = kind(K=NEIGHBOURS + 1, num_threads=options.threads)
        with warnings.catch_warnings():
            # of its own weighting, which makes the matrix another format
            warnings.filterwarnings("ignore", "Method expects CSR input")
            model.fit(_log(data, 1.0), show_progress=options.progress)
        return ImplicitItemItem(sparse.csr_matrix(model.similarity))

    return fit


def _log(data: Interactions, value: float) -> sparse.csr_matrix:
    """[n_users, n_items] with ``value`` where a person's events speak for an item."""
    positive = data.weights > 0
    indptr = np.concatenate(([0], np.cumsum(positive)))[data.indptr]
    values = np.full(int(indptr[-1]), value, np.float32)
    return sparse.csr_matrix((values, data.items[positive], indptr), shape=(data.n_users, data.n_items))


def _matrix(contexts: Sequence[Context], n_items: int, value: float) -> sparse.csr_matrix:
    """The same of contexts, a row each."""
    rows = [context.items[context.weights > 0] for context in contexts]
    indptr = np.concatenate(([0], np.cumsum([len(row) for row in rows])))
    items = np.concatenate(rows)
    return sparse.csr_matrix(
        (np.full(len(items), value, np.float32), items, indptr), shape=(len(rows), n_items)
    )


def _columns(scores: NDArray[np.float32], mask: Mask) -> NDArray[np.float32]:
    """The columns of ``mask`` (its codes must be among those fitted on)."""
    return scores if len(mask) == scores.shape[1] else scores[:, mask.codes]
