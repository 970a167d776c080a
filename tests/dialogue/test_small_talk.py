"""What needs no support, what is called by its description, and years apart: answers known by construction."""

import pytest
from grounding_cases import Case

from palate.dialogue.grounding.descriptions import described
from palate.dialogue.grounding.inquiry import Inquiry
from palate.dialogue.grounding.reading import read
from palate.dialogue.grounding.said import Focus
from palate.dialogue.grounding.small_talk import is_small_talk

ITEMS = [
    {"item_id": "p", "title": "Corvo copper saucepan", "price": 80.0, "year": 2004, "category": "cookware"},
    {"item_id": "k", "title": "Corvo steel kettle", "price": 45.0, "year": 2009, "category": "cookware"},
    {"item_id": "t", "title": "Bramley linen towel", "price": 12.0, "year": 2014, "category": "linen"},
]
CASE = Case(ITEMS)


def inquiry(
    sentence: str, language: str = "en", text: str = "Something gentle for a camping trip"
) -> Inquiry:
    checker = CASE.checker(CASE.brief(["p", "k", "t"], text=text, language=language))
    return Inquiry(CASE.vocabulary, checker.facts, read(sentence, checker.facts, Focus(), CASE.vocabulary))


def supported(sentence: str) -> bool:
    text = "Something gentle for a camping trip"
    return CASE.checker(CASE.brief(["p", "k", "t"], text=text)).check(sentence).supported


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Do you cook every day or now and then?", "en"),
        ("Happy to keep digging if none of these fits.", "en"),
        ("Feel free to tell me about a dish.", "en"),
        ("您家里的锅多大？", "zh"),
        ("零食准备好了吗？", "zh"),
        ("祝您旅途平安。", "zh"),
        ("想看更轻的，也可以告诉我。", "zh"),
    ],
)
def test_offers_questions_and_wishes_are_free(sentence: str, language: str):
    assert is_small_talk(inquiry(sentence, language))


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Happy to tell you that it is dishwasher safe.", "en"),
        ("I can find a free gift, just say so.", "en"),
        ("Tell me whether the kettle whistles, as our kettles do.", "en"),
        ("Ask the customers who bought it.", "en"),
        ("我可以给您找包邮的。", "zh"),
        ("这款自带保温功能，告诉我吧。", "zh"),
        ("你知道它能防水吗？", "zh"),
        ("林记日常羊毛围巾也很不错。", "zh"),  # a commonplace may hold a thing that is made up
        ("Pacco totes are always a good idea.", "en"),
    ],
)
def test_what_tells_something_is_not_free(sentence: str, language: str):
    assert not is_small_talk(inquiry(sentence, language))


@pytest.mark.parametrize(
    ("sentence", "ids"),
    [
        ("The copper saucepan is lovely.", [{"p"}]),
        ("The linen towel and the steel kettle go well.", [{"t"}, {"k"}]),
        ("Both Corvo pieces are fine.", [{"p", "k"}]),
        ("The silver saucepan is lovely.", []),
        ("The Corvo is fine.", []),
    ],
)
def test_a_description_speaks_of_what_it_fits(sentence: str, ids: list[set[str]]):
    found = described(inquiry(sentence).said, [])
    assert [{thing.item_id for thing in anchor.things} for anchor in found] == ids


@pytest.mark.parametrize(
    "sentence",
    [
        "The Corvo steel kettle came out five years after the Corvo copper saucepan.",
        "The Corvo copper saucepan is five years older than the Corvo steel kettle.",
        "The Bramley linen towel came out a decade after the Corvo copper saucepan.",
        "The Bramley linen towel is the bargain.",
    ],
)
def test_true_spans_and_bargains_pass(sentence: str):
    assert supported(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Corvo steel kettle came out a year after the Corvo copper saucepan.",
        "The Corvo steel kettle came out five years before the Corvo copper saucepan.",
        "The Corvo steel kettle is the bargain.",
        "The Bramley linen towel has one side only.",
        "The Bramley linen towel is also for a camping trip.",
        "Can you believe how light that feels?",
        "Did you like that the kettle has no handle?",
        "The Corvo steel kettle is Bramley's only design.",
        "Corvo considered the saucepan his favorite.",
    ],
)
def test_false_or_unknown_ones_do_not(sentence: str):
    assert not supported(sentence)
