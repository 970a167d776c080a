"""Peers: what they rank here is what they recommend when they are called directly."""

import numpy as np
import pytest
from scipy import sparse

from palate.errors import InvalidInput, MissingDependency
from palate.evaluation import peers as peers_module
from palate.evaluation.benchmark import read_benchmark
from palate.evaluation.peers import peers
from palate.evaluation.protocols import split
from palate.evaluation.runner import run
from palate.recommenders.base import FitOptions
from palate.settings import FeedbackSettings
from palate.values import Mask


@pytest.fixture(scope="module")
def parts(circle):
    return split("leave-last-out", read_benchmark(circle).log, FeedbackSettings())


def test_a_library_and_a_single_model_of_it():
    assert [contender.name for contender in peers(["implicit"])] == [
        "implicit-als", "implicit-cosine", "implicit-bm25", "implicit-tfidf",
    ]  # fmt: skip
    (one,) = peers(["implicit-bm25", "implicit-bm25"])
    assert one.library.startswith("implicit 0.")
    assert peers([]) == []


@pytest.mark.parametrize("name", ["implicit-als", "implicit-cosine", "implicit-bm25", "implicit-tfidf"])
def test_rankings_are_those_of_the_library_called_directly(parts, name):
    (contender,) = peers([name])
    model = contender.fit(parts.train, FitOptions(seed=5))
    mask = Mask(np.arange(12, dtype=np.int32))
    contexts = [parts.context(row) for row in range(len(parts.users))]
    scores = model.score_many(contexts, mask)
    taken = sparse.csr_matrix(
        (np.ones(len(parts.contexts.items)), parts.contexts.items, parts.contexts.indptr),
        shape=(len(contexts), 12),
    )
    if name == "implicit-als":
        users = np.arange(len(contexts))
        ids, theirs = model.model.recommend(
            users, taken * model.confidence, N=3, filter_already_liked_items=True, recalculate_user=True
        )
        assert np.take_along_axis(scores, ids, axis=1) == pytest.approx(theirs, abs=1e-5)
    else:
        from implicit.nearest_neighbours import NearestNeighboursScorer

        scorer = NearestNeighboursScorer(model.similarity)
        for row in range(len(contexts)):
            ids, theirs = scorer.recommend(
                taken.indptr[row : row + 2] - taken.indptr[row],
                taken.indices[taken.indptr[row] : taken.indptr[row + 1]],
                np.ones(taken.indptr[row + 1] - taken.indptr[row]),
                K=12,
                remove_own_likes=False,
            )
            assert scores[row, ids] == pytest.approx(theirs, rel=1e-5)
    assert model.score(contexts[3], Mask(np.array([2, 9], np.int32))) == pytest.approx(scores[3, [2, 9]])


def test_peers_stand_beside_ours_in_one_run(parts):
    results = run(parts, peers(["implicit"]), FitOptions(), at=(3,))
    for result in results:
        # neighbours on the circle: far better than the 3 of about 8 that chance would find
        assert result.measure("recall", 3).value > 0.5, result.contender.name


def test_an_unknown_peer():
    with pytest.raises(InvalidInput, match="'spotlight'; choose from implicit, lenskit"):
        peers(["spotlight"])
    with pytest.raises(InvalidInput, match="'implicit-svd'; implicit has implicit-als"):
        peers(["implicit-svd"])


def test_a_peer_that_is_not_installed(monkeypatch):
    monkeypatch.setitem(peers_module.MODULES, "nosuchlibrary", "peer_nosuchlibrary")
    with pytest.raises(MissingDependency, match="pip install nosuchlibrary"):
        peers(["nosuchlibrary"])


def test_lenskit_where_it_is_installed(parts):
    pytest.importorskip("lenskit", reason="lenskit is not installed (it brings torch)")
    results = run(parts, peers(["lenskit"]), FitOptions(), at=(3,))
    assert [result.contender.name for result in results] == [
        "lenskit-als",
        "lenskit-item-knn",
        "lenskit-ease",
    ]
    for result in results:
        assert result.measure("recall", 3).value > 0.5, result.contender.name
