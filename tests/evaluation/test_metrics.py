"""The measures against ir-measures on random rankings, and against answers known by construction."""

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG
from scipy import sparse

from palate.evaluation import metrics
from palate.evaluation.metrics import UNRANKED
from palate.evaluation.ranking import places


@st.composite
def rankings(draw):
    """(ranks, indptr, items in the catalogue): each user's targets at distinct places, some unranked."""
    n_items = draw(st.integers(1, 60))
    places = st.integers(1, n_items) | st.just(UNRANKED)
    users = draw(
        st.lists(
            st.lists(places, min_size=1, max_size=min(12, n_items)).map(
                lambda ranks: [
                    rank for place, rank in enumerate(ranks) if rank == UNRANKED or rank not in ranks[:place]
                ]
            ),
            min_size=1,
            max_size=6,
        )
    )
    indptr = np.concatenate(([0], np.cumsum([len(ranks) for ranks in users])))
    return np.concatenate(users).astype(np.int64), indptr, n_items


@settings(max_examples=150, deadline=None)
@given(rankings(), st.integers(1, 25))
def test_measures_agree_with_ir_measures(drawn, k):
    ranks, indptr, n_items = drawn
    qrels, run = {}, {}
    for user in range(len(indptr) - 1):
        mine = ranks[indptr[user] : indptr[user + 1]]
        # a document a place, and documents of their own for targets that are not in the ranking
        qrels[str(user)] = {
            f"d{rank}" if rank != UNRANKED else f"u{place}": 1 for place, rank in enumerate(mine)
        }
        run[str(user)] = {f"d{place}": float(n_items - place) for place in range(1, n_items + 1)}
    ours = {
        R @ k: metrics.recall(ranks, indptr, k),
        nDCG @ k: metrics.ndcg(ranks, indptr, k),
        RR: metrics.reciprocal_rank(ranks, indptr),
        Success @ k: metrics.hit_rate(ranks, indptr, k),
    }
    seen = 0
    for metric in ir_measures.iter_calc(list(ours), qrels, run):
        assert ours[metric.measure][int(metric.query_id)] == pytest.approx(metric.value, abs=1e-9)
        seen += 1
    assert seen == 4 * (len(indptr) - 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.integers(2, 30), st.integers(1, 12))
def test_from_level_scores_on_ties_are_ordered_by_code_and_agree_with_ir_measures(seed, n_items, k):
    """Scores of a few values, seen items left out; people without anything to find are judged by neither."""
    random = np.random.default_rng(seed)
    scores = random.integers(0, 4, (5, n_items)).astype(np.float32)
    scores[random.random(scores.shape) < 0.1] = -np.inf
    relevant = random.random(scores.shape) < 0.3
    users = np.flatnonzero(relevant.any(axis=1))
    if not len(users):
        return
    rows, columns = np.nonzero(relevant[users])
    ranks = places(scores[users], rows, columns.astype(np.int32))
    indptr = np.searchsorted(rows, np.arange(len(users) + 1))
    run = {
        str(user): {
            f"d{code}": float(-place)
            for place, code in enumerate(
                sorted(range(n_items), key=lambda code, user=user: (-scores[user, code], code))
            )
            if scores[user, code] > -np.inf
        }
        for user in range(5)
    }
    qrels = {str(user): {f"d{code}": 1 for code in np.flatnonzero(relevant[user])} for user in users}
    ours = {
        R @ k: metrics.recall(ranks, indptr, k),
        nDCG @ k: metrics.ndcg(ranks, indptr, k),
        RR: metrics.reciprocal_rank(ranks, indptr),
    }
    theirs = [one for one in ir_measures.iter_calc(list(ours), qrels, run) if int(one.query_id) in users]
    for one in theirs:
        row = users.tolist().index(int(one.query_id))
        assert ours[one.measure][row] == pytest.approx(one.value, abs=1e-9)
    assert len(theirs) >= 3 * sum(bool(run[str(user)]) for user in users)


def test_a_perfect_and_a_worst_ranker():
    indptr = np.array([0, 3, 4])
    perfect = np.array([1, 2, 3, 1])
    worst = np.array([98, 99, 100, 100])
    for measure in (metrics.recall, metrics.ndcg, metrics.hit_rate):
        assert measure(perfect, indptr, 10).tolist() == [1, 1]
        assert measure(worst, indptr, 10).tolist() == [0, 0]
    assert metrics.reciprocal_rank(perfect, indptr).tolist() == [1, 1]
    assert metrics.reciprocal_rank(worst, indptr) == pytest.approx([1 / 98, 1 / 100])


def test_more_targets_than_places():
    """Ten targets in front: the first five are all right, and half of the ten are found."""
    ranks, indptr = np.arange(1, 11), np.array([0, 10])
    assert metrics.ndcg(ranks, indptr, 5).tolist() == [1]
    assert metrics.recall(ranks, indptr, 5).tolist() == [0.5]


def test_coverage_counts_what_any_list_shows():
    lists = np.array([[0, 1], [1, -1]], np.int32)
    assert metrics.coverage(lists, 8) == 0.25
    assert metrics.coverage(np.full((3, 2), -1, np.int32), 8) == 0


def test_novelty_is_self_information():
    """Of 31 people, 31, 7 and none have the items: chances of 1, 1/4 and 1/32 with the added one."""
    people = np.array([31, 7, 0])
    lists = np.array([[0, 1, 2], [2, -1, -1], [-1, -1, -1]], np.int32)
    assert metrics.novelty(lists, people, 31).tolist() == pytest.approx([(0 + 2 + 5) / 3, 5, 0])


def test_diversity_is_the_mean_distance_of_pairs():
    #               alike   alike   half    apart   unknown
    features = sparse.csr_array(np.array([[1, 0, 0], [2, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]], float))
    half = 1 - 1 / np.sqrt(2)
    lists = np.array([[0, 1, -1], [0, 3, -1], [0, 1, 2], [0, 4, 3], [4, 0, -1], [2, -1, -1]], np.int32)
    found = metrics.intra_list_diversity(lists, features)
    assert found[:4].tolist() == pytest.approx([0, 1, 2 * half / 3, 1], abs=1e-12)
    assert np.isnan(found[4:]).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.integers(2, 6))
def test_diversity_agrees_with_a_loop_over_pairs(seed, k):
    generator = np.random.default_rng(seed)
    dense = generator.random((20, 5)) * (generator.random((20, 5)) < 0.4)
    dense[:, 0] += 0.1
    lists = np.stack([generator.permutation(20)[:k] for _ in range(4)]).astype(np.int32)
    unit = dense / np.linalg.norm(dense, axis=1, keepdims=True)
    expected = [
        np.mean([1 - unit[a] @ unit[b] for place, a in enumerate(row) for b in row[place + 1 :]])
        for row in lists
    ]
    assert metrics.intra_list_diversity(lists, sparse.csr_array(dense)) == pytest.approx(expected)


def test_popularity_lift():
    people = np.array([40, 10, 10, 0])
    items, indptr = np.array([1, 2, 1], np.int32), np.array([0, 2, 3])
    assert metrics.popularity_lift(np.array([[0], [0]], np.int32), items, indptr, people) == 3
    assert metrics.popularity_lift(np.array([[1], [2]], np.int32), items, indptr, people) == 0
    assert metrics.popularity_lift(np.array([[3], [3]], np.int32), items, indptr, people) == -1
    assert np.isnan(metrics.popularity_lift(np.array([[3]], np.int32), items, indptr, np.zeros(4, int)))
