"""The linear ranker: a score is a weighted sum of named features, so it explains itself exactly.

The weights are the mean of a Gaussian posterior. ``updated`` adds one observation by Bayesian linear
regression (Bishop, Pattern Recognition and Machine Learning, eq. 3.50 and 3.51, one row at a time by the
Sherman-Morrison identity). It knows neither items nor users.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidInput

PRIOR_VARIANCE = 0.25
"""How far a starting weight may be off: a standard deviation of a half, on features that lie in [-1, 1]."""

NOISE_VARIANCE = 1.0
"""A single reaction says little: its reward is 0 or 1 with wide noise."""


@dataclass(frozen=True, slots=True)
class LinearRanker:
    """Weights of f named features: ``mean`` float64 [f], ``covariance`` float64 [f, f]."""

    names: tuple[str, ...]
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def start(
        cls,
        names: Sequence[str],
        weights: Mapping[str, float],
        fitted: tuple[Sequence[str], NDArray[np.float64]] | None = None,
    ) -> Self:
        """A ranker that believes ``weights`` (0 where not named), each with PRIOR_VARIANCE.

        ``fitted``: names of weights that were fitted together, and their covariance float64 [m, m], whose
        shape is taken and whose size is made PRIOR_VARIANCE on average: the log knows which mixtures of
        sources do as well as each other, but it was no conversation.

        Raises InvalidInput where a weight is given for a feature that does not exist.
        """
        unknown = sorted(set(weights) - set(names))
        if unknown:
            raise InvalidInput(
                f"there is no ranker feature {unknown[0]!r}; the features are: {', '.join(names)}"
            )
        mean = np.array([weights.get(name, 0.0) for name in names], np.float64)
        covariance = np.eye(len(names)) * PRIOR_VARIANCE
        if fitted:
            kept = [row for row, name in enumerate(fitted[0]) if name in names]
            places = [names.index(fitted[0][row]) for row in kept]
            block = fitted[1][np.ix_(kept, kept)]
            covariance[np.ix_(places, places)] = block * (PRIOR_VARIANCE * len(kept) / np.trace(block))
        return cls(tuple(names), mean, covariance)

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """float64 [n, f] for features [n, f]: each feature's part of each score."""
        return features * self.mean

    def updated(self, features: NDArray[np.float32], reward: float) -> Self:
        """The ranker after one item with ``features`` [f] was shown and met with ``reward``."""
        x = features.astype(np.float64)
        gain = self.covariance @ x
        gain /= NOISE_VARIANCE + x @ gain
        mean = self.mean + gain * (reward - x @ self.mean)
        covariance = self.covariance - np.outer(gain, x @ self.covariance)
        # symmetric in exact arithmetic; kept so against rounding over many updates
        return type(self)(self.names, mean, (covariance + covariance.T) / 2)
