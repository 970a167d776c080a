"""Reception: events as they come in, with what each of them changes besides the log: a reaction teaches the ranker, a
dislike of a brand refuses it for good, a click tells what was passed over.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from palate.dialogue.of_this_kind import without_its_kind
from palate.dialogue.sessions import Sessions
from palate.errors import InvalidInput, UnknownTurn
from palate.feedback.account import refusing
from palate.feedback.events import batch, parse_event
from palate.feedback.passing_over import PASSIVE, passed_over
from palate.feedback.profile import event_worths
from palate.feedback.worths import LiveWorths
from palate.privacy.pseudonyms import Pseudonyms
from palate.ranking.observing import Shown
from palate.settings import Settings
from palate.storage import Effect, Store, Written
from palate.training.serving import Serving
from palate.values import Constraint, Event, EventBatch

_Placed = tuple[int, Shown, int]
"""The row of an event, the slate that its turn showed, and the item's place in it."""
_NOTHING = Effect()


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
        placed: list[_Placed] = []
        for row, event in enumerate(events):
            slate = self._slate(event)
            if slate and event.item_id in slate.item_ids:
                placed.append((row, slate, slate.item_ids.index(event.item_id)))
        # the choice that is observed says the same to the ranker; these tell the profile
        skips = [
            skip
            for row, slate, _ in placed
            if slate.owner is not None
            for skip in passed_over(events[row], slate.item_ids)
        ]
        columns = batch([*events, *skips], self._pseudonyms)
        effects = self._observed(placed, columns, now)
        for row, slate, _ in placed:
            if slate.owner is not None and events[row].event_type not in PASSIVE:
                effects[row] = replace(effects.get(row, _NOTHING), touches=True)
        for row, event in enumerate(events):
            if (wish := self._refused(event)) is not None:
                effects[row] = replace(effects.get(row, _NOTHING), statements=partial(refusing, wish=wish))
        return self._store.append_events(columns, effects, derived=len(skips))

    def _observed(self, placed: Sequence[_Placed], columns: EventBatch, now: float) -> dict[int, Effect]:
        """By row of those events that say something of a slate: what the ranker learns from it."""
        if not placed:
            return {}
        rows = np.array([row for row, _, _ in placed])
        codes = np.array([slate.codes[place] for _, slate, place in placed], np.int32)
        extras = [columns.extras[row] if columns.extras else None for row, _, _ in placed]
        kinds = columns.kinds[rows]
        values = self._serving.signals.values(codes, kinds, columns.values[rows], extras)
        worths = event_worths(kinds, values, self._worths.settings()).tolist()
        return {
            row: Effect(slate.reaction(place, worth, now))
            for (row, slate, place), worth in zip(placed, worths, strict=True)
            if worth != 0
        }

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

    def _slate(self, event: Event) -> Shown | None:
        """What the turn of an event showed; UnknownTurn where it is somebody else's."""
        if not event.turn_id:
            return None
        shown = self._sessions.shown(event.turn_id)
        if shown and shown.owner is not None and shown.owner != self._pseudonyms.of(event.user_id):
            raise UnknownTurn(
                f"there is no turn {event.turn_id!r} of this user; leave turn_id out, or give the user's own"
            )
        return shown
