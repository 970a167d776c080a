"""What a language model reads of an item, and which of the fields that it wrote count.

A derived field counts as long as the item's content is what it was made from, the shop has no such field of its
own, and nobody rejected it. What nobody reviewed serves search and titles alone; what was accepted is a field like
the shop's own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from palate.catalogue.documents import content_hash
from palate.values import Item, StoredItem

LONGEST_TEXT = 2_000
MOST_FIELDS, MOST_VALUES, LONGEST_VALUE = 16, 12, 120
_UNREAD = frozenset({"price", "currency", "language", "available", "created_at", "url", "image_url"})
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")


def content_of(item: Item) -> dict[str, Any]:
    """The part of an item that a model reads: its title and its fields in words, cut to length. Numbers, prices and
    dates change too often, and are nothing to describe.
    """
    content: dict[str, Any] = {"title": item.title[: 2 * LONGEST_VALUE]}
    for name, value in item.fields.items():
        if name in _UNREAD or name in item.derived or len(content) > MOST_FIELDS:
            continue
        if isinstance(value, list):
            words = [str(one)[:LONGEST_VALUE] for one in value[:MOST_VALUES]]
            if words:
                content[name] = words
        elif isinstance(value, str) and value.strip():
            content[name] = value[:LONGEST_TEXT]
        elif value is True:
            content[name] = True
    return content


def hash_of(content: Mapping[str, Any]) -> str:
    """32 hex digits that tell whether an item's content has changed."""
    return content_hash(orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode())


def language_of(item: Item) -> str:
    """The language of an item's text: what it says itself, else zh where a third of its words are Chinese, else en."""
    told = item.fields.get("language")
    if isinstance(told, str) and len(told) >= 2:
        return told[:2].lower()
    text = f"{item.title} {item.fields.get('description') or ''}"[:LONGEST_TEXT]
    han = len(_HAN.findall(text))
    others = sum(1 for word in _WORD.findall(text) if not _HAN.search(word))
    return "zh" if han > 0 and han >= others / 2 else "en"


def counted(stored: Iterable[StoredItem], *, unreviewed: bool) -> Iterator[StoredItem]:
    """The items with those of their derived fields that count; ``unreviewed``: whether those do that nobody looked
    at.
    """
    for one in stored:
        yield with_derived(one, unreviewed=unreviewed) if one.derived and one.item else one


def with_derived(stored: StoredItem, *, unreviewed: bool) -> StoredItem:
    """See ``counted``."""
    item = stored.item
    if item is None:
        return stored
    content = hash_of(content_of(item))
    current = {
        name: one
        for name, one in stored.derived.items()
        if one.content == content and item.fields.get(name) is None
    }
    accepted = {name: one.value for name, one in current.items() if one.status == "accepted"}
    counting = {
        name: one.value
        for name, one in current.items()
        if one.status == "accepted" or (unreviewed and one.status == "unreviewed")
    }
    return replace(stored, item=replace(item, fields={**item.fields, **accepted}, derived=counting))
