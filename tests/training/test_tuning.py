import numpy as np
import pytest

from palate.recommenders.base import FitOptions, Interactions
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig
from palate.settings import FeedbackSettings, TrainSettings
from palate.training.tuning import CONFIGS, GRID, Tuned, configs_of, tune

SETTINGS = (FeedbackSettings(), TrainSettings())


def backward_log(users: int = 120, n_items: int = 30) -> Interactions:
    """What comes next is told by the item three before, not by the last one, which the defaults trust most."""
    random = np.random.default_rng(0)
    rows = []
    for _ in range(users):
        row = [int(random.integers(n_items))]
        for step in range(11):
            follows = (row[-3] + 1) % n_items if step > 2 else int(random.integers(n_items))
            row.append(follows)
        rows.append(list(dict.fromkeys(row)))
    lengths = np.array([len(row) for row in rows])
    items = np.concatenate(rows).astype(np.int32)
    return Interactions(
        indptr=np.concatenate(([0], np.cumsum(lengths))),
        items=items,
        weights=np.ones(len(items), np.float32),
        timestamps=np.concatenate([np.arange(1.0, n + 1) for n in lengths]),
        n_items=n_items,
        ordinal=True,
    )


def test_it_keeps_what_is_better_and_keeps_to_its_time():
    allowed = np.arange(30, dtype=np.int32)
    tuned = tune(backward_log(users=900), allowed, FitOptions(), *SETTINGS, 6.0)
    assert tuned.trials > 10
    assert tuned.seconds < 12
    assert all(after >= before for before, after in tuned.ndcg.values())
    assert any(after > 1.1 * before for before, after in tuned.ndcg.values())
    assert set(tuned.configs) == {name for name, (before, after) in tuned.ndcg.items() if after > before}
    assert configs_of(tuned.facts()) == tuned.configs


def test_with_too_few_people_nothing_is_tried():
    assert tune(backward_log(users=5), np.arange(30, dtype=np.int32), FitOptions(), *SETTINGS, 5.0) == Tuned()


def test_settings_of_another_release_are_left_out():
    facts = {"configs": {"item_knn": {"neighbours": 7}, "gone": {}, "ease": {"regularisation": 1.0}}}
    assert configs_of(facts) == {}
    assert configs_of({}) == {}


@pytest.mark.parametrize("name", GRID)
def test_every_default_is_in_the_middle_of_what_is_tried(name):
    for setting, values in GRID[name].items():
        assert getattr(CONFIGS[name], setting) in values


def test_a_tuned_setting_reaches_the_fit():
    from palate.training.sources import fit_sources

    config = ItemKNNConfig(neighbours=3)
    fitted = fit_sources(backward_log(), FitOptions(), names=["item_knn"], configs={"item_knn": config})
    assert set(fitted.models) == {"item_knn"}
    assert isinstance(fitted.models["item_knn"], ItemKNN)
    assert fitted.models["item_knn"].config == config
