"""A language model that plays a script: answers, delays and failures. For tests and demonstrations."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from palate.errors import LanguageModelError, LanguageModelTimeout
from palate.language_models.base import Message, cut_at


@dataclass(frozen=True, slots=True)
class Answer:
    """``text`` comes in pieces of ``size`` characters, each a token, ``wait`` seconds before the first and
    ``pace`` before each later one; then ``failure`` is raised, where there is one. ``endless``: again and
    again.
    """

    text: str = ""
    size: int = 8
    wait: float = 0.0
    pace: float = 0.0
    failure: LanguageModelError | None = None
    endless: bool = False


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
    ) -> Iterator[str]:
        """See ``LanguageModel.complete``."""
        return cut_at(self._play(messages, schema, max_tokens, timeout), stop)

    def _play(
        self, messages: Sequence[Message], schema: Mapping[str, Any] | None, max_tokens: int, timeout: float
    ) -> Iterator[str]:
        deadline = time.monotonic() + timeout
        self.calls.append(Call(tuple(messages), schema, max_tokens, timeout))
        answer = self._next(messages)
        written = 0
        _sleep(answer.wait, deadline, timeout)
        while True:
            for start in range(0, len(answer.text), max(1, answer.size)):
                if written == max_tokens:
                    return
                _sleep(answer.pace if written else 0.0, deadline, timeout)
                yield answer.text[start : start + max(1, answer.size)]
                written += 1
            if not (answer.endless and answer.text):
                break
        if answer.failure is not None:
            raise answer.failure

    def _next(self, messages: Sequence[Message]) -> Answer:
        given = self._function(messages) if self._function else next(self._answers or iter(()), None)
        if given is None:
            raise LanguageModelError("the scripted language model has no answer left")
        if isinstance(given, LanguageModelError):
            return Answer(failure=given)
        return given if isinstance(given, Answer) else Answer(given)


def _sleep(seconds: float, deadline: float, timeout: float) -> None:
    remaining = deadline - time.monotonic()
    time.sleep(max(0.0, min(seconds, remaining)))
    if seconds > remaining or remaining <= 0:
        raise LanguageModelTimeout(f"the language model took longer than {timeout:g} s")
