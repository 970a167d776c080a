"""Our acts against the intents of IARD (Cai and Chen, "Predicting user intents and satisfaction with
dialogue-based conversational recommendations", UMAP 2020): dialogues of ReDial in which each turn bears one
or more intents.

The two schemes cut differently, so an intent maps to the acts that do it justice (``ACTS_OF``;
docs/evaluation.md says why), and a turn of several intents is right where the act does justice to one of
them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from palate.errors import InvalidInput
from palate.evaluation.jsonl import json_lines
from palate.values import Act

ACTS_OF: Mapping[str, tuple[Act, ...]] = {
    "IQU": ("recommend", "refine"),  # initial query: asks for items, with or without wishes
    "CON": ("refine", "reject", "recommend"),  # continue: asks for others
    "REF": ("refine", "recommend"),  # reformulates what is looked for
    "STO": ("start_over", "recommend", "refine"),  # starts another errand
    "PRO": ("feedback", "refine", "recommend"),  # tells a preference
    "ANS": ("feedback", "refine", "recommend"),  # answers what was asked back
    "CRI-A": ("refine", "feedback"),  # critique: adds a feature that is wished for
    "CRI-F": ("refine", "feedback", "reject"),  # critique: of a feature of the item
    "CRI-C": ("refine", "compare", "inquire"),  # critique: compares with another item
    "ASK": ("inquire",),  # asks for an opinion or an experience
    "INQ": ("inquire",),  # asks about the item
    "SEE": ("feedback",),  # has seen it, and says how it was
    "ACC": ("accept", "feedback"),  # likes what was recommended, or will take it
    "REJ": ("reject", "feedback", "refine"),  # does not
    "NRE": ("feedback", "other"),  # neither: "never heard of it"
    "OTH": ("greet", "thank", "other"),  # greetings, thanks, small talk
}
"""The acts that do justice to an intent of a seeker."""

Read = Callable[[str, Sequence[str], bool], Act]
"""(text, ids of the items recommended last, whether anything was recommended before) -> act."""


@dataclass(frozen=True, slots=True)
class SeekerTurn:
    """What a seeker said, and when."""

    text: str
    intents: tuple[str, ...]
    last_items: tuple[str, ...]
    in_dialogue: bool


def read_dialogues(file: Path) -> list[SeekerTurn]:
    """The seekers' turns of a file of IARD dialogues (JSON Lines). Raises InvalidInput where it is none."""
    turns = [
        turn for number, line in enumerate(json_lines(file), 1) for turn in _seeker_turns(line, file, number)
    ]
    if not turns:
        raise InvalidInput(f"{str(file)!r} has no turn of a seeker")
    return turns


def _seeker_turns(line: Mapping[str, Any], file: Path, number: int) -> Iterator[SeekerTurn]:
    last: tuple[str, ...] = ()
    before = False
    try:
        for turn in line["turns"]:
            intents = tuple(dict.fromkeys(turn["sub_intents"]))
            if turn["role"] == "user":
                yield SeekerTurn(turn["text"], intents, last, before)
            elif turn["item_ids"]:
                last, before = tuple(map(str, turn["item_ids"])), True
    except (KeyError, TypeError):
        raise InvalidInput(
            f"dialogue {number} of {str(file)!r} is none of IARD; its turns need role, text, item_ids, sub_intents"
        ) from None


def evaluate_intents(turns: Iterable[SeekerTurn], read: Read) -> dict[str, Any]:
    """``accuracy`` over all turns with an intent that we map, and over those with one intent alone; by
    intent ``n`` and ``right``; ``confusion``: intent -> act -> turns (a turn of several intents counts in
    each of their rows).
    """
    confusion: dict[str, Counter[str]] = {intent: Counter() for intent in ACTS_OF}
    right: Counter[str] = Counter()
    hits: list[tuple[bool, bool]] = []
    for turn in turns:
        intents = [intent for intent in turn.intents if intent in ACTS_OF]
        if not intents:
            continue
        act = read(turn.text, turn.last_items, turn.in_dialogue)
        hits.append((any(act in ACTS_OF[intent] for intent in intents), len(intents) == 1))
        for intent in intents:
            confusion[intent][act] += 1
            right[intent] += act in ACTS_OF[intent]
    alone = [hit for hit, single in hits if single]
    return {
        "n": len(hits),
        "accuracy": _share(sum(hit for hit, _ in hits), len(hits)),
        "n_single": len(alone),
        "accuracy_single": _share(sum(alone), len(alone)),
        "by_intent": {
            intent: {
                "n": row.total(),
                "right": _share(right[intent], row.total()),
                "acts": list(ACTS_OF[intent]),
            }
            for intent, row in confusion.items()
        },
        "confusion": {intent: {act: row[act] for act in get_args(Act)} for intent, row in confusion.items()},
    }


def table(result: Mapping[str, Any]) -> list[str]:
    """The confusion as lines of text: intents down, acts across; the share that is right at the end."""
    acts = [act for act in get_args(Act) if any(row[act] for row in result["confusion"].values())]
    lines = [f"{'intent':8}{'n':>6}" + "".join(f"{act:>11}" for act in acts) + f"{'right':>8}"]
    for intent, row in result["confusion"].items():
        of_it = result["by_intent"][intent]
        if of_it["n"]:
            cells = "".join(f"{row[act] or '':>11}" for act in acts)
            lines.append(f"{intent:8}{of_it['n']:>6}{cells}{of_it['right']:>8.3f}")
    return lines


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
