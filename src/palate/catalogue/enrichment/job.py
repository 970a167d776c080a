"""Enrichment: a language model writes fields of items, offline. Item by item, each durable as soon as it is checked:
a job that was killed goes on where it was, and what was asked once is not asked again.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from palate.catalogue.documents import content_hash
from palate.catalogue.enrichment.asking import PROMPT, Asked, Kind, messages, schema, tokens_of, wanted
from palate.catalogue.enrichment.checking import checked
from palate.catalogue.enrichment.content import content_of, hash_of
from palate.errors import BudgetSpent, LanguageModelError
from palate.language_models.base import LanguageModel
from palate.language_models.spending import Budget, Spending, estimated_tokens
from palate.language_models.structured import complete_json
from palate.storage.store import Store
from palate.values import Derived, Spent, StoredItem

SECONDS = 120.0
"""That one answer may take."""
MOST_FAILURES = 5
"""So many failures in a row end the job: the model is not there."""

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Request:
    """An item and the fields that it lacks; ``content``: what the model reads of it."""

    code: int
    item_id: str
    content: Mapping[str, Any]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a job will take, about: items to ask about of all, fields, tokens, and money in the prices' currency."""

    items: int
    requests: int
    fields: int
    tokens_in: int
    tokens_out: int
    money: float


@dataclass(slots=True)
class Outcome:
    """What a job did: items asked about, of them answered from the cache; fields written; what was dropped, by field;
    items whose answer failed; what was spent; and why it stopped early, "" where it did not.
    """

    items: int = 0
    cached: int = 0
    fields: int = 0
    dropped: dict[str, int] = field(default_factory=dict[str, int])
    failed: int = 0
    spent: Spent = field(default_factory=Spent)
    stopped: str = ""
    examples: list[str] = field(default_factory=list[str])


def pending(
    items: Iterable[StoredItem], kinds: Collection[Kind], languages: Sequence[str], limit: int | None = None
) -> Iterator[Request]:
    """The requests that are still to be made, at most ``limit``, in order of item code."""
    count = 0
    for stored in items:
        if stored.item is None:
            continue
        if limit is not None and count >= limit:
            return
        content = content_of(stored.item)
        asked = wanted(stored.item, stored.derived, hash_of(content), kinds, languages)
        if asked:
            count += 1
            yield Request(stored.code, stored.item_id, content, asked)


def forecast(requests: Iterable[Request], items: int, budget: Budget) -> Forecast:
    """What these requests will take, of a catalogue of ``items``."""
    n = fields = tokens_in = tokens_out = 0
    for one in requests:
        n += 1
        fields += len(one.asked)
        tokens_in += estimated_tokens(messages(one.content, one.asked))
        tokens_out += tokens_of(one.content, one.asked)
    return Forecast(items, n, fields, tokens_in, tokens_out, budget.price(tokens_in, tokens_out))


def enrich(
    store: Store,
    model: LanguageModel,
    requests: Sequence[Request],
    budget: Budget,
    *,
    parallel: int = 1,
    progress: Progress | None = None,
) -> Outcome:
    """Ask ``model`` for the fields of ``requests``, within the money of ``budget``, and store what holds.

    An item whose answer fails is left for the next run; after MOST_FAILURES in a row the job ends. Each answer is
    kept by what was asked, so that equal items, and the next run, cost nothing.
    """
    spending = Spending(model, budget)
    outcome = Outcome()
    failures = done = 0
    with ThreadPoolExecutor(parallel, thread_name_prefix="enrich") as pool:
        window = 2 * parallel
        for start in range(0, len(requests), window):
            some = requests[start : start + window]
            answers = pool.map(partial(_answered, store, spending), some)
            for one, (answer, cached) in zip(some, answers, strict=True):
                if isinstance(answer, BudgetSpent):
                    outcome.stopped = str(answer)
                elif isinstance(answer, LanguageModelError):
                    outcome.failed += 1
                    failures += 1
                    if failures == MOST_FAILURES:
                        outcome.stopped = f"the language model failed {failures} times in a row: {answer}"
                else:
                    failures = 0
                    _keep(store, model.name, one, answer, outcome)
                    outcome.cached += cached
                done += 1
                if progress is not None:
                    progress(done, len(requests))
            if outcome.stopped:
                break
    outcome.spent = spending.totals().get("enrichment", Spent())
    return outcome


def _answered(
    store: Store, spending: Spending, request: Request
) -> tuple[dict[str, Any] | LanguageModelError, bool]:
    """(the answer, or why there is none; whether it was kept from before). What it took is in the books at once."""
    model = spending.model("enrichment")
    assert model is not None  # noqa: S101 - enrich has one
    asked = messages(request.content, request.asked)
    form = schema(request.asked)
    key = content_hash(orjson.dumps([model.name, [[one.role, one.text] for one in asked], form]).decode())
    kept = store.answer(key)
    if isinstance(kept, dict):
        return kept, True
    most = 2 * tokens_of(request.content, request.asked) + 200
    try:
        answer = complete_json(model, asked, form, max_tokens=most, timeout=SECONDS)
    except LanguageModelError as error:
        return error, False
    finally:
        if costs := spending.costs(time.time()):
            store.add_costs(costs)
    answer = {
        one.name: answer[one.name]
        for one in request.asked
        if isinstance(answer.get(one.name), list if one.listed else str)
    }
    if not answer:
        return LanguageModelError("the language model's answer has none of the fields asked for"), False
    store.put_answer(key, answer)
    return answer, False


def _keep(store: Store, model: str, request: Request, answer: Mapping[str, Any], outcome: Outcome) -> None:
    kept, dropped = checked(answer, request.asked, request.content)
    made_at, content = time.time(), hash_of(request.content)
    if kept:
        fields = {name: Derived(value, model, made_at, content, PROMPT) for name, value in kept.items()}
        store.put_derived({request.code: fields})
    outcome.items += 1
    outcome.fields += len(kept)
    for why in dropped:
        name = why.partition(" ")[0].rstrip(":")
        outcome.dropped[name] = outcome.dropped.get(name, 0) + 1
    outcome.examples += [f"{request.item_id}: {why}" for why in dropped][: 10 - len(outcome.examples)]
