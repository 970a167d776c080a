"""Columns of values out of a vocabulary: categories, lists of them, and yes or no. Immutable."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.arrays import offsets, splice
from palate.catalogue.columns import positions
from palate.catalogue.text import match_key
from palate.values import AttributeType, Codes

_TRUE = frozenset({"true", "yes", "1", "是", "有"})
_FALSE = frozenset({"false", "no", "0", "否", "无"})


def as_bool(value: Any) -> bool | None:
    """The bool that ``value`` is or says (true, yes, 1, 是 ...), else None."""
    key = match_key(value)
    return True if key in _TRUE else False if key in _FALSE else None


class Vocabulary:
    """Distinct values, numbered in the order in which they came; the first spelling of a value is its label.

    Made of a base, whose labels are read when first needed, and of ``added`` values (match key -> label) that
    came later: so that one new value costs no copy of a large vocabulary.
    """

    def __init__(
        self, size: int, read: Callable[[], list[Any]], added: Mapping[str, Any] | None = None
    ) -> None:
        self._size = size
        self._read = read
        self._labels: list[Any] | None = None
        self._index: dict[str, int] | None = None
        self._added: dict[str, Any] = dict(added or {})
        self._added_index = {key: size + i for i, key in enumerate(self._added)}

    @classmethod
    def of(cls, labels: list[Any]) -> Self:
        """A vocabulary of labels with distinct match keys."""
        return cls(len(labels), lambda: labels)

    def __len__(self) -> int:
        return self._size + len(self._added)

    @property
    def labels(self) -> list[Any]:
        """Every value, by number."""
        base = self._base()
        return [*base, *self._added.values()] if self._added else base

    def number(self, value: Any) -> int | None:
        """The number of the value that equals ``value`` by its match key, None where there is none."""
        if self._index is None:
            self._index = {match_key(label): i for i, label in enumerate(self._base())}
        key = match_key(value)
        found = self._index.get(key)
        return self._added_index.get(key) if found is None else found

    def with_values(self, values: Iterable[Any]) -> Self:
        """A vocabulary that has ``values`` too, the old numbers kept; itself where it has them all."""
        new: dict[str, Any] = {}
        for value in values:
            if self.number(value) is None:
                new.setdefault(match_key(value), value)
        if not new:
            return self
        grown = type(self)(self._size, self._read, {**self._added, **new})
        grown._labels, grown._index = self._labels, self._index
        return grown

    def _base(self) -> list[Any]:
        if self._labels is None:
            self._labels = self._read()
        return self._labels


class ValueColumn:
    """Values by item and items by value, each as compressed rows.

    ``codes`` int32 [n] ascending: the items that have values; those of the i-th are the numbers (in
    ``vocabulary``) ``values[indptr[i]:indptr[i + 1]]``, int32, each once, in the order given.
    ``holders[starts[v]:starts[v + 1]]``, int32 ascending: the codes of the items that have value number v.
    """

    def __init__(
        self,
        kind: AttributeType,
        vocabulary: Vocabulary,
        codes: Codes,
        indptr: NDArray[np.int64],
        values: NDArray[np.int32],
        starts: NDArray[np.int64],
        holders: Codes,
    ) -> None:
        self.kind: AttributeType = kind
        self.vocabulary = vocabulary
        self.codes = codes
        self.indptr = indptr
        self.values = values
        self.starts = starts
        self.holders = holders

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def build(cls, kind: AttributeType, codes: Sequence[int], rows: Sequence[Any]) -> Self:
        """From ascending codes and JSON values (a value or a list of them); what is no value is left out."""
        labels: list[Any] = []
        index: dict[str, int] = {}
        seen: dict[
            Any, int
        ] = {}  # spares the normal form of what came before; keyed by type too, since 1 == True
        kept: list[int] = []
        lengths: list[int] = []
        values: list[int] = []
        for code, row in zip(codes, rows, strict=True):
            numbers: dict[int, None] = {}
            for value in _parse(kind, row):
                number = seen.get((type(value), value))
                if number is None:
                    number = index.setdefault(match_key(value), len(labels))
                    if number == len(labels):
                        labels.append(value)
                    seen[type(value), value] = number
                numbers[number] = None
            if numbers:
                kept.append(code)
                lengths.append(len(numbers))
                values.extend(numbers)
        item_codes = np.array(kept, np.int32)
        numbers_array = np.array(values, np.int32)
        order = np.argsort(numbers_array, kind="stable")
        holders = np.repeat(item_codes, np.array(lengths, np.int64))[order]
        starts = offsets(np.bincount(numbers_array, minlength=len(labels)))
        return cls(kind, Vocabulary.of(labels), item_codes, offsets(lengths), numbers_array, starts, holders)

    def having(self, value: Any) -> Codes:
        """The items that have ``value``; int32, ascending."""
        wanted = as_bool(value) if self.kind == "bool" else value
        number = None if wanted is None else self.vocabulary.number(wanted)
        if number is None:
            return np.zeros(0, np.int32)
        return self.holders[self.starts[number] : self.starts[number + 1]]

    def counts(self, codes: Codes | None = None) -> NDArray[np.int64]:
        """How many items have each value, int64 [len(vocabulary)]; among ``codes`` (each once) only, where
        given.
        """
        if codes is None:
            return np.diff(self.starts)
        at, there = positions(self.codes, codes)
        rows = at[there]
        lengths = self.indptr[rows + 1] - self.indptr[rows]
        entries = np.repeat(self.indptr[rows] - offsets(lengths)[:-1], lengths) + np.arange(lengths.sum())
        return np.bincount(self.values[entries], minlength=len(self.vocabulary))

    def with_changes(self, codes: Codes, values: Sequence[Any]) -> Self:
        """A new column in which ``codes`` (ascending, each once) have ``values`` (None: none any more).

        Values that no item has any more keep their number, with a count of 0.
        """
        parsed = [_parse(self.kind, value) for value in values]
        vocabulary = self.vocabulary.with_values(value for row in parsed for value in row)
        rows = [list(dict.fromkeys(vocabulary.number(value) or 0 for value in row)) for row in parsed]
        lengths = np.array([len(row) for row in rows], np.int64)
        new = lengths > 0
        numbers = np.array([number for row in rows for number in row], np.int32)

        at, there = positions(self.codes, codes)
        gone = at[there]
        gone_entries = np.concatenate(
            [np.arange(int(self.indptr[i]), int(self.indptr[i + 1])) for i in gone] or [np.zeros(0, np.int64)]
        )
        row_lengths = splice(np.diff(self.indptr), gone, at[new], lengths[new])

        # the other way round: (value, code) pairs, those to remove and those to add
        gone_values = self.values[gone_entries]
        gone_codes = np.repeat(codes[there], np.diff(self.indptr)[gone])
        added_codes = np.repeat(codes, lengths)
        order = np.lexsort((added_codes, numbers))
        counts = np.diff(self.starts)
        counts = np.concatenate([counts, np.zeros(len(vocabulary) - len(counts), np.int64)])
        np.subtract.at(counts, gone_values, 1)
        np.add.at(counts, numbers, 1)
        return type(self)(
            self.kind,
            vocabulary,
            splice(self.codes, gone, at[new], codes[new]),
            offsets(row_lengths),
            splice(self.values, gone_entries, np.repeat(self.indptr[at], lengths), numbers),
            offsets(counts),
            splice(
                self.holders,
                np.sort(self._places(gone_values, gone_codes)),
                self._places(numbers[order], added_codes[order]),
                added_codes[order],
            ),
        )

    def _places(self, numbers: NDArray[np.int32], codes: Codes) -> NDArray[np.int64]:
        """Where in ``holders`` each (value number, code) stands or would stand; new values at the end."""
        places = np.full(len(numbers), len(self.holders), np.int64)
        known = len(self.starts) - 1
        for i, (number, code) in enumerate(zip(numbers.tolist(), codes.tolist(), strict=True)):
            if number < known:
                start, end = self.starts[number], self.starts[number + 1]
                # an int32 scalar: a Python int would make numpy convert the whole range to int64
                places[i] = start + np.searchsorted(self.holders[start:end], np.int32(code))
        return places


def _parse(kind: AttributeType, value: Any) -> list[Any]:
    """The single values in a JSON value of a column of this kind."""
    if value is None:
        return []
    parts: list[Any] = value if isinstance(value, list) else [value]
    if kind == "bool":
        return [flag for flag in map(as_bool, parts) if flag is not None]
    return [
        part for part in parts if (part.strip() if isinstance(part, str) else isinstance(part, int | float))
    ]
