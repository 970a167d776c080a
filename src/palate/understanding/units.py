"""Units of measure: which one an attribute of the catalogue is kept in, and what a said quantity is worth
there.
"""

import re
from functools import lru_cache

from palate.catalogue.lookup_facts import AttributeFacts

_SUFFIXES: dict[str, tuple[str, float]] = {
    "g": ("mass", 1),
    "grams": ("mass", 1),
    "mg": ("mass", 0.001),
    "克": ("mass", 1),
    "kg": ("mass", 1000),
    "kilograms": ("mass", 1000),
    "千克": ("mass", 1000),
    "公斤": ("mass", 1000),
    "斤": ("mass", 500),
    "lb": ("mass", 453.592),
    "lbs": ("mass", 453.592),
    "oz": ("mass", 28.3495),
    "ml": ("volume", 1),
    "毫升": ("volume", 1),
    "cl": ("volume", 10),
    "l": ("volume", 1000),
    "litres": ("volume", 1000),
    "liters": ("volume", 1000),
    "升": ("volume", 1000),
    "mm": ("length", 1),
    "毫米": ("length", 1),
    "cm": ("length", 10),
    "厘米": ("length", 10),
    "m": ("length", 1000),
    "metres": ("length", 1000),
    "meters": ("length", 1000),
    "米": ("length", 1000),
    "km": ("length", 1e6),
    "kilometres": ("length", 1e6),
    "kilometers": ("length", 1e6),
    "公里": ("length", 1e6),
    "千米": ("length", 1e6),
    "miles": ("length", 1.609344e6),
    "inches": ("length", 25.4),
    "inch": ("length", 25.4),
    "in": ("length", 25.4),
    "英寸": ("length", 25.4),
    "寸": ("length", 25.4),
    "ft": ("length", 304.8),
    "feet": ("length", 304.8),
    "minutes": ("time", 1),
    "minute": ("time", 1),
    "min": ("time", 1),
    "mins": ("time", 1),
    "分钟": ("time", 1),
    "hours": ("time", 60),
    "hour": ("time", 60),
    "hrs": ("time", 60),
    "h": ("time", 60),
    "小时": ("time", 60),
    "days": ("time", 1440),
    "天": ("time", 1440),
    "weeks": ("time", 10_080),
    "周": ("time", 10_080),
    "months": ("time", 43_800),
    "月": ("time", 43_800),
    "个月": ("time", 43_800),
    "seconds": ("time", 1 / 60),
    "secs": ("time", 1 / 60),
    "sec": ("time", 1 / 60),
    "s": ("time", 1 / 60),
    "秒": ("time", 1 / 60),
    "gb": ("data", 1),
    "tb": ("data", 1000),
    "mb": ("data", 0.001),
    "w": ("power", 1),
    "watts": ("power", 1),
    "瓦": ("power", 1),
    "kw": ("power", 1000),
    "db": ("noise", 1),
    "分贝": ("noise", 1),
    "mah": ("charge", 1),
    "毫安时": ("charge", 1),
    "years": ("age", 1),
    "岁": ("age", 1),
    "mp": ("pixel", 1),
    "pages": ("page", 1),
    "页": ("page", 1),
    "pieces": ("piece", 1),
    "kcal": ("energy", 1),
    "calories": ("energy", 1),
    "千卡": ("energy", 1),
    "大卡": ("energy", 1),
    "kj": ("energy", 0.239),
    "hp": ("horsepower", 1),
    "horsepower": ("horsepower", 1),
    "马力": ("horsepower", 1),
    "percent": ("share", 1),
    "lumens": ("brightness", 1),
}
_TAIL = re.compile(
    r"[_\s(（\[]+(" + "|".join(sorted(map(re.escape, _SUFFIXES), key=len, reverse=True)) + r")[)）\]]?$"
)
_CODED = re.compile(r"_(?:c|gsm|min|max|usd|eur|gbp|cny|rmb|元)$|[（(][^()（）]{1,6}[)）]$")
_OPEN = ("age", "page", "piece")
"""Dimensions whose attributes are often kept without their unit's name, or with another's."""


@lru_cache(maxsize=8_192)
def own_unit(name: str) -> tuple[str, float] | None:
    """(dimension, base units in one) that an attribute's name ends in: ``weight_g``, 净含量(ml); None where it ends in
    none.
    """
    tail = _TAIL.search(name)
    if tail is not None:
        return _SUFFIXES[tail.group(1)]
    return _SUFFIXES.get(name)  # pages, horsepower


def bare_name(name: str) -> str:
    """An attribute's name without its unit: ``weight_g`` -> weight."""
    return _CODED.sub("", _TAIL.sub("", name))


def attribute_factor(
    attribute: AttributeFacts, notion: str, dimension: str, *, shop_has_memory: bool
) -> float | None:
    """How many base units of a dimension one unit of the attribute is; None where it does not measure that.

    The attribute's name tells (``weight_g``); where it does not, its median does: goods weigh 20 g or more,
    or less than 20 kg; films last minutes, not hours.
    """
    if dimension == "money":
        return 1.0 if notion == "price" else None
    if dimension == "people":
        return 1.0
    own = own_unit(attribute.name)
    if own is not None and not (attribute.name.endswith("_min") and dimension != "time"):  # the least
        if own[0] == dimension:
            return own[1]
        if own[0] not in _OPEN or notion not in ("age", "pages", "pieces"):
            return None
    if notion.startswith("@") and dimension not in ("point", "share", *_OPEN):
        return None
    return _usual_factor(attribute, notion, dimension, shop_has_memory=shop_has_memory)


def _usual_factor(
    attribute: AttributeFacts, notion: str, dimension: str, *, shop_has_memory: bool
) -> float | None:
    """The same for an attribute whose name tells no unit, by the size of its values."""
    median = attribute.median
    if dimension == "mass":
        return (1.0 if median >= 20 else 1000.0) if notion == "weight" else None
    if dimension == "time":
        if notion == "runtime":
            return 1.0 if median >= 10 else 60.0
        if notion == "shelf_life":
            return 43_800.0 if median <= 60 else 1440.0
        return 60.0 if notion == "battery" and attribute.name != "battery_capacity" else None
    if dimension == "length":
        if notion == "distance":
            return 1e6 if median < 100 else 1000.0
        if notion == "screen":
            return 25.4
        if notion == "cable":
            return 1000.0 if median < 20 else 10.0
        return 1.0 if median >= 100 else 10.0
    if dimension == "data":
        if notion == "capacity" and not shop_has_memory:
            return None
        return 1.0 if notion in ("memory", "storage", "capacity") else None
    if dimension == "volume":
        return None if shop_has_memory or notion != "capacity" else (1000.0 if median < 20 else 1.0)
    return 1.0


def plain_number(value: float) -> int | float:
    """A whole number as an int, others rounded to six significant digits: 1499.9999999 is 1500."""
    rounded = float(f"{value:.6g}")
    return int(rounded) if rounded == int(rounded) else rounded
