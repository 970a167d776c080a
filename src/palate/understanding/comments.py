"""Comments: what a buyer, viewer or reader writes of an item becomes a sentiment and opinions on its aspects.

Sentence by sentence what its phrases imply (implied.py), then by words (``data/opinions.toml``) and a little
grammar, clause by clause: negation turns an opinion round, degree words strengthen or weaken it, "too" and 太 make a
complaint of a mere dimension, and an opinion that fits many aspects goes to the one that its clause names. Words,
negation and degree are those of Taboada et al., Lexicon-Based Methods for Sentiment Analysis (Computational
Linguistics 37, 2011). It knows no catalogue and no person.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal, TypeVar

from palate.understanding.implied import (
    MISSING,
    Direction,
    compared,
    of_another,
    phrases_in,
    spans_of,
    wished,
)

LONGEST = 2_000
"""Characters of a comment that are read."""
CLEAR = 0.25
"""A sentiment nearer to 0 than this says neither good nor bad."""
BALANCED = 0.45
"""Praise and complaint weigh each other up where the lesser is at least this share of the greater."""
OF_THE_SHOP = frozenset(["delivery", "service"])
BESIDE_THE_ITEM = 0.4
"""What an opinion of the shop weighs in a comment that judges the item too: it says little of that."""
NEGATED_GOOD, NEGATED_BAD = -0.8, -0.6
SMOOTHING = 1.0

_SENTENCES = re.compile(r"[.!?\n…。！？]+")

T = TypeVar("T")
Kind = Literal["good", "bad", "neutral", "high", "low"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """``aspect``: price, battery ..., "" for the whole; ``polarity``: above 0 for praise, about -2 to 2; ``wish``:
    which way of the aspect a complaint wishes, None where that is not told.
    """

    aspect: str
    polarity: float
    wish: Direction | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """``sentiment`` from -1 to 1; the ``opinions`` it is made of, in order."""

    sentiment: float
    opinions: tuple[Opinion, ...]

    @property
    def aspects(self) -> dict[str, float]:
        """The sum of the opinions on each aspect that is named or meant."""
        found: dict[str, float] = {}
        for one in self.opinions:
            if one.aspect:
                found[one.aspect] = found.get(one.aspect, 0.0) + one.polarity
        return {aspect: total for aspect, total in found.items() if total}


@dataclass(frozen=True, slots=True)
class _Sense:
    """What a phrase may say: ``kind``: good, bad, neutral, high or low; ``loose``: another aspect that its clause names
    takes it over.
    """

    kind: Kind
    aspect: str
    loose: bool


_CLAUSES = re.compile(
    r"[.,;:!?\n…，。！？；、~—()（）]+|\s+-+\s+"
    r"|\b(?:but|however|although|though|yet|whereas|while)\b|(?:但是|但|不过|可是|可惜|只是|然而|就是(?!说)|却)"
)
_NEGATION = re.compile(
    # "not only" and 不仅 deny nothing, nor do 特别 and 无敌
    r"\b(?:not(?! (?:only|just|to mention))|never|no(?! (?:doubt|wonder))|hardly|without|isn't|wasn't|aren't|weren't"
    r"|don't|doesn't|didn't|won't|can't|cannot|couldn't|wouldn't|nothing(?! but)|neither|nor|far from)\b"
    r"(?:\W+(?:anything like|nearly|quite|at all|really|particularly|exactly|remotely|even|half|as|so|that|very"
    r"|all that|the least bit|a single|any|feel|feels|look|looks))*(?:\W+\w+){0,2}\W*$"
    r"|(?:不(?![仅但只光得]|愧)|没有?|未(?!来)|无(?![论敌比与可意条])|(?<![特区性级类分差个])别(?!提)"
    r"|并非|不是|不算|不怎么|不太|不够|谈不上|算不上)(?:[^，。不没]{0,3})$"
    r"|还没有?[^，。]{1,10}得$|(?:没有?|不像)[^，。]{1,8}(?:那么|这么|那样|般|中的?|的)(?:[^，。]{0,2})$"
)
_DENIED_BEHIND = re.compile(r"^(?:[都也还倒](?:没有?|不)(?!好|错|少))")
"""What is denied behind it: 一点毛病都没有."""
_STRONG = re.compile(
    r"\b(?:very|really|so|extremely|absolutely|super|incredibly|totally|completely|much|way|far|highly|such)\W+(?:a\W+)?$"
    r"|(?:很|非常|特别|尤其|超级?|极其?|真|太|十分|相当|好|实在|完全)$"
)
_SLIGHT = re.compile(
    r"\b(?:a bit|a little|slightly|somewhat|fairly|rather|quite)\W+$|(?:有点儿?|稍微?|略|还|比较|偏)$"
)
_TOO = re.compile(r"\b(?:too|overly|a bit|way too)\W+$|(?:太|过于|偏|有点儿?|有些)$")


_LISTS: tuple[tuple[str, Kind, bool], ...] = (
    ("good", "good", False),
    ("bad", "bad", False),
    ("loose_good", "good", True),
    ("loose_bad", "bad", True),
    ("high", "high", True),
    ("low", "low", True),
)
"""The lists of an aspect: what their words say, and whether another aspect that is named takes them over."""


@cache
def _lexicon() -> tuple[
    re.Pattern[str],
    Mapping[str, Sequence[_Sense]],
    re.Pattern[str],
    Mapping[str, Sequence[str]],
    Mapping[str, Any],
]:
    """(opinions as a pattern and what each may mean; words that name aspects likewise; the aspects' entries)."""
    text = resources.files("palate.understanding").joinpath("data/opinions.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    senses: dict[str, list[_Sense]] = {}
    named: dict[str, list[str]] = {}
    for kind, words in data["general"].items():
        for word in words:
            senses.setdefault(word, []).append(_Sense(kind, "", True))
    for aspect, entry in data["aspect"].items():
        for word in entry["words"]:
            named.setdefault(word, []).append(aspect)
        for key, kind, loose in _LISTS:
            for word in entry.get(key, ()):
                senses.setdefault(word, []).append(_Sense(kind, aspect, loose))
    return _pattern(senses), senses, _pattern(named), named, data["aspect"]


def _pattern(words: Mapping[str, Any]) -> re.Pattern[str]:
    """All of the words, the longest first; English ones whole."""
    forms: list[str] = []
    for word in sorted(words, key=lambda word: (-len(word), word)):
        form = re.escape(word.rstrip("*")).replace(r"\ ", r"\s+")
        forms.append(rf"\b{form}{'[a-z]*' if word.endswith('*') else ''}\b" if word.isascii() else form)
    return re.compile("|".join(forms))


@lru_cache(maxsize=50_000)
def read_comment(text: str) -> Comment:
    """The sentiment of a comment, and its opinions. Linear in the text; only its first LONGEST characters are read."""
    plain = text[:LONGEST].lower().replace("\u2019", "'")
    opinions = [one for sentence in _SENTENCES.split(plain) for one in _of_sentence(sentence)]
    total = sum(_weights(opinions))
    return Comment(total / math.sqrt(total * total + SMOOTHING), tuple(opinions))


def sentiment(text: str) -> float:
    """The sentiment alone, from -1 to 1; exactly 0 where none is told, or as much praise as complaint."""
    found = read_comment(text)
    weights = _weights(found.opinions)
    praise = sum(weight for weight in weights if weight > 0)
    complaint = -sum(weight for weight in weights if weight < 0)
    balanced = min(praise, complaint) >= BALANCED * max(praise, complaint)
    return 0.0 if balanced or abs(found.sentiment) < CLEAR else found.sentiment


def _weights(opinions: Sequence[Opinion]) -> list[float]:
    """What each opinion says of the item, signed."""
    of_item = any(one.aspect not in OF_THE_SHOP for one in opinions)
    return [
        one.polarity * (BESIDE_THE_ITEM if of_item and one.aspect in OF_THE_SHOP else 1.0) for one in opinions
    ]


def aspect_entry(aspect: str) -> Mapping[str, Any]:
    """What ``data/opinions.toml`` says of an aspect."""
    return _lexicon()[4][aspect]


def _of_sentence(sentence: str) -> Iterator[Opinion]:
    """The opinions of a sentence: what its phrases imply, then what its words say as it means them."""
    implied, rest = phrases_in(sentence)
    for one in implied:
        yield Opinion(one.aspect, one.polarity, _wish(one.aspect) if one.polarity < 0 else None)
    for span in spans_of(rest):
        said = [one for clause in _clauses(span.text) for one in _opinions(clause)]
        match span.stance:
            case "plain":
                comparison = compared(span.text)
                if comparison is not None and not any(
                    one.aspect == comparison.aspect and one.wish for one in said
                ):
                    said = [one for one in said if one.aspect != comparison.aspect]
                    said.append(Opinion(comparison.aspect, comparison.polarity, comparison.wish))
            case "hope":
                said = [one for one in said if one.polarity < 0]
            case "wish":
                missed = wished(span.text, [one.aspect for one in said if one.aspect] or _named(span.text))
                said = [Opinion(missed.aspect, missed.polarity, missed.wish or _wish(missed.aspect))]
            case "other":
                said = [Opinion(one.aspect, MISSING, _wish(one.aspect)) for one in said if one.polarity > 0]
                if not said and of_another(span.text):
                    said = [Opinion("", MISSING)]
        yield from said


def _named(text: str) -> list[str]:
    """The aspects that a text names, in order."""
    _, _, names, named, _ = _lexicon()
    return [aspect for at in names.finditer(text) for aspect in _entry(named, at.group())]


def _clauses(plain: str) -> Iterator[str]:
    for clause in _CLAUSES.split(plain):
        if clause.strip():
            yield clause.strip()


def _opinions(clause: str) -> Iterator[Opinion]:
    pattern, senses, names, named, _ = _lexicon()
    mentioned = [(at.start(), at.end(), _entry(named, at.group())) for at in names.finditer(clause)]
    read_until = 0
    for match in pattern.finditer(clause):
        before = clause[read_until : match.start()]
        of_word = _entry(senses, match.group())
        denied = bool(_DENIED_BEHIND.match(clause[match.end() :]))
        one = _opinion(of_word, before, _aspects_at(match.start(), match.end(), mentioned), denied)
        if one is not None:
            yield one
            read_until = match.end()


def _entry(table: Mapping[str, Sequence[T]], found: str) -> Sequence[T]:
    """The entry of the phrase that ``_pattern`` found: as it is, otherwise spaced, or with an ending."""
    word = " ".join(found.split())
    if word in table:
        return table[word]
    return next(table[stem] for end in range(len(word), 0, -1) if (stem := word[:end] + "*") in table)


def _aspects_at(start: int, end: int, mentioned: Sequence[tuple[int, int, Sequence[str]]]) -> list[str]:
    """The aspects that the clause names, those nearest before the opinion first, then those after it."""
    earlier = [aspects for first, _, aspects in reversed(mentioned) if first < end]
    later = [aspects for first, _, aspects in mentioned if first >= end]
    return [aspect for aspects in (*earlier, *later) for aspect in aspects]


def _opinion(senses: Sequence[_Sense], before: str, named: Sequence[str], denied: bool) -> Opinion | None:
    """What a phrase says after the words ``before`` it, in a clause that names these aspects, where what follows
    ``denied`` it or did not.
    """
    too = bool(_TOO.search(before))
    fitting = [one for one in senses if one.kind not in ("high", "low") or too]
    if not fitting:
        return None
    # of several senses the one whose aspect is named, then one with an aspect of its own
    sense = min(fitting, key=lambda one: (one.aspect not in named, not one.aspect))
    aspect = sense.aspect
    if sense.loose and named and aspect not in named:
        aspect = named[0]
    if sense.kind == "neutral":
        return None
    negated = denied or bool(_NEGATION.search(before))
    if sense.kind in ("high", "low"):
        polarity, wish = -1.0, _opposite(sense.kind)
        if negated:
            return Opinion(aspect, 0.6)
        return Opinion(aspect, polarity, wish)
    strength = 1.4 if _STRONG.search(before) else 0.7 if _SLIGHT.search(before) else 1.0
    polarity = strength if sense.kind == "good" else -strength
    if too and sense.kind == "good" and before.rstrip().endswith("too"):
        polarity = -abs(polarity)
    elif negated:
        polarity *= NEGATED_GOOD if sense.kind == "good" else NEGATED_BAD
    return Opinion(aspect, polarity, _wish(aspect) if polarity < 0 else None)


def _opposite(kind: str) -> Direction:
    return "lower" if kind == "high" else "higher"


def _wish(aspect: str) -> Direction | None:
    """Which way of an aspect a complaint wishes."""
    if not aspect:
        return None
    entry = aspect_entry(aspect)
    return "lower" if entry.get("less") else "higher" if entry.get("more") else None
