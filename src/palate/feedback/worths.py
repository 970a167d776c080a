"""Worths: the table of what each kind of event is worth and how fast it fades, edited while the shop serves.

The table of the settings is the ground; what was edited lies over it and is kept in the store as one document with
its versions, so that an edit is known to every worker within LOOKS_EVERY and can be undone. It says what events count
from the next request on; what the ranker learnt from earlier reactions stays as it was learnt.
"""

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from palate.errors import InvalidInput
from palate.feedback import rating_scale
from palate.feedback.profile import DEFAULT_WEIGHTS
from palate.settings import FeedbackSettings
from palate.storage import Store
from palate.values import EVENT_TYPES

DOCUMENT = "worths"
LOOKS_EVERY = 0.25
"""Seconds between two looks for an edit of another worker."""
MOST_WORTH = 10.0
MOST_HALF_LIFE = 36_500.0
KEPT = 50
"""Earlier tables that are kept to be gone back to."""

OF_TYPE = "half_life_days."
"""Before an event type: its own half-life."""
HALF_LIVES = ("half_life_days", "half_life_events", *(OF_TYPE + name for name in EVENT_TYPES))
DEFAULT = "default"
"""As a value: back to what the settings say."""


@dataclass(frozen=True, slots=True)
class Edits:
    """What was edited: ``values`` by event type or half-life; ``version``: how many edits there were, 0 for none;
    ``at``: when the last one was (ISO 8601); ``earlier``: the values before each, the latest last.
    """

    values: Mapping[str, float]
    version: int = 0
    at: str | None = None
    earlier: tuple[Mapping[str, float], ...] = ()

    @classmethod
    def load(cls, store: Store) -> Self:
        """What is stored; no edits where there is nothing."""
        found = store.document(DOCUMENT)
        if found is None:
            return cls({})
        return cls(found["values"], found["version"], found["at"], tuple(found["earlier"]))

    def save(self, store: Store) -> None:
        """Keep them; durable when this returns."""
        store.put_document(
            DOCUMENT,
            {
                "values": dict(self.values),
                "version": self.version,
                "at": self.at,
                "earlier": [dict(one) for one in self.earlier],
            },
        )

    def with_changes(self, changes: Mapping[str, float | str]) -> "Edits":
        """After ``changes``: a number by event type or half-life, or DEFAULT. Raises InvalidInput for a name that is
        not in the table, or a number out of bounds.
        """
        if not changes:
            raise InvalidInput("nothing is changed; name an event type and its worth, such as like=2")
        values = dict(self.values)
        for name, value in changes.items():
            if (checked := _checked(name, value)) is None:
                values.pop(name, None)
            else:
                values[name] = checked
        return self._next(values, (*self.earlier, self.values)[-KEPT:])

    def undone(self) -> "Edits":
        """As before the last edit. Raises InvalidInput where there is none."""
        if not self.earlier:
            raise InvalidInput("there is no earlier table of worths to go back to")
        return self._next(self.earlier[-1], self.earlier[:-1])

    def _next(self, values: Mapping[str, float], earlier: tuple[Mapping[str, float], ...]) -> "Edits":
        return Edits(values, self.version + 1, datetime.now(UTC).isoformat(timespec="seconds"), earlier)

    def over(self, settings: FeedbackSettings) -> FeedbackSettings:
        """The settings with these edits over them."""
        if not self.values:
            return settings
        update: dict[str, Any] = {
            "weights": dict(settings.weights),
            "half_lives": dict(settings.half_lives),
        }
        for name, value in self.values.items():
            if name.startswith(OF_TYPE):
                update["half_lives"][name.removeprefix(OF_TYPE)] = value
            elif name in HALF_LIVES:
                update[name] = value
            else:
                update["weights"][name] = value
        return settings.model_copy(update=update)

    def table(self, settings: FeedbackSettings) -> dict[str, Any]:
        """What counts now, and where it comes from, readable."""
        now = self.over(settings)
        return {
            "version": self.version,
            "edited_at": self.at,
            "worths": {
                name: {
                    "worth": now.weights.get(name, default),
                    "from": _origin(name in self.values, name in settings.weights),
                }
                for name, default in DEFAULT_WEIGHTS.items()
            },
            "half_lives": {
                name: {
                    "days": now.half_lives.get(name, now.half_life_days),
                    "from": _origin(OF_TYPE + name in self.values, name in settings.half_lives),
                }
                for name in EVENT_TYPES
            },
            "half_life_days": now.half_life_days,
            "half_life_events": now.half_life_events,
            "can_undo": len(self.earlier),
        }


def _origin(edited: bool, set_: bool) -> str:
    return "edited" if edited else "settings" if set_ else "default"


def _checked(name: str, value: float | str) -> float | None:
    """The number, None for DEFAULT."""
    if name not in DEFAULT_WEIGHTS and name not in HALF_LIVES:
        raise InvalidInput(
            f"{name!r} is not in the table of worths; it has {', '.join(DEFAULT_WEIGHTS)}, "
            f"half_life_days, half_life_events, and of each type its own such as half_life_days.view"
        )
    if value == DEFAULT:
        return None
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    low, high = (0.01, MOST_HALF_LIFE) if name in HALF_LIVES else (-MOST_WORTH, MOST_WORTH)
    if not low <= number <= high:
        raise InvalidInput(
            f"{name} is {value!r}; it must be a number from {low:g} to {high:g}, or {DEFAULT!r}"
        )
    return number


class LiveWorths:
    """The settings of feedback as they are now, one a process. Safe to ask from many threads."""

    def __init__(self, store: Store, settings: FeedbackSettings) -> None:
        self._store = store
        self._base = settings
        self._lock = threading.Lock()
        self._looked = -math.inf
        self._edits = Edits({})
        self._scale: list[float] | None = None
        self._now = settings

    def settings(self) -> FeedbackSettings:
        """With every edit that was saved here, and those of other workers until LOOKS_EVERY ago."""
        if time.monotonic() >= self._looked + LOOKS_EVERY:
            with self._lock:
                if time.monotonic() >= self._looked + LOOKS_EVERY:
                    self._take(Edits.load(self._store))
        return self._now

    def read_scale(self) -> None:
        """Read the scale of the ratings from the log, unless the settings have one."""
        if self._base.rating_scale is None:
            rating_scale.read_scale(self._store)
            self._looked = -math.inf

    def edits(self) -> Edits:
        """What is stored at this moment."""
        with self._lock:
            self._take(Edits.load(self._store))
            return self._edits

    def save(self, edits: Edits) -> None:
        """Keep them, and use them at once."""
        with self._lock:
            edits.save(self._store)
            self._take(edits)

    def _take(self, edits: Edits) -> None:
        scale = self._store.document(rating_scale.DOCUMENT)
        if edits != self._edits or scale != self._scale:
            self._edits, self._scale = edits, scale
            self._now = rating_scale.with_scale(edits.over(self._base), scale)
        self._looked = time.monotonic()
