"""Small catalogues with known facts, briefs over them, and sentences written by hand: honest ones, and lies."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.lookup import Lookup
from palate.dialogue.brief import Brief
from palate.dialogue.grounding.checker import Checker
from palate.dialogue.grounding.facts import gather
from palate.dialogue.grounding.said import Focus
from palate.dialogue.grounding.vocabulary import Vocabulary
from palate.dialogue.standing import Settled
from palate.dialogue.state import State
from palate.understanding.reader import Reader
from palate.values import (
    Constraint,
    Evidence,
    Item,
    Reason,
    RecommendedItem,
    ReplyPart,
    StoredItem,
    Understanding,
    Wish,
)


def item_of(one: dict[str, Any]) -> Item:
    fields = {name: value for name, value in one.items() if name not in ("item_id", "title")}
    return Item(one["item_id"], one["title"], fields)


class Case:
    """A catalogue with a checker over a brief of some of its items."""

    def __init__(self, items: Sequence[dict[str, Any]]) -> None:
        stored = [
            StoredItem(code, one["item_id"], code + 1, item_of(one))
            for code, one in enumerate(items)
        ]  # fmt: skip
        from palate.catalogue.types import TypeInference

        finder = TypeInference()
        finder.add(items)
        types = finder.types({}, {})
        self.catalogue = Catalogue.build(stored, types)
        lookup = Lookup.build(stored, types)
        self.reader = Reader(lookup)
        self.vocabulary = Vocabulary(self.catalogue, lookup, self.reader.lexicon)

    def brief(
        self,
        shown: Sequence[str],
        *,
        text: str = "",
        wishes: Sequence[Constraint] = (),
        language: str = "en",
        reasons: dict[str, Reason] | None = None,
        **more: Any,
    ) -> Brief:
        state = State(language=language, wishes=tuple(Wish(one, f"t/{n}") for n, one in enumerate(wishes)))
        items = tuple(
            RecommendedItem(
                item_id,
                self.catalogue.title(code, language),
                1.0,
                (reasons[item_id],) if reasons and item_id in reasons else (),
                self.catalogue.localised_fields(code, language),
            )
            for item_id in shown
            if (code := self.catalogue.code(item_id)) is not None
        )
        fields: dict[str, Any] = {
            "text": text,
            "move": "recommend",
            "said": Understanding(language, "recommend"),
            "unread": (),
            "before": State(),
            "state": state,
            "settled": Settled(),
            "noted": (),
            "dropped": (),
            "items": items,
            "relaxed": (),
            "unmet": (),
            "wider": None,
            "question": None,
            "subjects": (),
            "answered": (),
            "turn_id": "t",
        }
        return Brief(**{**fields, **more})

    def checker(self, brief: Brief, told: Sequence[ReplyPart] = (), secret: str = "") -> Checker:
        return Checker(
            self.vocabulary,
            gather(brief, self.vocabulary.things, told),
            language=brief.said.language,
            secret=secret,
        )

    def focus(self, checker: Checker, *item_ids: str) -> Focus:
        things = tuple(t for i in item_ids for t in checker.facts.things if t.item_id == i)
        return Focus(things, things)


@cache
def films() -> Case:
    return Case(_items("films"))


@cache
def goods() -> Case:
    return Case(_items("goods"))


def _items(name: str) -> list[dict[str, Any]]:
    lines = (Path(__file__).parent / f"grounding_{name}.jsonl").read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]


def liked(title: str, item_id: str) -> Reason:
    return Reason(f"because you liked “{title}”", "content", 0.4, (Evidence("item", item_id),))
