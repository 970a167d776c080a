"""Any sequence of appends, repeats among them, leaves what a plain dictionary would hold."""

from itertools import count

from event_batches import Told, batch, told_by
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palate.storage import Store, Written

_names = count()

_event = st.builds(
    Told,
    user=st.sampled_from(["1", "2"]),
    item=st.sampled_from(["a", "b", "c"]),
    kind=st.sampled_from(["view", "rating"]),
    at=st.sampled_from([1.0, 2.0, 3.0]),
    value=st.sampled_from([None, 0.0, 4.5]),
    extras=st.one_of(
        st.none(),
        st.fixed_dictionaries(
            {}, optional={"session_id": st.sampled_from(["s", "t"]), "text": st.text(max_size=3)}
        ),
        st.fixed_dictionaries({"event_id": st.sampled_from(["1", "2", "3"])}),
    ),
)


def _key(told: Told) -> tuple:
    if told.extras and "event_id" in told.extras:
        return ("id", told.extras["event_id"])
    return (*told[:5], tuple(sorted((told.extras or {}).items())))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batches=st.lists(st.lists(_event, max_size=8), max_size=6))
def test_appends_agree_with_a_dictionary(store: Store, batches: list[list[Told]]):
    # one store serves all examples: each has users and event ids of its own
    example = next(_names)
    model: dict[tuple, Told] = {}
    for events in batches:
        own = [
            told._replace(
                user=f"{example:031x}{told.user}",
                extras={**told.extras, "event_id": f"{example}/{told.extras['event_id']}"}
                if told.extras and "event_id" in told.extras
                else told.extras or None,
            )
            for told in events
        ]
        fresh = 0
        for told in own:
            fresh += model.setdefault(_key(told), told) is told
        assert store.append_events(batch(*own)) == Written(added=fresh, unchanged=len(own) - fresh)
    ids = [item.item_id for item in store.items()]
    for user in (f"{example:031x}1", f"{example:031x}2"):
        expected = sorted((told for told in model.values() if told.user == user), key=lambda told: told.at)
        assert told_by(user, store.history(user), ids) == expected
