"""Rehearsal: how lists would change if events were worth something else, by making recent ones again."""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from palate.dialogue.recommending import recommend
from palate.dialogue.sessions import Sessions
from palate.dialogue.state import State
from palate.dialogue.world import World
from palate.feedback.person import Person
from palate.settings import FeedbackSettings
from palate.storage import Store

EXAMPLES = 5
LIST = 10
"""Items of a list that no turn showed."""
MOST_READ = 4
"""Turns read for each list that is wanted: not every turn shows one."""


@dataclass(frozen=True, slots=True)
class Recent:
    """A list to be made again: for ``person``, as he was then, in this ``state``, of ``k`` items; ``leaves_out_known``:
    it was a bare list, which does not show what the person knows.
    """

    person: Person
    state: State
    k: int
    leaves_out_known: bool = False


def recent_lists(
    store: Store, sessions: Sessions, person_of: Callable[[str | None], Person], most: int
) -> tuple[list[Recent], int]:
    """The latest ``most`` lists that turns showed, of people with a history, and how many of them were of nobody with
    one. Where no turn showed a list: the lists that those people would get who did something last. ``person_of``:
    a person by his pseudonym.
    """
    found: list[Recent] = []
    nobody = 0
    for turn_id, user, record in store.latest_turns(MOST_READ * most):
        if len(found) + nobody == most:
            break
        if "state" not in record or "pool" not in (record.get("slate") or {}):
            continue
        listed = sessions.list_of(turn_id, user)
        person = person_of(user).until(listed.at)
        if len(person.history):
            found.append(Recent(person, listed.state, listed.shown))
        else:
            nobody += 1
    if found or nobody:
        return found, nobody
    ends = ((float(history.timestamps.max(initial=0.0)), user) for user, history in store.histories())
    latest = heapq.nlargest(most, ends)
    people = (person_of(user) for _, user in latest)
    return [Recent(person, State(), LIST, leaves_out_known=True) for person in people], 0


def rehearse(
    world: World, lists: Iterable[Recent], after: FeedbackSettings, *, unchanged: int = 0
) -> dict[str, Any]:
    """Each of the ``lists`` twice, by what events are worth for its person and by ``after``, both by the weights that
    serve now and without exploration. ``unchanged``: how many more there were, of nobody with a history.

    Returns ``slates``, how many; ``changed``, and their ``share``; ``items_replaced``, the mean share of a list's
    items that others take the place of; ``examples``: titles ``out`` and ``in``, ``before`` and ``after``.
    """
    examples: list[dict[str, Any]] = []
    replaced: list[float] = []
    changed = 0
    for one in lists:
        before, then = _titles(world, one, one.person.settings), _titles(world, one, after)
        gone = [item for item in before if item not in then]
        replaced.append(len(gone) / max(1, len(before)))
        if list(before) == list(then):
            continue
        changed += 1
        example = {
            "out": [before[item] for item in gone],
            "in": [title for item, title in then.items() if item not in before],
            "before": list(before.values()),
            "after": list(then.values()),
        }
        if example not in examples:
            examples.append(example)
    slates = len(replaced) + unchanged
    examples.sort(key=lambda one: -len(one["out"]))
    return {
        "slates": slates,
        "changed": changed,
        "share": round(changed / slates, 4) if slates else 0.0,
        "items_replaced": round(sum(replaced) / slates, 4) if slates else 0.0,
        "examples": list(islice(examples, EXAMPLES)),
    }


def _titles(world: World, one: Recent, settings: FeedbackSettings) -> dict[str, str]:
    """Item id -> title, in order."""
    person = one.person.under(settings)
    exclude = person.touched if one.leaves_out_known else None
    found = recommend(world, one.state, person, one.k, exclude=exclude)
    return {item.item_id: item.title for item in found.items}
