"""The words with which something checkable is said of this catalogue: its attributes' names, yes-or-no attributes,
values, comparatives and units. Built once from what the reading of utterances knows too, so that a word that finds
an item is a word that is checked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.lookup import PART, Lookup
from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_forms import name_phrase
from palate.catalogue.lookup_index import PhraseIndex
from palate.catalogue.lookup_words import Words, folded
from palate.dialogue.grounding.facts import Things
from palate.dialogue.grounding.words import states_nothing
from palate.ranking.wording import attribute_label
from palate.understanding.lexicon import Direction, Lexicon, Unit
from palate.understanding.synonyms import shipped_synonyms
from palate.understanding.units import attribute_factor

_UNIT_WORDS: Mapping[str, Unit] = {
    **{word: Unit("time", 10_080, ()) for word in ("week", "weeks", "周", "星期", "个星期", "礼拜")},
    **{word: Unit("time", 43_200, ()) for word in ("month", "months", "个月")},
    **{word: Unit("time", 525_600, ()) for word in ("year", "years")},
    **{word: Unit("time", 1 / 60, ()) for word in ("second", "seconds", "sec", "秒", "秒钟")},
    **{word: Unit("money", 0.01, ()) for word in ("cent", "cents", "美分", "欧分")},
    **{word: Unit("share", 1, ()) for word in ("%", "percent", "per cent")},
    **{
        word: Unit("length", 1_000_000, ())
        for word in ("km", "kilometre", "kilometres", "kilometer", "kilometers", "公里", "千米")
    },
    **{word: Unit("temperature", 1, ()) for word in ("°c", "℃", "degrees", "degree", "度", "摄氏度")},
    **{word: Unit("energy", 1, ()) for word in ("kcal", "calories", "calorie", "大卡", "千卡", "卡路里")},
    **{word: Unit("frequency", 1, ()) for word in ("hz", "赫兹")},
    **{word: Unit("voltage", 1, ()) for word in ("v", "volt", "volts", "伏")},
    "mg": Unit("mass", 0.001, ()),
    "毫克": Unit("mass", 0.001, ()),
    "两": Unit("mass", 50, ()),
}
"""Beside those of the synonyms file."""

_OWN_DIMENSION = {
    "years": ("time", 525_600.0),
    "months": ("time", 43_200.0),
    "weeks": ("time", 10_080.0),
    "%": ("share", 1.0),
}
_PRICES = frozenset({"price", "cost", "counter_price", "list_price"})
_IRREGULAR = {
    "good": ("better", "best"),
    "bad": ("worse", "worst"),
    "far": ("farther", "farthest"),
    "little": ("smaller", "smallest"),
    "late": ("later", "latest"),
    "pricey": ("pricier", "priciest"),
}
_DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("long", "short", "长", "短"), ("time", "length")),
    **dict.fromkeys(("heavy", "light", "重", "轻"), ("mass",)),
    **dict.fromkeys(("thick", "thin", "厚", "薄"), ("length", "page")),
    **dict.fromkeys(("strong", "powerful"), ("power",)),
}
"""What an adjective measures where the shop has no attribute of its usual name (a course of 12 hours is longer)."""
_DEGREES_ALIKE = {"earlier": "older", "earliest": "oldest"}
SUPERLATIVE = 2
COMPARATIVE = 1


@dataclass(frozen=True, slots=True)
class Named:
    """Words ``first`` to ``last`` (exclusive) name these attributes; ``flags``: those that are yes or no."""

    first: int
    last: int
    attributes: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Valued:
    """Words ``first`` to ``last`` are one of these (attribute, value); empty: a feature that nothing here has."""

    first: int
    last: int
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """An adjective in one of its degrees: (attribute, direction) that it may speak of, likeliest first."""

    attributes: tuple[tuple[str, Direction], ...]
    degree: int


class Vocabulary:
    """See the module. Immutable."""

    def __init__(self, catalogue: Catalogue, lookup: Lookup, lexicon: Lexicon) -> None:
        self.catalogue = catalogue
        self.lookup = lookup
        self.lexicon = lexicon
        self.units: dict[str, Unit] = {**_UNIT_WORDS, **lexicon.units}
        attributes = catalogue.attributes
        self.flags = frozenset(name for name in attributes if attributes[name].type == "bool")
        self._names, self._named = self._index_names()
        self.adjectives = self._degrees()

    def _index_names(self) -> tuple[PhraseIndex, list[set[str]]]:
        phrases: list[tuple[str, ...]] = []
        owners: list[Iterable[str]] = []
        for name in self.catalogue.attributes:
            forms = {
                name_phrase(name),
                *(tuple(folded(attribute_label(self.catalogue, name, tongue))) for tongue in ("en", "zh")),
            }
            for form in forms:
                phrases.append(form)
                owners.append((name,))
            for form in _shorter(name):
                phrases.append(form)
                owners.append((name,))
            if name in self.flags:
                for form in _short_forms(name, attribute_label(self.catalogue, name, "zh")):
                    phrases.append(form)
                    owners.append((name,))
        for notion in self.lexicon.notions.values():
            entry = _notion_words(notion.name)
            for word in entry:
                phrases.append(tuple(folded(word)))
                owners.append([one.name for one in notion.attributes])
        index, numbers = PhraseIndex.build(phrases)
        named: list[set[str]] = [set() for _ in range(len(index))]
        for number, names in zip(numbers.tolist(), owners, strict=True):
            if number >= 0:
                named[number] |= set(names)  # none: an attribute that this catalogue lacks
        return index, named

    def _degrees(self) -> dict[str, Compared]:
        out: dict[str, Compared] = {}
        for word, readings in self.lexicon.adjectives.items():
            meant: tuple[tuple[str, Direction], ...] = tuple(
                (one.name, direction)
                for notion, direction in readings
                for one in self.lexicon.notions[notion].attributes
                if one.type in ("number", "date")
            )
            if not meant and (dimensions := _DIMENSIONS.get(word)):
                way: Direction = readings[0][1]
                meant = tuple(
                    (name, way)
                    for name, ways in self.measures.items()
                    if any(d in dimensions for d, _ in ways)
                )
            if word.isascii():
                comparative, superlative = degrees_of(word)
                out[comparative] = Compared(meant, COMPARATIVE)
                out[superlative] = Compared(meant, SUPERLATIVE)
            out[word] = Compared(meant, 0)
        for word, like in _DEGREES_ALIKE.items():
            if like in out:
                out[word] = out[like]
        return out

    @cached_property
    def things(self) -> Things:
        """The catalogue's items as the checker sees them."""
        return Things(self.catalogue)

    @cached_property
    def measures(self) -> Mapping[str, tuple[tuple[str, float], ...]]:
        """Number attribute -> (dimension, base units in one of its own), as many as it may be said in."""
        out: dict[str, tuple[tuple[str, float], ...]] = {}
        facts = self.lookup.attributes
        memory = any(notion in facts for notion in ("internal_memory", "memory", "ram"))
        for name, attribute in self.catalogue.attributes.items():
            if attribute.type != "number":
                continue
            if name in _PRICES or name.endswith("_price"):
                out[name] = (("money", 1.0),)
                continue
            found: list[tuple[str, float]] = [
                (unit.dimension, unit.factor)
                for word in re.split(r"[_\s]+", name.casefold())
                if (unit := self._counted(word))
            ]
            if attribute.unit in _OWN_DIMENSION:
                found.append(_OWN_DIMENSION[attribute.unit])
            elif attribute.unit and (unit := self.units.get(attribute.unit.casefold())):
                found.append((unit.dimension, unit.factor))
            elif name in facts:
                for notion, held in self.lexicon.notions.items():
                    if name not in [one.name for one in held.attributes]:
                        continue
                    for dimension in {
                        unit.dimension for unit in self.units.values() if notion in unit.notions
                    }:
                        factor = attribute_factor(facts[name], notion, dimension, shop_has_memory=memory)
                        if factor is not None and dimension != "money":
                            found.append((dimension, factor))
            if name.startswith(("age", "minimum_age", "recommended_age")):
                found += [("age", 1.0), ("time", 525_600.0)]
            out[name] = tuple(dict.fromkeys(found))
        return out

    def _counted(self, word: str) -> Unit | None:
        """The unit that an attribute's name says itself: hours, calories, pages."""
        unit = self.units.get(word)
        return (
            unit
            if unit is not None and word.endswith("s") and len(word) > 3 and unit.dimension != "money"
            else None
        )

    def names(self, words: Words) -> list[Named]:
        """Attributes named by the words, the longest where they overlap."""
        found = [
            Named(first, last, tuple(sorted(names)), tuple(sorted(names & self.flags)))
            for first, last, number in self._names.match(words)
            for names in [self._named[number]]
        ]
        return [one for one in found if not any(_within(one, other) for other in found)]

    def values(self, words: Words) -> list[Valued]:
        """Values named by the words, by their own name or a near one; those within a longer one left out."""
        found: dict[tuple[int, int], list[tuple[str, Any]]] = {}
        for match in self.lookup.match(words):
            kept = [
                (one.attribute, one.value)
                for one in match.values
                if one.form != PART
                or is_person(one.attribute)
                or re.search("colou?r|material|材|色", one.attribute)
            ]
            if kept:
                found.setdefault((match.start, match.end), []).extend(kept)
        for first, last, terms in self.lexicon.match(words):
            near = [term for term in terms if term.kind == "near"]
            if near:
                found.setdefault((first, last), []).extend(
                    (v.attribute, v.value) for term in near for v in term.values
                )
        out = [
            Valued(first, last, tuple(dict.fromkeys((a, _hashable(v)) for a, v in values)))
            for (first, last), values in found.items()
        ]
        return [one for one in out if not any(_beats(other, one) for other in out)]

    def kinds(self, attribute: str) -> bool:
        """Whether the values of an attribute say what kind of thing an item is."""
        return attribute in ("categories", "genre", "category") or attribute in self._kind_names

    @cached_property
    def _kind_names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.lexicon.notions["category"].attributes)


def _shorter(name: str) -> Iterator[tuple[str, ...]]:
    """A name without what its maker put in brackets: power over ethernet (poe), audible alarm(s)."""
    words = name_phrase(name)
    if len(words) > 2 and words[-1] == "".join(word[0] for word in words[:-1]):
        yield words[:-1]
    if len(words) > 1 and words[-1] == "s":
        yield words[:-1]


def _short_forms(name: str, label: str) -> list[tuple[str, ...]]:
    """The one telling word of a yes-or-no attribute: dishwasher of dishwasher_safe, 机洗 of 可机洗."""
    forms: list[tuple[str, ...]] = []
    phrase = name_phrase(name)
    if len(phrase) > 2 and phrase[-1] in ("included", "supported", "required", "compatible"):
        forms.append(phrase[:-1])
    telling = [word for word in phrase if not states_nothing(word)]
    if len(telling) == 1 and not re.search(r"(?:^|_)(?:free|proof|non|anti|no|less)(?:_|$)", name):
        forms.append((telling[0],))
    bare = re.sub(r"^(?:可用|可|带|能|支持|适用|自带|有|含)", "", label)
    if bare != label and len(bare) > 1 and not bare.isascii():
        forms.append(tuple(folded(bare)))
    machine = re.search(r"洗碗机|微波炉|电磁炉|烤箱|洗衣机", label)
    if machine:
        forms.append(tuple(folded(machine.group())))
    return forms


def degrees_of(word: str) -> tuple[str, str]:
    """Comparative and superlative of an English adjective of one word: lighter, lightest."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("e"):
        return word + "r", word + "st"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ier", word[:-1] + "iest"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnt]", word):
        return word + word[-1] + "er", word + word[-1] + "est"
    return word + "er", word + "est"


def _notion_words(name: str) -> list[str]:
    entry = shipped_synonyms()["attribute"].get(name)
    return list(entry["words"]) if entry else []


def _beats(one: Valued, other: Valued) -> bool:
    """Whether a value keeps another out: a longer one around it, or one that runs into it (橄榄绿, 绿的)."""
    longer = one.last - one.first >= other.last - other.first
    return _within(other, one) or (
        one is not other and one.first < other.first < one.last < other.last and longer
    )


def _within(one: "Named | Valued", other: "Named | Valued") -> bool:
    return (
        other is not one
        and other.first <= one.first
        and one.last <= other.last
        and (other.last - other.first > one.last - one.first)
    )


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | bool | int | float) else str(value)
