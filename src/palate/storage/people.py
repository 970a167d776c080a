"""All that is held of a person: given out whole, and erased whole."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from palate.storage import costs as accounts
from palate.storage import events, pages
from palate.storage.database import Database, Transaction
from palate.storage.documents import decode
from palate.storage.store import LEARNT

PAGES = "SELECT n, columns, extras FROM pages WHERE person = ? ORDER BY page"
_SESSIONS = "FROM sessions WHERE person = ? OR session_id IN (SELECT session_id FROM turns WHERE person = ?)"
# turns that nobody's name stood on belong to whom the session turned out to belong to
_TURNS = f"FROM turns WHERE person = ? OR (person IS NULL AND session_id IN (SELECT session_id {_SESSIONS}))"


def export(database: Database, person: bytes) -> Mapping[str, Any]:
    """All that is held of a person, in one snapshot: ``history`` (a History) with ``item_ids`` (one an
    event), ``sessions`` (session_id, state), ``turns`` (turn_id, session_id, record), ``profile``, ``costs``.
    """
    with database.snapshot() as transaction:
        history = pages.history(transaction.rows(PAGES, (person,)))
        distinct: list[int] = np.unique(history.items).tolist()
        ids = dict(transaction.rows_among("SELECT code, item_id FROM items WHERE code {among}", distinct))
        sessions = transaction.rows(
            f"SELECT session_id, state {_SESSIONS} ORDER BY session_id", (person,) * 2
        )
        turns = transaction.rows(
            f"SELECT turn_id, session_id, record {_TURNS} ORDER BY number", (person,) * 3
        )
        profile = events.profile_of(transaction, person)
        spent = accounts.of_person(transaction, person)
    return {
        "history": history,
        "item_ids": [ids[code] for code in history.items.tolist()],
        "sessions": [{"session_id": session_id, "state": decode(state)} for session_id, state in sessions],
        "turns": [
            {"turn_id": turn_id, "session_id": session_id, "record": decode(record)}
            for turn_id, session_id, record in turns
        ],
        "profile": profile,
        "costs": spent,
    }


def erase(database: Database, person: bytes) -> Mapping[str, int]:
    """Erase all that ``export`` gives, the person's event ids and what was observed of him: the rows
    of ``events``, ``event_ids``, ``sessions``, ``turns``, ``profiles`` and ``observations`` that went.
    In SQLite no byte of them stays in the files (while readers hold an older snapshot, until they let it
    go), which takes as long as to copy them; PostgreSQL overwrites them at its next vacuum.
    """
    counts = database.write(lambda transaction: _erase(transaction, person))
    database.scrub()
    return counts


def _erase(transaction: Transaction, person: bytes) -> dict[str, int]:
    found = pages.history(transaction.rows(PAGES, (person,)))
    event_ids = events.forget_digests(transaction, found)
    transaction.execute("DELETE FROM pages WHERE person = ?", (person,))
    # turns first where they are found by their session, sessions first where by their turns: so both before
    sessions = transaction.rows(f"SELECT session_id {_SESSIONS}", (person,) * 2)
    turns = transaction.execute(f"DELETE {_TURNS}", (person,) * 3)
    transaction.execute_many("DELETE FROM sessions WHERE session_id = ?", sessions)
    profiles = transaction.execute("DELETE FROM profiles WHERE person = ?", (person,))
    accounts.forget(transaction, person)
    observed = transaction.execute("DELETE FROM observations WHERE person = ?", (person,))
    if observed:  # whoever took them in begins anew, without them
        transaction.execute("INSERT INTO observations (person, document) VALUES (NULL, ?)", ("null",))
        transaction.execute("DELETE FROM documents WHERE name = ?", (LEARNT,))
    return {
        "events": len(found),
        "event_ids": event_ids,
        "sessions": len(sessions),
        "turns": turns,
        "profiles": profiles,
        "observations": observed,
    }
