"""Sentences put together from the values of real catalogues parse back to them: the commonest, the rarest and the
oddest values of each attribute.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from palate.understanding.reader import Reader

EACH = 60
MOST_MISSED = 0.02
"""Values that say something else first (a category "Men" beside "Men's") may be read so."""

ENGLISH = {
    "categories": ("show me {}", "I want something in {}", "do you have {}, please"),
    "brand": ("show me something by {}", "anything from {}?", "I want one made by {}"),
    "directors": ("a film directed by {}", "movies by {}"),
    "actors": ("something with {} in it", "a movie starring {}"),
    "writers": ("a book written by {}", "anything by {}"),
}
CHINESE = {
    "categories": ("想要{}", "有没有{}", "来点{}的"),
    "brand": ("想买{}的", "有没有{}的东西"),
}
CASES = [
    *[("movielens-1m", kind, ENGLISH) for kind in ("directors", "actors")],
    ("icecat", "brand", ENGLISH),
    ("amazon-beauty", "categories", ENGLISH),
    *[("opendialkg", kind, ENGLISH) for kind in ("categories", "directors", "actors", "writers")],
    ("kuairec-zh", "categories", CHINESE),
    *[("litemall-zh", kind, CHINESE) for kind in ("categories", "brand")],
]


def chosen(values: list[str], random: Random) -> list[str]:
    """The commonest values, the rarest, the oddest (short, long, with digits or signs), and some others."""
    odd = sorted(values, key=lambda v: (v.replace(" ", "").isalpha(), -abs(len(v) - 10)))
    some = random.sample(values, min(EACH, len(values)))
    return list(dict.fromkeys(values[: EACH // 3] + values[-EACH // 3 :] + odd[: EACH // 3] + some))


def same(said: str, read: Any) -> bool:
    """Whether a value was read as it is written, but for dots and what stands in brackets."""
    return str(read).split(" (")[0].replace(".", "").replace(" ", "").casefold() == (
        said.split(" (")[0].replace(".", "").replace(" ", "").casefold()
    )


@pytest.mark.parametrize(("catalogue", "attribute", "templates"), CASES)
def test_values_of_real_catalogues_parse_back(
    catalogue: str,
    attribute: str,
    templates: dict[str, tuple[str, ...]],
    data_reader: Callable[[str], Reader],
) -> None:
    reader = data_reader(catalogue)
    random = Random(7)
    values = chosen(reader.lookup.common_values(attribute, 20_000), random)
    missed: list[str] = []
    for value in values:
        text = random.choice(templates[attribute]).format(value)
        read = reader.understand(text).constraints
        if not any(c.op == "in" and any(same(value, one) for one in c.value) for c in read):
            missed.append(text)
    assert len(missed) <= max(1, MOST_MISSED * len(values)), missed


@pytest.mark.parametrize("catalogue", ["movielens-1m", "opendialkg", "litemall-zh"])
def test_titles_of_real_catalogues_name_their_items(
    catalogue: str, data_reader: Callable[[str], Reader], data_items: Callable[[str], list[Any]]
) -> None:
    """A title in quotes names its item, or one that bears the same title."""
    reader = data_reader(catalogue)
    items = Random(7).sample(data_items(catalogue), 120)
    missed: list[str] = []
    for stored in items:
        title = stored.item.title
        text = f"我很喜欢《{title}》" if catalogue.endswith("zh") else f'I loved "{title}"'
        named = [mention.item_id for mention in reader.understand(text).mentions]
        titles = {t for item_id in named if (facts := reader.lookup.item(item_id)) for t in facts.titles}
        if not any(same(title, t) for t in titles):
            missed.append(title)
    assert len(missed) <= MOST_MISSED * len(items), missed
