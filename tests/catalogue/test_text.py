"""Words to search by, in both languages; hypothesis: any text can be split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.text import match_key, normal_form, singular, tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two Wireless Headphones", ["two", "wireless", "headphone"]),
        ("batteries, glasses, boxes, watches, buses", ["battery", "glass", "box", "watch", "buse"]),
        ("The bus is on gas", ["bus", "gas"]),
        ("noise-cancelling", ["noise", "cancelling"]),
        ("WH-1000XM4", ["wh1000xm4", "wh", "1000xm4"]),
        ("006R90321 toner", ["006r90321", "toner"]),
        ("1.5 m", ["1.5", "m"]),
        ("科幻电影", ["科幻", "电影", "科幻电影"]),
        ("我想买一个智能手环。", ["智能", "手环"]),
        ("防水的 Smart Band 运动手表", ["防水", "smart", "band", "运动", "手表"]),
        ("Ｗｉｆｉ音箱", ["wifi", "音箱"]),
        ("纯棉T恤和U盘", ["纯棉", "t恤", "u盘"]),
        ("Müller's Käse", ["müller", "käse"]),
        ("🎁🎁", []),
        ("", []),
        ("the of and 的 了", []),
    ],
)
def test_words(text, found):
    assert tokens(text) == found


@given(st.text())
def test_any_text_has_words_that_are_their_own_normal_form(text):
    for word in tokens(text):
        assert word and not word.isspace()
        assert word == word.lower()


@given(st.text())
def test_the_normal_form_is_stable(text):
    assert normal_form(normal_form(text)) == normal_form(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sci-Fi", "sci-fi "), ("深 蓝", "深蓝"), ("Ａ", "a"), (5, "5"), (5.0, 5), (True, "TRUE")],
)
def test_the_same_value_has_one_key(one, other):
    assert match_key(one) == match_key(other)


def test_short_and_odd_words_keep_their_s():
    assert [singular(word) for word in ("bus", "glass", "tennis", "gps", "xs", "dogs")] == [
        "bus",
        "glass",
        "tennis",
        "gps",
        "xs",
        "dog",
    ]
