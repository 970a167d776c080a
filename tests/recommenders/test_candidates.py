import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from palate.recommenders.base import Context
from palate.recommenders.candidates import best, divisors, retrieve
from palate.values import Mask

scores = st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, 3.5]), max_size=30)


@given(scores, st.integers(1, 10))
def test_best_are_the_highest_positive_ones_ties_to_the_lower_row(values: list[float], k: int):
    array = np.array(values, np.float32)
    expected = sorted((i for i, v in enumerate(values) if v > 0), key=lambda i: (-values[i], i))[:k]
    assert sorted(best(array, k).tolist()) == sorted(expected)


class Fixed:
    """A source whose score of a code is set: enough to see what retrieve does with scores."""

    def __init__(self, name: str, scores: list[float]):
        self.name, self.scores = name, np.array(scores, np.float32)

    def score(self, context: Context, mask: Mask):
        return self.scores[mask.codes]


def test_the_union_is_scored_by_every_source_and_scaled_to_one():
    left, right = Fixed("left", [4, 2, 0, 0]), Fixed("right", [0, 0, -8, 1])
    found = retrieve([left, right], Context(), Mask(np.arange(4, dtype=np.int32)), 1)
    assert found.codes.tolist() == [0, 3]
    assert found.sources == ("left", "right")
    assert found.scores.tolist() == [[1, 0], [0, 0.125]]
    assert found.scales.tolist() == [4, 8]


def test_what_the_mask_leaves_out_cannot_come_however_good_it_is():
    found = retrieve([Fixed("one", [9, 1, 1])], Context(), Mask(np.array([1, 2], np.int32)), 5)
    assert found.codes.tolist() == [1, 2]


def test_without_any_opinion_there_are_still_items_to_begin_with():
    found = retrieve([Fixed("mute", [0, 0, 0])], Context(), Mask(np.arange(3, dtype=np.int32)), 2)
    assert found.codes.tolist() == [0, 1]
    assert not found.scores.any()


def test_an_empty_mask_gives_no_candidates():
    assert len(retrieve([Fixed("one", [1.0])], Context(), Mask(np.zeros(0, np.int32)), 5)) == 0


def test_a_source_that_hardly_knows_the_person_speaks_softly():
    largest = np.array([[4, 1, 2, 0], [1, 1, 2, 0], [9, 1, 2, 0]], np.float32)
    found = divisors(largest, np.array([4, 4, 0, 4], np.float32))
    # the surest reaches 1; the one without a floor always does; one with nothing to say is divided by anything
    np.testing.assert_allclose(largest / found, [[1, 0.25, 1, 0], [1, 1, 1, 0], [1, 0.25, 1, 0]])
    assert (found > 0).all()
