"""The reply: sentences from templates, in the person's language, saying only what the brief holds.

Each sentence comes with its evidence. Wordings vary by turn, so that a conversation does not sound like a
form.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.brief import Brief
from palate.dialogue.matters import Matter, matter_of
from palate.dialogue.policy import Move
from palate.dialogue.standing import bearing_share
from palate.ranking.features import WISH
from palate.ranking.wording import is_chinese, join, money, quoted, wish_text
from palate.understanding.normalise import normalise
from palate.values import (
    Constraint,
    Evidence,
    Purpose,
    Reason,
    RecommendedItem,
    ReplyPart,
    Wish,
)

_OF_WORDS = ("lexical", "dense", "proposals", WISH)
"""The features whose reasons say that an item goes with the person's own words."""
TOLD = 3
"""How many items the text names; the list shows all."""


def write(brief: Brief, catalogue: Catalogue) -> tuple[ReplyPart, ...]:
    """The sentences of the reply, in order; joined, they are the reply."""
    writer = _Writer(brief, catalogue)
    if brief.move == "recommend":
        return tuple(writer.recommendation())
    return tuple(writer.word())


def beside(brief: Brief, catalogue: Catalogue, item_ids: Sequence[str]) -> ReplyPart:
    """The sentence that names things of the list which no other sentence has named."""
    return replace(
        _Writer(brief, catalogue).naming(item_ids, "Also on the list: {}. ", "这里还有{}。")[0],
        purpose="item",
    )


class _Writer:
    def __init__(self, brief: Brief, catalogue: Catalogue) -> None:
        self.brief = brief
        self.catalogue = catalogue
        self.language = brief.said.language
        self.chinese = is_chinese(self.language)
        self.seed = zlib.crc32(brief.turn_id.encode())

    def pick(self, english: Sequence[str], chinese: Sequence[str]) -> str:
        wordings = chinese if self.chinese else english
        return wordings[self.seed % len(wordings)]

    def title(self, item_id: str) -> str:
        code = self.catalogue.code(item_id)
        return quoted(item_id if code is None else self.catalogue.title(code, self.language), self.language)

    def wishes(self, wishes: Sequence[Wish]) -> str:
        texts = [wish_text(self.catalogue, wish.constraint, self.language) for wish in wishes]
        return "、".join(texts) if self.chinese else join(texts, self.language, "and")

    # --- a list ---------------------------------------------------------------------------------------

    def recommendation(self) -> list[ReplyPart]:
        parts = [*_for("heard", self.heard()), *self.opening(), *_for("item", self.told())]
        if self.brief.question and self.brief.items:
            parts.append(ReplyPart(self.brief.question.text, purpose="question"))
        return [*parts, *_for("question", self.wider())]

    def heard(self) -> list[ReplyPart]:
        """What changed: tastes told in words, items ruled out by a click, a list turned down."""
        before, now = self.brief.before.tastes, self.brief.state.tastes
        new = [item_id for item_id, taste in now.items() if before.get(item_id) != taste]
        parts = [
            *self.naming([i for i in new if now[i] > 0], "Noted that you like {}. ", "记下了，您喜欢{}。"),
            *self.naming([i for i in new if now[i] < 0], "{} will not come again. ", "不会再推荐{}。"),
            *self.for_good(),
            *self.turned_down(),
            *self.naming(self.brief.dropped, "I have taken out {}. ", "已经去掉了{}。"),
            *self.brief.noted,
        ]
        if self.brief.said.act == "reject" and not parts:
            parts.append(
                ReplyPart(
                    self.pick(
                        ("All right, others then. ", "Let us look elsewhere. "),
                        ("好的，换一批。", "那就看看别的。"),
                    )
                )
            )
        return parts

    def for_good(self) -> list[ReplyPart]:
        """Long-standing wishes: what is kept from now on, and what no longer is."""
        settled = self.brief.settled
        parts: list[ReplyPart] = []
        if settled.dropped or settled.dropped_words:
            gone = self.unwanted(settled.dropped, settled.dropped_words)
            parts.append(
                ReplyPart(
                    f"好的，不再记着：{gone}。" if self.chinese else f"I no longer hold to this: {gone}. "
                )
            )
        elif settled.forgetting:
            parts.append(
                ReplyPart(
                    "本来就没有记着这样的话。" if self.chinese else "I had nothing of that kind in mind. "
                )
            )
        if settled.kept or settled.kept_words:
            kept = self.unwanted(settled.kept, settled.kept_words)
            if settled.for_good:
                text = (
                    f"记住了，以后也一样：{kept}。（不想留着就说“不用记住”。）"
                    if self.chinese
                    else f"I will remember it for later conversations too: {kept}. (“Forget that” takes it back.) "
                )
            else:
                text = f"这次聊天里一直记着：{kept}。" if self.chinese else f"As long as we talk: {kept}. "
            evidence = tuple(
                Evidence("wish", wish.wish_id)
                for wish in self.brief.state.standing
                if wish.wish_id.startswith(f"{self.brief.turn_id}/")
            )
            parts.append(ReplyPart(text, evidence))
        return parts

    def turned_down(self) -> list[ReplyPart]:
        """Words that weigh against what bears them, told once, and which items of the list bear them all the same."""
        new = [word for word in self.brief.state.unwanted if word not in self.brief.before.unwanted]
        if not new:
            return []
        words = join([f"“{word}”" for word in new], self.language, "or")
        codes = self.catalogue.codes([item.item_id for item in self.brief.items])
        share = bearing_share(new, self.catalogue, codes)
        bearers = [item for item, borne in zip(self.brief.items, share.tolist(), strict=True) if borne]
        evidence = tuple(Evidence("item", item.item_id) for item in bearers)
        if self.chinese:
            text = f"带{words}的往后排了" + (f"，不过这里还有{len(bearers)}个提到。" if bearers else "。")
            return [ReplyPart(text, evidence)]
        text = f"What mentions {words} goes last"
        if bearers:
            text += f"; {len(bearers)} of these still {'do' if len(bearers) > 1 else 'does'}"
        return [ReplyPart(f"{text}. ", evidence)]

    def unwanted(self, wishes: Sequence[Constraint], words: Sequence[str]) -> str:
        # an allergy to almonds is one to the word and to the flavour: told once
        others = [
            wish
            for wish in wishes
            if not any(
                str(value) in word or word in str(value) for value in _listed(wish.value) for word in words
            )
        ]
        texts = [wish_text(self.catalogue, wish, self.language) for wish in others]
        texts += [f"不要带“{word}”的" if self.chinese else f"nothing with “{word}”" for word in words]
        return "、".join(texts) if self.chinese else join(texts, self.language, "and")

    def naming(self, item_ids: Sequence[str], english: str, chinese: str) -> list[ReplyPart]:
        if not item_ids:
            return []
        names = join((self.title(item_id) for item_id in item_ids), self.language, "and")
        text = (chinese if self.chinese else english).format(names)
        return [ReplyPart(text, tuple(Evidence("item", item_id) for item_id in item_ids))]

    def opening(self) -> list[ReplyPart]:
        items, relaxed = self.brief.items, self.brief.relaxed
        held = [wish for wish in self.brief.state.musts if wish not in relaxed]
        evidence = tuple(Evidence("wish", wish.wish_id) for wish in (*held, *relaxed))
        if not items:
            return [ReplyPart(self.nothing(held), evidence, "caveat")]
        if news := [
            wish for wish in relaxed if wish.wish_id not in self.brief.before.conceded
        ]:  # each told once
            given_up, more = self.wishes(news), self.more()
            text = (
                f"没有{more}同时符合“{given_up}”的了；去掉这一条，有这些："
                if self.chinese
                else f"Nothing {more}here meets “{given_up}” as well; without it there are these: "
            )
            return [ReplyPart(text, evidence, "caveat")]
        n = len(items)
        if held:
            wishes = self.wishes(held)
            text = self.pick(
                (
                    f"Here {f'are {n} that fit' if n > 1 else 'is one that fits'}: {wishes}. ",
                    f"I found {n if n > 1 else 'one'} for you: {wishes}. ",
                ),
                (f"按您的要求（{wishes}），找到{n}个：", f"{wishes}，这{n}个合适："),
            )
        elif self.brief.state.query:
            query = self.brief.state.query
            if not any(reason.feature in _OF_WORDS for item in items for reason in item.reasons):
                text = (
                    f"没找到和“{query}”对得上的，先看看这些："
                    if self.chinese
                    else f"I found nothing that speaks of “{query}”; here is what else there is: "
                )
                return [*_for("caveat", [*self.unmet(), *self.unsaid()]), ReplyPart(text, evidence, "caveat")]
            text = self.pick(
                (f"For “{query}” these come closest: ", f"These go best with “{query}”: "),
                (f"说到“{query}”，这些最接近：", f"和“{query}”最相配的有："),
            )
        else:
            text = self.pick(
                ("These may suit you: ", "You may like these: "), ("这些可能适合您：", "您也许会喜欢：")
            )
        return [*_for("caveat", [*self.unmet(), *self.unsaid()]), ReplyPart(text, evidence, "opening")]

    def unsaid(self) -> list[ReplyPart]:
        """What was asked for and cannot be checked, because the catalogue is silent on it."""
        if not self.brief.unread:
            return []
        bounds = join(self.brief.unread, self.language, "and")
        if self.chinese:
            return [ReplyPart(f"目录里没有能判断“{bounds}”的信息。")]
        return [ReplyPart(f"The catalogue does not tell what “{bounds}” asks for. ")]

    def unmet(self) -> list[ReplyPart]:
        """Soft wishes that no item of the list meets, each told once."""
        missed = [wish for wish in self.brief.unmet if wish.wish_id not in self.brief.before.conceded]
        if not missed:
            return []
        wishes = self.wishes(missed)
        text = f"没找到{wishes}的。" if self.chinese else f"What I could not find: {wishes}. "
        return [ReplyPart(text, tuple(Evidence("wish", wish.wish_id) for wish in missed))]

    def wider(self) -> list[ReplyPart]:
        """How a short list could be longer."""
        if (wider := self.brief.wider) is None:
            return []
        wish = self.wishes([wider.wish])
        text = (
            f"要是不限“{wish}”，还有{wider.more}个。"
            if self.chinese
            else f"Without “{wish}” there {'are' if wider.more > 1 else 'is'} {wider.more} more. "
        )
        return [ReplyPart(text, (Evidence("wish", wider.wish.wish_id),))]

    def nothing(self, held: Sequence[Wish]) -> str:
        if held:
            wishes = self.wishes(held)
            return (
                f"目前没有{self.more()}符合“{wishes}”的了。"
                if self.chinese
                else f"Nothing {self.more()}here meets: {wishes}. "
            )
        return "没有更多可以推荐的了。" if self.chinese else "There is nothing more to recommend. "

    def more(self) -> str:
        """The word for "more" where some were shown before, which a new list leaves out."""
        if not self.brief.before.last:
            return ""
        return "更多" if self.chinese else "more "

    def told(self) -> list[ReplyPart]:
        """The first items with price and reason; neighbours with one and the same reason share a sentence."""

        def text(item: RecommendedItem) -> str:
            return reason.text if (reason := self.reason(item)) else ""

        groups = [list(items) for _, items in groupby(self.brief.items[:TOLD], key=text)]
        return [self.sentence(items, self.reason(items[0])) for items in groups]

    def reason(self, item: RecommendedItem) -> Reason | None:
        """The reason worth a word: wishes met by every item are in the opening already."""
        return next((reason for reason in item.reasons if reason.feature != "mask"), None)

    def sentence(self, items: Sequence[RecommendedItem], reason: Reason | None) -> ReplyPart:
        names = join(map(self.name_and_price, items), self.language, "and")
        evidence = [Evidence("item", item.item_id) for item in items]
        if reason is None:
            return ReplyPart(f"{names}。" if self.chinese else f"{names}. ", tuple(evidence))
        if self.chinese:
            told = reason.text if len(items) == 1 else _of_all(reason.text)
            text = f"{names}，{told}。"
        else:
            text = (
                f"{names}: {'all ' if len(items) > 2 else 'both ' if len(items) > 1 else ''}{reason.text}. "
            )
        return ReplyPart(text, (*evidence, *reason.evidence))

    def name_and_price(self, item: RecommendedItem) -> str:
        price, currency = item.attributes.get("price"), str(item.attributes.get("currency") or "")
        title = quoted(item.title, self.language)
        if not isinstance(price, int | float):
            return title
        cost = money(float(price), currency)
        return f"{title}（{cost}）" if self.chinese else f"{title} ({cost})"

    # --- a word ---------------------------------------------------------------------------------------

    def word(self) -> list[ReplyPart]:
        if self.brief.noted:  # a command is answered by what was done, in no other words
            return _for("heard", self.brief.noted)
        if self.brief.answered:
            parts = list(_for("answer", self.brief.answered))
            if self.brief.move == "accept" and self.brief.subjects:
                parts.append(
                    ReplyPart(
                        self.pick(("Anything else?", "Enjoy it!"), ("还需要别的吗？", "祝您用得开心！")),
                        purpose="word",
                    )
                )
            return parts
        matter = matter_of(normalise(self.brief.text).plain) if self.brief.move == "help" else None
        english, chinese = _MATTERS.get(matter) or _WORDS[self.brief.move]
        return [ReplyPart(self.pick(english, chinese), purpose="word")]


def _of_all(reason: str) -> str:
    """A Chinese reason, said of several items: 都很受欢迎, 介绍里都提到."""
    said = reason.replace("介绍里提到", "介绍里都提到", 1)
    return said if said != reason else f"都{reason}"


def _for(purpose: Purpose, parts: Iterable[ReplyPart]) -> list[ReplyPart]:
    return [replace(part, purpose=purpose) for part in parts]


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else [value]


_MATTERS: dict[Matter | None, tuple[Sequence[str], Sequence[str]]] = {
    "self": (
        (
            "I am a program that finds things in this catalogue, not a person: say what you would like, for whom, "
            "or what it may cost.",
        ),
        ("我是帮您在这里找东西的程序，不是真人：说说想要什么、送给谁、预算多少都可以。",),
    ),
    "affairs": (
        (
            "I only know what is in the catalogue, so I cannot tell; the shop itself can. Is there something that I "
            "can find for you?",
        ),
        ("我只知道目录里有的东西，这件事说不准，得问店里。想找点什么，我可以帮忙。",),
    ),
}
_WHICH = (("Which one do you mean? Say its number or its name.",), ("您说的是哪一个？说序号或名字都可以。",))
_WORDS: dict[Move, tuple[Sequence[str], Sequence[str]]] = {
    "answer": _WHICH,
    "compare": (
        ("Which two shall I compare? Say their numbers or names.",),
        ("要比较哪两个？说序号或名字都可以。",),
    ),
    "explain": _WHICH,
    "accept": (
        ("Gladly. Which one is it? Say its number or its name.",),
        ("好的，是哪一个？说序号或名字都可以。",),
    ),
    "greet": (
        ("Hello! What are you looking for?", "Hi! Tell me what you would like, in your own words."),
        ("您好！想找点什么？", "你好！用自己的话说说想要什么吧。"),
    ),
    "thank": (("You are welcome!", "My pleasure."), ("不客气！", "很高兴能帮到您。")),
    "start_over": (("A fresh start. What are you looking for?",), ("好的，重新开始。您想找什么？",)),
    "help": (
        ("I can help you find things here: say what you would like, for whom, or what it may cost.",),
        ("我可以帮您在这里找东西：说说想要什么、送给谁、预算多少都可以。",),
    ),
}
