"""The chat-completions protocol of OpenAI, as its many servers speak it: what is sent, and how the stream
that comes back is read. It knows no network.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from palate.errors import LanguageModelError
from palate.language_models.base import Message, Usage

MOST_LINE = 1_000_000
"""Bytes of one line of a stream; a longer one is no chat completion."""


def request_body(
    model: str,
    messages: Sequence[Message],
    schema: Mapping[str, Any] | None,
    stop: Sequence[str],
    max_tokens: int,
    refused: frozenset[str],
) -> dict[str, Any]:
    """The request as JSON. ``refused``: what this server was found not to take: ``schema`` (it is then put
    into words), ``temperature``, ``usage`` (it is not asked to count), ``max_tokens``
    (``max_completion_tokens`` is sent in its place).
    """
    texts = [{"role": message.role, "content": message.text} for message in messages]
    body: dict[str, Any] = {"model": model, "messages": texts, "stream": True}
    if "usage" not in refused:
        body["stream_options"] = {"include_usage": True}
    body["max_completion_tokens" if "max_tokens" in refused else "max_tokens"] = max_tokens
    if stop:
        body["stop"] = list(stop)[:4]  # the most that OpenAI takes; the client itself cuts at all of them
    if schema is not None:
        if "temperature" not in refused:
            body["temperature"] = 0
        if "schema" in refused:
            asked = "Answer with one JSON object and nothing else. It must follow this JSON schema:\n"
            texts.insert(0, {"role": "system", "content": asked + orjson.dumps(schema).decode()})
        else:
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)},
            }
    return body


def refusal(body: Mapping[str, Any], answer: str) -> str | None:
    """Which part of the request a server's 400 or 422 objects to and we can do without, None where none."""
    if "max_tokens" in body and "max_completion_tokens" in answer:
        return "max_tokens"
    if "temperature" in body and "temperature" in answer:
        return "temperature"
    if "stream_options" in body and ("stream_options" in answer or "include_usage" in answer):
        return "usage"
    # servers without schemas word it in many ways; whatever they say, without it they may do
    if "response_format" in body:
        return "schema"
    return "usage" if "stream_options" in body else None


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


def streamed_texts(lines: Iterable[bytes], report: Callable[[Usage], None] | None = None) -> Iterator[str]:
    """The text of the answer, piece by piece, from the lines of server-sent events; ``report`` is told what
    it took where the server says so.

    Raises LanguageModelError where an event is no chunk of a chat completion, where it reports an error, and
    where the stream ends before the answer does.
    """
    finished = False
    usage: Usage | None = None
    for raw in lines:
        line = raw.strip()
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            finished = True
            break
        chunk = _parsed(data)
        usage = _usage(chunk) or usage  # some servers count on with each chunk; the last count holds
        text, ended = _piece(chunk, "delta")
        if text:
            yield text
        finished = finished or ended
    if report is not None and usage is not None:
        report(usage)
    if not finished:
        raise LanguageModelError("the language model broke off in the middle of its answer")


def whole_text(document: bytes, report: Callable[[Usage], None] | None = None) -> str:
    """The text of an answer that came in one document, from a server that does not stream."""
    parsed = _parsed(document)
    text, _ = _piece(parsed, "message")
    if report is not None and (usage := _usage(parsed)) is not None:
        report(usage)
    return text


def _usage(chunk: Any) -> Usage | None:
    counts = chunk.get("usage") if isinstance(chunk, dict) else None
    if not isinstance(counts, dict):
        return None
    read, written = counts.get("prompt_tokens"), counts.get("completion_tokens")
    if type(read) is not int or type(written) is not int or min(read, written) < 0:
        return None
    return Usage(read, written)


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        raise LanguageModelError(
            f"the language model's server sends no chat completion: {data[:80]!r}; check the base URL"
        ) from None


def _piece(chunk: Any, key: str) -> tuple[str, bool]:
    """(text, whether the answer ends with it) of a chunk or a document."""
    if isinstance(chunk, dict) and chunk.get("error"):
        raise LanguageModelError(f"the language model's server reports: {str(chunk['error'])[:200]}")
    choices = chunk.get("choices") if isinstance(chunk, dict) else None
    if not isinstance(choices, list):
        raise LanguageModelError(
            f"the language model's server sends no chat completion: {str(chunk)[:80]!r}; check the base URL"
        )
    choice = choices[0] if choices and isinstance(choices[0], dict) else {}  # a chunk of usage has no choice
    part = choice.get(key)
    text = part.get("content") if isinstance(part, dict) else None
    return (text if isinstance(text, str) else ""), choice.get("finish_reason") is not None
