"""ALS: matrix factorisation of implicit feedback (Hu, Koren, Volinsky 2008, "Collaborative Filtering for
Implicit Feedback Datasets").

Preference p = 1 for an item that a person touched with positive weight w, with confidence c = 1 + scale * w;
p = 0 with c = 1 for every other. The package implicit fits the item factors Y; a person's factors are solved
for when asked (fold-in):

    x = (YtY + Yt (C - I) Y + regularisation * I)^-1 Yt C p

so someone who came a second ago is served like everyone else, and no user factors are kept.

An item that hardly anyone touched has no factors to speak of. ``with_content`` gives it those that its text
suggests (palate.recommenders.content_map), and keeps the map, so that ``with_items`` takes in what is new.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from palate.recommenders.arrays import load_model, no_scores, products, products_of_many, save_model
from palate.recommenders.base import Context, FitOptions, Forecast, Interactions
from palate.recommenders.content_map import LEAST_PEOPLE, fit_content_map
from palate.values import Codes, Mask, Scores

BLOCK_ROWS = 16_384
"""Rows of factors that are solved for at a time: 8 MB, and a few times that."""


@dataclass(frozen=True, slots=True)
class ALSConfig:
    """``alpha``: what an average interaction adds to the confidence, whatever the log's weights are like."""

    factors: int = 64
    regularisation: float = 10.0
    alpha: float = 10.0
    iterations: int = 12


class ALS:
    """See the module's docstring."""

    name: ClassVar[str] = "als"

    def __init__(
        self,
        factors: NDArray[np.float32],
        gram: NDArray[np.float64],
        scale: float,
        config: ALSConfig,
        content_map: NDArray[np.float32] | None = None,
        mapped: NDArray[np.bool_] | None = None,
    ) -> None:
        """``factors`` float32 [n_items, f]: Y; ``gram`` float64 [f, f]: YtY + regularisation * I; ``scale``:
        alpha over the mean positive weight of the log; ``content_map`` float32 [d, f], d = 0 for none;
        ``mapped`` bool [n_items]: whose factors come from it.
        """
        f = factors.shape[1]
        self.content_map = np.zeros((0, f), np.float32) if content_map is None else content_map
        self.mapped = np.zeros(len(factors), np.bool_) if mapped is None else mapped
        self.factors = factors
        self.gram = gram
        self.scale = scale
        self.config = config
        self._inverse = np.linalg.inv(gram).astype(np.float64, copy=False)

    @classmethod
    def forecast(cls, data: Interactions, options: FitOptions) -> Forecast:
        """See Forecasts: the confidences in both directions, and everyone's factors."""
        config = ALSConfig()
        users, items, entries = float(data.n_users), float(data.n_items), float(len(data.items))
        factors = 4.0 * config.factors * items
        return Forecast(
            megabytes=(60 * entries + 4 * config.factors * users + 4 * factors) / 1e6 + 60,
            kept=2 * factors / 1e6,
            # three steps of conjugate gradients for each, and sparse products at a tenth of the speed of dense ones
            operations=config.iterations
            * config.factors
            * (40 * entries + 12 * config.factors * (users + items)),
        )

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions, config: ALSConfig | None = None) -> Self:
        """Fit with implicit; negative and zero weights are left out, as they say nothing of preference."""
        # a slow import, and serving does not need it
        from implicit.cpu.als import AlternatingLeastSquares

        config = config or ALSConfig()
        positive = data.weights > 0
        weights = data.weights[positive]
        if not len(weights):
            return cls.of_factors(np.zeros((data.n_items, config.factors), np.float32), config.alpha, config)
        scale = config.alpha / float(weights.mean())
        users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[positive]
        confidence = sparse.csr_matrix(
            (1 + np.float32(scale) * weights, (users, data.items[positive])),
            shape=(data.n_users, data.n_items),
        )
        # implicit has its own threads, and is several times slower when BLAS starts more of them
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=config.factors,
                regularization=config.regularisation,
                iterations=config.iterations,
                num_threads=options.threads,
                random_state=options.seed,
            )
            model.fit(confidence, show_progress=options.progress)
        return cls.of_factors(np.asarray(model.item_factors, np.float32), scale, config)

    @classmethod
    def of_factors(cls, factors: NDArray[np.float32], scale: float, config: ALSConfig) -> Self:
        """A model of given item factors float32 [n_items, f]."""
        exact = factors.astype(np.float64)
        gram = exact.T @ exact + config.regularisation * np.eye(factors.shape[1])
        return cls(factors, gram, scale, config)

    def with_content(self, vectors: NDArray[np.float32], people: NDArray[np.int64]) -> Self:
        """The model in which items that fewer than LEAST_PEOPLE touched have the factors that their vectors
        suggest. ``vectors`` float32 [n_items, d], zeros where an item has none; ``people`` int64 [n_items].
        """
        content_map = fit_content_map(vectors, self.factors, people)
        mapped = (people < LEAST_PEOPLE) & vectors.any(axis=1)
        factors = self.factors.copy()
        factors[mapped] = vectors[mapped] @ content_map
        return type(self)(factors, self.gram, self.scale, self.config, content_map, mapped)

    def with_items(self, codes: Codes, vectors: NDArray[np.float32]) -> Self:
        """See TakesNewItems. Items that have factors of their own keep them."""
        if not len(self.content_map) or not len(codes):
            return self
        size = max(len(self.factors), int(codes.max()) + 1)
        factors = np.zeros((size, self.factors.shape[1]), np.float32)
        factors[: len(self.factors)] = self.factors
        mapped = np.ones(size, np.bool_)
        mapped[: len(self.mapped)] = self.mapped
        new = mapped[codes]
        factors[codes[new]] = vectors[new] @ self.content_map
        return type(self)(factors, self.gram, self.scale, self.config, self.content_map, mapped)

    def fold_in(self, context: Context) -> NDArray[np.float32]:
        """The person's factors, float32 [f]; zeros where the context has no positive item that the model
        knows.
        """
        return self.fold_in_many([context])[0]

    def fold_in_many(self, contexts: Sequence[Context]) -> NDArray[np.float32]:
        """``fold_in`` of each, float32 [n, f]: people with about as many items are solved for together."""
        tastes = np.zeros((len(contexts), self.factors.shape[1]), np.float32)
        if not contexts:
            return tastes
        people = np.repeat(np.arange(len(contexts)), [len(context.items) for context in contexts])
        items = np.concatenate([context.items for context in contexts])
        weights = np.concatenate([context.weights for context in contexts])
        known = np.flatnonzero((items < len(self.factors)) & (weights > 0))
        counts = np.bincount(people[known], minlength=len(contexts))
        starts = np.cumsum(counts) - counts
        for some in _of_like_size(counts, BLOCK_ROWS):
            places = np.arange(int(counts[some[-1]]))
            there = places < counts[some, np.newaxis]
            # the places beyond a person's last item stand for nothing: their confidence adds 0
            at = known[np.where(there, starts[some, np.newaxis] + places, 0)]
            rows = self.factors[items[at]].astype(np.float64)
            extra = np.where(there, self.scale * weights[at].astype(np.float64), 0)
            right = ((there + extra)[:, np.newaxis] @ rows)[:, 0]
            tastes[some] = self._solve(rows, extra, right)
        return tastes

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender: the estimated preference <x, y>, about 0 to 1."""
        taste = self.fold_in(context)
        return products(self.factors, taste, mask) if taste.any() else no_scores(mask)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        return products_of_many(self.factors, self.fold_in_many(contexts), mask)

    def evidence(self, context: Context, code: int) -> NDArray[np.float32]:
        """See Explains. Section 5 of the paper: with W the inverse in the fold-in, <y, x> = sum_i (yt W y_i)
        c_i.
        """
        parts = np.zeros(len(context.items), np.float32)
        known = np.flatnonzero((context.items < len(self.factors)) & (context.weights > 0))
        if code < len(self.factors) and len(known):
            rows = self.factors[context.items[known]].astype(np.float64)
            extra = self.scale * context.weights[known].astype(np.float64)
            item = self.factors[code].astype(np.float64)
            parts[known] = (1 + extra) * (rows @ self._solve(rows[None], extra[None], item[None])[0])
        return parts

    def _solve(
        self, rows: NDArray[np.float64], extra: NDArray[np.float64], right: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(gram + rows^T diag(extra) rows)^-1 right of n people, float64 [n, f], for ``rows`` [n, m, f], ``extra``
        [n, m] and ``right`` [n, f]; by the identity of Woodbury where there are fewer rows than factors, so that
        what is solved is as small as can be.
        """
        rows = rows * np.sqrt(extra)[:, :, np.newaxis]
        turned = rows.transpose(0, 2, 1)
        if rows.shape[1] >= rows.shape[2]:
            solved = np.linalg.solve(self.gram + turned @ rows, right[:, :, np.newaxis])
            return solved[:, :, 0].astype(np.float64, copy=False)
        across = rows @ self._inverse
        small = across @ turned
        small += np.eye(rows.shape[1])
        base = right @ self._inverse
        inside = np.linalg.solve(small, rows @ base[:, :, np.newaxis])
        return base - (inside.transpose(0, 2, 1) @ across)[:, 0]

    def save(self, folder: Path) -> None:
        """See Trainable."""
        arrays = {
            "factors": self.factors,
            "gram": self.gram,
            "scale": np.array(self.scale),
            "content_map": self.content_map,
            "mapped": self.mapped,
        }
        save_model(folder, asdict(self.config), arrays)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See Trainable."""
        names = ("factors", "gram", "scale", "content_map", "mapped")
        config, arrays = load_model(folder, ALSConfig, names)
        return cls(
            arrays["factors"],
            arrays["gram"],
            float(arrays["scale"]),
            config,
            arrays["content_map"],
            arrays["mapped"],
        )


def _of_like_size(counts: NDArray[np.int64], most: int) -> Iterator[NDArray[np.intp]]:
    """People of ``counts`` int64 [n] items, those without any left out, in groups: the last of one has the most, half
    as many again as the first at most, and all together ``most`` or so.
    """
    order = np.argsort(counts, kind="stable")
    sizes = counts[order]
    start = int(np.searchsorted(sizes, 1))
    while start < len(order):
        end = int(np.searchsorted(sizes, 1.5 * sizes[start], side="right"))
        end = min(end, start + max(1, int(most // sizes[end - 1])))
        yield order[start:end]
        start = end
