"""A language model that writes of items as it should, and a process that enriches a shop with it until it is killed."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

import palate
from palate.catalogue.enrichment.enrichment import Enrichment
from palate.language_models.base import Message
from palate.language_models.scripted import Answer, ScriptedModel
from palate.settings import Settings
from palate.storage import Store, open_store

WORDS = {"tent": "帐篷", "stove": "炉子", "lamp": "灯", "rope": "绳子"}
USES = {
    "tent": ("overnighting", "过夜"),
    "stove": ("cooking", "煮饭"),
    "lamp": ("illumination", "照明"),
    "rope": ("climbing", "攀岩"),
}

GOODS: list[dict[str, Any]] = [
    {
        "item_id": f"{kind}-{number}",
        "title": f"{('Alpha', 'Beta')[number % 2]} {kind} number {number}",
        "brand": ("Alpha", "Beta")[number % 2],
        "categories": [f"{kind.capitalize()}s"],
        "price": 100 * number,
        "description": f"A {kind} of {('Alpha', 'Beta')[number % 2]}.",
    }
    for kind in WORDS
    for number in range(1, 9)
]


def asked_of(messages: Sequence[Message]) -> tuple[dict[str, Any], list[str]]:
    """(the item, the names of the fields) of a request."""
    item, _, fields = messages[-1].text.removeprefix("Item: ").partition("\nFields to write:\n")
    return orjson.loads(item), [line.partition(":")[0] for line in fields.splitlines()]


def well(messages: Sequence[Message]) -> str:
    """The answer of a model that does as it is told."""
    item, fields = asked_of(messages)
    brand, kind, _, number = item["title"].split()
    zh, (use, use_zh) = WORDS[kind], USES[kind]
    answers: dict[str, Any] = {
        "tags": [kind, use],
        "tags_zh": [zh, use_zh],
        "aspects": [f"made by {brand}"],
        "aspects_zh": ["户外用品"],
        "summary": f"A {kind} of {brand}.",
        "summary_zh": f"{brand}的{zh}。",
        "title_zh": f"{brand} {zh} {number}号",
        "description_zh": f"{brand}的一个{zh}。",
    }
    return orjson.dumps({name: answers[name] for name in fields}).decode()


def enrichment(store: Store, model: ScriptedModel, **settings: Any) -> Enrichment:
    return Enrichment(store, model, Settings(enrichment={"parallel": 1}, **settings))


def main(folder: str) -> None:
    """Enrich, telling the id of each item that was asked about before it is answered."""

    def told(messages: Sequence[Message]) -> Answer:
        os.write(1, asked_of(messages)[0]["title"].encode() + b"\n")
        return Answer(well(messages), wait=0.02, size=10_000)

    with palate.open(folder):  # as the command does
        store = open_store("", Path(folder))
        enrichment(store, ScriptedModel(told)).run()


if __name__ == "__main__":
    main(sys.argv[1])
