"""Of this kind: wishes that only the conversation can fill, since they point at an item. The same director, another
brand, not this brand again name an attribute and not its value; "something like it" names no item.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.state import State
from palate.understanding.normalise import normalise
from palate.understanding.reading import Part, Reading
from palate.values import Constraint, Mention

_NOUNS: dict[str, tuple[str, str]] = {
    "brand": (r"brands?|make|label|manufacturers?", r"牌子|品牌|厂家|厂商"),
    "author": (r"authors?|writers?", r"作者|作家"),
    "director": (r"directors?|film-?makers?", r"导演"),
    "actor": (r"actors?|actress(?:es)?|cast|leads?", r"演员|主演"),
    "genre": (r"genres?", r"题材|类型片"),
    "material": (r"materials?|fabrics?", r"材质|面料|料子"),
    "colour": (r"colou?rs?", r"颜色"),
}
"""An attribute, and the words for it in English and Chinese."""
_NAMES: dict[str, tuple[str, ...]] = {
    "brand": ("brand", "manufacturer", "品牌"),
    "author": ("author", "authors", "作者"),
    "director": ("director", "directors", "导演"),
    "actor": ("actor", "actors", "cast", "主演", "演员"),
    "genre": ("genre", "genres", "题材"),
    "material": ("material", "材质"),
    "colour": ("colour", "color", "颜色"),
}
"""Its names in catalogues, the best first."""

_POINTING = (
    r"\b(?:this|that|(?:the\s+)?same|its|their|\w+\s+one'?s|such\s+an?)\s+(?:{noun})\b|\b(?:{noun})\s+(?:of|from)\s+(?:this|that|it|the)\b"
    r"|(?:这|那|该|此|同)(?:个|一个|种|家|款|位|一位)?的?(?:{han})|(?:一样|相同|同样)的?(?:{han})|(?:它|他|她|个|款|件|台|部|本)(?:家)?的(?:{han})"
)
_POINTED_AT = {
    name: re.compile(_POINTING.format(noun=english, han=chinese))
    for name, (english, chinese) in _NOUNS.items()
}
_ASKS_FOR_MORE = re.compile(
    r"\b(?:anything|something|what|any|anyone)\s+(?:else|other|others|more)\b|\bmore\s+(?:from|by|of|like|with)\b"
    r"|(?:还有|有没有)(?:别的|其他|其它|类似|没有|什么|哪些)|的有[吗没]|还有吗"
)
"""A question for more of a kind, not about what is shown."""
_OTHER = (
    r"\b(?:another|other|different|new)\s+(?:{noun})\b"
    "|(?:别的|其他的?|其它的?|另外的?|另一[个家种位]|换(?:一?[个家种位])?)(?:{han})"
)
_ANOTHER = {
    name: re.compile(_OTHER.format(noun=english, han=chinese)) for name, (english, chinese) in _NOUNS.items()
}
_LIKE_IT = re.compile(
    r"\b(?:like|similar\s+to|along\s+the\s+lines\s+of|in\s+the\s+vein\s+of)\s+(?:it|that|this)(?:\s+(?:one|film|movie|book))?\b(?!\s+\w)"
    r"|(?:跟|和|与|像)(?:它|这个|那个|这[部本款件]|那[部本款件])(?:差不多|类似|相似|一样|那样|这样)|(?:类似|差不多|同类)的"
)
_NOT_SO = re.compile(r"(?:\b(?:not|never|nothing|no)|n'?t)\s+(?:\w+\s+){0,2}$|[不别没][\u4e00-\u9fff]{0,3}$")
"""What is turned down stands before it: I don't like it, 不要类似的."""
SURE = 0.8
"""How sure it is what is pointed at."""
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


def filled(reading: Reading, text: str, before: State, catalogue: Catalogue) -> Reading:
    """The reading of a wish with what it points at: the value that the item spoken of has of an attribute named (the
    same director), or the item itself (something like it). Unchanged where it points at nothing, or at items that do
    not agree.
    """
    said, plain = reading.understanding, normalise(text).plain
    if said.act == "inquire" and _ASKS_FOR_MORE.search(plain):
        said = replace(said, act="refine")
    if said.act not in ("recommend", "refine") or not (before.last or before.focus):
        return reading
    pointed = [before.last[place - 1] for place in said.references if 0 < place <= len(before.last)]
    pointed += [mention.item_id for mention in said.mentions]
    like = _LIKE_IT.search(plain)
    if like and not pointed and before.focus and not _NOT_SO.search(plain[: like.start()]):
        mention = Mention(like.group(), before.focus, "like")
        part = Part("mention", like.group(), like.start(), like.end(), mention, SURE)
        said = replace(said, mentions=(mention,))
        reading = replace(reading, understanding=said, parts=(*reading.parts, part))
    for noun in _NOUNS:
        another = _ANOTHER[noun].search(plain)
        found = another or _POINTED_AT[noun].search(plain)
        attribute = next((name for name in _NAMES[noun] if name in catalogue.attributes), None)
        if not found or attribute is None or any(one.attribute == attribute for one in said.constraints):
            continue
        # "brand" is no word to search for, whatever it points at
        keywords = tuple(word for word in said.keywords if word not in found.group())
        said = replace(said, keywords=keywords, query=" ".join(keywords))
        parts = tuple(one for one in reading.parts if one.kind != "keyword" or one.detail in keywords)
        if wish := without_its_kind(attribute, item_pointed_at(pointed, before), catalogue):
            against = another or _AGAINST.search(plain[: found.start()][-12:])
            wish = wish if against else replace(wish, op="in")
            said = replace(said, constraints=(*said.constraints, wish))
            parts += (Part("constraint", found.group(), found.start(), found.end(), wish, SURE),)
        return replace(reading, understanding=said, parts=parts)
    return reading


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
