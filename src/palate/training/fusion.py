"""Fusion: the ranker's starting weights, learnt from the log.

The sources are fitted without the last events of some people, and asked for those. Candidates are the union
of each source's best, real ones only; people whose item no source proposed are left out, as forcing it in
would teach the ranker of items that it never meets. The features are those that serving has: a source's
scores divided by its largest for the person, or by a floor where even that is faint (FLOOR times what is
usual), so that a source that hardly knows a person says so. The weights are those that rank best
(palate.training.listwise), from several starts. How good they are is measured by people who were held out of a fit
of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from palate.errors import ModelError
from palate.recommenders.arrays import load_model, save_model
from palate.recommenders.base import Context, Recommender
from palate.recommenders.batch import score_many
from palate.recommenders.candidates import best, floored
from palate.recommenders.fused import scales
from palate.training.listwise import Choices, best_ranked, covariance, gains, likeliest
from palate.values import Codes, Mask

PER_SOURCE = 40
"""How many candidates a source proposes here."""
FLOOR = 3.0
"""Times the median of a source's largest scores; docs/decisions.md tells what else was tried."""
FOLDS = 3
LEAST_PEOPLE = 50
"""With fewer people whose item was among the candidates the hand-set weights stay."""
CLEAR = 2.0
"""Standard errors of a difference from which on it is called sure."""
SHARPNESS = (3.0, 30.0)
"""Weights, of features of unit spread, with which the best single source starts a fit of its own: the second tells
apart what lies close together, as the first places of a popularity do.
"""
BLOCK_SCORES = 4_000_000


@dataclass(frozen=True, slots=True)
class Fusion:
    """``weights`` of the sources' features, by name, as fitted, and the ``floors`` of those features;
    ``covariance`` float64 [s, s] of them; ``people`` fitted on; ``ndcg``: at 10, among the candidates, of each
    source alone and of the fusion on people held out; ``margin``: by how much the fusion is better there than the
    best single source, and the standard error of that; ``rescued``: of those whose item the best source has not
    among its first ten, the share for whom another has; ``observed``: the number of the last observation whose event
    was in the log.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    covariance: NDArray[np.float64]
    people: int
    ndcg: Mapping[str, float]
    margin: tuple[float, float]
    rescued: float
    floors: Mapping[str, float]
    observed: int = 0

    def by_name(self) -> dict[str, float]:
        """The weights by name."""
        return dict(zip(self.names, self.weights.tolist(), strict=True))

    def verdict(self) -> str:
        """What it is made of, and whether it is better than its best source alone, in a sentence or two."""
        total = self.weights.sum() or 1.0
        shares = sorted(self.by_name().items(), key=lambda one: -one[1])
        parts = ", ".join(
            f"{weight / total:.0%} {name}" for name, weight in shares if weight >= 0.005 * total
        )
        best = max(self.names, key=lambda name: self.ndcg[name])
        margin, error = self.margin
        surely = margin > CLEAR * error
        told = (
            f"the weights of the fusion: {parts}. For {self.people:,} people held out it is "
            f"{'' if surely else 'not surely '}better than {best} alone: NDCG@10 among the candidates "
            f"{self.ndcg['fusion']:.4f} and {self.ndcg[best]:.4f}, {margin:+.4f} ± {CLEAR * error:.4f}"
        )
        if surely:
            return told
        return (
            f"{told}; of the people whose item {best} has not among its first ten, another source has it for "
            f"{self.rescued:.0%}"
        )

    def facts(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "weights": {name: round(weight, 4) for name, weight in self.by_name().items()},
            "people": self.people,
            "ndcg@10": {name: round(value, 4) for name, value in self.ndcg.items()},
            "margin": [round(value, 4) for value in self.margin],
            "rescued": round(self.rescued, 4),
            "verdict": self.verdict(),
        }

    def save(self, folder: Path) -> None:
        """Write plain arrays and JSON into an existing, empty folder."""
        facts = {
            "names": list(self.names),
            "people": self.people,
            "ndcg": dict(self.ndcg),
            "margin": list(self.margin),
            "rescued": self.rescued,
            "floors": dict(self.floors),
            "observed": self.observed,
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
            margin, error = facts["margin"]
            return cls(
                tuple(facts["names"]),
                np.array(arrays["weights"]),
                np.array(arrays["covariance"]),
                facts["people"],
                facts["ndcg"],
                (margin, error),
                facts["rescued"],
                facts["floors"],
                int(facts.get("observed", 0)),  # versions of before had none
            )
        except (KeyError, ValueError, TypeError) as error:
            raise ModelError(
                f"the fusion in {str(folder)!r} is damaged ({error}); train again: palate train"
            ) from None


@dataclass(frozen=True, slots=True)
class Examples:
    """What the weights are fitted on: ``choices`` of p people by the sources' features, the ``floors``
    float64 [s] of those, and which of the people asked about they are, ``people`` int64 [p].
    """

    choices: Choices
    floors: NDArray[np.float64]
    people: NDArray[np.int64]


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
    raw = np.concatenate(features) if features else np.zeros((0, len(sources)))
    scaled = raw / np.repeat(divided, lengths, axis=0)
    choices = Choices(scaled, np.array(starts, np.int64), np.array(rows, np.int64))
    return Examples(choices, floors, np.array(people, np.int64))


def _floor(source: Recommender, largest: NDArray[np.float32], mask: Mask) -> float:
    """FLOOR times what its largest score usually is; 0 for a source that says the same to everyone."""
    said = largest[largest > 0]
    if not len(said) or source.score(Context(), mask).any():
        return 0.0
    return FLOOR * float(np.median(said))


def fit_fusion(names: Sequence[str], data: Examples, seed: int = 0) -> Fusion | None:
    """Fit the weights; None where there are fewer than LEAST_PEOPLE."""
    choices = data.choices
    people = len(choices)
    if people < LEAST_PEOPLE:
        return None
    spread = _spread(choices)
    choices = replace(choices, features=choices.features / spread)
    start = likeliest(choices)
    alone = np.stack([gains(choices, one) for one in np.eye(len(names))])
    ours = _held_out(choices, seed)
    first = int(alone.mean(axis=1).argmax())
    difference, missed = ours - alone[first], alone[first] == 0
    return Fusion(
        tuple(names),
        _best_ranked(choices, start) / spread,
        covariance(choices, start) / np.outer(spread, spread),
        people,
        {**dict(zip(names, alone.mean(axis=1).tolist(), strict=True)), "fusion": float(ours.mean())},
        (float(difference.mean()), float(difference.std() / np.sqrt(people))),
        float(alone[:, missed].any(axis=0).mean()) if missed.any() else 0.0,
        dict(zip(names, data.floors.tolist(), strict=True)),
    )


def held_out_gains(data: Examples, asked: int, seed: int = 0) -> NDArray[np.float64]:
    """NDCG at 10 among the candidates of each of the ``asked`` people, float64 [asked], by weights fitted on the other
    folds; 0 for those whose item no source proposed. None of it says anything with fewer than LEAST_PEOPLE.
    """
    found = np.zeros(asked)
    choices = data.choices
    if len(choices) >= LEAST_PEOPLE:
        found[data.people] = _held_out(replace(choices, features=choices.features / _spread(choices)), seed)
    return found


def _spread(choices: Choices) -> NDArray[np.float64]:
    """The features' standard deviations, float64 [s]; 1 for one that says nothing."""
    spread = choices.features.std(axis=0)
    return np.where(spread < 1e-9, 1.0, spread)


def _held_out(choices: Choices, seed: int) -> NDArray[np.float64]:
    """Each person's gain, float64 [p], by weights fitted on the other folds."""
    people = len(choices)
    fold = np.random.default_rng(seed).permutation(people) % FOLDS
    found = np.zeros(people)
    for number in range(FOLDS):
        rest, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        fitted = choices.of(rest)
        found[held] = gains(choices.of(held), _best_ranked(fitted, likeliest(fitted)))
    return found


def _best_ranked(choices: Choices, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights float64 [s] that ``best_ranked`` finds from ``start``. Where they are not surely better than the
    best single source, those with the highest gains of them, of what it finds from that source, and of that source
    alone: a smoothed NDCG has hills, and the one beside the start may be below a single source.
    """
    weights = best_ranked(choices, start)
    alone = np.eye(len(start))
    best = max(alone, key=lambda one: float(gains(choices, one).mean()))
    difference = gains(choices, weights) - gains(choices, best)
    if difference.mean() > CLEAR * difference.std() / np.sqrt(len(difference)):
        return weights
    found = [weights, *(best_ranked(choices, sharpness * best) for sharpness in SHARPNESS), best]
    return max(found, key=lambda one: float(gains(choices, one).mean()))
