"""A sentence as it was read: the places that speak of things, and of which thing each other place is said."""

import re
from dataclasses import dataclass, field
from typing import Literal

from palate.catalogue.lookup_words import Words
from palate.dialogue.grounding.facts import Facts, Thing
from palate.dialogue.grounding.vocabulary import Named, Valued
from palate.understanding.normalise import Text

Kind = Literal["title", "number", "pronoun", "group", "some", "only"]

_BREAK = re.compile(
    r"(?<!\d),(?!\d{3})|(?<=\d),(?!\d)|[;:：；，。]|\s[–—-]\s|——|\bbut\b|\bwhile\b|\bwhereas\b"
    r"|\bthough\b|\balthough\b|而(?!且|是)|但是?|不过|可是"
)
_LEADS_ON = re.compile(
    r"^\s*(?:(?:and|but|so|or)\s+)?(?:at|for|with|priced|weighing|directed|starring|written|made"
    r"|coming|from|released|published|measuring|in|as|of|costing|featuring|by|on|boasting"
    r"|offering|running|clocking)\b|^\s*(?:售价|价格|以|作为|由|重|仅|只要|同样)"
)
_ALSO = re.compile(r"\s*(?:(?:and|but|while|whereas|so)\b|而|但|不过)")
"""How a clause begins that has a subject of its own."""
_RELATIVE = re.compile(r"^\s*(?:which|who|whose|that|后者)\b")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Things spoken of at ``plain[start:end]``. ``target``: what another is compared with, or what the person did
    something with: no subject of what follows; ``least``: of a "some", how many at least, ``exact``: and no more.
    """

    start: int
    end: int
    things: tuple[Thing, ...]
    kind: Kind
    target: bool = False
    least: int = 0
    parts: tuple["Anchor", ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Focus:
    """What the sentences before have spoken of: ``things`` in the last of them, ``recent`` single ones, the latest
    last.
    """

    things: tuple[Thing, ...] = ()
    recent: tuple[Thing, ...] = ()


@dataclass
class Said:
    """A sentence. ``explained``: for each word whether a claim or a mention accounts for it; ``plain``: its plain text
    with titles blanked out: their words claim nothing.
    """

    original: str
    text: Text
    words: Words
    anchors: list[Anchor]
    quotes: list[tuple[int, int]]
    facts: Facts
    focus: Focus
    unknown_number: bool = False
    explained: list[bool] = field(default_factory=list[bool])
    plain: str = ""
    values: list[Valued] = field(default_factory=list[Valued])
    names: list[Named] = field(default_factory=list[Named])

    def explain(self, start: int, end: int) -> None:
        """Account for the words of a stretch of plain text."""
        for place, (first, last) in enumerate(zip(self.words.starts, self.words.ends, strict=True)):
            if first < end and start < last:
                self.explained[place] = True

    def clause(self, place: int) -> tuple[int, int]:
        """The clause around a place."""
        start, end = 0, len(self.plain)
        for match in _BREAK.finditer(self.plain):
            if any(one.kind == "title" and one.start <= match.start() < one.end for one in self.anchors):
                continue
            if match.end() <= place:
                start = match.end()
            elif match.start() >= place:
                end = match.start()
                break
        return start, end

    def clauses(self) -> list[tuple[int, int]]:
        """All clauses, in order."""
        out: list[tuple[int, int]] = []
        place = 0
        while place < len(self.plain):
            start, end = self.clause(place)
            out.append((start, end))
            place = max(end, place) + 1
        return out

    @property
    def things(self) -> tuple[Thing, ...]:
        """Those spoken of, in order."""
        found = [thing for anchor in self.anchors if not anchor.target for thing in anchor.things]
        return tuple({thing.item_id: thing for thing in found}.values())

    def subject(self, place: int) -> Anchor:
        """Whom what is said at ``place`` is said of."""
        inside = self._in_brackets(place)
        if inside is not None:
            return inside
        start, end = self.clause(place)
        subjects = [one for one in self.anchors if not one.target]
        if _RELATIVE.match(self.plain[start:end]) and not any(start <= one.start < place for one in subjects):
            before = [one for one in self.anchors if one.end <= start]
            if before:
                last = before[-1]
                return last.parts[-1] if last.parts else last
        here = [one for one in subjects if start <= one.start < end]
        before_here = [one for one in here if one.start <= place]
        if before_here:
            return self._part(before_here[-1], place)
        if here:
            return here[0]
        before = [one for one in subjects if one.end <= place]
        after = [one for one in subjects if one.start >= end]
        leads = bool(_LEADS_ON.match(self.plain[start:end])) or not before
        if after and before and not _ALSO.match(self.plain[start:end]):
            first = self.clause(after[0].start)[0]  # X is old, from 1997, and Y came later
            leads = leads and not _ALSO.match(self.plain[first:])
        if after and leads:
            return after[0]
        if before:
            return before[-1]
        if after:
            return after[0]
        things = self.focus.things or self.facts.subjects or tuple(thing for thing in self.facts.listing)
        return Anchor(0, 0, things, "pronoun" if len(things) == 1 else "group")

    def _in_brackets(self, place: int) -> Anchor | None:
        opening = max(self.plain.rfind("(", 0, place), self.plain.rfind("（", 0, place))
        if opening < 0 or re.search(r"[)）]", self.plain[opening:place]):
            return None
        flat = [part for one in self.anchors for part in (one.parts or (one,))]
        before = [
            one
            for one in flat
            if one.end <= opening and not self.plain[one.end : opening].strip(' "”」』》?!.,')
        ]
        return before[-1] if before else None

    @staticmethod
    def _part(anchor: Anchor, place: int) -> Anchor:
        """Within a chain of things (X with ..., and Y) the last one before the place."""
        if place < anchor.end and anchor.parts:
            before = [one for one in anchor.parts if one.start <= place]
            return before[-1] if before else anchor
        return anchor
