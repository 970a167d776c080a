"""Which of the items shown last an utterance speaks of: by place (the second one, 后面那个), by a value (the
red one), by extreme (the cheapest). Positions count from 1; without a list there are none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from palate.catalogue.lookup_words import folded
from palate.understanding.numbers import chinese_number
from palate.understanding.scene import BLANK, Scene
from palate.understanding.stopwords import SPELT_RIGHT
from palate.understanding.wishes import Value

ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "sixth": 6,
    "6th": 6,
    "seventh": 7,
    "7th": 7,
    "eighth": 8,
    "8th": 8,
    "ninth": 9,
    "9th": 9,
    "tenth": 10,
    "10th": 10,
}
"""Places as words."""
_CARDINALS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_CARDINAL = "|".join(_CARDINALS)
_NOT_PLACES = (
    r"(?!\s+(?:time|half|world|season|episode|place|class|hand|choice|thing|of\s+all|person"
    r"|edition|part|impression|name|date|year|day|week|month|gen|generation|grade|floor|birthday"
    r"|baby|child|book\s+in|language|home|aid|\w+\s+war))"
)
_EN = (
    (
        "span",
        re.compile(r"\b(?:the\s+)?(?P<side>first|last|top|bottom)\s+(?P<n>two|three|four|five|\d{1,2})\b"),
    ),
    (
        "second_last",
        re.compile(r"\b(?:the\s+)?(?:second[\s-]+(?:to[\s-]+)?last|last\s+but\s+one|penultimate)\b"),
    ),
    (
        "last",
        re.compile(
            r"\b(?:the\s+)?(?:very\s+)?(?P<what>last|final|bottom|latter)\b"
            + _NOT_PLACES
            + r"(?!\s+(?:night|week|year|month|time|minute|decade|long))(?:\s+(?:one|option|item|movie|film"
            r"|book|pick|choice))?"
        ),
    ),
    (
        "middle",
        re.compile(
            r"\b(?:the\s+)?(?:middle|centre|center)\s+(?:one|option|item|movie|film|book|two)"
            r"|\bthe\s+(?:one\s+in\s+the\s+)?middle\b"
        ),
    ),
    ("former", re.compile(r"\bthe\s+former\b|\bthe\s+top\s+one\b")),
    ("ordinal", re.compile(rf"\b(?:the\s+)?(?P<o>{_ORDINAL})\b{_NOT_PLACES}")),
    (
        "number",
        re.compile(
            r"(?:\b(?:number|no\.?|nr\.?|option|item|choice|pick|result|movie|film)\s*"
            rf"|#\s*)(?P<n>\d{{1,2}}|{_CARDINAL})\b(?!\s*(?:%|stars?))"
        ),
    ),
    (
        "both",
        re.compile(
            r"\bboth\b(?!\s+(?:my|kids|children|of\s+us|parents))|\bthe\s+two\s+of\s+them\b"
            r"|\beither\s+of\s+(?:them|these|those)|\bthose\s+two\b|\bthese\s+two\b|\bthe\s+two\b"
        ),
    ),
)
_MEASURE = r"[个款部本张件双台只条家种支盒辆块顶把套瓶枚份篇首集门位样袋副幅座]"
_ZH_NUMBER = r"[一二两三四五六七八九十\d]{1,3}"
_ZH = (
    ("zh_last_n", re.compile(rf"(?:最后|后面?|末尾)(?:的|那|这)?(?P<n>[两二三四五六\d])(?:{_MEASURE})")),
    ("zh_first_n", re.compile(rf"(?:前面?|头|最前面?)(?:的|那|这)?(?P<n>[两二三四五六\d])(?:{_MEASURE})")),
    ("zh_from_end", re.compile(rf"倒数第(?P<n>{_ZH_NUMBER})(?:{_MEASURE})?")),
    (
        "zh_ordinal",
        re.compile(rf"第(?P<n>{_ZH_NUMBER})(?:{_MEASURE}|(?![次季天年代届层一二三四五六七八九十\d世部分]))"),
    ),
    (
        "zh_number",
        re.compile(r"(?P<n>\d{1,2})号(?!电池|线|机|楼)|(?<![a-z])(?:no|编号)\.?\s*(?P<n2>\d{1,2})"),
    ),
    (
        "zh_last",
        re.compile(
            rf"(?:最后|末尾|最末|最下面)(?:的|那|这)?(?:一)?{_MEASURE}|(?:后面|下面|后边)(?:的)?(?:那|这)(?:一)?{_MEASURE}|后者"
        ),
    ),
    ("zh_first", re.compile(rf"(?:前面|最前面|上面|最上面|前边|开头)(?:的)?(?:那|这)(?:一)?{_MEASURE}|前者")),
    ("zh_middle", re.compile(rf"(?:中间|当中)(?:的)?(?:那|这)?(?:一)?{_MEASURE}|中间的")),
    ("zh_both", re.compile(rf"(?:这|那)(?:两|俩){_MEASURE}?|两{_MEASURE}都|俩都")),
)
_THE_ONE = re.compile(
    r"\b(?:the|that|this)\s+(?P<what>[^,.;!?]{1,40}?)\s+(?:ones?|version|model|thing|thingy|item|product)\b"
)
_BARE = re.compile(
    r"(?:(?<=^)|(?<=[\s,.;:!?，、和跟与比]))(?P<n>\d{1,2})(?=\s*(?:$|[,.;!?](?!\d)|和|跟|与|比|还是|呢|吧|怎|哪|讲|是|的(?!话)|好|太|不)"
    r"|\s+(?:is|looks?|seems?|was|sounds?|has|does|vs|versus|please|then|about|i'?ve|i\s+have|and\s+\d\b|or\s+\d\b)\b)"
)
_NO_PLACE_BEFORE = re.compile(
    r"(?:[$¥€£]|\b(?:under|over|below|above|about|around|than|least|most|to|from|between|in|since|for|of|size|age|aged"
    r"|by|at|within|only|max|up|top|best)|岁|预算|不到|超过|约|近|前|后|共|要|买|来|给我|有)\s*$"
)
_ZH_THE_ONE = re.compile(
    rf"(?P<what>[^,。!?、]{{1,12}}?)的?(?:那|这)(?:一)?{_MEASURE}|(?:那"
    rf"|这)(?:一)?{_MEASURE}(?P<what2>[^,。!?、的]{{1,10}})的"
)
_DEFINITE = re.compile(
    r"\b(?:the|that|this)\s+(?:\w+\s+){0,2}?\w+|(?:这|那)[个款部本张件双台只条家种][^,。!?、的]{1,6}"
)
_POINTED = re.compile(r"(?:[那这](?:[个款部本张件双台只条家种支])?|\b(?:the|that|this))\s*$")
_ABOUT = 0.02
_CHEAP = re.compile(
    r"\b(?:the\s+)?(?:cheap(?:est|er)|(?:more|most|less|least)\s+expensive|prici(?:est|er)|dear(?:est|er))\b"
    r"|(?:最|更|比较)?(?:便宜|贵)一?点?的?(?:那|这)"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Positions (from 1) spoken of at ``plain[start:end]``."""

    start: int
    end: int
    positions: tuple[int, ...]


def find_references(
    scene: Scene,
    values: list[Value],
    amounts: Sequence[tuple[int, int, float]],
    names: Sequence[tuple[int, int, str]],
    *,
    directed: bool,
) -> list[Reference]:
    """All references, in order of place, none overlapping; positions beyond the list are left out.

    ``directed``: the utterance is about items shown (asks of, takes, compares them), so that "the keyboard" is
    one of them; ``amounts``: (start, end, amount) of the prices said without a bound; ``names``: (start, end,
    item id) of the items named.
    """
    count = len(scene.last)
    if not count:
        return []
    brand = notion.name if (notion := scene.lexicon.notions["brand"].attribute) else None
    out: list[Reference] = []

    def add(start: int, end: int, positions: tuple[int, ...]) -> None:
        inside = tuple(p for p in positions if 1 <= p <= count)
        if inside and not any(start < r.end and r.start < end for r in out):
            out.append(Reference(start, end, inside))

    for name, pattern in (*_EN, *_ZH):
        for match in pattern.finditer(scene.masked):
            places = _positions(name, match, count)
            if name in ("ordinal", "last"):
                places = _among(scene, match.end(), places)
            add(match.start(), match.end(), places)
    for match in _BARE.finditer(scene.masked):
        before = scene.masked[max(0, match.start() - 16) : match.start()]
        word = re.search(r"([a-z]{2,})\s*$", before)  # usb 3, toy story 2
        named = word is not None and word.group(1) not in SPELT_RIGHT
        if not named and not _NO_PLACE_BEFORE.search(before[-12:]):
            add(match.start(), match.end(), (int(match["n"]),))
    for start, end, amount in amounts:
        told = directed or _POINTED.search(scene.masked[max(0, start - 6) : start])
        if told:
            add(start, end, _priced(scene, amount))
    for match in (*_THE_ONE.finditer(scene.masked), *_ZH_THE_ONE.finditer(scene.masked)):
        named = _named(
            scene,
            match.group("what") or match.groupdict().get("what2") or "",
            names,
            match.start(),
            match.end(),
        )
        beside = [v.start for v in values if 0 <= match.start() - v.end <= 1]  # Philips 那个白色的
        start = min(beside, default=match.start())
        add(start, match.end(), named or _described(scene, values, start, match.end()))
    if directed:
        for match in _DEFINITE.finditer(scene.masked):
            add(match.start(), match.end(), _described(scene, values, match.start(), match.end()))
        for value in values:
            if value.attribute == brand and not value.denied:
                add(value.start, value.end, _described(scene, values, value.start, value.end))
    extreme = _CHEAP.search(scene.masked)
    if extreme and (
        re.search(r"\bone\b|\bthe\b.*\bones\b|[那这]", scene.masked[extreme.start() : extreme.end() + 6])
        is not None
    ):
        add(extreme.start(), extreme.end(), _extreme(scene, extreme.group()))
    return sorted(out, key=lambda r: r.start)


def _positions(name: str, match: re.Match[str], count: int) -> tuple[int, ...]:
    groups: dict[str, Any] = match.groupdict()
    said = groups.get("n") or groups.get("n2")
    n = _number(said) if said else 0
    if name == "span":
        wanted = min(n, count)
        return (
            tuple(range(1, wanted + 1))
            if groups["side"] in ("first", "top")
            else tuple(range(count - wanted + 1, count + 1))
        )
    if name in ("last", "zh_last"):
        return (count,)
    if name == "second_last":
        return (count - 1,)
    if name in ("middle", "zh_middle"):
        return ((count + 1) // 2,) if count % 2 else ((count // 2, count // 2 + 1) if count > 2 else ())
    if name in ("former", "zh_first"):
        return (1,)
    if name == "ordinal":
        return (ORDINALS[groups["o"]],)
    if name in ("number", "zh_ordinal", "zh_number"):
        return (n,)
    if name in ("both", "zh_both"):
        return (1, 2) if count == 2 else ()
    if name == "zh_from_end":
        return (count + 1 - n,)
    if name == "zh_last_n":
        return tuple(range(max(1, count - n + 1), count + 1))
    return tuple(range(1, min(n, count) + 1))


def _number(said: str) -> int:
    if said.isdigit():
        return int(said)
    if said in _CARDINALS:
        return _CARDINALS[said]
    value = chinese_number(said)
    return int(value[0]) if value else 0


def _described(scene: Scene, values: list[Value], start: int, end: int) -> tuple[int, ...]:
    """The shown items that have the values named in a stretch ("the Sony one"), if they tell some items from
    others.
    """
    named = [v for v in values if start <= v.start and v.end <= end]
    if not named:
        return ()
    hits = []
    for position, facts in enumerate(scene.last, 1):
        own = {str(value).casefold() for _, value in facts.values}
        if all(any(str(x).casefold() in own for x in v.values) for v in named):
            hits.append(position)
    return tuple(hits) if 0 < len(hits) < len(scene.last) or len(scene.last) == 1 else ()


def _named(
    scene: Scene, what: str, names: Sequence[tuple[int, int, str]], start: int, end: int
) -> tuple[int, ...]:
    """The shown item that is named within a stretch and is all that it says: 那个白鹅绒的."""
    if what.strip(f"{BLANK} 的"):
        return ()
    inside = {item for s, e, item in names if start <= s and e <= end}
    return tuple(position for position, facts in enumerate(scene.last, 1) if facts.item_id in inside)


def _among(scene: Scene, end: int, places: tuple[int, ...]) -> tuple[int, ...]:
    """The second *Sony*: the place among those shown items whose title or values bear the word behind the
    ordinal, where some do and some do not.
    """
    after = re.match(r"\s+([a-z0-9][\w-]+)", scene.masked[end : end + 24])
    if after is None or after.group(1) in SPELT_RIGHT or after.group(1) in scene.lexicon.content:
        return places
    folds = set(folded(after.group(1)))
    bearing = [
        position
        for position, facts in enumerate(scene.last, 1)
        if folds <= {f for said in (*facts.titles, *(str(v) for _, v in facts.values)) for f in folded(said)}
    ]
    if not 0 < len(bearing) < len(scene.last):
        return places
    return tuple(bearing[p - 1] for p in places if p <= len(bearing)) or places[:0]


def _priced(scene: Scene, amount: float) -> tuple[int, ...]:
    """The shown items of about a price (那个899的), where they are not all."""
    hits = tuple(
        position
        for position, facts in enumerate(scene.last, 1)
        if facts.price is not None and abs(facts.price - amount) <= _ABOUT * amount
    )
    return hits if len(hits) < max(2, len(scene.last)) else ()


def _extreme(scene: Scene, said: str) -> tuple[int, ...]:
    prices = [(facts.price, i) for i, facts in enumerate(scene.last, 1) if facts.price is not None]
    if not prices:
        return ()
    lowest = re.search(r"cheap|less|least|便宜", said) is not None
    return ((min(prices) if lowest else max(prices))[1],)
