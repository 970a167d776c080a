"""How attributes, values and wishes are named to a person, in English and in Chinese.

Chinese is chosen for a language that is ``zh``; every other language is answered in English.
"""

import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.unit_names import without_unit
from palate.values import Constraint

CURRENCY_SIGNS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}

_WORDS = tomllib.loads(files("palate.ranking").joinpath("labels.toml").read_text(encoding="utf-8"))


def is_chinese(language: str) -> bool:
    """Whether a person of this language is answered in Chinese."""
    return language == "zh"


def attribute_label(catalogue: Catalogue, name: str, language: str) -> str:
    """The attribute's name as a person would say it: ``weight_g`` is weight, 重量."""
    attribute = catalogue.attributes.get(name)
    # the unit is the name's last part, except where it is the shop's currency
    base = without_unit(name)
    if base == name and attribute and attribute.unit and "price" not in name:
        base = name.rpartition("_")[0]
    return _WORDS["zh" if is_chinese(language) else "en"].get(base, base.replace("_", " "))


def number(value: float) -> str:
    """A number without needless decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0").rstrip(".")


def money(value: float, currency: str) -> str:
    """A price with its currency."""
    sign = CURRENCY_SIGNS.get(currency)
    return f"{sign}{number(value)}" if sign else f"{number(value)} {currency}".strip()


def quantity(
    catalogue: Catalogue, name: str, value: float, language: str, currency: str | None = None
) -> str:
    """A number of an attribute with its unit: ¥500, 38 g, 38克."""
    attribute = catalogue.attributes.get(name)
    if name == "price":
        return money(value, currency or (attribute.unit if attribute and attribute.unit else ""))
    unit = attribute.unit if attribute else None
    text = f"{value:.0f}" if name == "year" else number(value)
    if not unit:
        return text
    if is_chinese(language):
        return f"{text}{_WORDS['units']['zh'].get(unit, unit)}"
    return f"{text}{'' if unit == '%' else ' '}{_WORDS['units']['en'].get(unit, unit)}"


def value_text(
    catalogue: Catalogue, name: str, value: Any, language: str, currency: str | None = None
) -> str:
    """Any value of an attribute as a person would read it."""
    if isinstance(value, bool):
        return ("是" if value else "否") if is_chinese(language) else ("yes" if value else "no")
    if isinstance(value, int | float):
        return quantity(catalogue, name, float(value), language, currency)
    if isinstance(value, list | tuple):
        return join((value_text(catalogue, name, one, language) for one in value), language, "and")
    return catalogue.value_label(name, str(value), language)


def join(words: Iterable[str], language: str, conjunction: str) -> str:
    """A, B and C; A、B和C. ``conjunction``: "and" or "or"."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    if is_chinese(language):
        return "、".join(parts[:-1]) + ("和" if conjunction == "and" else "或") + parts[-1]
    return ", ".join(parts[:-1]) + f" {conjunction} " + parts[-1]


def ordinal(place: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def quoted(title: str, language: str) -> str:
    """A title inside a sentence; a Chinese book's own marks are enough."""
    if not is_chinese(language):
        return f"“{title}”"
    return title if title.startswith("《") and title.endswith("》") else f"「{title}」"


def wish_text(catalogue: Catalogue, wish: Constraint, language: str) -> str:
    """A wish in words: "under ¥500", "for mother", "not Horror"; 不超过¥500."""
    chinese = is_chinese(language)
    name, value = wish.attribute, wish.value
    label = attribute_label(catalogue, name, language)
    if chinese and label[-1:].isascii():
        label += " "  # a name of another script stands apart
    plain = name in ("categories", "price")  # these need no label to be understood

    def one(part: Any) -> str:
        return value_text(catalogue, name, part, language)

    if wish.op in ("in", "=", "not in"):
        values = value if isinstance(value, list | tuple) else [value]
        negative = wish.op == "not in"
        if len(values) == 1 and isinstance(values[0], bool):
            return _flag_text(label, values[0] != negative, chinese)
        words = join(map(one, values), language, "or")
        phrase = _WORDS["phrases"]["zh" if chinese else "en"].get(
            name, f"{label}{{}}" if chinese else f"{label} {{}}"
        )
        return f"{('不要' if chinese else 'not ') if negative else ''}{phrase.format(words)}"
    if wish.op == "between":
        low, high = (one(part) for part in value)
        if chinese:
            return f"{'' if plain else label}{low}到{high}"
        return f"{'' if plain else label + ' '}{low} to {high}"
    if wish.op in ("<=", ">="):
        upper = wish.op == "<="
        # a bound just beside a round number came from "cheaper than this"
        beside = isinstance(value, float) and round(value, 2) != value and abs(round(value, 2) - value) < 1e-3
        bound = one(round(value, 2) if beside else value)
        if chinese:
            word = ("低于" if upper else "高于") if beside else ("不超过" if upper else "不低于")
            return f"{'' if plain else label}{word}{bound}"
        word = ("under" if upper else "over") if beside else ("up to" if upper else "at least")
        return f"{'' if plain else label + ' '}{word} {bound}"
    if chinese:
        return f"{label}更{'低' if wish.op == 'lower' else '高'}"
    return f"{'lower' if wish.op == 'lower' else 'higher'} {label}"


def said_text(catalogue: Catalogue, wish: Constraint, language: str) -> str:
    """A wish in words, a soft one told as such: "preferably not Horror"; 最好不要恐怖片."""
    text = wish_text(catalogue, wish, language)
    if wish.strength == "must":
        return text
    return f"最好{text}" if is_chinese(language) else f"preferably {text}"


def without_text(word: str, language: str) -> str:
    """A word that was turned down, in words: rather nothing with “gore”; 尽量不带“羽毛”的."""
    return f"尽量不带“{word}”的" if is_chinese(language) else f"rather nothing with “{word}”"


def _flag_text(label: str, wanted: bool, chinese: bool) -> str:
    if chinese:
        return label if wanted else f"不要{label}"
    return label if wanted else f"not {label}"
