"""Lists over a conversation: what is said of their places, what is passed over, what is picked, and short ones."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from goods import GOODS, meets

import palate
from palate.values import Constraint

Talks = Callable[..., Any]


def ids(turn: palate.Turn) -> list[str]:
    return [item.item_id for item in turn.items]


@pytest.mark.parametrize(
    ("asked", "told", "taste"),
    [
        ("show me lamps", "I don't like the first one", -1),
        ("show me lamps", "the first one looks awful", -1),
        ("show me lamps", "something like the first but cheaper", 1),
        ("看看台灯", "第一个不喜欢", -1),
        ("看看台灯", "第一个太丑了", -1),
        ("看看台灯", "喜欢第一个，不喜欢第二个", 1),
    ],
)
def test_what_is_felt_about_a_place_is_a_taste(talk: Talks, asked: str, told: str, taste: int) -> None:
    conversation = talk()
    first = ids(conversation.say(asked))[0]
    after = conversation.say(told)
    assert conversation.state.tastes[first] == taste
    assert first not in ids(after)
    assert (first in conversation.state.rejected) == (taste < 0)


@pytest.mark.parametrize(
    ("asked", "others", "narrower"),
    [("show me lamps", "show me others", "under 200"), ("看看台灯", "换一批", "两百以内的")],
)
def test_what_was_passed_over_comes_back_with_another_wish(
    talk: Talks, asked: str, others: str, narrower: str
) -> None:
    conversation = talk()
    seen = ids(conversation.say(asked))
    assert not set(seen) & set(ids(conversation.say(others)))
    cheap = {item_id for item_id in seen if GOODS[item_id]["price"] <= 200}
    assert cheap and cheap <= set(ids(conversation.say(narrower, k=20)))


@pytest.mark.parametrize(
    ("asked", "which", "yes"),
    [
        ("show me lamps", "which one would you pick?", "ok, I'll take it"),
        ("show me lamps", "what is the best of these?", "great, I'll buy that"),
        ("看看台灯", "你推荐哪个", "行，就它了"),
        ("看看台灯", "帮我选一个吧，哪个好", "好，就要它"),
    ],
)
def test_one_is_picked_and_can_be_taken(talk: Talks, asked: str, which: str, yes: str) -> None:
    conversation = talk()
    shown = conversation.say(asked)
    picked = conversation.say(which)
    assert shown.items[0].title in picked.reply
    assert all(reason.text in picked.reply for reason in shown.items[0].reasons)
    taken = conversation.say(yes)
    assert taken.move == "accept" and shown.items[0].title in taken.reply


@pytest.mark.parametrize(
    ("asked", "which", "yes"),
    [
        ("show me lamps", "which one is the cheapest?", "ok, I'll take it"),
        ("show me headphones", "what's the cheapest?", "ok, I'll take it"),
        ("看看台灯", "哪个最便宜", "行，就它了"),
    ],
)
def test_the_one_that_an_answer_singled_out_can_be_taken(
    talk: Talks, asked: str, which: str, yes: str
) -> None:
    conversation = talk()
    shown = conversation.say(asked)
    cheapest = min(shown.items, key=lambda item: GOODS[item.item_id]["price"])
    conversation.say(which)
    assert cheapest.title in conversation.say(yes).reply


@pytest.mark.parametrize(
    ("asked", "many"),
    [("waterproof headphones under 300", "Without “{}” there"), ("三百以内的防水耳机", "要是不限“{}”，还有")],
)
def test_a_short_list_says_what_would_make_it_longer(talk: Talks, asked: str, many: str) -> None:
    turn = talk().say(asked, k=20)
    wishes = [one for one in turn.understanding.constraints if one.op != "not in"]
    assert turn.items and len(turn.items) < 3 and len(wishes) == 3

    def fitting(held: list[Constraint]) -> int:
        return sum(all(meets(good, one) for one in held) for good in GOODS.values())

    assert fitting(wishes) == len(turn.items)
    more = {
        words: fitting([other for other in wishes if other is not one]) - len(turn.items)
        for one, words in zip(wishes, turn.understood, strict=True)
        if one.attribute != "categories"
    }
    best = max(more, key=more.__getitem__)
    assert many.format(best) in turn.reply and str(more[best]) in turn.reply


def test_words_that_only_one_item_bears_do_not_shorten_a_list(tmp_path: Any) -> None:
    with palate.create(tmp_path / "shop") as shop:
        rng = np.random.default_rng(1)
        goods = [
            {
                "item_id": f"l{n}",
                "title": f"Lamp {chr(97 + n)}{chr(97 + int(rng.integers(26)))}q",
                "category": "Lamps",
            }
            for n in range(12)
        ]
        goods[7]["title"] += " zebra"
        source = tmp_path / "items.jsonl"
        source.write_text("\n".join(map(str, goods)).replace("'", '"'))
        shop.import_items(str(source))
        shown = ids(shop.chat("a zebra lamp", k=5))
        assert shown[0] == "l7" and len(shown) == 5


@pytest.mark.parametrize(
    ("asked", "beyond", "told"),
    [
        ("waterproof headphones under 300", "who makes the third one?", "There is only one here"),
        ("show me headphones", "compare the first and the ninth", ""),
        ("三百以内的防水耳机", "第三个多重", "这里只有1个"),
        ("show me headphones", "ok the ninth then", "There are only 6 here. Which one do you mean?"),
        ("看看台灯", "要第八个", "这里只有6个，您说的是第几个？"),
    ],
)
def test_a_place_that_the_list_does_not_have(talk: Talks, asked: str, beyond: str, told: str) -> None:
    conversation = talk()
    conversation.say(asked)
    turn = conversation.say(beyond)
    assert turn.reply.startswith(told) if told else "only" not in turn.reply
    assert "Enjoy" not in turn.reply and "开心" not in turn.reply


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ("show me headphones", "a bit pricey"),
        ("show me headphones", "they're kinda expensive"),
        ("看看台灯", "贵了点"),
        ("看看台灯", "有点小贵"),
    ],
)
def test_a_mild_complaint_asks_for_less_of_it(talk: Talks, asked: str, complaint: str) -> None:
    conversation = talk()
    before = [GOODS[item.item_id]["price"] for item in conversation.say(asked).items]
    after = [GOODS[item.item_id]["price"] for item in conversation.say(complaint).items]
    assert after and max(after) < np.median(before)


@pytest.mark.parametrize(
    ("asked", "question", "silence"),
    [
        ("show me headphones", "what is the sheen of these?", "The catalogue"),
        ("看看台灯", "这几个的光泽度是多少", "目录里"),
    ],
)
def test_silence_on_several_is_told_once(talk: Talks, asked: str, question: str, silence: str) -> None:
    conversation = talk()
    shown = conversation.say(asked).items
    reply = conversation.say(question).reply
    assert reply.count(silence) == 1 and all(item.title in reply for item in shown[:3])


def test_somebodys_first_of_something_is_no_place(talk: Talks) -> None:
    conversation = talk()
    conversation.say("show me lamps")
    assert not conversation.say(
        "a present for my sister, she moved into her first flat"
    ).understanding.references


def test_a_wish_that_another_kind_cannot_keep_goes_with_the_old_one(tmp_path: Any) -> None:
    with palate.create(tmp_path / "shop") as shop:
        source = tmp_path / "items.jsonl"
        screens = [
            f'{{"item_id": "m{n}", "title": "Aro monitor {n}", "screen_inches": {20 + n}}}' for n in range(9)
        ]
        boards = [f'{{"item_id": "k{n}", "title": "Bix keyboard {n}", "keys": {60 + n}}}' for n in range(9)]
        source.write_text("\n".join([*screens, *boards]))
        shop.import_items(str(source))
        first = shop.chat("25 inch monitor, quiet")
        assert ids(first) == ["m5"]
        assert {one[0] for one in ids(shop.chat("just show me keyboards", session_id=first.session_id))} == {
            "k"
        }


@pytest.mark.parametrize(
    ("asked", "which", "told"),
    [
        ("show me lamps", "which of these is the prettiest?", "does not tell which is prettiest"),
        ("show me headphones", "which one has the best sound?", "does not tell which has the best sound"),
        ("看看台灯", "哪个最好看", "哪个最好看，从目录里看不出来"),
        ("看看耳机", "哪个音质最好？", "哪个音质最好，从目录里看不出来"),
    ],
)
def test_a_degree_that_no_attribute_tells(talk: Talks, asked: str, which: str, told: str) -> None:
    conversation = talk()
    conversation.say(asked)
    assert told in conversation.say(which).reply


@pytest.mark.parametrize(
    ("asked", "against"), [("show me lamps", "no led strips"), ("看看台灯", "不要夹子的")]
)
def test_a_word_against_something_asks_for_no_others(talk: Talks, asked: str, against: str) -> None:
    conversation = talk()
    seen = ids(conversation.say(asked))
    assert set(seen) & set(ids(conversation.say(against)))


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("show me lamps", "which one would suit a guest room in the forest?"),
        ("看看台灯", "哪个适合放在客房"),
    ],
)
def test_a_word_that_only_ends_like_a_degree_is_none(talk: Talks, asked: str, question: str) -> None:
    conversation = talk()
    conversation.say(asked)
    reply = conversation.say(question).reply
    assert "does not tell which is" not in reply and "从目录里看不出来" not in reply
