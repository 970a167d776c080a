"""Whether a comparison is true: who is compared with whom, and what the values of both sides say."""

import re
from collections.abc import Sequence

from palate.dialogue.grounding.comparisons import ZH_TARGET, Comparison, flipped
from palate.dialogue.grounding.facts import Thing, value_of
from palate.dialogue.grounding.measures import Measure, agrees
from palate.dialogue.grounding.polarity import denied
from palate.dialogue.grounding.said import Anchor, Said
from palate.dialogue.grounding.vocabulary import SUPERLATIVE, Named, Vocabulary
from palate.understanding.lexicon import Direction

_THAN = re.compile(r"\bthan\b")
_TOP = re.compile(
    r"\b(?:in\s+(?:the|our)\s+(?:shop|store|catalogue|catalog|whole|entire)|anywhere"
    r"|we\s+(?:have|sell|carry|offer)|on\s+the\s+market|ever|in\s+stock)\b|全店|全场|店里|市面上|全网|史上"
    r"|我们这里|目录里|目录中|\bour\b|本店|我们(?:店里?|家)?最"
)
_SAME = re.compile(r"\b(?:the\s+)?same\b|\bidentical\b|\bequal(?:ly)?\b|一样|相同|同样|同价|同款|一致")


ALIKE = re.compile(r"(?:一样|同样|同等|差不多)([\u4e00-\u9fff])|\bequally\s+(\w+)")
"""Before an adjective in which things are the same."""


def subject_and_target(
    said: Said, one: Comparison, listing: Sequence[Thing]
) -> tuple[Anchor, tuple[Thing, ...] | None, str]:
    """Who is compared, with whom (None: with the rest), and how that was said: than, before, most, bare."""
    plain = said.plain
    start, end = said.clause(one.start)
    targets = [a for a in said.anchors if a.target]
    subject = said.subject(one.start)
    for anchor in targets:
        lead = plain[max(0, anchor.start - 20) : anchor.start]
        near = (
            start - 1 <= anchor.start <= end + 60
            if re.search(r"than|比|as\s|不如|over", lead)
            else anchor.start < one.start + 60
        )
        if near and re.search(
            r"than|compared|unlike|versus|vs|比|较|as\s|不如|不像|beat|over|against|相比",
            lead + plain[anchor.end : anchor.end + 5],
        ):
            return subject, anchor.things, "than"
    tail = plain[one.end : end + 40]
    rest = tuple(t for t in listing if t.item_id not in {s.item_id for s in subject.things})
    if match := re.search(
        r"\bthan\s+(?:the\s+)?(?P<what>others?|rest|any|all|both|everything|most|before|last|previous|what)\b",
        tail,
    ):
        return (
            subject,
            rest,
            "before"
            if match["what"] in ("before", "last", "previous", "what")
            else "most"
            if match["what"] == "most"
            else "than",
        )
    if re.search(r"比(?:其他|其它|另外|其余|别的)", plain[start:end]):
        return subject, rest, "than"
    if re.search(r"比(?:刚才|之前|上次|前面|上一)", plain[start:end]):
        return subject, rest, "before"
    if _THAN.search(tail) or ZH_TARGET.search(plain[start : one.start]):
        return subject, None, "unknown"
    return subject, None, "bare"


def stands(
    said: Said, one: Comparison, vocabulary: Vocabulary, amounts: Sequence[Measure], named: Sequence[Named]
) -> tuple[bool, set[str]]:
    """Whether a comparison is true by the values of the brief, and the attributes that it rests on."""
    facts = said.facts
    subject, target, how = subject_and_target(said, one, facts.listing)
    attributes = _meant(said, one, vocabulary, named, subject.things)
    if not subject.things:
        return False, set()
    if one.degree == 0:
        return _graded(said, one, attributes, subject.things)
    if not attributes:
        return False, set()
    names = {name for name, _ in attributes}
    if one.degree == SUPERLATIVE:
        true = _extreme(said, one, attributes, subject, vocabulary)
        if one.negative:  # not the lightest: known, and another is
            known = all(value_of(t, name) is not None for t in facts.listing for name in names)
            return known and len(facts.listing) > 1 and not true, names
        return true, names
    if how == "before":
        target = tuple(t for t in facts.others if t.item_id in facts.brief.before.last)
    elif how == "bare":
        target = _bare_target(said, subject) or _contrasted(said, subject)
        if not target:
            target = tuple(t for t in facts.listing if t not in subject.things)
            how = "most"  # said of nobody in particular: true of one that beats most of the others
    elif how == "unknown":
        return False, set()
    if not target:
        # cheaper than what was shown: a wish that the list keeps, told as a bound
        return any(
            w.attribute in names and w.op in ("<=", ">=", "lower", "higher") for w in facts.wishes
        ), names
    wanted = not one.negative
    for name, direction in attributes:
        for a in subject.things:
            for b in target:
                x, y = value_of(a, name), value_of(b, name)
                if x is None or y is None:
                    return False, set()
                if one.equal:
                    same = abs(x - y) <= 0.02 * max(abs(x), abs(y))
                    true = same if wanted else (x < y if direction == "higher" else x > y)
                else:
                    true = (x < y if direction == "lower" else x > y) == wanted and (wanted or x != y)
                if not true and how == "most":
                    continue
                if not true:
                    return False, set()
                if not all(amount_fits(m, x, y, vocabulary, name) for m in amounts):
                    return False, set()
    if how == "most":
        for name, direction in attributes:
            better = sum(
                (x < y if direction == "lower" else x > y)
                for a in subject.things
                for b in target
                if (x := value_of(a, name)) is not None and (y := value_of(b, name)) is not None
            )
            if better * 2 <= len(subject.things) * len(target):
                return False, set()
    return True, names


def _bare_target(said: Said, subject: Anchor) -> tuple[Thing, ...]:
    """Without a "than": what the sentences before spoke of."""
    ids = {thing.item_id for thing in subject.things}
    earlier = [t for a in said.anchors if a.end <= subject.start for t in a.things if t.item_id not in ids]
    recent = (
        earlier
        or [t for t in said.focus.things if t.item_id not in ids]
        or [t for t in said.focus.recent if t.item_id not in ids][-1:]
    )
    return tuple(recent)


def _contrasted(said: Said, subject: Anchor) -> tuple[Thing, ...]:
    """The other of two things that a sentence names after it: X is the lighter, Y the heavier."""
    titled = {t.item_id: t for a in said.anchors if a.kind == "title" for t in a.things}
    ids = {thing.item_id for thing in subject.things}
    return tuple(t for t in titled.values() if t.item_id not in ids) if len(titled) == 2 else ()


def amount_fits(measure: Measure, x: float, y: float, vocabulary: Vocabulary, attribute: str) -> bool:
    if measure.dimension == "share":
        return y != 0 and abs(abs(x - y) / abs(y) * 100 - measure.low) <= (1.5 if measure.bound == "=" else 4)
    factors = [f for d, f in vocabulary.measures.get(attribute, ()) if d == measure.dimension] or (
        [1.0] if measure.dimension is None else []
    )
    return any(agrees(measure, abs(x - y), factor) for factor in factors)


def _meant(
    said: Said, one: Comparison, vocabulary: Vocabulary, named: Sequence[Named], things: Sequence[Thing]
) -> tuple[tuple[str, Direction], ...]:
    """Which attributes a comparison speaks of: those named beside it, else those of a verb, else its own that the
    things have.
    """
    beside = [
        n
        for n in named
        if abs(said.words.starts[n.first] - one.end) <= 14
        or abs(one.start - said.words.ends[n.last - 1]) <= 14
    ]
    direction: Direction = one.attributes[0][1] if one.attributes else "higher"
    for word in beside:
        ways: dict[str, Direction] = dict(one.attributes)
        named_here: list[tuple[str, Direction]] = [
            (name, ways.get(name, direction))
            for name in word.attributes
            if any(value_of(t, name) is not None for t in things)
        ]
        if named_here and not any(name in vocabulary.flags for name, _ in named_here):
            chosen = [pair for pair in named_here if pair[0] in ways] or named_here
            return tuple(chosen[:1])
    held: tuple[tuple[str, Direction], ...] = tuple(
        (name, way) for name, way in one.attributes if any(value_of(t, name) is not None for t in things)
    )
    prices = tuple(pair for pair in held if pair[0] == "price")
    return prices or held


def _graded(
    said: Said, one: Comparison, attributes: Sequence[tuple[str, Direction]], things: Sequence[Thing]
) -> tuple[bool, set[str]]:
    """A mere "light" or 便宜: not said of the one that has most of its opposite, nor where nothing is known."""
    if not attributes:
        word = said.words.folds[next(i for i, s in enumerate(said.words.starts) if s >= one.start)]
        return False, {f"?{word}"}
    if denied(said.plain, one.start, one.end):
        attributes = flipped(tuple(attributes), -1)
    for name, direction in attributes:
        known = [v for t in said.facts.listing if (v := value_of(t, name)) is not None]
        for thing in things:
            value = value_of(thing, name)
            if value is None:
                continue
            if len(set(known)) > 2 and value == (max(known) if direction == "lower" else min(known)):
                continue
            return True, {name}
    return False, set()


def _extreme(
    said: Said,
    one: Comparison,
    attributes: Sequence[tuple[str, Direction]],
    subject: Anchor,
    vocabulary: Vocabulary,
) -> bool:
    clause = said.plain[slice(*said.clause(one.start))]
    listing = said.facts.listing
    if len(listing) < 2:
        listing = said.facts.things
    named = said.things
    pool: Sequence[Thing] = listing
    if re.search(
        r"\bof\s+the\s+(?:two|pair)\b|\bbetween\s+(?:them|the\s+two)\b|两(?:款|个|件|者|部|本)(?:中|里|之中|当中)",
        said.plain,
    ):
        pool = (
            named
            if len(named) == 2
            else (*said.focus.recent[-2:],)
            if len(said.focus.recent) > 1
            else listing
        )
    rank = re.search(
        r"\b(?P<n>second|third)[\s-]+(?:most\s+|least\s+)?$", said.plain[: one.start]
    ) or re.search(r"第(?P<zh>二|三)$", said.plain[: one.start])
    place = 0 if not rank else (1 if rank.group(1) in ("second", "二") else 2)
    for name, direction in attributes:
        if _TOP.search(clause):
            attribute = vocabulary.catalogue.attributes[name]
            bound = attribute.minimum if direction == "lower" else attribute.maximum
            if attribute.type != "number" or any(value_of(t, name) != bound for t in subject.things):
                return False
            continue
        known = sorted(
            {v for t in pool if (v := value_of(t, name)) is not None}, reverse=direction == "higher"
        )
        if len(known) <= place or sum(value_of(t, name) is not None for t in pool) < 2:
            return False
        if subject.kind == "group" and len(subject.things) >= len(pool):
            return False  # all of them the cheapest: said of nobody
        if any(value_of(t, name) != known[place] for t in subject.things):
            return False
    return True


def is_same(plain: str) -> bool:
    """Whether a sentence says that things agree in something."""
    return bool(_SAME.search(plain))
