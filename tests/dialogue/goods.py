"""The demo shop's goods, read from the file itself, and what a wish means: the truth that replies are held
to."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import orjson

from palate.values import Constraint

GOODS: dict[str, dict[str, Any]] = {
    good["item_id"]: good
    for good in map(orjson.loads, files("palate.demo").joinpath("goods.jsonl").read_bytes().splitlines())
}
TITLES = {title: good for good in GOODS.values() for title in (good["title"], good["title_zh"])}


def meets(good: Mapping[str, Any], wish: Constraint) -> bool:
    """Whether a good keeps a wish, in plain Python: without a value it keeps no wish but ``not in``."""
    value = good.get(wish.attribute)
    held = [str(one).casefold() for one in (value if isinstance(value, list) else [value])]
    wanted = wish.value if isinstance(wish.value, list | tuple) else [wish.value]
    named = {str(one).casefold() for one in wanted}
    if wish.op == "not in":
        return value is None or not named & set(held)
    if value is None:
        return False
    if wish.op in ("in", "="):
        return bool(named & set(held)) or value == wish.value
    if wish.op == "between":
        return wanted[0] <= value <= wanted[1]
    return value <= wish.value if wish.op == "<=" else value >= wish.value
