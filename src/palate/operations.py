"""What an operator asks of a shop: how it stands, what it costs, which version serves, what events are worth, which
policy is better. ``Shop`` is what people use; it has all of this too.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from palate.dialogue.rehearsal import recent_lists, rehearse
from palate.dialogue.sessions import Sessions
from palate.dialogue.world import World
from palate.errors import InvalidInput, LanguageModelError, PalateError
from palate.evaluation.experiments import Experiment, Standing
from palate.evaluation.policies import PolicyEdit, decisions_of
from palate.evaluation.policy_report import Judgement, judge
from palate.evaluation.trials import Trials
from palate.evaluation.turn_log import read_turns
from palate.feedback.person import Person
from palate.feedback.worths import LiveWorths
from palate.language_models.configure import Chosen, try_out
from palate.language_models.spending import sum_of
from palate.settings import CONFIG_NAME, Settings
from palate.storage import Store
from palate.training.serving import Serving
from palate.training.versions import Versions
from palate.values import (
    ModelVersion,
)

MODELS = "models"
"""The folder of the model versions, within the shop's."""
MOST_REHEARSED = 1_000
"""The most lists that one preview makes again."""
LANGUAGE_MODEL_TRIAL = 10.0
"""Seconds that ``palate doctor`` waits for the language model."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that ``palate doctor`` looked at."""

    level: Literal["ok", "warning", "error"]
    subject: str
    text: str
    remedy: str = ""


class Operations(ABC):
    """The operator's part of ``palate.shop.Shop``, on what that has opened."""

    folder: Path
    settings: Settings
    _store: Store
    _sessions: Sessions
    _serving: Serving
    _trials: Trials
    _worths: LiveWorths
    _chosen: Chosen

    @abstractmethod
    def _world(self) -> World:
        """The shop as it stands."""

    @abstractmethod
    def _person_by_pseudonym(self, user: str | None) -> Person:
        """What is known of a person; None for somebody unknown."""

    # --- how it stands ------------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """How the shop stands, in a few words and numbers. Its events are counted, which takes time as they grow."""
        return {**self.ready(), "events": self._store.event_count()}

    def ready(self) -> dict[str, Any]:
        """What answers now, without a look at the log: as quick in a shop of any size."""
        world = self._world()
        return {
            "items": world.catalogue.count,
            "model_version": world.model_version,
            "embedder": world.embedder.name if world.embedder else None,
            "language_model": world.language_model.name if world.language_model else None,
            "database": "postgresql" if self.settings.database else "sqlite",
        }

    def costs(self, by: str = "purpose", since: str = "") -> dict[str, Any]:
        """What language models took: ``rows`` by ``purpose``, ``day``, ``user`` (a pseudonym) or ``model``, and their
        ``total``, from the day ``since`` on (``2026-11-24``). InvalidInput where one of these is none.
        """
        if since:
            try:
                since = date.fromisoformat(since).isoformat()
            except ValueError:
                raise InvalidInput(f"since is {since!r}; write a day such as '2026-11-24'") from None
        found = self._store.costs(by, since)
        return {
            "by": by,
            "since": since or None,
            "currency": self.settings.budget.currency,
            "rows": [{by: key, **asdict(spent)} for key, spent in found],
            "total": asdict(sum_of(spent for _, spent in found)),
        }

    def examine(self) -> list[Finding]:
        """What ``palate doctor`` reports: each part looked at, and how to mend what is wrong."""
        findings = [Finding("ok", "settings", f"{CONFIG_NAME} is read")]
        try:
            state = self.status()
        except PalateError as error:
            return [*findings, Finding("error", "models", str(error), f"palate train {self.folder}")]
        findings.append(Finding("ok", "database", f"{state['database']}, {state['events']} events"))
        findings.append(
            Finding("ok", "catalogue", f"{state['items']} items")
            if state["items"]
            else Finding("warning", "catalogue", "no items", f"palate import items {self.folder} FILE")
        )
        findings += [
            Finding("error", "models", text, f"palate train {self.folder}")
            for text in self._serving.damaged()
        ]
        findings.append(
            Finding("ok", "models", f"version {state['model_version']}")
            if state["model_version"]
            else Finding(
                "warning",
                "models",
                "not trained: answers come from words and wishes alone",
                f"palate train {self.folder}",
            )
        )
        findings.append(self._language_model_finding())
        return findings

    def _language_model_finding(self) -> Finding:
        model, why = self._chosen.model, self._chosen.why
        if model is None:
            return Finding("ok", "language model", f"none ({why}): replies come from templates")
        try:
            seconds = try_out(model, LANGUAGE_MODEL_TRIAL)
        except LanguageModelError as error:
            remedy = 'set language_model, language_model_base_url and the key, or language_model = "none"'
            return Finding("warning", "language model", f"{model.name}: {error}", remedy)
        return Finding("ok", "language model", f"{model.name} answers in {seconds:.2f} s ({why})")

    # --- what events are worth ------------------------------------------------------------------------

    def worths(self) -> dict[str, Any]:
        """The table of what each kind of event is worth now, and how fast it fades (docs/feedback.md)."""
        return self._worths.edits().table(self.settings.feedback)

    def preview_worths(self, changes: Mapping[str, float | str], *, slates: int = 50) -> dict[str, Any]:
        """How the latest lists would look after ``changes`` to the table, before they are saved: see
        ``palate.dialogue.rehearsal.rehearse``. Raises InvalidInput for a change that cannot be.
        """
        if not 1 <= slates <= MOST_REHEARSED:
            raise InvalidInput(f"slates is {slates!r}; it must be from 1 to {MOST_REHEARSED}")
        after = self._worths.edits().with_changes(changes).over(self.settings.feedback)
        lists, nobody = recent_lists(self._store, self._sessions, self._person_by_pseudonym, slates)
        return rehearse(self._world(), lists, after, unchanged=nobody)

    def change_worths(self, changes: Mapping[str, float | str]) -> dict[str, Any]:
        """Edit the table: a number by event type or half-life, or "default"; the table after. Every worker's next
        request knows within a second. Raises InvalidInput for a change that cannot be.
        """
        self._worths.save(self._worths.edits().with_changes(changes))
        return self.worths()

    def undo_worths(self) -> dict[str, Any]:
        """Take the last edit back; the table after. Raises InvalidInput where there is none."""
        self._worths.save(self._worths.edits().undone())
        return self.worths()

    # --- policies -------------------------------------------------------------------------------------

    def judge_policy(self, policy: str | None = None, *, seed: int = 0) -> Judgement:
        """What a policy would have earned by the shop's own log: a TOML file of edited weights or a model
        version (palate.evaluation.policies), None for the shop's present weights without exploration.
        """
        versions = Versions(self.folder / MODELS)
        edit = PolicyEdit() if policy is None else PolicyEdit.read(policy, versions.names())
        world = self._world()
        present = world.learner.shared if world.learner else world.ranker
        wanted = edit.ranking(present, versions, self.settings.ranking.weights)
        decisions = decisions_of(
            read_turns(self._store, self._worths.settings(), self._serving.signals), wanted, seed
        )
        name = "as it stands, without exploration" if policy is None else policy
        return judge("the shop's log", name, decisions, seed=seed)

    def start_experiment(
        self, policy: str, *, name: str, share: float = 0.5, hours: float = 24.0
    ) -> Experiment:
        """Give a ``share`` of the people what ``policy`` (as of ``judge_policy``) changes about the shop, beside the
        others, who get it as it stands; a person is counted ``hours`` after his first list. Raises InvalidInput where
        one is running, or the policy or a bound is wrong (palate.evaluation.trials).
        """
        versions = Versions(self.folder / MODELS)
        treatment = PolicyEdit.read(policy, versions.names())
        world = self._world()
        treatment.ranking(world.ranker, versions, self.settings.ranking.weights)  # the features are there
        if treatment == PolicyEdit(version=world.model_version):
            raise InvalidInput(
                f"the version {treatment.version!r} is the one in use; there is nothing to compare"
            )
        return self._trials.start(name, treatment, share, hours)

    def stop_experiment(self) -> Experiment:
        """Stop the running experiment; from now on all people get the shop as it stands. InvalidInput: none runs."""
        return self._trials.stop()

    def experiments(self) -> list[Experiment]:
        """Every experiment there was, oldest first."""
        return self._trials.all()

    def experiment(self, name: str | None = None) -> Standing:
        """How an experiment stands, the latest one where none is named. Raises InvalidInput where there is none."""
        self._world()  # its version says what stays are usual
        named, feedback = self._trials.named(name), self._worths.settings()
        return self._trials.standing(named, feedback, self._serving.signals)

    # --- versions -------------------------------------------------------------------------------------

    def versions(self) -> list[ModelVersion]:
        """The model versions on disk, newest first."""
        return Versions(self.folder / MODELS).describe()

    def roll_back(self, version: str | None = None) -> str:
        """Put an earlier model version into use: ``version``, else the last one that was in use before; its name. The
        next request of every worker is answered by it. Raises InvalidInput where there is none.
        """
        return Versions(self.folder / MODELS).roll_back(version)
