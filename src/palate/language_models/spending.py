"""What language models may take of one turn, and what they took: time, tokens and money, by purpose.

Tokens are counted by the model where it tells, and estimated where it does not (``estimated_tokens``): a
request that broke off, or a server that does not count.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Literal, Self, Unpack

from palate.errors import BudgetSpent, LanguageModelError, LanguageModelTimeout
from palate.language_models.base import LanguageModel, Message, Options, Usage
from palate.settings import BudgetSettings
from palate.values import Cost, Spent

Purpose = Literal["reply", "understanding", "rerank", "proposals", "enrichment"]

_CHARACTERS_A_TOKEN = 4
_TOKENS_A_MESSAGE = 4
_WIDE = re.compile("[\u2e80-\U0010ffff]+")
"""The scripts that are written without spaces: Chinese, Japanese, Korean."""
_LEAST_TIME = 0.02
"""With fewer seconds left a model is not asked at all: it could not but fail, and would be held dead."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds of one turn: seconds to the first token of each request, seconds from the turn's beginning to
    the end of the last answer, tokens read and written, money. ``price_in``, ``price_out``: money for a
    million tokens. Infinite where there is no bound.
    """

    first_token: float = float("inf")
    seconds: float = float("inf")
    tokens: float = float("inf")
    money: float = float("inf")
    price_in: float = 0.0
    price_out: float = 0.0

    @classmethod
    def of(cls, settings: BudgetSettings) -> Self:
        """The budget of the settings."""
        return cls(
            settings.first_token,
            settings.seconds,
            settings.tokens or float("inf"),
            settings.money or float("inf"),
            settings.price_in,
            settings.price_out,
        )

    def price(self, tokens_in: int, tokens_out: int) -> float:
        """The money for so many tokens."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6


class Spending:
    """The account of one turn, from when it is made; ``model`` None: there is no model to spend on. Safe to
    use from many threads.
    """

    def __init__(
        self, model: LanguageModel | None, budget: Budget, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.budget = budget
        self._model = model
        self._clock = clock
        self._began = clock()
        self._lock = threading.Lock()
        self._spent: dict[str, Spent] = {}
        self._booked: dict[str, Spent] = {}

    def model(self, purpose: Purpose) -> LanguageModel | None:
        """The model for a purpose, None where there is none. Its answers are entered here, and end with
        LanguageModelTimeout or BudgetSpent where the turn's time, tokens or money do.
        """
        return None if self._model is None else _Metered(self._model, self, purpose)

    def totals(self) -> dict[str, Spent]:
        """What was spent so far, by purpose; those that were not asked are left out."""
        with self._lock:
            return dict(self._spent)

    def costs(self, at: float) -> list[Cost]:
        """What was spent since the last call of this, for the books, under the day (UTC) of ``at``, epoch seconds: so
        each request is booked once.
        """
        if self._model is None:
            return []
        with self._lock:
            new = {
                purpose: _less(spent, self._booked.get(purpose, Spent()))
                for purpose, spent in self._spent.items()
                if spent != self._booked.get(purpose)
            }
            self._booked = dict(self._spent)
        day = datetime.fromtimestamp(at, UTC).date().isoformat()
        return [Cost(day, self._model.name, purpose, spent) for purpose, spent in new.items()]

    @property
    def seconds_left(self) -> float:
        """Seconds until the turn's time is over; below 0 after that."""
        return self._began + self.budget.seconds - self._clock()

    def tokens_left(self, tokens_in: int) -> float:
        """How many tokens an answer to ``tokens_in`` more of them may have; below 1 where none."""
        with self._lock:
            used = sum(one.tokens_in + one.tokens_out for one in self._spent.values())
            paid = sum(one.money for one in self._spent.values())
        left = self.budget.tokens - used - tokens_in
        money = self.budget.money - paid - self.budget.price(tokens_in, 0)
        if self.budget.price_out > 0:
            return min(left, money * 1e6 / self.budget.price_out)
        return left if money >= 0 else -1.0

    def enter(self, purpose: Purpose, usage: Usage, seconds: float, failed: bool) -> None:
        """Enter one request."""
        money = self.budget.price(usage.tokens_in, usage.tokens_out)
        with self._lock:
            old = self._spent.get(purpose, Spent())
            self._spent[purpose] = replace(
                old,
                calls=old.calls + 1,
                failed=old.failed + failed,
                tokens_in=old.tokens_in + usage.tokens_in,
                tokens_out=old.tokens_out + usage.tokens_out,
                seconds=round(old.seconds + seconds, 6),
                money=old.money + money,
            )


def sum_of(spent: Iterable[Spent]) -> Spent:
    """All of these together."""
    rows = [astuple(one) for one in spent]
    return Spent(*map(sum, zip(*rows, strict=True))) if rows else Spent()


def _less(spent: Spent, booked: Spent) -> Spent:
    return Spent(*(new - old for new, old in zip(astuple(spent), astuple(booked), strict=True)))


class _Metered:
    """A LanguageModel whose answers are entered in a Spending."""

    def __init__(self, model: LanguageModel, spending: Spending, purpose: Purpose) -> None:
        self._model = model
        self._spending = spending
        self._purpose: Purpose = purpose

    @property
    def name(self) -> str:
        """The model's own."""
        return self._model.name

    def complete(self, messages: Sequence[Message], **options: Unpack[Options]) -> Iterator[str]:
        """See ``LanguageModel.complete`` and ``Spending.model``."""
        spending, budget = self._spending, self._spending.budget
        prompt = estimated_tokens(messages)
        wanted, left = options.get("max_tokens", 512), spending.tokens_left(prompt)
        seconds = spending.seconds_left
        if seconds < _LEAST_TIME:
            raise LanguageModelTimeout(
                f"the {budget.seconds:g} s that a turn may take with language models are over"
            )
        if left < 1:
            raise self._over()
        most = min(wanted, int(min(left, wanted)))
        first = min(budget.first_token, options.get("first_token") or budget.first_token)
        told: list[Usage] = []
        asked: Options = {
            **options,
            "max_tokens": most,
            "timeout": min(options["timeout"], seconds),
            "first_token": first if first < float("inf") else None,
            "report": told.append,
        }
        counted, waited = _Count(), 0.0
        failed, reached = True, False
        stream = self._model.complete(messages, **asked)
        try:
            while True:
                began = time.perf_counter()
                try:
                    piece = next(stream, None)
                finally:
                    waited += time.perf_counter() - began
                if piece is None:
                    break
                counted.add(piece)
                yield piece
            failed, reached = False, True
        except GeneratorExit:
            failed = False  # whoever asked has enough; that is no failure of the model
            raise
        except LanguageModelTimeout:
            reached = True
            raise
        finally:
            # a model that refused or was not there has read nothing
            read = prompt if reached or counted.tokens else 0
            usage = told[-1] if told else Usage(read, min(counted.tokens, most))
            spending.enter(self._purpose, usage, waited, failed)
            if told and (report := options.get("report")) is not None:
                report(told[-1])
            _close(stream)
        if most < wanted and usage.tokens_out >= most:
            raise self._over()

    def _over(self) -> LanguageModelError:
        budget = self._spending.budget
        bounds = [f"{budget.tokens:g} tokens"] if budget.tokens < float("inf") else []
        bounds += [f"{budget.money:g} of money"] if budget.money < float("inf") else []
        return BudgetSpent(f"the budget of a turn for language models ({', '.join(bounds)}) is spent")


class _Count:
    """An estimate of the tokens in pieces: at least one a piece, since servers send a token at a time."""

    def __init__(self) -> None:
        self._pieces = 0
        self._quarters = 0

    def add(self, piece: str) -> None:
        self._pieces += 1
        self._quarters += _quarters(piece)

    @property
    def tokens(self) -> int:
        return max(self._pieces, -(-self._quarters // _CHARACTERS_A_TOKEN))


def estimated_tokens(messages: Sequence[Message]) -> int:
    """About how many tokens messages have: one a Chinese character, one for four others, four a message for
    its frame. A rule of thumb: tokenizers differ by half, most of all in Chinese.
    """
    quarters = sum(_quarters(message.text) for message in messages)
    return -(-quarters // _CHARACTERS_A_TOKEN) + _TOKENS_A_MESSAGE * len(messages)


def _quarters(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + (_CHARACTERS_A_TOKEN - 1) * sum(map(len, _WIDE.findall(text)))


def _close(stream: Iterator[str]) -> None:
    close = getattr(stream, "close", None)
    if close is not None:
        close()
