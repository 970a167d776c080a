"""The lookup: from what people say to items and attribute values of this catalogue.

Immutable; ``updated`` lays the changed items over the base, so that a live change costs what the changes
cost. Titles and values come from the catalogue alone; synonyms and grammar are the business of
``understanding``.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.lookup_facts import AttributeFacts, merged
from palate.catalogue.lookup_forms import FULL, PART, VARIANT
from palate.catalogue.lookup_layer import Layer, build_layer
from palate.catalogue.lookup_parts import stretches
from palate.catalogue.lookup_words import Words, folded, normal, words_of
from palate.catalogue.postings import pair_hashes
from palate.values import AttributeType, StoredItem

__all__ = [
    "FULL",
    "PART",
    "VARIANT",
    "ItemFacts",
    "Lookup",
    "Match",
    "TitlePart",
    "TitleTarget",
    "ValueTarget",
]

_MAX_TITLES = 50
_MERGED_WITHIN = 4
_MOST_ITEMS_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class TitleTarget:
    """A title that was met; ``form`` is FULL, VARIANT or PART; ``exact``: the plain words agree, not only
    their folds.
    """

    item_id: str
    code: int
    form: int
    exact: bool


@dataclass(frozen=True, slots=True)
class ValueTarget:
    """A value that was met, as the catalogue spells it (True for a bool attribute); ``count``: items that
    have it.
    """

    attribute: str
    value: Any
    count: int
    form: int


@dataclass(frozen=True, slots=True)
class Match:
    """Words ``start`` to ``end`` (exclusive) of a sentence are these titles and values."""

    start: int
    end: int
    titles: tuple[TitleTarget, ...] = ()
    values: tuple[ValueTarget, ...] = ()


@dataclass(frozen=True, slots=True)
class TitlePart:
    """Words ``start`` to ``end`` name these items by the words ``said`` of their titles; ``share``: how much of the
    first item's title that is, 0 to 1.
    """

    start: int
    end: int
    said: tuple[int, ...]
    item_ids: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known of one item: its titles, (attribute, value) pairs, price and year."""

    item_id: str
    titles: tuple[str, ...]
    values: tuple[tuple[str, Any], ...]
    price: float | None
    year: int | None


@dataclass(frozen=True, slots=True)
class _Overlay:
    """Changed items by code, and the layer of those that are still live."""

    changes: Mapping[int, StoredItem]
    layer: Layer

    @classmethod
    def of(cls, changes: Mapping[int, StoredItem], types: Mapping[str, AttributeType]) -> "_Overlay":
        return cls(changes, build_layer((changes[code] for code in sorted(changes)), types))


class Lookup:
    """Titles and values of a catalogue, findable in a sentence."""

    def __init__(self, base: Layer, overlays: Sequence[_Overlay] = ()) -> None:
        self._overlays = tuple(overlays)
        self._layers = (base, *(overlay.layer for overlay in overlays))
        hidden: set[int] = set()
        outdated: list[frozenset[int]] = [frozenset()]
        for overlay in reversed(overlays):
            hidden |= overlay.changes.keys()
            outdated.append(frozenset(hidden))
        self._outdated = tuple(
            reversed(outdated)
        )  # for each layer the codes that a later one replaces or withdraws
        self._items: dict[str, ItemFacts] = {}

    @classmethod
    def build(cls, items: Iterable[StoredItem], types: Mapping[str, AttributeType]) -> "Lookup":
        """From all items (withdrawn ones are passed over) and the attributes' types."""
        return cls(build_layer(items, types))

    def updated(self, changes: Iterable[StoredItem], types: Mapping[str, AttributeType]) -> "Lookup":
        """A lookup with the changed items laid over this one.

        Overlays grow geometrically and small ones are merged, so that n changes one by one cost n log n in
        all.
        """
        overlays = [*self._overlays, _Overlay.of({c.code: c for c in changes}, types)]
        while len(overlays) > 1 and len(overlays[-2].changes) <= _MERGED_WITHIN * len(overlays[-1].changes):
            later = overlays.pop()
            overlays[-1] = _Overlay.of({**overlays[-1].changes, **later.changes}, types)
        return Lookup(self._layers[0], overlays)

    @property
    def changed(self) -> int:
        """How many items lie over the base: build afresh when they are many (thousands)."""
        return len(self._outdated[0])

    @cached_property
    def attributes(self) -> Mapping[str, AttributeFacts]:
        """Facts of every attribute that some item has."""
        return merged(layer.facts for layer in self._layers)

    def common_values(self, attribute: str, limit: int) -> list[str]:
        """The values of a category or list attribute that most items have, the commonest first."""
        counts: dict[str, int] = {}
        for layer in self._layers:
            if attribute in layer.attributes:
                of_it = np.flatnonzero(layer.value_attributes == layer.attributes.index(attribute))
                top = of_it[np.argsort(-layer.value_counts[of_it], kind="stable")[:limit]].tolist()
                for number in top:
                    value = str(layer.values[number])
                    counts[value] = counts.get(value, 0) + int(layer.value_counts[number])
        return sorted(counts, key=lambda value: (-counts[value], value))[:limit]

    @cached_property
    def count(self) -> int:
        """Live items."""
        gone = (
            np.isin(layer.codes, list(codes)).sum()
            for layer, codes in zip(self._layers, self._outdated, strict=True)
        )
        return sum(len(layer.codes) for layer in self._layers) - int(sum(gone))

    def known(self, words: Words) -> NDArray[np.bool_]:
        """Which words occur in a title, a value or a description, bool [n]."""
        hashes = words.hashes
        out = np.zeros(len(hashes), bool)
        for layer in self._layers:
            if len(layer.known):
                at = np.searchsorted(layer.known, hashes).clip(0, len(layer.known) - 1)
                out |= layer.known[at] == hashes
        return out

    def knows(self, text: str) -> bool:
        """Whether every word of a text occurs in a title, a value or a description."""
        found = self.known(words_of(normal(text)))
        return bool(len(found)) and bool(found.all())

    def nearest(self, word: str) -> list[str]:
        """Known words at the smallest edit distance from an unknown one (1, or 2 from eight letters on)."""
        found = sorted((d, w) for layer in self._layers for w, d in layer.vocabulary.nearest(word))
        return [w for d, w in found if d == found[0][0]]

    def match(self, words: Words) -> list[Match]:
        """Every title and value that the words hold, overlapping ones included, in order of their first
        word.
        """
        found: dict[tuple[int, int], tuple[list[TitleTarget], list[ValueTarget]]] = {}
        for depth, layer in enumerate(self._layers):
            met: dict[tuple[int, str], tuple[list[TitleTarget], list[ValueTarget]]] = {}
            for start, end, number in layer.phrases.match(words):
                said = words.texts[start:end]
                key = (number, " ".join(said))
                if key not in met:
                    met[key] = self._targets(layer, depth, number, said)
                titles, values = found.setdefault((start, end), ([], []))
                titles.extend(met[key][0])
                values.extend(met[key][1])
        return [
            Match(start, end, tuple(titles), tuple(values))
            for (start, end), (titles, values) in sorted(found.items())
            if titles or values
        ]

    def phrase(self, text: str) -> Match | None:
        """The titles and values that a text as a whole is."""
        words = words_of(normal(text))
        return next((m for m in self.match(words) if m.start == 0 and m.end == len(words)), None)

    def _targets(
        self, layer: Layer, depth: int, number: int, said: list[str]
    ) -> tuple[list[TitleTarget], list[ValueTarget]]:
        titles: list[TitleTarget] = []
        values: list[ValueTarget] = []
        low, high = int(layer.target_starts[number]), int(layer.target_starts[number + 1])
        for i in range(low, high):
            target, form = int(layer.target_ids[i]), int(layer.target_forms[i])
            if target < 0:
                code = int(layer.codes[-1 - target])
                if len(titles) < _MAX_TITLES and not self._is_hidden(depth, code):
                    exact = any(_is_plainly(title, said) for title in layer.titles[-1 - target].split("\n"))
                    titles.append(TitleTarget(layer.item_ids[-1 - target], code, form, exact))
            else:
                name = layer.attributes[int(layer.value_attributes[target])]
                value: Any = True if layer.facts[name].type == "bool" else layer.values[target]
                values.append(ValueTarget(name, value, int(layer.value_counts[target]), form))
        return titles, values

    def _is_hidden(self, depth: int, code: int) -> bool:
        return code in self._outdated[depth]

    def neighbours(self, words: Words) -> NDArray[np.int64]:
        """In how many items' titles each word stands right before the next, int64 [n - 1]."""
        hashes = words.hashes
        return sum(
            (layer.pairs.counts(pair_hashes(hashes)) for layer in self._layers),
            np.zeros(max(0, len(hashes) - 1), np.int64),
        )

    def parts(
        self, words: Words, joined: Sequence[bool], small: Sequence[bool], limit: int = 3
    ) -> list[TitlePart]:
        """What names at most ``limit`` items by words of their titles, the most telling first, none overlapping.
        ``joined``, ``small``: see ``lookup_parts.stretches``.
        """
        found = [
            (stretch, depth)
            for depth, layer in enumerate(self._layers)
            for stretch in stretches(layer, words, joined, small)
            if not self._is_hidden(depth, int(layer.codes[stretch.row]))
        ]
        found.sort(key=lambda one: (-one[0].weight, one[0].start))
        out: list[TitlePart] = []
        free = np.ones(len(words), bool)
        for best, _ in found:
            if not free[best.start : best.end].all():
                continue
            free[best.start : best.end] = False
            rivals = [
                (*fit, self._layers[depth].item_ids[one.row])
                for one, depth in found
                if one.said == best.said
                and (fit := _fit(self._layers[depth].titles[one.row], words, best.said))
            ]
            if 0 < len(rivals) <= limit:
                rivals.sort(key=lambda rival: (-rival[0], -rival[1]))
                ids = tuple(item_id for _, _, item_id in rivals)
                out.append(TitlePart(best.start, best.end, best.said, ids, rivals[0][1]))
        return out

    def item(self, item_id: str) -> ItemFacts | None:
        """What is known of an item (kept: turn after turn asks for the same), None where it is not in the catalogue."""
        facts = self._items.get(item_id) or self._facts_of(item_id)
        if facts is not None:
            if len(self._items) >= _MOST_ITEMS_KEPT:
                self._items.clear()
            self._items[item_id] = facts
        return facts

    def _facts_of(self, item_id: str) -> ItemFacts | None:
        for depth, layer in enumerate(self._layers):
            row = layer.row_of_id(item_id)
            if row >= 0 and not self._is_hidden(depth, int(layer.codes[row])):
                numbers = layer.item_values[
                    layer.item_value_starts[row] : layer.item_value_starts[row + 1]
                ].tolist()
                values: list[tuple[str, Any]] = []
                for n in numbers:
                    name = layer.attributes[int(layer.value_attributes[n])]
                    values.append((name, True if layer.facts[name].type == "bool" else layer.values[n]))
                price, year = float(layer.prices[row]), int(layer.years[row])
                titles = tuple(layer.titles[row].split("\n"))
                return ItemFacts(
                    item_id, titles, tuple(values), None if price != price else price, year or None
                )
        return None

    def save(self, folder: Path) -> None:
        """Write the lookup into a folder of plain arrays and JSON; changes laid over the base must be built
        in first.
        """
        if folder.exists():
            shutil.rmtree(folder)
        self._layers[0].save(folder)

    @classmethod
    def load(cls, folder: Path) -> "Lookup":
        """Map what ``save`` wrote; milliseconds, whatever the size."""
        return cls(Layer.load(folder))


def _is_plainly(title: str, said: list[str]) -> bool:
    """Whether the words are a title's own, not only their folds; a leading article may lack."""
    plain = words_of(normal(title)).texts
    return said == plain or (plain[:1] in (["the"], ["a"], ["an"]) and said == plain[1:])


@lru_cache(maxsize=20_000)
def folded_title(title: str) -> tuple[str, ...]:
    """The folds of a title, kept: those that share words with what is often said come again and again."""
    return tuple(folded(title))


def _fit(titles: str, words: Words, said: Sequence[int]) -> tuple[int, float] | None:
    """How many neighbours of ``said`` are neighbours in an item's title too, and which share of the title is said;
    None where a word lacks.
    """
    wanted = [words.folds[i] for i in said]
    fits: list[tuple[int, float]] = []
    for title in titles.split("\n"):
        own = folded_title(title)
        if set(wanted) <= set(own):
            together = set(pairwise(own))
            fits.append((sum(pair in together for pair in pairwise(wanted)), len(wanted) / len(own)))
    return max(fits, default=None)
