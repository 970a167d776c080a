"""What of an item is searched in words, and with which weight; and what of it is embedded."""

import hashlib
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache

from palate.catalogue.column_set import NOT_ATTRIBUTES, type_of
from palate.catalogue.localised import split_suffix
from palate.catalogue.text import tokens
from palate.values import AttributeType, Item

TITLE_WEIGHT = 3.0
"""How many times a word of the title counts; every other word counts once."""

_NOT_SEARCHED = NOT_ATTRIBUTES | {"currency", "language", "available", "created_at"}
_SHORT = 64
_DESCRIPTION = 200


def searched_words(
    item: Item, types: Mapping[str, AttributeType], localised: Container[str]
) -> Iterator[tuple[float, Sequence[str]]]:
    """(weight, words) of each part of an item: title, description, attribute values, in every language.

    Numbers and dates are left to masks. A bool that is true counts as its name (``waterproof``).
    """
    yield TITLE_WEIGHT, tokens(item.title)
    for name, value in {**item.derived, **item.fields}.items():
        if name in _NOT_SEARCHED or value is None:
            continue
        kind = types.get(name) or type_of(name, value)
        if kind == "bool":
            if value is True:
                yield 1.0, _short_words(name.replace("_", " "))
        elif kind not in ("number", "date"):
            title = name.startswith("title_") and (name in localised or name in item.derived)
            weight = TITLE_WEIGHT if title else 1.0
            for part in value if isinstance(value, list) else (value,):
                if isinstance(part, str):
                    yield weight, _short_words(part) if len(part) <= _SHORT else tokens(part)


@lru_cache(maxsize=50_000)
def _short_words(text: str) -> tuple[str, ...]:
    """The words of a short text: attribute values come again and again."""
    return tuple(tokens(text))


def item_text(item: Item) -> str:
    """What is embedded of an item: its title in all languages, categories, brand, the beginning of its
    description, and the tags and aspects that were derived.
    """
    fields = {**item.derived, **item.fields}
    parts = [item.title]
    for name in sorted(fields):
        split = split_suffix(name)
        if split and split[0] == "title" and isinstance(fields[name], str):
            parts.append(fields[name])
    categories = fields.get("categories")
    if isinstance(categories, list):
        parts.append(", ".join(str(category) for category in categories))
    brand = fields.get("brand")
    if isinstance(brand, str):
        parts.append(brand)
    description = fields.get("description")
    if isinstance(description, str):
        parts.append(description[:_DESCRIPTION])
    for name in sorted(item.derived):
        value = item.derived[name]
        if isinstance(value, list):  # tags and aspects; a summary says again what the description says
            parts.append(", ".join(map(str, value)))
    return ". ".join(part for part in parts if part)


def content_hash(text: str) -> str:
    """32 hex digits that tell whether a text has changed since it was embedded (BLAKE2b)."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
