"""Experiments: two policies side by side, each person always with the same one, and which of them is better.

Who is in which arm follows from his pseudonym and the experiment's salt alone: the same on every worker, at every
visit, and unlike in any other experiment. A person counts once, when his window is over (some hours from the first list
that he is shown in the experiment): by the share of his lists in it that earned something, each weighed by how much
(turn_log.py). So no outcome changes after it was counted, which the sequential test (sequential.py) asks for.

Guardrails have sequences of their own: the seconds of a turn, and the share of turns with a complaint.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Several
from dataclasses import asdict, astuple, dataclass, replace
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
    it runs; ``after`` and ``until``: the numbers of the last turn before it, and of its last one.
    """

    name: str
    salt: str
    treatment: PolicyEdit
    share: float
    hours: float
    started: float
    stopped: float | None = None
    after: int = 0
    until: int | None = None

    def arm_of(self, user: str) -> Arm:
        """The arm of a person, by his pseudonym."""
        drawn = blake2b(user.encode(), key=self.salt.encode(), digest_size=8).digest()
        return TREATMENT if int.from_bytes(drawn, "big") < self.share * 2**64 else CONTROL

    def stop(self, now: float, until: int | None = None) -> Self:
        """The experiment, over."""
        return replace(self, stopped=now, until=until)

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one person: when his window closed, whether he was treated, and the figures of ``People``."""

    closed: float
    treated: bool
    reward: float
    seconds: float
    complaints: float


def closes(visits: Several[LoggedTurn], experiment: Experiment) -> float:
    """When the window of a person is over, by his visits, oldest first."""
    return visits[0].created_at + experiment.hours * 3600


def outcome(visits: Several[LoggedTurn], experiment: Experiment) -> Outcome:
    """What became of a person by his visits, oldest first, from the first that showed a list; what came after his
    window is left out.
    """
    closed = closes(visits, experiment)
    within = [turn.until(closed) for turn in visits if turn.created_at <= closed]
    lists = [min(1.0, float(turn.rewards.sum())) for turn in within if turn.slate is not None]
    seconds = [turn.seconds for turn in within if turn.seconds is not None]
    return Outcome(
        closed,
        visits[0].arm == (experiment.name, TREATMENT),
        float(np.mean(lists)),
        float(np.mean(seconds)) if seconds else 0.0,
        float(np.mean([turn.complaint for turn in within])),
    )


def takes_part(turn: LoggedTurn, experiment: Experiment) -> bool:
    """Whether a turn was part of an experiment, by somebody with a name."""
    return turn.user is not None and turn.arm is not None and turn.arm[0] == experiment.name


def people(outcomes: Iterable[Outcome], waiting: int) -> People:
    """The people of these outcomes, in the order in which their windows closed."""
    rows = sorted((astuple(one) for one in outcomes), key=lambda row: row[0])
    columns = np.array(rows, np.float64).reshape(-1, 5).T
    return People(columns[1].astype(np.bool_), columns[2], columns[3], columns[4], waiting)


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
