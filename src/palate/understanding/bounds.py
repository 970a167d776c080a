"""Quantities and years as constraints on the attribute that is meant, in the attribute's own unit.

A bound on an attribute that the catalogue lacks gives no constraint; its words stay for the keywords.
"""

import re
from dataclasses import dataclass
from math import log

from palate.catalogue.lookup_facts import AttributeFacts
from palate.understanding.numbers import Number, find_numbers
from palate.understanding.quantities import Quantity, find_quantities
from palate.understanding.scene import Scene
from palate.understanding.units import attribute_factor, plain_number
from palate.understanding.years import Years, find_years
from palate.values import Constraint

_AROUND = 0.1
_REFUSED = re.compile(r"\s*的?(?:都|就|我)?(?:不要|不考虑|免谈|不行|算了)")
_BY_SO_MUCH_BEFORE = re.compile(r"(?:便宜|贵|省|少|轻|短|薄|快|慢|降)(?:个|了|上)?$")
_BY_SO_MUCH_AFTER = re.compile(
    r"\s*(?:cheaper|dearer|pricier|lighter|heavier|shorter|longer|bigger|smaller|taller|thinner|thicker"
    r"|more\s+expensive|less\s+expensive)\b(?!\s+than)"
)
_PACKED = re.compile(r"\b(?:packs?|sets?|boxe?s?|pairs?|bundles?|rolls?)\s+of\s*$")
_MAX_NUMBERS = 60
_METRE = 1000.0
_LEAST_PRICE = 20
_ANOTHER_CLAUSE = 20
_COUNTED = re.compile(
    r"^\s*(?:个|部|款|件|只|条|双|套|本|台|张|支|把|种|份|盒|瓶|包|位|次|集|movies?|films?|books?|items?|options?|ones"
    r"|things|suggestions?|recommendations?|ideas|of\s+(?:them|these|those))"
)


@dataclass(frozen=True, slots=True)
class BoundFound:
    """A bound at ``plain[start:end]``; ``constraint`` None where the catalogue has nothing to bound;
    ``amount``: the number, where it is a price said without a word that bounds it.
    """

    start: int
    end: int
    constraint: Constraint | None
    sure: float
    amount: float | None = None


def find_bounds(scene: Scene) -> list[BoundFound]:
    """Every bound of the text, in order of place."""
    out = [found for years in find_years(scene.masked) if (found := _bound_years(scene, years)) is not None]
    numbers = [
        n for n in find_numbers(scene.masked) if not any(n.start < b.end and b.start < n.end for b in out)
    ]
    for quantity in find_quantities(scene.masked, numbers[:_MAX_NUMBERS], scene.lexicon.units):
        found = _bound_quantity(scene, quantity)
        if found is not None:
            out.append(found)
    return sorted(out, key=lambda b: b.start)


def bare_amounts(scene: Scene, bounds: list[BoundFound]) -> list[Number]:
    """The numbers of three digits and more that no bound took: 那个899的."""
    if not scene.last:
        return []
    return [
        n
        for n in find_numbers(scene.masked)[:_MAX_NUMBERS]
        if n.low == n.high >= _LEAST_PRICE and not any(n.start < b.end and b.start < n.end for b in bounds)
    ]


def _bound_years(scene: Scene, years: Years) -> BoundFound | None:
    attribute = scene.lexicon.notions["year"].attribute
    strength = scene.scopes.strength(years.start, years.end)
    usable = next(
        (
            a
            for a in scene.lexicon.notions["year"].attributes
            if a.type == "date" or (a.type == "number" and 1500 < a.median < 2200)
        ),
        None,
    )
    if attribute is None or usable is None:
        price = scene.lexicon.notions["price"].attribute
        bare = years.end - years.start <= 4
        return None if price is not None and bare else BoundFound(years.start, years.end, None, 0.6)

    def edge(year: int, *, last: bool) -> int | str:
        return year if usable.type == "number" else f"{year}-12-31" if last else f"{year}-01-01"

    if years.low is not None and years.high is not None:
        if years.low == years.high and usable.type == "number":
            constraint = Constraint(usable.name, "=", years.low, strength)
        else:
            constraint = Constraint(
                usable.name, "between", [edge(years.low, last=False), edge(years.high, last=True)], strength
            )
    elif years.low is not None:
        constraint = Constraint(usable.name, ">=", edge(years.low, last=False), strength)
    else:
        constraint = Constraint(usable.name, "<=", edge(years.high or 0, last=True), strength)
    return BoundFound(years.start, years.end, constraint, 0.9)


def _bound_quantity(scene: Scene, quantity: Quantity) -> BoundFound | None:
    """The bound that a quantity sets; None for a number that bounds nothing ("three comedies")."""
    if _BY_SO_MUCH_BEFORE.search(scene.masked[max(0, quantity.start - 6) : quantity.start]) or (
        _BY_SO_MUCH_AFTER.match(scene.masked, quantity.end)
    ):
        return None  # 再便宜五十, 50 cheaper: by how much, not how much
    notion, word = _notion(scene, quantity)
    bare = quantity.unit is None
    if bare and quantity.bound == "none":
        return None
    if bare and notion is None and _COUNTED.match(scene.masked[quantity.end :][:12]):
        return None
    if quantity.bound == "none" and quantity.unit and quantity.unit.dimension == "time" and notion is None:
        return None  # it broke after two days
    if bare and _PACKED.search(scene.masked[max(0, quantity.start - 16) : quantity.start]):
        return BoundFound(quantity.start, quantity.end, None, 0.4)
    target = _target(scene, quantity, notion, word)
    if target is None:
        return BoundFound(quantity.start, quantity.end, None, 0.5)
    attribute, factor = target
    scale = quantity.unit.factor / factor if quantity.unit else 1.0
    low, high = quantity.low * scale, quantity.high * scale
    strength = scene.scopes.strength(quantity.start, quantity.end)
    dimension = quantity.unit.dimension if quantity.unit else None
    name = attribute.name
    if quantity.bound == "between":
        constraint = Constraint(name, "between", [plain_number(low), plain_number(high)], strength)
    elif quantity.bound == "around" or (quantity.bound == "none" and dimension == "money"):
        constraint = Constraint(
            name, "between", [plain_number(low * (1 - _AROUND)), plain_number(low * (1 + _AROUND))], strength
        )
    elif quantity.bound in ("<=", ">="):
        refused = _REFUSED.match(scene.masked[quantity.end :][:12])  # 超过五千的不要
        op = quantity.bound if not refused else "<=" if quantity.bound == ">=" else ">="
        constraint = Constraint(name, op, plain_number(low), strength)
    elif dimension == "age":
        constraint = Constraint(name, "<=", plain_number(low), strength)
    elif dimension == "people":
        constraint = Constraint(name, ">=", plain_number(low), strength)
    elif scene.scopes.denied(quantity.start, quantity.end):
        return BoundFound(quantity.start, quantity.end, None, 0.4)
    else:
        constraint = Constraint(name, "=", plain_number(low), strength)
    unbounded = quantity.bound == "none" and name == "price"
    return BoundFound(
        quantity.start,
        quantity.end,
        constraint,
        0.9 if notion or not bare else 0.75,
        low if unbounded else None,
    )


def _notion(scene: Scene, quantity: Quantity) -> tuple[str | None, str]:
    """The notion whose word stands nearest in the same clause, and that word."""
    clause = scene.scopes.clause(quantity.start)
    best: tuple[int, str, str] | None = None
    for word in scene.notions_near(quantity.start, quantity.end, 36):
        if word.name in ("brand", "colour", "material", "category", "origin", "people"):
            continue
        inside = quantity.start <= word.start and word.end <= quantity.end
        outside = word.start < clause.start or word.end > clause.end
        measured = quantity.unit is not None and quantity.unit.dimension != "money"
        if (outside and not measured) or (
            inside and quantity.unit and word.name not in quantity.unit.notions
        ):
            continue
        distance = (
            (quantity.start - word.end)
            if word.end <= quantity.start
            else max(0, word.start - quantity.end) + 2
        )
        distance += _ANOTHER_CLAUSE if outside else 0
        if distance > 24 + (_ANOTHER_CLAUSE if outside else 0) or (best is not None and distance >= best[0]):
            continue
        if quantity.unit and not _may_measure(scene, word.name, quantity):
            continue
        best = (distance, word.name, scene.plain[word.start : word.end])
    return (best[1], best[2]) if best else (None, "")


def _may_measure(scene: Scene, notion: str, quantity: Quantity) -> bool:
    unit = quantity.unit
    if unit is None:
        return True
    if unit.dimension == "money":
        return notion == "price"
    if unit.dimension == "mass" and notion in ("memory", "storage"):  # 16g内存
        return quantity.unit_word == "g"
    if unit.dimension == "length":
        if notion == "screen" and unit.factor >= _METRE:
            return False
        return notion in ("screen", "cable", "length", "width", "height", "thickness", "diameter", "size")
    return notion in unit.notions or notion.startswith("@")


def _target(
    scene: Scene, quantity: Quantity, notion: str | None, word: str
) -> tuple[AttributeFacts, float] | None:
    """(attribute, base units in one of its units) that a quantity bounds, None where the catalogue has
    none.
    """
    lexicon = scene.lexicon
    memory = any(lexicon.notions[n].attribute for n in ("memory", "storage"))
    if quantity.unit is None:
        if notion is None:
            attribute = lexicon.notions["price"].attribute
            return (attribute, 1.0) if attribute and attribute.type == "number" else None
        usable = next(iter(scene.fitting(notion)), None)
        return (usable, 1.0) if usable else None
    dimension = quantity.unit.dimension
    if dimension == "mass" and notion in ("memory", "storage"):
        dimension = "data"
    names = [notion] if notion else list(quantity.unit.notions)
    if dimension == "length" and quantity.unit.factor >= _METRE and not notion:
        names.remove("screen")  # no screen is told in metres
    # an attribute that goods of the category spoken of have goes before a likelier one that they lack
    candidates = [(attribute, name) for name in names for attribute in scene.fitting(name)]
    # and where a unit may measure several (GB of memory, of storage), the one whose usual amounts are nearest
    said = quantity.high * quantity.unit.factor
    several = dimension == "data" and notion is None

    def rank(candidate: tuple[AttributeFacts, str]) -> tuple[bool, bool, float]:
        attribute = candidate[0]
        unusual = (
            round(abs(log(said / attribute.median)), 2) if several and said > 0 < attribute.median else 0.0
        )
        return not (word and word in attribute.name), not scene.fits(attribute), unusual

    for attribute, name in sorted(candidates, key=rank):
        factor = attribute_factor(attribute, name, dimension, shop_has_memory=memory)
        if factor is not None and _plausible(
            attribute, quantity, factor, named=notion is not None or dimension == "money"
        ):
            return attribute, factor
    return None


def _plausible(attribute: AttributeFacts, quantity: Quantity, factor: float, *, named: bool) -> bool:
    """Whether the amount lies anywhere near what the attribute's values are: within a factor of 50 of their
    range, of 10 where the attribute is not named.
    """
    reach = 50 if named else 10
    value = quantity.high * (quantity.unit.factor if quantity.unit else 1.0) / factor
    return (
        attribute.maximum <= 0
        or value == 0
        or attribute.minimum / reach <= value <= max(attribute.maximum * reach, 1.0)
    )
