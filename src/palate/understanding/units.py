"""Units of measure: which one an attribute of the catalogue is kept in, and what a said quantity is worth
there.
"""

import re

from palate.catalogue.lookup_facts import AttributeFacts
from palate.catalogue.unit_names import unit_of, without_unit

_DIMENSIONS: dict[str, tuple[str, float]] = {
    "mg": ("mass", 0.001), "g": ("mass", 1), "kg": ("mass", 1000), "斤": ("mass", 500), "lb": ("mass", 453.592),
    "oz": ("mass", 28.3495),
    "ml": ("volume", 1), "cl": ("volume", 10), "l": ("volume", 1000),
    "mm": ("length", 1), "cm": ("length", 10), "m": ("length", 1000), "km": ("length", 1e6),
    "miles": ("length", 1.609344e6), "inches": ("length", 25.4), "ft": ("length", 304.8),
    "seconds": ("time", 1 / 60), "minutes": ("time", 1), "hours": ("time", 60), "days": ("time", 1440),
    "weeks": ("time", 10_080), "months": ("time", 43_800),
    "MB": ("data", 0.001), "GB": ("data", 1), "TB": ("data", 1000),
    "W": ("power", 1), "kW": ("power", 1000), "dB": ("noise", 1), "mAh": ("charge", 1), "MP": ("pixel", 1),
    "kcal": ("energy", 1), "hp": ("horsepower", 1), "%": ("share", 1), "m²": ("area", 1),
    "ft²": ("area", 0.092903),
}  # fmt: skip
"""Unit as ``unit_names`` has it -> (dimension, base units in one)."""
_BY_NAME = {
    "horsepower": ("horsepower", 1.0), "马力": ("horsepower", 1.0), "calories": ("energy", 1.0),
    "kcal": ("energy", 1.0),
}  # fmt: skip
_CODED = re.compile(r"_(?:min|max|usd|eur|gbp|cny|rmb|元)$|[（(][^()（）]{1,6}[)）]$")


def own_unit(name: str) -> tuple[str, float] | None:
    """(dimension, base units in one) that an attribute's name tells: ``weight_g``, 净含量(ml); None where it tells
    none.
    """
    unit = unit_of(name)
    return _DIMENSIONS.get(unit) if unit else _BY_NAME.get(name)


def bare_name(name: str) -> str:
    """An attribute's name without its unit: ``weight_g`` -> weight."""
    if unit_of(name) is None:
        return _CODED.sub("", name)
    bare = without_unit(name)
    return bare if bare != name else name.rpartition("_")[0]


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
    if own is not None:
        return own[1] if own[0] == dimension else None
    if notion.startswith("@") and dimension not in ("point", "share", "age", "page", "piece"):
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
