"""A language model that plays a script: answers, delays and failures. For tests and demonstrations."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from palate.errors import LanguageModelError, LanguageModelTimeout
from palate.language_models.base import Message, Usage, answer_of


@dataclass(frozen=True, slots=True)
class Answer:
    """``text`` comes in pieces of ``size`` characters, each a token, ``wait`` seconds before the first and
    ``pace`` before each later one; then ``failure`` is raised, where there is one. ``endless``: again and
    again. ``usage``: what the model reports that it took; ``first``: its log-probabilities of first tokens.
    """

    text: str = ""
    size: int = 8
    wait: float = 0.0
    pace: float = 0.0
    failure: LanguageModelError | None = None
    endless: bool = False
    usage: Usage | None = None
    first: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What the model was asked."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None
    max_tokens: int
    timeout: float


class ScriptedModel:
    """Plays ``script``: answers in order, each a text, an Answer or an error to raise (LanguageModelError
    when the script is at its end); or a function from the messages to one of these. ``calls``: what was
    asked so far.
    """

    name = "scripted"

    def __init__(
        self,
        script: Iterable[str | Answer | LanguageModelError]
        | Callable[[Sequence[Message]], str | Answer | LanguageModelError],
    ) -> None:
        self._answers = None if callable(script) else iter(script)
        self._function = script if callable(script) else None
        self.calls: list[Call] = []

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        stop: Sequence[str] = (),
        max_tokens: int = 512,
        timeout: float,
        first_token: float | None = None,
        report: Callable[[Usage], None] | None = None,
        log_probabilities: Callable[[Mapping[str, float]], None] | None = None,
    ) -> Iterator[str]:
        """See ``LanguageModel.complete``."""
        call = Call(tuple(messages), schema, max_tokens, timeout)
        return answer_of(self._play(call, first_token, report, log_probabilities), stop)

    def _play(
        self,
        call: Call,
        first_token: float | None,
        report: Callable[[Usage], None] | None,
        log_probabilities: Callable[[Mapping[str, float]], None] | None,
    ) -> Iterator[str]:
        self.calls.append(call)
        answer = self._next(call.messages)
        pace = _Pace(call.timeout)
        pace.sleep(answer.wait, first_token)
        if log_probabilities is not None and answer.first is not None:
            log_probabilities(answer.first)
        written = 0
        while True:
            for start in range(0, len(answer.text), max(1, answer.size)):
                if written == call.max_tokens:
                    break
                pace.sleep(answer.pace if written else 0.0)
                yield answer.text[start : start + max(1, answer.size)]
                written += 1
            if not (answer.endless and answer.text) or written == call.max_tokens:
                break
        if report is not None and answer.usage is not None:
            report(answer.usage)
        if answer.failure is not None and written < call.max_tokens:
            raise answer.failure

    def _next(self, messages: Sequence[Message]) -> Answer:
        given = self._function(messages) if self._function else next(self._answers or iter(()), None)
        if given is None:
            raise LanguageModelError("the scripted language model has no answer left")
        if isinstance(given, LanguageModelError):
            return Answer(failure=given)
        return given if isinstance(given, Answer) else Answer(given)


class _Pace:
    """Sleeps that end in time."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._began = time.monotonic()

    def sleep(self, seconds: float, most: float | None = None) -> None:
        """Raises LanguageModelTimeout once ``most`` seconds, or those of the whole answer, have gone since
        it began.
        """
        allowed = self._timeout if most is None else min(most, self._timeout)
        remaining = self._began + allowed - time.monotonic()
        if (pause := min(seconds, remaining)) > 0:
            time.sleep(pause)
        if seconds > remaining or remaining <= 0:
            raise LanguageModelTimeout(f"the language model took longer than {allowed:g} s")
