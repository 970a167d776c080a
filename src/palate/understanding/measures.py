"""Which attribute of the catalogue a quantity measures, and in which of its units."""

import re
from math import log

from palate.catalogue.lookup_facts import AttributeFacts
from palate.understanding.quantities import Quantity
from palate.understanding.scene import Scene
from palate.understanding.units import attribute_factor, own_unit

_PER = re.compile(
    r"\s*(?:/|per\b|an?\b|each\b|every\b|每|一)\s*(?P<per>100\s?g|100克|kg|kilo(?:gram)?s?|公斤|千克|斤|lit(?:re|er)s?|l\b|升"
    r"|nights?|晚|夜|days?|天|hours?|小时|months?|月|person|people|人|pieces?|件|个|盒|瓶|包|袋)"
)
_OF_MONEY = re.compile(
    r"\ball\s+i\s+(?:have|can|want)|\b(?:budget|spend|spending|afford|pay)\b|预算|手上有|身上有|只有"
)
_EVERY = re.compile(
    r"每(?P<per>100克|公斤|千克|斤|升|晚|夜|天|小时|月|人|件|个|盒|瓶|包|袋)\s*(?:[^\d,。]{0,4})$"
)
_PER_MEASURE = {
    "kg": ("kg", 1.0), "kilo": ("kg", 1.0), "公斤": ("kg", 1.0), "千克": ("kg", 1.0), "斤": ("kg", 2.0),
    "100g": ("100g", 1.0), "100克": ("100g", 1.0),
    "l": ("l", 1.0), "litre": ("l", 1.0), "liter": ("l", 1.0), "升": ("l", 1.0),
}  # fmt: skip
"""What a price is said for, where that is a measure: the unit in which shops keep such prices, and how many of it."""
_KEPT_PER = {
    "kg": re.compile(r"per_?kg|per_?kilo|per_kilogram|[每/](?:kg|公斤|千克)"),
    "100g": re.compile(r"per_?100_?g|[每/]100(?:g|克)"),
    "l": re.compile(r"per_?l(?:it(?:re|er))?$|[每/](?:l|升)"),
}
_METRE = 1000.0
_ANOTHER_CLAUSE = 20


def notion_of(scene: Scene, quantity: Quantity) -> tuple[str | None, str]:
    """The notion whose word stands nearest in the same clause, and that word."""
    if quantity.unit is None and _PER.match(scene.masked, quantity.end):
        return "price", ""  # 150 a night
    if quantity.unit is None and _OF_MONEY.search(scene.masked, quantity.start, quantity.end):
        return "price", ""
    clause = scene.scopes.clause(quantity.start)
    best: tuple[int, str, str] | None = None
    for word in scene.notions_near(quantity.start, quantity.end, 36):
        if word.name in ("brand", "colour", "material", "category", "origin") or not scene.measures(
            word.name
        ):
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
            else max(0, word.start - quantity.end) + (0 if _joined_to(scene, quantity, word.start) else 2)
        )
        distance += _ANOTHER_CLAUSE if outside else 0
        if distance > 24 + (_ANOTHER_CLAUSE if outside else 0) or (best is not None and distance >= best[0]):
            continue
        if quantity.unit and not may_measure(scene, word.name, quantity):
            continue
        best = (distance, word.name, scene.plain[word.start : word.end])
    return (best[1], best[2]) if best else (None, "")


def _joined_to(scene: Scene, quantity: Quantity, start: int) -> bool:
    """Whether a word follows a number without anything but small words between (2 km of the beach, 10 g sugar)."""
    gap = scene.masked[quantity.end : start]
    return bool(re.fullmatch(r"[\s-]*(?:(?:of|from|to|in|the|my|away)\s+)*", gap))


def may_measure(scene: Scene, notion: str, quantity: Quantity) -> bool:
    """Whether an amount in its unit may be said of a notion."""
    unit = quantity.unit
    if unit is None:
        return True
    if unit.dimension == "money":
        return notion == "price"
    if unit.dimension == "mass" and notion in ("memory", "storage"):  # 16g内存
        return quantity.unit_word == "g"
    if notion.startswith("@"):
        own = own_unit(scene.lexicon.notions[notion].attributes[0].name)
        return own[0] == unit.dimension if own else unit.dimension in ("share", "point")
    if any((own := own_unit(a.name)) and own[0] == unit.dimension for a in scene.fitting(notion)[:1]):
        return True  # 10 g of sugar
    if unit.dimension == "length":
        if notion == "screen" and unit.factor >= _METRE:
            return False
        lengths = (
            "screen",
            "cable",
            "length",
            "width",
            "height",
            "thickness",
            "diameter",
            "size",
            "distance",
        )
        return notion in lengths
    return notion in unit.notions


def target_of(
    scene: Scene, quantity: Quantity, notion: str | None, word: str
) -> tuple[AttributeFacts, float] | None:
    """(attribute, base units in one of its units) that a quantity bounds, None where the catalogue has
    none.
    """
    lexicon = scene.lexicon
    memory = any(lexicon.notions[n].attribute for n in ("memory", "storage"))
    if notion in (None, "price") and (quantity.unit is None or quantity.unit.dimension == "money"):
        return _price(scene, quantity)
    if quantity.unit is None:
        usable = next(iter(scene.fitting(notion)), None) if notion else None
        if usable is None or quantity.bound == "none" or not _far_off(usable, quantity):
            return (usable, 1.0) if usable else None
        return _price(scene, quantity)  # a 4 star hotel under 150
    dimension = quantity.unit.dimension
    if dimension == "mass" and notion in ("memory", "storage"):
        dimension = "data"
    names = [notion] if notion else list(quantity.unit.notions)
    if dimension == "length" and quantity.unit.factor >= _METRE and not notion:
        names.remove("screen")  # no screen is told in metres
    # an attribute that goods of the category spoken of have goes before a likelier one that they lack
    candidates = [(attribute, name) for name in names for attribute in scene.fitting(name)]
    if notion is None:
        candidates += _of_dimension(scene, quantity, {attribute.name for attribute, _ in candidates})
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
        if dimension == "data" and "volume" in attribute.name:
            continue  # a volume is of litres
        if factor is not None and _plausible(attribute, quantity, factor, named=notion is not None):
            return attribute, factor
    return None


def _of_dimension(scene: Scene, quantity: Quantity, known: set[str]) -> list[tuple[AttributeFacts, str]]:
    """The attribute of the shop's own that is kept in a quantity's dimension, where one alone has such amounts."""
    own = [
        notion.attributes[0]
        for name, notion in scene.lexicon.notions.items()
        if name.startswith("@") and notion.attributes[0].type == "number"
    ]
    dimension = quantity.unit.dimension if quantity.unit else ""
    fitting = [
        a
        for a in own
        if (unit := own_unit(a.name))
        and unit[0] == dimension
        and a.name not in known
        and _plausible(a, quantity, unit[1], named=False)
    ]
    return [(a, f"@{a.name}") for a in fitting] if len(fitting) == 1 else []


def _far_off(attribute: AttributeFacts, quantity: Quantity) -> bool:
    """Whether a bare number is nowhere near an attribute's values, whatever word stands near it."""
    reach = attribute.maximum - min(attribute.minimum, 0)
    return attribute.maximum > 0 and quantity.high > attribute.maximum + 4 * reach


def _price(scene: Scene, quantity: Quantity) -> tuple[AttributeFacts, float] | None:
    """The price that an amount bounds; that of a kilo or a litre, where the amount is said for one, and none where
    the catalogue keeps no such price.
    """
    attributes = [a for a in scene.lexicon.notions["price"].attributes if a.type == "number"]
    per = _PER.match(scene.masked, quantity.end) or _EVERY.search(
        scene.masked[max(0, quantity.start - 12) : quantity.start]
    )
    measure = (
        _PER_MEASURE.get(re.sub(r"\s|(?<=kilo)(?:gram)?s?$|(?<=re|er)s$", "", per["per"])) if per else None
    )
    if measure is None:
        return (attributes[0], 1.0) if attributes else None
    kept = next((a for a in scene.lookup.attributes.values() if _KEPT_PER[measure[0]].search(a.name)), None)
    return (kept, 1.0 / measure[1]) if kept is not None and kept.type == "number" else None


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
