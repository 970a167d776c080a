"""Every form in which people say a bound, for every kind of number of a catalogue, in both languages."""

from itertools import product

import pytest

from palate.catalogue.lookup import Lookup
from palate.understanding.reader import Reader
from palate.values import Constraint, Item, StoredItem

FORMS = {
    "<=": ["under {}", "below {}", "less than {}", "no more than {}", "not more than {}", "at most {}", "up to {}",
           "{} or less", "{} at most", "{} max", "{} tops", "within {}", "maximum {}", "nothing over {}", "not over {}",
           "not above {}", "{} or under", "it can't be over {}", "{} and under", "max {}"],
    ">=": ["over {}", "above {}", "more than {}", "at least {}", "no less than {}", "not less than {}", "{} or more",
           "{}+", "{} and up", "{} minimum", "minimum {}", "starting at {}", "upwards of {}", "nothing under {}",
           "not below {}", "{} or above", "{} at least", "exceeding {}"],
    "around": ["around {}", "about {}", "roughly {}", "{} or so", "approximately {}", "~{}", "close to {}", "some {}"],
    "between": ["between {} and {}", "from {} to {}", "{} to {}", "{}-{}", "{} - {}", "anywhere from {} to {}"],
}  # fmt: skip
FORMS_ZH = {
    "<=": ["{}以内", "{}以下", "不超过{}", "低于{}", "{}之内", "最多{}", "不到{}", "别超过{}", "顶多{}", "{}封顶",
           "控制在{}以内",
           "{}内", "不要超过{}", "不高于{}", "{}或以下", "少于{}", "不大于{}", "至多{}"],
    ">=": ["{}以上", "至少{}", "超过{}", "高于{}", "不低于{}", "{}起", "{}起步", "起码{}",
           "{}往上", "不少于{}", "{}或以上", "大于{}", "最少{}"],
    "around": ["{}左右", "大概{}", "{}上下", "差不多{}", "约{}", "{}的样子", "大约{}", "接近{}"],
    "between": ["{}到{}", "{}至{}", "{}-{}", "{}~{}", "在{}和{}之间", "从{}到{}", "介于{}和{}之间"],
}  # fmt: skip
PRICES = ["${}", "{} dollars", "{} bucks", "€{}", "{} euros", "{} yuan", "{}"]
PRICES_ZH = ["{}元", "{}块", "{}块钱", "¥{}", "{}"]
MEASURES = {
    "weight_g": [("{} kg", 1000), ("{} grams", 1), ("{}g", 1)],
    "height_cm": [("{} cm tall", 1), ("{}cm tall", 1)],
    "power_w": [("{} watts", 1), ("{}W", 1)],
    "runtime_min": [("{} minutes", 1), ("{} hours", 60)],
    "area_sqm": [("{} sqm", 1), ("{} square metres", 1)],
    "fat_percent": [("{} percent", 1), ("{}%", 1)],
}
MEASURES_ZH = {
    "weight_g": [("{}公斤", 1000), ("{}克", 1), ("{}斤", 500)],
    "power_w": [("{}瓦", 1)],
    "runtime_min": [("{}分钟", 1), ("{}小时", 60)],
    "area_sqm": [("{}平米", 1), ("{}平方米", 1)],
}
AMOUNTS = {
    "1,200": 1200, "1200": 1200, "1.2k": 1200, "80": 80, "79.90": 79.9, "a hundred": 100, "two hundred": 200,
    "1.5k": 1500, "twelve hundred": 1200, "fifteen": 15, "2 thousand": 2000,
}  # fmt: skip
AMOUNTS_ZH = {
    "1500": 1500, "一千五": 1500, "一千五百": 1500, "1.5千": 1500, "1千": 1000,
    "两万": 20000, "1.5万": 15000, "1w": 10000,
    "八十": 80, "三百": 300, "两百五": 250, "99.9": 99.9, "一百二十": 120, "2千5": 2500, "十五": 15,
}  # fmt: skip
ROOMY = {
    "weight_g": (1, 9_000_000), "height_cm": (1, 9000), "power_w": (1, 9000), "runtime_min": (1, 90000),
    "area_sqm": (1, 9000), "fat_percent": (1, 9000), "price": (1, 90000),
}  # fmt: skip
"""Values of two items each: any amount said is plausible."""


@pytest.fixture(scope="module")
def reader() -> Reader:
    items = [
        StoredItem(
            n, str(n), n + 1, Item(str(n), f"Vexlor {n}", {name: both[n] for name, both in ROOMY.items()})
        )
        for n in (0, 1)
    ]
    return Reader(Lookup.build(items, {}))


def expected(attribute: str, op: str, low: float, high: float, factor: float) -> Constraint:
    if op == "around":
        return Constraint(attribute, "between", [low * factor * 0.9, low * factor * 1.1])
    if op == "between":
        return Constraint(attribute, "between", [low * factor, high * factor])
    return Constraint(attribute, "<=" if op == "<=" else ">=", low * factor)


def same(read: Constraint, wish: Constraint) -> bool:
    def numbers(one: Constraint) -> list[float]:
        return [float(x) for x in (one.value if isinstance(one.value, list) else [one.value])]

    return (read.attribute, read.op) == (wish.attribute, wish.op) and numbers(read) == pytest.approx(
        numbers(wish), rel=1e-4
    )


def missed(reader: Reader, said: str, wish: Constraint) -> str | None:
    found = reader.understand(said).constraints
    return None if len(found) == 1 and same(found[0], wish) else f"{said}: {found}, not {wish}"


@pytest.mark.parametrize("op", FORMS)
@pytest.mark.parametrize("chinese", [False, True])
def test_every_form_of_a_price_is_read(reader: Reader, op: str, chinese: bool) -> None:
    forms, amounts = (FORMS_ZH, AMOUNTS_ZH) if chinese else (FORMS, AMOUNTS)
    faults: list[str] = []
    units = PRICES_ZH if chinese else PRICES
    for n, (form, (amount, worth)) in enumerate(product(forms[op], amounts.items())):
        unit = units[n % len(units)]  # with and without a currency, before and behind
        said = form.format(*([amount, unit.format(90000)] if op == "between" else [unit.format(amount)]))
        opening = "想要" if chinese else "something "
        fault = missed(reader, opening + said, expected("price", op, worth, 90000, 1))
        faults += [fault] if fault else []
    assert not faults, f"{len(faults)}: " + "\n".join(faults)


@pytest.mark.parametrize("op", FORMS)
@pytest.mark.parametrize("chinese", [False, True])
def test_every_form_of_a_measure_is_read(reader: Reader, op: str, chinese: bool) -> None:
    faults: list[str] = []
    for attribute, units in (MEASURES_ZH if chinese else MEASURES).items():
        for form, (unit, factor) in product((FORMS_ZH if chinese else FORMS)[op], units):
            said = form.format(*(["12", unit.format(15)] if op == "between" else [unit.format(12)]))
            opening = "想要" if chinese else "something "
            fault = missed(reader, opening + said, expected(attribute, op, 12, 15, factor))
            faults += [fault] if fault else []
    assert not faults, f"{len(faults)}: " + "\n".join(faults)


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("两三百块的", 200, 300),
        ("二三十块", 20, 30),
        ("三到五千的", 3000, 5000),
        ("一万到一万五", 10_000, 15_000),
        ("something between 3 and 5k", 3000, 5000),
        ("something for $80-$100", 80, 100),
        ("something from 1,000 to 2,500 euros", 1000, 2500),
        ("three to five hundred dollars", 300, 500),
        ("一千五左右", 1350, 1650),
        ("百八十块左右", 162, 198),
    ],
)
def test_ranges_are_read(reader: Reader, said: str, low: float, high: float) -> None:
    assert missed(reader, said, Constraint("price", "between", [low, high])) is None


@pytest.mark.parametrize(
    "said",
    ["under 400 lumens", "at least 20 dB", "over 300 pages", "不超过30分贝", "三千流明以上", "两百页以内"],
)
def test_what_the_catalogue_does_not_measure_bounds_nothing(reader: Reader, said: str) -> None:
    assert reader.understand(said).constraints == ()
