"""A test that may be looked at at any time: confidence sequences for the difference of two arms.

A confidence sequence is an interval for every n that covers the truth at *all* n at once with the probability
1 - alpha: one may look after every person, and stop as soon as it excludes 0, without more false alarms than alpha.
It is the mixture sequential probability ratio test turned round (Robbins 1970; Johari, Pekelis and Walsh, Always Valid
Inference, 2015), here in its asymptotic form, which asks nothing of the distribution but a variance:

    mean_n +- s_n sqrt(2 (n rho^2 + 1) / (n^2 rho^2) log(sqrt(n rho^2 + 1) / alpha))

(Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform Central Limit Theory and Asymptotic Confidence Sequences,
Annals of Statistics 2024, theorem 2.2). rho is chosen for the n at which it is to be narrowest.

The values are one per person, in the order in which they were settled: the doubly robust score of the difference
between the arms, whose mean is the difference whatever is predicted, and whose variance shrinks with good predictions
(the same paper, section 3). Predicted is the mean of those before of the same arm.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NARROWEST_AT = 1_000
"""The number of people at which the sequence is narrowest."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """``means`` and ``halves`` float64 [n]: after each person, the difference (treatment - control) and half the
    width of its interval; infinite before there are two people in each arm, and while all values are alike.
    """

    means: NDArray[np.float64]
    halves: NDArray[np.float64]

    @property
    def last(self) -> tuple[float, float, float]:
        """(difference, low, high) now; NaN and infinities without anybody."""
        if not len(self.means):
            return float("nan"), float("-inf"), float("inf")
        mean, half = float(self.means[-1]), float(self.halves[-1])
        return mean, mean - half, mean + half


def scores(treated: NDArray[np.bool_], values: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """float64 [n]: each person's doubly robust score of the difference; ``share``: the chance of being treated."""

    def before(arm: NDArray[np.bool_]) -> NDArray[np.float64]:
        counts = np.cumsum(arm) - arm
        sums = np.cumsum(values * arm) - values * arm
        return sums / np.maximum(counts, 1)

    one, other = before(treated), before(~treated)
    return np.where(treated, (values - one) / share, -(values - other) / (1 - share)) + one - other


def confidence_sequence(
    treated: NDArray[np.bool_],
    values: NDArray[np.float64],
    share: float,
    alpha: float = 0.05,
    narrowest_at: int = NARROWEST_AT,
) -> Sequence:
    """The difference of means between the arms after each of n people; arrays [n] in the order settled."""
    n = np.arange(1, len(values) + 1, dtype=np.float64)
    score = scores(treated, values, share)
    means = np.cumsum(score) / n
    variances = np.maximum(np.cumsum(score**2) / n - means**2, 0) * n / np.maximum(n - 1, 1)
    log_alpha = -2 * np.log(alpha)
    rho2 = (log_alpha + np.log(log_alpha + 1)) / narrowest_at
    halves = np.sqrt(variances * 2 * (n * rho2 + 1) / (n**2 * rho2) * np.log(np.sqrt(n * rho2 + 1) / alpha))
    few = np.minimum(np.cumsum(treated), np.cumsum(~treated)) < 2
    few |= variances == 0  # all alike so far: their spread is not known yet, and that is not to be sure
    return Sequence(means, np.where(few, np.inf, halves))
