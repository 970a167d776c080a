"""Which is the largest or smallest by what only titles and texts say: the Cetaphil is the largest, at 16 ounces.

A size counts where a thing's title, or else its text, has exactly one of that dimension; where one of those compared
has none, or several, nothing can be said.
"""

import re

from palate.dialogue.grounding.comparisons import Comparison
from palate.dialogue.grounding.facts import Passage, Thing
from palate.dialogue.grounding.inquiry import Inquiry
from palate.dialogue.grounding.measures import Measure, agrees
from palate.dialogue.grounding.vocabulary import SUPERLATIVE

_LEAST = re.compile(
    r"\b(?:smallest|lowest|least|fewest|shortest|lightest|smaller|lower|less|fewer|shorter|lighter)\b"
    r"|[最更](?:小|低|少|短|轻|窄)|(?:比.*)[小低少短轻窄]"
)
_MOST = re.compile(
    r"\b(?:largest|biggest|highest|most|longest|heaviest|greatest|larger|bigger|higher|more|longer|heavier)\b"
    r"|[最更](?:大|高|多|长|重|宽)|(?:比.*)[大高多长重宽]"
)


def stands(q: Inquiry, one: Comparison, measures: list[Measure]) -> bool:
    """Whether a superlative is true of the sizes in the texts, in the dimension that the sentence tells."""
    word = q.plain[one.start : one.end]
    least = _LEAST.search(word) is not None
    if one.degree != SUPERLATIVE or one.negative or least == (_MOST.search(word) is not None):
        return False
    said = [m for m in measures if m.dimension not in (None, "money") and m.low == m.high and m.bound == "="]
    subject = q.said.subject(one.start)
    pool = next((a.things for a in q.said.anchors if a.target and len(a.things) > 1), q.facts.listing)
    if len({m.dimension for m in said}) != 1 or len(subject.things) != 1 or len(pool) < 2:
        return False
    sizes = [_size(thing, said[0].dimension, q) for thing in pool]
    mine = _size(subject.things[0], said[0].dimension, q)
    if mine is None or subject.things[0] not in pool or any(size is None for size in sizes):
        return False
    best = (min if least else max)(size for size in sizes if size is not None)
    alone = sum(size == best for size in sizes) == 1
    return alone and mine == best and any(agrees(m, mine) for m in said)


def beyond_others(q: Inquiry, word: str, place: int, said: list[Measure]) -> bool:
    """Whether what is spoken of has more, or less, than all others shown, in the dimension that is told beside it."""
    subject = q.said.subject(place)
    if len(subject.things) != 1 or len({m.dimension for m in said}) != 1:
        return False
    mine = _size(subject.things[0], said[0].dimension, q)
    others = [_size(t, said[0].dimension, q) for t in q.facts.listing if t != subject.things[0]]
    if mine is None or not others:
        return False
    return all(other is not None and (mine > other if word == "more" else mine < other) for other in others)


def _size(thing: Thing, dimension: str | None, q: Inquiry) -> float | None:
    """Its only size of a dimension, in base units; None where there is none, or are several."""
    for text in (Passage(thing.name), thing.text):
        found = {
            m.base[0]
            for m in text.measures(q.vocabulary.units)
            if m.dimension == dimension and m.low == m.high
        }
        if found:
            return found.pop() if len(found) == 1 else None
    return None
