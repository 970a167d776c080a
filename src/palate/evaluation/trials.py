"""Experiments in a shop: kept in its store, at most one at a time, and the World that each person of one gets.

A person's arm follows from his pseudonym (experiments.py); whoever has no name is in no experiment. The control is
the shop as it stands, the treatment the same with the changes of its PolicyEdit: weights that stand whatever is learnt,
another exploration or diversity, or the recommenders and the trained weights of another model version, which then
learn from the same observations.
"""

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from palate.dialogue.world import World
from palate.errors import InvalidInput, ModelError
from palate.evaluation.experiments import CONTROL, Experiment, Standing, standing
from palate.evaluation.policies import PolicyEdit
from palate.evaluation.tally import Tally
from palate.feedback.signals import UNREAD, Signals
from palate.settings import FeedbackSettings
from palate.storage import EXPERIMENTS, Store
from palate.training.serving import Serving

LOOKS_EVERY = 0.5
"""Seconds between two looks whether an experiment was started or stopped."""
MOST_HOURS = 24 * 60.0
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

log = logging.getLogger(__name__)


class Trials:
    """The experiments of a shop. Safe to use from many threads."""

    def __init__(self, store: Store, serving_of: Callable[[str], Serving]) -> None:
        """``serving_of`` a model version: what serves it beside the one in use."""
        self._store = store
        self._serving_of = serving_of
        self._lock = threading.Lock()
        self._looked = 0.0
        self._running: Experiment | None = None
        self._serving: tuple[str, Serving] | None = None
        self._tallies: dict[str, Tally] = {}

    def all(self) -> list[Experiment]:
        """Every experiment there was, oldest first."""
        return [Experiment.of(document) for document in self._store.document(EXPERIMENTS) or ()]

    def named(self, name: str | None = None) -> Experiment:
        """The experiment of a name, or the latest one. Raises InvalidInput where there is none."""
        found = [one for one in self.all() if name in (None, one.name)]
        if not found:
            what = "no experiment was started yet" if name is None else f"there is no experiment {name!r}"
            raise InvalidInput(f"{what}; start one with: palate experiment SHOP start --policy weights.toml")
        return found[-1]

    def start(self, name: str, treatment: PolicyEdit, share: float, hours: float) -> Experiment:
        """Start one; every worker knows within a second. Raises InvalidInput where one is running, where the name is
        taken or no plain word, where the treatment changes nothing, and where ``share`` or ``hours`` is out of bounds.
        """
        before = self.all()
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"the name {name!r} of an experiment must have 1 to 64 letters, digits, dots, dashes or underscores"
            )
        if any(one.name == name for one in before):
            raise InvalidInput(f"there was an experiment {name!r} already; give this one another name")
        if (running := _running(before)) is not None:
            raise InvalidInput(
                f"the experiment {running.name!r} is running; stop it first: palate experiment SHOP stop"
            )
        if treatment == PolicyEdit():
            raise InvalidInput(
                "the treatment changes nothing; name weights, an exploration, a diversity or a version"
            )
        if not 0.01 <= share <= 0.99:
            raise InvalidInput(
                f"the share {share!r} of people who get the treatment must be from 0.01 to 0.99"
            )
        if not 0 < hours <= MOST_HOURS:
            raise InvalidInput(
                f"a person's window of {hours!r} hours must be above 0 and at most {MOST_HOURS:g}"
            )
        started = Experiment(
            name, secrets.token_hex(16), treatment, share, hours, time.time(), after=self._store.last_turn()
        )
        self._put([*before, started])
        return started

    def stop(self) -> Experiment:
        """Stop the one that runs: all people get the shop as it stands. Raises InvalidInput where none does."""
        before = self.all()
        running = _running(before)
        if running is None:
            raise InvalidInput("no experiment is running; palate experiment SHOP status shows the latest one")
        stopped = running.stop(time.time(), self._store.last_turn())
        self._put([*before[:-1], stopped])
        return stopped

    def standing(
        self, experiment: Experiment, feedback: FeedbackSettings, signals: Signals = UNREAD
    ) -> Standing:
        """How an experiment stands now, by the shop's own log, its dwells and comments as ``signals`` read them."""
        with self._lock:
            tally = self._tallies.setdefault(experiment.name, Tally(experiment.after))
        counted = tally.look(self._store, experiment, feedback, signals, time.time())
        return standing(experiment, counted)

    def world_of(self, world: World, user: str | None) -> World:
        """The World of a person, by his pseudonym; ``world``: that of everybody outside experiments."""
        experiment = self._look()
        if experiment is None or user is None:
            return world
        arm = experiment.arm_of(user)
        if arm == CONTROL:
            return replace(world, arm=(experiment.name, arm))
        treatment = experiment.treatment
        try:
            served = world if treatment.version is None else self._served(treatment.version).world()
        except ModelError as error:
            # whoever cannot get the treatment is not counted with those who did
            log.warning("experiment %s: its treatment cannot be served: %s", experiment.name, error)
            return world
        changes = {"exploration": treatment.exploration, "diversity": treatment.diversity}
        ranking = served.settings.ranking.model_copy(
            update={name: value for name, value in changes.items() if value is not None}
        )
        return replace(
            served,
            settings=served.settings.model_copy(update={"ranking": ranking}),
            fixed=treatment.weights,
            arm=(experiment.name, arm),
        )

    def _served(self, version: str) -> Serving:
        with self._lock:
            if self._serving is None or self._serving[0] != version:
                self._serving = version, self._serving_of(version)
            return self._serving[1]

    def _look(self) -> Experiment | None:
        now = time.monotonic()
        if now >= self._looked + LOOKS_EVERY:
            self._running = _running(self.all())
            self._looked = now
        return self._running

    def _put(self, experiments: list[Experiment]) -> None:
        self._store.put_document(EXPERIMENTS, [one.document() for one in experiments])
        self._looked = 0.0


def _running(experiments: list[Experiment]) -> Experiment | None:
    return next((one for one in experiments if one.stopped is None), None)
