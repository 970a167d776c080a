"""How likely a model finds each of several short answers, by the log-probabilities of its first token."""

import math
from collections.abc import Mapping, Sequence

from palate.errors import LanguageModelError
from palate.language_models.base import LanguageModel, Message


def choice_log_probabilities(
    model: LanguageModel, messages: Sequence[Message], choices: Sequence[str], *, timeout: float
) -> tuple[float, ...]:
    """The log-probability of each of ``choices``, such as ``("Yes", "No")``, among them: their exponentials
    sum to 1. One token is written; the choices must differ in their first letter.

    Raises LanguageModelError where the model tells no log-probabilities, or none of the choices is among its
    likeliest tokens, and what ``LanguageModel.complete`` raises.
    """
    told: list[Mapping[str, float]] = []
    for _ in model.complete(messages, max_tokens=1, timeout=timeout, log_probabilities=told.append):
        pass
    if not told:
        raise LanguageModelError(f"the language model {model.name!r} tells no log-probabilities")
    return among(told[0], choices)


def among(first: Mapping[str, float], choices: Sequence[str]) -> tuple[float, ...]:
    """The same from the log-probabilities of first tokens: those that begin exactly one of the choices count
    for it, in whatever case and with whatever space before. A choice that no token begins gets the
    probability of the least likely token, its upper bound. Raises LanguageModelError where that is all of
    them.
    """
    lowered = [choice.strip().lower() for choice in choices]
    sums = [0.0] * len(choices)
    for token, value in first.items():
        word = token.strip().lower()
        begun = [at for at, choice in enumerate(lowered) if word and choice.startswith(word)]
        if len(begun) == 1:
            sums[begun[0]] += math.exp(value)
    if not any(sums):
        raise LanguageModelError(
            f"none of {', '.join(map(repr, choices))} is among the {len(first)} tokens that the model finds likeliest"
        )
    bound = math.exp(min(first.values()))
    sums = [one or bound for one in sums]
    total = math.log(sum(sums))
    return tuple(math.log(one) - total for one in sums)
