"""Vectors for the items: taken from the store where an item's text is as it was, made where it is not."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.documents import content_hash, item_text
from palate.language_models.embedders import MAX_CHARACTERS, Embedder
from palate.storage.store import Store
from palate.training.progress import Progress, silent
from palate.values import Codes, StoredItem

BATCH = 1_024
"""Items embedded and stored at a time: what a killed training loses of its work."""
SECONDS_A_TEXT, SECONDS_A_CHARACTER = 6e-4, 12e-6
"""What the sentence encoder takes on a busy core: 480 texts of 116 characters a second, 290 of 225. Neither the size of
a batch nor the order of its texts makes a difference, so that is its own speed."""


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

    if missing:
        seconds = sum(
            SECONDS_A_TEXT + SECONDS_A_CHARACTER * min(len(texts[place]), MAX_CHARACTERS) for place in missing
        )
        progress(f"forecast: about {seconds:,.0f} s to embed {len(missing):,} texts", 0, None)
    for start in range(0, len(missing), BATCH):
        progress("embedding", start, len(missing))
        places = missing[start : start + BATCH]
        vectors[places] = embedder.embed([texts[place] for place in places])
        store.put_vectors(embedder.name, codes[places], [hashes[place] for place in places], vectors[places])
    progress("embedding", len(missing), len(missing))
    return codes, vectors
