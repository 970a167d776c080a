"""The same wish, differently typed, is read the same: case, width, spaces, dots, particles, swapped letters."""

from collections.abc import Callable

import opencc
import pytest

from palate.understanding.reader import Reader
from palate.values import Understanding

BANDS = ["band-1", "band-2", "ear-1"]
ENGLISH = [
    ("a thriller before 1990, no romance", []),
    ("headphones under 200, anything but Lumo", []),
    ("something with a bigger screen", BANDS),
    ("the second one is too expensive", BANDS),
    ("what is the second one made of?", BANDS),
    ("I loved Northern Clockwork", []),
]
CHINESE = [
    ("三百以内的耳机，不要黑色", []),
    ("最好是喜剧片，九十年代的", []),
    ("除了鹿沫，别的牌子都行", BANDS),
    ("第二个太贵了，换便宜的", BANDS),
    ("第二个和第三个有什么区别", BANDS),
]


def _swapped(text: str) -> str:
    """With the middle letters of its longest word in small letters swapped."""
    words = text.split(" ")
    longest = max((w for w in words if w.isalpha() and w.islower()), key=len)
    at = len(longest) // 2
    typed = longest[: at - 1] + longest[at] + longest[at - 1] + longest[at + 1 :]
    return " ".join(typed if word == longest else word for word in words)


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


TYPED_ENGLISH: list[Callable[[str], str]] = [
    str.upper,
    str.lower,
    _swapped,
    _wide,
    lambda text: text.replace(" ", "  "),
    lambda text: f"{text.rstrip('?')}...",
    lambda text: f"{text} :)",
    lambda text: f"hi there, {text}",
    lambda text: f"well, {text}",
    lambda text: f"{text}, thanks",
]
TYPED_CHINESE: list[Callable[[str], str]] = [
    opencc.OpenCC("s2t").convert,
    lambda text: text.replace("，", " "),
    lambda text: f"{text}啊",
    lambda text: f"嗯，{text}",
    lambda text: f"你好，{text}",
    lambda text: f"{text}，谢谢",
    lambda text: f"{text}！！",
]


def _frame(read: Understanding) -> tuple[object, ...]:
    mentions = {(one.item_id, one.sentiment) for one in read.mentions}
    return read.act, set(map(repr, read.constraints)), mentions, read.references


@pytest.mark.parametrize(
    ("said", "last", "typed"),
    [(said, last, typed) for said, last in ENGLISH for typed in TYPED_ENGLISH]
    + [(said, last, typed) for said, last in CHINESE for typed in TYPED_CHINESE],
)
def test_the_way_of_typing_changes_nothing(
    reader: Reader, said: str, last: list[str], typed: Callable[[str], str]
) -> None:
    plainly = _frame(reader.understand(said, last_items=last))
    assert plainly[1] or plainly[2] or plainly[3]
    assert _frame(reader.understand(typed(said), last_items=last)) == plainly


@pytest.mark.parametrize(
    ("typed", "keyword"),
    [("show me a stove", "stove"), ("show me linen trousers", "linen"), ("show me a tulle scarf", "tulle")],
)
def test_a_rare_word_is_no_slip_of_an_everyday_one(reader: Reader, typed: str, keyword: str) -> None:
    assert keyword in reader.understand(typed).keywords


def test_a_thing_that_failed_does_not_rule_out_its_kind(reader: Reader) -> None:
    assert not reader.understand("the last scarf I had fell apart").constraints
    assert not reader.understand("上次买的围巾掉毛，太差了").constraints
    assert reader.understand("scarves are awful").constraints


def test_to_clear_everything_is_no_wish_for_clear_things(reader: Reader) -> None:
    read = reader.understand("clear everything", last_items=BANDS)
    assert (read.act, read.constraints) == ("start_over", ())
    assert reader.understand("start over: a comedy please", last_items=BANDS).constraints


def test_without_two_things_nothing_is_compared(reader: Reader) -> None:
    assert reader.understand("耳机哪款好").act == "recommend"
    assert reader.understand("哪款好", last_items=BANDS).act == "compare"


def test_numbers_compared_are_places(reader: Reader) -> None:
    assert reader.understand("is 2 better than 3?", last_items=BANDS).references == (2, 3)
    assert not reader.understand("is 2 metres longer than 3 feet", last_items=BANDS).references


@pytest.mark.parametrize("said", ["thanks", "that helped a lot, thanks", "谢谢", "有用，谢谢"])
def test_thanks_for_nothing_in_particular_are_thanks(reader: Reader, said: str) -> None:
    assert reader.understand(said, last_items=BANDS).act == "thank"


def test_a_number_is_no_slip(reader: Reader) -> None:
    (wish,) = reader.understand("something for three to five hundred dollars").constraints
    assert wish.value == [300, 500]  # three, not "there"
