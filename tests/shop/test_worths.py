"""What events are worth, edited while the shop serves: seen before it is saved, known to every worker, taken back."""

import time
from pathlib import Path
from typing import Any

import pytest

import palate


@pytest.fixture
def talked(trained: palate.Shop) -> palate.Shop:
    """Ann clicked on a tent and liked a lamp, and got a list after that."""
    for item, kind in (("tent-1", "click"), ("tent-3", "click"), ("lamp-2", "like")):
        trained.feedback(user_id="ann", item_id=item, event_type=kind)
    trained.chat("something for the weekend", user_id="ann", k=4)
    trained.chat("something for the weekend", k=4)
    return trained


def test_the_table_names_every_kind_of_event_and_where_its_worth_comes_from(trained: palate.Shop):
    table = trained.worths()
    assert table["worths"]["like"] == {"worth": 1.0, "from": "default"}
    assert {"view", "click", "dwell", "purchase", "dislike", "comment", "skip"} <= table["worths"].keys()
    assert (table["version"], table["half_life_days"]) == (0, trained.settings.feedback.half_life_days)


def test_an_effect_is_shown_before_it_is_saved(talked: palate.Shop):
    none = talked.preview_worths({"like": 1.0})
    assert (none["slates"], none["changed"], none["share"]) == (2, 0, 0.0)
    effect = talked.preview_worths({"click": 3, "like": -3})
    # the list of nobody by name stays as it is
    assert (effect["slates"], effect["changed"], effect["share"]) == (2, 1, 0.5)
    (example,) = effect["examples"]
    assert example["before"] != example["after"]
    assert set(example["out"]) == set(example["before"]) - set(example["after"])
    assert talked.worths()["version"] == 0


def test_where_nobody_talked_the_lists_of_those_in_the_log_are_tried(trained: palate.Shop):
    effect = trained.preview_worths({"like": -2}, slates=5)
    assert effect["slates"] == 5
    assert effect["changed"] >= 1


def test_an_edit_counts_at_once_here_and_within_a_second_elsewhere_and_can_be_undone(talked: palate.Shop):
    def weight(shop: palate.Shop) -> float:
        items = shop.profile("ann")["items"]
        return next(one["weight"] for one in items if one["item_id"] == "tent-1")

    with palate.open(talked.folder) as other:
        assert weight(other) == weight(talked) == pytest.approx(0.3, abs=0.001)
        after = talked.change_worths({"click": 0.9, "half_life_days": 7})
        assert after["worths"]["click"] == {"worth": 0.9, "from": "edited"}
        assert weight(talked) == pytest.approx(0.9, abs=0.001)
        time.sleep(0.5)
        assert weight(other) == pytest.approx(0.9, abs=0.001)
        talked.change_worths({"click": "default"})
        assert weight(talked) == pytest.approx(0.3, abs=0.001)
        assert other.worths()["half_life_days"] == 7
        other.undo_worths()
        assert weight(other) == pytest.approx(0.9, abs=0.001)
        assert other.undo_worths()["half_life_days"] == talked.settings.feedback.half_life_days
        time.sleep(0.5)
        assert weight(talked) == pytest.approx(0.3, abs=0.001)
        with pytest.raises(palate.InvalidInput, match="no earlier"):
            talked.undo_worths()


def test_a_type_of_event_fades_at_its_own_pace_and_that_is_seen_before_it_is_saved(trained: palate.Shop):
    day = 86_400
    for item, kind, age in (("tent-1", "click", 20), ("tent-3", "click", 20), ("lamp-2", "like", 25)):
        event = {"user_id": "ann", "item_id": item, "event_type": kind, "timestamp": time.time() - age * day}
        trained.add_events([event])
    trained.chat("something for the weekend", user_id="ann", k=4)

    def weights() -> dict[str, float]:
        return {one["item_id"]: one["weight"] for one in trained.profile("ann")["items"]}

    before = weights()
    effect = trained.preview_worths({"half_life_days.like": 0.5, "half_life_days.click": 400})
    assert (effect["slates"], effect["changed"]) == (1, 1)
    assert weights() == before
    after = trained.change_worths({"half_life_days.like": 0.5})
    assert after["half_lives"]["like"] == {"days": 0.5, "from": "edited"}
    assert after["half_lives"]["view"] == {"days": 30.0, "from": "default"}
    assert weights()["lamp-2"] == pytest.approx(1 / 51, abs=0.001)
    assert weights()["tent-1"] == before["tent-1"]
    assert trained.change_worths({"half_life_days.like": "default"})["half_lives"]["like"]["days"] == 30
    assert weights() == before


def test_an_edit_outlives_the_process_and_trains(talked: palate.Shop):
    talked.change_worths({"click": 0.9})
    with palate.open(talked.folder) as later:
        assert later.worths()["worths"]["click"]["worth"] == 0.9
        assert later.train(force=True)["settings"]["feedback"]["weights"] == {"click": 0.9}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"love": 1},
        {"like": 11},
        {"like": float("nan")},
        {"like": "much"},
        {"half_life_days": 0},
        {"half_life_days.view": 0},
        {"half_life_days.love": 3},
        {"half_life_days.return_visit": 3},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(trained: palate.Shop, changes: dict[str, Any]):
    with pytest.raises(palate.InvalidInput):
        trained.change_worths(changes)
    with pytest.raises(palate.InvalidInput):
        trained.preview_worths(changes)
    assert trained.worths()["version"] == 0


def test_the_number_of_lists_is_bounded(trained: palate.Shop):
    with pytest.raises(palate.InvalidInput, match="slates"):
        trained.preview_worths({"like": 2}, slates=10**9)


def test_an_empty_shop_has_nothing_to_try_it_on(place: Path):
    with palate.create(place) as shop:
        assert shop.preview_worths({"like": 2}) == {
            "slates": 0, "changed": 0, "share": 0.0, "items_replaced": 0.0, "examples": [],
        }  # fmt: skip
