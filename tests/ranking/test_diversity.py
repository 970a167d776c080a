import numpy as np

from palate.ranking.diversity import maximal_marginal_relevance as mmr
from palate.ranking.diversity import orders

# two near-copies on top, a different item just below
SCORES = np.array([1.0, 0.99, 0.9, 0.0])
SIMILARITY = np.array([[1, 0.99, 0, 0], [0.99, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], np.float32)


def test_without_diversity_the_order_is_that_of_the_scores():
    assert mmr(SCORES, SIMILARITY, 4, 0.0).tolist() == [0, 1, 2, 3]


def test_the_copy_of_a_shown_item_gives_way_to_a_different_one():
    assert mmr(SCORES, SIMILARITY, 3, 0.3).tolist() == [0, 2, 1]


def test_full_diversity_still_begins_with_an_item_and_shows_each_once():
    order = mmr(SCORES, SIMILARITY, 10, 1.0).tolist()
    assert sorted(order) == [0, 1, 2, 3]
    assert order.index(1) == 3  # the copy comes last


def test_equal_scores_and_an_empty_list_are_no_trouble():
    assert mmr(np.ones(2), np.eye(2, dtype=np.float32), 2, 0.5).tolist() == [0, 1]
    assert mmr(np.zeros(0), np.zeros((0, 0), np.float32), 3, 0.5).tolist() == []


def test_many_orders_of_items_of_their_own_are_as_each_alone():
    random = np.random.default_rng(4)
    scores, vectors = random.normal(size=(6, 9)), random.normal(size=(6, 9, 5))
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    similarity = vectors @ vectors.transpose(0, 2, 1)
    scores[1, 5:] = scores[3, 8:] = -np.inf  # these have fewer items
    together = orders(scores, similarity, 9, 0.3)
    for one, line, alike in zip(together, scores, similarity, strict=True):
        n = np.count_nonzero(line > -np.inf)
        assert one[:n].tolist() == mmr(line[:n], alike[:n, :n], n, 0.3).tolist()
        assert sorted(one[:n]) == list(range(n))
