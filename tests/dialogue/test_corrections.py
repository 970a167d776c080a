"""Conversations in which a person changes his mind: the wishes that hold after each turn follow from what was said.

A wish is written without its strength where it must hold, with "prefer" where it need not.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from goods import GOODS

import palate

Talks = Callable[..., Any]

HEADPHONES = ("categories", "in", ["Headphones"])
BACKPACKS = ("categories", "in", ["Backpacks"])
SCARVES = ("categories", "in", ["Scarves"])
BLACK, RED, BLUE = (("colour", "in", [colour]) for colour in ("black", "red", "blue"))


def under(price: float) -> tuple[str, str, float]:
    return ("price", "<=", price)


Steps = list[tuple[str, list[Any]]]
CONVERSATIONS: list[Steps] = [
    [
        ("show me headphones under 500", [HEADPHONES, under(500)]),
        ("black, please", [HEADPHONES, under(500), BLACK]),
        ("no, I meant under 300", [HEADPHONES, BLACK, under(300)]),
        ("blue is fine too", [HEADPHONES, ("colour", "in", ["black", "blue"]), under(300)]),
        ("forget the colour", [HEADPHONES, under(300)]),
        ("never mind the price", [HEADPHONES]),
        ("start over", []),
        ("a scarf", [SCARVES]),
    ],
    [
        ("想买耳机，五百以内", [HEADPHONES, under(500)]),
        ("要黑色的", [HEADPHONES, under(500), BLACK]),
        ("不对，我是说三百以内", [HEADPHONES, BLACK, under(300)]),
        ("蓝色也行", [HEADPHONES, ("colour", "in", ["black", "blue"]), under(300)]),
        ("颜色无所谓了", [HEADPHONES, under(300)]),
        ("价格不限", [HEADPHONES]),
        ("重新开始", []),
        ("看看围巾", [SCARVES]),
    ],
    [
        ("a red scarf", [RED, SCARVES]),
        ("actually make it blue", [SCARVES, BLUE]),
        ("between 100 and 300", [SCARVES, BLUE, ("price", "between", [100, 300])]),
        ("sorry, at most 200", [SCARVES, BLUE, under(200)]),
        ("not silk", [SCARVES, BLUE, under(200), ("material", "not in", ["silk"])]),
        ("silk is fine after all", [SCARVES, BLUE, under(200)]),
    ],
    [
        ("红色的围巾", [RED, SCARVES]),
        ("还是要蓝色的吧", [SCARVES, BLUE]),
        ("一百到三百", [SCARVES, BLUE, ("price", "between", [100, 300])]),
        ("说错了，最多两百", [SCARVES, BLUE, under(200)]),
        ("不要真丝的", [SCARVES, BLUE, under(200), ("material", "not in", ["silk"])]),
        ("真丝的也行", [SCARVES, BLUE, under(200)]),
    ],
    [
        ("headphones under 400", [HEADPHONES, under(400)]),
        ("forget the headphones, show me backpacks", [under(400), BACKPACKS]),
        ("not black and not red", [under(400), BACKPACKS, ("colour", "not in", ["black", "red"])]),
        ("black is okay", [under(400), BACKPACKS, ("colour", "not in", ["red"])]),
        ("any colour is fine", [under(400), BACKPACKS]),
    ],
    [
        ("耳机，四百以内", [HEADPHONES, under(400)]),
        ("算了不要耳机了，看看背包", [under(400), BACKPACKS]),
        ("不要黑色和红色", [under(400), BACKPACKS, ("colour", "not in", ["black", "red"])]),
        ("黑色可以", [under(400), BACKPACKS, ("colour", "not in", ["red"])]),
        ("颜色都行", [under(400), BACKPACKS]),
    ],
]


def as_told(wishes: list[Any]) -> list[str]:
    return sorted(
        str((name, op, sorted(value) if isinstance(value, list) else value)) for name, op, value in wishes
    )


@pytest.mark.parametrize("steps", CONVERSATIONS, ids=[steps[0][0] for steps in CONVERSATIONS])
def test_the_wishes_are_what_the_person_means_by_now(talk: Talks, steps: Steps) -> None:
    conversation = talk()
    for text, wishes in steps:
        conversation.say(text)
        assert as_told(conversation.wishes) == as_told(wishes), text


def test_each_wish_names_the_turn_that_it_came_from(talk: Talks) -> None:
    conversation = talk()
    first = conversation.say("headphones under 500")
    second = conversation.say("black, please")
    third = conversation.say("no, I meant under 300")
    turns = {w.constraint.attribute: w.wish_id.partition("/")[0] for w in conversation.state.wishes}
    assert turns == {"categories": first.turn_id, "colour": second.turn_id, "price": third.turn_id}


@pytest.mark.parametrize(
    ("wish", "others", "told"),
    [
        ("a gift under 1", ("show me others", "and others"), "as well; without it"),
        ("想要一块钱以内的礼物", ("换一批", "再换一批"), "去掉这一条"),
    ],
)
def test_a_wish_given_up_is_told_once(talk: Talks, wish: str, others: tuple[str, ...], told: str) -> None:
    conversation = talk()
    assert told in conversation.say(wish).reply
    for text in others:
        assert told not in conversation.say(text).reply


@pytest.mark.parametrize(
    ("told", "asked"),
    [("I only use cotton", "show me scarves"), ("我只用棉的", "看看围巾")],
)
def test_what_alone_is_wanted_rules_out_what_is_otherwise(talk: Talks, told: str, asked: str) -> None:
    user = f"only-{told}"
    talk(user).say(told)
    found = {GOODS[item.item_id].get("material") for item in talk(user).say(asked, k=30).items}
    assert found <= {"cotton", None}
    assert talk(user).say("headphones" if asked.isascii() else "耳机").items  # of no material: another errand


@pytest.mark.parametrize(
    "told", ["my wife is allergic to nylon, I need a backpack", "我老婆对尼龙过敏，想给她买个背包"]
)
def test_what_another_cannot_have_holds_for_this_errand(talk: Talks, told: str) -> None:
    user = f"theirs-{told}"
    conversation = talk(user)
    for text in (told, "show me others" if told.isascii() else "换一批"):
        items = conversation.say(text, k=20).items
        assert items
        assert "nylon" not in {GOODS[item.item_id].get("material") for item in items}
    assert conversation.shop.profile(user)["never"] == []


def named(turn: palate.Turn, place: int) -> str:
    return turn.items[place].item_id


@pytest.mark.parametrize(
    ("asked", "told"),
    [("show me headphones", "I've already bought the first one"), ("看看耳机", "第一个我买过了")],
)
def test_what_the_person_has_does_not_come_again(talk: Talks, asked: str, told: str) -> None:
    conversation = talk()
    gone = named(conversation.say(asked), 0)
    conversation.say(told)
    assert gone not in conversation.state.tastes
    assert gone in conversation.state.rejected
    assert gone not in [item.item_id for item in conversation.say(asked, k=20).items]


@pytest.mark.parametrize(
    ("asked", "told", "place"),
    [
        ("show me headphones", "the second one, but twenty cheaper", 1),
        ("看看耳机", "第二个再便宜二十", 1),
        ("show me headphones", "20 cheaper please", None),
        ("看看耳机", "能便宜二十块吗", None),
    ],
)
def test_so_much_cheaper_is_a_bound_that_lasts(talk: Talks, asked: str, told: str, place: int | None) -> None:
    conversation = talk()
    prices = [GOODS[item.item_id]["price"] for item in conversation.say(asked).items]
    conversation.say(told)
    bounds = [w.constraint for w in conversation.state.wishes if w.constraint.attribute == "price"]
    all_of_them = [good["price"] for good in GOODS.values() if "Headphones" in good["categories"]]
    # a list with the cheapest of all in it leaves nothing below that one: then it is the middle that counts
    base = min(prices) if min(all_of_them) < min(prices) - 20 else float(np.median(prices))
    expected = (prices[place] if place is not None else base) - 20
    assert [(one.op, one.value) for one in bounds] == [("<=", pytest.approx(expected))]
    conversation.say("black" if asked.isascii() else "黑色的")
    assert [w.constraint for w in conversation.state.wishes if w.constraint.attribute == "price"] == bounds
