"""Units of measure: which one an attribute of the catalogue is kept in, and what a said quantity is worth
there.
"""

import re

from palate.catalogue.lookup_facts import AttributeFacts

_SUFFIXES: dict[str, tuple[str, float]] = {
    "g": ("mass", 1),
    "grams": ("mass", 1),
    "kg": ("mass", 1000),
    "lb": ("mass", 453.592),
    "oz": ("mass", 28.3495),
    "ml": ("volume", 1),
    "l": ("volume", 1000),
    "litres": ("volume", 1000),
    "liters": ("volume", 1000),
    "mm": ("length", 1),
    "cm": ("length", 10),
    "m": ("length", 1000),
    "inches": ("length", 25.4),
    "inch": ("length", 25.4),
    "in": ("length", 25.4),
    "minutes": ("time", 1),
    "minute": ("time", 1),
    "min": ("time", 1),
    "mins": ("time", 1),
    "hours": ("time", 60),
    "hour": ("time", 60),
    "h": ("time", 60),
    "days": ("time", 1440),
    "seconds": ("time", 1 / 60),
    "gb": ("data", 1),
    "tb": ("data", 1000),
    "mb": ("data", 0.001),
    "w": ("power", 1),
    "kw": ("power", 1000),
    "db": ("noise", 1),
    "mah": ("charge", 1),
    "years": ("age", 1),
    "mp": ("pixel", 1),
    "pages": ("page", 1),
    "pieces": ("piece", 1),
}
_BASES = {"g": "mass", "min": "time", "mm": "length", "gb": "data", "ml": "volume"}


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
    tail = re.search(r"_([a-z]+)$", attribute.name)
    if (
        tail and tail.group(1) in _SUFFIXES and not (tail.group(1) == "min" and dimension != "time")
    ):  # the least
        own, factor = _SUFFIXES[tail.group(1)]
        if own == dimension:
            return factor
        if own not in ("age", "page", "piece") or notion not in ("age", "pages", "pieces"):
            return None
    median = attribute.median
    if dimension == "mass":
        return (1.0 if median >= 20 else 1000.0) if notion == "weight" else None
    if dimension == "time":
        if notion == "runtime":
            return 1.0 if median >= 10 else 60.0
        return 60.0 if notion == "battery" and attribute.name != "battery_capacity" else None
    if dimension == "length":
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
