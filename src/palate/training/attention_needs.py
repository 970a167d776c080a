"""What a training of the attention model takes, before it starts: the network that time and memory allow, and the
forecast of both.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from palate.recommenders.attention import Attention, AttentionConfig
from palate.recommenders.base import FitOptions, Interactions
from palate.recommenders.item_knn import ItemKNN
from palate.settings import TrainSettings
from palate.training.sources import PAIRS_A_SECOND, TORCH, Needs

LEAST_EPOCHS, MOST_EPOCHS = 8, 30
WIDTHS = (128, 64)
BATCHES = 200
"""About how many steps an epoch has; a batch is 1,024 to 8,192 positions."""
CHUNK, CHUNK_SCORES = 512, 8_000_000
"""Positions whose scores of all items are held at a time, and the most of these scores."""
RATE, LOW_RATE = 40e9, 65e9
"""Floating-point operations a second of one thread, as seen, in float32 and in bfloat16: the forecast rests
on them.
"""
A_WEIGHT = 40.0
"""Bytes a parameter: itself, its gradients by their three ways and their sum, Adam's two averages, a copy of less
precision, the best state and the one that is measured.
"""
A_SCORE = 16.0
"""Bytes a score of a chunk: float32 before and after the softmax, and what products are made of."""
A_VALUE, A_VALUE_OF_LAYER = 60.0, 64.0
"""Bytes a position and width, once and a layer: what the blocks keep for the gradient, with dropout's factors."""
A_PAIR, A_PAIR_OF_LAYER = 30.0, 8.0
"""Bytes a head and pair of positions of one sequence, likewise."""
FREED = 1.3
"""Memory that was freed and not given back: each batch has other shapes."""
PROC = Path("/proc/cpuinfo")


def positions_of_batch(interactions: int) -> int:
    """How many positions a batch has, for a log of that size."""
    return int(np.clip(interactions / BATCHES, 1_024, 8_192))


def chunk_of(items: int) -> int:
    """How many positions' scores of so many items are held at a time."""
    return int(np.clip(CHUNK_SCORES // max(1, items), 16, CHUNK))


def multiplies_bfloat16() -> bool:
    """Whether this processor has instructions for products of bfloat16; without them they are slower than float32.
    On Linux torch is not imported for it.
    """
    if PROC.is_file():
        flags = PROC.read_text(encoding="ascii", errors="replace")
        return "avx512_bf16" in flags or "amx_tile" in flags
    from palate.training import network

    return network.multiplies_bfloat16()


def seconds_of(data: Interactions, options: FitOptions, config: AttentionConfig) -> float:
    """About how long a fit takes: the softmax's three products of positions, items and width, and the
    blocks'.
    """
    positive = data.weights > 0
    positions = float(positive.sum())
    items = len(np.unique(data.items[positive]))
    block = config.layers * (12 * config.width + config.window)
    rate = LOW_RATE if multiplies_bfloat16() else RATE
    return 6 * config.width * positions * (items + block) * config.epochs / (rate * options.threads)


def megabytes_of(data: Interactions, config: AttentionConfig) -> tuple[float, float]:
    """(what a fit takes at its highest on top of the log, torch included where it is not there yet; what is kept of
    it), in MB.
    """
    positive = data.weights > 0
    n, items = int(positive.sum()), len(np.unique(data.items[positive]))
    d, layers = config.width, config.layers
    longest = int(np.diff(data.indptr).max(initial=1))
    window = min(config.window, longest)
    weights = items * (d + 1) + layers * (12 * d**2 + config.heads * window) + window * d
    batch = max(positions_of_batch(n), window)
    values = batch * d * (A_VALUE + A_VALUE_OF_LAYER * layers)
    pairs = batch * window * config.heads * (A_PAIR + A_PAIR_OF_LAYER * layers)
    scores = min(batch, chunk_of(items)) * items * A_SCORE
    training = A_WEIGHT * weights + FREED * (values + pairs + scores) + 50 * n
    # the spectrum that embeddings start from: the pairs as item kNN counts them, and a few matrices in float64
    counting = ItemKNN.forecast(data, FitOptions()).megabytes * 1e6
    words = data.content.shape[1] if data.content is not None else 0
    start = counting + 8 * (4 * items + 3 * words) * (d + 16)
    torch = 0.0 if "torch" in sys.modules else TORCH
    return torch + max(training, start) / 1e6, 4 * weights / 1e6


def needs_of(data: Interactions, options: FitOptions, config: AttentionConfig, seconds: float) -> Needs:
    """The forecast of a fit that may take so many ``seconds``."""
    megabytes, kept = megabytes_of(data, config)
    counting = ItemKNN.forecast(data, options).pairs / PAIRS_A_SECOND
    return Needs(
        round(megabytes), round(kept), round(counting + min(seconds, seconds_of(data, options, config)), 1)
    )


def config_for(data: Interactions, options: FitOptions, seconds: float) -> AttentionConfig:
    """The widest network, and as many epochs of it, as memory and the seconds allow: 128 wide where that leaves 8
    epochs.
    """
    for width in WIDTHS:
        config = AttentionConfig(width=width)
        epoch = seconds_of(data, options, replace(config, epochs=1))
        epochs = int(seconds / max(epoch, 1e-9))
        if epochs >= LEAST_EPOCHS and megabytes_of(data, config)[0] <= options.megabytes:
            break
    return replace(config, epochs=int(np.clip(epochs, 1, MOST_EPOCHS)))


def needs_of_attention(data: Interactions, options: FitOptions, limits: TrainSettings) -> Needs:
    """The forecast of what a training within these ``limits`` does."""
    options = replace(options, megabytes=limits.megabytes)
    seconds = limits.attention_minutes * 60
    return needs_of(data, options, config_for(data, options, seconds), seconds)


def beyond_memory(needs: Needs, limits: TrainSettings) -> str:
    """Why a training with that forecast is not begun; "" where it is."""
    if needs.megabytes <= limits.megabytes:
        return ""
    return (
        f"{Attention.name} would take about {needs.megabytes:,.0f} MB of memory; train.megabytes allows "
        f"{limits.megabytes:,}"
    )
