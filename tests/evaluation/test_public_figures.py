"""MovieLens-1M, leave-last-out: the figures that the data's README gives, through the whole harness.

The data lies in ``../shared/data`` beside the repository, or where PALATE_TEST_DATA points; without it these
tests
skip.
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


def read_by_candidate(data, options):
    """implicit's cosine neighbours, summed over the neighbours of the candidate in place of those of the
    person's
    items: how the README's figure was made.
    """
    (cosine,) = peers(["implicit-cosine"])
    return ImplicitItemItem(sparse.csr_matrix(cosine.fit(data, options).similarity.T))


@pytest.mark.skipif(not (DATA / "movielens-1m").is_dir(), reason=f"{DATA / 'movielens-1m'} is missing")
def test_the_figures_of_the_readme():
    benchmark = read_benchmark(DATA / "movielens-1m")
    assert len(benchmark.log) == 999_611
    parts = split("leave-last-out", benchmark.log, FeedbackSettings())
    assert len(parts.users) == len(parts.targets) == 6_040
    contenders = [
        *ours(["popularity"]),
        Contender("by-candidate", read_by_candidate),
        *peers(["implicit-cosine"]),
    ]
    popularity, by_candidate, cosine = run(parts, contenders, FitOptions(), at=(10, 1))

    def figures(result):
        return [
            round(result.measure(name, k).value, 4)
            for name, k in (("recall", 1), ("recall", 10), ("ndcg", 10))
        ]

    assert figures(popularity) == pytest.approx([0.0056, 0.0363, 0.0178], abs=1e-4)
    assert figures(by_candidate) == pytest.approx([0.0134, 0.0805, 0.0410], abs=2e-3)
    # as implicit itself recommends
    assert figures(cosine) == pytest.approx([0.0118, 0.0694, 0.0355], abs=3e-3)
    low, high = by_candidate.measure("recall", 10).interval
    # the normal approximation: .0805 +- 1.96 sqrt(.0805 * .9195 / 6040)
    assert [low, high] == pytest.approx(0.0805 + np.array([-1, 1]) * 0.00686, abs=1.5e-3)
