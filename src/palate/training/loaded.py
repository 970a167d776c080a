"""A World made of a version or of the bare catalogue, with what it was made of, so that changes can be laid over it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Self

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.documents import item_text
from palate.catalogue.lookup import Lookup
from palate.dialogue.grounding.vocabulary import Vocabulary
from palate.dialogue.world import World
from palate.language_models.embedders import Embedder, embedder_of
from palate.ranking.features import HISTORY, feature_names, starting_weights
from palate.ranking.linear import LinearRanker
from palate.recommenders.base import Recommender, TakesNewItems
from palate.recommenders.content import Content
from palate.recommenders.dense import Dense
from palate.recommenders.lexical import Lexical
from palate.recommenders.proposals import Proposals
from palate.settings import Settings
from palate.training.fusion import Fusion
from palate.training.train import Trained
from palate.understanding.reader import Reader
from palate.values import StoredItem

EMBEDDED_LIVE = 256
"""As many changed items get their vectors at once; a whole new catalogue waits for training."""

REBUILT_BEYOND = 5_000
"""With more changes than this over its base, the lookup is built afresh."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """A World and what it was made of. ``named``: what the pointer to the current version said at the time;
    the version loaded may be an older one, where that one is damaged.
    """

    named: str | None
    world: World
    lookup: Lookup
    trained: tuple[Recommender, ...]
    words: Mapping[str, Any]
    fusion: Fusion | None = None

    @classmethod
    def of_version(
        cls, trained: Trained, named: str | None, settings: Settings, words: Mapping[str, Any]
    ) -> Self:
        """Of a version and the shop's ``words``. Where another embedder made its vectors, they are not used."""
        embedder = trained.embedder or embedder_of(settings)
        wanted = trained.version.manifest["embedder"]["name"]
        if embedder.name != wanted:
            log.warning(
                "the vectors were made by %s and the embedder is %s: train again", wanted, embedder.name
            )
            trained = replace(trained, catalogue=trained.catalogue.with_vectors(None))
        models = tuple(trained.models.values())
        return cls.of(
            named,
            trained.catalogue,
            trained.lookup,
            models,
            embedder,
            trained.version.name,
            settings,
            words,
            trained.fusion,
        )

    @classmethod
    def of(
        cls,
        named: str | None,
        catalogue: Catalogue,
        lookup: Lookup,
        trained: tuple[Recommender, ...],
        embedder: Embedder | None,
        version: str | None,
        settings: Settings,
        words: Mapping[str, Any],
        fusion: Fusion | None = None,
    ) -> Self:
        """Of a catalogue and what was ``trained`` on it, which may be nothing."""
        sources: list[Recommender] = [Lexical(catalogue.lexical)]
        if catalogue.vectors is not None:
            sources += [Dense(catalogue.vectors), Content(catalogue.vectors)]
        fused = fusion.by_name() if fusion else {}
        if settings.proposals.language_model == "on":
            sources.append(Proposals())
        # a source that the weights leave out would be asked in every request for nothing
        worth_asking = [
            source
            for source in trained
            if fused.get(source.name, 0.0) > 0 or source.name in (*HISTORY, *settings.ranking.weights)
        ]
        recommenders = (*sources, *worth_asking)
        names = feature_names([recommender.name for recommender in recommenders])
        weights = {**starting_weights(names, fused), **settings.ranking.weights}
        ranker = LinearRanker.start(names, weights, (fusion.names, fusion.covariance) if fusion else None)
        floors = fusion.floors if fusion else {}
        reader = Reader(lookup, words, embedder or embedder_of(settings))
        world = World(
            catalogue, reader, recommenders, ranker, embedder, settings,
            cache(partial(Vocabulary, catalogue, lookup, reader.lexicon)), version, floors=floors, lookup=lookup,
            fitted=(fusion.observed, fusion.names) if fusion else (0, ()),
        )  # fmt: skip
        return cls(named, world, lookup, trained, words, fusion)

    def changed(
        self, changes: Sequence[StoredItem], types: Mapping[str, Any], settings: Settings
    ) -> "Loaded":
        """With these items of the store laid over it."""
        world = self.world
        catalogue = world.catalogue.updated(changes, types)
        vectors, embedder, trained = catalogue.vectors, world.embedder, self.trained
        if vectors is not None and embedder is not None:
            present = [change for change in changes if change.item is not None][:EMBEDDED_LIVE]
            codes = np.array([change.code for change in present], np.int32)
            texts = [item_text(change.item) for change in present if change.item is not None]
            made = embedder.embed(texts)
            catalogue = catalogue.with_vectors(vectors.updated(codes, made))
            trained = tuple(
                model.with_items(codes, made) if isinstance(model, TakesNewItems) else model
                for model in trained
            )
        if self.lookup.changed + len(changes) > REBUILT_BEYOND:
            lookup = Lookup.build(catalogue.stored(), types)
        else:
            lookup = self.lookup.updated(changes, types)
        return self.of(
            self.named,
            catalogue,
            lookup,
            trained,
            embedder,
            world.model_version,
            settings,
            self.words,
            self.fusion,
        )

    def worded(self, words: Mapping[str, Any], settings: Settings) -> "Loaded":
        """With other words of the shop."""
        world = self.world
        return self.of(
            self.named, world.catalogue, self.lookup, self.trained, world.embedder, world.model_version, settings,
            words, self.fusion,
        )  # fmt: skip
