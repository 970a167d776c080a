"""Units in the names of attributes: ``weight_g``, ``重量(克)``."""

import re
from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "g": "g", "kg": "kg", "mg": "mg", "lb": "lb", "oz": "oz", "grams": "g",
    "mm": "mm", "cm": "cm", "m": "m", "km": "km", "inch": "inches", "inches": "inches", "ft": "ft",
    "ml": "ml", "l": "l", "liters": "l", "litres": "l",
    "s": "seconds", "sec": "seconds", "seconds": "seconds",
    "min": "minutes", "minutes": "minutes", "mins": "minutes",
    "h": "hours", "hours": "hours", "days": "days", "weeks": "weeks", "months": "months", "years": "years",
    "gb": "GB", "tb": "TB", "mb": "MB", "mp": "MP", "mah": "mAh", "wh": "Wh",
    "w": "W", "kw": "kW", "v": "V", "hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz",
    "db": "dB", "c": "°C", "celsius": "°C", "fps": "fps", "dpi": "dpi",
    "percent": "%", "pct": "%", "kcal": "kcal", "calories": "kcal", "cl": "cl", "miles": "miles", "hp": "hp",
    "sqm": "m²", "m2": "m²", "sqft": "ft²", "平方米": "m²", "平米": "m²", "㎡": "m²",
    "克": "g", "千克": "kg", "公斤": "kg", "毫克": "mg", "毫米": "mm", "厘米": "cm", "米": "m", "公里": "km",
    "英寸": "inches", "毫升": "ml", "升": "l", "秒": "seconds", "分钟": "minutes", "小时": "hours", "天": "days",
    "周": "weeks", "个月": "months", "年": "years", "瓦": "W", "伏": "V", "毫安时": "mAh", "分贝": "dB", "千卡": "kcal",
    "大卡": "kcal", "斤": "斤", "千米": "km", "寸": "inches", "月": "months",
}  # fmt: skip
"""Last part of an attribute's name, or what stands in brackets behind it -> unit."""

_BRACKETS = re.compile(r"\s*[(（\[]\s*([^()（）\[\]]{1,12})\s*[)）\]]\s*$")
_LASTS = re.compile("time|duration|length|play")
"""What is measured in minutes when its name ends in ``min``."""


_AWAY = re.compile(r"([a-z]+)_(?:to|from)_(.+)")


def without_unit(name: str) -> str:
    """An attribute's name without a unit in brackets, ``重量(克)`` is 重量, or before where it leads to:
    ``minutes_to_beach`` is beach.
    """
    if (away := _AWAY.fullmatch(name)) and away[1] in UNITS:
        return away[2]
    found = _BRACKETS.search(name)
    return name[: found.start()] if found and found.start() and found[1].lower() in UNITS else name


def unit_of(name: str) -> str | None:
    """The unit that a name tells, None where none."""
    if (found := _BRACKETS.search(name)) and found[1].lower() in UNITS:
        return UNITS[found[1].lower()]
    if (away := _AWAY.fullmatch(name.lower())) and away[1] in UNITS:
        return UNITS[away[1]]
    stem, underscore, last = name.lower().rpartition("_")
    if last in ("min", "mins") and not _LASTS.search(stem):
        return None  # a minimum: age_min, players_min
    return UNITS.get(last) if underscore else None
