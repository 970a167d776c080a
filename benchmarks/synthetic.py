"""A made-up shop of any size, for measuring: items with words, categories, brands and prices, and users with
tastes."""

from pathlib import Path

import numpy as np
import orjson

import palate

KINDS = (
    ("Headphones", "耳机"), ("Cameras", "相机"), ("Kettles", "水壶"), ("Lamps", "台灯"), ("Backpacks", "背包"),
    ("Watches", "手表"), ("Tents", "帐篷"), ("Novels", "小说"), ("Puzzles", "拼图"), ("Scarves", "围巾"),
)  # fmt: skip
WORDS = [
    "quiet",
    "light",
    "sturdy",
    "compact",
    "classic",
    "modern",
    "soft",
    "warm",
    "bright",
    "slim",
    "travel",
    "garden",
    "winter",
    "summer",
    "office",
    "school",
    "wooden",
    "steel",
    "cotton",
    "leather",
    "glass",
    "ceramic",
    "folding",
    "wireless",
    "waterproof",
]
COLOURS = (("black", "黑色"), ("white", "白色"), ("red", "红色"), ("blue", "蓝色"), ("green", "绿色"))


def items_file(path: Path, n: int, seed: int = 0) -> Path:
    """Write n items as JSON Lines."""
    rng = np.random.default_rng(seed)
    with path.open("wb") as out:
        for number in range(n):
            kind, kind_zh = KINDS[number % len(KINDS)]
            words = rng.choice(WORDS, 3, replace=False)
            colour, colour_zh = COLOURS[rng.integers(len(COLOURS))]
            item = {
                "item_id": f"i{number}",
                "title": f"{words[0].title()} {kind[:-1]} model {number}",
                "title_zh": f"{kind_zh} {number}号",
                "description": f"A {words[1]} and {words[2]} {kind[:-1].lower()} for every day.",
                "categories": ["Goods", kind],
                "categories_zh": ["商品", kind_zh],
                "brand": f"Brand {rng.integers(200)}",
                "price": round(float(rng.lognormal(5, 1)), 2),
                "currency": "CNY",
                "colour": colour,
                "colour_zh": colour_zh,
                "weight_g": int(rng.integers(20, 3000)),
                "waterproof": bool(rng.random() < 0.3),
                "language": "en",
            }
            out.write(orjson.dumps(item) + b"\n")
    return path


def events_file(path: Path, n_users: int, n_items: int, per_user: int, seed: int = 0) -> Path:
    """Write events as CSV: each user likes one kind in ten most."""
    rng = np.random.default_rng(seed)
    users = np.repeat(np.arange(n_users), per_user)
    rng.shuffle(users)
    n = len(users)
    kind = np.where(rng.random(n) < 0.7, users % len(KINDS), rng.integers(len(KINDS), size=n))
    popular = np.minimum(rng.zipf(1.3, n) - 1, n_items // len(KINDS) - 1)
    items = popular * len(KINDS) + kind
    types = rng.choice(["view", "click", "purchase", "like"], n, p=[0.6, 0.25, 0.1, 0.05])
    times = 1_760_000_000 + np.sort(rng.integers(0, 10_000_000, n))
    with path.open("w", encoding="utf-8") as out:
        out.write("user_id,item_id,event_type,timestamp\n")
        for user, item, kind_name, at in zip(users, items, types, times, strict=True):
            out.write(f"u{user},i{item},{kind_name},{at}\n")
    return path


def shop_of(folder: Path, n_items: int, n_users: int = 6000, per_user: int = 30) -> palate.Shop:
    """A trained shop in ``folder``, made where it is not there yet."""
    if (folder / "palate.toml").is_file():
        return palate.open(folder)
    with palate.create(folder) as shop:
        shop.import_items(items_file(folder / "items.jsonl", n_items))
        shop.import_events(events_file(folder / "events.csv", n_users, n_items, per_user))
        shop.train()
    return palate.open(folder)
