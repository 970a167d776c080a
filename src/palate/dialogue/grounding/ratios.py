"""Ratios: half the price, twice as heavy, a third of, 三倍; found, and held against the values of both sides."""

import re
from collections.abc import Sequence

from palate.dialogue.grounding.comparisons import VERBS
from palate.dialogue.grounding.facts import value_of
from palate.dialogue.grounding.said import Said
from palate.dialogue.grounding.vocabulary import Named, Vocabulary
from palate.understanding.numbers import small_number

_RATIO = re.compile(
    r"\b(?P<lead>less\s+than\s+|more\s+than\s+|under\s+|over\s+|about\s+|around\s+|nearly\s+"
    r"|almost\s+|roughly\s+|just\s+)?(?P<half>half)\s+(?:of\s+)?(?:the|as|its|that)\b"
    r"|\b(?P<lead2>less\s+than\s+|more\s+than\s+|over\s+|about\s+|nearly\s+|almost\s+"
    r"|roughly\s+)?(?:(?P<twice>twice|double)|(?P<times>\d+(?:\.\d+)?|two|three|four|five"
    r"|ten)\s+times|(?P<thrice>thrice|triple))\b(?!\s+a\s+(?:week|day|year|month))"
    r"|\ba\s+(?P<part>third|quarter|fifth)\s+of\b"
    r"|(?P<zhlead>不到|超过|大约|约|将近|近)?(?:(?P<zhhalf>一半)|(?P<zhtimes>[一二两三四五六七八九十]|\d+(?:\.\d+)?)倍)"
)
_PARTS = {"third": 1 / 3, "quarter": 0.25, "fifth": 0.2}


def find_ratios(said: Said) -> list[tuple[int, int, float, str]]:
    """Half, twice, 三倍: (start, end, ratio, "=", "<" or ">")."""
    out: list[tuple[int, int, float, str]] = []
    for m in _RATIO.finditer(said.plain):
        lead = (m["lead"] or m["lead2"] or m["zhlead"] or "").strip()
        if m["half"] or m["zhhalf"]:
            ratio = 0.5
        elif m["twice"]:
            ratio = 2.0
        elif m["thrice"]:
            ratio = 3.0
        elif m["part"]:
            ratio = _PARTS[m["part"]]
        else:
            word = m["times"] or m["zhtimes"]
            count = small_number(word)
            ratio = float(word) if count is None else float(count)
        if m["zhtimes"] and said.plain[m.end() : m.end() + 1] == "多":
            lead = "超过"
        how = (
            "<"
            if re.match(r"less|under|不到", lead)
            else ">"
            if re.match(r"more|over|超过", lead)
            else "~"
            if lead
            else "="
        )
        out.append((*m.span(), ratio, how))
    return out


def ratio_stands(
    said: Said, place: int, ratio: float, how: str, vocabulary: Vocabulary, named: Sequence[Named]
) -> bool:
    """Whether the subject's value is that many times the target's, in the attribute that is named beside it."""
    targets = [a for a in said.anchors if a.target] or [a for a in said.anchors if a.start > place]
    before = [a for a in said.anchors if a.end <= place and not a.target]
    subject = before[-1].things if before else said.focus.things
    target = targets[0].things if targets else tuple(t for t in said.focus.recent[-2:] if t not in subject)
    if not targets and len(before) > 1:  # A costs ..., twice as much as before it; in Chinese A 是 B 的两倍
        target = before[-2].things
        if re.fullmatch(r"[」》”\"]?的", said.plain[before[-1].end : place]):
            subject, target = target, subject
    start, end = said.clause(place)
    names = {n for one in named if start <= said.words.starts[one.first] < end for n in one.attributes}
    names |= {
        name
        for word, first in zip(said.words.texts, said.words.starts, strict=True)
        if start <= first < end and word in vocabulary.adjectives
        for name, _ in vocabulary.adjectives[word].attributes
    }
    for verb, notion in VERBS:
        if verb.search(said.plain[start:end]):
            names |= {one.name for one in vocabulary.lexicon.notions[notion].attributes}
    pairs = [
        (x, y)
        for name in names
        for a in subject
        for b in target
        if (x := value_of(a, name)) is not None and (y := value_of(b, name))
    ]

    def fits(x: float, y: float) -> bool:
        real = x / y
        if how == "<":
            return ratio * 0.6 <= real < ratio
        if how == ">":
            return ratio < real <= ratio * 1.6
        return abs(real - ratio) <= (0.12 if how == "~" else 0.07) * ratio

    return bool(pairs) and all(fits(x, y) for x, y in pairs)
