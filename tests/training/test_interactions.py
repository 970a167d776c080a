import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.feedback.profile import DAY, weigh
from palate.recommenders.base import FitOptions
from palate.recommenders.popularity import Popularity
from palate.settings import FeedbackSettings
from palate.training import interactions
from palate.training.interactions import build
from palate.training.measure import hold_out, recall
from palate.values import EVENT_TYPES, History

NOW = 1.7e9
FOREVER = FeedbackSettings(half_life_days=1e12, half_life_events=1e12)


@dataclass
class Log:
    """The one operation of a store that ``build`` asks for."""

    users: list[History]

    def histories(self) -> Iterator[tuple[str, History]]:
        return ((f"{n:032x}", history) for n, history in enumerate(self.users))


def history(events: list[tuple[int, str, float]]) -> History:
    return History(
        items=np.array([item for item, _, _ in events], np.int32),
        kinds=np.array([EVENT_TYPES.index(kind) for _, kind, _ in events], np.uint8),
        timestamps=np.array([timestamp for _, _, timestamp in events], np.float64),
        values=np.full(len(events), math.nan),
        extras=[None] * len(events),
    )


USER = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(EVENT_TYPES)), max_size=12)


@pytest.mark.parametrize("page", [1, 7, 10_000])
@settings(deadline=None)
@given(users=st.lists(USER, max_size=8))
def test_each_user_has_the_profile_of_their_history(page, users):
    log = Log([history([(item, kind, NOW + n) for n, (item, kind) in enumerate(user)]) for user in users])
    before, interactions.PAGE_EVENTS = interactions.PAGE_EVENTS, page
    try:
        data = build(log, FOREVER, n_items=10)
    finally:
        interactions.PAGE_EVENTS = before
    assert data.n_users == len(users)
    for user, own in enumerate(log.users):
        row = slice(data.indptr[user], data.indptr[user + 1])
        items, weights, timestamps = weigh(own, FOREVER, NOW)
        assert data.items[row].tolist() == items.tolist()
        assert data.weights[row] == pytest.approx(weights, abs=1e-5)
        assert data.timestamps[row].tolist() == timestamps.tolist()


def test_items_that_came_after_the_snapshot_are_left_out():
    data = build(Log([history([(0, "like", NOW), (5, "like", NOW), (2, "like", NOW)])]), FOREVER, n_items=5)
    assert data.items.tolist() == [0, 2]
    assert data.indptr.tolist() == [0, 2]
    assert data.n_items == 5


def test_a_log_of_positions_is_ordinal():
    assert build(Log([history([(0, "view", 1.0)])]), FOREVER, 2).ordinal
    assert build(Log([]), FOREVER, 2).ordinal
    assert not build(Log([history([(0, "view", NOW)])]), FOREVER, 2).ordinal


def test_positions_beside_times_are_as_old_as_the_oldest_time():
    data = build(
        Log([history([(0, "view", 1.0), (1, "view", NOW)]), history([(1, "view", NOW - DAY)])]), FOREVER, 2
    )
    assert not data.ordinal
    assert data.timestamps.tolist() == [NOW - DAY, NOW, NOW - DAY]


def test_an_event_of_a_time_to_come_does_not_make_all_others_old():
    lately = time.time() - DAY
    users = [history([(n % 3, "like", lately + n)]) for n in range(200)]
    popular = [Popularity.fit(build(Log(log), FOREVER, 5), FitOptions()).scores for log in (
        users, [*users, history([(4, "like", 4e9)])]
    )]  # fmt: skip
    before, after = popular
    assert before[4] == 0
    np.testing.assert_allclose(after[:3], before[:3], atol=0.02)
    assert after[4] < 0.5


def test_a_log_that_is_ahead_as_a_whole_keeps_its_own_clock():
    ahead = time.time() + 100 * DAY
    data = build(Log([history([(0, "like", ahead + n * DAY)]) for n in range(50)]), FOREVER, 5)
    assert len(np.unique(data.timestamps)) >= 49


def test_a_million_events_in_a_second_and_a_half():
    random = np.random.default_rng(0)
    ends = np.sort(random.choice(1_000_000, 5_999, replace=False))
    users = [
        History(
            part,
            np.full(len(part), 1, np.uint8),
            np.arange(1.0, len(part) + 1),
            np.full(len(part), math.nan),
            (),
        )
        for part in np.split(random.integers(0, 4_000, 1_000_000).astype(np.int32), ends)
    ]
    start = time.process_time()
    data = build(Log(users), FeedbackSettings(), 4_000)
    took = time.process_time() - start
    print(f"\n1,000,000 events: {took:.2f} s")
    assert len(data.items) > 900_000
    assert took < 1.5


class Oracle:
    """Knows which item comes next: the one after the last."""

    name = "oracle"

    def score(self, context, mask):
        return (mask.codes == context.items[-1] + 1).astype(np.float32)


def test_what_is_held_out_is_the_last_item_and_nothing_else():
    users = [history([(start + n, "like", n + 1.0) for n in range(4)]) for start in range(30)]
    users += [history([(3, "like", 1.0)]), history([]), history([(3, "like", 1.0), (4, "dislike", 2.0)])]
    data = build(Log(users), FOREVER, 40)
    held = hold_out(data)
    assert held is not None
    assert held.users.tolist() == list(range(30))
    assert held.targets.tolist() == [start + 3 for start in range(30)]
    assert np.diff(held.rest.indptr).tolist() == [3] * 30 + [1, 0, 2]
    assert held.rest.items[:3].tolist() == [0, 1, 2]

    everything = np.arange(40, dtype=np.int32)
    assert recall(Oracle(), held, everything, FOREVER, k=1) == 1
    # what was withdrawn cannot be recommended
    assert recall(Oracle(), held, everything[:18], FOREVER, k=1) == pytest.approx(15 / 30)


def test_a_handful_of_users_is_not_measured():
    assert hold_out(build(Log([history([(0, "like", 1.0), (1, "like", 2.0)])] * 5), FOREVER, 2)) is None
