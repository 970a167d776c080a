"""How attributes, values and wishes are named to a person, in English and in Chinese.

Chinese is chosen for a language that is ``zh``; every other language is answered in English.
"""

from collections.abc import Iterable
from typing import Any

from palate.catalogue.catalogue import Catalogue
from palate.values import Constraint

CURRENCY_SIGNS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}

_LABELS_ZH = {
    "price": "价格", "brand": "品牌", "categories": "类别", "colour": "颜色", "color": "颜色", "material": "材质",
    "recipients": "送给谁", "occasions": "场合", "author": "作者", "genre": "类型", "pages": "页数", "weight": "重量",
    "battery": "续航", "capacity": "容量", "screen": "屏幕尺寸", "storage": "存储容量", "pieces": "件数",
    "length": "长度", "width": "宽度", "height": "高度", "depth": "深度", "power": "功率", "noise": "噪音",
    "temperature_min": "最低温度", "age_min": "适用年龄", "waterproof": "防水", "wireless": "无线",
    "noise_cancelling": "降噪", "dishwasher_safe": "可用洗碗机清洗", "rechargeable": "可充电", "foldable": "可折叠",
    "year": "年份", "directors": "导演", "actors": "演员", "runtime": "片长", "language": "语言", "rated": "分级",
    "description": "介绍", "size": "尺寸", "warranty": "保修", "created_at": "上架时间", "scent": "香型", "players": "人数",
}  # fmt: skip
_LABELS_EN = {"recipients": "who it is for", "occasions": "occasion", "categories": "category", "created_at": "date added"}

UNIT_WORDS_ZH = {
    "g": "克", "kg": "千克", "ml": "毫升", "l": "升", "cm": "厘米", "mm": "毫米", "m": "米", "hours": "小时", "minutes": "分钟",
    "inches": "英寸", "gb": "GB", "w": "瓦", "db": "分贝", "mah": "毫安时", "years": "岁", "c": "°C", "days": "天",
}  # fmt: skip
UNIT_WORDS_EN = {"gb": "GB", "w": "W", "db": "dB", "mah": "mAh", "c": "°C", "l": "litres", "years": "years"}


def is_chinese(language: str) -> bool:
    """Whether a person of this language is answered in Chinese."""
    return language == "zh"


def attribute_label(catalogue: Catalogue, name: str, language: str) -> str:
    """The attribute's name as a person would say it: ``weight_g`` is weight, 重量."""
    attribute = catalogue.attributes.get(name)
    unit = attribute.unit if attribute else None
    base = name.removesuffix(f"_{unit}") if unit else name
    if is_chinese(language):
        return _LABELS_ZH.get(base, base.replace("_", " "))
    return _LABELS_EN.get(base, base.replace("_", " "))


def number(value: float) -> str:
    """A number without needless decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0").rstrip(".")


def money(value: float, currency: str) -> str:
    """A price with its currency."""
    sign = CURRENCY_SIGNS.get(currency)
    return f"{sign}{number(value)}" if sign else f"{number(value)} {currency}".strip()


def quantity(catalogue: Catalogue, name: str, value: float, language: str, currency: str | None = None) -> str:
    """A number of an attribute with its unit: ¥500, 38 g, 38克."""
    attribute = catalogue.attributes.get(name)
    if name == "price":
        return money(value, currency or (attribute.unit if attribute and attribute.unit else ""))
    unit = attribute.unit if attribute else None
    text = f"{value:.0f}" if name == "year" else number(value)
    if not unit:
        return text
    if is_chinese(language):
        return f"{text}{UNIT_WORDS_ZH.get(unit, unit)}"
    return f"{text} {UNIT_WORDS_EN.get(unit, unit)}"


def value_text(catalogue: Catalogue, name: str, value: Any, language: str, currency: str | None = None) -> str:
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


def quoted(title: str, language: str) -> str:
    """A title inside a sentence."""
    return f"「{title}」" if is_chinese(language) else f"“{title}”"


def wish_text(catalogue: Catalogue, wish: Constraint, language: str) -> str:
    """A wish in words: "under ¥500", "for mother", "not Horror"; 不超过¥500."""
    chinese = is_chinese(language)
    name, value = wish.attribute, wish.value
    label = attribute_label(catalogue, name, language)
    plain = name in ("categories", "price")  # these need no label to be understood

    def one(part: Any) -> str:
        return value_text(catalogue, name, part, language)

    if wish.op in ("in", "=", "not in"):
        values = value if isinstance(value, list | tuple) else [value]
        negative = wish.op == "not in"
        if len(values) == 1 and isinstance(values[0], bool):
            return _flag_text(label, values[0] != negative, chinese)
        if name == "recipients" and not negative:
            return (
                f"适合{join(map(one, values), language, 'or')}"
                if chinese
                else f"for {join(map(one, values), language, 'or')}"
            )
        words = join(map(one, values), language, "or")
        if chinese:
            return ("不要" if negative else "") + (words if plain else f"{label}{'为' if not negative else ''}{words}")
        return ("not " if negative else "") + (words if plain else f"{label} {words}")
    if wish.op == "between":
        low, high = (one(part) for part in value)
        if chinese:
            return f"{'' if plain else label}{low}到{high}"
        return f"{'' if plain else label + ' '}{low} to {high}"
    if wish.op in ("<=", ">="):
        if chinese:
            return f"{'' if plain else label}{'不超过' if wish.op == '<=' else '不低于'}{one(value)}"
        return f"{'' if plain else label + ' '}{'up to' if wish.op == '<=' else 'at least'} {one(value)}"
    if chinese:
        return f"{label}更{'低' if wish.op == 'lower' else '高'}"
    return f"{'lower' if wish.op == 'lower' else 'higher'} {label}"


def _flag_text(label: str, wanted: bool, chinese: bool) -> str:
    if chinese:
        return label if wanted else f"不要{label}"
    return label if wanted else f"not {label}"
