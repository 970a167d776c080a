"""What a list was made by, told again: why an item is in it, and which of it to take."""

from collections.abc import Mapping, Sequence
from typing import Any

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.sessions import Sessions
from palate.dialogue.state import State
from palate.ranking.wording import is_chinese, quoted
from palate.values import Evidence, ReplyPart


def why_shown(
    catalogue: Catalogue, codes: Sequence[int], before: State, sessions: Sessions, language: str
) -> tuple[ReplyPart, ...]:
    """Why the first of ``codes`` that the last list showed is in it; nothing where it showed none of them."""
    chinese = is_chinese(language)
    shown = {item["item_id"]: item for item in sessions.items_of(before.last_turn)}
    for code in codes:
        if (item := shown.get(catalogue.item_id(code))) is None:
            continue
        title = quoted(catalogue.title(code, language), language)
        if reasons := _reasons(item, language):
            text = f"推荐{title}的理由：{reasons}。" if chinese else f"Why {title}: {reasons}. "
        elif chinese:
            text = f"{title}是按您的要求排在前面的，没有别的理由。"
        else:
            text = f"{title} simply ranked high under your wishes. "
        return (ReplyPart(text, _evidence(item) or (Evidence("item", item["item_id"]),)),)
    return ()


def picked(
    catalogue: Catalogue, codes: Sequence[int], before: State, sessions: Sessions, language: str
) -> ReplyPart | None:
    """Which of ``codes`` to take: the one that ranked highest in the last list, with its reasons. The item is the
    first evidence; None where the last list showed none of them.
    """
    among = {catalogue.item_id(code) for code in codes}
    item = next((one for one in sessions.items_of(before.last_turn) if one["item_id"] in among), None)
    code = None if item is None else catalogue.code(item["item_id"])
    if item is None or code is None:
        return None
    title, reasons = quoted(catalogue.title(code, language), language), _reasons(item, language)
    if is_chinese(language):
        text = f"我会选{title}，它排得最靠前{f'：{reasons}' if reasons else ''}。"
    else:
        text = f"I would go for {title}, which ranks first{f': {reasons}' if reasons else ''}. "
    return ReplyPart(text, (Evidence("item", item["item_id"]), *_evidence(item)))


def _reasons(item: Mapping[str, Any], language: str) -> str:
    return ("；" if is_chinese(language) else "; ").join(reason["text"] for reason in item["reasons"])


def _evidence(item: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return tuple(Evidence(one["kind"], one["id"]) for reason in item["reasons"] for one in reason["evidence"])
