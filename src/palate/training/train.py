"""Training: a snapshot of the shop's data becomes a version of its models.

A version holds what serving needs, each part in a folder of its own: ``catalogue/``, ``lookup/``,
``vectors/``, ``embedder/`` (where the embedder was fitted on the catalogue) and ``models/<source>/``.
``load_trained`` reads it.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.documents import item_text
from palate.catalogue.enrichment.content import counted
from palate.catalogue.importing import TYPES_DOCUMENT
from palate.catalogue.lookup import Lookup
from palate.catalogue.vectors import VectorIndex
from palate.errors import ModelError
from palate.feedback.dwell import UsualDwell
from palate.feedback.signals import Signals
from palate.language_models.embedders import Embedder
from palate.language_models.tfidf import TfidfEmbedder
from palate.recommenders.als import ALS
from palate.recommenders.base import FitOptions, Recommender
from palate.recommenders.content import Content
from palate.settings import Settings
from palate.storage import EXPERIMENTS, Store
from palate.training.content import word_vectors
from palate.training.dwell import save_usual, usual_dwell, usual_of
from palate.training.embedding import embed_items
from palate.training.fitting import Fit, attends, fit_all, forecast, told
from palate.training.fusion import Fusion
from palate.training.interactions import build
from palate.training.progress import Progress, silent
from palate.training.source_settings import configs_of
from palate.training.sources import load_sources, save_sources
from palate.training.tuning import megabytes_of_search, tune
from palate.training.validation import compare, fused, latest_day, load_gains, save_gains, trial
from palate.training.versions import Draft, Version, Versions
from palate.understanding.act_model import EMBEDDER
from palate.understanding.comments import sentiment
from palate.understanding.near_words import keep_vectors, recall_vectors
from palate.values import AttributeType, Codes, Item, StoredItem

SEED = 0
SEARCH = 0.5
"""The most of the time for tuning that the search of the other sources' settings takes where the attention model is
trained, which has the rest on top of its own minutes: nothing tried gained as much as longer training did.
"""


@dataclass(frozen=True, slots=True)
class Trained:
    """A version in memory. ``embedder``: the one that was fitted with it, None where the embedder needs no
    fit; ``usual`` dwells, None where the log did not tell them.
    """

    version: Version
    catalogue: Catalogue
    lookup: Lookup
    models: Mapping[str, Recommender]
    embedder: TfidfEmbedder | None
    fusion: Fusion | None
    usual: UsualDwell | None = None


def train(
    store: Store,
    folder: Path,
    settings: Settings,
    embedder: Embedder,
    *,
    progress: Progress | None = None,
    tune_seconds: float = 0.0,
    force: bool = False,
) -> dict[str, Any]:
    """Fit everything on what the store holds now, write a version into ``folder`` (the shop's ``models``) and
    switch to it, unless it is worse than the one in use (palate.training.validation); with ``force`` even then.

    Returns the version's manifest. A catalogue without events trains: the sources that need a log are
    skipped, each with its reason. ``embedder`` is fitted first where it is one that is fitted on the
    catalogue. ``tune_seconds``: how much longer the training may take, to search for better settings of the sources
    and to train the attention model for longer; the settings found are kept with the version and taken over by the
    trainings after it. Raises ModelError where the version cannot
    be written; the version before it then still serves.
    """
    # more threads than the setting allows are many times slower on busy cores
    with threadpool_limits(settings.threads):
        return _train(store, folder, settings, embedder, progress or silent, tune_seconds, force)


def _train(
    store: Store,
    folder: Path,
    settings: Settings,
    embedder: Embedder,
    tell: Progress,
    tune_seconds: float,
    force: bool,
) -> dict[str, Any]:
    options = FitOptions(seed=SEED, threads=settings.threads, megabytes=settings.train.megabytes)
    versions = Versions(folder)
    start = time.perf_counter()
    with versions.write() as draft:
        unreviewed = settings.enrichment.unreviewed == "on"
        items = _read_items(store, unreviewed, tell)
        types: Mapping[str, AttributeType] = store.document(TYPES_DOCUMENT) or {}
        catalogue = Catalogue.build(items, types, lambda done, total: tell("catalogue", done, total))
        catalogue.save(_new(draft.folder / "catalogue"))
        tell("lookup", 0, None)
        lookup = Lookup.build(items, types)
        lookup.save(draft.folder / "lookup")
        if embedder.name == EMBEDDER:
            keep_vectors(lookup, embedder, draft.folder / "near_words")
        del lookup

        codes, vectors = _vectors(store, embedder, items, draft.folder, tell)
        words = word_vectors(_by_code(items, catalogue.size))
        tell("reading events", 0, None)
        usual = usual_dwell(store, items, catalogue.size)
        if usual:
            save_usual(draft.folder, usual)
        del items
        index = VectorIndex.build(catalogue.size, codes, vectors)
        index.save(_new(draft.folder / "vectors"))

        observed = store.last_observation()  # just before the log is read
        signals = Signals(sentiment, usual)
        data = replace(build(store, settings.feedback, catalogue.size, signals), content=words)
        limits = settings.train
        attending = attends(len(data.items), limits)
        longest = limits.attention_minutes + (tune_seconds / 60 if attending else 0)
        needed = forecast(
            data,
            options,
            limits.model_copy(update={"attention_minutes": longest}),
            megabytes_of_search(data) if tune_seconds > 0 else 0.0,
        )
        tell(told(needed), 0, None)
        allowed, content = catalogue.mask(()).codes, Content(index)
        tuning = _tuned_before(versions)
        configs = configs_of(tuning)
        if tune_seconds > 0:
            tuned = tune(
                data,
                allowed,
                options,
                settings.feedback,
                limits,
                tune_seconds * SEARCH if attending else tune_seconds,
                configs,
                [content],
                tell,
            )
            configs, tuning = tuned.configs, tuned.facts()
            if attending:
                minutes = limits.attention_minutes + max(0.0, tune_seconds - tuned.seconds) / 60
                limits = limits.model_copy(update={"attention_minutes": minutes})
                tuning["attention_minutes"] = round(minutes, 2)
        fit = fit_all(data, allowed, options, settings.feedback, limits, [content], tell, configs)
        tell("validating", 0, None)
        validation = _validate(fit, versions, draft, content, allowed, settings, data.ordinal, force)
        models = fit.fitted.models
        if isinstance(als := models.get(ALS.name), ALS):
            people = np.bincount(data.items[data.weights > 0], minlength=data.n_items)
            models[ALS.name] = als.with_content(index.at(np.arange(data.n_items, dtype=np.int32)), people)
        save_sources(models, draft.folder / "models")
        if fit.fusion:
            replace(fit.fusion, observed=observed).save(_new(draft.folder / "fusion"))

        draft.manifest.update(
            item_revision=catalogue.revision,
            counts={
                "items": catalogue.count,
                "users": data.n_users,
                "events": store.event_count(),
                "interactions": len(data.items),
            },
            ordinal=data.ordinal,
            settings={
                "feedback": settings.feedback.model_dump(mode="json"),
                "seed": SEED,
                "unreviewed": unreviewed,
            },
            embedder={"name": embedder.name, "dimensions": embedder.dimensions},
            sources=sorted(fit.fitted.models),
            skipped=fit.fitted.skipped,
            measures=fit.measures,
            trained_until=_trained_until(data.timestamps),
            validation=validation,
            fusion=fit.fusion.facts() if fit.fusion else {},
            attention=fit.attention,
            kinds=fit.kinds,
            tuning=tuning,
            forecast={name: asdict(need) for name, need in needed.items()},
            fit_seconds=fit.fitted.seconds,
            train_seconds=round(time.perf_counter() - start, 3),
        )
        tell("writing", 0, None)
    versions.prune(settings.train.keep_versions, tried=_tried(store))
    return draft.manifest


def _validate(
    fit: Fit,
    versions: Versions,
    draft: Draft,
    content: Content,
    allowed: Codes,
    settings: Settings,
    ordinal: bool,
    force: bool,
) -> dict[str, Any]:
    """Compare what was fitted with the version in use, decide whether ``draft`` takes its place, and say why."""
    held = latest_day(fit.held, ordinal=ordinal, seed=SEED) if fit.held else None
    name = versions.current_name()
    if held is None:
        few = "the log has too few people to hold out"
        draft.switch = force or not (name and versions.was_validated(name))
        if draft.switch:
            return {"verdict": f"in use, not validated: {few}"}
        return {"verdict": f"not in use, as it cannot be compared with the one that is: {few}"}
    feedback, weights = settings.feedback, settings.ranking.weights
    new = trial(fused(fit.early, fit.fusion, weights), held, allowed, feedback)
    save_gains(draft.folder, new)
    facts = new.facts()
    if name is None:
        return {**facts, "verdict": "in use, as the first version"}
    try:
        serving = load_trained(versions.check(name))
        kept = load_gains(serving.version.folder, serving.version.manifest)
    except ModelError as error:
        return {**facts, "verdict": f"in use: the version before it, {name}, cannot be read ({error})"}
    old = fused([*serving.models.values(), content], serving.fusion, weights)
    # positions in people's own orders do not tell what was there at the time
    seen = np.inf if ordinal else serving.version.manifest.get("trained_until", np.inf)
    found = compare(new, old, kept, seen, allowed, feedback, SEED)
    if found is None:
        told = "too little has happened since the version before it was trained to compare the two"
        return {**facts, "against": name, "verdict": f"in use: {told}"}
    facts = {**facts, "against": name, "comparison": found.facts()}
    if not found.is_worse:
        return {**facts, "verdict": f"in use, not worse: {found.told()}"}
    if force:
        return {**facts, "verdict": f"in use by force, though worse: {found.told()}"}
    draft.switch = False
    return {**facts, "verdict": f"not in use, as it is worse: {found.told()}"}


def _trained_until(timestamps: NDArray[np.float64]) -> float:
    """Up to when the log was seen, epoch seconds: a clock that ran ahead has not seen the future."""
    return min(float(timestamps.max(initial=0.0)), time.time())


def load_trained(version: Version) -> Trained:
    """Read a version, arrays mapped into memory; ModelError where something is missing or damaged.

    Serving opens the shop with ``Versions(folder).open(load_trained)``, which falls back to the last good
    version.
    """
    try:
        catalogue = Catalogue.load(version.folder / "catalogue")
        fitted, fusion = version.folder / "embedder", version.folder / "fusion"
        recall_vectors(version.folder / "near_words")
        return Trained(
            version,
            catalogue.with_vectors(VectorIndex.load(version.folder / "vectors")),
            Lookup.load(version.folder / "lookup"),
            load_sources(version.folder / "models"),
            TfidfEmbedder.load(fitted) if fitted.is_dir() else None,
            Fusion.load(fusion) if fusion.is_dir() else None,
            usual_of(version),
        )
    except (KeyError, TypeError, ValueError) as error:
        # JSON that is whole but says something else than expected
        raise ModelError(
            f"{str(version.folder)!r} cannot be read ({error!r}); train again: palate train"
        ) from error


def _tried(store: Store) -> list[str]:
    """The versions that the running experiment serves."""
    running = [one for one in store.document(EXPERIMENTS) or () if one["stopped"] is None]
    return [one["treatment"]["version"] for one in running if "version" in one["treatment"]]


def _read_items(store: Store, unreviewed: bool, tell: Progress) -> list[StoredItem]:
    tell("reading items", 0, None)
    items = list(counted(store.items(), unreviewed=unreviewed))
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


def _by_code(items: Sequence[StoredItem], size: int) -> list[Item | None]:
    found: list[Item | None] = [None] * size
    for stored in items:
        found[stored.code] = stored.item
    return found


def _tuned_before(versions: Versions) -> Mapping[str, Any]:
    """What the version in use says of its tuning; nothing where there is none, or none that can be read."""
    name = versions.current_name()
    try:
        return versions.load_manifest(name).get("tuning", {}) if name else {}
    except ModelError:
        return {}


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
