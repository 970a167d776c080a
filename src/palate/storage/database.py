"""Database: the narrow interface that SqlStore needs of SQLite and of PostgreSQL, and what both share.

SQL is written once, with ``?`` for a parameter and ``{among}`` where a list of values is matched; where the
two differ in naming types, the words are in a Dialect. No column is called ``user``: PostgreSQL reserves that
name.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.errors import StorageError

Row = tuple[Any, ...]
T = TypeVar("T")
P = TypeVar("P")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words in which the databases differ when tables are made."""

    identity: str
    """The type of a primary key that numbers rows in the order in which they come."""
    blob: str
    vector: str
    key_only: str
    """Put behind a table whose primary key is all there is to look up."""
    setup: tuple[str, ...] = ()
    """Statements to run before the first table is made."""
    finish: tuple[str, ...] = ()
    """Statements to run after the last one is made."""


class Transaction(Protocol):
    """What can be done inside a transaction."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        ...

    def rows_among(self, sql: str, values: Sequence[Any]) -> list[Row]:
        """All rows of a query where ``{among}`` stands behind a column that must equal one of ``values``."""
        ...

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query, never all in memory."""
        ...

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement; how many rows it touched."""
        ...

    def execute_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of parameters."""
        ...

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows by the fastest way that the database has."""
        ...


class Database(Protocol):
    """An open database. Every method raises StorageError where the database fails, and may be called from any
    thread.
    """

    dialect: Dialect

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of one query, of what is committed by now."""
        ...

    def snapshot(self) -> AbstractContextManager[Transaction]:
        """A transaction that only reads, and sees the database as it was at its first query."""
        ...

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in a transaction, alone among all writers of all processes; returns what it returns
        once that is durable. Where ``work`` raises, nothing of it is kept and its exception is raised here.
        """
        ...

    def write_together(self, work: Callable[[Transaction, Sequence[P]], Sequence[T]], piece: P) -> T:
        """``write`` of ``work`` for one piece, which may be done for those of other writers in the same call."""
        ...

    def scrub(self) -> None:
        """After an erasure: leave no bytes of it behind, as far as the database can do that."""
        ...

    def encode_vectors(self, vectors: NDArray[np.float32]) -> list[Any]:
        """Rows of float32 [n, d] as values of the vector column."""
        ...

    def decode_vectors(self, values: Sequence[Any]) -> NDArray[np.float32]:
        """Values of the vector column, at least one, as float32 [n, d]."""
        ...

    def close(self) -> None:
        """Finish the writes under way and close every connection."""
        ...


class Pool(Generic[C]):
    """Connections for reading, as many as are read with at once; a few stay open in between.

    There is no upper limit: a thread that holds a snapshot can always read beside it.
    """

    def __init__(self, connect: Callable[[], C], close: Callable[[C], None], *, idle: int = 8) -> None:
        self._connect = connect
        self._close = close
        self._limit = idle
        self._idle: deque[C] = deque()
        self._closed = False

    @contextmanager
    def connection(self) -> Generator[C]:
        """A connection that nobody else uses meanwhile; after an exception it is closed, not used again."""
        if self._closed:
            raise StorageError("the shop is closed; open it again to read from it")
        try:
            # the one used last comes first: its cache is warm
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        except BaseException:
            self._close(connection)
            raise
        if self._closed or len(self._idle) >= self._limit:
            self._close(connection)
        else:
            self._idle.append(connection)

    def clear(self) -> None:
        """Close the connections that are idle."""
        while self._idle:
            try:
                self._close(self._idle.pop())
            except IndexError:
                return

    def close(self) -> None:
        """Close the idle connections now and the others when they come back."""
        self._closed = True
        self.clear()
