"""Text kNN: items whose texts share rare words with what the person did last.

The similarity is the inner product of the items' word vectors (``Interactions.content``), of each item the best
``neighbours`` are kept; score(j) = sum over the person's items i of weight_i * d^(items since i) * s_ij.
Beside ``content``, which compares meanings and the whole profile, it sees the same series, brand or shade,
and looks at the last steps most. It learns nothing from other people.

An item looks for its neighbours by its rarest words: those that all together lead to ``pairs`` other items at
most. The words left out are the commonest, which tell little apart and cost the square of the items that have
them; with them the cost of a catalogue would grow with the square of its size, without them it grows with its
size. (The plain cosine, all words counted, is ``pairs`` of no bound.)
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.recommenders.base import FitOptions, Forecast, Interactions
from palate.recommenders.sparse_rows import RecentRows, SparseRows, blocks, shape_of

BLOCK_PAIRS = 8_000_000
"""Pairs of items that are compared at a time."""


@dataclass(frozen=True, slots=True)
class TextKNNConfig:
    """``profile_decay`` is d of the module's docstring, ``pairs`` how many others an item is compared with."""

    neighbours: int = 200
    profile_decay: float = 0.7
    pairs: int = 2_000


class TextKNN(RecentRows[TextKNNConfig]):
    """See the module's docstring. ``rows``: the similarities, a row an item."""

    name: ClassVar[str] = "text_knn"
    config_type = TextKNNConfig

    @classmethod
    def forecast(cls, data: Interactions, options: FitOptions) -> Forecast:
        """See Forecasts: the word vectors twice, the pairs of a block, and what is kept."""
        if data.content is None:
            return Forecast(0)
        config = TextKNNConfig()
        pairs = float(_reach(data.content, _rarest(data.content, config.pairs)).sum())
        kept = min(pairs, float(config.neighbours) * data.n_items)
        return Forecast(
            megabytes=(30 * data.content.nnz + 40 * min(pairs, BLOCK_PAIRS) + 16 * kept) / 1e6 + 50,
            kept=8 * kept / 1e6,
            pairs=pairs,
        )

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions, config: TextKNNConfig | None = None) -> Self:
        """Compare all items that have words; without ``data.content`` there is nothing to say."""
        config = config or TextKNNConfig()
        content = data.content
        if content is None:
            content = sparse.csr_array((data.n_items, 1), dtype=np.float32)
        looked_for = _rarest(content, config.pairs)
        having = content.T.tocsr()
        found: list[SparseRows] = []
        for start, end in blocks(_reach(content, looked_for), BLOCK_PAIRS):
            similar = looked_for[start:end] @ having
            similar.data[
                similar.indices - start == np.repeat(np.arange(end - start), np.diff(similar.indptr))
            ] = 0
            found.append(SparseRows.best_of_sparse(similar, config.neighbours))
        return cls(SparseRows.stacked(found, data.n_items), config)


def _rarest(content: sparse.csr_array, pairs: int) -> sparse.csr_array:
    """``content`` with only those words of each item that lead to ``pairs`` items in all, the rarest first."""
    items = np.repeat(np.arange(shape_of(content)[0]), np.diff(content.indptr))
    having = np.bincount(content.indices)[content.indices]
    order = np.lexsort((having, items))
    led = np.cumsum(having[order])
    before = np.concatenate(([0], led))[content.indptr[items]]
    kept = np.zeros(content.nnz, np.bool_)
    kept[order] = led - before <= pairs
    indptr = np.concatenate(([0], np.cumsum(kept)))[content.indptr]
    return sparse.csr_array((content.data[kept], content.indices[kept], indptr), shape=content.shape)


def _reach(content: sparse.csr_array, looked_for: sparse.csr_array) -> NDArray[np.int64]:
    """How many products each row of ``looked_for`` takes with all of ``content``, int64 [n]."""
    having = np.bincount(content.indices)[looked_for.indices]
    return np.diff(np.concatenate(([0], np.cumsum(having)))[looked_for.indptr])
