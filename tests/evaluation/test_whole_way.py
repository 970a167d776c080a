"""A log with every fault that it may have, from the files to lists and measures."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import palate
from palate.evaluation.interactions import evaluate_interactions

AT = 1_700_000_000


def rows() -> list[dict[str, Any]]:
    """Sixty people walk a circle of ten items, all at one moment, in the order of the file; and beside them
    somebody of one event, one whose events are all repeats, two whose ids differ by case, and one who only dislikes.
    """
    random = np.random.default_rng(1)
    walks = [
        (f"u{user}", f"i{(start + step) % 10}", "view")
        for user in range(60)
        for start, length in [random.integers((0, 3), (10, 7))]
        for step in range(length)
    ]
    others = [
        ("once", "i4", "view"),
        *[("again", "i4", "purchase")] * 5,
        ("Case", "i1", "view"), ("Case", "i2", "view"),
        ("case", "i6", "view"), ("case", "i7", "view"),
        ("grump", "i1", "dislike"), ("grump", "i2", "dislike"),
        ("lost", "unknown", "view"), ("lost", "i3", "view"), ("lost", "I3", "view"),
    ]  # fmt: skip
    names = ("user_id", "item_id", "event_type")
    return [{**dict(zip(names, row, strict=True)), "timestamp": AT} for row in [*walks, *others]]


def items() -> list[dict[str, Any]]:
    """Ten items of the circle, one that differs from another by case, one without any text, and more than anybody
    touched.
    """
    walked = [{"item_id": f"i{code}", "title": f"Thing {code}", "categories": ["x"]} for code in range(10)]
    return [
        *walked,
        {"item_id": "I3", "title": "Another 3"},
        {"item_id": "bare", "title": ""},
        *({"item_id": f"dust{n}", "title": f"Dust {n}"} for n in range(700)),
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("way") / "bench"
    folder.mkdir()
    lines = [json.dumps(one) for one in items()]
    (folder / "items.jsonl").write_text("\n".join(lines) + "\n")
    header = ["user_id", "item_id", "event_type", "timestamp"]
    table = [header, *([str(row[name]) for name in header] for row in rows())]
    (folder / "events.csv").write_text("\n".join(map(",".join, table)) + "\n")
    (folder / "events.jsonl").write_text("\n".join(map(json.dumps, rows())) + "\n")
    return folder


@pytest.mark.parametrize("file", ["events.csv", "events.jsonl"])
def test_a_shop_of_it_trains_and_recommends(
    folder: Path, tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PALATE_EMBEDDER", "tfidf")
    with palate.create(tmp_path / "shop") as shop:
        taken = shop.import_items(folder / "items.jsonl")
        assert taken.added + taken.rejected == len(items())
        events = shop.import_events(folder / file)
        assert events.read == len(rows())
        assert events.added == len(rows()) - 4  # repeats of one purchase
        shop.train()
        for user in ("once", "again", "Case", "case", "grump", "lost", "nobody"):
            listed = [item.item_id for item in shop.recommend(user, k=5)]
            assert len(listed) == len(set(listed)) == 5
        assert "i5" in [item.item_id for item in shop.recommend("once", k=3)]
        assert "i3" in [item.item_id for item in shop.recommend("Case", k=3)]
        assert "i8" in [item.item_id for item in shop.recommend("case", k=3)]
        assert not {"i1", "i2"} & {item.item_id for item in shop.recommend("grump", k=20)}
        assert "i4" not in [item.item_id for item in shop.recommend("again", k=20)]
        assert shop.chat("recommend me something", user_id="lost").items


def test_it_is_measured_as_what_it_is(folder: Path):
    found = evaluate_interactions(folder, at=(1, 10))
    log = found.benchmark.log
    assert log.n_users == 66
    assert len(log) == len(rows()) - 4
    assert any("named by events alone (the first: 'unknown')" in note for note in found.benchmark.notes)
    assert any("one timestamp" in note for note in found.benchmark.notes)
    judged = {found.benchmark.user_ids[user] for user in found.split.users}
    assert not {"once", "again", "grump"} & judged
    assert {"Case", "case", "lost"} <= judged
    by_name = {result.contender.name: result for result in found.results}
    assert by_name["item_knn"].measure("recall", 1).value > 0.85
    assert by_name["fusion"].measure("recall", 10).value > 0.85


def test_ties_leak_nothing_of_the_future(tmp_path: Path, write: Any):
    """Sixty pupils take a partner, its key and three things at random, in this order of the file and at one moment:
    what came last cannot be told. In the order of items or of ids the partner would be last, and the key would
    tell it: sixty others, whose times are known, took the partner after the key.
    """
    random = np.random.default_rng(5)
    goods = [{"item_id": f"i{code}", "title": f"Good {code}"} for code in range(10, 50)]
    taken: list[tuple[str, int, int]] = []
    for user in range(120):
        noise, pair = random.permutation(20)[:3] + 10, random.integers(10)
        if user % 2:
            taken += [(f"u{user}", item, AT) for item in (40 + pair, 30 + pair, *noise)]
        else:
            taken += [(f"u{user}", item, AT + n) for n, item in enumerate((30 + pair, 40 + pair, noise[0]))]

    def recall(folder: str, rows: list[tuple[str, int, int]]) -> list[float]:
        events = [(user, f"i{item}", "view", at) for user, item, at in rows]
        found = evaluate_interactions(
            write(tmp_path / folder, goods, events), models=["item_knn", "sequential"], at=(1,)
        )
        assert len(found.split.users) == 120
        return [result.measure("recall", 1).value for result in found.results]

    assert max(recall("arrival", taken)) < 0.15
    assert min(recall("by-item", sorted(taken))) > 0.45  # what a leak would look like
