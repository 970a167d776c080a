"""Policies to be judged or tried out: the shop's ranker with some weights edited, or that of another model version.

A file is TOML; what it does not name stays as the shop has it:

    exploration = 0.0
    diversity = 0.25
    [weights]
    lexical = 2.5
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from scipy import sparse

from palate.errors import InvalidInput
from palate.evaluation.off_policy import Decisions
from palate.evaluation.reward_model import Choices, cross_fit
from palate.evaluation.turn_log import LoggedTurn
from palate.ranking.decisions import Decision, aligned
from palate.ranking.exploration import Exploration, propensities, slates_of
from palate.ranking.features import starting_weights
from palate.ranking.linear import LinearRanker
from palate.training.fusion import Fusion
from palate.training.versions import Versions

LEAST_TURNS = 10
"""With fewer turns than this there is nothing to fit a reward model on, and nothing to say."""


class PolicyEdit(BaseModel):
    """What a policy changes about the shop's: ``weights`` of ranker features by name, ``diversity`` and
    ``exploration`` as in the settings; or ``version``, another model version.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: dict[str, float] = Field(default={})
    diversity: float | None = Field(default=None, ge=0, le=1)
    exploration: float | None = Field(default=None, ge=0)
    version: str | None = None

    @classmethod
    def read(cls, policy: str, versions: Iterable[str]) -> Self:
        """From a TOML file, or the name of one of the ``versions``. Raises InvalidInput where it is neither."""
        known = list(versions)
        if policy in known:
            return cls(version=policy)
        path = Path(policy)
        if not path.is_file():
            raise InvalidInput(
                f"the policy {policy!r} is neither a file nor a model version; the versions are: "
                f"{', '.join(known) or 'none'}"
            )
        try:
            edit = cls(**tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InvalidInput(f"the policy {policy!r} cannot be read as TOML: {error}") from None
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise InvalidInput(
                f"{name!r} in the policy {policy!r} is wrong: {first['msg']} (got {first['input']!r})"
            ) from None
        if not np.isfinite(list(edit.weights.values())).all():
            raise InvalidInput(f"the policy {policy!r} has a weight that is no finite number")
        if edit.version is not None and edit.version not in known:
            raise InvalidInput(
                f"the policy {policy!r} names the version {edit.version!r}; the versions are: {', '.join(known)}"
            )
        return edit

    def ranking(
        self, present: LinearRanker, versions: Versions, set_weights: Mapping[str, float]
    ) -> "Ranking":
        """The policy: ``present``, or the starting weights of its version with ``set_weights`` of the settings in
        place of theirs, with this edit's own weights. Raises ModelError where the version is damaged.
        """
        ranker = present
        if self.version is not None:
            kept = versions.check(self.version).folder / "fusion"
            fusion = Fusion.load(kept) if kept.is_dir() else None  # none where the log was small
            names = tuple(dict.fromkeys((*present.names, *(fusion.names if fusion else ()))))
            weights = starting_weights(names, fusion.by_name() if fusion else None)
            fitted = (fusion.names, fusion.covariance) if fusion else None
            ranker = LinearRanker.start(names, {**weights, **set_weights}, fitted)
        return Ranking(ranker, self.exploration or 0.0, self.diversity).edited(self.weights)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A policy ready to be asked: its ranker, and how it explores and spreads (None: as the log did)."""

    ranker: LinearRanker
    exploration: float = 0.0
    diversity: float | None = None

    def edited(self, weights: Mapping[str, float]) -> Self:
        """With some weights in place of its own; InvalidInput where there is no such feature."""
        names = self.ranker.names
        unknown = sorted(set(weights) - set(names))
        if unknown:
            raise InvalidInput(
                f"there is no ranker feature {unknown[0]!r}; the features are: {', '.join(names)}"
            )
        return replace(self, ranker=self.ranker.with_weights(weights))

    def slates(self, decision: Decision) -> NDArray[np.intp]:
        """[members, k], rows of the pool: what each member of its ensemble would have shown at a decision."""
        weights, _ = Exploration(self.exploration, decision.exploration.seed).ensemble(
            aligned(self.ranker, decision.names)
        )
        diversity = decision.diversity if self.diversity is None else self.diversity
        k = len(decision.codes)
        return slates_of(weights, decision.pool_features, decision.pool_similarity, k, diversity)


def decisions_of(turns: Iterable[LoggedTurn], policy: Ranking, seed: int = 0) -> Decisions:
    """What the shop's log says of a policy: a decision for each item shown, a round for each list.

    The policy chooses from the same pool as the one that served did. Raises InvalidInput where fewer than
    LEAST_TURNS lists were logged so that they can be replayed.
    """
    logged: list[tuple[Decision, NDArray[np.float64]]] = []
    for turn in turns:
        if turn.slate is None or not len(turn.rewards):
            continue
        try:
            logged.append((Decision.of(turn.slate), turn.rewards))
        except InvalidInput:  # logged by an older palate
            continue
    if len(logged) < LEAST_TURNS:
        raise InvalidInput(
            f"the log has {len(logged)} lists that can be replayed; {LEAST_TURNS} are needed. Lists shown in a "
            "conversation are logged"
        )
    column = {name: row for row, name in enumerate(dict.fromkeys(n for one, _ in logged for n in one.names))}
    features: list[NDArray[np.float64]] = []
    targets: list[NDArray[np.float64]] = []
    sizes: list[int] = []
    shown: list[int] = []
    weights: list[NDArray[np.float64]] = []
    for decision, _ in logged:
        slates, rows = policy.slates(decision), decision.rows
        weights.append(propensities(slates, rows))
        columns = [column[name] for name in decision.names]
        for place, row in enumerate(rows.tolist()):
            choices, counts = np.unique(np.append(slates[:, place], row), return_counts=True)
            at = int(np.searchsorted(choices, row))
            counts[at] -= 1  # what was shown is among the choices, however improbable
            block = np.zeros((len(choices), len(column) + 1))
            block[:, columns] = decision.pool_features[choices]
            block[:, -1] = -np.log1p(place)
            shown.append(at)
            features.append(block)
            targets.append(counts / len(slates))
            sizes.append(len(choices))
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    rewards = np.concatenate([one for _, one in logged])
    rounds = np.repeat(np.arange(len(logged)), [len(one) for _, one in logged])
    all_choices = Choices(
        sparse.csr_array(np.concatenate(features)),
        starts,
        np.concatenate(targets),
        starts[:-1] + np.array(shown, np.int64),
    )
    predicted, expected = cross_fit(all_choices, rewards, rounds, seed)
    return Decisions(
        rewards,
        np.concatenate([one.propensities for one, _ in logged]),
        np.concatenate(weights),
        rounds,
        predicted,
        expected,
    )
