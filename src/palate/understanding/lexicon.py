"""The editable words (``data/synonyms.toml``), bound to one catalogue: near words to values, notions to
attributes.

What a word may mean comes from the file; what exists comes from the lookup. Grammar is elsewhere.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from palate.catalogue.lookup import PART, Lookup, ValueTarget
from palate.catalogue.lookup_facts import AttributeFacts
from palate.catalogue.lookup_forms import name_phrase
from palate.catalogue.lookup_index import PhraseIndex
from palate.catalogue.lookup_words import Words, folded
from palate.catalogue.unit_names import without_unit
from palate.understanding.synonyms import shipped_synonyms

_UNIT_TAIL = re.compile(r"_(?:g|kg|ml|l|cm|mm|m|inches|hours|minutes|gb|w|mah|db|c|percent|gsm|min|max)$")
_MANY_ATTRIBUTES = 300

Direction = Literal["lower", "higher"]
_WAYS: tuple[tuple[str, Direction], ...] = (("up", "higher"), ("down", "lower"))


@dataclass(frozen=True, slots=True)
class Notion:
    """What an attribute is about (price, weight ...) and the catalogue's attribute that holds it, None where
    none does.
    """

    name: str
    attributes: tuple[AttributeFacts, ...]

    @property
    def attribute(self) -> AttributeFacts | None:
        """The best attribute for it."""
        return self.attributes[0] if self.attributes else None


@dataclass(frozen=True, slots=True)
class Term:
    """What a phrase of the lexicon stands for. ``kind``: ``near`` (``values``, of near-word kind ``name``)
    or ``notion`` (an attribute's word).
    """

    kind: Literal["near", "notion"]
    name: str
    values: tuple[ValueTarget, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: ``factor`` base units of a ``dimension``; ``notions`` it may measure, likeliest
    first.
    """

    dimension: str
    factor: float
    notions: tuple[str, ...]


class Lexicon:
    """The words of ``synonyms`` (those shipped, if None; synonyms.py) as they apply to a catalogue."""

    def __init__(self, lookup: Lookup, synonyms: Mapping[str, Any] | None = None) -> None:
        data = synonyms or shipped_synonyms()
        ranked = {f.name: f for f in sorted(lookup.attributes.values(), key=lambda f: -f.count)}
        self.notions = {
            name: Notion(name, _attributes(ranked, entry["names"]))
            for name, entry in data["attribute"].items()
        }
        self._notion_of = {n.attribute.name: n.name for n in reversed(self.notions.values()) if n.attribute}
        self.units = {
            word: Unit(dimension, factor, tuple(entry["attributes"]))
            for dimension, entry in data["unit"].items()
            for word, factor in entry["words"].items()
        }
        for facts in _own_notions(lookup, self.notions):
            self.notions[f"@{facts.name}"] = Notion(f"@{facts.name}", (facts,))
        phrases: list[tuple[tuple[str, ...], Term]] = []
        for kind, groups in data["near"].items():
            for group in groups:
                phrases += _near(lookup, kind, group)
        for name, entry in data["attribute"].items():
            phrases += [(tuple(folded(word)), Term("notion", name)) for word in entry["words"]]
        taken = {folds for folds, _ in phrases}
        for name in self.notions:
            folds = name_phrase(_UNIT_TAIL.sub("", name[1:]))
            if name.startswith("@") and folds and folds not in taken:
                phrases.append((folds, Term("notion", name)))
        self.adjectives = _adjectives(data["attribute"])
        self._terms: list[list[Term]] = []
        self._index, numbers = PhraseIndex.build([folds for folds, _ in phrases])
        self._terms = [[] for _ in range(len(self._index))]
        for number, (_, term) in zip(numbers.tolist(), phrases, strict=True):
            if number >= 0 and term not in self._terms[number]:
                self._terms[number].append(term)
        self.content = frozenset(
            word for groups in data["near"].values() for group in groups for word in group
        )
        self.narrower = frozenset(data.get("narrower", ()))
        self.together = frozenset(data.get("together", ()))
        self.words = frozenset(f for folds, _ in phrases for f in folds) | self.adjectives.keys()
        self.attribute_names = {f.name: f for f in lookup.attributes.values()}

    def match(self, words: Words) -> list[tuple[int, int, list[Term]]]:
        """Every phrase of the lexicon in the words, with what it stands for."""
        return [(start, end, self._terms[number]) for start, end, number in self._index.match(words)]

    def notion_of_attribute(self, attribute: str) -> str | None:
        """The notion whose best attribute this is."""
        return self._notion_of.get(attribute)


def _own_notions(lookup: Lookup, notions: Mapping[str, Notion]) -> list[AttributeFacts]:
    """Numbers that no notion of the file stands for: their own names speak of them (``sleeps``,
    ``card_slots``).
    """
    covered = {a.name for n in notions.values() for a in n.attributes[:1] if n.name != "people"}
    wide = len(lookup.attributes) <= _MANY_ATTRIBUTES
    return [
        f
        for f in lookup.attributes.values()
        if f.type == "number"
        and f.name not in covered
        and f.name not in ("counter_price",)
        and (wide or f.count * 50 >= lookup.count)
    ]


def _attributes(ranked: Mapping[str, AttributeFacts], names: Sequence[str]) -> tuple[AttributeFacts, ...]:
    """The attributes that bear one of the names (regular expressions), in the order of the names."""
    found: dict[str, AttributeFacts] = {}
    bare = {without_unit(name): facts for name, facts in ranked.items()}
    for name in names:
        if name in bare:
            found.setdefault(bare[name].name, bare[name])
        elif not name.replace("_", "").isalnum():
            pattern = re.compile(name)
            found.update(
                {bare[a].name: bare[a] for a in bare if bare[a].name not in found and pattern.fullmatch(a)}
            )
    return tuple(found.values())


def _near(lookup: Lookup, kind: str, group: Sequence[str]) -> list[tuple[tuple[str, ...], Term]]:
    targets: dict[tuple[str, Any], ValueTarget] = {}
    for word in group:
        match = lookup.phrase(word)
        for value in match.values if match else ():
            if value.form != PART:
                targets.setdefault((value.attribute, value.value), value)
    term = Term("near", kind, tuple(targets.values()))
    return [
        (folds, term) for word in group if (targets or kind == "feature") and (folds := tuple(folded(word)))
    ]


def _adjectives(attributes: Mapping[str, Any]) -> dict[str, list[tuple[str, Direction]]]:
    """Each adjective with the notions and directions it may point to, English comparatives (``cheaper``)
    included.
    """
    out: dict[str, list[tuple[str, Direction]]] = {}
    for name, entry in attributes.items():
        for key, direction in _WAYS:
            for word in entry.get(key, ()):
                out.setdefault(word, []).append((name, direction))
    return out
