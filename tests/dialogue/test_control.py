"""What a person tells the shop to do with what it knows of him, and what his feedback changed."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from goods import GOODS

import palate

Talks = Callable[..., Any]


def ids(turn: Any) -> list[str]:
    return [item.item_id for item in turn.items]


def somebody(talk: Talks, *deeds: tuple[str, str]) -> Any:
    """A person of his own, who did this."""
    person = talk(uuid.uuid4().hex)
    for item_id, kind in deeds:
        person.shop.feedback(user_id=person.user_id, item_id=item_id, event_type=kind)
    return person


LIKES = (("perfume-01", "like"), ("perfume-02", "click"), ("tea-03", "like"))


@pytest.mark.parametrize(
    "text",
    [
        "what do you know about me?", "What have you stored about me?", "show my profile",
        "what do you think I like?", "你知道我什么", "你都记得我什么？", "关于我，你知道些什么？", "看看我的画像",
        "list everything you've learned about me", "how do you see me?", "你觉得我喜欢什么", "你都记了我哪些东西",
        "我在你这里有什么记录", "你对我了解多少",
    ],
)  # fmt: skip
def test_the_profile_is_told_with_its_evidence(talk: Talks, text: str):
    person = somebody(talk, *LIKES)
    turn = person.say(text)
    title = GOODS["tea-03"]["title" if text.isascii() else "title_zh"]
    assert title in turn.reply
    told = {one for part in turn.reply_parts for one in part.evidence}
    lines = {line["line_id"]: line for line in person.shop.profile(person.user_id)["lines"]}
    assert palate.Evidence("event", lines["item/tea-03"]["source"]["id"]) in told
    assert lines["item/tea-03"]["source"]["at"]
    assert not turn.items


@pytest.mark.parametrize(
    "text", ["what do you know about headphones?", "你知道哪些好用的耳机", "我知道你们有茶"]
)
def test_a_question_about_goods_is_none_about_the_person(talk: Talks, text: str):
    assert "hold of you" not in somebody(talk, *LIKES).say(text).reply


@pytest.mark.parametrize(
    "text",
    [
        "forget that I like perfume",
        "I no longer like perfume",
        "stop assuming I like perfume",
        "I'm not into perfume anymore",
        "I've gone off perfume",
        "忘了我喜欢香水",
        "我不再喜欢香水了",
        "把香水从我的喜好里删掉",
        "别以为我喜欢香水",
        "我已经不用香水了",
    ],
)
def test_a_taste_is_forgotten_at_once_and_counts_again_when_told_anew(talk: Talks, text: str):
    person = somebody(talk, *LIKES)
    turn = person.say(text)
    assert GOODS["perfume-01"]["title" if text.isascii() else "title_zh"] in turn.reply
    left = {line["line_id"] for line in person.shop.profile(person.user_id)["lines"]}
    assert "item/tea-03" in left
    assert not {"item/perfume-01", "item/perfume-02"} & left
    person.shop.feedback(user_id=person.user_id, item_id="perfume-01", event_type="like")
    again = {line["line_id"] for line in person.shop.profile(person.user_id)["lines"]}
    assert "item/perfume-01" in again


@pytest.mark.parametrize("text", ["forget that I like lamps", "忘了我喜欢台灯"])
def test_what_was_not_known_is_not_said_to_be_forgotten(talk: Talks, text: str):
    reply = somebody(talk, *LIKES).say(text).reply
    assert "othing of that kind" in reply or "没有记着" in reply


@pytest.mark.parametrize(
    "text",
    [
        "never recommend perfume again",
        "stop showing me perfume",
        "keep perfume away from me",
        "quit showing me perfume",
        "no more perfume please, ever",
        "leave out perfume from now on",
        "I never want to see perfume again",
        "别再推荐香水",
        "別再推薦香水",
        "以后不要给我推荐香水",
        "把香水屏蔽掉",
        "我再也不想看到香水",
        "请不要再出现香水",
        "以后香水就不用了",
    ],
)
def test_what_is_never_to_come_stays_out_of_later_conversations(talk: Talks, text: str):
    person = somebody(talk)
    turn = person.say(text)
    perfumes = {item_id for item_id in GOODS if item_id.startswith("perfume-")}
    assert not perfumes & set(ids(turn))
    assert not perfumes & {item.item_id for item in person.shop.recommend(person.user_id, k=100)}
    (line,) = person.shop.profile(person.user_id)["lines"]
    assert line["source"] == {"kind": "turn", "id": turn.turn_id, "at": line["source"]["at"]}
    person.shop.correct_profile(person.user_id, {"remove": [line["line_id"]]})
    assert perfumes & {item.item_id for item in person.shop.recommend(person.user_id, k=100)}


def test_one_item_never_again(talk: Talks):
    person = somebody(talk)
    second = ids(person.say("headphones"))[1]
    turn = person.say("stop showing me the second one")
    assert second not in ids(turn)
    fresh = talk(person.user_id)
    assert second not in ids(fresh.say("headphones", k=20))
    (line,) = person.shop.profile(person.user_id)["lines"]
    assert line["line_id"] == f"out/{second}"


@pytest.mark.parametrize(
    "text",
    [
        "forget everything about me",
        "clear my profile",
        "forget all you know",
        "忘掉关于我的一切",
        "把我的资料全部删掉",
        "别再记得我",
    ],
)
def test_everything_is_forgotten_and_nothing_is_destroyed(talk: Talks, text: str):
    person = somebody(talk, *LIKES, ("headphones-03", "dislike"))
    person.say("never recommend perfume again")
    person.say(text)
    profile = person.shop.profile(person.user_id)
    assert profile["lines"] == []
    assert profile["kept_out"] == []
    assert profile["events"] == 4  # the record is erased by the call for it, not by a sentence


def test_a_line_that_is_not_there_cannot_be_removed(talk: Talks):
    person = somebody(talk, *LIKES)
    with pytest.raises(palate.InvalidInput, match="item/nothing"):
        person.shop.correct_profile(person.user_id, {"remove": ["item/nothing"]})
    kinds = [one for one in person.shop.profile(person.user_id)["lines"] if one["kind"] == "kind"]
    after = person.shop.correct_profile(person.user_id, {"remove": [kinds[0]["line_id"]]})
    assert not {line["line_id"] for line in after["lines"]} & {f"item/{i}" for i in kinds[0]["item_ids"]}


@pytest.mark.parametrize(("ask", "because"), [("headphones", "Because you"), ("想买耳机", "因为您")])
def test_after_feedback_what_changed_is_what_ranking_without_it_shows(
    talk: Talks, monkeypatch: pytest.MonkeyPatch, ask: str, because: str
):
    told = 0
    for kind in ("like", "dislike", "purchase", "favorite"):
        person = somebody(talk, *LIKES)
        shown = person.say(ask)
        event = {"user_id": person.user_id, "item_id": shown.items[3].item_id, "event_type": kind}
        person.shop.feedback(**event, turn_id=shown.turn_id)
        turn = person.say(ask)
        parts = [part for part in turn.reply_parts if part.text.startswith(because)]
        for part in parts:
            told += 1
            named = [one.id for one in part.evidence if one.kind == "item"][1:]
            assert named
            for item_id in named:  # went out of what was shown, or came in and was not shown
                assert (item_id in ids(shown)) != (item_id in ids(turn))
            assert part.evidence[0].kind == "event"
    assert told


@pytest.mark.parametrize(
    "text", ["想买个信号屏蔽袋", "怎么屏蔽广告", "我忘记我什么时候买的了", "我再也不想看这部了"]
)
def test_what_only_sounds_like_a_command_changes_nothing_for_good(talk: Talks, text: str):
    person = somebody(talk, *LIKES)
    turn = person.say(text)
    assert "记着这些" not in turn.reply
    assert not person.shop.profile(person.user_id)["never_words"]
