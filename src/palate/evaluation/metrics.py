"""Measures of rankings, one value a user, and of recommended lists.

A ranking is given as the ranks of the user's relevant items (the *targets*) in the whole catalogue, seen
items left out: ``ranks`` int64 [t], 1 for the first place, UNRANKED for a target that cannot come; the
targets of user u are ``ranks[indptr[u]:indptr[u + 1]]`` (int64 [n + 1]), at least one each. Relevance is
binary. The figures agree with ir-measures (R@k, nDCG@k, RR, Success@k), as the tests show.

A list is a row of ``lists`` int32 [n, k]: item codes, the best first, -1 where the catalogue ran out.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

UNRANKED = np.iinfo(np.int64).max
"""The rank of a target that is not in the ranking at all."""

Ranks = NDArray[np.int64]
Values = NDArray[np.float64]


def recall(ranks: Ranks, indptr: NDArray[np.int64], k: int) -> Values:
    """The share of the user's targets among the first ``k``: float64 [n].

    The denominator is the number of targets, also where that is above ``k`` (as in trec_eval; not the
    min(k, targets) of Liang et al. 2018).
    """
    return _sums(ranks <= k, indptr) / np.diff(indptr)


def hit_rate(ranks: Ranks, indptr: NDArray[np.int64], k: int) -> Values:
    """1 where any target is among the first ``k``, else 0: float64 [n]. With one target it is recall."""
    return (_sums(ranks <= k, indptr) > 0).astype(np.float64)


def ndcg(ranks: Ranks, indptr: NDArray[np.int64], k: int) -> Values:
    """Normalised discounted cumulative gain of the first ``k``: float64 [n].

    DCG = sum over targets of rank r <= k of 1 / log2(r + 1), over the DCG of a ranking with all targets in
    front (Järvelin and Kekäläinen 2002, with the discount of Burges et al. 2005).
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    within = ranks <= k
    gains = np.zeros(len(ranks))
    gains[within] = discounts[ranks[within] - 1]
    ideal = np.cumsum(discounts)[np.minimum(np.diff(indptr), k) - 1]
    return _sums(gains, indptr) / ideal


def reciprocal_rank(ranks: Ranks, indptr: NDArray[np.int64]) -> Values:
    """1 / the rank of the best placed target, over the full ranking: float64 [n]; its mean is the MRR
    (Voorhees 1999).
    """
    best = np.minimum.reduceat(ranks, indptr[:-1])
    return np.where(best == UNRANKED, 0.0, 1 / best)


def coverage(lists: NDArray[np.int32], n_items: int) -> float:
    """The share of the catalogue that at least one list shows (Ge, Delgado-Battenfeld, Jannach 2010)."""
    return len(np.unique(lists[lists >= 0])) / n_items


def novelty(lists: NDArray[np.int32], people: NDArray[np.int64], n_users: int) -> Values:
    """Mean self-information of each list's items in bits, float64 [n] (Zhou et al. 2010).

    -log2 of the chance that a random person of the training log has the item: ``people`` int64 [n_items] of
    ``n_users`` have it. One is added to both, so that an item that nobody has is finite. 0 for an empty list.
    """
    bits = -np.log2((people + 1) / (n_users + 1))
    return _mean_of_lists(bits, lists)


def intra_list_diversity(lists: NDArray[np.int32], features: sparse.csr_array) -> Values:
    """Mean distance of the pairs of items in each list, float64 [n] (Ziegler et al. 2005; Smyth, McClave
    2001).

    The distance is 1 - cosine of rows of ``features`` [n_items, f]; items without features are left out,
    and NaN is given where a list has fewer than two with them.
    """
    n_items = len(features.indptr) - 1
    owners = np.repeat(np.arange(n_items), np.diff(features.indptr))
    lengths = np.sqrt(np.bincount(owners, features.data**2, minlength=n_items))
    known = lengths > 0
    scaled = features.data / np.where(known, lengths, 1)[owners]
    unit = sparse.csr_array((scaled, features.indices, features.indptr), shape=features.shape)
    shown = lists >= 0
    rows = np.nonzero(shown)[0]
    membership = sparse.csr_array((np.ones(len(rows)), (rows, lists[shown])), shape=(len(lists), n_items))
    total = sparse.csr_array(membership @ unit)
    counts = membership @ known.astype(np.float64)
    # sum over ordered pairs of cosines = |sum of the unit vectors|^2 - the pairs of an item with itself
    owners = np.repeat(np.arange(len(lists)), np.diff(total.indptr))
    products = np.bincount(owners, total.data**2, minlength=len(lists)) - counts
    pairs = counts * (counts - 1)
    return np.where(pairs > 0, 1 - products / np.where(pairs > 0, pairs, 1), np.nan)


def popularity_lift(
    lists: NDArray[np.int32],
    items: NDArray[np.int32],
    indptr: NDArray[np.int64],
    people: NDArray[np.int64],
) -> float:
    """Popularity bias: how much more popular the lists are than what the users took themselves.

    (GAP_lists - GAP_profiles) / GAP_profiles, GAP being the mean over users of the mean popularity of their
    items (Abdollahpouri, Mansoury, Burke, Mobasher 2020). 0: as popular as their own choice; 1: twice that.
    ``items`` and ``indptr``: the users' contexts as CSR; ``people`` int64 [n_items]. NaN where the profiles
    have no popularity at all.
    """
    popularity = people.astype(np.float64)
    theirs = (_sums(popularity[items], indptr) / np.maximum(np.diff(indptr), 1)).mean()
    shown = _mean_of_lists(popularity, lists).mean()
    return float((shown - theirs) / theirs) if theirs > 0 else float("nan")


def _sums(values: NDArray[np.generic], indptr: NDArray[np.int64]) -> Values:
    """The sum of each user's slice, float64 [n]; 0 for an empty one."""
    users = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    sums = np.bincount(users, values, minlength=len(indptr) - 1)
    return sums.astype(np.float64)


def _mean_of_lists(values: Values, lists: NDArray[np.int32]) -> Values:
    """The mean of ``values`` (by code) over each list, float64 [n]; 0 for an empty one."""
    shown = lists >= 0
    return np.where(shown, values[lists], 0).sum(axis=1) / np.maximum(shown.sum(axis=1), 1)
