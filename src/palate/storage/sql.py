"""SqlStore: the operations of Store over a Database, be it SQLite or PostgreSQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidInput
from palate.storage import costs as accounts
from palate.storage import events, pages, people
from palate.storage.database import Database, Row, Transaction
from palate.storage.documents import check_text, decode, encode, is_text
from palate.storage.items import body_of, check_codes, put_bodies, put_derived, stored_item, withdraw
from palate.storage.migrations import migrate
from palate.storage.preparing import Piece, person_of, prepare
from palate.storage.store import Effect, Observation, Written
from palate.values import Cost, Derived, EventBatch, History, Item, Spent, StoredItem

MERGED_BELOW = 1_000
"""Larger batches are written on their own, not together with those of other writers."""
EVENTS_AT_ONCE = 200_000
"""Events that ``histories`` holds in memory at least before it gives them out."""

_ITEM = (
    "SELECT i.code, i.item_id, i.revision, i.body, d.body FROM items i LEFT JOIN derived d ON d.code = i.code"
)
_VECTOR_CODES = "SELECT code FROM vectors WHERE embedder = ?"


class SqlStore:
    """See store.Store. Opening it makes the tables, or brings them to this version.

    Raises NewerShop where the data was written by a newer palate; the database is closed then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        try:
            migrate(database)
        except BaseException:
            database.close()
            raise

    # --- catalogue ---

    def put_items(self, items: Iterable[Item]) -> Written:
        """See Store; InvalidInput where an item holds what JSON cannot (NaN, infinity, a date)."""
        bodies = [body_of(item) for item in items]
        if not bodies:
            return Written()
        return self._database.write(lambda transaction: put_bodies(transaction, bodies))

    def withdraw_items(self, item_ids: Iterable[str]) -> int:
        ids = [item_id for item_id in item_ids if is_text(item_id)]
        return self._database.write(lambda transaction: withdraw(transaction, ids)) if ids else 0

    def revision(self) -> int:
        (highest,) = self._database.rows("SELECT max(revision) FROM items")[0]
        return highest or 0

    def items(self, after: int = 0) -> Iterator[StoredItem]:
        with self._database.snapshot() as transaction:
            if after:  # by the index of revisions, where the order asked for would make it read every item
                changed = "WHERE i.code IN (SELECT code FROM items WHERE revision > ?)"
                rows = transaction.stream(f"{_ITEM} {changed} ORDER BY i.code", (after,))
            else:
                rows = transaction.stream(f"{_ITEM} ORDER BY i.code")
            for row in rows:
                yield stored_item(row)

    def codes(self, item_ids: Sequence[str]) -> NDArray[np.int32]:
        wanted = [item_id for item_id in dict.fromkeys(item_ids) if is_text(item_id)]
        if len(wanted) == 1:  # on the path of every request
            found = self._database.rows("SELECT item_id, code FROM items WHERE item_id = ?", wanted)
        else:
            with self._database.snapshot() as transaction:
                found = transaction.rows_among(
                    "SELECT item_id, code FROM items WHERE item_id {among}", wanted
                )
        code_of: dict[str, int] = dict(found)
        return np.array([code_of.get(item_id, -1) for item_id in item_ids], np.int32)

    def put_derived(self, derived: Mapping[int, Mapping[str, Derived]]) -> None:
        """See Store; InvalidInput where a code is unknown."""
        if derived:
            self._database.write(lambda transaction: put_derived(transaction, derived))

    # --- answers of language models ---

    def answer(self, key: str) -> Any:
        found = self._database.rows("SELECT answer FROM answers WHERE hash = ?", (key,))
        return decode(found[0][0]) if found else None

    def put_answer(self, key: str, answer: Any) -> None:
        row = (check_text(key, "an answer's key"), encode(answer, "an answer"))
        sql = (
            "INSERT INTO answers (hash, answer) VALUES (?, ?)"
            " ON CONFLICT (hash) DO UPDATE SET answer = excluded.answer"
        )
        self._database.write(lambda transaction: transaction.execute(sql, row))

    # --- events ---

    def append_events(
        self, batch: EventBatch, effects: Mapping[int, Effect] | None = None, derived: int = 0
    ) -> Written:
        """See Store; InvalidInput where the batch is not what EventBatch says."""
        piece = Piece(batch, effects or {}, derived)
        if len(batch) > MERGED_BELOW:
            prepared = prepare([piece])
            return self._database.write(lambda transaction: events.append(transaction, prepared)[0])
        if not len(batch):
            prepare([piece])
            return Written()
        return self._database.write_together(events.append_all, piece)

    def history(self, user: str, limit: int | None = None) -> History:
        return pages.history(self._database.rows(people.PAGES, (person_of(user),)), limit)

    def histories(self) -> Iterator[tuple[str, History]]:
        with self._database.snapshot() as transaction:
            rows = transaction.stream("SELECT person, n, columns, extras FROM pages ORDER BY person, page")
            waiting: list[Row] = []
            count = 0
            for _, group in groupby(rows, key=lambda row: row[0]):
                found = list(group)
                waiting += found
                count += sum(row[1] for row in found)
                if count >= EVENTS_AT_ONCE:
                    for person, history in pages.histories(waiting):
                        yield person.hex(), history
                    waiting, count = [], 0
            if waiting:
                for person, history in pages.histories(waiting):
                    yield person.hex(), history

    def event_count(self) -> int:
        (count,) = self._database.rows("SELECT sum(n) FROM pages")[0]
        return int(count or 0)

    # --- observations ---

    def last_observation(self) -> int:
        (number,) = self._database.rows("SELECT max(number) FROM observations")[0]
        return number or 0

    def observations(self, after: int = 0, limit: int = 1000) -> list[Observation]:
        found = self._database.rows(
            "SELECT number, person, document FROM observations WHERE number > ? ORDER BY number LIMIT ?",
            (after, limit),
        )
        return [_observation(row) for row in found]

    def observations_of(self, user: str, limit: int) -> list[Observation]:
        found = self._database.rows(
            "SELECT number, person, document FROM observations WHERE person = ? ORDER BY number DESC LIMIT ?",
            (person_of(user), limit),
        )
        return [_observation(row) for row in reversed(found)]

    # --- conversations ---

    def save_turn(
        self,
        turn_id: str,
        session_id: str,
        user: str | None,
        state: Mapping[str, Any],
        record: Mapping[str, Any],
        costs: Sequence[Cost] = (),
    ) -> None:
        """See Store. A turn saved again is replaced (its costs are added); a session that belongs to a user stays
        theirs when a turn without a user follows.
        """
        check_text(turn_id, "a turn_id")
        check_text(session_id, "a session_id")
        person = None if user is None else person_of(user)
        state_text = encode(dict(state), f"the state of session {session_id!r}")
        record_text = encode(dict(record), f"turn {turn_id!r}")

        def save(transaction: Transaction) -> None:
            transaction.execute(
                "INSERT INTO sessions (session_id, person, state) VALUES (?, ?, ?)"
                " ON CONFLICT (session_id) DO UPDATE"
                " SET person = coalesce(excluded.person, sessions.person), state = excluded.state",
                (session_id, person, state_text),
            )
            transaction.execute(
                "INSERT INTO turns (turn_id, session_id, person, record) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (turn_id) DO UPDATE"
                " SET session_id = excluded.session_id, person = excluded.person, record = excluded.record",
                (turn_id, session_id, person, record_text),
            )
            accounts.add(transaction, costs, person)

        self._database.write(save)

    def session(self, session_id: str) -> tuple[str | None, Mapping[str, Any]] | None:
        return self._owned("SELECT person, state FROM sessions WHERE session_id = ?", session_id)

    def turn(self, turn_id: str) -> tuple[str | None, Mapping[str, Any]] | None:
        return self._owned("SELECT person, record FROM turns WHERE turn_id = ?", turn_id)

    def turns(self) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
        with self._database.snapshot() as transaction:
            for turn_id, person, text in transaction.stream(
                "SELECT turn_id, person, record FROM turns ORDER BY number"
            ):
                yield turn_id, None if person is None else person.hex(), decode(text)

    def turns_after(
        self, number: int, limit: int = 500
    ) -> list[tuple[int, str, str | None, Mapping[str, Any]]]:
        rows = self._database.rows(
            "SELECT number, turn_id, person, record FROM turns WHERE number > ? ORDER BY number LIMIT ?",
            (number, limit),
        )
        return [
            (at, turn, None if person is None else person.hex(), decode(text))
            for at, turn, person, text in rows
        ]

    def last_turn(self) -> int:
        (number,) = self._database.rows("SELECT max(number) FROM turns")[0]
        return number or 0

    def latest_turns(self, limit: int) -> list[tuple[str, str | None, Mapping[str, Any]]]:
        rows = self._database.rows(
            "SELECT turn_id, person, record FROM turns ORDER BY number DESC LIMIT ?", (limit,)
        )
        return [(turn, None if person is None else person.hex(), decode(text)) for turn, person, text in rows]

    def _owned(self, sql: str, key: str) -> tuple[str | None, Mapping[str, Any]] | None:
        found = self._database.rows(sql, (key,)) if is_text(key) else []
        if not found:
            return None
        person, text = found[0]
        return (None if person is None else person.hex()), decode(text)

    # --- costs ---

    def add_costs(self, costs: Sequence[Cost], user: str | None = None) -> None:
        person = None if user is None else person_of(user)
        self._database.write(lambda transaction: accounts.add(transaction, costs, person))

    def costs(self, by: str, since: str = "") -> list[tuple[str | None, Spent]]:
        """See Store; InvalidInput where ``by`` is nothing that costs are told by."""
        return [accounts.sums(row) for row in self._database.rows(*accounts.query(by, since))]

    # --- profiles ---

    def profile(self, user: str) -> Mapping[str, Any]:
        found = self._database.rows("SELECT profile FROM profiles WHERE person = ?", (person_of(user),))
        return decode(found[0][0]) if found else {}

    def save_profile(self, user: str, profile: Mapping[str, Any]) -> None:
        person = person_of(user)
        self._database.write(lambda transaction: events.put_profile(transaction, person, profile))

    # --- vectors ---

    def put_vectors(
        self, embedder: str, codes: NDArray[np.int32], hashes: Sequence[str], vectors: NDArray[np.float32]
    ) -> None:
        """See Store; InvalidInput where the arguments differ in length, a code is unknown or comes twice, a
        number is not finite, or the width is not that of the embedder's other vectors.
        """
        if vectors.ndim != 2 or not len(codes) == len(hashes) == len(vectors):
            raise InvalidInput(
                f"{len(codes)} codes, {len(hashes)} hashes and vectors of shape {vectors.shape} do not match"
            )
        if not np.isfinite(vectors).all():
            raise InvalidInput(f"a vector of embedder {embedder!r} holds a number that is not finite")
        if not len(codes):
            return
        values = self._database.encode_vectors(vectors)
        numbers: list[int] = codes.tolist()
        rows = [(embedder, *row) for row in zip(numbers, hashes, values, strict=True)]

        def save(transaction: Transaction) -> None:
            (highest,) = transaction.rows("SELECT max(code) FROM items")[0]
            check_codes(codes, -1 if highest is None else highest)
            for (other,) in transaction.rows(
                "SELECT vector FROM vectors WHERE embedder = ? LIMIT 1", (embedder,)
            ):
                width = self._database.decode_vectors([other]).shape[1]
                if width != vectors.shape[1]:
                    raise InvalidInput(
                        f"embedder {embedder!r} has vectors {width} wide, not {vectors.shape[1]}; "
                        "give the new one another name"
                    )
            stored = {code for (code,) in transaction.rows(_VECTOR_CODES, (embedder,))}
            transaction.execute_many(
                "DELETE FROM vectors WHERE embedder = ? AND code = ?",
                [(embedder, number) for number in numbers if number in stored],
            )
            transaction.insert("vectors", ("embedder", "code", "hash", "vector"), rows)

        self._database.write(save)

    def vectors(self, embedder: str) -> tuple[NDArray[np.int32], list[str], NDArray[np.float32]]:
        found = self._database.rows(
            "SELECT code, hash, vector FROM vectors WHERE embedder = ? ORDER BY code", (embedder,)
        )
        if not found:
            return np.empty(0, np.int32), [], np.empty((0, 0), np.float32)
        codes, hashes, values = zip(*found, strict=True)
        return np.array(codes, np.int32), list(hashes), self._database.decode_vectors(values)

    # --- documents ---

    def document(self, name: str) -> Any:
        found = self._database.rows("SELECT value FROM documents WHERE name = ?", (name,))
        return decode(found[0][0]) if found else None

    def put_document(self, name: str, value: Any) -> None:
        row = (check_text(name, "a document's name"), encode(value, f"document {name!r}"))
        sql = (
            "INSERT INTO documents (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        self._database.write(lambda transaction: transaction.execute(sql, row))

    # --- a person's rights ---

    def export_user(self, user: str) -> Mapping[str, Any]:
        return people.export(self._database, person_of(user))

    def erase_user(self, user: str) -> Mapping[str, int]:
        return people.erase(self._database, person_of(user))

    def close(self) -> None:
        self._database.close()


def _observation(row: Row) -> Observation:
    number, person, text = row
    return Observation(number, None if person is None else person.hex(), decode(text))
