"""The brief of a reply: all that it may say, each fact with the id of what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from palate.dialogue.policy import Move
from palate.dialogue.standing import Settled
from palate.dialogue.state import State
from palate.dialogue.widening import Widening
from palate.values import Question, RecommendedItem, ReplyPart, Understanding, Wish


@dataclass(frozen=True, slots=True)
class Brief:
    """``text``: what the person typed; ``said``: how it was read; ``unread``: wishes on what the catalogue does not
    say, as typed; ``before`` and ``state``: the session before and after the utterance; ``settled``: what changed
    for good; ``noted``: what was done on the person's command, and what his feedback changed, in whole sentences;
    ``dropped``: items of the last list that the person's clicks have ruled out since; ``relaxed`` and ``unmet``:
    hard wishes that were given up, soft ones that nothing meets; ``wider``: what would make a short list longer;
    ``subjects``: ids of the items that an answer, a
    comparison or an explanation is about, and ``answered`` its sentences, from the items' own fields.
    """

    text: str
    move: Move
    said: Understanding
    unread: Sequence[str]
    before: State
    state: State
    settled: Settled
    noted: Sequence[ReplyPart]
    dropped: Sequence[str]
    items: Sequence[RecommendedItem]
    relaxed: Sequence[Wish]
    unmet: Sequence[Wish]
    wider: Widening | None
    question: Question | None
    subjects: Sequence[str]
    answered: Sequence[ReplyPart]
    turn_id: str
