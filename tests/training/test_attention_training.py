from dataclasses import replace

import numpy as np
import pytest

from palate.recommenders.attention import Attention, AttentionConfig
from palate.recommenders.base import Context, FitOptions, Interactions
from palate.training import attention
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


def test_numpy_agrees_with_torch(outcome):
    import torch

    fit = attention._Fit(torch, circle(), OPTIONS, SMALL, None, np.inf, lambda *_: None)
    random = np.random.default_rng(0)
    for name, value in fit.parameters.items():
        fit.parameters[name] = torch.from_numpy(random.normal(0, 0.3, value.shape).astype(np.float32))
    model = Attention(fit.items, fit._arrays(), fit.config)
    for length in (1, 3, 8):
        rows = random.permutation(N_ITEMS)[:length].astype(np.int32)
        # what fills the batch up on the right changes nothing
        batch = np.full((1, 8), -1)
        batch[0, :length] = rows
        with torch.no_grad():
            states = fit._states(torch.from_numpy(batch), 0.0)[0, length - 1].numpy()
        np.testing.assert_allclose(model.state(rows), states, atol=1e-5)


def test_the_gradient_written_by_hand_is_that_of_torch(outcome):
    import torch

    generator = torch.Generator().manual_seed(0)
    states, embedding, bias = (torch.randn(*s, generator=generator) for s in ((600, 4), (9, 4), (9,)))
    targets = torch.randint(0, 9, (600,), generator=generator)
    found = []
    for loss in (
        lambda s, e, b: attention._cross_entropy(torch).apply(s, e, b, targets),
        lambda s, e, b: torch.nn.functional.cross_entropy(s @ e.T + b, targets),
    ):
        leaves = [value.clone().requires_grad_(True) for value in (states, embedding, bias)]
        value = loss(*leaves)
        value.backward()
        found.append([value.detach(), *(leaf.grad for leaf in leaves)])
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-4)


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
    one, two = (attention.forecast_seconds(data, OPTIONS, replace(SMALL, epochs=n)) for n in (1, 2))
    assert two == pytest.approx(2 * one)
    assert attention.dropout_of(5, 10**7) == 0.5
    assert attention.dropout_of(165, 10**6) == pytest.approx(0.1)
    assert attention.dropout_of(165, 10**5) == pytest.approx(0.5)
    assert 0.1 < attention.dropout_of(165, 3 * 10**5) < attention.dropout_of(165, 2 * 10**5) < 0.5
    assert attention.config_for(data, OPTIONS, 1e9).width == 128
    assert attention.config_for(data, OPTIONS, 1e-9).epochs == 1


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
