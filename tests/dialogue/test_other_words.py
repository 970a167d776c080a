# ruff: noqa: E501 - one item a line or two
"""The same said in other words: across languages, by what a thing is, by sizes that only texts tell, as a commonplace.
Each kind with what must not pass by the same door.
"""

from itertools import pairwise

import pytest
from grounding_cases import Case

from palate.dialogue.grounding.dictionary import in_english, is_english
from palate.dialogue.writing import Composition, Pen
from palate.language_models.scripted import ScriptedModel

ITEMS = [
    {"item_id": "k1", "title": "Orvane G80 keyboard USB black", "brand": "Orvane", "price": 35.0, "keys": 104, "wired": True,
     "description": "104 keys, USB and PS/2, fits the RX-7240 and RX-7255. Body of washable rubber."},
    {"item_id": "k2", "title": "Tesselt keyboard wireless grey", "brand": "Tesselt", "price": 25.0, "keys": 87, "wired": False,
     "description": "87 keys, wireless. For a small desk."},
    {"item_id": "s1", "title": "Norblum cleanser 16 oz", "brand": "Norblum", "price": 9.0,
     "description": "A gentle cleanser with chamomile. 16 oz bottle."},
    {"item_id": "s2", "title": "Fennick peeling serum 1 oz", "brand": "Fennick", "price": 21.0,
     "description": "A serum against wrinkles, in a glass bottle."},
]  # fmt: skip
FILMS = [
    {"item_id": "f1", "title": "Somewhere", "categories": ["Comedy"], "year": 2010, "directors": ["Ada Brill"], "writers": ["Ada Brill"],
     "actors": ["Tom Quist"], "description": "An alien parasite lands in Vancouver. Dorothy flees with her dog."},
    {"item_id": "f2", "title": "The Long Rain", "categories": ["Drama"], "year": 2008, "directors": ["Ole Marr"], "writers": ["Jane Fosse"],
     "actors": ["Ada Brill", "Tom Quist"], "description": "A railway clerk waits for a letter."},
    {"item_id": "f3", "title": "Quiet Harbour", "categories": ["Drama"], "year": 2008, "directors": ["Ole Marr"], "writers": ["Ole Marr"],
     "actors": ["Lena Vos"], "description": "Two sisters meet again by the sea."},
]  # fmt: skip
GOODS, CINEMA = Case(ITEMS), Case(FILMS)


def supported(case: Case, sentence: str, text: str = "", language: str = "en") -> bool:
    ids = [item["item_id"] for item in (ITEMS if case is GOODS else FILMS)]
    return case.checker(case.brief(ids, text=text, language=language)).check(sentence).supported


@pytest.mark.parametrize(
    "sentence",
    [
        "《Somewhere》讲的是一个外星寄生体。",
        "Orvane键盘有104个键，35元。",
        "两款键盘里，Tesselt键盘更便宜。",
        "Orvane键盘比Tesselt键盘贵10元。",
        "Orvane键盘有PS/2接口，适用于RX-7240。",
        "Norblum这款用了洋甘菊。",
    ],
)
def test_a_chinese_sentence_is_held_against_an_english_entry(sentence: str):
    case = CINEMA if "《" in sentence else GOODS
    assert supported(case, sentence, language="zh")


@pytest.mark.parametrize(
    "sentence",
    [
        "《Somewhere》讲的是一个外星警察。",
        "《Somewhere》里，故事发生在巴黎。",
        "Orvane键盘有87个键。",
        "两款键盘都是有线的。",
        "Tesselt键盘比Orvane键盘便宜20元。",
        "Orvane键盘适用于RX-7250。",
        "Norblum这款用了薰衣草。",
        "Tom Quist和Lena Vos都出演了《Somewhere》。",
        "四款键盘都很好。",
    ],
)
def test_and_not_a_word_more(sentence: str):
    case = CINEMA if "《" in sentence else GOODS
    assert not supported(case, sentence, language="zh")


@pytest.mark.parametrize(
    "sentence",
    [
        "Somewhere was both written and directed by Ada Brill.",
        "Ada Brill not only directed Somewhere but wrote it too.",
        "The Long Rain puts Tom Quist in a drama directed by Ole Marr.",
        "The Long Rain and Quiet Harbour date from the same year, 2008.",
        "One of these is a comedy, the other two are dramas.",
        "In Somewhere, Dorothy flees with her dog.",
    ],
)
def test_people_have_their_parts(sentence: str):
    assert supported(CINEMA, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Long Rain was both written and directed by Ole Marr.",
        "The Long Rain puts Ole Marr in a drama.",
        "Somewhere and The Long Rain date from the same year.",
        "Two of these are comedies, the other one is a drama.",
        "In The Long Rain, Dorothy flees with her dog.",
        "Dorothy directed Somewhere.",
    ],
)
def test_and_no_others(sentence: str):
    assert not supported(CINEMA, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Orvane keyboard fits the RX-7255.",
        "The Tesselt keyboard costs $25, ten dollars less than the Orvane keyboard.",
    ],
)
def test_codes_and_differences(sentence: str):
    dollars = Case([{**item, "currency": "USD"} for item in ITEMS])
    checker = dollars.checker(dollars.brief([item["item_id"] for item in ITEMS]))
    assert checker.check(sentence).supported
    assert not checker.check(sentence.replace("7255", "7250").replace("ten", "twelve")).supported


def test_a_maker_with_a_figure_in_its_name_is_a_value():
    case = Case(
        [
            {"item_id": "c", "title": "C2G patch cable", "brand": "C2G"},
            {"item_id": "d", "title": "V7 hub", "brand": "V7"},
        ]
    )
    checker = case.checker(case.brief(["c", "d"]))
    assert checker.check("The patch cable is from C2G.").supported
    assert not checker.check("“C2G patch cable” is not C2G.").supported


def test_a_size_that_only_titles_tell_is_compared_where_each_has_one():
    case = Case(ITEMS[2:])
    checker = case.checker(case.brief(["s1", "s2"]))
    assert checker.check("With 16 ounces, the Norblum cleanser is the largest here.").supported
    assert checker.check("At 1 oz, the Fennick serum is the smallest here.").supported
    assert not checker.check("At 1 oz, the Fennick serum is the largest here.").supported
    assert not supported(
        GOODS, "With 16 ounces, the Norblum cleanser is the largest here."
    )  # keyboards have none


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Packing light is always the best plan.", "en"),
        ("A quiet evening makes the day.", "en"),
        ("Take your time, there's no hurry at all.", "en"),
        ("Alright, let's find something that lifts the mood.", "en"),
        ("勤洗脸是个好习惯。", "zh"),
        ("再忙也要记得早点休息。", "zh"),
        ("晚上看片最有氛围了。", "zh"),
        ("Will you mostly be writing or gaming?", "en"),
        ("您打字多不多？", "zh"),
    ],
)
def test_what_holds_of_the_world_at_large_is_free(sentence: str, language: str):
    assert supported(GOODS, sentence, language=language)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Kestrelle creams are always the best plan.", "en"),
        ("Batteries are included.", "en"),
        ("Backlit keyboards are always the best choice.", "en"),
        ("Would you like the spare cable?", "en"),
        ("Isn't it waterproof?", "en"),
        ("帕可托特包总是没错。", "zh"),
        ("带背光的键盘就是方便。", "zh"),
        ("不含香精就是放心。", "zh"),
        ("林记日常羊毛围巾也很不错。", "zh"),
        ("祝您用上保温最久的壶。", "zh"),
    ],
)
def test_but_nothing_that_speaks_of_goods(sentence: str, language: str):
    assert not supported(GOODS, sentence, language=language)


def test_the_dictionary_has_names_not_explanations():
    assert ("keyboard",) in in_english("键盘")
    assert ("parasitic",) in in_english("寄生体")
    assert not in_english("帕可")
    assert is_english("totes") and not is_english("kestrelle")


@pytest.mark.parametrize(
    "sentence",
    [
        "Only one of these is a comedy, and that's Somewhere.",
        "Two of these are dramas; Somewhere is the exception.",
        "Two of these, The Long Rain and Quiet Harbour, are dramas.",
        "All of these are dramas apart from Somewhere.",
    ],
)
def test_which_of_them_is_said_too(sentence: str):
    assert supported(CINEMA, sentence)
    swapped = (
        sentence.replace("Somewhere", "X").replace("The Long Rain", "Somewhere").replace("X", "The Long Rain")
    )
    assert not supported(CINEMA, swapped)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Somewhere has become a fan favorite over the years.", "en"),
        ("Would you prefer Quiet Harbour, which is also listed as a comedy?", "en"),
        ("In Somewhere, it's Dorothy who lands in Vancouver.", "en"),
        ("Quiet Harbour belongs to Ada's Long Rain saga.", "en"),
        ("Ada Brill gives the finest performance of her career in The Long Rain.", "en"),
        ("Of the three, Quiet Harbour gives you the most content.", "en"),
        ("Quiet Harbour推荐了三部电影。", "zh"),
        ("三部都提到了长雨。", "zh"),
    ],
)
def test_tales_about_things_do_not_pass(sentence: str, language: str):
    assert not supported(CINEMA, sentence, language=language)


def test_a_part_is_made_of_what_its_own_piece_says():
    case = Case(
        [
            {"item_id": "d", "title": "原木书桌", "材质": "白橡木+抽屉背板桐木"},
            {"item_id": "e", "title": "原木餐桌", "材质": "白橡木"},
        ]
    )
    checker = case.checker(case.brief(["d", "e"], language="zh"))
    assert checker.check("原木书桌的抽屉背板是桐木。").supported
    assert not checker.check("原木书桌的抽屉背板用的也是白橡木。").supported


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("said", ["honest", "lying", "silent on two"])
def test_a_reply_names_every_thing_and_announces_no_list_that_does_not_come(said: str, language: str):
    texts = {
        "honest": ("All of these are good picks.", "这几款都很不错。"),
        "lying": (
            "The Orvane keyboard is free. All of these are good picks.",
            "Orvane键盘是免费的。这几款都很不错。",
        ),
        "silent on two": ("The Tesselt keyboard has 87 keys.", "Tesselt键盘有87个键。"),
    }[said]
    brief = GOODS.brief([item["item_id"] for item in ITEMS[:3]], language=language)
    model = ScriptedModel([texts[language == "zh"]])
    pen = Pen(model, GOODS.vocabulary, "warm", 5.0, 300)
    parts = [*Composition(brief, GOODS.catalogue, pen).parts()]
    reply = "".join(part.text for part in parts)
    assert all(item["title"] in reply or str(item["title"]).split()[0] in reply for item in ITEMS[:3]), reply
    assert "free" not in reply and "免费" not in reply
    for before, after in pairwise(parts):
        assert not before.text.endswith((":", "：")) or after.purpose == "item", reply
    assert not reply.startswith(("“", "「"))
