import numpy as np
import pytest

from palate.recommenders.base import FitOptions, Interactions
from palate.settings import FeedbackSettings, TrainSettings
from palate.training.fitting import fit_all
from palate.training.measure import gains, hold_out
from palate.training.source_settings import CHAIN, CONFIGS, CROWD, SUITED, TASTE, THIN
from palate.training.sources import fit_sources, needs
from palate.training.suiting import configs_of_kinds, seconds_of_suiting, suit

OPTIONS, FEEDBACK = FitOptions(), FeedbackSettings()
LIMITS = TrainSettings(attention="off")
ITEMS = 60
ALLOWED = np.arange(ITEMS, dtype=np.int32)


def log(rows: list[list[int]]) -> Interactions:
    lengths = np.array([len(row) for row in rows])
    items = np.concatenate(rows).astype(np.int32)
    times = np.concatenate([np.arange(1.0, n + 1) for n in lengths])
    return Interactions(
        np.concatenate(([0], np.cumsum(lengths))), items, np.ones(len(items), np.float32), times, ITEMS, True
    )


def chains(people: int = 150) -> Interactions:
    """Each item is followed by one of three, nearly always."""
    random = np.random.default_rng(0)
    rows: list[list[int]] = []
    for _ in range(people):
        row = [int(random.integers(ITEMS))]
        while len(row) < 10:
            follows = (row[-1] * 7 + int(random.integers(3))) % ITEMS if random.random() < 0.9 else -1
            row.append(follows if follows not in (-1, *row) else int(random.integers(ITEMS)))
        rows.append(list(dict.fromkeys(row)))
    return log(rows)


def crowds(people: int = 300) -> Interactions:
    """Everyone draws from the same popularity, in no order."""
    random = np.random.default_rng(0)
    chances = 1 / (1 + np.arange(ITEMS)) ** 1.3
    chances /= chances.sum()
    return log([random.choice(ITEMS, 12, replace=False, p=chances).tolist() for _ in range(people)])


def test_a_small_log_of_chains_gets_sharp_settings_and_is_ranked_better_for_it():
    data = chains()
    fit = fit_all(data, ALLOWED, OPTIONS, FEEDBACK, LIMITS)
    assert fit.kinds["item_knn"] == CHAIN
    assert fit.kinds["sequential"] == CHAIN
    assert fit.fitted.models["item_knn"].config == SUITED["item_knn"][CHAIN]
    held = hold_out(data, 5)
    assert held is not None
    usual = fit_sources(held.rest, OPTIONS, names=["item_knn"]).models["item_knn"]
    suited = fit_sources(held.rest, OPTIONS, names=["item_knn"], configs=configs_of_kinds(fit.kinds))
    found = gains(suited.models["item_knn"], held, ALLOWED, FEEDBACK).mean()
    assert found > 1.05 * gains(usual, held, ALLOWED, FEEDBACK).mean()


def test_where_everyone_takes_the_same_the_fusion_ranks_no_worse_than_popularity():
    fit = fit_all(crowds(), ALLOWED, OPTIONS, FEEDBACK, LIMITS)
    assert fit.kinds["als"] == CROWD
    assert fit.fusion is not None
    assert fit.fusion.ndcg["fusion"] > fit.fusion.ndcg["popularity"] - 0.01


def test_settings_that_were_tuned_are_left_alone():
    tuned = {"item_knn": CONFIGS["item_knn"]}
    fit = fit_all(chains(), ALLOWED, OPTIONS, FEEDBACK, LIMITS, configs=tuned)
    assert "item_knn" not in fit.kinds
    assert fit.fitted.models["item_knn"].config == tuned["item_knn"]
    assert fit.kinds["sequential"] == CHAIN


def test_a_fit_that_takes_long_is_not_done_again_for_other_kinds(monkeypatch):
    data = chains()
    held = hold_out(data, 0)
    assert held is not None
    models = fit_sources(held.rest, OPTIONS, limits=LIMITS).models
    monkeypatch.setattr("palate.training.suiting.QUICK", -1.0)
    assert suit(dict(models), held, ALLOWED, OPTIONS, FEEDBACK, LIMITS) == {}
    assert seconds_of_suiting(needs(data, OPTIONS)) == 0


@pytest.mark.parametrize("name", SUITED)
def test_the_settings_of_a_kind_are_not_the_defaults(name):
    assert set(SUITED[name]) <= {CHAIN, TASTE, THIN, CROWD}
    assert all(config != CONFIGS[name] for config in SUITED[name].values())
