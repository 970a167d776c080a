"""What feedback changed: one true sentence on what went out of the list, and what came in, because of it.

The list is ranked once more as if the feedback had not been given; only what differs is told.
"""

from dataclasses import dataclass

import numpy as np

from palate.dialogue.counterfactuals import Removal, event_removals, taste_removals
from palate.dialogue.profile import did
from palate.dialogue.recommending import Recommendation, errand, ranked
from palate.dialogue.sessions import Sessions
from palate.dialogue.state import State
from palate.dialogue.world import World
from palate.feedback.person import Person
from palate.ranking.exploration import Exploration
from palate.ranking.wording import is_chinese, join, quoted
from palate.values import Evidence, ReplyPart

LATEST = 3
"""Of how many of the latest acts the effect is looked for."""
TELLING = (
    "like",
    "dislike",
    "purchase",
    "favorite",
    "add_to_cart",
    "rating",
    "comment",
    "share",
    "click",
    "dwell",
)
MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class _Effect:
    cause: Removal
    out: list[int]
    new: list[int]


def changed_by_feedback(
    world: World,
    sessions: Sessions,
    before: State,
    state: State,
    person: Person,
    found: Recommendation,
    seed: int,
) -> tuple[ReplyPart, ...]:
    """The sentence; none where nothing was told or done since the last list, or where it changed nothing. ``found``:
    the new list, made with ``seed``.
    """
    if before.last_turn is None or len(found.slate) == 0:
        return ()
    since = sessions.list_of(before.last_turn, person.user).at
    causes = [
        *taste_removals(state, person, world.catalogue, [i for i in state.tastes if i not in before.tastes]),
        *event_removals(state, person, np.flatnonzero(person.history.timestamps > since)[::-1]),
    ]
    telling = [one for one in causes if one.kind == "said" or one.kind in TELLING][:LATEST]
    effects = [_effect(world, before, found, cause, seed) for cause in telling]
    best = max(effects, key=lambda one: len(one.out) + len(one.new), default=None)
    if best is None or not (best.out or best.new):
        return ()
    return (_sentence(world, best, state),)


def _effect(world: World, before: State, found: Recommendation, cause: Removal, seed: int) -> _Effect:
    """What of the last list went out, and what came that was not there, for this cause alone."""
    k = len(found.slate)
    sought = errand(world, cause.state, cause.person, k, advice=found.advice)
    _, slate = ranked(world, sought, k, Exploration(world.settings.ranking.exploration, seed))
    here, otherwise = found.slate.codes.tolist(), slate.codes.tolist()
    last = world.catalogue.codes(before.last).tolist()
    out = [code for code in otherwise if code not in here and code in last and code != cause.subject]
    new = [code for code in here if code not in otherwise and code not in last]
    return _Effect(cause, out[:MOST_NAMED], new[:MOST_NAMED])


def _sentence(world: World, effect: _Effect, state: State) -> ReplyPart:
    catalogue, language = world.catalogue, state.language
    chinese = is_chinese(language)
    code = int(effect.cause.subject) if isinstance(effect.cause.subject, int) else 0
    title = catalogue.title(code, language)
    if effect.cause.kind == "said":
        likes = state.tastes[catalogue.item_id(code)] > 0
        because = (
            f"{'喜欢' if likes else '不喜欢'}{quoted(title, language)}"
            if chinese
            else (f"you {'like' if likes else 'do not like'} {quoted(title, language)}")
        )
        because = f"您{because}" if chinese else because
    else:
        because = did(effect.cause.kind, title, language)

    def names(codes: list[int]) -> str:
        return join((quoted(catalogue.title(one, language), language) for one in codes), language, "and")

    if chinese:
        told = [f"去掉了{names(effect.out)}"] if effect.out else []
        told += [f"换上了{names(effect.new)}"] if effect.new else []
        text = f"因为{because}，{'，'.join(told)}。"
    else:
        told = [f"{names(effect.out)} went out"] if effect.out else []
        told += [f"{names(effect.new)} came in"] if effect.new else []
        text = f"Because {because}, {' and '.join(told)}. "
    items = (code, *effect.out, *effect.new)
    return ReplyPart(
        text, (effect.cause.evidence, *(Evidence("item", catalogue.item_id(one)) for one in items))
    )
