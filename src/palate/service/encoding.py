"""Values as JSON bytes, the same over HTTP and on the command line. Knows neither of the two."""

from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

import orjson

from palate.values import Item

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


def _plain(value: Any) -> Any:
    """What orjson does not know by itself."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def to_json(value: object, *, indent: bool = False) -> bytes:
    """``value`` (dataclasses, mappings, numpy arrays, JSON values) as UTF-8 JSON; NaN becomes null."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS | (orjson.OPT_INDENT_2 if indent else 0))


def flat_item(item: Item) -> dict[str, Any]:
    """An item as people send and read it: its fields beside its id and title."""
    return {"item_id": item.item_id, "title": item.title, **item.fields}
