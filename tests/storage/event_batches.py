"""Makes batches of events for the tests of this folder."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from palate.values import EVENT_TYPES, EventBatch, History

ANN = "a" * 32
BOB = "b" * 32
EVE = "e" * 32


class Told(NamedTuple):
    """An event in the words of a test."""

    user: str
    item: str
    kind: str = "view"
    at: float = 0.0
    value: float | None = None
    extras: Mapping[str, Any] | None = None


def batch(*told: Told) -> EventBatch:
    """The batch of some events, in their order."""
    users = list(dict.fromkeys(event.user for event in told))
    items = list(dict.fromkeys(event.item for event in told))
    return EventBatch(
        users=users,
        user_index=np.array([users.index(event.user) for event in told], np.int32),
        item_ids=items,
        item_index=np.array([items.index(event.item) for event in told], np.int32),
        kinds=np.array([EVENT_TYPES.index(event.kind) for event in told], np.uint8),
        timestamps=np.array([event.at for event in told], np.float64),
        values=np.array([np.nan if event.value is None else event.value for event in told], np.float64),
        extras=[event.extras for event in told] if any(event.extras for event in told) else None,
    )


def told_by(user: str, history: History, item_ids: Sequence[str]) -> list[Told]:
    """A history back in the words of a test; ``item_ids``: the ids by code."""
    return [
        Told(
            user,
            item_ids[code],
            EVENT_TYPES[kind],
            at,
            None if np.isnan(value) else value,
            extras,
        )
        for code, kind, at, value, extras in zip(
            history.items.tolist(),
            history.kinds.tolist(),
            history.timestamps.tolist(),
            history.values.tolist(),
            history.extras,
            strict=True,
        )
    ]
