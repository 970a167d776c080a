"""People whose names are written by sound in Chinese, met in a catalogue of Latin names."""

from collections.abc import Callable
from typing import Any

import pytest

from palate.catalogue.lookup import Lookup
from palate.understanding.reader import Reader
from palate.understanding.synonyms import shipped_synonyms
from palate.understanding.transliteration import SoundNames, said_in_chinese, said_in_latin
from palate.values import Item, StoredItem

PEOPLE = {
    "约翰·韦恩": "John Wayne",
    "马修·麦康纳": "Matthew McConaughey",
    "薇诺娜瑞德": "Winona Ryder",
    "比利·怀尔德": "Billy Wilder",
    "丹尼斯霍珀": "Dennis Hopper",
    "索菲亚·罗兰": "Sophia Loren",
    "罗素·克劳": "Russell Crowe",
}


@pytest.fixture(scope="module")
def films() -> Lookup:
    names = [*PEOPLE.values(), "Clint Eastwood", "Jon Gries", "Terry Jones", "Marion Ross", "Alice Braga"]
    items = [
        Item(str(n), f"Film {n}", {"actors": [name], "directors": [names[n - 1]], "categories": ["Drama"]})
        for n, name in enumerate(names)
    ]
    return Lookup.build([StoredItem(n, one.item_id, n + 1, one) for n, one in enumerate(items)], {})


@pytest.fixture(scope="module")
def reading(films: Lookup) -> Reader:
    return Reader(films, {**shipped_synonyms(), "near": {}})


@pytest.mark.parametrize(("said", "name"), PEOPLE.items())
@pytest.mark.parametrize(
    ("frame", "attribute", "op"),
    [
        ("想看{}主演的", "actors", "in"),
        ("{}执导的有吗", "directors", "in"),
        ("不要{}演的", "actors", "not in"),
    ],
)
def test_a_name_by_sound_is_that_person(
    reading: Reader, said: str, name: str, frame: str, attribute: str, op: str
) -> None:
    read = reading.understand(frame.format(said))
    assert [(c.attribute, c.op, c.value) for c in read.constraints] == [(attribute, op, [name])]


def test_a_surname_alone_is_enough(films: Lookup) -> None:
    assert SoundNames(films).nearest("伊斯特伍德") == (["Clint Eastwood"], False)


@pytest.mark.parametrize(
    "text", ["想看马拉松的片子", "意大利的电影", "沙发还有吗", "巴西的", "宫崎骏的动画", "阿里云的"]
)
def test_other_words_are_nobody(reading: Reader, text: str) -> None:
    assert all(c.attribute == "categories" for c in reading.understand(text).constraints)


def test_names_that_sound_alike_are_nobody() -> None:
    items = [
        Item(str(n), f"Film {n}", {"actors": [name]}) for n, name in enumerate(["John Wayne", "Jon Wein"])
    ]
    lookup = Lookup.build([StoredItem(n, one.item_id, n + 1, one) for n, one in enumerate(items)], {})
    assert SoundNames(lookup).nearest("约翰韦恩")[0] == []


def test_both_spellings_have_the_same_sounds() -> None:
    assert said_in_chinese("大卫林奇").startswith(said_in_latin("david"))
    assert said_in_latin("john") == said_in_chinese("约翰")


def test_the_names_of_the_synonyms_are_mostly_found_by_sound(data_reader: Callable[[str], Reader]) -> None:
    lookup = data_reader("movielens-1m").lookup
    sounds = SoundNames(lookup)
    groups: Any = shipped_synonyms()["near"]["person"]
    right = wrong = 0
    for group in groups:
        found = [lookup.phrase(word) for word in group if word.isascii()]
        meant = {v.value for match in found if match for v in match.values if v.form == 0}
        for word in group if meant else ():
            if not word.isascii() and len(word) > 3:
                named = sounds.nearest(word)[0]
                right += bool(meant & set(named))
                wrong += bool(named) and not meant & set(named)
    assert right >= 60
    assert wrong <= right / 8
