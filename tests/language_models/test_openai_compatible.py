"""The OpenAI-compatible client against a real server: what it sends, what it puts up with, what it tells."""

import threading
import time
from collections.abc import Iterator

import pytest
from chat_server import ChatServer, chat_server

from palate.errors import LanguageModelError, LanguageModelTimeout
from palate.language_models import hedging
from palate.language_models.base import Message, Usage
from palate.language_models.breaker import Breaker
from palate.language_models.openai_compatible import MOST_AT_ONCE, MOST_WAITING, OpenAICompatible
from palate.language_models.scripted import Answer, ScriptedModel
from palate.language_models.structured import object_in

ASKED = [Message("system", "Be brief."), Message("user", "hello")]
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
KEY = "sk-very-secret"


@pytest.fixture(scope="module")
def running() -> Iterator[ChatServer]:
    with chat_server() as server:
        yield server


@pytest.fixture
def server(running: ChatServer) -> ChatServer:
    running.requests.clear()
    running.text = '{"a": 1}'
    return running


def ask(server: ChatServer, model: str, **options: object) -> str:
    client = OpenAICompatible(model, server.base_url, KEY)
    return "".join(client.complete(ASKED, **{"timeout": 5.0, **options}))  # pyright: ignore[reportArgumentType]


def test_what_is_sent(server: ChatServer) -> None:
    ask(server, "good", schema=SCHEMA, stop=["END"], max_tokens=77)
    ((body, key),) = server.requests
    assert key == f"Bearer {KEY}"
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "hello"},
    ]
    assert (body["model"], body["stream"], body["max_tokens"], body["stop"]) == ("good", True, 77, ["END"])
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA


def test_a_server_without_schemas_is_told_in_words_and_remembered(server: ChatServer) -> None:
    client = OpenAICompatible("plain", server.base_url)
    for _ in range(2):
        assert object_in("".join(client.complete(ASKED, schema=SCHEMA, timeout=5))) == {"a": 1}
    bodies = [body for body, _ in server.requests]
    assert ["response_format" in body for body in bodies] == [True, False, False]
    assert '"required":["a"]' in bodies[1]["messages"][0]["content"]
    assert all(key is None for _, key in server.requests)


def test_what_was_refused_for_another_reason_is_not_remembered(server: ChatServer) -> None:
    client = OpenAICompatible("never", server.base_url)
    with pytest.raises(LanguageModelError):
        list(client.complete(ASKED, schema=SCHEMA, timeout=5))
    server.requests.clear()
    with pytest.raises(LanguageModelError):
        list(client.complete(ASKED, schema=SCHEMA, timeout=5))
    assert "response_format" in server.requests[0][0]


def test_a_server_that_wants_other_names_gets_them(server: ChatServer) -> None:
    assert ask(server, "picky", schema=SCHEMA) == '{"a": 1}'
    last = server.requests[-1][0]
    assert last["max_completion_tokens"] == 512
    assert "max_tokens" not in last
    assert "response_format" in last, "what was not refused stays"


def test_a_server_that_does_not_stream_is_read(server: ChatServer) -> None:
    assert ask(server, "whole") == '{"a": 1}'


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("limited", "429.*slow down"),
        ("failing", "500.*out of memory"),
        ("never", "refused the request"),
        ("killed", "broke off"),
        ("ending", "broke off in the middle"),
        ("nonsense", "no chat completion.*base URL"),
        ("webpage", "no chat completion.*base URL"),
        ("otherwise", "no chat completion"),
        ("reporting", "the model crashed"),
        ("unbroken", "a line without an end"),
    ],
)
def test_what_goes_wrong_is_told_and_the_key_is_not(server: ChatServer, model: str, told: str) -> None:
    with pytest.raises(LanguageModelError, match=told) as caught:
        ask(server, model, schema=SCHEMA)
    assert KEY not in str(caught.value)


def test_how_long_to_wait_comes_from_the_server(server: ChatServer) -> None:
    with pytest.raises(LanguageModelError) as caught:
        ask(server, "limited")
    assert caught.value.retry_after == 7


def test_nobody_at_the_address() -> None:
    client = OpenAICompatible("good", "http://127.0.0.1:1/v1")
    with pytest.raises(LanguageModelError, match="cannot be reached"):
        list(client.complete(ASKED, timeout=5))


def test_a_server_that_went_away_and_came_back(server: ChatServer) -> None:
    clock = [0.0]
    server.recovering = 9
    client = Breaker(OpenAICompatible("recovering", server.base_url), clock=lambda: clock[0])
    for _ in range(5):
        with pytest.raises(LanguageModelError):
            list(client.complete(ASKED, timeout=5))
    assert len(server.requests) == 9, "after three failures, each tried three times, it is left alone"
    clock[0] = 5.1
    assert "".join(client.complete(ASKED, timeout=5)) == '{"a": 1}'
    assert "".join(client.complete(ASKED, timeout=5)) == '{"a": 1}'


def test_a_server_that_is_only_loading_is_asked_again(server: ChatServer) -> None:
    server.recovering = 2
    assert ask(server, "recovering") == '{"a": 1}'
    assert len(server.requests) == 3


def test_what_broke_off_is_not_asked_again(server: ChatServer) -> None:
    for model in ("killed", "failing"):
        server.requests.clear()
        with pytest.raises(LanguageModelError):
            ask(server, model)
        assert len(server.requests) == 1, model


def test_who_waits_for_a_retry_may_leave(server: ChatServer) -> None:
    client = OpenAICompatible("patient", server.base_url)
    with pytest.raises(LanguageModelTimeout):
        list(client.complete(ASKED, timeout=5, first_token=0.3))
    time.sleep(1.2)
    assert len(server.requests) == 1


def test_more_than_it_takes_waits_and_still_more_is_refused_at_once(server: ChatServer) -> None:
    client = OpenAICompatible("dripping", server.base_url)
    streams = [client.complete(ASKED, max_tokens=600, timeout=20) for _ in range(MOST_AT_ONCE)]
    for stream in streams:
        next(stream)
    told: list[str] = []
    threads = [threading.Thread(target=_wait_in_line, args=(client, told)) for _ in range(MOST_WAITING)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    began = time.monotonic()
    with pytest.raises(LanguageModelError, match="busy"):
        next(client.complete(ASKED, timeout=5))
    assert time.monotonic() - began < 0.2
    for thread in threads:
        thread.join()
    assert told == ["late"] * MOST_WAITING, "who waits in line keeps to his time"
    waiting = client.complete(ASKED, max_tokens=600, timeout=20)
    threading.Timer(0.2, streams[0].close).start()  # pyright: ignore[reportAttributeAccessIssue]
    assert next(waiting), "the first in line goes on when one leaves"
    for stream in (*streams, waiting):
        stream.close()  # pyright: ignore[reportAttributeAccessIssue]


def _wait_in_line(client: OpenAICompatible, told: list[str]) -> None:
    try:
        next(client.complete(ASKED, timeout=0.6))
    except LanguageModelTimeout:
        told.append("late")


def test_a_late_first_word_is_asked_for_once_more(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hedging, "_UNTIL_KNOWN", 0.1)
    client = OpenAICompatible("halting", server.base_url, hedged=True)
    server.halting = 1
    began = time.monotonic()
    assert "".join(client.complete(ASKED, timeout=5)) == '{"a": 1}'
    assert time.monotonic() - began < 1
    assert len(server.requests) == 2
    server.halting = 2
    began = time.monotonic()
    with pytest.raises(LanguageModelTimeout):
        list(client.complete(ASKED, timeout=0.5))
    assert time.monotonic() - began < 0.8
    assert len(server.requests) == 4, "one hedge and no more"


def test_when_a_first_word_is_late() -> None:
    hedge = hedging.Hedge()
    assert hedge.after() == 1.5, "until it is known"
    for _ in range(95):
        hedge.saw(0.5)
    assert hedge.after() == 0.5
    for _ in range(64):
        hedge.saw(0.001)
    assert hedge.after() == 0.2


def test_what_an_answer_took_is_told(server: ChatServer) -> None:
    told: list[Usage] = []
    assert ask(server, "counting", report=told.append) == '{"a": 1}'
    assert told == [Usage(31, 7)]
    assert ask(server, "uncounting", report=told.append) == '{"a": 1}'
    assert len(told) == 1, "a server that does not count is not asked to"
    assert ["stream_options" in body for body, _ in server.requests] == [True, True, False]


def test_the_model_of_a_server_that_has_but_one(server: ChatServer) -> None:
    server.models = ["text-embedding-small", "good"]
    client = OpenAICompatible(None, server.base_url, KEY)
    assert "".join(client.complete(ASKED, timeout=5)) == '{"a": 1}'
    assert server.requests[-1][0]["model"] == "good"
    server.models = ["good", "better"]
    with pytest.raises(LanguageModelError, match=r"has 2 models.*language_model ="):
        list(OpenAICompatible(None, server.base_url).complete(ASKED, timeout=5))


def test_a_dead_endpoint_soon_costs_nothing() -> None:
    model = ScriptedModel(lambda _: LanguageModelTimeout("too slow"))
    clock = [0.0]
    breaker = Breaker(model, clock=lambda: clock[0])
    asked: list[float] = []
    for second in range(600):
        clock[0] = float(second)
        before = len(model.calls)
        with pytest.raises(LanguageModelError):
            list(breaker.complete(ASKED, timeout=1))
        if len(model.calls) > before:
            asked.append(clock[0])
    assert asked[:4] == [0, 1, 2, 7]
    assert len(asked) < 12, "the pauses grow"


def test_a_use_in_a_hurry_closes_the_breaker_for_nobody():
    model = ScriptedModel(lambda _: Answer("hello", wait=0.05))
    breaker = Breaker(model)
    for _ in range(5):
        with pytest.raises(LanguageModelTimeout):
            list(breaker.complete(ASKED, timeout=0.01, first_token=1.0))
    assert "".join(breaker.complete(ASKED, timeout=5.0, first_token=1.0)) == "hello"
    for _ in range(3):
        with pytest.raises(LanguageModelTimeout):
            list(breaker.complete(ASKED, timeout=5.0, first_token=0.01))
    with pytest.raises(LanguageModelError, match="left alone"):
        list(breaker.complete(ASKED, timeout=5.0, first_token=1.0))
