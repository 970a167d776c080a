"""What only PostgreSQL does: connections that are lost, vectors that the server can search."""

import numpy as np
import pytest
from event_batches import ANN, Told, batch
from store_places import Place

from palate.storage import Written
from palate.values import Item

psycopg = pytest.importorskip("psycopg", reason="needs the package psycopg")


def _cut_all_connections(place: Place) -> None:
    with psycopg.connect(place.database) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_lost_connection_is_made_again(postgresql_place: Place):
    store = postgresql_place.open()
    store.append_events(batch(Told(ANN, "a", at=1)))
    assert len(store.history(ANN)) == 1
    _cut_all_connections(postgresql_place)
    assert len(store.history(ANN)) == 1
    _cut_all_connections(postgresql_place)
    assert [len(history) for _, history in store.histories()] == [1]
    _cut_all_connections(postgresql_place)
    assert store.append_events(batch(Told(ANN, "a", at=2))) == Written(added=1)
    assert len(store.history(ANN)) == 2
    store.close()


def test_the_server_can_search_the_vectors(postgresql_place: Place):
    store = postgresql_place.open()
    store.put_items(Item(str(i), "") for i in range(10))
    angles = np.arange(10, dtype=np.float32) / 10
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    store.put_vectors("flat", np.arange(10, dtype=np.int32), ["h"] * 10, vectors)
    with psycopg.connect(postgresql_place.database) as connection:
        found = connection.execute(
            "SELECT code FROM vectors ORDER BY vector <=> '[1, 0.5]' LIMIT 3"
        ).fetchall()
    assert [code for (code,) in found] == [5, 4, 6]  # the angle of (1, 0.5) is 0.46
    store.close()
