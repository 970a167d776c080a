"""Shop: opens a shop and connects the rooms. The only place that knows all of them.

A shop is safe to use from many threads. Several processes may have one shop open: each request looks whether the
catalogue, the models or the person's events have moved on, and works on what it then finds.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from palate.catalogue.enrichment.enrichment import Enrichment
from palate.catalogue.importing import import_items
from palate.catalogue.normalise import normalise
from palate.dialogue.of_this_kind import without_its_kind
from palate.dialogue.profile import lines, without_lines
from palate.dialogue.prompt import beginning
from palate.dialogue.recommending import recommend
from palate.dialogue.rehearsal import recent_lists, rehearse
from palate.dialogue.sessions import Sessions
from palate.dialogue.state import State
from palate.dialogue.turn import Request, take_turn
from palate.dialogue.why import why_in, why_now
from palate.dialogue.world import World
from palate.errors import InvalidInput, LanguageModelError, PalateError, UnknownItem, UnknownTurn
from palate.evaluation.experiments import Experiment, Standing
from palate.evaluation.policies import PolicyEdit, decisions_of
from palate.evaluation.policy_report import Judgement, judge
from palate.evaluation.trials import Trials
from palate.evaluation.turn_log import read_turns
from palate.feedback.account import corrected, describe, refusing
from palate.feedback.events import batch, parse_event
from palate.feedback.exporting import events_as_given
from palate.feedback.importing import import_events
from palate.feedback.passing_over import passed_over
from palate.feedback.person import Person
from palate.feedback.profile import event_worths
from palate.feedback.worths import LiveWorths
from palate.language_models.base import LanguageModel, Message
from palate.language_models.configure import choose_language_model, try_out
from palate.language_models.embedders import embedder_of
from palate.language_models.spending import sum_of
from palate.privacy.pseudonyms import Pseudonyms, check_key, load_key
from palate.ranking.observing import Shown
from palate.settings import CONFIG_NAME, TEMPLATE, Settings
from palate.storage import Store, Written, open_store
from palate.training.serving import Serving
from palate.training.train import train
from palate.training.versions import Versions
from palate.understanding.reader import Reader
from palate.understanding.reading import Reading
from palate.understanding.synonyms import ShopSynonyms
from palate.values import (
    EVENT_TYPES,
    Constraint,
    Event,
    EventBatch,
    ImportResult,
    Item,
    ModelVersion,
    RecommendedItem,
    Turn,
    Understanding,
    Why,
)

MODELS, REJECTS = "models", "rejects"
MOST_REHEARSED = 1_000
"""The most lists that one preview makes again."""
MOST_ITEMS = 100
"""The longest list that one request may ask for."""

LANGUAGE_MODEL_TRIAL = 10.0
"""Seconds that ``palate doctor`` waits for the language model."""
LANGUAGE_MODEL_START = 300.0
"""Seconds that a language model may take to be loaded when the service starts."""

RowProgress = Callable[[int, int | None], None]
StageProgress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that ``palate doctor`` looked at."""

    level: Literal["ok", "warning", "error"]
    subject: str
    text: str
    remedy: str = ""


def create(folder: Path | str) -> "Shop":
    """Make an empty shop in ``folder`` (made where missing) and open it; InvalidInput where there is one
    already.
    """
    place = Path(folder)
    config = place / CONFIG_NAME
    if config.exists():
        raise InvalidInput(f"{str(place)!r} is a shop already; open it, or choose another folder")
    try:
        place.mkdir(parents=True, exist_ok=True)
        config.write_text(TEMPLATE, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            f"no shop can be made in {str(place)!r}: {error.strerror}; choose a folder that you may write to"
        ) from None
    try:
        return Shop(place, Settings.load(place), create=True)
    except PalateError:
        config.unlink(missing_ok=True)
        raise


def open(folder: Path | str) -> "Shop":
    """Open the shop in ``folder``. Raises UnknownShop, InvalidSettings, StorageError or NewerShop."""
    place = Path(folder)
    return Shop(place, Settings.load(place))


class Shop:
    """See the module's docstring. Made by ``palate.open`` and ``palate.create``; close it, or use it in a
    ``with``.
    """

    def __init__(self, folder: Path, settings: Settings, *, create: bool = False) -> None:
        self.folder = folder
        self.settings = settings
        # matrix products here are small: a second BLAS thread gains little, and on busy cores costs many
        # times over
        threadpool_limits(settings.threads)
        synonyms = ShopSynonyms(folder)
        synonyms.current()
        self._chosen = choose_language_model(settings, folder, folder / MODELS)
        self._pseudonyms = Pseudonyms(load_key(settings, folder, create=create))
        self._store: Store = open_store(settings.database, folder)
        try:
            check_key(self._store, self._pseudonyms)
        except PalateError:
            self._store.close()
            raise
        self._sessions = Sessions(self._store)
        self._synonyms = synonyms
        self._serving = self._serving_of(None)
        self._trials = Trials(self._store, self._serving_of)
        self._worths = LiveWorths(self._store, settings.feedback)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish the writes under way and let the database and the language model go."""
        self._store.close()
        self._chosen.close()

    def warm_up(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Load what the first request would otherwise wait for; the embedder and the language model, which
        take longest, in the background. ``tell`` is told when the language model is ready.
        """
        world = self._world()
        rules = world.reader if isinstance(world.reader, Reader) else world.reader.rules
        rules.understand("hello 你好")
        threading.Thread(target=world.query_vector, args=("hello",), daemon=True).start()
        if world.language_model is not None:
            before = [beginning(self.settings.reply.tone)]
            threading.Thread(target=_warm, args=(world.language_model, before, tell), daemon=True).start()

    @property
    def language_model_line(self) -> str:
        """Which language model the shop uses, where it comes from and how to change it, in one line."""
        return self._chosen.line

    # --- conversation ---------------------------------------------------------------------------------

    def chat(
        self, text: str, *, user_id: str | None = None, session_id: str | None = None, k: int | None = None
    ) -> Turn:
        """One turn. Raises InvalidInput on an empty text, UnknownTurn on somebody else's session."""
        *_, (_, turn) = self.converse(text, user_id=user_id, session_id=session_id, k=k)
        assert isinstance(turn, Turn)  # noqa: S101 - the last step of take_turn by its contract
        return turn

    def converse(
        self, text: str, *, user_id: str | None = None, session_id: str | None = None, k: int | None = None
    ) -> Iterator[tuple[str, object]]:
        """The same turn as a stream of steps: see ``palate.dialogue.turn.take_turn``."""
        text = _readable(text)[: self.settings.service.max_text]
        if not text.strip():
            raise InvalidInput(
                "the text is empty; say what you are looking for, such as 'a gift for my mother'"
            )
        request = Request(
            text,
            uuid.uuid4().hex,
            session_id or uuid.uuid4().hex,
            _checked_k(k or self.settings.ranking.slate),
        )
        person = self._person(user_id)
        return take_turn(self._world_of(person), self._sessions, person, request)

    def understand(self, text: str, *, last_items: Sequence[str] = ()) -> Understanding:
        """What an utterance says, outside any conversation; ``last_items``: the ids shown last, in order."""
        return self.read(text, last_items=last_items).understanding

    def read(self, text: str, *, last_items: Sequence[str] = (), in_dialogue: bool = False) -> Reading:
        """The same with all that the reading was made of: parts, how sure they are, and the trace of its
        steps.

        ``in_dialogue``: something was recommended before, even if no list is at hand.
        """
        text = _readable(text)[: self.settings.service.max_text]
        after_list = in_dialogue or bool(last_items)
        return self._world().reader.read(text, last_items=last_items, in_dialogue=after_list)

    # --- feedback -------------------------------------------------------------------------------------

    def feedback(
        self,
        *,
        user_id: str,
        item_id: str,
        event_type: str,
        timestamp: float | str | None = None,
        value: float | None = None,
        session_id: str | None = None,
        turn_id: str | None = None,
        text: str | None = None,
        event_id: str | None = None,
    ) -> Written:
        """One event; durable when this returns, and known to the person's next request."""
        fields = {
            "user_id": user_id, "item_id": item_id, "event_type": event_type, "timestamp": timestamp, "value": value,
            "session_id": session_id, "turn_id": turn_id, "text": text, "event_id": event_id,
        }  # fmt: skip
        return self.add_events([{name: field for name, field in fields.items() if field is not None}])

    def add_events(self, records: Sequence[Mapping[str, Any]]) -> Written:
        """Events in the contract's fields, all or none. A dislike with the further field ``scope``, an attribute such
        as brand, also refuses for good whatever has the item's value of it. Raises InvalidInput naming the record,
        UnknownTurn where an event speaks of a turn of somebody else.
        """
        now = time.time()
        events: list[Event] = []
        for number, record in enumerate(records):
            try:
                events.append(parse_event(record, self.settings.imports.event_types, now))
            except InvalidInput as error:
                raise InvalidInput(f"event {number}: {error}" if len(records) > 1 else str(error)) from None
        shown = [self._shown(event) for event in events]
        columns = batch(events, self._pseudonyms)
        observed: dict[int, dict[str, Any]] = {}
        if any(shown):
            worths = event_worths(columns.kinds, self._values(columns), self._worths.settings())
            for row, (event, slate) in enumerate(zip(events, shown, strict=True)):
                choice = slate and slate.reaction(event.item_id, float(worths[row]), now)
                if choice:
                    observed[row] = choice.document()
        refused = [(event, wish) for event in events if (wish := self._refused(event)) is not None]
        written = self._store.append_events(columns, observed)
        for event, wish in refused if written.added else ():
            user = self._pseudonyms.of(event.user_id)
            self._store.save_profile(user, refusing(self._store.profile(user), wish))
        skips = [
            skip
            for event, slate in zip(events, shown, strict=True)
            if slate and slate.owner is not None
            for skip in passed_over(event, slate.item_ids, partial(self._touched_in, event, slate))
        ]
        if skips:  # the choice that was observed says the same to the ranker; these tell the profile
            self._store.append_events(batch(skips, self._pseudonyms))
        return written

    def _refused(self, event: Event) -> Constraint | None:
        """What a dislike with a ``scope``, an attribute such as brand, refuses for good: the item's value of it."""
        scope = event.given.get("scope") if event.event_type == "dislike" else None
        if scope is None:
            return None
        catalogue = self._world().catalogue
        wish = None
        if scope in catalogue.attributes and catalogue.code(event.item_id) is not None:
            wish = without_its_kind(str(scope), [event.item_id], catalogue)
        if wish is None:
            raise InvalidInput(
                f"scope {scope!r} names no attribute that item {event.item_id!r} has; name one such as 'brand', or "
                "leave it out"
            )
        return wish

    def _values(self, columns: EventBatch) -> NDArray[np.float64]:
        """What dwells and comments of new events say."""
        codes = self._store.codes(columns.item_ids)[columns.item_index]
        # an item that nobody has heard of is like any other
        codes = np.where(codes < 0, np.iinfo(np.int32).max, codes).astype(np.int32)
        extras = columns.extras or [None] * len(columns)
        return self._serving.signals.values(codes, columns.kinds, columns.values, extras)

    def _touched_in(self, event: Event, shown: Shown) -> set[str]:
        """Of the items that a turn showed, those that the person did something with there, beyond passing them over."""
        history = self._store.history(
            self._pseudonyms.of(event.user_id), self.settings.feedback.history_limit
        )
        touched = {
            int(code)
            for code, kind, extra in zip(history.items, history.kinds, history.extras, strict=True)
            if extra
            and extra.get("turn_id") == event.turn_id
            and EVENT_TYPES[kind] not in ("skip", "impression")
        }
        return {
            item_id
            for item_id, code in zip(shown.item_ids, shown.codes.tolist(), strict=True)
            if code in touched
        }

    def _shown(self, event: Event) -> Shown | None:
        """What the turn of an event showed; UnknownTurn where it is somebody else's."""
        if not event.turn_id:
            return None
        shown = self._sessions.shown(event.turn_id)
        if shown and shown.owner is not None and shown.owner != self._pseudonyms.of(event.user_id):
            raise UnknownTurn(
                f"there is no turn {event.turn_id!r} of this user; leave turn_id out, or give the user's own"
            )
        return shown

    # --- lists ----------------------------------------------------------------------------------------

    def recommend(
        self, user_id: str, k: int = 10, exclude: Sequence[str] = (), *, language: str = "en"
    ) -> tuple[RecommendedItem, ...]:
        """A list without a conversation; what the person already knows is left out."""
        person = self._person(user_id)
        world = self._world_of(person)
        known = np.union1d(person.touched, world.catalogue.codes(exclude)).astype(np.int32)
        return recommend(world, State(language=language), person, _checked_k(k), exclude=known).items

    def similar(self, item_id: str, k: int = 10, *, language: str = "en") -> tuple[RecommendedItem, ...]:
        """Items like one item. Raises UnknownItem."""
        world = self._world()
        self._code(world, item_id)
        state = State(language=language, tastes={item_id: 1})
        found = recommend(world, state, self._person(None), _checked_k(k))
        return tuple(replace(item, reasons=()) for item in found.items)

    def why(
        self,
        item_id: str,
        *,
        user_id: str | None = None,
        turn_id: str | None = None,
        language: str | None = None,
    ) -> Why:
        """Why an item stands where it does: in the list of a turn, else in the list that the person would get
        now; also of an item that is not in it. Raises UnknownItem, UnknownTurn.
        """
        person = self._person(user_id)
        world = self._world_of(person)
        code = self._code(world, item_id)
        if turn_id is not None:
            listed = self._sessions.list_of(turn_id, person.user)
            return why_in(world, code, listed, person, language or listed.state.language)
        return why_now(world, code, person, 10, language or "en")

    # --- the catalogue --------------------------------------------------------------------------------

    def item(self, item_id: str) -> Item:
        """An item as it stands. Raises UnknownItem."""
        world = self._world()
        return world.catalogue.item(self._code(world, item_id))

    def put_items(self, records: Sequence[Mapping[str, Any]]) -> Written:
        """Add or replace whole items, all or none; the next request knows. Raises InvalidInput naming the
        record.
        """
        types = self._attribute_types()
        items: list[Item] = []
        for number, record in enumerate(records):
            try:
                items.append(normalise(record, types))
            except InvalidInput as error:
                raise InvalidInput(f"item {number}: {error}" if len(records) > 1 else str(error)) from None
        return self._store.put_items(items)

    def patch_item(self, item_id: str, fields: Mapping[str, Any]) -> Item:
        """Change some fields of an item (null removes one); the item after that. Raises UnknownItem,
        InvalidInput.
        """
        if "item_id" in fields and fields["item_id"] != item_id:
            raise InvalidInput(
                f"item_id {item_id!r} cannot be changed to {fields['item_id']!r}; add a new item instead"
            )
        old = self.item(item_id)
        own = {name: value for name, value in old.fields.items() if name not in old.derived}
        record = {"item_id": old.item_id, "title": old.title, **own, **fields}
        self.put_items([{name: value for name, value in record.items() if value is not None}])
        return self.item(item_id)

    def withdraw_item(self, item_id: str) -> None:
        """Take an item out of the catalogue; its events stay. Raises UnknownItem."""
        if self._store.withdraw_items([item_id]) == 0:
            raise UnknownItem(f"there is no item {item_id!r} in the catalogue")

    @property
    def enrichment(self) -> Enrichment:
        """What a language model writes of the items, offline: forecast, job and review."""
        return Enrichment(self._store, self._chosen.model, self.settings)

    def import_items(
        self,
        *files: Path | str,
        columns: Mapping[str, str] | None = None,
        types: Mapping[str, str] | None = None,
        progress: RowProgress | None = None,
    ) -> ImportResult:
        """Import a catalogue from files; see docs/importing.md."""
        return import_items(
            self._store,
            [Path(file) for file in files],
            columns={**self.settings.imports.columns, **(columns or {})},
            types={**self.settings.imports.types, **(types or {})},
            rejects_folder=self.folder / REJECTS,
            progress=progress,
        )

    def import_events(
        self,
        *files: Path | str,
        columns: Mapping[str, str] | None = None,
        progress: RowProgress | None = None,
    ) -> ImportResult:
        """Import an event log from files; see docs/importing.md."""
        return import_events(
            self._store,
            self._pseudonyms,
            [Path(file) for file in files],
            columns={**self.settings.imports.columns, **(columns or {})},
            event_types=self.settings.imports.event_types,
            rejects_folder=self.folder / REJECTS,
            progress=progress,
        )

    def train(
        self, *, progress: StageProgress | None = None, tune_seconds: float = 0.0, force: bool = False
    ) -> dict[str, Any]:
        """Fit everything into a new model version, and switch to it unless it is worse than the one in use, with
        ``force`` even then; its manifest: ``switched``, and ``validation.verdict`` with the figures.

        ``tune_seconds``: how long to search for better settings of the recommenders first.
        """
        return train(
            self._store,
            self.folder / MODELS,
            self.settings.model_copy(update={"feedback": self._worths.settings()}),
            embedder_of(self.settings),
            progress=progress,
            tune_seconds=tune_seconds,
            force=force,
        )

    def versions(self) -> list[ModelVersion]:
        """The model versions on disk, newest first."""
        return Versions(self.folder / MODELS).describe()

    def roll_back(self, version: str | None = None) -> str:
        """Put an earlier model version into use: ``version``, else the last one that was in use before; its name. The
        next request of every worker is answered by it. Raises InvalidInput where there is none.
        """
        return Versions(self.folder / MODELS).roll_back(version)

    # --- a person's rights ----------------------------------------------------------------------------

    def profile(self, user_id: str) -> dict[str, Any]:
        """What the system believes of a user, readable; see ``palate.feedback.account``."""
        person, catalogue = self._person(user_id), self._world().catalogue
        return {**describe(person, catalogue, user_id), "lines": lines(person, catalogue)}

    def correct_profile(self, user_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Correct it: ``never`` replaces the standing constraints, ``never_words`` the words that no item
        may bear, ``forget`` names items that count no more, ``remove`` lines of the profile by their
        ``line_id``. The profile after.
        """
        person, catalogue = self._person(user_id), self._world().catalogue
        user = self._pseudonyms.of(user_id)
        statements = person.statements
        if "remove" in changes:
            statements = without_lines(person, catalogue, changes["remove"], person.now)
        self._store.save_profile(user, corrected(statements, changes, catalogue, person.now))
        return self.profile(user_id)

    def export_user(self, user_id: str) -> dict[str, Any]:
        """All that is held of a user, each event as it was given."""
        held = dict(self._store.export_user(self._pseudonyms.of(_checked_user(user_id))))
        history, item_ids = held.pop("history"), held.pop("item_ids")
        events, derived = events_as_given(user_id, history, item_ids)
        return {"user_id": user_id, "events": events, "derived": derived, **held}

    def erase_user(self, user_id: str) -> dict[str, Any]:
        """Erase all that is held of a user; a receipt."""
        erased = self._store.erase_user(self._pseudonyms.of(_checked_user(user_id)))
        self._sessions.forget()
        return {
            "user_id": user_id,
            "erased": dict(erased),
            "erased_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "models": "trained models hold no user; sums over users that include this one go with the next training",
        }

    # --- operation ------------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """How the shop stands, in a few words and numbers."""
        world = self._world()
        return {
            "items": world.catalogue.count,
            "events": self._store.event_count(),
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
        decisions = decisions_of(read_turns(self._store, self._worths.settings()), wanted, seed)
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
        return self._trials.standing(self._trials.named(name), self._worths.settings())

    # --- within ---------------------------------------------------------------------------------------

    def _world(self) -> World:
        return self._serving.world()

    def _world_of(self, person: Person) -> World:
        """The World of a person: that of his arm where he is in an experiment."""
        return self._trials.world_of(self._world(), person.user)

    def _serving_of(self, version: str | None) -> Serving:
        models = self.folder / MODELS
        return Serving(self._store, models, self.settings, self._synonyms, self._chosen.model, version)

    def _person(self, user_id: str | None) -> Person:
        user = None if user_id is None else self._pseudonyms.of(_checked_user(user_id))
        return self._person_by_pseudonym(user)

    def _person_by_pseudonym(self, user: str | None) -> Person:
        return Person.load(self._store, user, self._worths.settings(), self._serving.signals)

    def _attribute_types(self) -> dict[str, Any]:
        return dict(self._store.document("attribute_types") or {})

    @staticmethod
    def _code(world: World, item_id: str) -> int:
        code = world.catalogue.code(item_id)
        if code is None:
            raise UnknownItem(f"there is no item {item_id!r} in the catalogue")
        return code


def _warm(model: LanguageModel, before: Sequence[Message], tell: Callable[[str], None]) -> None:
    """Load the model and have it read what every prompt begins with, so that the first person need not wait for it."""
    try:
        seconds = try_out(model, LANGUAGE_MODEL_START, before)
    except LanguageModelError as error:
        tell(f"the language model {model.name} is not ready, templates stand in: {error}")
    else:
        tell(f"the language model {model.name} is ready, after {seconds:.1f} s")


def _readable(text: str) -> str:
    """The text without lone surrogates (bytes that were no UTF-8), which no encoder takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _checked_user(user_id: str) -> str:
    if not user_id.strip() or len(user_id) > 256:
        raise InvalidInput(f"user_id {user_id[:40]!r} must have 1 to 256 characters")
    return user_id


def _checked_k(k: int) -> int:
    if not 1 <= k <= MOST_ITEMS:
        raise InvalidInput(f"k is {k!r}; it must be from 1 to {MOST_ITEMS}")
    return k
