"""A model of the reward for doubly robust estimates: ridge-penalised logistic regression, fitted across folds.

No round is predicted by a model that has seen it, so that the estimate keeps its variance and its bias small whatever
the model learns by heart (cross-fitting: Chernozhukov et al., Double/debiased machine learning, 2018).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from palate.errors import InvalidInput

FOLDS = 5
STRENGTH = 1.0
"""Of the ridge penalty: as if each coefficient had been seen to be 0 with variance 1."""
STEPS = 25
"""The most Newton steps; under ten are usual."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What could have been shown at each of n decisions: ``features`` sparse float [N, d], one row an item that
    the policy in question may put there, or that was shown; ``starts`` int64 [n + 1]: the rows of decision i
    are starts[i] to starts[i + 1]; ``targets`` float64 [N]: the policy's probabilities; ``shown`` int64 [n]:
    the row of the item that was.
    """

    features: sparse.csr_array
    starts: NDArray[np.int64]
    targets: NDArray[np.float64]
    shown: NDArray[np.int64]


def cross_fit(
    choices: Choices,
    rewards: NDArray[np.float64],
    rounds: NDArray[np.int64],
    seed: int = 0,
    strength: float = STRENGTH,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(predicted, expected), float64 [n] each: the model's word on what was shown at each decision, and the sum
    over the choices of the policy's probability times the model's word.

    ``rewards`` float64 [n] from 0 to 1, else InvalidInput; ``rounds`` int64 [n]: decisions of one round are in
    one fold.
    """
    if ((rewards < 0) | (rewards > 1)).any():
        raise InvalidInput("a logistic reward model needs rewards from 0 to 1; scale them")
    n_rounds = int(rounds.max()) + 1
    fold = (np.random.default_rng(seed).permutation(n_rounds) % min(FOLDS, max(2, n_rounds)))[rounds]
    shown = choices.features[choices.shown]
    predicted, expected = np.empty(len(rewards)), np.empty(len(rewards))
    of_row = np.repeat(fold, np.diff(choices.starts))
    chance = np.empty(len(choices.targets))
    for number in np.unique(fold):
        rest = fold != number
        intercept, weights = fit_logistic(shown[rest], rewards[rest], strength)
        rows = of_row == number
        chance[rows] = expit(intercept + choices.features[rows] @ weights)
        predicted[~rest] = chance[choices.shown[~rest]]
    sums = np.concatenate([[0.0], np.cumsum(choices.targets * chance)])
    expected[:] = sums[choices.starts[1:]] - sums[choices.starts[:-1]]
    return predicted, expected


def fit_logistic(
    features: sparse.csr_array, rewards: NDArray[np.float64], strength: float = STRENGTH
) -> tuple[float, NDArray[np.float64]]:
    """(intercept, weights float64 [d]) of a logistic regression with penalty strength / 2 |weights|^2, by
    Newton's method with halved steps (Hastie, Tibshirani and Friedman 2009, section 4.4.1). The intercept is
    not penalised; with rewards that are all alike it says what half a reward more, or less, would.
    """
    n, d = int(features.shape[0]), int(features.shape[1])  # pyright: ignore[reportOptionalSubscript]
    ones = sparse.csr_array(np.ones((n, 1)))
    design: Any = sparse.hstack([ones, features], format="csr")
    penalty = np.full(d + 1, strength)
    penalty[0] = 0
    mean = np.clip(rewards.mean(), 0.5 / n, 1 - 0.5 / n)
    beta = np.zeros(d + 1)
    beta[0] = np.log(mean / (1 - mean))
    if rewards.min() == rewards.max():
        return float(beta[0]), beta[1:]

    def loss(candidate: NDArray[np.float64]) -> float:
        logits = design @ candidate
        return float(np.logaddexp(0, logits).sum() - rewards @ logits + penalty @ np.square(candidate) / 2)

    now = loss(beta)
    for _ in range(STEPS):
        chance = expit(design @ beta)
        gradient = design.T @ (chance - rewards) + penalty * beta
        curvature = design.multiply((chance * (1 - chance))[:, np.newaxis]).tocsr()
        hessian = (design.T @ curvature).toarray() + np.diag(penalty + 1e-9)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while (then := loss(beta - size * step)) > now and size > 1e-4:
            size /= 2
        beta = beta - size * step
        if now - then < 1e-9 * max(1.0, abs(now)):
            break
        now = then
    return float(beta[0]), beta[1:]
