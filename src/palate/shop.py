"""Shop: opens a shop and connects the rooms. The only place that knows all of them.

A shop is safe to use from many threads. Several processes may have one shop open: each request looks whether the
catalogue, the models or the person's events have moved on, and works on what it then finds.
"""

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from threadpoolctl import threadpool_limits

from palate.catalogue.enrichment.enrichment import Enrichment
from palate.catalogue.importing import import_items
from palate.catalogue.normalise import normalise
from palate.dialogue.profile import lines, without_lines
from palate.dialogue.prompt import beginning
from palate.dialogue.recommending import recommend
from palate.dialogue.sessions import Sessions
from palate.dialogue.state import State
from palate.dialogue.turn import Request, take_turn
from palate.dialogue.why import why_in, why_now
from palate.dialogue.world import World
from palate.errors import InvalidInput, LanguageModelError, PalateError, UnknownItem
from palate.evaluation.trials import Trials
from palate.feedback.account import corrected, describe
from palate.feedback.exporting import events_as_given
from palate.feedback.importing import import_events
from palate.feedback.person import Person
from palate.feedback.worths import LiveWorths
from palate.language_models.base import LanguageModel, Message
from palate.language_models.configure import choose_language_model, try_out
from palate.language_models.embedders import embedder_of
from palate.operations import MODELS, Operations
from palate.privacy.pseudonyms import Pseudonyms, check_key, load_key
from palate.reception import Reception
from palate.settings import CONFIG_NAME, TEMPLATE, Settings
from palate.storage import Store, Written, open_store
from palate.training.serving import Serving
from palate.training.train import train
from palate.understanding.reader import Reader
from palate.understanding.reading import Reading
from palate.understanding.synonyms import ShopSynonyms
from palate.values import (
    ImportResult,
    Item,
    RecommendedItem,
    Turn,
    Understanding,
    Why,
)

REJECTS = "rejects"
MOST_ITEMS = 100
"""The longest list that one request may ask for."""

LANGUAGE_MODEL_START = 300.0
"""Seconds that a language model may take to be loaded when the service starts."""

RowProgress = Callable[[int, int | None], None]
StageProgress = Callable[[str, int, int | None], None]


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


class Shop(Operations):
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
        self._reception = Reception(
            self._store, self._pseudonyms, self._sessions, self._serving, self._worths, settings
        )

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
        return self._reception.take(records)

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
            reads_scale=self.settings.feedback.rating_scale is None,
            rejects_folder=self.folder / REJECTS,
            progress=progress,
        )

    def train(
        self, *, progress: StageProgress | None = None, tune_seconds: float = 0.0, force: bool = False
    ) -> dict[str, Any]:
        """Fit everything into a new model version, and switch to it unless it is worse than the one in use, with
        ``force`` even then; its manifest: ``switched``, and ``validation.verdict`` with the figures.

        ``tune_seconds``: how much longer it may take, for better settings and for more of the attention model.
        """
        self._worths.read_scale()
        return train(
            self._store,
            self.folder / MODELS,
            self.settings.model_copy(update={"feedback": self._worths.settings()}),
            embedder_of(self.settings),
            progress=progress,
            tune_seconds=tune_seconds,
            force=force,
        )

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
