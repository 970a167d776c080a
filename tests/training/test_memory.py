"""No fit, and no training as a whole, takes more than 20 % above the memory that was forecast for it.

Measured in a process of its own, from where the fit begins (palate.evaluation.memory).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("only Linux tells a process its peak anew", allow_module_level=True)

SOURCE = Path(__file__).parents[2] / "src"

LOG = """
import json, sys
from pathlib import Path
import numpy as np
from scipy import sparse
import implicit.cpu.als  # what a library takes is no fit's
from palate.evaluation.memory import PeakMemory
from palate.recommenders.base import FitOptions, Forecasts, Interactions

USERS, ITEMS, EACH = 1_200, 1_000, 30
random = np.random.default_rng(0)
rows = [random.permutation(np.unique(random.zipf(1.3, EACH) * 7 % ITEMS)) for _ in range(USERS)]
rows = [np.concatenate([row, np.setdiff1d(random.permutation(ITEMS)[:10], row)]) for row in rows]
lengths = np.array([len(row) for row in rows])
"""
FITS = """
from palate.training.sources import SOURCES

words = sparse.random_array((ITEMS, 2_000), density=0.01, rng=random, dtype=np.float32, format="csr")
data = Interactions(
    np.concatenate(([0], np.cumsum(lengths))), np.concatenate(rows).astype(np.int32),
    np.ones(lengths.sum(), np.float32), np.arange(float(lengths.sum())), ITEMS, True, words,
)
found = {}
for source in SOURCES:
    if isinstance(source.kind, Forecasts):
        forecast = source.kind.forecast(data, FitOptions())
        with PeakMemory() as memory:
            model = source.kind.fit(data, FitOptions())
        folder = Path(sys.argv[1]) / source.kind.name
        folder.mkdir()
        model.save(folder)
        kept = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        found[source.kind.name] = [memory.megabytes, forecast.megabytes, kept, forecast.kept]
        del model
print(json.dumps(found))
"""
ATTENTION = """
from palate.recommenders.attention import AttentionConfig
from palate.training import attention
from palate.training.attention_needs import megabytes_of

users, items, each, width, texts = map(int, sys.argv[2:])
drawn = [random.permutation(np.unique((random.zipf(1.3, each) * 7919 + random.integers(0, items, each)
    * (random.random(each) < 0.7)) % items)) for _ in range(users)]
sizes = np.array([len(row) for row in drawn])
words = sparse.random_array((items, texts), density=8 / texts, rng=random, dtype=np.float32, format="csr")
data = Interactions(
    np.concatenate(([0], np.cumsum(sizes))), np.concatenate(drawn).astype(np.int32),
    np.ones(sizes.sum(), np.float32), np.arange(float(sizes.sum())), items, True, words,
)
config = AttentionConfig(width=width, epochs=1)
forecast, kept = megabytes_of(data, config)
with PeakMemory() as memory:
    outcome = attention.fit_attention(data, FitOptions(), config, seconds=float("SECONDS"))
size = sum(array.nbytes for array in outcome.model.arrays.values()) / 1e6
print(json.dumps({"attention": [memory.megabytes, forecast, size, kept], "window": outcome.model.config.window}))
"""
TRAINING = """
from palate.language_models.tfidf import TfidfEmbedder
from palate.settings import Settings
from palate.storage import open_store
from palate.training.train import train
from palate.values import EVENT_TYPES, EventBatch, Item

folder = Path(sys.argv[1])
store = open_store("", folder)
store.put_items([Item(f"i{n}", f"thing {n % 91} of {n % 40}") for n in range(ITEMS)])
store.append_events(EventBatch(
    users=[f"{user:032x}" for user in range(USERS)],
    user_index=np.repeat(np.arange(USERS, dtype=np.int32), lengths),
    item_ids=[f"i{n}" for n in range(ITEMS)],
    item_index=np.concatenate(rows).astype(np.int32),
    kinds=np.full(lengths.sum(), EVENT_TYPES.index("like"), np.uint8),
    timestamps=1.7e9 + np.arange(float(lengths.sum())),
    values=np.full(lengths.sum(), np.nan),
))
memory, told = PeakMemory(), []

def progress(stage, done, total):
    if stage.startswith("forecast"):
        told.append(stage)
        memory.__enter__()

settings = Settings.model_validate({"train": {"attention": sys.argv[2], "attention_minutes": 0.2}})
tuning = float(sys.argv[3])
manifest = train(store, folder / "models", settings, TfidfEmbedder(), progress=progress, tune_seconds=tuning)
memory.__exit__()
print(json.dumps({"training": [memory.megabytes, manifest["forecast"]["training"]["megabytes"]],
                  "told": told, "sources": manifest["sources"]}))
"""


def in_a_child(code: str, folder: Path, *more: object) -> dict[str, list[float]]:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LOG + code, str(folder), *map(str, more)],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_fit_takes_no_more_than_was_forecast(tmp_path: Path):
    found = in_a_child(FITS, tmp_path)
    assert set(found) == {"item_knn", "text_knn", "als", "ease", "sequential"}
    for name, (seen, forecast, kept, kept_forecast) in found.items():
        if seen is None:
            pytest.skip("this kernel does not let a process start its peak anew")
        assert seen <= 1.2 * forecast, name
        assert kept <= 1.2 * kept_forecast, name
    # the fits are large enough for the constants not to hide everything
    assert found["sequential"][0] > 50
    assert found["ease"][0] > 15


SIZES = [
    pytest.param(1_200, 1_000, 40, 64, 500, id="small"),
    pytest.param(3_000, 20_000, 30, 128, 5_000, id="catalogue"),
    pytest.param(60, 3_000, 1_500, 64, 100, id="long-histories"),
    pytest.param(20, 200, 50, 16, 100, id="tiny"),
]


@pytest.mark.parametrize(("users", "items", "each", "width", "texts"), SIZES)
def test_attention_takes_what_was_forecast(
    tmp_path: Path, users: int, items: int, each: int, width: int, texts: int
):
    pytest.importorskip("torch", reason="torch is not installed: pip install 'palate[train]'")
    code = ATTENTION.replace("SECONDS", "4")
    found = in_a_child(code, tmp_path, users, items, each, width, texts)
    seen, forecast, kept, kept_forecast = found["attention"]
    if seen is None:
        pytest.skip("this kernel does not let a process start its peak anew")
    assert seen <= 1.2 * forecast
    assert forecast <= 2.5 * seen
    assert kept == pytest.approx(kept_forecast, rel=0.1)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("users", "items", "each", "width"),
    [(6_000, 20_000, 30, 128), (20_000, 60_000, 12, 64), (800, 3_000, 900, 128)],
)
def test_attention_takes_what_was_forecast_for_minutes_too(
    tmp_path: Path, users: int, items: int, each: int, width: int
):
    """Batches of ever new shapes must not let it grow."""
    pytest.importorskip("torch", reason="torch is not installed: pip install 'palate[train]'")
    code = ATTENTION.replace("SECONDS", "80").replace("epochs=1", "epochs=20")
    seen, forecast, *_ = in_a_child(code, tmp_path, users, items, each, width, 5_000)["attention"]
    if seen is None:
        pytest.skip("this kernel does not let a process start its peak anew")
    assert seen <= 1.2 * forecast <= 3 * seen


@pytest.mark.parametrize(("attention", "tuning"), [("off", 0), ("off", 8), ("on", 0)])
def test_a_training_takes_no_more_than_it_says_first(tmp_path: Path, attention: str, tuning: float):
    if attention == "on":
        pytest.importorskip("torch", reason="torch is not installed: pip install 'palate[train]'")
    found = in_a_child(TRAINING, tmp_path, attention, tuning)
    seen, forecast = found["training"]
    if seen is None:
        pytest.skip("this kernel does not let a process start its peak anew")
    assert {"ease", "sequential", "als", "item_knn", "text_knn"} <= set(found["sources"])
    assert ("attention" in found["sources"]) == (attention == "on")
    assert 50 < seen <= 1.2 * forecast
    assert found["told"][0].startswith(f"forecast: about {forecast:,.0f} MB")
    assert ("for the attention model" in found["told"][0]) == (attention == "on")
