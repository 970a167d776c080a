"""Answers about items: a question on an attribute, a comparison, a why. All from the item's own fields and
the turn's record.
"""

import re
from collections.abc import Sequence
from typing import Any

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.policy import Move
from palate.dialogue.sessions import Sessions
from palate.dialogue.state import State
from palate.ranking.wording import attribute_label, is_chinese, join, quoted, value_text
from palate.values import Evidence, ReplyPart, Understanding

NOT_TOLD = {"currency", "language", "available", "image_url", "url", "title"}
COMPARED = 4
"""How many differences a comparison names; the cards show the rest."""


def answer(
    move: Move,
    said: Understanding,
    text: str,
    codes: Sequence[int],
    before: State,
    catalogue: Catalogue,
    sessions: Sessions,
) -> tuple[ReplyPart, ...]:
    """The sentences that answer, each with its evidence; none where the move needs no facts or no item was
    meant. ``codes``: the items that it is about (``spoken_of``).
    """
    language = said.language
    if move == "answer":
        return tuple(_inquire(catalogue, code, text, language) for code in codes[:3])
    if move == "compare":
        return _compare(catalogue, codes, language)
    if move == "explain":
        return _explain(catalogue, codes, before, sessions, language)
    if move == "accept":
        return tuple(_accepted(catalogue, code, language) for code in codes[:1])
    return ()


def spoken_of(said: Understanding, before: State, catalogue: Catalogue) -> list[int]:
    """The items that an utterance is about: pointed at, named, else the one last spoken of, else the list."""
    ids = [before.last[position - 1] for position in said.references if 0 < position <= len(before.last)]
    ids += [mention.item_id for mention in said.mentions]
    if not ids:
        if said.act == "compare":
            ids = list(before.last[:2])
        elif before.focus:
            ids = [before.focus]
        else:
            ids = list(before.last[:1])
    return [code for item_id in dict.fromkeys(ids) if (code := catalogue.code(item_id)) is not None]


def _asked_attribute(catalogue: Catalogue, code: int, text: str) -> str | None:
    """The attribute that a question names, in either language; one that the item has wins over one it
    lacks.
    """
    lowered = text.casefold()
    fields = catalogue.item(code).fields
    found: list[tuple[bool, int, str]] = []
    for name in catalogue.attributes:
        if name in NOT_TOLD:
            continue
        for label in {
            attribute_label(catalogue, name, "en"),
            attribute_label(catalogue, name, "zh"),
            name.replace("_", " "),
        }:
            there = (
                label in lowered
                if not label.isascii()
                else re.search(rf"\b{re.escape(label.casefold())}s?\b", lowered)
            )
            if there:
                found.append((name in fields, len(label), name))
    asks = (
        ("price", r"how much|cost|price|多少钱|价钱|贵吗|几块"),
        ("weight_g", r"heavy|weigh|多重|重吗"),
        ("pages", r"how many pages|几页"),
    )
    found += [
        (name in fields, 3, name)
        for name, words in asks
        if name in catalogue.attributes and re.search(words, lowered)
    ]
    return max(found)[2] if found else None


def _inquire(catalogue: Catalogue, code: int, text: str, language: str) -> ReplyPart:
    chinese = is_chinese(language)
    title = quoted(catalogue.title(code, language), language)
    item_id = catalogue.item_id(code)
    name = _asked_attribute(catalogue, code, text)
    if name is None:
        return ReplyPart(
            _described(catalogue, code, language),
            (Evidence("item", item_id), Evidence("field", "description")),
        )
    value = catalogue.field(code, name, language)
    label = attribute_label(catalogue, name, language)
    if value is None:
        flag = catalogue.attributes[name].type == "bool"
        if chinese:
            told = f"目录里没有写{title}{'是否' if flag else '的'}{label}。"
        else:
            about = f"whether {title} is {label}" if flag else f"what the {label} of {title} is"
            told = f"The catalogue does not say {about}. "
        return ReplyPart(told, (Evidence("item", item_id),))
    if isinstance(value, bool):
        if chinese:
            told = f"{title}：{label}，{'是的' if value else '不是'}。"
        else:
            told = f"{'Yes' if value else 'No'}: {title} is {'' if value else 'not '}{label}. "
    else:
        shown = value_text(catalogue, name, value, language, _currency(catalogue, code))
        told = f"{title}的{label}：{shown}。" if chinese else f"{title}: {label} {shown}. "
    return ReplyPart(told, (Evidence("item", item_id), Evidence("field", name)))


def _described(catalogue: Catalogue, code: int, language: str) -> str:
    chinese = is_chinese(language)
    title = quoted(catalogue.title(code, language), language)
    description = catalogue.field(code, "description", language)
    if not description:
        return f"目录里没有{title}的介绍。" if chinese else f"The catalogue has no description of {title}. "
    text = " ".join(str(description)[:300].split())
    return f"{title}：{text}" if chinese else f"{title}: {text} "


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


def _explain(
    catalogue: Catalogue, codes: Sequence[int], before: State, sessions: Sessions, language: str
) -> tuple[ReplyPart, ...]:
    shown = {item["item_id"]: item for item in sessions.items_of(before.last_turn)}
    chinese = is_chinese(language)
    for code in codes:
        item = shown.get(catalogue.item_id(code))
        if item is None:
            continue
        title = quoted(catalogue.title(code, language), language)
        if not item["reasons"]:
            text = (
                f"{title}是按您的要求排在前面的，没有别的理由。"
                if chinese
                else f"{title} simply ranked high under your wishes. "
            )
            return (ReplyPart(text, (Evidence("item", item["item_id"]),)),)
        reasons = (
            "；".join(r["text"] for r in item["reasons"])
            if chinese
            else "; ".join(r["text"] for r in item["reasons"])
        )
        evidence = tuple(Evidence(e["kind"], e["id"]) for r in item["reasons"] for e in r["evidence"])
        return (
            ReplyPart(
                f"推荐{title}的理由：{reasons}。" if chinese else f"Why {title}: {reasons}. ", evidence
            ),
        )
    return ()


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
