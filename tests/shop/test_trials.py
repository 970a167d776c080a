"""An experiment in a shop: each person keeps his arm on every worker, every decision is logged and can be replayed."""

import shutil
import time
from pathlib import Path

import numpy as np
import pytest

import palate
from palate.errors import InvalidInput
from palate.evaluation.experiments import CONTROL, TREATMENT
from palate.evaluation.turn_log import read_turns
from palate.ranking.decisions import Decision
from palate.ranking.exploration import Exploration

PEOPLE = [f"p{n}" for n in range(12)]


@pytest.fixture
def edit(tmp_path: Path) -> str:
    """A policy: nothing but the price of words counts, and nothing is explored."""
    path = tmp_path / "edit.toml"
    path.write_text("exploration = 0.0\ndiversity = 0.0\n[weights]\npopularity = 40.0\nlexical = 0.0\n")
    return str(path)


def arms(shop: palate.Shop, name: str = "e") -> dict[str, str]:
    """The arm of each person by the experiment itself."""
    experiment = shop._trials.named(name)
    return {user: experiment.arm_of(shop._pseudonyms.of(user)) for user in PEOPLE}


def test_each_person_gets_the_policy_of_his_arm_and_every_turn_says_which(trained: palate.Shop, edit: str):
    trained.start_experiment(edit, name="e")
    expected = arms(trained)
    assert set(expected.values()) == {CONTROL, TREATMENT}
    with palate.open(trained.folder) as other:
        for shop in (trained, other, trained):
            for user in PEOPLE:
                shop.chat("a tent or a lamp", user_id=user)
        other.chat("a tent")  # nobody by name is in no arm
    logged = list(read_turns(trained._store, trained.settings.feedback))
    names = {trained._pseudonyms.of(user): user for user in PEOPLE}
    assert [turn.arm for turn in logged] == [
        ("e", expected[names[turn.user]]) if turn.user else None for turn in logged
    ]
    assert all(turn.seconds > 0 for turn in logged)
    for turn in logged:
        decision = Decision.of(turn.slate)
        weights = dict(zip(decision.names, decision.weights.tolist(), strict=True))
        if turn.arm == ("e", TREATMENT):
            assert (weights["popularity"], weights["lexical"]) == (40.0, 0.0)
            assert (decision.exploration.scale, decision.diversity) == (0.0, 0.0)
            assert decision.propensities.tolist() == [1.0] * len(decision.codes)
        else:
            assert weights["popularity"] != 40.0
            assert decision.diversity == trained.settings.ranking.diversity
    # the list without a conversation is that of the arm as well
    treated = next(user for user, arm in expected.items() if arm == TREATMENT)
    first = trained.recommend(treated, k=5)
    trained.stop_experiment()
    assert [item.score for item in trained.recommend(treated, k=5)] != [item.score for item in first]


def test_every_decision_of_an_experiment_can_be_replayed_and_judged(trained: palate.Shop, edit: str):
    trained.start_experiment(edit, name="e")
    for number in range(24):
        user = PEOPLE[number % len(PEOPLE)]
        turn = trained.chat(("a tent", "a lamp", "any stove")[number % 3], user_id=user)
        trained.feedback(
            user_id=user, item_id=turn.items[number % 2].item_id, event_type="like", turn_id=turn.turn_id
        )
    world = trained._world()
    learner = world.learner
    assert learner is not None
    for turn in read_turns(trained._store, trained.settings.feedback):
        decision = Decision.of(turn.slate)
        again = Decision.of(decision.document())
        # from the log alone: the ranker that was drawn puts what was shown on top of its pool
        scores = decision.pool_features.astype(np.float64) @ decision.weights
        if decision.diversity == 0:
            order = np.argsort(-scores, kind="stable")[: len(decision.codes)]
            assert decision.pool_codes[order].tolist() == decision.codes.tolist()
        assert again.propensities.tolist() == decision.propensities.tolist()
        assert again.exploration == Exploration(decision.exploration.scale, decision.exploration.seed)
    # what the off-policy estimates weigh by are the chances that each arm really gave
    found = trained.judge_policy(edit)
    assert found.rounds == 24
    assert np.isfinite([one.value for one in found.estimates.values()]).all()


def test_reactions_of_both_arms_teach_the_one_ranker(trained: palate.Shop, edit: str):
    trained.start_experiment(edit, name="e")
    for user in PEOPLE:
        turn = trained.chat("a tent", user_id=user)
        trained.feedback(user_id=user, item_id=turn.items[1].item_id, event_type="like", turn_id=turn.turn_id)
    time.sleep(0.3)
    learner = trained._world().learner
    assert learner is not None
    assert learner.state == trained._store.last_observation()
    assert len(trained._store.observations()) == len(PEOPLE)
    assert learner.distance > 0


def test_a_model_version_can_be_tried_and_is_kept_while_it_is(trained: palate.Shop):
    old = trained.status()["model_version"]
    trained.put_items([{"item_id": "kite-1", "title": "A kite", "categories": ["Toys"]}])
    trained.train(force=True)
    new = trained.status()["model_version"]
    with pytest.raises(InvalidInput, match="is the one in use"):
        trained.start_experiment(new, name="same")
    trained.start_experiment(old, name="e")
    expected = arms(trained)
    for user in PEOPLE:
        turn = trained.chat("a tent", user_id=user)
        assert turn.model_version == (old if expected[user] == TREATMENT else new)
        trained.feedback(user_id=user, item_id=turn.items[0].item_id, event_type="like", turn_id=turn.turn_id)
    for _ in range(3):
        trained.train(force=True)
    assert (trained.folder / "models" / old).is_dir()
    trained.stop_experiment()
    trained.train(force=True)
    assert not (trained.folder / "models" / old).is_dir()
    assert trained.chat("a tent", user_id=PEOPLE[0]).model_version not in (old, new)


def test_a_treatment_that_cannot_be_served_is_not_counted(trained: palate.Shop):
    old = trained.status()["model_version"]
    trained.train(force=True)
    trained.start_experiment(old, name="e")
    shutil.rmtree(trained.folder / "models" / old)
    with palate.open(trained.folder) as fresh:
        for user in PEOPLE:
            assert fresh.chat("a tent", user_id=user).items
    logged = [turn.arm for turn in read_turns(trained._store, trained.settings.feedback)]
    assert set(logged) == {("e", CONTROL), None}


def test_what_cannot_be_started_says_why(trained: palate.Shop, edit: str, tmp_path: Path):
    def refused(match: str, policy: str = edit, **more: object) -> None:
        with pytest.raises(InvalidInput, match=match):
            trained.start_experiment(policy, **{"name": "e", **more})  # pyright: ignore[reportArgumentType]

    nothing, unknown = tmp_path / "nothing.toml", tmp_path / "unknown.toml"
    nothing.write_text("")
    unknown.write_text("[weights]\ncharm = 1.0\n")
    refused("changes nothing", str(nothing))
    refused("no ranker feature 'charm'", str(unknown))
    refused("neither a file nor a model version", "20010101-000000-000000")
    for share in (0.0, 1.0, float("nan")):
        refused("share", share=share)
    for hours in (0.0, -1.0, 1e9, float("nan")):
        refused("window", hours=hours)
    for name in ("", "a b", "<b>", "x" * 65):
        refused("the name", name=name)
    with pytest.raises(InvalidInput, match="no experiment is running"):
        trained.stop_experiment()
    with pytest.raises(InvalidInput, match="no experiment was started yet"):
        trained.experiment()
    trained.start_experiment(edit, name="e")
    refused("'e' is running", name="f")
    trained.stop_experiment()
    refused("already", name="e")
    trained.start_experiment(edit, name="f")
    assert [one.name for one in trained.experiments()] == ["e", "f"]
    assert trained.experiment("e").experiment.stopped is not None
    assert trained.experiment().experiment.name == "f"


def test_a_look_reads_only_what_came_since_the_last_one(
    trained: palate.Shop, edit: str, monkeypatch: pytest.MonkeyPatch
):
    for number in range(30):
        trained.chat("a tent", user_id=f"before{number}")
    trained.start_experiment(edit, name="e", hours=1e-6)
    for user in PEOPLE:
        turn = trained.chat("a tent", user_id=user)
        trained.feedback(user_id=user, item_id=turn.items[0].item_id, event_type="like", turn_id=turn.turn_id)
    time.sleep(0.05)  # the last person's window closes too
    read: list[int] = []
    turns_after = trained._store.turns_after

    def counting(number: int, limit: int = 500):
        found = turns_after(number, limit)
        read.append(len(found))
        return found

    monkeypatch.setattr(trained._store, "turns_after", counting)
    first = trained.experiment()
    assert sum(first.counts) == len(PEOPLE)
    assert sum(read) == len(PEOPLE)  # none of those before it
    assert trained.experiment().counts == first.counts
    assert sum(read) == len(PEOPLE)
    trained.stop_experiment()
    for number in range(30):
        trained.chat("a tent", user_id=f"later{number}")
    with palate.open(trained.folder) as other:
        found = other.experiment()
    assert (found.counts, found.rewards.treatment) == (first.counts, first.rewards.treatment)
