"""The values that cross the walls between rooms: frozen, plain, without identity of their own.

Arrays are numpy; an *item code* is the row number of an item in the store, given once and never reused,
and it is the row of that item in every array of the system (catalogue columns, vectors, factors).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Scores = NDArray[np.float32]

EVENT_TYPES: tuple[str, ...] = (
    "impression", "view", "click", "dwell", "favorite", "add_to_cart", "purchase",
    "like", "dislike", "rating", "comment", "share", "skip",
)  # fmt: skip
"""Their order is their number in storage: append only."""

AttributeType = Literal["number", "category", "list", "text", "date", "bool"]
Operator = Literal["in", "not in", "=", "<=", ">=", "between", "lower", "higher"]
Strength = Literal["must", "prefer"]
Sentiment = Literal["like", "dislike", "neutral"]
Purpose = Literal["", "heard", "opening", "caveat", "item", "question", "answer", "word"]
"""What a sentence of a reply is for: to tell what changed, to open, to say what could not be met, to speak of an
item, to ask, to answer, or a mere word.
"""
DerivedStatus = Literal["unreviewed", "accepted", "rejected"]
Act = Literal[
    "recommend", "refine", "inquire", "compare", "explain", "accept",
    "reject", "feedback", "start_over", "greet", "thank", "other",
]  # fmt: skip


# --- the catalogue -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the catalogue. ``fields`` holds every column but the two required ones, JSON values
    only. ``derived``: fields that a language model wrote and that count, by name; of these the ones that were
    accepted stand in ``fields`` as well.
    """

    item_id: str
    title: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    derived: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derived:
    """A field of an item that a language model wrote: a text, or a list of texts. ``model``: its name; ``made_at``:
    epoch seconds; ``content`` and ``prompt``: hashes of what it read of the item and of how it was asked.
    """

    value: Any
    model: str
    made_at: float
    content: str
    prompt: str
    status: DerivedStatus = "unreviewed"


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item as the store keeps it; ``item`` is None where it was withdrawn or is known by id only. ``derived``:
    what a language model wrote of it, whether it counts or not.
    """

    code: int
    item_id: str
    revision: int
    item: Item | None
    derived: Mapping[str, Derived] = field(default_factory=dict[str, Derived])


@dataclass(frozen=True, slots=True)
class Mask:
    """Which items may come at all. ``codes``: int32, ascending, the allowed item codes."""

    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)


# --- events ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a person did with an item. ``timestamp``: epoch seconds; ``given``: fields as they came,
    where they differ from what is kept here (an ISO timestamp, a foreign event name, further columns).
    """

    user_id: str
    item_id: str
    event_type: str
    timestamp: float
    value: float | None = None
    session_id: str | None = None
    turn_id: str | None = None
    text: str | None = None
    event_id: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events as columns, n rows, in order of arrival; the form in which they travel to the store.

    ``users``: distinct pseudonyms, 32 hex digits each, and ``user_index`` int32 [n] into them;
    ``item_ids``: distinct item ids, and ``item_index`` int32 [n] into them;
    ``kinds`` uint8 [n], index in EVENT_TYPES; ``timestamps`` float64 [n], epoch seconds, or positions;
    ``values`` float64 [n], NaN where none;
    ``extras``: None, or n entries, each None or a dict with any of session_id, turn_id, text, event_id,
    given.
    """

    users: Sequence[str]
    user_index: NDArray[np.int32]
    item_ids: Sequence[str]
    item_index: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    timestamps: NDArray[np.float64]
    values: NDArray[np.float64]
    extras: Sequence[Mapping[str, Any] | None] | None = None

    def __len__(self) -> int:
        return len(self.kinds)


@dataclass(frozen=True, slots=True)
class History:
    """What one user did, oldest first (by timestamp, then arrival); columns as in EventBatch.

    ``items`` int32 [n] are item codes; ``extras`` has n entries.
    """

    items: Codes
    kinds: NDArray[np.uint8]
    timestamps: NDArray[np.float64]
    values: NDArray[np.float64]
    extras: Sequence[Mapping[str, Any] | None]

    def __len__(self) -> int:
        return len(self.items)


# --- understanding -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """An item of the catalogue named in an utterance."""

    text: str
    item_id: str
    sentiment: Sentiment


@dataclass(frozen=True, slots=True)
class Constraint:
    """A wish on an attribute, in the catalogue's own names, values and units."""

    attribute: str
    op: Operator
    value: Any = None
    strength: Strength = "must"

    @property
    def span(self) -> tuple[float, float]:
        """The numbers that a bound allows; all of them where it is no bound of numbers."""
        values = self.value if isinstance(self.value, list | tuple) else [self.value]
        numbers = [float(one) for one in values if isinstance(one, int | float)]
        if not numbers or self.op not in ("<=", ">=", "=", "between"):
            return -inf, inf
        return -inf if self.op == "<=" else numbers[0], inf if self.op == ">=" else numbers[-1]


@dataclass(frozen=True, slots=True)
class Wish:
    """A constraint and where it was said: ``wish_id`` is ``<turn_id>/<n>``."""

    constraint: Constraint
    wish_id: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one utterance says (docs/contract: Understanding)."""

    language: str
    act: Act
    query: str = ""
    keywords: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    references: tuple[int, ...] = ()


# --- what comes out ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reason rests on. ``kind``: event, wish, item, field or model; ``id`` names it within its kind:
    an event's id, ``<turn_id>/<n>`` of a wish, an item id, an attribute's name, a source's name.
    """

    kind: Literal["event", "wish", "item", "field", "model"]
    id: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One true reason for an item. ``feature``: the ranker's feature behind it; ``contribution``: its exact
    part of the score.
    """

    text: str
    feature: str
    contribution: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """A feature's exact part of a score: ``contribution`` = ``value`` * ``weight``; what it rests on."""

    feature: str
    value: float
    weight: float
    contribution: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Where an item would stand without one thing that the person did or said (``evidence``), found by ranking
    again: ``place`` from 1, None where it would not come at all; ``text`` tells it.
    """

    text: str
    evidence: Evidence
    place: int | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Why:
    """Why an item stands where it stands. ``place`` from 1, None where it may not come: ``kept_out`` then tells
    why. ``contributions`` sum to ``score``; ``counterfactuals``: the most telling first.
    """

    item_id: str
    title: str
    place: int | None
    score: float | None
    reasons: tuple[Reason, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    counterfactuals: tuple[Counterfactual, ...] = ()
    kept_out: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class RecommendedItem:
    """An item of an answer; ``score`` is the sum of the ranker's contributions."""

    item_id: str
    title: str
    score: float
    reasons: tuple[Reason, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Asked back where the wish is open: ``options`` are values of ``attribute`` that the person may pick."""

    attribute: str
    text: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyPart:
    """A sentence of the reply and the evidence that it rests on. ``source``: written from a template, by the
    language model, or from a template in place of a sentence of the model that the brief did not support.
    """

    text: str
    evidence: tuple[Evidence, ...] = ()
    purpose: Purpose = ""
    source: Literal["template", "model", "repair"] = "template"


@dataclass(frozen=True, slots=True)
class Spent:
    """What language models took for one purpose: requests (``failed`` of them), tokens read and written,
    seconds waited for them, money in the currency of the settings.
    """

    calls: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    money: float = 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one model took for one purpose on one day (UTC, ``2026-11-24``)."""

    day: str
    model: str
    purpose: str
    spent: Spent


@dataclass(frozen=True, slots=True)
class Advised:
    """What a language model said to a list: ``named`` titles, of which ``linked`` items of the catalogue, and
    ``reranked`` items that it put in order; 0 where it was not asked, or not there in time.
    """

    named: int = 0
    linked: int = 0
    reranked: int = 0


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A model version on disk. ``serves``: it is the one in use; ``switched``: it came into use when it was trained;
    ``verdict``: why, or why not; ``size``: bytes; ``damaged``: what is wrong with it, None where it is whole.
    """

    version: str
    created_at: str
    serves: bool
    switched: bool
    verdict: str
    size: int
    counts: Mapping[str, int]
    validation: Mapping[str, Any]
    measures: Mapping[str, Any]
    damaged: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange: what was said, how it was read, what came back; ``understood``: the wishes that were read, in
    words; ``unsupported``: sentences of the language model that were refused; ``spent``: on language models, by
    purpose; ``advised``: what one said to the list.
    """

    turn_id: str
    session_id: str
    text: str
    understanding: Understanding
    move: str
    reply: str
    reply_parts: tuple[ReplyPart, ...] = ()
    understood: tuple[str, ...] = ()
    unsupported: int = 0
    items: tuple[RecommendedItem, ...] = ()
    question: Question | None = None
    model_version: str | None = None
    created_at: float = 0.0
    spent: Mapping[str, Spent] = field(default_factory=dict[str, Spent])
    advised: Advised = field(default_factory=Advised)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """``read`` is the sum of the four that follow. ``rejects_file`` is None where nothing was rejected.

    ``notes``: what a person should know besides; ``types``: the attribute types in force after an import
    of items.
    """

    read: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    rejects_file: str | None = None
    notes: tuple[str, ...] = ()
    types: Mapping[str, AttributeType] = field(default_factory=dict)
