"""Long-standing wishes: kept for a person, else for the session, told, and taken back; in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from goods import GOODS

import palate

Talks = Callable[..., Any]

NYLON = [{"attribute": "material", "op": "not in", "value": ["nylon"]}]


def materials(items: tuple[palate.RecommendedItem, ...]) -> set[object]:
    return {GOODS[item.item_id].get("material") for item in items}


@pytest.mark.parametrize(
    ("told", "asked", "promise", "forget", "gone"),
    [
        (
            "I never use nylon", "show me backpacks", "remember it for later conversations",
            "forget that I never use nylon", "no longer hold",
        ),
        ("我从来不用尼龙的", "想看看背包", "记住了，以后也一样", "不用记住我从来不用尼龙的", "不再记着"),
    ],
)  # fmt: skip
def test_it_is_kept_for_the_person_and_taken_back(
    talk: Talks, told: str, asked: str, promise: str, forget: str, gone: str
) -> None:
    user = f"standing-{told}"
    first = talk(user)
    turn = first.say(told)
    assert promise in turn.reply
    assert first.shop.profile(user)["never"] == NYLON

    later = talk(user)
    for _ in range(3):
        turn = later.say(asked, k=20)
        assert turn.items
        assert "nylon" not in materials(turn.items)

    turn = later.say(forget)
    assert gone in turn.reply
    assert later.shop.profile(user)["never"] == []
    assert "nylon" in materials(talk(user).say(asked, k=20).items)


@pytest.mark.parametrize(
    ("told", "asked", "promise", "forget"),
    [
        ("I never use nylon", "show me backpacks", "As long as we talk", "forget that"),
        ("我从来不用尼龙的", "想看看背包", "这次聊天里一直记着", "不用记住"),
    ],
)
def test_without_a_name_it_holds_for_the_session(
    talk: Talks, told: str, asked: str, promise: str, forget: str
) -> None:
    session = talk()
    assert promise in session.say(told).reply
    assert session.wishes == [], "it is no wish of this errand"
    assert "nylon" not in materials(session.say(asked, k=20).items)
    session.say("重新开始" if told.startswith("我") else "start over")
    assert "nylon" not in materials(session.say(asked, k=20).items), "and outlives the errand"
    session.say(forget)
    assert session.state.standing == ()
    assert "nylon" in materials(session.say(asked, k=20).items)
    assert "nylon" in materials(talk().say(asked, k=20).items), "nobody else is meant"


@pytest.mark.parametrize(
    ("told", "word", "asked", "forget"),
    [
        ("I never eat hazelnut", "hazelnut", "something sweet", "forget that I never eat hazelnut"),
        ("我对榛子过敏", "榛子", "来点甜的零食", "不用记住我对榛子过敏"),
    ],
)
def test_words_that_are_no_value_keep_out_what_bears_them(
    talk: Talks, told: str, word: str, asked: str, forget: str
) -> None:
    def bears(item: palate.RecommendedItem) -> bool:
        return any(word in str(value).casefold() for value in GOODS[item.item_id].values())

    assert any(bears(item) for item in talk().say(word, k=20).items), "the test means something"
    user = f"words-{word}"
    reply = talk(user).say(told).reply
    assert word in reply
    assert talk(user).shop.profile(user)["never_words"] == [word]
    for text in (asked, word):
        assert not any(bears(item) for item in talk(user).say(text, k=50).items)
    talk(user).say(forget)
    assert talk(user).shop.profile(user)["never_words"] == []


def test_the_wish_of_the_moment_goes_before_it(talk: Talks) -> None:
    user = "exception"
    talk(user).say("I never use nylon")
    turn = talk(user).say("a nylon backpack, for once")
    assert materials(turn.items) == {"nylon"}


def test_what_is_always_wanted_is_a_wish_of_this_errand_only(talk: Talks) -> None:
    user = "always"
    talk(user).say("I always buy red things")
    assert talk(user).shop.profile(user)["never"] == []


def test_not_to_forget_is_to_remember(talk: Talks) -> None:
    user = "careful"
    talk(user).say("别忘了我从来不用尼龙的")
    assert talk(user).shop.profile(user)["never"] == NYLON
    assert "nothing of that kind" in talk("nobody").say("forget that").reply


def test_it_goes_with_the_person(talk: Talks) -> None:
    user = "leaving"
    talk(user).say("I never use nylon")
    shop = talk(user).shop
    assert shop.export_user(user)["profile"]["never"] == NYLON
    shop.erase_user(user)
    assert shop.profile(user)["never"] == []
