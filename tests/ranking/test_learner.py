"""The online learner: it finds what is there, agrees with the batch solution, and nobody moves it beyond its bounds."""

import json

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from palate.ranking import learner as module
from palate.ranking.learner import GROUP_VARIANCE, PERSON_BOUND, SEGMENT_BOUND, TOTAL_BOUND, Learner
from palate.ranking.linear import PRIOR_VARIANCE, LinearRanker
from palate.ranking.observing import Choice, Shown

NAMES = ("a", "b", "c")
NOW = 1.7e9
DAY = 86_400.0


def prior(names: tuple[str, ...] = NAMES) -> LinearRanker:
    return LinearRanker.start(names, {})


def choice(
    number: int,
    features,
    row: int,
    worth: float = 1.0,
    *,
    at: float = NOW,
    segment: str = "en/new",
    turn: str = "",
) -> Choice:
    features = np.asarray(features, np.float64)
    names = NAMES if features.shape[1] == 3 else tuple(f"f{i}" for i in range(features.shape[1]))
    codes = np.arange(len(features), dtype=np.int32)
    return Choice(turn or f"t{number}", row, worth, at, segment, names, features, codes)


def chances(features: np.ndarray, weights: np.ndarray, eta: float) -> np.ndarray:
    scores = features @ weights - eta * np.log(np.arange(1, len(features) + 1))
    raised = np.exp(scores - scores.max())
    return raised / raised.sum()


def live(learner: Learner, truth: np.ndarray, n: int, seed: int = 0, eta: float = 1.0) -> list[Choice]:
    """n people, one slate of six each, who choose by ``truth`` and from the top."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(1, n + 1):
        x = rng.random((6, len(truth)))
        row = int(rng.choice(6, p=chances(x, truth, eta)))
        made.append(choice(number, x, row, at=NOW + number))
        learner.observe(number, f"u{number}", made[-1])
    return made


def test_it_finds_the_weights_and_how_attention_falls_with_the_place():
    truth = np.array([1.0, -0.5, 0.25])
    learner = Learner(prior())
    live(learner, truth, 6000, eta=1.0)
    np.testing.assert_allclose(learner.ranker_for(None, "en/new")[0].mean, truth, atol=0.15)
    assert learner.place_exponent == pytest.approx(1.0, abs=0.1)


def test_without_the_place_the_first_items_features_would_be_loved():
    """Everybody clicks by place alone, and feature a is what the policy puts first: it must not be rewarded."""
    rng = np.random.default_rng(1)
    learner = Learner(prior())
    for number in range(1, 4001):
        x = rng.random((6, 3))
        x = x[np.argsort(-x[:, 0] + rng.normal(0, 0.2, 6))]
        row = int(rng.choice(6, p=chances(x, np.zeros(3), 1.0)))
        learner.observe(number, f"u{number}", choice(number, x, row, at=NOW + number))
    assert np.abs(learner.shared.mean).max() < 0.25


def test_the_updates_end_near_the_batch_solution_of_the_whole_hierarchy(monkeypatch: pytest.MonkeyPatch):
    for bound in ("PERSON_BOUND", "SEGMENT_BOUND", "TOTAL_BOUND"):
        monkeypatch.setattr(module, bound, 1e9)
    rng = np.random.default_rng(5)
    truth, people, segments = np.array([1.0, -1.0, 0.0]), 12, 2
    own = rng.normal(0, 0.3, (people, 3))
    learner = Learner(prior(), half_life_days=1e9)
    told = []
    for number in range(1, 241):
        who = int(rng.integers(people))
        x = rng.random((5, 3)) * 2
        row = int(rng.integers(5))
        worth = 1.0 if rng.random() < chances(x, truth + own[who], 0.5)[row] else -1.0
        one = choice(number, x, row, worth, at=NOW + number, segment=f"s{who % segments}")
        learner.observe(number, f"u{who}", one)
        told.append((who, one))

    def loss(parameters):
        shared, eta = parameters[:3], parameters[3]
        group = parameters[4:].reshape(people + segments, 3)
        total = (shared @ shared + (eta - 0.5) ** 2) / PRIOR_VARIANCE / 2 + (
            group**2
        ).sum() / GROUP_VARIANCE / 2
        for who, one in told:
            chance = chances(one.features, shared + group[who] + group[people + who % segments], eta)[one.row]
            total -= np.log(chance if one.worth > 0 else 1 - chance)
        return total

    found = minimize(loss, np.zeros(4 + 3 * (people + segments)), method="BFGS")
    deviation = np.sqrt(np.diag(learner.shared.covariance))
    assert (np.abs(learner.shared.mean - found.x[:3]) < deviation).all()
    assert learner.place_exponent == pytest.approx(found.x[3], abs=0.2)
    batch = found.x[4 : 4 + 3 * people].ravel()
    online = np.concatenate(
        [learner.ranker_for(f"u{who}", "none")[0].mean - learner.shared.mean for who in range(people)]
    )
    assert np.corrcoef(batch, online)[0, 1] > 0.9


def test_a_heavy_user_gets_his_own_and_a_new_one_is_like_his_segment():
    learner = Learner(prior())
    rng = np.random.default_rng(3)
    for number in range(1, 601):
        x = rng.random((6, 3))
        heavy = number % 2
        row = int(np.argmax(x[:, 2] if heavy else x[:, 0]))
        segment = "en/known" if heavy else "zh/new"
        learner.observe(
            number,
            "heavy" if heavy else f"u{number}",
            choice(number, x, row, at=NOW + number, segment=segment),
        )
    heavy, stranger, chinese = (
        learner.ranker_for(*who)[0] for who in (("heavy", "en/known"), ("x", "other/new"), ("y", "zh/new"))
    )
    assert heavy.mean[2] > stranger.mean[2] + 0.3
    assert chinese.mean[0] > stranger.mean[0] > 0
    # what is known of a person makes his weights surer, and never surer than the shared ones
    assert (np.diag(heavy.covariance) < np.diag(stranger.covariance)).all()


def test_what_is_forgotten_goes_back_to_the_prior():
    learner = Learner(prior(), half_life_days=10)
    live(learner, np.array([2.0, 0.0, 0.0]), 300)
    before, spread = learner.shared.mean[0], learner.shared.covariance[0, 0]
    for day in range(1, 11):
        learner.observe(1000 + day, "z", choice(1000 + day, np.ones((2, 3)), 0, at=NOW + 300 + day * DAY))
    assert learner.shared.mean[0] == pytest.approx(before / 2, rel=0.05)
    assert learner.shared.covariance[0, 0] > spread
    assert learner.shared.covariance[0, 0] == pytest.approx(spread / 4 + PRIOR_VARIANCE * 3 / 4, rel=0.05)


# --- bad input and attack ----------------------------------------------------------------------------


def storm(learner: Learner, persons: list[str], n: int, *, segment: str = "en/new", first: int = 1) -> None:
    """Likes of items with the most of feature a, as many as one likes, each of another turn."""
    x = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
    for number in range(first, first + n):
        who = persons[number % len(persons)]
        learner.observe(number, who, choice(number, x, 0, at=NOW + number * 0.01, segment=segment))


def test_a_like_storm_of_one_user_is_bounded_and_is_his_own_affair():
    learner = Learner(prior())
    storm(learner, ["one"], 2000)
    assert 0 < learner.distance <= PERSON_BOUND + 1e-3  # a little refills in the seconds that it takes
    assert learner.ranker_for("one", "en/new")[0].mean[0] > learner.shared.mean[0] + 0.2
    untouched = learner.ranker_for("another", "zh/new")[0]
    assert untouched.mean[0] <= PERSON_BOUND * np.sqrt(PRIOR_VARIANCE) + 1e-9


def test_a_poisoned_segment_is_bounded_even_with_thousands_of_users():
    learner = Learner(prior())
    storm(learner, [f"fake{i}" for i in range(3000)], 3000, segment="zh/new")
    assert learner.distance <= SEGMENT_BOUND * 2 + 1e-9  # sqrt(f + 1) is 2
    # and all segments together
    for number, segment in enumerate(("zh/known", "en/new", "en/known", "other/new")):
        storm(
            learner,
            [f"{segment}{i}" for i in range(2000)],
            2000,
            segment=segment,
            first=10_000 * (number + 1),
        )
    assert learner.distance <= TOTAL_BOUND * 2 + 1e-9
    assert np.linalg.eigvalsh(learner.shared.covariance).min() > 0


def test_a_poisoned_segment_leaves_room_for_the_others():
    learner = Learner(prior())
    storm(learner, [f"fake{i}" for i in range(3000)], 3000, segment="zh/new")
    poisoned = learner.shared.mean[1]
    truth = np.array([0.0, 1.5, 0.0])
    rng = np.random.default_rng(2)
    for number in range(10_000, 11_500):
        x = rng.random((6, 3))
        row = int(rng.choice(6, p=chances(x, truth, 0.5)))
        learner.observe(number, f"u{number}", choice(number, x, row, at=NOW + number, segment="en/known"))
    assert learner.shared.mean[1] > poisoned + 0.5


def test_a_replayed_observation_and_a_repeated_reaction_count_once():
    learner = Learner(prior())
    x = np.eye(3)
    learner.observe(1, "u", choice(1, x, 0, 1.0, turn="t"))
    mean = learner.shared.mean
    learner.observe(1, "u", choice(1, x, 0, 1.0, turn="t"))  # the same number again
    for number in range(2, 50):  # the same reaction under new numbers, whoever says so
        learner.observe(number, f"u{number}", choice(number, x, 0, 1.0, turn="t"))
    assert learner.shared.mean.tolist() == mean.tolist()
    learner.observe(50, "u", choice(50, x, 0, -1.0, turn="t"))  # a change of mind is heard
    assert learner.shared.mean[0] < mean[0]


def test_many_small_reactions_count_no_more_than_one_large():
    small, large = Learner(prior()), Learner(prior())
    x = np.eye(3)
    for number in range(1, 30):
        small.observe(number, "u", choice(number, x, 0, 0.25, turn="t"))
    large.observe(1, "u", choice(1, x, 0, 1.0, turn="t"))
    assert small.shared.mean[0] == pytest.approx(large.shared.mean[0], rel=0.1)


@pytest.mark.parametrize("at", [NOW + 1e9, 0.0, -1e12, 9e15])
def test_a_clock_that_is_wrong_by_years_does_no_harm(at: float):
    found = []
    for skewed in (at, NOW + 301):
        learner = Learner(prior(), half_life_days=10)
        live(learner, np.array([1.0, 0.0, 0.0]), 300)
        learner.observe(1000, "z", choice(1000, np.eye(3), 1, at=skewed))
        learner.observe(1001, "y", choice(1001, np.eye(3), 1, at=NOW + 302))
        found.append(learner.shared)
    assert np.abs(found[0].mean - found[1].mean).max() < 0.1  # a day forgotten at most
    assert np.abs(found[0].covariance - found[1].covariance).max() < 0.05


def test_a_worth_of_any_size_is_one_reaction():
    shown = Shown(None, "t", ("i0", "i1"), "en/new", NAMES, np.eye(3)[:2], np.array([5, 6], np.int32))
    for worth, taken in ((1e9, 1.0), (-1e9, -1.0), (0.3, 0.3)):
        made = Choice.of(orjson.loads(orjson.dumps(shown.reaction(1, worth, NOW))))
        assert (made.turn_id, made.row, made.worth, made.received) == ("t", 1, taken, NOW)
        assert (made.segment, made.names, made.codes.tolist()) == ("en/new", NAMES, [5, 6])
        assert (made.features == shown.features).all()


def test_observations_of_earlier_versions_are_read():
    flat = {
        "turn": "t",
        "row": 0,
        "worth": 0.5,
        "received": NOW,
        "segment": "zh/new",
        "names": ["a"],
        "values": [[2.0]],
        "codes": [3],
    }
    made = Choice.of(flat)
    assert (made.segment, made.names, made.features.tolist(), made.codes.tolist()) == (
        "zh/new",
        ("a",),
        [[2.0]],
        [3],
    )


def test_a_slate_of_one_says_nothing_of_the_choice():
    learner = Learner(prior())
    learner.observe(1, "u", choice(1, np.ones((1, 3)), 0))
    assert learner.distance == 0 and learner.state == 1


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PERSONS", 10)
    monkeypatch.setattr(module, "REACTIONS", 10)
    monkeypatch.setattr(module, "SEGMENTS", 3)
    learner = Learner(prior())
    for number in range(1, 200):
        learner.observe(number, f"u{number}", choice(number, np.eye(3), 0, segment=f"s{number}"))
    document = learner.document()
    assert [len(document[name]) for name in ("persons", "reactions", "segments")] == [10, 10, 3]


def test_what_the_log_was_fitted_on_counts_once():
    truth = np.array([2.0, 1.0, 0.0])
    plain, cut = Learner(prior()), Learner(prior(), fitted=(150, (NAMES[0],)))
    made = live(plain, truth, 150)
    for number, one in enumerate(made, 1):
        cut.observe(number, f"u{number}", one)
    # the log has told the first weight already; of the second it knows nothing
    assert cut.shared.mean[0] == pytest.approx(0, abs=1e-9)
    assert plain.shared.mean[0] > 0.3
    assert cut.shared.mean[1] > 0.5 * plain.shared.mean[1] > 0
    assert cut.shared.covariance[0, 0] == pytest.approx(prior().covariance[0, 0])
    assert cut.state == 150
    # what comes later counts whole
    later = np.zeros((2, 3))
    later[0, 0] = 1.0
    cut.observe(151, "late", choice(151, later, 0))
    assert cut.shared.mean[0] > 0.01


# --- workers -----------------------------------------------------------------------------------------


def through_the_store(made: Choice) -> Choice:
    """What another worker reads of it."""
    ids = tuple(map(str, range(len(made.codes))))
    shown = Shown(None, made.turn_id, ids, made.segment, made.names, made.features, made.codes)
    return Choice.of(orjson.loads(orjson.dumps(shown.reaction(made.row, made.worth, made.received))))


def test_workers_that_take_in_the_same_agree_and_so_does_one_from_a_snapshot():
    one, other = Learner(prior()), Learner(prior())
    made = live(one, np.array([1.0, 0.0, -1.0]), 200)
    for number, each in enumerate(made[:120], 1):
        other.observe(number, f"u{number}", through_the_store(each))
    third = Learner(prior())
    assert third.restore(json.loads(json.dumps(other.document())))
    for learner in (other, third):
        for number, each in enumerate(made, 1):  # from the beginning: what is known is passed over
            learner.observe(number, f"u{number}", each)
        assert learner.state == one.state
        for who in ("u5", "u199", "nobody"):
            assert (
                learner.ranker_for(who, "en/new")[0].mean.tolist()
                == one.ranker_for(who, "en/new")[0].mean.tolist()
            )
        assert learner.shared.covariance.tolist() == one.shared.covariance.tolist()


def test_a_snapshot_of_another_ranker_is_left_aside():
    one = Learner(prior())
    live(one, np.array([1.0, 0.0, 0.0]), 20)
    assert not Learner(LinearRanker.start(NAMES, {"a": 1.0})).restore(one.document())
    assert not Learner(prior(("a", "b", "z"))).restore(one.document())


def test_features_of_another_time_are_matched_by_name():
    learner = Learner(prior(("c", "new", "a")))
    learner.observe(1, "u", choice(1, np.eye(3), 0))
    assert learner.shared.mean[2] > 0 > learner.shared.mean[0]
    assert learner.shared.mean[1] == 0


# --- whatever is told in whatever order --------------------------------------------------------------

TOLD = st.tuples(
    st.sampled_from(["one", "two", "three"]),
    st.sampled_from(["en/new", "zh/known"]),
    st.integers(0, 3),  # a turn
    st.integers(0, 2),  # the item's row
    st.sampled_from([1.0, -1.0, 0.3, -0.05]),
    st.sampled_from([NOW, NOW + 1, NOW + 40 * DAY, NOW - 40 * DAY, 0.0, 4e9]),
    st.sampled_from([1e-6, 1.0, 30.0, 1e6]),  # how large the features are
)


@given(st.lists(TOLD, min_size=1, max_size=60), st.integers(1, 30))
def test_no_sequence_of_reactions_gets_beyond_the_bounds(told, repeats):
    learner = Learner(prior(), half_life_days=10)
    ways: dict[str, float] = {}
    first = last = None
    for number, (who, segment, turn, row, worth, at, size) in enumerate(told * repeats, 1):
        x = size * np.roll(np.array([[1.0, 0.0, 0.2], [0.0, 1.0, 0.5], [0.3, 0.0, 1.0]]), turn, axis=1)
        before, clock = learner.shared.mean, learner.document()["clock"]
        learner.observe(number, who, choice(number, x, row, worth, at=at, segment=segment))
        # what one person adds to the way; a pass of time moves the weights too, towards the prior
        if learner.document()["clock"] == clock:
            step = learner.shared.mean - before
            ways[who] = ways.get(who, 0.0) + float(np.sqrt(step @ step / PRIOR_VARIANCE))
        clock = learner.document()["clock"][0]
        first, last = clock if first is None else first, clock
    assert learner.distance <= TOTAL_BOUND * 2 + 1e-6
    assert np.isfinite(learner.shared.mean).all()
    assert np.linalg.eigvalsh(learner.shared.covariance).min() > 0
    refilled = 1 + (last - first) * np.log(2) / module.REFILL
    assert max(ways.values(), default=0.0) <= PERSON_BOUND * refilled + 1e-6


def test_workers_whose_clocks_differ_by_days_harm_no_more_than_one_clock():
    """Every other reaction is stamped by a worker two days slow: time never runs backwards, and little is forgotten."""
    truth = np.array([1.0, -0.5, 0.25])
    found = []
    for slow in (0.0, 2 * DAY):
        learner, rng = Learner(prior(), half_life_days=60), np.random.default_rng(4)
        for number in range(1, 1501):
            x = rng.random((6, 3))
            row = int(rng.choice(6, p=chances(x, truth, 1.0)))
            at = NOW + number - (slow if number % 2 else 0.0)
            learner.observe(number, f"u{number}", choice(number, x, row, at=at))
        found.append(learner.shared.mean)
    assert np.abs(found[0] - found[1]).max() < 0.05


def test_what_people_want_now_is_followed_and_what_they_wanted_is_left():
    """Tastes turn round after long; with a half life the weights follow, without one the past holds them."""
    truths = (np.array([1.5, -1.0, 0.0]), np.array([-1.5, 1.0, 0.0]))
    ends = {}
    for half_life in (20.0, 1e6):
        learner, rng, number = Learner(prior(), half_life_days=half_life), np.random.default_rng(6), 0
        for truth, n in zip(truths, (4000, 500), strict=True):
            for _ in range(n):
                number += 1
                x = rng.random((6, 3))
                row = int(rng.choice(6, p=chances(x, truth, 1.0)))
                learner.observe(number, f"u{number}", choice(number, x, row, at=NOW + number * DAY / 100))
        ends[half_life] = learner.ranker_for(None, "en/new")[0].mean
    assert ends[20.0][0] < -1.0
    assert ends[20.0][1] > 0.4
    assert ends[1e6][0] > -0.3
