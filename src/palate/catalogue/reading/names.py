"""Names of columns: what a file calls them, and what they are here."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

Kind = Literal["items", "events"]

KNOWN: dict[Kind, frozenset[str]] = {
    "items": frozenset(
        [
            "item_id", "title", "description", "categories", "price", "currency", "brand",
            "image_url", "url", "language", "available", "created_at",
        ]
    ),
    "events": frozenset(
        [
            "user_id", "item_id", "event_type", "timestamp", "value", "rating",
            "session_id", "turn_id", "text", "event_id",
        ]
    ),
}  # fmt: skip
"""Columns with a meaning of their own; ``rating`` is a ``value`` that also says what the event is."""

_ALIASES: dict[Kind, dict[str, str]] = {
    "items": {
        "itemid": "item_id", "movieid": "item_id", "productid": "item_id",
        "movietitle": "title", "genres": "categories", "genre": "categories",
    },
    "events": {
        "userid": "user_id", "user": "user_id",
        "itemid": "item_id", "item": "item_id", "movieid": "item_id", "productid": "item_id",
        "eventtype": "event_type", "event": "event_type", "behavior": "event_type", "behaviour": "event_type",
        "time": "timestamp", "datetime": "timestamp", "eventid": "event_id", "sessionid": "session_id",
    },
}  # fmt: skip
"""Names that common data sets use, without case and underscores. They hold where the file has no column of
the name itself."""

_ID, _RATING, _WORD, _TIME = (
    re.compile(pattern) for pattern in (r"\S+", r"\d{1,2}(\.\d+)?", r"[^\W\d]+", r"\d{9,13}(\.0)?")
)
_HEADERLESS: dict[tuple[str, ...], tuple[re.Pattern[str], ...]] = {
    ("user_id", "item_id", "rating", "timestamp"): (_ID, _ID, _RATING, _TIME),
    ("user_id", "item_id", "category_id", "event_type", "timestamp"): (_ID, _ID, _ID, _WORD, _TIME),
}
"""Well-known event logs without a header (MovieLens and Amazon ratings; Taobao behaviour), and how their
cells look."""


def squeezed(name: str) -> str:
    """A name without case, spaces, underscores and hyphens."""
    return "".join(name.split()).replace("_", "").replace("-", "").casefold()


_BY_SQUEEZED: dict[Kind, dict[str, str]] = {
    kind: _ALIASES[kind] | {squeezed(name): name for name in names} for kind, names in KNOWN.items()
}


def target_name(name: str, columns: Mapping[str, str], kind: Kind, present: frozenset[str] | set[str]) -> str:
    """What a column is called here. ``columns``: source name = target name, as the person set it;
    ``present``: the targets that the other columns have by their own name or by ``columns``.
    """
    if name in columns:
        return columns[name]
    if name in KNOWN[kind]:
        return name
    alias = _BY_SQUEEZED[kind].get(squeezed(name), name)
    return name if alias in present else alias


def target_names(names: Sequence[str], columns: Mapping[str, str], kind: Kind) -> list[str]:
    """Unique target names, in order. A name that a mapped column takes leaves a column of that name
    ``<name>_2``; empty names become ``column_<number>``.
    """
    mapped = [name for name in names if name in columns]
    cleaned = [name.strip() or f"column_{number}" for number, name in enumerate(names, 1)]
    present = {columns[name] for name in mapped} | (set(cleaned) & KNOWN[kind])
    wanted = [target_name(name, columns, kind, present) for name in cleaned]
    taken = {columns[name] for name in mapped}
    result: list[str] = []
    used: set[str] = set()
    for name, target in zip(cleaned, wanted, strict=True):
        if name not in columns and target in taken:
            target = f"{target}_2"
        base, number = target, 2
        while target in used:
            target = f"{base}_{number}"
            number += 1
        used.add(target)
        result.append(target)
    return result


class RecordNames:
    """Renames the keys of objects, whose keys may differ from one to the next.

    ``names``: the keys seen so far. What they are called is settled by all of them together: ``genre`` stands
    for categories where no object has any.
    """

    def __init__(self, names: Sequence[str], columns: Mapping[str, str], kind: Kind) -> None:
        targets = target_names(names, columns, kind)
        self._renames = dict(columns) | {
            name: target for name, target in zip(names, targets, strict=True) if name != target
        }

    def __call__(self, record: dict[str, Any]) -> dict[str, Any]:
        """The object with target names; the same object where no name changes."""
        if self._renames.keys().isdisjoint(record):
            return record
        return {self._renames.get(name, name): value for name, value in record.items()}


def headerless_names(cells: Sequence[str], kind: Kind) -> tuple[str, ...]:
    """Names for the columns of a file without a header, from its first row: those of a well-known log, else
    ``column_<number>``.
    """
    for names, patterns in _HEADERLESS.items():
        if kind == "events" and len(cells) == len(names):
            looks = (pattern.fullmatch(cell.strip()) for pattern, cell in zip(patterns, cells, strict=True))
            if all(looks):
                return names
    return tuple(f"column_{number}" for number in range(1, len(cells) + 1))
