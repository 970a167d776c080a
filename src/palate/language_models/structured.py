"""A whole answer as JSON, from a model that may or may not keep to a schema."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from palate.errors import LanguageModelError
from palate.language_models.base import LanguageModel, Message

_FENCE = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)


def complete_json(
    model: LanguageModel,
    messages: Sequence[Message],
    schema: Mapping[str, Any],
    *,
    max_tokens: int = 512,
    timeout: float,
) -> dict[str, Any]:
    """The JSON object that the model answers with. Its members are as the model wrote them: whoever asks
    checks them.

    Raises LanguageModelError where the answer holds no JSON object, and what ``LanguageModel.complete``
    raises.
    """
    text = "".join(model.complete(messages, schema=schema, max_tokens=max_tokens, timeout=timeout))
    return object_in(text)


def object_in(text: str) -> dict[str, Any]:
    """The JSON object in an answer: bare, in a code fence, or with words around it. Linear in the text.

    Raises LanguageModelError where there is none.
    """
    fenced = _FENCE.search(text)
    first, last = text.find("{"), text.rfind("}")
    for candidate in (text, fenced and fenced.group(1), text[first : last + 1]):
        if not candidate:
            continue
        try:
            found = orjson.loads(candidate)
        except orjson.JSONDecodeError:
            continue
        if isinstance(found, dict):
            return found
    raise LanguageModelError(f"the language model's answer is no JSON object: {text[:80]!r}")
