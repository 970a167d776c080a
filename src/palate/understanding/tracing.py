"""The trace of a reading: what each step found, for a person to look at."""

from math import exp
from typing import Any

from palate.understanding.bounds import BoundFound
from palate.understanding.critiques import Critique
from palate.understanding.cues import Cues
from palate.understanding.keywords import Keyword
from palate.understanding.mentions import Found
from palate.understanding.references import Reference
from palate.understanding.scene import Scene
from palate.understanding.wishes import Value

FAINT = -4.0
"""Log-probability of an act below which the trace does not tell it."""


def trace(
    scene: Scene,
    cues: Cues,
    named: list[Found],
    values: list[Value],
    bounds: list[BoundFound],
    critiques: list[Critique],
    references: list[Reference],
    keywords: list[Keyword],
) -> tuple[tuple[str, Any], ...]:
    """(step, result) in order."""
    return (
        ("plain text", scene.plain[:400]),
        ("language", scene.language),
        ("words", list(scene.words.texts[:80])),
        ("segments", [(s.text, s.tag) for s in scene.segments[:80]]),
        ("names", _names(scene)[:40]),
        (
            "typing errors",
            {
                scene.words.texts[i]: scene.plain[scene.words.starts[i] : scene.words.ends[i]]
                for i in scene.corrected
            },
        ),
        ("cues", sorted(cues.at)),
        ("acts by model", {kind: round(exp(log), 3) for kind, log in scene.acts.items() if log > FAINT}),
        ("mentions", [(m.item_id, m.sentiment, m.sure, m.others) for m in named]),
        ("values", [(v.attribute, v.values, v.denied, v.strength, v.sure) for v in values[:40]]),
        ("bounds", [(scene.plain[b.start : b.end], b.constraint) for b in bounds[:40]]),
        ("critiques", [(scene.plain[c.start : c.end], c.constraint) for c in critiques[:40]]),
        ("references", [(scene.plain[r.start : r.end], r.positions) for r in references[:40]]),
        ("keywords", [k.text for k in keywords]),
    )


def _names(scene: Scene) -> list[tuple[str, str, Any]]:
    """What the utterance has of the catalogue's names: (words, attribute or "title", value or item
    id).
    """
    out: list[tuple[str, str, Any]] = []
    for match in scene.matches:
        start, end = scene.place(match.start, match.end)
        said = scene.plain[start:end]
        out += [(said, "title", title.item_id) for title in match.titles[:3]]
        out += [(said, value.attribute, value.value) for value in match.values[:3]]
    return out
