"""Words that stand for things: the second one, both, the others, 它, 这两款; each resolved by the list and by what
came before it.
"""

import re
from collections.abc import Sequence

from palate.dialogue.grounding.descriptions import MEASURES
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.said import Anchor, Said
from palate.understanding.numbers import small_number
from palate.understanding.places import ORDINALS

_MEASURE = MEASURES
_NTH = re.compile(
    r"\bthe\s+(?P<en>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)\b"
    r"(?P<few>\s+(?:two|three|four|five))?(?!\s+(?:time|place|thing|glance|impression|half"
    r"|edition|day|year|step|look|sight|of\s+its)\b)"
    r"(?:\s+(?:one|option|pick|choice|item|suggestion|product)\b)?"
    r"|\b(?:number|no\.|option|item|pick)\s*(?P<digit>\d{1,2}|one|two|three|four|five|six)\b"
    r"|#(?P<hash>\d{1,2})\b"
    rf"|第(?P<zh>[一二三四五六七八九十]|\d{{1,2}})(?:{_MEASURE})|最后(?P<zhlast>一?(?:{_MEASURE}))"
)
_SOME = re.compile(
    r"(?<!every )(?<!each )(?<!single )\b(?P<en>one|two|three|four|five|some|most|several|a\s+few|a\s+couple|half)"
    r"\s+of\s+(?:them"
    r"|these|those|the\s+\w+)\b"
    rf"|(?:其中|里面|里|中)(?:只|仅|就)?有?(?P<zh>[一二两三四五几\d])(?:{_MEASURE})|有(?P<zh2>[一二两三四五几\d])(?:{_MEASURE})(?!都|尺寸|尺码|颜色|口味|配色|规格|版本|模式|用途|档|可选)"
)
_BOTH = re.compile(
    r"\bboth\b|\beither(?:\s+one)?\b|\bneither\b|(?:这|那)?(?:两|2)(?:者|款|个|件|部|本|双|条|只|种|套|台)(?!小时"
    r"|钟头|月|星期|礼拜|半)都?|两者"
)
_ALL = re.compile(
    r"\b(?:they|them|their|theirs|these|those|all(?:\s+(?P<n>two|three|four|five|six|seven|eight)(?:\s+of\s+(?:them|these|those))?|\s+of\s+(?:them|these|those))?"
    r"|each(?:\s+of\s+(?:them|these))?|every(?:\s+(?:single\s+)?one(?:\s+of\s+(?:them|these|those))?)?"
    r"|none\s+of\s+(?:them|these)|any\s+of\s+(?:them|these)|they're|they've)\b"
    rf"|它们|他们|这些|那些|(?:这|那)(?:几|[三四五六七八]|[3-8])(?:{_MEASURE})?|(?P<zhn>[两三四五六七八]|[2-8])(?:{_MEASURE})(?=[^，。]{{0,6}}(?:都|全))|全部|全都|每(?:一)?(?:{_MEASURE})|以上"
)
_BOTH_OF_ITS = re.compile(r"both\s+(?:an?|in|on|at|for|as|\w+\s+and)\b")
_BOTH_DEEDS = re.compile(r"both\s+(?:direct|writ|wrot|star|act|play|appear|produc)\w*\s+and\b")
_ALL_IN = re.compile(
    r"all\s+(?:the\s+(?:way|difference|more|same|time)|over|about|after|in|star|appear|act|play|turn|show|feature|join|work|lend)\b"
)
_OTHERS = re.compile(
    r"\bthe\s+(?:others?|rest)(?:\s+(?:one|ones|(?P<n>two|three|four|five)))?\b"
    rf"|(?:其余|其他|其它|剩下)的?(?:(?P<zhn>[一两三四五六七八]|[1-8])(?:{_MEASURE}))?|另(?:外)?(?P<zhn2>一|两|几|三|四|五)?(?:{_MEASURE})"
)
_FORMER = re.compile(r"\bthe\s+(?P<en>former|latter)\b|(?P<zh>前者|后者)")
_IT = re.compile(
    r"\b(?:it|its|itself|it's|this\s+one|that\s+one)\b|\b(?:this|that)\s+(?=[a-z])(?!is\b|was\b"
    r"|way\b|list|means|time|makes|should|would|could|can|gives)"
    rf"|它(?!们)|(?:这|那|该|此)(?:一)?(?:{_MEASURE})(?!都)|这(?=双|本|部|件)|前面这"
)
_FROM = re.compile(r"\b(?:of|among|amongst|out\s+of|from)\s+(?:all\s+)?$|在$")
TARGET = re.compile(
    r"(?:\bthan|\bunlike|\bcompared\s+(?:to|with)|\bversus|\bvs\.?|\binstead\s+of"
    r"|\brather\s+than|\bover|\bas|\bbeats?|\bnext\s+to|\bbesides?|\bagainst"
    r"|比|比起|较|不像|不同于|相比于|对比|相较于?|胜过|不如)\s*(?:the|a|an|your)?\s*[\"“「《]?\s*$"
)
"""What stands before a thing that another is compared with."""


def numbered(said: Said, titles: Sequence[Anchor], taken: Sequence[tuple[int, int]]) -> list[Anchor]:
    """Ordinals and numbers: of the things named before, where there are that many, else of the list."""
    listing = said.facts.listing
    out: list[Anchor] = []
    for match in _NTH.finditer(said.plain):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if match["en"]:
            typed = said.text.said(match.start("en"), len(said.plain))
            if re.match(r"[A-Z]\w+\s+[A-Z]", typed):
                continue  # the Second World War
            number = len(listing) if match["en"] == "last" else ORDINALS[match["en"]]
            before = list({t.item_id: t for a in titles if a.end <= match.start() for t in a.things}.values())
            if not match["few"] and match["en"] != "last" and 1 < len(before) >= number:
                out.append(Anchor(match.start(), match.end(), (before[number - 1],), "number"))
                continue  # of X and Y, the first is the lighter
            if match["few"]:
                count = small_number(match["few"].strip()) or 0
                things = listing[-count:] if match["en"] == "last" else listing[:count]
                out.append(Anchor(match.start(), match.end(), tuple(things), "group"))
                continue
        elif match["zhlast"]:
            number = len(listing)
        else:
            word = match["digit"] or match["hash"] or match["zh"]
            number = small_number(word) or 0
        if not 0 < number <= len(listing):
            said.unknown_number = True
            continue
        out.append(Anchor(match.start(), match.end(), (listing[number - 1],), "number"))
    return out


def pronouns(said: Said) -> list[Anchor]:
    """Words that stand for things: it, both, the others, 它, 这两款; each resolved by what came before it."""
    out: list[Anchor] = []
    plain, facts = said.plain, said.facts
    taken = [(one.start, one.end) for one in said.anchors]

    def free(match: re.Match[str]) -> bool:
        return not any(
            start < match.end() and match.start() < end
            for start, end in [*taken, *((o.start, o.end) for o in out)]
        )

    def named(place: int) -> list[Thing]:
        before = [t for one in said.anchors if one.end <= place and not one.target for t in one.things]
        return list({t.item_id: t for t in before}.values())

    for match in _FORMER.finditer(plain):
        pair = (named(match.start()) or list(said.focus.recent))[-2:]
        if free(match) and len(pair) == 2:
            first = match["en"] == "former" or match["zh"] == "前者"
            out.append(Anchor(*match.span(), (pair[0] if first else pair[1],), "pronoun"))
    counted = False
    for match in _SOME.finditer(plain):
        if free(match):
            counted = True
            word = match["en"] or match["zh"] or match["zh2"]
            group = named(match.start()) if len(named(match.start())) > 1 else list(_plural(said))
            least = number = small_number(word) or 0
            if least > len(group):
                said.unknown_number = True
            least = least or (len(group) // 2 + 1 if word == "most" else 2)
            out.append(Anchor(*match.span(), tuple(group), "some", least=least, exact=number > 0))
    for match in _OTHERS.finditer(plain):
        if free(match):
            gone = {t.item_id for t in (named(match.start()) or said.focus.things)}
            rest = tuple(t for t in facts.listing if t.item_id not in gone)
            count = small_number(match["n"] or match["zhn"] or match["zhn2"] or "") or 0
            before_it = plain[max(0, match.start() - 30) : match.start()]
            if counted and count:  # one of them is X, the other three are Y: as many as are said
                out.append(Anchor(*match.span(), facts.listing, "some", least=count, exact=True))
            elif rest:
                said.unknown_number = said.unknown_number or count > len(rest)
                out.append(Anchor(*match.span(), rest, "group", bool(TARGET.search(before_it))))
    for match in _BOTH.finditer(plain):
        if _BOTH_OF_ITS.match(plain, match.start()) and len(named(match.start())) == 1:
            continue  # it is both a comedy and a musical
        if _BOTH_DEEDS.match(plain, match.start()) and len(named(match.start())) < 2:
            continue  # he both directed and appears in it
        if any(one.parts and 0 <= one.start - match.end() <= 5 for one in said.anchors):
            continue  # both X and Y: they are named
        if free(match):
            pair = named(match.start())[-2:]
            if len(pair) < 2:
                pair = (
                    list(said.focus.things)
                    if len(said.focus.things) == 2
                    else list(facts.subjects if len(facts.subjects) == 2 else facts.listing)
                )
            if len(pair) != 2:
                pair = list(said.focus.recent[-2:])
            out.append(Anchor(*match.span(), tuple(pair), "group", _is_pool(plain, match)))
    for match in _ALL.finditer(plain):
        if match.group() == "all" and not named(match.start()) and _ALL_IN.match(plain, match.start()):
            continue  # A, B and C are all in X
        if free(match):
            group = named(match.start())
            if len(group) < 2:
                group = list(_plural(said))
            if (count := match["n"] or match["zhn"]) and small_number(count) != len(group):
                titled = {t.item_id: t for one in said.anchors for t in one.things}
                same = [
                    g for g in (list(titled.values()), list(facts.listing)) if len(g) == small_number(count)
                ]
                said.unknown_number = said.unknown_number or not same
                group = same[0] if same else group
            out.append(Anchor(*match.span(), tuple(group), "group", _is_pool(plain, match)))
    for match in _IT.finditer(plain):
        if free(match):
            before = named(match.start())
            things = tuple(before[-1:]) or said.focus.things[-1:] or facts.subjects[:1] or facts.listing[:1]
            if things:
                before_it = plain[max(0, match.start() - 30) : match.start()]
                out.append(Anchor(*match.span(), things, "pronoun", bool(TARGET.search(before_it))))
    return out


def _is_pool(plain: str, match: re.Match[str]) -> bool:
    """Whether a group is what one is picked from (the lightest *of these*, 这几款*里*), not what is spoken of."""
    return bool(
        _FROM.search(plain[: match.start()]) or re.match(r"里|中|当中|之中|之间", plain[match.end() :])
    )


def _plural(said: Said) -> tuple[Thing, ...]:
    if len(said.focus.things) > 1:
        return said.focus.things
    return said.facts.subjects if len(said.facts.subjects) > 1 else said.facts.listing
