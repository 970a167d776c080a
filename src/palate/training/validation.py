"""Validation: is a newly fitted version at least as good as the one that serves?

Both rank the whole catalogue for the same people, the last item of each held out, who touched that item on the latest
day of the log (or on as many days before as it takes for ENOUGH people) and were there before. The new one stands here
for itself as it was fitted without those items. The old one is asked as it is where it was trained before they were
touched; where it has seen them, its own figures of the time when it had not are taken, person by person if the people
are the same.

The new one is called worse where the upper end of the paired bootstrap interval of the difference of NDCG@10 (Efron
and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13; one-sided, LEVEL) lies below 0 by more than
TOLERANCE of the old one's: the interval knows that other people might have been asked, not that a fit has its chances.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from palate.errors import ModelError
from palate.ranking.features import starting_weights
from palate.recommenders.base import Recommender
from palate.recommenders.fused import Fused
from palate.settings import FeedbackSettings
from palate.training.fusion import Fusion
from palate.training.measure import LEAST_USERS, MOST_USERS, HeldOut, gains
from palate.values import Codes

DAY = 86_400.0
ENOUGH = 100
"""People below which the latest day is taken together with the days before."""
LEVEL = 0.95
TOLERANCE = 0.02
RESAMPLES = 2_000
K = 10
GAINS = "validation.npy"
"""The file of a version that holds its gains, one number a person and nothing that tells who it is."""

Gains = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """How a version did: ``held``, who was asked for and what for; ``gains`` float64 [n], NDCG@10 of each;
    ``split``: a digest of people and items, equal only where both are.
    """

    held: HeldOut
    gains: Gains
    split: str

    def facts(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "people": len(self.gains),
            "from": float(self.held.times.min()),
            "to": float(self.held.times.max()),
            f"ndcg@{K}": round(float(self.gains.mean()), 4),
            f"recall@{K}": round(float((self.gains > 0).mean()), 4),
            "split": self.split,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A new version against the old one: mean NDCG@10 of both, and the ``interval`` of their difference. ``how``:
    paired (the old one was asked now), kept (paired with what it said when it was trained), unpaired (that of other
    people).
    """

    how: Literal["paired", "kept", "unpaired"]
    people: int
    new: float
    old: float
    interval: tuple[float, float]

    @property
    def is_worse(self) -> bool:
        """Whether the new one is surely worse."""
        return self.interval[1] < -TOLERANCE * self.old

    def facts(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "how": self.how,
            "people": self.people,
            "new": round(self.new, 4),
            "old": round(self.old, 4),
            "interval": [round(end, 4) for end in self.interval],
        }

    def told(self) -> str:
        """The figures in words."""
        low, high = self.interval
        return (
            f"NDCG@{K} of the latest day for {self.people:,} people: {self.new:.4f} against {self.old:.4f} of the "
            f"version in use, the difference between {low:+.4f} and {high:+.4f}"
        )


def latest_day(held: HeldOut, *, ordinal: bool, seed: int) -> HeldOut | None:
    """Those whose item was touched on the latest day, or later than all but ENOUGH; all of them where the log knows
    no times (``ordinal``). Of these, who was there before that day, where they are enough: a flood of made-up accounts
    is all strangers. None where there are fewer than LEAST_USERS.
    """
    if not ordinal and len(held.times):
        newest = np.sort(held.times)[::-1]
        # a few clocks that run ahead do not make a day of their own: it is stretched to enough people
        start = min(newest[0] - DAY, newest[min(ENOUGH, len(newest)) - 1])
        held = held.those(held.times >= start)
        known = held.rest.timestamps[held.rest.indptr[held.users]] < start
        if np.count_nonzero(known) >= LEAST_USERS:
            held = held.those(known)
    return held.some(MOST_USERS, seed) if len(held.users) >= LEAST_USERS else None


def fused(sources: Sequence[Recommender], fusion: Fusion | None, weights: Mapping[str, float]) -> Recommender:
    """The ranker as it starts with these sources: what serves where nothing is said. ``weights``: the shop's own."""
    by_name = fusion.by_name() if fusion else {}
    start = starting_weights([source.name for source in sources], by_name)
    return Fused(sources, {**start, **weights}, fusion.floors if fusion else None)


def trial(recommender: Recommender, held: HeldOut, allowed: Codes, feedback: FeedbackSettings) -> Trial:
    """Ask for the people held out. ``allowed`` int32, ascending: the items that may come."""
    digest = blake2b(digest_size=16)
    for part in (held.users, held.targets, held.times):
        digest.update(np.ascontiguousarray(part).tobytes())
    return Trial(held, gains(recommender, held, allowed, feedback, K), digest.hexdigest())


def compare(
    new: Trial,
    old: Recommender,
    kept: tuple[str, Gains] | None,
    seen_until: float,
    allowed: Codes,
    feedback: FeedbackSettings,
    seed: int,
) -> Comparison | None:
    """The new version against the ``old`` one, which has seen the log up to ``seen_until`` (epoch seconds).

    ``kept``: the split and the gains of the old one from its own training. None where nothing can be compared.
    """
    unseen = new.held.times > seen_until
    if np.count_nonzero(unseen) >= LEAST_USERS:
        theirs = gains(old, new.held.those(unseen), allowed, feedback, K)
        return _paired("paired", new.gains[unseen], theirs, seed)
    if kept is None:
        return None
    split, theirs = kept
    if split == new.split and len(theirs) == len(new.gains):
        return _paired("kept", new.gains, theirs, seed)
    if len(theirs) < LEAST_USERS:
        return None
    difference = _means(new.gains, seed) - _means(theirs, seed + 1)
    return Comparison(
        "unpaired", len(new.gains), float(new.gains.mean()), float(theirs.mean()), _ends(difference)
    )


def save_gains(folder: Path, found: Trial) -> None:
    """Keep the gains with a version."""
    np.save(folder / GAINS, found.gains.astype(np.float32))


def load_gains(folder: Path, manifest: Mapping[str, Any]) -> tuple[str, Gains] | None:
    """(split, gains) of a version; None where it has none."""
    try:
        split = str(manifest["validation"]["split"])
        return split, np.load(folder / GAINS, allow_pickle=False).astype(np.float64)
    except (KeyError, TypeError, FileNotFoundError):
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"{str(folder / GAINS)!r} cannot be read ({error})") from None


def _paired(how: Literal["paired", "kept"], new: Gains, old: Gains, seed: int) -> Comparison:
    # what was kept was rounded to float32
    difference = np.where(np.isclose(new, old, atol=1e-6), 0.0, new - old)
    return Comparison(how, len(new), float(new.mean()), float(old.mean()), _ends(_means(difference, seed)))


def _means(values: Gains, seed: int) -> Gains:
    """Means of RESAMPLES samples of the values, drawn with replacement."""
    people = len(values)
    counts = np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), size=RESAMPLES)
    return counts @ values / people


def _ends(means: Gains) -> tuple[float, float]:
    low, high = np.quantile(means, [1 - LEVEL, LEVEL])
    return float(low), float(high)
