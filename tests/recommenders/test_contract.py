"""What every recommender must do, whatever it is. An implementation joins by one line in SOURCES."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from palate.errors import ModelError
from palate.recommenders.als import ALS, ALSConfig
from palate.recommenders.attention import ARRAYS, Attention, AttentionConfig
from palate.recommenders.base import Context, Explains, FitOptions, Interactions, Recommender, Trainable
from palate.recommenders.batch import score_many
from palate.recommenders.content import Content
from palate.recommenders.dense import Dense
from palate.recommenders.ease import EASE
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig
from palate.recommenders.lexical import Lexical
from palate.recommenders.popularity import Popularity
from palate.recommenders.sequential_linear import SequentialLinear
from palate.recommenders.text_knn import TextKNN
from palate.values import Mask

N_ITEMS = 30
LATER = 7
"""Codes that came after the fit."""
EVERYTHING = Mask(np.arange(N_ITEMS + LATER, dtype=np.int32))


@dataclass
class MatrixVectors:
    """The plainest index of vectors there is."""

    matrix: np.ndarray

    def score(self, queries, mask):
        return queries @ self.at(mask.codes).T

    def at(self, codes):
        found = np.zeros((len(codes), self.matrix.shape[1]), np.float32)
        known = codes < len(self.matrix)
        found[known] = self.matrix[codes[known]]
        return found


@dataclass
class LetterIndex:
    """Scores an item by how often the query has its letter."""

    def score(self, query, mask):
        return np.array([query.count(chr(97 + code)) for code in mask.codes], np.float32)


def vectors() -> MatrixVectors:
    matrix = np.random.default_rng(5).normal(size=(N_ITEMS, 8)).astype(np.float32)
    return MatrixVectors(matrix / np.linalg.norm(matrix, axis=1, keepdims=True))


def log(seed: int = 0, users: int = 60) -> Interactions:
    random = np.random.default_rng(seed)
    rows = [random.permutation(N_ITEMS)[: random.integers(2, 12)] for _ in range(users)]
    lengths = np.array([len(row) for row in rows])
    return Interactions(
        indptr=np.concatenate(([0], np.cumsum(lengths))),
        items=np.concatenate(rows).astype(np.int32),
        weights=random.choice(np.float32([-1, 0.2, 0.7, 1]), lengths.sum(), p=[0.1, 0.3, 0.3, 0.3]),
        timestamps=1.7e9 + 86_400.0 * np.concatenate([np.arange(n) for n in lengths]),
        n_items=N_ITEMS,
    )


def words() -> sparse.csr_array:
    return sparse.csr_array(np.maximum(vectors().matrix, 0))


def attention() -> Attention:
    """One of random weights: what training makes of it is told in tests/training."""
    random = np.random.default_rng(7)
    d, layers, window = 8, 2, 6
    config = AttentionConfig(width=d, layers=layers, heads=2, window=window)
    shapes = {
        "embedding": (N_ITEMS, d), "bias": (N_ITEMS,), "positions": (window, d), "final_norm": (2, d),
        "norm1": (layers, 2, d), "norm2": (layers, 2, d), "distance": (layers, 2, window),
        "query_key_value": (layers, d, 3 * d), "query_key_value_bias": (layers, 3 * d),
        "out": (layers, d, d), "out_bias": (layers, d), "widen": (layers, d, 4 * d),
        "widen_bias": (layers, 4 * d), "narrow": (layers, 4 * d, d), "narrow_bias": (layers, d),
    }  # fmt: skip
    arrays = {name: random.normal(0, 0.5, shapes[name]).astype(np.float32) for name in ARRAYS}
    return Attention(np.arange(N_ITEMS, dtype=np.int32), arrays, config)


OPTIONS = FitOptions(seed=3)
SOURCES: dict[str, Callable[[], Recommender]] = {
    "popularity": lambda: Popularity.fit(log(), OPTIONS),
    "item_knn": lambda: ItemKNN.fit(log(), OPTIONS),
    "item_knn_tfidf": lambda: ItemKNN.fit(log(), OPTIONS, ItemKNNConfig(weighting="tfidf")),
    "item_knn_bm25": lambda: ItemKNN.fit(log(), OPTIONS, ItemKNNConfig(weighting="bm25")),
    "ease": lambda: EASE.fit(log(), OPTIONS),
    "sequential": lambda: SequentialLinear.fit(log(), OPTIONS),
    "text_knn": lambda: TextKNN.fit(replace(log(), content=words()), OPTIONS),
    "attention": attention,
    "als": lambda: ALS.fit(log(), OPTIONS, ALSConfig(factors=8)),
    "content": lambda: Content(vectors()),
    "dense": lambda: Dense(vectors()),
    "lexical": lambda: Lexical(LetterIndex()),
}
CONTEXT = Context(
    items=np.array([4, 9, 2, 17], np.int32),
    weights=np.array([1, -0.5, 0.2, 0.9], np.float32),
    query="a quick brown fox",
    query_vector=np.eye(8, dtype=np.float32)[1],
)


@pytest.fixture(scope="module", params=sorted(SOURCES))
def source(request) -> Recommender:
    return SOURCES[request.param]()


TRAINED = [name for name in sorted(SOURCES) if name not in {"attention", "content", "dense", "lexical"}]


@pytest.fixture(scope="module", params=TRAINED)
def trained(request):
    return SOURCES[request.param]()


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_it_goes_by_the_name_it_is_known_by(name):
    assert name.startswith(SOURCES[name]().name)


def test_scores_are_aligned_with_the_mask(source):
    everything = source.score(CONTEXT, EVERYTHING)
    assert everything.shape == (len(EVERYTHING),)
    assert everything.dtype == np.float32
    assert np.isfinite(everything).all()
    assert everything.any()


@settings(max_examples=40, deadline=None)
@given(codes=st.sets(st.integers(0, N_ITEMS + LATER - 1)))
def test_a_mask_changes_no_score(source, codes):
    chosen = np.array(sorted(codes), np.int32)
    scores = source.score(CONTEXT, Mask(chosen))
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, source.score(CONTEXT, EVERYTHING)[chosen], rtol=1e-4, atol=1e-6)


def test_items_that_came_later_score_zero(source):
    # the letter index knows every code
    if source.name != "lexical":
        assert not source.score(CONTEXT, EVERYTHING)[N_ITEMS:].any()


def test_items_that_came_later_may_stand_in_the_context(source):
    later = np.array([N_ITEMS + 2], np.int32)
    context = replace(CONTEXT, items=later, weights=np.ones(1, np.float32))
    assert np.isfinite(source.score(context, EVERYTHING)).all()


def test_an_empty_context_is_nothing_to_go_by(source):
    scores = source.score(Context(), EVERYTHING)
    assert scores.shape == (len(EVERYTHING),)
    assert scores.any() == (source.name == "popularity")


def test_the_caller_may_change_the_scores(source):
    before = source.score(CONTEXT, EVERYTHING).copy()
    source.score(CONTEXT, EVERYTHING)[:] = -1
    np.testing.assert_array_equal(source.score(CONTEXT, EVERYTHING), before)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_evidence_sums_to_the_score(source, data):
    if not isinstance(source, Explains):
        pytest.skip(f"{source.name} does not explain itself by items")
    items = data.draw(st.lists(st.integers(0, N_ITEMS + LATER - 1), unique=True, max_size=12))
    weights = data.draw(st.lists(st.floats(-1.5, 1.5, width=32), min_size=len(items), max_size=len(items)))
    context = Context(np.array(items, np.int32), np.array(weights, np.float32))
    scores = source.score(context, EVERYTHING)
    for code in (0, 11, N_ITEMS + 1):
        parts = source.evidence(context, code)
        assert parts.shape == (len(items),)
        assert parts.sum() == pytest.approx(scores[code], rel=1e-3, abs=1e-5)


def test_one_seed_gives_one_result(trained, request):
    again = SOURCES[request.node.callspec.params["trained"]]()
    np.testing.assert_array_equal(trained.score(CONTEXT, EVERYTHING), again.score(CONTEXT, EVERYTHING))


def test_what_is_saved_is_what_is_loaded(trained, tmp_path: Path):
    assert isinstance(trained, Trainable)
    trained.save(tmp_path)
    loaded = type(trained).load(tmp_path)
    assert loaded.config == trained.config
    np.testing.assert_array_equal(trained.score(CONTEXT, EVERYTHING), loaded.score(CONTEXT, EVERYTHING))
    assert {path.suffix for path in tmp_path.iterdir()} == {".npy", ".json"}


def test_damage_is_named(trained, tmp_path: Path):
    trained.save(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(ModelError, match=path.name):
            type(trained).load(tmp_path)
        path.unlink()
        with pytest.raises(ModelError, match=path.name):
            type(trained).load(tmp_path)
        path.write_bytes(whole)


@pytest.mark.parametrize("step", [2, 11], ids=["wide mask", "narrow mask"])
def test_many_people_are_scored_as_each_alone(source, step):
    others = [CONTEXT, Context(), replace(CONTEXT, items=np.array([N_ITEMS + 1, 3, 0, 5], np.int32))]
    mask = Mask(np.arange(2, N_ITEMS + 3, step, dtype=np.int32))
    alone = np.stack([source.score(context, mask) for context in others])
    np.testing.assert_allclose(score_many(source, others, mask), alone, rtol=1e-4, atol=1e-6)


def test_a_log_without_anything_in_it_is_fitted(trained):
    empty = Interactions(
        np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0), N_ITEMS
    )
    assert not type(trained).fit(empty, OPTIONS).score(CONTEXT, EVERYTHING).any()
