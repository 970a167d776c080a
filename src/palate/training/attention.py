"""Training of the attention model (palate.recommenders.attention) with torch, the extra ``[train]``.

The loss is the cross-entropy of the full softmax at every position, its gradient written by hand in chunks of
positions, so that no matrix of positions times items is ever held. The rate of learning falls with a cosine
over the epochs planned, or over the seconds allowed where they run out sooner; so a slow machine gets a less
trained model, not a cut-off one. The best state on held-out next items is kept.
"""

import importlib.util
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingDependency
from palate.recommenders.attention import ARRAYS, EPSILON, Attention, AttentionConfig
from palate.recommenders.base import FitOptions, Interactions
from palate.training.embeddings import initial_embeddings
from palate.training.progress import Progress, silent
from palate.values import Codes

CHUNK = 256
"""Positions whose logits are held at a time."""
WARM_UP = 0.05
CLIP = 1.0
BETAS = (0.9, 0.98)
WEIGHT_DECAY = 0.01
PATIENCE = 3
"""Measured epochs without a better one after which training ends."""
LEAST_EPOCHS, MOST_EPOCHS = 8, 30
VALIDATED = 1_000
"""People whose next item is held out to choose the state."""
BATCHES = 200
"""About how many steps an epoch has; a batch is 1,024 to 8,192 positions."""
RATE = 20e9
"""Floating-point operations a second of one thread, as seen: what the forecast of time rests on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``model``, and how it came about: ``epochs`` run, the ``best`` one, ``ndcg`` (at 10, of held-out next
    items) after each measured epoch, ``seconds``.
    """

    model: Attention
    epochs: int
    best: int
    ndcg: tuple[float, ...]
    seconds: float


def available() -> bool:
    """Whether torch is installed; it is not imported."""
    return importlib.util.find_spec("torch") is not None


def forecast_seconds(data: Interactions, options: FitOptions, config: AttentionConfig) -> float:
    """About how long a fit takes: the softmax's three products of positions, items and width, and the
    blocks'.
    """
    positive = data.weights > 0
    positions = float(positive.sum())
    items = len(np.unique(data.items[positive]))
    block = config.layers * (12 * config.width + config.window)
    return 6 * config.width * positions * (items + block) * config.epochs / (RATE * options.threads)


def config_for(data: Interactions, options: FitOptions, seconds: float) -> AttentionConfig:
    """The widest network, and as many epochs of it, as the seconds allow: 128 wide where that leaves 8
    epochs.
    """
    for width in (128, 64):
        config = AttentionConfig(width=width)
        epoch = forecast_seconds(data, options, replace(config, epochs=1))
        epochs = int(seconds / max(epoch, 1e-9))
        if epochs >= LEAST_EPOCHS:
            break
    return replace(config, epochs=int(np.clip(epochs, 1, MOST_EPOCHS)))


def dropout_of(mean_length: float, interactions: int) -> float:
    """The rate for histories of that length in a log of that size: .1 from 100 items and a million interactions on, .5
    up to 10 or up to a hundred thousand, between them by the logarithm; whichever asks for more.

    Found on MovieLens-1M (.1), Amazon Beauty (.5: short histories) and MovieLens-100k (.3 and .5 alike, .1 clearly
    worse: long histories, but few of them, which the network learns by heart).
    """
    by_length = math.log10(max(mean_length, 1.0) / 10)
    by_size = math.log10(max(interactions, 1) / 1e5)
    return float(np.clip(0.5 - 0.4 * min(by_length, by_size), 0.1, 0.5))


def fit_attention(
    data: Interactions,
    options: FitOptions,
    config: AttentionConfig | None = None,
    *,
    validation: tuple[NDArray[np.int64], Codes] | None = None,
    seconds: float = math.inf,
    progress: Progress = silent,
) -> Outcome:
    """Train on the order of each person's items of positive weight.

    ``validation``: (rows of people in ``data`` int64 [n], the item that came next for each, int32 [n], not
    in ``data``); when None the last items of VALIDATED people are held out here. ``seconds``: the most that
    the fit may take, about. The same seed on the same machine gives the same model, unless the seconds run
    out. Raises MissingDependency without torch.
    """
    if not available():
        raise MissingDependency(
            "the attention model is trained with torch, which is not installed: pip install 'palate[train]'"
        )
    import torch  # pyright: ignore[reportMissingImports]

    config = config or AttentionConfig()
    torch.set_num_threads(options.threads)
    return _Fit(torch, data, options, config, validation, seconds, progress).run()


class _Fit:
    """One training run."""

    def __init__(
        self,
        torch: Any,
        data: Interactions,
        options: FitOptions,
        config: AttentionConfig,
        validation: tuple[NDArray[np.int64], Codes] | None,
        seconds: float,
        progress: Progress,
    ) -> None:
        self.torch, self.options, self.seconds, self.progress = torch, options, seconds, progress
        self.start = time.perf_counter()
        self.random = np.random.default_rng(options.seed)
        sequences, self.contexts, self.targets, self.items = _sequences(data, validation, self.random)
        self.sequences = [sequence for sequence in sequences if len(sequence) > 1]
        lengths = np.array([len(sequence) for sequence in self.sequences] or [1])
        window = min(config.window, max(1, int(lengths.max()) - 1))
        dropout = config.dropout
        if dropout is None:
            dropout = dropout_of(float(lengths.mean()), int(lengths.sum()))
        self.config = replace(config, window=window, dropout=dropout)
        self.batch = int(np.clip(lengths.sum() / BATCHES, 1_024, 8_192))
        start = initial_embeddings(data, self.items, config.width, options.seed)
        self.generator = torch.Generator().manual_seed(options.seed)
        torch.manual_seed(options.seed)
        self.parameters = self._parameters(start)

    def run(self) -> Outcome:
        torch, config = self.torch, self.config
        parameters = list(self.parameters.values())
        optimiser = torch.optim.AdamW(
            parameters, lr=config.learning_rate, betas=BETAS, weight_decay=WEIGHT_DECAY
        )
        best, best_epoch, best_state = -1.0, 0, self._arrays()
        history: list[float] = []
        epoch, worse = 0, 0
        planned = config.epochs * max(1, sum(1 for _ in self._batches(np.random.default_rng(0))))
        step = 0
        while epoch < config.epochs and self._done(step, planned) < 1 and self.sequences:
            for inputs, targets in self._batches(self.random):
                done = self._done(step, planned)
                if done >= 1:
                    break
                share = min(1.0, done / WARM_UP, 0.5 * (1 + math.cos(math.pi * done)) + 0.01)
                for group in optimiser.param_groups:
                    group["lr"] = config.learning_rate * max(share, 0.01)
                loss = self._loss(torch.from_numpy(inputs), torch.from_numpy(targets))
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(parameters, CLIP)
                optimiser.step()
                step += 1
            epoch += 1
            self.progress("fitting attention", epoch, config.epochs)
            if self.contexts and (2 * epoch >= config.epochs or self._done(step, planned) > 0.5):
                arrays = self._arrays()
                ndcg = self._ndcg(arrays)
                history.append(round(ndcg, 5))
                worse = 0 if ndcg > best else worse + 1
                if ndcg > best:
                    best, best_epoch, best_state = ndcg, epoch, arrays
                if worse >= PATIENCE:
                    break
        if not history:
            best_epoch, best_state = epoch, self._arrays()
        model = Attention(self.items, best_state, self.config)
        return Outcome(model, epoch, best_epoch, tuple(history), time.perf_counter() - self.start)

    def _done(self, step: int, planned: int) -> float:
        """The share of the training that is done, by steps or by time, whichever is further."""
        return max(step / planned, (time.perf_counter() - self.start) / self.seconds)

    def _batches(self, random: np.random.Generator) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """(inputs, targets), each int64 [b, t]: sequences of like length together, filled up with -1 on the
        right.

        A history longer than the window is cut into windows at an offset that is new each epoch.
        """
        window = self.config.window
        parts: list[NDArray[np.int64]] = []
        for sequence in self.sequences:
            first = int(random.integers(1, window + 1)) if len(sequence) > window + 1 else len(sequence)
            for end in range(first, len(sequence) + window, window):
                part = sequence[max(0, end - window - 1) : end]
                if len(part) > 1:
                    parts.append(part)
                if end >= len(sequence):
                    break
        lengths = np.array([len(part) for part in parts])
        order = np.lexsort((random.random(len(parts)), lengths))
        batches: list[NDArray[np.intp]] = []
        begin = 0
        while begin < len(order):
            # the longest of the batch comes last, and all are filled up to it
            end = begin + 1
            while end < len(order) and lengths[order[end]] * (end - begin + 1) <= self.batch:
                end += 1
            batches.append(order[begin:end])
            begin = end
        for number in random.permutation(len(batches)):
            chosen = [parts[row] for row in batches[number]]
            filled = np.full((len(chosen), max(len(part) for part in chosen)), -1, np.int64)
            for row, part in enumerate(chosen):
                filled[row, : len(part)] = part
            yield filled[:, :-1], filled[:, 1:]

    def _parameters(self, start: NDArray[np.float32]) -> dict[str, Any]:
        torch, c = self.torch, self.config
        d, layers = c.width, c.layers

        def normal(*shape: int) -> Any:
            return torch.randn(*shape, generator=self.generator) * 0.02

        norm = torch.stack([torch.ones(d), torch.zeros(d)])
        values = {
            "embedding": torch.from_numpy(start.copy()),
            "bias": torch.zeros(len(self.items)),
            "positions": normal(c.window, d),
            "final_norm": norm,
            "norm1": norm.repeat(layers, 1, 1),
            "query_key_value": normal(layers, d, 3 * d),
            "query_key_value_bias": torch.zeros(layers, 3 * d),
            "distance": torch.zeros(layers, c.heads, c.window),
            "out": normal(layers, d, d),
            "out_bias": torch.zeros(layers, d),
            "norm2": norm.repeat(layers, 1, 1),
            "widen": normal(layers, d, 4 * d),
            "widen_bias": torch.zeros(layers, 4 * d),
            "narrow": normal(layers, 4 * d, d),
            "narrow_bias": torch.zeros(layers, d),
        }
        return {name: values[name].clone().requires_grad_(True) for name in ARRAYS}

    def _states(self, inputs: Any, dropout: float) -> Any:
        """The network on inputs int64 [b, t] (rows of the embedding, -1 filling up): float32 [b, t, d]."""
        torch, p, c = self.torch, self.parameters, self.config
        functional = torch.nn.functional
        b, t = inputs.shape
        d, heads = c.width, c.heads
        x = functional.embedding(inputs.clamp(min=0), p["embedding"]) * d**0.5 + p["positions"][:t]
        x = functional.dropout(x, dropout, training=dropout > 0)
        ages = torch.arange(t)[:, None] - torch.arange(t)
        later = torch.where(ages < 0, -1e30, 0.0)
        for layer in range(c.layers):
            normal = _norm(functional, x, p["norm1"][layer])
            qkv = normal @ p["query_key_value"][layer] + p["query_key_value_bias"][layer]
            q, k, v = qkv.view(b, t, 3, heads, d // heads).permute(2, 0, 3, 1, 4)
            bias = p["distance"][layer][:, ages.clamp(min=0)] + later
            weights = torch.softmax(q @ k.transpose(2, 3) * (d // heads) ** -0.5 + bias, dim=3)
            weights = functional.dropout(weights, dropout, training=dropout > 0)
            mixed = (weights @ v).transpose(1, 2).reshape(b, t, d) @ p["out"][layer] + p["out_bias"][layer]
            x = x + functional.dropout(mixed, dropout, training=dropout > 0)
            hidden = _norm(functional, x, p["norm2"][layer]) @ p["widen"][layer] + p["widen_bias"][layer]
            hidden = (
                functional.gelu(hidden, approximate="tanh") @ p["narrow"][layer] + p["narrow_bias"][layer]
            )
            x = x + functional.dropout(hidden, dropout, training=dropout > 0)
        return _norm(functional, x, p["final_norm"])

    def _loss(self, inputs: Any, targets: Any) -> Any:
        real = targets >= 0
        states = self._states(inputs, self.config.dropout or 0.0)[real]
        embedding, bias = self.parameters["embedding"], self.parameters["bias"]
        return _cross_entropy(self.torch).apply(states, embedding, bias, targets[real])

    def _arrays(self) -> dict[str, NDArray[np.float32]]:
        return {name: value.detach().numpy().copy() for name, value in self.parameters.items()}

    def _ndcg(self, arrays: dict[str, NDArray[np.float32]]) -> float:
        """NDCG@10 of the held-out next items, items of the context left out."""
        model = Attention(self.items, arrays, self.config)
        gains = 0.0
        for context, target in zip(self.contexts, self.targets, strict=True):
            logits = arrays["embedding"] @ model.state(context[-self.config.window :]) + arrays["bias"]
            mark = logits[target]
            logits[context] = -np.inf
            place = int(np.count_nonzero(logits > mark))
            gains += 1 / math.log2(place + 2) if place < 10 else 0.0
        return gains / len(self.targets)


def _sequences(
    data: Interactions, validation: tuple[NDArray[np.int64], Codes] | None, random: np.random.Generator
) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int32]], list[int], Codes]:
    """(everyone's sequence to train on, contexts and targets to validate on, the codes that the rows stand
    for).
    """
    positive = data.weights > 0
    items, rows = np.unique(data.items[positive], return_inverse=True)
    bounds = np.concatenate(([0], np.cumsum(positive)))[data.indptr]
    sequences = [rows[a:b].astype(np.int64) for a, b in pairwise(bounds)]
    if validation is None:
        long = np.flatnonzero(np.diff(bounds) > 2)
        users = np.sort(random.permutation(long)[: min(VALIDATED, len(long) // 5)])
        targets = [int(sequences[user][-1]) for user in users]
        for user in users:
            sequences[user] = sequences[user][:-1]
    else:
        drawn = random.permutation(len(validation[0]))[:VALIDATED]
        drawn = drawn[np.isin(validation[1][drawn], items)]
        users = validation[0][drawn]
        targets = np.searchsorted(items, validation[1][drawn]).tolist()
    contexts = [sequences[user].astype(np.int32) for user in users]
    kept = [number for number, context in enumerate(contexts) if len(context)]
    return (
        sequences,
        [contexts[number] for number in kept],
        [targets[number] for number in kept],
        items.astype(np.int32),
    )


def _norm(functional: Any, x: Any, scale_and_shift: Any) -> Any:
    return functional.layer_norm(x, x.shape[-1:], scale_and_shift[0], scale_and_shift[1], EPSILON)


def _cross_entropy(torch: Any) -> Any:
    """The mean cross-entropy of softmax(states @ embedding' + bias), as a function of torch's own kind."""

    class CrossEntropy(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, states: Any, embedding: Any, bias: Any, targets: Any) -> Any:
            n = len(states)
            loss = 0.0
            by_states = torch.empty_like(states)
            by_embedding, by_bias = torch.zeros_like(embedding), torch.zeros_like(bias)
            for start in range(0, n, CHUNK):
                part, goal = states[start : start + CHUNK], targets[start : start + CHUNK]
                rows = torch.arange(len(part))
                logits = torch.addmm(bias, part, embedding.T)
                logits -= logits.max(dim=1, keepdim=True).values
                chosen = logits[rows, goal]
                logits.exp_()
                total = logits.sum(dim=1, keepdim=True)
                loss += float((total.squeeze(1).log() - chosen).sum())
                # now the gradient: (p - 1 at the target) / n
                logits /= total * n
                logits[rows, goal] -= 1 / n
                by_states[start : start + CHUNK] = logits @ embedding
                by_embedding.addmm_(logits.T, part)
                by_bias += logits.sum(dim=0)
            ctx.save_for_backward(by_states, by_embedding, by_bias)
            return torch.tensor(loss / n)

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            return (*(gradient * saved for saved in ctx.saved_tensors), None)

    return CrossEntropy


def settings_of(outcome: Outcome) -> dict[str, Any]:
    """What the manifest says of a training."""
    return {
        **asdict(outcome.model.config),
        "epochs_run": outcome.epochs,
        "best_epoch": outcome.best,
        "ndcg@10": list(outcome.ndcg),
    }
