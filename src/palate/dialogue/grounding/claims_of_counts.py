"""Numbers that count: how many things are shown or spoken of, and that there is but one of something."""

import re
from collections.abc import Sequence

from palate.catalogue.lookup_words import words_of
from palate.dialogue.grounding.descriptions import MEASURES
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.measures import Measure
from palate.dialogue.grounding.said import Anchor

_COUNTING = re.compile(
    r"(?:^|\b(?:has|have|all|the|these|those|are|is|found|picked|chose|have|got|of|listed|here|only|just|among|between|for|last|first|with)\s+)$"
    r"|[\u4e00-\u9fff]$"
)
"""Before a number without a noun that counts things: all four, of the two."""


_COUNT_AFTER = re.compile(
    r"\s*(?:of|great|good|solid|lovely|nice|strong|more|other|different"
    r"|\w+ly)?\s*(?:of\s+)?(?:them|these|those|options?|picks?|choices?|items?|products?"
    r"|suggestions?|ideas?|results?|matches|candidates?|alternatives?|titles?|things?|ones|that"
    r"|which|to|are|in|for|from|here|\w+s\b)|\s*(?:[,.;:!?)，。；：！）]|$|(?:and|but)\b)|\s*(?:"
    + MEASURES
    + ")"
)


_VERB = re.compile(
    r"\s+(?:came|come|have|had|might|may|would|could|should|can|will|all|cost|weigh|share|match|fit|suit|meet|look)\b"
)
"""Behind a number that stands for the things themselves: these four came up."""
PARTS = re.compile(
    r"\s*(?:different\s+|more\s+)?(?:sizes?|colou?rs?|flavou?rs?|versions?|parts|volumes?|seasons?|editions?|models?"
    r"|modes|speeds|pieces|shades|scents|layers|settings|sequels?|awards?|stars|years?|reviews?|ratings?)\b"
    r"|\s*(?:个|种|款|档|部|季)?(?:不同的?)?(?:尺寸|尺码|颜色|口味|配色|规格|版本|模式|用途|档|挡|星|奖|续集|评价)"
)
"""What a number counts of a thing itself, and not things of the list."""


_SINGLE = re.compile(
    r"\b(?:one|a\s+single)\s+(?P<a>[a-z]+)\s+only\b|\bonly\s+(?:one|a\s+single)\s+(?P<b>[a-z]+)|\bjust\s+one\s+(?P<c>[a-z]+)"
    r"|(?:只有|仅有|就)一[面侧层边端](?!的)"
)


def single(q: Inquiry) -> None:
    """One side only: the text must say so of the thing, unless it is the things themselves that are counted."""
    for match in _SINGLE.finditer(q.plain):
        noun = match["a"] or match["b"] or match["c"] or ""
        counted = noun in (
            "of",
            "that",
            "here",
            "option",
            "item",
            "product",
            "choice",
            "thing",
            "more",
            "i",
            "with",
        )
        if counted or q.open(match.start()) or q.in_title(*match.span()) or not q.said.things:
            continue
        run = ["one", words_of(noun).folds[0]] if noun else list(words_of(match.group()[-2:]).folds)
        if noun and any(words_of(noun).folds[0] in thing.filed for thing in q.facts.listing):
            continue
        if not q.holds(
            match.start(), lambda thing, run=run: thing.text.says(run) or thing.text.says(["single", run[1]])
        ):
            raise Unsupported(match.group())


_WITHIN_ONE = re.compile(
    r"\s*(?:\w+\s+){0,2}\w+s\s+(?:with|in|from|inside|per)\s+(?:the\s+|an?\s+|each\s+|every\s+)?[\"“]?$"
)
_HOLDS = re.compile(
    r"\b(?:has|have|comes?\s+with|includes?|contains?|holds?|of|gets?|brings?)\s+(?:about\s+|around\s+|up\s+to\s+)?$"
)


def _of_one(q: Inquiry, measure: Measure, before: Sequence[Anchor]) -> bool:
    """Whether a number counts what one thing has or brings: four towels with the set, X comes with four brushes."""
    after = next((a for a in q.said.anchors if a.start >= measure.end and a.kind == "title"), None)
    if after is not None and len(after.things) == 1 and _WITHIN_ONE.match(q.plain[measure.end : after.start]):
        return True
    alone = len(before) == 1 and len(before[0].things) == 1
    return alone and bool(_HOLDS.search(q.plain[max(before[0].end, measure.start - 30) : measure.start]))


def is_count(q: Inquiry, measure: Measure) -> bool:
    """How many things are shown, named, or left."""
    if (
        measure.dimension not in (None, "piece", "people")
        or measure.currencies
        or measure.low != measure.high
        or measure.low != int(measure.low)
        or measure.low > 100
    ):
        return False
    if measure.dimension and measure.unit_word not in ("片",):
        return False
    n = int(measure.low)
    listing, named = (
        len(q.facts.listing),
        len({t.item_id for a in q.said.anchors for t in a.things}),
    )
    counts = {
        listing,
        len(q.facts.brief.items),
        named,
        len(q.said.focus.things),
        len(q.facts.subjects),
    } - {0}
    after = q.plain[measure.end : measure.end + 24]
    start, _ = q.said.clause(measure.start)
    single = [a for a in q.said.anchors if start <= a.start and a.end <= measure.start and not a.target]
    if (
        len(single) == 1
        and len(single[0].things) == 1
        and re.match(r"[\u4e00-\u9fff]", after)
        and not re.match(rf"(?:{MEASURES}|样|者)?(?:商品|产品|东西|电影|视频)?(?:里|中|之)", after)
        and not re.search(r"[这那前其]|其余|其他|另外?$", q.plain[max(0, measure.start - 3) : measure.start])
    ):
        counts = set[int]()  # 龙王那条推荐了三部番: what it counts is told by the thing
    if PARTS.match(after) or after.startswith("位") or _of_one(q, measure, single):
        return False
    if re.search(
        r"\b(?:other|another|remaining|rest)\b", q.plain[max(0, measure.start - 8) : measure.end + 8]
    ) or re.search(r"(?:其余|其他|另外?|剩下的?)$", q.plain[max(0, measure.start - 4) : measure.start]):
        counts |= {listing - max(1, named), listing - len(q.said.focus.things)}
    counted = _COUNT_AFTER.match(after)
    if (
        n == listing
        and re.search(r"\b(?:these|those|all)\s+$", q.plain[: measure.start])
        and _VERB.match(after)
    ):
        return True
    if counted is None or n not in counts:
        return False
    alone = re.fullmatch(r"\W*|\s*(?:and|but)", counted.group()) is not None
    return not alone or bool(_COUNTING.search(q.plain[max(0, measure.start - 24) : measure.start]))
