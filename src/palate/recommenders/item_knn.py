"""Item kNN: people who took this went on to take that.

Directed and decayed: what follows soon after an item counts more than what follows late, and what the person
did last speaks loudest. With ``g`` the gap decay, ``rho`` the backward share, q_u what a person counts:

    C_ij = sum over people, over i before j in their order, of q_u g^(positions between)
    s_ij = (C_ij + rho C_ji) r_i(a) r_j(b), the best ``neighbours`` a row are kept
    score(j) = sum over the person's items i of weight_i * d^(items since i) * s_ij

``weighting`` says what a person and an item count; n_u: how many items a person has, N: how many there are, c_i:
the sum of q_u over an item's people:

    cosine  q_u = 1                                r_i(p) = (c_i + shrinkage)^-p
    tfidf   q_u ~ (log N - log(1 + n_u))^2         r_i(p) as above
    bm25    q_u the same, and r_i = (k1 + 1) / (k1 (1 - b + b people_i / their mean) + 1)

so someone who took everything tells less of what goes together. (~: divided by its mean over the log, so that
shrinkage is a number of people.) With g = d = 1, rho = 1, a = b = 1/2 and no shrinkage these are, but for a constant,
the similarities of the package implicit: the cosine of co-occurrence (Sarwar et al. 2001), that of TF-IDF weighted
people, and the product of BM25 weighted ones (Robertson, Zaragoza 2009).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.recommenders.base import FitOptions, Forecast, Interactions
from palate.recommenders.sparse_rows import RecentRows, SparseRows, blocks

BLOCK_PAIRS = 8_000_000
"""Forward pairs counted at a time: about 100 MB."""
LEAST_DECAY = 0.02
"""Pairs so far apart that they would count less than this are left out."""
K1, B = 1.2, 0.75
"""Of BM25: how soon an item that many people took counts less, and how much that depends on how many they are."""

Weighting = Literal["cosine", "tfidf", "bm25"]


@dataclass(frozen=True, slots=True)
class ItemKNNConfig:
    """See the module's docstring; ``profile_decay`` is d, ``from_power`` is a and ``to_power`` is b, which BM25 does
    without.
    """

    weighting: Weighting = "cosine"
    neighbours: int = 100
    gap_decay: float = 0.85
    backward: float = 0.1
    from_power: float = 0.7
    to_power: float = 0.35
    shrinkage: float = 20.0
    profile_decay: float = 0.8


class ItemKNN(RecentRows[ItemKNNConfig]):
    """See the module's docstring. ``rows``: the similarities; row i holds what follows item i."""

    name: ClassVar[str] = "item_knn"
    config_type = ItemKNNConfig

    @classmethod
    def forecast(cls, data: Interactions, options: FitOptions) -> Forecast:
        """See Forecasts: the pairs of a block, the co-occurrence as it is added up and turned around, and what is
        kept of it.
        """
        config = ItemKNNConfig()
        pairs = pairs_within(data, window_of(config.gap_decay))
        together = distinct_pairs(np.bincount(data.items), pairs)
        if config.backward > 0:
            together *= 2
        kept = min(together, float(config.neighbours) * data.n_items)
        return Forecast(
            megabytes=(70 * min(pairs, BLOCK_PAIRS) + 30 * together + 16 * kept) / 1e6 + 20,
            kept=8 * kept / 1e6,
            pairs=pairs,
        )

    @classmethod
    def fit(cls, data: Interactions, options: FitOptions, config: ItemKNNConfig | None = None) -> Self:
        """Count forward pairs of items of positive weight, normalise, keep the best of each row."""
        config = config or ItemKNNConfig()
        worths = _people_worths(data, config)
        (together,) = forward_pairs(data, config.gap_decay, [] if worths is None else [worths])
        if config.backward > 0:
            together = (together + config.backward * together.T).tocsr()
        sources, targets = _item_scales(data, worths, config)
        rows = np.repeat(np.arange(data.n_items), np.diff(together.indptr))
        together.data *= (sources[rows] * targets[together.indices]).astype(np.float32)
        return cls(SparseRows.best_of_sparse(together, config.neighbours), config)


def _people_worths(data: Interactions, config: ItemKNNConfig) -> NDArray[np.float32] | None:
    """What the person of each interaction of positive weight counts (q), float32 [n]; None where all count 1."""
    if config.weighting == "cosine":
        return None
    positive = data.weights > 0
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[positive]
    items = len(np.unique(data.items[positive]))
    rarity = np.log(max(items, 1)) - np.log1p(np.bincount(users, minlength=data.n_users))
    worths = np.square(rarity)[users]
    return (worths / (worths.mean() if worths.any() else 1)).astype(np.float32)


def _item_scales(
    data: Interactions, worths: NDArray[np.float32] | None, config: ItemKNNConfig
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The scale r of each item as what is followed and as what follows, float64 [n_items] each."""
    items = data.items[data.weights > 0]
    if config.weighting == "bm25":
        people = np.bincount(items, minlength=data.n_items)
        mean = people.sum() / max(1, np.count_nonzero(people))
        scale: NDArray[np.float64] = (K1 + 1) / (K1 * (1 - B + B * people / max(mean, 1.0)) + 1)
        return scale, scale
    lengths = np.bincount(items, worths, minlength=data.n_items) + config.shrinkage
    lengths = np.where(lengths > 0, lengths, 1.0)
    return np.power(lengths, -config.from_power), np.power(lengths, -config.to_power)


def pairs_within(data: Interactions, window: int) -> float:
    """How many pairs of positions of one person are at most ``window`` apart."""
    lengths = np.diff(data.indptr).astype(np.float64)
    near = np.minimum(lengths, window + 1)
    return float((near * (near - 1) / 2 + (lengths - near) * window).sum())


def distinct_pairs(people: NDArray[np.int64], pairs: float) -> float:
    """How many different pairs of items there are among ``pairs``, were they independent: items that go together are
    met together again, so there are fewer. ``people`` int64 [n_items], told apart to a quarter of an octave.
    """
    octaves = np.ceil(4 * np.log2(people[people > 0]))
    levels, sizes = np.unique(octaves, return_counts=True)
    shares = 2 ** (levels / 4) / max(1, people.sum())
    met = -np.expm1(-pairs * np.outer(shares, shares))
    return min(pairs, float(sizes @ met @ sizes))


def window_of(gap_decay: float) -> int:
    """How many positions apart two items may be to count as a pair."""
    if gap_decay >= 1:
        return 1_000_000_000
    return 1 + int(np.log(LEAST_DECAY) / np.log(gap_decay)) if gap_decay > 0 else 1


def forward_pairs(
    data: Interactions,
    gap_decay: float,
    worths: Sequence[NDArray[np.float32]] = (),
    among: NDArray[np.bool_] | None = None,
) -> list[sparse.csr_array]:
    """The directed, decayed co-occurrence of items of positive weight: entry (i, j), float32 [n_items,
    n_items], sums gap_decay^(positions between) over all pairs of i before j.

    One matrix for each of ``worths`` float32 [positive interactions], which say what a pair counts by its
    later position; for none, one in which each counts 1. ``among`` bool [n_items]: only pairs of these items are
    counted, their positions being what they are among all; None for all.
    """
    positive = data.weights > 0
    items = data.items[positive]
    users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[positive]
    ends = np.searchsorted(users, users, side="right")
    followers = np.minimum(ends - np.arange(len(items)) - 1, window_of(gap_decay))
    if among is not None:
        followers[~among[items]] = 0
    shape = (data.n_items, data.n_items)
    totals = [sparse.csr_array(shape, dtype=np.float32) for _ in worths or (None,)]
    for start, end in blocks(followers, BLOCK_PAIRS):
        lengths = followers[start:end]
        indptr = np.concatenate(([0], np.cumsum(lengths)))
        gaps = np.arange(indptr[-1]) - np.repeat(indptr[:-1], lengths)
        following = np.repeat(np.arange(start, end), lengths) + gaps + 1
        decay = (gap_decay ** np.arange(lengths.max(initial=0))).astype(np.float32)[gaps]
        # [items, positions] x [positions, items]: who stands at a position, and who follows it
        here = sparse.coo_array(
            (np.ones(end - start, np.float32), (items[start:end], np.arange(end - start))),
            shape=(data.n_items, end - start),
        ).tocsr()
        if among is not None:
            inside = among[items[following]]
            following, decay = following[inside], decay[inside]
            indptr = np.concatenate(([0], np.cumsum(inside)))[indptr]
        for number, worth in enumerate(worths or (None,)):
            counted = decay if worth is None else decay * worth[following]
            after = sparse.csr_array((counted, items[following], indptr), shape=(end - start, data.n_items))
            totals[number] = totals[number] + here @ after
    return totals
