"""The chat-completions protocol of OpenAI, as its many servers speak it: what is sent, and how the stream
that comes back is read. It knows no network.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from palate.errors import LanguageModelError
from palate.language_models.base import Message, Usage

MOST_LINE = 1_000_000
"""Bytes of one line of a stream; a longer one is no chat completion."""
TOP = 20
"""Log-probabilities of how many first tokens are asked for: the most that OpenAI gives."""
_MOST_STOPS = 4


class Telling(Protocol):
    """What is told of an answer beside its text."""

    def report(self, usage: Usage) -> None:
        """What it took."""
        ...

    def log_probabilities(self, first: Mapping[str, float]) -> None:
        """How likely the first tokens were."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked: see ``LanguageModel.complete``."""

    messages: Sequence[Message]
    schema: Mapping[str, Any] | None
    stop: Sequence[str]
    max_tokens: int
    log_probabilities: bool


def request_body(question: Question, refused: frozenset[str], top: int = TOP) -> dict[str, Any]:
    """The request as JSON, without the model's name. ``refused``: what this server was found not to take:
    ``schema`` (it is then put into words), ``temperature``, ``usage`` (it is not asked to count),
    ``log_probabilities``, ``max_tokens`` (``max_completion_tokens`` is sent in its place).
    """
    messages = question.messages
    if question.schema is not None and "schema" in refused:
        messages = in_words(messages, question.schema)
    body: dict[str, Any] = {
        "messages": [{"role": message.role, "content": message.text} for message in messages],
        "stream": True,
    }
    body["max_completion_tokens" if "max_tokens" in refused else "max_tokens"] = question.max_tokens
    if "usage" not in refused:
        body["stream_options"] = {"include_usage": True}
    if question.stop:
        body["stop"] = list(question.stop)[:_MOST_STOPS]  # the most that OpenAI takes; the client cuts at all
    if question.log_probabilities and "log_probabilities" not in refused:
        body |= {"logprobs": True, "top_logprobs": top}
    if question.schema is not None:
        if "temperature" not in refused:
            body["temperature"] = 0
        if "schema" not in refused:
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": dict(question.schema)},
            }
    return body


def in_words(messages: Sequence[Message], schema: Mapping[str, Any]) -> list[Message]:
    """The messages with the schema in words, for a model that cannot be held to one. They stand behind the
    system's own, so that a prefix which stays the same stays in front.
    """
    asked = "Answer with one JSON object and nothing else. It must follow this JSON schema:\n"
    wish = asked + orjson.dumps(schema).decode()
    if messages and messages[0].role == "system":
        return [Message("system", f"{messages[0].text}\n\n{wish}"), *messages[1:]]
    return [Message("system", wish), *messages]


def refusal(body: Mapping[str, Any], answer: str) -> str | None:
    """Which part of the request a server's 400 or 422 objects to and we can do without, None where none."""
    if "max_tokens" in body and "max_completion_tokens" in answer:
        return "max_tokens"
    if "temperature" in body and "temperature" in answer:
        return "temperature"
    if "stream_options" in body and ("stream_options" in answer or "include_usage" in answer):
        return "usage"
    if "logprobs" in body and "logprobs" in answer:
        return "log_probabilities"
    # servers word it in many ways; whatever they say, without these they may do
    for part, name in (
        ("response_format", "schema"), ("logprobs", "log_probabilities"), ("stream_options", "usage"),
    ):  # fmt: skip
        if part in body:
            return name
    return None


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a byte stream. Raises LanguageModelError for one longer than MOST_LINE."""
    held = b""
    for chunk in chunks:
        *whole, held = (held + chunk).split(b"\n")
        yield from whole
        if len(held) > MOST_LINE:
            raise LanguageModelError(
                "the language model's server sends no chat completion: a line without an end"
            )
    if held:
        yield held


def streamed_texts(lines: Iterable[bytes], telling: Telling) -> Iterator[str]:
    """The text of the answer, piece by piece, from the lines of server-sent events.

    Raises LanguageModelError where an event is no chunk of a chat completion, where it reports an error, and
    where the stream ends before the answer does.
    """
    reading = ChunkReader(telling)
    for raw in lines:
        line = raw.strip()
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            reading.finished = True
            break
        if text := reading.text_of(_parsed(data)):
            yield text
    reading.close()


def whole_text(document: bytes, telling: Telling) -> str:
    """The text of an answer that came in one document, from a server that does not stream."""
    reading = ChunkReader(telling, "message")
    text = reading.text_of(_parsed(document))
    reading.finished = True
    reading.close()
    return text


class ChunkReader:
    """Reads the chunks of one answer; ``close`` when there are no more. ``part``: where a chunk has its
    text.
    """

    def __init__(self, telling: Telling, part: str = "delta") -> None:
        self.finished = False
        self._telling = telling
        self._part = part
        self._usage: Usage | None = None
        self._odds_told = False

    def text_of(self, chunk: Any) -> str:
        """The text of a chunk, which may be empty. Raises LanguageModelError where it is none, or an
        error's.
        """
        if isinstance(chunk, dict) and chunk.get("error"):
            raise LanguageModelError(f"the language model's server reports: {str(chunk['error'])[:200]}")
        choices = chunk.get("choices") if isinstance(chunk, dict) else None
        if not isinstance(choices, list):
            raise LanguageModelError(
                f"the language model's server sends no chat completion: {str(chunk)[:80]!r}; check the base URL"
            )
        # some servers count on with each chunk: the last count holds
        self._usage = _usage(chunk) or self._usage
        # a chunk of usage has no choice
        choice = choices[0] if choices and isinstance(choices[0], dict) else {}
        if not self._odds_told and (first := _first_token(choice)):
            self._telling.log_probabilities(first)
            self._odds_told = True
        self.finished = self.finished or choice.get("finish_reason") is not None
        part = choice.get(self._part)
        text = part.get("content") if isinstance(part, dict) else None
        return text if isinstance(text, str) else ""

    def close(self) -> None:
        """Tell what the answer took. Raises LanguageModelError where it has not ended."""
        if self._usage is not None:
            self._telling.report(self._usage)
        if not self.finished:
            raise LanguageModelError("the language model broke off in the middle of its answer")


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        raise LanguageModelError(
            f"the language model's server sends no chat completion: {data[:80]!r}; check the base URL"
        ) from None


def _usage(chunk: Any) -> Usage | None:
    counts = chunk.get("usage")
    if not isinstance(counts, dict):
        return None
    read, written = counts.get("prompt_tokens"), counts.get("completion_tokens")
    if type(read) is not int or type(written) is not int or min(read, written) < 0:
        return None
    return Usage(read, written)


def _first_token(choice: Mapping[str, Any]) -> dict[str, float]:
    """The log-probabilities of the first token, {} where the choice has none that can be read."""
    try:
        top = choice["logprobs"]["content"][0]["top_logprobs"]
        found = {str(one["token"]): float(one["logprob"]) for one in top}
    except (KeyError, IndexError, TypeError, ValueError):
        return {}
    return {token: value for token, value in found.items() if math.isfinite(value)}
