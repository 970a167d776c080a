"""From a record, as a file or a request brought it, to an Item with typed, bounded, clean values."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from palate.catalogue.localised import split_suffix
from palate.catalogue.parsing import (
    MISSING_TEXTS,
    moment_text,
    parse_bool,
    parse_date,
    parse_list,
    parse_number,
    plain_number,
)
from palate.catalogue.reading import as_text
from palate.catalogue.types import type_of
from palate.errors import InvalidInput
from palate.values import AttributeType, Item

LONGEST_ID = 256
LONGEST_TITLE = 2_000
LONGEST_TEXT = 100_000
MOST_FIELDS = 2_000

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROLS_IN_ID = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
_EARLIEST_EPOCH = 1e8


def normalise(record: Mapping[str, Any], types: Mapping[str, AttributeType]) -> Item:
    """The item of a record whose columns have their target names.

    Values become those of their type: numbers finite (whole ones int), dates ISO text in UTC, lists of
    distinct texts. Empty values are left out. A column without a type (a live item's new attribute) keeps
    the kind that its JSON value has.

    Raises InvalidInput with the reason: no item_id or title, a value that is not of its type, a price that
    is negative or not finite, an id beyond 256, a title beyond 2,000, a text beyond 100,000 characters, more
    than 2,000 fields.
    """
    if len(record) > MOST_FIELDS + 2:
        raise InvalidInput(f"{len(record):,} fields; an item has at most {MOST_FIELDS:,}")
    item_id = identifier(record.get("item_id"), "item_id")
    title = _title(record.get("title"), "title")
    if not title:
        raise InvalidInput("title is missing; every item needs one")
    fields: dict[str, Any] = {}
    for name, value in record.items():
        if value is None or name in ("item_id", "title"):
            continue
        kept = _field(name, value, types)
        if kept is not None:
            fields[clean(name).strip()] = kept
    return Item(item_id, title, fields)


def identifier(value: Any, name: str) -> str:
    """An id as text, as it is but for spaces around it; numbers as their digits.

    Raises InvalidInput where it is missing, longer than 256 characters, no text or number, or holds control
    characters.
    """
    if (
        value is None
        or isinstance(value, (bool, list, dict))
        or (isinstance(value, float) and not math.isfinite(value))
    ):
        raise InvalidInput(
            f"{name} is missing" if value is None else f"{name} {value!r} is no id; give a text"
        )
    text = as_text(value).strip()
    if not text:
        raise InvalidInput(f"{name} is missing")
    if len(text) > LONGEST_ID:
        raise InvalidInput(
            f"{name} {text[:20]!r}... has {len(text):,} characters; at most {LONGEST_ID} are taken"
        )
    if _CONTROLS_IN_ID.search(text):
        raise InvalidInput(f"{name} {text!r} holds control characters; remove them")
    return text


def clean(text: str) -> str:
    """A text without control characters (line ends and tabs stay) and lone surrogates; line ends are line
    feeds.
    """
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _title(value: Any, name: str) -> str:
    if value is None:
        return ""
    text = " ".join(_INVISIBLE.sub("", clean(_one_text(value).replace("\t", " "))).split())
    if len(text) > LONGEST_TITLE:
        raise InvalidInput(f"{name} has {len(text):,} characters; at most {LONGEST_TITLE:,} are taken")
    return text


def _field(name: str, value: Any, types: Mapping[str, AttributeType]) -> Any:
    """The value of a field in its type; None where it is as good as missing."""
    if isinstance(value, float) and math.isnan(value) and name != "price":
        return None
    if name.startswith("title_") and split_suffix(name):
        return _title(value, name) or None
    kind = type_of(name, types) or _kind_of_value(value)
    if kind in ("number", "date", "bool") and isinstance(value, str):
        word = value.strip().casefold()
        if word in MISSING_TEXTS and not (name == "price" and word == "nan"):
            return None
    match kind:
        case "number":
            return _number(name, value)
        case "bool":
            return _bool(name, value)
        case "date":
            return _date(name, value)
        case "list":
            return _list(name, value) or None
        case "category":
            return " ".join(_text(name, value).split()) or None
        case "text":
            return _text(name, value).strip() or None


def _kind_of_value(value: Any) -> AttributeType:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, (list, tuple)):
        return "list"
    return "date" if isinstance(value, date) else "text"


def _number(name: str, value: Any) -> int | float:
    if isinstance(value, str):
        number = parse_number(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = plain_number(value) if abs(value) < 1e300 else None
    else:
        number = None
    if number is None:
        raise InvalidInput(f"{name} {_shown(value)} is not a finite number; correct it or leave it empty")
    if name == "price" and number < 0:
        raise InvalidInput(f"price {_shown(value)} is negative; correct it or leave it empty")
    return number


def _bool(name: str, value: Any) -> bool:
    truth = parse_bool(as_text(value)) if isinstance(value, (str, bool, int, float)) else None
    if truth is None:
        raise InvalidInput(f"{name} {_shown(value)} is neither true nor false; write true or false")
    return truth


def _date(name: str, value: Any) -> str:
    text: str | None = None
    if isinstance(value, datetime):
        text = moment_text(value)
    elif isinstance(value, date):
        text = value.isoformat()
    elif isinstance(value, str):
        number = parse_number(value)
        text = parse_date(value) if number is None else _from_epoch(number)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        text = _from_epoch(value)
    if text is None:
        raise InvalidInput(f"{name} {_shown(value)} is not a date; write it like 2026-01-31")
    return text


def _from_epoch(number: float) -> str | None:
    """The moment of epoch seconds, or of milliseconds where the number is too large for seconds."""
    if not _EARLIEST_EPOCH <= abs(number) < 1e14:
        return None
    seconds = number / 1_000 if number >= 1e11 else number
    return moment_text(datetime.fromtimestamp(seconds, UTC))


def _list(name: str, value: Any) -> list[str]:
    if isinstance(value, str):
        elements: list[Any] = parse_list(value)
    elif isinstance(value, (list, tuple)):
        elements = list(value)
    else:
        elements = [value]
    texts = (" ".join(_text(name, element).split()) for element in elements if element is not None)
    return list(dict.fromkeys(text for text in texts if text))


def _text(name: str, value: Any) -> str:
    text = clean(_one_text(value))
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"{name} has {len(text):,} characters; at most {LONGEST_TEXT:,} are taken")
    return text


def _one_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return ", ".join(_one_text(element) for element in value if element is not None)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else as_text(value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
