"""Serving: the World that requests work on, loaded from the current model version and kept up with the store.

Every request asks for the World; it costs one look at the store's revision and one at the version in use.
What changed since is laid over a copy, so that a request under way is not disturbed.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.enrichment.content import counted
from palate.catalogue.importing import TYPES_DOCUMENT
from palate.catalogue.lookup import Lookup
from palate.dialogue.advice import Advisors
from palate.dialogue.world import World
from palate.errors import ModelError
from palate.feedback.dwell import UsualDwell
from palate.feedback.signals import Signals
from palate.language_models.base import LanguageModel
from palate.ranking.learner import Learner
from palate.ranking.observing import Choice
from palate.settings import Settings
from palate.storage import LEARNT, Observation, Store
from palate.training.dwell import usual_of
from palate.training.loaded import Loaded
from palate.training.train import load_trained
from palate.training.versions import Version, Versions
from palate.understanding.assist import AssistedReader
from palate.understanding.comments import sentiment
from palate.understanding.reader import Reader
from palate.understanding.synonyms import ShopSynonyms
from palate.values import StoredItem

log = logging.getLogger(__name__)
T = TypeVar("T")


LOOKS_EVERY = 0.25
"""Seconds between two looks for new observations."""
OBSERVED_AT_ONCE = 200
"""Observations that one request takes in at most: some 10 ms of work."""
RELEARNT_OF_LOG = 20_000
"""So many numbers of observations from before the ranker's log are taken in anew under a new version: they teach what
the log does not say (spoken wishes, places, persons); a few seconds' work, however old the shop.
"""
KEPT_EVERY = 2_000
"""After so many new observations what was learnt is kept in the store, for workers that start later."""


class _Pinned(Versions):
    """The versions of a folder as if one of them were in use for ever, with none to fall back to."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder)
        self._name = name

    def current_name(self) -> str:
        return self._name

    def open(self, load: Callable[[Version], T]) -> T:
        return load(self.check(self._name))


class Serving:
    """The shop's World, one a process. Safe to ask from many threads."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        settings: Settings,
        synonyms: ShopSynonyms,
        language_model: LanguageModel | None = None,
        version: str | None = None,
    ) -> None:
        """``version``: always of this one; None for the one that is in use."""
        self._store = store
        self._synonyms = synonyms
        self._language_model = language_model
        self._pinned = version is not None
        self._versions = Versions(folder) if version is None else _Pinned(folder, version)
        self._settings = settings
        self._advisors = Advisors()
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None
        self._usual: tuple[str | None, UsualDwell | None] | None = None
        self._learning = threading.Lock()
        self._learner: Learner | None = None
        self._looked = 0.0
        self._kept = 0

    def world(self) -> World:
        """The shop as it stands now. Raises ModelError where versions are there and none is whole."""
        world = self._catalogue_world()
        return replace(world, learner=self._follow(world), advisors=self._advisors)

    @property
    def signals(self) -> Signals:
        """How dwells and comments are read, by the version in use; where none is whole, dwells by their seconds."""
        named = self._versions.current_name()
        known = self._usual
        if known is None or known[0] != named:
            try:
                found = self._versions.open(usual_of)
            except ModelError as error:
                log.warning("what stays are usual is not known: %s", error)
                found = None
            known = self._usual = named, found
        return Signals(sentiment, known[1])

    def _follow(self, world: World) -> Learner:
        """The learner that belongs to the world's ranker, with what was observed until a moment ago."""
        learner = self._learner
        if learner is None or learner.prior is not world.ranker:
            with self._learning:
                learner = self._learner
                if learner is None or learner.prior is not world.ranker:
                    learner = self._learner = self._relearnt(world)
        if time.monotonic() < self._looked + LOOKS_EVERY or not self._learning.acquire(blocking=False):
            return learner
        try:
            looked = time.monotonic()
            found = self._store.observations(learner.state, OBSERVED_AT_ONCE)
            if any(one.document is None for one in found):
                learner = self._learner = self._relearnt(world)
            else:
                _take_in(learner, found)
            if len(found) < OBSERVED_AT_ONCE:
                self._looked = looked
            # what was learnt is kept once, for the version in use
            if learner.state - self._kept >= KEPT_EVERY and not self._pinned:
                self._store.put_document(LEARNT, {"version": world.model_version, **learner.document()})
                self._kept = learner.state
        finally:
            self._learning.release()
        return learner

    def _relearnt(self, world: World) -> Learner:
        """A learner that has taken in what the store holds, from what is kept of another where that fits; of what came
        before the ranker's log was read, the latest that were numbered, the same for every worker.
        """
        half_life = self._settings.ranking.half_life_days
        start = max(0, world.fitted[0] - RELEARNT_OF_LOG)
        learner = Learner(world.ranker, half_life_days=half_life, state=start, fitted=world.fitted)
        kept = self._store.document(LEARNT)
        if kept is not None and kept["version"] == world.model_version and learner.restore(kept):
            self._kept = learner.state
        while found := self._store.observations(learner.state):
            _take_in(learner, found)
        return learner

    def _catalogue_world(self) -> World:
        loaded = self._loaded
        if loaded is not None and self._is_current(loaded):
            return loaded.world
        with self._lock:
            loaded = self._loaded
            named = self._versions.current_name()
            if loaded is None or loaded.named != named:
                loaded = self._load(named)
            changes = self._items(after=loaded.world.catalogue.revision)
            if changes:
                loaded = loaded.changed(changes, self._types(), self._settings)
            if loaded.words is not (words := self._synonyms.latest_sound()):
                loaded = loaded.worded(words, self._settings)
            self._loaded = self._with_language_model(loaded)
            return self._loaded.world

    def damaged(self) -> list[str]:
        """What is wrong with the stored versions, one sentence each."""
        found: list[str] = []
        for name in self._versions.names():
            try:
                self._versions.check(name, thorough=True)
            except ModelError as error:
                found.append(str(error))
        return found

    def _with_language_model(self, loaded: Loaded) -> Loaded:
        """With the language model at hand, where one is configured, and in the reading, where that is
        wished.
        """
        model, world, wanted = self._language_model, loaded.world, self._settings.understanding
        if model is None or world.language_model is not None:
            return loaded
        if wanted.language_model == "assist" and isinstance(world.reader, Reader):
            reader = AssistedReader(
                world.reader, loaded.lookup, model, budget=wanted.budget, sure=wanted.sure
            )
            world = replace(world, reader=reader)
        return replace(loaded, world=replace(world, language_model=model))

    def _is_current(self, loaded: Loaded) -> bool:
        return (
            self._store.revision() == loaded.world.catalogue.revision
            and self._versions.current_name() == loaded.named
            and self._synonyms.latest_sound() is loaded.words
        )

    @property
    def _unreviewed(self) -> bool:
        return self._settings.enrichment.unreviewed == "on"

    def _items(self, after: int = 0) -> list[StoredItem]:
        """The store's items, with those of their derived fields that count."""
        return list(counted(self._store.items(after=after), unreviewed=self._unreviewed))

    def _types(self) -> dict[str, Any]:
        return dict(self._store.document(TYPES_DOCUMENT) or {})

    def _load(self, named: str | None) -> Loaded:
        words = self._synonyms.latest_sound()
        trained = self._versions.open(load_trained)
        self._usual = named, trained and trained.usual
        if trained is not None:
            loaded = Loaded.of_version(trained, named, self._settings, words)
            if trained.version.manifest["settings"].get("unreviewed", self._unreviewed) == self._unreviewed:
                return loaded
            # it was trained when derived fields counted that do not count any more, or the other way round
            derived = [one for one in self._store.items() if one.derived]
            changes = list(counted(derived, unreviewed=self._unreviewed))
            return loaded.changed(changes, self._types(), self._settings) if changes else loaded
        types, items = self._types(), self._items()
        catalogue, lookup = Catalogue.build(items, types), Lookup.build(items, types)
        return Loaded.of(named, catalogue, lookup, (), None, None, self._settings, words)


def _take_in(learner: Learner, observations: Sequence[Observation]) -> None:
    for one in observations:
        if one.user is not None and one.document is not None:
            learner.observe(one.number, one.user, Choice.of(one.document))
        else:
            learner.skip(one.number)
