"""LanguageModel: the one interface behind which every language model stands.

It knows no catalogue and no dialogue. What a model writes is text to be checked, whoever wrote it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Required, TypedDict


@dataclass(frozen=True, slots=True)
class Message:
    """One message of what a model is given."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer took: tokens read and tokens written."""

    tokens_in: int
    tokens_out: int


class Options(TypedDict, total=False):
    """The options of ``LanguageModel.complete``, for those that hand them on."""

    schema: Mapping[str, Any] | None
    stop: Sequence[str]
    max_tokens: int
    timeout: Required[float]
    first_token: float | None
    report: Callable[[Usage], None] | None
    log_probabilities: Callable[[Mapping[str, float]], None] | None


class LanguageModel(Protocol):
    """Writes text, piece by piece. The contract suite is
    tests/language_models/test_language_model_contract.py.
    """

    @property
    def name(self) -> str:
        """What it is called in settings and logs, such as ``openai:qwen3``; never holds a key."""
        ...

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
        """The answer to ``messages`` as a stream of non-empty pieces, begun when the first is asked for.

        ``schema``: a JSON schema that the whole answer is asked to follow (the model may fail to: see
        ``palate.language_models.structured``); ``stop``: texts before whose first occurrence the answer
        ends; ``max_tokens``: the most that is written; ``timeout``: seconds from the beginning to the end
        of the whole answer, however slowly it drips; ``first_token``: seconds to its first piece, where those
        are fewer. Two are called at most once, before the stream ends, by a model that can tell: ``report``
        with what the answer took, ``log_probabilities`` with the natural logarithms of the probabilities of
        the likeliest first tokens, by their texts.

        Raises LanguageModelTimeout when the time is over, and LanguageModelError where the model refuses,
        cannot be reached, breaks off or sends what is no answer; pieces may have come before. Closing the
        stream early is free. May be called from any thread.
        """
        ...


_THOUGHT = re.compile(r"\s*<(think|thinking|thought|reasoning)>")
_LONGEST_OPENING = 16


def answer_of(pieces: Iterator[str], stop: Sequence[str]) -> Iterator[str]:
    """What of a model's text is its answer: without the thoughts in front (``<think>``), up to the first stop text."""
    return cut_at(without_thoughts(pieces), stop)


def without_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces without a passage of thought at their beginning; thoughts that never end leave no answer."""
    held, closing = "", ""
    for piece in pieces:
        held += piece
        if not closing:
            opening = _THOUGHT.match(held)
            if opening is None:
                begun = held.lstrip()
                if begun and (begun[0] != "<" or ">" in begun or len(begun) > _LONGEST_OPENING):
                    yield held
                    break
                continue
            closing = f"</{opening.group(1)}>"
        if (at := held.find(closing)) >= 0:
            if rest := held[at + len(closing) :].lstrip():
                yield rest
            break
        held = held[-len(closing) :]  # the end may lie across pieces
    else:
        if held.strip() and not closing:
            yield held
    yield from pieces


def cut_at(pieces: Iterator[str], stop: Sequence[str]) -> Iterator[str]:
    """The pieces up to the first occurrence of a stop text, which may lie across several."""
    longest = max((len(text) for text in stop), default=0)
    held = ""
    for piece in pieces:
        held += piece
        found = [at for text in stop if (at := held.find(text)) >= 0]
        if found:
            if held[: min(found)]:
                yield held[: min(found)]
            return
        sure = len(held) - max(0, longest - 1)  # no stop text can begin before this place any more
        if sure > 0:
            yield held[:sure]
            held = held[sure:]
    if held:
        yield held
