"""What a person may see and correct of himself: his profile in words and numbers, and his statements."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.errors import InvalidInput, UnknownItem
from palate.feedback.person import Person
from palate.feedback.profile import verbalise
from palate.values import Codes, Constraint

STANDING_OPERATORS = ("in", "not in", "=", "<=", ">=", "between")
"""Operators of a wish that can hold beyond a list; lower and higher are relative to one."""


def describe(person: Person, catalogue: Catalogue, user_id: str) -> dict[str, Any]:
    """What the system believes of a person, readable: items with weights, a sentence, what is kept out, and
    what he stated.
    """
    items, weights = person.weighed
    strongest_first = np.argsort(-np.abs(weights), kind="stable")
    return {
        "user_id": user_id,
        "events": len(person.history),
        "summary": {
            language: verbalise(
                person.history, lambda code, to=language: _name(catalogue, code, to), language
            )
            for language in ("en", "zh")
        },
        "items": [
            {
                **entry,
                "weight": round(float(weights[row]), 4),
                "because": event[0] if (event := person.strongest_event(int(items[row]))) else None,
            }
            for row in strongest_first
            for entry in _entries(catalogue, items[row : row + 1])
        ],
        "kept_out": _entries(catalogue, person.masked),
        "never": person.statements.get("never", []),
        "never_words": person.never_words,
        "forgotten": person.statements.get("forgotten", []),
    }


def forgetting(statements: Mapping[str, Any], codes: Mapping[str, int], now: float) -> dict[str, Any]:
    """The statements after which what was done with these items (id -> code) up to ``now`` counts no more."""
    until = {**statements.get("forgotten_until", {}), **{str(code): now for code in codes.values()}}
    forgotten = sorted({*statements.get("forgotten", ()), *codes})
    return {**statements, "forgotten": forgotten, "forgotten_until": until}


def refusing(statements: Mapping[str, Any], wish: Constraint) -> dict[str, Any]:
    """The statements with a wish that holds in every conversation from now on; as they were where it is among them."""
    one = {"attribute": wish.attribute, "op": wish.op, "value": wish.value}
    never = [held for held in statements.get("never", ()) if held != one]
    return {**statements, "never": [*never, one]}


def corrected(
    statements: Mapping[str, Any], changes: Mapping[str, Any], catalogue: Catalogue, now: float
) -> dict[str, Any]:
    """The statements after ``changes``: ``never`` replaces the standing constraints, ``never_words`` the
    words that no item may bear, ``forget`` names items of which what was done up to ``now`` counts no more.
    Raises InvalidInput for a wish that cannot stand, UnknownItem for an unknown id.
    """
    after = dict(statements)
    if "never" in changes:
        after["never"] = [dict(one) for one in changes["never"]]
        for one in after["never"]:
            if one.get("attribute") not in catalogue.attributes or one.get("op") not in STANDING_OPERATORS:
                raise InvalidInput(
                    f"{one!r} is no standing wish: it needs an attribute of this catalogue, an op and a value"
                )
    if "never_words" in changes:
        after["never_words"] = [str(word) for word in changes["never_words"]]
    codes = {item_id: catalogue.code(item_id) for item_id in changes.get("forget", ())}
    for item_id, code in codes.items():
        if code is None:
            raise UnknownItem(f"there is no item {item_id!r} in the catalogue")
    known = {item_id: code for item_id, code in codes.items() if code is not None}
    return forgetting(after, known, now) if known else after


def _is_live(catalogue: Catalogue, code: int) -> bool:
    return code < catalogue.size and bool(catalogue.live[code])


def _name(catalogue: Catalogue, code: int, language: str) -> str:
    """The item's title; of an item that is gone, or that only events name, its id."""
    if _is_live(catalogue, code):
        return catalogue.title(code, language)
    return catalogue.item_id(code) if code < catalogue.size else f"#{code}"


def _entries(catalogue: Catalogue, codes: Codes) -> list[dict[str, Any]]:
    live = (int(code) for code in codes if _is_live(catalogue, int(code)))
    return [{"item_id": catalogue.item_id(code), "title": catalogue.title(code, "en")} for code in live]
