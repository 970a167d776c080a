"""A policy judged by the shop's own log, and the log that it is judged by."""

import numpy as np
import pytest

import palate
from palate.errors import InvalidInput
from palate.evaluation.turn_log import read_turns

ASKED = ("a tent for the mountains", "something for the kitchen", "a lamp", "rope or lamp", "any stove")


@pytest.fixture
def talked(trained):
    """Forty lists; people like what is of Alpha, complain of what costs over 800, and leave the rest."""
    for number in range(40):
        turn = trained.chat(ASKED[number % len(ASKED)], user_id=f"p{number % 9}")
        for item in turn.items:
            reaction = {"Alpha": "like", "Beta": None}[item.attributes["brand"]]
            if item.attributes["price"] > 800:
                reaction = "dislike"
            if reaction:
                trained.feedback(
                    user_id=f"p{number % 9}", item_id=item.item_id, event_type=reaction, turn_id=turn.turn_id
                )
    return trained


def test_the_log_tells_what_became_of_each_item(talked):
    turns = [turn for turn in read_turns(talked._store, talked.settings.feedback) if turn.slate]
    assert len(turns) == 40
    brands = {"Alpha": 1.0, "Beta": 0.0}
    for turn in turns:
        codes = turn.slate["codes"]
        items = [talked.item(talked._world().catalogue.item_id(code)).fields for code in codes]
        wanted = [brands[item["brand"]] if item["price"] <= 800 else 0.0 for item in items]
        assert turn.rewards.tolist() == wanted
        assert turn.complaint == any(item["price"] > 800 for item in items)
        assert turn.user is not None
        assert len(turn.user) == 32


def test_a_policy_is_judged_by_it(talked, tmp_path):
    found = talked.judge_policy()
    assert found.rounds == 40
    assert found.rewarded > 20
    assert np.isfinite([one.value for one in found.estimates.values()]).all()
    low, high = found.main.widest
    assert low < found.main.value < high
    edited = tmp_path / "weights.toml"
    edited.write_text("[weights]\npopularity = 0.0\n")
    assert talked.judge_policy(str(edited)).policy == str(edited)
    version = talked.status()["model_version"]
    # the shop's present weights have learnt from those lists, the version's have not
    trained_weights = talked.judge_policy(version)
    assert trained_weights.policy == version
    assert trained_weights.main.value != found.main.value


def test_an_event_without_its_turn_is_no_reward(trained):
    turn = trained.chat("a tent", user_id="p")
    trained.feedback(user_id="p", item_id=turn.items[0].item_id, event_type="like")
    (logged,) = read_turns(trained._store, trained.settings.feedback)
    assert not logged.rewards.any()


def test_a_shop_without_a_log_says_what_is_missing(trained):
    with pytest.raises(InvalidInput, match="0 lists that can be replayed; 10 are needed"):
        trained.judge_policy()


@pytest.mark.parametrize(
    ("praise", "complaint"),
    [("love it, works great", "awful, broke at once"), ("非常好用，很喜欢", "太差了，一用就坏")],
)
def test_comments_count_by_what_they_say_as_the_ranker_learns_them(
    trained: palate.Shop, praise: str, complaint: str
):
    turn = trained.chat("something for camping", user_id="ann", k=4)
    for item, text in zip(turn.items, (praise, complaint), strict=False):
        trained.feedback(
            user_id="ann", item_id=item.item_id, event_type="comment", text=text, turn_id=turn.turn_id
        )
    signals = trained._serving.signals
    (logged,) = read_turns(trained._store, trained.settings.feedback, signals)
    learnt = [one.document["worth"] for one in trained._store.observations() if one.document]
    assert logged.rewards[0] == pytest.approx(learnt[0])
    assert learnt[0] > 0 > learnt[1]
    assert logged.complaint
    assert [worth for _, _, worth in logged.reactions] == pytest.approx(learnt)


def test_a_training_keeps_up_to_which_observation_its_log_was_read(trained: palate.Shop):
    turn = trained.chat("something for camping", user_id="ann", k=4)
    trained.feedback(user_id="ann", item_id=turn.items[1].item_id, event_type="like", turn_id=turn.turn_id)
    assert trained._world().fitted == (0, ())  # too few people for a fusion
    kinds = ("tent", "stove", "lamp", "rope")
    trained.add_events(
        [
            {
                "user_id": f"p{person}",
                "item_id": f"{kinds[person % 4]}-{1 + (person // 4 + step) % 8}",
                "event_type": "like",
                "timestamp": 1.75e9 + 100 * person + step,
            }
            for person in range(160)
            for step in range(5)
        ]
    )
    trained.train(force=True)
    until, names = trained._world().fitted
    assert until == trained._store.last_observation() == 1
    assert names
