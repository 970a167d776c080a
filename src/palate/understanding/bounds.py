"""Quantities and years as constraints on the attribute that is meant, in the attribute's own unit.

A bound on an attribute that the catalogue lacks gives no constraint; its words stay for the keywords.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from math import log

from palate.catalogue.lookup_facts import AttributeFacts
from palate.understanding.numbers import Number, find_numbers
from palate.understanding.quantities import Quantity, find_quantities, measured
from palate.understanding.scene import Scene
from palate.understanding.stopwords import COMMON
from palate.understanding.units import attribute_factor, own_unit, plain_number
from palate.understanding.years import Years, find_years
from palate.values import Constraint

_AROUND = 0.1
_REFUSED = re.compile(r"\s*的?(?:都|就|我)?(?:不要|不考虑|免谈|不行|算了|不看|别(?:让|给|再|推|发)|pass)")
_BY_SO_MUCH_BEFORE = re.compile(r"(?:便宜|贵|省|少|轻|短|薄|快|慢|降)(?:个|了|上)?$")
_BY_SO_MUCH_AFTER = re.compile(
    r"\s*(?:cheaper|dearer|pricier|lighter|heavier|shorter|longer|bigger|smaller|taller|thinner|thicker"
    r"|more\s+expensive|less\s+expensive)\b(?!\s+than)"
)
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
_THING_COUNTED = re.compile(r"\s*-?\s*(?P<thing>[a-z]{3,})")
_COUNTED_ZH = re.compile(r"[\u4e00-\u9fff]")
_AFTER_AMOUNT = (
    "的了吧呢吗啊呀左上以之内元块钱和或到至多来几就都也行可出头不打预够这那我你他她最价档怎多有没能想给送买,"
)
"""Characters that may follow an amount of money directly: any other counts something (三星, 四核)."""
_ATTRIBUTIVE = re.compile(r"\b(?:a|an|the|any|one|some|for)\s+$")
_RANKED = re.compile(r"\b(?:top|best|first|last|these|those|the|other|all)\s*$")
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
    out = [
        found
        for years in find_years(scene.masked)
        if not measured(scene.masked, years.start, years.end, scene.lexicon.units)  # 1800 to 1801 dollars
        and (found := _bound_years(scene, years)) is not None
    ]
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
        if usable.type == "number":
            return year
        month = years.month or (12 if last else 1)
        return f"{year}-{month:02}-{monthrange(year, month)[1] if last else 1:02}"

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
    if bare and quantity.bound == "none" and not _beside(scene, quantity, notion):
        return None
    if bare and notion is None and _COUNTED.match(scene.masked[quantity.end :][:12]):
        return None
    attributive = quantity.bound == "none" and _attributive(scene, quantity)
    if (
        quantity.bound == "none"
        and quantity.unit
        and quantity.unit.dimension == "time"
        and notion is None
        and not attributive
    ):
        return None  # it broke after two days
    if bare and notion is None and _counts_something(scene, quantity):
        return BoundFound(quantity.start, quantity.end, None, 0.5)
    if bare and _PACKED.search(scene.masked[max(0, quantity.start - 16) : quantity.start]):
        return BoundFound(quantity.start, quantity.end, None, 0.4)
    target = _target(scene, quantity, notion, word)
    if target is None:
        return BoundFound(quantity.start, quantity.end, None, 0.5)
    attribute, factor = target
    scale = quantity.unit.factor / factor if quantity.unit else 1.0 / factor
    low, high = quantity.low * scale, quantity.high * scale
    strength = scene.scopes.strength(quantity.start, quantity.end)
    dimension = quantity.unit.dimension if quantity.unit else None
    name = attribute.name
    if quantity.bound == "between":
        constraint = Constraint(name, "between", [plain_number(low), plain_number(high)], strength)
    elif quantity.bound == "around" or (quantity.bound == "none" and (dimension == "money" or attributive)):
        constraint = Constraint(
            name, "between", [plain_number(low * (1 - _AROUND)), plain_number(low * (1 + _AROUND))], strength
        )
    elif quantity.bound in ("<=", ">="):
        refused = _REFUSED.match(scene.masked[quantity.end :][:12])  # 超过五千的不要
        op = quantity.bound if not refused else "<=" if quantity.bound == ">=" else ">="
        constraint = Constraint(name, op, plain_number(high if op == "<=" else low), strength)
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


def _beside(scene: Scene, quantity: Quantity, notion: str | None) -> bool:
    """Whether a number stands right at an attribute's word and says its value: 4 stars, SPF 50, 5-door."""
    if (
        notion is None
        or notion == "price"
        or not scene.fitting(notion)
        or _RANKED.search(scene.masked[max(0, quantity.start - 8) : quantity.start])
    ):
        return False
    return any(
        word.name == notion
        and (
            re.fullmatch(r"\s*-?\s*(?:个)?", scene.masked[quantity.end : word.start])
            if word.start >= quantity.end
            else re.fullmatch(r"\s*(?:of|is|是|要|为|[:=])?\s*", scene.masked[word.end : quantity.start])
        )
        for word in scene.notions_near(quantity.start, quantity.end, 8)
        if word.start >= quantity.end or word.end <= quantity.start
    )


def _attributive(scene: Scene, quantity: Quantity) -> bool:
    """Whether a length of time says what a thing is like: a 20 minute video, 十分钟的视频."""
    if quantity.unit is None or quantity.unit.dimension != "time":
        return False
    if re.search(r"[\u4e00-\u9fff]$", quantity.unit_word):
        return bool(re.match(r"的(?=[\u4e00-\u9fff]{2})", scene.masked[quantity.end :][:4]))
    return not quantity.unit_word.endswith("s") and bool(
        _ATTRIBUTIVE.search(scene.masked[max(0, quantity.start - 8) : quantity.start])
    )


def _counts_something(scene: Scene, quantity: Quantity) -> bool:
    """Whether a bare number counts things that no attribute is known for (under 200 calories, 至少三星): it is no
    amount of money then.
    """
    after = scene.masked[quantity.end : quantity.end + 24]
    if _COUNTED_ZH.match(after):
        written = scene.masked[quantity.start : quantity.end]
        return (
            bool(re.search(r"[\d一二三四五六七八九十百千万两半]$", written)) and after[0] not in _AFTER_AMOUNT
        )
    thing = _THING_COUNTED.match(after)
    if thing is None:
        return False
    word = thing["thing"]
    place = quantity.end + thing.start("thing")
    known = any(s <= place < e for s, e in (scene.place(m.start, m.end) for m in scene.matches if m.values))
    return word.endswith("s") and word not in COMMON and not known and scene.term_at(place) is None


def _notion(scene: Scene, quantity: Quantity) -> tuple[str | None, str]:
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
        if quantity.unit and not _may_measure(scene, word.name, quantity):
            continue
        best = (distance, word.name, scene.plain[word.start : word.end])
    return (best[1], best[2]) if best else (None, "")


def _joined_to(scene: Scene, quantity: Quantity, start: int) -> bool:
    """Whether a word follows a number without anything but small words between (2 km of the beach, 10 g sugar)."""
    gap = scene.masked[quantity.end : start]
    return bool(re.fullmatch(r"[\s-]*(?:(?:of|from|to|in|the|my|away)\s+)*", gap))


def _may_measure(scene: Scene, notion: str, quantity: Quantity) -> bool:
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


def _target(
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
