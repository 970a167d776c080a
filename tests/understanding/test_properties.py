"""Any sentence put together from a catalogue's own values parses back to them, over made-up catalogues, in both
languages.

The catalogues are drawn from a seed: names that no dictionary has, attributes with and without units.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.catalogue.lookup import Lookup
from palate.understanding.reader import Reader
from palate.values import Constraint, Item, StoredItem

CATALOGUES = 6
ITEMS = 60
SYLLABLES = "bra cro dex fli gor hul jav kem lor mip nex ost pli qua rin sof tur vex wol zan".split()  # noqa: SIM905
MADE_UP = "云柏 霜禾 青岭 墨川 岚溪 澄野 栖石 苇舟 砚北 槿南 鹿屿 雁回 枫林渡 白沙堰 望舒阁 听澜轩".split()  # noqa: SIM905

MEASURES = {
    "weight_g": [("kg", 1000.0), ("grams", 1.0)], "length_cm": [("metres", 100.0), ("cm", 1.0)],
    "duration_s": [("minutes", 60.0), ("seconds", 1.0)], "distance_to_lake_km": [("km", 1.0), ("miles", 1.609344)],
    "volume_ml": [("ml", 1.0), ("litres", 1000.0)], "storage_gb": [("GB", 1.0), ("TB", 1000.0)],
}  # fmt: skip
MEASURES_ZH = {
    "净重_克": [("公斤", 1000.0), ("克", 1.0)], "时长_分钟": [("小时", 60.0), ("分钟", 1.0)],
    "距湖边_米": [("公里", 1000.0), ("米", 1.0)], "容量_毫升": [("毫升", 1.0), ("升", 1000.0)],
    "电池容量_毫安时": [("毫安时", 1.0)],
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A catalogue drawn from a seed: its reader, values by attribute, the attribute of its price and its measure."""

    reader: Reader
    chinese: bool
    values: dict[str, list[str]]
    price: str
    measure: str


@cache
def made(seed: int) -> Made:
    random, chinese = Random(seed), seed % 2 == 1
    names = random.sample(MADE_UP, 12) if chinese else _words(random, 12)
    kinds = ["categories", "品牌", "工艺"] if chinese else ["categories", "brand", "finish"]
    values = {kind: names[4 * n : 4 * n + 4] for n, kind in enumerate(kinds)}
    price = "价格" if chinese else "price"
    measure = random.choice(list(MEASURES_ZH if chinese else MEASURES))
    items: list[StoredItem] = []
    for code in range(ITEMS):
        fields: dict[str, Any] = {kind: random.choice(given) for kind, given in values.items()}
        fields |= {
            "categories": [fields["categories"]],
            price: random.randint(20, 900),
            measure: random.randint(300, 9000),
        }
        items.append(
            StoredItem(code, f"i{code}", code + 1, Item(f"i{code}", f"{code} no. {code * 7}", fields))
        )
    return Made(Reader(Lookup.build(items, {})), chinese, values, price, measure)


def _words(random: Random, count: int) -> list[str]:
    words: set[str] = set()
    while len(words) < count:
        words.add("".join(random.sample(SYLLABLES, 3)).capitalize())
    return sorted(words)


Piece = tuple[str, Constraint]


def named(draw: Callable[..., Any], shop: Made, kind: str) -> Piece:
    """A value wished for, refused, or preferred; one or two of them."""
    how = draw(st.sampled_from(["in", "not in", "prefer", "either"]))
    one, other = draw(st.lists(st.sampled_from(shop.values[kind]), min_size=2, max_size=2, unique=True))
    said = {
        "in": (f"{one}的", one), "not in": (f"不要{one}的", f"not {one}"),
        "prefer": (f"最好是{one}的", f"ideally {one}"), "either": (f"{one}或者{other}的", f"{one} or {other}"),
    }[how]  # fmt: skip
    wish = Constraint(
        kind,
        "not in" if how == "not in" else "in",
        [one, other] if how == "either" else [one],
        "prefer" if how == "prefer" else "must",
    )
    return said[0] if shop.chinese else said[1], wish


def bound(draw: Callable[..., Any], shop: Made, attribute: str, units: list[tuple[str, float]]) -> Piece:
    """A bound in one of some units, in the attribute's own unit."""
    unit, factor = draw(st.sampled_from(units))
    low = draw(st.integers(400, 4000)) // max(1, round(factor)) or 1
    high = low + draw(st.integers(1, 9))
    how = draw(st.sampled_from(["<=", ">=", "between", "around"]))
    said = {
        "<=": (f"{low}{unit}以内", f"under {low} {unit}"), ">=": (f"至少{low}{unit}", f"at least {low} {unit}"),
        "between": (f"{low}到{high}{unit}", f"between {low} and {high} {unit}"),
        "around": (f"{low}{unit}左右", f"around {low} {unit}"),
    }[how]  # fmt: skip
    amounts = [low * factor, high * factor] if how == "between" else [low * factor * 0.9, low * factor * 1.1]
    value: Any = amounts if how in ("between", "around") else low * factor
    return said[0] if shop.chinese else said[1], Constraint(
        attribute, how if how in ("<=", ">=") else "between", value
    )


@st.composite
def sentences(draw: Callable[..., Any]) -> tuple[Made, str, list[Constraint]]:
    shop = made(draw(st.integers(0, CATALOGUES - 1)))
    kinds = draw(st.lists(st.sampled_from(list(shop.values)), min_size=1, max_size=3, unique=True))
    pieces = [named(draw, shop, kind) for kind in kinds]
    if draw(st.booleans()):
        pieces.append(bound(draw, shop, shop.price, [("元", 1.0)] if shop.chinese else [("dollars", 1.0)]))
    if draw(st.booleans()):
        pieces.append(
            bound(draw, shop, shop.measure, (MEASURES_ZH if shop.chinese else MEASURES)[shop.measure])
        )
    pieces = draw(st.permutations(pieces))
    opening = draw(
        st.sampled_from(
            ["想买", "有没有", "帮我找"] if shop.chinese else ["show me", "I want", "do you have"]
        )
    )
    joined = (
        "，".join(said for said, _ in pieces) if shop.chinese else f" {', '.join(said for said, _ in pieces)}"
    )
    return shop, opening + joined, [wish for _, wish in pieces]


def numbers(wish: Constraint) -> list[float]:
    given = wish.value if isinstance(wish.value, list) else [wish.value]
    return [float(one) for one in given if isinstance(one, int | float)]


def plainly(wish: Constraint) -> tuple[str, str, list[str], str]:
    words = [] if numbers(wish) else sorted(wish.value)
    return wish.attribute, wish.op, words, wish.strength


@settings(max_examples=150, deadline=None)
@given(sentences())
def test_values_and_bounds_parse_back(sentence: tuple[Made, str, list[Constraint]]) -> None:
    shop, text, wishes = sentence
    found = sorted(shop.reader.understand(text).constraints, key=plainly)
    wishes = sorted(wishes, key=plainly)
    assert list(map(plainly, found)) == list(map(plainly, wishes)), text
    for one, wish in zip(found, wishes, strict=True):
        assert numbers(one) == pytest.approx(numbers(wish), rel=1e-4), text
