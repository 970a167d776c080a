"""What a turn may take of language models: kept to in time, tokens and money, and entered by purpose."""

import threading
import time

import pytest

from palate.errors import BudgetSpent, LanguageModelError, LanguageModelTimeout
from palate.language_models.base import LanguageModel, Message, Usage
from palate.language_models.scripted import Answer, ScriptedModel
from palate.language_models.spending import Budget, Purpose, Spending, estimated_tokens
from palate.settings import BudgetSettings
from palate.values import Spent

ASKED = [Message("user", "a" * 36)]  # 9 tokens and 4 of frame by the estimate


def model_of(spending: Spending, purpose: Purpose = "reply") -> LanguageModel:
    model = spending.model(purpose)
    assert model is not None
    return model


def text_of(spending: Spending, purpose: Purpose = "reply", **options: float) -> str:
    return "".join(model_of(spending, purpose).complete(ASKED, **{"timeout": 5, **options}))  # pyright: ignore[reportArgumentType]


def test_what_the_model_counted_is_entered_by_purpose():
    model = ScriptedModel(lambda _: Answer("hello", usage=Usage(100, 20)))
    spending = Spending(model, Budget(price_in=1.0, price_out=2.0))
    assert spending.totals() == {}
    for purpose in ("reply", "reply", "understanding"):
        assert text_of(spending, purpose) == "hello"  # pyright: ignore[reportArgumentType]
    totals = spending.totals()
    assert set(totals) == {"reply", "understanding"}
    reply = totals["reply"]
    assert (reply.calls, reply.failed, reply.tokens_in, reply.tokens_out) == (2, 0, 200, 40)
    assert reply.money == pytest.approx((200 * 1 + 40 * 2) / 1e6)
    assert reply.seconds >= 0


def test_what_was_not_counted_is_estimated():
    spending = Spending(ScriptedModel(["one two three four five six", "你好世界"]), Budget())
    text_of(spending)
    spent = spending.totals()["reply"]
    assert (spent.tokens_in, spent.tokens_out) == (13, 7)  # 27 characters
    text_of(spending)
    assert spending.totals()["reply"].tokens_out == 7 + 4


def test_each_request_is_booked_once():
    spending = Spending(ScriptedModel(lambda _: Answer("hello", usage=Usage(100, 20))), Budget())
    assert spending.costs(0.0) == []
    text_of(spending)
    text_of(spending, "rerank")  # pyright: ignore[reportArgumentType]
    first = spending.costs(0.0)
    assert {one.purpose: one.spent.tokens_in for one in first} == {"reply": 100, "rerank": 100}
    assert spending.costs(0.0) == []
    text_of(spending)
    (again,) = spending.costs(0.0)
    assert (again.purpose, again.spent.calls, again.spent.tokens_in, again.spent.tokens_out) == (
        "reply",
        1,
        100,
        20,
    )
    assert spending.totals()["reply"].calls == 2


def test_a_chinese_text_has_more_tokens_than_an_english_one_as_long():
    assert estimated_tokens([Message("user", "礼物" * 20)]) == 44
    assert estimated_tokens([Message("user", "ab" * 20)]) == 14
    assert estimated_tokens([]) == 0


def test_the_report_is_handed_on():
    told: list[Usage] = []
    spending = Spending(ScriptedModel([Answer("x", usage=Usage(3, 1))]), Budget())
    list(model_of(spending).complete(ASKED, timeout=5, report=told.append))
    assert told == [Usage(3, 1)]


def test_an_answer_ends_with_the_tokens_of_the_turn():
    model = ScriptedModel(lambda _: Answer("on and on ", size=10, endless=True))
    spending = Spending(model, Budget(tokens=33))
    pieces: list[str] = []
    with pytest.raises(BudgetSpent, match="33 tokens"):
        pieces.extend(model_of(spending).complete(ASKED, timeout=5))
    assert model.calls[0].max_tokens == 20, "33 less the 13 of the prompt"
    with pytest.raises(BudgetSpent):
        text_of(spending, "rerank")
    assert len(model.calls) == 1, "what cannot be paid is not asked"


def test_an_answer_that_fits_is_whole_however_little_is_left():
    spending = Spending(ScriptedModel([Answer("ok", usage=Usage(13, 1))]), Budget(tokens=20))
    assert text_of(spending) == "ok"


def test_money_ends_it_too():
    model = ScriptedModel(lambda _: Answer("word ", size=5, endless=True))
    spending = Spending(model, Budget(money=0.001, price_in=10, price_out=50))
    with pytest.raises(BudgetSpent, match=r"0\.001 of money"):
        text_of(spending)
    assert spending.totals()["reply"].money <= 0.001
    dear = Spending(ScriptedModel(["x"]), Budget(money=0.0001, price_in=10))
    with pytest.raises(BudgetSpent):
        text_of(dear)


def test_the_first_word_must_come_in_its_time():
    spending = Spending(ScriptedModel([Answer("late", wait=3)]), Budget(first_token=0.1))
    began = time.monotonic()
    with pytest.raises(LanguageModelTimeout):
        text_of(spending)
    assert time.monotonic() - began < 0.6
    spent = spending.totals()["reply"]
    assert (spent.calls, spent.failed, spent.tokens_in) == (1, 1, 13)
    assert spent.seconds >= 0.1, "waiting in vain took time too"


def test_the_time_of_the_turn_bounds_all_its_requests_together():
    model = ScriptedModel(lambda _: Answer("x" * 1000, size=1, pace=0.01))
    spending = Spending(model, Budget(seconds=0.3))
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(LanguageModelTimeout):
            text_of(spending)
    assert time.monotonic() - began < 0.8
    assert len(model.calls) == 1, "when the time is over nothing is asked any more"


def test_a_reader_who_has_enough_is_no_failure():
    spending = Spending(ScriptedModel([Answer("on and on ", endless=True)]), Budget())
    stream = model_of(spending).complete(ASKED, timeout=5)
    next(stream)
    stream.close()  # pyright: ignore[reportAttributeAccessIssue] - a generator
    spent = spending.totals()["reply"]
    assert (spent.calls, spent.failed, spent.tokens_out) == (1, 0, 2)


def test_a_model_that_was_not_there_has_read_nothing():
    spending = Spending(ScriptedModel([LanguageModelError("no")]), Budget())
    with pytest.raises(LanguageModelError, match="no"):
        text_of(spending)
    spent = spending.totals()["reply"]
    assert (spent.calls, spent.failed, spent.tokens_in, spent.tokens_out) == (1, 1, 0, 0)


def test_many_threads_spend_together():
    spending = Spending(ScriptedModel(lambda _: Answer("x", usage=Usage(2, 1))), Budget())
    threads = [threading.Thread(target=text_of, args=(spending,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = spending.totals()["reply"]
    assert (spent.calls, spent.tokens_in, spent.tokens_out) == (16, 32, 16)


def test_without_a_model_there_is_nothing_to_spend_on():
    spending = Spending(None, Budget())
    assert spending.model("reply") is None
    assert spending.totals() == {}


def test_zero_in_the_settings_is_no_bound():
    budget = Budget.of(BudgetSettings(tokens=0, money=0, first_token=1, seconds=2))
    assert (budget.tokens, budget.money) == (float("inf"), float("inf"))
    assert (budget.first_token, budget.seconds) == (1, 2)
    assert Budget.of(BudgetSettings()).tokens == BudgetSettings().tokens
    assert Spent() == Spent(0, 0, 0, 0, 0.0, 0.0)
