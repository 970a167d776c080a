"""What to do next: one move for an utterance, by its act."""

from typing import Literal

from palate.dialogue.state import State
from palate.values import Understanding

Move = Literal["recommend", "answer", "compare", "explain", "accept", "greet", "thank", "start_over", "help"]

_MOVES: dict[str, Move] = {
    "recommend": "recommend",
    "refine": "recommend",
    "reject": "recommend",
    "feedback": "recommend",  # a taste told is best answered by what it changes
    "inquire": "answer",
    "compare": "compare",
    "explain": "explain",
    "accept": "accept",
    "greet": "greet",
    "thank": "thank",
    "other": "help",
}


def decide(state: State, said: Understanding, *, asks_for_range: bool = False) -> Move:
    """The move. Starting over with a wish in the same breath is answered with items; a bare one with a
    word. ``asks_for_range``: all that is asked is what there is in this shop.
    """
    if asks_for_range:
        return "answer"
    if said.act == "start_over":
        return "recommend" if state.wishes or state.keywords else "start_over"
    return _MOVES[said.act]
