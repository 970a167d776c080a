"""A breaker around a language model: after a few failures it is left alone for a while, so that a dead
endpoint soon costs nothing.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Unpack

from palate.errors import LanguageModelError, LanguageModelTimeout
from palate.language_models.base import LanguageModel, Message, Options


class Breaker:
    """A LanguageModel that asks ``model``, until ``failures`` answers in a row have failed; then it refuses
    at once for ``pause`` seconds (or as long as the server asked for), lets one request through, and
    doubles the pause, up to ``longest``, where that fails too. A use with less time than a first word may take
    (reranking) closes nothing for the others.
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        failures: int = 3,
        pause: float = 5.0,
        longest: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model = model
        self._failures = failures
        self._first_pause = pause
        self._longest = longest
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._pause = pause
        self._closed_until = float("-inf")
        self._trying = False

    @property
    def name(self) -> str:
        """The model's own."""
        return self._model.name

    def complete(self, messages: Sequence[Message], **options: Unpack[Options]) -> Iterator[str]:
        """See ``LanguageModel.complete``; raises LanguageModelError at once while the model is left alone."""
        trial = self._enter()
        try:
            yield from self._model.complete(messages, **options)
        except LanguageModelError as error:
            if isinstance(error, LanguageModelTimeout) and options["timeout"] < (
                options.get("first_token") or 0.0
            ):
                raise  # whoever asked had less time than a first word may take: that tells nothing of the model
            self._note_failure(error.retry_after, trial)
            raise
        else:
            self._note_success()
        finally:
            if trial:
                self._trying = False

    def _enter(self) -> bool:
        """Whether this request is the one that tries whether the model is back. Raises where it must wait."""
        with self._lock:
            if self._failed < self._failures and self._clock() >= self._closed_until:
                return False
            if self._clock() < self._closed_until or self._trying:
                raise LanguageModelError(
                    f"the language model {self.name!r} failed {self._failed} times in a row and is left alone for "
                    f"{self._pause:g} s; templates and rules stand in"
                )
            self._trying = True
            return True

    def _note_failure(self, retry_after: float | None, trial: bool) -> None:
        with self._lock:
            self._failed += 1
            if trial:
                self._pause = min(2 * self._pause, self._longest)
            if self._failed >= self._failures:
                self._closed_until = self._clock() + self._pause
            if retry_after is not None:
                wait = min(retry_after, self._longest)
                self._closed_until = max(self._closed_until, self._clock() + wait)

    def _note_success(self) -> None:
        with self._lock:
            self._failed = 0
            self._pause = self._first_pause
