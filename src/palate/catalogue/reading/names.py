"""Names of columns: what a file calls them, and what they are here."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Kind = Literal["items", "events"]

KNOWN: dict[Kind, frozenset[str]] = {
    "items": frozenset(
        "item_id title description categories price currency brand image_url url language available created_at".split()
    ),
    "events": frozenset(
        "user_id item_id event_type timestamp value rating session_id turn_id text event_id".split()
    ),
}
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

_HEADERLESS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("id", "id", "rating", "time"): ("user_id", "item_id", "rating", "timestamp"),
    ("id", "id", "id", "word", "time"): ("user_id", "item_id", "category_id", "event_type", "timestamp"),
}
"""What the columns of well-known event logs without a header are (MovieLens and Amazon ratings; Taobao
behaviour)."""


def squeezed(name: str) -> str:
    """A name without case, spaces, underscores and hyphens."""
    return "".join(name.split()).replace("_", "").replace("-", "").casefold()


def target_name(name: str, columns: Mapping[str, str], kind: Kind, present: frozenset[str] | set[str]) -> str:
    """What a column is called here. ``columns``: source name = target name, as the person set it;
    ``present``: the targets that the other columns have by their own name or by ``columns``."""
    if name in columns:
        return columns[name]
    if name in KNOWN[kind]:
        return name
    alias = _ALIASES[kind].get(squeezed(name))
    if alias is None:
        known = {squeezed(known): known for known in KNOWN[kind]}
        alias = known.get(squeezed(name), name)
    return name if alias in present else alias


def target_names(names: Sequence[str], columns: Mapping[str, str], kind: Kind) -> list[str]:
    """Unique target names, in order. A name that a mapped column takes leaves a column of that name
    ``<name>_2``; empty names become ``column_<number>``."""
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
    """Renames the keys of objects, whose keys may differ from one to the next."""

    def __init__(self, columns: Mapping[str, str], kind: Kind) -> None:
        self._columns = columns
        self._kind: Kind = kind
        self._plans: dict[tuple[str, ...], list[str]] = {}
        self._stays: dict[str, bool] = {}

    def __call__(self, record: dict[str, Any]) -> dict[str, Any]:
        """The object with target names; the same object where no name changes."""
        try:
            if all(map(self._stays.__getitem__, record)):
                return record
        except KeyError:
            for name in record:
                self._stays[name] = target_names([name], self._columns, self._kind) == [name]
            return self(record)
        keys = tuple(record)
        if keys not in self._plans:
            self._plans[keys] = target_names(keys, self._columns, self._kind)
        return dict(zip(self._plans[keys], record.values(), strict=True))


def headerless_names(shapes: Sequence[str]) -> tuple[str, ...]:
    """Names for the columns of a file without a header, from the shape of each: id, rating, time or word."""
    return _HEADERLESS.get(tuple(shapes), tuple(f"column_{number}" for number in range(1, len(shapes) + 1)))
