"""Which language model the settings mean."""

import os
import time
from urllib.parse import urlsplit

from palate.errors import InvalidSettings
from palate.language_models.base import LanguageModel, Message
from palate.language_models.breaker import Breaker
from palate.language_models.openai_compatible import OpenAICompatible
from palate.settings import Settings

KEY_VARIABLES = ("PALATE_LANGUAGE_MODEL_KEY", "OPENAI_API_KEY")
"""Where a key may stand, the first that is set wins; it never stands in a file of ours."""


def make_language_model(settings: Settings) -> LanguageModel | None:
    """The language model of the settings behind a breaker, None where there is none; nothing is connected
    yet.

    Raises InvalidSettings where the setting names no model, or the address or the key cannot be used.
    """
    wanted = settings.language_model.strip()
    if wanted in ("", "none"):
        return None
    kind, _, model = wanted.partition(":")
    if kind != "openai" or not model.strip():
        raise InvalidSettings(
            f"language_model is {wanted!r}; it must be empty, 'none', or 'openai:MODEL', such as 'openai:qwen3-8b'"
        )
    url = settings.language_model_base_url.strip()
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise InvalidSettings(
            f"language_model_base_url is {url!r}; it must be an address such as 'http://127.0.0.1:8000/v1'"
        )
    name = next((name for name in KEY_VARIABLES if os.environ.get(name, "").strip()), None)
    key = os.environ[name].strip() if name else None
    if key is not None and not (key.isascii() and key.isprintable()):
        raise InvalidSettings(f"the key in {name} has characters that no key has; set it anew")
    return Breaker(OpenAICompatible(model.strip(), url, key))


def try_out(model: LanguageModel, timeout: float) -> float:
    """Ask a model for a word; the seconds that it took. Raises LanguageModelError where it does not answer in
    ``timeout`` seconds.
    """
    began = time.monotonic()
    for _ in model.complete([Message("user", "Say: ok")], max_tokens=64, timeout=timeout):
        pass
    return time.monotonic() - began
