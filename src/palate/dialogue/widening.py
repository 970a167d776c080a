"""Where hardly anything is left under the wishes: which one of them, given up, would let most in again."""

from collections.abc import Sequence
from dataclasses import dataclass

from palate.catalogue.catalogue import Catalogue
from palate.values import Codes, Wish

FEW = 3
"""A list of fewer items than this is told how it could be longer."""


@dataclass(frozen=True, slots=True)
class Widening:
    """Without ``wish``, ``more`` items would be allowed besides those of the list."""

    wish: Wish
    more: int


def widening(
    catalogue: Catalogue, spoken: Sequence[Wish], musts: Sequence[Wish], out: Codes, allowed: int
) -> Widening | None:
    """The wish among ``spoken`` whose loss would let most in; None where none would, or where enough is left.

    ``musts``: all hard wishes, those that hold for good too; ``out`` int32: codes that must not come; ``allowed``: how
    many items the wishes allow now. The kind of thing is not offered: who asks for a lamp wants no vase.
    """
    if not 0 < allowed < FEW:
        return None
    found = [
        Widening(wish, len(catalogue.mask([one.constraint for one in musts if one is not wish], exclude=out)) - allowed)
        for wish in spoken
        if wish.constraint.attribute != "categories"
    ]  # fmt: skip
    best = max(found, key=lambda one: one.more, default=None)
    return best if best is not None and best.more > 0 else None
