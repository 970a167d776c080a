"""What no item answers: told apart by what is asked, and never answered by a made-up fact."""

from collections.abc import Callable
from typing import Any

import pytest

from palate.dialogue.matters import matter_of


@pytest.mark.parametrize(
    ("plain", "matter"),
    [
        ("who are you?", "self"),
        ("are you a real person", "self"),
        ("am i talking to a robot?", "self"),
        ("你是机器人吗", "self"),
        ("你是谁", "self"),
        ("do you ship to germany?", "affairs"),
        ("can i return it", "affairs"),
        ("is there a discount", "affairs"),
        ("包邮吗", "affairs"),
        ("几天发货？", "affairs"),
        ("what do you sell?", "range"),
        ("what kinds of things do you have", "range"),
        ("what genres are there?", "range"),
        ("你们都卖什么", "range"),
        ("这里有哪些商品？", "range"),
        ("what do you have in blue", None),
        ("你们有什么好喝的", None),
        ("how is the weather", None),
        ("tell me a joke", None),
        ("今天天气怎么样", None),
    ],
)
def test_what_is_asked(plain: str, matter: str | None):
    assert matter_of(plain) == matter


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("who are you?", "not a person"),
        ("do you ship to Germany?", "I only know what is in the catalogue"),
        ("你是真人吗", "不是真人"),
        ("你们包邮吗", "得问店里"),
    ],
)
def test_the_answer_claims_nothing(talk: Callable[..., Any], text: str, told: str):
    turn = talk().say(text)
    assert told in turn.reply and not turn.items


@pytest.mark.parametrize("text", ["what do you sell?", "你们都卖什么？"])
def test_what_there_is(talk: Callable[..., Any], text: str):
    talking = talk()
    turn = talking.say(text)
    kinds = {"en": "Electronics", "zh": "数码"}[turn.understanding.language]
    assert kinds in turn.reply and "435" in turn.reply and not turn.items
    then = talking.say("tea" if turn.understanding.language == "en" else "茶")
    assert then.items, "the question was no wish, and stands in nobody's way"
