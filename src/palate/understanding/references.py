"""Which of the items shown last an utterance speaks of: by place (the second one, 后面那个), by a value (the
red one), by extreme (the cheapest). Positions count from 1; without a list there are none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from palate.catalogue.lookup_words import folded, words_of
from palate.understanding.places import MEASURE, find_places
from palate.understanding.scene import BLANK, Scene
from palate.understanding.stopwords import ENGLISH, NO_KEYWORDS, SPELT_RIGHT
from palate.understanding.wishes import Value

_THE_ONE = re.compile(
    r"\b(?:the|that|this)\s+(?P<what>[^,.;!?]{1,40}?)\s+(?:ones?|version|model|thing|thingy|item|product)\b"
)
_THE_ONE_BY = re.compile(
    r"\b(?:the|that)\s+(?:one|thing|book|film|movie)\s+(?:made\s+|written\s+|directed\s+)?(?:by|with|from|about|starring)\s+(?P<what>[^,.;!?]{2,24})"
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
    rf"(?P<what>[^,。!?、]{{1,12}}?)的?(?:那|这)(?:一)?{MEASURE}|(?:那"
    rf"|这)(?:一)?{MEASURE}(?P<what2>[^,。!?、的]{{1,10}})的"
)
_DEFINITE = re.compile(
    r"\b(?:the|that|this)\s+(?:\w+\s+){0,2}?\w+|(?:这|那)[个款部本张件双台只条家种][^,。!?、的]{1,6}"
)
_POINTED = re.compile(r"(?:[那这](?:[个款部本张件双台只条家种支])?|\b(?:the|that|this))\s*$")
_ABOUT = 0.02
_EXTREMES: tuple[tuple[str, bool, re.Pattern[str]], ...] = tuple(
    (field, lowest, re.compile(pattern))
    for field, lowest, pattern in (
        ("price", True, r"cheap(?:er|est)?|(?:less|least)\s+expensive|便宜"),
        ("price", False, r"(?:more\s+|most\s+)?expensive|pric(?:ey|ier|iest)|dear(?:er|est)?|贵"),
        ("year", False, r"new(?:er|est)?|latest|(?:more|most)\s+recent|[新近]"),
        ("year", True, r"old(?:er|est)?|earli(?:er|est)|[老旧早]"),
    )
)
"""What the goods shown can be told apart by in degree: (field, whether the least is meant, its words)."""
_DEGREES = "|".join(pattern.pattern for _, _, pattern in _EXTREMES)
_EXTREME = re.compile(
    rf"\b(?:the|that|this)\s+(?P<en>{_DEGREES})\s+(?:one|version|model|item)\b"
    rf"|(?P<zh>{_DEGREES})一?点?儿?的?(?:那|这){MEASURE}?|(?:那|这){MEASURE}(?:最|更|比较)?(?P<zh2>{_DEGREES})一?点?的"
)
_SUPERLATIVE = re.compile(
    r"\bthe\s+(?P<en>(?:cheap|dear|pric[iy]|new|old|earli)est|latest|(?:most|least)\s+(?:expensive|recent))\b(?!\s+(?:you|that|there|in))"
    r"|最(?P<zh>便宜|贵|新|老|旧)的"
)
"""An extreme without "one": the cheapest or the dearest?"""
_SAYS_NOTHING = re.compile(
    r"(?:other|same|right|wrong|only|last|next|whole|best|good|nice|big|small|large|little|long|short|first|second|third|ones?|with|and|or|of|a|an|the|in|for|my|your)"
)
_COLOURS = "红黄蓝绿黑白灰粉紫橙棕金银米"


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

    for start, end, name, places in find_places(scene.masked, count):
        add(start, end, _among(scene, end, places) if name in ("ordinal", "last") else places)
    for match in _BARE.finditer(scene.masked):
        before = scene.masked[max(0, match.start() - 16) : match.start()]
        word = re.search(r"([a-z]{2,})\s*$", before)  # usb 3, toy story 2
        named = word is not None and word.group(1) not in SPELT_RIGHT
        if not named and not _NO_PLACE_BEFORE.search(before[-12:]):
            add(match.start(), match.end(), (int(match["n"]),))
    for match in (
        *_EXTREME.finditer(scene.masked),
        *(_SUPERLATIVE.finditer(scene.masked) if directed else ()),
    ):
        add(match.start(), match.end(), _extreme(scene, next(filter(None, match.groups()))))
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
        add(
            start, match.end(), named or _described(scene, values, start, match.end()) or _borne(scene, match)
        )
    for match in _THE_ONE_BY.finditer(scene.masked):
        add(
            match.start(),
            match.end(),
            _described(scene, values, match.start(), match.end()) or _borne(scene, match),
        )
    if directed:
        for match in _DEFINITE.finditer(scene.masked):
            add(match.start(), match.end(), _described(scene, values, match.start(), match.end()))
        for value in values:
            if value.attribute == brand and not value.denied:
                add(value.start, value.end, _described(scene, values, value.start, value.end))
    return sorted(out, key=lambda r: r.start)


def points_beyond(scene: Scene) -> bool:
    """Whether a place is spoken of that the list does not have: the third of two."""
    count = len(scene.last)
    return bool(count) and any(
        place > count
        for _, _, name, places in find_places(scene.masked, count)
        for place in places
        if name in ("ordinal", "number", "zh_ordinal", "zh_number")
    )


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


def _borne(scene: Scene, match: re.Match[str]) -> tuple[int, ...]:
    """The shown items whose titles or values bear the words of "the pink one" or 绣花的那套, where some do and
    some do not.
    """
    groups: dict[str, Any] = match.groupdict()
    what: str = groups["what"] or groups.get("what2") or ""
    said = [" ".join((*facts.titles, *(str(value) for _, value in facts.values))) for facts in scene.last]
    if re.search(r"[\u4e00-\u9fff]", what):
        what = what.removesuffix("的")
        pieces = [what[at:] for at in range(len(what) - 1)]  # the longest that some bear: 我就要绣花的那套
        pieces += [what[-1]] if what[-1] in _COLOURS else []
        pieces = [one for one in pieces if one not in NO_KEYWORDS]
        hits = ([n for n, text in enumerate(said, 1) if one in text] for one in pieces)
        return tuple(next((found for found in hits if 0 < len(found) < len(said)), ()))
    words = [
        fold
        for word in words_of(what).texts
        if word not in ENGLISH and not _SAYS_NOTHING.fullmatch(word) and word not in scene.lexicon.adjectives
        for fold in folded(word)
    ]
    found = [n for n, text in enumerate(said, 1) if words and set(words) <= set(folded(text))]
    return tuple(found) if len(found) < len(said) else ()


def _extreme(scene: Scene, said: str) -> tuple[int, ...]:
    """The shown item with the least or most of what is said: the dearest, the older one."""
    field, lowest = next((field, low) for field, low, words in _EXTREMES if words.search(said))
    if said.startswith(("less", "least")):
        lowest = True
    known = [
        (value, position)
        for position, facts in enumerate(scene.last, 1)
        if (value := facts.price if field == "price" else facts.year) is not None
    ]
    if not known or len({value for value, _ in known}) < min(2, len(scene.last)):
        return ()
    best = (min if lowest else max)(value for value, _ in known)
    return tuple(position for value, position in known if value == best)
