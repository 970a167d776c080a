"""Vectors against a plain product; the projection ranks nearly as the whole does; changes and disk."""

import numpy as np
import pytest

from palate.catalogue import vectors as module
from palate.catalogue.documents import content_hash, item_text
from palate.catalogue.vectors import VectorIndex
from palate.errors import ModelError
from palate.values import Item, Mask


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def low_rank(n: int, d: int, seed: int = 0):
    """Unit vectors near a 40-dimensional subspace, as those of texts are."""
    random = np.random.default_rng(seed)
    decay = 0.9 ** np.arange(40)
    return unit(
        (random.normal(size=(n, 40)) * decay) @ random.normal(size=(40, d))
        + 0.05 * random.normal(size=(n, d))
    )


def mask(*codes: int) -> Mask:
    return Mask(np.array(codes, np.int32))


def whole(index: VectorIndex) -> Mask:
    return Mask(np.arange(index.size, dtype=np.int32))


@pytest.fixture
def rows():
    return low_rank(50, 16)


@pytest.fixture
def index(rows):
    return VectorIndex.build(60, np.arange(0, 50, dtype=np.int32), rows)


@pytest.mark.parametrize("codes", [range(60), range(0, 60, 2), range(50), [3, 49, 55], [], [70]])
def test_scores_are_cosines_beside_the_masks_codes(index, rows, codes):
    queries = low_rank(3, 16, seed=1)
    padded = np.zeros((100, 16), np.float32)
    padded[:50] = rows
    scores = index.score(queries, mask(*codes))
    assert scores.shape == (3, len(codes)) and scores.dtype == np.float32
    assert scores == pytest.approx(queries @ padded[list(codes)].T, abs=1e-6)


def test_an_item_is_nearest_to_itself_and_one_without_a_vector_to_nothing(index, rows):
    scores = index.score(rows[:5], whole(index))
    assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3, 4]
    assert (scores[:, 50:] == 0).all()


def test_changed_vectors_count_at_once_and_the_old_index_stands(index, rows):
    new = low_rank(3, 16, seed=2)
    changed = index.updated(np.array([65, 7, 20], np.int32), new).updated(np.array([7], np.int32), new[:1])
    assert (changed.size, index.size, changed.dimensions) == (66, 60, 16)
    assert np.array_equal(
        changed.at(np.array([65, 7, 8, 99], np.int32)), [new[0], new[0], rows[8], np.zeros(16)]
    )
    assert np.array_equal(index.at(np.array([7], np.int32))[0], rows[7])
    scores = changed.score(new, mask(7, 8, 20, 65))
    assert scores == pytest.approx(new @ np.stack([new[0], rows[8], new[2], new[0]]).T, abs=1e-6)


@pytest.mark.parametrize("d", [16, 256])
def test_vectors_come_back_from_disk(tmp_path, monkeypatch, d):
    monkeypatch.setattr(module, "PROJECT_ABOVE", 1000)
    index = VectorIndex.build(50, np.arange(50, dtype=np.int32), low_rank(50, d))
    index = index.updated(np.array([3, 52], np.int32), low_rank(2, d, seed=5))
    index.save(tmp_path)
    loaded = VectorIndex.load(tmp_path)
    queries = low_rank(2, d, seed=3)
    assert np.array_equal(loaded.at(whole(index).codes), index.at(whole(index).codes))
    assert loaded.score(queries, whole(index)) == pytest.approx(index.score(queries, whole(index)), abs=1e-5)
    (tmp_path / "matrix.npy").write_bytes(b"")
    with pytest.raises(ModelError, match="train the shop again"):
        VectorIndex.load(tmp_path)


def test_a_large_matrix_is_scanned_in_the_projection_and_a_selective_mask_exactly():
    rows = low_rank(25_000, 512)
    index = VectorIndex.build(25_000, np.arange(25_000, dtype=np.int32), rows)
    assert 0 < index.residual < 0.2
    queries = rows[:20]
    exact = queries @ rows.T
    full = index.score(queries, whole(index))
    assert not np.array_equal(full, exact)
    assert np.abs(full - exact).max() < 0.3
    top, true_top = (np.argsort(-scores, axis=1)[:, :50] for scores in (full, exact))
    assert np.mean([len(np.intersect1d(a, b)) / 50 for a, b in zip(top, true_top, strict=True)]) > 0.8
    some = mask(*range(0, 25_000, 10))
    assert index.score(queries, some) == pytest.approx(exact[:, some.codes], abs=1e-5)

    fresh = index.updated(np.array([5], np.int32), rows[20:21])
    assert fresh.score(rows[20:21], whole(fresh))[0, [5, 20]] == pytest.approx(
        full[0, 0] * np.ones(2), abs=0.1
    )


def test_what_is_embedded_of_an_item():
    fields = {
        "title_zh": "智能手环", "categories": ["Electronics", "Smart bands"], "brand": "Lumo",
        "description": "x" * 500, "price": 3, "material": "silicone",
    }  # fmt: skip
    text = item_text(Item("a", "Smart band", fields))
    assert text == "Smart band. 智能手环. Electronics, Smart bands. Lumo. " + "x" * 200
    assert item_text(Item("a", "Mug")) == "Mug"
    assert content_hash(text) == content_hash(text) != content_hash(text + " ")
    assert len(content_hash("")) == 32
