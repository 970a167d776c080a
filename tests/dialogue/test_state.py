"""The state of a conversation survives storage whole, whatever is in it."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from palate.dialogue.state import State
from palate.values import Constraint, Wish

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ids = st.lists(words, max_size=5).map(tuple)
numbers = st.floats(allow_nan=False, allow_infinity=False)
values = st.one_of(
    st.tuples(st.sampled_from(["in", "not in"]), st.lists(words, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["<=", ">="]), numbers),
    st.tuples(st.just("between"), st.lists(numbers, min_size=2, max_size=2)),
    st.tuples(st.just("="), st.booleans()),
    st.tuples(st.sampled_from(["lower", "higher"]), st.none()),
)
wishes = st.builds(
    lambda attribute, pair, strength, wish_id: Wish(Constraint(attribute, *pair, strength), wish_id),
    words, values, st.sampled_from(["must", "prefer"]), words,
)  # fmt: skip
states = st.builds(
    State,
    language=st.sampled_from(["en", "zh", "fr"]),
    turns=st.integers(0, 1000),
    wishes=st.lists(wishes, max_size=4).map(tuple),
    keywords=ids,
    tastes=st.dictionaries(words, st.sampled_from([1, -1]), max_size=4),
    shown=ids,
    last=ids,
    rejected=ids,
    focus=st.none() | words,
    asked=ids,
    awaiting=st.none() | words,
    last_turn=st.none() | words,
    sought=words,
)


@given(states)
def test_a_state_is_what_it_was_after_storage(state: State):
    assert State.from_json(orjson.loads(orjson.dumps(state.to_json()))) == state


def test_a_state_that_an_earlier_version_stored_is_read():
    document = State(turns=3, last=("a",)).to_json()
    del document["awaiting"]
    assert State.from_json(document) == State(turns=3, last=("a",))
