"""A small real model in the process: what the interface promises holds for it too."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from palate.errors import LanguageModelError, LanguageModelTimeout
from palate.language_models.base import Message, Usage
from palate.language_models.choosing import choice_log_probabilities
from palate.language_models.gguf import GGUF
from palate.language_models.structured import complete_json

ASKED = [Message("system", "Be brief."), Message("user", "Say hello to Ann.")]
SCHEMA = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "blue"]}, "price": {"type": "integer"}},
    "required": ["colour", "price"],
    "additionalProperties": False,
}
PATIENCE = 120.0
"""Seconds: this machine may be busy, and what is slow is no finding here."""


@pytest.fixture(scope="module")
def model(small_model: Path) -> Iterator[GGUF]:
    loaded = GGUF(small_model, context=2_048)
    loaded.load()
    yield loaded
    loaded.close()


def text_of(model: GGUF, messages: list[Message] = ASKED, **options: object) -> str:
    return "".join(model.complete(messages, **{"timeout": PATIENCE, "max_tokens": 12, **options}))  # pyright: ignore[reportArgumentType]


def test_it_streams_and_tells_what_it_took(model: GGUF):
    told: list[Usage] = []
    pieces = list(model.complete(ASKED, max_tokens=12, timeout=PATIENCE, report=told.append))
    assert len(pieces) > 3
    assert all(pieces)
    assert told[0].tokens_in > 10
    assert 0 < told[0].tokens_out <= 12


def test_it_keeps_to_a_schema(model: GGUF):
    found = complete_json(
        model, [Message("user", "A scarf, please.")], SCHEMA, max_tokens=60, timeout=PATIENCE
    )
    assert set(found) == {"colour", "price"}
    assert found["colour"] in ("red", "blue")
    assert type(found["price"]) is int


def test_a_schema_that_cannot_be_held_to_is_put_into_words(model: GGUF):
    schema = {"type": "object", "properties": {"a": {"type": "no such type"}}}
    assert text_of(model, schema=schema)


def test_a_prompt_that_begins_as_an_earlier_one_is_read_from_there(model: GGUF):
    system = Message("system", "You help in a shop for garden tools. " * 16)

    def processor_seconds(said: str) -> float:
        began = time.process_time()
        text_of(model, [system, Message("user", said)], max_tokens=1)
        return time.process_time() - began

    first, second = processor_seconds("a rake"), processor_seconds("a spade")
    assert second < first / 3


def test_a_stop_text_ends_it(model: GGUF):
    whole = text_of(model, max_tokens=8, schema={"const": "one, two, three"})
    assert "two" in whole
    assert (
        text_of(model, max_tokens=8, schema={"const": "one, two, three"}, stop=["two"])
        == whole[: whole.index("two")]
    )


def test_log_probabilities_of_the_first_token(model: GGUF):
    asked = [Message("user", "Is Paris in France? Answer Yes or No.")]
    yes, no = choice_log_probabilities(model, asked, ["Yes", "No"], timeout=PATIENCE)
    assert yes < 0
    assert no < 0


def test_a_reader_may_leave_early_even_before_the_first_word(model: GGUF):
    stream = model.complete(ASKED, max_tokens=500, timeout=PATIENCE)
    assert next(stream)
    stream.close()  # pyright: ignore[reportAttributeAccessIssue] - a generator
    long = [Message("user", "an endless list of flowers, " * 200)]
    with pytest.raises(LanguageModelTimeout):
        text_of(model, long, timeout=0.2)
    until = time.monotonic() + 20
    while _working() and time.monotonic() < until:
        time.sleep(0.02)
    assert not _working(), "nothing goes on working for nobody"


def _working() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "palate-language-model"]


def test_time_is_kept(model: GGUF):
    began = time.monotonic()
    endless = {"const": "one, two, three, " * 300}  # left to itself it may well say little and stop
    with pytest.raises(LanguageModelTimeout):
        text_of(model, timeout=0.5, max_tokens=1_000, schema=endless)
    assert time.monotonic() - began < 1.0


def test_a_prompt_that_is_too_long_is_told(model: GGUF):
    with pytest.raises(LanguageModelError, match="context"):
        text_of(model, [Message("user", "word " * 5_000)])


def test_several_may_ask_at_once(model: GGUF):
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(text_of(model, max_tokens=3))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert all(answers)


def test_nobody_else_can_use_it(model: GGUF):
    import httpx2

    address = model.address
    answer = httpx2.post(
        f"{address}/v1/chat/completions", json={"messages": [{"role": "user", "content": "hi"}]}
    )
    assert answer.status_code == 401


def test_a_file_that_is_no_model_is_told(tmp_path: Path):
    pytest.importorskip("xllamacpp")
    with pytest.raises(LanguageModelError, match="there is no file"):
        text_of(GGUF(tmp_path / "absent.gguf"))
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(LanguageModelError, match="cannot be run"):
        text_of(GGUF(tmp_path / "broken.gguf"))


def test_a_process_may_end_while_it_writes(small_model: Path):
    code = f"""
from pathlib import Path
from palate.language_models.base import Message
from palate.language_models.gguf import GGUF
stream = GGUF(Path({str(small_model)!r}), context=512).complete([Message("user", "count to a million")], timeout=60)
print(next(stream))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.strip()
    assert orjson.dumps(done.stderr) == b'""', "llama.cpp keeps quiet"
