"""Events before they are written: pieces of several writers checked, laid end to end and grouped by person, with all
that can be told of them without the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidInput
from palate.storage import pages
from palate.storage.documents import check_finite, check_text, encode
from palate.storage.store import Effect
from palate.values import EVENT_TYPES, EventBatch


@dataclass(frozen=True, slots=True)
class Piece:
    """What one writer appends: the arguments of ``Store.append_events``."""

    batch: EventBatch
    effects: Mapping[int, Effect]
    derived: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """Pieces as one batch that was checked, with all that can be computed of it without the database."""

    batch: EventBatch
    persons: list[bytes]
    order: NDArray[np.int64]
    """Groups the rows by person, in order of arrival."""
    salts: NDArray[np.uint64] | None
    """None where no event has extras."""
    extras: list[bytes | None]
    """As JSON; none at all where no event has any."""
    digests: dict[bytes, int]
    """Of event ids, and of derived events, each with the first row that has it."""
    touched: set[bytes]
    """What is touched in a turn, as the digests that derived events would have."""
    repeats: list[int]
    """Rows whose digest came before in the batch."""
    effects: Mapping[int, Effect]
    """Of those that depend on whether the event is new."""
    observed: Mapping[int, str]
    """By row: the JSON document of its observation."""
    counted: list[tuple[int, int]]
    """Where the rows of each piece begin and how many of them count."""


def person_of(user: str) -> bytes:
    """The 16 bytes of a pseudonym; InvalidInput where it is not 32 hex digits."""
    try:
        person = bytes.fromhex(user)
    except ValueError:
        person = b""
    if len(person) != 16 or person.hex() != user:
        raise InvalidInput(
            f"{user!r} is no pseudonym of 32 hex digits; make one with palate.privacy.Pseudonyms"
        )
    return person


def event_digest(event_id: str) -> bytes:
    """What the table of event ids holds of one: 16 bytes."""
    return blake2b(event_id.encode(), digest_size=16).digest()


def place_digest(turn_id: str, item_id: str) -> bytes:
    """The same of an item in a turn that was touched there, or for which an event was derived."""
    return blake2b(f"{turn_id}\0{item_id}".encode(), digest_size=16, person=b"in a turn").digest()


def prepare(pieces: Sequence[Piece]) -> Prepared:
    """Check pieces, lay them end to end and group them by person; InvalidInput where something in them cannot be
    stored.
    """
    batch = pieces[0].batch if len(pieces) == 1 else _joined([piece.batch for piece in pieces])
    _check(batch)
    digests: dict[bytes, int] = {}
    repeats: list[int] = []
    touched: set[bytes] = set()
    effects: dict[int, Effect] = {}
    derived: set[int] = set()
    counted: list[tuple[int, int]] = []
    first = 0
    for piece in pieces:
        n = len(piece.batch)
        counted.append((first, n - piece.derived))
        derived.update(range(first + n - piece.derived, first + n))
        effects.update((first + row, effect) for row, effect in piece.effects.items())
        first += n
    for row in sorted(derived.union(row for row, effect in effects.items() if effect.touches)):
        digest = place_digest(_turn_of(batch, row), batch.item_ids[int(batch.item_index[row])])
        if row not in derived:
            touched.add(digest)
        elif digests.setdefault(digest, row) != row:
            repeats.append(row)
    salts = None
    encoded: list[bytes | None] = []
    if batch.extras is not None and any(batch.extras):
        salts = pages.salts(batch.extras)
        for row, extra in enumerate(batch.extras):
            if not extra:
                encoded.append(None)
                continue
            encoded.append(pages.encode_extras(extra))
            event_id = extra.get("event_id")
            if event_id is not None:
                digest = event_digest(check_text(event_id, "an event_id"))
                if digests.setdefault(digest, row) != row:
                    repeats.append(row)
            if extra.get("given"):
                check_finite(extra["given"], "an event as it was given")
    observed = {
        row: encode(dict(effect.observed), "an observation")
        for row, effect in effects.items()
        if effect.observed is not None
    }
    persons = [person_of(user) for user in batch.users]
    order = pages.grouping_order(batch.user_index)
    return Prepared(
        batch, persons, order, salts, encoded, digests, touched, repeats, effects, observed, counted
    )


def _turn_of(batch: EventBatch, row: int) -> str:
    extra = batch.extras[row] if batch.extras else None
    turn_id = extra.get("turn_id") if extra else None
    if not turn_id:
        raise InvalidInput("an event that is derived, or that touches its item in a turn, names no turn")
    return turn_id


def _joined(batches: Sequence[EventBatch]) -> EventBatch:
    """Several batches as one, in their order."""
    users: dict[str, int] = {}
    item_ids: dict[str, int] = {}
    user_index: list[int] = []
    item_index: list[int] = []
    extras: list[Mapping[str, Any] | None] = []
    for batch in batches:
        _check_lengths(batch)
        for index, names, all_names, places in (
            (batch.user_index.tolist(), batch.users, users, user_index),
            (batch.item_index.tolist(), batch.item_ids, item_ids, item_index),
        ):
            _check_index(index, names)
            numbers = [all_names.setdefault(name, len(all_names)) for name in names]
            places += [numbers[place] for place in index]
        extras += batch.extras or [None] * len(batch)
    return EventBatch(
        list(users),
        np.array(user_index, np.int32),
        list(item_ids),
        np.array(item_index, np.int32),
        np.concatenate([batch.kinds for batch in batches]),
        np.concatenate([batch.timestamps for batch in batches]),
        np.concatenate([batch.values for batch in batches]),
        extras,
    )


def _check_lengths(batch: EventBatch) -> None:
    n = len(batch)
    columns = (batch.user_index, batch.item_index, batch.kinds, batch.timestamps, batch.values)
    if any(column.shape != (n,) for column in columns) or (
        batch.extras is not None and len(batch.extras) != n
    ):
        raise InvalidInput(
            f"the columns of a batch of {n} events differ in length; give each one entry an event"
        )


def _check_index(index: Sequence[int], names: Sequence[str]) -> None:
    if index and not 0 <= min(index) <= max(index) < len(names):
        raise InvalidInput(
            f"an index runs from {min(index)} to {max(index)}, but there are {len(names)} names to point at"
        )


def _check(batch: EventBatch) -> None:
    _check_lengths(batch)
    if not len(batch):
        return
    for index, names in ((batch.user_index, batch.users), (batch.item_index, batch.item_ids)):
        _check_index([int(index.min()), int(index.max())], names)
        if len(set(names)) != len(names):
            raise InvalidInput("the names of a batch are not distinct; give each user and item once")
    for item_id in batch.item_ids:
        check_text(item_id, "an item_id")
    if int(batch.kinds.max()) >= len(EVENT_TYPES):
        raise InvalidInput(
            f"event kind {int(batch.kinds.max())} is none of the {len(EVENT_TYPES)} in EVENT_TYPES"
        )
    if not np.isfinite(batch.timestamps).all():
        raise InvalidInput("a timestamp is not a finite number; leave out events without a time")
    if np.isinf(batch.values).any():
        raise InvalidInput("the value of an event is infinite; give NaN where there is none")
