"""Group commit: writers queue, one thread takes all that wait and commits them at once.

A durable commit waits for the disk. One wait serves every write that came while the last one lasted, so that
the throughput grows with the number of writers, and a lone writer waits for nobody. Pieces of the same kind of
work in a group are done as one, which saves their statements as well. It knows no SQL.
"""

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Protocol, TypeVar

from palate.errors import StorageError
from palate.storage.database import Transaction

T = TypeVar("T")
P = TypeVar("P")

GROUP_LIMIT = 512
"""Writes in a group: no more, so that the first of them does not wait for ever."""


class WriteConnection(Protocol):
    """The one connection of a process that writes; used by one thread only."""

    def begin(self) -> Transaction:
        """Begin a transaction that keeps every other writer out; waits until it may."""
        ...

    def commit(self) -> None:
        """Make it durable."""
        ...

    def rollback(self) -> None:
        """Give it up, if there is one; never raises."""
        ...

    def mark(self) -> None:
        """Keep what was done in the transaction so far, whatever ``back_to_mark`` undoes later."""
        ...

    def back_to_mark(self) -> None:
        """Undo what was done since the last mark."""
        ...

    def in_transaction(self) -> bool:
        """Whether the transaction still stands: some errors end it."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class _Job:
    """``work`` on its own; ``together`` and ``piece``: the same work, that can be done for many pieces at once."""

    __slots__ = ("done", "error", "piece", "result", "together", "work")

    def __init__(
        self,
        work: Callable[[Transaction], Any],
        together: Callable[[Transaction, Sequence[Any]], Sequence[Any]] | None = None,
        piece: Any = None,
    ) -> None:
        self.work = work
        self.together = together
        self.piece = piece
        self.result: Any = None
        self.error: BaseException | None = None
        # a bare lock as a signal: a tenth of the cost of threading.Event
        self.done = Lock()
        self.done.acquire()


class GroupCommit:
    """Runs pieces of work in groups, on a thread of its own."""

    def __init__(self, connection: WriteConnection) -> None:
        self._connection = connection
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._closing = Lock()
        self._closed = False
        self._thread = Thread(target=self._serve, name="palate-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in a transaction and return its result when that is durable; raises what it raises.

        Raises StorageError after ``close``.
        """
        return self._wait_for(_Job(work))

    def write_together(self, work: Callable[[Transaction, Sequence[P]], Sequence[T]], piece: P) -> T:
        """``write`` of ``work(transaction, [piece])[0]``, where ``work`` may be given the pieces of other writers as
        well, and gives one result a piece. Where it raises, it is tried for each piece alone.
        """
        return self._wait_for(_Job(lambda transaction: work(transaction, [piece])[0], work, piece))

    def _wait_for(self, job: _Job) -> Any:
        with self._closing:
            if self._closed:
                raise StorageError("the shop is closed; open it again to write to it")
            self._jobs.put(job)
        job.done.acquire()
        if job.error is not None:
            raise job.error
        return job.result

    def close(self) -> None:
        """Finish what was asked for before, then close the connection."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _serve(self) -> None:
        last = False
        while not last:
            jobs: list[_Job] = []
            try:
                job = self._jobs.get()
                while job is not None and len(jobs) < GROUP_LIMIT - 1:
                    jobs.append(job)
                    job = self._jobs.get_nowait()
                if job is None:
                    last = True
                else:
                    jobs.append(job)
            except Empty:
                pass
            if jobs:
                self._run(jobs)
        self._connection.close()

    def _run(self, jobs: list[_Job]) -> None:
        try:
            transaction = self._connection.begin()
            if len(jobs) == 1:
                jobs[0].result = jobs[0].work(transaction)
            elif jobs[0].together is None or any(job.together is not jobs[0].together for job in jobs):
                self._run_group(jobs, transaction)
            elif not self._run_together(jobs, transaction):
                # begun anew: a mark before would cost the many groups in which nothing fails
                self._connection.rollback()
                transaction = self._connection.begin()
                for job in jobs:
                    self._run_after_mark(job, transaction)
            self._connection.commit()
        except BaseException as error:
            self._connection.rollback()
            for job in jobs:
                job.error = job.error or error
        finally:
            for job in jobs:
                job.done.release()

    def _run_group(self, jobs: list[_Job], transaction: Transaction) -> None:
        # all in a group wait at the same time: none of them came after another
        alike: dict[Any, list[_Job]] = {}
        for job in jobs:
            alike.setdefault(job.together or job, []).append(job)
        for same in alike.values():
            if len(same) > 1:
                self._connection.mark()
                if self._run_together(same, transaction):
                    continue
                self._connection.back_to_mark()
            for job in same:
                self._run_after_mark(job, transaction)

    def _run_together(self, jobs: list[_Job], transaction: Transaction) -> bool:
        """Do jobs of one kind as one; False, with what was done still to be undone, where that fails."""
        together = jobs[0].together
        assert together is not None  # noqa: S101 - so the callers choose them
        try:
            results = together(transaction, [job.piece for job in jobs])
        except BaseException:
            if not self._connection.in_transaction():
                raise
            return False
        for job, result in zip(jobs, results, strict=True):
            job.result = result
        return True

    def _run_after_mark(self, job: _Job, transaction: Transaction) -> None:
        self._connection.mark()
        try:
            job.result = job.work(transaction)
        except BaseException as error:
            if not self._connection.in_transaction():
                raise  # a full disk, say, ends the whole transaction: nothing of the group is kept
            job.error = error
            self._connection.back_to_mark()
