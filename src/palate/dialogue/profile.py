"""The profile in plain words: what the shop believes of a person, line by line, each with its source, and each
removable.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.errors import InvalidInput
from palate.feedback.account import forgetting
from palate.feedback.person import Person
from palate.feedback.profile import ORDINAL_BELOW
from palate.ranking.wording import attribute_label, join, quoted, value_text, wish_text
from palate.values import Constraint

LANGUAGES = ("en", "zh")
MOST_ITEMS = 50
"""How many items are told, the weightiest."""
MOST_KINDS = 5
LEAST_OF_A_KIND = 2
"""With fewer items of a kind, the items themselves say it."""

_OF_THE_RECORD = frozenset(("currency", "language"))
"""Attributes that are no matter of taste."""

_DID = {
    "view": ("you looked at {}", "您看过{}"),
    "click": ("you clicked on {}", "您点开过{}"),
    "dwell": ("you spent time on {}", "您细看过{}"),
    "favorite": ("you saved {}", "您收藏了{}"),
    "add_to_cart": ("you put {} in your cart", "您把{}加入了购物车"),
    "purchase": ("you bought {}", "您买过{}"),
    "like": ("you liked {}", "您喜欢{}"),
    "dislike": ("you disliked {}", "您不喜欢{}"),
    "rating": ("you rated {}", "您给{}打过分"),
    "comment": ("you commented on {}", "您评论过{}"),
    "share": ("you shared {}", "您分享了{}"),
    "skip": ("you passed over {}", "您跳过了{}"),
}


def lines(person: Person, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Every line: ``line_id``, by which it can be taken back, ``text`` in both languages, ``source``: the event or
    the turn it comes from, and when (ISO 8601; None where only an order is known).
    """
    return [*_stated(person, catalogue), *_kinds(person, catalogue), *_items(person, catalogue)]


def did(kind: str, title: str, language: str) -> str:
    """An event in words: you liked “Heat”."""
    return _DID[kind][language == "zh"].format(quoted(title, language))


def wish_line(wish: Constraint) -> str:
    """The id of the line of a standing wish."""
    key = f"{wish.attribute} {wish.op} {wish.value}"
    return f"never/{blake2b(key.encode(), digest_size=6).hexdigest()}"


def without_lines(
    person: Person, catalogue: Catalogue, line_ids: Sequence[str], now: float
) -> Mapping[str, Any]:
    """The person's statements without these lines of the profile. Raises InvalidInput for a line that is not
    there.
    """
    statements = dict(person.statements)
    there = {line["line_id"]: line for line in lines(person, catalogue)}
    for line_id in line_ids:
        if line_id not in there:
            raise InvalidInput(
                f"there is no line {line_id!r} in this profile; its lines have their line_id beside them"
            )
        kind, _, rest = line_id.partition("/")
        if kind == "never":
            never = zip(person.never, person.statements.get("never", ()), strict=True)
            gone = [one for wish, one in never if wish_line(wish) == line_id]
            statements["never"] = [one for one in statements["never"] if one not in gone]
        elif kind == "word":
            statements["never_words"] = [word for word in statements["never_words"] if word != rest]
        elif kind == "out":
            statements["never_items"] = {i: c for i, c in statements["never_items"].items() if i != rest}
        else:
            codes = {item_id: catalogue.code(item_id) for item_id in there[line_id]["item_ids"]}
            known = {item_id: code for item_id, code in codes.items() if code is not None}
            statements = forgetting(statements, known, now)
    return statements


def _stated(person: Person, catalogue: Catalogue) -> list[dict[str, Any]]:
    sources = person.statements.get("sources", {})

    def line(line_id: str, english: str, chinese: str) -> dict[str, Any]:
        source = sources.get(line_id, {})
        told = {"kind": "turn", "id": source.get("turn_id"), "at": _iso(source.get("at"))}
        return {"line_id": line_id, "kind": "never", "text": {"en": english, "zh": chinese}, "source": told}

    wishes = [
        line(
            wish_line(wish),
            f"always: {wish_text(catalogue, wish, 'en')}",
            f"一直：{wish_text(catalogue, wish, 'zh')}",
        )
        for wish in person.never
        if wish.attribute in catalogue.attributes
    ]
    words = [
        line(f"word/{word}", f"always: nothing with “{word}”", f"一直：不要带“{word}”的")
        for word in person.never_words
    ]
    items = [
        line(
            f"out/{item_id}",
            f"never: {_title(catalogue, code, 'en')}",
            f"不再推荐{_title(catalogue, code, 'zh')}",
        )
        for item_id, code in person.statements.get("never_items", {}).items()
    ]
    return wishes + words + items


def _items(person: Person, catalogue: Catalogue) -> list[dict[str, Any]]:
    codes, weights = person.weighed
    found: list[dict[str, Any]] = []
    for row in np.argsort(-np.abs(weights), kind="stable"):
        code = int(codes[row])
        event = person.strongest_event(code)
        if event is None or weights[row] == 0 or len(found) == MOST_ITEMS or not _live(catalogue, code):
            continue
        kind, evidence = event
        item_id = catalogue.item_id(code)
        found.append(
            {
                "line_id": f"item/{item_id}",
                "kind": "item",
                "text": {to: did(kind, catalogue.title(code, to), to) for to in LANGUAGES},
                "weight": round(float(weights[row]), 4),
                "item_ids": [item_id],
                "source": {"kind": "event", "id": evidence.id, "at": _last(person, code)},
            }
        )
    return found


def _kinds(person: Person, catalogue: Catalogue) -> list[dict[str, Any]]:
    """What most of the items that the person took to have in common, of the attributes that are lists or
    categories.
    """
    codes, weights = person.weighed
    liked = [
        (int(code), float(weight))
        for code, weight in zip(codes, weights, strict=True)
        if weight > 0 and _live(catalogue, int(code))
    ]
    sums: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for name, attribute in catalogue.attributes.items():
        if (
            attribute.type not in ("category", "list")
            or name in catalogue.localisations
            or name in _OF_THE_RECORD
        ):
            continue
        for code, weight in liked:
            value = catalogue.field(code, name, "")
            for one in value if isinstance(value, list | tuple) else [value]:
                if isinstance(one, str):
                    sums.setdefault((name, one), []).append((code, weight))
    told = [entry for entry in sums.items() if len(entry[1]) >= LEAST_OF_A_KIND]
    told.sort(key=lambda entry: -sum(weight for _, weight in entry[1]))
    return [
        {
            "line_id": f"kind/{name}/{value}",
            "kind": "kind",
            "text": {to: _kind_text(catalogue, name, value, [c for c, _ in items], to) for to in LANGUAGES},
            "weight": round(sum(weight for _, weight in items), 4),
            "item_ids": [catalogue.item_id(code) for code, _ in items],
            "source": {
                "kind": "event",
                "id": _event(person, items[-1][0]),
                "at": _last(person, items[-1][0]),
            },
        }
        for (name, value), items in told[:MOST_KINDS]
    ]


def _kind_text(catalogue: Catalogue, name: str, value: str, codes: Sequence[int], language: str) -> str:
    label = value_text(catalogue, name, value, language)
    titles = join((quoted(catalogue.title(code, language), language) for code in codes[:3]), language, "and")
    attribute = attribute_label(catalogue, name, language)
    if language == "zh":
        return f"您似乎喜欢“{label}”（{attribute}；{titles}）"
    return f"you seem to like “{label}” ({attribute}; {titles})"


def _title(catalogue: Catalogue, code: int, language: str) -> str:
    return quoted(catalogue.title(code, language) if _live(catalogue, code) else f"#{code}", language)


def _live(catalogue: Catalogue, code: int) -> bool:
    return code < catalogue.size and bool(catalogue.live[code])


def _event(person: Person, code: int) -> str:
    event = person.strongest_event(code)
    return event[1].id if event else ""


def _last(person: Person, code: int) -> str | None:
    when = person.history.timestamps[person.history.items == code]
    return _iso(float(when.max())) if len(when) else None


def _iso(time: float | None) -> str | None:
    if time is None or time < ORDINAL_BELOW:
        return None
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")
