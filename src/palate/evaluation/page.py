"""The measures as one HTML page that stands alone: style and plots within it, no script, nothing fetched."""

from collections.abc import Sequence
from html import escape

from palate.evaluation.interactions import Evaluation
from palate.evaluation.metrics import recall
from palate.evaluation.plots import curves, intervals, scatter
from palate.evaluation.report import (
    COSTS,
    accuracy,
    beyond,
    cell,
    costs,
    fusions,
    headline,
    notes,
    ranked,
    title,
    verdict,
)
from palate.evaluation.runner import Result

MEASURES_NOTE = (
    "The whole catalogue is ranked, seen items left out, equal scores ordered by item code. Small figures: "
    "half the width of a 95 % interval, percentile bootstrap over users. Novelty: mean self-information of "
    "the items shown. Diversity: mean 1 − cosine of categories within a list. Popularity bias: how much more "
    "popular the lists are than the people's own items (0: as popular, 1: twice that)."
)
PAIRS_NOTE = (
    "Difference of means with its paired bootstrap interval; p of the two-sided paired randomisation test, "
    "adjusted over the pairs of a measure after Holm."
)
CURVE_AT = (1, 2, 5, 10, 20, 50, 100)

STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --grid: #e2e4e8; --paper: #fff; --mark:
#0b68cb }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edeef0; --soft: #a7abb3; --grid: #33363b; --paper: #16181b; --mark: #70b8ff }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 70rem; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin-bottom: 1.5rem; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap }
th:first-child, td:first-child, .pairs th:nth-child(-n + 3), .pairs td:nth-child(-n + 3) { text-align: left }
small, .note, figcaption { color: var(--soft) } small { display: block; font-size: .8em }
figure { margin: 1rem 0; overflow-x: auto }
svg { width: 100%; min-width: 34rem; max-width: 46rem; height: auto; font: 12px system-ui, sans-serif }
@media (max-width: 40rem) {
  th, td { padding: .3rem .4rem }
  td:first-child { white-space: normal; overflow-wrap: anywhere; min-width: 7rem; max-width: 9rem }
}
svg text { fill: var(--ink) } svg .axis { fill: var(--soft) } svg .title { font-size: 13px; font-weight: 600 }
svg .end { text-anchor: end } svg .middle { text-anchor: middle }
svg .grid { stroke: var(--grid) } svg .range { stroke: var(--mark); stroke-width: 3; opacity: .5 }
svg .dot { fill: var(--mark); stroke: var(--mark) } svg .line { fill: none; stroke: var(--mark); stroke-width: 2 }
svg .line.dashed { stroke-dasharray: 5 4 } svg .dot.dashed { fill: var(--paper); stroke-width: 2 }
"""
COLOURS = ("#0b68cb", "#d9480f", "#2b8a3e", "#9c36b5", "#c2255c", "#0c8599", "#a66f00", "#5c677d")


def page(evaluation: Evaluation) -> str:
    """The whole page, as HTML."""
    series = "".join(
        f"svg .s{number} {{ stroke: {colour} }} svg .dot.s{number}:not(.dashed) {{ fill: {colour} }}\n"
        for number, colour in enumerate(COLOURS)
    )
    name = escape(evaluation.benchmark.name)
    told = "".join(f"<li>{escape(note)}</li>" for note in notes(evaluation))
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>palate evaluate: {name}</title><style>{STYLE}{series}</style></head><body>",
            f"<h1>Recommenders on {name}</h1><p>{escape(headline(evaluation))}.</p>",
            f"<p><strong>{escape(verdict(evaluation))}</strong></p>",
            *(f"<p><strong>{escape(one.told())}</strong></p>" for one in fusions(evaluation)),
            f'<ul class="note">{told}</ul>' if told else "",
            "<h2>Measures</h2>",
            _measures(evaluation),
            f'<p class="note">{MEASURES_NOTE}</p>',
            *(f"<figure>{plot}</figure>" for plot in _plots(evaluation)),
            "<h2>Pairs</h2>",
            _pairs(evaluation),
            f'<p class="note">{PAIRS_NOTE}</p>',
            "</body></html>",
        ]
    )


def _measures(evaluation: Evaluation) -> str:
    """Two tables: how well the targets were found and at what cost; what the lists are like."""
    found, lists = accuracy(evaluation), beyond(evaluation)
    first = _heading(["recommender", *(title(*column) for column in found), *COSTS])
    second = _heading(["recommender", *(title(*column) for column in lists)])
    for result in ranked(evaluation):
        name = escape(result.contender.name)
        about = escape(f"{result.contender.library}, {result.contender.settings}")
        first += _row([f"{name}<small>{about}</small>", *_cells(result, found), *costs(result)])
        second += _row([name, *_cells(result, lists)])
    return _table(first, "measures") + _table(second, "lists")


def _cells(result: Result, columns: Sequence[tuple[str, int | None]]) -> list[str]:
    pairs = [cell(result.measure(*column)) for column in columns]
    return [f"{value}<small>{half}</small>" for value, half in pairs]


def _heading(texts: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<th>{escape(text)}</th>" for text in texts) + "</tr>"


def _row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{html}</td>" for html in cells) + "</tr>"


def _table(rows: str, kind: str) -> str:
    return f'<div class="wide"><table class="{kind}">{rows}</table></div>'


def _plots(evaluation: Evaluation) -> list[str]:
    results, first = ranked(evaluation), evaluation.at[0]
    plots: list[str] = []
    for name in ("recall", "ndcg"):
        rows: list[tuple[str, float, tuple[float, float]]] = []
        for result in results:
            measure = result.measure(name, first)
            if measure.value is not None and measure.interval is not None:
                rows.append((result.contender.name, measure.value, measure.interval))
        plots.append(intervals(f"{title(name, first)}, 95 % intervals", rows))
    indptr = evaluation.split.indptr
    plots.append(
        curves(
            "recall at k",
            CURVE_AT,
            [
                (
                    result.contender.name,
                    [float(recall(result.ranking.ranks, indptr, k).mean()) for k in CURVE_AT],
                )
                for result in results
            ],
        )
    )
    plots.append(
        scatter(
            f"{title('ndcg', first)} against the time to fit",
            "seconds",
            [
                (
                    result.contender.name,
                    result.ranking.fit_seconds,
                    result.measure("ndcg", first).value or 0.0,
                )
                for result in results
            ],
        )
    )
    return plots


def _pairs(evaluation: Evaluation) -> str:
    if not evaluation.comparisons:
        return "<p>There is only one recommender.</p>"
    rows = _heading(["better", "than", "measure", "difference", "95 %", "p"])
    for pair in evaluation.comparisons:
        low, high = pair.interval
        rows += _row(
            [
                escape(pair.first),
                escape(pair.second),
                escape(title(pair.measure, pair.k)),
                f"{pair.difference:.4f}",
                f"{low:.4f} to {high:.4f}",
                f"{pair.p_holm:.2g}",
            ]
        )
    return _table(rows, "pairs")
