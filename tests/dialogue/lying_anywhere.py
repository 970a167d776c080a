# ruff: noqa: E501 - each line is a sentence with its variants
"""A writer who sometimes lies, over any shop: he takes items as they are, says true things of their fields, and lies in the
families that ``FAMILIES`` names. He knows nothing of the checker, and little of the shop: what a field means is told by
``Shop``.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lying import chinese, english

Good = dict[str, Any]


@dataclass(frozen=True)
class Shop:
    """What the fields of a shop are. ``numbers``: field -> (English, Chinese) sentences with {x}, {n}; ``people``: field ->
    the same with {p}; ``texts``: field -> with {v}; ``flags``: field -> words; ``more``: field -> (English comparative,
    Chinese) of the larger value; ``less`` of the smaller one; ``kinds`` is the field of categories.
    """

    items: Sequence[Good]
    languages: tuple[str, ...]
    numbers: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    people: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    texts: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    flags: dict[str, tuple[str, str]]
    more: dict[str, tuple[str, str]]
    less: dict[str, tuple[str, str]]
    sign: str = ""


INVENTED = (
    ("The Glass Parade", "玻璃巡游"), ("Kestrelle Onyx Pro", "凯斯特玛瑙旗舰版"), ("Return to Sorrow Creek", "重返忧愁溪"),
    ("Zephyra Cloud Nine", "泽芙云端九号"), ("A Field Guide to Leaving", "离开指南"), ("Midnight Marzipan 3", "午夜杏仁糖3"),
)  # fmt: skip
NOBODIES = (("Marguerite Oldacre", "欧阳见山"), ("Tobias Renquist", "司徒念慈"), ("Leonora Vane", "闻人千夏"))


class Writer:
    """Writes about ``shown`` of a shop; ``others`` are items that are not in the brief."""

    def __init__(
        self, rng: random.Random, shop: Shop, shown: list[Good], others: list[Good], language: str
    ) -> None:
        self.rng, self.shop, self.shown, self.others = rng, shop, shown, others
        self.zh = language == "zh"

    # --- how things are said --------------------------------------------------------------------------

    def pick(self, english_: Sequence[str], chinese_: Sequence[str]) -> str:
        return self.rng.choice(chinese_ if self.zh else english_)

    def name(self, good: Good) -> str:
        title = str(good.get("title_zh") or good["title"]) if self.zh else str(good["title"])
        if self.zh:
            return (
                title
                if title.startswith("《")
                else self.rng.choice((f"「{title}」", f"《{title}》", f"“{title}”"))
            )
        return self.rng.choice((f"“{title}”", title))

    def value(self, good: Good, field: str) -> str:
        found = good.get(f"{field}_zh", good[field]) if self.zh else good[field]
        return str(found[0] if isinstance(found, list) else found)

    def number(self, n: float) -> str:
        if n == int(n) and n < 10_000 and self.rng.random() < 0.25 and n > 12:
            return chinese(int(n)) if self.zh else english(int(n))
        return f"{n:g}"

    def money(self, n: float) -> str:
        sign = self.shop.sign
        figure = f"{n:g}" if n == int(n) else f"{n:.2f}"
        words = {"¥": ("yuan", "元"), "$": ("dollars", "美元"), "€": ("euros", "欧元")}[sign]
        if n == int(n) and 12 < n < 10_000 and self.rng.random() < 0.25:
            return f"{chinese(int(n))}{words[1]}" if self.zh else f"{english(int(n))} {words[0]}"
        return self.rng.choice(
            (f"{sign}{figure}", f"{figure}{words[1]}" if self.zh else f"{figure} {words[0]}")
        )

    def said(self, forms: tuple[tuple[str, ...], tuple[str, ...]], good: Good, **what: str) -> str:
        return self.rng.choice(forms[self.zh]).format(x=self.name(good), **what)

    # --- what is true ---------------------------------------------------------------------------------

    def honest(self) -> Iterator[tuple[str, str]]:
        a, b = self.rng.sample(self.shown, 2)
        x, y, shop = self.name(a), self.name(b), self.shop
        for field, forms in shop.numbers.items():
            if _number(a, field) is not None and forms[self.zh]:
                yield "number", self.said(forms, a, n=self.number(a[field]))
        if "price" in a:
            yield "price", self.pick(
                (f"{x} costs {self.money(a['price'])}.", f"At {self.money(a['price'])}, {x} is worth a look.", f"{x} is {self.money(a['price'])}."),
                (f"{x}的价格是{self.money(a['price'])}。", f"{x}只要{self.money(a['price'])}。", f"{x}卖{self.money(a['price'])}。"),
            )  # fmt: skip
            if a["price"] != b.get("price", a["price"]):
                low, high = sorted((a, b), key=lambda g: g["price"])
                yield "price compared", self.pick(
                    (f"{self.name(low)} is cheaper than {self.name(high)}.", f"{self.name(high)} costs more than {self.name(low)}."),
                    (f"{self.name(low)}比{self.name(high)}便宜。", f"{self.name(high)}比{self.name(low)}贵。"),
                )  # fmt: skip
                yield "two prices", self.pick(
                    (f"{x} costs {self.money(a['price'])} and {y} costs {self.money(b['price'])}.", f"{x} is {self.money(a['price'])}, {y} is {self.money(b['price'])}."),
                    (f"{x}是{self.money(a['price'])}，{y}是{self.money(b['price'])}。",),
                )  # fmt: skip
        for table, of_more in ((shop.more, True), (shop.less, False)):
            for field, words in table.items():
                p, q = _number(a, field), _number(b, field)
                if p is not None and q is not None and p != q:
                    top, bottom = (a, b) if (p > q) == of_more else (b, a)
                    yield "compared", (
                        f"{self.name(top)}比{self.name(bottom)}{words[1]}。" if self.zh
                        else f"{self.name(top)} is {words[0]} than {self.name(bottom)}."
                    )  # fmt: skip
        for field, forms in shop.people.items():
            if a.get(field) and forms[self.zh]:
                yield "person", self.said(forms, a, p=self.value(a, field))
        for field, forms in shop.texts.items():
            if a.get(field) and forms[self.zh]:
                yield "value", self.said(forms, a, v=self.value(a, field))
        for field, words in shop.flags.items():
            if field in a:
                yield "flag", (
                    (f"{x}{'' if a[field] else '不'}{words[1]}。") if self.zh
                    else f"{x} is {words[0]}." if a[field] else f"{x} is not {words[0]}."
                )  # fmt: skip
        yield "talk", self.pick(
            ("All of these are good picks.", "Let me know which one you like!", f"My own favourite would be {x}.", f"{x} is a lovely choice.", f"Do you prefer {x} or {y}?", "Shall I narrow it down a little?", f"I would start with {x}.", "Tell me if you want something different."),
            ("这几个都很不错，看您更喜欢哪一个。", "有什么想了解的，随时问我。", f"我会选{x}。", f"{x}值得一看。", f"您更喜欢{x}还是{y}？", "需要我再缩小一下范围吗？", "不合适的话，告诉我您想要什么样的。"),
        )  # fmt: skip

    # --- what is not ----------------------------------------------------------------------------------

    def lies(self) -> Iterator[tuple[str, str]]:
        yield from self.wrong_values()
        yield from self.wrong_comparisons()
        yield from self.wrong_company()
        yield from self.wrong_records()
        yield from self.wrong_promises()

    def wrong_values(self) -> Iterator[tuple[str, str]]:
        a, b = self.rng.sample(self.shown, 2)
        x, y, shop, choose = self.name(a), self.name(b), self.shop, self.rng.choice
        for field, forms in shop.numbers.items():
            n = _number(a, field)
            if n is not None and forms[self.zh]:
                wrong = choose([n + 1, n * 2, n + 10, n * 10, max(1.0, n - 3)])
                if not _mentions(a, f"{wrong:g}"):
                    yield "wrong number", self.said(forms, a, n=self.number(wrong))
                if not self.zh:
                    yield "number denied", f"It is not true that {x} has {n:g}."
        if "price" in a:
            p = a["price"]
            wrong = choose([p + 1, p * 2, p + 10, round(p / 2, 2) + 3, p + 0.5])
            yield "wrong price", self.pick(
                (f"{x} costs {self.money(wrong)}.", f"At {self.money(wrong)}, {x} is worth a look.", f"Would you pay {self.money(wrong)} for {x}?", f"{x} is probably {self.money(wrong)}."),
                (f"{x}的价格是{self.money(wrong)}。", f"{x}只要{self.money(wrong)}。", f"{self.money(wrong)}的{x}您要吗？"),
            )  # fmt: skip
            yield (
                "price denied",
                self.pick(
                    (f"{x} does not cost {self.money(p)}.",),
                    (f"{x}不是{self.money(p)}。", f"{x}的价格不是{self.money(p)}。"),
                ),
            )
            q = b.get("price")
            if q is not None and q != p:
                yield "crossed prices", self.pick(
                    (f"{x} costs {self.money(q)} and {y} costs {self.money(p)}.", f"{x} and {y} cost {self.money(q)} and {self.money(p)} respectively.", f"{x} ({self.money(q)}) and {y} ({self.money(p)}) both fit.", f"{x} is {self.money(q)}, {y} is {self.money(p)}."),
                    (f"{x}是{self.money(q)}，{y}是{self.money(p)}。", f"{x}和{y}分别是{self.money(q)}和{self.money(p)}。", f"{x}（{self.money(q)}）和{y}（{self.money(p)}）都可以。"),
                )  # fmt: skip
            foreign = {"¥": ("dollars", "美元"), "$": ("euros", "欧元"), "€": ("yuan", "元")}[shop.sign]
            yield (
                "wrong currency",
                f"{x}的价格是{p:g}{foreign[1]}。" if self.zh else f"{x} costs {p:g} {foreign[0]}.",
            )
        for field, forms in shop.people.items():
            if a.get(field) and forms[self.zh]:
                stranger = self.stranger(a, field)
                if stranger:
                    yield "wrong person", self.said(forms, a, p=stranger)
                yield "invented person", self.said(forms, a, p=choose(NOBODIES)[self.zh])
                others = [other for other in shop.people if other != field and a.get(other)]
                for other in others:
                    who = self.value(a, other)
                    if who.lower() not in str(a[field]).lower():
                        yield "swapped roles", self.said(forms, a, p=who)
                yield (
                    "person denied",
                    (
                        f"{x}不是{self.value(a, field)}的作品。"
                        if self.zh
                        else f"{x} has nothing to do with {self.value(a, field)}."
                    ),
                )
                yield "of a person", (
                    f"{self.value(a, field)}凭{x}拿过大奖。" if self.zh
                    else choose((f"{self.value(a, field)}, who won two Oscars, made {x}.", f"{x} is the last work of {self.value(a, field)}.", f"{self.value(a, field)} is British.", f"{self.value(a, field)} was only nineteen then."))
                )  # fmt: skip
        for field, forms in shop.texts.items():
            stranger = self.stranger(a, field)
            if a.get(field) and stranger and forms[self.zh]:
                yield "wrong value", self.said(forms, a, v=stranger)
                yield "wrong value hedged", self.pick(
                    (f"I believe {x} may be {stranger}.", f"Probably {x} is {stranger}.", f"If I remember right, {x} is {stranger}."),
                    (f"我记得{x}好像是{stranger}。", f"{x}大概是{stranger}的。", f"{x}应该是{stranger}吧。"),
                )  # fmt: skip
                yield (
                    "value denied",
                    (
                        f"{x}不是{self.value(a, field)}的。"
                        if self.zh
                        else f"{x} is not {self.value(a, field)}."
                    ),
                )
        for field, words in shop.flags.items():
            if field in a:
                word = words[self.zh]
                yield "wrong flag", (
                    choose((f"{x}{'不' if a[field] else ''}{word}。",)) if self.zh
                    else choose((f"{x} is {'not ' if a[field] else ''}{word}.", f"{x} is {'hardly' if a[field] else 'fully'} {word}."))
                )  # fmt: skip
                if not a[field]:
                    yield "presupposed", self.pick(
                        (f"Would you like the {word} {x}?", f"Since {x} is {word}, shall we take it?", f"Do you want {x} because it is {word}?"),
                        (f"要不要看看{word}的{x}？", f"既然{x}{word}，就选它好吗？", f"您是因为{x}{word}才喜欢它的吗？"),
                    )  # fmt: skip
                    yield (
                        "all of them",
                        self.pick(
                            (f"All of these are {word}.", f"Every one of them is {word}."),
                            (f"这几个都{word}。", f"每一个都{word}。"),
                        ),
                    )

    def wrong_comparisons(self) -> Iterator[tuple[str, str]]:
        a, b = self.rng.sample(self.shown, 2)
        shop = self.shop
        for table, of_more in ((shop.more, True), (shop.less, False)):
            for field, words in table.items():
                p, q = _number(a, field), _number(b, field)
                if p is None or q is None or p == q:
                    continue
                top, bottom = (a, b) if (p > q) == of_more else (b, a)
                yield "wrong comparison", (
                    f"{self.name(bottom)}比{self.name(top)}{words[1]}。" if self.zh
                    else self.rng.choice((f"{self.name(bottom)} is {words[0]} than {self.name(top)}.", f"{self.name(top)} is not {words[0]} than {self.name(bottom)}.", f"Compared with {self.name(top)}, {self.name(bottom)} is {words[0]}.", f"Is {self.name(bottom)} not {words[0]} than {self.name(top)}?"))
                )  # fmt: skip
                if self.zh and len(words[1].lstrip("更")) > 1:
                    continue  # 最 goes before one adjective
                known = [v for g in self.shown if (v := _number(g, field)) is not None]
                best = (max if of_more else min)(known)
                if _number(bottom, field) != best:
                    yield "wrong superlative", (
                        f"{self.name(bottom)}是这几个里最{words[1].lstrip('更')}的。" if self.zh
                        else f"{self.name(bottom)} is the {_most(words[0])} of these."
                    )  # fmt: skip
                whole = [v for g in (*self.shown, *self.others) if (v := _number(g, field)) is not None]
                if _number(top, field) != (max if of_more else min)(whole):
                    yield "best of the shop", (
                        f"{self.name(top)}是我们店里最{words[1].lstrip('更')}的。" if self.zh
                        else self.rng.choice((f"{self.name(top)} is the {_most(words[0])} we have.", f"{self.name(top)} is our {_most(words[0])}.", f"Nothing in our shop is {words[0]} than {self.name(top)}."))
                    )  # fmt: skip
        if "price" in a and a["price"] != b.get("price", a["price"]):
            low, high = sorted((a, b), key=lambda g: g["price"])
            gap = high["price"] - low["price"]
            ratio = high["price"] / low["price"]
            yield "wrong price comparison", self.pick(
                (f"{self.name(high)} is cheaper than {self.name(low)}.", f"{self.name(low)} and {self.name(high)} cost the same.", f"{self.name(low)} is {self.money(round(gap * 2 + 4, 2))} cheaper than {self.name(high)}.", f"You pay less for {self.name(high)} than for {self.name(low)}."),
                (f"{self.name(high)}比{self.name(low)}便宜。", f"{self.name(low)}和{self.name(high)}一样贵。", f"{self.name(low)}比{self.name(high)}便宜{self.money(round(gap * 2 + 4, 2))}。"),
            )  # fmt: skip
            if not 2.6 < ratio < 3.4:
                yield (
                    "wrong ratio",
                    self.pick(
                        (f"{self.name(high)} costs three times as much as {self.name(low)}.",),
                        (f"{self.name(high)}的价格是{self.name(low)}的三倍。",),
                    ),
                )
            cheapest = min(g["price"] for g in (*self.shown, *self.others))
            if low["price"] != cheapest:
                yield (
                    "our cheapest",
                    self.pick(
                        (f"{self.name(low)} is our cheapest.", f"{self.name(low)} is the cheapest we sell."),
                        (f"{self.name(low)}是全店最便宜的。", f"{self.name(low)}是我们最便宜的一款。"),
                    ),
                )
        for field, forms in {**shop.people, **shop.texts}.items():
            del forms
            if a.get(field) and b.get(field) and not _overlap(a, b, field):
                label = field.rstrip("s").replace("_", " ")
                yield (
                    "shared",
                    self.pick(
                        (
                            f"{self.name(a)} and {self.name(b)} share the same {label}.",
                            f"Both {self.name(a)} and {self.name(b)} are {self.value(a, field)}.",
                        ),
                        (f"{self.name(a)}和{self.name(b)}都是{self.value(a, field)}。",),
                    ),
                )

    def wrong_company(self) -> Iterator[tuple[str, str]]:
        """Titles and things that are not there."""
        x = self.name(self.rng.choice(self.shown))
        made = self.rng.choice(INVENTED)[self.zh]
        stranger = self.rng.choice(self.others)
        other = str(stranger.get("title_zh") or stranger["title"]) if self.zh else str(stranger["title"])
        yield "invented title", self.pick(
            (f"You may also like {made}.", f"“{made}” would suit you well.", f"{x} goes well with {made}.", f"Have you seen {made}?", f"If you liked {made}, take {x}."),
            (f"也可以看看《{made}》。", f"「{made}」也很适合您。", f"{x}和《{made}》是一个系列的。", f"喜欢《{made}》的话可以选{x}。"),
        )  # fmt: skip
        yield "stranger", self.pick((f"“{other}” is a good pick too.",), (f"「{other}」也很不错。",))
        if "price" in stranger:
            yield (
                "stranger with a price",
                self.pick(
                    (f"For {self.money(stranger['price'])} there is also “{other}”.",),
                    (f"还有「{other}」，{self.money(stranger['price'])}。",),
                ),
            )
        count = len(self.shown) + self.rng.choice((2, 5, 14))
        yield "wrong count", self.pick(
            (f"I found {count} that fit.", f"There are {english(count)} of these to choose from.", f"We have {count * 10} more like {x}.", f"Here are {english(count)} ideas for you."),
            (f"一共找到{count}个。", f"有{chinese(count)}款可以选。", f"像{x}这样的我们还有{count * 10}个。"),
        )  # fmt: skip
        yield "parts", self.pick(
            (f"{x} comes in three sizes.", f"{x} is available in six colours.", f"There is a sequel to {x}.", f"{x} is part of a trilogy.", f"{x} comes with a free bag.", f"{x} has a second edition."),
            (f"{x}有三种尺寸可选。", f"{x}有六种颜色。", f"{x}还有续集。", f"{x}是三部曲的第一部。", f"{x}附赠收纳盒。", f"{x}出了第二版。"),
        )  # fmt: skip

    def wrong_records(self) -> Iterator[tuple[str, str]]:
        """What the person said, did or likes, and what others think."""
        x = self.name(self.rng.choice(self.shown))
        past = self.rng.choice(self.others)
        other = str(past.get("title_zh") or past["title"]) if self.zh else str(past["title"])
        yield "history", self.pick(
            (f"Because you liked “{other}”, I picked {x}.", f"You bought {x} before.", f"You told me that you love {other}.", f"As you enjoyed {x} last year, here it is again.", f"I remember that you have {x} already.", f"Your friends liked {x}."),
            (f"因为您喜欢「{other}」，所以推荐{x}。", f"您之前买过{x}。", f"您说过最爱「{other}」。", f"您去年看过{x}。", f"您的朋友也喜欢{x}。"),
        )  # fmt: skip
        yield "understood", self.pick(
            ("As you asked, everything is under 20 dollars.", "You wanted something for your grandmother, so here it is.", "You said that you need two of them by Friday.", "Since you do not eat meat, I left that out.", "You asked for something Italian.", f"You asked for {x}.", "As you are left-handed, I looked for that."),
            ("按您的要求，都在二十元以内。", "您说是送给奶奶的，所以选了这些。", "您说周五之前要两个。", "因为您不吃肉，我都排除了。", "您要的是意大利的。", "考虑到您是左撇子，我专门挑了。"),
        )  # fmt: skip
        yield "others", self.pick(
            (f"{x} is very popular with teachers.", f"Most people choose {x}.", f"{x} is rated 4.8 out of 5.", f"Critics adored {x}.", f"{x} has 8.1 on IMDb.", f"{x} got rave reviews.", f"{x} is our bestseller.", f"{x} has five stars.", f"Nine out of ten customers prefer {x}.", f"{x} won a prize in Cannes."),
            (f"{x}很受老师欢迎。", f"大多数人都选{x}。", f"{x}评分4.8。", f"{x}豆瓣9.2分。", f"{x}好评如潮。", f"{x}是销量冠军。", f"{x}在戛纳得过奖。", f"十个顾客里有九个选{x}。", f"{x}口碑很好。"),
        )  # fmt: skip
        yield "done", self.pick(
            (f"I have ordered {x} for you.", f"{x} is already in your cart.", f"I have reserved {x} until tomorrow.", "I will send you an email about it.", f"Your payment for {x} went through.", "I have told our staff about it."),
            (f"我已经帮您下单了{x}。", f"{x}已经加入购物车了。", f"我给您预留了{x}。", "稍后我会给您发邮件。", f"{x}的付款已经成功了。", "我已经通知店员了。"),
        )  # fmt: skip

    def wrong_promises(self) -> Iterator[tuple[str, str]]:
        x = self.name(self.rng.choice(self.shown))
        yield "availability", self.pick(
            (f"{x} is in stock.", f"{x} is sold out.", f"Only three of {x} are left.", f"You can get {x} in our Berlin store.", f"{x} leaves our shop tomorrow.", f"{x} is hard to get elsewhere.", f"{x} is exclusive to us.", f"{x} can be streamed tonight."),
            (f"{x}现在有货。", f"{x}已经卖完了。", f"{x}只剩三件了。", f"{x}在北京门店可以买到。", f"{x}明天就下架了。", f"{x}别处买不到。", f"{x}是本店独家。"),
        )  # fmt: skip
        yield "discount", self.pick(
            (f"{x} is 20% off.", f"{x} is reduced today.", f"You save 30 on {x}.", f"{x} was twice the price last week.", f"{x} is on offer.", f"{x} comes with a discount for students.", f"{x} is half its usual price.", f"Buy two of {x} and get one free."),
            (f"{x}打八折。", f"{x}今天特价。", f"{x}立减三十。", f"{x}上周还贵一倍。", f"{x}学生有优惠。", f"{x}半价。", f"{x}买二送一。", f"{x}比平时便宜。"),
        )  # fmt: skip
        yield "delivery", self.pick(
            (f"{x} ships within two days.", f"{x} arrives tomorrow.", f"{x} can be returned for a month.", f"{x} has a two-year guarantee.", "Delivery is free.", f"We gift-wrap {x}."),
            (f"{x}两天内发货。", f"{x}明天就到。", f"{x}一个月内可以退货。", f"{x}保修两年。", "全场包邮。", f"{x}可以礼品包装。"),
        )  # fmt: skip
        yield "date", self.pick(
            (f"{x} came out last week.", f"{x} was released on 3 May.", f"{x} is brand new this year.", f"{x} was made in the nineteenth century.", f"{x} appeared in March 1931."),
            (f"{x}上周刚出。", f"{x}是5月3日上市的。", f"{x}是今年的新品。", f"{x}诞生于十九世纪。", f"{x}是1931年3月发行的。"),
        )  # fmt: skip
        yield "origin", self.pick(
            (f"{x} is made in Iceland.", f"{x} comes from Mongolia.", f"{x} is a Swiss classic.", f"{x} was designed in Brazil.", f"{x} is handmade in a monastery."),
            (f"{x}是冰岛制造的。", f"{x}来自蒙古。", f"{x}是瑞士经典。", f"{x}在巴西设计。", f"{x}是修道院手工制作的。"),
        )  # fmt: skip
        yield "property", self.pick(
            (f"{x} is set in Venice.", f"{x} is based on a true story.", f"{x} contains no nuts.", f"{x} is safe for babies.", f"{x} cures headaches.", f"{x} is bulletproof.", f"{x} runs on solar power.", f"{x} has a secret compartment.", f"{x} is easy to assemble.", f"{x} is about a nun who robs banks.", f"{x} takes ten minutes to prepare.", f"{x} is scientifically proven.", f"{x} is suitable for diabetics.", f"With {x} you will lose weight."),
            (f"{x}的故事发生在威尼斯。", f"{x}根据真实事件改编。", f"{x}不含坚果。", f"{x}婴儿也能用。", f"{x}能治头痛。", f"{x}防弹。", f"{x}用太阳能。", f"{x}有暗格。", f"{x}安装很简单。", f"{x}讲的是修女抢银行。", f"{x}十分钟就能做好。", f"{x}经过科学证明。", f"{x}适合糖尿病人。", f"{x}能减肥。"),
        )  # fmt: skip
        yield "policy", self.pick(
            ("We are the largest shop in the country.", "Our staff tested all of these.", "Our prices are the lowest anywhere.", "Everything here is handmade.", "We donate a tenth to charity.", "This offer ends at midnight."),
            ("我们是全国最大的商店。", "这些我们店员都试过。", "我们的价格全网最低。", "这里的东西都是手工做的。", "我们会捐出十分之一。", "活动今晚截止。"),
        )  # fmt: skip
        yield "other language", (
            f"{self.shown[0]['title']} would be a great choice for a long quiet evening at home." if self.zh
            else f"{self.shown[0]['title']}非常值得拥有，性价比很高。"
        )  # fmt: skip

    def stranger(self, good: Good, field: str) -> str | None:
        """A value of the field that some other item has, and of which this one says nothing."""
        donors = [self.value(g, field) for g in (*self.shown, *self.others) if g.get(field)]
        donors = [one for one in donors if not _mentions(good, one) and len(one) < 60]
        return self.rng.choice(donors) if donors else None


def _number(good: Good, field: str) -> float | None:
    value = good.get(field)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _mentions(good: Good, text: str) -> bool:
    """Whether an item says anything of a text or of one of its words."""
    told = str(good).lower()
    words = re.findall(r"[^\W\d_]{3,}|\d+|[\u4e00-\u9fff]{2}", text.lower()) or [text.lower()]
    return any(word in told for word in words)


def _overlap(a: Good, b: Good, field: str) -> bool:
    return _mentions(b, str(a[field])) or _mentions(a, str(b[field]))


def _most(comparative: str) -> str:
    """longer -> longest"""
    return (
        comparative.replace("more ", "most ")
        if comparative.startswith("more ")
        else re.sub("er$", "est", comparative)
    )
