"""Events in the database: appended once each, as pages of one person's events, with what they bring about."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.storage import items, pages
from palate.storage.database import Row, Transaction
from palate.storage.documents import decode, encode
from palate.storage.preparing import Piece, Prepared, event_digest, place_digest, prepare
from palate.storage.store import Written
from palate.values import History

PERSONS_AT_ONCE = 512
"""Persons whose stored events are looked at together: bounds the memory of a large batch."""
PAGE_LIMIT = 64
"""A person's pages are merged when there are more."""

_COLUMNS = ("person", "n", "columns", "extras")


def append_all(transaction: Transaction, pieces: Sequence[Piece]) -> list[Written]:
    """Store the events of several pieces that are not there yet, as if one came after the other; what was written of
    each.
    """
    return append(transaction, prepare(pieces))


def append(transaction: Transaction, prepared: Prepared) -> list[Written]:
    """Store the events that are not there yet and what they bring about; what was written of each piece."""
    added = np.zeros(len(prepared.batch), np.bool_)
    added[_append(transaction, prepared)] = True
    if prepared.effects:
        _bring_about(transaction, prepared, added)
    found: list[Written] = []
    for first, n in prepared.counted:
        new = int(np.count_nonzero(added[first : first + n]))
        found.append(Written(added=new, unchanged=n - new))
    return found


def _bring_about(transaction: Transaction, prepared: Prepared, added: NDArray[np.bool_]) -> None:
    """What the events that are new bring about: an event told again brings nothing about again."""
    owner = prepared.batch.user_index
    rows = [
        (prepared.persons[int(owner[row])], document)
        for row, document in sorted(prepared.observed.items())
        if added[row]
    ]
    if rows:
        transaction.insert("observations", ("person", "document"), rows)
    for row, effect in prepared.effects.items():
        if effect.statements is not None and added[row]:
            person = prepared.persons[int(owner[row])]
            put_profile(transaction, person, effect.statements(profile_of(transaction, person)))


def forget_digests(transaction: Transaction, history: History) -> int:
    """Forget what tells repeats of a person's events by id or by their place in a turn; how many had an id."""
    told = [(row, extra) for row, extra in enumerate(history.extras) if extra]
    ids = [event_digest(extra["event_id"]) for _, extra in told if extra.get("event_id")]
    in_turns = [(extra["turn_id"], int(history.items[row])) for row, extra in told if extra.get("turn_id")]
    codes = sorted({code for _, code in in_turns})
    names = dict(transaction.rows_among("SELECT code, item_id FROM items WHERE code {among}", codes))
    places = {place_digest(turn_id, names[code]) for turn_id, code in in_turns}
    transaction.execute_many(
        "DELETE FROM event_ids WHERE digest = ?", [(digest,) for digest in (*ids, *places)]
    )
    return len(ids)


def profile_of(transaction: Transaction, person: bytes) -> Mapping[str, Any]:
    """A person's stored statements, {} where there are none."""
    found = transaction.rows("SELECT profile FROM profiles WHERE person = ?", (person,))
    return decode(found[0][0]) if found else {}


def put_profile(transaction: Transaction, person: bytes, profile: Mapping[str, Any]) -> None:
    """Store or replace them; InvalidInput where JSON cannot hold them."""
    sql = (
        "INSERT INTO profiles (person, profile) VALUES (?, ?)"
        " ON CONFLICT (person) DO UPDATE SET profile = excluded.profile"
    )
    transaction.execute(sql, (person, encode(dict(profile), "a profile")))


def _append(transaction: Transaction, prepared: Prepared) -> NDArray[np.int64]:
    """Store the events of a batch that are not there yet; the rows that were not, int64 [m]."""
    batch, order = prepared.batch, prepared.order
    dropped = list(prepared.repeats)
    digests = prepared.touched.union(prepared.digests)
    if digests:
        known = transaction.rows_among("SELECT digest FROM event_ids WHERE digest {among}", list(digests))
        stored = {bytes(digest) for (digest,) in known}
        fresh = sorted(digest for digest in digests if digest not in stored)
        if fresh:
            transaction.insert("event_ids", ("digest",), [(digest,) for digest in fresh])
        stored |= prepared.touched
        dropped += [row for digest, row in prepared.digests.items() if digest in stored]
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
