"""PostgreSQL, for a shop that outgrew its file: psycopg 3, vectors in a pgvector column.

Writers of all processes take turns (an advisory lock), as they do in SQLite; group commit keeps that fast.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidSettings, MissingDependency, StorageError
from palate.storage.database import Dialect, Pool, Row, Transaction
from palate.storage.group_commit import GroupCommit

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.pq import TransactionStatus
except ImportError as error:
    raise MissingDependency(
        f"a PostgreSQL database needs a package that is not installed ({error}); "
        "run: pip install 'palate[postgresql]'"
    ) from None

T = TypeVar("T")
P = TypeVar("P")
Connection = psycopg.Connection[Row]

WRITER_LOCK = 0x70616C61
"""The advisory lock that a writer holds until its transaction ends."""
COPY_FROM = 8
"""Rows from which on COPY beats an INSERT of all of them."""
STREAMED_AT_ONCE = 1000
"""Rows that a stream fetches at once."""

_REMEDIES: tuple[tuple[type[psycopg.Error], str], ...] = (
    (psycopg.errors.DiskFull, "the disk of its server is full; free some space and try again"),
    (
        psycopg.errors.InsufficientPrivilege,
        "its user may not do that; let the administrator run CREATE EXTENSION vector and grant the right"
        " to make tables",
    ),
    (psycopg.errors.FeatureNotSupported, "an extension is missing; install pgvector on its server"),
    (psycopg.OperationalError, "it cannot be reached; check the address and that the server runs"),
    (psycopg.Error, "see the message of PostgreSQL"),
)


@lru_cache(maxsize=256)
def _query(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()


_BEGIN = _query(f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({WRITER_LOCK})")
"""One message for both; the lock is there before any statement looks at the data."""


class PostgresqlTransaction:
    """A transaction on a connection; see database.Transaction."""

    def __init__(self, connection: Connection, types: dict[str, list[int]]) -> None:
        """``types``: those of columns that this connection was asked for before, by statement."""
        self._connection = connection
        self._types = types

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._connection.execute(_query(sql), parameters, binary=True).fetchall()

    def rows_among(self, sql: str, values: Sequence[Any]) -> list[Row]:
        if len(values) == 1:  # by far the most frequent, and an array costs three times as much
            return self.rows(sql.format(among="= ?"), values)
        if not values:
            return []
        return self.rows(sql.format(among="= ANY(?)"), (values,))

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        with self._connection.cursor("stream", binary=True) as cursor:
            cursor.itersize = STREAMED_AT_ONCE
            yield from cursor.execute(_query(sql), parameters)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self._connection.execute(_query(sql), parameters).rowcount

    def execute_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_query(sql), parameters)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        if not rows:
            return
        names = ",".join(columns)
        # table and columns are names written in this package, never input;
        # a vector column takes the bytes that we send by COPY only
        if len(rows) < COPY_FROM and "vector" not in columns:
            marks = ",".join(["(" + ",".join("?" * len(columns)) + ")"] * len(rows))
            self.execute(
                f"INSERT INTO {table} ({names}) VALUES {marks}",  # noqa: S608
                [value for row in rows for value in row],
            )
            return
        types = self._column_types(table, names)
        with (
            self._connection.cursor() as cursor,
            cursor.copy(_query(f"COPY {table} ({names}) FROM STDIN BINARY")) as copy,
        ):
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)

    def _column_types(self, table: str, names: str) -> list[int]:
        """The type numbers of columns, looked up once a connection.

        That of bytea stands for types that psycopg does not know: pgvector's, whose values we pack ourselves.
        """
        sql = f"SELECT {names} FROM {table} LIMIT 0"  # noqa: S608
        if sql not in self._types:
            described = self._connection.execute(_query(sql)).description
            known = psycopg.adapters.types
            bytea = known["bytea"].oid
            self._types[sql] = [
                column.type_code if known.get(column.type_code) else bytea for column in described or ()
            ]
        return self._types[sql]


class _WriteConnection:
    def __init__(self, connect: Callable[[], Connection], first: Connection) -> None:
        self._connect = connect
        self._connection = first
        self._types: dict[str, list[int]] = {}
        self._marked = False

    def begin(self) -> Transaction:
        try:
            return self._begin()
        except psycopg.OperationalError:
            # lost since the last write, and nothing was done yet: a new one will do
            self._connection.close()
            self._connection = self._connect()
            self._types.clear()
            return self._begin()

    def _begin(self) -> Transaction:
        self._connection.execute(_BEGIN)
        self._marked = False
        return PostgresqlTransaction(self._connection, self._types)

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        try:
            self._connection.execute("ROLLBACK")
        except psycopg.Error:
            self._connection.close()

    def mark(self) -> None:
        # one message for both: a round trip costs more than what it asks for
        if self._marked:
            self._connection.execute("RELEASE SAVEPOINT mark; SAVEPOINT mark")
        else:
            self._connection.execute("SAVEPOINT mark")
        self._marked = True

    def back_to_mark(self) -> None:
        self._connection.execute("ROLLBACK TO SAVEPOINT mark")

    def in_transaction(self) -> bool:
        status = self._connection.info.transaction_status
        return status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def close(self) -> None:
        self._connection.close()


class PostgresqlDatabase:
    """See database.Database. ``address``: postgresql://..., of a database that is there."""

    dialect = Dialect(
        identity="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        blob="BYTEA",
        vector="vector",
        key_only="",
        setup=("CREATE EXTENSION IF NOT EXISTS vector",),
        # packed numbers hardly compress, and trying costs more than all the rest of a bulk insert
        finish=("ALTER TABLE pages ALTER COLUMN columns SET STORAGE EXTERNAL",),
    )

    def __init__(self, address: str) -> None:
        self._address = address
        try:
            parts = conninfo_to_dict(address)
        except psycopg.Error:  # its text would show the password
            raise InvalidSettings(
                "setting 'database' is no address of a PostgreSQL database; write postgresql://user@host/name"
            ) from None
        self._shown = f"{parts.get('host', 'localhost')}/{parts.get('dbname', '')}"  # without the password
        with self._storage_errors():
            self._writer = GroupCommit(_WriteConnection(self._connect, self._connect()))
        self._readers: Pool[Connection] = Pool(self._connect, psycopg.Connection.close)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        with self._storage_errors():
            try:
                return self._rows(sql, parameters)
            except psycopg.OperationalError:
                # the server went and came back: every idle connection is as dead as this one
                self._readers.clear()
                return self._rows(sql, parameters)

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        with self._readers.connection() as connection:
            return connection.execute(_query(sql), parameters, binary=True).fetchall()

    @contextmanager
    def snapshot(self) -> Generator[Transaction]:
        with self._storage_errors():
            try:
                self._rows("SELECT 1", ())
            except psycopg.OperationalError:
                self._readers.clear()
            with self._readers.connection() as connection:
                connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield PostgresqlTransaction(connection, {})
                connection.execute("COMMIT")

    def write(self, work: Callable[[Transaction], T]) -> T:
        with self._storage_errors():
            return self._writer.write(work)

    def write_together(self, work: Callable[[Transaction, Sequence[P]], Sequence[T]], piece: P) -> T:
        with self._storage_errors():
            return self._writer.write_together(work, piece)

    def scrub(self) -> None:
        # what a deleted row leaves in the files goes at the server's next vacuum: its own business
        return

    def encode_vectors(self, vectors: NDArray[np.float32]) -> list[Any]:
        packed = np.empty(len(vectors), _vector_type(vectors.shape[1]))
        packed["width"], packed["unused"], packed["numbers"] = vectors.shape[1], 0, vectors
        return [row.tobytes() for row in packed]

    def decode_vectors(self, values: Sequence[Any]) -> NDArray[np.float32]:
        width = (len(values[0]) - 4) // 4
        return np.frombuffer(b"".join(values), _vector_type(width))["numbers"].astype(np.float32)

    def close(self) -> None:
        self._writer.close()
        self._readers.close()

    def _connect(self) -> Connection:
        connection = psycopg.connect(self._address, autocommit=True)
        # what we call durable is durable, whatever the server's default
        connection.execute("SET synchronous_commit = on")
        return connection

    @contextmanager
    def _storage_errors(self) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            remedy = next(text for kind, text in _REMEDIES if isinstance(error, kind))
            raise StorageError(f"the database {self._shown!r} failed: {remedy} ({error})") from error


def _vector_type(width: int) -> np.dtype[np.void]:
    """How pgvector sends a vector in binary: its width, two unused bytes, float4s.

    See vector_send in its src/vector.c.
    """
    return np.dtype([("width", ">i2"), ("unused", ">i2"), ("numbers", ">f4", (width,))])
