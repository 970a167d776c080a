"""Values of the catalogue that a word is near in meaning, where neither the catalogue nor the synonyms know it:
terrifying is Horror, 毛绒熊 is Plush toys. By sentence vectors, in both languages, with precision before recall.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.lookup import Lookup
from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import is_chinese, normal, words_of
from palate.language_models.embedders import Embedder
from palate.understanding.keywords import Keyword
from palate.understanding.scene import Scene
from palate.values import Constraint

LEAST, AHEAD = 0.65, 0.1
"""A value is near at a cosine of 0.65 that is 0.1 ahead of the next value's (docs/decisions.md)."""
UNLIKE, SUM = 0.7, 0.92
"""A word that shares no word or character with the value must be nearer: 0.7, and this much with what it is ahead by
(docs/decisions.md)."""
MOST_CATEGORIES, MOST_VALUES, FEW, WIDE = 400, 600, 40, 0.2
_NOT_MEANT = re.compile(
    r"^(?:brand|品牌|unit|type|rated|currency|certification|status)$|allergen|allerg|may_contain|过敏|致敏"
)
_KEPT = 4_000
_VECTORS, _TEXTS = "vectors.npy", "texts.json"
_LACKING = re.compile(r"^(?:non|no|without)\b|\b(?:free|less)$|^[无不非]")
"""Words for what a thing has not."""
_SHORTEST = 3
_STEM = 5
MOST_MEANT = 4
"""So many free words are looked up by meaning: each costs a third of a millisecond."""
TOGETHER = re.compile(r"\s*(?:of|the|and|&|-|的)?\s*")

Floats = NDArray[np.float32]
_vectors: dict[tuple[str, str], Floats] = {}  # (embedder, text): shared by the readers that follow each other
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Near:
    """A value near a word, and the cosine."""

    attribute: str
    value: str
    cosine: float


def keep_vectors(lookup: Lookup, embedder: Embedder, folder: Path) -> None:
    """Write the vectors of a catalogue's vocabulary into a new folder, for ``recall_vectors``: they take a third of a
    second and more to make, which the first person to ask would wait for.
    """
    texts = [value.casefold() for _, value in vocabulary(lookup)]
    folder.mkdir(parents=True)
    np.save(folder / _VECTORS, embedder.embed(texts).astype(np.float32), allow_pickle=False)
    document = {"embedder": embedder.name, "texts": texts}
    (folder / _TEXTS).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def recall_vectors(folder: Path) -> None:
    """Take in what ``keep_vectors`` wrote; nothing where an older version has no such folder."""
    if not (folder / _TEXTS).exists():
        return
    document = json.loads((folder / _TEXTS).read_text(encoding="utf-8"))
    vectors = np.load(folder / _VECTORS, allow_pickle=False)
    _remember(
        {(document["embedder"], text): row for text, row in zip(document["texts"], vectors, strict=True)}
    )


def _remember(made: Mapping[tuple[str, str], Floats]) -> None:
    with _lock:
        if len(_vectors) + len(made) > _KEPT:
            _vectors.clear()
        _vectors.update(made)


def vocabulary(lookup: Lookup) -> list[tuple[str, str]]:
    """(attribute, value) of what may be meant: categories, and attributes of few values that many items have."""
    names: list[tuple[str, str]] = []
    for name, facts in lookup.attributes.items():
        wide = facts.count >= (0.5 if name == "categories" else WIDE) * lookup.count
        if facts.type not in ("category", "list") or not wide or is_person(name) or _NOT_MEANT.search(name):
            continue
        limit = MOST_CATEGORIES if name == "categories" else FEW
        values = lookup.common_values(name, limit + 1)
        if name == "categories" or len(values) <= limit:
            names += [(name, value) for value in values[:limit] if len(value) > 1 and value[0].isalpha()]
    return names[:MOST_VALUES]


class NearWords:
    """The vocabulary of a catalogue with its vectors, recalled, or made at the first question."""

    def __init__(self, lookup: Lookup, embedder: Embedder) -> None:
        self._lookup = lookup
        self._embedder = embedder

    def nearest(self, texts: Sequence[str]) -> list[Near | None]:
        """For each text the value that it is near, None where none is clearly nearest."""
        names, vectors = self._vocabulary
        if not names or not texts:
            return [None] * len(texts)
        cosines = self._embed(texts) @ vectors.T
        out: list[Near | None] = []
        for text, row in zip(texts, cosines, strict=True):
            best = int(row.argmax())
            attribute, value = names[best]
            rivals = row[self._values != value]  # of several attributes one value is no rival of itself
            ahead = row[best] - rivals.max(initial=0.0)
            least, most = (LEAST, 0.0) if _akin(text, value) else (UNLIKE, SUM)
            sure = row[best] >= least and ahead >= AHEAD and row[best] + ahead >= most
            out.append(Near(attribute, value, float(row[best])) if sure else None)
        return out

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The attributes that the vocabulary has values of."""
        return frozenset(attribute for attribute, _ in self._vocabulary[0])

    @cached_property
    def _values(self) -> NDArray[np.str_]:
        return np.array([value for _, value in self._vocabulary[0]])

    @cached_property
    def _vocabulary(self) -> tuple[list[tuple[str, str]], Floats]:
        """``vocabulary``, and the vectors of its values, float32 [n, d]."""
        names = vocabulary(self._lookup)
        return names, self._embed([value.casefold() for _, value in names])

    def _embed(self, texts: Sequence[str]) -> Floats:
        keys = [(self._embedder.name, text) for text in texts]
        with _lock:
            known = {key: _vectors[key] for key in keys if key in _vectors}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known |= zip(missing, self._embedder.embed([text for _, text in missing]), strict=True)
            _remember({key: known[key] for key in missing})
        return (
            np.stack([known[key] for key in keys])
            if keys
            else np.zeros((0, self._embedder.dimensions), np.float32)
        )


def _akin(text: str, value: str) -> bool:
    """Whether a word and a value share two Chinese characters (one, where either has no more), or words that begin
    alike (adventurous, Adventure).
    """
    said, own = words_of(normal(text)).folds, words_of(normal(value)).folds
    shared = {fold for fold in said if fold in own and is_chinese(fold)}
    return (bool(shared) and len(shared) >= min(2, len(said), len(own))) or any(
        len(a) > _STEM and len(b) > _STEM and a[:_STEM] == b[:_STEM] for a in said for b in own
    )


def meant(
    near: NearWords, scene: Scene, keywords: Sequence[Keyword], wished: Collection[str]
) -> list[tuple[int, int, Constraint, float]]:
    """Soft wishes for values that free words are near in meaning, on attributes not ``wished`` already: (start, end,
    wish, cosine). The words stay keywords.
    """
    if near.attributes.issubset(wished):
        return []
    phrases = _phrases(scene, keywords)
    found = near.nearest([scene.plain[start:end] for start, end in phrases])
    out: dict[str, tuple[int, int, Constraint, float]] = {}
    for (start, end), one in zip(phrases, found, strict=True):
        if one is not None and one.attribute not in wished:
            wish = Constraint(one.attribute, "in", [one.value], "prefer")
            out.setdefault(one.attribute, (start, end, wish, round(one.cosine, 3)))
    return list(out.values())


def _phrases(scene: Scene, keywords: Sequence[Keyword]) -> list[tuple[int, int]]:
    """What may be a near word, the longest first: keywords that stand together (World of Warcraft), then each."""
    few = [k for k in keywords if _says_something(k) and not _in_titles(scene, k)][:MOST_MEANT]
    pairs = [(a.start, b.end) for a, b in pairwise(few) if TOGETHER.fullmatch(scene.plain, a.end, b.start)]
    return pairs + [(k.start, k.end) for k in few]


def _says_something(keyword: Keyword) -> bool:
    """Whether a word is long enough to mean something: hmm and ugh are near to Hell; and means what it says: what is
    fragrance free is near to a fragrance.
    """
    if _LACKING.search(keyword.text):
        return False
    return is_chinese(keyword.text) or len(keyword.text) > _SHORTEST


def _in_titles(scene: Scene, keyword: Keyword) -> bool:
    """Whether a Chinese word stands in titles: the search for it finds what is meant better than its meaning does."""
    if not is_chinese(keyword.text):
        return False
    return bool((scene.lookup.neighbours(words_of(keyword.text)) > 0).all())
