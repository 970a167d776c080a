"""Store: the operations that the rooms need of a database, each one transactional.

It knows no SQL and no numpy model; SqlStore (sql.py) implements it over SQLite and PostgreSQL, and the suite
in
tests/storage holds for both. A method that writes returns only when the write is durable: it survives ``kill
-9``.
Methods may be called from any thread. Users are pseudonyms here (palate.privacy), 32 hex digits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.values import Cost, Derived, EventBatch, History, Item, Spent, StoredItem


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows of a write were new, changed, or already there as they came."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0


LEARNT = "ranker"
"""The document that holds what was learnt from observations so far; it goes where one of them is erased."""

EXPERIMENTS = "experiments"
"""The document that holds the shop's experiments, oldest first; the one that runs has ``stopped`` null."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event brings about besides its place in the log, stored in the event's own transaction.

    ``observed``: a JSON document that becomes an observation of the event's user, and ``statements``: what makes of
    the user's profile the one that is kept from then on; both only if the event is stored now, not where it is told
    again. ``touches``: the event does something with its item in its turn, so that from then on no event is derived
    for the item there.
    """

    observed: Mapping[str, Any] | None = None
    statements: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    touches: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What an event said of a slate. ``document``: JSON that the store does not read; None, without a user, where
    observations before this one were erased: what was learnt from them has to be learnt anew without them.
    """

    number: int
    user: str | None
    document: Mapping[str, Any] | None


class Store(Protocol):
    """See the module's docstring. Every method raises StorageError where the database fails."""

    # catalogue
    def put_items(self, items: Iterable[Item]) -> Written:
        """Add or replace whole items, in one transaction; an item that equals the stored one is unchanged and
        keeps its revision. The last of several with one id wins.
        """
        ...

    def withdraw_items(self, item_ids: Iterable[str]) -> int:
        """Take items out of the catalogue (their codes and events stay); how many were there."""
        ...

    def revision(self) -> int:
        """The highest revision of any item; grows with every change of the catalogue. Cheap: asked on every
        request.
        """
        ...

    def items(self, after: int = 0) -> Iterator[StoredItem]:
        """Items whose revision is above ``after``, in order of code, withdrawn ones and ids known from
        events included.
        """
        ...

    def codes(self, item_ids: Sequence[str]) -> NDArray[np.int32]:
        """The code of each id, int32 [n], -1 where the store has never seen it."""
        ...

    def put_derived(self, derived: Mapping[int, Mapping[str, Derived]]) -> None:
        """Store fields that a language model wrote, by item code and name, beside those that are there; what has
        the same name is replaced. The items' revisions grow. All in one transaction.
        """
        ...

    # answers of language models that are kept, by a hash of all that was asked
    def answer(self, key: str) -> Any:
        """The answer kept under a key, JSON; None where there is none."""
        ...

    def put_answer(self, key: str, answer: Any) -> None:
        """Keep it."""
        ...

    # events
    def append_events(
        self, batch: EventBatch, effects: Mapping[int, Effect] | None = None, derived: int = 0
    ) -> Written:
        """Store events, and by row what they bring about; unknown item ids get a code (known by id only, until the
        item comes).

        Stored once: events with one ``event_id``, whoever sends them; and without an id, events of a user
        that agree in item, kind, timestamp, value, session_id, turn_id and text.

        The last ``derived`` rows follow from the others and are not counted: each is stored only where nothing
        touched its item in its turn, before or in this call, and no event was derived for it yet.
        """
        ...

    def history(self, user: str, limit: int | None = None) -> History:
        """What a user did; with ``limit`` only the latest that many."""
        ...

    def histories(self) -> Iterator[tuple[str, History]]:
        """Every user's history, one consistent snapshot (of one transaction)."""
        ...

    def event_count(self) -> int:
        """How many events are stored."""
        ...

    # observations: what events say of a slate, in the order in which they came; numbers grow, and have gaps
    def last_observation(self) -> int:
        """The number of the latest observation, 0 where there is none. Cheap: asked often."""
        ...

    def observations(self, after: int = 0, limit: int = 1000) -> list[Observation]:
        """The next ``limit`` observations whose numbers are above ``after``, in order."""
        ...

    def observations_of(self, user: str, limit: int) -> list[Observation]:
        """The latest ``limit`` observations of a user, in order."""
        ...

    # conversations: ``state`` and ``record`` are JSON documents that the store does not read
    def save_turn(
        self,
        turn_id: str,
        session_id: str,
        user: str | None,
        state: Mapping[str, Any],
        record: Mapping[str, Any],
        costs: Sequence[Cost] = (),
    ) -> None:
        """Save a turn, the session's new state and what language models took for it, together."""
        ...

    def session(self, session_id: str) -> tuple[str | None, Mapping[str, Any]] | None:
        """The user and the latest state of a session, None where there is none."""
        ...

    def turn(self, turn_id: str) -> tuple[str | None, Mapping[str, Any]] | None:
        """The user and the record of a turn."""
        ...

    def turns(self) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
        """Every turn, oldest first: (turn_id, user, record); one consistent snapshot."""
        ...

    def turns_after(
        self, number: int, limit: int = 500
    ) -> list[tuple[int, str, str | None, Mapping[str, Any]]]:
        """The next ``limit`` turns whose numbers are above ``number``, in order: (number, turn_id, user, record)."""
        ...

    def last_turn(self) -> int:
        """The number of the latest turn, 0 where there is none."""
        ...

    def latest_turns(self, limit: int) -> list[tuple[str, str | None, Mapping[str, Any]]]:
        """The latest ``limit`` turns, latest first: (turn_id, user, record)."""
        ...

    # what language models took, in sums by day, model, purpose and person
    def add_costs(self, costs: Sequence[Cost], user: str | None = None) -> None:
        """Add what was spent for a user outside any turn, or for nobody."""
        ...

    def costs(self, by: str, since: str = "") -> list[tuple[str | None, Spent]]:
        """The sums by ``purpose``, ``day``, ``user`` (a pseudonym, None for nobody) or ``model``, in its order, from
        the day ``since`` on (``2026-11-24``; "": all of them).
        """
        ...

    # profiles: what a person corrected or stated for good; JSON that the store does not read
    def profile(self, user: str) -> Mapping[str, Any]:
        """The stored statements of a user, {} where there are none."""
        ...

    def save_profile(self, user: str, profile: Mapping[str, Any]) -> None:
        """Replace them."""
        ...

    # vectors of items, by embedder name and content hash
    def put_vectors(
        self, embedder: str, codes: NDArray[np.int32], hashes: Sequence[str], vectors: NDArray[np.float32]
    ) -> None:
        """Store or replace vectors float32 [n, d]; on PostgreSQL in a pgvector column."""
        ...

    def vectors(self, embedder: str) -> tuple[NDArray[np.int32], list[str], NDArray[np.float32]]:
        """(codes int32 [n], hashes, vectors float32 [n, d]) of an embedder; n = 0 where there are none."""
        ...

    # settings of the shop that grew with its data (attribute types, time kind ...): small JSON documents
    def document(self, name: str) -> Any:
        """A named JSON document, None where there is none."""
        ...

    def put_document(self, name: str, value: Any) -> None:
        """Store or replace it."""
        ...

    # a person's rights
    def export_user(self, user: str) -> Mapping[str, Any]:
        """{"history": History with item ids under "item_ids", "sessions": [...], "turns": [...], "profile":
        {...}}.
        """
        ...

    def erase_user(self, user: str) -> Mapping[str, int]:
        """Erase all that is held of a user, in one transaction; how many rows of each kind went."""
        ...

    def close(self) -> None:
        """Finish the writes under way and let the database go."""
        ...
