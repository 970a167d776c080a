"""Whole turns over servers that fail: each ends in a whole, true reply within its budget, by Python and by HTTP.

The scripted servers fail in ways that a real one cannot be made to; the real one is killed, frozen and restarted.
"""

import gc
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from chat_server import ChatServer, chat_server, raw_server
from real_server import RealServer
from starlette.testclient import TestClient

import palate
from palate.language_models.breaker import Breaker
from palate.service.app import create_app

SECONDS, FIRST_TOKEN = 1.0, 0.5
SLACK = 1.5
"""Seconds that a turn may take besides, of its own; what its threads waited for a processor is taken off."""
ASKED = {"en": "headphones under 500 yuan", "zh": "想要五百元以内的耳机"}
LIES = (
    "The first one costs ¥1 today. Buy the Golden Sun Kettle for half price! All of these are good picks. "
    "They were awarded the prize of prizes in"
)
HONEST = "All of these are good picks, it depends on what you like best."

SCRIPTED = {
    "lying": ("good", LIES),
    "empty": ("empty", ""),
    "limited (429)": ("limited", ""),
    "failing (500)": ("failing", ""),
    "loading (503)": ("recovering", ""),
    "refusing (400)": ("never", ""),
    "unauthorised (401)": ("unauthorised", ""),
    "redirecting (307)": ("redirecting", ""),
    "silent": ("silent", ""),
    "slow": ("dripping", ""),
    "stalling in a line": ("stalling", ""),
    "endless": ("endless", ""),
    "a line without an end": ("unbroken", ""),
    "killed in mid-sentence": ("killed", ""),
    "ending in mid-sentence": ("ending", ""),
    "crashing in mid-sentence": ("reporting", ""),
    "no JSON": ("nonsense", ""),
    "a web page": ("webpage", ""),
    "JSON of another shape": ("otherwise", ""),
    "the wrong types": ("numeric", ""),
    "no UTF-8": ("garbled", ""),
    "a swollen answer": ("swollen", ""),
    "nonsense words": ("good", "zxcv qwer asdf. Lorem ipsum dolor sit amet consectetur! 锟斤拷烫烫烫。"),
    "control characters": ("good", "\x00\x07\x1b[31mred\x1b[0m \u202eesrever\u202c ¥1. \ufffd\ufffd"),
    "thinking aloud": (
        "good",
        f"<think>\nAll of these are lovely picks. I must not say it.\n</think>\n{HONEST}",
    ),
}
"""What the server is, to (the model's name, what it says)."""


def _endless_garbage(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"\x00\xff" * 4_096)


def _endless_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1_000_000):
        connection.sendall(b"x-%d: y\r\n" % number)


def _cut_chunk(connection: socket.socket) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
    )


BARE: dict[str, Callable[[socket.socket], None]] = {
    "TLS bytes": lambda connection: connection.sendall(b"\x15\x03\x03\x00\x02\x02\x46"),
    "another protocol": lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "garbage bytes": _endless_garbage,
    "headers without an end": _endless_headers,
    "a broken chunk": _cut_chunk,
    "hanging up at once": lambda connection: connection.shutdown(socket.SHUT_RDWR),
    "half a status line": lambda connection: (connection.sendall(b"HTTP/1.1 2"), time.sleep(3))[0],
}


@pytest.fixture(scope="module")
def running() -> Iterator[ChatServer]:
    with chat_server() as server:
        yield server


@pytest.fixture(scope="module")
def folder(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("failing") / "shop"))


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., palate.Shop]]:
    """Open the shop on a server: ``opened("openai:good", "http://...")``."""
    shops: list[palate.Shop] = []

    def opens(model: str, base_url: str, **settings: object) -> palate.Shop:
        monkeypatch.setenv("PALATE_LANGUAGE_MODEL", model)
        monkeypatch.setenv("PALATE_LANGUAGE_MODEL_BASE_URL", base_url)
        monkeypatch.setenv(
            "PALATE_RERANK__LANGUAGE_MODEL", "off"
        )  # the reply alone asks (test_advice has the order)
        monkeypatch.setenv("PALATE_BUDGET__SECONDS", str(settings.pop("seconds", SECONDS)))
        monkeypatch.setenv("PALATE_BUDGET__FIRST_TOKEN", str(settings.pop("first_token", FIRST_TOKEN)))
        for name, value in settings.items():
            monkeypatch.setenv(f"PALATE_{name.upper()}", str(value))
        shops.append(palate.open(folder))
        return shops[-1]

    yield opens
    for shop in shops:
        shop.close()


def check_turn(turn: palate.Turn, seconds: float, *, within: float = SECONDS) -> None:
    """A whole reply, of true sentences, in time."""
    assert seconds < within + SLACK
    reply = turn.reply
    assert turn.items
    assert reply == reply.strip() == "".join(part.text for part in turn.reply_parts)
    assert re.search(r"[.!?。！？][)”」）]?$", reply), reply
    sentences = [part.text.strip() for part in turn.reply_parts]
    assert len(set(sentences)) == len(sentences)
    titles = (item.title for item in turn.items)
    assert any(title in reply for title in titles) or turn.reply_parts[-1].source == "model"
    for lie in (
        "¥1 ",
        "¥1.",
        "half price",
        "Golden",
        "prize",
        "Hello, he",
        "Lorem",
        "锟",
        "\x1b",
        "lovely",
        "on and on",
        "xxx",
    ):
        assert lie not in reply, reply


def starved() -> float:
    """Seconds that this process's threads were ready to run and had no processor; 0 where the system does not tell."""
    told = [task.joinpath("schedstat") for task in Path("/proc/self/task").glob("*")]
    return sum(float(one.read_text().split()[1]) for one in told if one.exists()) / 1e9


def talk(shop: palate.Shop, language: str = "en") -> tuple[palate.Turn, float]:
    began, waited = time.monotonic(), starved()
    turn = shop.chat(ASKED[language])
    return turn, time.monotonic() - began - max(0.0, starved() - waited)


def streamed(shop: palate.Shop, language: str = "en") -> tuple[dict[str, object], list[str]]:
    """The turn by ``/v1/chat`` as a stream: its last event, and the pieces of the reply."""
    answer = TestClient(create_app(shop)).post("/v1/chat", json={"text": ASKED[language], "stream": True})
    blocks = [block.split("\n") for block in answer.text.split("\n\n") if block]
    steps = [
        (name.removeprefix("event: "), orjson.loads(data.removeprefix("data: "))) for name, data in blocks
    ]
    assert [name for name, _ in steps if name != "token"] == ["understanding", "items", "done"]
    return steps[-1][1], [value["text"] for name, value in steps if name == "token"]


def test_a_good_server_writes_the_reply(opened: Callable[..., palate.Shop], running: ChatServer):
    running.text = HONEST
    shop = opened("openai:good", running.base_url, seconds=20, first_token=20)
    turn, seconds = talk(shop)
    check_turn(turn, seconds, within=20)
    assert HONEST in turn.reply
    assert turn.spent["reply"].failed == 0


@pytest.mark.parametrize(
    ("kind", "language"),
    [(kind, "en") for kind in SCRIPTED]
    + [(kind, "zh") for kind in ("lying", "slow", "killed in mid-sentence")],
)
def test_a_failing_server_ends_in_a_whole_reply(
    opened: Callable[..., palate.Shop], running: ChatServer, kind: str, language: str
):
    model, running.text = SCRIPTED[kind]
    running.recovering = 1_000
    shop = opened(f"openai:{model}", running.base_url)
    check_turn(*talk(shop, language))
    done, pieces = streamed(shop, language)
    assert done["reply"] == "".join(pieces)
    running.recovering = 0


@pytest.mark.parametrize("kind", BARE)
def test_bytes_that_are_no_answer_end_in_a_whole_reply(opened: Callable[..., palate.Shop], kind: str):
    with raw_server(BARE[kind]) as base_url:
        shop = opened("openai:any", base_url)
        check_turn(*talk(shop))
        done, pieces = streamed(shop)
        assert done["reply"] == "".join(pieces)
        assert shop.chat("hello").spent["reply"].failed == 1


@pytest.mark.parametrize(
    "base_url",
    [
        "http://127.0.0.1:1/v1",
        "https://{here}/v1",
        "http://no-such-host.invalid/v1",
        "http://{here}/elsewhere",
    ],
    ids=["nobody listens", "TLS where none is spoken", "no such host", "no such path"],
)
def test_an_address_that_does_not_do(opened: Callable[..., palate.Shop], running: ChatServer, base_url: str):
    here = f"127.0.0.1:{running.server_address[1]}"
    shop = opened("openai:good", base_url.format(here=here))
    turn, seconds = talk(shop)
    check_turn(turn, seconds)
    assert turn.spent["reply"].failed == 1


WRONG_READINGS = {
    "no JSON": "I am not sure what you mean.",
    "half of it": '{"act": "recommend", "mentions": [{"text": "head',
    "another shape": '{"act": 12, "mentions": "all", "constraints": {"price": "free"}, "references": [{}]}',
    "false": '{"act": "start_over", "mentions": [{"text": "headphones", "title": "Golden Sun Kettle"}], '
    '"constraints": [{"attribute": "price", "op": "<=", "value": "¥1", "text": "under 500 yuan"}], "references": [99]}',
    "a list": "[1, 2, 3]",
    "deep": '{"a":' * 2_000 + "1" + "}" * 2_000,
}


@pytest.mark.parametrize("kind", WRONG_READINGS)
def test_wrong_json_leaves_the_reading_of_the_rules(
    opened: Callable[..., palate.Shop], running: ChatServer, kind: str
):
    asked = "something clever and unusual for my nephew who collects maps under 500 yuan"
    by_rules = opened("none", running.base_url).understand(asked)
    running.text = WRONG_READINGS[kind]
    running.requests.clear()
    shop = opened(
        "openai:good", running.base_url, understanding__language_model="assist", understanding__sure=0.99
    )
    turn = shop.chat(asked)
    assert any("response_format" in body for body, _ in running.requests), "the reading was asked for"
    assert turn.understanding.constraints == by_rules.constraints
    assert turn.understanding.act == by_rules.act
    assert turn.items
    assert turn.reply


def test_a_dead_server_soon_costs_nothing_and_comes_back(
    opened: Callable[..., palate.Shop], running: ChatServer
):
    running.requests.clear()
    shop = opened("openai:silent", running.base_url)
    breaker = shop._serving._language_model
    assert isinstance(breaker, Breaker)
    clock = [0.0]
    breaker._clock = lambda: clock[0]
    waited: list[float] = []
    for _ in range(8):
        turn, seconds = talk(shop)
        check_turn(turn, seconds)
        waited.append(turn.spent["reply"].seconds)
    assert [one > 0.4 for one in waited] == [True] * 3 + [False] * 5, waited
    assert max(waited[3:]) < 0.1 * min(waited[:3])
    assert len(running.requests) == 3
    clock[0] = 6.0
    breaker._model._model = "good"  # pyright: ignore[reportAttributeAccessIssue] - the same server, mended
    running.text = HONEST
    turn, _ = talk(shop)
    assert HONEST in turn.reply


def test_whoever_leaves_a_stream_leaves_nothing_behind(
    opened: Callable[..., palate.Shop], running: ChatServer
):
    before = _working()
    shop = opened("openai:endless", running.base_url)
    steps = shop.converse(ASKED["en"])
    for name, _ in steps:
        if name == "token":
            break
    steps.close()  # pyright: ignore[reportAttributeAccessIssue] - a generator
    gc.collect()
    until = time.monotonic() + 5
    while _working() - before and time.monotonic() < until:
        time.sleep(0.02)
    assert not _working() - before


def test_whoever_leaves_a_stream_has_paid_for_it(opened: Callable[..., palate.Shop], running: ChatServer):
    shop = opened("openai:endless", running.base_url)
    before = shop.costs()
    steps = shop.converse(ASKED["en"], user_id="ann")
    for name, _ in steps:
        if name == "token":
            break
    steps.close()  # pyright: ignore[reportAttributeAccessIssue] - a generator
    assert shop.costs() != before
    assert shop.costs("user") != before


def _working() -> set[int | None]:
    return {one.ident for one in threading.enumerate() if one.name == "palate-language-model"}


# --- a real server ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(small_model: Path) -> Iterator[RealServer]:
    server = RealServer(small_model)
    server.start()
    yield server
    server.kill()


PATIENCE = 90.0


def converse(
    shop: palate.Shop, at_first_piece: Callable[[], None] = lambda: None
) -> tuple[palate.Turn, float]:
    """A turn, with something done after the model's first piece."""
    began, waited = time.monotonic(), starved()
    model = shop._serving._language_model
    assert isinstance(model, Breaker)
    inner = model._model

    class Watched:
        name = inner.name

        def complete(self, messages: object, **options: object) -> Iterator[str]:
            for number, piece in enumerate(inner.complete(messages, **options)):  # pyright: ignore[reportArgumentType]
                if number == 1:
                    at_first_piece()
                yield piece

    model._model = Watched()  # pyright: ignore[reportAttributeAccessIssue]
    try:
        turn = shop.chat(ASKED["en"], k=1)
        return turn, time.monotonic() - began - max(0.0, starved() - waited)
    finally:
        model._model = inner


def test_a_real_server_killed_in_mid_sentence(opened: Callable[..., palate.Shop], real: RealServer):
    shop = opened(
        "openai:any", real.base_url, seconds=PATIENCE, first_token=PATIENCE, reply__max_tokens=30
    )  # a few words will do
    turn, seconds = converse(shop)
    check_turn(turn, seconds, within=PATIENCE)
    assert turn.spent["reply"].failed == 0
    assert turn.spent["reply"].tokens_out > 3
    turn, seconds = converse(shop, real.kill)
    check_turn(turn, seconds, within=PATIENCE)
    assert turn.spent["reply"].failed == 1
    turn, seconds = converse(shop)
    check_turn(turn, seconds, within=5)
    assert turn.spent["reply"].failed == 1, "nobody is there"
    real.start()


@pytest.mark.slow
def test_a_real_server_restarted_frozen_and_thawed(opened: Callable[..., palate.Shop], real: RealServer):
    shop = opened("openai:any", real.base_url, seconds=PATIENCE, first_token=PATIENCE)
    real.kill()
    turn, _ = converse(shop)
    assert turn.spent["reply"].failed == 1
    real.start()
    turn, seconds = converse(shop)
    check_turn(turn, seconds, within=PATIENCE)
    assert turn.spent["reply"].failed == 0, "it is back"
    hurried = opened("openai:any", real.base_url, seconds=8, first_token=6)
    try:
        turn, seconds = converse(hurried, real.freeze)
        check_turn(turn, seconds, within=8)
        assert turn.spent["reply"].failed == 1, "frozen in mid-sentence"
        turn, seconds = converse(hurried)
        check_turn(turn, seconds, within=8)
    finally:
        real.thaw()
    turn, seconds = converse(shop)
    check_turn(turn, seconds, within=PATIENCE)
    assert turn.spent["reply"].failed == 0, "it goes on"


@pytest.mark.slow
def test_a_real_server_keeps_to_a_schema(opened: Callable[..., palate.Shop], real: RealServer):
    shop = opened(
        "openai:any", real.base_url, seconds=PATIENCE, first_token=PATIENCE,
        understanding__language_model="assist", understanding__sure=0.99, understanding__budget=60,
    )  # fmt: skip
    reading = shop._world().reader.read("something clever and unusual for my nephew who collects maps")
    report = next(told for name, told in reading.trace if name == "language model")
    # a model this small may run into the bound of its answer; what it never does is leave the schema
    assert "failed" not in report or "took longer" in report["failed"] or "tokens" in report["failed"], report


def test_a_real_server_that_is_too_slow_for_the_budget(opened: Callable[..., palate.Shop], real: RealServer):
    shop = opened("openai:any", real.base_url, seconds=0.4, first_token=0.3)
    for _ in range(2):
        turn, seconds = talk(shop)
        check_turn(turn, seconds, within=0.4)
        assert turn.spent["reply"].failed == 1
