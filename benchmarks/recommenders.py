"""The recommenders against what they are measured by, side by side in one run, one thread.

recommenders.py FOLDER [--only als,neighbours,ease,fold-in,memory]: an interaction benchmark (items.jsonl, events.csv)

ALS: fit and everyone's first ten against the package implicit, called directly on the same matrix; item kNN: everyone's
first ten against its cosine. EASE: fit against a bare numpy solve. Each that folds in: one person of 50 items in a
catalogue of 20,000, all scores made. Memory: the fit of each, at its highest, against its forecast.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from scipy import sparse
from threadpoolctl import threadpool_limits

from palate.evaluation.benchmark import read_benchmark
from palate.evaluation.memory import PeakMemory
from palate.evaluation.protocols import Split, leave_last_out
from palate.recommenders.als import ALS, ALSConfig
from palate.recommenders.base import Context, FitOptions, Forecasts, Interactions
from palate.recommenders.batch import score_many, top
from palate.recommenders.ease import EASE, EASEConfig
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig
from palate.settings import FeedbackSettings
from palate.training.content import word_vectors
from palate.training.sources import SOURCES
from palate.values import Mask

OPTIONS = FitOptions(threads=1)
BATCH_SCORES = 8_000_000


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """(seconds of processor time, what it gave)."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def als(split: Split) -> None:
    data, config = split.train, ALSConfig()
    ours, model = timed(lambda: ALS.fit(data, OPTIONS))
    positive = data.weights > 0
    indptr = np.concatenate(([0], np.cumsum(positive)))[data.indptr]
    confidence = sparse.csr_matrix(
        (1 + np.float32(model.scale) * data.weights[positive], data.items[positive], indptr),
        shape=(data.n_users, data.n_items),
    )
    peer = AlternatingLeastSquares(
        factors=config.factors,
        regularization=config.regularisation,
        iterations=config.iterations,
        num_threads=1,
        random_state=0,
    )
    theirs, _ = timed(lambda: peer.fit(confidence, show_progress=False))
    print(f"ALS fit: {ours:.2f} s, implicit {theirs:.2f} s")
    contexts = [split.context(row) for row in range(len(split.users))]
    mask = Mask(np.arange(data.n_items, dtype=np.int32))
    ours, _ = timed(lambda: first_ten(model, contexts, mask))
    rows = confidence[split.users]
    theirs, _ = timed(lambda: peer.recommend(split.users, rows, N=10, recalculate_user=True))
    print(f"first ten of {len(contexts)} people: ALS {ours:.2f} s, implicit {theirs:.2f} s, both folding in")


def neighbours(split: Split) -> None:
    data = split.train
    positive = data.weights > 0
    indptr = np.concatenate(([0], np.cumsum(positive)))[data.indptr]
    taken = sparse.csr_matrix(
        (np.ones(indptr[-1], np.float32), data.items[positive], indptr), shape=(data.n_users, data.n_items)
    )
    peer = CosineRecommender(K=ItemKNNConfig().neighbours, num_threads=1)
    peer.fit(taken, show_progress=False)
    rows = taken[split.users]
    theirs, _ = timed(lambda: peer.recommend(split.users, rows, N=10))
    contexts = [split.context(row) for row in range(len(split.users))]
    mask = Mask(np.arange(data.n_items, dtype=np.int32))
    model = ItemKNN.fit(data, OPTIONS)
    ours, _ = timed(lambda: first_ten(model, contexts, mask))
    print(f"first ten of {len(contexts)} people: item kNN {ours:.2f} s, implicit's cosine {theirs:.2f} s")


def first_ten(model: Any, contexts: list[Context], mask: Mask) -> None:
    step = max(1, BATCH_SCORES // len(mask))
    for start in range(0, len(contexts), step):
        block = contexts[start : start + step]
        scores = score_many(model, block, mask)
        for row, context in enumerate(block):
            scores[row, context.items] = -np.inf
        top(scores, 10)


def ease(data: Interactions) -> None:
    ours, _ = timed(lambda: EASE.fit(data, OPTIONS, EASEConfig(core=data.n_items)))

    def bare() -> None:
        positive = data.weights > 0
        users = np.repeat(np.arange(data.n_users), np.diff(data.indptr))[positive]
        items, columns = np.unique(data.items[positive], return_inverse=True)
        taken = sparse.csr_array((np.ones(len(users), np.float32), (users, columns)))
        gram = (taken.T @ taken).toarray()
        gram[np.diag_indices(len(items))] += EASEConfig().regularisation
        inverse = np.linalg.inv(gram)
        inverse /= -inverse.diagonal()
        np.fill_diagonal(inverse, 0)

    theirs, _ = timed(bare)
    print(f"EASE fit, the whole inverse: {ours:.2f} s, bare numpy {theirs:.2f} s, ratio {ours / theirs:.2f}")


def fold_in() -> None:
    random = np.random.default_rng(0)
    size, users, each = 20_000, 4_000, 30
    rows = [np.unique(random.zipf(1.3, each) % size) for _ in range(users)]
    for row in rows:
        random.shuffle(row)
    lengths = np.array([len(row) for row in rows])
    data = Interactions(
        np.concatenate(([0], np.cumsum(lengths))),
        np.concatenate(rows).astype(np.int32),
        np.ones(lengths.sum(), np.float32),
        np.arange(float(lengths.sum())),
        size,
        ordinal=True,
    )
    mask = Mask(np.arange(size, dtype=np.int32))
    contexts = [
        Context(random.permutation(size)[:50].astype(np.int32), np.ones(50, np.float32)) for _ in range(200)
    ]
    for source in SOURCES:
        model = source.kind.fit(data, OPTIONS)
        took = [timed(lambda one=one, model=model: model.score(one, mask))[0] for one in contexts]
        p50, p99 = 1e3 * np.quantile(took, (0.5, 0.99))
        print(f"fold-in, {source.kind.name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms")


def memory(data: Interactions) -> None:
    for source in SOURCES:
        if isinstance(source.kind, Forecasts):
            forecast = source.kind.forecast(data, OPTIONS)
            with PeakMemory() as peak:
                source.kind.fit(data, OPTIONS)
            print(
                f"memory, {source.kind.name}: {peak.megabytes:,.0f} MB, forecast {forecast.megabytes:,.0f} MB"
            )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--only", default="als,neighbours,ease,fold-in,memory")
    options = arguments.parse_args()
    with threadpool_limits(1):
        benchmark = read_benchmark(options.folder)
        split = leave_last_out(benchmark.log, FeedbackSettings.model_validate({}))
        train = replace(split.train, content=word_vectors(benchmark.items))
        parts = {
            "als": lambda: als(split),
            "neighbours": lambda: neighbours(split),
            "ease": lambda: ease(train),
            "fold-in": fold_in,
            "memory": lambda: memory(train),
        }
        for name in options.only.split(","):
            parts[name]()


if __name__ == "__main__":
    main()
