"""Words turned down in a conversation: they weigh against what bears them, last, are told truly, and are taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from goods import GOODS

import palate

Talks = Callable[..., Any]


def bearing(items: tuple[palate.RecommendedItem, ...], word: str) -> list[bool]:
    """Which items of a list bear a word, by the goods themselves."""
    return [word in " ".join(map(str, GOODS[item.item_id].values())).casefold() for item in items]


@pytest.mark.parametrize(
    ("first", "asked", "word", "understood", "more", "fine"),
    [
        (
            "a vase", "a vase without flowers", "flower", "rather nothing with “flowers”", "show me more",
            "a vase with flowers",
        ),
        ("想要个双肩包", "想要个双肩包，不要拉链的", "拉链", "尽量不带“拉链”的", "换一批", "有拉链的双肩包也行"),
    ],
)  # fmt: skip
def test_what_bears_it_comes_last_and_it_is_told_and_taken_back(
    talk: Talks, first: str, asked: str, word: str, understood: str, more: str, fine: str
) -> None:
    everything = bearing(talk().say(first, k=20).items, word)
    assert any(everything)
    assert not all(everything)

    talking = talk()
    turn = talking.say(asked, k=20)
    borne = bearing(turn.items, word)
    assert understood in turn.understood
    free = borne.count(False)
    assert not any(borne[: min(3, free)])
    assert sum(borne[: len(borne) // 2]) <= sum(borne[len(borne) // 2 :])
    if any(borne):  # the reply does not say that there is none
        assert str(sum(borne)) in turn.reply.split("。")[0].split(". ")[0]

    talking.say(more)
    assert talking.state.unwanted
    talking.say(fine)
    assert not talking.state.unwanted


def test_the_cheapest_of_what_only_a_word_names(talk: Talks) -> None:
    turn = talk().say("the cheapest enamel pot", k=3)
    named = sorted(
        good["price"] for good in GOODS.values() if "enamel" in str(good["description"]).casefold()
    )
    assert turn.items
    assert turn.items[0].attributes["price"] <= named[-1]
    assert any(
        f"{named[0]:g}" in part for part in (turn.reply, *map(str, (i.attributes for i in turn.items)))
    )
