import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.errors import InvalidSettings
from palate.feedback.profile import BOUND, DAY, DEFAULT_WEIGHTS, event_worths, masked_items, verbalise, weigh
from palate.settings import FeedbackSettings
from palate.values import EVENT_TYPES, History

SETTINGS = FeedbackSettings(half_life_days=90, half_life_events=30)
NOW = 1.7e9


def history(*events: tuple) -> History:
    """From (item, kind, timestamp?, value?) tuples."""
    rows = [(*event, *(NOW, math.nan)[len(event) - 2 :]) for event in events]
    return History(
        items=np.array([row[0] for row in rows], np.int32),
        kinds=np.array([EVENT_TYPES.index(row[1]) for row in rows], np.uint8),
        timestamps=np.array([row[2] for row in rows], np.float64),
        values=np.array([row[3] for row in rows], np.float64),
        extras=[None] * len(rows),
    )


def weights(*events: tuple, settings: FeedbackSettings = SETTINGS, now: float = NOW) -> dict[int, float]:
    items, weights, _ = weigh(history(*events), settings, now)
    return dict(zip(items.tolist(), weights.tolist(), strict=True))


def test_each_kind_is_worth_what_the_table_says():
    for kind, worth in DEFAULT_WEIGHTS.items():
        if kind not in ("dwell", "rating", "comment", "return_visit"):
            assert weights((1, kind)) == pytest.approx({1: worth})
    assert weights((1, "comment")) == pytest.approx({1: 0.2})  # concern, of unknown sign
    assert set(DEFAULT_WEIGHTS) == {*EVENT_TYPES, "return_visit"}


@pytest.mark.parametrize(
    ("seconds", "worth"), [(math.nan, 0.2), (0, 0), (30, 0.2407), (300, 0.4), (86_400, 0.4)]
)
def test_a_dwell_grows_with_the_logarithm_of_its_seconds(seconds, worth):
    assert weights((1, "dwell", NOW, seconds)) == pytest.approx({1: worth}, abs=1e-4)


@pytest.mark.parametrize(("value", "worth"), [(1, -1), (2, -0.5), (3, 0), (5, 1), (math.nan, 0), (99, 1)])
def test_a_rating_is_centred_on_its_scale(value, worth):
    assert weights((1, "rating", NOW, value)) == pytest.approx({1: worth})
    ten = FeedbackSettings(rating_scale=(0, 10))
    assert weights((1, "rating", NOW, 5.0), settings=ten) == pytest.approx({1: 0})


def test_worths_can_be_set():
    assert weights((1, "view"), settings=FeedbackSettings(weights={"view": 0.05})) == pytest.approx({1: 0.05})
    with pytest.raises(InvalidSettings, match="'buy'"):
        weights((1, "view"), settings=FeedbackSettings(weights={"buy": 1}))
    with pytest.raises(InvalidSettings, match="rating_scale"):
        weights((1, "view"), settings=FeedbackSettings(rating_scale=(5, 1)))


def test_events_of_an_item_add_up_within_a_bound():
    assert weights((1, "view"), (1, "click"), (2, "view")) == pytest.approx({1: 0.5, 2: 0.2})
    assert weights(*[(1, "view")] * 100) == pytest.approx({1: BOUND})


def test_the_latest_statement_overrules():
    assert weights((1, "purchase"), (1, "dislike")) == pytest.approx({1: -1})
    assert weights((1, "dislike"), (1, "like")) == pytest.approx({1: 1})
    assert weights((1, "like"), (1, "dislike"), (1, "view")) == pytest.approx({1: -1})
    # what agrees with the statement counts beside it
    assert weights((1, "view"), (1, "like"), (1, "skip")) == pytest.approx({1: 1.2})


def test_times_decay_by_days():
    old = (0, "like", NOW - 810 * DAY)
    assert weights(old, (1, "like", NOW - 90 * DAY), (2, "like", NOW)) == pytest.approx(
        {0: 0.1, 1: 0.5, 2: 1}
    )
    # a clock that runs ahead is no reason to count more
    assert weights((1, "like", NOW + 900)) == pytest.approx({1: 1})


def test_positions_decay_by_later_events():
    events = [(item, "like", float(item)) for item in range(1, 62)]
    found = weights(*events)
    assert found[61] == pytest.approx(1)
    assert found[31] == pytest.approx(0.5)
    assert found[1] == pytest.approx(1 / 3)


def test_a_type_of_event_has_a_half_life_of_its_own():
    own = FeedbackSettings(half_life_days=90, half_life_events=30, half_lives={"view": 9, "purchase": 810})
    month = [(item, kind, NOW - 90 * DAY) for item, kind in enumerate(("like", "view", "purchase"))]
    assert weights(*month, settings=own) == pytest.approx({0: 0.5, 1: 0.2 / 11, 2: 0.9})
    # positions in the same proportion: 30 later events are ten half-lives of a view
    later = [(item, "like", 2.0 + item) for item in range(10, 40)]
    found = weights((0, "like", 1.0), (1, "view", 1.5), *later, settings=own)
    assert found[1] == pytest.approx(0.2 / 11)
    assert found[0] == pytest.approx(1 / (1 + 31 / 30))
    with pytest.raises(InvalidSettings, match="half_lives names the event type 'buy'"):
        weights((1, "view"), settings=FeedbackSettings(half_lives={"buy": 3}))


def test_a_person_with_positions_and_then_times_keeps_both():
    assert weights((1, "like", 1.0), (2, "like", NOW)) == pytest.approx({1: 30 / 31, 2: 1})


def test_items_stand_in_the_order_of_their_last_events():
    items, _, timestamps = weigh(history((1, "view", 1.0), (2, "view", 2.0), (1, "view", 3.0)), SETTINGS, NOW)
    assert items.tolist() == [2, 1]
    assert items.dtype == np.int32
    assert timestamps.tolist() == [2.0, 3.0]


def test_no_events_make_an_empty_profile():
    items, found, timestamps = weigh(history(), SETTINGS, NOW)
    assert (len(items), len(found), len(timestamps)) == (0, 0, 0)
    assert masked_items(history()).tolist() == []
    assert verbalise(history(), str, "en") == ""


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(EVENT_TYPES),
        st.floats(NOW - 400 * DAY, NOW),
        st.sampled_from([1.0, 4.0, 60.0]),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(EVENTS)
def test_weights_are_as_the_rules_read(events):
    """The rules of docs/feedback.md, read one event at a time."""
    events = sorted(events, key=lambda event: event[2])
    worths = event_worths(history(*events).kinds, history(*events).values, SETTINGS).tolist()
    visited: dict[int, float] = {}
    for row, (item, kind, time, _) in enumerate(events):
        if kind in ("view", "click", "dwell"):
            if time - visited.get(item, time) >= 1800:
                worths[row] += 0.3
            visited[item] = time
    expected = {}
    for item in {event[0] for event in events}:
        own = [
            (kind, worth, 1 / (1 + (NOW - time) / DAY / 90))
            for (i, kind, time, _), worth in zip(events, worths, strict=True)
            if i == item
        ]
        stated = [entry for entry in own if entry[0] in ("like", "dislike")]
        if stated:
            _, stand, _ = stated[-1]
            own = [
                entry for entry in own if entry[0] not in ("like", "dislike") and entry[1] * stand > 0
            ] + stated[-1:]
        expected[item] = max(-BOUND, min(BOUND, sum(worth * left for _, worth, left in own)))
    assert weights(*events) == pytest.approx(expected, abs=1e-5)


@settings(deadline=None)
@given(EVENTS)
def test_what_is_masked_was_bought_or_last_disliked(events):
    events = sorted(events, key=lambda event: event[2])
    last = {item: kind for item, kind, _, _ in events if kind in ("like", "dislike")}
    expected = {item for item, kind, _, _ in events if kind == "purchase"} | {
        i for i, kind in last.items() if kind == "dislike"
    }
    found = masked_items(history(*events))
    assert found.tolist() == sorted(expected)
    assert found.dtype == np.int32


class TestVerbalise:
    """The classic example: user 1 bought 1001, viewed 1002, saved 1003; user 2 bought 1004, viewed 1005."""

    first = history((1001, "purchase"), (1002, "view"), (1003, "favorite"))
    second = history((1004, "purchase"), (1005, "view"))

    def test_the_classic_example(self):
        assert verbalise(self.first, str, "en") == "bought 1001, viewed 1002, saved 1003"
        assert verbalise(self.second, str, "en") == "bought 1004, viewed 1005"
        assert verbalise(self.first, str, "zh") == "买过 1001，看过 1002，收藏了 1003"

    def test_chinese_titles_follow_without_a_space(self):
        titles = {1001: "运动手环", 1002: "蓝牙耳机", 1003: "相机"}
        assert verbalise(self.first, titles.__getitem__, "zh") == "买过运动手环，看过蓝牙耳机，收藏了相机"

    def test_of_each_item_the_weightiest_event_is_told(self):
        told = history((1, "view"), (1, "purchase"), (1, "view"), (2, "impression"), (3, "skip"))
        assert verbalise(told, str, "en") == "bought 1"

    def test_only_the_latest_items_are_told(self):
        told = history(*[(item, "view") for item in range(9)])
        assert verbalise(told, str, "en", limit=2) == "viewed 7, viewed 8"
