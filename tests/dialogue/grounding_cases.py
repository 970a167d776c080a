"""Small catalogues with known facts, briefs over them, and sentences written by hand: honest ones, and lies."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.lookup import Lookup
from palate.dialogue.brief import Brief
from palate.dialogue.grounding.checker import Checker
from palate.dialogue.grounding.facts import gather
from palate.dialogue.grounding.reading import Focus
from palate.dialogue.grounding.vocabulary import Vocabulary
from palate.dialogue.standing import Settled
from palate.dialogue.state import State
from palate.understanding.reader import Reader
from palate.values import (
    Constraint,
    Evidence,
    Item,
    Reason,
    RecommendedItem,
    StoredItem,
    Understanding,
    Wish,
)

FILMS: list[dict[str, Any]] = [
    {"item_id": "f1", "title": "The Salt Road", "description": "A smuggler and a runaway nun cross the desert with a stolen caravan; slow, sunlit and quietly funny.",
     "categories": ["Adventure", "Drama"], "year": 1987, "directors": ["Ilse Varga"], "actors": ["Tomas Reyl", "Hanna Okafor"], "runtime": 142, "rated": "PG", "language": "en"},
    {"item_id": "f2", "title": "Midnight at Pier Nine", "description": "Two detectives have one night to find a missing pianist before the ferry leaves.",
     "categories": ["Thriller", "Mystery"], "year": 1999, "directors": ["Paul Denholm"], "actors": ["Hanna Okafor", "Greg Sallow"], "runtime": 96, "rated": "R", "language": "en"},
    {"item_id": "f3", "title": "Paper Lanterns", "description": "A widowed kite maker teaches his granddaughter to fly; hand-drawn and tender.",
     "categories": ["Animation", "Children's"], "year": 2011, "directors": ["Mei Tanaka"], "actors": ["Yuki Arai"], "runtime": 81, "rated": "G", "language": "en"},
    {"item_id": "f4", "title": "Cold Harbour", "description": "A lighthouse keeper hides a spy through a long winter.",
     "categories": ["Thriller", "War"], "year": 1974, "directors": ["Ilse Varga"], "actors": ["Greg Sallow"], "runtime": 118, "rated": "PG", "language": "en"},
]  # fmt: skip

GOODS: list[dict[str, Any]] = [
    {"item_id": "k1", "title": "Brewmoor Glass Teapot", "title_zh": "博慕 玻璃茶壶", "description": "Clear borosilicate glass with a removable strainer; pours without dripping.",
     "description_zh": "透明高硼硅玻璃，滤网可拆，倒水不滴漏。", "categories": ["Kitchen", "Teapots"], "categories_zh": ["厨房", "茶壶"], "brand": "Brewmoor", "brand_zh": "博慕", "price": 128, "currency": "CNY",
     "weight_g": 420, "capacity_ml": 800, "height_cm": 14, "material": "glass", "material_zh": "玻璃", "colour": "transparent", "colour_zh": "透明", "dishwasher_safe": True, "origin": "Germany", "origin_zh": "德国", "recipients": ["mother", "colleague"], "recipients_zh": ["妈妈", "同事"]},
    {"item_id": "k2", "title": "Hearthline Cast Iron Teapot", "title_zh": "炉石 铸铁茶壶", "description": "Keeps tea hot for an hour; the enamel lining does not rust.",
     "description_zh": "保温一小时，内壁珐琅不生锈。", "categories": ["Kitchen", "Teapots"], "categories_zh": ["厨房", "茶壶"], "brand": "Hearthline", "brand_zh": "炉石", "price": 356, "currency": "CNY",
     "weight_g": 1300, "capacity_ml": 600, "height_cm": 11, "material": "cast iron", "material_zh": "铸铁", "colour": "black", "colour_zh": "黑色", "dishwasher_safe": False, "origin": "Japan", "origin_zh": "日本", "recipients": ["father"], "recipients_zh": ["爸爸"]},
    {"item_id": "k3", "title": "Luma Porcelain Tea Set", "title_zh": "露玛 白瓷茶具套装", "description": "One pot and four cups in thin white porcelain, boxed as a present.",
     "description_zh": "一壶四杯，白瓷轻薄，礼盒包装。", "categories": ["Kitchen", "Tea sets"], "categories_zh": ["厨房", "茶具"], "brand": "Luma", "brand_zh": "露玛", "price": 239.5, "currency": "CNY",
     "weight_g": 980, "capacity_ml": 700, "material": "porcelain", "material_zh": "陶瓷", "colour": "white", "colour_zh": "白色", "pieces": 5, "microwave_safe": True, "dishwasher_safe": True, "recipients": ["mother", "friend"], "recipients_zh": ["妈妈", "朋友"]},
    {"item_id": "k4", "title": "Tern Travel Kettle", "title_zh": "燕鸥 旅行电热水壶", "description": "Folds flat to fit in a coat pocket.", "description_zh": "可折叠，放得进大衣口袋。",
     "categories": ["Kitchen", "Kettles"], "categories_zh": ["厨房", "水壶"], "brand": "Tern", "brand_zh": "燕鸥", "price": 199, "currency": "CNY", "weight_g": 610, "capacity_ml": 500, "power_w": 800,
     "material": "silicone", "material_zh": "硅胶", "colour": "green", "colour_zh": "绿色", "foldable": True, "cord_length_m": 0.9},
]  # fmt: skip


class Case:
    """A catalogue with a checker over a brief of some of its items."""

    def __init__(self, items: Sequence[dict[str, Any]]) -> None:
        stored = [
            StoredItem(code, one["item_id"], code + 1, Item(one["item_id"], one["title"], {k: v for k, v in one.items() if k not in ("item_id", "title")}))
            for code, one in enumerate(items)
        ]  # fmt: skip
        from palate.catalogue.types import TypeInference

        finder = TypeInference()
        finder.add(items)
        types = finder.types({}, {})
        self.catalogue = Catalogue.build(stored, types)
        lookup = Lookup.build(stored, types)
        self.reader = Reader(lookup)
        self.vocabulary = Vocabulary(self.catalogue, lookup, self.reader.lexicon)

    def brief(
        self,
        shown: Sequence[str],
        *,
        text: str = "",
        wishes: Sequence[Constraint] = (),
        language: str = "en",
        reasons: dict[str, Reason] | None = None,
        **more: Any,
    ) -> Brief:
        state = State(language=language, wishes=tuple(Wish(one, f"t/{n}") for n, one in enumerate(wishes)))
        items = tuple(
            RecommendedItem(
                item_id,
                self.catalogue.title(code, language),
                1.0,
                (reasons[item_id],) if reasons and item_id in reasons else (),
                self.catalogue.localised_fields(code, language),
            )
            for item_id in shown
            if (code := self.catalogue.code(item_id)) is not None
        )
        fields: dict[str, Any] = {
            "text": text, "move": "recommend", "said": Understanding(language, "recommend"), "unread": (), "before": State(), "state": state,
            "settled": Settled(), "dropped": (), "items": items, "relaxed": (), "unmet": (), "question": None, "subjects": (), "answered": (), "turn_id": "t",
        }  # fmt: skip
        return Brief(**{**fields, **more})

    def checker(self, brief: Brief, told: Sequence[str] = (), secret: str = "") -> Checker:
        return Checker(
            self.vocabulary, gather(brief, self.catalogue, told), language=brief.said.language, secret=secret
        )

    def focus(self, checker: Checker, *item_ids: str) -> Focus:
        things = tuple(t for i in item_ids for t in checker.facts.things if t.item_id == i)
        return Focus(things, things)


@cache
def films() -> Case:
    return Case(FILMS)


@cache
def goods() -> Case:
    return Case(GOODS)


def liked(title: str, item_id: str) -> Reason:
    return Reason(f"because you liked “{title}”", "content", 0.4, (Evidence("item", item_id),))
