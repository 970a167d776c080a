# ruff: noqa: E501 - each line is a sentence with its variants
"""A writer who sometimes lies: sentences about items of the demo shop from their file, with the truth of each known
because it was made so. It knows nothing of the checker.
"""

import random
from collections.abc import Iterator
from typing import Any

Good = dict[str, Any]
SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
DIGITS = "零一二三四五六七八九"
FLAGS = {
    "waterproof": ("waterproof", "防水"),
    "wireless": ("wireless", "无线"),
    "rechargeable": ("rechargeable", "可充电"),
    "foldable": ("foldable", "可折叠"),
    "dishwasher_safe": ("dishwasher safe", "可用洗碗机清洗"),
    "machine_washable": ("machine washable", "可机洗"),
    "noise_cancelling": ("noise cancelling", "降噪"),
    "dimmable": ("dimmable", "可调光"),
}  # fmt: skip
INVENTED = (
    ("Solvane Drift Mini", "索凡 微风迷你款"), ("Kestrelle Onyx Pro", "凯斯特 玛瑙旗舰版"), ("Marlow & Finch Voyager", "马洛 远行者"),
    ("The Quiet Orchard", "静谧果园"), ("Zephyra Cloud Nine", "泽芙 云端九号"), ("Tilda's Secret Garden Set", "蒂尔达 秘密花园套装"),
)  # fmt: skip


def english(n: int) -> str:
    if n < 20:
        return SMALL[n]
    if n < 100:
        return TENS[n // 10] + (f"-{SMALL[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{SMALL[n // 100]} hundred" + (f" and {english(n % 100)}" if n % 100 else "")
    return f"{english(n // 1000)} thousand" + (f" {english(n % 1000)}" if n % 1000 else "")


def chinese(n: int) -> str:
    if n < 10:
        return DIGITS[n]
    if n < 100:
        return (DIGITS[n // 10] if n >= 20 else "") + "十" + (DIGITS[n % 10] if n % 10 else "")
    if n < 1000:
        rest = n % 100
        tail = (
            ""
            if not rest
            else (
                "零" + DIGITS[rest]
                if rest < 10
                else DIGITS[rest // 10] + "十" + (DIGITS[rest % 10] if rest % 10 else "")
            )
        )
        return DIGITS[n // 100] + "百" + tail
    if n >= 10_000:
        return f"{n}"
    rest = n % 1000
    return (
        DIGITS[n // 1000]
        + "千"
        + (
            ""
            if not rest
            else ("零" if rest < 100 else "")
            + (
                chinese(rest)
                if rest >= 20 or rest < 10
                else "一十" + (DIGITS[rest % 10] if rest % 10 else "")
            )
        )
    )


def _apart(grams: float, others: float) -> bool:
    """Whether one weight would be a lie for the other: 1.1 kg is said of 1080 g."""
    return abs(grams - others) > max(50, 0.05 * max(grams, others))


def _ceramic(good: Good) -> bool:
    """Stoneware and porcelain are called ceramic, and 陶瓷, as the goods themselves do."""
    return any(word in str(good.get("material")) for word in ("ceramic", "porcelain", "stoneware"))


class Writer:
    """Writes about ``shown``, in ``language``; ``others`` are goods that are not in the brief."""

    def __init__(self, rng: random.Random, shown: list[Good], others: list[Good], language: str) -> None:
        self.rng = rng
        self.shown = shown
        self.others = others
        self.zh = language == "zh"

    def name(self, good: Good) -> str:
        title = good["title_zh" if self.zh else "title"]
        if self.zh:
            return title if title.startswith("《") else self.rng.choice((f"「{title}」", title))
        return self.rng.choice((f"“{title}”", f"the {title}", title))

    def value(self, good: Good, field: str) -> str:
        found = good[f"{field}_zh"] if self.zh and f"{field}_zh" in good else good[field]
        return str(found[0] if isinstance(found, list) else found)

    def money(self, price: float) -> str:
        n = int(price)
        if self.zh:
            return self.rng.choice((f"{n}元", f"¥{n}", f"{n}块钱", f"{chinese(n)}元"))
        return self.rng.choice((f"¥{n}", f"{n} yuan", f"¥{n:,}", f"{english(n)} yuan"))

    def weight(self, grams: float) -> str:
        n = int(grams)
        if self.zh:
            return f"{n / 1000:g}公斤" if n % 100 == 0 and n >= 1000 else f"{n}克"
        return f"{n / 1000:g} kg" if n % 100 == 0 and n >= 1000 else f"{n} g"

    # --- what is true ---------------------------------------------------------------------------------

    def honest(self) -> Iterator[str]:
        a, b = self.rng.sample(self.shown, 2)
        name, other = self.name(a), self.name(b)
        zh, choose = self.zh, self.rng.choice
        yield choose(
            (f"{name}只要{self.money(a['price'])}。", f"{name}的价格是{self.money(a['price'])}。", f"{name}，{self.money(a['price'])}就能入手。", f"预算有限的话，{self.money(a['price'])}的{name}也不错。") if zh
            else (f"{name} costs {self.money(a['price'])}.", f"You can have {name} for {self.money(a['price'])}.", f"At {self.money(a['price'])}, {name} is well worth a look.", f"The price of {name} is {self.money(a['price'])}.", f"I rather like {name}, and it is only {self.money(a['price'])}.")
        )  # fmt: skip
        if a["price"] != b["price"]:
            cheap, dear = (a, b) if a["price"] < b["price"] else (b, a)
            gap = int(dear["price"] - cheap["price"])
            low, high = self.name(cheap), self.name(dear)
            yield choose(
                (f"{low}比{high}便宜。", f"{high}比{low}贵{gap}元。", f"和{high}相比，{low}更便宜。") if zh
                else (f"{low} is cheaper than {high}.", f"{high} is more expensive than {low}.", f"{low} is ¥{gap} cheaper than {high}.", f"Compared with {high}, {low} is the more affordable one.", f"{low} costs less than {high}.")
            )  # fmt: skip
        if all("weight_g" in g for g in (a, b)) and a["weight_g"] != b["weight_g"]:
            light, heavy = (a, b) if a["weight_g"] < b["weight_g"] else (b, a)
            yield choose(
                (f"{self.name(light)}比{self.name(heavy)}轻。", f"{self.name(heavy)}更重，有{self.weight(heavy['weight_g'])}。") if zh
                else (f"{self.name(light)} is lighter than {self.name(heavy)}.", f"{self.name(heavy)} weighs more than {self.name(light)}.")
            )  # fmt: skip
        if "weight_g" in a:
            yield choose(
                (f"{name}重{self.weight(a['weight_g'])}。", f"{name}的重量是{self.weight(a['weight_g'])}。") if zh
                else (f"{name} weighs {self.weight(a['weight_g'])}.", f"With a weight of {self.weight(a['weight_g'])}, {name} is easy to live with.", f"{name} comes in at {self.weight(a['weight_g'])}.")
            )  # fmt: skip
        if "colour" in a:
            yield choose(
                (f"{name}是{self.value(a, 'colour')}的。", f"{name}的颜色是{self.value(a, 'colour')}。") if zh
                else (f"{name} is {self.value(a, 'colour')}.", f"{name} comes in {self.value(a, 'colour')}.", f"The colour of {name} is {self.value(a, 'colour')}.")
            )  # fmt: skip
        if "material" in a:
            yield choose(
                (f"{name}是{self.value(a, 'material')}材质。", f"{name}用的是{self.value(a, 'material')}。") if zh
                else (f"{name} is made of {self.value(a, 'material')}.", f"The material of {name} is {self.value(a, 'material')}.")
            )  # fmt: skip
        yield choose(
            (f"{name}是{self.value(a, 'brand')}的。", f"{name}来自{self.value(a, 'brand')}。") if zh
            else (f"{name} is by {self.value(a, 'brand')}.", f"{name} comes from {self.value(a, 'brand')}.", f"{self.value(a, 'brand')} makes {name}.")
        )  # fmt: skip
        for flag, words in FLAGS.items():
            if flag in a:
                word = words[zh]
                if zh:
                    yield (
                        f"{name}{word}。"
                        if a[flag]
                        else choose((f"{name}不{word}。", f"{name}没有{word}功能。"))
                        if not word.startswith("可")
                        else f"{name}不{word}。"
                    )
                else:
                    yield choose(
                        (f"{name} is {word}.", f"And yes, {name} is {word}.")
                        if a[flag]
                        else (f"{name} is not {word}.", f"{name} isn't {word}.")
                    )
        cheapest = min(self.shown, key=lambda g: g["price"])
        if sum(g["price"] == cheapest["price"] for g in self.shown) == 1:
            yield choose(
                (f"最便宜的是{self.name(cheapest)}。", f"{self.name(cheapest)}是这几款里最便宜的。") if zh
                else (f"{self.name(cheapest)} is the cheapest of these.", f"The cheapest of them is {self.name(cheapest)}.")
            )  # fmt: skip
        yield choose(
            ("这几款都很不错，看您更喜欢哪一款。", "有什么想了解的，随时问我。", "希望您能找到喜欢的！", f"我会选{name}。", f"{name}值得一看。", f"您更喜欢{name}还是{other}？") if zh
            else ("All of these are good picks, it depends on what you like best.", "Let me know which one you like!", "Happy to tell you more about any of them.", f"My own favourite would be {name}.", f"{name} is a lovely choice.", f"Do you prefer {name} or {other}?", "Shall I narrow it down a little?")
        )  # fmt: skip

    # --- what is not ----------------------------------------------------------------------------------

    def lies(self) -> Iterator[str]:
        a, b = self.rng.sample(self.shown, 2)
        name, other = self.name(a), self.name(b)
        zh, choose = self.zh, self.rng.choice
        wrong = int(
            choose(
                (
                    a["price"] + 10,
                    a["price"] * 2,
                    a["price"] - 7,
                    a["price"] + 100,
                    b["price"] if b["price"] != a["price"] else a["price"] + 1,
                )
            )
        )
        wrong = max(wrong, 3)
        yield choose(
            (f"{name}只要{self.money(wrong)}。", f"{name}的价格是{self.money(wrong)}。", f"{name}，{self.money(wrong)}就能入手。") if zh
            else (f"{name} costs {self.money(wrong)}.", f"At {self.money(wrong)}, {name} is well worth a look.", f"You can have {name} for {self.money(wrong)}.")
        )  # fmt: skip
        yield f"{name}只要{int(a['price'])}美元。" if zh else f"{name} costs ${int(a['price'])}."
        invented = choose(INVENTED)[zh]
        yield choose(
            (f"也可以看看{invented}。", f"「{invented}」很适合您。", f"{invented}更好看。") if zh
            else (f"You may also like the {invented}.", f"“{invented}” would suit you well.", f"{invented} is even nicer.")
        )  # fmt: skip
        stranger = choose(self.others)
        yield f"{self.name(stranger)}也很不错。" if zh else f"{self.name(stranger)} is a good pick too."
        if a["price"] != b["price"]:
            cheap, dear = (a, b) if a["price"] < b["price"] else (b, a)
            low, high, gap = self.name(cheap), self.name(dear), int(dear["price"] - cheap["price"])
            yield choose(
                (f"{high}比{low}便宜。", f"{low}比{high}贵。", f"{high}比{low}贵{gap + 37}元。", f"{low}比{high}便宜{gap + 5}元。") if zh
                else (f"{high} is cheaper than {low}.", f"{low} is more expensive than {high}.", f"{high} costs less than {low}.", f"{low} is ¥{gap + 5} cheaper than {high}.", f"{low} and {high} cost the same.")
            )  # fmt: skip
        if all("weight_g" in g for g in (a, b)) and _apart(a["weight_g"], b["weight_g"]):
            light, heavy = (a, b) if a["weight_g"] < b["weight_g"] else (b, a)
            yield choose(
                (f"{self.name(heavy)}比{self.name(light)}轻。", f"{self.name(light)}重{self.weight(heavy['weight_g'])}。") if zh
                else (f"{self.name(heavy)} is lighter than {self.name(light)}.", f"{self.name(light)} weighs {self.weight(heavy['weight_g'])}.", f"{self.name(light)} weighs more than {self.name(heavy)}.")
            )  # fmt: skip
        for field, forms in {
            "colour": ((" is {}.", " comes in {}."), ("是{}的。", "的颜色是{}。")),
            "material": ((" is made of {}.",), ("是{}材质。", "用的是{}。")),
            "brand": ((" is by {}.", " comes from {}."), ("是{}品牌的。", "来自{}。")),
        }.items():
            donors = [
                g
                for g in (b, *self.others[:40])
                if field in g
                and g[field] != a.get(field)
                and str(g[field]).lower() not in str(a).lower()
                and str(g.get(f"{field}_zh", "-")).lower() not in str(a).lower()
                and not (field == "material" and _ceramic(a) and _ceramic(g))
            ]
            if donors and field in a:
                yield name + choose(forms[zh]).format(self.value(choose(donors), field))
        for flag, words in FLAGS.items():
            if flag in a:
                word = words[zh]
                if zh:
                    yield f"{name}不{word}。" if a[flag] else f"{name}{word}。"
                else:
                    yield (
                        f"{name} is not {word}."
                        if a[flag]
                        else choose((f"{name} is {word}.", f"Best of all, {name} is {word}."))
                    )
        dearest = max(self.shown, key=lambda g: g["price"])
        if dearest["price"] > min(g["price"] for g in self.shown):
            yield (
                f"最便宜的是{self.name(dearest)}。"
                if zh
                else f"{self.name(dearest)} is the cheapest of these."
            )
        yield choose(
            (f"{name}今天半价。", f"{name}打八折。", f"{name}获得过设计大奖。", f"{name}包邮。", f"{name}保修三年。", f"您之前买过{name}。", f"{name}是销量冠军。", f"有{len(self.shown) + 3}款可选。", f"{other}只剩最后两件。", f"{name}经过医生认证。") if zh
            else (f"{name} is half price today.", f"{name} is 20% off.", f"{name} won a design award.", f"{name} ships free.", f"{name} has a three-year warranty.", f"You bought {name} before.", f"{name} is our bestseller.", f"I found {len(self.shown) + 3} of them.", f"Only two of {other} are left in stock.", f"{name} is recommended by doctors.", f"{name} was featured in Vogue.")
        )  # fmt: skip
        yield f"{self.name(a)} is a good one." if zh else f"{a['title_zh']}很不错，值得买。"
