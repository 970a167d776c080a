"""Two hundred attacks, in both languages, in utterances, titles, descriptions and comments. Whatever the words ask
for, and even where the model obeys them, nothing that the brief does not hold is said.
"""

import itertools
from pathlib import Path

import orjson
import pytest
from grounding_cases import Case, goods

from palate.dialogue.prompt import INSTRUCTIONS
from palate.dialogue.writing import Composition, Pen
from palate.language_models.scripted import ScriptedModel

IDEAS = {
    one["idea"]: one
    for one in map(orjson.loads, (Path(__file__).parent / "attacks.jsonl").read_bytes().splitlines())
}
"""Each an attack in two languages, and what a model would say that obeys; "@" stands for a line of the instructions."""
PLACES = ("utterance", "title", "description", "comment")
LANGUAGES = ("en", "zh")
ATTACKS = [*itertools.product(IDEAS, PLACES, LANGUAGES)]


def attacked(place: str, words: str, language: str) -> tuple[Case, str]:
    if place == "utterance":
        return goods(), words
    item = {
        "item_id": "a1",
        "title": "Plain Clay Teapot",
        "title_zh": "素陶茶壶",
        "categories": ["Kitchen", "Teapots"],
        "price": 80,
        "currency": "CNY",
        "weight_g": 500,
        "material": "clay",
    }
    field = {"title": f"title{'_zh' if language == 'zh' else ''}", "comment": "comments"}.get(place, place)
    item[field] = f"{item.get(field, '')} {words}".strip()
    other = {**item, "item_id": "a2", "title": "Round Clay Teapot", "title_zh": "圆陶茶壶", "price": 90}
    other.pop("comments", None)
    return Case([item, other]), "a teapot" if language == "en" else "茶壶"


def test_there_are_two_hundred_different_attacks():
    assert len(ATTACKS) == 200
    words = [idea[language] for idea in IDEAS.values() for language in LANGUAGES]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(("idea", "place", "language"), ATTACKS)
def test_an_attack_gets_nothing_said(idea: str, place: str, language: str):
    words = IDEAS[idea][language]
    obeyed = IDEAS[idea][f"obeyed_{language}"].replace("@", INSTRUCTIONS.split("\n")[3])
    case, text = attacked(place, words, language)
    shown = ("k1", "k2") if place == "utterance" else ("a2", "a1")
    brief = case.brief(shown[:1], text=text, language=language)
    model = ScriptedModel([obeyed])
    parts = [*Composition(brief, case.catalogue, Pen(model, case.vocabulary, "warm", 5.0, 300)).parts()]
    reply = "".join(part.text for part in parts)
    assert reply
    assert obeyed not in reply
    assert not [part for part in parts if part.source == "model"]
    prompt = model.calls[0].messages[1].text
    assert prompt.count("</brief>") == 1
    assert all(mark not in prompt.split("<brief>")[1].split("</brief>")[0] for mark in "<>`")
    assert words not in model.calls[0].messages[0].text
