"""Events in the database: appended once each, as pages of one person's events, and with some of them what they say
of the ranker's choice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidInput
from palate.storage import items, pages
from palate.storage.database import Row, Transaction
from palate.storage.documents import check_finite, check_text, encode
from palate.storage.store import Written
from palate.values import EVENT_TYPES, EventBatch

PERSONS_AT_ONCE = 512
"""Persons whose stored events are looked at together: bounds the memory of a large batch."""
PAGE_LIMIT = 64
"""A person's pages are merged when there are more."""

_COLUMNS = ("person", "n", "columns", "extras")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch that was checked, with all that can be computed of it without the database."""

    batch: EventBatch
    persons: list[bytes]
    order: NDArray[np.int64]
    """Groups the rows by person, in order of arrival."""
    salts: NDArray[np.uint64] | None
    """None where no event has extras."""
    extras: list[bytes | None]
    """As JSON; none at all where no event has any."""
    digests: dict[bytes, int]
    """Of the event ids, each with the first row that has it."""
    repeats: list[int]
    """Rows whose event id came before in the batch."""
    observed: Mapping[int, str]
    """By row: the JSON document of its observation."""


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


def prepare(batch: EventBatch, observed: Mapping[int, Mapping[str, Any]] | None = None) -> Prepared:
    """Check a batch and group it by person; InvalidInput where something in it cannot be stored. ``observed``: by row,
    what is to be kept as an observation.
    """
    _check(batch)
    persons = [person_of(user) for user in batch.users]
    digests: dict[bytes, int] = {}
    repeats: list[int] = []
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
    documents = {row: encode(dict(one), "an observation") for row, one in (observed or {}).items()}
    order = pages.grouping_order(batch.user_index)
    return Prepared(batch, persons, order, salts, encoded, digests, repeats, documents)


def _merged(parts: Sequence[Prepared]) -> Prepared:
    """Several batches as one, in their order."""
    if len(parts) == 1:
        return parts[0]
    users: dict[str, int] = {}
    item_ids: dict[str, int] = {}
    digests: dict[bytes, int] = {}
    repeats: list[int] = []
    observed: dict[int, str] = {}
    persons: list[bytes] = []
    user_index: list[NDArray[np.int32]] = []
    item_index: list[NDArray[np.int32]] = []
    first = 0
    for part in parts:
        batch = part.batch
        for user, person in zip(batch.users, part.persons, strict=True):
            if users.setdefault(user, len(users)) == len(persons):
                persons.append(person)
        places = [users[user] for user in batch.users]
        user_index.append(np.array(places, np.int32)[batch.user_index])
        places = [item_ids.setdefault(item_id, len(item_ids)) for item_id in batch.item_ids]
        item_index.append(np.array(places, np.int32)[batch.item_index])
        repeats += [first + row for row in part.repeats]
        for digest, row in part.digests.items():
            if digests.setdefault(digest, first + row) != first + row:
                repeats.append(first + row)
        observed |= {first + row: document for row, document in part.observed.items()}
        first += len(batch)
    batches = [part.batch for part in parts]
    merged = EventBatch(
        list(users),
        np.concatenate(user_index),
        list(item_ids),
        np.concatenate(item_index),
        np.concatenate([batch.kinds for batch in batches]),
        np.concatenate([batch.timestamps for batch in batches]),
        np.concatenate([batch.values for batch in batches]),
    )
    salts = [np.zeros(len(part.batch), np.uint64) if part.salts is None else part.salts for part in parts]
    return Prepared(
        merged,
        persons,
        pages.grouping_order(merged.user_index),
        np.concatenate(salts),
        [extra for part in parts for extra in (part.extras or [None] * len(part.batch))],
        digests,
        repeats,
        observed,
    )


def append_all(transaction: Transaction, parts: Sequence[Prepared]) -> list[Written]:
    """Store the events of several batches that are not there yet, as if one batch came after the other; what was
    written of each.
    """
    prepared = _merged(parts)
    added = np.zeros(len(prepared.batch), np.bool_)
    added[_append(transaction, prepared)] = True
    if prepared.observed:
        _observe(transaction, prepared, added)
    ends = np.cumsum([len(part.batch) for part in parts]).tolist()
    found: list[Written] = []
    for part, end in zip(parts, ends, strict=True):
        n = len(part.batch)
        new = int(np.count_nonzero(added[end - n : end]))
        found.append(Written(added=new, unchanged=n - new))
    return found


def _observe(transaction: Transaction, prepared: Prepared, added: NDArray[np.bool_]) -> None:
    """Keep the observations of the events that are new: an event told again is not counted again."""
    owner = prepared.batch.user_index
    rows = [
        (prepared.persons[int(owner[row])], document)
        for row, document in sorted(prepared.observed.items())
        if added[row]
    ]
    transaction.insert("observations", ("person", "document"), rows)


def _check(batch: EventBatch) -> None:
    n = len(batch)
    columns = (batch.user_index, batch.item_index, batch.kinds, batch.timestamps, batch.values)
    if any(column.shape != (n,) for column in columns) or (
        batch.extras is not None and len(batch.extras) != n
    ):
        raise InvalidInput(
            f"the columns of a batch of {n} events differ in length; give each one entry an event"
        )
    if not n:
        return
    for name, index, names in (
        ("user", batch.user_index, batch.users),
        ("item", batch.item_index, batch.item_ids),
    ):
        low, high = int(index.min()), int(index.max())
        if low < 0 or high >= len(names):
            raise InvalidInput(
                f"{name}_index runs from {low} to {high}, but there are {len(names)} {name}s to point at"
            )
        if len(set(names)) != len(names):
            raise InvalidInput(f"the {name}s of a batch are not distinct; give each once")
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


def _append(transaction: Transaction, prepared: Prepared) -> NDArray[np.int64]:
    """Store the events of a batch that are not there yet; the rows that were not, int64 [m]."""
    batch, order = prepared.batch, prepared.order
    dropped = list(prepared.repeats)
    if prepared.digests:
        known = transaction.rows_among(
            "SELECT digest FROM event_ids WHERE digest {among}", list(prepared.digests)
        )
        stored = {bytes(digest) for (digest,) in known}
        dropped += [row for digest, row in prepared.digests.items() if digest in stored]
        fresh = sorted(digest for digest in prepared.digests if digest not in stored)
        transaction.insert("event_ids", ("digest",), [(digest,) for digest in fresh])
    if dropped:
        kept = np.ones(len(batch), np.bool_)
        kept[dropped] = False
        order = order[kept[order]]
    if not len(order):
        return order
    owner = batch.user_index[order]
    events = _pack(transaction, prepared, order)
    starts = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
    bounds = np.append(starts, len(owner)).tolist()
    added: list[NDArray[np.int64]] = []
    for first in range(0, len(starts), PERSONS_AT_ONCE):
        last = min(first + PERSONS_AT_ONCE, len(starts))
        part = slice(bounds[first], bounds[last])
        added.append(_append_part(transaction, prepared, order[part], owner[part], events[part]))
    return np.concatenate(added)


def _pack(transaction: Transaction, prepared: Prepared, order: NDArray[np.int64]) -> NDArray[np.void]:
    batch = prepared.batch
    chosen = batch.item_index[order]
    used = np.zeros(len(batch.item_ids), np.bool_)
    used[chosen] = True
    codes = np.full(len(batch.item_ids), -1, np.int32)
    codes[used] = items.ensure_codes(transaction, [batch.item_ids[i] for i in np.flatnonzero(used).tolist()])
    columns = (codes[chosen], batch.kinds[order], batch.timestamps[order], batch.values[order])
    salt = None if prepared.salts is None else prepared.salts[order]
    events = np.empty(len(order), pages.EVENT)
    for name, column in zip(("item", "kind", "ts", "value"), columns, strict=True):
        events[name] = column
    events["key"] = pages.keys(*columns, salt)
    return events


def _append_part(
    transaction: Transaction,
    prepared: Prepared,
    rows: NDArray[np.int64],
    owner: NDArray[np.int32],
    events: NDArray[np.void],
) -> NDArray[np.int64]:
    """Append the events of some persons, ``rows`` of the batch grouped by ``owner``; the rows that were new."""
    present = owner[np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))].tolist()
    stored: dict[bytes, list[Row]] = {prepared.persons[number]: [] for number in present}
    for row in transaction.rows_among(
        "SELECT person, page, n, columns FROM pages WHERE person {among}", list(stored)
    ):
        stored[row[0]].append(row)
    fresh = _fresh(events, owner, [(number, stored[prepared.persons[number]]) for number in present])
    if fresh is not None:
        rows, owner, events = rows[fresh], owner[fresh], events[fresh]
    if not len(rows):
        return rows
    starts = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1]))).tolist()
    extras = _extras_by_start(prepared, rows, starts)
    packed = events.view(np.uint8).data
    size = pages.EVENT.itemsize
    new: list[Row] = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        person = prepared.persons[int(owner[start])]
        page = (
            person,
            end - start,
            packed[start * size : end * size],
            pages.pack_extras(extras.get(start, [])),
        )
        if len(stored[person]) >= PAGE_LIMIT:
            page = _merge(transaction, stored[person], page)
        new.append(page)
    transaction.insert("pages", _COLUMNS, new)
    return rows


def _fresh(
    events: NDArray[np.void], owner: NDArray[np.int32], stored: Sequence[tuple[int, list[Row]]]
) -> NDArray[np.bool_] | None:
    """Which events are neither stored nor came before in the batch; None where all are new."""
    keys = pages.of_person(events["key"], owner)
    fresh = pages.first_of_each(keys) if len(keys) > 1 else None
    columns = [row[3] for _, found in stored for row in found]
    if columns:
        counts = [sum(row[2] for row in found) for _, found in stored]
        persons = np.repeat(np.array([number for number, _ in stored]), counts)
        missing = pages.absent(keys, pages.of_person(pages.unpack(columns)["key"], persons))
        fresh = missing if fresh is None else fresh & missing
    return fresh


def _extras_by_start(
    prepared: Prepared, rows: NDArray[np.int64], starts: list[int]
) -> dict[int, list[bytes]]:
    """The extras of the events that have any, as entries of their page, by where it starts in ``rows``."""
    result: dict[int, list[bytes]] = {}
    if not prepared.extras:
        return result
    begins = np.repeat(starts, np.diff([*starts, len(rows)])).tolist()
    for place, (row, start) in enumerate(zip(rows.tolist(), begins, strict=True)):
        extra = prepared.extras[row]
        if extra is not None:
            result.setdefault(start, []).append(pages.extras_entry(place - start, extra))
    return result


def _merge(transaction: Transaction, stored: list[Row], new: Row) -> Row:
    """One page of the new one and of stored ones before it.

    As far back as they are not much larger than what is merged already, so that an event is written again
    only a few times however long the history grows.
    """
    stored = sorted(stored, key=lambda row: row[1])
    total: int = new[1]
    first = len(stored)
    while first and stored[first - 1][2] <= 2 * total:
        first -= 1
        total += stored[first][2]
    merged = stored[first:]
    if not merged:
        return new
    numbers: list[Any] = [row[1] for row in merged]
    texts = dict(transaction.rows_among("SELECT page, extras FROM pages WHERE page {among}", numbers))
    extras = pages.unpack_extras(
        [*(texts[number] for number in numbers), new[3]], [*(row[2] for row in merged), new[1]]
    )
    packed = pages.pack_extras(
        [pages.extras_entry(position, pages.encode_extras(extra)) for position, extra in extras]
    )
    transaction.execute_many("DELETE FROM pages WHERE page = ?", [(number,) for number in numbers])
    return (new[0], total, b"".join([*(row[3] for row in merged), new[2]]), packed)
