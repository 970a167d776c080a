import json
import time

import numpy as np
import pytest

from palate.recommenders.base import FitOptions, Interactions
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig
from palate.settings import FeedbackSettings, TrainSettings
from palate.training import tuning
from palate.training.measure import gains, hold_out
from palate.training.source_settings import CONFIGS, GRID, configs_of
from palate.training.tuning import Tuned, tune

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


ALLOWED = np.arange(30, dtype=np.int32)


def test_it_keeps_what_makes_the_fusion_better_and_ends_where_nothing_is_left_to_try(monkeypatch):
    grid = {
        "sequential": {"regularisation": (50.0, 200.0, 500.0, 1_000.0)},
        "als": {"alpha": (5.0, 10.0, 20.0)},
    }
    monkeypatch.setattr("palate.training.tuning.GRID", grid)
    # or the log would be seen to be of another kind at once
    monkeypatch.setattr("palate.training.suiting.SUITED", {})
    tuned = tune(backward_log(users=900), ALLOWED, FitOptions(), *SETTINGS, 300.0)
    assert 3 <= tuned.trials <= 6
    assert tuned.seconds < 300
    assert tuned.kept[0].source == "sequential"
    assert (tuned.kept[0].before, tuned.kept[0].after) == (500.0, 200.0)
    assert all(one.gain > 2 * one.error > 0 for one in tuned.kept)
    before, after = tuned.ndcg
    assert after > 1.05 * before
    assert after - before == pytest.approx(sum(one.gain for one in tuned.kept))
    assert tuned.configs["sequential"].regularisation == tuned.kept[-1].after
    facts = tuned.facts()
    assert configs_of(facts) == tuned.configs
    assert facts == json.loads(json.dumps(facts))


def test_a_setting_that_helps_a_source_and_not_the_fusion_is_not_kept(monkeypatch):
    data = backward_log(users=900)
    monkeypatch.setattr("palate.training.tuning.GRID", {"item_knn": {"profile_decay": (0.8, 1.0)}})
    held = hold_out(data, 1)
    assert held is not None
    alone = [
        gains(ItemKNN.fit(held.rest, FitOptions(), config), held, ALLOWED, SETTINGS[0]).mean()
        for config in (ItemKNNConfig(), ItemKNNConfig(profile_decay=1.0))
    ]
    assert alone[1] > alone[0]
    tuned = tune(data, ALLOWED, FitOptions(), *SETTINGS, 300.0)
    assert (tuned.trials, tuned.configs, tuned.kept) == (1, {}, ())


def test_without_time_nothing_is_tried():
    assert tune(backward_log(users=900), ALLOWED, FitOptions(), *SETTINGS, 0.0).trials == 0


def test_with_too_few_people_nothing_is_tried():
    assert tune(backward_log(users=5), ALLOWED, FitOptions(), *SETTINGS, 5.0) == Tuned()


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


def test_most_trials_are_given_up_early_and_what_came_of_them_is_told(monkeypatch):
    asked = []
    held_out = tuning.held_out_gains
    monkeypatch.setattr(
        tuning, "held_out_gains", lambda data, n, seed: asked.append(n) or held_out(data, n, seed)
    )
    monkeypatch.setattr(tuning, "GRID", {"als": {"alpha": (5.0, 10.0, 20.0)}})
    told = []
    tuned = tune(
        backward_log(users=900), ALLOWED, FitOptions(), *SETTINGS, 300.0, progress=lambda *a: told.append(a)
    )
    assert tuned.trials == 2
    assert tuned.kept == ()
    # the first of them, all at the start, then a third of them
    assert asked[:3] == [300, 900, 300]
    assert asked.count(300) == 4
    assert any(stage.startswith("forecast: about") for stage, _, _ in told)
    assert "none of 2 trials" in tuned.verdict()
    assert tuned.facts()["verdict"] == tuned.verdict()


def test_it_ends_in_time():
    tuned = tune(backward_log(users=900), ALLOWED, FitOptions(), *SETTINGS, 8.0)
    assert tuned.trials
    assert tuned.seconds < 1.1 * 8


def test_where_judging_takes_long_fewer_people_judge_and_the_race_keeps_its_half(monkeypatch):
    judged = tuning.held_out_gains

    def slow(data, people, seed):
        time.sleep(0.003 * people)
        return judged(data, people, seed)

    monkeypatch.setattr(tuning, "held_out_gains", slow)
    monkeypatch.setattr("palate.training.suiting.SUITED", {})
    # all 900 would take more than 5 s before the first trial, and each trial 3 s
    tuned = tune(backward_log(users=900), ALLOWED, FitOptions(), *SETTINGS, 8.0)
    assert 300 <= tuned.people < 900
    assert tuned.prepared < 0.5 * 8
    assert tuned.trials
    assert tuned.seconds < 1.1 * 8
    assert f"judged by {tuned.people} people" in tuned.verdict()
    assert tuned.facts()["people"] == tuned.people
