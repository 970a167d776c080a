# ruff: noqa: E501 - each line is a sentence with its variants
"""A careful writer: plain sentences close to the facts of the things shown, as a model writes that keeps to its brief, each
with a twin that is false for one slot. He knows nothing of the checker, and shares no wording with the lying writers.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Good = dict[str, Any]


@dataclass(frozen=True)
class Trade:
    """What a shop's fields are, by name; empty where it has none. ``sign`` and ``coin`` (English, Chinese): its money;
    ``noun``: what its things are called, and their Chinese measure word.
    """

    noun: tuple[str, str]
    languages: tuple[str, ...]
    sign: str = ""
    coin: tuple[str, str] = ("", "")
    weight: str = ""
    colour: str = ""
    material: str = ""
    maker: str = ""
    year: str = ""
    people: bool = False
    flags: tuple[tuple[str, str, str], ...] = ()


TRADES = {
    "movielens-1m": Trade(("films", "部"), ("en", "zh"), year="year", people=True),
    "opendialkg": Trade(("films", "部"), ("en", "zh"), year="year", people=True),
    "redial": Trade(("films", "部"), ("en",), year="year", people=True),
    "icecat": Trade(("products", "款"), ("en", "zh"), "$", ("dollars", "美元"), "weight", "product_colour", "", "brand", flags=(("bluetooth", "Bluetooth", "蓝牙"), ("wi_fi", "Wi-Fi", "Wi-Fi"), ("touchscreen", "a touchscreen", "触摸屏"))),
    "amazon-beauty": Trade(("products", "款"), ("en",)),
    "litemall-zh": Trade(("products", "款"), ("zh",), "¥", ("yuan", "元"), "", "颜色", "材质", ""),
    "kuairec-zh": Trade(("videos", "条"), ("zh",)),
    "demo": Trade(("products", "款"), ("en", "zh"), "¥", ("yuan", "元"), "weight_g", "colour", "material", "brand", flags=(("waterproof", "waterproof", "防水"), ("wireless", "wireless", "无线"), ("rechargeable", "rechargeable", "可充电"))),
}  # fmt: skip

Plain = tuple[str, str, str]
"""(family, a true sentence, a false one or "")"""


class Writer:
    """Writes about the four of ``shown``; ``wish`` is what the person asked for, a kind of thing, with a ``limit`` on the
    price where the shop has prices.
    """

    def __init__(self, rng: random.Random, trade: Trade, shown: Sequence[Good], language: str, wish: str, limit: int) -> None:  # fmt: skip
        self.rng, self.trade, self.shown, self.wish, self.limit = rng, trade, list(shown), wish, limit
        self.zh = language == "zh"

    def sentences(self) -> Iterator[Plain]:
        """One of each family that the things have the facts for."""
        for family in (self.talk, self.kinds, self.money, self.weights, self.looks, self.works):
            yield from family()

    # --- words ----------------------------------------------------------------------------------------

    def pick(self, english: Sequence[str], chinese: Sequence[str]) -> str:
        return self.rng.choice(chinese if self.zh else english)

    def name(self, good: Good) -> str:
        title = str((self.zh and good.get("title_zh")) or good["title"])
        if self.zh:
            return title if title.startswith("《") else f"「{title}」"
        return title if self.rng.random() < 0.6 else f"“{title}”"

    def value(self, good: Good, field: str) -> str:
        found = (self.zh and good.get(f"{field}_zh")) or good[field]
        return str(found[0] if isinstance(found, list) else found)

    def cost(self, amount: float) -> str:
        figure = f"{amount:g}" if amount == int(amount) else f"{amount:.2f}"
        return self.pick((f"{self.trade.sign}{figure}", f"{figure} {self.trade.coin[0]}"), (f"{figure}{self.trade.coin[1]}", f"{self.trade.sign}{figure}"))  # fmt: skip

    def grams(self, amount: float) -> str:
        return f"{amount:g} g" if not self.zh else f"{amount:g}克"

    def say(self, family: str, english: Sequence[str], chinese: Sequence[str], true: Any, false: Any, **fixed: str) -> Iterator[Plain]:  # fmt: skip
        """A template with ``{v}`` for what is true or false of it."""
        forms = chinese if self.zh else english
        if forms:
            form = self.rng.choice(forms)
            first = form.format(v=true, **fixed)
            second = form.format(v=false, **fixed) if false is not None else ""
            yield family, _capital(first), _capital(second)

    def differing(self, field: str, apart: Callable[[Any, Any], bool]) -> tuple[Good, Good] | None:
        """Two things of which a field is known and differs."""
        pairs = [
            (a, b)
            for a in self.shown
            for b in self.shown
            if a is not b and _known(a, field) and _known(b, field) and apart(a[field], b[field])
        ]
        return self.rng.choice(pairs) if pairs else None

    def apart(self, field: str) -> tuple[Good, Good] | None:
        """Two things of which neither's entry has a word of the other's value."""
        pairs = [
            (a, b)
            for a in self.shown
            for b in self.shown
            if _known(a, field) and _known(b, field) and _nothing_of(self.value(b, field), a)
        ]
        return self.rng.choice(pairs) if pairs else None

    # --- families -------------------------------------------------------------------------------------

    def talk(self) -> Iterator[Plain]:
        many, measure = self.trade.noun
        a, b, *_ = self.rng.sample(self.shown, 2)
        yield from self.say(
            "opening",
            ("Here are {v} {many} for you.", "I found {v} {many} that may interest you.", "These {v} came up for “{wish}”.", "I have picked out {v} {many} for you to look at."),
            ("为您找到{v}{measure}，您可以看看。", "这里有{v}{measure}供您挑选。", "您要的“{wish}”，我找到了{v}{measure}。"),
            "四" if self.zh else "four", "六" if self.zh else "six", many=many, measure=measure, wish=self.wish,
        )  # fmt: skip
        yield from self.say(
            "pick",
            ("If I had to choose, I would go with {v}.", "{v} might be a good place to start.", "My suggestion would be {v}.", "You could begin with {v}.", "{v} is the one I would look at first."),
            ("如果只选一个，我会推荐{v}。", "您可以先看看{v}。", "我的建议是{v}。", "不妨从{v}开始。"),
            self.name(a), None,
        )  # fmt: skip
        yield from self.say(
            "question",
            ("Which of them would you like to hear more about?", "Do you have a budget in mind?", "Is it for you or for somebody else?", "Would you rather see {a} or {b} in more detail?", "Should I look for something different?", "What matters most to you?"),
            ("您想多了解哪一{measure}？", "您的预算大概是多少？", "是您自己用还是送人？", "您想先看{a}还是{b}？", "要不要我再换几{measure}？", "您最看重什么？"),
            "", None, a=self.name(a), b=self.name(b), measure=measure,
        )  # fmt: skip
        yield from self.say(
            "offer",
            ("Tell me your budget and I'll narrow it down.", "If none of these is right, tell me what you would change.", "Just say so if you want to see more.", "Once I know a bit more, I can help you choose.", "I'm happy to look for others."),
            ("告诉我您的预算，我来缩小范围。", "如果都不合适，告诉我您想换成什么样的。", "想看更多的话，跟我说一声就行。", "您再多说一点，我就能帮您挑得更准。", "需要的话我可以再找找别的。"),
            "", None,
        )  # fmt: skip
        meant = next((good for good in self.shown if self.wish in str(good).casefold()), None)
        if meant is not None:
            yield from self.say(
                "wish told back",
                ("You asked for {wish}, so here are some {many}.", "Since you are looking for {wish}, {a} may suit you.", "For {wish}, I would look at {a} first."),
                ("您想找{wish}，可以看看{a}。", "按您说的{wish}，我先推荐{a}。", "既然您要{wish}，{a}可能适合您。"),
                "", None, a=self.name(meant), wish=self.wish, many=many,
            )  # fmt: skip

    def kinds(self) -> Iterator[Plain]:
        if (pair := self.apart("categories")) is not None:
            a, b = pair
            yield from self.say(
                "kind",
                ("{a} is listed under {v}.", "You will find {a} in {v}."),
                ("{a}归在{v}里。", "{a}属于{v}。"),
                self.value(a, "categories"), self.value(b, "categories"), a=self.name(a),
            )  # fmt: skip

    def money(self) -> Iterator[Plain]:
        pair = self.differing("price", lambda x, y: abs(x - y) > 1)
        if not self.trade.sign or pair is None:
            return
        a, b = pair
        low, high = sorted(pair, key=lambda good: good["price"])
        rest = [good for good in self.shown if good is not a]
        names = {"a": self.name(a), "low": self.name(low), "high": self.name(high)}
        yield from self.say(
            "price",
            ("{a} costs {v}.", "{a} is priced at {v}.", "For {v} you get {a}.", "{a} comes to {v}, if that is within your budget."),
            ("{a}售价{v}。", "{a}要{v}。", "{v}就可以买到{a}。", "{a}的售价为{v}，您看预算合适吗？"),
            self.cost(a["price"]), self.cost(b["price"]), **names,
        )  # fmt: skip
        yield from self.say(
            "something cheaper",
            ("If you'd like something cheaper, {low} is {v}.", "If that is too much, there is {low} for {v}.", "A less expensive choice would be {low} at {v}."),
            ("想便宜一点的话，{low}是{v}。", "如果觉得贵，还有{low}，{v}。", "比{high}便宜的有{low}，只要{v}。"),
            self.cost(low["price"]), self.cost(high["price"]), **names,
        )  # fmt: skip
        yield from self.say(
            "cheaper",
            ("Of the two, {v[0]} is the cheaper one and {v[1]} costs more.", "{v[1]} is a bit more expensive than {v[0]}.", "{v[0]} will cost you less than {v[1]}."),
            ("{v[0]}和{v[1]}相比，前者更便宜。", "{v[1]}要比{v[0]}贵一些。", "{v[0]}的价格比{v[1]}低。"),
            (names["low"], names["high"]), (names["high"], names["low"]),
        )  # fmt: skip
        gap = high["price"] - low["price"]
        yield from self.say(
            "gap",
            ("{low} is {v} cheaper than {high}.", "The difference in price between {low} and {high} is {v}.", "You save {v} with {low} compared to {high}."),
            ("{low}比{high}便宜{v}。", "{low}和{high}相差{v}。", "选{low}比{high}省{v}。"),
            self.cost(round(gap, 2)), self.cost(round(gap * 1.5 + 3, 2)), **names,
        )  # fmt: skip
        ordered = sorted(self.shown, key=lambda good: good["price"])
        if ordered[0]["price"] < ordered[1]["price"]:
            yield from self.say(
                "cheapest",
                ("The cheapest here is {v[0]}, at {v[1]}.", "{v[0]} has the lowest price of the four: {v[1]}.", "The least expensive is {v[0]}."),
                ("四款里最便宜的是{v[0]}，{v[1]}。", "{v[0]}价格最低，{v[1]}。", "价格最低的是{v[0]}。"),
                (self.name(ordered[0]), self.cost(ordered[0]["price"])), (self.name(ordered[-1]), self.cost(ordered[-1]["price"])),
            )  # fmt: skip
        under = sum(good["price"] <= self.limit for good in self.shown)
        words = (
            ("none", "one", "two", "three", "all four")
            if not self.zh
            else ("没有", "一款", "两款", "三款", "四款")
        )
        if under in (2, 3):
            yield from self.say(
                "within the limit",
                ("{v} of the four are within your budget of {limit}.", "{v} of these cost no more than {limit}."),
                ("四款里有{v}在您{limit}的预算以内。", "其中{v}不超过{limit}。"),
                words[under], words[5 - under], limit=self.cost(self.limit),
            )  # fmt: skip
        inside = [good for good in self.shown if good["price"] <= self.limit]
        outside = [good for good in self.shown if good["price"] > self.limit]
        if inside and outside:
            yield from self.say(
                "fits the limit",
                ("{v} stays within your {limit}.", "At under {limit}, {v} keeps to your budget.", "{v} fits your budget of {limit}."),
                ("{v}在您{limit}的预算之内。", "{v}没有超过{limit}。", "{v}符合您{limit}以内的预算。"),
                self.name(inside[0]), self.name(outside[0]), limit=self.cost(self.limit),
            )  # fmt: skip
        if rest:
            both = [a, self.rng.choice(rest)]
            yield from self.say(
                "two prices",
                ("{x} costs {p}, and {y} costs {v}.", "{x} is {p} while {y} is {v}."),
                ("{x}是{p}，{y}是{v}。", "{x}售价{p}，{y}则要{v}。"),
                self.cost(both[1]["price"]), self.cost(round(both[1]["price"] + 11, 2)), x=self.name(a), p=self.cost(a["price"]), y=self.name(both[1]),
            )  # fmt: skip

    def weights(self) -> Iterator[Plain]:
        field = self.trade.weight
        pair = self.differing(field, lambda x, y: abs(x - y) > max(60, 0.1 * max(x, y))) if field else None
        if pair is None:
            return
        a, b = pair
        light, heavy = sorted(pair, key=lambda good: good[field])
        if "price" in a:
            yield from self.say(
                "price and weight",
                ("{a} costs {p} and weighs {v}.", "{a} weighs {v} and costs {p}.", "At {p} and {v}, {a} is one to consider."),
                ("{a}售价{p}，重{v}。", "{a}重{v}，价格是{p}。", "{a}只有{v}重，要{p}。"),
                self.grams(a[field]), self.grams(b[field]), a=self.name(a), p=self.cost(a["price"]),
            )  # fmt: skip
        yield from self.say(
            "lighter",
            ("Of {v[0]} and {v[1]}, the first is the lighter.", "{v[0]} is the lighter of the two, {v[1]} the heavier.", "{v[0]} is easier to carry, since it weighs less than {v[1]}."),
            ("{v[0]}比{v[1]}轻一些。", "论重量，{v[0]}更轻，{v[1]}更重。"),
            (self.name(light), self.name(heavy)), (self.name(heavy), self.name(light)),
        )  # fmt: skip

    def looks(self) -> Iterator[Plain]:
        trade = self.trade
        if trade.colour and (pair := self.apart(trade.colour)) is not None:
            a, b = pair
            yield from self.say(
                "colour",
                ("{a} is in {v}.", "{a} comes in {v}, if you like that colour.", "The {v} one is {a}."),
                ("{a}的颜色是{v}。", "{a}有{v}。", "{a}是{v}的，看您喜不喜欢。"),
                self.value(a, trade.colour).lower(), self.value(b, trade.colour).lower(), a=self.name(a),
            )  # fmt: skip
        if trade.material and (pair := self.apart(trade.material)) is not None:
            a, b = pair
            yield from self.say(
                "material",
                ("{a} is made from {v}.", "The material of {a} is {v}.", "If you prefer {v}, look at {a}."),
                ("{a}的材质是{v}。", "{a}采用{v}制成。", "喜欢{v}的话，可以看{a}。"),
                self.value(a, trade.material), self.value(b, trade.material), a=self.name(a),
            )  # fmt: skip
        if trade.maker and (pair := self.apart(trade.maker)) is not None:
            a, b = pair
            yield from self.say(
                "maker",
                ("{a} is made by {v}.", "{a} is a {v} product.", "The brand of {a} is {v}."),
                ("{a}是{v}的产品。", "{a}出自{v}。", "{a}的品牌为{v}。"),
                self.value(a, trade.maker), self.value(b, trade.maker), a=self.name(a),
            )  # fmt: skip
            same = [(x, y) for x in self.shown for y in self.shown if x is not y and x.get(trade.maker) == y.get(trade.maker) and _known(x, trade.maker)]  # fmt: skip
            if same:
                x, y = self.rng.choice(same)
                yield from self.say(
                    "both by",
                    ("Both {x} and {y} are by {v}.", "{x} and {y} are both from {v}."),
                    ("{x}和{y}都是{v}的。", "{x}和{y}都来自{v}。"),
                    self.value(x, trade.maker), None, x=self.name(x), y=self.name(y),
                )  # fmt: skip
        for field, english, chinese in trade.flags:
            having = [good for good in self.shown if good.get(field) is True]
            lacking = [good for good in self.shown if good.get(field) is False]
            if not (having and lacking):
                continue
            adjective = english.islower() and not english.startswith("a ")
            yield from self.say(
                "flag",
                (("{v} is {word}.", "{v} is {word}, in case that matters to you.", "If you need it to be {word}, take {v}.") if adjective else ("{v} has {word}.", "{v} comes with {word}.", "If you need {word}, take {v}.")),
                ("{v}是支持{word}的。", "{v}支持{word}。", "需要{word}的话，选{v}。") if not chinese.startswith("可") else ("{v}{word}。",),
                self.name(having[0]), self.name(lacking[0]), word=chinese if self.zh else english,
            )  # fmt: skip

    def works(self) -> Iterator[Plain]:
        trade = self.trade
        if not trade.people:
            return
        if (pair := self.differing("year", lambda x, y: x != y and min(x, y) > 1900)) is not None:
            a, b = pair
            old, new = sorted(pair, key=lambda good: good["year"])
            yield from self.say(
                "year",
                ("{a} dates from {v}.", "{a} ({v}) is worth a look.", "{a} first came out in {v}."),
                ("{a}是{v}年上映的。", "{a}（{v}年）值得一看。", "{a}拍于{v}年。"),
                a["year"], b["year"], a=self.name(a),
            )  # fmt: skip
            yield from self.say(
                "older",
                ("{v[0]} is the older film, from {year}, and {v[1]} came later.", "{v[0]} is older than {v[1]}.", "{v[1]} is more recent than {v[0]}."),
                ("{v[0]}比{v[1]}早。", "{v[1]}比{v[0]}新。", "{v[0]}更老一些，{v[1]}是后来的。"),
                (self.name(old), self.name(new)), (self.name(new), self.name(old)), year=old["year"],
            )  # fmt: skip
            years = sorted(good["year"] for good in self.shown if good.get("year"))
            if len(years) == len(self.shown) and years[0] < years[1]:
                first = next(good for good in self.shown if good["year"] == years[0])
                last = next(good for good in self.shown if good["year"] == years[-1])
                yield from self.say(
                    "oldest",
                    ("The oldest of them is {v}.", "{v} is the oldest film here.", "The earliest is {v}."),
                    ("最早的一部是{v}。", "{v}是四部里最老的。"),
                    self.name(first), self.name(last),
                )  # fmt: skip
        if (pair := self.differing("directors", lambda x, y: not set(x) & set(y))) is not None:
            a, b = pair
            facts = {"a": self.name(a), "year": a.get("year") or ""}
            yield from self.say(
                "director",
                ("{a} is directed by {v}.", "{v} is the director of {a}.", "{a}, by {v}, may be what you want."),
                ("{a}的导演是{v}。", "{a}是{v}导演的。", "{v}导演了{a}。"),
                a["directors"][0], b["directors"][0], **facts,
            )  # fmt: skip
            if a.get("year"):
                yield from self.say(
                    "year and director",
                    ("{a} is a film from {year}, directed by {v}.", "{v} directed {a} in {year}.", "{a} was made in {year} by {v}."),
                    ("{a}是{year}年的电影，导演是{v}。", "{v}在{year}年导演了{a}。"),
                    a["directors"][0], b["directors"][0], **facts,
                )  # fmt: skip
        if (pair := self.differing("actors", lambda x, y: len(x) > 1 and not set(x) & set(y))) is not None:
            a, b = pair
            yield from self.say(
                "cast",
                ("{a} features {v} and {other}.", "In {a} you will see {v}.", "{v} and {other} are in the cast of {a}.", "{a} has {v} in it."),
                ("{a}里有{v}和{other}。", "{a}的主演有{v}。", "{v}出演了{a}。"),
                a["actors"][0], b["actors"][0], a=self.name(a), other=a["actors"][1],
            )  # fmt: skip
        if (pair := self.apart("categories")) is not None:
            a, b = pair
            yield from self.say(
                "genre",
                ("{a} is in the {v} genre.", "If you are in the mood for {v}, try {a}.", "{a} is {v}."),
                ("{a}是{v}片。", "想看{v}的话，可以选{a}。", "{a}的类型是{v}。"),
                self.value(a, "categories"), self.value(b, "categories"), a=self.name(a),
            )  # fmt: skip


def _known(good: Good, field: str) -> bool:
    return good.get(field) not in (None, "", [])


def _nothing_of(value: str, good: Good) -> bool:
    """Whether no word (or two characters) of a value stand in an entry."""
    entry = str(good).casefold()
    words = re.findall(r"[a-z]{2,}", value.casefold()) or [
        value[i : i + 2] for i in range(max(1, len(value) - 1))
    ]
    return not any(word in entry for word in words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
