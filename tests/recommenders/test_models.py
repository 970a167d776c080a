"""Answers that are known by construction, model by model."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from threadpoolctl import threadpool_limits

from palate.recommenders.als import ALS, ALSConfig
from palate.recommenders.base import Context, FitOptions, Interactions
from palate.recommenders.content import Content
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig
from palate.recommenders.popularity import DAY, Popularity, PopularityConfig
from palate.values import Mask

OPTIONS = FitOptions(seed=1)
COSINE = ItemKNNConfig(
    neighbours=100, gap_decay=1, backward=1, from_power=0.5, to_power=0.5, shrinkage=0, profile_decay=1
)


def log(rows: list[list[int]], n_items: int, weights: float = 1.0) -> Interactions:
    lengths = [len(row) for row in rows]
    items = np.array([item for row in rows for item in row], np.int32)
    return Interactions(
        indptr=np.concatenate(([0], np.cumsum(lengths))),
        items=items,
        weights=np.full(len(items), weights, np.float32),
        timestamps=np.concatenate([np.arange(1.0, n + 1) for n in lengths]),
        n_items=n_items,
        ordinal=True,
    )


def context(items: list[int], weights: list[float] | None = None) -> Context:
    return Context(np.array(items, np.int32), np.array(weights or np.ones(len(items)), np.float32))


def mask(n: int) -> Mask:
    return Mask(np.arange(n, dtype=np.int32))


def checkerboard(size: int) -> Interactions:
    """Even users took even items, odd users odd ones, and each left out the item of its own number."""
    return log([[item for item in range(user % 2, size, 2) if item != user] for user in range(size)], size)


@pytest.mark.parametrize(
    "fit",
    [
        lambda data: ItemKNN.fit(data, OPTIONS),
        lambda data: ItemKNN.fit(data, OPTIONS, COSINE),
        lambda data: ALS.fit(data, OPTIONS, ALSConfig(factors=4, regularisation=0.1)),
    ],
    ids=["item_knn", "cosine", "als"],
)
def test_on_a_checkerboard_each_user_gets_the_item_left_out(fit):
    data = checkerboard(24)
    model = fit(data)
    for user in range(data.n_users):
        items = data.items[data.indptr[user] : data.indptr[user + 1]]
        scores = model.score(Context(items, np.ones(len(items), np.float32)), mask(24))
        scores[items] = -np.inf
        assert scores.argmax() == user


class TestContent:
    """The classic worked example: 1002 and 1003 weigh .6 and .4, and each is .8 like the candidate."""

    first, second, candidate = 0, 1, 2
    # <a, c> = <b, c> = .8, all of unit length
    matrix = np.array([[0.8, 0.6, 0], [0.8, -0.6, 0], [1, 0, 0]], np.float32)

    def score(self, queries, mask):
        return queries @ self.matrix[mask.codes].T

    def at(self, codes):
        return self.matrix[codes]

    def test_the_worked_example(self):
        content = Content(self)
        user = context([self.first, self.second], [0.6, 0.4])
        assert content.evidence(user, self.candidate) == pytest.approx([0.48, 0.32])
        assert content.score(user, Mask(np.array([self.candidate], np.int32))) == pytest.approx([0.80])


class TestPopularity:
    def test_what_was_taken_long_ago_counts_less(self):
        data = Interactions(
            indptr=np.array([0, 2, 4, 5]),
            items=np.array([0, 1, 0, 1, 2], np.int32),
            weights=np.ones(5, np.float32),
            timestamps=1.7e9 + DAY * np.array([0, 90, 0, 90, 90]),
            n_items=4,
        )
        scores = Popularity.fit(data, OPTIONS, PopularityConfig(half_life_days=90)).score(Context(), mask(4))
        # item 0: twice, a half life ago = 1; item 1: twice, now = 2; item 2: once, now = 1
        assert scores == pytest.approx([np.log(2) / np.log(3), 1, np.log(2) / np.log(3), 0])

    def test_positions_are_no_ages(self):
        scores = Popularity.fit(log([[0, 1, 2], [3]], 4), OPTIONS).score(Context(), mask(4))
        assert scores == pytest.approx([1, 1, 1, 1])

    def test_dislikes_do_not_make_popular(self):
        data = replace(log([[0], [0], [1]], 2), weights=np.array([-1, -1, 0.2], np.float32))
        assert Popularity.fit(data, OPTIONS).score(Context(), mask(2)) == pytest.approx([0, 1])


class TestItemKNN:
    def test_the_plain_configuration_is_the_cosine(self):
        rows = [[0, 1, 2], [0, 1], [1, 3], [0, 3, 2]]
        taken = np.zeros((4, 4))
        for user, row in enumerate(rows):
            taken[user, row] = 1
        norms = np.linalg.norm(taken, axis=0)
        cosine = (taken.T @ taken) / np.outer(norms, norms)
        model = ItemKNN.fit(log(rows, 4), OPTIONS, COSINE)
        for item in range(4):
            expected = cosine[item].copy()
            expected[item] = 0
            assert model.score(context([item]), mask(4)) == pytest.approx(expected)

    @pytest.mark.parametrize("weighting", ["cosine", "tfidf", "bm25"])
    def test_without_order_it_is_what_the_package_implicit_makes(self, weighting):
        from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender

        random = np.random.default_rng(4)
        rows = [random.permutation(20)[: random.integers(2, 9)].tolist() for _ in range(80)]
        data = log(rows, 20)
        kind = {"cosine": CosineRecommender, "tfidf": TFIDFRecommender, "bm25": BM25Recommender}[weighting]
        theirs = kind(K=20, num_threads=1)
        with warnings.catch_warnings():
            # of its own weighting, which makes the matrix another format
            warnings.filterwarnings("ignore", "Method expects CSR input")
            taken = sparse.csr_matrix((data.weights, data.items, data.indptr), (80, 20))
            theirs.fit(taken, show_progress=False)
        expected = theirs.similarity.toarray()
        np.fill_diagonal(expected, 0)
        ours = ItemKNN.fit(data, OPTIONS, replace(COSINE, weighting=weighting)).rows.matrix().toarray()
        np.testing.assert_allclose(ours / ours.max(), expected / expected.max(), rtol=1e-4)

    @pytest.mark.parametrize("weighting", ["tfidf", "bm25"])
    def test_someone_who_took_all_but_one_tells_nothing_of_what_goes_together(self, weighting):
        # log 4 - log(1 + 3) = 0
        rows = [[0, 1, 2], [0, 1], [2], [3]]
        assert ItemKNN.fit(log(rows, 4), OPTIONS, COSINE).rows.matrix()[0, 2] == pytest.approx(0.5)
        found = ItemKNN.fit(log(rows, 4), OPTIONS, replace(COSINE, weighting=weighting)).rows.matrix()
        assert found[0, 2] == pytest.approx(0, abs=1e-6)
        assert found[0, 1] > 0.1

    def test_what_follows_soon_is_nearer_and_what_came_before_is_not(self):
        model = ItemKNN.fit(
            log([[0, 1, 2]] * 5, 3), OPTIONS, ItemKNNConfig(gap_decay=0.5, backward=0, shrinkage=0)
        )
        after_first = model.score(context([0]), mask(3))
        assert after_first[2] == pytest.approx(after_first[1] / 2)
        assert not model.score(context([2]), mask(3)).any()

    def test_the_last_item_speaks_loudest(self):
        model = ItemKNN.fit(log([[0, 2], [1, 3]] * 5, 4), OPTIONS, ItemKNNConfig(profile_decay=0.5))
        scores = model.score(context([0, 1]), mask(4))
        assert scores[2] == pytest.approx(scores[3] / 2)

    def test_only_the_best_neighbours_are_kept(self):
        rows = [[0, item] for item in range(1, 6) for _ in range(item)]
        model = ItemKNN.fit(log(rows, 6), OPTIONS, replace(COSINE, neighbours=2, to_power=0.0))
        assert np.flatnonzero(model.score(context([0]), mask(6))).tolist() == [4, 5]

    def test_blocks_make_no_difference(self, monkeypatch):
        random = np.random.default_rng(0)
        data = log([random.permutation(40)[: random.integers(1, 30)].tolist() for _ in range(50)], 40)
        whole = ItemKNN.fit(data, OPTIONS)
        monkeypatch.setattr("palate.recommenders.item_knn.BLOCK_PAIRS", 100)
        pieces = ItemKNN.fit(data, OPTIONS)
        np.testing.assert_array_equal(whole.rows.columns, pieces.rows.columns)
        np.testing.assert_allclose(whole.rows.values, pieces.rows.values, rtol=1e-5)

    def test_a_dislike_pushes_the_neighbours_away(self):
        model = ItemKNN.fit(log([[0, 1]] * 3, 2), OPTIONS)
        assert model.score(context([0], [-1.0]), mask(2))[1] < 0


class TestALS:
    config = ALSConfig(factors=6, regularisation=0.5, iterations=60)

    def fitted_by_implicit(self, data: Interactions, scale: float):
        from implicit.cpu.als import AlternatingLeastSquares

        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=6, regularization=0.5, iterations=60, num_threads=1, random_state=1
            )
            confidence = sparse.csr_matrix((1 + scale * data.weights, data.items, data.indptr))
            model.fit(confidence, show_progress=False)
            return model

    def test_a_user_folded_in_has_the_factors_of_the_fit(self):
        data = checkerboard(24)
        model = ALS.fit(data, OPTIONS, self.config)
        fitted = self.fitted_by_implicit(data, model.scale)
        np.testing.assert_allclose(model.factors, fitted.item_factors, rtol=1e-4, atol=1e-5)
        for user in range(data.n_users):
            items = data.items[data.indptr[user] : data.indptr[user + 1]]
            folded = model.fold_in(Context(items, np.ones(len(items), np.float32)))
            # the fit ends with the items, so its users are half an iteration behind
            np.testing.assert_allclose(folded, fitted.user_factors[user], rtol=0.02, atol=2e-3)
            row = sparse.csr_matrix(
                (np.full(len(items), 1 + model.scale), items, [0, len(items)]), shape=(1, 24)
            )
            np.testing.assert_allclose(folded, fitted.recalculate_user(0, row), atol=1e-4)

    def test_fold_in_solves_the_equation_of_the_paper(self):
        random = np.random.default_rng(2)
        factors = random.normal(size=(15, 6)).astype(np.float32)
        model = ALS.of_factors(factors, 4.0, self.config)
        weights = random.uniform(0.1, 1, 15) * (random.random(15) < 0.4)
        confidence = np.diag(1 + 4.0 * weights)
        preference = (weights > 0).astype(float)
        expected = np.linalg.solve(
            factors.T @ confidence @ factors + 0.5 * np.eye(6), factors.T @ confidence @ preference
        )
        items = np.flatnonzero(weights)
        np.testing.assert_allclose(
            model.fold_in(context(items.tolist(), weights[items].tolist())), expected, rtol=1e-4
        )

    def test_people_of_any_number_of_items_are_folded_in_together(self, monkeypatch):
        monkeypatch.setattr("palate.recommenders.als.BLOCK_ROWS", 30)
        random = np.random.default_rng(6)
        factors = random.normal(size=(40, 8)).astype(np.float32)
        model = ALS.of_factors(factors, 3.0, ALSConfig(factors=8, regularisation=2.0))
        people = [
            Context(
                random.permutation(44)[:n].astype(np.int32),  # some codes are unknown
                random.choice(np.float32([-1, 0, 0.3, 1]), n),
            )
            for n in random.permutation(np.repeat(np.arange(44), 2))
        ]
        found = model.fold_in_many(people)
        for one, taste in zip(people, found, strict=True):
            extra = np.zeros(44)
            extra[one.items] = 3.0 * np.maximum(one.weights, 0)
            extra = extra[:40]
            exact = factors.astype(np.float64)
            left = exact.T @ ((1 + extra)[:, None] * exact) + 2.0 * np.eye(8)
            expected = np.linalg.solve(left, exact.T @ np.where(extra > 0, 1 + extra, 0))
            np.testing.assert_allclose(taste, expected, rtol=1e-4, atol=1e-6)
        assert model.fold_in_many([]).shape == (0, 8)

    def test_dislikes_do_not_enter_the_confidence(self):
        model = ALS.fit(checkerboard(12), OPTIONS, self.config)
        liked = model.score(context([0, 2]), mask(12))
        np.testing.assert_allclose(model.score(context([0, 5, 2], [1, -1, 1]), mask(12)), liked, rtol=1e-5)
        assert not model.score(context([5], [-1.0]), mask(12)).any()

    def test_the_scale_of_the_weights_does_not_matter(self):
        data = checkerboard(12)
        faint = replace(data, weights=data.weights * np.float32(0.2))
        ours, theirs = (ALS.fit(log, OPTIONS, self.config) for log in (data, faint))
        np.testing.assert_allclose(ours.factors, theirs.factors, rtol=1e-3, atol=1e-4)
