"""Vectors for the items: taken from the store where an item's text is as it was, made where it is not. And
the embedder that made the vectors of a version.
"""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.documents import content_hash, item_text
from palate.errors import MissingDependency, ModelError
from palate.language_models.embedders import Embedder, make_embedder
from palate.language_models.tfidf import TfidfEmbedder
from palate.settings import Settings
from palate.storage.store import Store
from palate.training.progress import Progress, silent
from palate.training.versions import MANIFEST
from palate.values import Codes, StoredItem

log = logging.getLogger(__name__)

EMBEDDER_FOLDER = "embedder"
"""Where a version keeps an embedder that was fitted with it."""
BATCH = 1_024
"""Items embedded and stored at a time: what a killed training loses of its work."""


def embed_items(
    store: Store, embedder: Embedder, items: Sequence[StoredItem], progress: Progress = silent
) -> tuple[Codes, NDArray[np.float32]]:
    """(codes int32 [n], vectors float32 [n, d]) of the items that are there (``item`` not None).

    New vectors are stored batch by batch under the embedder's name, with the hash of the text, so that
    neither the next training nor a repeated one embeds them again.
    """
    live = [stored for stored in items if stored.item is not None]
    codes = np.array([stored.code for stored in live], np.int32)
    texts = [item_text(stored.item) for stored in live if stored.item is not None]
    hashes = [content_hash(text) for text in texts]
    vectors = np.zeros((len(live), embedder.dimensions), np.float32)

    known_codes, known_hashes, known_vectors = store.vectors(embedder.name)
    row_of = dict(zip(known_codes.tolist(), range(len(known_codes)), strict=True))
    missing: list[int] = []
    for place, (code, text_hash) in enumerate(zip(codes.tolist(), hashes, strict=True)):
        row = row_of.get(code)
        if row is not None and known_hashes[row] == text_hash:
            vectors[place] = known_vectors[row]
        else:
            missing.append(place)

    for start in range(0, len(missing), BATCH):
        progress("embedding", start, len(missing))
        places = missing[start : start + BATCH]
        vectors[places] = embedder.embed([texts[place] for place in places])
        store.put_vectors(embedder.name, codes[places], [hashes[place] for place in places], vectors[places])
    progress("embedding", len(missing), len(missing))
    return codes, vectors


def load_embedder(folder: Path, settings: Settings) -> Embedder | None:
    """The embedder whose vectors the version in ``folder`` holds.

    None, with a warning, where the settings name another by now, or its package is gone: queries cannot be
    embedded until the shop is trained again. ModelError where the version is damaged.
    """
    if (folder / EMBEDDER_FOLDER).is_dir():
        return TfidfEmbedder.load(folder / EMBEDDER_FOLDER)
    path = folder / MANIFEST
    try:
        trained = json.loads(path.read_text(encoding="utf-8"))["embedder"]["name"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{str(path)!r} is missing or damaged ({error}); train again: palate train"
        ) from None
    embedder = make_embedder(settings.embedder)
    try:
        if embedder.name == trained:
            return embedder
        reason = f"the settings name {embedder.name!r}"
    except MissingDependency as error:
        reason = str(error)
    log.warning(
        "search by meaning is off: the models were trained with the embedder %r, but %s; "
        "train again: palate train",
        trained,
        reason,
    )
    return None
