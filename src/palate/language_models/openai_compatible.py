"""A language model behind an OpenAI-compatible server: OpenAI, DeepSeek, DashScope, vLLM, SGLang, Ollama,
llama-server.
"""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

from palate.errors import LanguageModelError, LanguageModelTimeout
from palate.language_models.base import Message, Options, answer_of
from palate.language_models.chat_protocol import (
    Question,
    lines_of,
    refusal,
    request_body,
    streamed_texts,
    whole_text,
)
from palate.language_models.hedging import Hedge
from palate.language_models.workers import Outlet, Workers

if TYPE_CHECKING:
    import httpx2

MOST_AT_ONCE = 16
"""Answers under way at a time; so that a slow server cannot pile up threads."""
MOST_WAITING = 32
"""Requests that wait for one of them to end; one more is refused at once."""
CHARACTERS_A_TOKEN = 16
"""No answer is longer than this many characters for each token that was allowed, whatever the server
sends."""
MOST_DOCUMENT = 4_000_000
"""Bytes of an answer that comes in one document."""
_RETRIED = frozenset({429, 502, 503, 504, 529})
"""Statuses after which the same request may do."""
_MOST_RETRIES = 2
_FIRST_PAUSE = 0.25
"""Seconds before a retry, drawn from 0 to this and twice as much each time (full jitter), so that many
clients do not come back at once."""


class OpenAICompatible:
    """``model`` at ``base_url`` (``http://127.0.0.1:8000/v1``); None: the one that the server has. ``key`` is
    sent as a bearer token where there is one. ``hedged``: a late first word is asked for a second time.
    Connections are kept and shared between threads. The contract is that of ``LanguageModel``.
    """

    def __init__(
        self, model: str | None, base_url: str, key: str | None = None, *, hedged: bool = False
    ) -> None:
        self.name = f"openai:{model}" if model else f"openai at {base_url}"
        self._model = model
        self._base = base_url.rstrip("/")
        self._key = key
        self._hedge = Hedge() if hedged else None
        self._workers = Workers(MOST_AT_ONCE, MOST_WAITING)
        self._refused: frozenset[str] = frozenset()
        self._making = threading.Lock()

    def complete(self, messages: Sequence[Message], **options: Unpack[Options]) -> Iterator[str]:
        """See ``LanguageModel.complete``."""
        deadline = time.monotonic() + options["timeout"]
        max_tokens, stop = options.get("max_tokens", 512), options.get("stop", ())
        question = Question(
            messages, options.get("schema"), stop, max_tokens, options.get("log_probabilities") is not None
        )

        def source(outlet: Outlet) -> None:
            written = 0
            for piece in self._answer(question, outlet, deadline):
                written += len(piece)
                if written > max_tokens * CHARACTERS_A_TOKEN:
                    raise LanguageModelError(f"the language model wrote on beyond {max_tokens} tokens")
                if not outlet.put(piece):
                    return

        hedge = self._hedge
        stream = self._workers.stream(
            source, options, hedge=hedge and hedge.after(), first_came=hedge and hedge.saw
        )
        return answer_of(stream, stop)

    def _answer(self, question: Question, outlet: Outlet, deadline: float) -> Iterator[str]:
        """The answer; before its first piece, what can be done without or may do the next time is tried
        again.
        """
        import httpx2

        retries, refused = 0, self._refused
        while (remaining := deadline - time.monotonic()) > 0:
            if self._model is None:
                self._model = self._only_model(remaining)
            body = {"model": self._model, **request_body(question, refused)}
            try:
                with self._client.stream(
                    "POST", f"{self._base}/chat/completions", json=body, timeout=remaining
                ) as response:
                    if response.status_code == 200:
                        self._refused |= refused  # remembered: the next request does without at once
                        yield from _texts(response, outlet)
                        return
                    text = _error_text(response)
                    failure = self._failure(response, text)
                    if response.status_code in (400, 422):
                        part = refusal(body, text)
                        if part is not None and part not in refused:
                            refused |= {part}
                            continue
                    if response.status_code not in _RETRIED:
                        raise failure
            except httpx2.TimeoutException:
                break
            except httpx2.HTTPError as error:
                failure = LanguageModelError(
                    f"the language model at {self._base!r} cannot be reached or broke off: "
                    f"{self._hidden(str(error)) or type(error).__name__}"
                )
                if not isinstance(error, httpx2.ConnectError):
                    raise failure from None
            if retries == _MOST_RETRIES or not self._pause(retries, failure.retry_after, outlet, deadline):
                raise failure
            retries += 1
        raise LanguageModelTimeout(f"the language model at {self._base!r} did not answer in time")

    @staticmethod
    def _pause(retries: int, after: float | None, outlet: Outlet, deadline: float) -> bool:
        """Wait before a retry; False where there is no time for it, or nobody waits any more."""
        seconds = random.uniform(0, _FIRST_PAUSE * 2**retries)  # noqa: S311 - spreads clients, keeps no secret
        seconds = max(seconds, after or 0.0)
        return time.monotonic() + seconds < deadline and not outlet.left.wait(seconds)

    def _only_model(self, timeout: float) -> str:
        """The name of the server's only model for chat."""
        import httpx2

        try:
            response = self._client.get(f"{self._base}/models", timeout=timeout)
            names = model_names(response.json()) if response.status_code == 200 else []
        except (httpx2.HTTPError, ValueError) as error:
            raise LanguageModelError(
                f"the language model's server at {self._base!r} does not say which models it has: "
                f"{self._hidden(str(error)) or type(error).__name__}"
            ) from None
        if len(names) == 1:
            return names[0]
        has = f"has {len(names)} models ({', '.join(names[:5])}...)" if names else "names no model"
        raise LanguageModelError(
            f'the server at {self._base!r} {has}; say which: language_model = "openai:MODEL"'
        )

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

    def _failure(self, response: "httpx2.Response", text: str) -> LanguageModelError:
        after = response.headers.get("retry-after", "")
        wait = float(after) if after.isdecimal() else None
        status = response.status_code
        what = "refused the request" if status in (400, 422) else f"answered {status}"
        return LanguageModelError(f"the language model at {self._base!r} {what}: {self._hidden(text)}", wait)

    def _hidden(self, text: str) -> str:
        """A server's words, shortened, without our key should it repeat it."""
        return (text.replace(self._key, "***") if self._key else text)[:200]


def model_names(document: Any) -> list[str]:
    """The models that a server's ``/models`` lists, those left out whose names say that they do not chat."""
    listed = document.get("data") if isinstance(document, dict) else None
    names = [one.get("id") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    silent = ("embed", "bge-", "minilm", "rerank", "whisper", "tts", "dall-e", "moderation")
    return [
        name
        for name in names
        if isinstance(name, str) and name and not any(part in name.lower() for part in silent)
    ]


def _error_text(response: "httpx2.Response") -> str:
    """The beginning of what a server says of an error."""
    text = b""
    with suppress(Exception):  # the error itself matters more than its text
        for chunk in response.iter_bytes():
            text += chunk
            if len(text) > 4_000:
                break
    return text[:4_000].decode("utf-8", "replace")


def _texts(response: "httpx2.Response", outlet: Outlet) -> Iterator[str]:
    chunks = response.iter_bytes()
    if "json" not in response.headers.get("content-type", ""):
        yield from streamed_texts(lines_of(chunks), outlet)
        return
    document = b""
    for chunk in chunks:
        document += chunk
        if len(document) > MOST_DOCUMENT:
            raise LanguageModelError("the language model's server sends an answer without an end")
    if text := whole_text(document, outlet):
        yield text
