"""Training of the attention model (palate.recommenders.attention) with torch, the extra ``[train]``.

The loss is the cross-entropy of the full softmax at every position (palate.training.network). The rate of learning
falls with a cosine over the epochs planned, or over the seconds allowed where they run out sooner; so a slow machine
gets a less trained model, not a cut-off one. The best state on held-out next items is kept.
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
from palate.recommenders.attention import Attention, AttentionConfig
from palate.recommenders.base import FitOptions, Interactions
from palate.training.attention_needs import chunk_of, multiplies_bfloat16, positions_of_batch
from palate.training.embeddings import initial_embeddings
from palate.training.progress import Progress, silent
from palate.values import Codes

WARM_UP = 0.05
CLIP = 1.0
BETAS = (0.9, 0.98)
WEIGHT_DECAY = 0.01
PATIENCE, WORSE = 3, 0.03
"""So many measured epochs in a row that are worse than the best by such a share end the training: the network then
learns the log by heart. Less than that is the noise of the people measured on.
"""
VALIDATED = 1_000
"""People whose next item is held out to choose the state."""


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
    return _Fit(data, options, config or AttentionConfig(), validation, seconds, progress).run()


class _Fit:
    """One training run."""

    def __init__(
        self,
        data: Interactions,
        options: FitOptions,
        config: AttentionConfig,
        validation: tuple[NDArray[np.int64], Codes] | None,
        seconds: float,
        progress: Progress,
    ) -> None:
        from palate.training import network

        self.seconds, self.progress = seconds, progress
        self.start, self.worked = time.perf_counter(), time.process_time()
        self.random = np.random.default_rng(options.seed)
        sequences, self.contexts, self.targets, self.items = _sequences(data, validation, self.random)
        self.sequences = [sequence for sequence in sequences if len(sequence) > 1]
        lengths = np.array([len(sequence) for sequence in self.sequences] or [1])
        window = min(config.window, max(1, int(lengths.max()) - 1))
        dropout = config.dropout
        if dropout is None:
            dropout = dropout_of(float(lengths.mean()), int(lengths.sum()))
        self.config = replace(config, window=window, dropout=dropout)
        self.batch = positions_of_batch(int(lengths.sum()))
        self.torch = network.torch
        self.torch.set_num_threads(options.threads)
        start = initial_embeddings(data, self.items, config.width, options.seed)
        self.network = network.Network(
            start,
            self.config,
            dropout,
            options.seed,
            low=multiplies_bfloat16(),
            chunk=chunk_of(len(start)),
        )

    def run(self) -> Outcome:
        torch, config, network = self.torch, self.config, self.network
        parameters = list(network.parameters.values())
        optimiser = torch.optim.AdamW(
            parameters, lr=config.learning_rate, betas=BETAS, weight_decay=WEIGHT_DECAY
        )
        best, best_epoch, best_state = -1.0, 0, network.arrays()
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
                loss = network.loss(inputs, targets)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(parameters, CLIP)
                optimiser.step()
                step += 1
            epoch += 1
            self.progress("fitting attention", epoch, config.epochs)
            if self.contexts and (2 * epoch >= config.epochs or self._done(step, planned) > 0.5):
                arrays = network.arrays()
                ndcg = self._ndcg(arrays)
                history.append(round(ndcg, 5))
                worse = worse + 1 if ndcg < (1 - WORSE) * best else 0
                if ndcg > best:
                    best, best_epoch, best_state = ndcg, epoch, arrays
                if worse >= PATIENCE:
                    break
        if not history:
            best_epoch, best_state = epoch, network.arrays()
        model = Attention(self.items, best_state, self.config)
        return Outcome(model, epoch, best_epoch, tuple(history), time.perf_counter() - self.start)

    def _done(self, step: int, planned: int) -> float:
        """The share of the training that is done, by steps or by time, whichever is further. Where others keep the
        processor busy, the time that the process got counts, down to half of the clock's: a busy machine made a
        worse model (docs/decisions.md).
        """
        clock, work = time.perf_counter() - self.start, time.process_time() - self.worked
        return max(step / planned, min(clock, max(work, clock / 2)) / self.seconds)

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


def settings_of(outcome: Outcome) -> dict[str, Any]:
    """What the manifest says of a training."""
    return {
        **asdict(outcome.model.config),
        "epochs_run": outcome.epochs,
        "best_epoch": outcome.best,
        "ndcg@10": list(outcome.ndcg),
    }
