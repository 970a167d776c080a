"""Experiments: two policies side by side, each person always with the same one, and which of them is better.

Who is in which arm follows from his pseudonym and the experiment's salt alone: the same on every worker, at every
visit, and unlike in any other experiment. A person counts once, when his window is over (some hours from the first list
that he is shown in the experiment): by the share of his lists in it that earned something, each weighed by how much
(turn_log.py). So no outcome changes after it was counted, which the sequential test (sequential.py) asks for.

Guardrails have sequences of their own: the seconds of a turn, and the share of turns with a complaint.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from palate.evaluation.policies import PolicyEdit
from palate.evaluation.sequential import Sequence, confidence_sequence
from palate.evaluation.turn_log import LoggedTurn

CONTROL, TREATMENT = "control", "treatment"
Arm = Literal["control", "treatment"]
ALPHA = 0.05
BROKEN_BEYOND = 4.0
"""Standard deviations: if the arms' sizes differ by more than chance allows, so may the people in them."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """``treatment``: what it changes about the shop, beside which the shop as it stands is the control; ``share`` of
    the people who get it; ``hours`` of a person's window; ``started`` and ``stopped``: epoch seconds, None while
    it runs.
    """

    name: str
    salt: str
    treatment: PolicyEdit
    share: float
    hours: float
    started: float
    stopped: float | None = None

    def arm_of(self, user: str) -> Arm:
        """The arm of a person, by his pseudonym."""
        drawn = blake2b(user.encode(), key=self.salt.encode(), digest_size=8).digest()
        return TREATMENT if int.from_bytes(drawn, "big") < self.share * 2**64 else CONTROL

    def stop(self, now: float) -> Self:
        """The experiment, over."""
        return replace(self, stopped=now)

    def document(self) -> dict[str, Any]:
        """The JSON document that ``of`` reads."""
        return {**asdict(self), "treatment": self.treatment.model_dump(exclude_defaults=True)}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The experiment of a document."""
        fields: dict[str, Any] = {**document, "treatment": PolicyEdit(**document["treatment"])}
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class People:
    """n people in the order in which their windows closed: ``treated`` bool [n]; ``rewards`` float64 [n], 0 to 1;
    ``seconds`` float64 [n] of their turns; ``complaints`` float64 [n], 0 to 1. ``waiting``: people whose windows
    are still open.
    """

    treated: NDArray[np.bool_]
    rewards: NDArray[np.float64]
    seconds: NDArray[np.float64]
    complaints: NDArray[np.float64]
    waiting: int


def people_of(turns: Iterable[LoggedTurn], experiment: Experiment, now: float) -> People:
    """The people of an experiment, as far as their windows were over at ``now`` (epoch seconds); ``turns`` oldest
    first. A window that was open when the experiment stopped is not counted.
    """
    by_person: dict[str, list[LoggedTurn]] = {}
    for turn in turns:
        if turn.user is None or turn.arm is None or turn.arm[0] != experiment.name:
            continue
        if turn.user in by_person or turn.slate is not None:
            by_person.setdefault(turn.user, []).append(turn)
    window = experiment.hours * 3600
    until = min(now, experiment.stopped or now)
    rows: list[tuple[float, bool, float, float, float]] = []
    for visits in by_person.values():
        closes = visits[0].created_at + window
        if closes > until:
            continue
        within = [turn.until(closes) for turn in visits if turn.created_at <= closes]
        lists = [min(1.0, float(turn.rewards.sum())) for turn in within if turn.slate is not None]
        seconds = [turn.seconds for turn in within if turn.seconds is not None]
        rows.append(
            (
                closes,
                visits[0].arm == (experiment.name, TREATMENT),
                float(np.mean(lists)),
                float(np.mean(seconds)) if seconds else 0.0,
                float(np.mean([turn.complaint for turn in within])),
            )
        )
    rows.sort(key=lambda row: row[0])
    columns = np.array(rows, np.float64).reshape(-1, 5).T
    return People(columns[1].astype(np.bool_), columns[2], columns[3], columns[4], len(by_person) - len(rows))


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of both arms: their means, and the sequence of the difference."""

    name: str
    control: float
    treatment: float
    sequence: Sequence


@dataclass(frozen=True, slots=True)
class Standing:
    """How an experiment stands: ``counts`` of people (control, treatment); ``rewards`` decides, ``guardrails``
    forbid: those of them that are ``broken``, by name. ``balanced``: whether the arms have the sizes that they
    should. ``least``: people in each arm before anything is said.
    """

    experiment: Experiment
    counts: tuple[int, int]
    waiting: int
    rewards: Measure
    guardrails: tuple[Measure, ...]
    broken: tuple[str, ...]
    balanced: bool
    least: int

    @property
    def winner(self) -> Arm | None:
        """The arm that earns more; None where it cannot be said yet."""
        _, low, high = self.rewards.sequence.last
        if min(self.counts) < self.least or not self.balanced or low <= 0 <= high:
            return None
        return TREATMENT if low > 0 else CONTROL


def standing(experiment: Experiment, people: People, *, least: int = 100, slower: float = 0.2) -> Standing:
    """The standing of an experiment. ``least`` people an arm before anything is said; ``slower``: the share by which
    a turn may take longer before the guardrail is broken.
    """
    treated = people.treated
    counts = (int((~treated).sum()), int(treated.sum()))

    def measure(name: str, values: NDArray[np.float64]) -> Measure:
        means = [float(values[arm].mean()) if arm.any() else 0.0 for arm in (~treated, treated)]
        return Measure(
            name, means[0], means[1], confidence_sequence(treated, values, experiment.share, ALPHA)
        )

    rewards = measure("reward", people.rewards)
    seconds, complaints = measure("seconds", people.seconds), measure("complaints", people.complaints)
    broken: list[str] = []
    if min(counts) >= least:
        if seconds.sequence.last[1] > slower * seconds.control:
            broken.append(seconds.name)
        if complaints.sequence.last[1] > 0:
            broken.append(complaints.name)
    n = sum(counts)
    spread = np.sqrt(n * experiment.share * (1 - experiment.share))
    balanced = abs(counts[1] - n * experiment.share) <= BROKEN_BEYOND * spread
    return Standing(
        experiment,
        counts,
        people.waiting,
        rewards,
        (seconds, complaints),
        tuple(broken),
        bool(balanced),
        least,
    )
