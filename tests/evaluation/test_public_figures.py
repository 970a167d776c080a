"""MovieLens-1M, leave-last-out: the figures that the data's README gives, through the whole harness.

The data lies in ``../shared/data`` beside the repository, or where PALATE_TEST_DATA points; without it
these tests skip.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from palate.evaluation.benchmark import read_benchmark
from palate.evaluation.contenders import Contender, ours
from palate.evaluation.peer_implicit import ImplicitItemItem
from palate.evaluation.peers import peers
from palate.evaluation.protocols import split
from palate.evaluation.runner import run
from palate.recommenders.base import FitOptions
from palate.settings import FeedbackSettings

DATA = Path(os.environ.get("PALATE_TEST_DATA") or Path(__file__).parents[2].parent / "shared" / "data")


@pytest.mark.skipif(not (DATA / "movielens-1m").is_dir(), reason=f"{DATA / 'movielens-1m'} is missing")
def test_the_figures_of_the_readme():
    benchmark = read_benchmark(DATA / "movielens-1m")
    assert len(benchmark.log) == 999_611
    parts = split("leave-last-out", benchmark.log, FeedbackSettings())
    assert len(parts.users) == len(parts.targets) == 6_040
    (peer,) = peers(["implicit-cosine"])
    neighbours = peer.fit(parts.train, FitOptions()).similarity
    # implicit sums over the neighbours of the person's items, the README over those of the candidate
    by_recommending = ImplicitItemItem(neighbours)
    by_candidate = ImplicitItemItem(sparse.csr_matrix(neighbours.T))
    contenders = [
        *ours(["popularity"]),
        Contender("by-candidate", lambda data, options: by_candidate),
        Contender("by-recommending", lambda data, options: by_recommending),
    ]
    popularity, candidate, recommending = run(parts, contenders, FitOptions(), at=(10, 1))

    def figures(result):
        return [
            round(result.measure(name, k).value, 4)
            for name, k in (("recall", 1), ("recall", 10), ("ndcg", 10))
        ]

    assert figures(popularity) == pytest.approx([0.0056, 0.0363, 0.0178], abs=1e-4)
    assert figures(candidate) == pytest.approx([0.0134, 0.0805, 0.0410], abs=2e-3)
    assert figures(recommending) == pytest.approx([0.0118, 0.0694, 0.0355], abs=3e-3)
    low, high = candidate.measure("recall", 10).interval
    # the normal approximation: .0805 +- 1.96 sqrt(.0805 * .9195 / 6040)
    assert [low, high] == pytest.approx(0.0805 + np.array([-1, 1]) * 0.00686, abs=1.5e-3)
