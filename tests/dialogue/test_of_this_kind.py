"""Wishes that only the conversation can fill: the same brand, another one, something like it."""

from collections.abc import Callable
from typing import Any

import pytest
from goods import GOODS

import palate

Talks = Callable[..., Any]


def brand_of(turn: palate.Turn, place: int) -> str:
    return GOODS[turn.items[place - 1].item_id]["brand"]


@pytest.mark.parametrize(
    ("asked", "pointing", "place"),
    [
        ("show me headphones", "more from the brand of the second one", 2),
        ("show me headphones", "anything else by the brand of the first?", 1),
        ("看看耳机", "第二个的牌子还有别的吗", 2),
        ("看看耳机", "第三个那个牌子的还有吗", 3),
    ],
)
def test_the_brand_of_a_place(talk: Talks, asked: str, pointing: str, place: int) -> None:
    conversation = talk()
    brand = brand_of(conversation.say(asked), place)
    turn = conversation.say(pointing)
    assert turn.items and {GOODS[item.item_id]["brand"] for item in turn.items} == {brand}
    assert ("brand", "in", [brand]) in conversation.wishes
    assert not conversation.state.query


@pytest.mark.parametrize(
    ("asked", "question", "same", "other"),
    [
        ("show me headphones", "how heavy is the second?", "same brand but cheaper", "another brand please"),
        ("看看耳机", "第二个多重", "同一个牌子的还有吗", "换个牌子"),
    ],
)
def test_the_brand_of_what_was_spoken_of(
    talk: Talks, asked: str, question: str, same: str, other: str
) -> None:
    conversation = talk()
    brand = brand_of(conversation.say(asked), 2)
    conversation.say(question)
    conversation.say(same)
    assert ("brand", "in", [brand]) in conversation.wishes
    turn = conversation.say(other)
    assert ("brand", "not in", [brand]) in conversation.wishes
    assert turn.items and brand not in {GOODS[item.item_id]["brand"] for item in turn.items}


@pytest.mark.parametrize(
    ("asked", "pointing"), [("show me headphones", "same brand please"), ("看看耳机", "同一个牌子的还有吗")]
)
def test_things_of_several_brands_have_none_in_common(talk: Talks, asked: str, pointing: str) -> None:
    conversation = talk()
    conversation.say(asked)
    conversation.say(pointing)
    assert not any(attribute == "brand" for attribute, _, _ in conversation.wishes)


@pytest.mark.parametrize(
    ("asked", "question", "like"),
    [
        ("show me headphones", "how heavy is the second?", "do you have something similar to it?"),
        ("看看耳机", "第二个多重", "有类似的吗"),
        ("看看耳机", "第二个多重", "跟它差不多的有吗"),
    ],
)
def test_like_it_is_like_what_was_spoken_of(talk: Talks, asked: str, question: str, like: str) -> None:
    conversation = talk()
    second = conversation.say(asked).items[1].item_id
    conversation.say(question)
    turn = conversation.say(like)
    assert conversation.state.tastes == {second: 1}
    assert turn.items and second not in {item.item_id for item in turn.items}


@pytest.mark.parametrize(
    ("asked", "question"),
    [("show me headphones", "what is the brand of the first one?"), ("看看耳机", "第一个是什么牌子")],
)
def test_a_question_for_the_brand_is_no_wish(talk: Talks, asked: str, question: str) -> None:
    conversation = talk()
    conversation.say(asked)
    turn = conversation.say(question)
    assert turn.move == "answer" and not any(one == "brand" for one, _, _ in conversation.wishes)


@pytest.mark.parametrize(
    ("asked", "question", "against"),
    [
        ("show me headphones", "how heavy is the second?", "I don't like it, show me something else"),
        ("看看耳机", "第二个多重", "不要类似的"),
    ],
)
def test_what_is_turned_down_is_not_liked(talk: Talks, asked: str, question: str, against: str) -> None:
    conversation = talk()
    conversation.say(asked)
    conversation.say(question)
    conversation.say(against)
    assert 1 not in conversation.state.tastes.values()
