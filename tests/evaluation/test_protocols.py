"""The splits: what is held out is what the protocol says, and nothing of the future is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.errors import InvalidInput
from palate.evaluation.log import EventLog, interactions, taken_up
from palate.evaluation.protocols import PROTOCOLS, split
from palate.settings import FeedbackSettings
from palate.values import EVENT_TYPES

SETTINGS = FeedbackSettings()
DAY = 86_400.0
START = 1_600_000_000.0
KIND = {name: kind for kind, name in enumerate(EVENT_TYPES)}


def log_of(events, ordinal=False):
    """A log of (user, item, event type, time in days or position) in order of arrival."""
    users, items, kinds, times = (np.array(column) for column in zip(*events, strict=True))
    times = times.astype(float) if ordinal else START + times * DAY
    return EventLog.of(
        users.astype(np.int32),
        items.astype(np.int32),
        np.array([KIND[kind] for kind in kinds], np.uint8),
        times,
        np.full(len(users), np.nan),
        int(users.max()) + 1,
        int(items.max()) + 1,
    )


def views(*histories):
    return log_of(
        [
            (user, item, "view", place)
            for user, items in enumerate(histories)
            for place, item in enumerate(items, 1)
        ],
        ordinal=True,
    )


def contexts(parts):
    return {int(user): parts.context(row).items.tolist() for row, user in enumerate(parts.users)}


def targets(parts):
    return {
        int(user): parts.targets[parts.indptr[row] : parts.indptr[row + 1]].tolist()
        for row, user in enumerate(parts.users)
    }


def trained(parts):
    return {
        user: parts.train.items[parts.train.indptr[user] : parts.train.indptr[user + 1]].tolist()
        for user in range(parts.train.n_users)
    }


def test_the_last_item_is_held_out():
    log = views([3, 1, 2], [2, 0], [4])
    parts = split("leave-last-out", log, SETTINGS)
    assert targets(parts) == {0: [2], 1: [0]}
    assert contexts(parts) == {0: [3, 1], 1: [2]}
    # who has a single event is trained on, not judged
    assert trained(parts) == {0: [3, 1], 1: [2], 2: [4]}


def test_validation_is_the_one_before_and_forgets_the_last():
    parts = split("leave-last-out", views([3, 1, 2], [2, 0], [4]), SETTINGS, validation=True)
    assert targets(parts) == {0: [1]}
    assert contexts(parts) == {0: [3]}
    assert trained(parts) == {0: [3], 1: [2], 2: [4]}


def test_a_target_is_new_to_the_person_and_liked():
    log = log_of(
        [
            (0, 1, "view", 1),
            (0, 2, "view", 2),
            (0, 1, "purchase", 3),  # not new
            (0, 3, "dislike", 4),  # not liked
            (0, 2, "view", 5),
            (1, 5, "impression", 1),  # only shown
            (1, 1, "view", 2),
            (1, 4, "view", 3),
            (1, 5, "view", 4),  # shown before, but new
        ]
    )
    parts = split("leave-last-out", log, SETTINGS)
    assert targets(parts) == {0: [2], 1: [5]}
    assert contexts(parts) == {0: [1], 1: [1, 4]}


def test_equal_timestamps_keep_the_order_of_arrival():
    log = log_of([(0, item, "view", 7) for item in (4, 0, 3, 1)])
    parts = split("leave-last-out", log, SETTINGS)
    assert contexts(parts) == {0: [4, 0, 3]}
    assert targets(parts) == {0: [1]}


def test_repeated_events_count_once():
    log = log_of([(0, 1, "view", 1), (0, 1, "view", 1), (0, 2, "view", 2), (0, 1, "view", 1)])
    assert log.items.tolist() == [1, 2]
    once = log_of([(0, 1, "view", 1), (0, 2, "view", 2)])
    assert interactions(log, SETTINGS).weights.tolist() == interactions(once, SETTINGS).weights.tolist()


def test_contexts_weigh_as_serving_would():
    """A view is worth .2; the half life is 10 later events in an ordinal log, else 30 days."""
    ordinal = split("leave-last-out", views([5, 6, 7, 0]), SETTINGS)
    assert ordinal.context(0).weights == pytest.approx([0.2 * 10 / (10 + age) for age in (2, 1, 0)])
    timed = log_of([(0, 5, "view", 10), (0, 6, "view", 40), (0, 7, "view", 70), (1, 5, "view", 5000)])
    parts = split("leave-last-out", timed, SETTINGS)
    # user 0 is asked on day 70, whatever others do later
    assert parts.context(0).weights == pytest.approx([0.2 / 3, 0.2 / 2])
    # training takes them undecayed
    assert parts.train.weights == pytest.approx([0.2, 0.2, 0.2])


def test_strong_generalisation_holds_out_people():
    log = views(*[list(range(user % 3, user % 3 + 10)) for user in range(40)], [1])
    parts = split("strong-generalisation", log, SETTINGS, seed=3)
    assert len(parts.users) == 4
    for user in parts.users.tolist():
        history = list(range(user % 3, user % 3 + 10))
        assert contexts(parts)[user] == history[:8]
        assert targets(parts)[user] == history[8:]
        assert trained(parts)[user] == []
    assert sum(len(items) > 0 for items in trained(parts).values()) == 37
    again = split("strong-generalisation", log, SETTINGS, seed=3)
    assert (again.users == parts.users).all()
    other = split("strong-generalisation", log, SETTINGS, seed=3, validation=True)
    assert not set(other.users.tolist()) & set(parts.users.tolist())
    assert all(trained(other)[user] == [] for user in [*parts.users.tolist(), *other.users.tolist()])


def test_the_time_split_cuts_at_one_moment():
    events = [(user, (user + day) % 12, "view", day) for user in range(10) for day in range(10)]
    parts = split("time-split", log_of(events), SETTINGS)
    assert targets(parts) == {user: [(user + 9) % 12] for user in range(10)}
    assert parts.train.timestamps.max() == START + 8 * DAY
    before = split("time-split", log_of(events), SETTINGS, validation=True)
    assert targets(before) == {user: [(user + 8) % 12] for user in range(10)}


def test_the_time_split_refuses_positions_and_a_single_moment():
    with pytest.raises(InvalidInput, match="positions"):
        split("time-split", views([1, 2, 3]), SETTINGS)
    with pytest.raises(InvalidInput, match="the same"):
        split("time-split", log_of([(0, 1, "view", 3), (0, 2, "view", 3)]), SETTINGS)


def test_a_log_in_which_nobody_can_be_judged():
    with pytest.raises(InvalidInput, match="nobody"):
        split("leave-last-out", views([1], [2]), SETTINGS)
    with pytest.raises(InvalidInput, match="too few"):
        split("strong-generalisation", views([1, 2], [2]), SETTINGS)
    with pytest.raises(InvalidInput, match="leave-one-out"):
        split("leave-one-out", views([1, 2]), SETTINGS)


def test_a_sample_is_drawn_from_the_judged():
    log = views(*[list(range(user % 5, user % 5 + 4)) for user in range(50)])
    parts = split("leave-last-out", log, SETTINGS)
    few = parts.sample(7, seed=1)
    assert len(few.users) == 7
    assert few.train is parts.train
    whole = contexts(parts), targets(parts)
    assert contexts(few) == {user: whole[0][user] for user in few.users.tolist()}
    assert targets(few) == {user: whole[1][user] for user in few.users.tolist()}
    assert parts.sample(50, seed=1) is parts


# --- properties over random logs ---------------------------------------------------------------------

EVENTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 7),
        st.sampled_from(["view", "view", "purchase", "dislike", "impression", "like", "skip"]),
        st.integers(0, 6),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(EVENTS, st.lists(st.sampled_from([float("nan"), 1.0, 2.0]), min_size=60, max_size=60))
def test_the_order_and_the_repeats_are_those_of_a_plain_sort(events, values):
    users, items, names, times = (np.array(column) for column in zip(*events, strict=True))
    kinds = np.array([KIND[name] for name in names], np.uint8)
    log = EventLog.of(
        users.astype(np.int32),
        items.astype(np.int32),
        kinds,
        times * 1.0,
        np.array(values[: len(users)]),
        6,
        8,
    )
    rows = [(*event, str(value)) for event, value in zip(events, values, strict=False)]
    kept = [row for place, row in enumerate(rows) if row not in rows[:place] and row[2] != EVENT_TYPES[0]]
    kept.sort(key=lambda row: (row[0], row[3]))
    found = zip(log.users.tolist(), log.items.tolist(), log.kinds.tolist(), log.timestamps.tolist(),
                map(str, log.values.tolist()), strict=True)  # fmt: skip
    assert list(found) == [(user, item, KIND[kind], time, value) for user, item, kind, time, value in kept]


def cut(protocol, log, **options):
    try:
        return split(protocol, log, SETTINGS, **options)
    except InvalidInput:
        return None


@settings(max_examples=200, deadline=None)
@given(EVENTS, st.sampled_from(sorted(PROTOCOLS)), st.booleans(), st.integers(0, 3))
def test_nothing_of_the_future_is_known(events, protocol, validation, seed):
    log = log_of(events)
    parts = cut(protocol, log, validation=validation, seed=seed)
    if parts is None:
        return
    new = taken_up(log, SETTINGS)
    starts = log.starts()
    for row, user in enumerate(parts.users.tolist()):
        mine = range(starts[user], starts[user + 1])
        found = targets(parts)[user]
        assert len(set(found)) == len(found) > 0
        rows = [next(event for event in mine if new[event] and log.items[event] == item) for item in found]
        first = rows[0]
        known = parts.context(row)
        # the context is what came before the first target, no target in it
        assert set(known.items.tolist()) <= set(log.items[starts[user] : first].tolist())
        assert len(known.items) > 0
        assert not set(found) & set(known.items.tolist())
        # nothing of the person is trained on that is not in the context, and no weight is of later events
        past = log.where((log.users == user) & (np.arange(len(log)) < first))
        assert set(trained(parts)[user]) <= set(known.items.tolist())
        span = slice(parts.train.indptr[user], parts.train.indptr[user + 1])
        for item, time in zip(parts.train.items[span], parts.train.timestamps[span], strict=True):
            known_times = past.timestamps[past.items == item]
            # between the cut in time and the first target there may be events on items touched before
            assert time in known_times if protocol == "time-split" else time == known_times.max()
    if protocol == "time-split":
        moments = [log.timestamps[(log.items == item) & (log.users == user)] for user, items in
                   targets(parts).items() for item in items]  # fmt: skip
        assert len(parts.train.timestamps) == 0 or parts.train.timestamps.max() < min(map(min, moments))


@settings(max_examples=100, deadline=None)
@given(EVENTS, st.integers(0, 5))
def test_what_people_do_after_the_last_item_changes_nothing(events, user):
    """More events, on items that the person has touched: the same targets from the same past."""
    log = log_of(events)
    before = cut("leave-last-out", log)
    if before is None or user not in before.users:
        return
    touched = sorted({item for who, item, kind, _ in events if who == user and kind != "impression"})
    later = [(user, item, kind, 9) for item in touched for kind in ("purchase", "dislike")]
    after = cut("leave-last-out", log_of([*events, *later]))
    assert after is not None
    row = before.users.tolist().index(user)
    assert targets(after)[user] == targets(before)[user]
    assert after.context(row).items.tolist() == before.context(row).items.tolist()
    assert after.context(row).weights.tolist() == before.context(row).weights.tolist()


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_the_test_part_has_no_say_in_the_validation(events):
    log = log_of(events)
    test, validation = cut("leave-last-out", log), cut("leave-last-out", log, validation=True)
    if test is None or validation is None:
        return
    for user, found in targets(test).items():
        assert not set(found) & set(trained(validation)[user])
        if user in targets(validation):
            assert not set(found) & {*targets(validation)[user], *contexts(validation)[user]}
            assert set(targets(validation)[user]) <= set(contexts(test)[user])
