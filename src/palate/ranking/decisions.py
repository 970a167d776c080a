"""Decisions: what a slate was chosen from and how, as a JSON document that is kept with its turn, and back.

From it the decision can be replayed to the bit, and it can be asked what any other ranker would have shown, and with
which probabilities.
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidInput
from palate.ranking.exploration import MEAN_ALONE, Exploration, propensities, slates_of
from palate.ranking.linear import LinearRanker
from palate.ranking.slate import Slate
from palate.values import Codes


@dataclass(frozen=True, slots=True)
class Policy:
    """Who decided: ``version`` of the models, None where nothing is trained; ``state``: how many observations the
    ranker had taken in by then, a number that only grows; ``segment``: which people this one was counted with.
    """

    version: str | None = None
    state: int = 0
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A slate as it was decided: ``names`` of f features; ``codes`` int32 [k], what was shown, in order;
    ``propensities`` float64 [k]: the chance of each at its place; ``weights`` float64 [f] by which it was ranked; the
    pool of n that it was chosen from: ``pool_codes`` int32 [n], ``pool_features`` float32 [n, f],
    ``pool_similarity`` float16 [n, n], 1 on its diagonal; ``candidates``: how many there were before the pool.
    """

    policy: Policy
    names: tuple[str, ...]
    codes: Codes
    propensities: NDArray[np.float64]
    weights: NDArray[np.float64]
    exploration: Exploration
    diversity: float
    candidates: int
    pool_codes: Codes
    pool_features: NDArray[np.float32]
    pool_similarity: NDArray[np.float16]

    @property
    def features(self) -> NDArray[np.float32]:
        """float32 [k, f] of what was shown."""
        return self.pool_features[self.rows]

    @property
    def rows(self) -> NDArray[np.intp]:
        """[k]: where in the pool what was shown stands."""
        order = np.argsort(self.pool_codes)
        return order[np.searchsorted(self.pool_codes, self.codes, sorter=order)]

    def of_ranker(
        self, ranker: LinearRanker, exploration: Exploration | None = None, diversity: float | None = None
    ) -> tuple[Codes, NDArray[np.float64]]:
        """(codes int32 [k], propensities float64 [k]): what ``ranker`` would have shown here, and how probable the
        *logged* items are under it at their places. ``exploration``: None for the ranker's mean alone.

        Weights that it has no name for count nothing; its own without a feature here neither.
        """
        here = aligned(ranker, self.names)
        trade_off = self.diversity if diversity is None else diversity
        weights, member = (exploration or MEAN_ALONE).ensemble(here)
        # the pool stands by the logged ranker's mean: ties go as in ``rank`` only where the means agree
        slates = slates_of(weights, self.pool_features, self.pool_similarity, len(self.codes), trade_off)
        return self.pool_codes[slates[member]], propensities(slates, self.rows)

    def document(self) -> dict[str, Any]:
        """The JSON document that ``of`` reads."""
        upper = np.triu_indices(len(self.pool_codes), 1)
        return {
            "policy": {
                "version": self.policy.version,
                "state": self.policy.state,
                "segment": self.policy.segment,
                "exploration": self.exploration.scale,
                "seed": self.exploration.seed,
                "diversity": self.diversity,
                "candidates": self.candidates,
            },
            "features": list(self.names),
            "codes": self.codes.tolist(),
            "values": self.features.tolist(),
            "propensities": self.propensities.tolist(),
            "weights": self.weights.tolist(),
            "pool": {
                "codes": _packed(self.pool_codes.astype("<i4")),
                "values": _packed(self.pool_features.astype("<f4")),
                "similarity": _packed(self.pool_similarity.astype("<f2")[upper]),
            },
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The decision of a document; InvalidInput where it is none (turns of older versions kept less)."""
        try:
            policy, pool = document["policy"], document["pool"]
            names = tuple(document["features"])
            codes = _unpacked(pool["codes"], "<i4").astype(np.int32)
            similarity = np.eye(len(codes), dtype=np.float16)
            upper = np.triu_indices(len(codes), 1)
            similarity[upper] = _unpacked(pool["similarity"], "<f2")
            similarity.T[upper] = similarity[upper]
            return cls(
                Policy(policy["version"], policy["state"], policy["segment"]),
                names,
                np.array(document["codes"], np.int32),
                np.array(document["propensities"], np.float64),
                np.array(document["weights"], np.float64),
                Exploration(policy["exploration"], policy["seed"]),
                policy["diversity"],
                policy["candidates"],
                codes,
                _unpacked(pool["values"], "<f4").astype(np.float32).reshape(len(codes), len(names)),
                similarity,
            )
        except (KeyError, TypeError, ValueError, zlib.error) as error:
            raise InvalidInput(
                f"this turn's log holds no decision that can be replayed ({error!r})"
            ) from None


def decision(slate: Slate, policy: Policy) -> Decision:
    """The decision that made a slate."""
    return Decision(
        policy,
        slate.names,
        slate.codes,
        slate.propensities,
        slate.weights,
        slate.exploration,
        slate.diversity,
        slate.pool.candidates,
        slate.pool.codes,
        slate.pool.features,
        slate.pool.similarity,
    )


def aligned(ranker: LinearRanker, names: tuple[str, ...]) -> LinearRanker:
    """The ranker over the features ``names``: 0, and sure of it, where it does not know one."""
    if names == ranker.names:
        return ranker
    place = {name: row for row, name in enumerate(ranker.names)}
    known = [row for row, name in enumerate(names) if name in place]
    theirs = [place[names[row]] for row in known]
    mean, covariance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    mean[known] = ranker.mean[theirs]
    covariance[np.ix_(known, known)] = ranker.covariance[np.ix_(theirs, theirs)]
    return LinearRanker(names, mean, covariance)


def _packed(array: NDArray[Any]) -> str:
    return base64.b64encode(zlib.compress(array.tobytes(), 1)).decode()


def _unpacked(text: str, kind: str) -> NDArray[Any]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), kind)
