"""What dwells, comments, skips and return visits say: answers known by construction."""

import math

import numpy as np
import pytest

from palate.feedback.dwell import LEAST, UsualDwell
from palate.feedback.passing_over import DERIVED, passed_over
from palate.feedback.profile import event_worths, return_visits, weigh
from palate.feedback.signals import UNREAD, Signals
from palate.settings import FeedbackSettings
from palate.values import EVENT_TYPES, Event, History

SETTINGS = FeedbackSettings()
NOW = 1.75e9
HOUR = 3_600.0


def history(*events: tuple[int, str, float, float, str | None]) -> History:
    """(item, kind, timestamp, value, text)."""
    return History(
        items=np.array([row[0] for row in events], np.int32),
        kinds=np.array([EVENT_TYPES.index(row[1]) for row in events], np.uint8),
        timestamps=np.array([row[2] for row in events], np.float64),
        values=np.array([row[3] for row in events], np.float64),
        extras=[{"text": row[4]} if row[4] else None for row in events],
    )


def usual(quick: float = 10.0, slow: float = 200.0, n: int = 400) -> UsualDwell:
    """Items 0 to 9 are looked at for ``quick`` seconds, items 10 to 19 for ``slow``, give or take a factor."""
    rng = np.random.default_rng(3)
    items = rng.integers(0, 20, n).astype(np.int32)
    seconds = np.where(items < 10, quick, slow) * np.exp(rng.normal(0, 0.5, n))
    found = UsualDwell.fit(items, seconds, np.repeat([0, 1], 10).astype(np.int32), np.full(20, 100, np.int32))
    assert found is not None
    return found


def worth(signals: Signals, item: int, seconds: float) -> float:
    read = signals.read(history((item, "dwell", NOW, seconds, None)))
    return float(event_worths(read.kinds, read.values, SETTINGS)[0])


def test_a_stay_counts_against_what_is_usual_for_its_kind():
    signals = Signals(UNREAD.sentiment, usual())
    # what is usual says half of the most, whatever the kind
    assert worth(signals, 3, 10) == pytest.approx(0.2, abs=0.02)
    assert worth(signals, 15, 200) == pytest.approx(0.2, abs=0.02)
    # so a minute is much for one and little for the other
    assert worth(signals, 3, 60) > 0.35
    assert worth(signals, 15, 60) < 0.1
    grown = [worth(signals, 3, seconds) for seconds in (1, 5, 10, 20, 60, 600)]
    assert grown == sorted(grown)


def test_a_dwell_of_a_year_is_worth_no_more_than_a_long_one_and_moves_nothing():
    year = 365 * 86_400.0
    signals = Signals(UNREAD.sentiment, usual())
    assert worth(signals, 3, year) == pytest.approx(0.4)
    rng = np.random.default_rng(3)
    items = rng.integers(0, 20, 400).astype(np.int32)
    seconds = np.where(items < 10, 10.0, 200.0) * np.exp(rng.normal(0, 0.5, 400))
    seconds[:40] = year
    skewed = UsualDwell.fit(
        items, seconds, np.repeat([0, 1], 10).astype(np.int32), np.full(20, 100, np.int32)
    )
    assert skewed is not None
    assert abs(skewed.centre[3] - signals.usual.centre[3]) < 0.3  # pyright: ignore[reportOptionalMemberAccess]


def test_length_counts_and_a_thin_kind_is_drawn_to_the_whole():
    rng = np.random.default_rng(5)
    lengths = np.repeat([50, 500, 5_000], 10).astype(np.int32)
    items = rng.integers(0, 30, 900).astype(np.int32)
    seconds = lengths[items] / 10 * np.exp(rng.normal(0, 0.3, 900))
    kinds = np.zeros(31, np.int32)
    kinds[30] = 1
    found = UsualDwell.fit(
        np.append(items, 30).astype(np.int32),
        np.append(seconds, 7_000.0),
        kinds,
        np.append(lengths, 50).astype(np.int32),
    )
    assert found is not None
    for item, expected in ((5, 5), (15, 50), (25, 500)):
        assert found.centre[item] == pytest.approx(math.log(expected), abs=0.25)
    # one stay of two hours does not make its kind one of two hours
    assert found.centre[30] == pytest.approx(found.whole[0], abs=0.6)


def test_too_few_dwells_tell_nothing_and_an_unknown_item_is_as_the_whole():
    n = LEAST - 1
    assert (
        UsualDwell.fit(np.zeros(n, np.int32), np.full(n, 9.0), np.zeros(1, np.int32), np.ones(1, np.int32))
        is None
    )
    assert (
        UsualDwell.fit(np.zeros(0, np.int32), np.zeros(0), np.zeros(1, np.int32), np.ones(1, np.int32))
        is None
    )
    found = usual()
    (share,) = found.share(np.array([99], np.int32), np.array([math.exp(found.whole[0])]))
    assert share == pytest.approx(0.5)
    assert np.isnan(found.share(np.array([1], np.int32), np.array([math.nan]))).all()


def test_a_comment_is_worth_what_it_says():
    signals = Signals(lambda text: {"good": 0.9, "bad": -0.9}.get(text, 0.0))
    read = signals.read(
        history(
            *[(item, "comment", NOW, math.nan, text) for item, text in enumerate(("good", "bad", "so so"))]
        )
    )
    worths = event_worths(read.kinds, read.values, SETTINGS)
    assert worths.tolist() == pytest.approx([0.72, -0.72, 0.2])


def test_coming_back_later_counts_more_than_looking_twice():
    at_once = history((1, "view", NOW, math.nan, None), (1, "view", NOW + 60, math.nan, None))
    later = history((1, "view", NOW, math.nan, None), (1, "view", NOW + HOUR, math.nan, None))
    (first,), (second,) = (weigh(one, SETTINGS, NOW + HOUR)[1] for one in (at_once, later))
    assert second - first == pytest.approx(0.3, abs=0.001)
    positions = history((1, "view", 1.0, math.nan, None), (1, "view", 9e7, math.nan, None))
    assert not return_visits(positions.items.astype(np.int64), positions.kinds, positions.timestamps).any()
    others = history(
        (1, "view", NOW, math.nan, None),
        (2, "view", NOW + HOUR, math.nan, None),
        (1, "like", NOW + 2 * HOUR, math.nan, None),
    )
    assert not return_visits(others.items.astype(np.int64), others.kinds, others.timestamps).any()


def test_what_stands_above_a_click_was_passed_over():
    shown = ["a", "b", "c", "d", "e", "f"]

    def skips(item: str, kind: str = "click", turn: str | None = "t1") -> list[str]:
        event = Event("ann", item, kind, NOW, turn_id=turn)
        found = passed_over(event, shown)
        assert all(
            (one.event_type, one.user_id, one.given) == ("skip", "ann", {DERIVED: item}) for one in found
        )
        assert all(one.turn_id == "t1" for one in found)
        return [one.item_id for one in found]

    assert skips("c") == ["a", "b"]
    assert skips("a") == []
    assert skips("f") == ["c", "d", "e"]  # the nearest alone
    for kind in ("dislike", "view", "impression", "skip", "comment"):
        assert skips("c", kind) == []
    assert skips("c", turn=None) == []
    assert skips("x") == []
