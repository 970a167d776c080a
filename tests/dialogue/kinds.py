# ruff: noqa: E501 - tables of words and forms
"""The shops over which the writer of ``lying_anywhere`` lies: made up, and real ones where they are on the machine."""

import gzip
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import shops_of_all_kinds as made
from lying_anywhere import Shop

FILM = {
    "numbers": {
        "year": (("{x} came out in {n}.", "{x} is from {n}.", "{x} was released in {n}."), ("{x}是{n}年的。", "{x}上映于{n}年。", "{x}是{n}年的电影。")),
        "runtime": (("{x} runs for {n} minutes.", "{x} is {n} minutes long."), ("{x}片长{n}分钟。", "{x}的片长是{n}分钟。")),
    },
    "people": {
        "directors": (("{x} was directed by {p}.", "{p} directed {x}.", "The director of {x} is {p}."), ("{x}由{p}执导。", "{x}的导演是{p}。")),
        "actors": (("{x} stars {p}.", "{p} plays in {x}.", "You see {p} in {x}."), ("{x}由{p}主演。", "{x}的主演是{p}。")),
        "writers": (("{x} was written by {p}.",), ("{x}的编剧是{p}。",)),
    },
    "texts": {"categories": (("{x} is a {v} film.", "The genre of {x} is {v}."), ("{x}的类型是{v}。",))},
    "flags": {},
    "more": {"year": ("newer", "更新"), "runtime": ("longer", "更长")},
    "less": {"year": ("older", "更老"), "runtime": ("shorter", "更短")},
}  # fmt: skip


def films(seed: int) -> Shop:
    return Shop(
        made.films(random.Random(seed)),
        ("en", "zh"),
        **{
            **FILM,
            "texts": {
                **FILM["texts"],
                "country": (("{x} is from {v}.", "{x} was made in {v}."), ("{x}来自{v}。",)),
            },
        },
    )


def books(seed: int) -> Shop:
    return Shop(
        made.books(random.Random(seed)), ("en", "zh"),
        numbers={"pages": (("{x} has {n} pages.", "{x} is {n} pages long."), ("{x}有{n}页。", "{x}一共{n}页。")), "year": (("{x} came out in {n}.", "{x} was published in {n}."), ("{x}是{n}年出版的。", "{x}出版于{n}年。"))},
        people={"author": (("{x} is by {p}.", "{p} wrote {x}.", "The author of {x} is {p}."), ("{x}的作者是{p}。", "{x}是{p}写的。"))},
        texts={"categories": (("{x} is {v}.", "You find {x} under {v}."), ("{x}属于{v}类。",)), "binding": (("{x} comes as a {v}.", "{x} is a {v}."), ("{x}是{v}的。",))},
        flags={"illustrated": ("illustrated", "带插图")}, more={"pages": ("longer", "更厚"), "year": ("newer", "更新")}, less={"pages": ("shorter", "更薄"), "year": ("older", "更早")}, sign="¥",
    )  # fmt: skip


def groceries(seed: int) -> Shop:
    return Shop(
        made.groceries(random.Random(seed)), ("en",),
        numbers={"weight_g": (("{x} weighs {n} grams.", "The weight of {x} is {n} grams."), ()), "calories": (("{x} has {n} calories.",), ())},
        people={}, texts={"brand": (("{x} is by {v}.", "{x} comes from {v}."), ()), "origin": (("{x} comes from {v}.", "The origin of {x} is {v}."), ())},
        flags={"organic": ("organic", ""), "vegan": ("vegan", ""), "gluten_free": ("gluten free", "")},
        more={"weight_g": ("heavier", "")}, less={"weight_g": ("lighter", "")}, sign="€",
    )  # fmt: skip


def gadgets(seed: int) -> Shop:
    return Shop(
        made.gadgets(random.Random(seed)), ("zh",),
        numbers={"重量(克)": ((), ("{x}重{n}克。", "{x}的重量是{n}克。")), "续航(小时)": ((), ("{x}续航{n}小时。", "{x}能用{n}个小时。"))},
        people={}, texts={"颜色": ((), ("{x}是{v}的。", "{x}的颜色是{v}。")), "品牌": ((), ("{x}是{v}的。", "{x}的品牌是{v}。")), "产地": ((), ("{x}的产地是{v}。", "{x}产自{v}。"))},
        flags={"防水": ("", "防水"), "无线": ("", "无线")}, more={"重量(克)": ("", "重"), "续航(小时)": ("", "续航更长")}, less={"重量(克)": ("", "轻")}, sign="¥",
    )  # fmt: skip


def courses(seed: int) -> Shop:
    return Shop(
        made.courses(random.Random(seed)), ("en",),
        numbers={"hours": (("{x} takes {n} hours.", "{x} is {n} hours long."), ())},
        people={"teacher": (("{x} is taught by {p}.", "{p} teaches {x}.", "The teacher of {x} is {p}."), ())},
        texts={"level": (("The level of {x} is {v}.", "{x} is for {v} learners."), ())}, flags={},
        more={"hours": ("longer", "")}, less={"hours": ("shorter", "")}, sign="$",
    )  # fmt: skip


def _read(path: Path, count: int, seed: int, needs: str = "") -> list[dict[str, Any]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    items = [orjson.loads(line) for line in data.splitlines()]
    items = [one for one in items if 0 < len(one["title"]) < 70 and (not needs or one.get(needs))]
    return random.Random(seed).sample(items, min(count, len(items)))


def redial(folder: Path, seed: int) -> Shop:
    return Shop(_read(folder / "items.jsonl.gz", 250, seed, "directors"), ("en", "zh"), **FILM)


def opendialkg(folder: Path, seed: int) -> Shop:
    return Shop(_read(folder / "items.jsonl", 250, seed, "year"), ("en", "zh"), **FILM)


def icecat(folder: Path, seed: int) -> Shop:
    return Shop(
        _read(folder / "items.jsonl.gz", 150, seed, "price"), ("en", "zh"),
        numbers={"weight": (("The weight of {x} is {n} grams.", "{x} weighs {n} grams."), ("{x}重{n}克。",)), "display_diagonal": (("The display diagonal of {x} is {n} inches.",), ())},
        people={}, texts={"brand": (("{x} is by {v}.", "{x} comes from {v}."), ("{x}是{v}的。",)), "product_colour": (("The colour of {x} is {v}.", "{x} is {v}."), ("{x}的颜色是{v}。",)), "country_of_origin": (("{x} was made in {v}.",), ())},
        flags={"touchscreen": ("a touchscreen", "触摸屏"), "wi_fi": ("on Wi-Fi", "带Wi-Fi"), "bluetooth": ("with Bluetooth", "带蓝牙")},
        more={"weight": ("heavier", "重")}, less={"weight": ("lighter", "轻")}, sign="$",
    )  # fmt: skip


def litemall(folder: Path, seed: int) -> Shop:
    return Shop(
        _read(folder / "items.jsonl", 239, seed, "price"), ("zh",), numbers={}, people={},
        texts={"材质": ((), ("{x}的材质是{v}。", "{x}是{v}做的。")), "产地": ((), ("{x}的产地是{v}。",)), "工艺": ((), ("{x}的工艺是{v}。",))},
        flags={}, more={}, less={}, sign="¥",
    )  # fmt: skip


def beauty(folder: Path, seed: int) -> Shop:
    return Shop(
        _read(folder / "items.jsonl.gz", 250, seed), ("en",), numbers={}, people={},
        texts={"categories": (("You find {x} under {v}.",), ())}, flags={}, more={}, less={},
    )  # fmt: skip


MADE: dict[str, Callable[[int], Shop]] = {
    "films": films,
    "books": books,
    "groceries": groceries,
    "gadgets": gadgets,
    "courses": courses,
}
REAL: dict[str, Callable[[Path, int], Shop]] = {
    "redial": redial, "opendialkg": opendialkg, "icecat": icecat, "litemall-zh": litemall, "amazon-beauty": beauty,
}  # fmt: skip
