"""One layer of the lookup: arrays built in a single pass over items. ``lookup.py`` stacks layers for live
changes.
"""

import json
import re
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue import lookup_forms as forms
from palate.catalogue.localised import derived_titles
from palate.catalogue.lookup_facts import NOT_VALUES, AttributeFacts, base_of, facts_of, guess_type, is_person
from palate.catalogue.lookup_index import PhraseIndex, Strings, load_array, save_array
from palate.catalogue.lookup_typos import Vocabulary
from palate.catalogue.lookup_words import Hashes, folded, hash_folds, normal
from palate.catalogue.postings import Postings
from palate.values import AttributeType, StoredItem

Ints = NDArray[np.int32]

_MAX_VALUE = 60
_MAX_LISTED = 120
_TITLE = {"title": None}
_DESCRIPTIONS_READ = 5_000
_SMALL = re.compile(r"\b[a-z]{4,}\b")
_TELLING = 6  # letters of a word that may stand for a whole title
_MAX_TOLD = 10  # words of a title that one of them may stand for
_ARRAYS = (
    "target_starts", "target_ids", "target_forms", "value_attributes", "value_counts",
    "codes", "id_hashes", "id_rows", "item_value_starts", "item_values", "prices", "years", "known",
)  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """Rows are the layer's live items in ascending order of code; values are numbered over all attributes."""

    facts: Mapping[str, AttributeFacts]
    attributes: list[str]
    phrases: PhraseIndex
    target_starts: NDArray[np.int64]
    target_ids: Ints  # a value's number, or -1 - row for a title
    target_forms: NDArray[np.uint8]
    values: Strings
    value_attributes: Ints
    value_counts: Ints
    pairs: Postings  # of rows: neighbours in titles
    words: Postings  # of rows: words of titles
    codes: Ints
    item_ids: Strings
    titles: Strings  # all titles of an item, by line
    id_hashes: NDArray[np.uint32]
    id_rows: Ints
    item_value_starts: NDArray[np.int64]
    item_values: Ints
    prices: NDArray[np.float64]  # NaN where none
    years: NDArray[np.int16]  # 0 where none
    vocabulary: Vocabulary
    known: Hashes

    def row_of_id(self, item_id: str) -> int:
        """The row of an item, -1 where it is not here."""
        wanted = zlib.crc32(item_id.encode("utf-8", "surrogatepass"))
        at = int(np.searchsorted(self.id_hashes, np.uint32(wanted)))
        while at < len(self.id_hashes) and int(self.id_hashes[at]) == wanted:
            row = int(self.id_rows[at])
            if self.item_ids[row] == item_id:
                return row
            at += 1
        return -1

    def save(self, folder: Path) -> None:
        """Write the layer's arrays and ``facts.json`` into a folder, made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _ARRAYS:
            save_array(folder, name, getattr(self, name))
        for name in ("values", "item_ids", "titles"):
            getattr(self, name).save(folder, name)
        self.phrases.save(folder, "phrases")
        self.pairs.save(folder, "pairs")
        self.words.save(folder, "words")
        self.vocabulary.save(folder, "vocabulary")
        document = {"attributes": self.attributes, "facts": [f.json() for f in self.facts.values()]}
        (folder / "facts.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Layer":
        """Map what ``save`` wrote."""
        document: dict[str, Any] = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        arrays: dict[str, Any] = {name: load_array(folder, name) for name in _ARRAYS}
        return cls(
            facts={f["name"]: AttributeFacts.from_json(f) for f in document["facts"]},
            attributes=document["attributes"],
            phrases=PhraseIndex.load(folder, "phrases"),
            values=Strings.load(folder, "values"),
            pairs=Postings.load(folder, "pairs"),
            words=Postings.load(folder, "words"),
            item_ids=Strings.load(folder, "item_ids"),
            titles=Strings.load(folder, "titles"),
            vocabulary=Vocabulary.load(folder, "vocabulary"),
            **arrays,
        )


class LayerBuilder:
    """Collects items one by one; ``finish`` makes the arrays."""

    def __init__(self, types: Mapping[str, AttributeType]) -> None:
        self._types = types
        self._kinds: dict[str, AttributeType] = {}
        self._counts: Counter[str] = Counter()
        self._numbers: dict[str, array[float]] = defaultdict(lambda: array("d"))
        self._within: dict[str, set[str]] = defaultdict(set)
        self._value_numbers: dict[tuple[str, str], int] = {}
        self._spellings: list[Counter[str]] = []
        self._value_attribute: list[str] = []
        self._value_counts = array("i")
        self._phrases: dict[tuple[tuple[str, ...], int], int] = {}  # (folds, target) -> form
        self._cached: dict[tuple[str, str], list[int]] = {}
        self._titles: list[tuple[int, list[str]]] = []
        self._rows: list[tuple[int, str, str]] = []
        self._item_values: list[list[int]] = []
        self._prices = array("d")
        self._years = array("h")
        self._known: set[str] = set()
        self._small: set[str] = set()

    def add(self, stored: StoredItem) -> None:
        """Take a live item; a withdrawn one is passed over."""
        item = stored.item
        if item is None:
            return
        row = len(self._rows)
        fields = item.fields
        titles = [item.title]
        for column, value in fields.items():
            base = base_of(column, _TITLE)
            if (base or column == "alternative_titles") and value:
                titles += [str(v) for v in (value if isinstance(value, list) else [value])]
        titles += derived_titles(item)
        for i, title in enumerate(titles):
            self._titles.append((row, folded(title)))
            for folds, form in forms.title_forms(title, forms.FULL if i == 0 else forms.VARIANT):
                self._phrase(folds, -1 - row, form)
        self._rows.append((stored.code, item.item_id, "\n".join(titles)))
        price = fields.get("price")
        self._prices.append(
            float(price) if isinstance(price, int | float) and not isinstance(price, bool) else float("nan")
        )
        year = fields.get("year")
        self._years.append(int(year) if isinstance(year, int | float) and 0 < year < 10_000 else 0)
        if row < _DESCRIPTIONS_READ:
            for column in ("description", "description_zh", "description_en"):
                text = str(fields.get(column) or "")
                self._known.update(folded(text))
                self._small.update(_SMALL.findall(text))
        self._item_values.append(self._take_fields(fields))

    def _take_fields(self, fields: Mapping[str, Any]) -> list[int]:
        numbers: dict[int, None] = {}
        listed = fields.get("categories")
        categories = [str(c) for c in listed] if isinstance(listed, list) else []
        for column, value in fields.items():
            if value is None or value == "" or value == []:
                continue
            if any(base_of(column, bases) for bases in (fields, self._types, _TITLE)):
                continue
            kind = self._kinds.get(column)
            if kind is None:
                kind = self._kinds[column] = self._types.get(column) or guess_type(value)
            self._counts[column] += 1
            if kind == "number":
                if isinstance(value, int | float):
                    self._numbers[column].append(float(value))
                    self._within[column].update(categories)
            elif kind == "bool":
                if value is True:
                    numbers[self._value(column, "true", True)[0]] = None
            elif kind != "date" and column not in NOT_VALUES:
                entries = value if isinstance(value, list) else [value]
                for entry in entries:
                    for number in self._value(column, str(entry), not isinstance(value, list)):
                        numbers[number] = None
                self._localise(column, entries, fields)
        for number in numbers:
            self._value_counts[number] += 1
        return list(numbers)

    def _localise(self, column: str, entries: list[Any], fields: Mapping[str, Any]) -> None:
        """Aligned values of ``X`` and ``X_zh`` say the same: the second becomes a phrase of the first."""
        for language in ("zh", "en"):
            other = fields.get(f"{column}_{language}")
            if other is None:
                continue
            aligned = other if isinstance(other, list) else [other]
            if len(aligned) != len(entries):
                continue
            for entry, word in zip(entries, aligned, strict=True):
                key = (f"{column}_{language}", f"{entry}\0{word}")
                if key not in self._cached:
                    self._cached[key] = numbers = self._value(column, str(entry), False)
                    for folds, form in forms.value_forms(
                        f"{column}_{language}", str(word), person=is_person(column)
                    ):
                        self._phrase(folds, numbers[0], form)

    def _value(self, column: str, text: str, split: bool) -> list[int]:
        key = (column, text)
        found = self._cached.get(key)
        if found is None:
            found = []
            if self._kinds[column] == "bool":
                found.append(self._number(column, text, [(forms.name_phrase(column), forms.FULL)]))
            else:
                if len(text) <= _MAX_VALUE:
                    person = is_person(column)
                    found.append(self._number(column, text, forms.value_forms(column, text, person=person)))
                if split and len(text) <= _MAX_LISTED:
                    for piece in forms.pieces(text):
                        number = self._number(column, piece, forms.value_forms(column, piece, person=False))
                        if number not in found:
                            found.append(number)
            self._cached[key] = found
        for number in found:
            self._spellings[number][
                text if number == found[0] else self._spellings[number].most_common(1)[0][0]
            ] += 1
        return found

    def _number(self, column: str, text: str, phrases: list[forms.Phrase]) -> int:
        key = (column, normal(text))
        number = self._value_numbers.get(key)
        if number is None:
            number = self._value_numbers[key] = len(self._spellings)
            self._spellings.append(Counter({text: 0}))
            self._value_attribute.append(column)
            self._value_counts.append(0)
        for folds, form in phrases:
            self._phrase(folds, number, form)
        return number

    def _phrase(self, folds: tuple[str, ...], target: int, form: int) -> None:
        if len(folds) > 0:
            key = (folds, target)
            self._phrases[key] = min(form, self._phrases.get(key, form))

    def _facts(self, name: str) -> AttributeFacts:
        rare = 2 * self._counts[name] < len(self._rows)
        return facts_of(
            name,
            self._kinds[name],
            self._counts[name],
            self._numbers.get(name, ()),
            self._within.get(name, ()) if rare else (),
        )

    def _telling_words(self) -> None:
        """A word that only one item's title has says enough of it: Shawshank. But not where the catalogue has it
        for goods in general, in a value or in small letters in a description: coffee.
        """
        general = set(folded(" ".join(self._small)))
        general.update(fold for folds, target in self._phrases if target >= 0 for fold in folds)
        owners: dict[str, int] = {}
        for row, folds in self._titles:
            if len(folds) <= _MAX_TOLD:
                for word in folds:
                    if len(word) >= _TELLING and word.isalpha() and word.isascii():
                        owners[word] = row if owners.get(word, row) == row else -1
        for word, row in owners.items():
            if row >= 0 and word not in general:
                self._phrase((word,), -1 - row, forms.PART)

    def finish(self) -> Layer:
        """The arrays of all items taken."""
        self._telling_words()
        order = (
            np.argsort([code for code, _, _ in self._rows], kind="stable")
            if self._rows
            else np.zeros(0, np.int64)
        )
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        rows = [self._rows[i] for i in order.tolist()]
        keys = list(self._phrases)
        phrases, numbers = PhraseIndex.build([folds for folds, _ in keys])
        targets = np.array([t if t >= 0 else -1 - int(rank[-1 - t]) for _, t in keys], np.int32)
        kept = np.flatnonzero(numbers >= 0)
        kept = kept[np.argsort(numbers[kept], kind="stable")]
        target_forms = np.fromiter(self._phrases.values(), np.uint8, len(keys))
        words: Counter[str] = Counter(f for folds, _ in keys for f in set(folds))
        known = np.unique(hash_folds(list(self._known | set(words))))
        names = sorted(self._counts)
        place = {name: i for i, name in enumerate(names)}
        ranked = [(int(rank[row]), folds) for row, folds in self._titles]
        per_item = [self._item_values[i] for i in order.tolist()]
        ids = np.array([zlib.crc32(i.encode("utf-8", "surrogatepass")) for _, i, _ in rows], np.uint32)
        by_hash = np.argsort(ids, kind="stable")
        return Layer(
            facts={n: self._facts(n) for n in names},
            attributes=names,
            phrases=phrases,
            target_starts=np.searchsorted(numbers[kept], np.arange(len(phrases) + 1)).astype(np.int64),
            target_ids=targets[kept],
            target_forms=target_forms[kept],
            values=Strings.of(c.most_common(1)[0][0] for c in self._spellings),
            value_attributes=np.array([place[a] for a in self._value_attribute], np.int32),
            value_counts=np.array(self._value_counts, np.int32),
            pairs=Postings.of_pairs(ranked),
            words=Postings.of_words(ranked),
            codes=np.array([code for code, _, _ in rows], np.int32),
            item_ids=Strings.of(i for _, i, _ in rows),
            titles=Strings.of(t for _, _, t in rows),
            id_hashes=ids[by_hash],
            id_rows=by_hash.astype(np.int32),
            item_value_starts=np.concatenate(
                [np.zeros(1, np.int64), np.cumsum([len(v) for v in per_item], dtype=np.int64)]
            ),
            item_values=np.array([v for values in per_item for v in values], np.int32),
            prices=np.array(self._prices, np.float64)[order],
            years=np.array(self._years, np.int16)[order],
            vocabulary=Vocabulary.build(words),
            known=known,
        )


def build_layer(items: Iterable[StoredItem], types: Mapping[str, AttributeType]) -> Layer:
    """A layer over items; ``types`` holds the types set or inferred at import, others are guessed by
    value.
    """
    builder = LayerBuilder(types)
    for stored in items:
        builder.add(stored)
    return builder.finish()
