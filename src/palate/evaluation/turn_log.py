"""The shop's own log: each turn that showed a list, with what became of it. What policies and experiments are judged
by.

What came of an item is the worth of the events that name its turn (docs/feedback.md), summed and held within -1 and
1: above 0 it is the reward, below it is a complaint. Saying that none will do (the act ``reject``) is a complaint too.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from palate.feedback.passing_over import DERIVED
from palate.feedback.profile import event_worths
from palate.feedback.signals import UNREAD, Signals
from palate.settings import FeedbackSettings
from palate.storage import Store
from palate.values import History

Said = tuple[float, int, float]
"""When, of which item (its code), and what it is worth."""


@dataclass(frozen=True, slots=True)
class LoggedTurn:
    """A turn by ``user``, a pseudonym or None, at ``created_at`` (epoch seconds), that took ``seconds`` (None where it
    was not kept). ``slate``: its decision as logged, None where no list was shown; ``rewards`` float64 [k]: of
    each item shown, from 0 to 1; ``complaint``: whether it was met with one; ``arm``: (experiment, arm) that
    it was part of. ``reactions``: (when, place, worth) of each, that both were made of; ``rejected``: none would do.
    """

    turn_id: str
    user: str | None
    created_at: float
    seconds: float | None
    slate: dict[str, object] | None
    rewards: NDArray[np.float64]
    complaint: bool
    arm: tuple[str, str] | None = None
    reactions: tuple[tuple[float, int, float], ...] = ()
    rejected: bool = False

    def after(self, said: Sequence[Said]) -> Self:
        """The turn by what was said of its items."""
        codes: Any = self.slate.get("codes", ()) if self.slate else ()
        place = {int(code): row for row, code in enumerate(codes)}
        reactions = tuple((at, place[code], worth) for at, code, worth in said if code in place)
        worth = _summed(len(place), reactions)
        complaint = _complained(worth) or self.rejected
        return replace(self, rewards=np.maximum(worth, 0), complaint=complaint, reactions=reactions)

    def until(self, time: float) -> Self:
        """The turn by what had come of it at ``time`` (epoch seconds), however much came later."""
        if all(at <= time for at, _, _ in self.reactions):
            return self
        worth = _summed(len(self.rewards), [one for one in self.reactions if one[0] <= time])
        return replace(self, rewards=np.maximum(worth, 0), complaint=_complained(worth) or self.rejected)


def read_turns(store: Store, feedback: FeedbackSettings, signals: Signals = UNREAD) -> Iterator[LoggedTurn]:
    """Every turn of the shop, oldest first; dwells and comments as ``signals`` read them, as the ranker learns them."""
    said: dict[str, list[Said]] = {}
    for _, history in store.histories():
        said.update(said_of_turns(history, feedback, signals))
    for turn_id, user, record in store.turns():
        yield logged(turn_id, user, record).after(said.get(turn_id, ()))


def logged(turn_id: str, user: str | None, record: Mapping[str, Any]) -> LoggedTurn:
    """A turn of its record alone, before anything came of it."""
    turn, slate = record["turn"], record.get("slate")
    part = record.get("experiment")
    rejected = turn["understanding"]["act"] == "reject"
    return LoggedTurn(
        turn_id,
        user,
        float(turn["created_at"]),
        record.get("seconds"),
        slate,
        np.zeros(len(slate.get("codes", ())) if slate else 0),
        rejected,
        (part["experiment"], part["arm"]) if part else None,
        (),
        rejected,
    )


def said_of_turns(history: History, feedback: FeedbackSettings, signals: Signals) -> dict[str, list[Said]]:
    """What the events of a history that name a turn say of its items, by turn."""
    of_turn = [
        (row, str(extra["turn_id"]))
        for row, extra in enumerate(history.extras)
        # what was passed over for another is no complaint
        if extra and extra.get("turn_id") and DERIVED not in extra.get("given", ())
    ]
    found: dict[str, list[Said]] = defaultdict(list)
    if of_turn:
        values = signals.read(history).values
        worths = event_worths(history.kinds, values, feedback)
        for row, turn_id in of_turn:
            told = float(history.timestamps[row]), int(history.items[row]), float(worths[row])
            found[turn_id].append(told)
    return found


def _summed(k: int, reactions: Sequence[tuple[float, int, float]]) -> NDArray[np.float64]:
    """float64 [k]: what the reactions to each place are worth together, held within -1 and 1."""
    worth = np.zeros(k)
    for _, place, value in reactions:
        worth[place] += value
    return np.clip(worth, -1, 1)


def _complained(worth: NDArray[np.float64]) -> bool:
    return bool((worth < 0).any())
