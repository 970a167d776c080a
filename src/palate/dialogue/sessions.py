"""Sessions: loading and saving the state of conversations."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np

from palate.dialogue.advice import Advice
from palate.dialogue.state import State
from palate.errors import UnknownTurn
from palate.ranking.decisions import Decision
from palate.ranking.features import RERANK
from palate.ranking.linear import LinearRanker
from palate.ranking.observing import Shown
from palate.recommenders.proposals import Proposals
from palate.storage import Store
from palate.values import Cost

SHOWN_KEPT = 2_000
"""Turns whose slates are kept in memory."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it was made: the state it answered, when (epoch seconds), how many items it showed, what
    ranked it, and what a language model said to it.
    """

    state: State
    at: float
    shown: int
    ranker: LinearRanker
    advice: Advice


class Sessions:
    """The conversations in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shown: OrderedDict[str, Shown] = OrderedDict()
        self._lock = Lock()

    def load(self, session_id: str, user: str | None) -> State:
        """The state of a session, a new one where there is none.

        Raises UnknownTurn where the session belongs to another person: whose it is is not told.
        """
        found = self._store.session(session_id)
        if found is None:
            return State()
        owner, document = found
        if owner is not None and owner != user:
            raise UnknownTurn(
                f"there is no session {session_id!r} of this user; leave session_id out to begin a new one"
            )
        return State.from_json(document)

    def save(
        self,
        turn_id: str,
        session_id: str,
        user: str | None,
        state: State,
        record: Mapping[str, Any],
        costs: Sequence[Cost] = (),
    ) -> None:
        """Save a turn, the state after it and what language models took for it; durable when this returns."""
        self._store.save_turn(turn_id, session_id, user, state.to_json(), record, costs)

    def book(self, user: str | None, costs: Sequence[Cost]) -> None:
        """Save what language models took where no turn is saved; durable when this returns."""
        if costs:
            self._store.add_costs(costs, user)

    def keep(self, user: str, statements: Mapping[str, Any]) -> None:
        """Save what a person stated for good; durable when this returns."""
        self._store.save_profile(user, statements)

    def shown(self, turn_id: str) -> Shown | None:
        """What a turn showed, None where it is unknown; the latest ones stay in memory, as reactions come in rows."""
        with self._lock:
            known = self._shown.get(turn_id)
            if known is not None:
                self._shown.move_to_end(turn_id)
                return known
        found = self._store.turn(turn_id)
        if found is None:
            return None
        shown = Shown.of(found[0], turn_id, found[1])
        with self._lock:
            self._shown[turn_id] = shown
            if len(self._shown) > SHOWN_KEPT:
                self._shown.popitem(last=False)
        return shown

    def forget(self) -> None:
        """Keep nothing of a turn in memory any longer: some were erased."""
        with self._lock:
            self._shown.clear()

    def list_of(self, turn_id: str, user: str | None) -> Listed:
        """What a turn's list was made of. Raises UnknownTurn where there is no such turn of this user, or it
        showed no list.
        """
        found = self._store.turn(turn_id)
        if found is None or found[0] not in (None, user) or "state" not in found[1]:
            raise UnknownTurn(
                f"there is no list of a turn {turn_id!r} of this user; name a turn that showed items, and its user"
            )
        turn = found[1]["turn"]
        slate = Decision.of(found[1]["slate"])
        used = LinearRanker(slate.names, slate.weights, np.zeros((len(slate.names), len(slate.names))))
        state = State.from_json(found[1]["state"])
        return Listed(state, turn["created_at"], len(turn["items"]), used, _advice(slate))

    def items_of(self, turn_id: str | None) -> list[Mapping[str, Any]]:
        """The items that a turn showed, with their reasons, as recorded; none where the turn is unknown."""
        found = self._store.turn(turn_id) if turn_id else None
        return list(found[1]["turn"]["items"]) if found else []


def _advice(slate: Decision) -> Advice:
    """What a language model said to a list, from the features of its pool."""

    def told(name: str) -> dict[int, float]:
        if name not in slate.names:
            return {}
        column = slate.pool_features[:, slate.names.index(name)].tolist()
        return {code: value for code, value in zip(slate.pool_codes.tolist(), column, strict=True) if value}

    return Advice(np.array(list(told(Proposals.name)), np.int32), told(RERANK))
