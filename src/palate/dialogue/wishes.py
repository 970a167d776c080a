"""How an utterance changes the wishes of a conversation: taken back, widened, replaced by new ones; a critique
becomes a bound.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.columns import iso_date
from palate.understanding.reading import Withdrawal
from palate.values import Codes, Constraint, Wish

OUTERMOST = 6
"""So many items are "the cheapest"."""

NEXT_BELOW = 1 - 1e-9
"""Strictly below a price means: this close under it."""


Wishes = tuple[Wish, ...]


def withdrawn(wishes: Wishes, taken_back: Sequence[Withdrawal]) -> Wishes:
    """Without the wishes that are taken back; of a list of values the one that is."""
    for one in taken_back:
        wishes = tuple(left for wish in wishes if (left := _left(wish, one)) is not None)
    return wishes


def _left(wish: Wish, withdrawal: Withdrawal) -> Wish | None:
    constraint = wish.constraint
    if not _takes_back(withdrawal, constraint):
        return wish
    values = (
        []
        if withdrawal.value is None
        else [v for v in _values(constraint) if str(v) != str(withdrawal.value)]
    )
    return replace(wish, constraint=replace(constraint, value=values)) if values else None


def widened(wishes: Wishes, allowed: Sequence[Constraint]) -> Wishes:
    """With what is fine too (黑色也行): a further value of the last wish on the attribute, none excluded any more."""
    for one in allowed:
        place = next(
            (n for n, wish in reversed([*enumerate(wishes)]) if _may_take(wish.constraint, one)), None
        )
        if place is None:
            continue
        wish, values = wishes[place].constraint, _values(one)
        if wish.op == "not in":
            left = [value for value in _values(wish) if str(value) not in map(str, values)]
        else:
            left = [*_values(wish), *(value for value in values if value not in _values(wish))]
        changed = [replace(wishes[place], constraint=replace(wish, value=left))] if left else []
        wishes = (*wishes[:place], *changed, *wishes[place + 1 :])
    return wishes


def _may_take(wish: Constraint, allowed: Constraint) -> bool:
    if wish.attribute != allowed.attribute or isinstance(allowed.value, bool):
        return False
    excluded = wish.op == "not in" and bool(set(map(str, _values(wish))) & set(map(str, _values(allowed))))
    return excluded or wish.op == "in"


def _takes_back(withdrawal: Withdrawal, constraint: Constraint) -> bool:
    if withdrawal.attribute is None or withdrawal.attribute != constraint.attribute:
        return False
    return withdrawal.value is None or str(withdrawal.value) in map(str, _values(constraint))


def _values(constraint: Constraint) -> list[Any]:
    return list(constraint.value) if isinstance(constraint.value, list | tuple) else [constraint.value]


def renewed(
    wishes: Wishes,
    said: Sequence[Constraint],
    turn_id: str,
    shown: Codes,
    catalogue: Catalogue,
    found: Codes | None = None,
    by: Mapping[str, float] = MappingProxyType({}),
) -> Wishes:
    """With the new wishes, in place of those that they replace; ``shown``: the items that a critique compares with;
    ``found``: those that the words for the kind of thing find, of which the cheapest is wished for; ``by``: how
    much lower or higher an attribute is to be, where that was said.
    """
    new: list[Wish] = []
    unkeepable: list[Wish] = []
    musts = [wish for wish in wishes if wish.constraint.strength == "must"]
    for number, constraint in enumerate(said):
        if constraint.op in ("lower", "higher"):
            others = [wish.constraint for wish in musts if wish.constraint.attribute != constraint.attribute]
            if not len(shown):  # the cheapest of what is asked for in one breath with it
                others += [one for one in said if one.op not in ("lower", "higher")]
            amount = by.get(constraint.attribute, 0.0)
            constraint = _bounded(constraint, shown, others, catalogue, found, amount)
            # dearer, dearer, then cheaper: the way back is not barred by the bound of the way there
            unkeepable += [
                wish
                for wish in musts
                if wish.constraint.attribute == constraint.attribute
                and len(catalogue.mask([*others, constraint]))
                and not len(catalogue.mask([*others, constraint, wish.constraint]))
            ]
            if constraint.op in ("lower", "higher"):
                continue  # lighter than things of unknown weight is no wish that can be held: see ``unread``
        new.append(Wish(constraint, f"{turn_id}/{number}"))
    kept = [
        wish
        for wish in wishes
        if wish not in unkeepable and not any(_replaces(one.constraint, wish.constraint) for one in new)
    ]
    return (*kept, *new)


def _bounded(
    constraint: Constraint,
    shown: Codes,
    others: Sequence[Constraint],
    catalogue: Catalogue,
    found: Codes | None,
    by: float,
) -> Constraint:
    """The critique "cheaper" as a bound: below the lowest of what was shown where enough of the catalogue
    lies there, else below its median, so that a critique of a cheap list does not end in nothing; "twenty
    cheaper" is so much (``by``) further. The bound is absolute: it holds on later turns too.
    """
    values = catalogue.numbers(constraint.attribute, shown)
    values = values[~np.isnan(values)]
    lower = constraint.op == "lower"
    if len(shown) == 0 and constraint.strength == "prefer":
        return _outermost(constraint, others, catalogue, found)
    if len(values) == 0:
        return constraint
    left = catalogue.numbers(constraint.attribute, catalogue.mask(others).codes)
    extreme, middle = (values.min() if lower else values.max()), float(np.median(values))
    step = -by if lower else by
    beyond = (left < extreme + step) if lower else (left > extreme + step)
    # so much cheaper than one thing is one bound, of a list the narrower where it leaves a list
    bound = float(extreme if beyond.sum() >= (1 if by else 2 * len(shown)) else middle) + step
    if catalogue.attributes[constraint.attribute].type == "date":  # in days: the day before, the day after
        day = iso_date(math.ceil(bound) - 1 if lower else math.floor(bound) + 1)
        return Constraint(constraint.attribute, "<=" if lower else ">=", day, constraint.strength)
    if by:  # twenty cheaper holds what is twenty cheaper
        return Constraint(constraint.attribute, "<=" if lower else ">=", bound, constraint.strength)
    factor = NEXT_BELOW if (lower == (bound > 0)) else 2 - NEXT_BELOW
    return Constraint(constraint.attribute, "<=" if lower else ">=", bound * factor, constraint.strength)


def _outermost(
    constraint: Constraint, others: Sequence[Constraint], catalogue: Catalogue, found: Codes | None
) -> Constraint:
    """What "the cheapest" is before anything was shown, as a bound that leaves OUTERMOST items of those that
    meet the other wishes; unchanged where none of them has the attribute.
    """
    among = catalogue.mask(others).codes
    if found is not None and len(of_kind := np.intersect1d(among, found)):
        among = of_kind
    values = np.sort(catalogue.numbers(constraint.attribute, among))
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return constraint
    lower = constraint.op == "lower"
    ordered = values if lower else values[::-1]
    bound = float(ordered[min(OUTERMOST, len(ordered)) - 1])
    return Constraint(constraint.attribute, "<=" if lower else ">=", bound)


def _replaces(new: Constraint, old: Constraint) -> bool:
    """Whether a wish takes the place of an earlier one: a new bound replaces a bound of its side, a new
    value a value.
    """
    if new.attribute != old.attribute:
        return False
    low, high = {"=", ">=", "between"}, {"=", "<=", "between"}
    if new.op in low | high:
        return (
            (new.op in low and old.op in low) or (new.op in high and old.op in high) or _contradict(new, old)
        )
    if new.op == "in":
        return old.op in ("in", "=")
    if new.op == "not in":
        return old.op in ("in", "=") and bool(set(map(str, _values(new))) & set(map(str, _values(old))))
    return False


def _contradict(new: Constraint, old: Constraint) -> bool:
    """Whether no number can keep both: under 200 after over 500."""
    (low, high), (old_low, old_high) = new.span, old.span
    return low > old_high or high < old_low
