"""The words of the items as vectors: what text kNN compares, and where the attention model starts from."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from palate.catalogue.localised import split_suffix
from palate.catalogue.text import tokens
from palate.values import Item

NAMES = ("categories", "brand")


def word_vectors(items: Sequence[Item | None]) -> sparse.csr_array:
    """TF-IDF of each item's titles, categories and brand, in every language: float32 [len(items), words],
    rows of unit length, empty where there is no item or no word. A word counts once an item, times log(n /
    its items); one that every item has counts nothing.
    """
    columns: dict[str, int] = {}
    found: list[list[int]] = []
    for item in items:
        words = Counter(word for text in _texts(item) for word in tokens(text)) if item else ()
        found.append([columns.setdefault(word, len(columns)) for word in words])
    lengths = np.array([len(row) for row in found], np.int64)
    indices = np.array([column for row in found for column in row], np.int32)
    rows = np.repeat(np.arange(len(found)), lengths)
    with_words = max(1, int(np.count_nonzero(lengths)))
    worth = np.log(with_words / np.bincount(indices, minlength=len(columns)).clip(1))
    data = worth[indices]
    norms = np.sqrt(np.bincount(rows, data**2, minlength=len(found)))
    data = np.divide(data, norms[rows], out=np.zeros_like(data), where=norms[rows] > 0)
    matrix = sparse.csr_array(
        (data.astype(np.float32), indices, np.concatenate(([0], np.cumsum(lengths)))),
        shape=(len(found), max(1, len(columns))),
    )
    matrix.eliminate_zeros()
    return matrix


def _texts(item: Item) -> Iterator[str]:
    yield item.title
    for name, value in item.fields.items():
        split = split_suffix(name)
        base = split[0] if split else name
        if base == "title" or base in NAMES:
            yield from (str(part) for part in (value if isinstance(value, list) else (value,)) if part)
