"""The attention network (palate.recommenders.attention) in torch, as it is trained. Importing this imports torch.

What is slow on a processor is written by hand: the cross-entropy of the full softmax goes by chunks of positions, so
that no matrix of positions times items is ever held; dropout takes its chances a byte each, as torch's own take most
of the time of a step; and where the processor multiplies bfloat16, products are of bfloat16, all sums and parameters
float32, at about twice the speed.
"""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.recommenders.attention import ARRAYS, EPSILON, LAYER_ARRAYS, AttentionConfig

# a kernel is kept for each shape of a product, and each batch has another: 1,024 of them grew to gigabytes
for name in ("LRU_CACHE_CAPACITY", "ONEDNN_PRIMITIVE_CACHE_CAPACITY"):
    os.environ.setdefault(name, "16")
torch: Any = import_module("torch")
functional: Any = torch.nn.functional

LEAST_CHANCE = 1e-30
"""Of a target, so that its logarithm is finite."""


def multiplies_bfloat16() -> bool:
    """What torch knows of it (palate.training.attention_needs)."""
    return any(
        getattr(torch.cpu, name, lambda: False)()
        for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    )


class Network:
    """The parameters and the loss. ``parameters``: leaf tensors float32 by name, those of LAYER_ARRAYS one a layer,
    ``name.0`` and so on.
    """

    def __init__(
        self,
        start: NDArray[np.float32],
        config: AttentionConfig,
        dropout: float,
        seed: int,
        *,
        low: bool,
        chunk: int,
    ) -> None:
        """``start`` float32 [v, d]: the items' embeddings; ``low``: products in bfloat16; ``chunk``: how many
        positions' scores of all items are held at a time.
        """
        self.config, self.dropout, self.chunk = config, dropout, chunk
        self.dtype = torch.bfloat16 if low else torch.float32
        self._bits = np.random.SFC64(seed)
        generator = torch.Generator().manual_seed(seed)
        d = config.width

        def normal(*shape: int) -> Any:
            return torch.randn(*shape, generator=generator) * 0.02

        norm = torch.stack([torch.ones(d), torch.zeros(d)])
        values = {
            "embedding": torch.from_numpy(start.copy()),
            "bias": torch.zeros(len(start)),
            "positions": normal(config.window, d),
            "final_norm": norm,
        }
        for layer in range(config.layers):
            of_layer = {
                "norm1": norm,
                "query_key_value": normal(d, 3 * d),
                "query_key_value_bias": torch.zeros(3 * d),
                "distance": torch.zeros(config.heads, config.window),
                "out": normal(d, d),
                "out_bias": torch.zeros(d),
                "norm2": norm,
                "widen": normal(d, 4 * d),
                "widen_bias": torch.zeros(4 * d),
                "narrow": normal(4 * d, d),
                "narrow_bias": torch.zeros(d),
            }
            values |= {f"{name}.{layer}": value for name, value in of_layer.items()}
        self.parameters = {name: value.clone().requires_grad_(True) for name, value in values.items()}

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """A copy of the parameters, as palate.recommenders.attention has them."""
        found = {name: value.detach().numpy().copy() for name, value in self.parameters.items()}
        layers = range(self.config.layers)
        return {
            name: np.stack([found[f"{name}.{layer}"] for layer in layers])
            if name in LAYER_ARRAYS
            else found[name]
            for name in ARRAYS
        }

    def assign(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Take over what ``arrays`` gave."""
        with torch.no_grad():
            for name, value in self.parameters.items():
                array, _, layer = name.partition(".")
                value.copy_(torch.from_numpy(arrays[array][int(layer)] if layer else arrays[array]))

    def loss(self, inputs: NDArray[np.int64], targets: NDArray[np.int64]) -> Any:
        """The mean cross-entropy at the places of ``targets`` int64 [b, t] that are not -1."""
        goals = torch.from_numpy(targets)
        real = goals >= 0
        states = self.states(torch.from_numpy(inputs), self.dropout)[real]
        embedding, bias = self.parameters["embedding"], self.parameters["bias"]
        return CrossEntropy.apply(states, embedding, bias, goals[real], self.dtype, self.chunk)

    def states(self, inputs: Any, dropout: float = 0.0) -> Any:
        """The network on inputs int64 [b, t] (rows of the embedding, -1 filling up on the right): float32 [b, t, d]."""
        p, config = self.parameters, self.config
        b, t = inputs.shape
        d, heads = config.width, config.heads
        x = functional.embedding(inputs.clamp(min=0), p["embedding"]) * d**0.5 + p["positions"][:t]
        x = self._dropped(x, dropout)
        ages = torch.arange(t)[:, None] - torch.arange(t)
        later = torch.where(ages < 0, -1e30, 0.0)
        for layer in range(config.layers):

            def dense(x: Any, name: str, layer: int = layer) -> Any:
                return Dense.apply(x, p[f"{name}.{layer}"], p[f"{name}_bias.{layer}"], self.dtype)

            qkv = dense(_norm(x, p[f"norm1.{layer}"]), "query_key_value")
            q, k, v = qkv.view(b, t, 3, heads, d // heads).permute(2, 0, 3, 1, 4)
            bias = p[f"distance.{layer}"][:, ages.clamp(min=0)] + later
            kept = self._kept((b, heads, t, t), dropout)
            mixed = Attend.apply(q, k, v, bias, kept, self.dtype)
            x = x + self._dropped(dense(mixed.transpose(1, 2).reshape(b, t, d), "out"), dropout)
            hidden = dense(_norm(x, p[f"norm2.{layer}"]), "widen")
            hidden = dense(functional.gelu(hidden, approximate="tanh"), "narrow")
            x = x + self._dropped(hidden, dropout)
        return _norm(x, p["final_norm"])

    def _dropped(self, x: Any, rate: float) -> Any:
        kept = self._kept(x.shape, rate)
        return x if kept is None else x * kept

    def _kept(self, shape: tuple[int, ...], rate: float) -> Any:
        """Factors of that shape, float32: 0 with about the chance ``rate``, to a 256th, else what makes up for it; None
        where all is kept.
        """
        bound = round(256 * rate)
        if bound == 0:
            return None
        size = int(np.prod(shape))
        drawn = torch.from_numpy(self._bits.random_raw((size + 7) // 8).view(np.uint8)[:size])
        return (drawn >= bound).view(shape).to(torch.float32).mul_(256 / (256 - bound))


def _norm(x: Any, scale_and_shift: Any) -> Any:
    return functional.layer_norm(x, x.shape[-1:], scale_and_shift[0], scale_and_shift[1], EPSILON)


class Dense(torch.autograd.Function):
    """x @ w + b, for x [..., m], w [m, n], b [n]."""

    @staticmethod
    def forward(ctx: Any, x: Any, w: Any, b: Any, dtype: Any) -> Any:
        x, w = x.to(dtype), w.to(dtype)
        ctx.save_for_backward(x, w)
        return (x @ w).float() + b

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:
        x, w = ctx.saved_tensors
        rows = gradient.flatten(0, -2)
        low = rows.to(x.dtype)
        return (low @ w.T).view(x.shape).float(), (x.flatten(0, -2).T @ low).float(), rows.sum(dim=0), None


class Attend(torch.autograd.Function):
    """softmax(q k' / sqrt(e) + bias) times ``kept``, @ v, for q, k, v [b, heads, t, e], bias [heads, t, t] and kept
    [b, heads, t, t] or None.
    """

    @staticmethod
    def forward(ctx: Any, q: Any, k: Any, v: Any, bias: Any, kept: Any, dtype: Any) -> Any:
        q, k, v = q.to(dtype), k.to(dtype), v.to(dtype)
        ctx.scale = q.shape[-1] ** -0.5
        weights = torch.softmax((q @ k.transpose(2, 3)).float() * ctx.scale + bias, dim=3)
        ctx.save_for_backward(q, k, v, weights, kept)
        return ((weights if kept is None else weights * kept).to(dtype) @ v).float()

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:
        q, k, v, weights, kept = ctx.saved_tensors
        low = gradient.to(q.dtype)
        mixing = (weights if kept is None else weights * kept).to(q.dtype)
        by_v = (mixing.transpose(2, 3) @ low).float()
        by_weights = (low @ v.transpose(2, 3)).float()
        if kept is not None:
            by_weights *= kept
        by_logits = weights * (by_weights - (weights * by_weights).sum(dim=3, keepdim=True))
        scaled = (by_logits * ctx.scale).to(q.dtype)
        by_q, by_k = (scaled @ k).float(), (scaled.transpose(2, 3) @ q).float()
        return by_q, by_k, by_v, by_logits.sum(dim=0), None, None


class CrossEntropy(torch.autograd.Function):
    """The mean cross-entropy of softmax(states @ embedding' + bias), for states [n, d] and targets int64 [n], ``chunk``
    of them at a time.
    """

    @staticmethod
    def forward(
        ctx: Any, states: Any, embedding: Any, bias: Any, targets: Any, dtype: Any, chunk: int
    ) -> Any:
        n, loss = len(states), 0.0
        low, table = states.to(dtype), embedding.to(dtype)
        by_states = torch.empty_like(states)
        by_embedding, by_bias = torch.zeros_like(embedding), torch.zeros_like(bias)
        for start in range(0, n, chunk):
            part, goal = low[start : start + chunk], targets[start : start + chunk]
            rows = torch.arange(len(part))
            chances = torch.softmax((part @ table.T).float() + bias, dim=1)
            loss -= float(chances[rows, goal].clamp(min=LEAST_CHANCE).log().sum())
            # from here on the gradient: p, less 1 at the target
            chances[rows, goal] -= 1
            by_bias += chances.sum(dim=0)
            chances = chances.to(dtype)
            by_states[start : start + chunk] = chances @ table
            by_embedding += chances.T @ part
        ctx.save_for_backward(by_states / n, by_embedding / n, by_bias / n)
        return torch.tensor(loss / n)

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:
        return (*(gradient * saved for saved in ctx.saved_tensors), None, None, None)
