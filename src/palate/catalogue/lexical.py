"""Search in words: BM25 over title, description and attribute values, worked out at build into impacts by
term.

Score of item d for query q (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"; fields by
weighted term frequencies as in Robertson, Zaragoza and Taylor 2004; the idf of Lucene, which is never
negative):

    sum over the terms t of q of
        qtf(t) * idf(t) * tf(t, d) * (k1 + 1) / (tf(t, d) + k1 * (1 - b + b * length(d) / mean length))
    idf(t) = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5))

qtf is how often the query has a word; tf and length count a word of the title three times. N items, n(t) of them
with term t.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.catalogue.arrays import load_array, load_json, save_array, save_json
from palate.catalogue.documents import searched_words
from palate.catalogue.text import tokens
from palate.errors import ModelError
from palate.values import AttributeType, Codes, Item, Mask, Scores

K1 = 1.2
B = 0.75
MAX_TERMS = 32
"""Of a longer query only the rarest terms are looked up, so that no text can make a search slow."""

_BLOCK = 2_000
_MERGE_AT = 0.1


class Entries(NamedTuple):
    """Impacts, or counts before that: ``terms`` int32 [n], ``codes`` int32 [n], ``values`` float32 [n], each
    (term, code) once.
    """

    terms: NDArray[np.int32]
    codes: Codes
    values: NDArray[np.float32]


_NO_ENTRIES = Entries(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))


class Postings:
    """Impacts by term: those of term t are ``codes[indptr[t]:indptr[t + 1]]``, int32 ascending, and
    ``impacts``, float32.
    """

    def __init__(self, indptr: NDArray[np.int64], codes: Codes, impacts: NDArray[np.float32]) -> None:
        self.indptr = indptr
        self.codes = codes
        self.impacts = impacts

    @classmethod
    def of(cls, entries: Entries, n_terms: int, size: int) -> Self:
        """From entries in any order."""
        matrix = sparse.coo_array(
            (entries.values, (entries.codes, entries.terms)), shape=(size, n_terms)
        ).tocsc()
        matrix.sort_indices()
        return cls(
            matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32)
        )

    def entries(self) -> Entries:
        """The same as entries."""
        terms = np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), np.diff(self.indptr))
        return Entries(terms, self.codes, self.impacts)

    def add_to(self, scores: Scores, term: int, times: int) -> None:
        """Add ``times`` the impacts of ``term``, where it is known here, to ``scores`` (float32 by code)."""
        if term + 1 < len(self.indptr):
            start, end = self.indptr[term], self.indptr[term + 1]
            scores[self.codes[start:end]] += times * self.impacts[start:end]


class LexicalIndex:
    """An immutable index of the items' words.

    ``updated`` keeps the statistics (idf, mean length) of the build and puts the changed items into a patch,
    entries sorted by term, which is merged into the postings when it holds a tenth of the catalogue.
    """

    def __init__(
        self,
        size: int,
        terms: Mapping[str, int],
        idf: NDArray[np.float32],
        statistics: tuple[int, float],
        base: Postings,
        changed: Codes | None = None,
        added_terms: Mapping[str, int] | None = None,
        patch: Entries = _NO_ENTRIES,
    ) -> None:
        self.size = size
        self._terms = terms
        self._idf = idf
        self._statistics = statistics
        self._base = base
        self._changed: Codes = np.zeros(0, np.int32) if changed is None else changed
        self._added_terms: Mapping[str, int] = added_terms or {}
        self._patch = patch

    @classmethod
    def build(
        cls,
        items: Iterable[tuple[int, Item]],
        types: Mapping[str, AttributeType],
        localised: Container[str],
        size: int,
    ) -> Self:
        """An index of (code, item) pairs; codes run below ``size``."""
        builder = LexicalBuilder(types, localised)
        for code, item in items:
            builder.add(code, item)
        return cls(size, *builder.finish(size))

    def score(self, query: str, mask: Mask) -> Scores:
        """float32 [len(mask)], aligned with ``mask.codes``: BM25, 0 where no word matches; a word that the query
        has twice counts twice.
        """
        found = np.zeros(self.size, np.float32)
        counted = Counter(tokens(query))
        terms = [(term, times) for word, times in counted.items() if (term := self._number(word)) is not None]
        if len(terms) > MAX_TERMS:
            terms = sorted(terms, key=lambda one: self._idf_of(one[0]), reverse=True)[:MAX_TERMS]
        for term, times in terms:
            self._base.add_to(found, term, times)
        if len(self._changed):
            found[self._changed] = 0
            for term, times in terms:
                start, end = np.searchsorted(self._patch.terms, np.array([term, term + 1], np.int32))
                found[self._patch.codes[start:end]] += times * self._patch.values[start:end]
        inside = int(np.searchsorted(mask.codes, np.int32(self.size)))
        if inside == len(mask):
            return found[mask.codes]
        return np.concatenate([found[mask.codes[:inside]], np.zeros(len(mask) - inside, np.float32)])

    def updated(
        self,
        changes: Sequence[tuple[int, Item | None]],
        types: Mapping[str, AttributeType],
        localised: Container[str],
    ) -> Self:
        """A new index in which these codes have these items (None: none any more)."""
        if not changes:
            return self
        codes = np.array(sorted({code for code, _ in changes}), np.int32)
        added = dict(self._added_terms)
        known = self._terms
        first = len(known)

        def number(word: str) -> int:
            found = known.get(word)
            return added.setdefault(word, first + len(added)) if found is None else found

        items = [(code, item) for code, item in dict(changes).items() if item is not None]
        counted = _summed(*_count(items, number, types, localised))
        rows = np.searchsorted(codes, counted.codes)
        lengths = np.bincount(rows, weights=counted.values, minlength=len(codes)).astype(np.float32)
        idf = np.append(self._idf, self._idf_added)[np.minimum(counted.terms, first)]
        impacts = _impacts(counted.values, lengths[rows], idf, self._statistics[1])

        kept = ~np.isin(self._patch.codes, codes)
        terms = np.concatenate([self._patch.terms[kept], counted.terms])
        order = np.argsort(terms, kind="stable")
        patch = Entries(
            terms[order],
            np.concatenate([self._patch.codes[kept], counted.codes])[order],
            np.concatenate([self._patch.values[kept], impacts])[order],
        )
        size = max(self.size, int(codes[-1]) + 1)
        changed = np.union1d(self._changed, codes).astype(np.int32)
        index = type(self)(size, known, self._idf, self._statistics, self._base, changed, added, patch)
        return index._merged() if len(changed) > max(1000, _MERGE_AT * self._statistics[0]) else index

    def save(self, folder: Path) -> None:
        """Write plain arrays and the vocabulary into an existing folder."""
        index = self._merged()
        save_json(folder, "terms", list(index._terms))
        save_json(
            folder,
            "lexical",
            {"size": index.size, "count": index._statistics[0], "mean": index._statistics[1]},
        )
        save_array(folder, "idf", index._idf)
        save_array(folder, "postings_indptr", index._base.indptr)
        save_array(folder, "postings_codes", index._base.codes)
        save_array(folder, "postings_impacts", index._base.impacts)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The index that ``save`` wrote, mapped into memory; ModelError where something is missing or
        damaged.
        """
        words = load_json(folder, "terms")
        facts = load_json(folder, "lexical")
        indptr = load_array(folder, "postings_indptr", np.int64)
        codes = load_array(folder, "postings_codes", np.int32)
        impacts = load_array(folder, "postings_impacts", np.float32)
        idf = load_array(folder, "idf", np.float32)
        if not len(indptr) - 1 == len(words) == len(idf) or not indptr[-1] == len(codes) == len(impacts):
            raise ModelError(f"the word index in {str(folder)!r} does not fit together; train the shop again")
        terms = dict(zip(words, range(len(words)), strict=True))
        statistics = int(facts["count"]), float(facts["mean"])
        return cls(int(facts["size"]), terms, idf, statistics, Postings(indptr, codes, impacts))

    def _number(self, word: str) -> int | None:
        found = self._terms.get(word)
        return self._added_terms.get(word) if found is None else found

    def _idf_of(self, term: int) -> float:
        return float(self._idf[term]) if term < len(self._idf) else float(self._idf_added)

    @property
    def _idf_added(self) -> np.float32:
        """The idf of a term that came after the build: as of one that one item has."""
        return np.float32(_idf(np.ones(1), max(self._statistics[0], 1))[0])

    def _merged(self) -> Self:
        """The same index in one part."""
        if not len(self._changed):
            return self
        stale = np.zeros(self.size, bool)
        stale[self._changed] = True
        kept = ~stale[self._base.codes]
        old, new = self._base.entries(), self._patch
        merged = Entries(
            np.concatenate([old.terms[kept], new.terms]),
            np.concatenate([old.codes[kept], new.codes]),
            np.concatenate([old.values[kept], new.values]),
        )
        terms = {**self._terms, **self._added_terms}
        base = Postings.of(merged, len(terms), self.size)
        idf = np.concatenate([self._idf, np.full(len(self._added_terms), self._idf_added, np.float32)])
        return type(self)(self.size, terms, idf, self._statistics, base)


class _Numbering(dict[str, int]):
    """Words numbered in the order in which they are first asked for."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class LexicalBuilder:
    """Counts the words of items as they come, in blocks, so that memory holds counts and not texts."""

    def __init__(self, types: Mapping[str, AttributeType], localised: Container[str]) -> None:
        self._types = types
        self._localised = localised
        self._terms = _Numbering()
        self._waiting: list[tuple[int, Item]] = []
        self._blocks: list[Entries] = []

    def add(self, code: int, item: Item) -> None:
        """Take an item in; each code once."""
        self._waiting.append((code, item))
        if len(self._waiting) == _BLOCK:
            self._count_waiting()

    def _count_waiting(self) -> None:
        words = _count(self._waiting, self._terms.__getitem__, self._types, self._localised)
        self._blocks.append(_summed(*words))
        self._waiting = []

    def finish(self, size: int) -> tuple[dict[str, int], NDArray[np.float32], tuple[int, float], Postings]:
        """(terms, idf, (number of items, mean length), postings); codes run below ``size``."""
        self._count_waiting()
        terms, codes, counts = (np.concatenate(parts) for parts in zip(*self._blocks, strict=True))
        self._blocks = []
        lengths = np.bincount(codes, weights=counts, minlength=size).astype(np.float32)
        n_items = int((lengths > 0).sum())
        mean = float(lengths.sum() / n_items) if n_items else 1.0
        idf = _idf(np.bincount(terms, minlength=len(self._terms)), n_items)
        impacts = _impacts(counts, lengths[codes], idf[terms], mean)
        postings = Postings.of(Entries(terms, codes, impacts), len(self._terms), size)
        return dict(self._terms), idf, (n_items, mean), postings


def _count(
    items: Iterable[tuple[int, Item]],
    number: Callable[[str], int],
    types: Mapping[str, AttributeType],
    localised: Container[str],
) -> tuple[NDArray[np.int32], Codes, NDArray[np.float32]]:
    """(term, code, weight) of every word of the items, repeats kept."""
    terms = array("i")  # not a list: millions of ints would fragment the memory
    parts: list[tuple[int, float, int]] = []
    for code, item in items:
        for weight, words in searched_words(item, types, localised):
            if words:
                terms.extend(map(number, words))
                parts.append((code, weight, len(words)))
    columns = np.array(parts, np.float64).reshape(-1, 3)
    lengths = columns[:, 2].astype(np.int64)
    return (
        np.array(terms, np.int32),
        np.repeat(columns[:, 0].astype(np.int32), lengths),
        np.repeat(columns[:, 1].astype(np.float32), lengths),
    )


def _summed(terms: NDArray[np.int32], codes: Codes, weights: NDArray[np.float32]) -> Entries:
    """Entries with the weights of the same word in the same item added up, in order of code."""
    keys, places = np.unique((codes.astype(np.int64) << 32) | terms, return_inverse=True)
    sums = np.bincount(places, weights=weights, minlength=len(keys)).astype(np.float32)
    return Entries((keys & 0xFFFFFFFF).astype(np.int32), (keys >> 32).astype(np.int32), sums)


def _idf(counts: NDArray[np.int64] | NDArray[np.float64], n_items: int) -> NDArray[np.float32]:
    return np.log1p((n_items - counts + 0.5) / (counts + 0.5)).astype(np.float32)


def _impacts(
    counts: NDArray[np.float32], lengths: NDArray[np.float32], idf: NDArray[np.float32], mean: float
) -> NDArray[np.float32]:
    return (idf * counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / mean))).astype(np.float32)
