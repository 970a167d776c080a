"""What a sentence compares, claim by claim; the arithmetic is in ``comparing`` and ``ratios``."""

import re
from typing import Any

from palate.catalogue.lookup_words import words_of
from palate.dialogue.grounding import comparing, comparisons, numbers_of_things, ratios, sizes_in_text
from palate.dialogue.grounding.facts import Thing, value_of
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.measures import Measure
from palate.dialogue.grounding.words import chinese_states_nothing, states_nothing
from palate.values import Evidence

_IS_IT = re.compile(r"^\s*(?:is|are|isn'?t|aren'?t|was|does|doesn'?t|did)\b")
_LESS_FOR = re.compile(r"\b(?:less|more)\s+(?:money\s+)?(?:for|on)\b[^,.;]*\bthan\b")
_SAVES = re.compile(
    r"\b(?:sav(?:e|es|ing)|differ\w*|gap|apart|extra)\b[^,.;]*$|(?:相差|差价|差|省下?了?|多花|少花|立减|直降|减)\S{0,6}$"
)
_SAVES_MONEY = re.compile(r"\bsav(?:e|es|ing)\b|省|多花|少花|减|降")


def of_ratio(q: Inquiry) -> None:
    for start, end, ratio, how in ratios.find_ratios(q.said):
        if q.in_title(start, end) or q.in_text(start, end):
            continue
        if not ratios.ratio_stands(q.said, start, ratio, how, q.vocabulary, q.named):
            raise Unsupported(q.plain[start:end])
        q.said.explain(start, end)


def compared(q: Inquiry, measures: list[Measure]) -> list[Measure]:
    """Check what is compared; the measures that remain are claims of their own."""
    left = list(measures)
    if less := _LESS_FOR.search(q.plain):
        raise Unsupported(less.group())
    found = comparisons.find_comparisons(q.said, q.vocabulary, q.named)
    for one in found:
        if q.in_title(one.start, one.end):
            continue
        if q.open(one.start) and not _of_things(q, one):
            q.said.explain(one.start, one.end)
            continue
        if q.asking and one.degree and _IS_IT.search(q.plain):
            raise Unsupported(f"a question that tells: {q.plain[one.start : one.end]}")
        start, end = q.said.clause(one.start)
        amounts = [m for m in left if start <= m.start < end and _is_amount(q, m, one)]
        if one.degree == 0 and q.in_text(one.start, one.end):
            continue
        direct = _bound_by_adjective(q, one, left)
        if direct:  # cheaper than 500: a bound on its own value
            q.said.explain(one.start, one.end)
            continue
        if one.degree == 0 and any(m.end <= one.start <= m.end + 2 for m in measures):
            q.said.explain(one.start, one.end)
            continue  # 40 cm wide: the measure is checked with it
        true, names = comparing.stands(q.said, one, q.vocabulary, amounts, q.named)
        word = q.plain[one.start : one.end]
        if not true and q.personal(one.start) and q.wished(words_of(word).folds):
            q.said.explain(one.start, one.end)
            continue
        if not true and one.degree == 0:
            folds = words_of(word).folds
            if q.holds(one.start, lambda thing, folds=folds: bool(folds) and thing.text.says(folds)):
                continue
            if all(states_nothing(t) or chinese_states_nothing(t) for t in words_of(word).texts) and any(
                n.startswith("?") for n in names
            ):
                continue
        if not true and not (one.degree and sizes_in_text.stands(q, one, measures)):
            raise Unsupported(word)
        for name in names:
            q.evidence.setdefault(Evidence("field", name))
        q.said.explain(one.start, one.end)
        for m in amounts:
            q.said.explain(m.start, m.end)
            left.remove(m)
    return _saved(q, left)


def _of_things(q: Inquiry, one: comparisons.Comparison) -> bool:
    """Whether a question compares things that it names, and so tells which is more (the cheaper X)."""
    start, end = q.said.clause(one.start)
    return (
        q.asking
        and one.degree > 0
        and any(a.kind == "title" and start <= a.start < end for a in q.said.anchors)
    )


def _is_amount(q: Inquiry, measure: Measure, one: comparisons.Comparison) -> bool:
    """¥30 cheaper, 便宜30元, cheaper by 12 g: how far two things are apart."""
    if not one.degree:
        before = q.plain[max(0, measure.start - 4) : measure.start]
        if not re.search(r"(?:便宜|贵|轻|重|长|短|大|小|高|低|多|少)(?:了|出)?$", before) or not re.search(
            r"比", q.plain[: one.start]
        ):
            return False
    between = q.plain[min(measure.end, one.end) : max(measure.start, one.start)]
    if measure.end <= one.start:
        return len(between.strip()) <= 2
    return bool(
        re.fullmatch(
            r"\s*(?:by|了|出|整整|足足|大约|约|about|around|a\s+full|some)?\s*(?:about|around|only|just)?\s*",
            between,
        )
    )


def _bound_by_adjective(q: Inquiry, one: comparisons.Comparison, left: list[Measure]) -> bool:
    tail = q.plain[one.end : one.end + 12]
    than = re.match(r"\s*than\s+", tail)
    return bool(than) and any(one.end <= m.start <= one.end + len(than.group()) + 6 for m in left if than)


def _saved(q: Inquiry, left: list[Measure]) -> list[Measure]:
    """What "saves you 360 yuan", "the difference is 15 g", 相差, 省: a difference between two things."""
    kept: list[Measure] = []
    for measure in left:
        if (apart := _apart(q, measure)) is not None:
            if not apart:
                raise Unsupported(q.plain[measure.start : measure.end])
            q.said.explain(measure.start, measure.end)
            continue
        before = q.plain[q.said.clause(measure.start)[0] : measure.start]
        after = q.plain[measure.end : measure.end + 16]
        if (saves := _SAVES.search(before)) or re.match(
            r"\s*(?:more|less|apart|difference|extra|的差)\b", after
        ):
            pairs = [
                (a, b)
                for a in q.said.things or q.said.focus.things
                for b in (
                    *q.said.things,
                    *(t for x in q.said.anchors for t in x.things),
                    *q.said.focus.recent,
                )
            ]
            money = measure.dimension == "money" or bool(saves and _SAVES_MONEY.search(saves.group()))
            if any(
                abs(x - y) > 0 and comparing.amount_fits(measure, x, y, q.vocabulary, name)
                for a, b in pairs
                for name in a.numbers
                if not money or "money" in [dimension for dimension, _ in q.vocabulary.measures.get(name, ())]
                if (x := value_of(a, name)) is not None and (y := value_of(b, name)) is not None
            ):
                q.said.explain(measure.start, measure.end)
                continue
            raise Unsupported(q.plain[measure.start : measure.end])
        kept.append(measure)
    return kept


_BEYOND = re.compile(
    r"\s*(?:(?P<less>below|under|less\s+than|cheaper\s+than)|above|over|more\s+than|dearer\s+than)\s+(?:the\s+)?$"
)
_ZH_BEYOND = re.compile(
    r"比[^，。；]{1,30}?(?:要|还|只|仅)?(?:(?P<less>少|低|省|便宜)|多|高|贵)(?:了|出|花)?$"
)


def _apart(q: Inquiry, measure: Measure) -> bool | None:
    """Two dollars below X, 比X少十块: whether the thing spoken of has so much less, or more, than the one named; None
    where a measure says no such thing.
    """
    beyond = next(
        (
            match
            for a in q.said.anchors
            if measure.end <= a.start <= measure.end + 20 and a.kind in ("title", "group", "pronoun")
            and (match := _BEYOND.match(q.plain[measure.end : a.start]))
        ),
        None,
    )  # fmt: skip
    others: tuple[Thing, ...] = ()
    if beyond is not None:
        at = measure.end + beyond.end()
        others = next((a.things for a in q.said.anchors if a.start >= at), ())
    else:
        beyond = _ZH_BEYOND.search(q.plain[max(0, measure.start - 40) : measure.start])
        if beyond is not None:
            targets = [a for a in q.said.anchors if a.target and a.end <= measure.start]
            others = targets[-1].things if targets else ()
    if beyond is None or not others:
        return None
    before = [a for a in q.said.anchors if a.end <= measure.start and not a.target]
    mine = before[-1].things if before else q.said.focus.things
    sign = -1 if beyond["less"] else 1
    names = [
        name
        for name, ways in q.vocabulary.measures.items()
        if any(d == measure.dimension for d, _ in ways) or (not ways and measure.dimension is None)
    ]
    return bool(mine) and any(
        all(
            (x := value_of(a, name)) is not None
            and (y := value_of(b, name)) is not None
            and (x - y) * sign > 0
            and comparing.amount_fits(measure, x, y, q.vocabulary, name)
            for a in mine
            for b in others
        )
        for name in (names if measure.dimension != "money" else [n for n in names if n == "price"])
    )


_BARGAIN = re.compile(
    r"\bthe\s+(?:real\s+|best\s+|clear\s+|obvious\s+|true\s+)*(?P<low>bargain|steal|budget\s+(?:pick|option|choice|one)|money[\s-]saver)\b"
    r"|\bthe\s+(?:real\s+|big\s+|clear\s+)*(?P<high>splurge|luxury\s+(?:pick|option|choice|one))\b"
)
"""Nouns that say which of the things shown costs least or most."""
_MORE_OF = re.compile(r"比(?P<other>[^，。；]{1,40}?)更(?P<what>[有能会加具适值耐][^，。；的]{0,6})")


def bargains(q: Inquiry) -> None:
    """What is called the bargain costs least of what is shown; 更有效果 than another cannot be known."""
    for match in _BARGAIN.finditer(q.plain):
        if q.open(match.start()) or q.in_title(*match.span()):
            continue
        things = q.said.subject(match.start()).things
        costs = [thing.numbers["price"] for thing in q.facts.listing if "price" in thing.numbers]
        mine = [thing.numbers.get("price") for thing in things]
        best = (min(costs) if match["low"] else max(costs)) if costs else None
        if best is None or len(costs) < len(q.facts.listing) or any(price != best for price in mine):
            raise Unsupported(match.group())
    for match in _MORE_OF.finditer(q.plain):
        told = all(
            explained
            for start, explained in zip(q.said.words.starts, q.said.explained, strict=True)
            if match.start("what") <= start < match.end()
        )
        if not told and not q.in_text(*match.span("what")):
            raise Unsupported(match.group())


_MOST_OF = re.compile(
    r"\bthe\s+(?:most|least|fewest)\s+(?:product|content|contents|value|money|features?|coverage|hold|power|space|room|storage|memory|volume|pieces|pages"
    r"|items?|options?|colou?rs?|support|capacity|weight|size|quantity|material|ingredients?)\b"
)


_MORE_THAN = re.compile(r"\b(more|less)\s+than\s+(?:the\s+(?:others?|rest)|any\b|all\b|both\b|each\b)")


def most_of(q: Inquiry) -> None:
    """The most product of the four: an amount that is not compared above is not known."""
    for match in _MORE_THAN.finditer(q.plain):
        start, end = q.said.clause(match.start())
        told = [m for m in q.measures if start - 40 <= m.start < end and m.dimension not in (None, "money")]
        done = next(
            (
                done
                for done, first in zip(q.said.explained, q.said.words.starts, strict=True)
                if first == match.start()
            ),
            False,
        )
        if (
            not done
            and not q.open(start)
            and not sizes_in_text.beyond_others(q, match.group(1), match.start(), told)
        ):
            raise Unsupported(match.group())
    for match in _MOST_OF.finditer(q.plain):
        told = any(
            done and match.start() <= start < match.end()
            for done, start in zip(q.said.explained, q.said.words.starts, strict=True)
        )
        if not told and not q.open(match.start()) and not q.in_title(*match.span()):
            raise Unsupported(match.group())


def agreement(q: Inquiry) -> None:
    """The same price, 一样重: the things agree in what is named beside it."""
    if not comparing.is_same(q.plain) or q.open(0):
        return
    things = list({t.item_id: t for a in q.said.anchors for t in a.things}.values()) or list(
        q.said.focus.things
    )
    agreeing = _agreeing(q)
    if re.search(r"\bsame\s+year\b|同一?年", q.plain) and len(things) > 1:
        if not set.intersection(*({*numbers_of_things.years_of(t)} for t in things)):
            raise Unsupported("the same year")
        return
    if (
        not agreeing
        and len(q.said.things) > 1
        and re.search(r"\bshare|\bthe\s+same\s+(?!time|way|thing)\w", q.plain)
    ):
        raise Unsupported("the same, in what is not known")
    if len(things) == 1:  # the same as what was spoken of before
        things += [t for t in q.said.focus.things if t.item_id != things[0].item_id]
    for attributes in agreeing:
        held = [name for name in attributes if any(t.has(name) for t in things)]
        if held and not any(
            len(things) > 1 and len({str(_value(t, name)) for t in things}) == 1 for name in held
        ):
            raise Unsupported("the same " + held[0])


def _value(thing: Thing, name: str) -> Any:
    return thing.numbers.get(name, thing.values.get(name, thing.flags.get(name, thing.dates.get(name))))


def _agreeing(q: Inquiry) -> list[tuple[str, ...]]:
    """The attributes in which things are said to be the same: named, of a verb (cost), of an adjective (一样贵)."""
    found = [n.attributes for n in q.named if not q.in_title(*q.span(n))]
    notions = q.vocabulary.lexicon.notions
    found += [
        tuple(a.name for a in notions[notion].attributes)
        for verb, notion in comparisons.VERBS
        if verb.search(q.plain)
    ]
    for match in comparing.ALIKE.finditer(q.plain):
        adjective = q.vocabulary.adjectives.get(match.group(1) or match.group(2))
        if adjective is not None:
            found.append(tuple(name for name, _ in adjective.attributes))
            q.said.explain(*match.span())
    return found
