"""Logs of bandits in files, as the Open Bandit Dataset has them (Saito, Aihara, Matsutani and Narita 2020), and the
estimate of each log's policy from another log of the same items.

A file is a CSV, gzipped or not, one row a decision: ``item_id`` (0, 1, 2 ...), ``position``, ``click``,
``propensity_score``; ``user_feature_0`` ... (any text) and ``user-item_affinity_0`` ..., one an item, where there are
any; other columns are ignored.

Which policy wrote a log? Where every propensity is one over the number of items, the one that draws evenly: it is known
exactly. Of any other a log gives the chances of what was shown only, at the moment when it was; what can be said of it
elsewhere is how often it put each item at each position. That is an average over time and people, and a sample: its
noise is counted in the intervals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray
from scipy import sparse

from palate.errors import InvalidInput
from palate.evaluation.off_policy import Decisions, on_policy
from palate.evaluation.policy_report import Judgement, judge
from palate.evaluation.reward_model import Choices, cross_fit

REQUIRED = ("item_id", "position", "click", "propensity_score")
MOST_ITEMS = 100_000
BLOCK_CHOICES = 20_000_000
"""Decisions times items that the reward model may weigh; beyond it the estimates that need one are left out."""
_USER_FEATURE = re.compile(r"user_feature_\d+")
_AFFINITY = re.compile(r"user-item_affinity_(\d+)")


@dataclass(frozen=True, slots=True)
class BanditLog:
    """n decisions: ``items`` int64 [n] below ``n_items``; ``positions`` int64 [n] from 0 below ``n_positions``;
    ``rewards`` and ``propensities`` float64 [n]; ``people`` sparse [n, u], one-hot; ``affinities`` float64
    [n, n_items], or None.
    """

    name: str
    items: NDArray[np.int64]
    positions: NDArray[np.int64]
    rewards: NDArray[np.float64]
    propensities: NDArray[np.float64]
    people: sparse.csr_array
    affinities: NDArray[np.float64] | None
    n_items: int
    n_positions: int

    @property
    def is_uniform(self) -> bool:
        """Whether every item had the same chance."""
        return bool(np.allclose(self.propensities, 1 / self.n_items, rtol=1e-6, atol=0))

    def policy(self) -> NDArray[np.float64]:
        """float64 [n_positions, n_items]: how probable each item is at each position, exactly for a uniform log,
        else how often it was there. A position that never came up is uniform.
        """
        if self.is_uniform:
            return np.full((self.n_positions, self.n_items), 1 / self.n_items)
        counts = np.bincount(
            self.positions * self.n_items + self.items, minlength=self.n_positions * self.n_items
        ).reshape(self.n_positions, self.n_items)
        totals = counts.sum(axis=1, keepdims=True)
        return np.where(totals > 0, counts / np.maximum(totals, 1), 1 / self.n_items)


def read_bandit_log(path: Path) -> BanditLog:
    """Raises InvalidInput, naming file, column and row, where the file is no such log."""
    name = str(path)
    try:
        table = pa_csv.read_csv(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise InvalidInput(f"{name!r} cannot be read as a CSV log: {error}") from None
    missing = [column for column in REQUIRED if column not in table.column_names]
    if missing:
        raise InvalidInput(f"{name!r} has no column {missing[0]!r}; a log has {', '.join(REQUIRED)}")
    if not table.num_rows:
        raise InvalidInput(f"{name!r} has no rows")
    items, positions, clicks, propensities = (_numbers(table, column, name) for column in REQUIRED)
    _each(name, "item_id", items, (items >= 0) & (items < MOST_ITEMS) & (items % 1 == 0), "0, 1, 2 ...")
    _each(name, "position", positions, (positions >= 0) & (positions % 1 == 0), "a whole number")
    _each(name, "click", clicks, (clicks >= 0) & (clicks <= 1), "from 0 to 1")
    _each(
        name,
        "propensity_score",
        propensities,
        (propensities > 0) & (propensities <= 1),
        "above 0 and at most 1: what was shown had a chance",
    )
    columns = {
        int(found[1]): column for column in table.column_names if (found := _AFFINITY.fullmatch(column))
    }
    n_items = max(int(items.max()), max(columns, default=0)) + 1
    affinities = np.zeros((table.num_rows, n_items)) if columns else None
    if affinities is not None:
        for item, column in columns.items():
            affinities[:, item] = _numbers(table, column, name)
    seen, places = np.unique(positions, return_inverse=True)
    return BanditLog(
        path.name, items.astype(np.int64), places.astype(np.int64), clicks, propensities,
        _people(table), affinities, n_items, len(seen),
    )  # fmt: skip


def judge_logs(paths: Sequence[Path], seed: int = 0) -> list[Judgement]:
    """Each log's policy judged by each other log of the same items. Raises InvalidInput where no two are."""
    logs = [read_bandit_log(path) for path in paths]
    pairs = [
        (log, target)
        for log in logs
        for target in logs
        if log is not target and (log.n_items, log.n_positions) == (target.n_items, target.n_positions)
    ]
    if not pairs:
        shapes = ", ".join(
            f"{log.name!r} has {log.n_items} items at {log.n_positions} positions" for log in logs
        )
        raise InvalidInput(f"give two logs or more of the same items, to judge each other ({shapes})")
    found: list[Judgement] = []
    for log, target in pairs:
        decisions = decisions_of(log, target, seed)
        own = Decisions(
            target.rewards, target.propensities, target.propensities, np.arange(len(target.items))
        )
        found.append(
            judge(
                log.name,
                f"of {target.name}",
                decisions,
                unsupported=never_shown(log, target),
                measured=on_policy(own, seed),
                judged_at_once=len(pairs),
                seed=seed,
            )
        )
    return found


def decisions_of(log: BanditLog, target: BanditLog, seed: int = 0) -> Decisions:
    """What the log says of the other log's policy (of the same items and positions), a decision a round."""
    policy = target.policy()
    targets = policy[log.positions, log.items]
    rounds = np.arange(len(log.items))
    predicted, expected = None, None
    if len(log.items) * log.n_items <= BLOCK_CHOICES:
        predicted, expected = cross_fit(_choices(log, policy), log.rewards, rounds, seed)
    sample = None if target.is_uniform else _worth_of_cells(log)[target.positions, target.items]
    return Decisions(log.rewards, log.propensities, targets, rounds, predicted, expected, sample)


def never_shown(log: BanditLog, target: BanditLog) -> float:
    """The share of the other log's choices (item at position) that this log never made."""
    counts = np.zeros((log.n_positions, log.n_items), np.bool_)
    counts[log.positions, log.items] = True
    share = np.bincount(log.positions, minlength=log.n_positions) / len(log.positions)
    return float(((target.policy() * ~counts).sum(axis=1) * share).sum())


def _worth_of_cells(log: BanditLog) -> NDArray[np.float64]:
    """float64 [n_positions, n_items]: the reward of an item at a position, by inverse propensities (each cell's are
    divided by how often the position came up). The value of a policy is the mean of it over its choices.
    """
    cells = log.positions * log.n_items + log.items
    worth = np.bincount(
        cells, log.rewards / log.propensities, minlength=log.n_positions * log.n_items
    ).reshape(log.n_positions, log.n_items)
    return worth / np.maximum(np.bincount(log.positions, minlength=log.n_positions), 1)[:, np.newaxis]


def _choices(log: BanditLog, policy: NDArray[np.float64]) -> Choices:
    """Every item at every decision: which item, at which position, to what kind of person, and how close to him."""
    n, items = len(log.items), log.n_items
    every = np.tile(np.arange(items), n)
    decision = np.repeat(np.arange(n), items)
    rows = np.arange(n * items)
    ones = np.ones(n * items)
    parts = [
        sparse.csr_array((ones, (rows, every)), shape=(n * items, items)),
        sparse.csr_array((ones, (rows, log.positions[decision])), shape=(n * items, log.n_positions)),
        log.people[decision],
    ]
    if log.affinities is not None:
        parts.append(sparse.csr_array(log.affinities.reshape(-1, 1)))
    return Choices(
        sparse.csr_array(sparse.hstack(parts, format="csr")),
        np.arange(n + 1, dtype=np.int64) * items,
        policy[log.positions].ravel(),
        np.arange(n, dtype=np.int64) * items + log.items,
    )


def _people(table: pa.Table) -> sparse.csr_array:
    """One column a value of a user feature."""
    n = table.num_rows
    parts = [sparse.csr_array((n, 0))]
    for column in table.column_names:
        if _USER_FEATURE.fullmatch(column):
            encoded = table[column].cast(pa.string()).combine_chunks().dictionary_encode()
            codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
            shape = (n, len(encoded.dictionary) + 1)
            parts.append(sparse.csr_array((np.ones(n), (np.arange(n), codes)), shape=shape))
    return sparse.csr_array(sparse.hstack(parts, format="csr"))


def _numbers(table: pa.Table, column: str, name: str) -> NDArray[np.float64]:
    values = table[column].combine_chunks()
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        raise InvalidInput(f"{name!r}, column {column!r}: its values must be numbers, and are {values.type}")
    numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    _each(name, column, numbers, np.isfinite(numbers), "a number in every row")
    return numbers


def _each(name: str, column: str, values: NDArray[np.float64], right: NDArray[np.bool_], must: str) -> None:
    wrong = np.flatnonzero(~right)
    if len(wrong):
        raise InvalidInput(
            f"{name!r}, row {int(wrong[0]) + 1}: {column} is {float(values[wrong[0]])!r}; it must be {must}"
        )
