"""The editable words (``data/synonyms.toml``), bound to one catalogue: near words to values, notions to
attributes.

What a word may mean comes from the file; what exists comes from the lookup. Grammar is elsewhere.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from palate.catalogue.lookup import FULL, PART, Lookup, ValueTarget
from palate.catalogue.lookup_facts import NOT_VALUES, AttributeFacts, is_person
from palate.catalogue.lookup_forms import name_phrase
from palate.catalogue.lookup_index import PhraseIndex
from palate.catalogue.lookup_words import Words, folded
from palate.catalogue.unit_names import without_unit
from palate.understanding.stopwords import COMMON, SPELT_RIGHT
from palate.understanding.synonyms import shipped_synonyms
from palate.understanding.units import bare_name

_MANY_ATTRIBUTES = 300
_SPOKEN = ("number", "category", "list")
_PREFIX = re.compile(r"^(?:距离?|离|可|能|最[大小高低]|适[用读合]|额定|产品|商品)(?=.{2})")
"""What a Chinese name of an attribute begins with and people leave out: 距地铁, 适用肤质."""
_PART = 4  # letters of a word of a longer name that speaks of the attribute: beach, of distance to beach

FREE_OF = "free of"
"""The kind of a word for what a thing lacks that has a property (``fragrance_free``): without fragrance."""
_FREE = re.compile(r"^(?:no_|without_|无(?!线)|不含)(?P<prefixed>.+)|^(?P<suffixed>.+)_free$")

_IRREGULAR = {"pricey": "pricier", "little": "smaller", "late": "later"}
UNDONE = "undone"
"""The kind of a word for what is not so: unfurnished."""
HEAD = "head"
"""The kind of a word that a value is called by in short: Napa, of Napa Valley."""
_MOST_HEADED = 300
_LEAST_HEAD = 4  # letters
_SORTS_ZH = re.compile(r"(.{2,})(?:小说|文学|电影|音乐|游戏|图书|书籍|课程)$")
"""What a Chinese value ends in that only says what sort of thing it is: 武侠小说 is called 武侠."""

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
        self.units = {
            word: Unit(dimension, factor, tuple(entry["attributes"]))
            for dimension, entry in data["unit"].items()
            for word, factor in entry["words"].items()
        }
        for facts in _own_notions(lookup, self.notions):
            self.notions[f"@{facts.name}"] = Notion(f"@{facts.name}", (facts,))
        self._notion_of = {n.attribute.name: n.name for n in reversed(self.notions.values()) if n.attribute}
        phrases: list[tuple[tuple[str, ...], Term]] = []
        for kind, groups in data["near"].items():
            for group in groups:
                phrases += _near(lookup, kind, group)
        phrases += _free_of(lookup) + _undone(lookup) + _heads(lookup)
        for name, entry in data["attribute"].items():
            phrases += [(tuple(folded(word)), Term("notion", name)) for word in entry["words"]]
        taken = {folds for folds, _ in phrases}
        own = [
            facts for name, notion in self.notions.items() if name[:1] == "@" for facts in notion.attributes
        ]
        phrases += [
            (folds, Term("notion", f"@{name}"))
            for name, said in _spoken_names(lookup, own)
            for folds in said
            if folds not in taken
        ]
        taken |= {folds for folds, _ in phrases}
        phrases += [
            (folds, Term("notion", notion.name))
            for notion in self.notions.values()
            if notion.attribute is not None and notion.attribute.type in ("number", "date")
            if (folds := name_phrase(bare_name(notion.attribute.name))) and folds not in taken
        ]
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
        self.together = frozenset(tuple(folded(word)) for word in data.get("together", ()))
        self.english = SPELT_RIGHT | _english(
            [*self.content, *self.adjectives, *(w for e in data["attribute"].values() for w in e["words"])]
        )
        self.english |= {comparative(word) for word in self.adjectives if word.isascii() and word.isalpha()}
        self.words = frozenset(f for folds, _ in phrases for f in folds) | self.adjectives.keys()
        self.attribute_names = {f.name: f for f in lookup.attributes.values()}

    def match(self, words: Words) -> list[tuple[int, int, list[Term]]]:
        """Every phrase of the lexicon in the words, with what it stands for."""
        return [(start, end, self._terms[number]) for start, end, number in self._index.match(words)]

    def notion_of_attribute(self, attribute: str) -> str | None:
        """The notion whose best attribute this is."""
        return self._notion_of.get(attribute)


def _own_notions(lookup: Lookup, notions: Mapping[str, Notion]) -> list[AttributeFacts]:
    """Attributes that no notion of the file stands for: their own names speak of them (``sleeps``, ``skin_type``)."""
    covered = {a.name for n in notions.values() for a in n.attributes[:1] if n.name != "people"}
    wide = len(lookup.attributes) <= _MANY_ATTRIBUTES
    return [
        f
        for f in lookup.attributes.values()
        if f.type in _SPOKEN
        and f.name not in covered
        and f.name not in ("counter_price", *NOT_VALUES)
        and (wide or f.count * 50 >= lookup.count)
    ]


def _spoken_names(lookup: Lookup, own: Sequence[AttributeFacts]) -> list[tuple[str, list[tuple[str, ...]]]]:
    """For each attribute the phrases that speak of it: its name without unit; 地铁 for 距地铁_米; where the catalogue
    has few attributes, the words of a number's name that no other attribute's name has.
    """
    names = {facts.name: bare_name(facts.name) for facts in own}
    owners = Counter(word for facts in lookup.attributes.values() for word in set(name_phrase(facts.name)))
    few = len(lookup.attributes) <= _MANY_ATTRIBUTES
    out: list[tuple[str, list[tuple[str, ...]]]] = []
    for facts in own:
        whole = name_phrase(names[facts.name])
        said = [whole, name_phrase(_PREFIX.sub("", names[facts.name]))]
        if few and facts.type == "number" and len(whole) > 1:
            said += [
                (w,) for w in whole if w.isascii() and len(w) >= _PART and owners[w] == 1 and w not in COMMON
            ]
        out.append((facts.name, [folds for folds in dict.fromkeys(said) if folds]))
    return out


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


def _free_of(lookup: Lookup) -> list[tuple[tuple[str, ...], Term]]:
    """Words for what goods lack that have a property of the catalogue."""
    out: list[tuple[tuple[str, ...], Term]] = []
    for name, facts in lookup.attributes.items():
        found = _FREE.match(name) if facts.type == "bool" else None
        if found and (folds := name_phrase(found["prefixed"] or found["suffixed"])):
            out.append((folds, Term("near", FREE_OF, (ValueTarget(name, True, facts.count, FULL),))))
    return out


def _undone(lookup: Lookup) -> list[tuple[tuple[str, ...], Term]]:
    """Words for what goods have not that have a property of the catalogue: unfurnished, pets not allowed."""
    out: list[tuple[tuple[str, ...], Term]] = []
    for name, facts in lookup.attributes.items():
        *before, last = name_phrase(name) or ("",)
        if facts.type == "bool" and last.isascii() and last.endswith("ed"):
            said = (*before, "not", last) if before else (f"un{last}",)
            target = ValueTarget(name, True, facts.count, FULL)
            out.append((said, Term("near", UNDONE, (target,))))
    return out


def _heads(lookup: Lookup) -> list[tuple[tuple[str, ...], Term]]:
    """What values are called in short, where no other value is called so: Napa for Napa Valley, 武侠 for 武侠小说."""
    owners: dict[tuple[str, ...], dict[tuple[str, str], None]] = {}
    for name, facts in lookup.attributes.items():
        borne = len(lookup.attributes) <= _MANY_ATTRIBUTES or facts.count * 20 >= lookup.count
        if facts.type not in ("category", "list") or is_person(name) or name in NOT_VALUES or not borne:
            continue
        values = lookup.common_values(name, _MOST_HEADED + 1)
        for value in values if len(values) <= _MOST_HEADED else ():
            for short in _short(name, value):
                owners.setdefault(tuple(folded(short)), {})[name, value] = None
    out: list[tuple[tuple[str, ...], Term]] = []
    for folds, of_it in owners.items():
        known = lookup.phrase("".join(folds))
        if len(of_it) == 1 and not (known and (known.values or known.titles)):
            own = next(iter(of_it))
            whole = lookup.phrase(own[1])
            targets = tuple(v for v in (whole.values if whole else ()) if (v.attribute, v.value) == own)
            out += [(folds, Term("near", HEAD, targets))] if targets else []
    return out


def _short(attribute: str, value: str) -> list[str]:
    """A value without what only says its sort; the first word of a name, which no everyday word is. A kind of thing is
    not called by its first word (Curl Enhancers).
    """
    if sort := _SORTS_ZH.fullmatch(value):
        return [sort[1]]
    first = value.split(" ")[0]
    named = attribute != "categories" and first != value and first.istitle() and first.isalpha()
    long = first.isascii() and len(first) >= _LEAST_HEAD
    return [first] if named and long and first.casefold() not in SPELT_RIGHT else []


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


def _english(phrases: Sequence[str]) -> frozenset[str]:
    return frozenset(
        word for phrase in phrases for word in phrase.split() if word.isascii() and word.isalpha()
    )


def comparative(word: str) -> str:
    """The English comparative of an adjective: cheaper, bigger, pricier."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("e"):
        return word + "r"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ier"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnt]", word):
        return word + word[-1] + "er"
    return word + "er"
