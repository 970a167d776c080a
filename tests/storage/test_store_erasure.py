"""Erasure in SQLite leaves no byte of a person in the files."""

import random
from pathlib import Path

from event_batches import ANN, Told, batch

from palate.storage import Store, open_store

MARK = "ann-was-here"


def _lives(store: Store, user: str, text: str, *, turns: int) -> None:
    store.append_events(batch(*(Told(user, "a", at=i, extras={"text": f"{text} {i}"}) for i in range(20))))
    for i in range(turns):
        store.append_events(
            batch(Told(user, "a", at=100 + i, extras={"text": text, "event_id": f"{user} {i}"}))
        )
        store.save_turn(
            f"{user} {i}", f"{user} {i % 3}", user, {"said": text * (i % 40)}, {"text": text * (i % 9)}
        )
    store.save_profile(user, {"name": text})


def _found(folder: Path, text: str) -> list[str]:
    return [path.name for path in folder.iterdir() if text.encode() in path.read_bytes()]


def test_no_byte_of_an_erased_person_is_left(tmp_path: Path):
    store = open_store("", tmp_path)
    order = [*(f"{i:032x}" for i in range(6)), ANN]
    # lives that were lived at the same time lie side by side in the file
    random.Random(0).shuffle(order)
    for turns in (3, 70, 10):
        for user in order:
            _lives(store, user, MARK if user == ANN else "somebody else", turns=turns)
    assert _found(tmp_path, MARK)
    store.erase_user(ANN)
    assert _found(tmp_path, MARK) == []
    assert _found(tmp_path, ANN) == []
    assert not any(bytes.fromhex(ANN) in path.read_bytes() for path in tmp_path.iterdir())
    assert len(store.history("0" * 32)) == 90
    store.close()


def test_a_reader_of_an_older_moment_delays_it_only(tmp_path: Path):
    store = open_store("", tmp_path)
    _lives(store, ANN, MARK, turns=5)
    store.append_events(batch(Told("b" * 32, "a")))
    reading = store.histories()
    next(reading)
    store.erase_user(ANN)
    assert len(store.history(ANN)) == 0
    list(reading)
    assert _found(tmp_path, MARK) == []
    store.close()
