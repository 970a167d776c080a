"""What is a like is told by the ratings that there are, whatever scale they are on."""

from pathlib import Path

import numpy as np
import pytest

import palate
from palate.evaluation.interactions import evaluate_interactions
from palate.feedback.rating_scale import scale_of


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ([1, 2, 3, 4, 5] * 10, (1, 5)),
        ([4, 5] * 30, (1, 5)),  # people who mostly praise
        ([0.5, 3, 3.5, 5] * 10, (0.5, 5)),
        ([0, 2, 5] * 10, (0, 5)),
        ([6, 7, 8, 9, 10] * 10, (1, 10)),
        ([0, 7, 10] * 10, (0, 10)),
        ([12, 55, 97] * 20, (0, 100)),
        ([0, 1] * 20, (0, 1)),
        ([1] * 40, (0, 1)),
        ([-9.5, 3, 8] * 20, (-10, 10)),
        ([200, 900] * 20, (0, 900)),
        ([*[1, 3, 5] * 40, 99], (1, 5)),  # a slip
        ([*[1, 3, 5] * 1_000, 50, 55], (1, 5)),
        ([1, 1, 1], (1, 5)),  # too few to tell
        ([8.0, np.nan], (1, 10)),
        ([], (1, 5)),
        ([np.nan, np.inf], (1, 5)),
    ],
)
def test_the_scale_is_the_smallest_usual_one_that_holds_them(
    ratings: list[float], scale: tuple[float, float]
):
    shuffled = np.random.default_rng(0).permutation(np.array(ratings, np.float64))
    assert scale_of(shuffled) == scale


def rows(low: float, high: float) -> list[str]:
    """Forty people rate four of ten things high, and hate the next two."""
    return [
        f"u{user},i{(user + step) % 10},{high if step < 4 else low},{1_700_000_000 + step}"
        for user in range(40)
        for step in range(6)
    ]


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(2, 4, ""), (3, 8, "1 to 10"), (20, 80, "0 to 100"), (1.5, 4.5, ""), (0, 1, "0 to 1")],
)
def test_a_shop_understands_its_ratings(
    tmp_path: Path, low: float, high: float, told: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PALATE_EMBEDDER", "tfidf")
    (tmp_path / "items.csv").write_text("item_id,title\n" + "".join(f"i{n},Thing {n}\n" for n in range(10)))
    log = tmp_path / "ratings.csv"
    log.write_text("\n".join(["user_id,item_id,rating,timestamp", *rows(low, high)]))
    with palate.create(tmp_path / "shop") as shop:
        shop.import_items(tmp_path / "items.csv")
        notes = " ".join(shop.import_events(log).notes)
        assert (f"on a scale of {told}" in notes) if told else "scale" not in notes
        believed = [shop.profile("u3")]
        manifest = shop.train()
        believed.append(shop.profile("u3"))
        for profile in believed:
            worths = {one["item_id"]: one["weight"] for one in profile["items"]}
            assert {item for item, worth in worths.items() if worth > 0} == {"i3", "i4", "i5", "i6"}
            assert {item for item, worth in worths.items() if worth < 0} == {"i7", "i8"}
        scale = manifest["settings"]["feedback"]["rating_scale"]
        assert scale[0] <= low < sum(scale) / 2 < high <= scale[1]
    found = evaluate_interactions(log, models=["popularity"])
    assert len(found.split.users) == 40
    assert any(f"on a scale of {told}" in note for note in found.benchmark.notes) == bool(told)


def test_ratings_that_come_one_by_one_are_read_by_the_next_training_and_a_setting_overrules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PALATE_EMBEDDER", "tfidf")
    (tmp_path / "items.csv").write_text("item_id,title\n" + "".join(f"i{n},Thing {n}\n" for n in range(10)))
    names = ("user_id", "item_id", "value")
    events = [
        {**dict(zip(names, (user, item, float(value)), strict=True)), "event_type": "rating"}
        for user, item, value, _ in (row.split(",") for row in rows(3, 8))
    ]
    with palate.create(tmp_path / "shop") as shop:
        shop.import_items(tmp_path / "items.csv")
        shop.add_events(events)
        shop.train()
        worths = {one["item_id"]: one["weight"] for one in shop.profile("u3")["items"]}
        assert worths["i7"] < 0 < worths["i3"]
    monkeypatch.setenv("PALATE_FEEDBACK__RATING_SCALE", "[1, 20]")
    with palate.open(tmp_path / "shop") as shop:
        worths = {one["item_id"]: one["weight"] for one in shop.profile("u3")["items"]}
        assert worths["i3"] < 0
        assert shop.train()["settings"]["feedback"]["rating_scale"] == [1, 20]
