"""Logs and catalogues as they should not be: training says what it makes of them, and what it makes is sensible."""

import math
from pathlib import Path

import numpy as np
import pytest

from palate.language_models.tfidf import TfidfEmbedder
from palate.recommenders.base import Context, Forecast
from palate.recommenders.sequential_linear import SequentialLinear
from palate.settings import FeedbackSettings, Settings
from palate.storage import open_store
from palate.training.interactions import build
from palate.training.train import load_trained, train
from palate.training.versions import Versions
from palate.values import EVENT_TYPES, EventBatch, Item, Mask


def batch(rows: list[tuple[int, str, float]]) -> EventBatch:
    """Likes: (user, item id, timestamp), in order of arrival."""
    item_ids = list(dict.fromkeys(item_id for _, item_id, _ in rows))
    users = sorted({user for user, _, _ in rows})
    return EventBatch(
        users=[f"{user:032x}" for user in users],
        user_index=np.array([users.index(user) for user, _, _ in rows], np.int32),
        item_ids=item_ids,
        item_index=np.array([item_ids.index(item_id) for _, item_id, _ in rows], np.int32),
        kinds=np.full(len(rows), EVENT_TYPES.index("like"), np.uint8),
        timestamps=np.array([time for _, _, time in rows]),
        values=np.full(len(rows), math.nan),
    )


def test_ids_that_differ_by_case_are_two_items_and_repeats_are_one_event(tmp_path: Path):
    store = open_store("", tmp_path)
    store.put_items([Item("a1", "a lamp"), Item("A1", "a chair"), Item("b", "a table")])
    written = store.append_events(batch([(0, "a1", 1.7e9), (0, "A1", 1.7e9 + 1), (0, "a1", 1.7e9)]))
    assert (written.added, written.unchanged) == (2, 1)
    data = build(store, FeedbackSettings(), 3)
    assert data.items.tolist() == store.codes(["a1", "A1"]).tolist()
    store.close()


def test_events_of_one_moment_keep_the_order_of_arrival(tmp_path: Path):
    """So what is held out is what came last, and no order by code tells what it was."""
    ids = ["m", "c", "x", "a", "k"]
    store = open_store("", tmp_path)
    store.put_items([Item(item_id, f"thing {item_id}") for item_id in sorted(ids)])
    store.append_events(batch([(user, ids[(user + n) % 5], 1.7e9) for user in range(30) for n in range(4)]))
    data = build(store, FeedbackSettings(), 5)
    codes = dict(zip(ids, store.codes(ids).tolist(), strict=True))
    rows = {tuple(data.items[a:b].tolist()) for a, b in zip(data.indptr, data.indptr[1:], strict=False)}
    assert rows == {tuple(codes[ids[(start + n) % 5]] for n in range(4)) for start in range(5)}
    store.close()


def test_more_items_than_events_people_of_one_event_and_items_without_text(tmp_path: Path):
    store = open_store("", tmp_path)
    store.put_items([Item(f"i{n}", "" if n % 3 else f"thing {n}") for n in range(300)])
    store.append_events(batch([(user, f"i{user % 7}", 1.7e9 + user) for user in range(60)]))
    manifest = train(store, tmp_path / "models", Settings(), TfidfEmbedder())
    assert manifest["sources"] == ["popularity"]
    assert manifest["fusion"] == {}
    assert manifest["skipped"]["item_knn"] == (
        "the log has 0 people who liked two items or more; item_knn needs 5"
    )
    trained = Versions(tmp_path / "models").open(load_trained)
    assert trained is not None
    mask = Mask(np.arange(300, dtype=np.int32))
    for model in trained.models.values():
        assert np.isfinite(model.score(Context(), mask)).all()
    store.close()


def test_a_model_beyond_the_limits_is_skipped_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # of so small a log every model takes less than the least limit
    monkeypatch.setattr(SequentialLinear, "forecast", lambda data, options: Forecast(500))
    store = open_store("", tmp_path)
    store.put_items([Item(f"i{n}", f"thing {n % 9} of {n % 4}") for n in range(40)])
    store.append_events(
        batch([(user, f"i{(user + 3 * n) % 40}", 1.7e9 + n) for user in range(80) for n in range(5)])
    )
    limits = {"megabytes": 110, "attention": "off"}
    stages: list[str] = []
    manifest = train(
        store,
        tmp_path / "models",
        Settings.model_validate({"train": limits}),
        TfidfEmbedder(),
        progress=lambda stage, done, total: stages.append(stage),
    )
    assert "sequential" not in manifest["sources"]
    assert "ease" in manifest["sources"]
    assert "MB of memory; train.megabytes allows 110" in manifest["skipped"]["sequential"]
    assert manifest["skipped"]["attention"] == "train.attention is off"
    assert any(stage.startswith("forecast: about") for stage in stages)
    assert manifest["fusion"] == {} or set(manifest["fusion"]["weights"]) >= {"item_knn", "content"}
    store.close()


def test_what_was_tuned_is_taken_over_by_the_next_training(tmp_path: Path, monkeypatch):
    grid = {"sequential": {"regularisation": (50.0, 200.0, 500.0)}}
    monkeypatch.setattr("palate.training.tuning.GRID", grid)
    # or the log would be seen to be of another kind, and nothing be left to tune
    monkeypatch.setattr("palate.training.suiting.SUITED", {})
    store = open_store("", tmp_path)
    store.put_items([Item(f"i{n}", f"thing {n % 9} of {n % 4}") for n in range(30)])
    random = np.random.default_rng(3)
    rows: list[tuple[int, str, float]] = []
    for user in range(600):
        # what comes next is told by the item three before
        taken = random.permutation(30)[:3].tolist()
        for _ in range(7):
            taken.append((taken[-3] + 1) % 30)
        rows += [(user, f"i{item}", 1.7e9 + n) for n, item in enumerate(dict.fromkeys(taken))]
    store.append_events(batch(rows))
    folder = tmp_path / "models"
    first = train(store, folder, Settings(), TfidfEmbedder(), tune_seconds=300.0)
    assert first["tuning"]["trials"] == 2
    assert first["tuning"]["configs"]["sequential"]["regularisation"] < 500
    assert [one["setting"] for one in first["tuning"]["kept"]] == ["regularisation"] * len(
        first["tuning"]["kept"]
    )
    second = train(store, folder, Settings(), TfidfEmbedder())
    assert second["tuning"] == first["tuning"]
    store.close()
