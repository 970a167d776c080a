"""One event from a request."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_cases import PlainPseudonyms

from palate.errors import InvalidInput
from palate.feedback.events import batch, parse_event
from palate.values import EVENT_TYPES, Event

NOW = 1_760_000_000.5
BASE = {"user_id": "u", "item_id": "a", "event_type": "view"}


def test_an_event_without_a_timestamp_is_of_now():
    assert parse_event(BASE, {}, NOW) == Event("u", "a", "view", NOW)


def test_everything_given_is_kept():
    record = {
        "user_id": 7, "item_id": " a ", "event_type": "Product Reviewed", "timestamp": "2025-01-31T00:00:00Z",
        "value": "4.5", "session_id": "s", "turn_id": "t", "event_id": 9, "text": "good", "page": "home",
        "none": None,
    }  # fmt: skip
    assert parse_event(record, {}, NOW) == Event(
        "7", "a", "comment", 1_738_281_600, 4.5, "s", "t", "good", "9",
        {"page": "home", "event_type": "Product Reviewed", "timestamp": "2025-01-31T00:00:00Z"},
    )  # fmt: skip
    assert parse_event({**BASE, "event_type": "ping"}, {"ping": "share"}, NOW).event_type == "share"
    assert parse_event({**BASE, "event_type": "rating", "rating": 5}, {}, NOW).value == 5
    long = parse_event({**BASE, "event_type": "dwell", "value": 1e6}, {}, NOW)
    assert (long.value, long.given) == (86_400, {"value": 1e6})


def test_what_claims_to_come_later_came_now_and_is_kept_as_given():
    ahead = parse_event({**BASE, "timestamp": NOW + 60}, {}, NOW)
    assert (ahead.timestamp, ahead.given) == (NOW + 60, {})
    for late in (NOW + 3_600, 4e9, "2096-01-01T00:00:00Z"):
        found = parse_event({**BASE, "timestamp": late}, {}, NOW)
        assert (found.timestamp, found.given) == (NOW, {"timestamp": late})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"user_id": None}, "user_id is missing"), ({"item_id": ""}, "item_id is missing"),
        ({"item_id": {}}, "no id"),
        ({"event_type": None}, "event_type is missing"), ({"event_type": 3}, "event_type is missing"),
        ({"event_type": "checkout"}, "'checkout' is not known"), ({"timestamp": "soon"}, "timestamp 'soon'"),
        ({"timestamp": math.nan}, "timestamp nan"), ({"timestamp": math.inf}, "timestamp inf"),
        ({"timestamp": -1}, "timestamp -1"), ({"timestamp": True}, "timestamp True"),
        ({"timestamp": ""}, "timestamp ''"),
        ({"timestamp": 10**400}, "timestamp 1"),
        ({"value": math.inf}, "value inf"), ({"value": "many"}, "value 'many'"), ({"value": [1]}, "value"),
        ({"value": 10**400}, "value"),
        ({"event_type": "rating"}, "rating needs a value"),
        ({"event_type": "comment", "text": " "}, "comment needs a text"),
        ({"event_type": "comment", "text": 5}, "send a string"),
        ({"event_type": "dwell", "value": -1}, "negative"),
        ({"text": "x" * 100_001}, "100,001 characters"), ({"session_id": "x" * 257}, "session_id"),
        ({"event_id": []}, "event_id"), ({"more": "x" * 10_000}, "too large"),
    ],
)  # fmt: skip
def test_events_that_are_refused(changes, reason):
    with pytest.raises(InvalidInput, match=reason):
        parse_event({**BASE, **changes}, {}, NOW)


JSON = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.lists(st.integers(), max_size=2)
)


@given(
    st.fixed_dictionaries(
        {"user_id": JSON, "item_id": JSON, "event_type": st.sampled_from([*EVENT_TYPES, "pv", 5])},
        optional=dict.fromkeys(
            ["timestamp", "value", "rating", "session_id", "turn_id", "text", "event_id", "x"], JSON
        ),
    )
)
def test_any_record_is_an_event_or_refused(record):
    try:
        event = parse_event(record, {}, NOW)
    except InvalidInput:
        return
    assert event.event_type in EVENT_TYPES
    assert 0 <= event.timestamp < 1e11
    assert event.value is None or math.isfinite(event.value)
    assert len(batch([event], PlainPseudonyms())) == 1


def test_a_batch_of_events():
    made = batch(
        [
            Event("u", "a", "view", 1.0),
            Event("v", "b", "comment", 2.0, text="good", given={"page": "home"}),
            Event("u", "b", "rating", 3.0, 5.0, event_id="e"),
        ],
        PlainPseudonyms(),
    )
    assert made.users == ["p:u", "p:v"]
    assert made.user_index.tolist() == [0, 1, 0]
    assert made.item_ids == ["a", "b"]
    assert made.item_index.tolist() == [0, 1, 1]
    assert [EVENT_TYPES[kind] for kind in made.kinds] == ["view", "comment", "rating"]
    assert made.timestamps.tolist() == [1, 2, 3]
    assert [None if math.isnan(value) else value for value in made.values] == [None, None, 5]
    assert made.extras == [None, {"text": "good", "given": {"page": "home"}}, {"event_id": "e"}]
    assert batch([Event("u", "a", "view", 1.0)], PlainPseudonyms()).extras is None
