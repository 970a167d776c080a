"""Text kNN: items whose texts share rare words with what the person did last.

The similarity is the cosine of the items' word vectors (``Interactions.content``), of each item the best
``neighbours`` are kept; score(j) = sum over the person's items i of weight_i * d^(items since i) * s_ij.
Beside ``content``, which compares meanings and the whole profile, it sees the same series, brand or shade,
and looks at the last steps most. It learns nothing from other people.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from scipy import sparse

from palate.recommenders.base import FitOptions, Forecast, Interactions
from palate.recommenders.sparse_rows import RecentRows, SparseRows

BLOCK = 512
"""Items whose similarities to all others are made at a time."""


@dataclass(frozen=True, slots=True)
class TextKNNConfig:
    """``profile_decay`` is d of the module's docstring."""

    neighbours: int = 200
    profile_decay: float = 0.7


class TextKNN(RecentRows[TextKNNConfig]):
    """See the module's docstring. ``rows``: the similarities, a row an item."""

    name: ClassVar[str] = "text_knn"
    config_type = TextKNNConfig

    @classmethod
    def forecast(cls, data: Interactions) -> Forecast:
        """See Forecasts: the similarities of a block, and what is kept."""
        items = float(data.n_items)
        kept = min(items, TextKNNConfig().neighbours) * items
        if data.content is None:
            return Forecast(0)
        # each word costs the square of the items that have it
        counts = np.bincount(data.content.indices).astype(np.float64)
        pairs = float((counts**2).sum())
        return Forecast(megabytes=(16 * BLOCK * items + 16 * kept) / 1e6 + 50, operations=100 * pairs)

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions, config: TextKNNConfig | None = None) -> Self:
        """Compare all items that have words; without ``data.content`` there is nothing to say."""
        config = config or TextKNNConfig()
        content = data.content
        if content is None:
            content = sparse.csr_array((data.n_items, 1), dtype=np.float32)
        columns = np.arange(data.n_items, dtype=np.int32)
        others = content.T.tocsr()
        blocks: list[SparseRows] = []
        for start in range(0, data.n_items, BLOCK):
            similar = (content[start : start + BLOCK] @ others).toarray()
            rows = np.arange(len(similar))
            similar[rows, start + rows] = 0
            blocks.append(SparseRows.best_of(similar, config.neighbours, columns, data.n_items))
        return cls(SparseRows.stacked(blocks, data.n_items), config)
