"""Public logs, leave-last-out: the sources against the baselines that the data's README gives.

They lie in ``../shared/data`` beside the repository, or where PALATE_TEST_DATA points; without
them these tests skip.
"""

import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pytest

from palate.recommenders.als import ALS
from palate.recommenders.base import FitOptions, Interactions
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig
from palate.recommenders.popularity import Popularity
from palate.settings import FeedbackSettings
from palate.training.measure import HeldOut, hold_out, recall

DATA = Path(os.environ.get("PALATE_TEST_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
UNDECAYED = FeedbackSettings(half_life_events=1e9)
COSINE = ItemKNNConfig(
    neighbours=100_000, gap_decay=1, backward=1, from_power=0.5, to_power=0.5, shrinkage=0, profile_decay=1
)
EVENTS_OF = {"movielens-1m": 999_611, "amazon-beauty": 198_502}


def read(name: str) -> HeldOut:
    path = DATA / name / "events.csv.gz"
    if not path.exists():
        pytest.skip(f"{path} is missing")
    columns = {"user_id": pa.string(), "item_id": pa.string()}
    table = csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=columns))
    users, items = (
        pc.dictionary_encode(table[column]).combine_chunks().indices.to_numpy() for column in columns
    )
    positions = table["timestamp"].to_numpy().astype(np.float64)
    order = np.lexsort((positions, users))
    assert len(order) == EVENTS_OF[name]
    data = Interactions(
        indptr=np.concatenate(([0], np.cumsum(np.bincount(users)))),
        items=items[order].astype(np.int32),
        weights=np.ones(len(order), np.float32),
        timestamps=positions[order],
        n_items=int(items.max()) + 1,
        ordinal=True,
    )
    held = hold_out(data, most=100_000)
    assert held is not None
    return held


@pytest.fixture(scope="module")
def movielens() -> HeldOut:
    return read("movielens-1m")


@pytest.fixture(scope="module")
def beauty() -> HeldOut:
    return read("amazon-beauty")


def figure(held: HeldOut, kind, config=None, feedback: FeedbackSettings | None = None) -> float:
    start = time.perf_counter()
    model = kind.fit(held.rest, FitOptions(), config) if config else kind.fit(held.rest, FitOptions())
    fitted = time.perf_counter() - start
    found = recall(model, held, np.arange(held.rest.n_items, dtype=np.int32), feedback or FeedbackSettings())
    print(f"\n{kind.name}: fit {fitted:.1f} s, recall@10 {found:.4f}")
    return found


def some(held: HeldOut, step: int) -> HeldOut:
    """Every ``step``-th of the users; the fit is the same."""
    return replace(held, users=held.users[::step], targets=held.targets[::step], times=held.times[::step])


def test_popularity_is_that_of_the_readme(movielens, beauty):
    assert (len(movielens.users), len(beauty.users)) == (6_040, 22_363)
    assert figure(movielens, Popularity) == pytest.approx(0.0363, abs=0.0005)
    assert figure(beauty, Popularity) == pytest.approx(0.0135, abs=0.0005)


def test_our_defaults_on_some_users(movielens, beauty):
    """A standard error is about .016, .008, .008 and .006."""
    assert figure(some(movielens, 8), ItemKNN) > 0.23
    assert figure(some(movielens, 8), ALS) > 0.08
    assert figure(some(beauty, 16), ItemKNN) > 0.075
    assert figure(some(beauty, 16), ALS) > 0.035


@pytest.mark.slow
def test_the_cosine_is_that_of_the_readme(movielens, beauty):
    """With all neighbours: of fewer the README keeps those of each candidate, we of each item owned."""
    assert figure(movielens, ItemKNN, COSINE, UNDECAYED) == pytest.approx(0.0704, abs=0.0005)
    assert figure(beauty, ItemKNN, COSINE, UNDECAYED) == pytest.approx(0.0643, abs=0.0005)


@pytest.mark.slow
def test_our_defaults_on_all_users(movielens, beauty):
    assert figure(movielens, ItemKNN) > 0.265
    assert figure(movielens, ALS) > 0.10
    assert figure(beauty, ItemKNN) > 0.095
    assert figure(beauty, ALS) > 0.05
