"""Quantities and years as constraints on the attribute that is meant, in the attribute's own unit.

A bound on an attribute that the catalogue lacks gives no constraint; its words stay for the keywords.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace

from palate.catalogue.lookup import FULL
from palate.understanding.critiques import comparatives
from palate.understanding.measures import may_measure, notion_of, target_of
from palate.understanding.numbers import Number, find_numbers
from palate.understanding.quantities import Bound, Quantity, find_quantities, measured
from palate.understanding.scene import Scene
from palate.understanding.stopwords import COMMON
from palate.understanding.units import plain_number
from palate.understanding.worth import brand_said
from palate.understanding.years import Years, find_years
from palate.values import Constraint

_AROUND = 0.1
_REFUSED = re.compile(
    r"\s*的?(?:先|都|就|我|全|通通|统统)*(?:给我|帮我)?(?:不要|拿掉|去掉|删掉|删了|拿走|撤掉|划掉|剔除|排除|过滤|不考虑|免谈|不行|算了|不看|别(?:让|给|再|推|发)|pass)"
)
_BY_SO_MUCH_BEFORE = re.compile(r"(?:便宜|贵|省|少|轻|短|薄|快|慢|降)(?:个|了|上)?$")
_BY_SO_MUCH_AFTER = re.compile(
    r"\s*(?:cheaper|dearer|pricier|lighter|heavier|shorter|longer|bigger|smaller|taller|thinner|thicker"
    r"|more\s+expensive|less\s+expensive)\b(?!\s+than)"
)
_THING_COUNTED = re.compile(r"\s*-?\s*(?P<thing>[a-z]{3,})")
_COUNTED_ZH = re.compile(r"[\u4e00-\u9fff]")
_AFTER_AMOUNT = (
    "的了吧呢吗啊呀左上以之内元块钱和或到至多来几就都也行可出头不打预够这那我你他她最价档怎多有没能想给送买,"
)
"""Characters that may follow an amount of money directly: any other counts something (三星, 四核)."""
_ATTRIBUTIVE = re.compile(r"\b(?:a|an|the|any|one|some|for)\s+$")
_RANKED = re.compile(r"\b(?:top|best|first|last|these|those|the|other|all)\s*$")
_PACKED = re.compile(r"\b(?:packs?|sets?|boxe?s?|pairs?|bundles?|rolls?)\s+of\s*$")
_THAN = re.compile(r"\b(?P<word>[a-z]+er)\s+than\s+(?:about\s+|roughly\s+)?$")
_MAX_NUMBERS = 60
_MEASURED_WITHIN = 48
_LEAST_PRICE = 20
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
        if quantity.bound == "none" and _is_brand(scene, quantity):
            continue
        found = _bound_quantity(scene, _compared(scene, quantity))
        if found is not None:
            out.append(found)
    return sorted(out, key=lambda b: b.start)


def _compared(scene: Scene, quantity: Quantity) -> Quantity:
    """With its bound, where an adjective of some attribute gives it: brighter than 3000 lumens."""
    than = _THAN.search(scene.masked[max(0, quantity.start - 24) : quantity.start])
    if quantity.bound != "none" or than is None:
        return quantity
    ways = scene.lexicon.adjectives.get(comparatives(tuple(scene.lexicon.adjectives)).get(than["word"], ""))
    if not ways:
        return quantity
    bound: Bound = ">=" if ways[0][1] == "higher" else "<="
    return replace(quantity, start=quantity.start - len(than.group()), bound=bound)


def _is_brand(scene: Scene, quantity: Quantity) -> bool:
    """Whether an amount is a maker's name: typed as the maker writes it (3M), where a brand stands (by 3m), or with no
    word in its clause for what the unit measures (a 3m privacy filter).
    """
    brand = scene.lexicon.notions["brand"].attribute
    if brand is None or quantity.unit is None:
        return False
    for match in scene.matches:
        if scene.place(match.start, match.end) == (quantity.start, quantity.end) and any(
            v.attribute == brand.name and v.form == FULL for v in match.values
        ):
            clause = scene.scopes.clause(quantity.start)
            measured = any(
                clause.start <= word.start < clause.end and may_measure(scene, word.name, quantity)
                for word in scene.notions_near(quantity.start, quantity.end, _MEASURED_WITHIN)
            )
            typed = any(str(v.value) == scene.text.said(quantity.start, quantity.end) for v in match.values)
            return typed or brand_said(scene, match.start, match.end, brand.name) or not measured
    return False


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
    notion, word = notion_of(scene, quantity)
    bare = quantity.unit is None
    if bare and quantity.bound == "none" and not _beside(scene, quantity, notion):
        return None
    if bare and notion is None and _COUNTED.match(scene.masked[quantity.end :][:12]):
        return None
    attributive = quantity.bound == "none" and _attributive(scene, quantity)
    if (
        quantity.bound == "none"
        and quantity.unit
        and quantity.unit.dimension in ("time", "share")
        and notion is None
        and not attributive
    ):
        return None  # it broke after two days; 100 % cotton
    if bare and notion is None and _counts_something(scene, quantity):
        return BoundFound(quantity.start, quantity.end, None, 0.5)
    if bare and _PACKED.search(scene.masked[max(0, quantity.start - 16) : quantity.start]):
        return BoundFound(quantity.start, quantity.end, None, 0.4)
    target = target_of(scene, quantity, notion, word)
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
