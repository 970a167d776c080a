"""Training: a snapshot of the shop's data becomes a version of its models.

A version holds what serving needs, each part in a folder of its own: ``catalogue/``, ``lookup/``,
``vectors/``, ``embedder/`` (where the embedder was fitted on the catalogue) and ``models/<source>/``.
``load_trained`` reads it.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.documents import item_text
from palate.catalogue.importing import TYPES_DOCUMENT
from palate.catalogue.lookup import Lookup
from palate.catalogue.vectors import VectorIndex
from palate.language_models.embedders import Embedder
from palate.language_models.tfidf import TfidfEmbedder
from palate.recommenders.base import FitOptions, Interactions, Recommender
from palate.recommenders.content import Content
from palate.settings import Settings
from palate.storage.store import Store
from palate.training.embedding import embed_items
from palate.training.interactions import build
from palate.training.measure import hold_out, recall
from palate.training.progress import Progress, silent
from palate.training.sources import fit_sources, load_sources, save_sources
from palate.training.versions import Version, Versions
from palate.values import AttributeType, Codes, StoredItem

SEED = 0


@dataclass(frozen=True, slots=True)
class Trained:
    """A version in memory. ``embedder``: the one that was fitted with it, None where the embedder needs no
    fit.
    """

    version: Version
    catalogue: Catalogue
    lookup: Lookup
    models: Mapping[str, Recommender]
    embedder: TfidfEmbedder | None


def train(
    store: Store, folder: Path, settings: Settings, embedder: Embedder, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Fit everything on what the store holds now, write a version into ``folder`` (the shop's ``models``) and
    switch to it.

    Returns the version's manifest. A catalogue without events trains: the sources that need a log are
    skipped, each with its reason. ``embedder`` is fitted first where it is one that is fitted on the
    catalogue. Raises ModelError where the version cannot be written; the version before it then still serves.
    """
    # more threads than the setting allows are many times slower on busy cores
    with threadpool_limits(settings.threads):
        return _train(store, folder, settings, embedder, progress or silent)


def _train(
    store: Store, folder: Path, settings: Settings, embedder: Embedder, tell: Progress
) -> dict[str, Any]:
    options = FitOptions(seed=SEED, threads=settings.threads)
    versions = Versions(folder)
    start = time.perf_counter()
    with versions.write() as draft:
        items = _read_items(store, tell)
        types: Mapping[str, AttributeType] = store.document(TYPES_DOCUMENT) or {}
        catalogue = Catalogue.build(items, types, lambda done, total: tell("catalogue", done, total))
        catalogue.save(_new(draft.folder / "catalogue"))
        tell("lookup", 0, None)
        Lookup.build(items, types).save(draft.folder / "lookup")

        codes, vectors = _vectors(store, embedder, items, draft.folder, tell)
        del items
        index = VectorIndex.build(catalogue.size, codes, vectors)
        index.save(_new(draft.folder / "vectors"))

        tell("reading events", 0, None)
        data = build(store, settings.feedback, catalogue.size)
        measures = _measure(data, index, catalogue.mask(()).codes, settings, options, tell)
        fitted = fit_sources(data, options, tell)
        save_sources(fitted.models, draft.folder / "models")

        draft.manifest.update(
            item_revision=catalogue.revision,
            counts={
                "items": catalogue.count,
                "users": data.n_users,
                "events": store.event_count(),
                "interactions": len(data.items),
            },
            ordinal=data.ordinal,
            settings={"feedback": settings.feedback.model_dump(mode="json"), "seed": SEED},
            embedder={"name": embedder.name, "dimensions": embedder.dimensions},
            sources=sorted(fitted.models),
            skipped=fitted.skipped,
            measures=measures,
            fit_seconds=fitted.seconds,
            train_seconds=round(time.perf_counter() - start, 3),
        )
        tell("writing", 0, None)
    versions.prune()
    return draft.manifest


def load_trained(version: Version) -> Trained:
    """Read a version, arrays mapped into memory; ModelError where something is missing or damaged.

    Serving opens the shop with ``Versions(folder).open(load_trained)``, which falls back to the last good
    version.
    """
    catalogue = Catalogue.load(version.folder / "catalogue")
    fitted = version.folder / "embedder"
    return Trained(
        version,
        catalogue.with_vectors(VectorIndex.load(version.folder / "vectors")),
        Lookup.load(version.folder / "lookup"),
        load_sources(version.folder / "models"),
        TfidfEmbedder.load(fitted) if fitted.is_dir() else None,
    )


def _read_items(store: Store, tell: Progress) -> list[StoredItem]:
    tell("reading items", 0, None)
    items = list(store.items())
    tell("reading items", len(items), len(items))
    return items


def _vectors(
    store: Store, embedder: Embedder, items: Sequence[StoredItem], folder: Path, tell: Progress
) -> tuple[Codes, NDArray[np.float32]]:
    """(codes, vectors) of the items, by an embedder that is fitted first where it has to be."""
    if not isinstance(embedder, TfidfEmbedder):
        return embed_items(store, embedder, items, tell)
    # its vectors mean nothing to another fit, so they stay in the version and never enter the store
    tell("embedding", 0, None)
    texts = {stored.code: item_text(stored.item) for stored in items if stored.item is not None}
    embedder.fit(list(texts.values()), SEED)
    embedder.save(_new(folder / "embedder"))
    return np.fromiter(texts, np.int32, len(texts)), embedder.embed(list(texts.values()))


def _measure(
    data: Interactions,
    index: VectorIndex,
    allowed: Codes,
    settings: Settings,
    options: FitOptions,
    tell: Progress,
) -> dict[str, Any]:
    """Recall@10 of each source on held-out last items, each source fitted without them; {} where there are
    too few.
    """
    held = hold_out(data, options.seed)
    if held is None:
        return {}
    sources: dict[str, Recommender] = {**fit_sources(held.rest, options, tell, "measuring").models}
    sources[Content.name] = Content(index)
    figures = {
        name: round(recall(source, held, allowed, settings.feedback), 4) for name, source in sources.items()
    }
    return {"protocol": "leave-last-out", "users": len(held.users), "recall@10": figures}


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
