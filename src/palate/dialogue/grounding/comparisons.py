"""Comparisons: cheaper than, the lightest, half the price, 比…便宜30元, 最轻, the same colour. Each held against the
values of both sides.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.measures import Measure, agrees
from palate.dialogue.grounding.polarity import denied
from palate.dialogue.grounding.reading import Anchor, Said
from palate.dialogue.grounding.vocabulary import COMPARATIVE, SUPERLATIVE, Named, Vocabulary
from palate.understanding.lexicon import Direction

VERBS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:costs?|costing|priced|priciest|pay|sells?)\b|花费|售价|价格"), "price"),
    (re.compile(r"\b(?:weigh(?:s|ing)?)\b|重量"), "weight"),
    (re.compile(r"\b(?:lasts?|lasting)\b|续航"), "battery"),
    (re.compile(r"\b(?:runs?|running)\b|片长"), "runtime"),
    (re.compile(r"\b(?:holds?|holding|fits)\b|能装|装得下"), "capacity"),
)
_MORE = re.compile(
    r"\b(?P<more>more|most|higher|highest|greater|greatest|larger|largest|bigger|biggest|longer"
    r"|longest|better|best|extra)\b|\b(?P<less>less|least|lower|lowest|fewer|fewest|smaller"
    r"|smallest|shorter|shortest)\b|(?P<zhmore>更多|最多|更高|最高|更大|最大|更长|最长|多出|高出)|(?P<zhless>更少|最少"
    r"|更低|最低|更小|最小|更短|最短|少了|低了)"
)
_MOST = re.compile(
    r"\b(?:most|highest|greatest|largest|biggest|longest|best|least|lowest|fewest|smallest|shortest)\b|最"
)
_AS = re.compile(
    r"\b(?P<not>not\s+(?:quite\s+|nearly\s+|as\s+)?)?(?:just\s+|every\s+bit\s+"
    r"|equally\s+)?(?P<as>as|so|equally|similarly)\s+$"
)
_ZH_BEFORE = re.compile(
    r"(?P<most>最)(?:为)?$|(?P<more>更(?:加|为)?|再|较为?|比较|还要?|要|稍微?|略微?|偏|相对)$"
)
_ZH_AFTER = re.compile(r"^(?:一点点?|一些|得多|不少|多了|了|很多|许多|上)?")
_ZH_TARGET = re.compile(r"比(?!较|例|如|赛|比)")
_THAN = re.compile(r"\bthan\b")
_TOP = re.compile(
    r"\b(?:in\s+(?:the|our)\s+(?:shop|store|catalogue|catalog|whole|entire)|anywhere"
    r"|we\s+(?:have|sell|carry|offer)|on\s+the\s+market|ever|in\s+stock)\b|全店|全场|店里|市面上|全网|史上"
    r"|我们这里|目录里|目录中"
)
_RATIO = re.compile(
    r"\b(?P<lead>less\s+than\s+|more\s+than\s+|under\s+|over\s+|about\s+|around\s+|nearly\s+"
    r"|almost\s+|roughly\s+|just\s+)?(?P<half>half)\s+(?:of\s+)?(?:the|as|its|that)\b"
    r"|\b(?P<lead2>less\s+than\s+|more\s+than\s+|over\s+|about\s+|nearly\s+|almost\s+"
    r"|roughly\s+)?(?:(?P<twice>twice|double)|(?P<times>\d+(?:\.\d+)?|two|three|four|five"
    r"|ten)\s+times|(?P<thrice>thrice|triple))\b(?!\s+a\s+(?:week|day|year|month))"
    r"|\ba\s+(?P<part>third|quarter|fifth)\s+of\b"
    r"|(?P<zhlead>不到|超过|大约|约|将近|近)?(?:(?P<zhhalf>一半)|(?P<zhtimes>[一二两三四五六七八九十]|\d+(?:\.\d+)?)倍)"
)
_NUMBER_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "ten": 10,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_PARTS = {"third": 1 / 3, "quarter": 0.25, "fifth": 0.2}
_SAME = re.compile(r"\b(?:the\s+)?same\b|\bidentical\b|\bequal(?:ly)?\b|一样|相同|同样|同价|同款|一致")
_VAGUE_REACH = 40


@dataclass(frozen=True, slots=True)
class Comparison:
    """At ``plain[start:end]``: in one of ``attributes`` the subject lies in ``direction`` of something."""

    start: int
    end: int
    attributes: tuple[tuple[str, Direction], ...]
    degree: int
    negative: bool = False
    equal: bool = False


def value_of(thing: Thing, attribute: str) -> float | None:
    """A number or a date (in days) of a thing."""
    if attribute in thing.numbers:
        return thing.numbers[attribute]
    with suppress(KeyError, ValueError):
        return float(date.fromisoformat(thing.dates[attribute][:10]).toordinal())
    return None


def find_comparisons(said: Said, vocabulary: Vocabulary, named: Sequence[Named]) -> list[Comparison]:
    """Every adjective that compares, or merely grades, in the order of the sentence."""
    out: list[Comparison] = []
    plain, words = said.plain, said.words
    for place, word in enumerate(words.texts):
        found = vocabulary.adjectives.get(word)
        start, end = words.starts[place], words.ends[place]
        if found is None or said.explained[place] or not word.isascii():
            continue
        before = plain[max(0, start - 24) : start]
        degree, direction = found.degree, 1
        more = re.search(r"\b(more|less|most|least|fewer)\s+$", before)
        alike = _AS.search(before)
        if more and not degree:
            degree = SUPERLATIVE if more.group(1) in ("most", "least") else COMPARATIVE
            direction = -1 if more.group(1) in ("less", "least") else 1
            start -= len(more.group())
        elif alike and not degree and re.search(r"^\s+as\b", plain[end:]):
            out.append(
                Comparison(
                    start - len(alike.group()),
                    end,
                    found.attributes,
                    COMPARATIVE,
                    bool(alike["not"]),
                    equal=True,
                )
            )
            continue
        out.append(Comparison(start, end, _flipped(found.attributes, direction), degree))
    if not plain.isascii():
        out += _chinese(said, vocabulary)
    for verb, notion in VERBS:  # costs less than, holds more than
        for match in re.finditer(
            rf"(?:{verb.pattern})\s+(?:\w+\s+)?(?P<how>more|less)\s+than\s+(?!(?:an?\s+|half\b)?[\d¥$€£])",
            plain,
        ):
            names = tuple(one.name for one in vocabulary.lexicon.notions[notion].attributes)
            out.append(
                Comparison(
                    match.start("how"),
                    match.end("how"),
                    tuple((name, "higher" if match["how"] == "more" else "lower") for name in names),
                    COMPARATIVE,
                )
            )
    for one in named:  # more pages, a longer battery life, the highest price
        out += _amount(said, one, out)
    return sorted(out, key=lambda one: one.start)


def _flipped(
    attributes: tuple[tuple[str, Direction], ...], direction: int
) -> tuple[tuple[str, Direction], ...]:
    if direction > 0:
        return attributes
    other: dict[Direction, Direction] = {"lower": "higher", "higher": "lower"}
    return tuple((name, other[way]) for name, way in attributes)


def _chinese(said: Said, vocabulary: Vocabulary) -> list[Comparison]:
    out: list[Comparison] = []
    plain = said.plain
    words = sorted((w for w in vocabulary.adjectives if not w.isascii()), key=len, reverse=True)
    taken: list[tuple[int, int]] = []
    for word in words:
        for match in re.finditer(re.escape(word), plain):
            start, end = match.span()
            if any(s < end and start < e for s, e in taken) or _is_explained(said, start):
                continue
            taken.append((start, end))
            before = plain[max(0, start - 6) : start]
            mark = _ZH_BEFORE.search(before)
            clause_start = said.clause(start)[0]
            target = _ZH_TARGET.search(plain, clause_start, start)
            if (
                len(word) == 1
                and not mark
                and not target
                and not re.match(r"一点|一些|得多", plain[end:])
                and not re.match(r"[的，。]|$", plain[end:])
            ):
                continue  # 轻 in 轻松, 大 in 大方
            degree = 0
            if mark and mark["most"]:
                degree = SUPERLATIVE
            elif (
                target
                or (
                    mark
                    and not mark["more"].startswith(
                        ("较", "比较", "偏", "相对", "要", "还", "稍", "略", "再")
                    )
                )
                or re.match(r"一点|一些|得多", plain[end:])
            ):
                degree = COMPARATIVE
            found = vocabulary.adjectives[word]
            start -= len(mark.group()) if mark else 0
            out.append(Comparison(start, end, found.attributes, degree))
    return out


def _is_explained(said: Said, place: int) -> bool:
    return any(
        done
        for done, first, last in zip(said.explained, said.words.starts, said.words.ends, strict=True)
        if first <= place < last
    )


def _amount(said: Said, named: Named, known: Sequence[Comparison]) -> list[Comparison]:
    start, end = said.words.starts[named.first], said.words.ends[named.last - 1]
    before = said.plain[max(0, start - 14) : start]
    after = said.plain[end : end + 8]
    match = None
    for found in _MORE.finditer(before):
        match = found
    offset = max(0, start - 14)
    if (
        match is None
        or re.search(r"[,.;，。；]", before[match.end() :])
        or len(before[match.end() :].split()) > 1
    ):
        match = (
            re.match(r"\s*(?:is|are|是|都|也)?\s*(?:the\s+)?" + f"(?:{_MORE.pattern})", after)
            if not said.plain.isascii()
            else None
        )
        offset = end
    if match is None:
        return []
    more = bool(match["more"] or match["zhmore"])
    degree = SUPERLATIVE if _MOST.search(match.group()) else COMPARATIVE
    where = (min(start, offset + match.start()), max(end, offset + match.end()))
    if any(
        one.start < where[1]
        and where[0] < one.end
        and one.attributes
        and {a for a, _ in one.attributes} & set(named.attributes)
        for one in known
    ):
        return []
    direction: Direction = "higher" if more else "lower"
    return [Comparison(*where, tuple((name, direction) for name in named.attributes), degree)]


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
    if _THAN.search(tail) or _ZH_TARGET.search(plain[start : one.start]):
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
        return _extreme(said, one, attributes, subject, vocabulary), names
    if how == "before":
        target = tuple(t for t in facts.others if t.item_id in facts.brief.before.last)
    elif how == "bare":
        target = _bare_target(said, subject)
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
    """Without a "than": what the sentences before spoke of, else the other things of the list."""
    ids = {thing.item_id for thing in subject.things}
    earlier = [t for a in said.anchors if a.end <= subject.start for t in a.things if t.item_id not in ids]
    recent = (
        earlier
        or [t for t in said.focus.things if t.item_id not in ids]
        or [t for t in said.focus.recent if t.item_id not in ids][-1:]
    )
    return tuple(recent or (t for t in said.facts.listing if t.item_id not in ids))


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
    if not one.attributes:
        return True, set()
    if not attributes:
        word = said.words.folds[next(i for i, s in enumerate(said.words.starts) if s >= one.start)]
        return False, {f"?{word}"}
    if denied(said.plain, one.start, one.end):
        attributes = _flipped(tuple(attributes), -1)
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
            ratio = float(_NUMBER_WORDS.get(word) or word)
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


def is_same(plain: str) -> bool:
    """Whether a sentence says that things agree in something."""
    return bool(_SAME.search(plain))
