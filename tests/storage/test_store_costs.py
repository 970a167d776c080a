"""What language models took: sums that grow with the turns, survive, and lose the person who is erased."""

import pytest
from event_batches import ANN, BOB
from store_places import Place

from palate.errors import InvalidInput
from palate.storage import Store
from palate.values import Cost, Spent

ONE = Spent(2, 1, 100, 10, 0.5, 0.25)
TWO = Spent(4, 2, 200, 20, 1.0, 0.5)


def cost(
    day: str = "2026-11-24", purpose: str = "reply", model: str = "openai:m", spent: Spent = ONE
) -> Cost:
    return Cost(day, model, purpose, spent)


def test_sums_by_each_thing_survive_a_restart(store: Store, place: Place):
    assert store.costs("purpose") == []
    store.save_turn("t1", "s", ANN, {}, {}, [cost(), cost(purpose="rerank")])
    store.save_turn("t2", "s", ANN, {}, {}, [cost(day="2026-11-25")])
    store.save_turn("t3", "r", None, {}, {}, [cost(model="gguf:x")])
    store.add_costs([cost(purpose="enrichment")])
    other = place.open()
    assert other.costs("purpose") == [
        ("enrichment", ONE),
        ("reply", Spent(6, 3, 300, 30, 1.5, 0.75)),
        ("rerank", ONE),
    ]
    assert other.costs("day", "2026-11-25") == [("2026-11-25", ONE)]
    assert [day for day, _ in other.costs("day")] == ["2026-11-24", "2026-11-25"]
    assert other.costs("model")[0] == ("gguf:x", ONE)
    assert dict(other.costs("user")) == {None: TWO, ANN: Spent(6, 3, 300, 30, 1.5, 0.75)}
    assert other.costs("user", "2027-01-01") == []
    with pytest.raises(InvalidInput, match="purpose, day, user, model"):
        other.costs("colour")
    other.close()


def test_what_was_spent_for_someone_is_exported_and_then_for_nobody(store: Store):
    store.save_turn("t1", "s", ANN, {}, {}, [cost()])
    store.save_turn("t2", "r", BOB, {}, {}, [cost()])
    assert store.export_user(ANN)["costs"] == [cost()]
    store.erase_user(ANN)
    assert store.export_user(ANN)["costs"] == []
    assert dict(store.costs("user")) == {None: ONE, BOB: ONE}
    store.erase_user(BOB)
    assert store.costs("user") == [(None, TWO)]
