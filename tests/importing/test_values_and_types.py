"""What texts mean as values, which types columns get, and what an item must be."""

import math
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.normalise import normalise
from palate.catalogue.parsing import parse_bool, parse_date, parse_list, parse_number
from palate.catalogue.types import TypeInference
from palate.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1299", 1299), ("1299.00", 1299), (" 1299.5 ", 1299.5), ("-3", -3), ("+3", 3), ("1e3", 1000),
        (".5", 0.5),
        ("¥1,299.00", 1299), ("￥1,299", 1299), ("1299元", 1299), ("RMB 1299", 1299), ("CNY1,299.5", 1299.5),
        ("1.299,00 €", 1299), ("€ 1.299,00", 1299), ("1.299 €", 1299), ("12,50 €", 12.5),
        ("1.234.567,89 €", 1234567.89),
        ("$5", 5), ("US$ 5.25", 5.25), ("-$5", -5), ("$-5", -5), ("$1,234,567.89", 1234567.89), ("5 USD", 5),
        ("£0.99", 0.99), ("₹1,29,999.00", 129999), ("CHF 1'299.50", 1299.5), ("1 299,00 €", 1299),
        ("1\u202f299,00 €", 1299),
        ("12%", 12), ("12.5 %", 12.5), ("1,299", 1299), ("1.299", 1.299), ("12,5", 12.5), ("0,299", 0.299),
        ("１２９９", 1299), ("100 kr", 100), ("−4", -4), ("0", 0), ("0.0", 0),
    ],
)  # fmt: skip
def test_numbers_and_money(text, number):
    assert parse_number(text) == number
    assert isinstance(parse_number(text), type(number))


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "12 kg", "5kg", "007", "1.2.3", "1,2,3", "12-5", "1 2", "$", "€5€", "nan", "inf", "-inf",
        "1e999",
        "0095205603217", "12345678901234567890", "2026-01-31", "16:10", "5 GB", "--5", "1,,299", "IV",
        "1299起",
    ],
)  # fmt: skip
def test_texts_that_are_no_numbers(text):
    assert parse_number(text) is None


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12).map(
        lambda x: round(x, 2)
    )
)
def test_every_amount_reads_the_same_in_every_country(amount):
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(f"${english}") == amount
    assert parse_number(f"{german} €") == amount
    assert parse_number(repr(amount)) == amount


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-01-31", "2026-01-31"), ("2026/1/3", "2026-01-03"), ("2026.01.31", "2026-01-31"),
        ("2026年1月3日", "2026-01-03"),
        ("2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z"), ("2026-01-31 08:00", "2026-01-31T08:00:00Z"),
        ("2026-01-31T08:00:00+08:00", "2026-01-31T00:00:00Z"),
        ("2026-01-31T08:00:00.5Z", "2026-01-31T08:00:00.500000Z"),
        ("2026-02-30", None), ("2026-01", None), ("31.01.2026", None), ("2026-01/31", None), ("2026", None),
    ],
)  # fmt: skip
def test_dates(text, iso):
    assert parse_date(text) == iso


def test_truth_and_lists():
    assert [parse_bool(text) for text in ("True", "是", "YES", "1", "no", "否", "0", "perhaps")] == [
        True, True, True, True, False, False, False, None,
    ]  # fmt: skip
    assert parse_list("A|B | C") == ["A", "B", "C"]
    assert parse_list("红；蓝") == ["红", "蓝"]
    assert parse_list('["A|B", 5]') == ["A|B", "5"]
    assert parse_list("Home > Kitchen") == ["Home", "Kitchen"]
    assert parse_list("Rock-n-roll, jazz") == ["Rock-n-roll, jazz"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2.5", "¥3"], "number"), ([1, 2.5, "3"], "number"), (["1", "N/A", "", None, "3"], "number"),
        (["0", "1", "0"], "number"), ([0, 1], "number"), (["yes", "no"], "bool"), (["yes", "1", "0"], "bool"),
        (["是", "否"], "bool"), ([True, False], "bool"), (["true", ""], "bool"),
        (["2026-01-31", "2025-02-01T10:00:00Z"], "date"), ([date(2026, 1, 31)], "date"),
        ([["a"], ["b", "c"]], "list"), (['["a"]', "[]"], "list"), (["a|b", "b", "c|a"], "list"),
        (["a;b", "b; c"], "list"),
        (["red", "blue", "red"], "category"), (["38", "M"], "category"), (["007", "008"], "category"),
        (["12 kg", "5 kg"], "category"), (["0.5 m"] * 30 + ["2 m"] * 30, "category"),
        ([f"model {n} of a long row" for n in range(50)], "text"),
        (["a long text; with a stop. " * 9] * 3, "text"),
        (["words " * 20, "yes"], "text"),
        ([f"one | {n}" for n in range(2)] + [f"plain {n}" for n in range(98)], "text"),
    ],
)  # fmt: skip
def test_inferred_types(values, kind):
    inference = TypeInference()
    inference.add({"item_id": "1", "title": "x", "attribute": value} for value in values)
    assert inference.types({}, {}) == {"attribute": kind}


def test_types_of_known_and_of_empty_columns():
    rows = {
        "title_zh": "y",
        "price": "5",
        "empty": "",
        "colour": "red",
        "colour_zh": "红",
        "made_in": "China",
    }
    inference = TypeInference()
    inference.add(
        [{"item_id": "1", "title": "x", **rows, "adapter": True, "adapter_id": "0x9B", "size_no": 5}]
    )
    assert inference.types({}, {}) == {
        "title_zh": "text", "price": "number", "colour": "category", "colour_zh": "category",
        "made_in": "category", "adapter": "bool", "adapter_id": "category", "size_no": "number",
    }  # fmt: skip


def test_localisations_have_the_type_of_their_base():
    rows = [
        {
            "tags": ["a"],
            "tags_zh": "甲",
            "colour": "red",
            "colour_zh": "a long text " * 9,
            "description_zh": "短",
        }
    ]
    inference = TypeInference()
    inference.add([{**rows[0], "description": "short", "title_zh": "1984"}])
    assert inference.types({}, {}) == {
        "tags": "list", "tags_zh": "list", "colour": "category", "colour_zh": "category",
        "description": "text", "description_zh": "text", "title_zh": "text",
    }  # fmt: skip
    assert inference.types({}, {"colour": "text"})["colour_zh"] == "text"


def test_types_only_widen():
    def after(stored, *values):
        inference = TypeInference()
        inference.add({"attribute": value} for value in values)
        return inference.types({"attribute": stored}, {})["attribute"]

    assert after("bool", 0, 1) == "bool"
    assert after("number", "5") == "number"
    assert after("number", "M") == "category"
    assert after("date", "5") == "category"
    assert after("category", "5", "6") == "category"
    assert after("category", "long text " * 20) == "text"
    assert after("category", ["a"]) == "list"
    assert after("text", "5") == "text"
    assert after("list", "a") == "list"


TYPES = {"size": "number", "colour": "category", "tags": "list", "note": "text", "due": "date", "new": "bool"}


def item(**fields):
    return normalise({"item_id": "1", "title": "x", **fields}, TYPES)


def test_fields_get_their_types():
    made = item(
        size="1,299.00", colour=" dark  red ", tags="a|b|a|", note="two\r\nlines\x00 ", due="2026/1/31",
        new="否",
        price="¥5.00", available=1, created_at=1_760_000_000, categories=["A", " A ", "", None, "B"], brand=7,
        tags_zh='["甲","乙"]', colour_zh="红", other={"a": 1}, more=[1, 2.0, True],
        much=5.0, nothing=None, blank=" ",
    )  # fmt: skip
    assert made.fields == {
        "size": 1299, "colour": "dark red", "tags": ["a", "b"], "note": "two\nlines", "due": "2026-01-31",
        "new": False,
        "price": 5, "available": True, "created_at": "2025-10-09T08:53:20Z", "categories": ["A", "B"],
        "brand": "7",
        "tags_zh": ["甲", "乙"], "colour_zh": "红", "other": '{"a": 1}', "more": ["1", "2", "true"],
        "much": 5,
    }  # fmt: skip
    moment = datetime(2026, 1, 31, 8, tzinfo=UTC)
    assert item(due=moment, created_at=date(2026, 1, 31)).fields == {
        "due": "2026-01-31T08:00:00Z", "created_at": "2026-01-31",
    }  # fmt: skip


def test_titles_are_clean_and_ids_as_they_are():
    made = normalise({"item_id": " aB-1 ", "title": "\ufeff A\u200bB\x07\n C\u202e "}, {})
    assert (made.item_id, made.title) == ("aB-1", "AB C")
    assert normalise({"item_id": 5.0, "title": 1984}, {}).item_id == "5"
    assert normalise({"item_id": 5, "title": 1984}, {}).title == "1984"


def test_missing_values_of_an_attribute_are_left_out():
    assert item(size="N/A", new="", due="null", note="", tags="[]", colour=math.nan).fields == {}
    assert item(size=math.nan).fields == {}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"title": "x"}, "item_id is missing"), ({"item_id": " ", "title": "x"}, "item_id is missing"),
        ({"item_id": True, "title": "x"}, "no id"), ({"item_id": math.nan, "title": "x"}, "no id"),
        ({"item_id": "a\x00b", "title": "x"}, "control"),
        ({"item_id": "a" * 257, "title": "x"}, "257 characters"),
        ({"item_id": "1"}, "title is missing"), ({"item_id": "1", "title": "\u200b "}, "title is missing"),
        ({"item_id": "1", "title": "x" * 2_001}, "2,001 characters"),
        ({"item_id": "1", "title": "x", "price": "dear"}, "price 'dear' is not a finite number"),
        ({"item_id": "1", "title": "x", "price": math.nan}, "price nan"),
        ({"item_id": "1", "title": "x", "price": math.inf}, "price inf"),
        ({"item_id": "1", "title": "x", "price": -0.01}, "negative"),
        ({"item_id": "1", "title": "x", "price": [5]}, "not a finite number"),
        ({"item_id": "1", "title": "x", "price": True}, "not a finite number"),
        ({"item_id": "1", "title": "x", "size": 10**400}, "not a finite number"),
        ({"item_id": "1", "title": "x", "available": "perhaps"}, "neither true nor false"),
        ({"item_id": "1", "title": "x", "created_at": "yesterday"}, "not a date"),
        ({"item_id": "1", "title": "x", "description": "x" * 100_001}, "100,001 characters"),
        ({"item_id": "1", "title": "x", **dict.fromkeys(map(str, range(2_001)), 1)}, "2,003 fields"),
    ],
)  # fmt: skip
def test_items_that_are_refused(record, reason):
    with pytest.raises(InvalidInput, match=reason):
        normalise(record, TYPES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["item_id", "title", "price", "available", "created_at", "categories", *TYPES]
) | st.text(max_size=5)


@given(st.dictionaries(NAMES, JSON, max_size=8))
def test_any_record_is_an_item_or_refused_and_an_item_stays_as_it_is(record):
    import orjson

    try:
        made = normalise(record, TYPES)
    except InvalidInput:
        return
    orjson.dumps(dict(made.fields))
    again = normalise({"item_id": made.item_id, "title": made.title, **made.fields}, TYPES)
    assert again == made
