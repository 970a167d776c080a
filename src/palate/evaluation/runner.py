"""Fit each contender on the training part, let it rank the whole catalogue for every judged user, and judge
it.

Seen items are left out of the ranking, nothing is sampled, and equal scores are ordered by item code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.errors import InvalidInput, WorkFailed
from palate.evaluation import metrics
from palate.evaluation.contenders import Contender, Remarked
from palate.evaluation.memory import PeakMemory
from palate.evaluation.protocols import Split
from palate.evaluation.ranking import places
from palate.evaluation.statistics import (
    bootstrap_interval,
    holm,
    paired_bootstrap_interval,
    randomisation_test,
)
from palate.recommenders.base import FitOptions, Recommender
from palate.recommenders.batch import score_many, top
from palate.training.progress import Progress, silent
from palate.values import Codes, Mask

BATCH_SCORES = 8_000_000
"""Scores (users times items) made at a time: 32 MB, and a few times that to rank them."""
TESTED = ("recall", "ndcg")
"""Measures on which every pair of contenders is tested, at the first cut-off."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a contender answered: ``ranks`` int64 [t] of the split's targets, ``lists`` int32 [n, k] of
    codes (see palate.evaluation.metrics), and what it cost: seconds of fitting, and of scoring the whole
    catalogue for all n users (fold-in included, sorting not), and the memory that each took at its highest
    in MB, where known. ``remark``: what the fit says of itself, "" for nothing.
    """

    ranks: NDArray[np.int64]
    lists: Codes
    fit_seconds: float
    scoring_seconds: float
    fit_megabytes: float | None
    scoring_megabytes: float | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure at a cut-off (None: over the full ranking): ``users`` float64 [n], one value a judged user,
    or None for a measure of all lists together; ``interval``: 95 %, None where it has none.
    """

    name: str
    k: int | None
    value: float | None
    interval: tuple[float, float] | None = None
    users: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A contender, what it answered and how good that was."""

    contender: Contender
    ranking: Ranking
    measures: tuple[Measure, ...]

    def measure(self, name: str, k: int | None) -> Measure:
        """The measure of that name and cut-off; KeyError where there is none."""
        for measure in self.measures:
            if (measure.name, measure.k) == (name, k):
                return measure
        raise KeyError((name, k))


@dataclass(frozen=True, slots=True)
class Comparison:
    """``first`` against ``second`` on one measure: the mean ``difference`` (first - second), its 95 %
    interval (paired bootstrap), ``p`` of the randomisation test and ``p_holm``, adjusted for all the pairs
    tested.
    """

    measure: str
    k: int
    first: str
    second: str
    difference: float
    interval: tuple[float, float]
    p: float
    p_holm: float


def run(
    split: Split,
    contenders: Sequence[Contender],
    options: FitOptions,
    *,
    at: Sequence[int] = (10,),
    features: sparse.csr_array | None = None,
    progress: Progress = silent,
) -> list[Result]:
    """Fit and judge every contender in turn, on one split.

    ``at``: the cut-offs, the first the main one; ``features`` [n_items, f]: what diversity is measured on.
    Raises InvalidInput for a wrong cut-off or two contenders of one name, WorkFailed where a recommender
    gives scores that cannot be ranked.
    """
    names = [contender.name for contender in contenders]
    if not at or min(at) < 1:
        raise InvalidInput(f"the cut-offs are {list(at)!r}; give one or more, each 1 or more")
    if len(set(names)) < len(names):
        raise InvalidInput(f"two recommenders have one name: {names!r}")
    results: list[Result] = []
    for contender in contenders:
        recommender, fitting = fit(split, contender, options, progress)
        judged = [(contender, recommender, fitting)]
        if isinstance(recommender, Remarked) and recommender.best and recommender.best.name not in names:
            # a fusion is judged beside its best source, whoever else takes part
            names.append(recommender.best.name)
            as_in = Contender(recommender.best.name, contender.fit, f"as in {contender.name}")
            judged.append((as_in, recommender.best, (0.0, None)))
        for one, model, cost in judged:
            ranking = rank(split, one.name, model, cost, max(at), progress)
            measures = judge(ranking, split, at, features, options.seed)
            results.append(Result(one, ranking, measures))
    return results


def fit(
    split: Split, contender: Contender, options: FitOptions, progress: Progress = silent
) -> tuple[Recommender, tuple[float, float | None]]:
    """(the contender's recommender, (seconds of fitting, MB at its highest))."""
    progress(f"fitting {contender.name}", 0, None)
    with PeakMemory() as fit_memory:
        start = perf_counter()
        recommender = contender.fit(split.train, options)
        seconds = perf_counter() - start
    return recommender, (seconds, fit_memory.megabytes)


def rank(
    split: Split,
    name: str,
    recommender: Recommender,
    cost: tuple[float, float | None],
    k: int,
    progress: Progress = silent,
) -> Ranking:
    """Rank the whole catalogue for every judged user; ``lists`` are of length ``k``; ``cost`` as ``fit`` gave it."""
    n_items = split.train.n_items
    mask = Mask(np.arange(n_items, dtype=np.int32))
    users = len(split.users)
    ranks: list[NDArray[np.int64]] = []
    lists: list[Codes] = []
    seconds = 0.0
    size = max(1, BATCH_SCORES // max(1, n_items))
    with PeakMemory() as scoring_memory:
        for first in range(0, users, size):
            progress(f"scoring {name}", first, users)
            rows = range(first, min(first + size, users))
            contexts = [split.context(row) for row in rows]
            start = perf_counter()
            scores = score_many(recommender, contexts, mask)
            seconds += perf_counter() - start
            _check(scores, (len(rows), n_items), name, recommender)
            for row, context in enumerate(contexts):
                scores[row, context.items] = -np.inf
            bounds = split.indptr[first : rows.stop + 1]
            owners = np.repeat(np.arange(len(rows)), np.diff(bounds))
            ranks.append(places(scores, owners, split.targets[bounds[0] : bounds[-1]]))
            lists.append(top(scores, k))
    progress(f"scoring {name}", users, users)
    return Ranking(
        np.concatenate(ranks),
        np.concatenate(lists),
        cost[0],
        seconds,
        cost[1],
        scoring_memory.megabytes,
        recommender.remark if isinstance(recommender, Remarked) else "",
    )


def judge(
    ranking: Ranking, split: Split, at: Sequence[int], features: sparse.csr_array | None, seed: int
) -> tuple[Measure, ...]:
    """Every measure of palate.evaluation.metrics, those a user with their intervals; all contenders are
    resampled alike.
    """
    train = split.train
    people = np.bincount(train.items[train.weights > 0], minlength=train.n_items)
    n_users = int(np.count_nonzero(np.diff(train.indptr)))
    single: list[tuple[str, int | None, NDArray[np.float64]]] = []
    whole: list[Measure] = []
    for k in at:
        lists = ranking.lists[:, :k]
        single += [
            ("recall", k, metrics.recall(ranking.ranks, split.indptr, k)),
            ("ndcg", k, metrics.ndcg(ranking.ranks, split.indptr, k)),
            ("hit_rate", k, metrics.hit_rate(ranking.ranks, split.indptr, k)),
            ("novelty", k, metrics.novelty(lists, people, n_users)),
        ]
        contexts = split.contexts
        lift = metrics.popularity_lift(lists, contexts.items, contexts.indptr, people)
        whole += [
            Measure("coverage", k, metrics.coverage(lists, train.n_items)),
            Measure("popularity_bias", k, None if np.isnan(lift) else lift),
            _diversity(lists, features, k, seed),
        ]
    single.append(("mrr", None, metrics.reciprocal_rank(ranking.ranks, split.indptr)))
    low, high = bootstrap_interval(np.stack([values for _, _, values in single], axis=1), seed)
    measures = [
        Measure(name, k, float(values.mean()), (float(low[place]), float(high[place])), values)
        for place, (name, k, values) in enumerate(single)
    ]
    return (*measures, *whole)


def compare(results: Sequence[Result], k: int, seed: int = 0) -> list[Comparison]:
    """Every pair of contenders on each measure of TESTED at ``k``, the better one first; p is adjusted over
    the pairs of one measure.
    """
    comparisons: list[Comparison] = []
    if len(results) < 2:
        return comparisons
    for name in TESTED:
        values = {result.contender.name: _users(result.measure(name, k)) for result in results}
        pairs = list(combinations(sorted(values, key=lambda other: -values[other].mean()), 2))
        better = np.stack([values[first] for first, _ in pairs], axis=1)
        worse = np.stack([values[second] for _, second in pairs], axis=1)
        lows, highs = paired_bootstrap_interval(better, worse, seed).tolist()
        p_values = [randomisation_test(values[first], values[second], seed) for first, second in pairs]
        adjusted = holm(np.array(p_values)).tolist()
        differences = (better - worse).mean(axis=0).tolist()
        for place, (first, second) in enumerate(pairs):
            interval = (lows[place], highs[place])
            comparisons.append(
                Comparison(
                    name, k, first, second, differences[place], interval, p_values[place], adjusted[place]
                )
            )
    return comparisons


def _users(measure: Measure) -> NDArray[np.float64]:
    if measure.users is None:
        raise ValueError(f"{measure.name} has no value for each user")
    return measure.users


def _diversity(lists: Codes, features: sparse.csr_array | None, k: int, seed: int) -> Measure:
    """Over the users whose lists have two items with features or more; no value where there are none."""
    if features is not None:
        values = metrics.intra_list_diversity(lists, features)
        known = values[~np.isnan(values)]
        if len(known):
            low, high = bootstrap_interval(known, seed)
            return Measure("diversity", k, float(known.mean()), (float(low), float(high)))
    return Measure("diversity", k, None)


def _check(scores: NDArray[np.float32], shape: tuple[int, int], name: str, recommender: Recommender) -> None:
    if scores.shape != shape:
        raise WorkFailed(
            f"the recommender {name!r} ({type(recommender).__qualname__}) gave scores of shape "
            f"{scores.shape!r} in place of {shape!r}"
        )
    if np.isnan(scores).any():
        raise WorkFailed(
            f"the recommender {name!r} ({type(recommender).__qualname__}) gave scores that are not numbers "
            "(NaN), which cannot be ranked"
        )
