"""What of a language model's answer about an item holds.

It cannot be told from here whether a translation is good; it can be told that it kept the numbers and the names,
that tags are words, that nothing is an address or markup, and that each text is in the language that was asked for.
What does not hold is dropped, with the reason.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from palate.catalogue.enrichment.asking import Asked
from palate.catalogue.text import match_key, tokens
from palate.language_models.material import gives_orders

MOST_LISTED = {"tags": 12, "aspects": 8}
_LONGEST_WORDS = {"tags": (4, 12), "aspects": (8, 20)}
"""The most words of a Latin phrase, and characters of a Chinese one."""
_LONGEST = {"summary": 300, "title": 200, "description": 3_000}

_ADDRESS = re.compile(
    r"https?:|www\.|@\w|\b[\w-]+\.(?:com|net|org|cn|io|shop|info|biz|ru|xyz)\b|\d{7,}|[<>{}\[\]|`*#\\]",
    re.IGNORECASE,
)
_PHRASE = re.compile(r"[\w][\w\s\-'’&+./·%]*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:[-'’][A-Za-zÀ-ɏ]+)*")
_MODEL_NAME = re.compile(r"\b[A-Za-z][A-Za-z-]*\d[A-Za-z0-9-]*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CAPITALISED = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-ZÀ-Þ][\w'’-]+")
_WORDS_OF_NUMBERS = {
    "1": "one single 一 单", "2": "two double pair twin 二 两 双", "3": "three triple 三", "4": "four 四",
    "5": "five 五", "6": "six 六", "7": "seven 七", "8": "eight 八", "9": "nine 九", "10": "ten 十",
    "12": "twelve dozen 十二 打", "100": "hundred 百", "1000": "thousand 千",
}  # fmt: skip


def checked(
    answer: Mapping[str, Any], asked: Sequence[Asked], content: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """(the fields that hold, by name; what was dropped, in words that quote it)."""
    source = Source(content)
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    for one in asked:
        given = answer.get(one.name)
        if one.listed:
            listed = given if isinstance(given, list) else []
            value: Any = _words(listed, one, source, dropped)
        else:
            value = _text(given, one, source, dropped)
        if value:
            kept[one.name] = value
        elif not isinstance(given, list if one.listed else str) or not given:
            dropped.append(f"{one.name}: is not there")
    return kept, dropped


class Source:
    """An item's content, as far as claims are held against it."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        parts = [
            part for value in content.values() for part in (value if isinstance(value, list) else [value])
        ]
        self.text = _normal(" \n ".join(str(part) for part in parts if part is not True))
        self.folded = self.text.casefold()
        self.numbers = numbers_in(self.text)
        self.words = frozenset(tokens(self.text))

    def has_number(self, number: str) -> bool:
        """Whether the item says a number, in digits or in words."""
        return number in self.numbers or _in_words(number, self.folded)


def numbers_in(text: str) -> list[str]:
    """The numbers in digits, without separators of thousands and idle zeros."""
    found: list[str] = []
    for written in _NUMBER.findall(text):
        plain = re.sub(r",(?=\d{3}(?:\D|$))", "", written).replace(",", ".")
        if plain.count(".") == 1:
            plain = plain.rstrip("0").rstrip(".")
        found.append(plain.lstrip("0") or "0")
    return found


def _in_words(number: str, folded: str) -> bool:
    for word in _WORDS_OF_NUMBERS.get(number, "").split():
        if word.isascii() and re.search(rf"\b{word}\b", folded):
            return True
        if not word.isascii() and word in folded:
            return True
    return False


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _words(given: Sequence[Any], asked: Asked, source: Source, dropped: list[str]) -> list[str]:
    """The words or phrases that are such, each once."""
    kept: dict[str, str] = {}
    for raw in given[: 4 * MOST_LISTED[asked.what]]:
        phrase = " ".join(_normal(str(raw)).split()) if isinstance(raw, str) else ""
        fault = _fault_of_phrase(phrase, asked, source)
        if fault:
            dropped.append(f"{asked.name}: {str(raw)[:60]!r} {fault}")
        elif len(kept) < MOST_LISTED[asked.what]:
            kept.setdefault(match_key(phrase), phrase)
    return list(kept.values())


def _fault_of_phrase(phrase: str, asked: Asked, source: Source) -> str:
    words, characters = _LONGEST_WORDS[asked.what]
    if not _PHRASE.fullmatch(phrase) or _ADDRESS.search(phrase):
        return "is no word or phrase"
    if len(phrase) > 60 or len(_HAN.findall(phrase)) > characters or len(phrase.split()) > words:
        return "is too long"
    return _fault_of_language(phrase, asked, source) or _fault_of_numbers(phrase, source)


def _text(given: Any, asked: Asked, source: Source, dropped: list[str]) -> str:
    """The text where it holds, else nothing."""
    text = " ".join(_normal(given).split()) if isinstance(given, str) else ""
    if not text:
        return ""
    fault = ""
    if len(text) > _LONGEST[asked.what]:
        fault = "is too long"
    elif _ADDRESS.search(text) or gives_orders(text):
        fault = "holds an address, markup or an order"
    else:
        fault = _fault_of_language(text, asked, source) or (
            _fault_of_summary(text, source)
            if asked.what == "summary"
            else _fault_of_translation(text, str(source.content.get(asked.what) or ""), source)
        )
    if fault:
        dropped.append(f"{asked.name}: {text[:60]!r} {fault}")
        return ""
    return text


def _fault_of_language(text: str, asked: Asked, source: Source) -> str:
    """Chinese has Chinese characters, but for names that the item has so too; English has none."""
    han = len(_HAN.findall(text))
    if asked.language == "zh":
        strange = [word for word in _LATIN_WORD.findall(text) if word.casefold() not in source.folded]
        if strange or (not han and (not asked.listed or text.casefold() not in source.folded)):
            return "is not Chinese"
        return ""
    return "is not in the language asked for" if han else ""


def _fault_of_numbers(text: str, source: Source) -> str:
    added = [number for number in numbers_in(text) if not source.has_number(number)]
    return f"has a number that the item has not: {added[0]}" if added else ""


def _fault_of_summary(text: str, source: Source) -> str:
    """A summary names nobody that the item does not name, and in the item's language keeps to its words."""
    if fault := _fault_of_numbers(text, source):
        return fault
    strange = [name for name in _CAPITALISED.findall(text) if name.casefold() not in source.folded]
    if strange:
        return f"has a name that the item has not: {strange[0]}"
    same_script = bool(_HAN.search(text)) == bool(_HAN.search(source.text))
    words = set(tokens(text))
    if same_script and words and len(words & source.words) < len(words) / 2:
        return "says more than the item does"
    return ""


def _fault_of_translation(text: str, original: str, source: Source) -> str:
    """All numbers, model names and the brand of the original are there, and no other number."""
    original = _normal(original)
    written, folded = numbers_in(text), text.casefold()
    for number in numbers_in(original):
        if number not in written and not _in_words(number, folded):
            return f"lacks the number {number}"
    if fault := _fault_of_numbers(text, Source({"text": original})):
        return fault
    brand = source.content.get("brand")
    names = _MODEL_NAME.findall(original)
    if isinstance(brand, str) and brand.isascii() and brand.casefold() in original.casefold():
        names.append(brand)
    missing = [name for name in names if name.casefold() not in folded]
    if missing:
        return f"lacks the name {missing[0]!r}"
    wide = [len(_HAN.findall(one)) * 2 + len(_LATIN_WORD.findall(one)) * 4 for one in (text, original)]
    if original and not wide[1] / 5 - 8 <= wide[0] <= wide[1] * 5 + 16:
        return "is too short or too long for a translation"
    return ""
