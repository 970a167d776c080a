"""Streams run in threads of their own, so that nobody waits longer than he asked to.

Timeouts of sockets bound each read, not the whole: a server that drips, or a name that does not resolve,
would hold its caller far beyond them.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from palate.errors import LanguageModelError, LanguageModelTimeout
from palate.language_models.base import Options, Usage

_WAITING = 256
"""Pieces that may wait for a slow reader before the source has to wait too."""


@dataclass(frozen=True, slots=True)
class _LogProbabilities:
    first: Mapping[str, float]


_Sent = str | Usage | _LogProbabilities | BaseException | None


@dataclass(slots=True, eq=False)
class Outlet:
    """Where a source puts what it has for its reader. ``left`` is set when nobody listens any more."""

    _pieces: "queue.Queue[tuple[Outlet, _Sent]]"
    left: threading.Event = field(default_factory=threading.Event)

    def put(self, piece: str) -> bool:
        """Hand a piece over, waiting for a slow reader; False where nobody listens any more."""
        return self._send(piece)

    def report(self, usage: Usage) -> None:
        """Tell what the answer took."""
        self._send(usage)

    def log_probabilities(self, first: Mapping[str, float]) -> None:
        """Tell how likely the first tokens were."""
        self._send(_LogProbabilities(first))

    def end(self, error: BaseException | None) -> None:
        """The last thing that is sent: None, or what went wrong."""
        self._send(error)

    def _send(self, sent: _Sent) -> bool:
        while not self.left.is_set():
            try:
                self._pieces.put((self, sent), timeout=0.25)
            except queue.Full:
                continue
            return True
        return False


Source = Callable[[Outlet], None]
"""Puts pieces into an outlet until it has no more, or nobody listens."""


class Workers:
    """At most ``most`` streams at once, those included whose readers have left and whose sources linger; and
    at most ``waiting`` readers who wait for one to come free.
    """

    def __init__(self, most: int, waiting: int = 0) -> None:
        self._most = most
        self._free = threading.BoundedSemaphore(most)
        self._places = threading.BoundedSemaphore(waiting) if waiting else None

    def stream(
        self,
        source: Source,
        options: Options,
        *,
        hedge: float | None = None,
        first_came: Callable[[float], None] | None = None,
    ) -> Iterator[str]:
        """The pieces of ``source``, under the ``timeout`` and ``first_token`` of ``options``, whose ``report``
        and ``log_probabilities`` are told in the reader's thread.

        Where ``hedge`` seconds pass without a piece, the source is begun a second time beside the first, if
        a worker is free; the one that has the first piece is read on, the other is left. ``first_came`` is
        told after how many seconds that was.

        Raises LanguageModelTimeout when the time is over, LanguageModelError at once where all workers are
        busy and as many readers wait as may, and what ``source`` raises.
        """
        race = _Race(options, hedge)
        self._acquire(race)
        try:
            self._start(source, race)
            yield from self._read(source, race, options, first_came)
        finally:
            for outlet in race.running:
                outlet.left.set()

    def close(self, seconds: float) -> None:
        """Take no streams any more; wait up to ``seconds`` for the sources under way to end."""
        deadline = time.monotonic() + seconds
        for _ in range(self._most):
            self._free.acquire(timeout=max(0.0, deadline - time.monotonic()))

    def _read(
        self, source: Source, race: "_Race", options: Options, first_came: Callable[[float], None] | None
    ) -> Iterator[str]:
        report, log_probabilities = options.get("report"), options.get("log_probabilities")
        while True:
            outlet, sent = race.next()
            if outlet is None:
                race.hedge = None
                if self._free.acquire(blocking=False):
                    self._start(source, race)
                continue
            if outlet not in race.running:
                continue  # the slower of two, before it noticed
            if isinstance(sent, BaseException) and len(race.running) > 1:
                race.running.remove(outlet)  # the other may still do it
                continue
            race.choose(outlet)
            if sent is None:
                return
            if isinstance(sent, BaseException):
                raise sent
            if isinstance(sent, Usage):
                if report is not None:
                    report(sent)
            elif isinstance(sent, _LogProbabilities):
                if log_probabilities is not None:
                    log_probabilities(sent.first)
            else:
                if not race.began_to_answer and first_came is not None:
                    first_came(race.seconds)
                race.began_to_answer = True
                yield sent

    def _acquire(self, race: "_Race") -> None:
        if self._free.acquire(blocking=False):
            return
        if self._places is None or not self._places.acquire(blocking=False):
            raise LanguageModelError(f"the language model is busy with {self._most} answers already")
        try:
            if not self._free.acquire(timeout=max(0.0, race.remaining)):
                raise race.late()
        finally:
            self._places.release()

    def _start(self, source: Source, race: "_Race") -> None:
        """Begin the source; the worker that was acquired is given back when it ends."""
        outlet = Outlet(race.pieces)
        worker = threading.Thread(
            target=self._run, args=(source, outlet), name="palate-language-model", daemon=True
        )
        try:
            worker.start()
        except RuntimeError:  # the machine has no thread to give
            self._free.release()
            if not race.running:
                raise LanguageModelError(
                    "the language model cannot be asked: no thread can be started"
                ) from None
        else:
            race.running.append(outlet)

    def _run(self, source: Source, outlet: Outlet) -> None:
        end: BaseException | None = None
        try:
            source(outlet)
        except LanguageModelError as error:
            end = error
        except Exception as error:  # a fault of the source must reach the reader, not kill the thread unseen
            end = LanguageModelError(f"the language model failed: {type(error).__name__}: {error}")
        finally:
            self._free.release()
            outlet.end(end)


class _Race:
    """One or two runs of a source, and the clock that they run against."""

    def __init__(self, options: Options, hedge: float | None) -> None:
        self.pieces: queue.Queue[tuple[Outlet, Any]] = queue.Queue(_WAITING)
        self.running: list[Outlet] = []
        self.hedge = hedge
        self.began_to_answer = False
        self._began = time.monotonic()
        self._timeout = options["timeout"]
        self._first_token = options.get("first_token")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def _allowed(self) -> float:
        if self.began_to_answer or self._first_token is None:
            return self._timeout
        return min(self._first_token, self._timeout)

    @property
    def remaining(self) -> float:
        return self._allowed - self.seconds

    def late(self) -> LanguageModelTimeout:
        allowed = self._allowed
        word = " to its first word" if allowed < self._timeout else ""
        return LanguageModelTimeout(f"the language model took longer than {allowed:.3g} s{word}")

    def next(self) -> tuple[Outlet | None, Any]:
        """What comes next, and from where; (None, None) when it is time for the hedge."""
        wait = self.remaining
        hedging = self.hedge is not None and self.hedge < self._allowed and not self.began_to_answer
        if hedging and self.hedge is not None:
            wait = min(wait, self.hedge - self.seconds)
        try:
            found = self.pieces.get(timeout=max(0.0, wait))
        except queue.Empty:
            if hedging and self.remaining > 0:
                return None, None
            raise self.late() from None
        if self.remaining < 0:
            raise self.late()
        return found

    def choose(self, outlet: Outlet) -> None:
        """From here on only ``outlet`` is read."""
        for other in self.running:
            if other is not outlet:
                other.left.set()
        self.running = [outlet]
