"""How a long work tells how far it is."""

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called with the stage's name, how much of it is done, and of how much (None where that is not known)."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Tells nobody."""
