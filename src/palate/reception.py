"""Reception: events as they come in, with what each of them changes besides the log: a reaction teaches the ranker, a
dislike of a brand refuses it for good, a click tells what was passed over.
"""

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.dialogue.of_this_kind import without_its_kind
from palate.dialogue.sessions import Sessions
from palate.errors import InvalidInput, UnknownTurn
from palate.feedback.account import refusing
from palate.feedback.events import batch, parse_event
from palate.feedback.passing_over import passed_over
from palate.feedback.profile import event_worths
from palate.feedback.worths import LiveWorths
from palate.privacy.pseudonyms import Pseudonyms
from palate.ranking.observing import Shown
from palate.settings import Settings
from palate.storage import Store, Written
from palate.training.serving import Serving
from palate.values import (
    EVENT_TYPES,
    Constraint,
    Event,
    EventBatch,
)


class Reception:
    """Takes the events of one shop; what it does is durable when ``take`` returns. Safe to use from many threads."""

    def __init__(
        self,
        store: Store,
        pseudonyms: Pseudonyms,
        sessions: Sessions,
        serving: Serving,
        worths: LiveWorths,
        settings: Settings,
    ) -> None:
        self._store = store
        self._pseudonyms = pseudonyms
        self._sessions = sessions
        self._serving = serving
        self._worths = worths
        self._settings = settings

    def take(self, records: Sequence[Mapping[str, Any]]) -> Written:
        """The events of ``palate.shop.Shop.add_events``, all or none. Raises InvalidInput, UnknownTurn."""
        now = time.time()
        events: list[Event] = []
        for number, record in enumerate(records):
            try:
                events.append(parse_event(record, self._settings.imports.event_types, now))
            except InvalidInput as error:
                raise InvalidInput(f"event {number}: {error}" if len(records) > 1 else str(error)) from None
        shown = [self._shown(event) for event in events]
        columns = batch(events, self._pseudonyms)
        observed: dict[int, dict[str, Any]] = {}
        if any(shown):
            worths = event_worths(columns.kinds, self._values(columns), self._worths.settings())
            for row, (event, slate) in enumerate(zip(events, shown, strict=True)):
                choice = slate and slate.reaction(event.item_id, float(worths[row]), now)
                if choice:
                    observed[row] = choice.document()
        refused = [(event, wish) for event in events if (wish := self._refused(event)) is not None]
        written = self._store.append_events(columns, observed)
        for event, wish in refused if written.added else ():
            user = self._pseudonyms.of(event.user_id)
            self._store.save_profile(user, refusing(self._store.profile(user), wish))
        skips = [
            skip
            for event, slate in zip(events, shown, strict=True)
            if slate and slate.owner is not None
            for skip in passed_over(event, slate.item_ids, partial(self._touched_in, event, slate))
        ]
        if skips:  # the choice that was observed says the same to the ranker; these tell the profile
            self._store.append_events(batch(skips, self._pseudonyms))
        return written

    def _refused(self, event: Event) -> Constraint | None:
        """What a dislike with a ``scope``, an attribute such as brand, refuses for good: the item's value of it."""
        scope = event.given.get("scope") if event.event_type == "dislike" else None
        if scope is None:
            return None
        catalogue = self._serving.world().catalogue
        wish = None
        if scope in catalogue.attributes and catalogue.code(event.item_id) is not None:
            wish = without_its_kind(str(scope), [event.item_id], catalogue)
        if wish is None:
            raise InvalidInput(
                f"scope {scope!r} names no attribute that item {event.item_id!r} has; name one such as 'brand', or "
                "leave it out"
            )
        return wish

    def _values(self, columns: EventBatch) -> NDArray[np.float64]:
        """What dwells and comments of new events say."""
        codes = self._store.codes(columns.item_ids)[columns.item_index]
        # an item that nobody has heard of is like any other
        codes = np.where(codes < 0, np.iinfo(np.int32).max, codes).astype(np.int32)
        extras = columns.extras or [None] * len(columns)
        return self._serving.signals.values(codes, columns.kinds, columns.values, extras)

    def _touched_in(self, event: Event, shown: Shown) -> set[str]:
        """Of the items that a turn showed, those that the person did something with there, beyond passing them over."""
        history = self._store.history(
            self._pseudonyms.of(event.user_id), self._settings.feedback.history_limit
        )
        touched = {
            int(code)
            for code, kind, extra in zip(history.items, history.kinds, history.extras, strict=True)
            if extra
            and extra.get("turn_id") == event.turn_id
            and EVENT_TYPES[kind] not in ("skip", "impression")
        }
        return {
            item_id
            for item_id, code in zip(shown.item_ids, shown.codes.tolist(), strict=True)
            if code in touched
        }

    def _shown(self, event: Event) -> Shown | None:
        """What the turn of an event showed; UnknownTurn where it is somebody else's."""
        if not event.turn_id:
            return None
        shown = self._sessions.shown(event.turn_id)
        if shown and shown.owner is not None and shown.owner != self._pseudonyms.of(event.user_id):
            raise UnknownTurn(
                f"there is no turn {event.turn_id!r} of this user; leave turn_id out, or give the user's own"
            )
        return shown
