"""SQLite: one file in the shop's folder, in write-ahead mode, open in as many processes as one likes.

``synchronous=FULL`` makes a commit wait for the disk: what was acknowledged survives ``kill -9`` and a power
cut.
"""

import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.errors import StorageError
from palate.storage.database import Dialect, Pool, Row, Transaction
from palate.storage.group_commit import GroupCommit

T = TypeVar("T")
P = TypeVar("P")

BUSY_SECONDS = 30.0
"""How long a writer waits for one of another process."""
LOG_SECONDS = 1.0
"""How long an erasure waits for readers that still see the state before it."""
LOG_PAGES = 4_000
"""Pages in the log (16 MB) at which it is carried into the file: most were written many times, and go there once."""
AMONG = 500
"""Values matched by one statement."""

_REMEDIES = {
    "SQLITE_FULL": "its disk is full; free some space and try again",
    "SQLITE_READONLY": "it cannot be written; check the permissions of the file and its folder",
    "SQLITE_PERM": "it cannot be written; check the permissions of the file and its folder",
    "SQLITE_CANTOPEN": "it cannot be opened; check that its folder exists and may be written",
    "SQLITE_BUSY": f"another process has been writing for {BUSY_SECONDS:.0f} s; try again",
    "SQLITE_IOERR": "its disk cannot be read or written; check that it is whole and has space",
    "SQLITE_CORRUPT": "it is damaged; restore it from a copy",
    "SQLITE_NOTADB": "it is damaged or no SQLite file; restore it from a copy",
}


class SqliteTransaction:
    """A transaction on a connection; see database.Transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._connection.execute(sql, parameters).fetchall()

    def rows_among(self, sql: str, values: Sequence[Any]) -> list[Row]:
        found: list[Row] = []
        for start in range(0, len(values), AMONG):
            part = values[start : start + AMONG]
            marks = ",".join("?" * len(part))
            found += self._connection.execute(sql.format(among=f"IN ({marks})"), part).fetchall()
        return found

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        return self._connection.execute(sql, parameters)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self._connection.execute(sql, parameters).rowcount

    def execute_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(sql, parameters)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        marks = ",".join("?" * len(columns))
        # table and columns are names written in this package, never input
        self._connection.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", rows)  # noqa: S608


class _WriteConnection:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._transaction = SqliteTransaction(connection)
        self._marked = False

    def begin(self) -> Transaction:
        self._connection.execute("BEGIN IMMEDIATE")
        self._marked = False
        return self._transaction

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        try:
            self._connection.rollback()
        except sqlite3.Error:  # the transaction ended by itself: nothing is left to give up
            return

    def mark(self) -> None:
        if self._marked:
            self._connection.execute("RELEASE SAVEPOINT mark")
        self._connection.execute("SAVEPOINT mark")
        self._marked = True

    def back_to_mark(self) -> None:
        self._connection.execute("ROLLBACK TO SAVEPOINT mark")

    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def close(self) -> None:
        self._connection.close()


class SqliteDatabase:
    """See database.Database. ``path`` is made where it does not exist; its folder must."""

    dialect = Dialect(identity="INTEGER PRIMARY KEY", blob="BLOB", vector="BLOB", key_only="WITHOUT ROWID")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log_to_empty = False
        with self._storage_errors():
            writer = self._connect()
            try:
                _switch_to_write_ahead(writer)
            except sqlite3.Error:
                writer.close()
                raise
        self._writer = GroupCommit(_WriteConnection(writer))
        self._readers = Pool(self._connect, sqlite3.Connection.close)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        with self._storage_errors(), self._readers.connection() as connection:
            return connection.execute(sql, parameters).fetchall()

    @contextmanager
    def snapshot(self) -> Generator[Transaction]:
        with self._storage_errors(), self._readers.connection() as connection:
            connection.execute("BEGIN")
            yield SqliteTransaction(connection)
            connection.execute("COMMIT")
        if self._log_to_empty:  # this snapshot may have been what stood in its way
            self._empty_log()

    def write(self, work: Callable[[Transaction], T]) -> T:
        with self._storage_errors():
            return self._writer.write(work)

    def write_together(self, work: Callable[[Transaction, Sequence[P]], Sequence[T]], piece: P) -> T:
        with self._storage_errors():
            return self._writer.write_together(work, piece)

    def scrub(self) -> None:
        # secure_delete overwrites deleted rows where they stand, yet rows that moved between pages before
        # leave copies of themselves in unused corners of the file: only writing it anew leaves them behind
        with self._storage_errors(), self._readers.connection() as connection:
            connection.execute("VACUUM")
        self._empty_log()

    def _empty_log(self) -> None:
        """Empty the log beside the file, which holds old pages; a reader that still needs them delays it."""
        with self._storage_errors(), self._readers.connection() as connection:
            connection.execute(f"PRAGMA busy_timeout = {LOG_SECONDS * 1000:.0f}")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        self._log_to_empty = bool(busy)

    def encode_vectors(self, vectors: NDArray[np.float32]) -> list[Any]:
        return [row.tobytes() for row in vectors.astype("<f4", copy=False)]

    def decode_vectors(self, values: Sequence[Any]) -> NDArray[np.float32]:
        return np.frombuffer(b"".join(values), "<f4").astype(np.float32).reshape(len(values), -1)

    def close(self) -> None:
        self._writer.close()
        if self._log_to_empty:
            self._empty_log()
        self._readers.close()

    def _connect(self) -> sqlite3.Connection:
        # a connection serves one thread at a time but not always the same one
        connection = sqlite3.connect(
            self._path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        return connection

    @contextmanager
    def _storage_errors(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            name: str = getattr(error, "sqlite_errorname", None) or ""
            primary = "_".join(name.split("_")[:2])
            remedy = _REMEDIES.get(primary, "see the message of SQLite")
            raise StorageError(f"the database {str(self._path)!r} failed: {remedy} ({error})") from error


def _switch_to_write_ahead(connection: sqlite3.Connection) -> None:
    # two processes that open a new shop at once: SQLite says "locked" here without waiting, so we wait
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", None) != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
