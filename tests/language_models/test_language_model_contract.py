"""What every LanguageModel does, held for each implementation. A subject plays a text in one of a few
manners."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from chat_server import ChatServer, chat_server

from palate.errors import LanguageModelError, LanguageModelTimeout
from palate.language_models.base import LanguageModel, Message
from palate.language_models.breaker import Breaker
from palate.language_models.openai_compatible import OpenAICompatible
from palate.language_models.scripted import Answer, ScriptedModel
from palate.language_models.structured import complete_json

Subject = Callable[[str, str], LanguageModel]
"""(manner, text) -> a model that answers so, any number of times."""

ASKED = [Message("system", "Be brief."), Message("user", "你好")]


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


@pytest.fixture(params=["scripted", "openai", "openai behind a breaker"])
def subject(request: pytest.FixtureRequest, server: ChatServer) -> Subject:
    def scripted(manner: str, text: str) -> LanguageModel:
        answers = {
            "good": Answer(text, size=5),
            "silent": Answer(text, wait=3),
            "dripping": Answer("x" * 500, pace=0.05),
            "endless": Answer("on and on ", endless=True),
            "failing": Answer(failure=LanguageModelError("out of memory")),
            "killed": Answer("Hello, he", failure=LanguageModelError("broke off")),
        }
        return ScriptedModel(lambda _: answers[manner])

    def openai(manner: str, text: str) -> LanguageModel:
        server.text = text
        return OpenAICompatible(manner, server.base_url)

    if request.param == "scripted":
        return scripted
    if request.param == "openai":
        return openai
    return lambda manner, text: Breaker(openai(manner, text))


def test_the_pieces_are_the_answer(subject: Subject) -> None:
    model = subject("good", "One, two, 三, and that is all.")
    pieces = list(model.complete(ASKED, timeout=5))
    assert "".join(pieces) == "One, two, 三, and that is all."
    assert len(pieces) > 1, "it streams"
    assert all(pieces), "no piece is empty"
    assert "".join(model.complete(ASKED, timeout=5)) == "".join(pieces), "it can be asked again"


def test_a_stop_text_ends_the_answer_wherever_it_falls(subject: Subject) -> None:
    model = subject("good", "first line\nsecond line\n\nthird")
    for stop, wanted in (
        ("\n\n", "first line\nsecond line"),
        ("line", "first "),
        ("absent", None),
        ("f", ""),
    ):
        answer = "".join(model.complete(ASKED, stop=[stop], timeout=5))
        assert answer == ("first line\nsecond line\n\nthird" if wanted is None else wanted), stop


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>\nThree, or four? <b>No</b>.\n</think>\n\nThree.", "Three."),
        (" <thinking>END, I think</thinking>Three.END", "Three."),
        ("<think></think>Three.", "Three."),
        ("<think> on and on", ""),
        ("<b>Three</b> <think>.", "<b>Three</b> <think>."),
        ("I <think>", "I <think>"),
        ("<", "<"),
    ],
)
def test_thoughts_are_no_answer(subject: Subject, text: str, answer: str) -> None:
    assert "".join(subject("good", text).complete(ASKED, stop=["END"], timeout=5)) == answer


def test_an_answer_that_follows_a_schema_is_read(subject: Subject) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    for text in ('{"a": 1}', 'Sure:\n```json\n{"a": 1}\n```', 'It is {"a": 1}.'):
        assert complete_json(subject("good", text), ASKED, schema, timeout=5) == {"a": 1}
    with pytest.raises(LanguageModelError, match="no JSON object"):
        complete_json(subject("good", "I would rather not."), ASKED, schema, timeout=5)


@pytest.mark.parametrize("manner", ["silent", "dripping"])
def test_the_time_given_is_kept_to_the_end_of_the_answer(subject: Subject, manner: str) -> None:
    began = time.monotonic()
    with pytest.raises(LanguageModelTimeout):
        list(subject(manner, "late").complete(ASKED, max_tokens=600, timeout=0.3))
    assert 0.25 < time.monotonic() - began < 0.7


def test_an_answer_without_an_end_has_one(subject: Subject) -> None:
    began = time.monotonic()
    written = 0
    try:
        for piece in subject("endless", "").complete(ASKED, max_tokens=50, timeout=2):
            written += len(piece)
    except LanguageModelError:
        pass
    assert 0 < written <= 50 * 16
    assert time.monotonic() - began < 2.5


def test_failures_are_told(subject: Subject) -> None:
    with pytest.raises(LanguageModelError):
        list(subject("failing", "").complete(ASKED, timeout=5))
    pieces: list[str] = []
    with pytest.raises(LanguageModelError):
        pieces.extend(subject("killed", "").complete(ASKED, timeout=5))


def test_a_reader_may_leave_early(subject: Subject) -> None:
    model = subject("endless", "")
    for _ in range(20):
        stream = model.complete(ASKED, max_tokens=10_000, timeout=5)
        assert next(stream)
        stream.close()  # pyright: ignore[reportAttributeAccessIssue] - every stream here is a generator
    until = time.monotonic() + 3
    while _working() and time.monotonic() < until:
        time.sleep(0.02)
    assert not _working(), "nothing goes on working for nobody"


def _working() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "palate-language-model"]


def test_many_threads_may_ask_at_once(subject: Subject) -> None:
    model = subject("good", "the very same answer")
    answers: list[str] = []

    def ask() -> None:
        answers.append("".join(model.complete(ASKED, timeout=10)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["the very same answer"] * 8
