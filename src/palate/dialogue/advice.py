"""Advice: what a language model said about one list, as plain values. The ranker weighs it; nothing else listens.

``advising.Adviser`` gives it for one turn, within the turn's budget: items that the model names (a candidate source),
and an order of the best candidates (a feature). Where the model is slow, dead or talks nonsense there is no advice,
and the list is as it would be without a model.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.values import Codes

T = TypeVar("T")

_THREADS = 16
CACHED = 1_000
"""Answers that are kept in memory, by all that was asked."""
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 600.0
"""Seconds for which a use is let alone when its answer was not there in time, doubled each time."""


@dataclass(frozen=True, slots=True)
class Advice:
    """``proposed`` int32: codes of the items that the model named; ``reranked``: code -> from 0, the last, to 1, the
    first, of those that it put in order; ``named``: how many titles it named, of which ``linked`` are of items.
    """

    proposed: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    reranked: Mapping[int, float] = field(default_factory=dict[int, float])
    named: int = 0
    linked: int = 0

    def of(self, codes: Codes) -> NDArray[np.float32]:
        """float32 [n]: what the order says of each item, 0 where it says nothing."""
        return np.array([self.reranked.get(code, 0.0) for code in codes.tolist()], np.float32)


NO_ADVICE = Advice()


class Kept:
    """The latest answers by key. Safe to use from many threads."""

    def __init__(self, most: int = CACHED) -> None:
        self._most = most
        self._kept: OrderedDict[str, object] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, kind: type[T]) -> T | None:
        """What is kept under a key, None where that is nothing."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        return found if isinstance(found, kind) else None

    def put(self, key: str, value: object) -> None:
        """Keep it; the one that was not asked for longest goes."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


class Patience:
    """Whether a use of the model is worth waiting for: after an answer that was not there in time it is let alone for
    a while, or every turn would wait in vain. Safe to use from many threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pause = FIRST_PAUSE
        self._until = float("-inf")
        self._lock = threading.Lock()

    def lasts(self) -> bool:
        """Whether to ask now."""
        return self._clock() >= self._until

    def note(self, answered: bool) -> None:
        """What came of asking."""
        with self._lock:
            if answered:
                self._pause = FIRST_PAUSE
            else:
                self._until = self._clock() + self._pause
                self._pause = min(2 * self._pause, LONGEST_PAUSE)


class Advisors:
    """What is kept from turn to turn: answers, patience and threads. One a process; safe from many threads."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.patience = {"rerank": Patience(), "proposals": Patience()}

    @cached_property
    def pool(self) -> ThreadPoolExecutor:
        """Threads in which a model is asked several things at once."""
        return ThreadPoolExecutor(_THREADS, thread_name_prefix="advice")
