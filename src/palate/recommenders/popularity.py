"""Popularity: what many people liked of late. The same for everyone, hence the last resort for a new
person.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.arrays import gather, load_model, save_model
from palate.recommenders.base import Context, FitOptions, Interactions
from palate.values import Mask, Scores

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class PopularityConfig:
    """``half_life_days``: after how many days an event counts half; it has no effect on ordinal logs."""

    half_life_days: float = 90.0


class Popularity:
    """log(1 + n) scaled to [0, 1], n being the decayed sum of the item's positive weights over all people."""

    name: ClassVar[str] = "popularity"

    def __init__(self, scores: Scores, config: PopularityConfig) -> None:
        """``scores`` float32 [n_items], by code."""
        self.scores = scores
        self.config = config

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions, config: PopularityConfig | None = None) -> Self:
        """Count; ages are taken from the log's last event."""
        config = config or PopularityConfig()
        weights = np.maximum(data.weights, 0).astype(np.float64)
        if not data.ordinal and len(weights):
            ages = (data.timestamps.max() - data.timestamps) / DAY
            weights *= 0.5 ** (ages / config.half_life_days)
        counts = np.log1p(np.bincount(data.items, weights, minlength=data.n_items))
        peak = counts.max(initial=0.0)
        return cls((counts / peak if peak > 0 else counts).astype(np.float32), config)

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender; the context makes no difference."""
        return gather(self.scores, mask.codes)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        return np.tile(gather(self.scores, mask.codes), (len(contexts), 1))

    def save(self, folder: Path) -> None:
        """See Trainable."""
        save_model(folder, asdict(self.config), {"scores": self.scores})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See Trainable."""
        config, arrays = load_model(folder, PopularityConfig, ("scores",))
        return cls(arrays["scores"], config)
