"""Which language model the settings mean."""

import importlib.util
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from palate.errors import InvalidSettings, MissingDependency
from palate.language_models.base import LanguageModel, Message
from palate.language_models.breaker import Breaker
from palate.language_models.discovery import answering_on_loopback, server_of_environment
from palate.language_models.gguf import GGUF
from palate.language_models.openai_compatible import OpenAICompatible
from palate.language_models.transformers_model import TransformersModel
from palate.settings import Settings

KEY_VARIABLES = ("PALATE_LANGUAGE_MODEL_KEY", "OPENAI_API_KEY")
"""Where a key may stand, the first that is set wins; it never stands in a file of ours."""

_FORMS = "'auto', 'none', 'openai:MODEL' such as 'openai:qwen3-8b', 'gguf:FILE', or 'transformers:FOLDER'"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Chosen:
    """The language model that a shop uses, None where there is none. ``why``: in a few words, where it comes
    from; ``close`` lets go what it holds.
    """

    model: LanguageModel | None
    why: str
    close: Callable[[], None] = _nothing

    @property
    def line(self) -> str:
        """What a start says: which it is, where it comes from, and how to change it."""
        name = self.model.name if self.model else "none, replies come from templates"
        return f"language model: {name} ({self.why}); change it with language_model in palate.toml"


def choose_language_model(settings: Settings, folder: Path, models: Path) -> Chosen:
    """The language model of the settings behind a breaker. ``folder``: the shop's, from which paths start;
    ``models``: where ``auto`` looks for a GGUF file. Nothing is loaded and nothing asked yet, except that
    ``auto`` looks whether a server answers on loopback.

    Raises InvalidSettings where the setting names no model, or the address or the key cannot be used, and
    MissingDependency where a model is named whose package is not installed.
    """
    wanted = settings.language_model.strip()
    if wanted in ("", "none"):
        return Chosen(None, "as set")
    if wanted == "auto":
        return _found(settings, models)
    kind, _, name = wanted.partition(":")
    name = name.strip()
    if name and kind == "openai":
        return Chosen(_server(name, settings.language_model_base_url), "as set")
    if name and kind == "gguf":
        if importlib.util.find_spec("xllamacpp") is None:
            raise MissingDependency(
                f"language_model {wanted!r} needs the package 'xllamacpp': pip install 'palate[local]'"
            )
        return _in_process(GGUF(folder / name, **_local(settings)), "as set")
    if name and kind == "transformers":
        if importlib.util.find_spec("transformers") is None:
            raise MissingDependency(
                f"language_model {wanted!r} needs the package 'transformers': pip install 'palate[train]'"
            )
        return _in_process(
            TransformersModel(folder / name, threads=settings.language_model_threads), "as set"
        )
    raise InvalidSettings(f"language_model is {wanted!r}; it must be {_FORMS}")


def _found(settings: Settings, models: Path) -> Chosen:
    """What ``auto`` is here: a server of the environment, one on loopback, a file, or none."""
    server = server_of_environment(_key() is not None)
    if server is not None:
        return Chosen(_server(server.model, server.base_url), server.where)
    if (server := answering_on_loopback()) is not None:
        return Chosen(_server(server.model, server.base_url, with_key=False), server.where)
    files = sorted(models.glob("*.gguf")) if models.is_dir() else []
    if not files:
        return Chosen(None, "auto found no server and no GGUF file in the shop's models folder")
    if importlib.util.find_spec("xllamacpp") is None:
        return Chosen(None, f"{files[0].name} is there, and to run it: pip install 'palate[local]'")
    return _in_process(GGUF(files[0], **_local(settings)), "found in the shop's models folder")


def _local(settings: Settings) -> dict[str, int]:
    return {"threads": settings.language_model_threads, "context": settings.language_model_context}


def _in_process(model: GGUF | TransformersModel, why: str) -> Chosen:
    return Chosen(Breaker(model), why, model.close)


def _server(model: str | None, url: str, *, with_key: bool = True) -> LanguageModel:
    url = url.strip()
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise InvalidSettings(
            f"language_model_base_url is {url!r}; it must be an address such as 'http://127.0.0.1:8000/v1'"
        )
    # a server at home has few slots: a second request would only take one from somebody else
    hedged = urlsplit(url).hostname not in _LOOPBACK
    return Breaker(OpenAICompatible(model, url, _key() if with_key else None, hedged=hedged))


def _key() -> str | None:
    name = next((name for name in KEY_VARIABLES if os.environ.get(name, "").strip()), None)
    key = os.environ[name].strip() if name else None
    if key is not None and not (key.isascii() and key.isprintable()):
        raise InvalidSettings(f"the key in {name} has characters that no key has; set it anew")
    return key


def try_out(model: LanguageModel, timeout: float, before: Sequence[Message] = ()) -> float:
    """Ask a model for a word, after the messages ``before``; the seconds that it took. Raises LanguageModelError where
    it does not answer in ``timeout`` seconds.
    """
    began = time.monotonic()
    for _ in model.complete([*before, Message("user", "Say: ok")], max_tokens=64, timeout=timeout):
        pass
    return time.monotonic() - began
