"""Things that are called by what they are: the cable panel, both gel peels, the HP one, 隔夜西瓜那条, 两款护腕.

A description is a run of words that stand in the titles, makers or kinds of some of the things; where it fits just as
many of them as it says, it speaks of those. One that fits none, or more, speaks of nothing.
"""

import re
from collections.abc import Iterator, Sequence

from palate.catalogue.lookup_words import CJK, words_of
from palate.dialogue.grounding.dictionary import in_english
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.said import Anchor, Said
from palate.dialogue.grounding.titles import MENTIONS
from palate.dialogue.grounding.words import chinese_states_nothing, states_nothing
from palate.understanding.numbers import small_number

MEASURES = "|".join("个款件部本双条只种套瓶台张把支盏顶副项片枚盒根样块份对集口辆幅首门节包袋罐位者")
"""Measure words of things."""

_DETERMINER = re.compile(
    r"(?P<one>the|this|that)|(?P<all>these|those|all|all\s+the|all\s+of\s+the)|(?P<n>both|(?:the\s+|these\s+|those\s+|all\s+)?(?:two|three|four|five|six))"
)
_OPENS = re.compile(rf"(?:^|\s)(?:{_DETERMINER.pattern})(?:\s+of\s+(?:the|these|those))?\s+$")
_SOME_OF = re.compile(
    r"\b(one|two|three|four|five|some|several|most|many)\s+of\s+(?:the\s+|these\s+|those\s+)?\w?$"
)
_POOL = re.compile(r"\b(?:of|among|amongst|out\s+of)\s+(?:the\s+|these\s+|those\s+)?$")
_IS = re.compile(r"^\W*(?:is|are|was|were|isn't|aren't)\s+(?:also\s+|really\s+|simply\s+)*$")
_HEADS = frozenset("one ones model models item product option pick choice version".split())  # noqa: SIM905
_BRINGS = re.compile(
    r"\b(?:you(?:'ll|\s+will)?\s+get|comes?\s+with|includes?|contains?|has|(?:set|pack|box|bundle|kit)\s+of)\s*$"
)
"""Before a number of what one thing brings: you get four towels with the set."""
_KIND = frozenset("genre category section kind type".split())  # noqa: SIM905
"""What a word is said to be the name of: the crime genre is no thing called Crime."""
_SMALL = frozenset("of for with in and a an from to s by".split())  # noqa: SIM905
_ZH_THIS = re.compile(rf"的?(?:这|那)(?:一|几|两|三|四)?(?:{MEASURES})(?!话题|标签|词|字|说法|名字)")
_ZH_COUNT = re.compile(rf"(?P<n>两|三|四|五|六|[2-6])(?:{MEASURES})$")
_ZH_AFTER = re.compile(
    r"(?:的?(?:价格|售价|尺寸|材质|重量|颜色|产地|容量|长度|分辨率|优点|特点|好处))|[的是有比和与跟也都就更最卖售要不没能可用带采只仅约重长高宽厚支产讲适由由采贵便，,]"
)
_ZH_BEFORE = re.compile(
    rf"(?:^|[，,。；;：:、]|和|与|跟|比|及|(?:这|那|该)(?:{MEASURES})|[最](?:贵|便宜|大|小|重|轻|长|短|高|早|新)的[就则便也]?是|(?:两|三|四|五)(?:{MEASURES})|看看|推荐|选|首推|还有)$"
)
_ZH_THIS_BEFORE = re.compile(rf"(?:这|那|该)(?:一)?(?:{MEASURES})$")
_LATIN = re.compile(r"[a-z0-9][a-z0-9.\-/]*", re.IGNORECASE)
_NOUNS = frozenset("线锅灯笔包鞋帽杯壶垫枕被毯桌椅床柜")
"""Characters that are a noun by themselves behind a maker's name."""
_HAN = re.compile(rf"[{CJK}]")


def described(said: Said, taken: Sequence[tuple[int, int]]) -> list[Anchor]:
    """The descriptions of a sentence, outside the stretches that are taken."""
    out = [*_english(said, taken)]
    if _HAN.search(said.plain):
        out += list(_chinese(said, [*taken, *((a.start, a.end) for a in out)]))
    return out


def _overlaps(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(s < end and start < e for s, e in taken)


def _english(said: Said, taken: Sequence[tuple[int, int]]) -> Iterator[Anchor]:
    words, things = said.words, said.facts.things
    place = 0
    while place < len(words):
        start = words.starts[place]
        opens = _OPENS.search(said.plain[max(0, start - 28) : start])
        maker = (
            said.plain[max(0, start - 2) : start] == "s "
            and place > 0
            and said.plain[max(0, start - 3)] in "'’"
        )
        if not (opens or maker) or _HAN.match(words.texts[place]):
            place += 1
            continue
        run = _run(said, place, things, taken)
        if run is None:
            place += 1
            continue
        upto, found, telling = run
        first = place
        if maker and place > 0:  # StarTech's enclosure: the maker's word narrows
            owners = [t for t in found if words.folds[place - 1] in t.called]
            found, telling = owners or found, telling
        end = words.ends[upto - 1]
        anchor = None
        beginning = words.starts[first]
        of_kind = bool(_KIND & {*words.texts[upto - 1 : upto + 1]})
        if telling and found and not of_kind and not _is_said_of(said, taken, beginning):
            plural = words.texts[upto - 1].endswith("s") and words.folds[upto - 1] != words.texts[upto - 1]
            count = opens and opens["n"]
            if opens and count and _BRINGS.search(said.plain[: max(0, start - 28) + opens.start()]):
                anchor = None
            elif count:
                n = 2 if count == "both" else small_number(count.split()[-1]) or 0
                anchor = found if n == len(found) else None
            elif opens and opens["all"]:
                anchor = found if len(found) > 1 else None
            elif len(found) == 1 or (plural and opens and opens["one"] == "the"):
                anchor = found
        if anchor:
            kind = "title" if len(anchor) == 1 else "group"
            if opens and (opens["n"] or opens["all"]):  # both gel peels: the number belongs to it
                beginning = max(0, start - 28) + opens.start()
                beginning += len(said.plain[beginning:]) - len(said.plain[beginning:].lstrip())
            some = _SOME_OF.search(said.plain[: beginning + 1]) if len(anchor) > 1 else None
            if some:  # one of the peels
                count = small_number(some.group(1)) or 0
                yield Anchor(some.start(), end, tuple(anchor), "some", least=count or 2, exact=count > 0)
            else:
                pool = bool(_POOL.search(said.plain[:beginning])) and len(anchor) > 1
                yield Anchor(beginning, end, tuple(anchor), kind, pool)
            place = upto
        else:
            place += 1


def _run(
    said: Said, place: int, things: Sequence[Thing], taken: Sequence[tuple[int, int]]
) -> tuple[int, list[Thing], bool] | None:
    """(the end of the run of words from ``place``, the things that all its words fit, whether one of them tells)."""
    words = said.words
    found = list(things)
    at, telling = place, False
    while at < len(words) and not _overlaps(words.starts[at], words.ends[at], taken):
        if at > place and not re.fullmatch(r"[\s\-/&]*", said.plain[words.ends[at - 1] : words.starts[at]]):
            break
        fold = words.folds[at]
        number = small_number(words.texts[at])
        forms = {fold, *([str(number)] if number else [])}
        fits = [t for t in found if forms & t.called or _begins_token(t, fold)]
        if not fits:
            if at > place and words.texts[at] in _HEADS:
                at += 1
            break
        plain = states_nothing(words.texts[at]) or fold in _SMALL
        telling = telling or (
            not plain and number is None and any(fold in t.named or _begins_token(t, fold) for t in fits)
        )
        found = fits
        at += 1
    while at > place and words.texts[at - 1] in _SMALL:
        at -= 1
    return (at, found, telling) if at > place else None


def _begins_token(thing: Thing, fold: str) -> bool:
    """Whether a token of a model's name begins so: 9130 of 9130i2000T-XL."""
    return len(fold) > 2 and any(c.isdigit() for c in fold) and any(w.startswith(fold) for w in thing.called)


def _is_said_of(said: Said, taken: Sequence[tuple[int, int]], start: int) -> bool:
    """Whether the description is what something named before it is said to be: X is the black panel."""
    if MENTIONS.search(said.plain[:start]):
        return True
    ends = [e for _, e in taken if e <= start]
    return bool(ends) and bool(_IS.match(re.sub(r"\bthe\s*$", "", said.plain[max(ends) : start])))


def _chinese(said: Said, taken: Sequence[tuple[int, int]]) -> Iterator[Anchor]:
    plain = said.plain
    place = 0
    while place < len(plain):
        run = None
        if _HAN.match(plain[place]) or plain[place].isalnum():
            run = _chinese_run(plain, place, said.facts.things, taken)
        if run is None:
            place += 1
            continue
        end, where = run
        before = plain[max(0, place - 8) : place].rstrip()
        count, this = _ZH_COUNT.search(before), _ZH_THIS_BEFORE.search(before)
        tail = _ZH_THIS.match(plain, end)
        anchor: list[Thing] | None = None
        if count:
            anchor = where if (small_number(count["n"]) or 0) == len(where) else None
        elif len(where) == 1 and (
            tail
            or this
            or (
                _ZH_BEFORE.search(before)
                and (_ZH_AFTER.match(plain, end) or end == len(plain.rstrip("。！!.")))
            )
        ):
            anchor = where
        if anchor and not plain[:place].endswith("#") and not (MENTIONS.search(plain[:place]) and not tail):
            lead = count or this
            yield Anchor(
                place - (len(lead.group()) if lead and before == plain[max(0, place - 8) : place] else 0),
                tail.end() if tail else end,
                tuple(anchor),
                "title" if len(anchor) == 1 else "group",
            )
        place = end


def _chinese_run(
    plain: str, place: int, things: Sequence[Thing], taken: Sequence[tuple[int, int]]
) -> tuple[int, list[Thing]] | None:
    """(the end of the run of pieces from ``place``, the things that all of them fit): HP键盘, 粽情乡思."""
    found, at, end, telling = list(things), place, place, False
    while at < len(plain):
        if at > place and plain[at] in " 的":
            at += 1
            continue
        piece = _piece(plain, at, found, taken, first=at == place)
        if piece is None:
            break
        at, found, tells = piece
        end, telling = at, telling or tells
    return (end, found) if telling else None


def _piece(
    plain: str, place: int, things: Sequence[Thing], taken: Sequence[tuple[int, int]], *, first: bool
) -> tuple[int, list[Thing], bool] | None:
    """The longest piece at a place that stands in the name of some of the things, or is said there in English; and
    whether it tells what they are, as a word of their name or kind, and not what is said of them (people, a colour).
    """
    if not _HAN.match(plain[place]):
        token = _LATIN.match(plain, place)
        if token is None or _overlaps(place, token.end(), taken):
            return None
        folds = words_of(token.group()).folds
        where = [
            t
            for t in things
            if all(fold in t.named or fold in t.called or _begins_token(t, fold) for fold in folds)
        ]
        tells = any(all(fold in t.named or _begins_token(t, fold) for fold in folds) for t in where)
        return (token.end(), where, tells) if where and not token.group().isdigit() else None
    for end in range(min(len(plain), place + 14), place + 1, -1):
        stretch = plain[place:end]
        if _overlaps(place, end, taken):
            continue
        where = [t for t in things if stretch in t.name]
        if not where and _ZH_THIS.match(plain, end):
            where = [t for t in things if stretch in t.text.plain]
        if where and not chinese_states_nothing(stretch) and stretch[-1] not in "的了是有和在":
            return end, where, True
    for end in range(min(len(plain), place + 4), place, -1):
        word = plain[place:end]
        if _overlaps(place, end, taken) or (len(word) == 1 and (first or word not in _NOUNS)):
            continue
        names = in_english(word)
        where = [t for t in things if any(set(name) <= t.called for name in names)]
        if where and (len(word) == 1 or not chinese_states_nothing(word)):
            return end, where, any(set(name) <= t.named for t in where for name in names)
    return None
