"""Sentences over shops whose attributes no word list foresees: skin types, allergens, stars, distances, sizes, seconds.

Each shop is written in ``other_shops.jsonl``; the expected wishes follow from it.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from palate.catalogue.lookup import Lookup
from palate.understanding.reader import Reader
from palate.values import AttributeType, Item, StoredItem

SHOPS = Path(__file__).with_name("other_shops.jsonl")
Wishes = list[tuple[Any, ...]]

CASES: list[tuple[str, str, Wishes]] = [
    ("skincare", "for oily skin, 200 ml or more", [("skin_type", "in", ["oily"]), ("volume_ml", ">=", 200)]),
    ("skincare", "a serum with vitamin c but without retinol",
     [("categories", "in", ["Serum"]), ("ingredients", "in", ["vitamin c"]), ("ingredients", "not in", ["retinol"])]),
    ("skincare", "SPF 50, please", [("spf", "=", 50)]),
    ("skincare", "sunscreen without fragrance, spf at least 30",
     [("categories", "in", ["Sunscreen"]), ("fragrance_free", "=", True), ("spf", ">=", 30)]),
    ("grocery", "nut-free granola", [("allergens", "not in", ["nuts"])]),
    ("grocery", "I'm lactose intolerant, something for breakfast",
     [("allergens", "not in", ["milk"]), ("categories", "in", ["Breakfast"])]),
    ("grocery", "oat milk under 3 euros", [("price", "<=", 3)]),
    ("grocery", "below 8 euros per kilo", [("price_per_kg", "<=", 8)]),
    ("grocery", "less than 10 g of sugar and fewer than 300 calories",
     [("sugar_g", "<=", 10), ("calories_kcal", "<=", 300)]),
    ("hotels", "a 4 star hotel in Lisbon under 150 a night",
     [("stars", "=", 4), ("city", "in", ["Lisbon"]), ("price_per_night", "<=", 150)]),
    ("hotels", "at least four stars, within 2 km of the beach",
     [("stars", ">=", 4), ("distance_to_beach_km", "<=", 2)]),
    ("hotels", "less than 500 m from the center, rated 9 or higher",
     [("distance_to_center_km", "<=", 0.5), ("guest_rating", ">=", 9)]),
    ("hotels", "a pet friendly place with a pool", [("pets_allowed", "=", True), ("amenities", "in", ["pool"])]),
    ("videos", "cooking clips under 2 minutes", [("topic", "in", ["cooking"]), ("duration_s", "<=", 120)]),
    ("videos", "anything by Nina Park, newer than March 2023",
     [("author", "in", ["Nina Park"]), ("published", ">=", "2023-03-01")]),
    ("videos", "more than a million views", [("views", ">=", 1_000_000)]),
    ("cars", "an electric car with 7 seats", [("fuel", "in", ["electric"]), ("seats", "=", 7)]),
    ("cars", "under 50,000 km, at least 100 horsepower", [("mileage_km", "<=", 50_000), ("horsepower", ">=", 100)]),
    ("cars", "range over 400 km, at most 25000", [("range_km", ">=", 400), ("price", "<=", 25_000)]),
    ("衣服", "黑色的卫衣，L码，300以内",
     [("颜色", "in", ["黑色"]), ("categories", "in", ["卫衣"]), ("尺码", "in", ["L"]), ("价格", "<=", 300)]),
    ("衣服", "42码的鞋，冬天穿", [("鞋码", "in", ["42"]), ("季节", "in", ["冬"])]),
    ("衣服", "卡其色的，羊毛或者棉的", [("颜色", "in", ["卡其"]), ("面料", "in", ["羊毛", "棉"])]),
    ("护肤", "敏感肌用的面霜，不含酒精",
     [("适用肤质", "in", ["敏感肌"]), ("categories", "in", ["面霜"]), ("是否含酒精", "=", False)]),
    ("护肤", "干皮，100毫升以内，没有水杨酸的",
     [("适用肤质", "in", ["干性"]), ("净含量_ml", "<=", 100), ("成分", "not in", ["水杨酸"])]),
    ("住宿", "至少四星，离地铁500米以内", [("星级", ">=", 4), ("距地铁_米", "<=", 500)]),
    ("住宿", "成都，可以带宠物，三百到五百一晚",
     [("城市", "in", ["成都"]), ("可带宠物", "=", True), ("价格", "between", [300, 500])]),
    ("住宿", "评分4.5以上，能住4个人", [("评分", ">=", 4.5), ("可住人数", ">=", 4)]),
    ("食品", "我对花生过敏，想买饼干", [("过敏原", "not in", ["花生"]), ("categories", "in", ["饼干"])]),
    ("食品", "无糖酸奶，保质期一个月以上",
     [("是否无糖", "=", True), ("categories", "in", ["酸奶"]), ("保质期_天", ">=", 30.4167)]),
    ("wines", "a 2015 red, at least 13 percent",
     [("vintage", "=", 2015), ("categories", "in", ["Red"]), ("alcohol_percent", ">=", 13)]),
    ("wines", "whites below 10%, vintage 2019 to 2022",
     [("categories", "in", ["White"]), ("alcohol_percent", "<=", 10), ("vintage", "between", [2019, 2022])]),
    ("wines", "anything from Napa, 20% off", [("region", "in", ["Napa Valley"])]),
    ("wines", "Napa cabbage", []),  # a capital at the beginning says nothing
    ("wines", "100% organic reds", [("categories", "in", ["Red"])]),
    ("flats", "an unfurnished studio, from 25 to 40 sqm",
     [("furnished", "=", False), ("categories", "in", ["Studio"]), ("area_sqm", "between", [25, 40])]),
    ("flats", "somewhere that allows dogs, within 5 minutes of the subway",
     [("pets_allowed", "=", True), ("minutes_to_subway", "<=", 5)]),
    ("flats", "built after 2000, at least 80 square metres", [("year_built", ">=", 2000), ("area_sqm", ">=", 80)]),
    ("flats", "八十平以上，能养猫", [("area_sqm", ">=", 80), ("pets_allowed", "=", True)]),
    ("flats", "rent under 1000 and deposit below 2500", [("rent", "<=", 1000), ("deposit", "<=", 2500)]),
    ("flats", "pets not allowed, between 1.000 and 2.000 euros",
     [("pets_allowed", "=", False), ("rent", "between", [1000, 2000])]),
    ("flats", "a furnished loft, no pets needed", [("furnished", "=", True), ("categories", "in", ["Loft"])]),
    ("wines", "a red under a tenner, ideally 2022",
     [("categories", "in", ["Red"]), ("price", "<=", 10), ("vintage", "=", 2022)]),
    ("书店", "除了武侠都行", [("categories", "not in", ["武侠小说"])]),
    ("书店", "三十欧以内的平装本", [("定价", "<=", 30), ("装帧", "in", ["平装"])]),
    ("食品", "有机的，热量低于200千卡，不要甜的",
     [("是否有机", "=", True), ("热量_千卡", "<=", 200), ("口味", "not in", ["甜味"])]),
]  # fmt: skip


@pytest.fixture(scope="module")
def read() -> Callable[[str, str], Wishes]:
    goods: dict[str, list[StoredItem]] = defaultdict(list)
    for line in SHOPS.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        code = len(goods[fields["shop"]])
        item = Item(
            fields.pop("item_id"), fields.pop("title"), {k: v for k, v in fields.items() if k != "shop"}
        )
        goods[fields["shop"]].append(StoredItem(code, item.item_id, code + 1, item))
    types: dict[str, AttributeType] = {"published": "date", "鞋码": "list"}
    readers = {shop: Reader(Lookup.build(items, types)) for shop, items in goods.items()}

    def reading(shop: str, text: str) -> Wishes:
        return [(one.attribute, one.op, one.value) for one in readers[shop].understand(text).constraints]

    return reading


@pytest.mark.parametrize(("shop", "text", "wishes"), CASES, ids=[text for _, text, _ in CASES])
def test_attributes_of_any_shop_are_read(
    read: Callable[[str, str], Wishes], shop: str, text: str, wishes: Wishes
) -> None:
    assert sorted(read(shop, text), key=str) == sorted(wishes, key=str)


@pytest.mark.parametrize(
    ("shop", "text"),
    [
        ("cars", "under 400 parsecs"),  # counts something that no attribute is known for
        ("hotels", "fewer than 12 elephants"),
        ("食品", "至少三星"),
        ("grocery", "at least 70% cocoa"),
        ("grocery", "below 20 dollars per litre"),  # no such price is kept
    ],
)
def test_what_no_attribute_holds_bounds_no_price(
    read: Callable[[str, str], Wishes], shop: str, text: str
) -> None:
    assert read(shop, text) == []
