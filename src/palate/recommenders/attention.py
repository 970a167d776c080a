"""Causal self-attention over what a person did, in order (Kang and McAuley 2018, "Self-Attentive Sequential
Recommendation"), with the full softmax over the catalogue that later work found to matter (Klenitskiy and
Vasilev 2023; Petrov and Macdonald 2023, gSASRec).

Pre-norm blocks, GELU, learned positions counted from the window's start, a learned bias a head for each
distance, item embeddings shared by input and output, a bias an item. ``palate.training.attention`` trains it
with torch; here it is served in numpy. It knows only the order of what a person took up: events that speak
against an item are left out, and how long ago something was is told by its place alone.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.arrays import gather, load_model, no_scores, save_model
from palate.recommenders.base import Context
from palate.values import Codes, Mask, Scores

Array = NDArray[np.float32]

LAYER_ARRAYS = (
    "norm1", "query_key_value", "query_key_value_bias", "distance", "out", "out_bias",
    "norm2", "widen", "widen_bias", "narrow", "narrow_bias",
)  # fmt: skip
"""Arrays with an entry a layer."""
ARRAYS = ("embedding", "bias", "positions", "final_norm", *LAYER_ARRAYS)
EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class AttentionConfig:
    """``width`` of the vectors; ``window``: how many of the latest items are read; ``dropout``: None for a
    rate found from the log (palate.training.attention); ``epochs`` are the most there can be.
    """

    width: int = 64
    layers: int = 2
    heads: int = 2
    window: int = 200
    dropout: float | None = None
    epochs: int = 12
    learning_rate: float = 2e-3


class Attention:
    """See the module's docstring."""

    name: ClassVar[str] = "attention"

    def __init__(self, items: Codes, arrays: dict[str, Array], config: AttentionConfig) -> None:
        """``items`` int32 [v], ascending: the codes that it knows; ``arrays`` float32, with d the width and
        l the layers: embedding [v, d], bias [v], positions [window, d], norms [2, d] (scale and shift), and
        a layer each: query_key_value [l, d, 3 d], distance [l, heads, window], out [l, d, d], widen [l, d,
        4 d], narrow [l, 4 d, d].
        """
        self.items = items
        self.arrays = arrays
        self.config = config
        n_items = int(items[-1]) + 1 if len(items) else 0
        self._row_of = np.full(n_items, -1, np.int32)
        self._row_of[items] = np.arange(len(items), dtype=np.int32)

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender: by how much an item is likelier to come next than any item by chance,
        max(0, log(v p)).
        """
        rows = self._sequence(context)
        if not len(rows) or not len(mask):
            return no_scores(mask)
        scores = np.zeros(len(self._row_of), np.float32)
        scores[self.items] = self._lift(self.state(rows)[np.newaxis])[0]
        return gather(scores, mask.codes)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        found = np.zeros((len(contexts), len(mask)), np.float32)
        sequences = [self._sequence(context) for context in contexts]
        known = np.flatnonzero([len(sequence) for sequence in sequences])
        if not len(known) or not len(mask):
            return found
        lifts = self._lift(np.stack([self.state(sequences[row]) for row in known]))
        inside = np.flatnonzero(np.isin(mask.codes, self.items))
        found[known[:, np.newaxis], inside] = lifts[:, self._row_of[mask.codes[inside]]]
        return found

    def state(self, rows: NDArray[np.int32]) -> Array:
        """What the network makes of a sequence of rows of the embedding, int32 [n], oldest first, n >= 1:
        float32 [d], whose products with the embeddings are the logits of the next item.
        """
        a, heads = self.arrays, self.config.heads
        n, width = len(rows), self.config.width
        x = a["embedding"][rows] * np.float32(width**0.5) + a["positions"][:n]
        distances = np.arange(n)[:, None] - np.arange(n)
        for layer in range(self.config.layers):
            # of the last layer only the last place is needed
            queries = n if layer < self.config.layers - 1 else 1
            normal = _norm(x, a["norm1"][layer])
            q, k, v = np.split(
                normal @ a["query_key_value"][layer] + a["query_key_value_bias"][layer], 3, axis=1
            )
            q, k, v = (_by_head(part, heads) for part in (q[-queries:], k, v))
            weights = q @ k.transpose(0, 2, 1) * np.float32((width // heads) ** -0.5)
            ages = distances[-queries:]
            weights += np.where(ages >= 0, a["distance"][layer][:, np.maximum(ages, 0)], np.float32(-1e30))
            weights = np.exp(weights - weights.max(axis=2, keepdims=True))
            weights /= weights.sum(axis=2, keepdims=True)
            mixed = (weights @ v).transpose(1, 0, 2).reshape(queries, width)
            x = x[-queries:] + mixed @ a["out"][layer] + a["out_bias"][layer]
            hidden = _gelu(_norm(x, a["norm2"][layer]) @ a["widen"][layer] + a["widen_bias"][layer])
            x = x + hidden @ a["narrow"][layer] + a["narrow_bias"][layer]
        return _norm(x[-1:], a["final_norm"])[0]

    def _sequence(self, context: Context) -> NDArray[np.int32]:
        items = context.items[context.weights > 0]
        rows = self._row_of[items[items < len(self._row_of)]]
        return rows[rows >= 0][-self.config.window :]

    def _lift(self, states: Array) -> Array:
        """float32 [n, v]: max(0, log p + log v) of each item."""
        logits = states @ self.arrays["embedding"].T
        logits += self.arrays["bias"]
        top = logits.max(axis=1, keepdims=True)
        logits -= top + np.log(np.exp(logits - top).mean(axis=1, keepdims=True))
        return np.maximum(logits, 0, out=logits)

    def save(self, folder: Path) -> None:
        """See Trainable."""
        save_model(folder, asdict(self.config), {"items": self.items, **self.arrays})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See Trainable."""
        config, arrays = load_model(folder, AttentionConfig, ("items", *ARRAYS))
        items: NDArray[Any] = arrays.pop("items")
        return cls(items, arrays, config)


def _norm(x: Array, scale_and_shift: Array) -> Array:
    """Layer normalisation over the last axis."""
    x = x - x.mean(axis=-1, keepdims=True)
    x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
    return x * scale_and_shift[0] + scale_and_shift[1]


def _by_head(x: Array, heads: int) -> Array:
    """[n, d] to [heads, n, d / heads]."""
    return x.reshape(len(x), heads, -1).transpose(1, 0, 2)


def _gelu(x: Array) -> Array:
    """Its tanh form (Hendrycks and Gimpel 2016)."""
    # a power of 3 is ten times slower than two products
    inner = x * x
    inner *= np.float32(0.7978845608 * 0.044715)
    inner += np.float32(0.7978845608)
    inner *= x
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner
