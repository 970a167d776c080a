"""Implied: judgements that no single word makes, read sentence by sentence before the words are.

Three kinds, their words in ``data/implied.toml``. *Phrases*: what people do with a thing ("went straight
back", 每天都在用) and what becomes of it. *Wishes*: what is wished for is missing, so that praise within a wish is
a complaint, and it says which way ("I wish it were louder", 屏幕再大一点就完美了); a mere hope praises nothing.
*Comparisons*: what is good about another ("my old one was better", 上一代比这个耐用) speaks against this one, and
a dimension beyond what is wanted or was expected speaks for itself ("smaller than I expected", 比拖拉机还吵). It knows
no catalogue and no person.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Direction = Literal["lower", "higher"]
Stance = Literal["plain", "wish", "hope", "other"]
MISSING = -0.8
"""What is missed, or is better elsewhere: a complaint, though a mild one."""


@dataclass(frozen=True, slots=True)
class Implied:
    """``aspect``: "" for the whole or the one that is named; ``polarity`` and ``wish`` as of an Opinion."""

    aspect: str
    polarity: float
    wish: Direction | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a sentence and how what stands in it is meant."""

    text: str
    stance: Stance


@dataclass(frozen=True, slots=True)
class Dimension:
    """``prefer``: the end of it that people want, None where neither."""

    aspect: str
    end: Direction
    prefer: Direction | None


_THAN = re.compile(
    r"(?:^|\W)(?P<en>[a-z]+er|(?:more|less) [a-z]+) than (?P<what>[^,.;]{0,40})|比(?P<zh>[^,，。比]{1,12})"
)


@dataclass(frozen=True, slots=True)
class _Data:
    """``phrases``: pattern, polarity, aspect; ``dimensions`` by word; ``words``: all of those, ``chinese`` alone;
    ``grammar``: its patterns by name.
    """

    phrases: tuple[tuple[re.Pattern[str], float, str], ...]
    dimensions: dict[str, tuple[Dimension, ...]]
    words: re.Pattern[str]
    chinese: re.Pattern[str]
    grammar: dict[str, re.Pattern[str]]


@cache
def _data() -> _Data:
    text = resources.files("palate.understanding").joinpath("data/implied.toml").read_text(encoding="utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    phrases = tuple(
        (re.compile("|".join(one["match"])), float(one["polarity"]), str(one.get("aspect", "")))
        for one in data["phrase"]
    )
    ends: tuple[tuple[str, Direction], ...] = (("high", "higher"), ("low", "lower"))
    prefer: dict[str | None, Direction | None] = {"high": "higher", "low": "lower", None: None}
    dimensions: dict[str, tuple[Dimension, ...]] = {}
    for entry in data["dimension"]:
        for key, end in ends:
            for word in entry[key]:
                made = Dimension(entry["aspect"], end, prefer[entry.get("prefer")])
                dimensions[word] = (*dimensions.get(word, ()), made)
    words = sorted(dimensions, key=len, reverse=True)
    english = "|".join(rf"\b{re.escape(word)}\b" for word in words if word.isascii())
    chinese = "|".join(re.escape(word) for word in words if not word.isascii())
    grammar = {name: re.compile("|".join(parts)) for name, parts in data["grammar"].items()}
    return _Data(phrases, dimensions, re.compile(f"{english}|{chinese}"), re.compile(chinese), grammar)


def phrases_in(sentence: str) -> tuple[list[Implied], str]:
    """(what the phrases of a sentence say; the rest of it, each phrase cut out as a pause)."""
    found: list[Implied] = []
    for pattern, polarity, aspect in _data().phrases:
        match = pattern.search(sentence)
        if match is not None:
            if polarity:
                found.append(Implied(aspect, polarity))
            sentence = pattern.sub(" , ", sentence)
    return found, sentence


def spans_of(sentence: str) -> list[Span]:
    """The sentence in parts that are meant alike."""
    grammar = _data().grammar
    stances: tuple[Stance, ...] = ("wish", "hope", "other")
    for stance in stances:
        match = grammar[stance].search(sentence)
        if match is None:
            continue
        start = match.start()
        if stance != "other" and not sentence.isascii():
            # what it is wished of stands before it in Chinese: 屏幕再大一点就完美了
            start = 1 + max(sentence.rfind(pause, 0, start) for pause in ",，、 ")
        until = grammar["until"].search(sentence, match.end())
        end = until.start() if until else len(sentence)
        if stance == "hope":
            pauses = [at for pause in ",，" if (at := sentence.find(pause, match.end())) > 0]
            end = min([end, *pauses])
        rest = sentence[end:]
        parts = [Span(sentence[:start], "plain"), Span(sentence[start:end], stance)]
        return [one for one in parts if one.text.strip()] + (spans_of(rest) if rest.strip() else [])
    return [Span(sentence, "plain")]


def compared(text: str) -> Implied | None:
    """What a comparison of dimensions says: "louder than a jet engine", 比想象中小; None where there is none."""
    match = _THAN.search(text)
    if match is None:
        return None
    data = _data()
    if match["en"]:
        known, against = data.dimensions.get(match["en"], ()), match["what"]
    else:
        word = data.chinese.search(match["zh"], 1)
        known, against = (data.dimensions[word.group()] if word else ()), match["zh"]
    if not known:
        return None
    one = known[0]
    if one.prefer is None:
        if not data.grammar["expected"].search(against):
            return None
        return Implied(one.aspect, MISSING, "higher" if one.end == "lower" else "lower")
    return (
        Implied(one.aspect, -MISSING) if one.end == one.prefer else Implied(one.aspect, MISSING, one.prefer)
    )


def wished(text: str, aspects: Sequence[str]) -> Implied:
    """What a wish misses, where no word of it judges: by the dimension that it names, else the first of ``aspects``."""
    data = _data()
    match = data.words.search(text)
    if match is None:
        return Implied(aspects[0] if aspects else "", MISSING)
    known = data.dimensions[match.group()]
    # who wishes for more noise means the sound
    one = next((each for each in known if each.prefer in (None, each.end)), known[0])
    aspect = one.aspect if one.aspect in aspects or not aspects else aspects[0]
    return Implied(aspect, MISSING, one.end)


def of_another(text: str) -> bool:
    """Whether another is said to be better, in words that judge nothing by themselves."""
    return bool(_data().grammar["better"].search(text))
