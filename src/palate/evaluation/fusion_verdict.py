"""Whether a fusion is better than the best single source that it is made of, on the people judged, and if not, why."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from palate.evaluation.contenders import FUSIONS, sources_of
from palate.evaluation.runner import Comparison, Result

SURE = 0.05


@dataclass(frozen=True, slots=True)
class FusionVerdict:
    """``fusion`` against ``source``, its best single one of ``among``, on NDCG at ``at``: mean ``difference`` with its
    paired 95 % ``interval``; ``p_holm`` as the pairs have it; ``better``: whether that is sure; ``rescued``: of the
    people whose items the best source has not within the cut-off, the share for whom another source has one.
    """

    fusion: str
    source: str
    among: tuple[str, ...]
    at: int
    difference: float
    interval: tuple[float, float]
    p_holm: float
    better: bool
    rescued: float

    def told(self) -> str:
        """In a sentence or two."""
        low, high = self.interval
        is_worse = self.difference < 0 and self.p_holm < SURE
        how = "is better" if self.better else "is worse" if is_worse else "is not surely better"
        said = (
            f"{self.fusion} {how} than its best single source, {self.source}: NDCG@{self.at} differs by "
            f"{self.difference:+.4f} [{low:+.4f}, {high:+.4f}], p = {self.p_holm:.2g} (paired, the best of "
            f"{len(self.among)})"
        )
        if self.better:
            return f"{said}."
        if len(self.among) == 1:
            return f"{said}; no other source was judged beside it."
        return (
            f"{said}. Why: of the people whose items {self.source} has not among its first {self.at}, another source "
            f"has one for {self.rescued:.0%}; the others know little that it does not, or it cannot be told whom they "
            "know it of."
        )

    def facts(self) -> dict[str, Any]:
        """JSON values, the sentence among them."""
        facts = asdict(self)
        return {**facts, "among": list(self.among), "interval": list(self.interval), "told": self.told()}


def fusion_verdicts(
    results: Sequence[Result], comparisons: Sequence[Comparison], at: int
) -> list[FusionVerdict]:
    """One for each fusion that was judged beside a source of its own, the sources being fitted on the same log."""
    by_name = {result.contender.name: result for result in results}
    found: list[FusionVerdict] = []
    for name in FUSIONS:
        among = tuple(source for source in sources_of(name) if source in by_name)
        if name not in by_name or not among:
            continue
        gains = {source: by_name[source].measure("ndcg", at).users for source in among}
        known = {source: values for source, values in gains.items() if values is not None}
        best = max(known, key=lambda source: float(known[source].mean()))
        pair = next(
            one for one in comparisons if one.measure == "ndcg" and {one.first, one.second} == {name, best}
        )
        sign = 1 if pair.first == name else -1
        ends = sorted(sign * end for end in pair.interval)
        missed = known[best] == 0
        others = np.stack([values[missed] > 0 for values in known.values()])
        found.append(
            FusionVerdict(
                name,
                best,
                among,
                at,
                sign * pair.difference,
                (ends[0], ends[1]),
                pair.p_holm,
                sign * pair.difference > 0 and pair.p_holm < SURE,
                float(others.any(axis=0).mean()) if missed.any() else 0.0,
            )
        )
    return found
