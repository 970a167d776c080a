"""What a training of the attention model takes, before it starts: the network that time and memory allow, and the
forecast of both.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from palate.recommenders.attention import Attention, AttentionConfig
from palate.recommenders.base import FitOptions, Interactions
from palate.settings import TrainSettings
from palate.training.embeddings import megabytes_of_start, pairs_of_start
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
LATER = 100.0
"""MB of torch that come with the first step."""
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
    torch = 0.0 if "torch" in sys.modules else TORCH
    # the embeddings are made before the training, when only a part of torch is there
    highest = max(training / 1e6 + torch, megabytes_of_start(data, d) + max(0.0, torch - LATER))
    return highest, 4 * weights / 1e6


def needs_of(data: Interactions, options: FitOptions, config: AttentionConfig, seconds: float) -> Needs:
    """The forecast of a fit that may take so many ``seconds``."""
    megabytes, kept = megabytes_of(data, config)
    fitting = min(seconds, pairs_of_start(data) / PAIRS_A_SECOND + seconds_of(data, options, config))
    return Needs(round(megabytes), round(kept), round(fitting, 1))


def config_for(data: Interactions, options: FitOptions, seconds: float) -> AttentionConfig:
    """The widest network, and as many epochs of it, as memory and the seconds allow: 128 wide where that leaves 8
    epochs.
    """
    wide = [AttentionConfig(width=width) for width in WIDTHS]
    epochs = [int(seconds / max(seconds_of(data, options, replace(one, epochs=1)), 1e-9)) for one in wide]
    fits = [
        number
        for number, one in enumerate(wide)
        if epochs[number] >= LEAST_EPOCHS and megabytes_of(data, one)[0] <= options.megabytes
    ]
    chosen = fits[0] if fits else len(wide) - 1
    return replace(wide[chosen], epochs=int(np.clip(epochs[chosen], 1, MOST_EPOCHS)))


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
