"""The shop's own log: each turn that showed a list, with what became of it. What policies and experiments are judged
by.

What came of an item is the worth of the events that name its turn (docs/feedback.md), summed and held within -1 and
1: above 0 it is the reward, below it is a complaint. Saying that none will do (the act ``reject``) is a complaint too.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.feedback.passing_over import DERIVED
from palate.feedback.profile import event_worths
from palate.settings import FeedbackSettings
from palate.storage import Store


@dataclass(frozen=True, slots=True)
class LoggedTurn:
    """A turn by ``user``, a pseudonym or None, at ``created_at`` (epoch seconds), that took ``seconds`` (None where it
    was not kept). ``slate``: its decision as logged, None where no list was shown; ``rewards`` float64 [k]: of
    each item shown, from 0 to 1; ``complaint``: whether it was met with one; ``arm``: (experiment, arm) that
    it was part of.
    """

    turn_id: str
    user: str | None
    created_at: float
    seconds: float | None
    slate: dict[str, object] | None
    rewards: NDArray[np.float64]
    complaint: bool
    arm: tuple[str, str] | None = None


def read_turns(store: Store, feedback: FeedbackSettings) -> Iterator[LoggedTurn]:
    """Every turn of the shop, oldest first."""
    worths = _worths(store, feedback)
    for turn_id, user, record in store.turns():
        turn, slate = record["turn"], record.get("slate")
        codes: list[int] = slate.get("codes", []) if slate else []
        found = worths.get(turn_id, {})
        worth = np.clip(np.array([found.get(code, 0.0) for code in codes], np.float64), -1, 1)
        part = record.get("experiment")
        yield LoggedTurn(
            turn_id,
            user,
            float(turn["created_at"]),
            record.get("seconds"),
            slate,
            np.maximum(worth, 0),
            bool((worth < 0).any()) or turn["understanding"]["act"] == "reject",
            (part["experiment"], part["arm"]) if part else None,
        )


def _worths(store: Store, feedback: FeedbackSettings) -> dict[str, dict[int, float]]:
    """The summed worth of the events that name a turn, by turn and item code."""
    found: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for _, history in store.histories():
        of_turn = [
            (row, str(extra["turn_id"]))
            for row, extra in enumerate(history.extras)
            # what was passed over for another is no complaint
            if extra and extra.get("turn_id") and DERIVED not in extra.get("given", ())
        ]
        if of_turn:
            worths = event_worths(history.kinds, history.values, feedback)
            for row, turn_id in of_turn:
                found[turn_id][int(history.items[row])] += float(worths[row])
    return found
