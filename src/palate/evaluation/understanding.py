"""How well utterances are understood: a gold file against a shop's reading, in the figures of ``frames``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from palate.errors import InvalidInput
from palate.evaluation.frames import Counts, Judged, judge
from palate.evaluation.jsonl import json_lines
from palate.values import Understanding

Understand = Callable[[str, Sequence[str]], Understanding]
"""(text, ids of the items shown last) -> what it says."""


def read_gold(file: Path, catalogue: str | None = None) -> list[dict[str, Any]]:
    """The lines of a gold file; with ``catalogue`` those alone that were said in that shop.

    Raises InvalidInput where a line has no id, text and gold, and where no line is left.
    """
    lines = list(json_lines(file))
    for number, line in enumerate(lines, 1):
        if (
            not isinstance(line.get("text"), str)
            or not isinstance(line.get("gold"), dict)
            or "id" not in line
        ):
            raise InvalidInput(
                f"entry {number} of {str(file)!r} is no gold line; it needs an id, a text and a gold Understanding"
            )
    kept = [line for line in lines if catalogue is None or line.get("catalogue") == catalogue]
    if not kept:
        there = sorted({str(line.get("catalogue")) for line in lines})
        raise InvalidInput(
            f"{str(file)!r} has no line for the catalogue {catalogue!r}; it has lines for: {', '.join(there)}"
            if lines
            else f"{str(file)!r} has no lines"
        )
    return kept


def evaluate_understanding(gold: Sequence[Mapping[str, Any]], understand: Understand) -> list[Judged]:
    """Each gold line, judged by what ``understand`` makes of its text and context."""
    rows: list[Judged] = []
    for line in gold:
        last = (line.get("context") or {}).get("last_items") or ()
        rows.append(judge(line, asdict(understand(line["text"], [str(item_id) for item_id in last]))))
    return rows


def document(rows: Sequence[Judged]) -> dict[str, Any]:
    """The figures over all lines, by language and by catalogue, and the ids of the lines that are not
    exact.
    """
    groups: dict[str, dict[str, Any]] = {}
    for name, key in (("by_language", "language"), ("by_catalogue", "catalogue")):
        values = sorted({getattr(row, key) for row in rows})
        groups[name] = {value: figures([r for r in rows if getattr(r, key) == value]) for value in values}
    return {"total": figures(rows), **groups, "not_exact": [row.line_id for row in rows if not row.exact]}


def figures(rows: Sequence[Judged]) -> dict[str, Any]:
    """The figures over some lines; None where there was nothing to judge."""
    asked = [row for row in rows if row.references_asked]
    avoiding = [row for row in rows if row.avoided is not None]
    return {
        "n": len(rows),
        "act_accuracy": _ratio(sum(row.act for row in rows), len(rows)),
        "language_accuracy": _ratio(sum(row.language_right for row in rows), len(rows)),
        "constraints": _precision_recall([row.constraints for row in rows]),
        "strength_accuracy": _ratio(
            sum(row.constraints.strengths_right for row in rows),
            sum(row.constraints.strengths for row in rows),
        ),
        "mentions": _precision_recall([row.mentions for row in rows]),
        "reference_accuracy": _ratio(sum(row.references for row in rows), len(rows)),
        "reference_accuracy_where_any": _ratio(sum(row.references for row in asked), len(asked)),
        "keyword_recall": _ratio(
            sum(row.keywords_found for row in rows), sum(row.keywords_needed for row in rows)
        ),
        "keyword_share_of_text": _ratio(
            sum(row.keyword_characters for row in rows), sum(row.text_characters for row in rows)
        ),
        "rejected_words_kept_out": _ratio(sum(bool(row.avoided) for row in avoiding), len(avoiding)),
        "exact_frame_accuracy": _ratio(sum(row.exact for row in rows), len(rows)),
    }


def _precision_recall(counts: Sequence[Counts]) -> dict[str, Any]:
    tp, fp, fn = (sum(getattr(one, name) for one in counts) for name in ("tp", "fp", "fn"))
    return {
        "precision": _ratio(tp, tp + fp),
        "recall": _ratio(tp, tp + fn),
        "f1": _ratio(2 * tp, 2 * tp + fp + fn),
        "tp": tp,
        "fp": fp,
        "fn": fn,
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
