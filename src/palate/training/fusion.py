"""Fusion: the ranker's starting weights, learnt from the log.

The sources are fitted without the last events of some people, and asked for those. Candidates are the union
of each source's best, real ones only; people whose item no source proposed are left out, as forcing it in
would teach the ranker of items that it never meets. The features are those that serving has: a source's
scores divided by its largest for the person, or by a floor where even that is faint (FLOOR times what is
usual), so that a source that hardly knows a person says so. The weights maximise

    sum over people of log softmax(score of the item that came, among the candidates) - 1/2 strength |w|^2

over standardised features, none negative: collinear sources would take opposite signs, and a score could no
longer be read as a sum of reasons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from palate.errors import ModelError
from palate.recommenders.arrays import load_model, save_model
from palate.recommenders.base import Context, Recommender
from palate.recommenders.batch import score_many
from palate.recommenders.candidates import best, floored
from palate.recommenders.fused import scales
from palate.values import Codes, Mask

PER_SOURCE = 40
"""How many candidates a source proposes here."""
FLOOR = 3.0
"""Times the median of a source's largest scores; docs/decisions.md tells what else was tried."""
STRENGTHS = (1.0, 5.0, 20.0, 80.0)
"""Regularisations tried on people held out of the fit."""
FOLDS = 4
LEAST_PEOPLE = 100
"""With fewer people whose item was among the candidates the hand-set weights stay."""
BLOCK_SCORES = 4_000_000


@dataclass(frozen=True, slots=True)
class Fusion:
    """``weights`` of the sources' features, by name, as fitted, and the ``floors`` of those features;
    ``covariance`` float64 [s, s] of them, the Laplace approximation (the inverse Hessian); ``strength``: the
    regularisation chosen; ``people`` fitted on; ``likelihood``: the mean log-likelihood of people held out, by what
    was tried: each source alone (scaled at best) and the fusion.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    covariance: NDArray[np.float64]
    strength: float
    people: int
    likelihood: Mapping[str, float]
    floors: Mapping[str, float]

    def by_name(self) -> dict[str, float]:
        """The weights by name."""
        return dict(zip(self.names, self.weights.tolist(), strict=True))

    def facts(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "weights": {name: round(weight, 4) for name, weight in self.by_name().items()},
            "strength": self.strength,
            "people": self.people,
            "likelihood": {name: round(value, 4) for name, value in self.likelihood.items()},
        }

    def save(self, folder: Path) -> None:
        """Write plain arrays and JSON into an existing, empty folder."""
        facts = {
            "names": list(self.names),
            "strength": self.strength,
            "people": self.people,
            "likelihood": dict(self.likelihood),
            "floors": dict(self.floors),
        }
        save_model(folder, facts, {"weights": self.weights, "covariance": self.covariance})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What ``save`` wrote; ModelError where it is missing or damaged."""
        facts, arrays = load_model(folder, dict, ("weights", "covariance"))
        try:
            size = len(facts["names"])
            if arrays["weights"].shape != (size,) or arrays["covariance"].shape != (size, size):
                raise ValueError("its arrays do not fit its names")
            return cls(
                tuple(facts["names"]),
                np.array(arrays["weights"]),
                np.array(arrays["covariance"]),
                facts["strength"],
                facts["people"],
                facts["likelihood"],
                facts["floors"],
            )
        except (KeyError, ValueError, TypeError) as error:
            raise ModelError(
                f"the fusion in {str(folder)!r} is damaged ({error}); train again: palate train"
            ) from None


@dataclass(frozen=True, slots=True)
class Examples:
    """Candidates of p people, one after the other: ``features`` float64 [n, s]; ``starts`` int64 [p]: each
    person's first row; ``targets`` int64 [p]: the row of the item that came; ``floors`` float64 [s].
    """

    features: NDArray[np.float64]
    starts: NDArray[np.int64]
    targets: NDArray[np.int64]
    floors: NDArray[np.float64]

    def of(self, people: NDArray[np.intp]) -> "Examples":
        """Those of some people."""
        ends = np.append(self.starts[1:], len(self.features))
        lengths = ends[people] - self.starts[people]
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int64)
        rows = np.arange(lengths.sum()) + np.repeat(self.starts[people] - starts, lengths)
        return Examples(
            self.features[rows], starts, starts + self.targets[people] - self.starts[people], self.floors
        )


def examples(
    sources: Sequence[Recommender], contexts: Sequence[Context], targets: Codes, allowed: Codes
) -> Examples:
    """The candidates and features of people with ``contexts``, whose next items were ``targets`` int32 [n].

    ``allowed`` int32, ascending: the items that may come; those of the context may not.
    """
    mask = Mask(allowed)
    features: list[NDArray[np.float64]] = []
    largest: list[NDArray[np.float32]] = []
    starts: list[int] = []
    rows: list[int] = []
    people: list[int] = []
    total = 0
    step = max(1, BLOCK_SCORES // max(1, len(allowed)))
    for first in range(0, len(contexts), step):
        block = contexts[first : first + step]
        scored = [score_many(source, block, mask) for source in sources]
        scale = np.concatenate([scales(scores, block, mask) for scores in scored], axis=1)
        largest.append(scale)
        for row, context in enumerate(block):
            place = int(np.searchsorted(allowed, targets[first + row]))
            seen = np.isin(allowed, context.items)
            chosen = np.zeros(len(allowed), np.bool_)
            for scores in scored:
                chosen[best(np.where(seen, 0, scores[row]), PER_SOURCE)] = True
            if place == len(allowed) or allowed[place] != targets[first + row] or not chosen[place]:
                continue
            candidates = np.flatnonzero(chosen)
            features.append(
                np.stack([scores[row, candidates] for scores in scored], axis=1).astype(np.float64)
            )
            people.append(first + row)
            starts.append(total)
            rows.append(total + int(np.searchsorted(candidates, place)))
            total += len(candidates)
    every = np.concatenate(largest) if largest else np.zeros((0, len(sources)), np.float32)
    floors = np.array([_floor(source, column, mask) for source, column in zip(sources, every.T, strict=True)])
    divided = floored(every[people], floors.astype(np.float32)).astype(np.float64)
    lengths = np.diff([*starts, total])
    return Examples(
        (np.concatenate(features) if features else np.zeros((0, len(sources))))
        / np.repeat(divided, lengths, axis=0),
        np.array(starts, np.int64),
        np.array(rows, np.int64),
        floors,
    )


def _floor(source: Recommender, largest: NDArray[np.float32], mask: Mask) -> float:
    """FLOOR times what its largest score usually is; 0 for a source that says the same to everyone."""
    said = largest[largest > 0]
    if not len(said) or source.score(Context(), mask).any():
        return 0.0
    return FLOOR * float(np.median(said))


def fit_fusion(names: Sequence[str], data: Examples, seed: int = 0) -> Fusion | None:
    """Fit the weights; None where there are fewer than LEAST_PEOPLE."""
    people = len(data.starts)
    if people < LEAST_PEOPLE:
        return None
    spread = data.features.std(axis=0)
    spread[spread < 1e-9] = 1.0
    data = replace(data, features=data.features / spread)
    fold = np.random.default_rng(seed).permutation(people) % FOLDS
    parts = [
        (data.of(np.flatnonzero(fold != number)), data.of(np.flatnonzero(fold == number)))
        for number in range(FOLDS)
    ]

    def held_out(columns: Sequence[int], strength: float) -> float:
        return float(
            np.mean([_mean_likelihood(rest, _fit(fitted, columns, strength)) for fitted, rest in parts])
        )

    every = range(len(names))
    tried = {strength: held_out(every, strength) for strength in STRENGTHS}
    strength = max(tried, key=lambda one: tried[one])
    likelihood = {name: held_out([column], STRENGTHS[0]) for column, name in enumerate(names)}
    likelihood["fusion"] = tried[strength]
    weights = _fit(data, every, strength)
    hessian = _hessian(data, weights) + strength * np.eye(len(names))
    covariance = np.linalg.inv(hessian) / np.outer(spread, spread)
    floors = dict(zip(names, data.floors.tolist(), strict=True))
    return Fusion(tuple(names), weights / spread, covariance, strength, people, likelihood, floors)


def _fit(data: Examples, columns: Sequence[int], strength: float) -> NDArray[np.float64]:
    """float64 [s], 0 but for ``columns``."""
    chosen = list(columns)
    features = data.features[:, chosen]
    at_targets = features[data.targets].sum(axis=0)

    def objective(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = features @ weights
        log_total, chances = _softmax(scores, data.starts)
        value = log_total.sum() - scores[data.targets].sum() + strength / 2 * weights @ weights
        return float(value), chances @ features - at_targets + strength * weights

    found: Any = minimize(
        objective,
        np.full(len(chosen), 1.0 / len(chosen)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * len(chosen),
    )
    weights = np.zeros(data.features.shape[1])
    weights[chosen] = found.x
    return weights


def _softmax(
    scores: NDArray[np.float64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(log of each person's total, float64 [p]; each candidate's probability, float64 [n])."""
    lengths = np.diff(np.append(starts, len(scores)))
    top = np.maximum.reduceat(scores, starts)
    raised = np.exp(scores - np.repeat(top, lengths))
    totals = np.add.reduceat(raised, starts)
    return np.log(totals) + top, raised / np.repeat(totals, lengths)


def _mean_likelihood(data: Examples, weights: NDArray[np.float64]) -> float:
    scores = data.features @ weights
    return float((scores[data.targets] - _softmax(scores, data.starts)[0]).mean())


def _hessian(data: Examples, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the negative log-likelihood: the sum of the covariances of the features under each softmax."""
    _, chances = _softmax(data.features @ weights, data.starts)
    weighted = data.features * chances[:, None]
    means = np.add.reduceat(weighted, data.starts, axis=0)
    return data.features.T @ weighted - means.T @ means
