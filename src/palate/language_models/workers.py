"""Streams run in threads of their own, so that nobody waits longer than he asked to.

Timeouts of sockets bound each read, not the whole: a server that drips, or a name that does not resolve,
would hold its caller far beyond them.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator

from palate.errors import LanguageModelError, LanguageModelTimeout

_WAITING = 256
"""Pieces that may wait for a slow reader before the source has to wait too."""


class Workers:
    """At most ``most`` streams at once, those included whose readers have left and whose sources linger."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = threading.BoundedSemaphore(most)

    def stream(
        self,
        source: Callable[[threading.Event], Iterator[str]],
        timeout: float,
        first_token: float | None = None,
    ) -> Iterator[str]:
        """The pieces of ``source``; it is given an event that is set when nobody listens any more.

        Raises LanguageModelTimeout after ``timeout`` seconds, or ``first_token`` seconds without a piece,
        LanguageModelError at once where all workers are busy, and what ``source`` raises.
        """
        began = time.monotonic()
        end = began + timeout
        deadline = end if first_token is None else min(end, began + first_token)
        if not self._free.acquire(blocking=False):
            raise LanguageModelError(f"the language model is busy with {self._most} answers already")
        pieces: queue.Queue[str | BaseException | None] = queue.Queue(_WAITING)
        left = threading.Event()
        worker = threading.Thread(
            target=self._run, args=(source, pieces, left), name="palate-language-model", daemon=True
        )
        try:
            worker.start()
        except RuntimeError:  # the machine has no thread to give
            self._free.release()
            raise LanguageModelError("the language model cannot be asked: no thread can be started") from None
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    piece = _late(deadline - began, deadline < end)
                if piece is None:
                    return
                if isinstance(piece, BaseException):
                    raise piece
                if time.monotonic() > deadline:
                    raise _late(deadline - began, deadline < end)
                deadline = end
                yield piece
        finally:
            left.set()

    def _run(
        self,
        source: Callable[[threading.Event], Iterator[str]],
        pieces: "queue.Queue[str | BaseException | None]",
        left: threading.Event,
    ) -> None:
        end: BaseException | None = None
        try:
            for piece in source(left):
                if not _put(pieces, piece, left):
                    break
        except LanguageModelError as error:
            end = error
        except Exception as error:  # a fault of the source must reach the reader, not kill the thread unseen
            end = LanguageModelError(f"the language model failed: {type(error).__name__}: {error}")
        finally:
            self._free.release()
            _put(pieces, end, left)


def _late(seconds: float, first: bool) -> LanguageModelTimeout:
    what = "took longer than {:g} s to its first word" if first else "took longer than {:g} s"
    return LanguageModelTimeout(f"the language model {what.format(round(seconds, 2))}")


def _put(
    pieces: "queue.Queue[str | BaseException | None]",
    piece: str | BaseException | None,
    left: threading.Event,
) -> bool:
    """Hand a piece over, waiting for a slow reader; False where there is none any more."""
    while not left.is_set():
        try:
            pieces.put(piece, timeout=0.25)
        except queue.Full:
            continue
        return True
    return False
