"""Claims that need a record in the brief: what the person did, what others think, offers and prizes, that nothing was
found, that the catalogue does not say.
"""

import re

from palate.catalogue.lookup_words import words_of
from palate.dialogue.grounding import claims_in_numbers, plain_words
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.said import Anchor
from palate.dialogue.grounding.vocabulary import Named
from palate.dialogue.grounding.words import contains


def _done(english: str, chinese: str) -> re.Pattern[str]:
    """The record of an act: the verb with its person before it, since goods may be "to own" or a "watch" too."""
    return re.compile(
        rf"\b(?:you|i|we|my|your)\b[^,.;:]{{0,14}}?\b(?:{english})|[您你我][^，。；：]{{0,14}}?(?:{chinese})"
    )


_HISTORY: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(
            r"\b(?:you(?:'ve|\s+have)?(?:\s+\w+)?\s+(?:bought|purchased|own|ordered)|your\s+(?:last"
            r"|previous|recent)\s+(?:purchase|order))|(?:您|你)(?:之前|曾经?|已经?)?(?:买过|买了|购买过|拥有|下过单)"
        ),
        _done(r"bought|own(?:ed)?\b|purchased", "买过|买了|购买过|拥有"),
    ),
    (
        re.compile(
            r"\byou(?:'ve|\s+have|\s+had)?(?:\s+\w+)?\s+(?:like|love|enjoy|adore)(?:e?d|s)?\b(?!\s+(?:to"
            r"|it|them|this|these|that|one|a\b|some))|\byour\s+(?:love|fondness)\b|(?:您|你)(?:之前|曾经?"
            r"|一直)?(?:喜欢(?:过|的)?|爱看)"
        ),
        _done(r"like|lov|enjoy|favou?rite|prefer", "喜欢|爱"),
    ),
    (
        re.compile(
            r"\byou(?:'ve|\s+have)?(?:\s+\w+)?\s+(?:saved|favou?rited|bookmarked|wishlisted)|(?:您|你)收藏"
        ),
        _done("saved", "收藏"),
    ),
    (
        re.compile(
            r"\byou(?:'ve|\s+have)?(?:\s+\w+)?\s+(?:viewed|looked\s+at|watched|seen|saw|browsed|read)"
            r"|(?:您|你)(?![会可想要能])[^，。；：]{0,5}?(?:看过|浏览|读过)"
        ),
        _done(r"looked|watched|seen|saw\b|viewed|read\b", "看过|浏览"),
    ),
    (
        re.compile(r"\byou(?:'ve|\s+have)?(?:\s+\w+)?\s+rated|(?:您|你).{0,4}打(?:了)?高?分"),
        _done("rated", "打了高分"),
    ),
    (
        re.compile(
            r"\byou(?:'ve|\s+have)?(?:\s+\w+)?\s+(?:hate|dislike|disliked|hated)|(?:您|你)(?:讨厌|不喜欢)"
        ),
        re.compile(r"hate|dislike|don'?t\s+like|not\s+for\s+me|讨厌|不喜欢|will not come again|不会再"),
    ),
    (
        re.compile(r"\b(?:your|the)\s+(?:shopping\s+)?(?:cart|basket)\b|购物车"),
        re.compile(r"\bcart\b|购物车"),
    ),
    (
        re.compile(
            r"\b(?:popular|people|customers?|others\s+(?:who|love|like|buy|also)|buyers|shoppers"
            r"|readers\s+love|viewers\s+love|everyone\s+(?:loves|likes)|favou?rite\s+(?:among|of|with)"
            r"|crowd|who\s+(?:lik|lov|enjoy|watch|bought|buy|chose|read)\w*\b[^.]{0,80}\balso|(?:fan|cult|crowd|audience|family|all-time)\s+(?:favou?rites?|classics?|hits?))\b|受欢迎|大家都|人气|热门|选它的人|买家|顾客"
        ),
        re.compile(r"popular|people who|受欢迎|选它的人"),
    ),
)
_LIKES, _CROWD = 1, len(_HISTORY) - 1
_DEALS = re.compile(
    r"\b(?:discount|sale|off\b|deal\b|coupon|voucher|promo|free\b|gratis|complimentary|clearance"
    r"|(?:usual|regular|original|normal|former)\s+price|reduced|marked\s+down|save\b|saving|stock|ship|deliver|arriv|warrant|guarantee|refund"
    r"|return\s+policy|in\s+store|(?:only|just|last)\b[^.]{0,30}\bleft\b|(?<!no\s)hurry|today\s+only|limited)"
    r"|打折|[一二三四五六七八九]\s*[五]?折|优惠|半价|促销|特价|包邮|免费|赠|买一送|[只仅]剩(?:下)?(?:最后)?(?:[一二两三四五\d]+[件个款只台套])?|剩下?最后|最后[一二两三四五\d]+[件个款]|库存|现货|有货|缺货|断货|售罄|卖完|下架|发货|到货|配送|保修|退货|退换|限时|限量|抢购|秒杀|返现|降价|原价|平时的?价|打.折"
)
_HALF_PRICE = re.compile(r"半价|对折|[一二三四五六七八九]{1,2}折|half\s+(?:price|off)|\bhalf-price")
_FREE = re.compile(
    r"\bfeel\s+free\b|\b\w+-free\b|\b(?:fragrance|oil|sugar|gluten|paraben|alcohol|lead|cruelty|dairy|fat|dust|noise|ad|hassle|worry|bpa|sulfate|sulphate|silicone|acid|scent|rust|lint|salt|caffeine|duty|stress)\s+free\b|\bfree\s+(?:of|from)\b|\bhands-free\b|\bfree\s+to\b"
)
_EVENTS = re.compile(
    r"\b(?:(?:best|top|hot)[\s-]?sell\w*|(?:recommended|endorsed|trusted|loved|worn)\s+by|award\w*|prize\w*|nominat\w*|oscars?|certified|approved"
    r"|patented|acclaimed|rated|rating|reviews?|stars\b|ranked|viral|trending)|畅销|获奖|得奖|好评|评分"
    r"|口碑榜|销量|认证|专利|评论|热销|爆款|提名|(?:医生|专家|明星|网红)(?:都|也)?(?:推荐|同款)"
)


def came_short(q: Inquiry) -> bool:
    """Whether a wish could not be held: then the reply may say that nothing was found."""
    brief = q.facts.brief
    return bool(q.facts.relaxed or brief.unread) or (brief.move == "recommend" and not brief.items)


def history(q: Inquiry) -> None:
    """What the person did or likes must be in the brief, with the thing that it was done with."""
    for number, (cue, proof) in enumerate(_HISTORY):
        match = cue.search(q.plain)
        if match is None or q.open(match.start()):
            continue
        said, told = q.facts.said.plain, q.facts.told.plain
        # "which one you like": only with a thing is it a claim on the person
        past = re.search(r"liked|loved|enjoyed|adored|过|love of|fondness", match.group())
        named = any(a.kind == "title" and 0 <= a.start - match.end() <= 3 for a in q.said.anchors)
        if number == _LIKES and not past and not named:
            continue
        source = [a for a in q.said.anchors if a.kind == "title" and a.start >= match.start()]
        if number == _CROWD:
            words = match.group()
            if not q.holds(
                match.start(),
                lambda thing, proof=proof, words=words: (
                    _is_told_of(q, thing, proof) or _in_its_entry(thing, words)
                ),
            ):
                raise Unsupported(match.group())
            q.said.explain(*match.span())
            continue
        lines = [
            line
            for text in (told, *(t.reasons.plain for t in q.facts.listing), said)
            for line in text.split("\n")
            if proof.search(line)
        ]
        if not lines:
            raise Unsupported(match.group())
        if source:
            wanted = [title for thing in source[0].things for title in thing.titles]
            if not any(
                contains(words_of(line).folds, title) for line in lines for title in wanted
            ) and not named_by_person(q, source[0]):
                raise Unsupported(match.group())
        q.said.explain(*match.span())


def _is_told_of(q: Inquiry, thing: Thing, proof: re.Pattern[str]) -> bool:
    """Whether the thing's reasons prove something, or a template sentence that names it."""
    lines = [line for line in q.facts.told.plain.split("\n") if proof.search(line)]
    named = any(contains(words_of(line).folds, title) for line in lines for title in thing.titles)
    return bool(proof.search(thing.reasons.plain)) or named


def _in_its_entry(thing: Thing, words: str) -> bool:
    """Whether the catalogue itself has the words, as a tag or a yes-or-no "is hot"."""
    return thing.text.says(words_of(words).folds, negative=False) or (
        words in ("热门", "人气") and any(thing.flags.get(name) is True for name in ("is_hot", "hot"))
    )


def named_by_person(q: Inquiry, anchor: Anchor) -> bool:
    """Whether the person has named one of these things."""
    named = {mention.item_id for mention in q.facts.brief.said.mentions} | set(q.facts.brief.state.tastes)
    return any(thing.item_id in named for thing in anchor.things)


def deals(q: Inquiry) -> None:
    """Discounts, delivery, stock, prizes, other people's opinion: only where the catalogue's text says so."""
    masked = _FREE.sub(lambda m: " " * len(m.group()), q.plain)
    for pattern in (_HALF_PRICE, _DEALS, _EVENTS):
        for match in pattern.finditer(masked):
            start, end = match.span()
            if q.in_title(start, end, "title") or (pattern is _DEALS and _is_value(q, start, end)):
                continue
            folds = words_of(match.group()).folds
            if q.asking and q.facts.offered.says(folds):
                continue
            if match.group() == "deliver" and re.match(r"s?\s+(?:up\s+to\s+|a\s+full\s+)?\d", masked[end:]):
                continue  # 2000 VA
            if re.match(r"sav|off\b|return|reduc|省|sale\b|limited|star", match.group()):
                continue  # plain or checked elsewhere: "save 360 yuan", "starring"
            if match.group() in _GRATIS and not _with_what(q, start, end):
                raise Unsupported(match.group())
            if not q.holds(start, lambda thing, folds=folds: thing.text.says(folds)) and not _named_attribute(
                q, folds
            ):
                raise Unsupported(match.group())


_GRATIS = ("free", "gratis", "免费")


def _with_what(q: Inquiry, start: int, end: int) -> bool:
    """Whether the text has "free" with the same word behind it (free refills); a thing that has a price is not free,
    whatever its text says.
    """
    words = q.said.words
    place = next(
        (i for i, (s, e) in enumerate(zip(words.starts, words.ends, strict=True)) if s <= start < e), None
    )
    after = [i for i, s in enumerate(words.starts) if s >= end]
    if place is None or not after:
        return q.holds(start, lambda thing: not thing.numbers.get("price"))
    run = words.folds[place : after[0] + (1 if q.plain.isascii() else 2)]
    return q.holds(start, lambda thing: not thing.numbers.get("price") or thing.text.says(run))


def _is_value(q: Inquiry, start: int, end: int) -> bool:
    return any(q.span(v)[0] <= start and end <= q.span(v)[1] for v in q.valued)


def _named_attribute(q: Inquiry, folds: list[str]) -> bool:
    return any(
        list(q.said.words.folds[n.first : n.last]) == folds
        or set(folds) <= set(q.said.words.folds[n.first : n.last])
        for n in q.named
    )


def says_unknown(q: Inquiry) -> bool:
    """That the catalogue does not say: true where that attribute is named and the thing has no value of it."""
    open_names = [n for n in q.named if not q.in_title(*q.span(n)) and not _where_it_lacks(q, n)]
    features = [v for v in q.valued if not q.in_title(*q.span(v))]
    if (
        q.facts.brief.unread
        and any(q.facts.said.says(words_of(p).folds) for p in q.facts.brief.unread if words_of(p).folds)
        and all(q.wished(list(q.said.words.folds[v.first : v.last])) for v in features)
    ):
        return _rest_is_plain(q)
    if not open_names and not features:
        return False
    for named in open_names:
        place = q.span(named)[0]
        subject = q.said.subject(place)
        if any(thing.has(name) for thing in subject.things for name in named.attributes):
            raise Unsupported(f"said to be unknown: {', '.join(named.attributes)}")
        q.account(named)
    for valued in features:
        if any(n.first <= valued.first and valued.last <= n.last for n in open_names):
            continue
        place = q.span(valued)[0]
        names = {name for name, _ in valued.values}
        if any(thing.has(name) for thing in q.said.subject(place).things for name in names):
            raise Unsupported("said to be unknown")
        q.account(valued)
    claims_in_numbers.measured(q, q.measures)
    plain_words.words(q)
    return True


def _where_it_lacks(q: Inquiry, named: Named) -> bool:
    """Whether an attribute's name says where nothing stands: 商品介绍里没写."""
    return (
        "description" in named.attributes
        and re.match(r"\s*[里中上]", q.plain[q.span(named)[1] :]) is not None
    )


def _rest_is_plain(q: Inquiry) -> bool:
    for place, word in enumerate(q.said.words.texts):
        if not q.said.explained[place] and q.facts.said.says([q.said.words.folds[place]]):
            q.said.explained[place] = True
        del word
    claims_in_numbers.measured(q, [m for m in q.measures if not q.in_title(m.start, m.end)])
    plain_words.words(q)
    return True
