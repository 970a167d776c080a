# ruff: noqa: E501 - tables of words and forms
"""Small shops of several kinds, made up: films, books, groceries, courses, gadgets; some with Chinese beside English, some in
Chinese alone. Values are drawn, so that no two seeds give the same shop.
"""

import random
from typing import Any

Good = dict[str, Any]

_FIRST = [
    "Ada",
    "Bruno",
    "Carla",
    "Dmitri",
    "Elif",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Keiko",
    "Lars",
    "Mina",
    "Nadia",
    "Otto",
    "Priya",
    "Rosa",
    "Sami",
    "Tove",
    "Yusuf",
]
_LAST = [
    "Abara",
    "Bergstrom",
    "Castellan",
    "Dobrev",
    "Eriksen",
    "Fontaine",
    "Grimaldi",
    "Haddad",
    "Ivanov",
    "Jansky",
    "Kowal",
    "Lindqvist",
    "Marchetti",
    "Novak",
    "Okonkwo",
]
_ZH_PEOPLE = [
    "沈砚秋",
    "顾南舟",
    "陆听雨",
    "叶知微",
    "傅云深",
    "温如玉",
    "宋青禾",
    "林晚照",
    "江一帆",
    "白鹿鸣",
]
_NOUNS = [
    "Harbour",
    "Lantern",
    "Orchard",
    "Winter",
    "River",
    "Mirror",
    "Garden",
    "Station",
    "Letter",
    "Island",
    "Clock",
    "Bridge",
    "Sparrow",
    "Canyon",
    "Violin",
    "Tunnel",
]
_ADJECTIVES = [
    "Silent",
    "Crimson",
    "Broken",
    "Distant",
    "Golden",
    "Hollow",
    "Northern",
    "Paper",
    "Salt",
    "Second",
    "Velvet",
    "Wandering",
    "Wild",
    "Hidden",
]
_ZH_NOUNS = [
    "港湾",
    "灯笼",
    "果园",
    "冬夜",
    "河岸",
    "镜子",
    "花园",
    "车站",
    "来信",
    "孤岛",
    "时钟",
    "石桥",
    "麻雀",
    "峡谷",
    "提琴",
    "隧道",
]
_ZH_ADJECTIVES = [
    "寂静的",
    "绯红的",
    "破碎的",
    "遥远的",
    "空心的",
    "北方的",
    "纸上的",
    "流浪的",
    "野性的",
    "隐秘的",
    "第二座",
    "天鹅绒",
]
_MAKERS = {
    "Orvella": "奥维拉",
    "Tamsin": "谭森",
    "Kestro": "凯斯卓",
    "Nordhem": "诺德海姆",
    "Bluefinch": "蓝雀",
    "Quillon": "奎隆",
}


def _names(rng: random.Random, count: int) -> list[tuple[str, str]]:
    pairs = [(a, n) for a in range(len(_ZH_ADJECTIVES)) for n in range(len(_NOUNS))]
    return [
        (f"{_ADJECTIVES[a]} {_NOUNS[n]}", f"{_ZH_ADJECTIVES[a]}{_ZH_NOUNS[n]}")
        for a, n in rng.sample(pairs, count)
    ]


def _person(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def films(rng: random.Random, count: int = 60) -> list[Good]:
    """English, without prices."""
    genres = ("Comedy", "Drama", "Thriller", "Horror", "Romance", "Western", "War", "Science fiction")
    plots = (
        "A nurse finds a map in an old piano.", "Two brothers run a failing hotel by the sea.", "A judge goes missing on her birthday.",
        "A baker falls for a lighthouse inspector.", "Soldiers share a cellar for three nights.", "An astronaut comes home to an empty town.",
    )  # fmt: skip
    return [
        {
            "item_id": f"f{n}", "title": f"The {title}", "description": rng.choice(plots), "categories": rng.sample(genres, 2),
            "year": rng.randint(1950, 2024), "directors": [_person(rng)], "actors": [_person(rng), _person(rng)],
            "runtime": rng.randint(75, 190), "country": rng.choice(["France", "Japan", "Canada", "Italy"]), "language": "en",
        }
        for n, (title, _) in enumerate(_names(rng, count))
    ]  # fmt: skip


def books(rng: random.Random, count: int = 60) -> list[Good]:
    """Bilingual."""
    genres = {
        "Mystery": "悬疑",
        "History": "历史",
        "Poetry": "诗歌",
        "Travel": "旅行",
        "Cooking": "烹饪",
        "Fantasy": "奇幻",
    }
    bindings = {"hardcover": "精装", "paperback": "平装"}
    out: list[Good] = []
    for n, (title, title_zh) in enumerate(_names(rng, count)):
        genre, binding, author = (
            rng.choice([*genres]),
            rng.choice([*bindings]),
            rng.randrange(len(_ZH_PEOPLE)),
        )
        out.append(
            {
                "item_id": f"b{n}", "title": title, "title_zh": f"《{title_zh}》", "categories": [genre], "categories_zh": [genres[genre]],
                "description": "Told in short chapters, with maps by hand.", "description_zh": "章节短小，附手绘地图。",
                "author": f"{_FIRST[author]} {_LAST[author]}", "author_zh": _ZH_PEOPLE[author], "pages": rng.randint(90, 800),
                "binding": binding, "binding_zh": bindings[binding], "year": rng.randint(1980, 2024), "price": rng.randint(15, 160),
                "currency": "CNY", "illustrated": rng.random() < 0.5,
            }
        )  # fmt: skip
    return out


def groceries(rng: random.Random, count: int = 60) -> list[Good]:
    """English, prices in euros with cents, yes-or-no attributes."""
    kinds = (
        "Olive Oil",
        "Granola",
        "Oat Biscuits",
        "Tomato Sauce",
        "Green Tea",
        "Almond Butter",
        "Lentil Soup",
        "Rye Bread",
    )
    return [
        {
            "item_id": f"g{n}", "title": f"{maker} {rng.choice(_ADJECTIVES)} {kind} {n}", "categories": ["Groceries", kind],
            "brand": maker, "price": round(rng.uniform(1, 15), 2), "currency": "EUR", "weight_g": rng.randrange(100, 1500, 10),
            "calories": rng.randrange(50, 700, 5), "organic": rng.random() < 0.5, "vegan": rng.random() < 0.5,
            "gluten_free": rng.random() < 0.5, "origin": rng.choice(["Spain", "Greece", "Denmark", "Portugal"]), "language": "en",
        }
        for n in range(count)
        for maker, kind in [(rng.choice([*_MAKERS]), rng.choice(kinds))]
    ]  # fmt: skip


def gadgets(rng: random.Random, count: int = 60) -> list[Good]:
    """Chinese alone, as many shops there are."""
    kinds = ("蓝牙耳机", "充电宝", "智能台灯", "机械键盘", "电动牙刷", "投影仪")
    colours = ("黑色", "白色", "粉色", "深蓝", "银灰")
    return [
        {
            "item_id": f"z{n}", "title": f"{maker}{kind}{rng.choice('ABCDEX')}{rng.randint(1, 99)}", "categories": ["数码", kind], "品牌": maker,
            "price": rng.randrange(49, 2000, 10), "currency": "CNY", "颜色": rng.choice(colours), "重量(克)": rng.randrange(20, 2500, 5),
            "续航(小时)": rng.randint(3, 60), "防水": rng.random() < 0.5, "无线": rng.random() < 0.5, "产地": rng.choice(["深圳", "杭州", "东莞"]),
            "description": rng.choice(["按键手感清脆，附收纳袋。", "三档亮度，久用不烫手。", "附两米数据线，支持壁挂。"]), "language": "zh",
        }
        for n in range(count)
        for maker, kind in [(rng.choice([*_MAKERS.values()]), rng.choice(kinds))]
    ]  # fmt: skip


def courses(rng: random.Random, count: int = 60) -> list[Good]:
    """English, with dates."""
    return [
        {
            "item_id": f"c{n}", "title": f"{rng.choice(['Practical', 'Modern', 'Gentle', 'Applied'])} {subject} {n}", "categories": [subject],
            "teacher": _person(rng), "hours": rng.randint(4, 60), "level": rng.choice(["beginner", "intermediate", "advanced"]),
            "price": rng.randrange(20, 400, 5), "currency": "USD", "certificate": rng.random() < 0.5,
            "starts": f"20{rng.randint(26, 28)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}", "language": "en",
            "description": f"Weekly exercises in {subject.lower()}, corrected by hand.",
        }
        for n in range(count)
        for subject in [rng.choice(["Statistics", "Watercolour", "Beekeeping", "Spanish", "Carpentry", "Astronomy"])]
    ]  # fmt: skip
