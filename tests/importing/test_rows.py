"""Finding rows in numpy agrees with Python's own CSV reader."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.reading.rows import bad_bytes, find_rows


@given(st.text(alphabet='ab,"\n', max_size=40))
def test_rows_are_those_of_a_csv_reader(text):
    """Any text, stray and doubled quotes too: every row but one that a quote leaves open."""
    text += "\n"
    reader = csv.reader(io.StringIO(text, newline=""))
    expected = []
    line = 0
    for row in reader:
        expected.append((line, max(1, len(row))))
        line = reader.line_num
    rows = find_rows(text.encode(), ",", quoted=True)
    found = list(zip(rows.lines.tolist(), rows.widths.tolist(), strict=True))
    assert found == (expected if rows.open_at is None else expected[:-1])
    assert "".join(text[start:end] for start, end in zip(rows.starts, rows.ends, strict=True)) == (
        text if rows.open_at is None else text[: rows.ends[-1] if len(rows) else 0]
    )


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_rows_without_quoting(delimiter):
    rows = find_rows(f'a{delimiter}"b\nc{delimiter}d{delimiter}e\n\n'.encode(), delimiter, quoted=False)
    assert rows.widths.tolist() == [2, 3, 1]
    assert rows.lines.tolist() == [0, 1, 2]
    assert rows.open_at is None


def test_rows_that_are_no_utf8():
    buffer = b"fine\nbad \xff\n\xe4\xb8\xad fine\n\xe4\xb8 cut\nfine\n"
    assert bad_bytes(buffer, find_rows(buffer, ",", quoted=True)).tolist() == [
        False,
        True,
        False,
        True,
        False,
    ]
