"""Tally: the people of an experiment, counted once each as their windows close.

A look reads the turns that came since the look before, and the events of those alone whose window closed since: so it
costs by what happened, not by how long the log is. Whoever is counted stays as he was counted, whatever an event
is worth later: that no outcome changes is what the sequential test asks for.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from palate.evaluation.experiments import Experiment, Outcome, People, closes, outcome, people, takes_part
from palate.evaluation.turn_log import LoggedTurn, logged, said_of_turns
from palate.feedback.signals import Signals
from palate.settings import FeedbackSettings
from palate.storage import Store

MOST_VISITS = 1_000
"""Turns of one person that count; who has more within a window is no person."""


class Tally:
    """Of one experiment. Safe to use from many threads."""

    def __init__(self, after: int) -> None:
        """``after``: the number of the last turn before the experiment."""
        self._lock = threading.Lock()
        self._read_until = after
        self._open: dict[str, list[LoggedTurn]] = {}
        self._counted: set[str] = set()
        self._outcomes: list[Outcome] = []

    def look(
        self, store: Store, experiment: Experiment, feedback: FeedbackSettings, signals: Signals, now: float
    ) -> People:
        """The people counted by ``now`` (epoch seconds), by what the store holds; dwells and comments as ``signals``
        read them.
        """

        def with_what_came_of_them(user: str, visits: Sequence[LoggedTurn]) -> list[LoggedTurn]:
            said = said_of_turns(store.history(user), feedback, signals)
            return [turn.after(said.get(turn.turn_id, ())) for turn in visits]

        with self._lock:
            while found := store.turns_after(self._read_until):
                for number, turn_id, user, record in found:
                    if experiment.until is not None and number > experiment.until:
                        return self.count(experiment, now, with_what_came_of_them)
                    self._read_until = number
                    self.take(logged(turn_id, user, record), experiment)
            return self.count(experiment, now, with_what_came_of_them)

    def take(self, turn: LoggedTurn, experiment: Experiment) -> None:
        """Take in the next turn of the shop."""
        if turn.user is None or turn.user in self._counted or not takes_part(turn, experiment):
            return
        visits = self._open.get(turn.user)
        if visits is None and turn.slate is not None:
            self._open[turn.user] = [_without_pool(turn)]
        elif visits is not None and len(visits) < MOST_VISITS:
            visits.append(_without_pool(turn))

    def count(
        self,
        experiment: Experiment,
        now: float,
        complete: Callable[[str, Sequence[LoggedTurn]], Sequence[LoggedTurn]],
    ) -> People:
        """The people whose windows are over at ``now``; one that was open when the experiment stopped never is.
        ``complete``: the turns of a person with what came of them.
        """
        until = min(now, experiment.stopped or now)
        over = [user for user, visits in self._open.items() if closes(visits, experiment) <= until]
        for user in over:
            self._outcomes.append(outcome(complete(user, self._open.pop(user)), experiment))
            self._counted.add(user)
        return people(self._outcomes, len(self._open))


def _without_pool(turn: LoggedTurn) -> LoggedTurn:
    """The turn with no more of its list than which items it had."""
    slate = turn.slate
    return turn if slate is None else replace(turn, slate={"codes": slate.get("codes", [])})
