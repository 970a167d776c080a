"""Leanings: what a person's comments let us wish for him, softly: too expensive, so rather a cheaper one of that kind.

An opinion on an aspect becomes a wish on the attribute that holds it, from the value of the very item spoken of, and
counts among items of its most specific category alone: who finds a lamp dear has said nothing of telephones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.feedback.person import Person
from palate.understanding.comments import Opinion, aspect_entry, read_comment
from palate.understanding.lexicon import Lexicon
from palate.values import EVENT_TYPES, Codes, Constraint, Wish

MOST = 3
"""The most leanings at a time, from the latest comments."""
READ = 10
"""The latest comments that are read."""
CLEARLY = 0.1
"""By which share a number must differ from that of the item complained of."""
STRENGTH = 0.5
"""What a leaning counts against a soft wish that was spoken."""

_COMMENT = EVENT_TYPES.index("comment")


@dataclass(frozen=True, slots=True)
class Leaning:
    """``wish``: a soft wish whose id names the comment; ``kind``: the items among which it counts, None for all."""

    wish: Wish
    kind: Constraint | None


def leanings(person: Person, catalogue: Catalogue, lexicon: Lexicon) -> list[Leaning]:
    """The person's leanings, the latest first; of one attribute of one kind the latest alone."""
    history = person.counted
    found: dict[tuple[str, str], Leaning] = {}
    for row in np.flatnonzero(history.kinds == _COMMENT)[::-1][:READ].tolist():
        code = int(history.items[row])
        text = (history.extras[row] or {}).get("text", "")
        if code >= catalogue.size or not catalogue.live[code] or not text:
            continue
        kind = _kind(catalogue, code)
        for opinion in read_comment(text).opinions:
            constraint = _constraint(opinion, catalogue, code, lexicon)
            if constraint is None:
                continue
            key = (constraint.attribute, str(kind.value) if kind else "")
            wish = Wish(constraint, f"comment/{person.comment_id(row)}")
            found.setdefault(key, Leaning(wish, kind))
            if len(found) == MOST:
                return list(found.values())
    return list(found.values())


def satisfied(leanings: Sequence[Leaning], catalogue: Catalogue, codes: Codes) -> NDArray[np.float32]:
    """float32 [len(codes), len(leanings)]: STRENGTH where an item meets a leaning, else 0."""
    met = catalogue.satisfaction([one.wish.constraint for one in leanings], codes)
    for column, one in enumerate(leanings):
        if one.kind is not None:
            met[:, column] *= catalogue.satisfaction([one.kind], codes)[:, 0]
    return met * np.float32(STRENGTH)


def _kind(catalogue: Catalogue, code: int) -> Constraint | None:
    categories = catalogue.field(code, "categories", "")
    return Constraint("categories", "in", [categories[-1]], "prefer") if categories else None


def _constraint(opinion: Opinion, catalogue: Catalogue, code: int, lexicon: Lexicon) -> Constraint | None:
    """The soft wish that an opinion on the item of ``code`` comes to; None where the catalogue cannot tell."""
    if not opinion.aspect:
        return None
    for notion in aspect_entry(opinion.aspect).get("attributes", ()):
        for facts in lexicon.notions[notion].attributes if notion in lexicon.notions else ():
            value = catalogue.field(code, facts.name, "")
            if value is None or facts.name not in catalogue.attributes:
                continue
            if catalogue.attributes[facts.name].type == "number":
                return _bound(facts.name, float(value), opinion)
            values = list(value) if isinstance(value, list | tuple) else [value]
            op = "in" if opinion.polarity > 0 else "not in"
            return Constraint(facts.name, op, values, "prefer") if values else None
    return None


def _bound(attribute: str, value: float, opinion: Opinion) -> Constraint | None:
    """Clearly below or above what was complained of; None for praise, which asks for no more of it."""
    if opinion.polarity >= 0 or opinion.wish is None or value <= 0:
        return None
    if opinion.wish == "lower":
        return Constraint(attribute, "<=", _rounded(value * (1 - CLEARLY)), "prefer")
    return Constraint(attribute, ">=", _rounded(value * (1 + CLEARLY)), "prefer")


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
