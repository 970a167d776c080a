"""Logs as they should not be, for every recommender that is fitted on one: sensible scores, and no trace of what is
not there.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from palate.recommenders.base import Context, FitOptions, Interactions
from palate.training.sources import SOURCES
from palate.values import Mask

OPTIONS = FitOptions(seed=1)
KINDS = {source.kind.name: source.kind for source in SOURCES}
N_ITEMS = 12


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return KINDS[request.param]


def log(rows: Sequence[Sequence[int]], n_items: int = N_ITEMS, **more) -> Interactions:
    """Each person's items in their order, all at one moment; items of one number mod 3 share a word."""
    items = np.array([item for row in rows for item in row], np.int32)
    words = sparse.csr_array(
        (np.ones(n_items, np.float32), (np.arange(n_items), np.arange(n_items) % 3)), shape=(n_items, 3)
    )
    return replace(
        Interactions(
            indptr=np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64),
            items=items,
            weights=np.ones(len(items), np.float32),
            timestamps=np.full(len(items), 1.7e9),
            n_items=n_items,
            content=words,
        ),
        **more,
    )


WALKS = [[(start + step) % N_ITEMS for step in range(4)] for start in range(N_ITEMS)]


def scores(kind, data: Interactions, *items: int) -> np.ndarray:
    context = Context(np.array(items, np.int32), np.ones(len(items), np.float32))
    found = kind.fit(data, OPTIONS).score(context, Mask(np.arange(data.n_items, dtype=np.int32)))
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    return found


def test_people_without_any_event_change_nothing(kind):
    with_empty = log([[], *WALKS[:6], [], [], *WALKS[6:], []])
    expected = scores(kind, log(WALKS), 2, 3)
    np.testing.assert_allclose(scores(kind, with_empty, 2, 3), expected, rtol=0.02, atol=0.02)


def test_people_of_one_event_say_nothing_of_what_goes_together(kind):
    found = scores(kind, log([[n % N_ITEMS] for n in range(40)]), 2)
    if kind.name in ("item_knn", "ease", "sequential"):
        assert np.abs(np.delete(found, 2)).max() < 1e-6
    # and beside others they are no trouble
    scores(kind, log([*WALKS, [5], [5], [7]]), 2, 3)


def test_items_that_nobody_touched_get_nothing(kind):
    """More items than events, too: the last fifty have none."""
    found = scores(kind, log(WALKS, N_ITEMS + 50), 2, 3)
    if kind.name != "text_knn":  # which knows them by their words
        assert np.abs(found[N_ITEMS:]).max() < 1e-4
    assert found[:N_ITEMS].any()


def test_items_without_text(kind):
    data = log(WALKS)
    words = data.content.tolil()
    words[::2] = 0
    some, none = (replace(data, content=sparse.csr_array(one)) for one in (words, words * 0))
    if kind.name != "text_knn":
        np.testing.assert_array_equal(scores(kind, some, 2, 3), scores(kind, data, 2, 3))
        np.testing.assert_array_equal(
            scores(kind, replace(data, content=None), 2, 3), scores(kind, data, 2, 3)
        )
        return
    assert not scores(kind, some, 2).any()  # 2 has no words now
    found = scores(kind, some, 3)
    assert found[9] > 0
    assert not found[::2].any()
    assert not scores(kind, none, 2, 3).any()
    assert not scores(kind, replace(data, content=None), 2, 3).any()


def test_one_moment_for_all_events_leaves_the_order_that_is_given(kind):
    """What follows is what stood later in the log, whatever the items' codes; with times it is the same."""
    codes = np.random.default_rng(3).permutation(N_ITEMS)
    shuffled = [[int(codes[item]) for item in walk] for walk in WALKS]
    found = scores(kind, log(shuffled), int(codes[2]), int(codes[3]))
    timed = log(shuffled)
    timed = replace(timed, timestamps=1.7e9 + np.arange(len(timed.items)) % 4)
    np.testing.assert_allclose(scores(kind, timed, int(codes[2]), int(codes[3])), found, rtol=1e-4, atol=1e-4)
    if kind.name in ("item_knn", "sequential"):
        found[[codes[2], codes[3]]] = -1
        assert np.argmax(found) == codes[4]


def test_only_dislikes(kind):
    data = log(WALKS)
    assert not scores(kind, replace(data, weights=-data.weights), 2, 3).any() or kind.name == "text_knn"
