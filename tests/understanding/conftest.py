"""A small bilingual shop, written for these tests, and the data sets where they are at hand."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from palate.catalogue.lookup import Lookup
from palate.understanding.reader import Reader
from palate.values import Item, StoredItem

SHOP = [
    ("film-1", "The Lighthouse Thief", {"title_zh": "灯塔窃贼", "categories": ["Comedy", "Crime"], "categories_zh": ["喜剧片", "犯罪片"], "year": 1994,
        "directors": ["Nora Veldt"], "directors_zh": ["诺拉·维尔特"], "actors": ["Tom Arkwright", "Ida Brandt"], "price": 30, "runtime": 104}),
    ("film-2", "The Lighthouse Thief 2", {"title_zh": "灯塔窃贼2", "categories": ["Comedy", "Crime"], "categories_zh": ["喜剧片", "犯罪片"], "year": 1997,
        "directors": ["Nora Veldt"], "directors_zh": ["诺拉·维尔特"], "actors": ["Tom Arkwright"], "price": 35, "runtime": 98}),
    ("film-3", "Heat Lightning", {"categories": ["Thriller", "Drama"], "categories_zh": ["惊悚片", "剧情片"], "year": 1981,
        "directors": ["Abel Quist"], "actors": ["Ida Brandt"], "price": 25, "runtime": 131}),
    ("film-4", "Up", {"categories": ["Animation", "Children's"], "categories_zh": ["动画片", "儿童片"], "year": 2009, "price": 40, "runtime": 96}),
    ("film-5", "Northern Clockwork", {"title_zh": "北方钟摆", "alternative_titles": ["Clockwork, The Northern"], "categories": ["Sci-Fi", "Horror"],
        "categories_zh": ["科幻片", "恐怖片"], "year": 1986, "directors": ["Abel Quist"], "price": 20, "runtime": 117}),
    ("film-6", "Ember", {"categories": ["Romance", "War"], "categories_zh": ["爱情片", "战争片"], "year": 1959, "directors": ["Lena Oster"], "price": 22, "runtime": 88}),
    ("band-1", "Lumo Fit Smart Band", {"title_zh": "鹿沫轻盈智能手环", "categories": ["Electronics", "Smart bands"], "categories_zh": ["数码", "智能手环"],
        "brand": "Lumo", "brand_zh": "鹿沫", "price": 199, "colour": "black", "colour_zh": "黑色", "weight_g": 22, "battery_hours": 240,
        "screen_inches": 1.4, "waterproof": True, "recipients": ["mother", "runner"], "recipients_zh": ["妈妈", "跑步的人"], "occasions": ["birthday"], "occasions_zh": ["生日"]}),
    ("band-2", "Corvex Pulse Smart Band", {"title_zh": "科维脉动智能手环", "categories": ["Electronics", "Smart bands"], "categories_zh": ["数码", "智能手环"],
        "brand": "Corvex", "brand_zh": "科维", "price": 459, "colour": "pink", "colour_zh": "粉色", "weight_g": 29, "battery_hours": 120,
        "screen_inches": 1.6, "waterproof": True, "recipients": ["girlfriend"], "recipients_zh": ["女朋友"], "occasions": ["Valentine's Day"], "occasions_zh": ["情人节"]}),
    ("ear-1", "Lumo Calm Headphones", {"title_zh": "鹿沫静谧耳机", "categories": ["Electronics", "Headphones"], "categories_zh": ["数码", "耳机"],
        "brand": "Lumo", "brand_zh": "鹿沫", "price": 899, "colour": "white", "colour_zh": "白色", "weight_g": 250, "battery_hours": 40,
        "wireless": True, "noise_cancelling": True, "waterproof": False, "recipients": ["father", "traveller"], "recipients_zh": ["爸爸", "旅行者"]}),
    ("pan-1", "Brasaro Cast Iron Pan", {"title_zh": "布拉萨罗铸铁锅", "categories": ["Kitchen", "Cookware"], "categories_zh": ["厨房", "锅具"],
        "brand": "Brasaro", "brand_zh": "布拉萨罗", "price": 329, "colour": "black", "colour_zh": "黑色", "material": "cast iron", "material_zh": "铸铁",
        "weight_g": 2600, "recipients": ["mother", "cook"], "recipients_zh": ["妈妈", "爱下厨的人"], "occasions": ["housewarming", "Mother's Day"], "occasions_zh": ["乔迁", "母亲节"]}),
    ("scarf-1", "Wollin Lambswool Scarf", {"title_zh": "沃林羊毛围巾", "categories": ["Fashion", "Scarves"], "categories_zh": ["服饰", "围巾"], "brand": "Wollin",
        "brand_zh": "沃林", "price": 168, "colour": "red", "colour_zh": "红色", "material": "wool", "material_zh": "羊毛", "weight_g": 140,
        "recipients": ["girlfriend", "mother"], "recipients_zh": ["女朋友", "妈妈"], "occasions": ["Christmas", "birthday"], "occasions_zh": ["圣诞节", "生日"]}),
    ("book-1", "A Quiet Harbour", {"title_zh": "安静的港湾", "categories": ["Books", "Novels"], "categories_zh": ["图书", "小说"], "author": "Maren Holt",
        "author_zh": "玛伦·霍尔特", "price": 45, "pages": 312, "recipients": ["reader", "friend"], "recipients_zh": ["爱读书的人", "朋友"]}),
]  # fmt: skip


def stored(rows: list[tuple[str, str, dict[str, object]]]) -> list[StoredItem]:
    """Rows as the store would give them; an item's code is its place."""
    return [StoredItem(code, item_id, code + 1, Item(item_id, title, fields)) for code, (item_id, title, fields) in enumerate(rows)]


@pytest.fixture(scope="session")
def shop_items() -> list[StoredItem]:
    return stored(SHOP)


@pytest.fixture(scope="session")
def shop(shop_items: list[StoredItem]) -> Lookup:
    return Lookup.build(shop_items, {})


@pytest.fixture(scope="session")
def reader(shop: Lookup) -> Reader:
    return Reader(shop)


def data_folder() -> Path:
    """The folder of the data sets (not part of the project)."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("PALATE_TEST_DATA", beside))


@pytest.fixture(scope="session")
def data_items() -> Callable[[str], list[StoredItem]]:
    """Items of a data set by name; skips where it is missing."""

    def load(name: str) -> list[StoredItem]:
        folder = data_folder() / name
        plain, packed = folder / "items.jsonl", folder / "items.jsonl.gz"
        if not plain.exists() and not packed.exists():
            pytest.skip(f"no data set {name!r} in {data_folder()} (set PALATE_TEST_DATA)")
        with plain.open(encoding="utf-8") if plain.exists() else gzip.open(packed, "rt", encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        return stored([(line.pop("item_id"), line.pop("title"), line) for line in lines])

    return load


@pytest.fixture(scope="session")
def data_reader(data_items: Callable[[str], list[StoredItem]]) -> Callable[[str], Reader]:
    """A reader over a data set, built once."""
    built: dict[str, Reader] = {}

    def make(name: str) -> Reader:
        if name not in built:
            built[name] = Reader(Lookup.build(data_items(name), {}))
        return built[name]

    return make
