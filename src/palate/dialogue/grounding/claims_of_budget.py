"""Whether things keep to the person's limit on the price: within your budget, 超出预算, under your 80 euros."""

import re

from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.said import Anchor
from palate.values import Evidence

_WITHIN = (
    r"within|inside|in|under|below|fits?(?:\s+into|\s+in)?|meets?|match(?:es)?|suits?|respects?"
    r"|keeps?\s+(?:to|within|under)|stays?\s+(?:in|inside|within|under|below)"
    r"|less\s+than|(?:no|not)\s+(?:more|over)\s+than|not\s+(?:over|above)|(?:do(?:es)?\s*n[o']t|never)\s+(?:exceed|go\s+over|break|pass)"
)
_BEYOND = (
    r"over|above|beyond|outside(?:\s+of)?|exceeds?|past|more\s+than|breaks?|stretch(?:es)?"
    r"|(?:do(?:es)?\s*n[o']t|not)\s+(?:fit|meet|within|in)"
)
_LIMIT = (
    r"(?:\s+(?:of|than))?(?:\s+(?:the|your|that|this|a|well|price))*"
    r"\s+(?:budget|limit|ceiling|maximum|(?=[¥$€£]?\s?\d))"
)
_ENGLISH = re.compile(rf"\b(?:(?P<beyond>{_BEYOND})|(?P<within>{_WITHIN})){_LIMIT}")
_CHINESE = re.compile(
    r"(?P<within>(?:没有?|不|未|不会)(?:超过?出?|高于)|低于|符合|满足|控制在|卡在"
    r"|(?<!不)在(?=[^,，。；]{0,16}(?:预算|上限)[^,，。；]{0,4}(?:内|里)))"
    r"|(?P<beyond>超(?:过|出)?了?|高于|不符合|不在|突破)"
)
_BOUND = re.compile(r"[^,，。；]{0,16}?(?:预算|上限)|\D{0,6}(?=[¥$€£]?\s?\d)")
_AFTER = re.compile(r"预算(?:之|以|范围之?)?(?P<within>内)|预算(?:之|以)(?P<beyond>外)")


def budget(q: Inquiry) -> None:
    """Raises Unsupported for a thing said to keep to the person's limit, or not to, where it is not so."""
    if not q.facts.said.text.strip() or not q.said.anchors:
        return
    pattern = _ENGLISH if q.plain.isascii() or _ENGLISH.search(q.plain) else _CHINESE
    found = [m for m in pattern.finditer(q.plain) if pattern is _ENGLISH or _BOUND.match(q.plain, m.end())]
    if pattern is _CHINESE and not found:
        found = [*_AFTER.finditer(q.plain)]
    for match in found:
        start = match.start()
        if q.open(start) or q.in_title(start, match.end(), "title"):
            continue
        limit = _limit(q, start, match.end())
        if limit is None or not _is_said_of_things(q, start):
            continue
        beyond = match["beyond"] is not None

        def keeps(thing: Thing, limit: float = limit, beyond: bool = beyond) -> bool:
            price = thing.numbers.get("price")
            return price is not None and (price > limit) == beyond

        if not q.holds(start, keeps):
            raise Unsupported(q.plain[start : match.end()])
        q.evidence.setdefault(Evidence("field", "price"))


def _is_said_of_things(q: Inquiry, place: int) -> bool:
    """Whether the clause has a subject among the things, and is not the person's wish told back (you asked for ...)."""
    subject: Anchor = q.said.subject(place)
    first, _ = q.said.clause(place)
    own = re.search(r"\byou\b|[您你](?:想|要|说|提|希望|需要|问)", q.plain[first:place])
    return subject.end > 0 and not (own and not first <= subject.start < place)


def _limit(q: Inquiry, start: int, end: int) -> float | None:
    """The limit that is meant: the person's figure if it is told here, else the one of the wishes; None where the
    clause tells a figure that is not the person's (that is a bound of its own).
    """
    money = [
        m
        for m in q.measures
        if end - 1 <= m.start <= end + 20 and (m.dimension == "money" or (m.dimension is None and m.low > 1))
    ]
    if money:
        told = money[0]
        return told.high if q.wish_number(told.low, told.high, told.start) else None
    if not re.search(r"budget|limit|ceiling|maximum|预算|上限", q.plain[start : end + 20]):
        return None
    bounds = [
        float(wish.value)
        for wish in q.facts.wishes
        if wish.attribute == "price" and wish.op in ("<=", "<") and isinstance(wish.value, int | float)
    ]
    bounds = bounds or [
        m.high for m in q.measures if m.dimension == "money" and q.wish_number(m.low, m.high, m.start)
    ]
    if not bounds:
        raise Unsupported("a budget that was not told")
    return min(bounds)
