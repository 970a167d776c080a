"""Attribute types: which an attribute of the shop has, told from the values that files give it.

Types are the same whatever the format: the text "5" and the number 5 both speak for ``number``. They only
ever widen: a number, date or truth value to a category, a category to a text, anything to a list where lists
come.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, get_args

from palate.catalogue.localised import localisations, split_suffix
from palate.catalogue.parsing import MISSING_TEXTS, parse_bool, parse_date, parse_json_array, parse_number
from palate.errors import InvalidInput
from palate.values import AttributeType

KNOWN_TYPES: Mapping[str, AttributeType] = {
    "description": "text",
    "categories": "list",
    "price": "number",
    "currency": "category",
    "brand": "category",
    "image_url": "text",
    "url": "text",
    "language": "category",
    "available": "bool",
    "created_at": "date",
}
"""Attributes with a meaning of their own, whose types are given."""

TYPES: tuple[AttributeType, ...] = get_args(AttributeType)

REQUIRED = ("item_id", "title")

_WORDED = frozenset({"text", "category", "list"})

_NUMBER, _BOOL, _BOOL_WORD, _DATE, _LIST, _PIPED, _SEMICOLONS, _MISSING = (1 << bit for bit in range(8))

_MOST_DISTINCT = 5_000
_LONGEST_CATEGORY = 80
_LONGEST_ELEMENT = 60
_FEW_VALUES = 20
_SENTENCE_END = re.compile(r"[.!?]\s|[.。！？]\s*$")


def type_of(name: str, types: Mapping[str, AttributeType]) -> AttributeType | None:
    """The type of a column; that of its base where it is new and localises one of ``types``; else None."""
    if (kind := KNOWN_TYPES.get(name) or types.get(name)) is not None:
        return kind
    base, _ = split_suffix(name) or (name, "")
    kind = KNOWN_TYPES.get(base) or types.get(base)
    return "text" if base == "title" else kind if kind in _WORDED else None


def check_types(types: Mapping[str, str]) -> dict[str, AttributeType]:
    """Types as a person set them; InvalidInput where one does not exist or contradicts a known attribute."""
    checked: dict[str, AttributeType] = {}
    for name, given in types.items():
        if given not in TYPES:
            raise InvalidInput(
                f"attribute {name!r} cannot have the type {given!r}; types are {', '.join(TYPES)}"
            )
        known = "text" if name in REQUIRED else KNOWN_TYPES.get(name, given)
        if known != given:
            raise InvalidInput(f"attribute {name!r} is always of type {known}, not {given!r}; leave it out")
        if name not in REQUIRED:
            checked[name] = given
    return checked


def _signs_of_text(text: str) -> int:
    """What a text may be, as bits."""
    if len(text) <= _LONGEST_ELEMENT:
        return _signs_of_short_text(text)
    if parse_json_array(text) is not None:
        return _LIST
    return _PIPED * _reads_as_list(text, "|") or _SEMICOLONS * _reads_as_list(text.replace("；", ";"), ";")


@lru_cache(50_000)
def _signs_of_short_text(text: str) -> int:
    if text.strip().casefold() in MISSING_TEXTS:
        return _MISSING
    signs = 0
    if parse_number(text) is not None:
        signs |= _NUMBER
    if parse_bool(text) is not None:
        signs |= _BOOL | (0 if signs & _NUMBER else _BOOL_WORD)
    if not signs and parse_date(text) is not None:
        signs |= _DATE
    if parse_json_array(text) is not None:
        signs |= _LIST
    if not signs and _reads_as_list(text, "|"):
        signs |= _PIPED
    if not signs and _reads_as_list(text.replace("；", ";"), ";"):
        signs |= _SEMICOLONS
    return signs


def _reads_as_list(text: str, separator: str) -> bool:
    parts = text.split(separator)
    return len(parts) > 1 and all(
        part.strip() and len(part) <= _LONGEST_ELEMENT and not _SENTENCE_END.search(part) for part in parts
    )


def _signs(value: Any) -> int:
    if isinstance(value, str):
        return _signs_of_text(value)
    if isinstance(value, bool):
        return _BOOL | _BOOL_WORD
    if isinstance(value, (int, float)):
        return _MISSING if value != value else _NUMBER | (_BOOL if value in (0, 1) else 0)
    if isinstance(value, date):
        return _DATE
    if isinstance(value, (list, tuple)):
        return _LIST
    return 0


@dataclass(slots=True)
class _Column:
    """What was seen of a column: how many values, and how many of them may be of each type."""

    n: int = 0
    counts: dict[int, int] = field(default_factory=dict)
    length: int = 0
    long: int = 0
    distinct: set[int] = field(default_factory=set)

    def add(self, value: Any) -> None:
        signs = _signs(value)
        if signs & _MISSING:
            return
        self.n += 1
        self.counts[signs] = self.counts.get(signs, 0) + 1
        if signs & _LIST:
            return
        text = value if isinstance(value, str) else str(value)
        length = len(text)
        self.length += length
        self.long += length > _LONGEST_CATEGORY
        if len(self.distinct) <= _MOST_DISTINCT:
            self.distinct.add(hash(text))

    def having(self, sign: int) -> int:
        return sum(count for signs, count in self.counts.items() if signs & sign)

    def fits(self, kind: AttributeType) -> bool:
        """Whether every value can be of a type."""
        sign = {"number": _NUMBER, "bool": _BOOL, "date": _DATE}.get(kind)
        return sign is None or self.having(sign) == self.n

    def type(self) -> AttributeType:
        if self.having(_LIST):
            # a column of texts some of which stand in brackets is no column of lists
            return "list" if self.having(_LIST) * 2 >= self.n else self._words()
        if self.fits("number"):
            return "number"
        if self.fits("bool") and self.having(_BOOL_WORD):
            return "bool"
        if self.fits("date"):
            return "date"
        # a separator now and then is punctuation; in a fifth of the values it separates
        if max(self.having(_PIPED), self.having(_SEMICOLONS)) * 5 >= self.n:
            return "list"
        return self._words()

    def _words(self) -> AttributeType:
        mean = self.length / self.n
        repeated = len(self.distinct) * 2 <= self.n and len(self.distinct) <= _MOST_DISTINCT
        few = len(self.distinct) <= _FEW_VALUES and mean <= _FEW_VALUES
        short = mean <= _LONGEST_CATEGORY / 2 and self.long * 50 <= self.n
        return "category" if short and (repeated or few) else "text"


class TypeInference:
    """Collects records and tells the types of their attributes."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}
        self._known: dict[str, AttributeType] = {}

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Take account of records, columns under their target names."""
        columns = self._columns
        for record in records:
            for name, value in record.items():
                if value is None or value == "" or name in REQUIRED:
                    continue
                if name in KNOWN_TYPES:
                    self._known[name] = KNOWN_TYPES[name]
                    continue
                column = columns.get(name)
                if column is None:
                    column = columns[name] = _Column()
                column.add(value)

    def types(
        self, stored: Mapping[str, AttributeType], given: Mapping[str, AttributeType]
    ) -> dict[str, AttributeType]:
        """The types from here on: those stored, widened where records need it, and those that a person gave.

        A localisation (``colour_zh`` beside ``colour``) has the type of its base.
        """
        result = dict(stored) | self._known
        for name, column in self._columns.items():
            if column.n:
                result[name] = column.type() if name not in stored else _widened(stored[name], column)
                if name.startswith("title_") and split_suffix(name):
                    result[name] = "text"
        result |= given
        bases = localisations(result)
        return {
            name: result[bases[name][0]] if name in bases and bases[name][0] in result else kind
            for name, kind in result.items()
        }


def _widened(stored: AttributeType, column: _Column) -> AttributeType:
    if stored in ("number", "bool", "date") and column.fits(stored):
        return stored
    found = column.type()
    if "list" in (stored, found):
        return "list"
    return "text" if "text" in (stored, found) else "category"
