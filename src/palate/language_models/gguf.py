"""A language model in the process: a GGUF file, run by llama.cpp (the package xllamacpp, extra ``local``).

llama.cpp keeps the attention cache of the last prompts, so that a prompt which begins as an earlier one did is
read only from where it differs. Its server class also listens on a loopback port, which cannot be switched
off; a key drawn for each process closes it.
"""

import atexit
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from palate.errors import LanguageModelError, MissingDependency
from palate.language_models.base import Message, Options, answer_of
from palate.language_models.chat_protocol import ChunkReader, Question, request_body
from palate.language_models.workers import Outlet, Workers

SLOTS = 4
"""Prompts whose attention caches are kept, and answers that are written at a time; they share the context."""
MOST_WAITING = 16
BATCH = 128
"""Tokens of a prompt read at a time: a reader who leaves is noticed after so many."""
CACHE_MEGABYTES = 256
"""Memory for the attention caches of prompts that have no slot any more."""
_PATIENCE = 10.0
"""Seconds that ``close`` waits for the answers under way: they end with the batch or the token at hand."""
TOP = 200
"""Log-probabilities of how many first tokens are told."""


class GGUF:
    """The model in the file ``path``; ``threads`` of the processor work on it, and ``context`` is how many
    tokens the prompts and answers under way may have together. Read at the first use, or by ``load``. The
    contract is that of ``LanguageModel``.
    """

    def __init__(self, path: Path, *, threads: int = 1, context: int = 8_192) -> None:
        self.name = f"gguf:{path}"
        self._path = path
        self._threads = threads
        self._context = context
        self._workers = Workers(SLOTS, MOST_WAITING)
        self._loading = threading.Lock()
        self._server: Any = None
        self._closing = threading.Event()
        atexit.register(self.close)  # a thread within llama.cpp when Python ends would crash the process

    def complete(self, messages: Sequence[Message], **options: Unpack[Options]) -> Iterator[str]:
        """See ``LanguageModel.complete``."""
        stop = options.get("stop", ())
        question = Question(
            messages,
            options.get("schema"),
            stop,
            options.get("max_tokens", 512),
            options.get("log_probabilities") is not None,
        )
        return answer_of(self._workers.stream(lambda outlet: self._answer(question, outlet), options), stop)

    def load(self) -> None:
        """Read the file now. Raises LanguageModelError where that cannot be, MissingDependency without
        xllamacpp.
        """
        with self._loading:
            if self._closing.is_set():
                raise LanguageModelError(f"the language model {self.name!r} is closed")
            if self._server is None:
                self._server = self._opened()

    @property
    def address(self) -> str:
        """Where llama.cpp listens besides; closed by a key that nobody knows."""
        self.load()
        return str(self._server.listening_address)

    def close(self) -> None:
        """Break off the answers under way and let the model go, for good."""
        self._closing.set()
        self._workers.close(_PATIENCE)
        with self._loading:
            self._server = None
        atexit.unregister(self.close)

    def _opened(self) -> Any:
        try:
            import xllamacpp

            llama: Any = xllamacpp  # compiled, without types
        except ImportError:
            raise MissingDependency(
                f"the language model {self.name!r} needs the package 'xllamacpp': pip install 'palate[local]'"
            ) from None
        if not self._path.is_file():
            raise LanguageModelError(f"there is no file {str(self._path)!r}; set language_model anew")
        parameters = llama.CommonParams()
        parameters.model.path = str(self._path)
        parameters.n_ctx = self._context
        parameters.n_batch = parameters.n_ubatch = BATCH
        parameters.n_parallel = SLOTS
        parameters.kv_unified = True
        parameters.cache_ram_mib = CACHE_MEGABYTES
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = self._threads
        parameters.port = 0
        parameters.api_keys = [secrets.token_hex(16)]
        parameters.ui = parameters.endpoint_slots = parameters.endpoint_props = False
        parameters.verbosity = -1
        try:
            return llama.Server(parameters)
        except (RuntimeError, ValueError, OSError) as error:
            raise LanguageModelError(
                f"the file {str(self._path)!r} cannot be run as a language model: {error}"
            ) from None

    def _answer(self, question: Question, outlet: Outlet) -> None:
        self.load()
        try:
            try:
                self._run(question, outlet, frozenset())
            except ValueError:
                if question.schema is None:
                    raise
                self._run(question, outlet, frozenset({"schema"}))  # no grammar can be made of it
        except ValueError as error:
            raise LanguageModelError(f"the language model refused the request: {error}") from None

    def _run(self, question: Question, outlet: Outlet, refused: frozenset[str]) -> None:
        body = request_body(question, refused, TOP) | {
            "stop": list(question.stop),
            "cache_prompt": True,
            # a chunk for each batch of the prompt: without it nobody could leave before the first word
            "return_progress": True,
            # models that can think aloud first would spend the turn on it
            "chat_template_kwargs": {"enable_thinking": False},
        }
        reading = ChunkReader(outlet)
        failures: list[LanguageModelError] = []

        def take(chunk: Mapping[str, Any]) -> bool:
            """Whether enough was written. Nothing may be raised through the C++ that calls this."""
            try:
                text = reading.text_of(chunk)
            except LanguageModelError as error:
                failures.append(error)
                return True
            if outlet.left.is_set() or self._closing.is_set():
                return True
            return bool(text) and not outlet.put(text)

        self._server.handle_chat_completions(body, take)
        if failures:
            raise failures[0]
        if not outlet.left.is_set():
            reading.close()
