"""Not this brand again: a wish for good against what an item that is pointed at has in common with others, by the
attribute that is named (its brand, author, director, genre), not by its value.
"""

import re
from collections.abc import Sequence

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.state import State
from palate.values import Constraint

_NOUNS: dict[str, tuple[str, str]] = {
    "brand": (r"brands?|make|label|manufacturers?", r"牌子|品牌|厂家|厂商"),
    "author": (r"authors?|writers?", r"作者|作家"),
    "director": (r"directors?", r"导演"),
    "genre": (r"genres?", r"题材|类型片"),
    "material": (r"materials?|fabrics?", r"材质|面料|料子"),
    "colour": (r"colou?rs?", r"颜色"),
}
"""An attribute, and the words for it in English and Chinese."""
_NAMES: dict[str, tuple[str, ...]] = {
    "brand": ("brand", "manufacturer", "品牌"),
    "author": ("author", "authors", "作者"),
    "director": ("director", "directors", "导演"),
    "genre": ("genre", "genres", "题材"),
    "material": ("material", "材质"),
    "colour": ("colour", "color", "颜色"),
}
"""Its names in catalogues, the best first."""

_POINTING = (
    r"\b(?:this|that|the\s+same|its|their|\w+\s+one'?s|such\s+an?)\s+(?:{noun})\b|\b(?:{noun})\s+(?:of|from)\s+(?:this|that|it|the)\b"
    r"|(?:这|那|该|此|同)(?:个|一个|种|家|款)?的?(?:{han})|(?:它|他|她|个|款|件|台|部|本)(?:家)?的(?:{han})"
)
_POINTED_AT = {
    name: re.compile(_POINTING.format(noun=english, han=chinese))
    for name, (english, chinese) in _NOUNS.items()
}
_FOR_GOOD = re.compile(
    r"\b(?:again|any\s*more|any\s+longer|never|ever|no\s+more|stop)\b|再|以后|今后|永远|从此|拉黑|屏蔽"
)
_AGAINST = re.compile(
    r"\b(?:not|no|never|don'?t|do\s+not|stop|enough|without|block|hide|exclude|avoid)\b|别|不|屏蔽|拉黑|去掉|排除|少给我"
)


def attribute_pointed_at(plain: str, catalogue: Catalogue) -> str | None:
    """The catalogue's attribute of which the utterance (in small letters) says that the value of something pointed at
    is never to come again; None where it says no such thing, or the catalogue has no such attribute.
    """
    if not (_FOR_GOOD.search(plain) and _AGAINST.search(plain)):
        return None
    for noun, pattern in _POINTED_AT.items():
        if pattern.search(plain):
            return next((name for name in _NAMES[noun] if name in catalogue.attributes), None)
    return None


def item_pointed_at(references: Sequence[str], before: State) -> tuple[str, ...]:
    """The items that "this" may mean: those named or counted, else the one last spoken of, else all that were shown."""
    if references:
        return tuple(references)
    return (before.focus,) if before.focus else before.last


def without_its_kind(attribute: str, item_ids: Sequence[str], catalogue: Catalogue) -> Constraint | None:
    """The wish against the value that these items have in common; None where they have several, or none."""
    found: list[tuple[str, ...]] = []
    for code in catalogue.codes(item_ids):
        value = catalogue.field(int(code), attribute, "")
        if value is not None:
            found.append(tuple(value) if isinstance(value, list | tuple) else (value,))
    if not found or any(one != found[0] for one in found):
        return None
    return Constraint(attribute, "not in", list(found[0]), "must")
