"""A new version takes the old one's place only where it is not worse: logs whose right answer is plain."""

import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import palate
from palate.language_models.tfidf import TfidfEmbedder
from palate.recommenders.base import Context
from palate.settings import FeedbackSettings, Settings
from palate.storage import Store, open_store
from palate.training.measure import HeldOut
from palate.training.train import train
from palate.training.validation import Trial, compare, latest_day
from palate.training.versions import Versions
from palate.values import EVENT_TYPES, EventBatch, Item, Mask

N_ITEMS, CIRCLE = 120, 12
DAY = 86_400.0
START = 1.7e9


def put(store: Store, rows: list[tuple[int, int, float]]) -> None:
    """Likes: (user, item, timestamp)."""
    users = sorted({user for user, _, _ in rows})
    place = {user: number for number, user in enumerate(users)}
    store.append_events(
        EventBatch(
            users=[f"{user:032x}" for user in users],
            user_index=np.array([place[user] for user, _, _ in rows], np.int32),
            item_ids=[f"i{n}" for n in range(N_ITEMS)],
            item_index=np.array([item for _, item, _ in rows], np.int32),
            kinds=np.full(len(rows), EVENT_TYPES.index("like"), np.uint8),
            timestamps=np.array([time for _, _, time in rows]),
            values=np.full(len(rows), math.nan),
        )
    )


def walk(user: int, steps: range, day: int) -> list[tuple[int, int, float]]:
    """A person goes round a circle of CIRCLE items, one after the other."""
    first = user % (N_ITEMS // CIRCLE) * CIRCLE
    return [
        (user, first + (user // 10 + step) % CIRCLE, START + day * DAY + 600 * step + user) for step in steps
    ]


def vandals(users: range, day: int) -> list[tuple[int, int, float]]:
    """Bots that go from anything to an item of the first circle and back."""
    rng = np.random.default_rng(7)
    rows: list[tuple[int, int, float]] = []
    for user in users:
        found, pushed = rng.integers(CIRCLE, N_ITEMS, 4), rng.permutation(CIRCLE)[:3]
        path = [found[0], pushed[0], found[1], pushed[1], found[2], pushed[2], found[3]]
        rows += [(user, int(item), START + day * DAY + 60 * n) for n, item in enumerate(path)]
    return rows


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, Versions]]:
    # or the sources would take settings by which the vandals do little harm
    monkeypatch.setattr("palate.training.suiting.SUITED", {})
    store = open_store("", tmp_path)
    # the titles say nothing of the circles
    store.put_items([Item(f"i{n}", f"thing {n}") for n in range(N_ITEMS)])
    put(store, [row for user in range(120) for row in walk(user, range(6), 0)])
    yield store, Versions(tmp_path / "models")
    store.close()


def fit(store: Store, versions: Versions, settings: Settings | None = None, **more: bool):
    return train(store, versions.folder, settings or Settings(), TfidfEmbedder(), **more)


def test_the_first_version_serves_and_a_good_day_is_switched_to(shop):
    store, versions = shop
    first = fit(store, versions)
    assert first["switched"] is True
    assert first["validation"]["people"] == 120
    put(store, [row for user in range(120) for row in walk(user, range(6, 8), 1)])
    second = fit(store, versions)
    assert second["switched"] is True
    found = second["validation"]["comparison"]
    # the old version is asked for people whose day it has not seen
    assert (found["how"], found["people"]) == ("paired", 120)
    assert second["validation"]["from"] > first["trained_until"]
    assert versions.current_name() == second["version"]


def test_a_day_of_vandals_leaves_the_old_version_in_use_and_says_why(shop):
    store, versions = shop
    good = fit(store, versions)
    put(store, [row for user in range(120) for row in walk(user, range(6, 8), 1)])
    put(store, vandals(range(1_000, 2_500), 1))
    bad = fit(store, versions)
    assert bad["switched"] is False
    assert versions.current_name() == good["version"]
    found = bad["validation"]["comparison"]
    assert found["new"] < found["old"]
    assert found["interval"][1] < 0
    assert bad["validation"]["verdict"].startswith(
        "not in use, as it is worse: NDCG@10 of the latest day for "
    )
    told = {one.version: one for one in versions.describe()}
    assert told[good["version"]].serves
    assert not told[bad["version"]].switched
    assert told[bad["version"]].verdict == bad["validation"]["verdict"]
    forced = fit(store, versions, force=True)
    assert forced["switched"] is True
    assert "by force" in forced["validation"]["verdict"]
    assert versions.current_name() == forced["version"]
    # what was not in use is not gone back to
    assert versions.roll_back() == good["version"]


def test_the_same_log_is_judged_by_what_both_said_without_the_day(shop):
    """The version in use has seen these items, so asking it now would be no test of it."""
    store, versions = shop
    fit(store, versions)
    again = fit(store, versions)
    assert again["switched"] is True
    found = again["validation"]["comparison"]
    assert found["how"] == "kept"
    assert found["interval"] == [0, 0]


def test_a_version_that_cannot_be_validated_does_not_replace_one_that_was(shop):
    store, versions = shop
    good = fit(store, versions)
    blind = fit(store, versions, Settings(feedback=FeedbackSettings(weights={"like": -1.0})))
    assert blind["switched"] is False
    assert versions.current_name() == good["version"]


def test_a_damaged_version_is_replaced_uncompared(shop):
    store, versions = shop
    good = fit(store, versions)
    (versions.folder / good["version"] / "fusion" / "weights.npy").write_bytes(b"")
    new = fit(store, versions)
    assert new["switched"] is True
    assert "cannot be read" in new["validation"]["verdict"]


def test_only_so_many_are_kept_and_never_the_one_in_use_goes(shop):
    store, versions = shop
    first = fit(store, versions)["version"]
    settings = Settings.model_validate({"train": {"keep_versions": 2}})
    names = [first, *(fit(store, versions, settings)["version"] for _ in range(2))]
    assert versions.names() == names[1:]
    versions.roll_back(names[1])
    newer = fit(store, versions, settings)["version"]
    assert versions.names() == [names[2], newer]
    versions.roll_back(names[2])
    versions.prune(1)
    assert names[2] in versions.names()


class Knows:
    """Ranks one item first for everybody."""

    name = "knows"

    def __init__(self, item: int) -> None:
        self.item = item

    def score(self, context: Context, mask: Mask) -> np.ndarray:
        return (mask.codes == self.item).astype(np.float32)


def people(n: int, times: np.ndarray) -> HeldOut:
    from palate.recommenders.base import Interactions

    rest = Interactions(
        np.arange(n + 1), np.zeros(n, np.int32), np.ones(n, np.float32), np.zeros(n), n_items=5
    )
    return HeldOut(rest, np.arange(n), np.full(n, 3, np.int32), times)


def test_the_day_is_stretched_until_it_has_enough_people():
    times = START + np.arange(300) * DAY / 10
    day = latest_day(people(300, times), ordinal=False, seed=0)
    assert day is not None
    assert len(day.users) == 100
    busy = latest_day(people(300, np.full(300, START)), ordinal=False, seed=0)
    assert busy is not None
    assert len(busy.users) == 300
    # one clock that runs ten years ahead
    skewed = latest_day(people(300, np.append(times[:-1], START + 3650 * DAY)), ordinal=False, seed=0)
    assert skewed is not None
    assert len(skewed.users) == 100
    assert latest_day(people(10, times[:10]), ordinal=False, seed=0) is None


def test_who_is_compared_and_how():
    held = people(40, START + np.arange(40.0))
    allowed, feedback = np.arange(5, dtype=np.int32), FeedbackSettings()
    perfect = Trial(held, np.ones(40), "a")
    unseen = compare(perfect, Knows(1), None, START - 1, allowed, feedback, 0)
    assert unseen is not None
    assert (unseen.how, unseen.people, unseen.new, unseen.is_worse) == ("paired", 40, 1.0, False)
    worse = compare(Trial(held, np.zeros(40), "a"), Knows(3), None, START - 1, allowed, feedback, 0)
    assert worse is not None
    assert worse.is_worse
    # surely less, yet by a hundredth
    slightly = compare(Trial(held, np.full(40, 0.99), "a"), Knows(3), None, START - 1, allowed, feedback, 0)
    assert slightly is not None
    assert (slightly.interval[1] < 0, slightly.is_worse) == (True, False)
    half = compare(perfect, Knows(1), None, START + 9.5, allowed, feedback, 0)
    assert half is not None
    assert half.people == 30
    assert compare(perfect, Knows(1), None, START + 100, allowed, feedback, 0) is None
    others = compare(perfect, Knows(1), ("b", np.zeros(25)), START + 100, allowed, feedback, 0)
    assert others is not None
    assert (others.how, others.is_worse) == ("unpaired", False)


def test_a_training_that_is_killed_leaves_the_old_version_serving(own_shop: Path, command: list[str]):
    with palate.open(own_shop) as opened:
        before = opened.status()["model_version"]
        running = subprocess.Popen(
            [*command, "train", str(own_shop)],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        try:
            assert running.stderr is not None
            # the forecast is told once the catalogue is written, before the models are fitted
            assert b"forecast" in running.stderr.readline()
        finally:
            running.send_signal(signal.SIGKILL)
            running.wait()
            running.stderr.close()
        assert opened.status()["model_version"] == before
        assert [one.version for one in opened.versions()] == [before]
        assert len(opened.recommend("ann", k=3)) == 3
