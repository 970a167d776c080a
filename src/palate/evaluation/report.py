"""The measures as a JSON document and as text for the terminal. The page for the browser: page.py."""

from collections.abc import Sequence
from typing import Any

from palate.evaluation.fusion_verdict import FusionVerdict, fusion_verdicts
from palate.evaluation.interactions import Evaluation
from palate.evaluation.runner import Measure, Result

TITLES = {
    "recall": "recall",
    "ndcg": "NDCG",
    "hit_rate": "hit rate",
    "mrr": "MRR",
    "coverage": "coverage",
    "novelty": "novelty (bits)",
    "diversity": "diversity",
    "popularity_bias": "popularity bias",
}


def document(evaluation: Evaluation) -> dict[str, Any]:
    """JSON values only. Measures stand under ``recommenders`` by name, those with a cut-off below it
    (``{"recall": {"10": ...}}``), the 95 % intervals in the same shape under ``intervals``.
    """
    log = evaluation.benchmark.log
    return {
        "benchmark": {
            "name": evaluation.benchmark.name,
            "users": log.n_users,
            "items": log.n_items,
            "events": len(log),
            "ordinal": log.ordinal,
        },
        "protocol": evaluation.split.protocol,
        "validation": evaluation.validation,
        "seed": evaluation.options.seed,
        "threads": evaluation.options.threads,
        "at": list(evaluation.at),
        "judged_users": len(evaluation.split.users),
        "targets": len(evaluation.split.targets),
        "notes": notes(evaluation),
        "recommenders": {result.contender.name: _recommender(result) for result in evaluation.results},
        "fusion": [one.facts() for one in fusions(evaluation)],
        "comparisons": [
            {
                "measure": comparison.measure,
                "at": comparison.k,
                "first": comparison.first,
                "second": comparison.second,
                "difference": comparison.difference,
                "interval": list(comparison.interval),
                "p": comparison.p,
                "p_holm": comparison.p_holm,
            }
            for comparison in evaluation.comparisons
        ],
    }


def _recommender(result: Result) -> dict[str, Any]:
    ranking = result.ranking
    measures: dict[str, Any] = {}
    intervals: dict[str, Any] = {}
    for measure in result.measures:
        ends = list(measure.interval) if measure.interval else None
        if measure.k is None:
            measures[measure.name], intervals[measure.name] = measure.value, ends
        else:
            measures.setdefault(measure.name, {})[str(measure.k)] = measure.value
            if ends:
                intervals.setdefault(measure.name, {})[str(measure.k)] = ends
    return {
        "library": result.contender.library,
        "settings": result.contender.settings,
        **measures,
        "intervals": intervals,
        "fit_seconds": round(ranking.fit_seconds, 4),
        "scoring_seconds": round(ranking.scoring_seconds, 4),
        "fit_peak_mb": _rounded(ranking.fit_megabytes),
        "scoring_peak_mb": _rounded(ranking.scoring_megabytes),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def headline(evaluation: Evaluation) -> str:
    """What was measured, in one line."""
    log, parts = evaluation.benchmark.log, evaluation.split
    part = "validation" if evaluation.validation else "test"
    return (
        f"{evaluation.benchmark.name}: {len(log):,} events, {log.n_users:,} users, {log.n_items:,} items; "
        f"{parts.protocol} ({part}), {len(parts.users):,} users judged on {len(parts.targets):,} items; "
        f"seed {evaluation.options.seed}"
    )


def accuracy(evaluation: Evaluation) -> list[tuple[str, int | None]]:
    """(measure, cut-off) of the columns that say how well the targets were found."""
    shown: list[tuple[str, int | None]] = [(name, k) for k in evaluation.at for name in ("recall", "ndcg")]
    if len(evaluation.split.targets) > len(evaluation.split.users):
        shown.append(("hit_rate", evaluation.at[0]))
    return [*shown, ("mrr", None)]


def beyond(evaluation: Evaluation) -> list[tuple[str, int | None]]:
    """(measure, cut-off) of the columns that say what the lists are like, at the main cut-off."""
    return [(name, evaluation.at[0]) for name in ("coverage", "novelty", "diversity", "popularity_bias")]


def title(name: str, k: int | None) -> str:
    """A column's title."""
    return TITLES[name] if k is None else f"{TITLES[name]}@{k}"


def cell(measure: Measure) -> tuple[str, str]:
    """(the value, half the width of its interval) as text, "" where there is none."""
    if measure.value is None:
        return "–", ""
    digits = 2 if measure.name == "novelty" else 4 if measure.name in {"recall", "ndcg", "mrr"} else 3
    value = f"{measure.value:.{digits}f}"
    if measure.interval is None:
        return value, ""
    return value, f"±{(measure.interval[1] - measure.interval[0]) / 2:.{digits}f}"


COSTS = ("fit s", "scoring s", "fit peak MB")


def costs(result: Result) -> list[str]:
    """The cells under COSTS."""
    memory = result.ranking.fit_megabytes
    return [
        f"{result.ranking.fit_seconds:.2f}",
        f"{result.ranking.scoring_seconds:.2f}",
        "–" if memory is None else f"{memory:.0f}",
    ]


def lines(evaluation: Evaluation) -> list[str]:
    """The measures as lines of text, best NDCG first."""
    first = [["recommender", *(title(*column) for column in accuracy(evaluation)), *COSTS]]
    second = [["recommender", *(title(*column) for column in beyond(evaluation))]]
    for result in ranked(evaluation):
        for rows, columns, rest in (
            (first, accuracy(evaluation), costs(result)),
            (second, beyond(evaluation), []),
        ):
            cells = [" ".join(cell(result.measure(*column))).strip() for column in columns]
            rows.append([result.contender.name, *cells, *rest])
    told = [headline(evaluation), "", *_aligned(first), "", *_aligned(second), ""]
    told.append("± is half the width of a 95 % interval: percentile bootstrap over users.")
    if sentence := verdict(evaluation):
        told.append(sentence)
    told += [one.told() for one in fusions(evaluation)]
    return [*told, *(f"Note: {note}." for note in notes(evaluation))]


def notes(evaluation: Evaluation) -> list[str]:
    """What a reader should know of the data, and what fits remarked on themselves."""
    remarks = [
        f"{result.contender.name}: {result.ranking.remark}"
        for result in evaluation.results
        if result.ranking.remark
    ]
    return [*evaluation.benchmark.notes, *remarks]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of one width, the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            text.rjust(width) if column else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def ranked(evaluation: Evaluation) -> list[Result]:
    """The results, best NDCG at the first cut-off first."""
    first = evaluation.at[0]
    return sorted(evaluation.results, key=lambda result: -(result.measure("ndcg", first).value or 0.0))


def fusions(evaluation: Evaluation) -> list[FusionVerdict]:
    """Of each fusion that took part, whether it is better than its best single source."""
    return fusion_verdicts(evaluation.results, evaluation.comparisons, evaluation.at[0])


def verdict(evaluation: Evaluation) -> str:
    """Whether the best is surely better than the second best, in a sentence; "" for a single recommender."""
    if len(evaluation.results) < 2:
        return ""
    best, second = (result.contender.name for result in ranked(evaluation)[:2])
    for comparison in evaluation.comparisons:
        if (comparison.measure, comparison.first, comparison.second) == ("ndcg", best, second):
            low, high = comparison.interval
            surely = "is" if comparison.p_holm < 0.05 else "is not surely"
            return (
                f"{best} {surely} better than {second}: NDCG@{comparison.k} differs by "
                f"{comparison.difference:.4f} [{low:.4f}, {high:.4f}], p = {comparison.p_holm:.2g} "
                "(paired randomisation test, Holm)."
            )
    return ""
