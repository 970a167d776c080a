"""Random small catalogues, and a plain reading of what a wish means, written from the contract alone."""

import statistics
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st

from palate.values import AttributeType, Constraint, Item, StoredItem

TYPES: dict[str, AttributeType] = {
    "price": "number",
    "colour": "category",
    "tags": "list",
    "tags_zh": "list",
    "notes": "text",
    "waterproof": "bool",
    "released": "date",
    "available": "bool",
    "title_zh": "text",
}
COLOURS = ["Red", "red", "ＲＥＤ", "Dark Blue", "darkblue", "绿 色", "绿色", 7, 7.0, "7"]
TAGS = {"Gift": "礼物", "Sport": "运动", "Home": "家居", "Toys": "玩具"}
NOTES = ["Soft cotton towel", "COTTON  bag", "蓝牙耳机 with a cable", "cable", "ÜBER warm", ""]
DATES = ["1999-12-31", "2000-01-01", "2000-02-29T10:00:00Z", "2000-03", "2001", 2001]
PRICES = st.sampled_from([0, 1, 9.5, 100, 100.0, 499.99, 500, 12_000])


@st.composite
def _fields(draw: st.DrawFn) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, values in {
        "price": PRICES,
        "colour": st.sampled_from(COLOURS),
        "notes": st.sampled_from(NOTES),
        "waterproof": st.booleans(),
        "released": st.sampled_from(DATES),
        "available": st.booleans(),
    }.items():
        if draw(st.booleans()):
            fields[name] = draw(values)
    if draw(st.booleans()):
        fields["tags"] = draw(st.lists(st.sampled_from(sorted(TAGS)), max_size=3))
        if draw(st.booleans()):
            fields["tags_zh"] = [TAGS[tag] for tag in fields["tags"]]
    return fields


@st.composite
def stored_items(draw: st.DrawFn, max_size: int = 12) -> list[StoredItem]:
    """Items with ascending codes, holes and withdrawn ones among them."""
    codes = sorted(draw(st.sets(st.integers(0, max_size + 3), max_size=max_size)))
    items: list[StoredItem] = []
    for n, code in enumerate(codes):
        item = Item(f"i{code}", draw(st.sampled_from(["Red towel", "蓝牙耳机", "Lamp"])), draw(_fields()))
        items.append(StoredItem(code, f"i{code}", n + 1, item if draw(st.integers(0, 5)) else None))
    return items


def constraints() -> st.SearchStrategy[Constraint]:
    """Wishes of every operator on every kind of column."""
    number = st.builds(
        Constraint, st.just("price"), st.sampled_from(["=", "<=", ">=", "lower", "higher"]), PRICES
    ) | st.builds(Constraint, st.just("price"), st.just("between"), st.lists(PRICES, min_size=2, max_size=2))
    numbers = st.builds(
        Constraint, st.just("price"), st.sampled_from(["in", "not in"]), st.lists(PRICES, max_size=3)
    )
    worded = [
        ("colour", [*COLOURS, "pink"]),
        ("tags", [*TAGS, *TAGS.values(), "nothing"]),
        ("notes", ["cotton", "Cotton Bag", "耳机", "über", "cab"]),
        ("waterproof", [True, False, "yes", "否"]),
    ]
    values = [
        st.builds(
            Constraint,
            st.just(name),
            st.sampled_from(["in", "not in"]),
            st.lists(st.sampled_from(choices), max_size=3),
        )
        | st.builds(Constraint, st.just(name), st.just("="), st.sampled_from(choices))
        for name, choices in worded
    ]
    when = st.sampled_from([1999, "2000", "2000-02", "2000-02-29", 2001])
    dates = st.builds(
        Constraint, st.just("released"), st.sampled_from(["=", "<=", ">=", "lower", "higher"]), when
    ) | st.builds(Constraint, st.just("released"), st.just("between"), st.lists(when, min_size=2, max_size=2))
    return st.one_of(number, numbers, dates, *values)


def meets(fields: Mapping[str, Any], wish: Constraint, shown: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an item with ``fields`` meets ``wish``, read plainly."""
    if wish.op in ("in", "=", "not in"):
        wanted = wish.value if isinstance(wish.value, list) else [wish.value]
        has = any(_has(fields, wish.attribute, value) for value in wanted)
        return has != (wish.op == "not in")
    own = _span(wish.attribute, fields.get(wish.attribute))
    if wish.op in ("lower", "higher"):
        others = [_span(wish.attribute, other.get(wish.attribute)) for other in shown]
        known = [other[0] for other in others if other is not None]
        if not known:
            return True
        if own is None:
            return False
        middle = statistics.median(known)
        return own[0] < middle if wish.op == "lower" else own[0] > middle
    if own is None:
        return False
    if wish.op == "between":
        one, other = (_span(wish.attribute, value) for value in wish.value)
        assert one is not None and other is not None
        return min(one[0], other[0]) <= own[0] <= max(one[1], other[1])
    bound = _span(wish.attribute, wish.value)
    assert bound is not None
    return own[0] <= bound[1] if wish.op == "<=" else own[0] >= bound[0]


def _has(fields: Mapping[str, Any], attribute: str, value: Any) -> bool:
    own = fields.get(attribute)
    if attribute in ("price", "released"):
        mine, wanted = _span(attribute, own), _span(attribute, value)
        return mine is not None and wanted is not None and wanted[0] <= mine[0] <= wanted[1]
    if attribute == "waterproof":
        return own is not None and own == {"yes": True, "否": False}.get(value, value)
    if attribute == "notes":
        return own is not None and _folded(value) in _folded(own)
    both = [own] if attribute == "colour" else [*(own or []), *fields.get(f"{attribute}_zh", [])]
    return any(
        mine is not None and _folded(mine).replace(" ", "") == _folded(value).replace(" ", "")
        for mine in both
    )


def _folded(value: Any) -> str:
    return " ".join(
        unicodedata.normalize("NFKC", f"{value:g}" if isinstance(value, float) else str(value))
        .casefold()
        .split()
    )


def _span(attribute: str, value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    if attribute == "price":
        return float(value), float(value)
    text = str(value)[:10]
    first = {4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text)
    last = {4: f"{text}-12-31", 7: {"2000-02": "2000-02-29", "2000-03": "2000-03-31"}.get(text, "")}.get(
        len(text), text
    )
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()


def code_list(codes: np.ndarray) -> list[int]:
    assert codes.dtype == np.int32
    return codes.tolist()
