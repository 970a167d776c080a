"""One live event, checked, and a few of them as the batch that travels to the store."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.normalise import LONGEST_TEXT, clean, identifier
from palate.catalogue.parsing import parse_number
from palate.errors import InvalidInput
from palate.feedback.columns import moment
from palate.feedback.event_types import event_type_of, number_of
from palate.values import EVENT_TYPES, Event, EventBatch

LONGEST_DWELL = 86_400.0
"""Seconds: who stays longer left the page open."""

AHEAD = 300.0
"""Seconds that a client's clock may be ahead. What claims to come later came now: it would else go before all that
the person does until then, and what he takes back would not be taken back.
"""

IDS = ("session_id", "turn_id", "event_id")
KNOWN = frozenset({"user_id", "item_id", "event_type", "timestamp", "value", "rating", "text", *IDS})

_LARGEST_VALUE = 1e300
_LARGEST_GIVEN = 10_000


class Pseudonymises(Protocol):
    """What turns user ids into pseudonyms (palate.privacy)."""

    def many(self, ids: Sequence[str]) -> list[str]:
        """The pseudonym of each id: 32 hex digits."""
        ...


def parse_event(record: Mapping[str, Any], event_types: Mapping[str, str], now: float) -> Event:
    """The event of a JSON object. ``event_types``: foreign name = ours; ``now``: epoch seconds, where it has
    no timestamp.

    Raises InvalidInput with the reason: no user_id, item_id or event_type, a type that is not known, a
    timestamp that is none, a value that is not finite, a rating without value, a comment without text, a
    negative dwell, a text beyond 100,000 characters, further fields beyond 10,000 characters of JSON. A
    dwell beyond a day is cut to a day, a time beyond AHEAD from now to now.
    """
    given: dict[str, Any] = {
        name: value for name, value in record.items() if name not in KNOWN and value is not None
    }
    user_id = identifier(record.get("user_id"), "user_id")
    item_id = identifier(record.get("item_id"), "item_id")
    name = record.get("event_type")
    if not isinstance(name, str) or not name.strip():
        raise InvalidInput(missing_type())
    event_type = event_type_of(name, event_types)
    if event_type is None:
        raise InvalidInput(unknown_type(name))
    if name != event_type:
        given["event_type"] = name
    timestamp = now
    if (moment_given := record.get("timestamp")) is not None:
        timestamp, other_form = moment(moment_given)
        if math.isnan(timestamp):
            raise InvalidInput(bad_timestamp(moment_given))
        if other_form or timestamp > now + AHEAD:
            given["timestamp"] = moment_given
        if timestamp > now + AHEAD:
            timestamp = now
    value = _value(record.get("value", record.get("rating")))
    text = record.get("text")
    if text is not None and not isinstance(text, str):
        raise InvalidInput(f"text {text!r} is no text; send a string")
    if text is not None and len(text) > LONGEST_TEXT:
        raise InvalidInput(f"text has {len(text):,} characters; at most {LONGEST_TEXT:,} are taken")
    if (reason := contradiction(event_type, value, bool(text and text.strip()))) is not None:
        raise InvalidInput(reason)
    if event_type == "dwell" and value is not None and value > LONGEST_DWELL:
        given["value"] = value
        value = LONGEST_DWELL
    ids = {name: identifier(record[name], name) for name in IDS if record.get(name) not in (None, "")}
    if given and len(json.dumps(given, default=str)) > _LARGEST_GIVEN:
        raise InvalidInput(
            f"the further fields {sorted(given)[:10]!r} are too large; at most {_LARGEST_GIVEN:,} characters"
        )
    return Event(
        user_id, item_id, event_type, timestamp, value, text=clean(text) if text else None, given=given, **ids
    )


def _value(value: Any) -> float | None:
    if value is None or value == "":
        return None
    number = parse_number(value) if isinstance(value, str) else value
    # the comparison also holds for whole numbers that are too large for a double, and fails for NaN
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not abs(number) < _LARGEST_VALUE:
        raise InvalidInput(
            f"value {value!r} is no number below {_LARGEST_VALUE:g}; correct it or leave it out"
        )
    return float(number)


def missing_type() -> str:
    """Why an event without a type is refused."""
    return f"event_type is missing; it is one of {', '.join(EVENT_TYPES)}"


def unknown_type(name: Any) -> str:
    """Why an event of a foreign name is refused."""
    return (
        f"event_type {name!r} is not known; it is one of {', '.join(EVENT_TYPES)}, or map it in the settings "
        "under imports.event_types"
    )


def bad_timestamp(value: Any) -> str:
    """Why a timestamp is refused."""
    return f"timestamp {value!r} is no moment since 1970; write ISO 8601 or epoch seconds"


def contradiction(event_type: str, value: float | None, has_text: bool) -> str | None:
    """Why an event cannot be of its type, None where it can."""
    if event_type == "rating" and value is None:
        return "a rating needs a value"
    if event_type == "comment" and not has_text:
        return "a comment needs a text"
    if event_type == "dwell" and value is not None and value < 0:
        return f"dwell {value!r} is negative; its value is the seconds stayed"
    return None


def batch(events: Sequence[Event], pseudonyms: Pseudonymises) -> EventBatch:
    """The events as columns, in order."""
    names = dict.fromkeys(event.user_id for event in events)
    pseudonym = dict(zip(names, pseudonyms.many(list(names)), strict=True))
    users = list(dict.fromkeys(pseudonym.values()))
    user_at = {user: position for position, user in enumerate(users)}
    items = list(dict.fromkeys(event.item_id for event in events))
    item_at = {item: position for position, item in enumerate(items)}
    extras = [_extras(event) for event in events]
    return EventBatch(
        users=users,
        user_index=np.array([user_at[pseudonym[event.user_id]] for event in events], np.int32),
        item_ids=items,
        item_index=np.array([item_at[event.item_id] for event in events], np.int32),
        kinds=np.array([number_of(event.event_type) for event in events], np.uint8),
        timestamps=np.array([event.timestamp for event in events], np.float64),
        values=np.array([math.nan if event.value is None else event.value for event in events], np.float64),
        extras=extras if any(extras) else None,
    )


def pseudonymised(ids: Sequence[str], pseudonyms: Pseudonymises) -> tuple[list[str], NDArray[np.int32]]:
    """(distinct pseudonyms, index int32 [n] of each id into them). Ids that differ only in Unicode form may
    share one.
    """
    names = pseudonyms.many(ids)
    at: dict[str, int] = {}
    index = np.fromiter((at.setdefault(name, len(at)) for name in names), np.int32, len(names))
    return list(at), index


def _extras(event: Event) -> dict[str, Any] | None:
    extras: dict[str, Any] = {
        name: value for name in (*IDS, "text") if (value := getattr(event, name)) is not None
    }
    if event.given:
        extras["given"] = dict(event.given)
    return extras or None
