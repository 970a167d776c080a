"""Answers about items: a question on an attribute, a comparison, a why. All from the item's own fields and
the turn's record.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.lookup_words import words_of
from palate.dialogue.explaining import picked, why_shown
from palate.dialogue.grounding.facts import without_orders
from palate.dialogue.grounding.vocabulary import Vocabulary
from palate.dialogue.policy import Move
from palate.dialogue.questions import Asked, asked_of
from palate.dialogue.sessions import Sessions
from palate.dialogue.state import State
from palate.ranking.wording import attribute_label, is_chinese, join, quoted, value_text
from palate.understanding.normalise import normalise
from palate.values import Evidence, ReplyPart, Understanding

NOT_TOLD = {"currency", "language", "available", "image_url", "url", "title"}
_CODE = re.compile(
    r"(?:.*_)?(?:ean|gtin|upc|isbn|sku|mpn|asin|barcode|model_?(?:id|number)?)(?:_.*)?|.*编码|条码|货号"
)
"""Attributes that tell one item from another and say nothing of it: no difference worth a word."""
_SENTENCE = re.compile(r"(?<=[.!?。！？;；\n])\s*")
_SIDES = re.compile(r"(?:product_)?(?:width|height|depth|length|diameter)(?:_[a-z]+)?|[长宽高]度?.*")
_ADJECTIVE = re.compile(
    r"(?:able|ible|proof|free|less|ed|ing|safe|ic|friendly|resistant|tight|vegan|ready|new|hot|wireless|y)$"
)
"""The end of a yes-or-no attribute's name that tells what a thing *is*; others it *has* (touchscreen)."""
_EXTREME = re.compile(r"\b(?:[a-z]{3,}est|most|least)\b|最", re.IGNORECASE)
ANSWERED = 3
"""How many items one answer speaks of."""
MOST_TOGETHER = 4
LONGEST_QUOTE, LONGEST_DESCRIPTION = 240, 300
_TAG = re.compile(r"<[^<>]{1,80}>")
COMPARED = 4
"""How many differences a comparison names; the cards show the rest."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``parts``: the sentences, each with its evidence; ``chosen``: the id of the item that they single out of
    several, so that "I'll take it" means that one.
    """

    parts: tuple[ReplyPart, ...] = ()
    chosen: str | None = None


def answer(
    move: Move,
    said: Understanding,
    text: str,
    codes: Sequence[int],
    before: State,
    catalogue: Catalogue,
    sessions: Sessions,
    vocabulary: Callable[[], Vocabulary],
) -> Answer:
    """The sentences that answer; none where the move needs no facts or no item was meant. ``codes``: the items that it
    is about (``spoken_of``).
    """
    language = said.language
    if move == "explain":
        return Answer(why_shown(catalogue, codes, before, sessions, language))
    if move == "accept":
        return Answer(tuple(_accepted(catalogue, code, language) for code in codes[:1]))
    if move not in ("answer", "compare"):
        return Answer()
    asked = asked_of(text, [mention.text for mention in said.mentions], vocabulary())
    named = len(said.references) + len(said.mentions)
    shown = [code for item_id in before.last if (code := catalogue.code(item_id)) is not None]
    if asked.pick and (part := picked(catalogue, codes if named > 1 else shown, before, sessions, language)):
        return Answer((part,), part.evidence[0].id)
    # which of them is lighter: of those named, else of all that are on the screen
    extreme = bool(_EXTREME.search(text))  # which may itself have been read as pointing at one
    if asked.which and shown and (named < 2 if extreme or move == "compare" else named == 0):
        codes = shown
    if asked.most and named < 2:
        return Answer((_untold(asked.most, language),))
    if move == "compare" and not (asked.which and codes):
        return Answer(_compare(catalogue, codes, language))
    return _inquire(catalogue, codes, asked, language)


def spoken_of(said: Understanding, before: State, catalogue: Catalogue) -> list[int]:
    """The items that an utterance is about: pointed at, named, else the one last spoken of, else the list."""
    ids = [before.last[position - 1] for position in said.references if 0 < position <= len(before.last)]
    ids += [mention.item_id for mention in said.mentions]
    if not ids:
        if said.act == "compare":
            ids = list(before.last[:2])
        elif before.focus:
            ids = [before.focus]
        elif said.act == "inquire":  # of the first ones, since nothing says which
            ids = list(before.last[:ANSWERED])
        elif len(before.last) == 1:
            ids = list(before.last)
    return [code for item_id in dict.fromkeys(ids) if (code := catalogue.code(item_id)) is not None]


def only_so_many(count: int, language: str) -> ReplyPart:
    """The answer where a place is spoken of that the list does not have."""
    if is_chinese(language):
        return ReplyPart(f"这里只有{count}个，您说的是第几个？")
    return ReplyPart(
        f"There {'is only one' if count == 1 else f'are only {count}'} here. Which one do you mean? "
    )


def _untold(most: str, language: str) -> ReplyPart:
    """The answer where the catalogue does not tell which of several is the most of something."""
    if is_chinese(language):
        return ReplyPart(f"哪个{most}，从目录里看不出来。")
    return ReplyPart(
        f"The catalogue does not tell which {'has the' if most.startswith('best ') else 'is'} {most}. "
    )


def _inquire(catalogue: Catalogue, codes: Sequence[int], asked: Asked, language: str) -> Answer:
    if asked.which and len(codes) > 1 and (found := _most(catalogue, codes, asked, language)):
        return found
    told = [_told(catalogue, code, asked, language) for code in codes[:ANSWERED]]
    return Answer(_of_one_voice(told, catalogue, codes[:ANSWERED], language))


def _of_one_voice(
    told: Sequence[ReplyPart], catalogue: Catalogue, codes: Sequence[int], language: str
) -> tuple[ReplyPart, ...]:
    """The sentences; one in their place where the catalogue is silent on each item in the same way."""
    if any(one.kind != "item" for part in told for one in part.evidence):
        return tuple(told)
    titles = [quoted(catalogue.title(code, language), language) for code in codes]
    frames = {part.text.replace(title, "{}") for part, title in zip(told, titles, strict=True)}
    if len(told) < 2 or len(frames) > 1 or "{}" not in (frame := frames.pop()):
        return tuple(told)
    every = "、".join(titles) if is_chinese(language) else join(titles, language, "and")
    evidence = tuple(dict.fromkeys(one for part in told for one in part.evidence))
    return (ReplyPart(frame.replace("{}", every), evidence),)


def _most(catalogue: Catalogue, codes: Sequence[int], asked: Asked, language: str) -> Answer | None:
    """Which of the items has the most, or the least; None where not two of them have the attribute."""
    for name, direction in asked.which:
        known = [
            (value, code)
            for code in codes
            if isinstance(value := catalogue.field(code, name, language), int | float)
            and not isinstance(value, bool)
        ]
        if len(known) < 2:
            continue
        best = (min if direction == "lower" else max)(value for value, _ in known)
        winners = [code for value, code in known if value == best]
        titles = join(
            (quoted(catalogue.title(code, language), language) for code in winners), language, "and"
        )
        label = attribute_label(catalogue, name, language)
        values = [
            f"{quoted(catalogue.title(code, language), language)}{'：' if is_chinese(language) else ' '}"
            f"{value_text(catalogue, name, value, language, _currency(catalogue, code))}"
            for value, code in known
        ]
        silent = len(codes) - len(known)
        if is_chinese(language):
            rest = f"，另有{silent}个目录里没有写" if silent else ""
            text = f"是{titles}。{label}：{'，'.join(values)}{rest}。"
        else:
            rest = f"; of {silent} the catalogue does not say it" if silent else ""
            text = f"That is {titles}. {label[:1].upper()}{label[1:]}: {', '.join(values)}{rest}. "
        evidence = (
            *(Evidence("item", catalogue.item_id(code)) for _, code in known),
            Evidence("field", name),
        )
        chosen = catalogue.item_id(winners[0]) if len(winners) == 1 else None
        return Answer((ReplyPart(text, evidence),), chosen)
    return None


def _told(catalogue: Catalogue, code: int, asked: Asked, language: str) -> ReplyPart:
    """The answer on one item: its value, its own words, or that the catalogue does not say."""
    item = Evidence("item", catalogue.item_id(code))
    wanted = asked.attributes or tuple(name for name, _ in asked.which)
    if asked.values:
        if part := _has(catalogue, code, asked, language):
            return part
    else:
        held = [
            name
            for name in wanted
            if catalogue.field(code, name, language) is not None and name not in NOT_TOLD
        ]
        if held:
            told = [
                _value(catalogue, code, name, language) for name in (held if _alike_names(held) else held[:1])
            ]
            return ReplyPart("".join(told), (item, *(Evidence("field", name) for name in held[: len(told)])))
    if asked.words and (sentence := _says(catalogue, code, asked.words, language)):
        title = quoted(catalogue.title(code, language), language)
        text = (
            f"{title}的介绍里写着：“{sentence}”"
            if is_chinese(language)
            else f"The catalogue says of {title}: “{sentence}” "
        )
        return ReplyPart(text, (item, Evidence("field", "description")))
    if asked.more:
        return ReplyPart(_described(catalogue, code, language), (item, Evidence("field", "description")))
    return ReplyPart(_unknown(catalogue, code, asked, wanted, language), (item,))


def _has(catalogue: Catalogue, code: int, asked: Asked, language: str) -> ReplyPart | None:
    """Whether the item has one of the values; None where the catalogue is silent on their attributes."""
    item, title = Evidence("item", catalogue.item_id(code)), quoted(catalogue.title(code, language), language)
    known = {
        name: value for name, _ in asked.values if (value := catalogue.field(code, name, "")) is not None
    }
    for name, value in asked.values:
        held = known.get(name)
        if isinstance(held, bool):
            return ReplyPart(_value(catalogue, code, name, language), (item, Evidence("field", name)))
        if held is not None and any(str(value).casefold() == str(one).casefold() for one in _each(held)):
            yes = "是的，" if is_chinese(language) else "Yes. "
            return ReplyPart(yes + _value(catalogue, code, name, language), (item, Evidence("field", name)))
    if asked.words and (sentence := _says(catalogue, code, asked.words, language)):
        text = (
            f"{title}的介绍里写着：“{sentence}”"
            if is_chinese(language)
            else f"The catalogue says of {title}: “{sentence}” "
        )
        return ReplyPart(text, (item, Evidence("field", "description")))
    for name in known:
        if name not in NOT_TOLD:
            value = _value(catalogue, code, name, language)
            no = (
                f"目录里没有写“{asked.words}”。"
                if is_chinese(language)
                else f"The catalogue does not list “{asked.words}”. "
            )
            return ReplyPart(no + value, (item, Evidence("field", name)))
    return None


def _value(catalogue: Catalogue, code: int, name: str, language: str) -> str:
    """One attribute of an item in a sentence."""
    title, label = (
        quoted(catalogue.title(code, language), language),
        attribute_label(catalogue, name, language),
    )
    value = catalogue.field(code, name, language)
    if isinstance(value, bool):
        if is_chinese(language):
            return f"{title}：{label}，{'是的' if value else '不是'}。"
        verb = "is" if _ADJECTIVE.search(label) else "has" if value else "does"
        how = ("" if value else "not ") if verb == "is" else "" if value else "not have "
        return f"{'Yes' if value else 'No'}: {title} {verb} {how}{label}. "
    shown = value_text(catalogue, name, value, language, _currency(catalogue, code))
    return f"{title}的{label}：{shown}。" if is_chinese(language) else f"{title}: {label} {shown}. "


def _unknown(catalogue: Catalogue, code: int, asked: Asked, wanted: Sequence[str], language: str) -> str:
    title = quoted(catalogue.title(code, language), language)
    wanted = sorted(
        wanted, key=lambda name: catalogue.attributes[name].type == "bool"
    )  # a colour before "has colour"
    flag = bool(wanted) and catalogue.attributes[wanted[0]].type == "bool"
    if wanted and not asked.values:
        label = attribute_label(catalogue, wanted[0], language)
        if is_chinese(language):
            return f"目录里没有写{title}{'是否' if flag else '的'}{label}。"
        verb = "is" if _ADJECTIVE.search(label) else "has"
        about = f"whether {title} {verb} {label}" if flag else f"what the {label} of {title} is"
        return f"The catalogue does not say {about}. "
    if asked.words:
        if is_chinese(language):
            return f"关于“{asked.words}”，目录里没有写{title}的情况，我不清楚。"
        return f"The catalogue says nothing of {title} about “{asked.words}”, so I do not know. "
    return (
        f"这一点目录里没有写{title}的情况，我不清楚。"
        if is_chinese(language)
        else f"The catalogue does not say that of {title}. "
    )


def _says(catalogue: Catalogue, code: int, words: str, language: str) -> str:
    """The sentence of an item's description that has all the words asked about; empty where none does."""
    description = catalogue.field(code, "description", language)
    text = without_orders(_TAG.sub(" ", str(description))) if description else ""
    folds = [fold for fold in words_of(normalise(words).plain).folds if len(fold) > 1 or not fold.isascii()]
    for sentence in _SENTENCE.split(text):
        there = set(words_of(normalise(sentence).plain).folds)
        if folds and all(
            fold in there or (len(fold) > 3 and any(t.startswith(fold) for t in there)) for fold in folds
        ):
            return " ".join(sentence.split())[:LONGEST_QUOTE].replace("“", "‘").replace("”", "’")
    return ""


def _alike_names(names: Sequence[str]) -> bool:
    """Whether attributes answer one question together: width, height and depth."""
    return 1 < len(names) <= MOST_TOGETHER and all(_SIDES.fullmatch(name) for name in names)


def _each(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _described(catalogue: Catalogue, code: int, language: str) -> str:
    chinese = is_chinese(language)
    title = quoted(catalogue.title(code, language), language)
    description = catalogue.field(code, "description", language)
    if not description:
        return f"目录里没有{title}的介绍。" if chinese else f"The catalogue has no description of {title}. "
    text = _shortened(
        " ".join(_TAG.sub(" ", str(description)[: 4 * LONGEST_DESCRIPTION]).split()), LONGEST_DESCRIPTION
    )
    return f"{title}：{text}" if chinese else f"{title}: {text} "


def _shortened(text: str, most: int) -> str:
    """A text of at most ``most`` characters, whole sentences where one fits, else whole words and an ellipsis."""
    if len(text) <= most:
        return text
    whole = re.match(r".*[.!?。！？](?=\s|$|[\u4e00-\u9fff])", text[:most])
    if whole and len(whole.group()) > most // 3:
        return whole.group()
    words = re.match(r".*(?=\s)", text[:most])
    return f"{(words.group() if words and len(words.group()) > most // 2 else text[: most - 1]).rstrip()}…"


def _compare(catalogue: Catalogue, codes: Sequence[int], language: str) -> tuple[ReplyPart, ...]:
    if len(codes) < 2:
        return ()
    chinese = is_chinese(language)
    codes = codes[:3]
    names = [quoted(catalogue.title(code, language), language) for code in codes]
    parts = [
        ReplyPart(
            f"{join(names, language, 'and')}相比："
            if chinese
            else f"{join(names, language, 'and')} side by side: ",
            tuple(Evidence("item", catalogue.item_id(code)) for code in codes),
        )
    ]
    told = 0
    for name in catalogue.attributes:
        values = [catalogue.field(code, name, language) for code in codes]
        if (
            name in NOT_TOLD | {"description", "created_at"}
            or _CODE.fullmatch(name.casefold())
            or any(value is None for value in values)
            or _alike(values)
        ):
            continue
        label = attribute_label(catalogue, name, language)
        shown = [
            value_text(catalogue, name, value, language, _currency(catalogue, code))
            for value, code in zip(values, codes, strict=True)
        ]
        line = f"{label}：{' 对 '.join(shown)}；" if chinese else f"{label} {' against '.join(shown)}; "
        parts.append(ReplyPart(line, (Evidence("field", name),)))
        told += 1
        if told == COMPARED:
            break
    if told == 0:
        parts.append(ReplyPart("目录里看不出差别。" if chinese else "the catalogue shows no difference. "))
    else:
        last = parts[-1]
        parts[-1] = ReplyPart(last.text.rstrip("；; ") + ("。" if chinese else ". "), last.evidence)
    return tuple(parts)


def _alike(values: Sequence[Any]) -> bool:
    return all(value == values[0] for value in values[1:])


def _accepted(catalogue: Catalogue, code: int, language: str) -> ReplyPart:
    title = quoted(catalogue.title(code, language), language)
    price = catalogue.field(code, "price", language)
    cost = (
        value_text(catalogue, "price", price, language, _currency(catalogue, code))
        if price is not None
        else ""
    )
    evidence = (Evidence("item", catalogue.item_id(code)), *((Evidence("field", "price"),) if cost else ()))
    if is_chinese(language):
        return ReplyPart(f"好的，{title}{f'，{cost}' if cost else ''}。", evidence)
    return ReplyPart(f"{title} it is{f', at {cost}' if cost else ''}. ", evidence)


def _currency(catalogue: Catalogue, code: int) -> str | None:
    currency = catalogue.item(code).fields.get("currency")
    return str(currency) if currency else None
