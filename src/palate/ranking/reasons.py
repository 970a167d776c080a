"""Reasons: what an item's score is made of, in words, each with the evidence it rests on.

A reason is never invented: it restates a contribution of the ranker, a wish that the item passed as a mask, or
that the item is a try.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.text import tokens
from palate.ranking.features import KNOWN, REPEATED, RERANK, UNWANTED, WISH
from palate.ranking.slate import Slate
from palate.ranking.wording import is_chinese, join, quoted, wish_text
from palate.recommenders.base import Context, Explains, Recommender
from palate.values import Evidence, Reason, Wish

MOST = 3
"""How many reasons an item shows."""

TRIED = "exploration"
"""The feature that a reason names where an item is shown to learn from it."""

_TASTE = {
    "like": ("you liked {}", "您喜欢{}"),
    "purchase": ("you bought {}", "您买过{}"),
    "favorite": ("you saved {}", "您收藏了{}"),
    "add_to_cart": ("you put {} in your cart", "您把{}加入了购物车"),
    "rating": ("you rated {} well", "您给{}打了高分"),
    "share": ("you shared {}", "您分享了{}"),
    "said": ("you spoke of {}", "您提到了{}"),
}
_LOOKED = ("you looked at {}", "您看过{}")


@dataclass(frozen=True, slots=True)
class Taste:
    """Why an item is in the person's profile: ``kind`` an event type, or "said"; and the proof."""

    kind: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that reasons may rest on, beside the slate.

    ``taste(code)`` tells why an item of the context is in it; ``musts`` and ``preferences`` are wishes with
    their ids.
    """

    catalogue: Catalogue
    recommenders: Mapping[str, Recommender]
    context: Context
    taste: Callable[[int], Taste]
    musts: Sequence[Wish]
    preferences: Sequence[Wish]
    language: str


def explain(slate: Slate, row: int, grounds: Grounds, most: int = MOST) -> tuple[Reason, ...]:
    """The reasons for the item in ``row``: wishes it passed first, then the features that gave it most."""
    wishes = [
        Reason(_as_asked(grounds, must), "mask", 0.0, (Evidence("wish", must.wish_id),))
        for must in grounds.musts
        if must.constraint.op not in ("lower", "higher")
    ]
    # one place is kept for what the score rests on, however many wishes there are
    wishes = wishes[: most - 1]
    weighed: list[Reason] = []
    for column in np.argsort(-slate.contributions[row], kind="stable"):
        contribution = float(slate.contributions[row, column])
        if contribution <= 0 or len(wishes) + len(weighed) == most:
            break
        reason = _of_feature(slate, row, int(column), contribution, grounds)
        if reason is not None and reason.text not in {known.text for known in weighed}:
            weighed.append(reason)
    if slate.tried[row] and not weighed and not wishes:
        text = (
            "想看看您喜不喜欢这样的"
            if is_chinese(grounds.language)
            else "to learn whether you like such things"
        )
        return (Reason(text, TRIED, 0.0, (Evidence("model", TRIED),)),)
    return (*wishes, *weighed)


def _as_asked(grounds: Grounds, wish: Wish) -> str:
    text = wish_text(grounds.catalogue, wish.constraint, grounds.language)
    return f"{text}，符合您的要求" if is_chinese(grounds.language) else f"{text}, as you asked"


def _of_feature(slate: Slate, row: int, column: int, contribution: float, grounds: Grounds) -> Reason | None:
    name = slate.names[column]
    chinese = is_chinese(grounds.language)
    if name in (REPEATED, KNOWN, UNWANTED, RERANK):
        return None
    if name == WISH:
        return _of_wishes(slate, row, contribution, grounds)
    code = int(slate.codes[row])
    if name == "lexical":
        words = _shared_words(grounds, code)
        if not words:
            return None
        text = "、".join(words) if chinese else ", ".join(words)
        return Reason(
            f"介绍里提到“{text}”" if chinese else f"with “{text}” in the text",
            name,
            contribution,
            (Evidence("item", grounds.catalogue.item_id(code)),),
        )
    if name == "dense":
        query = " ".join(dict.fromkeys(grounds.context.query.split()))
        text = f"和“{query}”意思相近" if chinese else f"close in meaning to “{query}”"
        return Reason(text, name, contribution, (Evidence("model", name),))
    if name == "popularity":
        if slate.features[row, column] < 0.5:  # half as popular as the most popular one is not worth a word
            return None
        return Reason(
            "很受欢迎" if chinese else "popular with others", name, contribution, (Evidence("model", name),)
        )
    return _of_taste(name, code, contribution, grounds)


def _of_wishes(slate: Slate, row: int, contribution: float, grounds: Grounds) -> Reason | None:
    met = [wish for wish, share in zip(grounds.preferences, slate.met[row], strict=True) if share > 0]
    if not met:
        return None
    words = join(
        (wish_text(grounds.catalogue, wish.constraint, grounds.language) for wish in met),
        grounds.language,
        "and",
    )
    text = f"合您的心意：{words}" if is_chinese(grounds.language) else f"{words}, as you would like"
    return Reason(text, WISH, contribution, tuple(Evidence("wish", wish.wish_id) for wish in met))


def _of_taste(name: str, code: int, contribution: float, grounds: Grounds) -> Reason | None:
    recommender = grounds.recommenders.get(name)
    if not isinstance(recommender, Explains) or len(grounds.context.items) == 0:
        return None
    # being unlike a disliked item can raise a score, but it is no reason that a person would accept
    parts = np.where(grounds.context.weights > 0, recommender.evidence(grounds.context, code), 0)
    strongest = int(np.argmax(parts))
    if parts[strongest] <= 0:
        return None
    source = int(grounds.context.items[strongest])
    taste = grounds.taste(source)
    chinese = is_chinese(grounds.language)
    english_text, chinese_text = _TASTE.get(taste.kind, _LOOKED)
    title = quoted(grounds.catalogue.title(source, grounds.language), grounds.language)
    if name in ("content", "text_knn"):
        text = f"因为{chinese_text.format(title)}" if chinese else f"because {english_text.format(title)}"
    elif chinese:
        text = f"因为{chinese_text.format(title)}，选它的人也常选这个"
    else:
        text = f"people who chose {title} often choose this too, and {english_text.format('it')}"
    return Reason(
        text, name, contribution, (taste.evidence, Evidence("item", grounds.catalogue.item_id(source)))
    )


def _shared_words(grounds: Grounds, code: int) -> list[str]:
    """The words of the query that stand in the item's own text, as the query has them."""
    item = grounds.catalogue.item(code)
    text = " ".join([item.title, *(str(value) for value in item.fields.values())])
    there = set(tokens(text))
    return list(dict.fromkeys(word for word in tokens(grounds.context.query) if word in there))[:3]
