"""The kind of thing asked for in a word: told from what it is to be like, in both languages."""

import pytest

from palate.understanding.keywords import Keyword
from palate.understanding.sought import find_sought


def words_of(plain: str, *words: str) -> list[Keyword]:
    return [Keyword(plain.index(word), plain.index(word) + len(word), word) for word in words]


@pytest.mark.parametrize(
    ("plain", "keywords", "sought"),
    [
        ("show me printers instead, wireless", ["printers", "wireless"], "printers"),
        ("i need a laptop for university", ["laptop", "university"], "laptop"),
        ("do you have any mechanical keyboards?", ["mechanical", "keyboards"], "keyboards"),
        ("we're looking for a set of knives under 50", ["set", "knives"], "knives"),
        ("what about a kettle then", ["kettle"], "kettle"),
        ("那给我看看锅", ["锅"], "锅"),
        ("想买一个无线键盘，不要太贵", ["无线", "键盘"], "键盘"),
        ("有没有睡袋呢？", ["睡袋"], "睡袋"),
        ("show me something waterproof", ["waterproof"], None),
        ("i want a longer battery life", ["battery", "life"], None),
        ("有没有防滑的", ["防滑"], None),
        ("show me the waterproof ones", ["waterproof"], None),
        ("i want it waterproof", ["waterproof"], None),
        ("the battery died", ["battery"], None),
        ("need a monitor for my office", ["monitor", "office"], "monitor"),
    ],
)
def test_the_kind_is_the_last_word_of_what_is_asked_for(plain: str, keywords: list[str], sought: str | None):
    assert find_sought(plain, words_of(plain, *keywords)) == sought


@pytest.mark.parametrize(
    ("plain", "keywords", "sought"),
    [
        ("27 inch monitor, curved", ["monitor", "curved"], "monitor"),
        ("laptop sleeve in black", ["laptop", "sleeve"], "sleeve"),
        ("无线键盘 便宜点", ["无线", "键盘"], "键盘"),
        ("my sister just moved, so a plant", ["sister", "moved", "plant"], None),
        ("她刚搬了家", ["搬", "家"], None),
    ],
)
def test_a_first_wish_may_merely_name_the_kind(plain: str, keywords: list[str], sought: str | None):
    assert find_sought(plain, words_of(plain, *keywords), opens=True) == sought
    assert find_sought(plain, words_of(plain, *keywords)) is None
