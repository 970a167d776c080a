"""Erasure in SQLite leaves no byte of a person in the files."""

import random
from pathlib import Path

import pytest
from event_batches import ANN, Told, batch

from palate.storage import Effect, events, open_store
from palate.storage.database import Transaction
from palate.storage.preparing import Piece
from palate.storage.sql import SqlStore
from palate.storage.sqlite import SqliteDatabase

MARK = "ann-was-here"


def _found(folder: Path, trace: bytes) -> list[str]:
    return [path.name for path in folder.iterdir() if trace in path.read_bytes()]


@pytest.mark.parametrize("seed", [2, 7])  # with these, deleting alone left traces
def test_no_byte_of_an_erased_person_is_left(tmp_path: Path, seed: int):
    database = SqliteDatabase(tmp_path / "shop.sqlite")
    store = SqlStore(database)
    chance = random.Random(seed)
    users = [*(f"{i:032x}" for i in range(4)), ANN]

    def live(transaction: Transaction) -> None:
        # rows of all lengths among each other: the database moves them from page to page to make room
        for number in range(1200):
            user = chance.choice(users)
            text = (MARK if user == ANN else "other-person") * chance.choice([1, 1, 2, 3, 30, 200])
            kind = chance.random()
            if kind < 0.4:
                told = [
                    Told(
                        user,
                        "a",
                        at=chance.random(),
                        extras={"text": text, "event_id": f"{user}{chance.random()}"},
                    )
                    for _ in range(chance.choice([1, 1, 5]))
                ]
                events.append_all(transaction, [Piece(batch(*told), {0: Effect({"text": text})})])
                continue
            session = (f"{user}{number % 9}", bytes.fromhex(user), text)
            if kind < 0.8:
                sql = "INSERT INTO turns (turn_id, session_id, person, record) VALUES (?, ?, ?, ?)"
                transaction.execute(sql, (f"{user}{chance.random()}", *session))
            else:
                sql = (
                    "INSERT INTO sessions (session_id, person, state) VALUES (?, ?, ?)"
                    " ON CONFLICT (session_id) DO UPDATE SET state = excluded.state"
                )
                transaction.execute(sql, session)

    for _ in range(3):
        database.write(live)
    traces = (MARK.encode(), ANN.encode(), bytes.fromhex(ANN))
    assert all(_found(tmp_path, trace) for trace in traces)
    kept = len(store.history(users[0]))
    store.erase_user(ANN)
    assert [_found(tmp_path, trace) for trace in traces] == [[], [], []]
    assert len(store.history(users[0])) == kept
    store.close()


def test_a_reader_of_an_older_moment_delays_it_only(tmp_path: Path):
    store = open_store("", tmp_path)
    store.append_events(batch(Told(ANN, "a", extras={"text": MARK})))
    store.save_turn("t", "s", ANN, {}, {"text": MARK})
    store.append_events(batch(Told("b" * 32, "a")))
    reading = store.histories()
    next(reading)
    store.erase_user(ANN)
    assert len(store.history(ANN)) == 0
    list(reading)
    assert _found(tmp_path, MARK.encode()) == []
    store.close()
