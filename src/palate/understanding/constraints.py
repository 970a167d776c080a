"""The wishes of one utterance put together: values, bounds and critiques, each wish once, without what a later one
takes back, or what is said to be had already.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from palate.understanding.bounds import BoundFound
from palate.understanding.critiques import Critique, superlative
from palate.understanding.cues import Cues
from palate.understanding.mentions import Found
from palate.understanding.places import MEASURE
from palate.understanding.references import Reference
from palate.understanding.scene import Scene
from palate.values import Constraint

Wish = tuple[int, int, Constraint, float]
"""``plain[start:end]`` says a wish; how surely."""
_THIS_BRAND = re.compile(
    r"(?:not|no|never|different|another|other)\s+(?:this|that|the\s+same)?\s*brand|(?:不要|别|换)(?:个"
    r"|一个)?(?:这|那)?个?(?:牌子|品牌)"
)
_DETERMINED = re.compile(
    r"\b(?:my|our|your|the|this|that|these|those|last|bought|ordered)\s+(?:[\w-]+\s+){0,2}$"
    rf"|(?:我(?:的|家)?|上次|之前|以前|[买用]的|你们(?:家)?的?|[这那](?:一?{MEASURE})?)[^,。!?]{{0,6}}$"
)
"""What stands before the name of a thing that someone has in mind."""
_NEAR = 24
_OWNS = re.compile(r"\b(?:own|bought|ordered|purchased|(?:have|has|got)$)|[有买]")


def put_together(
    scene: Scene,
    wishes: Sequence[Wish],
    bounds: Sequence[BoundFound],
    critiques: Sequence[Critique],
    named: Sequence[Found],
    references: Sequence[Reference],
) -> list[Wish]:
    """All wishes in order of place; critiques where there is something that they compare with."""
    out = list(wishes)
    out += [(b.start, b.end, b.constraint, b.sure) for b in bounds if b.constraint is not None]
    relative = scene.after_list or any(m.sentiment == "like" for m in named)
    if relative:
        out += [(c.start, c.end, c.constraint, 0.85) for c in critiques if c.constraint is not None]
    way, price = superlative(scene.masked), scene.lexicon.notions["price"].attribute
    priced = price is None or any(c[2].attribute == price.name for c in out)
    if way and price and not priced and not (relative and references):
        # after a list it is a critique of that; before one, the cheapest of what is asked for
        wish = Constraint(price.name, way) if relative else Constraint(price.name, way, None, "prefer")
        out.append((0, 0, wish, 0.6 if relative else 0.7))
    brand = _THIS_BRAND.search(scene.masked)
    if brand and scene.last and (this := _brands_shown(scene, references)):
        out.append((brand.start(), brand.end(), Constraint(this[0], "not in", this[1]), 0.7))
    seen: dict[str, Wish] = {}
    for entry in sorted(out, key=lambda c: c[0]):
        c = entry[2]
        seen.setdefault(f"{c.attribute} {c.op} {c.value if c.op not in ('lower', 'higher') else ''}", entry)
    kept = [entry for entry in seen.values() if not _outdated(entry, seen.values())]
    bounded = {c[2].attribute for c in kept if c[2].op in ("<=", ">=", "between", "=")}
    return [c for c in kept if not (c[2].op in ("lower", "higher") and c[2].attribute in bounded)]


def without_owned(scene: Scene, cues: Cues, constraints: Sequence[Wish]) -> list[Wish]:
    """With the kinds of which it is said that there is one already (她已经有拼图了) left out, not sought."""
    start, end = cues.at.get("had", (0, 0))
    if not _OWNS.search(scene.plain[start:end]):
        return list(constraints)
    clause = scene.scopes.clause(end)
    return [
        (s, e, replace(c, op="not in"), sure) if names_kind(c) and end <= s < clause.end else (s, e, c, sure)
        for s, e, c, sure in constraints
    ]


def of_one_thing(scene: Scene, wish: Wish) -> bool:
    """Whether a kind is named only to say which thing failed ("the last shampoo I had"): others of it may do."""
    before = scene.plain[max(0, wish[0] - _NEAR) : wish[0]]
    return names_kind(wish[2]) and bool(_DETERMINED.search(before))


def names_kind(wish: Constraint) -> bool:
    """Whether a wish is for a kind of thing."""
    return wish.attribute == "categories" and wish.op in ("in", "=")


def _brands_shown(scene: Scene, references: Sequence[Reference]) -> tuple[str, list[Any]] | None:
    """(attribute, brands) of the shown items, where "this brand" can only mean one: they share it."""
    attribute = scene.lexicon.notions["brand"].attribute
    if attribute is None:
        return None
    positions = [p for r in references for p in r.positions] or range(1, len(scene.last) + 1)
    brands = {v for p in positions for a, v in scene.last[p - 1].values if a == attribute.name}
    return (attribute.name, sorted(brands)) if len(brands) == 1 else None


def _outdated(entry: Wish, others: Iterable[Wish]) -> bool:
    """Whether a bound is taken back by a later one that leaves nothing of it ("2000? below 1000")."""
    low, high = entry[2].span
    return any(
        other[0] > entry[0]
        and other[2].attribute == entry[2].attribute
        and (other[2].span[0] > high or other[2].span[1] < low)
        for other in others
    )
