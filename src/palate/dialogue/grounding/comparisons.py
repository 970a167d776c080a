"""Comparisons that a sentence makes: cheaper than, the lightest, as light as, more pages, 比…便宜, 最轻. ``comparing``
tells whether they are true.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from palate.dialogue.grounding.polarity import denied
from palate.dialogue.grounding.said import Said
from palate.dialogue.grounding.vocabulary import COMPARATIVE, SUPERLATIVE, Named, Vocabulary
from palate.understanding.lexicon import Direction
from palate.understanding.segmentation import in_dictionary

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
ZH_TARGET = re.compile(r"比(?!较|例|如|赛|比)")
_ZH_THAN = re.compile(
    r"(?:[上方面来看,，]{0,3})比[^,，。；]{1,160}?(?:要|还|更|都|略|稍)*(?:(?P<zhmore>高|大|长|多|重|厚)|(?P<zhless>低|小|短|少|轻|薄))(?![\u4e00-\u9fff]?[清级档端尺])"
)
"""What an attribute named before it is more or less than another's."""
_HAN_PAIR = re.compile(r"[\u4e00-\u9fff]{2}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """At ``plain[start:end]``: in one of ``attributes`` the subject lies in ``direction`` of something."""

    start: int
    end: int
    attributes: tuple[tuple[str, Direction], ...]
    degree: int
    negative: bool = False
    equal: bool = False


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
            if word in ("far", "soon", "well"):
                continue  # as far as it goes
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
        negative = degree > 0 and denied(plain, start, end)
        out.append(Comparison(start, end, flipped(found.attributes, direction), degree, negative))
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


def flipped(
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
            target = ZH_TARGET.search(plain, clause_start, start)
            if (
                len(word) == 1
                and not mark
                and not target
                and not re.match(r"一点|一些|得多", plain[end:])
                and not re.match(r"[的,，。]|$", plain[end:])
            ):
                continue  # 轻 in 轻松, 大 in 大方
            if len(word) == 1 and _HAN_PAIR.match(plain, start) and in_dictionary(plain[start : start + 2]):
                continue  # 最重要 is no weight
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
            negative = degree > 0 and denied(plain, start, end)
            out.append(Comparison(start, end, found.attributes, degree, negative))
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
    than = match is None and not said.plain.isascii()
    if than:
        match = _ZH_THAN.match(said.plain, end)  # X的价格比Y低
    if match is None:
        return []
    groups = match.groupdict()
    more = bool(groups.get("more") or groups.get("zhmore"))
    degree = SUPERLATIVE if _MOST.search(match.group()) else COMPARATIVE
    where = (min(start, offset + match.start()), max(end, offset + match.end()))
    if than:  # the words between are another thing's
        where = match.span("zhmore" if more else "zhless")
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
