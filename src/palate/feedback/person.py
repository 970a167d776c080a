"""A person as the recommenders see him: what his events are worth now, what must not come again, and why."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from palate.feedback.profile import DEFAULT_WEIGHTS, ORDINAL_BELOW, masked_items, weigh
from palate.feedback.signals import UNREAD, Signals
from palate.settings import FeedbackSettings
from palate.storage import Store
from palate.values import EVENT_TYPES, Codes, Constraint, Evidence, History

_EMPTY = History(
    np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.float64), np.zeros(0, np.float64), ()
)
_TOUCHED = np.array([kind not in ("impression", "skip") for kind in EVENT_TYPES])


@dataclass(frozen=True)
class Person:
    """``user``: the pseudonym, None for someone without a name; ``history``: his events, their values as
    palate.feedback.signals reads them; ``statements``: what he corrected or stated for good:
    ``forgotten_until`` (item code -> epoch seconds) and ``forgotten_before``, whose events up to then count no more;
    ``never``, constraints that hold in every conversation; ``never_words``, words that no item may bear, and
    ``never_items`` (id -> code), none of which may come; ``sources``: line of the profile -> turn and time.
    """

    user: str | None
    history: History
    statements: Mapping[str, Any]
    settings: FeedbackSettings
    now: float

    @classmethod
    def load(
        cls, store: Store, user: str | None, settings: FeedbackSettings, signals: Signals = UNREAD
    ) -> Self:
        """Reads the store anew each time: an acknowledged event is known to the next request, on every
        worker. ``signals`` read dwells and comments.
        """
        if user is None:
            return cls(None, _EMPTY, {}, settings, time.time())
        history = signals.read(store.history(user, settings.history_limit))
        return cls(user, history, store.profile(user), settings, time.time())

    @cached_property
    def weighed(self) -> tuple[Codes, NDArray[np.float32]]:
        """(items int32 [n], weights float32 [n]), each item once, oldest first; without what was asked to be
        forgotten.
        """
        items, weights, _ = weigh(self.counted, self.settings, self.now)
        return items, weights

    @cached_property
    def masked(self) -> Codes:
        """What must not come again: disliked, bought, and what the person said is never to come."""
        never = np.array(list(self.statements.get("never_items", {}).values()), np.int32)
        return np.union1d(masked_items(self.counted), never).astype(np.int32)

    @cached_property
    def touched(self) -> Codes:
        """Every item that the person did something with, beyond being shown it."""
        return np.unique(self.history.items[_TOUCHED[self.history.kinds]])

    @cached_property
    def counted(self) -> History:
        """The history without what was asked to be forgotten: events up to then, of an item or of all. What came
        after counts again.
        """
        before = self.statements.get("forgotten_before", -np.inf)
        until = np.full(len(self.history), before)
        for code, moment in self.statements.get("forgotten_until", {}).items():
            rows = self.history.items == int(code)
            until[rows] = np.maximum(until[rows], moment)
        # a mere position came before any time at which something can be asked to be forgotten
        positions = self.history.timestamps < ORDINAL_BELOW
        gone = (until > -np.inf) & (positions | (self.history.timestamps <= until))
        return self.keeping(~gone).history if gone.any() else self.history

    @property
    def never(self) -> list[Constraint]:
        """Wishes that hold in every conversation of this person."""
        return [
            Constraint(one["attribute"], one["op"], one.get("value"), "must")
            for one in self.statements.get("never", ())
        ]

    @property
    def never_words(self) -> list[str]:
        """Words that no item may bear in any conversation of this person."""
        return [str(word) for word in self.statements.get("never_words", ())]

    def strongest_event(self, code: int) -> tuple[str, Evidence] | None:
        """The event that speaks most for an item (the latest of equals): its type and its id as evidence."""
        rows: Sequence[int] = np.flatnonzero(self.history.items == code).tolist()
        if not rows:
            return None
        worth = self.settings.weights
        best = max(
            rows,
            key=lambda row: (
                worth.get(name := EVENT_TYPES[self.history.kinds[row]], DEFAULT_WEIGHTS[name]),
                row,
            ),
        )
        return EVENT_TYPES[self.history.kinds[best]], self.evidence(best)

    def evidence(self, row: int) -> Evidence:
        """An event of the history as evidence: its own id, else what tells it from the others."""
        kind, code = EVENT_TYPES[self.history.kinds[row]], self.history.items[row]
        extra = self.history.extras[row] or {}
        event_id = extra.get("event_id") or f"{kind}/{code}/{self.history.timestamps[row]:.0f}"
        return Evidence("event", str(event_id))

    def comment_id(self, row: int) -> str:
        """What names an event of ``counted`` as evidence."""
        return replace(self, history=self.counted).evidence(row).id

    def until(self, time: float) -> Self:
        """The person as he was at ``time`` (epoch seconds): without later events; positions have no time."""
        when = self.history.timestamps
        return replace(self.keeping((when <= time) | (when < ORDINAL_BELOW)), now=time)

    def under(self, settings: FeedbackSettings) -> Self:
        """The same person, his events worth what these settings say."""
        return replace(self, settings=settings)

    def keeping(self, rows: NDArray[np.bool_]) -> Self:
        """The person who did only this: ``rows`` bool, one for each event of the history."""
        history = self.history
        extras = tuple(extra for extra, keep in zip(history.extras, rows, strict=True) if keep)
        kept = History(
            history.items[rows], history.kinds[rows], history.timestamps[rows], history.values[rows], extras
        )
        return replace(self, history=kept)
