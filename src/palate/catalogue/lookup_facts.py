"""What the lookup knows of each attribute, and which columns are attributes to speak of at all."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from palate.values import AttributeType

NOT_VALUES = frozenset(
    {
        "item_id",
        "title",
        "description",
        "alternative_titles",
        "url",
        "image_url",
        "language",
        "currency",
        "ean",
        "gtin",
        "sku",
        "model",
        "product_name",
        "created_at",
        "available",
    }
)
"""Columns whose values nobody asks for by name."""

_PEOPLE = re.compile(
    r"(^|_)(actor|actress|director|author|writer|artist|cast|star|singer|composer|narrator"
    r"|illustrator|creator|designer)e?s?($|_)"
    r"|演员|主演|导演|作者|作家|歌手|编剧|译者|设计师"
)
_LOCALISED = re.compile(r"^(.+)_([a-z]{2})$")


@dataclass(frozen=True, slots=True)
class AttributeFacts:
    """An attribute over the catalogue. ``count``: items that have it; the numbers are 0 for one that is no
    number.

    ``within``: the categories of the items that have it, for a number that less than half of the items have.
    """

    name: str
    type: AttributeType
    count: int
    minimum: float = 0.0
    maximum: float = 0.0
    median: float = 0.0
    within: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "AttributeFacts":
        """Back from ``json``."""
        values: dict[str, Any] = {**document, "within": tuple(document["within"])}
        return cls(**values)


def is_person(attribute: str) -> bool:
    """Whether an attribute's values are names of people, told by the attribute's name."""
    return bool(_PEOPLE.search(attribute))


def base_of(column: str, columns: Mapping[str, Any]) -> tuple[str, str] | None:
    """(base column, language) of a localisation such as ``brand_zh``, None for a column of its own."""
    match = _LOCALISED.match(column)
    return (match.group(1), match.group(2)) if match and match.group(1) in columns else None


def guess_type(value: Any) -> AttributeType:
    """The type of an attribute that no one typed, by one value."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list) else "category"


def facts_of(
    name: str, kind: AttributeType, count: int, numbers: Iterable[float], within: Iterable[str]
) -> AttributeFacts:
    """The facts of an attribute from its numbers (empty for one that is no number)."""
    values = np.fromiter(numbers, np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return AttributeFacts(name, kind, count)
    return AttributeFacts(
        name,
        kind,
        count,
        float(values.min()),
        float(values.max()),
        float(np.median(values)),
        tuple(sorted(within)),
    )


def merged(parts: Iterable[Mapping[str, AttributeFacts]]) -> dict[str, AttributeFacts]:
    """Facts over several layers of a lookup; the median is that of the layer with most items."""
    out: dict[str, AttributeFacts] = {}
    for part in parts:
        for name, new in part.items():
            old = out.get(name)
            if old is None:
                out[name] = new
                continue
            large = old if old.count >= new.count else new
            out[name] = AttributeFacts(
                name,
                large.type,
                old.count + new.count,
                min(old.minimum, new.minimum),
                max(old.maximum, new.maximum),
                large.median,
                tuple(sorted({*old.within, *new.within})),
            )
    return out
