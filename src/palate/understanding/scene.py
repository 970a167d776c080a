"""The utterance with everything that the readers of its parts share: words, lookups, clauses, what was shown
last.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import exp

import numpy as np

from palate.catalogue.lookup import PART, VARIANT, ItemFacts, Lookup, Match, ValueTarget
from palate.catalogue.lookup_facts import AttributeFacts, is_person
from palate.catalogue.lookup_words import Words, is_chinese, words_of
from palate.understanding.act_model import FEEDBACK
from palate.understanding.language import language_of
from palate.understanding.lexicon import Lexicon, Term
from palate.understanding.normalise import Text, normalise
from palate.understanding.scope import Scopes
from palate.understanding.segmentation import Segment, in_dictionary, segment
from palate.understanding.spelling import spelt, unswapped
from palate.understanding.stopwords import CHINESE, ENGLISH, SPELT_RIGHT
from palate.understanding.transliteration import SoundNames
from palate.values import Sentiment

_NUMERALS = frozenset("0123456789一二两三四五六七八九十几半")
_KIND_OF = "类款系片剧味风装型"
"""Characters that turn a value into a kind: 婴童类."""
_HOLDING = "含无不"
"""Characters that say of a value that a thing has it or not, and are no part of its word: 含酒精."""
_MOST_TURNED = 3
_ARTICLES = ("the", "a", "an", "my", "your", "her", "his", "our")
FELT: Mapping[str, Sentiment] = {"praise": "like", "complaint": "dislike", "tale": "neutral"}
BLANK = "\ua66e"
"""Stands in masked text for characters that another part has read: a letter, so that patterns see a word
there, of a script that none of them names."""


@dataclass(frozen=True, slots=True)
class NotionWord:
    """An attribute's word (``price``, 内存): words ``first`` to ``last``, ``plain[start:end]``."""

    first: int
    last: int
    start: int
    end: int
    name: str


@dataclass
class Scene:
    """See the module. ``masked`` is ``text.plain`` with mentions blanked out (same length)."""

    text: Text
    words: Words
    language: str
    lookup: Lookup
    lexicon: Lexicon
    matches: list[Match]
    terms: list[tuple[int, int, list[Term]]]
    segments: list[Segment]
    scopes: Scopes
    last: tuple[ItemFacts, ...]
    after_list: bool
    corrected: dict[int, str] = field(default_factory=dict)
    masked: str = ""
    asked: str | None = None
    """The attribute that the turn before asked about."""
    acts: Mapping[str, float] = field(default_factory=dict[str, float])
    """The log-probability of each of ``act_model.KINDS``; empty without the model."""

    def chance(self, *kinds: str) -> float:
        """How likely the model of acts holds one of some kinds; 0 without it."""
        return sum(exp(self.acts[kind]) for kind in kinds) if self.acts else 0.0

    @property
    def feeling(self) -> Sentiment:
        """What a tale says by the model of acts."""
        told = max(FEEDBACK, key=lambda kind: self.acts[kind])
        return FELT[told]

    def __post_init__(self) -> None:
        longer = {(m.start, m.end) for m in self.matches if m.values and m.end - m.start > 1}
        longer |= {(s, e) for s, e, terms in self.terms if e - s > 1 and any(t.kind == "near" for t in terms)}
        inside = {i for start, end in longer for i in range(start, end - 1)}  # "noise" in "noise cancelling"
        self._notions = [
            NotionWord(first, last, self.words.starts[first], self.words.ends[last - 1], term.name)
            for first, last, terms in self.terms
            for term in terms
            if term.kind == "notion" and not (last - first == 1 and (first in inside or self._cut(first)))
        ]
        self._notion_starts = [n.start for n in self._notions]

    def _cut(self, word: int) -> bool:
        """Whether a single character is a piece of a longer word that counts nothing: 码, of 起码; not 星, of 四星."""
        if not is_chinese(self.words.texts[word]):
            return False
        start, end = self.place(word, word + 1)
        counted = any(s.text[0] in _NUMERALS for s in self.segments_near(start, end))
        return not counted and self.cuts_a_word(start, end)

    @cached_property
    def value_words(self) -> frozenset[int]:
        """The places of words that are values of the catalogue, names of people left out."""
        return frozenset(
            i
            for match in self.matches
            if any(v.form != PART and not is_person(v.attribute) for v in match.values)
            for i in range(match.start, match.end)
        )

    def value_at(self, place: int) -> bool:
        """Whether a word that begins at a place is a value of the catalogue, no person, or near to one."""
        if place not in self.words.starts:
            return False
        word = self.words.starts.index(place)
        return word in self.value_words or any(
            s == word and any(t.values for t in terms) for s, _, terms in self.terms
        )

    def measures_nothing(self, first: int, last: int) -> bool:
        """Whether words are a thing by the dictionary (床单), and no measure: without a digit or a size."""
        start, end = self.place(first, last)
        words = self.segments_near(start, end)
        return (
            len(words) == 1
            and words[0].tag[:1] == "n"
            and end - start > 1
            and not words[0].text.endswith(("号", "码", "人"))
        )

    @cached_property
    def values_said(self) -> list[ValueTarget]:
        """The values that the words are, or are near to, whatever is said of them."""
        near = [value for _, _, terms in self.terms for term in terms for value in term.values]
        return [value for match in self.matches for value in match.values] + near

    @cached_property
    def _named_categories(self) -> frozenset[str]:
        return frozenset(str(v.value) for v in self.values_said if v.attribute == "categories")

    @cached_property
    def _shown_categories(self) -> list[frozenset[str]]:
        """The categories of each item shown last."""
        return [
            frozenset(str(value) for attribute, value in facts.values if attribute == "categories")
            for facts in self.last
        ]

    @property
    def categories(self) -> frozenset[str]:
        """The categories spoken of, else those of the items shown last."""
        return self._named_categories or frozenset().union(*self._shown_categories)

    def fitting(self, notion: str, kinds: tuple[str, ...] = ("number",)) -> list[AttributeFacts]:
        """The attributes for a notion, best first: those that goods of the categories spoken of have, before
        others; where none are spoken of, those that most of the goods shown last have.
        """
        usable = [a for a in self.lexicon.notions[notion].attributes if a.type in kinds]
        shown = [] if self._named_categories else self._shown_categories

        def lacking(attribute: AttributeFacts) -> int:
            return sum(bool(attribute.within) and not one.issubset(attribute.within) for one in shown)

        return sorted(usable, key=lambda a: (not self.fits(a), lacking(a)))

    def fits(self, attribute: AttributeFacts) -> bool:
        """Whether goods of the categories spoken of have an attribute; True where none are, or no limit is
        known.
        """
        return not (attribute.within and self.categories and self.categories.isdisjoint(attribute.within))

    def measures(self, notion: str) -> bool:
        """Whether numbers are said of a notion: not of an attribute of the shop's own that has words for values."""
        return not notion.startswith("@") or self.lexicon.notions[notion].attributes[0].type == "number"

    def term_at(self, place: int) -> Term | None:
        """What the lexicon knows of the word at a place."""
        end, term = self._term_of.get(bisect_right(self.words.starts, place) - 1, (0, None))
        return term if place < end else None

    @cached_property
    def _term_of(self) -> dict[int, tuple[int, Term]]:
        """By word: where the first term that it is part of ends, and that term."""
        out: dict[int, tuple[int, Term]] = {}
        for first, last, terms in self.terms:
            for word in range(first, last):
                out.setdefault(word, (self.words.ends[last - 1], terms[0]))
        return out

    def notions_near(self, start: int, end: int, reach: int = 24) -> list[NotionWord]:
        """The attribute words that begin within ``reach`` characters of a stretch."""
        low = bisect_left(self._notion_starts, start - reach)
        return self._notions[low : bisect_right(self._notion_starts, end + reach)]

    @property
    def plain(self) -> str:
        """The plain text."""
        return self.text.plain

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of plain text that words ``start`` to ``end`` (exclusive) cover."""
        return self.words.starts[start], self.words.ends[end - 1]

    def capitalised(self, start: int, end: int) -> bool:
        """Whether every word of a stretch but small grammatical ones was typed with a capital."""
        said = self.text.said(start, end).split()
        big = [
            w
            for w in said
            if w.casefold() not in ("the", "a", "an", "of", "and", "in", "to", "for", "or", "on")
        ]
        return bool(big) and all(w[:1].isupper() or w[:1].isdigit() for w in big)

    def within_a_name(self, start: int, end: int) -> bool:
        """Whether the words right beside a stretch are typed with capitals, as if all were one name (Peter
        *Rabbit*).
        """
        if self.shouted():
            return False
        before = re.search(r"([a-z][\w'-]*)(?:\s+(?:of|the|in))*\s+$", self.plain[max(0, start - 28) : start])
        after = re.match(r"\s+([a-z][\w'-]*)", self.plain[end : end + 24])
        if after and self.text.said(end + after.start(1), end + after.start(1) + 1).isupper():
            return after.group(1) not in ENGLISH
        if before is None or before.group(1) in ENGLISH:
            return False
        at = max(0, start - 28) + before.start(1)
        opens = not re.search(r"[^\s\W]", self.plain[max(0, at - 2) : at])
        # Hong Kong: no word of the language, so that the capital is a name's at the beginning, too
        named = (at > 0 and not opens) or before.group(1).split("'")[0] not in SPELT_RIGHT
        return named and self.text.said(at, at + 1).isupper()

    def shouted(self) -> bool:
        """Whether the whole text is in capitals, so that capitals say nothing."""
        return self.text.original.isupper()

    def cuts_a_word(self, start: int, end: int) -> bool:
        """Whether a stretch of Chinese begins or ends inside a word of the language."""
        for word in self.segments_near(start, end):
            inside = (word.start < start < word.end) or (word.start < end < word.end)
            kind_of = start <= word.start and word.end == end + 1 and self.plain[end] in _KIND_OF
            holding = word.start == start - 1 and word.end <= end and self.plain[word.start] in _HOLDING
            if (
                inside
                and not kind_of
                and not holding
                and not self._split_elsewhere(word, start, end)
                and (in_dictionary(word.text) or word.tag == "n")
                and not self._compound(word, start, end)
            ):
                return True
        return False

    def _split_elsewhere(self, word: Segment, start: int, end: int) -> bool:
        """Whether a stretch is a word of the dictionary that ends in the first character of another, whose last one is
        grammar: 家具|有, not 家|具有.
        """
        return (
            start < word.start
            and word.end == end + 1
            and end - word.start == 1
            and self.plain[end] in CHINESE
            and in_dictionary(self.plain[start:end])
        )

    def _compound(self, word: Segment, start: int, end: int) -> bool:
        """Whether a word of the dictionary is two words side by side (生日礼物), and a stretch is one of
        them.
        """
        if word.start < start < word.end:
            parts = self.plain[word.start : start], self.plain[start : word.end]
        else:
            parts = self.plain[word.start : end], self.plain[end : word.end]
        return all(len(part) >= 2 and in_dictionary(part) for part in parts)

    def segments_near(self, start: int, end: int) -> list[Segment]:
        """The segments that overlap a stretch."""
        low, high = 0, len(self.segments)
        while low < high:
            middle = (low + high) // 2
            if self.segments[middle].end <= start:
                low = middle + 1
            else:
                high = middle
        out: list[Segment] = []
        while low < len(self.segments) and self.segments[low].start < end:
            out.append(self.segments[low])
            low += 1
        return out

    def mask(self, spans: Sequence[tuple[int, int]]) -> None:
        """Blank stretches out of ``masked``."""
        characters = list(self.masked)
        for start, end in spans:
            characters[start:end] = BLANK * (end - start)
        self.masked = "".join(characters)


def make_scene(
    lookup: Lookup,
    lexicon: Lexicon,
    said: str,
    last: Sequence[str],
    in_dialogue: bool,
    asked: str | None = None,
    sounds: SoundNames | None = None,
) -> Scene:
    """Read words, typing errors and lookups; everything that needs no decision."""
    text = normalise(said)
    text = replace(text, plain=unswapped(lookup, lexicon, text.plain))
    words, corrected = spelt(lookup, lexicon, words_of(text.plain))
    together = np.flatnonzero(lookup.neighbours(words) >= 2).tolist()
    joined = {words.ends[i] for i in together if words.ends[i] == words.starts[i + 1]}
    matches, terms = lookup.match(words) + _turned_round(lookup, words), lexicon.match(words)
    if sounds is not None:
        known = [
            (m.start, m.end) for m in matches if m.titles or any(is_person(v.attribute) for v in m.values)
        ]
        known += [(s, e) for s, e, of_it in terms if any(t.name == "person" and t.values for t in of_it)]
        matches += sounds.matches(text.plain, words, known)
    shown = tuple(facts for item_id in last if (facts := lookup.item(item_id)) is not None)
    return Scene(
        text=text,
        words=words,
        language=language_of(text.plain),
        lookup=lookup,
        lexicon=lexicon,
        matches=matches,
        terms=terms,
        segments=segment(text.plain, joined),
        scopes=Scopes(text.plain),
        last=shown,
        after_list=bool(last) or in_dialogue,
        corrected=corrected,
        masked=text.plain,
        asked=asked,
    )


def _turned_round(lookup: Lookup, words: Words) -> list[Match]:
    """Values that are said the other way round: a pillow for the bath is a Bath Pillow."""
    out: list[Match] = []
    for at in [i for i, word in enumerate(words.texts[1:-1], 1) if word == "for"][:_MOST_TURNED]:
        behind = at + 1 + (words.texts[at + 1] in _ARTICLES)
        if behind < len(words):
            whole = lookup.phrase(f"{words.texts[behind]} {words.texts[at - 1]}")
            values = tuple(v for v in whole.values if v.form <= VARIANT) if whole else ()
            if values:
                out.append(Match(at - 1, behind + 1, (), values))
    return out
