"""Protocols: what is held back from the log, and what is known when it is to be found again.

What is to be found (a *target*) is an item that the person had not touched before and then took up, so
leaving seen items out of the ranking never leaves out a target. The context is what the person did before the
(first) target, and nothing that came later is trained on:

- **leave-last-out**: the target is each person's last newly taken up item; that event and what the person did
  after it leave the log. What other people did at any time is trained on, as in the literature.
- **strong-generalisation**: a tenth of the people leave the log altogether; from the first 80 % of the items
  that each took up, in order, the rest is to be found (after Liang, Krishnan, Hoffman, Jebara 2018, who draw
  the 80 % at random; in order, nobody's future is known).
- **time-split**: the last tenth of all events in time is to be found from everything before it; events at the
  moment of the cut lie after it. It needs times: a log of mere positions is refused.

With ``validation`` the protocol is applied once more to what it left, so that the test part is not looked at
(strong generalisation: a second tenth of the people, neither trained on nor tested).
Equal timestamps keep the order of arrival (palate.evaluation.log).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from palate.errors import InvalidInput
from palate.evaluation.log import EventLog, interactions, taken_up
from palate.recommenders.base import Context, Interactions
from palate.settings import FeedbackSettings
from palate.values import Codes

HELD_OUT = 0.1
"""The share of people (strong generalisation) or of events (time split) that is held out."""
FOLD_IN = 0.8


@dataclass(frozen=True, slots=True)
class Split:
    """``train``: the log to fit on; ``users`` int32 [n]: who is judged (rows of the log), ascending;
    ``contexts``: their known past, row i that of ``users[i]``, with the weights that serving would give;
    ``targets`` int32 [t]: what is to be found, those of row i at ``indptr[i]:indptr[i + 1]`` (int64 [n + 1]),
    at least one each, none of them in the context.
    """

    protocol: str
    train: Interactions
    users: NDArray[np.int32]
    contexts: Interactions
    indptr: NDArray[np.int64]
    targets: Codes

    def context(self, row: int) -> Context:
        """What a recommender is asked with for ``users[row]``."""
        part = slice(self.contexts.indptr[row], self.contexts.indptr[row + 1])
        return Context(self.contexts.items[part], self.contexts.weights[part])

    def sample(self, count: int, seed: int) -> Self:
        """The same split with ``count`` of its judged users, drawn by ``seed``; training is not touched."""
        if count >= len(self.users):
            return self
        rows = np.sort(np.random.default_rng(seed).permutation(len(self.users))[:count])
        contexts = self.contexts
        kept, indptr = _rows(contexts.indptr, rows)
        target_kept, target_indptr = _rows(self.indptr, rows)
        return replace(
            self,
            users=self.users[rows],
            contexts=replace(
                contexts,
                indptr=indptr,
                items=contexts.items[kept],
                weights=contexts.weights[kept],
                timestamps=contexts.timestamps[kept],
            ),
            indptr=target_indptr,
            targets=self.targets[target_kept],
        )


def leave_last_out(log: EventLog, settings: FeedbackSettings, *, validation: bool = False) -> Split:
    """See the module's docstring; people without a past before their last item are trained on, not judged.
    InvalidInput where nobody can be judged.
    """
    cuts = _last_taken_up(log, settings)
    if validation:
        log = log.where(np.arange(len(log)) < cuts[log.users])
        cuts = _last_taken_up(log, settings)
    past = np.arange(len(log)) < cuts[log.users]
    users = np.flatnonzero(cuts < log.starts()[1:]).astype(np.int32)
    targets = np.zeros(len(log), np.bool_)
    targets[cuts[users]] = True
    return _split("leave-last-out", log, settings, past, past, targets, cuts, users)


def strong_generalisation(
    log: EventLog, settings: FeedbackSettings, *, seed: int = 0, validation: bool = False
) -> Split:
    """See the module's docstring; people are drawn by ``seed`` from those who took up two items or more.
    InvalidInput where there are fewer than two such people (three for validation).
    """
    new = taken_up(log, settings)
    counts = np.bincount(log.users[new], minlength=log.n_users)
    eligible = np.random.default_rng(seed).permutation(np.flatnonzero(counts >= 2))
    share = max(1, round(len(eligible) * HELD_OUT))
    test, second = eligible[:share], eligible[share : 2 * share]
    held = second if validation else test
    left_out = np.zeros(log.n_users, np.bool_)
    left_out[test] = True
    left_out[held] = True
    if not len(held) or len(eligible) <= int(left_out.sum()):
        raise InvalidInput(
            f"the log has {len(eligible)} people who took up two items or more, too few to hold some out"
        )
    users = np.sort(held).astype(np.int32)
    # the number of each new item in its user's order, from 0, and the row of the first one to be found
    numbers = np.cumsum(new) - 1
    numbers -= np.concatenate(([0], np.cumsum(counts)))[log.users]
    known = np.clip(np.floor(counts * FOLD_IN).astype(np.int64), 1, None)
    known = np.minimum(known, counts - 1)
    cuts = log.starts()[1:].copy()
    starting = np.flatnonzero(new & (numbers == known[log.users]))
    cuts[log.users[starting]] = starting
    past = np.arange(len(log)) < cuts[log.users]
    return _split(
        "strong-generalisation", log, settings, ~left_out[log.users], past, new & ~past, cuts, users
    )


def time_split(log: EventLog, settings: FeedbackSettings, *, validation: bool = False) -> Split:
    """See the module's docstring; people without a past before the cut, or without a new item after it, are
    not judged. InvalidInput for an ordinal log, for one without two different times, and where nobody can be
    judged.
    """
    if log.ordinal:
        raise InvalidInput(
            "the protocol 'time-split' needs times, and the timestamps of this log are positions in each "
            f"user's order (all are below 1e8; the first is {float(log.timestamps[:1].sum())!r}); "
            "use leave-last-out or strong-generalisation"
        )
    test = max(1, round(len(log) * HELD_OUT))
    cut = _moment(log, test)
    if validation:
        log = log.where(log.timestamps < cut)
        cut = _moment(log, min(test, max(1, len(log) // 2)))
    past = log.timestamps < cut
    new = taken_up(log, settings)
    indptr = log.starts()
    cuts = indptr[:-1] + np.bincount(log.users[past], minlength=log.n_users)
    has_target = np.bincount(log.users[new & ~past], minlength=log.n_users) > 0
    users = np.flatnonzero((cuts > indptr[:-1]) & has_target).astype(np.int32)
    return _split("time-split", log, settings, past, past, new & ~past, cuts, users, cut)


PROTOCOLS: dict[str, Callable[..., Split]] = {
    "leave-last-out": leave_last_out,
    "strong-generalisation": strong_generalisation,
    "time-split": time_split,
}


def split(
    protocol: str, log: EventLog, settings: FeedbackSettings, *, seed: int = 0, validation: bool = False
) -> Split:
    """The split of that name; InvalidInput where there is none such, or where the log does not allow it."""
    if protocol not in PROTOCOLS:
        raise InvalidInput(f"there is no protocol {protocol!r}; it must be one of {', '.join(PROTOCOLS)}")
    drawn = {"seed": seed} if protocol == "strong-generalisation" else {}
    return PROTOCOLS[protocol](log, settings, validation=validation, **drawn)


def _split(
    protocol: str,
    log: EventLog,
    settings: FeedbackSettings,
    trained: NDArray[np.bool_],
    past: NDArray[np.bool_],
    targets: NDArray[np.bool_],
    cuts: NDArray[np.int64],
    users: NDArray[np.int32],
    moment: float | None = None,
) -> Split:
    """``trained``, ``past``, ``targets`` bool [events]; ``cuts`` int64 [n_users]: each user's first event
    that is not past; ``moment``: when the contexts are asked, by default at each user's cut.
    """
    if not len(users):
        raise InvalidInput(
            f"nobody in this log can be judged by {protocol!r}: it takes people with an event and, after it, "
            "one that speaks for an item that is new to them"
        )
    judged = np.zeros(log.n_users, np.bool_)
    judged[users] = True
    mine = judged[log.users]
    at_cut = log.timestamps[np.minimum(cuts, len(log) - 1)]
    now = at_cut if moment is None else np.full(log.n_users, moment)
    everyone = interactions(log.where(past & mine), settings, now)
    found = log.where(targets & mine)
    return Split(
        protocol=protocol,
        train=interactions(log.where(trained), settings),
        users=users,
        # people who are not judged have no events in it: their rows are empty and drop out
        contexts=replace(everyone, indptr=everyone.indptr[np.append(users, users[-1] + 1)]),
        indptr=found.starts()[np.append(users, users[-1] + 1)],
        targets=found.items,
    )


def _last_taken_up(log: EventLog, settings: FeedbackSettings) -> NDArray[np.int64]:
    """int64 [n_users]: the row of each user's last newly taken up item that has an event before it; where
    there is none, the end of the user's events.
    """
    indptr = log.starts()
    rows = np.flatnonzero(taken_up(log, settings))
    rows = rows[rows > indptr[log.users[rows]]]
    cuts = indptr[1:].copy()
    last = np.append(log.users[rows][1:] != log.users[rows][:-1], np.ones(min(1, len(rows)), np.bool_))
    cuts[log.users[rows[last]]] = rows[last]
    return cuts


def _moment(log: EventLog, held_out: int) -> float:
    """The time from which on the last ``held_out`` events of the log lie; more where several are equal."""
    times = np.sort(log.timestamps)
    if not len(times) or times[0] == times[-1]:
        raise InvalidInput(
            "the protocol 'time-split' needs at least two different times, and every event of this log "
            f"(or of what the test left of it) has the same: {times[:1].tolist()!r}; use leave-last-out"
        )
    cut = float(times[-held_out])
    # where the whole end and the whole start are one moment, cut at the next one
    return cut if cut > times[0] else float(times[np.searchsorted(times, times[0], side="right")])


def _rows(indptr: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(the entries of the given rows of a CSR, one after the other; their own indptr)."""
    lengths = np.diff(indptr)[rows]
    shorter = np.concatenate(([0], np.cumsum(lengths)))
    return np.arange(shorter[-1]) + np.repeat(indptr[rows] - shorter[:-1], lengths), shorter
