"""EASE, the sequential linear model, text kNN and the map for cold items against plain formulas."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from palate.recommenders import core, ease, sequential_linear, text_knn
from palate.recommenders.als import ALS, ALSConfig
from palate.recommenders.base import Context, FitOptions, Interactions
from palate.recommenders.content_map import fit_content_map
from palate.recommenders.ease import EASE, EASEConfig
from palate.recommenders.fused import Fused
from palate.recommenders.item_knn import LEAST_DECAY, ItemKNN
from palate.recommenders.popularity import Popularity
from palate.recommenders.sequential_linear import SequentialLinear, SequentialLinearConfig
from palate.recommenders.sparse_rows import SparseRows
from palate.recommenders.text_knn import TextKNN, TextKNNConfig
from palate.values import Mask

OPTIONS = FitOptions()
N_ITEMS = 14
EVERYTHING = Mask(np.arange(N_ITEMS, dtype=np.int32))


def log(rows: list[list[int]], n_items: int = N_ITEMS) -> Interactions:
    items = np.array([item for row in rows for item in row], np.int32)
    return Interactions(
        indptr=np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64),
        items=items,
        weights=np.ones(len(items), np.float32),
        timestamps=np.arange(len(items), dtype=np.float64),
        n_items=n_items,
        ordinal=True,
    )


def random_log(seed: int, users: int = 25) -> tuple[list[list[int]], Interactions]:
    random = np.random.default_rng(seed)
    # the last two items have no event
    rows = [random.permutation(N_ITEMS - 2)[: random.integers(1, 9)].tolist() for _ in range(users)]
    return rows, log(rows)


def context(items: list[int]) -> Context:
    return Context(np.array(items, np.int32), np.ones(len(items), np.float32))


def test_ease_is_the_formula_of_the_paper():
    rows, data = random_log(1)
    x = np.zeros((len(rows), N_ITEMS))
    for user, row in enumerate(rows):
        x[user, row] = 1
    p = np.linalg.inv(x.T @ x + 2.0 * np.eye(N_ITEMS))
    b = -p / np.diag(p)
    np.fill_diagonal(b, 0)
    model = EASE.fit(data, OPTIONS, EASEConfig(regularisation=2.0, neighbours=N_ITEMS, profile_decay=1))
    np.testing.assert_allclose(model.score(context([3, 5]), EVERYTHING), b[3] + b[5], atol=1e-5)
    # the order of what was taken up counts where it is told to
    late = EASE.fit(data, OPTIONS, EASEConfig(regularisation=2.0, neighbours=N_ITEMS, profile_decay=0.5))
    np.testing.assert_allclose(late.score(context([3, 5]), EVERYTHING), 0.5 * b[3] + b[5], atol=1e-5)


def test_a_core_and_its_rest_invert_the_matrix_with_its_rest_lumped(monkeypatch: pytest.MonkeyPatch):
    """Where little of the rest goes with the rest, that is the whole EASE; here it is written out densely."""
    monkeypatch.setattr(core, "LEAST_PEOPLE", 1)
    monkeypatch.setattr(ease, "BLOCK_ENTRIES", 20)
    rows, data = random_log(7, users=40)
    config = EASEConfig(regularisation=2.0, neighbours=N_ITEMS, profile_decay=1, core=5)
    x = np.zeros((len(rows), N_ITEMS - 2))
    for user, row in enumerate(rows):
        x[user, row] = 1
    gram = x.T @ x
    inside = core.core_of(x.sum(axis=0).astype(np.int64), 5)
    rest = np.setdiff1d(np.arange(N_ITEMS - 2), inside)
    lumped = gram + 2.0 * np.eye(len(gram))
    lumped[np.ix_(rest, rest)] = np.diag(gram[np.ix_(rest, rest)].sum(axis=1) + 2.0)
    p = np.linalg.inv(lumped)
    own = np.diag(lumped)
    among = np.ix_(rest, rest)
    p[among] = np.diag(np.diag(p)[rest]) - np.where(
        np.eye(len(rest)) > 0, 0, gram[among] / np.outer(own[rest], own[rest])
    )
    b = -p / np.diag(p)
    np.fill_diagonal(b, 0)
    model = EASE.fit(data, OPTIONS, config)
    for item in range(N_ITEMS - 2):
        scores = model.score(context([item]), EVERYTHING)
        np.testing.assert_allclose(scores[: N_ITEMS - 2], b[item], atol=1e-5)
        assert not scores[N_ITEMS - 2 :].any()


def test_of_a_row_the_entries_of_largest_magnitude_are_kept():
    _, data = random_log(2)
    whole = EASE.fit(data, OPTIONS, EASEConfig(neighbours=N_ITEMS, profile_decay=1))
    part = EASE.fit(data, OPTIONS, EASEConfig(neighbours=3, profile_decay=1))
    for item in range(N_ITEMS - 2):
        row = whole.score(context([item]), EVERYTHING)
        kept = np.argsort(-np.abs(row))[:3]
        expected = np.zeros_like(row)
        expected[kept] = row[kept]
        np.testing.assert_allclose(part.score(context([item]), EVERYTHING), expected, atol=1e-7)


def test_the_sequential_model_solves_its_least_squares():
    """Against the rows written out one by one."""
    rows, data = random_log(3)
    config = SequentialLinearConfig(decays=(0.9, 0.3), regularisation=1.5, neighbours=N_ITEMS)
    states, targets = [], []
    for row in rows:
        for t in range(len(row) - 1):
            state = np.zeros(2 * N_ITEMS)
            for block, decay in enumerate(config.decays):
                for a in range(t + 1):
                    state[block * N_ITEMS + row[a]] += decay ** (t - a)
            states.append(state)
            targets.append(np.eye(N_ITEMS)[row[t + 1]])
    s, y = np.array(states), np.array(targets)
    b = np.linalg.solve(s.T @ s + 1.5 * np.eye(2 * N_ITEMS), s.T @ y)
    model = SequentialLinear.fit(data, OPTIONS, config)
    for asked in ([2], [4, 7], [1, 6, 3, 8]):
        state = np.zeros(2 * N_ITEMS)
        for age, item in enumerate(reversed(asked)):
            for block, decay in enumerate(config.decays):
                if decay**age >= LEAST_DECAY:
                    state[block * N_ITEMS + item] += decay**age
        np.testing.assert_allclose(model.score(context(asked), EVERYTHING), state @ b, atol=2e-3)


def test_the_sequential_model_of_a_core_solves_it_and_steps_towards_the_rest(monkeypatch: pytest.MonkeyPatch):
    """Against the rows written out one by one: the core's states alone, and each other state by itself."""
    monkeypatch.setattr(core, "LEAST_PEOPLE", 1)
    monkeypatch.setattr(sequential_linear, "BLOCK_ENTRIES", 40)
    monkeypatch.setattr("palate.recommenders.item_knn.BLOCK_PAIRS", 30)
    rows, data = random_log(8, users=40)
    config = SequentialLinearConfig(decays=(0.9, 0.3), regularisation=1.5, neighbours=N_ITEMS, core=5)
    states, targets = [], []
    for row in rows:
        for t in range(len(row) - 1):
            state = np.zeros((2, N_ITEMS))
            for block, decay in enumerate(config.decays):
                state[block, row[: t + 1]] = decay ** np.arange(t, -1, -1)
            states.append(state.ravel())
            targets.append(np.eye(N_ITEMS)[row[t + 1]])
    s, y = np.array(states), np.array(targets)
    inside = core.core_of(np.bincount(data.items, minlength=N_ITEMS), 5)
    chosen = np.concatenate([inside, N_ITEMS + inside])
    b = (s.T @ y) / ((s.T @ s).sum(axis=1, keepdims=True) + 1.5)
    f = s[:, chosen]
    b[chosen] = np.linalg.solve(f.T @ f + 1.5 * np.eye(len(chosen)), f.T @ y)
    model = SequentialLinear.fit(data, OPTIONS, config)
    for item in range(N_ITEMS - 2):
        expected = b[item] + b[N_ITEMS + item]
        np.testing.assert_allclose(model.score(context([item]), EVERYTHING), expected, atol=2e-3)


def test_what_follows_comes_next():
    """Everyone goes around the circle of items: only the direction tells the next from the one before."""
    rows = [[(start + step) % N_ITEMS for step in range(6)] for start in range(N_ITEMS)] * 3
    model = SequentialLinear.fit(log(rows), OPTIONS, SequentialLinearConfig(regularisation=0.5))
    for item in range(N_ITEMS):
        asked = context([(item - 1) % N_ITEMS, item])
        assert model.score(asked, EVERYTHING).argmax() == (item + 1) % N_ITEMS


def test_text_knn_is_the_cosine_of_the_words():
    random = np.random.default_rng(4)
    words = (random.random((N_ITEMS, 9)) < 0.4) * random.random((N_ITEMS, 9))
    words /= np.maximum(np.linalg.norm(words, axis=1, keepdims=True), 1e-9)
    data = replace(random_log(4)[1], content=sparse.csr_array(words.astype(np.float32)))
    model = TextKNN.fit(data, OPTIONS, TextKNNConfig(neighbours=N_ITEMS, profile_decay=0.5))
    cosines = words @ words.T
    np.fill_diagonal(cosines, 0)
    expected = 0.5 * cosines[2] + cosines[9]
    np.testing.assert_allclose(model.score(context([2, 9]), EVERYTHING), expected, atol=1e-6)


def test_words_that_lead_to_too_many_items_are_not_looked_for(monkeypatch: pytest.MonkeyPatch):
    """100 items all have one word; two of them have another besides, and two more a third and a fourth."""
    size = 100
    words = np.zeros((size, 4), np.float32)
    words[:, 0] = 0.6
    words[[3, 4], 1] = 0.8
    words[[5, 6], 2] = 0.7
    words[[5, 6], 3] = 0.1
    data = replace(log([[0, 1]], size), content=sparse.csr_array(words))
    mask = Mask(np.arange(size, dtype=np.int32))
    exact = TextKNN.fit(data, OPTIONS, TextKNNConfig(pairs=1_000))
    assert exact.score(context([3]), mask)[4] == pytest.approx(1.0)
    assert np.count_nonzero(exact.score(context([3]), mask)) == size - 1
    for block in (text_knn.BLOCK_PAIRS, 3):
        monkeypatch.setattr(text_knn, "BLOCK_PAIRS", block)
        rare = TextKNN.fit(data, OPTIONS, TextKNNConfig(pairs=50))
        assert np.flatnonzero(rare.score(context([3]), mask)).tolist() == [4]
        assert rare.score(context([3]), mask)[4] == pytest.approx(0.64)
        # both rare words count where there is room for both
        assert rare.score(context([5]), mask)[6] == pytest.approx(0.5)
        assert not rare.score(context([7]), mask).any()


def test_the_cost_of_text_knn_grows_with_the_catalogue_and_not_with_its_square():
    """Every item has a word that half of the catalogue has, and one of its own and its neighbour's."""
    pairs: list[float] = []
    for size in (10_000, 20_000):
        columns = np.stack([np.arange(size) % 2, 2 + np.arange(size) // 2], axis=1).ravel()
        content = sparse.csr_array((np.ones(2 * size, np.float32), columns, np.arange(0, 2 * size + 1, 2)))
        pairs.append(TextKNN.forecast(replace(log([[0]], size), content=content), OPTIONS).pairs)
    assert pairs == [20_000, 40_000]


@given(
    st.lists(st.lists(st.sampled_from([0.0, -0.25, 0.5, -1.0, 2.0]), min_size=6, max_size=6), max_size=5),
    st.integers(1, 7),
)
def test_the_best_of_sparse_rows_are_the_largest_and_ties_go_to_the_first(
    rows: list[list[float]], count: int
):
    matrix = sparse.csr_array(np.array(rows, np.float32).reshape(len(rows), 6))
    found = SparseRows.best_of_sparse(matrix, count)
    assert len(found.indptr) == len(rows) + 1
    for number, row in enumerate(rows):
        expected = sorted(sorted(range(6), key=lambda column: (-abs(row[column]), column))[:count])
        part = slice(int(found.indptr[number]), int(found.indptr[number + 1]))
        assert found.columns[part].tolist() == [column for column in expected if row[column] != 0]
        assert found.values[part].tolist() == [row[column] for column in expected if row[column] != 0]


def test_an_item_that_nobody_touched_takes_the_place_of_its_like():
    """Two kinds of goods and two kinds of people; the new item's text says of which kind it is."""
    size = 12
    rows = [[item for item in range(user % 2, size, 2) if item != user % size] for user in range(60)]
    data = log(rows, n_items=size + 1)
    kinds = np.zeros((size + 1, 2), np.float32)
    kinds[np.arange(size + 1), np.arange(size + 1) % 2] = 1
    people = np.bincount(data.items, minlength=size + 1)
    als = ALS.fit(data, OPTIONS, ALSConfig(factors=4, regularisation=0.1)).with_content(kinds, people)
    mask = Mask(np.arange(size + 3, dtype=np.int32))
    # item 12 is even and was there at the fit; 13 came later, and its text is even too
    later = als.with_items(np.array([13, 0], np.int32), kinds[[0, 1]])
    even, odd = (later.score(context([start, start + 2]), mask) for start in (0, 1))
    for new in (12, 13):
        assert even[new] > 0.4 > odd[new]
    assert even[14] == 0
    # what people did with an item outweighs its text
    np.testing.assert_array_equal(later.factors[:12], als.factors[:12])


def test_the_map_weighs_items_by_what_is_known_of_them():
    vectors = np.ones((2, 1), np.float32)
    factors = np.array([[1.0], [0.0]], np.float32)
    well_known_first = fit_content_map(vectors, factors, np.array([1_000, 3]))
    assert well_known_first[0, 0] > fit_content_map(vectors, factors, np.array([3, 1_000]))[0, 0]


def test_fused_is_the_sum_of_scaled_sources():
    _, data = random_log(5)
    knn, popular = ItemKNN.fit(data, OPTIONS), Popularity.fit(data, OPTIONS)
    asked = context([1, 2])
    free = np.setdiff1d(EVERYTHING.codes, asked.items)
    first, second = knn.score(asked, EVERYTHING), popular.score(asked, EVERYTHING)
    floors = {"item_knn": first[free].max(), "popularity": 10.0}
    fused = Fused([knn, popular], {"item_knn": 2.0, "popularity": 1.0}, floors)
    expected = 2 * first / first[free].max() + second / 10
    np.testing.assert_allclose(fused.score(asked, EVERYTHING), expected, rtol=1e-5)


BAD_LOGS = {
    "one event each": [[item] for item in range(6)],
    "one user": [[3, 1, 4, 5]],
    "an empty row": [[], [1, 2], [], [2, 3], []],
    "everyone the same": [[1, 2, 3]] * 9,
    "more items than events": [[0, 1]],
}


@pytest.mark.parametrize("rows", BAD_LOGS.values(), ids=BAD_LOGS)
@pytest.mark.parametrize("kind", [Popularity, ItemKNN, TextKNN, ALS, EASE, SequentialLinear])
def test_poor_logs_give_finite_scores(kind, rows):
    model = kind.fit(log(rows, n_items=400), OPTIONS)
    mask = Mask(np.arange(400, dtype=np.int32))
    for asked in ([1], [2, 3], [399]):
        assert np.isfinite(model.score(context(asked), mask)).all()


@pytest.mark.parametrize("kind", [ItemKNN, EASE, SequentialLinear])
def test_forecasts_grow_with_the_catalogue(kind):
    if hasattr(kind, "forecast"):
        small, large = (kind.forecast(log([list(range(n))] * 3, n), OPTIONS) for n in (100, 1_000))
        assert large.megabytes > small.megabytes
        assert large.operations + large.pairs > 10 * (small.operations + small.pairs)
