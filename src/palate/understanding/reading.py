"""What the reader hands on: the Understanding, and beside it where each part stands and how sure it is."""

from dataclasses import dataclass, field
from typing import Any, Literal

from palate.values import Constraint, Sentiment, Understanding

PartKind = Literal["mention", "constraint", "reference", "keyword", "act", "unread"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a reading, at ``original[start:end]`` as typed (``text``). ``confidence``: 0 to 1.

    ``detail``: the Mention, Constraint, position, word or act; for a mention of an ambiguous name,
    ``candidates`` are the other items that bear it.
    """

    kind: PartKind
    text: str
    start: int
    end: int
    detail: Any
    confidence: float
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A wish taken back: all wishes on ``attribute`` (of ``value``, where one is said), or the free
    ``keyword``.
    """

    attribute: str | None = None
    value: Any = None
    keyword: str | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Long-standing wishes that are to be forgotten: these, or, where none is named, the one told last."""

    constraints: tuple[Constraint, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """An utterance, read. ``standing``: the wishes that hold beyond this session ("I never watch horror");
    ``standing_keywords``: words that no item may bear (我对花生过敏); ``withdrawn``: wishes taken back;
    ``sought``: the kind of thing asked for, where that is no value of the catalogue (sought.py);
    ``by``: (attribute, amount in its unit) of critiques that say by how much;
    ``widened``: values that are fine too, beside those wished before (黑色也行);
    ``felt``: (position, sentiment) of the things pointed at that are liked or disliked ("the second looks awful");
    ``unwanted``: words of what is not to be in it, that are no value of the catalogue ("no gore", 不要太甜的);
    ``beyond``: only places were pointed at that the list does not have;
    ``of_another``: what is disliked is so by whom it is for (她不喜欢花茶); ``had``: the items spoken of were bought or
    seen already; ``forget``: long-standing wishes taken back; ``trace``: (step, result) in order, for a person to
    look at.
    """

    understanding: Understanding
    parts: tuple[Part, ...] = ()
    confidence: float = 1.0
    standing: tuple[Constraint, ...] = ()
    standing_keywords: tuple[str, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    sought: str | None = None
    by: tuple[tuple[str, float], ...] = ()
    widened: tuple[Constraint, ...] = ()
    felt: tuple[tuple[int, Sentiment], ...] = ()
    beyond: bool = False
    unwanted: tuple[str, ...] = ()
    of_another: bool = False
    had: bool = False
    forget: Forget | None = None
    trace: tuple[tuple[str, Any], ...] = field(default=())
