"""Items in the database: their codes, their revisions and their bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidInput
from palate.storage.database import Row, Transaction
from palate.storage.documents import check_text, decode, encode
from palate.storage.store import Written
from palate.values import Derived, Item, StoredItem

_COLUMNS = ("code", "item_id", "revision", "body")


def body_of(item: Item) -> tuple[str, str]:
    """(item id, body) of an item as they are stored; equal items have equal bodies.

    Raises InvalidInput where the item holds something that JSON cannot (NaN, infinity, a date).
    """
    item_id = check_text(item.item_id, "an item_id")
    return item_id, encode({"title": item.title, "fields": dict(item.fields)}, f"item {item_id!r}")


def stored_item(row: Row) -> StoredItem:
    """The item of a row (code, item_id, revision, body, body of what was derived)."""
    code, item_id, revision, text, derived = row
    if text is None:
        return StoredItem(code, item_id, revision, None)
    body = decode(text)
    item = Item(item_id, body["title"], body["fields"])
    return StoredItem(code, item_id, revision, item, derived_of(derived) if derived else {})


def derived_of(text: str) -> dict[str, Derived]:
    """The derived fields of a body that ``put_derived`` wrote."""
    return {name: Derived(**one) for name, one in decode(text).items()}


def put_derived(transaction: Transaction, derived: Mapping[int, Mapping[str, Derived]]) -> None:
    """Store derived fields beside those that are there (Store.put_derived)."""
    codes = sorted(derived)
    found = transaction.rows_among("SELECT code, body FROM derived WHERE code {among}", codes)
    kept = {code: derived_of(text) for code, text in found}
    highest, revision = _next_code_and_revision(transaction)
    check_codes(np.array(codes, np.int32), highest - 1)
    bodies = [
        encode(
            {name: asdict(one) for name, one in {**kept.get(code, {}), **derived[code]}.items()},
            f"what was derived of item code {code}",
        )
        for code in codes
    ]
    transaction.execute_many(
        "INSERT INTO derived (code, body) VALUES (?, ?) ON CONFLICT (code) DO UPDATE SET body = excluded.body",
        list(zip(codes, bodies, strict=True)),
    )
    transaction.execute_many(
        "UPDATE items SET revision = ? WHERE code = ?",
        [(revision + i, code) for i, code in enumerate(codes)],
    )


def _next_code_and_revision(transaction: Transaction) -> tuple[int, int]:
    (highest_code,) = transaction.rows("SELECT max(code) FROM items")[0]
    (highest_revision,) = transaction.rows("SELECT max(revision) FROM items")[0]
    return (0 if highest_code is None else highest_code + 1), (highest_revision or 0) + 1


def ensure_codes(transaction: Transaction, item_ids: Sequence[str]) -> NDArray[np.int32]:
    """The code of each of distinct ids, int32 [n]; ids never seen before get one."""
    found: dict[str, int] = dict(
        transaction.rows_among("SELECT item_id, code FROM items WHERE item_id {among}", item_ids)
    )
    if len(found) < len(item_ids):
        code, revision = _next_code_and_revision(transaction)
        missing = [item_id for item_id in item_ids if item_id not in found]
        rows = [(code + i, item_id, revision + i, None) for i, item_id in enumerate(missing)]
        transaction.insert("items", _COLUMNS, rows)
        found.update((row[1], row[0]) for row in rows)
    return np.array([found[item_id] for item_id in item_ids], np.int32)


def put_bodies(transaction: Transaction, bodies: Sequence[tuple[str, str]]) -> Written:
    """Add or replace items given as ``body_of`` makes them, the last of one id wins (Store.put_items)."""
    ids = list(dict.fromkeys(item_id for item_id, _ in bodies))
    found = transaction.rows_among("SELECT item_id, code, body FROM items WHERE item_id {among}", ids)
    codes = {item_id: code for item_id, code, _ in found}
    current = {item_id: body for item_id, _, body in found}
    changed: dict[str, None] = {}
    added = updated = 0
    for item_id, body in bodies:
        before = current.get(item_id)
        if before == body:
            continue
        # an item withdrawn, or known by id only, is new to the catalogue
        if before is None:
            added += 1
        else:
            updated += 1
        current[item_id] = body
        changed[item_id] = None
    if changed:
        code, revision = _next_code_and_revision(transaction)
        old = [item_id for item_id in changed if item_id in codes]
        new = [item_id for item_id in changed if item_id not in codes]
        transaction.execute_many(
            "UPDATE items SET revision = ?, body = ? WHERE code = ?",
            [(revision + i, current[item_id], codes[item_id]) for i, item_id in enumerate(old)],
        )
        revision += len(old)
        transaction.insert(
            "items",
            _COLUMNS,
            [(code + i, item_id, revision + i, current[item_id]) for i, item_id in enumerate(new)],
        )
    return Written(added, updated, len(bodies) - added - updated)


def withdraw(transaction: Transaction, item_ids: Sequence[str]) -> int:
    """Take items out of the catalogue (Store.withdraw_items)."""
    found = transaction.rows_among(
        "SELECT code FROM items WHERE body IS NOT NULL AND item_id {among}", list(dict.fromkeys(item_ids))
    )
    _, revision = _next_code_and_revision(transaction)
    transaction.execute_many(
        "UPDATE items SET revision = ?, body = NULL WHERE code = ?",
        [(revision + i, code) for i, (code,) in enumerate(sorted(found))],
    )
    return len(found)


def check_codes(codes: NDArray[np.int32], highest: int) -> None:
    """InvalidInput where a code is below 0 or above ``highest``, or comes twice."""
    if int(codes.min()) < 0 or int(codes.max()) > highest:
        raise InvalidInput(
            f"item codes run from {int(codes.min())} to {int(codes.max())}; the store's end at {highest}"
        )
    if len(np.unique(codes)) != len(codes):
        raise InvalidInput("an item code comes twice among the vectors; give each once")
