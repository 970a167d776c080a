"""Which sentences give a command about the person himself, and which only sound like one."""

import pytest

from palate.dialogue.commands import command_in, object_of

SAID = {
    "show": [
        "what do you know about me?",
        "what have you remembered about me",
        "show me my profile",
        "what do you remember of me?",
        "which things do you have on file about me?",
        "what do you think I like?",
        "how do you see me?",
        "list everything you've learned about me",
        "what's stored about me here?",
        "tell me what you know about my tastes",
        "what have you got on me?",
        "你记住了我什么",
        "你知道我什么",
        "看看我的画像",
        "你对我了解多少",
        "你觉得我喜欢什么",
        "你都记了我哪些东西",
        "我在你这里有什么记录",
        "把你知道的关于我的都告诉我",
        "你们掌握了我哪些信息",
        "说说你眼里的我",
    ],
    "forget": [
        "forget that I like novels",
        "please forget I liked novels",
        "I don't like novels any more",
        "remove novels from my profile",
        "stop thinking I like novels",
        "I'm not into novels anymore",
        "I've gone off novels",
        "novels aren't really my thing any more",
        "take novels off my list of tastes",
        "please stop counting novels as something I like",
        "I used to like novels but not any more",
        "strike novels from my preferences",
        "忘了我喜欢小说",
        "我不再喜欢小说了",
        "把小说从我的喜好里删掉",
        "别记着我喜欢小说",
        "我对小说没兴趣了",
        "别以为我喜欢小说",
        "我已经不看小说了",
        "小说我现在不喜欢了",
        "别把小说算成我的爱好",
        "我以前爱看小说，现在不看了",
        "喜欢小说这条去掉",
    ],
    "never": [
        "never recommend perfume again",
        "don't show me perfume anymore",
        "stop recommending perfume",
        "no more perfume please, ever",
        "I never want to see perfume again",
        "keep perfume away from me",
        "please leave out perfume from now on",
        "I don't ever want perfume recommended to me",
        "perfume is off limits from now on",
        "please never bring up perfume again",
        "under no circumstances show me perfume again",
        "perfume should never appear in my lists",
        "别再推荐香水",
        "以后不要给我推荐香水",
        "永远不要再给我看香水",
        "我再也不想看到香水",
        "香水以后就别推了",
        "以后香水就不用了",
        "把香水屏蔽掉",
        "香水一律不要再推",
        "我不想再收到香水的推荐",
        "跟香水有关的以后都别给我看",
        "香水永远别出现在我面前",
    ],
    "forget_all": [
        "forget everything about me",
        "clear my history",
        "wipe my profile",
        "start over with me, forget all you know",
        "erase everything you've learned about me",
        "I want you to forget me",
        "忘掉关于我的一切",
        "清空我的记录",
        "把我的资料全部删掉",
        "别再记得我",
        "关于我的东西全忘了吧",
        "请把我忘得一干二净",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SAID.items() for text in texts])
def test_a_command_is_told(kind: str, text: str):
    found = command_in(text.casefold())
    assert found is not None
    assert found[0] == kind
    if kind == "never":
        assert object_of(found[1]) == (("香水",) if "香水" in text else ("perfume",))


@pytest.mark.parametrize(
    "text",
    [
        "don't forget that I like novels",
        "never forget me",
        "don't delete my history",
        "别忘了我喜欢小说",
        "别把我忘了",
        "不要删掉我的资料",
        "what do you have for me?",
        "what do you know about headphones?",
        "show me that again, not the red one",
        "I don't like red",
        "I'll take the one I liked",
        "something to my taste",
        "do you know what looks good on me?",
        "I never see what I want",
        "forget the brand",
        "I forgot what I bought last time",
        "don't show me red ones",
        "why do you never recommend perfume?",
        "how do I block ads?",
        "show me what's new",
        "clear glass, I like that",
        "delete key stickers for my keyboard",
        "a wipe-clean cloth, I love those",
        "remove the second one from the list",
        "I always forget what I like",
        "what would suit my tastes?",
        "show me something I've never seen",
        "a film about me and my dog",
        "can you recommend something again",
        "你知道什么对我好吗",
        "我不买了",
        "不看了，谢谢",
        "我原来想买的，现在不买了",
        "可以抹的面霜，我喜欢",
        "你知道我想要什么",
        "我忘记我什么时候买的了",
        "怎么屏蔽广告",
        "想买个信号屏蔽袋",
        "再推荐几个",
        "不要红色的，再推荐一个",
        "别推荐太贵的",
        "我现在不喜欢红色的",
        "我再也不想看这部了",
        "以后想学画画",
        "推荐一下我没看过的",
        "我爱看的书都有什么",
        "我的资料夹坏了，推荐一个",
        "忘了带伞，推荐一把",
        "有没有记录心情的本子",
        "把价格降低一点",
    ],
)
def test_what_only_sounds_like_a_command_is_none(text: str):
    assert command_in(text.casefold()) is None


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("please never bring up squid ink again", "squid ink"),
        ("I don't ever want squid ink recommended to me", "squid ink"),
        ("squid ink is off limits from now on", "squid ink"),
        ("别再给我推荐墨鱼汁了", "墨鱼汁"),
        ("墨鱼汁以后别推了", "墨鱼汁"),
        ("stop showing me this", None),
        ("别再推荐这个了", None),
    ],
)
def test_what_is_never_to_come_is_what_the_command_leaves(text: str, thing: str | None):
    found = command_in(text.casefold())
    assert found is not None
    assert object_of(found[1]) == ((thing,) if thing else ())
