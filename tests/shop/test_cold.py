"""Items and people of whom nothing is known yet take part at once."""

import pytest

import palate

NEW = {
    "item_id": "tent-new",
    "title": "Beta tent number 99",
    "categories": ["Outdoor", "Tents"],
    "brand": "Beta",
    "price": 350,
    "currency": "CNY",
    "description": "A tent of Beta.",
}


def ids(items: tuple[palate.RecommendedItem, ...]) -> list[str]:
    return [item.item_id for item in items]


@pytest.fixture
def uneven(trained: palate.Shop) -> palate.Shop:
    """The same shop, in which two items have been bought by many."""
    trained.add_events(
        [
            {
                "user_id": f"x{n}",
                "item_id": item_id,
                "event_type": "purchase",
                "timestamp": 1.75e9 + n,
                "event_id": f"{item_id}/{n}",
            }
            for n in range(30)
            for item_id in ("lamp-3", "stove-2")
        ]
    )
    trained.train()
    return trained


def test_a_new_item_is_in_the_next_turn_and_the_next_list(trained: palate.Shop):
    trained.put_items([NEW])
    assert NEW["item_id"] in ids(trained.chat("tents", user_id="u0", k=6).items)
    # u0 likes tents and u1 stoves: all that speaks for the new tent is its likeness to what he liked
    assert NEW["item_id"] in ids(trained.recommend("u0", k=5))
    assert NEW["item_id"] not in ids(trained.recommend("u1", k=5))
    why = trained.why(NEW["item_id"], user_id="u0")
    assert "content" in {part.feature for part in why.contributions}
    # and it takes part in what is learnt from the person
    trained.feedback(user_id="new here", item_id=NEW["item_id"], event_type="like")
    kinds = {item_id.split("-")[0] for item_id in ids(trained.recommend("new here", k=4))}
    assert kinds == {"tent"}
    trained.withdraw_item(NEW["item_id"])
    assert NEW["item_id"] not in ids(trained.recommend("u0", k=40))


def test_a_newcomer_gets_what_is_popular(uneven: palate.Shop):
    assert set(ids(uneven.recommend("newcomer", k=2))) == {"lamp-3", "stove-2"}


def test_a_newcomers_wishes_come_first_and_popularity_within_them(uneven: palate.Shop):
    lamps = ids(uneven.chat("a lamp", user_id="newcomer", k=5).items)
    assert {item_id.split("-")[0] for item_id in lamps} == {"lamp"}
    assert lamps[0] == "lamp-3"
    # the most popular lamp costs 320: beyond the bound it does not come, however popular
    cheap = uneven.chat("a lamp under 300", user_id="another newcomer", k=5).items
    assert all(item.attributes["price"] < 300 for item in cheap)
    assert {item.item_id.split("-")[0] for item in cheap} == {"lamp"}
