"""Content neighbours in a catalogue that has no events yet, judged by what the items share.

Of each judged item the ``at`` items are taken that the source ``content`` puts first for somebody who likes it
alone. For an attribute, an item's *agreement* is the share of these neighbours, of those with a value, that share
one with it; *chance* is the share among all other items with a value, so what neighbours drawn at random would have
on average. Both are means over the judged items that have a value and a neighbour with one.

The vectors are made of title, categories, brand and the beginning of the description: agreement on categories and
brand says that the vectors keep what they are given; that on every other attribute, that likeness of text is likeness
of things.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.catalogue.column_set import NOT_ATTRIBUTES
from palate.catalogue.documents import item_text
from palate.catalogue.types import TypeInference
from palate.catalogue.vectors import VectorIndex
from palate.errors import InvalidInput
from palate.evaluation.benchmark import read_items
from palate.evaluation.statistics import bootstrap_interval
from palate.language_models.embedders import Embedder
from palate.language_models.tfidf import TfidfEmbedder
from palate.recommenders.base import Context
from palate.recommenders.batch import top
from palate.recommenders.content import Content
from palate.values import Codes, Item, Mask

FINEST = "categories (finest)"
"""The last category of each item alone: the finest, where categories are a path."""
KINDS = ("category", "list", "bool")
MOST_ATTRIBUTES = 20
LEAST_ITEMS = 20
"""Items that must have a value of an attribute for it to be judged."""
BLOCK_SCORES = 8_000_000


@dataclass(frozen=True, slots=True)
class Agreement:
    """On one ``attribute``: the means over ``items`` judged items, and the 95 % bootstrap ``interval`` of
    ``agreement``.
    """

    attribute: str
    items: int
    agreement: float
    interval: tuple[float, float]
    chance: float


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """What was judged: ``judged`` of ``items``, by the vectors of ``embedder``."""

    name: str
    items: int
    judged: int
    at: int
    seed: int
    embedder: str
    agreements: tuple[Agreement, ...]


def judge_neighbours(
    folder: Path, embedder: Embedder, *, at: int = 10, judged: int = 1_000, seed: int = 0
) -> Neighbourhoods:
    """Judge the neighbours in the catalogue ``items.jsonl`` of a folder, gzipped or not; ``judged`` items are drawn by
    ``seed``. Raises InvalidInput for a folder or file that cannot be read, for fewer than two items, and where no
    attribute can be compared.
    """
    if at < 1 or judged < 1:
        raise InvalidInput(f"{at!r} neighbours of {judged!r} items cannot be judged; give 1 or more of each")
    items = list(read_items(folder).values())
    if len(items) < 2:
        raise InvalidInput(f"{str(folder)!r} has {len(items)} item; neighbours take two or more")
    texts = [item_text(item) for item in items]
    if isinstance(embedder, TfidfEmbedder):
        embedder.fit(texts, seed)
    every = np.arange(len(items), dtype=np.int32)
    content = Content(VectorIndex.build(len(items), every, embedder.embed(texts)))
    drawn = np.sort(np.random.default_rng(seed).permutation(every)[:judged])
    nearest = _nearest(content, drawn, len(items), at)
    agreements = [
        found
        for name, values in _values(items).items()
        if (found := _agreement(name, values, drawn, nearest, seed))
    ]
    if not agreements:
        raise InvalidInput(
            f"{str(folder)!r} has no attribute of type {', '.join(KINDS)} that {LEAST_ITEMS} judged items have; "
            "there is nothing to compare neighbours by"
        )
    return Neighbourhoods(
        folder.resolve().name, len(items), len(drawn), at, seed, embedder.name, tuple(agreements)
    )


def _nearest(content: Content, drawn: Codes, size: int, at: int) -> Codes:
    """int32 [drawn, at]: the neighbours of each, the nearest first, never the item itself; -1 for none."""
    mask, one = Mask(np.arange(size, dtype=np.int32)), np.ones(1, np.float32)
    step = max(1, BLOCK_SCORES // size)
    found: list[Codes] = []
    for start in range(0, len(drawn), step):
        block = drawn[start : start + step]
        scores = content.score_many([Context(block[row : row + 1], one) for row in range(len(block))], mask)
        scores[np.arange(len(block)), block] = -np.inf
        found.append(top(scores, at))
    return np.concatenate(found)


def _values(items: Sequence[Item]) -> dict[str, sparse.csr_array]:
    """Which item has which value, float32 [items, values] of 0 and 1, by attribute, of the types that an import would
    find: categories first, then those that most items have.
    """
    inference = TypeInference()
    inference.add(item.fields for item in items)
    types = inference.types({}, {})
    having = Counter(name for item in items for name, value in item.fields.items() if _listed(value))
    names = [name for name in having if types.get(name) in KINDS and name not in NOT_ATTRIBUTES]
    names.sort(key=lambda name: (name != "categories", -having[name], name))
    found: dict[str, sparse.csr_array] = {}
    for name in names[:MOST_ATTRIBUTES]:
        rows = [_listed(item.fields.get(name)) for item in items]
        if name == "categories":
            found[FINEST] = _matrix([row[-1:] for row in rows])
        found[name] = _matrix(rows)
    return found


def _listed(value: Any) -> list[str]:
    values: Sequence[Any] = value if isinstance(value, list) else [value]
    return [str(one).strip().casefold() for one in values if one is not None and str(one).strip()]


def _matrix(rows: Sequence[Sequence[str]]) -> sparse.csr_array:
    columns: dict[str, int] = {}
    indices = [[columns.setdefault(value, len(columns)) for value in dict.fromkeys(row)] for row in rows]
    indptr = np.concatenate(([0], np.cumsum([len(row) for row in indices])))
    flat = np.array([column for row in indices for column in row], np.int32)
    return sparse.csr_array(
        (np.ones(len(flat), np.float32), flat, indptr), shape=(len(rows), max(1, len(columns)))
    )


def _agreement(
    name: str, values: sparse.csr_array, drawn: Codes, nearest: Codes, seed: int
) -> Agreement | None:
    """None where fewer than LEAST_ITEMS have anything to agree with, or where all items agree."""
    has = np.diff(values.indptr) > 0
    of_item: list[NDArray[np.float64]] = []
    for rows, shared in _shared(values, drawn):
        codes, near = drawn[rows], nearest[rows]
        known = (near >= 0) & has[near]
        agreed = known & np.take_along_axis(shared, np.maximum(near, 0).astype(np.int64), axis=1)
        # the item itself shares with itself
        alike = shared.sum(axis=1) - 1.0
        counts = known.sum(axis=1)
        others = np.count_nonzero(has) - 1
        judged = has[codes] & (counts > 0)
        pairs = np.stack([agreed.sum(axis=1) / np.maximum(counts, 1), alike / max(1, others)], axis=1)
        of_item.append(pairs[judged])
    pairs = np.concatenate(of_item)
    if np.count_nonzero(pairs[:, 1]) < LEAST_ITEMS or pairs[:, 1].min() == 1:
        return None
    low, high = bootstrap_interval(pairs[:, 0], seed).tolist()
    agreement, chance = pairs.mean(axis=0).tolist()
    return Agreement(name, len(pairs), agreement, (low, high), chance)


def _shared(values: sparse.csr_array, drawn: Codes) -> Iterator[tuple[slice, NDArray[np.bool_]]]:
    """(which of ``drawn``, whether each shares a value with each item: bool [rows, items]), in blocks."""
    turned = values.T.tocsr()
    step = max(1, BLOCK_SCORES // max(1, len(values.indptr) - 1))
    for start in range(0, len(drawn), step):
        rows = slice(start, start + step)
        product: Any = values[drawn[rows]] @ turned
        yield rows, product.toarray() > 0


def document(found: Neighbourhoods) -> Mapping[str, Any]:
    """JSON values only."""
    return {
        "catalogue": found.name,
        "items": found.items,
        "judged": found.judged,
        "at": found.at,
        "seed": found.seed,
        "embedder": found.embedder,
        "attributes": {
            one.attribute: {
                "items": one.items,
                "agreement": one.agreement,
                "interval": list(one.interval),
                "chance": one.chance,
            }
            for one in found.agreements
        },
    }


def lines(found: Neighbourhoods) -> list[str]:
    """The same for people."""
    width = max(len(one.attribute) for one in found.agreements)
    told = [
        f"{found.name}: the {found.at} nearest by content of {found.judged:,} of {found.items:,} items "
        f"({found.embedder}, seed {found.seed})",
        "",
    ]
    for one in found.agreements:
        half = (one.interval[1] - one.interval[0]) / 2
        told.append(
            f"{one.attribute.ljust(width)}  {one.agreement:.3f} ±{half:.3f}  by chance {one.chance:.3f}  "
            f"({one.items:,} items)"
        )
    return told
