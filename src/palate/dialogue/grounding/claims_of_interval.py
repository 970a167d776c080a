"""How far two things are apart in time: a year after X, five years older than X, 比X早十年.

Both years must be in the catalogue; a span before or after something that is not shown is no claim that can be held.
"""

import re
from collections.abc import Iterator

from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.measures import Measure
from palate.dialogue.grounding.numbers_of_things import years_of
from palate.understanding.numbers import chinese_number, small_number

_LATER = "after|later|younger|newer|past"
_ENGLISH = re.compile(
    r"(?<!ty )(?<!ty-)(?<!ty)(?<!hundred )(?<!and )\b(?P<n>an?|\d{1,3}|[a-z]+)"
    rf"\s+(?P<unit>year|decade)s?\s+(?P<way>{_LATER}|before|earlier|older|prior)(?:\s+(?:than|to))?\b"
)
_CHINESE = re.compile(
    r"比(?P<other>[^，。；]*?)(?:还|要|整整|足足|正好)?(?P<way>早|晚|迟|老|新)了?(?:整整|足足)?(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,4})(?P<unit>年)"
)


def intervals(q: Inquiry, left: list[Measure]) -> list[Measure]:
    """Check spans of years between two things; the measures that remain. Raises Unsupported."""
    for match in (*_ENGLISH.finditer(q.plain), *_CHINESE.finditer(q.plain)):
        word = match["n"]
        count = 1 if word in ("a", "an") else _count(word)
        chinese = "\u4e00" <= match["unit"] <= "\u9fff"
        start = match.start("way") if chinese else match.start()
        if count is None or q.in_title(start, match.end()) or q.open(start):
            continue
        pair = list(_pair(q, match.start(), match.end(), inside=chinese))
        if not pair and not chinese and not re.search(r"before|after|than", match.group()):
            continue
        span = count * (10 if match["unit"] == "decade" else 1)
        sign = 1 if re.fullmatch(f"{_LATER}|晚|迟|新", match["way"]) else -1
        if not pair or not all(_apart(one, other, sign * span) for one, other in pair):
            raise Unsupported(match.group())
        q.said.explain(start, match.end())
        left = [m for m in left if not start <= m.start < match.end()]
    return left


def _count(word: str) -> int | None:
    if word.isascii():
        return small_number(word)
    found = chinese_number(word)
    return int(found[0]) if found and found[0] == found[1] else None


def _pair(q: Inquiry, start: int, end: int, *, inside: bool) -> Iterator[tuple[Thing, Thing]]:
    """What is spoken of, with what it is set against: named right behind, or within 比...早."""
    anchors = sorted(q.said.anchors, key=lambda a: a.start)
    if inside:
        others = [a for a in anchors if start <= a.start < end]
    else:
        others = [a for a in anchors if end <= a.start and not re.search(r"\w", _between(q, end, a.start))]
    before = [a for a in anchors if a.end <= start]
    things = before[-1].things if before else q.said.focus.things
    if others and others[0].kind == "title":
        other = others[0].things[0]
        yield from ((one, other) for one in things if one.item_id != other.item_id)


def _between(q: Inquiry, start: int, end: int) -> str:
    return re.sub(r"\b(?:the|film|movie|book)\b", "", q.plain[start:end])


def _apart(one: Thing, other: Thing, span: int) -> bool:
    return any(x - y == span for x in years_of(one) for y in years_of(other))
