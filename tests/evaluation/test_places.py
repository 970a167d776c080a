"""Scores to places: against a plain sort, ties and left out items included."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from palate.evaluation.metrics import UNRANKED
from palate.evaluation.ranking import places
from palate.recommenders.batch import top
from palate.recommenders.candidates import best

SCORES = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12),
    elements=st.sampled_from([-np.inf, -1.5, -0.0, 0.0, 0.25, 1.0, 3e38]),
)


def by_sorting(row):
    """The codes of what was not left out, best first, equal ones by code."""
    return [
        code for code in sorted(range(len(row)), key=lambda code: (-row[code], code)) if row[code] > -np.inf
    ]


@settings(deadline=None)
@given(SCORES, st.integers(1, 15))
def test_lists_and_ranks_are_those_of_a_plain_sort(scores, k):
    n, m = scores.shape
    lists = top(scores, k)
    assert lists.shape == (n, min(k, m))
    ranks = places(scores, np.repeat(np.arange(n), m), np.tile(np.arange(m, dtype=np.int32), n)).reshape(n, m)
    for row in range(n):
        order = by_sorting(scores[row])
        expected = (order + [-1] * m)[: min(k, m)]
        assert lists[row].tolist() == expected
        for code in range(m):
            assert ranks[row, code] == (order.index(code) + 1 if code in order else UNRANKED)


def test_long_rows_give_the_lists_of_a_plain_sort():
    """Long enough for the best to be looked for by groups; with ties, with hardly any, and nearly all left out."""
    random = np.random.default_rng(1)
    scores = random.normal(size=(6, 3_000)).astype(np.float32)
    scores[1] = random.integers(0, 40, 3_000)
    scores[2, 5:] = -np.inf
    scores[3] = np.where(random.random(3_000) < 0.002, scores[3], 0)
    scores[4] = 1.0
    for k in (1, 10, 40):
        expected = [(by_sorting(row) + [-1] * k)[:k] for row in scores]
        assert top(scores, k).tolist() == expected
        for row, best_columns in zip(scores, expected, strict=True):
            positive = [column for column in best_columns if column >= 0 and row[column] > 0]
            assert sorted(best(row, k).tolist()) == sorted(positive)


def test_constant_scores_are_ordered_by_code():
    scores = np.ones((2, 5), np.float32)
    scores[1, 0] = -np.inf
    assert top(scores, 3).tolist() == [[0, 1, 2], [1, 2, 3]]
    assert places(scores, np.array([0, 1]), np.array([4, 4], np.int32)).tolist() == [5, 4]
