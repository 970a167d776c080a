"""The checker: is each thing that a sentence says supported by the brief?

Default is no. A word is accepted where it states nothing, where it stands in the catalogue's own text of the thing
that the sentence speaks of, or where a typed claim that it is part of (a number, a price, a value, a yes-or-no
attribute, a comparison, a person, a title) is true of that very thing. Everything else makes the sentence
unsupported: it is replaced, which is never wrong, only plainer.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import CJK, folded, words_of
from palate.dialogue.grounding import comparisons
from palate.dialogue.grounding.facts import Facts, Thing
from palate.dialogue.grounding.measures import Measure, agrees, find_measures
from palate.dialogue.grounding.polarity import denied
from palate.dialogue.grounding.reading import Anchor, Focus, Said, read
from palate.dialogue.grounding.vocabulary import Named, Valued, Vocabulary, role_of
from palate.dialogue.grounding.words import chinese_states_nothing, states_nothing
from palate.ranking.wording import is_chinese
from palate.understanding.language import language_of
from palate.understanding.normalise import normalise
from palate.understanding.segmentation import segment, with_whole
from palate.understanding.years import find_years
from palate.values import Evidence

_FOREIGN = re.compile(
    r"https?:|www\.|\w@\w|</?\w+|[{}<>\\|]|`|\[[^\]]*\]\(|\w+\.(?:com|net|org|cn|io|ru)\b", re.IGNORECASE
)
_USER = re.compile(
    r"\byou(?:'ve|\s+have|'d|\s+had)?\s+(?:also\s+|just\s+|already\s+|once\s+|really\s+)*(?:ask|want|say|said|mention|tell|told|specif|look(?:ing|ed)?\s+for|need|request|set|prefer|like|love|hate|dislike|search|describ|bought|buy|own|saved|view|watch|rated|enjoy|put|shared|spoke|chose|pick)"
    r"|\byou(?:'re|\s+are|\s+were)\s+(?:looking|after|searching|hoping|shopping)|\byour\s+(?:budget|wish|wishes|request|price|limit|ceiling|brief|search|taste|criteri|requirement|range|need|mother|mom|mum|father|dad|friend|wife|husband|girlfriend|boyfriend|son|daughter|kid|child|partner|colleague|boss|nephew|niece|grand)|\bas\s+(?:you\s+)?(?:asked|requested|wished)|\basked\s+for\b"
    r"|(?:您|你)(?:刚才?|之前|已经)?(?:想|要|说|提|预算|希望|需要|指定|要求|问|喜欢|讨厌|不喜欢|买过|看过|收藏|分享|打了?|的(?:要求|预算|需求|条件|心意|喜好|妈妈|爸爸|朋友|女朋友|男朋友|孩子|老婆|老公))|按(?:照)?(?:您|你)?的?要求|符合(?:您|你)?的?(?:要求|条件)|预算(?:内|范围|以内|之内)"
)
_HISTORY: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"\b(?:you(?:'ve|\s+have)?(?:\s+\w+)?\s+(?:bought|purchased|own|ordered)|your\s+(?:last|previous|recent)\s+(?:purchase|order))|(?:您|你)(?:之前|曾经?|已经?)?(?:买过|买了|购买过|拥有|下过单)"), re.compile(r"bought|buy|own|purchase|买过|买了|有")),
    (re.compile(r"\byou(?:'ve|\s+have|\s+had)?(?:\s+\w+)?\s+(?:like|love|enjoy|adore)(?:d|s)?\b(?!\s+(?:to|it|them|this|these|that|one|a\b|some))|\byour\s+(?:love|fondness)\b|(?:您|你)(?:之前|曾经?|一直)?(?:喜欢(?:过|的)?|爱看)"), re.compile(r"\blik|\blov|\benjoy|喜欢|爱|favou?rite|prefer")),
    (re.compile(r"\byou(?:'ve|\s+have)?(?:\s+\w+)?\s+(?:saved|favou?rited|bookmarked|wishlisted)|(?:您|你)收藏"), re.compile(r"saved|收藏")),
    (re.compile(r"\byou(?:'ve|\s+have)?(?:\s+\w+)?\s+(?:viewed|looked\s+at|watched|seen|saw|browsed|read)|(?:您|你)(?:之前|曾经?)?(?:看过|浏览|读过)"), re.compile(r"looked|watch|seen|view|read|看过|浏览")),
    (re.compile(r"\byou(?:'ve|\s+have)?(?:\s+\w+)?\s+rated|(?:您|你).{0,4}打(?:了)?高?分"), re.compile(r"rated|打了高分")),
    (re.compile(r"\byou(?:'ve|\s+have)?(?:\s+\w+)?\s+(?:hate|dislike|disliked|hated)|(?:您|你)(?:讨厌|不喜欢)"), re.compile(r"hate|dislike|don'?t\s+like|not\s+for\s+me|讨厌|不喜欢|will not come again|不会再")),
    (re.compile(r"\b(?:cart|basket)\b|购物车"), re.compile(r"\bcart\b|购物车")),
    (re.compile(r"\b(?:popular|people|customers?|others\s+(?:who|love|like|buy|also)|buyers|shoppers|readers\s+love|viewers\s+love|everyone\s+(?:loves|likes)|favou?rite\s+(?:among|of|with)|crowd)\b|受欢迎|大家都|人气|热门|选它的人|买家|顾客"), re.compile(r"popular|people who|受欢迎|选它的人")),
)  # fmt: skip
_CROWD = len(_HISTORY) - 1
_QUESTION = re.compile(r"[?？]\s*[\"”」]?\s*$|吗[。！]?$|呢[。！]?$")
_ASKS = re.compile(
    r"\b(?:would|do|does|shall|should|could|can|may|are|is|what|which|who|how|any|want|prefer|like|need)\b|想|要|需要|喜欢|哪|什么|多少|吗|呢|是否|有没有|还是"
)
_CONDITION = re.compile(
    r"^\s*(?:and\s+|or\s+|but\s+)?(?:if|whether|when|in\s+case|should\s+you|let\s+me\s+know|tell\s+me|just\s+say|say\s+so|do\s+tell|feel\s+free)\b|^\s*(?:and\s+|so\s+)?i\s+hope\b|^\s*(?:希望|愿|如果|要是|假如|若|想要|需要|喜欢|可以告诉我|告诉我|如需)"
)
_SILENT = re.compile(
    r"\b(?:catalogue|catalog|listing|entry|record|description|data|shop|information|details?)\b[^.]{0,40}?\b(?:does\s*n[o']t|do\s*n[o']t|not|no|silent|without)\b|\b(?:i\s+)?(?:don'?t|do\s+not|can'?t|cannot|could\s*n[o']t)\s+(?:know|say|tell|find|see|confirm|have)|\b(?:not|n't)\s+(?:listed|stated|mentioned|specified|given|recorded|known|say|tell|state|mention|specify|list)|\bunknown\b|\bno\s+(?:information|details?|word|data|mention)\b"
    r"|没有?(?:写|说|标|提|注明|给出|记录|相关|这方面|提到|说明|标注)|(?:不清楚|不知道|不确定|无法(?:确认|判断|得知)|未(?:注明|标明|标注|说明|提及|提供|写明)|查不到|没有.{0,6}信息)"
)
_NOTHING = re.compile(
    r"\b(?:nothing|no\s+\w+)\b[^.]{0,30}\b(?:meets?|fits?|match(?:es)?|here|found|quite|exactly)\b|\b(?:could\s*n[o']t|did\s*n[o']t|can'?t|cannot|no\s+luck|unable\s+to)\s+(?:find|finding)|\bthere\s+(?:is|are|'s)\s+(?:nothing|no|none)|\bno\s+exact\s+match"
    r"|没有?(?:找到|完全)?[^，。]{0,16}(?:符合|满足|合适|更多|同时)|找不到|暂时没有|没有?找到"
)
_ONLY = re.compile(r"\bonly\s+(?:the\s+)?[\"“]?\s*$|(?:只有|唯有|仅有)[「《“]?\s*$")
_DEALS = re.compile(
    r"\b(?:discount|sale|off\b|deal\b|coupon|voucher|promo|free\b|gratis|complimentary|clearance|reduced|marked\s+down|save\b|saving|stock|ship|deliver|arriv|warrant|guarantee|refund|return\s+policy|in\s+store|left\b|hurry|today\s+only|limited)"
    r"|打折|[一二三四五六七八九]\s*[五]?折|优惠|半价|促销|特价|包邮|免费|赠|买一送|库存|现货|发货|到货|配送|保修|退货|退换|限时|限量|抢购|秒杀|返现|降价|打.折"
)
_HALF_PRICE = re.compile(r"半价|对折|[一二三四五六七八九]{1,2}折|half\s+(?:price|off)|\bhalf-price")
_FREE = re.compile(r"\bfeel\s+free\b|\b\w+[\s-]free\b|\bfree\s+(?:of|from)\b|\bhands-free\b|\bfree\s+to\b")
_EVENTS = re.compile(
    r"\b(?:bestsell\w*|best-sell\w*|award\w*|prize\w*|nominat\w*|oscars?|certified|approved|patented|acclaimed|rated|rating|reviews?|stars\b|ranked|viral|trending)|畅销|获奖|得奖|好评|评分|口碑榜|销量|认证|专利|评论|热销|爆款|提名"
)
_UNIT_LETTERS = re.compile(r"^\d+(?:\.\d+)?[a-z]{0,3}$")
_HAN = re.compile(rf"[{CJK}]")
_FREE_TAGS = ("u", "p", "c", "r", "y", "e", "o", "d", "q", "w", "x", "k", "h", "f")
_LEAD = re.compile(r"([\u4e00-\u9fff])(?:约|达|为|是|仅|只)?$")
_PROPER = frozenset("i english chinese ok okay mr mrs ms dr usd cny rmb eur gbp".split())  # noqa: SIM905
_LEAST_HAN = 2
_COUNT_AFTER = re.compile(
    r"\s*(?:of|great|good|solid|lovely|nice|strong|more|other|different|\w+ly)?\s*(?:of\s+)?(?:them|these|those|options?|picks?|choices?|items?|products?|suggestions?|ideas?|results?|matches|candidates?|alternatives?|titles?|things?|ones|that|which|to|are|in|for|from|here|\w+s\b)|\s*(?:[,.;:!?)，。；：！）]|$|(?:and|but)\b)|\s*(?:个|款|件|部|本|双|条|只|种|套|瓶|台|张|把|支|盏|项|样|者|枚)"
)


@dataclass(frozen=True)
class Verdict:
    """``supported``; the ``evidence`` it rests on; the ``things`` that the sentence spoke of; ``why`` not;
    ``asks``: a question; ``silent``: it says that something is not known.
    """

    supported: bool
    evidence: tuple[Evidence, ...] = ()
    things: tuple[Thing, ...] = ()
    why: str = ""
    asks: bool = False
    silent: bool = False


class _Unsupported(Exception):
    """Raised within the checker with what is not supported."""


class Checker:
    """Holds sentences against the facts of one brief. ``secret``: the instructions of which no run of words may be
    repeated; ``language``: the person's.
    """

    def __init__(self, vocabulary: Vocabulary, facts: Facts, *, language: str, secret: str = "") -> None:
        self.vocabulary = vocabulary
        self.facts = facts
        self._chinese = is_chinese(language)
        self._secret = _shingles(secret)

    def check(self, sentence: str, focus: Focus | None = None) -> Verdict:
        """Whether every claim of a sentence is supported. Never raises."""
        said = read(sentence, self.facts, focus or Focus())
        evidence: dict[Evidence, None] = {}
        try:
            self._clean(sentence, said)
            check = _Check(self, said, evidence)
            check.run()
        except _Unsupported as why:
            return Verdict(False, (), said.things, str(why))
        things = said.things
        for thing in said.things:
            evidence.setdefault(Evidence("item", thing.item_id))
        return Verdict(True, tuple(evidence), things, asks=check.asking, silent=check.silent)

    def _clean(self, sentence: str, said: Said) -> None:
        if _FOREIGN.search(sentence):
            raise _Unsupported("markup or an address")
        if self._secret & _shingles(sentence):
            raise _Unsupported("the instructions")
        if said.unknown_number:
            raise _Unsupported("a number that is not in the list")
        outside = _without(said.plain, [(a.start, a.end) for a in said.anchors if a.kind == "title"])
        han = len(_HAN.findall(outside))
        latin = len(re.findall(r"[a-z]+", outside))
        if self._chinese and not han and latin > 2:
            raise _Unsupported("another language")
        if not self._chinese and han > latin:
            raise _Unsupported("another language")
        if not han and latin > 4 and language_of(outside) not in ("en", "zh"):
            raise _Unsupported("another language")


class _Check:
    """One sentence on its way through."""

    def __init__(self, checker: Checker, said: Said, evidence: dict[Evidence, None]) -> None:
        self.vocabulary = checker.vocabulary
        self.facts = checker.facts
        self.said = said
        self.evidence = evidence
        self.plain = said.plain
        self.named: list[Named] = self.vocabulary.names(said.words)
        self.asking = bool(_QUESTION.search(said.plain)) and bool(_ASKS.search(said.plain))
        self.silent = bool(_SILENT.search(self.plain)) and not self.asking
        self.nothing = bool(_NOTHING.search(self.plain))

    # --- the order ------------------------------------------------------------------------------------

    def run(self) -> None:
        if self.nothing and not self.asking and not self._came_short():
            raise _Unsupported("said that nothing was found")
        self._history()
        self._deals()
        if self.silent and self._says_unknown():
            return
        measures = [
            m for m in find_measures(self.plain, self.vocabulary.units) if not self._in_title(m.start, m.end)
        ]
        self._ratios()
        left = self._compare(measures)
        self._same()
        left = self._years(left)
        self._measure(left)
        self._values()
        self._flags()
        self._names()
        self._words()

    def _in_title(self, start: int, end: int) -> bool:
        flat = [p for a in self.said.anchors for p in (a.parts or (a,))]
        return any(
            a.kind in ("title", "number", "some", "group", "pronoun") and a.start < end and start < a.end
            for a in flat
        )

    # --- who ------------------------------------------------------------------------------------------

    def holds(self, place: int, true: Callable[[Thing], bool], *, group: Anchor | None = None) -> bool:
        """Whether something is true of the subject at a place: of each of them, or of as many as are said."""
        subject = group or self.said.subject(place)
        if not subject.things:
            return False
        count = sum(true(thing) for thing in subject.things)
        if subject.kind == "some":
            return count >= subject.least
        if _ONLY.search(self.plain[max(0, subject.start - 12) : subject.start]) and subject.end > 0:
            others = [t for t in self.facts.listing if t.item_id not in {s.item_id for s in subject.things}]
            if any(true(other) for other in others):
                return False
        return count == len(subject.things)

    def personal(self, place: int) -> bool:
        """Whether a place is in a clause that speaks of the person's own words and wishes."""
        start, end = self.said.clause(place)
        return bool(_USER.search(self.plain[start:end]))

    def open(self, place: int) -> bool:
        """Whether a place is in a question or a condition: nothing is stated there."""
        if self.asking:
            return True
        start, end = self.said.clause(place)
        return bool(_CONDITION.match(self.plain[start:end]))

    def wished(self, folds: list[str]) -> bool:
        """Whether the person said the words, or has the wish, or the question offers it."""
        return self.facts.said.says(folds) or self.facts.offered.says(folds)

    def _came_short(self) -> bool:
        """Whether a wish could not be held: then the reply may say that nothing was found."""
        brief = self.facts.brief
        return bool(self.facts.relaxed or brief.unread) or (brief.move == "recommend" and not brief.items)

    # --- claims that need a record -------------------------------------------------------------------

    def _history(self) -> None:
        """What the person did or likes must be in the brief, with the thing that it was done with."""
        for number, (cue, proof) in enumerate(_HISTORY):
            match = cue.search(self.plain)
            if match is None or self.open(match.start()):
                continue
            said, told = self.facts.said.plain, self.facts.told.plain
            source = [a for a in self.said.anchors if a.kind == "title" and a.start >= match.start()]
            if number == _CROWD:
                subject = self.said.subject(match.start())
                texts = [t.reasons.plain for t in subject.things] or [told]
                if not all(proof.search(text) for text in texts):
                    raise _Unsupported(match.group())
                self.said.explain(*match.span())
                continue
            lines = [
                line
                for line in (*told.split("\n"), *(t.reasons.plain for t in self.facts.listing), said)
                if proof.search(line)
            ]
            if not lines:
                raise _Unsupported(match.group())
            if source:
                wanted = [title for thing in source[0].things for title in thing.titles]
                if not any(
                    _contains(words_of(line).folds, title) for line in lines for title in wanted
                ) and not self._named_by_person(source[0]):
                    raise _Unsupported(match.group())
            self.said.explain(*match.span())

    def _named_by_person(self, anchor: Anchor) -> bool:
        named = {mention.item_id for mention in self.facts.brief.said.mentions} | set(
            self.facts.brief.state.tastes
        )
        return any(thing.item_id in named for thing in anchor.things)

    def _deals(self) -> None:
        """Discounts, delivery, stock, prizes, other people's opinion: only where the catalogue's text says so."""
        masked = _FREE.sub(lambda m: " " * len(m.group()), self.plain)
        for pattern in (_HALF_PRICE, _DEALS, _EVENTS):
            for match in pattern.finditer(masked):
                start, end = match.span()
                if self._in_title(start, end) or (pattern is _DEALS and self._is_value(start, end)):
                    continue
                folds = words_of(match.group()).folds
                if self.asking and self.facts.offered.says(folds):
                    continue
                if re.match(r"sav|off\b|return|left|reduc|省|sale\b|limited|star", match.group()):
                    continue  # plain or checked elsewhere: "save 360 yuan", "starring"
                if not self.holds(
                    start, lambda thing, folds=folds: thing.text.says(folds)
                ) and not self._named_attribute(folds):
                    raise _Unsupported(match.group())

    def _is_value(self, start: int, end: int) -> bool:
        return any(
            self._span(v)[0] <= start and end <= self._span(v)[1]
            for v in self.vocabulary.values(self.said.words)
        )

    def _named_attribute(self, folds: list[str]) -> bool:
        return any(
            list(self.said.words.folds[n.first : n.last]) == folds
            or set(folds) <= set(self.said.words.folds[n.first : n.last])
            for n in self.named
        )

    def _says_unknown(self) -> bool:
        """ "The catalogue does not say": true where that attribute is named and the thing has no value of it."""
        open_names = [n for n in self.named if not self._in_title(*self._span(n))]
        features = [v for v in self.vocabulary.values(self.said.words) if not self._in_title(*self._span(v))]
        if self.facts.brief.unread and any(
            self.facts.said.says(words_of(p).folds) for p in self.facts.brief.unread if words_of(p).folds
        ):
            if all(self.wished(list(self.said.words.folds[v.first : v.last])) for v in features):
                return self._rest_is_plain()
        if not open_names and not features:
            return False
        for named in open_names:
            place = self._span(named)[0]
            subject = self.said.subject(place)
            if any(thing.has(name) for thing in subject.things for name in named.attributes):
                raise _Unsupported(f"said to be unknown: {', '.join(named.attributes)}")
            self._account(named)
        for valued in features:
            if any(n.first <= valued.first and valued.last <= n.last for n in open_names):
                continue
            place = self._span(valued)[0]
            names = {name for name, _ in valued.values}
            if any(thing.has(name) for thing in self.said.subject(place).things for name in names):
                raise _Unsupported("said to be unknown")
            self._account(valued)
        self.said.explained = [
            done or (bool(_SILENT.search(self.plain)) and not _HAN.match(t) and t in ("catalogue", "listing"))
            for done, t in zip(self.said.explained, self.said.words.texts, strict=True)
        ]
        self._measure(find_measures(self.plain, self.vocabulary.units))
        self._words()
        return True

    def _rest_is_plain(self) -> bool:
        for place, word in enumerate(self.said.words.texts):
            if not self.said.explained[place] and self.facts.said.says([self.said.words.folds[place]]):
                self.said.explained[place] = True
            del word
        self._measure(
            [
                m
                for m in find_measures(self.plain, self.vocabulary.units)
                if not self._in_title(m.start, m.end)
            ]
        )
        self._words()
        return True

    # --- comparisons ----------------------------------------------------------------------------------

    def _ratios(self) -> None:
        for start, end, ratio, how in comparisons.find_ratios(self.said):
            if self._in_title(start, end) or self._in_text(start, end):
                continue
            if not comparisons.ratio_stands(self.said, start, ratio, how, self.vocabulary, self.named):
                raise _Unsupported(self.plain[start:end])
            self.said.explain(start, end)

    def _in_text(self, start: int, end: int) -> bool:
        """Whether the words stand so in the text of what is spoken of, with the word before or after them."""
        words = self.said.words
        places = [
            i
            for i, (s, e) in enumerate(zip(words.starts, words.ends, strict=True))
            if s >= start and e <= end
        ]
        if not places:
            return False
        first, last = places[0], places[-1] + 1
        runs = [words.folds[first : last + 1]] if last < len(words) else []
        runs += [words.folds[first - 1 : last]] if first else []
        runs += [words.folds[first:last]] if last - first > 1 else []
        return any(self.holds(start, lambda thing, run=run: thing.text.says(run)) for run in runs)

    def _compare(self, measures: list[Measure]) -> list[Measure]:
        """Check what is compared; the measures that remain are claims of their own."""
        left = list(measures)
        found = comparisons.find_comparisons(self.said, self.vocabulary, self.named)
        for one in found:
            if self._in_title(one.start, one.end):
                continue
            if self.open(one.start):
                self.said.explain(one.start, one.end)
                continue
            start, end = self.said.clause(one.start)
            amounts = [m for m in left if start <= m.start < end and self._is_amount(m, one)]
            if one.degree == 0 and self._in_text(one.start, one.end):
                continue
            direct = self._bound_by_adjective(one, left)
            if direct:  # cheaper than 500: a bound on its own value
                self.said.explain(one.start, one.end)
                continue
            if one.degree == 0 and any(m.end <= one.start <= m.end + 2 for m in measures):
                self.said.explain(one.start, one.end)
                continue  # 40 cm wide: the measure is checked with it
            true, names = comparisons.stands(self.said, one, self.vocabulary, amounts, self.named)
            word = self.plain[one.start : one.end]
            if not true and one.degree == 0:
                folds = words_of(word).folds
                if self.holds(one.start, lambda thing, folds=folds: bool(folds) and thing.text.says(folds)):
                    continue
                if all(
                    states_nothing(t) or chinese_states_nothing(t) for t in [word, *words_of(word).texts]
                ) and any(n.startswith("?") for n in names):
                    continue
                if self.personal(one.start) and self.wished(folds):
                    continue
            if not true:
                raise _Unsupported(word)
            for name in names:
                self.evidence.setdefault(Evidence("field", name))
            self.said.explain(one.start, one.end)
            for m in amounts:
                self.said.explain(m.start, m.end)
                left.remove(m)
        return self._saved(left)

    def _is_amount(self, measure: Measure, one: comparisons.Comparison) -> bool:
        """¥30 cheaper, 便宜30元, cheaper by 12 g: how far two things are apart."""
        if not one.degree:
            before = self.plain[max(0, measure.start - 4) : measure.start]
            if not re.search(
                r"(?:便宜|贵|轻|重|长|短|大|小|高|低|多|少)(?:了|出)?$", before
            ) or not re.search(r"比", self.plain[: one.start]):
                return False
        between = self.plain[min(measure.end, one.end) : max(measure.start, one.start)]
        if measure.end <= one.start:
            return len(between.strip()) <= 2
        return bool(
            re.fullmatch(
                r"\s*(?:by|了|出|整整|足足|大约|约|about|around|a\s+full|some)?\s*(?:about|around|only|just)?\s*",
                between,
            )
        )

    def _bound_by_adjective(self, one: comparisons.Comparison, left: list[Measure]) -> bool:
        tail = self.plain[one.end : one.end + 12]
        than = re.match(r"\s*than\s+", tail)
        return bool(than) and any(one.end <= m.start <= one.end + len(than.group()) + 6 for m in left if than)

    def _saved(self, left: list[Measure]) -> list[Measure]:
        """ "Saves you 360 yuan", "the difference is 15 g", 相差, 省: a difference between two things."""
        kept: list[Measure] = []
        for measure in left:
            before = self.plain[max(0, measure.start - 40) : measure.start]
            after = self.plain[measure.end : measure.end + 16]
            if re.search(
                r"\b(?:sav(?:e|es|ing)|differ\w*|gap|apart|extra)\b[^,.;]*$|(?:相差|差价|差|省下?了?|多花|少花)\S{0,6}$",
                before,
            ) or re.match(r"\s*(?:more|less|apart|difference|extra|的差)\b", after):
                pairs = [
                    (a, b)
                    for a in self.said.things or self.said.focus.things
                    for b in (
                        *self.said.things,
                        *(t for x in self.said.anchors for t in x.things),
                        *self.said.focus.recent,
                        *self.facts.listing,
                    )
                ]
                if any(
                    abs(x - y) > 0 and comparisons.amount_fits(measure, x, y, self.vocabulary, name)
                    for a, b in pairs
                    for name in a.numbers
                    if (x := comparisons.value_of(a, name)) is not None
                    and (y := comparisons.value_of(b, name)) is not None
                ):
                    self.said.explain(measure.start, measure.end)
                    continue
                raise _Unsupported(self.plain[measure.start : measure.end])
            kept.append(measure)
        return kept

    def _same(self) -> None:
        """The same price, 一样重: the things agree in what is named beside it."""
        if not comparisons.is_same(self.plain) or self.open(0):
            return
        things = list({t.item_id: t for a in self.said.anchors for t in a.things}.values()) or list(
            self.said.focus.things
        )
        names = [n for n in self.named if not self._in_title(*self._span(n))]
        for named in names:
            held = [name for name in named.attributes if any(t.has(name) for t in things)]
            if (
                held
                and len(things) > 1
                and not any(len({str(_value(t, name)) for t in things}) == 1 for name in held)
            ):
                raise _Unsupported("the same " + held[0])

    # --- numbers --------------------------------------------------------------------------------------

    def _years(self, left: list[Measure]) -> list[Measure]:
        kept = list(left)
        for years in find_years(self.plain):
            start, end = years.start, years.end
            if self._in_title(start, end):
                continue
            inside = [m for m in kept if start <= m.number_start < end]
            if any(m.dimension for m in inside):
                continue

            def released(thing: Thing, low: int = years.low or 0, high: int = years.high or 9999) -> bool:
                return any(low <= year <= high for year in _years_of(thing))

            text = self.plain[start:end]
            if not (
                self.holds(start, released)
                or self._wish_number(years.low, years.high, start)
                or self._in_text(start, end)
            ):
                raise _Unsupported(text)
            self.said.explain(start, end)
            kept = [m for m in kept if m not in inside]
        return kept

    def _measure(self, measures: list[Measure]) -> None:
        ordered = bool(re.search(r"\brespectively\b|分别|依次", self.plain))
        for number, measure in enumerate(measures):
            if all(
                done
                for done, s, e in zip(
                    self.said.explained, self.said.words.starts, self.said.words.ends, strict=True
                )
                if s < measure.end and measure.start < e
            ) and any(
                s < measure.end and measure.start < e
                for s, e in zip(self.said.words.starts, self.said.words.ends, strict=True)
            ):
                continue
            group = None
            if ordered:
                chain = [a for a in self.said.anchors if a.parts and not a.target] or [
                    Anchor(
                        0,
                        0,
                        self.said.focus.things,
                        "group",
                        parts=tuple(Anchor(0, 0, (t,), "pronoun") for t in self.said.focus.things),
                    )
                ]
                parts = [p for a in chain for p in a.parts]
                alike = [m for m in measures if m.dimension == measure.dimension]
                if len(parts) == len(alike):
                    group = parts[alike.index(measure)]
            if not self._supported(measure, group):
                raise _Unsupported(self.plain[measure.start : measure.end])
            del number
            self.said.explain(measure.start, measure.end)

    def _supported(self, measure: Measure, group: Anchor | None) -> bool:
        place = measure.start
        if self._is_count(measure):
            return True
        if self.personal(place) and self._wish_number(measure.low, measure.high, place):
            return True
        if self.open(place) and self._wish_number(measure.low, measure.high, place):
            return True
        if self.nothing and self._wish_number(measure.low, measure.high, place):
            return True
        if (
            measure.dimension is None
            and 1900 <= measure.low <= 2050
            and measure.low == measure.high
            and not measure.currencies
        ):
            if self.holds(place, lambda thing: int(measure.low) in _years_of(thing), group=group):
                return True
        names = self._attributes_beside(measure)
        if denied(self.plain, measure.start, measure.end) and not re.search(
            r"\b(?:no|not)\s+(?:more|less|over|above|under)|不超过|不到|不低于|不高于|不少于|不足",
            self.plain[max(0, place - 16) : place],
        ):
            return bool(names) and self.holds(
                place,
                lambda thing: (
                    any(n in thing.numbers and not self._fits(thing, n, measure) for n in names)
                    and not any(self._fits(thing, n, measure) for n in names)
                ),
                group=group,
            )
        if re.search(
            r"\b(?:together|in\s+total|altogether|combined|both\s+for|the\s+pair\s+(?:for|costs))\b|一共|总共|合计|加起来|总价",
            self.plain,
        ):
            things = self.said.things if len(self.said.things) > 1 else self.said.focus.things
            prices = [t.numbers.get("price") for t in things]
            if len(prices) > 1 and all(p is not None for p in prices):
                return agrees(measure, sum(p for p in prices if p is not None))
        for name in names:
            if self.holds(place, lambda thing, name=name: self._fits(thing, name, measure), group=group):
                self.evidence.setdefault(Evidence("field", name))
                return True
        if self.holds(
            place, lambda thing: any(self._fits(thing, name, measure) for name in names), group=group
        ):
            return True
        return self.holds(place, lambda thing: self._in_its_text(thing, measure), group=group)

    def _fits(self, thing: Thing, name: str, measure: Measure) -> bool:
        value = thing.numbers.get(name)
        if value is None:
            return False
        for dimension, factor in self.vocabulary.measures.get(name, ()) or ((None, 1.0),):
            if dimension == measure.dimension or (
                measure.dimension is None and dimension in ("age", "page", "piece", "people")
            ):
                if (
                    dimension == "money"
                    and measure.currencies
                    and thing.currency
                    and thing.currency not in measure.currencies
                ):
                    return False
                if agrees(measure, value, factor):
                    return True
            if measure.dimension is None and agrees(measure, value):
                return True
        return not self.vocabulary.measures.get(name) and agrees(measure, value)

    def _attributes_beside(self, measure: Measure) -> list[str]:
        """The attributes that a number may be of: those named in its clause, else all that its unit measures."""
        start, end = self.said.clause(measure.start)
        by_unit = [
            name
            for name, ways in self.vocabulary.measures.items()
            if measure.dimension is not None and any(d == measure.dimension for d, _ in ways)
        ]
        near: list[tuple[int, tuple[str, ...]]] = []
        lead = _LEAD.search(self.plain[max(0, measure.start - 3) : measure.start])
        if lead and not any(
            s < measure.start <= e for s, e in map(self._span, self.named)
        ):  # 重420克, 高14厘米
            found = self.vocabulary.adjectives.get(lead.group(1))
            if found:
                self.said.explain(measure.start - len(lead.group()), measure.start)
                near.append((0, tuple(n for n, _ in found.attributes)))
        for named in self.named:
            first, last = self._span(named)
            if (
                start <= first < end
                and not self._in_title(first, last)
                and (named.attributes or abs(measure.start - last) < 5)
            ):
                near.append((min(abs(measure.start - last), abs(first - measure.end)), named.attributes))
        for word, first, last in zip(
            self.said.words.texts, self.said.words.starts, self.said.words.ends, strict=True
        ):
            if word in self.vocabulary.adjectives and 0 <= first - measure.end <= 2:
                near.append(
                    (first - measure.end, tuple(n for n, _ in self.vocabulary.adjectives[word].attributes))
                )
            del last
        clause = self.plain[start:end]
        for verb, notion in comparisons.VERBS:
            if found := verb.search(clause):
                near.append(
                    (
                        abs(start + found.start() - measure.start),
                        tuple(a.name for a in self.vocabulary.lexicon.notions[notion].attributes),
                    )
                )
        for distance, names in sorted(near, key=lambda pair: pair[0]):
            fitting = (
                [name for name in names if name in by_unit]
                if measure.dimension is not None
                else [n for n in names if n in self.vocabulary.measures]
            )
            if fitting:
                return list(fitting)
            if distance < 3 and measure.dimension is not None and not names:
                return []  # 14 cm wide, where no width is known
        if measure.dimension == "money":
            return ["price"]
        return list(by_unit)

    def _is_count(self, measure: Measure) -> bool:
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
            len(self.facts.listing),
            len({t.item_id for a in self.said.anchors for t in a.things}),
        )
        counts = {
            listing,
            len(self.facts.brief.items),
            named,
            len(self.said.focus.things),
            len(self.facts.subjects),
        } - {0}
        after = self.plain[measure.end : measure.end + 24]
        if re.search(
            r"\b(?:other|another|remaining|rest)\b", self.plain[max(0, measure.start - 8) : measure.end + 8]
        ) or re.search(
            r"(?:其余|其他|另外?|剩下的?)$", self.plain[max(0, measure.start - 4) : measure.start]
        ):
            counts |= {listing - max(1, named), listing - len(self.said.focus.things)}
        return n in counts and bool(_COUNT_AFTER.match(after))

    def _wish_number(self, low: float | None, high: float | None, place: int) -> bool:
        del place
        said = [m for m in find_measures(self.facts.said.plain, self.vocabulary.units)]
        values = {v for m in said for v in (m.low, m.high)} | {
            v for m in find_measures(self.facts.offered.plain, self.vocabulary.units) for v in (m.low, m.high)
        }
        values |= {
            float(v)
            for wish in self.facts.wishes
            for v in _each(wish.value)
            if isinstance(v, int | float) and not isinstance(v, bool)
        }
        return all(
            any(abs(v - x) <= 0.005 + 1e-6 * abs(v) for v in values) for x in (low, high) if x is not None
        )

    def _in_its_text(self, thing: Thing, measure: Measure) -> bool:
        """Whether the thing's own text has that number of that unit, or before the same word."""
        for own in find_measures(thing.text.plain, self.vocabulary.units):
            if own.dimension != measure.dimension or (
                own.currencies and own.currencies != measure.currencies
            ):
                continue
            if measure.dimension is not None:
                if own.low == own.high and agrees(measure, own.low, own.factor):
                    return True
                if own.base == measure.base:
                    return True
                continue
            follows = re.match(r"[\s-]*([a-z]+|[\u4e00-\u9fff])", self.plain[measure.end :])
            there = re.match(r"[\s-]*([a-z]+|[\u4e00-\u9fff])", thing.text.plain[own.end :])
            if own.low == measure.low and (
                follows and there and folded(follows.group(1)) == folded(there.group(1))
            ):
                return True
            before = re.search(r"([a-z]+|[\u4e00-\u9fff])[\s-]*$", self.plain[: measure.start])
            led = re.search(r"([a-z]+|[\u4e00-\u9fff])[\s-]*$", thing.text.plain[: own.start])
            if own.low == measure.low and before and led and folded(before.group(1)) == folded(led.group(1)):
                return True
        return False

    # --- values, people, yes and no -------------------------------------------------------------------

    def _span(self, one: Named | Valued) -> tuple[int, int]:
        return self.said.words.starts[one.first], self.said.words.ends[one.last - 1]

    def _account(self, one: Named | Valued) -> None:
        self.said.explain(*self._span(one))

    def _free_values(self) -> Iterator[tuple[Valued, int, int, list[str]]]:
        for valued in self.vocabulary.values(self.said.words):
            start, end = self._span(valued)
            if self._in_title(start, end) or all(self.said.explained[valued.first : valued.last]):
                continue
            yield valued, start, end, list(self.said.words.folds[valued.first : valued.last])

    def _values(self) -> None:
        roles = {}
        for valued, start, end, folds in self._free_values():
            flags = [(n, v) for n, v in valued.values if n in self.vocabulary.flags]
            if flags or not valued.values:
                continue  # see _flags
            if self._plain_value(valued, start, end):
                continue
            clause = self.said.clause(start)
            wanted = (
                roles.setdefault(clause, role_of(self.plain[slice(*clause)]))
                if any(is_person(n) for n, _ in valued.values)
                else []
            )
            values = [
                (n, v)
                for n, v in valued.values
                if not wanted or not is_person(n) or any(r.search(n) for r in wanted)
            ]
            if not values:
                raise _Unsupported(self.plain[start:end])
            negative = denied(self.plain, start, end)
            if (self.personal(start) or self.nothing or self.open(start)) and self.wished(folds):
                self._account(valued)
                continue
            if self.open(start) and not self.said.things:
                self._account(valued)
                continue
            if self.holds(
                start,
                lambda thing, values=values, folds=folds, negative=negative: self._has_value(
                    thing, values, folds, negative=negative, place=start
                ),
            ):
                for name in {n for n, _ in values}:
                    self.evidence.setdefault(Evidence("field", name))
                self._account(valued)
                continue
            if self._wish_of_all(folds, start, negative=negative):
                self._account(valued)
                continue
            raise _Unsupported(self.plain[start:end])

    def _plain_value(self, valued: Valued, start: int, end: int) -> bool:
        """A value that is also an everyday word ("home", "best") claims nothing where it is not typed as a name."""
        word = self.plain[start:end]
        typed = self.said.text.said(start, end)
        if typed[:1].isupper() and start > 0:
            return False
        if valued.last - valued.first == 1 and word.isascii():
            return states_nothing(word) and not any(
                self.vocabulary.catalogue.attributes[n].type == "bool"
                for n, _ in valued.values
                if n in self.vocabulary.catalogue.attributes
            )
        return not word.isascii() and chinese_states_nothing(word)

    def _has_value(
        self, thing: Thing, values: list[tuple[str, Any]], folds: list[str], *, negative: bool, place: int
    ) -> bool:
        """Whether a thing has one of these values, or its text has the words; or not, where that is said."""
        known = [name for name in dict.fromkeys(n for n, _ in values) if thing.has(name)]
        has = any(_is_value_of(thing, name, value, folds) for name, value in values)
        if negative:
            return not has and bool(known) and not thing.text.says(folds, negative=False)
        if has:
            return True
        if known and not all(self.vocabulary.catalogue.attributes[n].type == "text" for n in known):
            return self._beside_in_text(thing, folds, place)
        return thing.text.says(folds, negative=False)

    def _beside_in_text(self, thing: Thing, folds: list[str], place: int) -> bool:
        """Whether the words stand in the thing's text together with a neighbour that they have here too."""
        words = self.said.words
        at = next((i for i, s in enumerate(words.starts) if s == place), None)
        if at is None:
            return False
        last = at + len(folds)
        runs = [words.folds[at : last + 1]] if last < len(words) else []
        runs += [words.folds[at - 1 : last]] if at else []
        return any(
            thing.text.says(run, negative=False)
            for run in runs
            if not set(run[:1] + run[-1:]) - set(folds)
            <= {"in", "a", "the", "is", "of", "with", "and", "的", "是", "有", "色"}
        )

    def _wish_of_all(self, folds: list[str], place: int, *, negative: bool) -> bool:
        """ "For your mother": the person's words, where the thing's entry is silent on it."""
        if negative or not self.facts.said.says(folds):
            return False
        before = self.plain[max(0, place - 16) : place]
        return (
            bool(re.search(r"\b(?:for|your|my|as\s+a|a|the)\s+(?:\w+\s+)?$|送|给|您|你|适合", before))
            and not any(is_person(name) for name, _ in ())
            and self._silent_on(folds, place)
        )

    def _silent_on(self, folds: list[str], place: int) -> bool:
        values = [
            v
            for v in self.vocabulary.values(self.said.words)
            if list(self.said.words.folds[v.first : v.last]) == folds
        ]
        names = {name for v in values for name, _ in v.values}
        return all(not thing.has(name) for thing in self.said.subject(place).things for name in names)

    def _flags(self) -> None:
        seen: list[tuple[int, int]] = []
        claims: list[tuple[int, int, tuple[str, ...], list[str]]] = []
        for valued, start, end, folds in self._free_values():
            names = tuple(n for n, v in valued.values if n in self.vocabulary.flags)
            if names or not valued.values:
                claims.append((start, end, names, folds))
        for named in self.named:
            start, end = self._span(named)
            if (
                named.flags
                and not self._in_title(start, end)
                and not any(s <= start and end <= e for s, e, *_ in claims)
            ):
                claims.append(
                    (start, end, named.flags, list(self.said.words.folds[named.first : named.last]))
                )
        for start, end, names, folds in claims:
            if any(s < end and start < e for s, e in seen):
                continue
            seen.append((start, end))
            if self.open(start) and (not self.said.things or self.wished(folds)):
                self.said.explain(start, end)
                continue
            if (self.personal(start) or self.nothing) and self.wished(folds):
                self.said.explain(start, end)
                continue
            negative = denied(self.plain, start, end)
            word = self.plain[start:end]
            if not names and (states_nothing(word) or chinese_states_nothing(word)):
                continue

            def true(
                thing: Thing,
                names: tuple[str, ...] = names,
                folds: list[str] = folds,
                negative: bool = negative,
            ) -> bool:
                known = [thing.flags[name] for name in names if name in thing.flags]
                if known:
                    return any(value != negative for value in known)
                return thing.text.says(folds, negative=negative)

            if not self.holds(start, true):
                raise _Unsupported(("not " if negative else "") + word)
            for name in names:
                self.evidence.setdefault(Evidence("field", name))
            self.said.explain(start, end)

    def _names(self) -> None:
        """An attribute's name by itself claims nothing ("its colour"); of a yes-or-no one see ``_flags``."""
        for named in self.named:
            start, end = self._span(named)
            if (
                named.flags
                or self._in_title(start, end)
                or all(self.said.explained[named.first : named.last])
            ):
                continue
            if (
                self.open(start)
                or self.holds(start, lambda thing, named=named: any(thing.has(n) for n in named.attributes))
                or self.wished(list(self.said.words.folds[named.first : named.last]))
            ):
                self._account(named)

    # --- what is left ---------------------------------------------------------------------------------

    def _words(self) -> None:
        """Every word that no claim accounted for must state nothing, or stand in the text of what is spoken of."""
        words, text = self.said.words, self.said.text
        chinese: dict[int, tuple[str, str, int]] = {}
        if not self.plain.isascii():
            spans = [(a.start, a.end) for a in self.said.anchors if a.kind == "title"]
            for word in with_whole(segment(self.plain), self.plain, spans):
                for place in range(word.start, word.end):
                    chinese[place] = (word.text, word.tag, word.start)
        checked: set[int] = set()
        for place, word in enumerate(words.texts):
            start, end = words.starts[place], words.ends[place]
            if self.said.explained[place]:
                continue
            fold = words.folds[place]
            if _HAN.match(word):
                whole, tag, at = chinese.get(start, (word, "x", start))
                if at in checked:
                    continue
                checked.add(at)
                if not self._chinese_word(whole, tag, at):
                    raise _Unsupported(whole)
                continue
            typed = text.said(start, end)
            if (
                typed[:1].isupper()
                and not self._begins(start)
                and word not in _PROPER
                and not typed.isdigit()
            ):
                if not (self._stands(fold, start) or self.wished([fold])):
                    raise _Unsupported(typed)
                continue
            if word.isdigit() or states_nothing(word) or states_nothing(fold):
                continue
            if self._stands(fold, start):
                continue
            if self._of_the_person(start) and self.wished([fold]):
                continue
            if self.facts.told.says([fold]) and self._told_beside(place):
                continue
            raise _Unsupported(word)
        for start, end in self.said.quotes:
            self._quoted(start, end)

    def _of_the_person(self, place: int) -> bool:
        before = self.plain[max(0, place - 24) : place]
        return (
            self.personal(place)
            or self.open(place)
            or self.nothing
            or bool(re.search(r"\b(?:your|for|as\s+an?)\s+(?:\w+\s+)?[\"“]?$|[\"“「]$", before))
            or self.silent
        )

    def _told_beside(self, place: int) -> bool:
        folds = self.said.words.folds
        runs = [folds[place : place + 2], folds[max(0, place - 1) : place + 1]]
        return any(len(run) == 2 and self.facts.told.says(run) for run in runs)

    def _begins(self, place: int) -> bool:
        """Whether a capital at this place is the sentence's, not the word's."""
        before = self.plain[:place].rstrip(" \"“'(「*-•–—")
        return not before or before[-1] in ".!?:;。：" or bool(re.fullmatch(r"\d+[.)]?", before))

    def _stands(self, fold: str, place: int) -> bool:
        negative = denied(self.plain, place, place + len(fold))
        forms = {fold, *_bases(fold)}

        def there(thing: Thing) -> bool:
            return any(thing.text.says([form], negative=negative) for form in forms) or any(
                thing.reasons.says([form]) for form in forms
            )

        return self.holds(place, there)

    def _chinese_word(self, word: str, tag: str, place: int) -> bool:
        if tag.startswith(_FREE_TAGS) or chinese_states_nothing(word):
            return True
        folds = list(word)
        if tag.startswith("m"):
            return True  # a number that was measured, or one that counts nothing
        negative = denied(self.plain, place, place + len(word))
        if len(word) >= _LEAST_HAN or tag[:1] in "nva":
            if self.holds(
                place, lambda thing: thing.text.says(folds, negative=negative) or thing.reasons.says(folds)
            ):
                return True
            if (
                self._of_the_person(place)
                or re.search(r"[送给为]$|适合$", self.plain[max(0, place - 3) : place])
            ) and self.wished(folds):
                return True
            return self.facts.told.says(folds) and self._told_around(word, place)
        return False

    def _told_around(self, word: str, place: int) -> bool:
        around = self.plain[max(0, place - 2) : place + len(word) + 2]
        return any(
            around[i : i + len(word) + 1] in self.facts.told.plain
            for i in range(max(1, len(around) - len(word)))
            if word in around[i : i + len(word) + 1]
        )

    def _quoted(self, start: int, end: int) -> None:
        """What stands in quotes is a title of the brief, or words that the person or the catalogue used."""
        inner = self.said.original[start + 1 : end - 1]
        folds = words_of(normalise(inner).plain).folds
        if not folds:
            return
        book = self.said.original[start] == "《"
        if any(_contains_in_order(title, folds) for thing in self.facts.things for title in thing.titles):
            return
        if not book and (
            self.facts.said.says(folds)
            or self.facts.offered.says(folds)
            or any(
                t.text.says(folds) or t.reasons.says(folds) for t in self.said.things or self.facts.listing
            )
        ):
            return
        raise _Unsupported(inner)


def _bases(fold: str) -> Iterator[str]:
    """Forms under which the catalogue may have a word: tracks and tracking as track, waterproofing as waterproof."""
    for ending, put in (
        ("ing", ""),
        ("ing", "e"),
        ("ed", ""),
        ("ed", "e"),
        ("er", ""),
        ("er", "e"),
        ("ly", ""),
        ("ies", "y"),
    ):
        stem = fold.removesuffix(ending)
        if stem != fold and len(stem) > 2:
            yield stem + put
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]
    if len(fold) > 3:
        yield fold + "ed"
        yield fold + "ing"
        yield fold + "er"
        yield fold + "ly"
        if fold.endswith("e"):
            yield fold[:-1] + "ing"
            yield fold + "d"


def _is_value_of(thing: Thing, name: str, value: Any, folds: list[str]) -> bool:
    if name in thing.flags:
        return thing.flags[name] is value
    held = thing.values.get(name)
    if held is None:
        number = thing.numbers.get(name)
        return number is not None and str(value) == f"{number:g}"
    plain = normalise(str(value)).plain
    wanted = words_of(plain).folds
    return any(
        plain == one
        or _contains(words_of(one).folds, tuple(wanted))
        or _contains(words_of(one).folds, tuple(folds))
        for one in held
    )


def _contains(folds: list[str], run: tuple[str, ...]) -> bool:
    width = len(run)
    return width > 0 and any(tuple(folds[i : i + width]) == run for i in range(len(folds) - width + 1))


def _contains_in_order(title: tuple[str, ...], folds: list[str]) -> bool:
    at = iter(title)
    return all(fold in at for fold in folds)


def _value(thing: Thing, name: str) -> Any:
    return thing.numbers.get(name, thing.values.get(name, thing.flags.get(name, thing.dates.get(name))))


def _years_of(thing: Thing) -> Iterator[int]:
    for name, value in thing.numbers.items():
        if "year" in name or "年" in name:
            yield int(value)
    for day in thing.dates.values():
        if day[:4].isdigit():
            yield int(day[:4])


def _each(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _without(plain: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        plain = plain[:start] + " " * (end - start) + plain[end:]
    return plain


def _shingles(text: str, width: int = 6) -> frozenset[tuple[str, ...]]:
    folds = words_of(normalise(text).plain).folds
    width = width if text.isascii() else 10
    return frozenset(tuple(folds[i : i + width]) for i in range(len(folds) - width + 1))
