"""Columns: a changed column equals one built from scratch; dates are read as people write them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.arrays import splice
from palate.catalogue.column_set import build_column, load_columns, save_columns
from palate.catalogue.columns import DateColumn, NumberColumn, TextColumn, period
from palate.catalogue.values_column import ValueColumn, Vocabulary

VALUES: dict[str, Any] = {
    "number": [1, 2.5, -3, 1e9, None, "five", True],
    "date": ["2000-01-01", "1999", 1999, 1_700_000_000, None, "soon"],
    "text": ["Soft towel", "SOFT", "蓝牙耳机", "", None, 12],
    "category": ["Red", "red", "blue", None, "", 5, "5"],
    "list": [["a", "b"], ["b"], [], ["c", "A"], None, ["a", "a"]],
    "bool": [True, False, "yes", "maybe", None],
}


def content(column) -> Any:
    """What a column says, apart from how its vocabulary is numbered."""
    if isinstance(column, TextColumn):
        whole = column.compacted()
        rows = bytes(whole.blob).decode().split("\n")[:-1]
        return dict(zip(whole.codes.tolist(), rows, strict=True))
    if isinstance(column, ValueColumn):
        keys = [str(label).casefold() for label in column.vocabulary.labels]
        rows = {
            code: [keys[number] for number in column.values[start:end]]
            for code, start, end in zip(
                column.codes.tolist(), column.indptr[:-1], column.indptr[1:], strict=True
            )
        }
        inverted = {
            key: column.holders[start:end].tolist()
            for key, start, end in zip(keys, column.starts[:-1], column.starts[1:], strict=True)
            if end > start
        }
        return rows, inverted
    return dict(zip(column.codes.tolist(), column.values.tolist(), strict=True))


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_changes_give_what_a_build_from_scratch_gives(kind, data):
    rows = data.draw(st.dictionaries(st.integers(0, 9), st.sampled_from(VALUES[kind]), max_size=8))
    column = build_column(kind, sorted(rows), [rows[code] for code in sorted(rows)])
    for _ in range(data.draw(st.integers(1, 3))):
        changes = data.draw(st.dictionaries(st.integers(0, 12), st.sampled_from(VALUES[kind]), max_size=5))
        codes = sorted(changes)
        before = content(column)
        changed = column.with_changes(np.array(codes, np.int32), [changes[code] for code in codes])
        assert content(column) == before  # the old one is as it was
        column, rows = changed, {**rows, **changes}
        scratch = build_column(kind, sorted(rows), [rows[code] for code in sorted(rows)])
        assert content(column) == content(scratch)
        assert len(column) == len(scratch)


@given(data=st.data())
def test_columns_come_back_from_disk_as_they_were(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("columns")
    columns = {}
    for kind, values in VALUES.items():
        rows = data.draw(st.dictionaries(st.integers(0, 9), st.sampled_from(values), max_size=5))
        columns[kind] = build_column(kind, sorted(rows), [rows[code] for code in sorted(rows)])
    save_columns(folder, columns)
    loaded = load_columns(folder)
    assert {name: (column.kind, content(column)) for name, column in loaded.items()} == {
        name: (column.kind, content(column)) for name, column in columns.items()
    }


@given(
    st.lists(st.integers(0, 9), max_size=8),
    st.data(),
)
def test_splicing_equals_doing_it_on_a_list(array, data):
    remove = sorted(data.draw(st.sets(st.integers(0, len(array) - 1)))) if array else []
    at = sorted(data.draw(st.lists(st.integers(0, len(array)), max_size=4)))
    expected: list[int] = []
    for place in range(len(array) + 1):
        expected += [100 + i for i, where in enumerate(at) if where == place]
        if place < len(array) and place not in remove:
            expected.append(array[place])
    found = splice(
        np.array(array, np.int32),
        np.array(remove, np.int64),
        np.array(at, np.int64),
        np.arange(100, 100 + len(at)),
    )
    assert found.tolist() == expected


def test_values_are_counted_over_all_items_and_over_some():
    column = ValueColumn.build("list", [0, 2, 5], [["a", "b"], ["b"], ["B", "c"]])
    assert dict(zip(column.vocabulary.labels, column.counts().tolist(), strict=True)) == {
        "a": 1,
        "b": 3,
        "c": 1,
    }
    some = column.counts(np.array([1, 2, 5], np.int32))
    assert dict(zip(column.vocabulary.labels, some.tolist(), strict=True)) == {"a": 0, "b": 2, "c": 1}


def test_a_vocabulary_keeps_its_numbers_when_it_grows():
    small = Vocabulary.of(["Red", "Blue"])
    grown = small.with_values(["red", "Green", "GREEN "])
    assert (small.labels, grown.labels) == (["Red", "Blue"], ["Red", "Blue", "Green"])
    assert [grown.number(value) for value in ("ＲＥＤ", "blue", "green", "pink")] == [0, 1, 2, None]
    assert small.with_values(["BLUE"]) is small


def test_a_number_column_gives_nan_for_items_without_a_value():
    column = NumberColumn.build([1, 4], [2.0, float("inf")])
    assert np.array_equal(column.at(np.array([4, 1, 0], np.int32)), [np.nan, 2.0, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("value", "first", "days"),
    [
        ("1970-01-01", 0, 1),
        ("1970-01-02T23:59:59+08:00", 1, 1),
        ("1970", 0, 365),
        (1972, 730, 366),
        ("1970-02", 31, 28),
        ("1970-12", 334, 31),
        (86_400 * 20_000, 20_000, 1),
    ],
)
def test_a_date_is_read_as_the_days_that_it_names(value, first, days):
    assert period(value) == (first, first + days - 1)


@pytest.mark.parametrize(
    "value", ["", "soon", "2001-13", "12/03/2001", "0000", True, None, float("nan"), 19.5, 1e300]
)
def test_what_is_no_date_is_none(value):
    assert period(value) is None
    assert DateColumn.parse(value) is None


def test_text_is_found_by_what_it_contains_whatever_its_case_width_and_spaces():
    column = TextColumn.build([3, 5, 9], ["Very  Soft\nTowel", "soft", "超柔 ＴＯＷＥＬ"])
    assert column.containing("SOFT TOWEL").tolist() == [3]
    assert column.containing("soft").tolist() == [3, 5]
    assert column.containing("towel").tolist() == [3, 9]
    assert column.containing("柔").tolist() == [9]
    assert column.containing("towel soft").tolist() == []  # never over the border of two items
    assert column.containing("  ").tolist() == []
