"""What a file is: told by its content first, by its name second."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from palate.catalogue.reading.names import KNOWN, Kind, headerless_names, target_names
from palate.catalogue.reading.parquet import column_names
from palate.catalogue.reading.rows import find_rows
from palate.catalogue.reading.sources import TextStream, check_file
from palate.errors import InvalidInput

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_BYTES = 1 << 18
_SAMPLE_ROWS = 100
_RECBOLE_NAME = re.compile(r"(\S+):(token|token_seq|float|float_seq)")
_NUMBER = re.compile(r"\s*|\s*[-+]?\d+([.,]\d+)*\s*")
_YEAR = re.compile(r"\s*\((\d{4})\)\s*$")
_ARTICLE = re.compile(r"(.+), (The|A|An)$")

Finish = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Format:
    """``names``: the columns, under their target names (empty for JSON Lines: each line brings its own);
    ``skip_rows``: rows before the data; ``finish``: what makes an item's object of a row.
    """

    kind: Literal["delimited", "json lines", "parquet"]
    names: tuple[str, ...] = ()
    delimiter: str = ","
    quoted: bool = True
    skip_rows: int = 0
    finish: Finish | None = None


def detect_format(path: Path, kind: Kind, columns: Mapping[str, str]) -> Format:
    """The format of a file of items or events. ``columns``: source name = target name.

    Raises InvalidInput where the file is missing, empty, a folder, or nothing that can be read.
    """
    check_file(path)
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1":
        return Format("parquet", tuple(target_names(column_names(path), columns, kind)))
    sample = next(iter(TextStream(path, _SAMPLE_BYTES)), b"")
    text = sample.strip()
    if not text:
        raise InvalidInput(f"{str(path)!r} holds only blank lines; it needs a header or a first row")
    if b"\x00" in sample:
        raise InvalidInput(
            f"{str(path)!r} is neither text nor Parquet; palate reads CSV, TSV, JSON Lines, Parquet, "
            "and gzip of the text forms"
        )
    if text.startswith(b"{"):
        return Format("json lines")
    if text.startswith(b"["):
        raise InvalidInput(
            f"{str(path)!r} is one JSON array; write one object a line (JSON Lines), "
            "for example with: jq -c '.[]'"
        )
    if not sample.endswith(b"\n"):
        sample += b"\n"
    first_line = text.split(b"\n", 1)[0]
    if first_line.count(b"::") >= 2:
        return _movielens(first_line.decode(errors="replace"), kind)
    return _delimited(sample, kind, columns)


def _delimited(sample: bytes, kind: Kind, columns: Mapping[str, str]) -> Format:
    delimiter = _delimiter(sample)
    rows = find_rows(sample, delimiter, quoted=True)
    if not len(rows):
        rows = find_rows(sample, delimiter, quoted=False)
    first = int(np.argmax(rows.ends - rows.starts > 1))
    text = sample[rows.starts[first] : rows.ends[first]].decode(errors="replace")
    cells = next(csv.reader([text], delimiter=delimiter))
    typed = [_RECBOLE_NAME.fullmatch(cell.strip()) for cell in cells]
    if all(typed):
        return _recbole(
            [match[1] for match in typed if match],
            [match[2] for match in typed if match],
            delimiter,
            kind,
            columns,
        )
    if not _is_header(cells, kind, columns):
        return Format(
            "delimited", tuple(target_names(headerless_names(cells, kind), columns, kind)), delimiter
        )
    finish = _movielens_item if [cell.strip() for cell in cells] == ["movieId", "title", "genres"] else None
    return Format(
        "delimited", tuple(target_names(cells, columns, kind)), delimiter, skip_rows=first + 1, finish=finish
    )


def _delimiter(sample: bytes) -> str:
    """The delimiter by which the first rows have the first row's number of fields most often, more than
    one.
    """
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        rows = find_rows(sample, delimiter, quoted=True)
        widths = rows.widths[rows.ends - rows.starts > 1][:_SAMPLE_ROWS]
        if len(widths) and widths[0] > 1:
            score = (float(np.mean(widths == widths[0])), int(widths[0]))
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _is_header(cells: Sequence[str], kind: Kind, columns: Mapping[str, str]) -> bool:
    """A header has a name that is known here, or at least no cell that is a number, empty, or there twice."""
    if any(cell in columns for cell in cells) or set(target_names(cells, columns, kind)) & KNOWN[kind]:
        return True
    return len(set(cells)) == len(cells) and not any(_NUMBER.fullmatch(cell) for cell in cells)


# --- formats with conventions of their own --------------------------------------------------------------


def _recbole(
    names: Sequence[str], types: Sequence[str], delimiter: str, kind: Kind, columns: Mapping[str, str]
) -> Format:
    """RecBole's atomic files (recbole.io, "Data Module"): a typed header, no quoting, sequences split at
    spaces.
    """
    plain = [
        "categories" if name == "class" and kind == "items" and name not in columns else name
        for name in names
    ]
    targets = target_names(plain, columns, kind)
    sequences = [
        target
        for target, type_name in zip(targets, types, strict=True)
        if type_name.endswith("_seq") and target not in ("title", "description")
    ]

    def finish(record: dict[str, Any]) -> dict[str, Any]:
        return {**record, **{name: record[name].split() for name in sequences}}

    return Format("delimited", tuple(targets), delimiter, quoted=False, skip_rows=1, finish=finish)


def _movielens(first_line: str, kind: Kind) -> Format:
    """MovieLens' files of the years up to 2009 (``::`` between fields, no header)."""
    cells = first_line.split("::")
    if kind == "events" and len(cells) == 4:
        return Format("delimited", ("user_id", "item_id", "rating", "timestamp"), "::", quoted=False)
    if kind == "items" and len(cells) == 3:
        return Format(
            "delimited", ("item_id", "title", "categories"), "::", quoted=False, finish=_movielens_item
        )
    names = tuple(f"column_{number}" for number in range(1, len(cells) + 1))
    return Format("delimited", names, "::", quoted=False)


def _movielens_item(record: dict[str, Any]) -> dict[str, Any]:
    """``Matrix, The (1999)`` becomes the title The Matrix and the year 1999; genres a list."""
    result: dict[str, Any] = dict(record)
    title = str(record["title"])
    if year := _YEAR.search(title):
        title = title[: year.start()]
        result["year"] = int(year[1])
    if article := _ARTICLE.fullmatch(title):
        title = f"{article[2]} {article[1]}"
    result["title"] = title
    genres = str(record["categories"]).split("|")
    result["categories"] = [genre for genre in genres if genre and genre != "(no genres listed)"]
    return result
