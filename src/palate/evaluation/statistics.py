"""How sure a figure is: bootstrap intervals over users, and paired tests of two recommenders.

The users are the sample: what varies is who was asked. Every function takes one value a user.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
"""Bootstrap samples: the ends of a 95 % interval then lie on the 50th of them from either side."""
FLIPS = 10_000
"""Random sign patterns of the randomisation test: a p of .05 is then known to about +-.004."""
BLOCK_ENTRIES = 4_000_000
"""Random numbers drawn at a time: about 32 MB."""


def bootstrap_interval(
    values: NDArray[np.float64], seed: int, level: float = 0.95, resamples: int = RESAMPLES
) -> NDArray[np.float64]:
    """Percentile bootstrap intervals of means over users (Efron and Tibshirani 1993, chapter 13).

    ``values`` float64 [n] or [n, m]: m measures of the same users, all resampled alike. The interval is
    from the (1 - level) / 2 to the (1 + level) / 2 quantile of the means of ``resamples`` samples of n
    users, drawn with replacement. Returns [2] or [2, m]: the lower and the upper ends. A column with NaN
    gives NaN.
    """
    columns = values.reshape(len(values), -1)
    means = np.concatenate([counts @ columns for counts in resample_counts(len(columns), seed, resamples)])
    means /= len(columns)
    ends = np.quantile(means, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return ends.reshape(2, *values.shape[1:])


def paired_bootstrap_interval(
    first: NDArray[np.float64], second: NDArray[np.float64], seed: int, level: float = 0.95
) -> NDArray[np.float64]:
    """``bootstrap_interval`` of ``first - second``, float64 [n] or [n, m]: both are resampled alike, so
    what is hard for everyone cancels out.
    """
    return bootstrap_interval(first - second, seed, level)


def randomisation_test(
    first: NDArray[np.float64], second: NDArray[np.float64], seed: int, flips: int = FLIPS
) -> float:
    """Two-sided p of the paired randomisation test (Fisher 1935; Smucker, Allan, Carterette 2007).

    The null hypothesis is that the two recommenders are exchangeable for every user. With d = first - second
    and ``flips`` random patterns of signs s: p = (1 + #{|sum s d| >= |sum d|}) / (1 + flips), which is never
    0 (Phipson and Smyth 2010). Users without a difference play no part.
    """
    differences = (first - second)[first != second]
    observed = abs(differences.sum())
    if not len(differences):
        return 1.0
    # equal sums that were rounded differently count as equal
    least = observed * (1 - 1e-9)
    generator = np.random.default_rng(seed)
    extreme = 0
    for count in _block_sizes(flips, len(differences)):
        drawn = np.frombuffer(generator.bytes(count * ((len(differences) + 7) // 8)), np.uint8)
        bits = np.unpackbits(drawn.reshape(count, -1), axis=1, count=len(differences))
        # sum s d, with s = 2 bit - 1
        sums = 2 * (bits.astype(np.float64) @ differences) - differences.sum()
        extreme += int(np.count_nonzero(np.abs(sums) >= least))
    return (1 + extreme) / (1 + flips)


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The p values adjusted for testing that many hypotheses at once (Holm 1979): float64, in the same order.

    Of m values in ascending order the i-th is multiplied by m - i + 1; each is then at least the one before
    it and at most 1.
    """
    order = np.argsort(p_values, kind="stable")
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(steps, 1)
    return adjusted


def resample_counts(users: int, seed: int, resamples: int) -> Iterator[NDArray[np.float64]]:
    """Blocks float64 [b, users]: how often each user was drawn into each sample."""
    generator = np.random.default_rng(seed)
    for count in _block_sizes(resamples, users):
        drawn = generator.integers(users, size=(count, users))
        drawn += np.arange(count)[:, np.newaxis] * users
        yield np.bincount(drawn.ravel(), minlength=count * users).reshape(count, users).astype(np.float64)


def _block_sizes(total: int, width: int) -> Iterator[int]:
    """Numbers that sum to ``total``, each as many rows of ``width`` as one block holds."""
    size = max(1, BLOCK_ENTRIES // max(1, width))
    for start in range(0, total, size):
        yield min(size, total - start)
