"""The linear ranker: a score is a weighted sum of named features, so it explains itself exactly.

The weights are the mean of a Gaussian posterior. ``updated`` adds one observation by Bayesian logistic regression:
an observation speaks of one direction of the weights only, so the mode of the new posterior is found exactly, on a
line, and its curvature there is the rank-one update of the covariance (Laplace's approximation one row at a time:
Spiegelhalter and Lauritzen, Networks 20 (1990); Bishop, Pattern Recognition and Machine Learning, section 4.5).
``draws`` is what Thompson sampling needs of it (Chapelle and Li, NIPS 2011). It knows neither items nor users.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidInput

PRIOR_VARIANCE = 0.25
"""How far a starting weight may be off: a standard deviation of a half, on features that lie in [-1, 1]."""

NEWTON_STEPS = 25
"""The most steps to the mode of an observation; three or four are usual."""


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

    def with_weights(self, weights: Mapping[str, float]) -> "LinearRanker":
        """With some weights in place of its own, and its own covariance; names that it does not know are left out."""
        mean = np.array([weights.get(name, value) for name, value in zip(self.names, self.mean, strict=True)])
        return LinearRanker(self.names, mean.astype(np.float64), self.covariance)

    def draws(self, rng: np.random.Generator, n: int, scale: float = 1.0) -> NDArray[np.float64]:
        """float64 [n, f]: weights drawn from the posterior, its standard deviations multiplied by ``scale``."""
        values, axes = np.linalg.eigh(self.covariance)
        root = axes * np.sqrt(np.maximum(values, 0)) * scale
        return self.mean + rng.standard_normal((n, len(self.names))) @ root.T

    def sampled(self, rng: np.random.Generator, scale: float = 1.0) -> Self:
        """The ranker whose weights are one draw: what Thompson sampling ranks by."""
        return type(self)(self.names, self.draws(rng, 1, scale)[0], self.covariance)

    def bounded(self, most: Mapping[str, float]) -> Self:
        """The ranker in which these features weigh from 0 to ``most`` at the highest, and no draw moves them."""
        rows = [row for row, name in enumerate(self.names) if name in most]
        if not rows:
            return self
        mean, covariance = self.mean.copy(), self.covariance.copy()
        mean[rows] = np.clip(mean[rows], 0, [most[self.names[row]] for row in rows])
        covariance[rows, :] = 0
        covariance[:, rows] = 0
        return type(self)(self.names, mean, covariance)

    def updated(
        self, features: NDArray[np.floating[Any]], reward: float, *, weight: float = 1.0, offset: float = 0.0
    ) -> Self:
        """The ranker after something with ``features`` [f] was met with ``reward``, from 0 to 1, where the chance
        of 1 is taken to be sigmoid(features @ weights + ``offset``); ``weight``: how many such observations
        this one counts for.

        Features that all who are compared share cannot tell them apart: give differences, or one feature that is
        always 1.
        """
        x = features.astype(np.float64)
        along = self.covariance @ x
        step, curvature = logistic_step(float(x @ self.mean) + offset, float(x @ along), reward, weight)
        mean = self.mean + along * step
        shrinkage = curvature / (1 + curvature * float(x @ along))
        return type(self)(self.names, mean, self.covariance - np.outer(along * shrinkage, along))


def logistic_step(logit: float, variance: float, reward: float, weight: float) -> tuple[float, float]:
    """(t, h) of an observation whose logit is believed to be ``logit``, with ``variance``: the mode of the logit
    moves by ``variance`` * t, and the log-likelihood has the curvature h there.

    t solves t = weight * (reward - sigmoid(logit + variance * t)), whose right side falls as t grows: Newton's
    method, kept between the bounds that reward and weight set.
    """
    low, high = weight * (reward - 1), weight * reward
    t = 0.0
    chance = 0.5
    for _ in range(NEWTON_STEPS):
        chance = sigmoid(logit + variance * t)
        slope = weight * chance * (1 - chance)
        error = t - weight * (reward - chance)
        if error > 0:
            high = t
        else:
            low = t
        following = t - error / (1 + variance * slope)
        if not low <= following <= high:
            following = (low + high) / 2
        if abs(following - t) < 1e-10:
            break
        t = following
    return t, weight * chance * (1 - chance)


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), whatever the size of x."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    raised = math.exp(x)
    return raised / (1 + raised)
