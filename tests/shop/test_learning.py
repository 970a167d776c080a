"""From a reaction to the ranker, through the store, on every open shop; and what must not move it."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import palate
from palate.ranking.decisions import Decision
from palate.ranking.learner import PERSON_BOUND, Learner


def learner(shop: palate.Shop) -> Learner:
    """What a shop has learnt by its next request, a moment later."""
    time.sleep(0.3)
    found = shop._world().learner
    assert found is not None
    return found


@pytest.fixture
def other(own_shop: Path) -> Iterator[palate.Shop]:
    """The same shop on another worker."""
    with palate.open(own_shop) as opened:
        yield opened


def react(
    shop: palate.Shop, user: str, kind: str = "like", place: int = 0, text: str = "a lamp", **more
) -> palate.Turn:
    turn = shop.chat(text, user_id=user)
    item = turn.items[place]
    shop.feedback(user_id=user, item_id=item.item_id, event_type=kind, turn_id=turn.turn_id, **more)
    return turn


def test_a_reaction_moves_the_ranker_on_every_worker_and_is_counted_once(
    shop: palate.Shop, other: palate.Shop
):
    assert learner(other).distance == 0
    turn = react(shop, "ann", place=3)
    one, two = learner(shop), learner(other)
    assert one.state == two.state > 0
    assert one.distance == two.distance > 0
    # told again, by the same key: nothing is counted twice
    event = {
        "user_id": "ann",
        "item_id": turn.items[3].item_id,
        "event_type": "like",
        "turn_id": turn.turn_id,
    }
    for _ in range(3):
        shop.add_events([{**event, "event_id": "once"}])
    assert learner(other).distance == one.distance
    before = one.state
    assert learner(other).state == before + 1  # the id was new, the reaction was not
    # a worker that starts later agrees
    with palate.open(shop.folder) as third:
        assert learner(third).shared.mean.tolist() == learner(other).shared.mean.tolist()


def test_it_is_learnt_within_a_second_on_another_worker(shop: palate.Shop, other: palate.Shop):
    other.recommend("bob", k=1)
    react(shop, "ann")
    start = time.monotonic()
    while learner_state(other) == 0:
        assert time.monotonic() < start + 1
        time.sleep(0.01)


def learner_state(shop: palate.Shop) -> int:
    found = shop._world().learner
    return found.state if found else 0


def test_each_turn_can_be_replayed_with_what_was_known_then(shop: palate.Shop):
    react(shop, "ann")
    learner(shop)
    turn = react(shop, "ann", text="headphones")
    record = shop._store.turn(turn.turn_id)
    assert record is not None
    decision = Decision.of(record[1]["slate"])
    assert decision.policy.state == 1 and decision.policy.segment == "en/new"
    assert decision.policy.version == turn.model_version
    ranker, _ = learner(shop).ranker_for(shop._pseudonyms.of("zoe"), "en/new")
    # from the log alone: a worker that stopped after as many observations
    again = Learner(shop._world().ranker)
    for one in shop._store.observations():
        if one.number <= decision.policy.state and one.user and one.document:
            from palate.ranking.observing import Choice

            again.observe(one.number, one.user, Choice.of(one.document))
    ranker, _ = again.ranker_for(shop._pseudonyms.of("ann"), decision.policy.segment)
    codes, chances = decision.of_ranker(ranker, decision.exploration)
    assert codes.tolist() == decision.codes.tolist()
    np.testing.assert_allclose(chances, decision.propensities)
    names = [shop._world().catalogue.item_id(int(code)) for code in codes]
    assert names == [item.item_id for item in turn.items]


def test_a_like_storm_of_one_user_stays_within_the_bound(shop: palate.Shop):
    turn = shop.chat("headphones", user_id="storm")
    for number in range(60):
        shop.feedback(
            user_id="storm", item_id=turn.items[number % 6].item_id, event_type="like", turn_id=turn.turn_id,
            timestamp=1.7e9 + number,
        )  # fmt: skip
    for _ in range(10):
        react(shop, "storm", place=2)
    assert 0 < learner(shop).distance <= PERSON_BOUND + 1e-3


def test_feedback_to_a_turn_of_somebody_else_is_refused_and_teaches_nothing(shop: palate.Shop):
    turn = shop.chat("a lamp", user_id="ann")
    for _ in range(2):
        with pytest.raises(palate.UnknownTurn):
            shop.feedback(
                user_id="eve", item_id=turn.items[0].item_id, event_type="like", turn_id=turn.turn_id
            )
    assert learner(shop).state == 0
    assert shop.export_user("eve")["events"] == []


@pytest.mark.parametrize(
    "more",
    [
        {"item_id": "no-such-item", "event_type": "like"},
        {"item_id": "lamp-01", "event_type": "like", "turn_id": "no-such-turn"},
        {"item_id": "lamp-01", "event_type": "impression"},
    ],
)
def test_what_no_slate_showed_teaches_the_ranker_nothing(shop: palate.Shop, more: dict[str, str]):
    turn = shop.chat("headphones", user_id="ann")
    shop.add_events([{"user_id": "ann", "turn_id": turn.turn_id, **more}])
    assert learner(shop).state == 0


@pytest.mark.parametrize(
    "more",
    [
        {"event_type": "dwell", "value": 31_536_000.0},
        {"event_type": "like", "timestamp": 4e9},
        {"event_type": "like", "timestamp": 1.0},
        {"event_type": "rating", "value": 1e200},
    ],
)
def test_odd_values_and_times_count_as_one_reaction_at_most(shop: palate.Shop, more: dict[str, float]):
    turn = shop.chat("headphones", user_id="ann")
    shop.add_events([{"user_id": "ann", "item_id": turn.items[0].item_id, "turn_id": turn.turn_id, **more}])
    odd = learner(shop).distance
    react(shop, "bob", text="headphones")
    assert odd <= PERSON_BOUND
    assert learner(shop).distance < 2 * PERSON_BOUND


def test_an_erased_person_is_unlearnt_on_every_worker(shop: palate.Shop, other: palate.Shop):
    react(shop, "ann")
    only_ann = learner(other).distance
    react(shop, "bob", text="headphones", place=2)
    both = learner(other)
    assert both.state == learner(shop).state
    shop.erase_user("ann")
    after = learner(other)
    assert after.distance not in (only_ann, both.distance, 0)
    with palate.open(shop.folder) as fresh:
        assert learner(fresh).distance == after.distance == learner(shop).distance
    name = shop._pseudonyms.of("ann")
    assert name not in str(after.document()["persons"])


def test_without_exploration_answers_do_not_change_by_themselves(own_shop: Path):
    config = own_shop / "palate.toml"
    config.write_text(config.read_text() + "\n[ranking]\nexploration = 0\n")
    with palate.open(own_shop) as shop:
        answers = {tuple(item.item_id for item in shop.chat("a gift").items) for _ in range(5)}
        assert len(answers) == 1


def test_replays_are_heard_once_whichever_worker_they_reach(shop: palate.Shop, other: palate.Shop):
    turn = shop.chat("headphones", user_id="ann")
    place = {"user_id": "ann", "item_id": turn.items[1].item_id, "turn_id": turn.turn_id}
    by_content = {**place, "event_type": "click", "timestamp": 1.75e9}
    by_id = {**place, "event_type": "like", "event_id": "once"}
    for worker in (shop, other, shop):
        worker.add_events([by_content])
        worker.add_events([by_id, by_id])
    assert len(shop.export_user("ann")["events"]) == 2
    found = learner(shop)
    assert found.state == learner(other).state == shop._store.last_observation()
    assert len([one for one in shop._store.observations() if one.document]) == 2
    # the same id with other words is the event that is known already
    other.add_events([{**by_id, "event_type": "dislike"}])
    assert learner(other).distance == found.distance


def test_a_worker_whose_clock_is_wrong_moves_nothing_beyond_the_bound(
    shop: palate.Shop, other: palate.Shop, monkeypatch: pytest.MonkeyPatch
):
    react(shop, "ann", place=2)
    before = learner(shop).shared
    monkeypatch.setattr("palate.reception.time.time", lambda: 4e9)  # the clock that reactions are stamped by
    react(other, "bob", text="headphones")
    monkeypatch.undo()
    react(shop, "cid", text="a gift", place=1)
    after = learner(shop)
    assert after.shared.mean.tolist() == learner(other).shared.mean.tolist()
    assert after.distance <= 3 * PERSON_BOUND
    assert np.isfinite(after.shared.mean).all()
    # a day was forgotten at most: what was learnt of ann is still there
    assert np.abs(after.shared.covariance - before.covariance).max() < 0.1


def test_a_poisoned_segment_does_not_get_beyond_its_bound(
    shop: palate.Shop, other: palate.Shop, monkeypatch: pytest.MonkeyPatch
):
    """One slate, liked by a crowd that is made up: a turn of nobody may be spoken of by anybody, and counts once."""
    turn = shop.chat("一盏灯")
    for number in range(60):
        shop.feedback(
            user_id=f"made-up-{number}",
            item_id=turn.items[0].item_id,
            event_type="like",
            turn_id=turn.turn_id,
        )
    assert 0 < learner(shop).distance <= PERSON_BOUND
    # and each with a turn of his own; the bound is drawn in, so that the crowd can be small
    monkeypatch.setattr("palate.ranking.learner.SEGMENT_BOUND", 0.1)
    for number in range(60):
        react(shop, f"made-up-{number}", text="一盏灯")
    bounded = learner(other)
    assert bounded.distance <= 0.1 * np.sqrt(len(bounded.prior.names) + 1) + PERSON_BOUND


def test_under_a_new_version_the_log_is_taken_in_anew_only_so_far_back(
    trained: palate.Shop, monkeypatch: pytest.MonkeyPatch
):
    """However many reactions there were before the training, a bounded number of them is replayed after it, and the
    same ones on every worker.
    """
    monkeypatch.setattr("palate.training.serving.RELEARNT_OF_LOG", 2)
    # enough people that weights can be fitted on the log
    trained.add_events(
        [
            {
                "user_id": f"p{n}",
                "item_id": f"{kind}-{1 + (n + step) % 8}",
                "event_type": "like",
                "timestamp": 1.75e9 + step,
            }
            for n in range(200)
            for kind in [("tent", "lamp")[n % 2]]
            for step in range(4)
        ]
    )
    with palate.open(trained.folder) as other:
        for number in range(5):
            react(trained, f"u{number}", text="a lamp", place=number % 3)
        assert len(learner(other).document()["persons"]) == 5
        trained.train(force=True)
        last = trained._store.last_observation()
        react(trained, "later", text="a tent")
        here, there = learner(trained), learner(other)
        assert here.document() == there.document()
        with palate.open(trained.folder) as fresh:
            assert learner(fresh).document() == here.document()
        known = {row[0] for row in here.document()["persons"]}
        numbers = {one.user: one.number for one in trained._store.observations()}
        assert known == {user for user, number in numbers.items() if number > last - 2}
        assert len(known) == 3


def test_a_worker_that_only_takes_events_knows_what_stays_are_usual(trained: palate.Shop):
    """Minutes are usual here, so that a stay of ten seconds says nothing at all; without knowing that, it says half
    of what one can.
    """
    stays = [(f"s{n}", f"{kind}-{1 + n % 8}", 300 + n) for n in range(40) for kind in ("tent", "lamp")]
    trained.add_events(
        [
            {"user_id": user, "item_id": item, "event_type": "dwell", "value": seconds}
            for user, item, seconds in stays
        ]
    )
    trained.train(force=True)
    turn = trained.chat("a tent", user_id="ann")
    with palate.open(trained.folder) as other:  # nothing was asked of it yet
        other.feedback(
            user_id="ann",
            item_id=turn.items[0].item_id,
            event_type="dwell",
            value=10.0,
            turn_id=turn.turn_id,
        )
    told = [one.document for one in trained._store.observations() if one.document]
    assert told == []
