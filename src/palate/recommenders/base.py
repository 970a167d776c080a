"""Recommender: the one interface of every candidate source, and what it is asked with.

A recommender knows items by code, people by what they did; it knows no dialogue, no database, no text beyond
the query it is handed.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.values import Codes, Mask, Scores


@dataclass(frozen=True, slots=True)
class Context:
    """What a recommendation starts from.

    ``items`` int32 [n]: codes of what the person touched, oldest first, each once; ``weights`` float32 [n]:
    what each is worth now, by kind and age of its events and by what was said in the session, negative for
    what was disliked; ``query``: what is searched for in words, "" for nothing; ``query_vector`` float32
    [d] or None, unit length; ``proposed`` int32: codes of items that a language model named for it.
    """

    items: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    weights: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    query: str = ""
    query_vector: NDArray[np.float32] | None = None
    proposed: Codes = field(default_factory=lambda: np.zeros(0, np.int32))


class Recommender(Protocol):
    """Scores items for a context."""

    name: ClassVar[str]
    """The source's name: its feature in the ranker and its word in a reason."""

    def score(self, context: Context, mask: Mask) -> Scores:
        """float32 [len(mask)], aligned with ``mask.codes``: higher is better, 0 where the source knows
        nothing of an item or the context says nothing to it. Takes a person who came a second ago (fold-in)
        without a fit. Codes beyond those it was fitted on are legal and score 0.
        """
        ...


@runtime_checkable
class Explains(Protocol):
    """A recommender that can say which of the person's items speak for an item."""

    def evidence(self, context: Context, code: int) -> NDArray[np.float32]:
        """float32 [len(context.items)]: each item's part of the score of ``code``; they sum to the score."""
        ...


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How to fit, apart from what to fit. ``megabytes``: what a fit may take; a model that has a smaller form takes
    it where the whole one would need more.
    """

    seed: int = 0
    threads: int = 1
    progress: bool = False
    megabytes: float = 4_000.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a fit takes at its highest, before it starts: ``megabytes`` of memory on top of the log, of which
    ``kept`` are the model's own; ``operations``, floating-point, of its dense algebra, and ``pairs``, terms of its
    sparse products (palate.training.sources turns them into seconds).
    """

    megabytes: float
    kept: float = 0.0
    operations: float = 0.0
    pairs: float = 0.0


@dataclass(frozen=True, slots=True)
class Interactions:
    """The log as a training set: per user, per item once, oldest first.

    CSR: the items of user u are ``items[indptr[u]:indptr[u + 1]]`` (codes, int32 [n]) with ``weights``
    float32 [n] (what the events on that item are worth, may be negative), ``timestamps`` float64 [n] (of
    the last one). ``n_items``: codes run below it. ``ordinal``: the timestamps are positions in each user's
    order, not times. ``content`` float32 [n_items, words] or None: the words of the items' texts (TF-IDF),
    rows of unit length, empty where an item has none.
    """

    indptr: NDArray[np.int64]
    items: Codes
    weights: NDArray[np.float32]
    timestamps: NDArray[np.float64]
    n_items: int
    ordinal: bool = False
    content: sparse.csr_array | None = None

    @property
    def n_users(self) -> int:
        return len(self.indptr) - 1


@runtime_checkable
class Forecasts(Protocol):
    """A recommender whose fit is large enough to be asked about first."""

    @classmethod
    def forecast(cls, data: Interactions, options: FitOptions) -> Forecast:
        """Of a fit on ``data`` with the default configuration; never more than 20 % below what it takes."""
        ...


@runtime_checkable
class Trainable(Protocol):
    """A recommender fitted on the log, kept as plain arrays."""

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions) -> Self:
        """Fit with the class's default configuration."""
        ...

    def save(self, folder: Path) -> None:
        """Write plain arrays (.npy) and JSON into an existing, empty folder."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote, arrays mapped into memory; ModelError where something is missing or
        damaged.
        """
        ...


@runtime_checkable
class TakesNewItems(Protocol):
    """A recommender that can score an item which came after the fit, from its content vector."""

    def with_items(self, codes: Codes, vectors: NDArray[np.float32]) -> Self:
        """The recommender that knows these items too: ``codes`` int32 [n], each once, ``vectors`` float32
        [n, d] in the space that it was trained with; arrays are shared where they can be.
        """
        ...
