"""A language model behind an OpenAI-compatible server: OpenAI, DeepSeek, DashScope, vLLM, SGLang, Ollama,
llama-server.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from palate.errors import LanguageModelError, LanguageModelTimeout
from palate.language_models.base import Message, Usage, cut_at
from palate.language_models.chat_protocol import lines_of, refusal, request_body, streamed_texts, whole_text
from palate.language_models.workers import Workers

if TYPE_CHECKING:
    import httpx2

MOST_AT_ONCE = 16
"""Answers under way at a time; one more is refused, so that a slow server cannot pile up threads."""
CHARACTERS_A_TOKEN = 16
"""No answer is longer than this many characters for each token that was allowed, whatever the server
sends."""
MOST_DOCUMENT = 4_000_000
"""Bytes of an answer that comes in one document."""
_MOST_TRIES = 4


class OpenAICompatible:
    """``model`` at ``base_url`` (``http://127.0.0.1:8000/v1``); ``key`` is sent as a bearer token where
    there is one. Connections are kept and shared between threads. The contract is that of
    ``LanguageModel``.
    """

    def __init__(self, model: str, base_url: str, key: str | None = None) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._key = key
        self._workers = Workers(MOST_AT_ONCE)
        self._refused: frozenset[str] = frozenset()
        self._making = threading.Lock()

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
    ) -> Iterator[str]:
        """See ``LanguageModel.complete``."""
        deadline = time.monotonic() + timeout
        most = max_tokens * CHARACTERS_A_TOKEN

        def source(left: threading.Event) -> Iterator[str]:
            written = 0
            for piece in self._answer(messages, schema, stop, max_tokens, deadline, report):
                written += len(piece)
                if left.is_set():
                    return
                if written > most:
                    raise LanguageModelError(f"the language model wrote on beyond {max_tokens} tokens")
                yield piece

        return cut_at(self._workers.stream(source, timeout, first_token), stop)

    def _answer(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any] | None,
        stop: Sequence[str],
        max_tokens: int,
        deadline: float,
        report: Callable[[Usage], None] | None,
    ) -> Iterator[str]:
        import httpx2

        for _ in range(_MOST_TRIES):
            body = request_body(self._model, messages, schema, stop, max_tokens, self._refused)
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                break
            try:
                with self._client.stream("POST", self._url, json=body, timeout=remaining) as response:
                    if response.status_code in (400, 422):
                        text = _error_text(response)
                        part = refusal(body, text)
                        if part is not None:
                            self._refused |= {part}  # remembered: the next request does without at once
                            continue
                        raise LanguageModelError(
                            f"the language model refused the request: {self._hidden(text)}"
                        )
                    if response.status_code != 200:
                        raise self._failure(response)
                    yield from _texts(response, report)
                    return
            except httpx2.TimeoutException:
                break
            except httpx2.HTTPError as error:
                raise LanguageModelError(
                    f"the language model at {self._url!r} cannot be reached or broke off: "
                    f"{self._hidden(str(error)) or type(error).__name__}"
                ) from None
        raise LanguageModelTimeout(f"the language model at {self._url!r} did not answer in time")

    @cached_property
    def _connected(self) -> "httpx2.Client":
        import httpx2

        headers = {"authorization": f"Bearer {self._key}"} if self._key else {}
        limits = httpx2.Limits(max_connections=MOST_AT_ONCE, max_keepalive_connections=MOST_AT_ONCE)
        return httpx2.Client(headers=headers, limits=limits, follow_redirects=False)

    @property
    def _client(self) -> "httpx2.Client":
        with self._making:  # one client, however many threads ask first
            return self._connected

    def _failure(self, response: "httpx2.Response") -> LanguageModelError:
        after = response.headers.get("retry-after", "")
        wait = float(after) if after.isdecimal() else None
        return LanguageModelError(
            f"the language model at {self._url!r} answered {response.status_code}: "
            f"{self._hidden(_error_text(response))}",
            wait,
        )

    def _hidden(self, text: str) -> str:
        """A server's words, shortened, without our key should it repeat it."""
        return (text.replace(self._key, "***") if self._key else text)[:200]


def _error_text(response: "httpx2.Response") -> str:
    """The beginning of what a server says of an error."""
    text = b""
    with suppress(Exception):  # the error itself matters more than its text
        for chunk in response.iter_bytes():
            text += chunk
            if len(text) > 4_000:
                break
    return text[:4_000].decode("utf-8", "replace")


def _texts(response: "httpx2.Response", report: Callable[[Usage], None] | None) -> Iterator[str]:
    chunks = response.iter_bytes()
    if "json" not in response.headers.get("content-type", ""):
        yield from streamed_texts(lines_of(chunks), report)
        return
    document = b""
    for chunk in chunks:
        document += chunk
        if len(document) > MOST_DOCUMENT:
            raise LanguageModelError("the language model's server sends an answer without an end")
    if text := whole_text(document, report):
        yield text
