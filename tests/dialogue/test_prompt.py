"""The prompt of a reply begins with the same bytes in every turn, and the model reads them at the start."""

from pathlib import Path
from queue import Queue

import pytest

import palate
import palate.shop
from palate.dialogue.prompt import beginning
from palate.language_models.configure import Chosen
from palate.language_models.scripted import ScriptedModel


def test_every_prompt_begins_alike_and_the_start_reads_it(own_shop: Path, monkeypatch: pytest.MonkeyPatch):
    model = ScriptedModel(lambda _: "These may suit you.")
    monkeypatch.setattr(palate.shop, "choose_language_model", lambda *_: Chosen(model, "for a test"))
    monkeypatch.setenv("PALATE_RERANK__LANGUAGE_MODEL", "off")
    with palate.open(own_shop) as shop:
        told: Queue[str] = Queue()
        shop.warm_up(told.put)
        assert "is ready" in told.get(timeout=60)
        first = beginning(shop.settings.reply.tone)
        assert model.calls[0].messages[0] == first
        session = shop.chat("a kettle", user_id="ann").session_id
        for text in ("cheaper", "想要耳机", "hello", "why the first one?"):
            shop.chat(text, user_id="ann", session_id=session)
        shop.chat("想要耳机")
    replies = model.calls[1:]
    assert len(replies) >= 5
    assert {call.messages[0] for call in replies} == {first}
    assert {call.messages[1].text.partition("\n")[0] for call in replies} == {"<brief>"}
    assert "kettle" not in first.text
