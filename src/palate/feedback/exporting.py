"""Events as they were given: the columns of a history turned back into the contract's fields."""

import math
from collections.abc import Sequence
from typing import Any

from palate.feedback.passing_over import DERIVED
from palate.values import EVENT_TYPES, History


def events_as_given(
    user_id: str, history: History, item_ids: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """One dict an event, oldest first: (those that were given, those that we derived from them). ``item_ids``: n
    ids, aligned with the history.
    """
    events: list[dict[str, Any]] = []
    derived: list[dict[str, Any]] = []
    for row, item_id in enumerate(item_ids):
        extra = dict(history.extras[row] or {})
        given = extra.pop("given", {})
        event: dict[str, Any] = {
            "user_id": user_id,
            "item_id": item_id,
            "event_type": EVENT_TYPES[history.kinds[row]],
            "timestamp": _plain(float(history.timestamps[row])),
        }
        if not math.isnan(history.values[row]):
            event["value"] = _plain(float(history.values[row]))
        (derived if DERIVED in given else events).append({**event, **extra, **given})
    return events, derived


def _plain(number: float) -> int | float:
    return int(number) if number.is_integer() else number
