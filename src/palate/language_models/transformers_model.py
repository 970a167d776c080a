"""A language model from a folder of weights and tokenizer, run by transformers (extra ``train``).

The classic route: slower here than a GGUF file, and the one that fine-tuned models come by.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

from palate.errors import LanguageModelError, LanguageModelTimeout, MissingDependency
from palate.language_models.base import Message, Options, Usage, answer_of
from palate.language_models.chat_protocol import in_words
from palate.language_models.workers import Outlet, Workers

MOST_WAITING = 8
TOP = 200
"""Log-probabilities of how many first tokens are told."""
_WAIT_AT_CLOSE = 10.0


@dataclass(frozen=True, slots=True)
class Beam:
    """One of several answers; ``score``: the mean log-probability of its tokens."""

    text: str
    score: float


class TransformersModel:
    """The causal model in ``folder`` (safetensors), one answer at a time, on the GPU where there is one, else
    on ``threads`` of the processor. Read at the first use; nothing is fetched, and no code in the folder is
    run. The contract is that of ``LanguageModel``; a schema is put into words.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self.name = f"transformers:{folder}"
        self._folder = folder
        self._threads = threads
        self._workers = Workers(1, MOST_WAITING)
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self._closing = threading.Event()

    def complete(self, messages: Sequence[Message], **options: Unpack[Options]) -> Iterator[str]:
        """See ``LanguageModel.complete``."""
        schema = options.get("schema")
        asked = messages if schema is None else in_words(messages, schema)
        greedy = schema is not None
        max_tokens = options.get("max_tokens", 512)
        stream = self._workers.stream(lambda outlet: self._answer(asked, max_tokens, greedy, outlet), options)
        return answer_of(stream, options.get("stop", ()))

    def beams(
        self, messages: Sequence[Message], k: int, *, max_tokens: int = 32, timeout: float
    ) -> tuple[Beam, ...]:
        """The ``k`` best answers by beam search, the best first. Raises LanguageModelTimeout where they do not
        come in ``timeout`` seconds, LanguageModelError where the model cannot be read.
        """
        deadline = time.monotonic() + timeout
        found: list[Beam] = []

        def source(outlet: Outlet) -> None:
            model, tokenizer = self.load()
            inputs = self._inputs(messages, tokenizer, model)
            answered = model.generate(
                **inputs,
                max_new_tokens=max_tokens,
                num_beams=k,
                num_return_sequences=k,
                do_sample=False,
                length_penalty=1.0,
                return_dict_in_generate=True,
                output_scores=True,
                stopping_criteria=[_Stop(lambda: outlet.left.is_set() or time.monotonic() > deadline)],
                pad_token_id=tokenizer.eos_token_id,
            )
            if time.monotonic() > deadline:
                raise LanguageModelTimeout(f"the language model took longer than {timeout:g} s")
            prompt = inputs["input_ids"].shape[1]
            texts = tokenizer.batch_decode(answered.sequences[:, prompt:], skip_special_tokens=True)
            scores = answered.sequences_scores.tolist()
            found.extend(Beam(text, score) for text, score in zip(texts, scores, strict=True))

        for _ in self._workers.stream(source, {"timeout": timeout}):
            pass
        return tuple(found)

    def load(self) -> tuple[Any, Any]:
        """(model, tokenizer), read now where they are not yet. Raises LanguageModelError where that cannot be,
        MissingDependency without transformers.
        """
        with self._loading:
            if self._closing.is_set():
                raise LanguageModelError(f"the language model {self.name!r} is closed")
            if self._loaded is None:
                self._loaded = self._opened()
            return self._loaded

    def close(self) -> None:
        """Break off the answer under way and let the model go, for good."""
        self._closing.set()
        self._workers.close(_WAIT_AT_CLOSE)
        with self._loading:
            self._loaded = None

    def _opened(self) -> tuple[Any, Any]:
        try:
            import torch  # pyright: ignore[reportMissingImports]
            from transformers import AutoModelForCausalLM, AutoTokenizer  # pyright: ignore[reportMissingImports]
        except ImportError:
            raise MissingDependency(
                f"the language model {self.name!r} needs the package 'transformers': pip install 'palate[train]'"
            ) from None
        if not (self._folder / "config.json").is_file():
            raise LanguageModelError(
                f"there is no model in {str(self._folder)!r} (it has no config.json); set language_model anew"
            )
        gpu = torch.cuda.is_available()
        only_local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            tokenizer: Any = AutoTokenizer.from_pretrained(self._folder, **only_local)
            model: Any = AutoModelForCausalLM.from_pretrained(
                self._folder,
                use_safetensors=True,  # the other format is pickle, which runs what is in it
                dtype="auto" if gpu else torch.float32,
                **only_local,
            )
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise LanguageModelError(
                f"the folder {str(self._folder)!r} cannot be run as a language model: {str(error)[:300]}"
            ) from None
        if not gpu:
            torch.set_num_threads(self._threads)
        return model.to("cuda" if gpu else "cpu").eval(), tokenizer

    @staticmethod
    def _inputs(messages: Sequence[Message], tokenizer: Any, model: Any) -> Any:
        if tokenizer.chat_template:
            chat = [{"role": message.role, "content": message.text} for message in messages]
            text = tokenizer.apply_chat_template(
                chat, tokenize=False, add_generation_prompt=True, enable_thinking=False
            )
        else:  # a model that was never taught to chat goes on from plain words
            text = "\n".join(f"{message.role}: {message.text}" for message in messages) + "\nassistant: "
        inputs = tokenizer(text, return_tensors="pt", add_special_tokens=not tokenizer.chat_template)
        most = getattr(model.config, "max_position_embeddings", None)
        if most and inputs["input_ids"].shape[1] >= most:
            raise LanguageModelError(
                f"the prompt of {inputs['input_ids'].shape[1]} tokens exceeds the model's context of {most}"
            )
        inputs.pop("token_type_ids", None)
        return inputs.to(model.device)

    def _answer(self, messages: Sequence[Message], max_tokens: int, greedy: bool, outlet: Outlet) -> None:
        model, tokenizer = self.load()
        inputs = self._inputs(messages, tokenizer, model)
        streamer = _streamer(tokenizer, outlet)
        answered = model.generate(
            **inputs,
            max_new_tokens=max_tokens,
            do_sample=not greedy,
            streamer=streamer,
            return_dict_in_generate=True,
            output_logits=max_tokens == 1,
            stopping_criteria=[_Stop(lambda: outlet.left.is_set() or self._closing.is_set())],
            pad_token_id=tokenizer.eos_token_id,
        )
        if max_tokens == 1:
            outlet.log_probabilities(_first_token(answered.logits[0][0], tokenizer))
        read = inputs["input_ids"].shape[1]
        outlet.report(Usage(read, answered.sequences.shape[1] - read))


class _Stop:
    """A stopping criterion: whether enough was written."""

    def __init__(self, enough: Any) -> None:
        self._enough = enough

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        import torch  # pyright: ignore[reportMissingImports]

        return torch.full((input_ids.shape[0],), bool(self._enough()), device=input_ids.device)


def _streamer(tokenizer: Any, outlet: Outlet) -> Any:
    """A streamer of transformers that puts whole words into an outlet."""
    from transformers import TextStreamer  # pyright: ignore[reportMissingImports]

    class Streamer(TextStreamer):  # pyright: ignore[reportUntypedBaseClass]
        def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
            if text:
                outlet.put(text)

    return Streamer(tokenizer, skip_prompt=True, skip_special_tokens=True)


def _first_token(logits: Any, tokenizer: Any) -> dict[str, float]:
    """The log-probabilities of the likeliest first tokens, by their texts, from logits [vocabulary]."""
    values, ids = logits.float().log_softmax(-1).topk(min(TOP, logits.shape[-1]))
    texts = [tokenizer.decode([one]) for one in ids.tolist()]
    first: dict[str, float] = {}
    for text, value in zip(texts, values.tolist(), strict=True):
        first.setdefault(text, value)
    return first
