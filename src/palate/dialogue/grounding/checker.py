"""The checker: is each thing that a sentence says supported by the brief?

Default is no. A word is accepted where it states nothing, where it stands in the catalogue's own text of the thing
that the sentence speaks of, or where a typed claim that it is part of (a number, a price, a value, a yes-or-no
attribute, a comparison, a person, a title) is true of that very thing. Everything else makes the sentence
unsupported: it is replaced, which is never wrong, only plainer.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import CJK, words_of
from palate.dialogue.grounding import (
    claims_compared,
    claims_in_numbers,
    claims_of_budget,
    claims_of_conduct,
    claims_of_counts,
    claims_of_flags,
    claims_of_interval,
    claims_of_origin,
    claims_of_properties,
    claims_of_record,
    plain_words,
    small_talk,
)
from palate.dialogue.grounding.facts import Facts, Thing, essence
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.reading import read
from palate.dialogue.grounding.said import Focus, Said
from palate.dialogue.grounding.vocabulary import Vocabulary
from palate.ranking.wording import is_chinese
from palate.understanding.language import language_of
from palate.understanding.normalise import normalise
from palate.values import Evidence

_FOREIGN = re.compile(
    r"https?:|www\.|\w@\w|</?\w+|[{}<>\\|]|`|\[[^\]]*\]\(|(?<![\w.])[a-z][\w-]+\.[a-z]{2,}\b"
    r"|加(?:我|客服|店主)?(?:微信|qq|vx?\b)|微信号|\b(?:on|via)\s+(?:whatsapp|wechat|telegram)\b",
    re.IGNORECASE,
)
_HAN = re.compile(rf"[{CJK}]")

_MANY = 30
"""A sentence of more words than these that has few different ones is no sentence."""


@dataclass(frozen=True)
class Verdict:
    """``supported``; the ``evidence`` it rests on; the ``things`` that the sentence spoke of; ``why`` not;
    ``asks``: a question; ``silent``: it says that something is not known; ``named``: those of them that it calls by
    name or number, and not only "these".
    """

    supported: bool
    evidence: tuple[Evidence, ...] = ()
    things: tuple[Thing, ...] = ()
    why: str = ""
    asks: bool = False
    silent: bool = False
    named: tuple[Thing, ...] = ()


class Checker:
    """Holds sentences against the facts of one brief. ``secret``: the instructions of which no run of words may be
    repeated; ``language``: the person's.
    """

    def __init__(self, vocabulary: Vocabulary, facts: Facts, *, language: str, secret: str = "") -> None:
        self.vocabulary = vocabulary
        self.facts = facts
        self._chinese = is_chinese(language)
        self._secret = _shingles_of_secret(secret)

    def check(self, sentence: str, focus: Focus | None = None) -> Verdict:
        """Whether every claim of a sentence is supported. Never raises."""
        if (told := self.facts.sentences.get(essence(sentence))) is not None:
            ids = {one.id for one in told if one.kind == "item"}
            things = tuple(thing for thing in self.facts.things if thing.item_id in ids)
            return Verdict(True, told, things, asks=sentence.endswith(("?", "？")), silent=True, named=things)
        said = read(sentence, self.facts, focus or Focus(), self.vocabulary)
        q = Inquiry(self.vocabulary, self.facts, said)
        try:
            self._clean(sentence, said)
            _inquire(q)
        except Unsupported as why:
            return Verdict(False, (), said.things, str(why))
        evidence = dict.fromkeys([*(Evidence("item", thing.item_id) for thing in said.things), *q.evidence])
        flat = [part for a in said.anchors for part in (a.parts or (a,))]
        named = tuple(thing for a in flat if a.kind in ("title", "number") for thing in a.things)
        return Verdict(True, tuple(evidence), said.things, asks=q.asking, silent=q.silent, named=named)

    def _clean(self, sentence: str, said: Said) -> None:
        if any(not self._own(said, *match.span()) for match in _FOREIGN.finditer(sentence)):
            raise Unsupported("markup or an address")
        if self._secret & _shingles(sentence):
            raise Unsupported("the instructions")
        folds = said.words.folds
        if len(folds) > _MANY and len(set(folds)) * 3 < len(folds):
            raise Unsupported("it repeats itself")
        if said.unknown_number:
            raise Unsupported("a number that is not in the list")
        names = [
            (said.words.starts[v.first], said.words.ends[v.last - 1])
            for v in said.values
            if v.values and all(is_person(name) for name, _ in v.values)
        ]
        outside = _without(
            said.plain, [*names, *((a.start, a.end) for a in said.anchors if a.kind == "title")]
        )
        han = len(_HAN.findall(outside))
        latin = len(re.findall(r"[a-z]+", outside))
        if self._chinese and latin > 2 and han * 2 < latin:
            raise Unsupported("another language")
        if not self._chinese and han > latin:
            raise Unsupported("another language")
        if not han and latin > 7 and language_of(outside) not in ("en", "zh"):
            raise Unsupported("another language")

    def _own(self, said: Said, start: int, end: int) -> bool:
        """Whether a stretch is in a title, or a maker's name (StarTech.com)."""
        if any(a.kind in ("title", "group") and a.start < end and start < a.end for a in said.anchors):
            return True
        word = said.original[start:end].casefold()
        return any(
            word in values for thing in self.facts.things for values in (thing.values.get("brand", ()),)
        )


def _inquire(q: Inquiry) -> None:
    """Claim by claim; what one has accounted for the next need not. Raises Unsupported."""
    claims_of_record.history(q)
    claims_of_record.deals(q)
    claims_of_conduct.conduct(q)
    claims_of_conduct.presumed(q)
    if small_talk.is_small_talk(q):
        return
    if q.nothing and not q.asking and not claims_of_record.came_short(q):
        raise Unsupported("said that nothing was found")
    if q.silent and claims_of_record.says_unknown(q):
        return
    claims_of_budget.budget(q)
    claims_compared.of_ratio(q)
    left = claims_of_interval.intervals(q, [m for m in q.measures if not q.in_title(m.start, m.end)])
    left = claims_compared.compared(q, left)
    claims_compared.bargains(q)
    claims_compared.most_of(q)
    claims_compared.agreement(q)
    claims_of_counts.single(q)
    claims_in_numbers.sizes(q)
    claims_in_numbers.codes(q)
    left = claims_in_numbers.years(q, left)
    claims_in_numbers.measured(q, left)
    claims_of_origin.origins(q)
    claims_of_origin.filed(q)
    claims_of_origin.parts(q)
    claims_of_properties.identity(q)
    claims_of_properties.parts_played(q)
    claims_of_properties.deeds(q)
    claims_of_properties.values(q)
    claims_of_flags.flags(q)
    claims_of_flags.names(q)
    plain_words.words(q)


def _without(plain: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        plain = plain[:start] + " " * (end - start) + plain[end:]
    return plain


@lru_cache(maxsize=16)
def _shingles_of_secret(secret: str) -> frozenset[tuple[str, ...]]:
    """The same of what every prompt begins with, taken once."""
    return _shingles(secret)


def _shingles(text: str, width: int = 6) -> frozenset[tuple[str, ...]]:
    folds = words_of(normalise(text).plain).folds
    width = width if text.isascii() else 10
    return frozenset(tuple(folds[i : i + width]) for i in range(len(folds) - width + 1))
