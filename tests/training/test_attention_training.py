from dataclasses import replace

import numpy as np
import pytest

from palate.recommenders.attention import Attention, AttentionConfig
from palate.recommenders.base import Context, FitOptions, Interactions
from palate.settings import TrainSettings
from palate.training import attention
from palate.training.attention_needs import (
    beyond_memory,
    chunk_of,
    config_for,
    needs_of_attention,
    seconds_of,
)
from palate.training.embeddings import initial_embeddings
from palate.values import Mask

OPTIONS = FitOptions(seed=2)
N_ITEMS = 20
SMALL = AttentionConfig(width=16, window=8, epochs=30, dropout=0.0, learning_rate=1e-2)


def circle(users: int = 80, length: int = 12) -> Interactions:
    """Everyone steps through the items by 3; where one starts differs. Item 20 is never touched."""
    rows = [(user + 3 * np.arange(length)) % N_ITEMS for user in range(users)]
    items = np.concatenate(rows).astype(np.int32)
    return Interactions(
        indptr=np.arange(users + 1) * length,
        items=items,
        weights=np.ones(len(items), np.float32),
        timestamps=np.tile(np.arange(1.0, length + 1), users),
        n_items=N_ITEMS + 1,
        ordinal=True,
    )


@pytest.fixture(scope="module")
def outcome():
    pytest.importorskip("torch", reason="torch is not installed: pip install 'palate[train]'")
    return attention.fit_attention(circle(), OPTIONS, SMALL)


def test_it_learns_what_comes_next(outcome):
    assert max(outcome.ndcg) > 0.9
    mask = Mask(np.arange(N_ITEMS + 1, dtype=np.int32))
    for start in range(5):
        items = np.array([(start + 3 * step) % N_ITEMS for step in range(4)], np.int32)
        scores = outcome.model.score(Context(items, np.ones(4, np.float32)), mask)
        assert scores.argmax() == (start + 12) % N_ITEMS
        assert scores[N_ITEMS] == 0


def test_numpy_agrees_with_torch():
    network = pytest.importorskip("palate.training.network", exc_type=ImportError)
    random = np.random.default_rng(0)
    made = network.Network(np.zeros((N_ITEMS, 16), np.float32), SMALL, 0.0, 0, low=False, chunk=512)
    arrays = {name: random.normal(0, 0.3, a.shape).astype(np.float32) for name, a in made.arrays().items()}
    made.assign(arrays)
    model = Attention(np.arange(N_ITEMS, dtype=np.int32), made.arrays(), SMALL)
    for length in (1, 3, 8):
        rows = random.permutation(N_ITEMS)[:length].astype(np.int32)
        # what fills the batch up on the right changes nothing
        batch = np.full((1, 8), -1)
        batch[0, :length] = rows
        with network.torch.no_grad():
            states = made.states(network.torch.from_numpy(batch))[0, length - 1].numpy()
        np.testing.assert_allclose(model.state(rows), states, atol=1e-5)


def test_the_gradients_written_by_hand_are_those_of_torch():
    network = pytest.importorskip("palate.training.network", exc_type=ImportError)
    torch = network.torch
    generator = torch.Generator().manual_seed(0)

    def normal(*shape: int):
        return torch.randn(*shape, generator=generator)

    targets = torch.randint(0, 9, (1_300,), generator=generator)
    kept = (torch.rand(2, 3, 5, 5, generator=generator) > 0.2).float() * 1.25
    pairs = (
        (
            (normal(1_300, 4), normal(9, 4), normal(9)),
            lambda s, e, b: network.CrossEntropy.apply(s, e, b, targets, torch.float32, 512),
            lambda s, e, b: torch.nn.functional.cross_entropy(s @ e.T + b, targets),
        ),
        (
            (normal(2, 5, 4), normal(4, 3), normal(3)),
            lambda x, w, b: network.Dense.apply(x, w, b, torch.float32),
            lambda x, w, b: x @ w + b,
        ),
        (
            (*(normal(2, 3, 5, 4) for _ in range(3)), normal(3, 5, 5)),
            lambda q, k, v, b: network.Attend.apply(q, k, v, b, kept, torch.float32),
            lambda q, k, v, b: (torch.softmax(q @ k.transpose(2, 3) / 2 + b, 3) * kept) @ v,
        ),
    )
    for values, ours, theirs in pairs:
        found = []
        for function in (ours, theirs):
            leaves = [value.clone().requires_grad_(True) for value in values]
            result = function(*leaves)
            (result * torch.arange(1.0, result.numel() + 1).view(result.shape)).sum().backward()
            found.append([result.detach(), *(leaf.grad for leaf in leaves)])
        for mine, torchs in zip(*found, strict=True):
            torch.testing.assert_close(mine, torchs, atol=2e-5, rtol=1e-4)


def test_products_of_bfloat16_come_near_and_dropout_keeps_what_it_says():
    network = pytest.importorskip("palate.training.network", exc_type=ImportError)
    start = np.random.default_rng(0).normal(0, 0.3, (N_ITEMS, 16)).astype(np.float32)
    inputs = np.random.default_rng(1).integers(0, N_ITEMS, (40, 8))
    exact, near = (network.Network(start, SMALL, 0.0, 0, low=low, chunk=512) for low in (False, True))
    for one in (exact, near):
        one.loss(inputs[:, :-1], inputs[:, 1:]).backward()
    gradients = [one.parameters["embedding"].grad for one in (exact, near)]
    assert (gradients[0] - gradients[1]).norm() < 0.02 * gradients[0].norm()
    kept = exact._kept((400, 250), 0.3)
    assert float((kept == 0).float().mean()) == pytest.approx(0.3, abs=0.01)
    assert float(kept.mean()) == pytest.approx(1, abs=0.01)
    assert exact._kept((3,), 0.0) is None


def test_one_seed_gives_one_model(outcome):
    again = attention.fit_attention(circle(), OPTIONS, SMALL)
    for name, array in again.model.arrays.items():
        np.testing.assert_array_equal(array, outcome.model.arrays[name])


def test_out_of_time_it_still_gives_a_model(outcome):
    short = attention.fit_attention(circle(), OPTIONS, replace(SMALL, epochs=10_000), seconds=1.0)
    assert short.seconds < 20
    assert short.epochs < 10_000


def test_the_forecast_and_the_rate_of_dropout():
    data = circle()
    one, two = (seconds_of(data, OPTIONS, replace(SMALL, epochs=n)) for n in (1, 2))
    assert two == pytest.approx(2 * one)
    assert attention.dropout_of(5, 10**7) == 0.5
    assert attention.dropout_of(165, 10**6) == pytest.approx(0.1)
    assert attention.dropout_of(165, 10**5) == pytest.approx(0.5)
    assert 0.1 < attention.dropout_of(165, 3 * 10**5) < attention.dropout_of(165, 2 * 10**5) < 0.5
    assert config_for(data, OPTIONS, 1e9).width == 128
    assert config_for(data, OPTIONS, 1e-9).epochs == 1


def test_what_memory_does_not_allow_is_made_smaller_or_not_begun():
    data = circle()
    whole = config_for(data, replace(OPTIONS, megabytes=4_000), 1e9)
    assert whole.width == 128
    # a wide catalogue holds the scores of fewer positions at a time
    assert chunk_of(1_000) * 1_000 <= chunk_of(10**6) * 10**6 <= 16e6
    wide = circle(users=6_000)
    wide = replace(wide, items=np.arange(len(wide.items), dtype=np.int32), n_items=len(wide.items))
    limits = TrainSettings.model_validate({"megabytes": 100})
    needed = needs_of_attention(wide, OPTIONS, limits)
    assert beyond_memory(needed, limits) == (
        f"attention would take about {needed.megabytes:,.0f} MB of memory; train.megabytes allows 100"
    )
    assert not beyond_memory(needed, TrainSettings.model_validate({}))


def test_items_that_go_together_start_together():
    # two worlds that never meet
    rows = [np.random.default_rng(user).permutation(5) + 5 * (user % 2) for user in range(60)]
    data = replace(
        circle(),
        indptr=np.arange(61) * 5,
        items=np.concatenate(rows).astype(np.int32),
        weights=np.ones(300, np.float32),
        timestamps=np.tile(np.arange(5.0), 60),
    )
    found = initial_embeddings(data, np.arange(10, dtype=np.int32), 8, 0)
    similar = found @ found.T
    assert similar[:5, :5].mean() > 5 * abs(similar[:5, 5:].mean())
