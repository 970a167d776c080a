"""BM25 against the formula written out; both languages found; changed items found at once."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.lexical import MAX_TERMS, LexicalIndex
from palate.catalogue.text import tokens
from palate.values import Item, Mask

WORDS = ["red", "blue", "towel", "lamp", "手环", "茶"]


def build(*items: Item | None) -> LexicalIndex:
    pairs = [(code, item) for code, item in enumerate(items) if item is not None]
    return LexicalIndex.build(pairs, {"notes": "text", "tags": "list"}, {"title_zh"}, len(items))


def everything(index: LexicalIndex) -> Mask:
    return Mask(np.arange(index.size, dtype=np.int32))


def found(index: LexicalIndex, query: str) -> list[int]:
    return np.flatnonzero(index.score(query, everything(index))).tolist()


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(WORDS)), st.lists(st.sampled_from(WORDS))), min_size=1, max_size=6
    ),
    st.lists(st.sampled_from([*WORDS, "green"]), max_size=4),
)
def test_scores_are_those_of_the_formula(texts, query):
    items = [
        Item(f"i{i}", " ".join(title), {"notes": " ".join(notes)}) for i, (title, notes) in enumerate(texts)
    ]
    index = build(*items)

    documents = [[*title, *title, *title, *notes] for title, notes in texts]
    known = [document for document in documents if document]
    mean = sum(map(len, known)) / len(known) if known else 1
    expected = []
    for document in documents:
        score = 0.0
        for word in query:  # a word that is asked for twice counts twice
            n = sum(word in other for other in documents)
            idf = math.log(1 + (len(known) - n + 0.5) / (n + 0.5))
            tf = document.count(word)
            score += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * len(document) / mean)) if tf else 0
        expected.append(score)
    assert index.score(" ".join(query), everything(index)) == pytest.approx(expected, rel=1e-5)


def test_words_are_found_in_every_field_and_language():
    index = build(
        Item("a", "Smart band", {"title_zh": "智能手环", "description": "For runners", "brand": "Lumo"}),
        Item(
            "b", "科幻电影", {"categories": ["影视"], "waterproof": False, "model": "WH-1000XM4", "price": 12}
        ),
        None,
        Item(
            "c", "Mug", {"waterproof": True, "colour": "dark blue", "currency": "CNY", "tags": ["gifts", 5]}
        ),
    )
    for query, codes in {
        "手环": [0], "智能": [0], "运动手环": [0], "runner": [0], "LUMO": [0], "bands": [0],
        "科幻": [1], "电影": [1], "影视": [1], "wh1000xm4": [1], "WH-1000XM4": [1],
        "waterproof": [3], "blue": [3], "gift": [3],
        "cny": [], "12": [], "": [], "the": [], "🎁": [], "unheard": [],
    }.items():  # fmt: skip
        assert found(index, query) == codes, query


def test_a_word_in_the_title_counts_more_than_one_in_the_text():
    index = build(Item("a", "towel", {"notes": "lamp"}), Item("b", "lamp", {"notes": "towel"}))
    first, second = index.score("towel", everything(index))
    assert first > second > 0


def test_scores_stand_beside_the_masks_codes_and_reach_no_further():
    index = build(Item("a", "lamp"), Item("b", "towel"), Item("c", "lamp lamp"))
    whole = index.score("lamp", everything(index))
    assert whole.dtype == np.float32
    some = index.score("lamp", Mask(np.array([1, 2, 7], np.int32)))
    assert some.tolist() == [0, whole[2], 0]


def test_a_very_long_query_is_read_for_its_rarest_words():
    common = [Item(f"i{i}", " ".join(f"word{j}" for j in range(MAX_TERMS))) for i in range(3)]
    index = build(*common, Item("rare", "needle"))
    query = " ".join(f"word{j}" for j in range(MAX_TERMS)) * 50 + " needle"
    assert 3 in found(index, query)


@given(st.data())
def test_changed_items_are_found_as_in_a_new_index(data):
    titles = st.one_of(st.none(), st.lists(st.sampled_from([*WORDS, "novel"]), min_size=1).map(" ".join))

    def item(title):
        return None if title is None else Item("x", title)

    texts = dict(enumerate(data.draw(st.lists(titles, min_size=1, max_size=6))))
    index = build(*map(item, texts.values()))
    for _ in range(data.draw(st.integers(1, 3))):
        changes = data.draw(st.dictionaries(st.integers(0, 8), titles, max_size=4))
        index = index.updated([(code, item(title)) for code, title in changes.items()], {}, ())
        texts |= changes
    for word in [*WORDS, "novel"]:
        expected = sorted(code for code, title in texts.items() if title and word in tokens(title))
        assert found(index, word) == expected


def test_putting_an_item_back_as_it_was_changes_no_score():
    items = [Item(f"i{i}", title) for i, title in enumerate(["red towel", "blue towel", "red lamp"])]
    index = build(*items)
    back = index.updated([(0, None)], {}, ()).updated([(0, items[0])], {}, ())
    assert found(index.updated([(0, None)], {}, ()), "red") == [2]
    assert np.array_equal(
        back.score("red towel", everything(back)), index.score("red towel", everything(index))
    )


def test_many_changes_are_merged_and_scores_stay(tmp_path):
    index = build(*(Item(f"i{i}", f"thing {i}") for i in range(2000)))
    for start in range(0, 2000, 250):
        index = index.updated(
            [(i, Item(f"i{i}", f"object {i} fresh{i}")) for i in range(start, start + 250)], {}, ()
        )
    assert found(index, "thing") == []
    assert found(index, "fresh1234") == [1234]
    assert len(found(index, "object")) == 2000

    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path)
    for query in ("object 7", "fresh1234 thing"):
        assert np.array_equal(loaded.score(query, everything(loaded)), index.score(query, everything(index)))
