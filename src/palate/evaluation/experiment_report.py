"""How an experiment stands, as a JSON document, as lines of text, and as a page that stands alone."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import numpy as np

from palate.evaluation.experiment_words import verdict, words
from palate.evaluation.experiments import CONTROL, TREATMENT, Experiment, Measure, Standing
from palate.evaluation.page import STYLE
from palate.evaluation.plots import band

STYLE_OF_BAND = """
svg .band { fill: var(--mark); opacity: .2 } svg .zero { stroke: var(--ink); stroke-dasharray: 5 4 }
svg .line.now { stroke: var(--mark) } td.other { text-align: left }
"""
POINTS = 200
"""How many points of a sequence the plot shows."""


def document(standing: Standing) -> dict[str, Any]:
    """What ``--json`` and the API give; unbounded intervals are null."""
    experiment = standing.experiment

    def figure(measure: Measure) -> dict[str, Any]:
        difference, low, high = (value if np.isfinite(value) else None for value in measure.sequence.last)
        interval = None if low is None or high is None else [low, high]
        return {
            CONTROL: measure.control,
            TREATMENT: measure.treatment,
            "difference": difference,
            "interval": interval,
        }

    return {
        "experiment": experiment.name,
        "running": experiment.stopped is None,
        "started_at": _iso(experiment.started),
        "stopped_at": None if experiment.stopped is None else _iso(experiment.stopped),
        "share": experiment.share,
        "window_hours": experiment.hours,
        "policy": experiment.treatment.model_dump(exclude_defaults=True),
        "people": {CONTROL: standing.counts[0], TREATMENT: standing.counts[1], "waiting": standing.waiting},
        "needed": standing.least,
        "reward": figure(standing.rewards),
        "guardrails": {
            measure.name: {**figure(measure), "broken": measure.name in standing.broken}
            for measure in standing.guardrails
        },
        "balanced": standing.balanced,
        "winner": standing.winner,
        "verdict": verdict(standing, "en"),
    }


def lines(standing: Standing) -> list[str]:
    """The same as text."""
    experiment, say = standing.experiment, words("en")
    found = [
        f"{experiment.name}: {_state(experiment, 'en')}; the treatment gets {experiment.share:.0%}, a person's window "
        f"is {experiment.hours:g} h",
        f"  {say['people'].format(*standing.counts, standing.waiting)}",
        f"  {'':38} {'control':>9} {'treatment':>9}   difference (95 %, at any look)",
    ]
    for measure in (standing.rewards, *standing.guardrails):
        broken = "   ! guardrail broken" if measure.name in standing.broken else ""
        found.append(
            f"  {say[measure.name]:38} {measure.control:9.4f} {measure.treatment:9.4f}   "
            f"{_interval(measure, 'en')}{broken}"
        )
    return [*found, verdict(standing, "en")]


def page(standing: Standing | None, others: Sequence[Experiment], language: str) -> str:
    """The whole page as HTML, in ``language`` (zh, else English): no script, nothing fetched. ``others``: further
    experiments, each with a link to its own page; ``standing`` is None where none was started yet.
    """
    say = words(language)
    title = say["title"] if standing is None else f"{say['title']}: {standing.experiment.name}"
    other = "en" if language == "zh" else "zh"
    name = "" if standing is None else f"&name={escape(standing.experiment.name)}"
    body = [f"<p>{say['none']}</p>"] if standing is None else _body(standing, language)
    if others:
        rows = "".join(
            f'<tr><td><a href="?language={language}&name={escape(one.name)}">{escape(one.name)}</a></td>'
            f'<td class="other">{_state(one, language)}</td></tr>'
            for one in reversed(others)
        )
        body.append(f"<h2>{say['others']}</h2><table>{rows}</table>")
    return "\n".join(
        [
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}{STYLE_OF_BAND}</style></head><body>",
            f'<p class="note"><a href="?language={other}{name}">{say["other language"]}</a></p>',
            f"<h1>{escape(title)}</h1>",
            *body,
            "</body></html>",
        ]
    )


def _body(standing: Standing, language: str) -> list[str]:
    say, experiment = words(language), standing.experiment
    rows = "".join(
        f"<tr><td>{say[measure.name]}</td><td>{measure.control:.4f}</td><td>{measure.treatment:.4f}</td>"
        f"<td>{_interval(measure, language)}</td>"
        f'<td class="other">{say["broken"] if measure.name in standing.broken else ""}</td></tr>'
        for measure in (standing.rewards, *standing.guardrails)
    )
    policy = escape(experiment.treatment.model_dump_json(exclude_defaults=True))
    return [
        f"<p><strong>{escape(verdict(standing, language))}</strong></p>",
        f"<p>{_state(experiment, language)}{say['stop']}{say['people'].format(*standing.counts, standing.waiting)}"
        f"{say['stop']}{say['share'].format(experiment.share, experiment.hours)}{say['stop']}"
        f"{say['treatment']}: <code>{policy}</code></p>",
        f'<div class="wide"><table><tr><th></th><th>{say["control"]}</th><th>{say["treatment"]}</th>'
        f"<th>{say['difference']}</th><th></th></tr>{rows}</table></div>",
        _plot(standing.rewards, say["plot"]),
        f'<p class="note">{say["note"]}</p>',
    ]


def _plot(measure: Measure, title: str) -> str:
    sequence = measure.sequence
    kept = np.flatnonzero(np.isfinite(sequence.halves))
    if not len(kept):
        return ""
    kept = kept[np.linspace(0, len(kept) - 1, min(POINTS, len(kept))).astype(int)]
    means, halves = sequence.means[kept].tolist(), sequence.halves[kept].tolist()
    return f"<figure>{band(title, [int(at) + 1 for at in kept], means, halves)}</figure>"


def _interval(measure: Measure, language: str) -> str:
    difference, low, high = measure.sequence.last
    if not np.isfinite(low):
        return words(language)["few"]
    return f"{difference:+.4f} ({low:+.4f} … {high:+.4f})"


def _state(experiment: Experiment, language: str) -> str:
    say = words(language)
    started = say["started"].format(_time(experiment.started))
    if experiment.stopped is None:
        return f"{say['running']}{say['comma']}{started}"
    return f"{started}{say['comma']}{say['stopped'].format(_time(experiment.stopped))}"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
