"""A sentence under inquiry: what it says, whom each place of it speaks of, and what of it is accounted for."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from palate.catalogue.lookup_words import words_of
from palate.dialogue.grounding.facts import Facts, Thing
from palate.dialogue.grounding.measures import Measure, find_measures
from palate.dialogue.grounding.polarity import denied
from palate.dialogue.grounding.roles import role_of
from palate.dialogue.grounding.said import Anchor, Kind, Said
from palate.dialogue.grounding.vocabulary import Named, Valued, Vocabulary
from palate.dialogue.grounding.words import states_nothing
from palate.understanding.segmentation import Segment, segment
from palate.values import Evidence

_NAMING: tuple[Kind, ...] = ("title", "number", "some", "group", "pronoun")
_USER = re.compile(
    r"\byou(?:'ve|\s+have|'d|\s+had)?\s+(?:also\s+|just\s+|already\s+|once\s+|really\s+)*(?:ask"
    r"|want|say|said|mention|tell|told|specif|look(?:ing|ed)?\s+for|need|request|set|prefer|like"
    r"|love|hate|dislike|search|describ|bought|buy|own|saved|view|watch|rated|enjoy|put|shared"
    r"|spoke|chose|pick)"
    r"|\byou(?:'re|\s+are|\s+were)\s+(?:looking|after|searching|hoping|shopping)"
    r"|\byou\s+(?:had|have)\s+in\s+mind|\bwhat\s+you\s+(?:had|have)"
    r"|\byour\s+(?:budget|wish|wishes|request|price|limit|ceiling|brief|search|taste|criteri"
    r"|requirement|range|need|mother|mom|mum|father|dad|friend|wife|husband|girlfriend|boyfriend"
    r"|son|daughter|kid|child|partner|colleague|boss|nephew|niece|grand)"
    r"|[您你]和[^，。；]{1,4}[想要]|\bas\s+(?:you\s+)?(?:asked|requested|wished)|\basked\s+for\b"
    r"|(?:您|你)(?:刚才?|之前|已经)?(?:想|要|说|提|预算|希望|需要|指定|要求|问|喜欢|讨厌|不喜欢|买过|看过|收藏|分享|打了?|的(?:要求|预算|需求"
    r"|条件|心意|喜好|妈妈|爸爸|朋友|女朋友|男朋友|孩子|老婆|老公))|按(?:照)?(?:您|你)?的?要求|符合(?:您|你)?的?(?:要求|条件)|预算(?:内|范围"
    r"|以内|之内)"
)
_QUESTION = re.compile(r"[?？]\s*[\"”」]?\s*$|吗[。！]?$|呢[。！]?$")
_ASKS = re.compile(
    r"\b(?:would|do|does|shall|should|could|can|may|are|is|what|which|who|how|any|want|prefer"
    r"|like|need)\b|想|要|需要|喜欢|哪|什么|多少|吗|呢|啦|几|多[大小长宽高重久]|([\u4e00-\u9fff])不\1|是否|有没有|还是"
)
_CONDITION = re.compile(
    r"^\s*(?:and\s+|or\s+|but\s+)?(?:if|whether|when|once\s+(?:i|you)|in\s+case|should\s+you|let\s+me\s+know"
    r"|(?:just\s+)?tell\s+me|just\s+say|say\s+so|do\s+tell|feel\s+free)\b|^\s*(?:and\s+|so\s+)?i\s+hope\b"
    r"|^[^，。；]{1,12}的话$|^\s*想[^，。；]{1,8}可以|^\s*(?:希望|愿|如果|要是|假如|若|想要|需要|喜欢|可以告诉我|告诉我|如需|[您你]再多?说)"
)
_OFFER = re.compile(
    r"\b(?:i|we)(?:'ll|'d|'m|\s+(?:can|could|will|would|am))\s+(?:also\s+|always\s+|gladly\s+|happily\s+|happy\s+to\s+|be\s+(?:happy|glad)\s+to"
    r"\s+)*(?:look|find|show|search|suggest|narrow|help|compare|swap|try|keep|point|dig|hunt)\b"
    r"|(?:我|我们)(?:也|还|就|好)?(?:可以|能|来|再|帮您|给您|为您)+(?:再|帮您|给您|为您|继续|多|也)*(?:找|看看|推荐|挑|换|搜|比一?比|介绍)"
)
"""What is offered to look for is not said of anything that is shown."""
_SILENT = re.compile(
    r"\b(?:catalogue|catalog|listing|entry|record|description|data|shop|information"
    r"|details?)\b[^.]{0,40}?\b(?:does\s*n[o']t|do\s*n[o']t|not|no|silent|without)\b"
    r"|\b(?:i\s+)?(?:don'?t|do\s+not|can'?t|cannot|could\s*n[o']t)\s+(?:know|say|tell|find|see"
    r"|confirm|have)|\b(?:not|n't)\s+(?:listed|stated|mentioned|specified|given|recorded|known"
    r"|say|tell|state|mention|specify|list)|\bunknown\b|\bno\s+(?:information|details?|word|data"
    r"|mention)\b"
    r"|没有?(?:写|说|标|提|注明|给出|记录|相关|这方面|提到|说明|标注)|(?:不清楚|不知道|不确定|无法(?:确认|判断|得知)|未(?:注明|标明|标注|说明|提及"
    r"|提供|写明)|查不到|没有.{0,6}信息)"
)
_NOTHING = re.compile(
    r"\b(?:nothing(?!\s+(?:quite\s+|much\s+)?(?:like|beats?|better|wrong))"
    r"|no\s+(?!small|doubt|problem|hurry|rush|wonder|need|matter|trouble)\w+)\b[^.]{0,30}\b(?:meets?|fits?|match(?:es)?|here|found|quite"
    r"|exactly)\b|\b(?:could\s*n[o']t|did\s*n[o']t|can'?t|cannot|no\s+luck"
    r"|unable\s+to)\s+(?:find|finding)|\bthere\s+(?:is|are|'s)\s+(?:nothing(?!\s+(?:quite\s+)?(?:like|better|wrong))|no(?!\s+(?:hurry|rush|doubt|need|wrong))\b|none)"
    r"|\bno\s+exact\s+match"
    r"|没有?(?:找到|完全)?[^，。]{0,16}(?:符合|满足|合适|更多|同时)|找不到|暂时没有|没有?找到"
)
_EXCEPT = re.compile(r"(?:\bexcept(?:\s+for)?|\bapart\s+from|\bother\s+than|\bbut|除了?)\s*[\"“「《]?$")
_EXCEPTION = re.compile(
    r"[\"”」》]?\s*(?:is|are|being)\s+(?:the\s+)?(?:only\s+)?(?:exceptions?|odd\s+one\s+out|one\s+that\s+(?:isn't|is\s+not|doesn't|does\s+not))"
    r"|[」》”]?(?:是|属于)?(?:个|唯一的?)?例外"
)
_TIES = re.compile(
    r"\b(?:it|its|it's|they|their|theirs|them|these|those|this|he|she|his|her|him|our|ours|shop|store|catalogue|catalog|product|products|item|items|model|models)\b"
    r"|[它其该此]|[这那](?!么|样|时|就|种|东西|事)|我们(?!可以|来|再)|本店|店里|商品|产品|目录"
)
_EXPLETIVE = re.compile(
    r"\b(?:is|are|was|will)\s+(?:it|this|these|they)\s+(?:be\s+)?(?=(?:for|going|meant|an?)\b)|\bif\s+it'?s\s+(?=(?:for|an?)\b)"
    r"|\bif\s+none\s+of\s+(?:these|them)\b|\btell\s+me\s+about\s+[^.?]*"
)
_DEFINITE = re.compile(r"\bthe\s+([a-z]+)(?:\s+([a-z]+))?")
_TELLS = re.compile(
    r"\b(?:did|do|don't|didn't)\s+you\s+(?:know|realise|realize|notice|hear|remember)\b|\b(?:since|because|given\s+that|now\s+that)\b"
    r"|\b(?:is|are|was|does|do|did|would|could|can|has)n't\b(?!\s+your\b)|\bwhy\b|\bwho\s+(?:would|could|does)|\bhow\s+(?:about|can|could|come)\b"
    r"|知道吗|既然|因为|难道|为什么|谁不|何不|不是吗|对吧"
)
_ONLY = re.compile(r"\bonly\s+(?:the\s+)?[\"“]?\s*$|(?:只有|唯有|仅有)[「《“]?\s*$")


_SOLE = re.compile(r"\bthe\s+(?:only|sole)\b|唯一")
"""What is said of the subject is said of no other thing on the screen."""


class Unsupported(Exception):
    """Raised by a claim that the brief does not support, with the words of it."""


class Inquiry:
    """See the module. ``evidence`` collects what the claims rest on."""

    def __init__(self, vocabulary: Vocabulary, facts: Facts, said: Said) -> None:
        self.vocabulary = vocabulary
        self.facts = facts
        self.said = said
        self.evidence: dict[Evidence, None] = {}
        self.plain = said.plain
        self.named: list[Named] = [one for one in said.names if not self.in_title(*self.span(one))]
        self.asking = bool(_QUESTION.search(said.plain)) and bool(_ASKS.search(said.plain))
        self.silent = bool(_SILENT.search(self.plain)) and not self.asking
        self.nothing = bool(_NOTHING.search(self.plain))

    @cached_property
    def valued(self) -> list[Valued]:
        """The catalogue's values that the words name."""
        return self.said.values

    @cached_property
    def measures(self) -> list[Measure]:
        """The numbers of the sentence."""
        return find_measures(self.plain, self.vocabulary.units)

    def in_title(self, start: int, end: int, *kinds: Kind) -> bool:
        """Whether the stretch touches a title, number or pronoun for a thing; of ``kinds`` alone, where given."""
        flat = [p for a in self.said.anchors for p in (a.parts or (a,))]
        return any(a.kind in (kinds or _NAMING) and a.start < end and start < a.end for a in flat)

    def holds(self, place: int, true: Callable[[Thing], bool], *, group: Anchor | None = None) -> bool:
        """Whether something is true of the subject at a place: of each of them, or of as many as are said."""
        subject = group or self.said.subject(place)
        if not subject.things:
            return False
        count = sum(true(thing) for thing in subject.things)
        if subject.kind == "some":
            enough = count == subject.least if subject.exact else count >= subject.least
            return (
                enough and all(true(t) for t in self._named_of(subject)) and not any(map(true, self.excepted))
            )
        if len(subject.things) > 1 and (left_out := self.excepted):
            ids = {thing.item_id for thing in left_out}
            return all(true(t) != (t.item_id in ids) for t in subject.things)
        clause = self.plain[slice(*self.said.clause(place))]
        alone = _ONLY.search(self.plain[max(0, subject.start - 12) : subject.start]) and subject.end > 0
        if alone or _SOLE.search(clause):
            others = [t for t in self.facts.listing if t.item_id not in {s.item_id for s in subject.things}]
            if any(true(other) for other in others):
                return False
        return count == len(subject.things)

    @cached_property
    def excepted(self) -> tuple[Thing, ...]:
        """Those of which the opposite is said: all but X, X is the exception."""
        plain = self.plain
        return tuple(
            thing
            for a in self.said.anchors
            if a.kind == "title"
            and (
                _EXCEPT.search(plain[max(0, a.start - 16) : a.start])
                or _EXCEPTION.match(plain, a.end)
                or re.match(r"[」》”]?(?:除外|以外|之外)", plain[a.end : a.end + 4])
            )
            for thing in a.things
        )

    def _named_of(self, some: Anchor) -> tuple[Thing, ...]:
        """Those of a "two of these" that are named for it: two of them, A and B; one is a comedy, and that's A."""
        plain = self.plain
        return tuple(
            thing
            for a in self.said.anchors
            if a.kind in ("title", "group")
            and a.start >= some.end
            and some.end > 0
            and not any(thing in self.excepted for thing in a.things)
            and (
                re.fullmatch(r"\s*[,:，：、(（]\s*[\"“「《]?", plain[some.end : a.start])
                or re.search(
                    r"(?:[:：]|\bthat(?:'s|\s+is)|\bnamely|就是|[即是]|分别是)\s*[\"“「《]?$",
                    plain[: a.start],
                )
            )
            for thing in a.things
        )

    @cached_property
    def chinese(self) -> list[Segment]:
        """The words of a Chinese sentence; none of another."""
        return segment(self.plain)

    def denied(self, start: int, end: int) -> bool:
        """Whether a stretch is said not to be. What a thing is called by is not: no lid comes with the black pan."""
        called = any(0 <= a.start - end <= 1 for a in self.said.anchors if a.kind == "title")
        determined = re.search(r"\b(?:the|this|that)\s+$", self.plain[max(0, start - 6) : start])
        return not (called and determined) and denied(self.plain, start, end)

    def role_named(self, place: int) -> bool:
        """Whether the clause says what somebody's part in a work is."""
        return bool(role_of(self.plain[slice(*self.said.clause(place))]))

    def personal(self, place: int) -> bool:
        """Whether a place is in a clause that speaks of the person's own words and wishes."""
        start, end = self.said.clause(place)
        return bool(_USER.search(self.plain[start:end]))

    def open(self, place: int) -> bool:
        """Whether a place is in a question or a condition: nothing is stated there."""
        if self.asking:
            return True
        start, end = self.said.clause(place)
        clause = self.plain[start:end]
        return bool(_CONDITION.match(clause) or _OFFER.search(clause))

    def offered_for(self, place: int, names: Sequence[str]) -> bool:
        """Whether a place is in a condition for which things are offered of which one of these attributes is known: if
        you want a drama, take X says of X that it is one.
        """
        if self.asking or not self.open(place):
            return False
        start, end = self.said.clause(place)
        told = [a for a in self.said.anchors if a.kind == "title" and not start <= a.start < end]
        return any(thing.has(name) for a in told for thing in a.things for name in names)

    @cached_property
    def untied(self) -> bool:
        """Whether nothing in the sentence points at anything that is shown, nor takes for granted that it is there (the
        spare blade), but for what the person named.
        """
        if self.said.anchors or _TELLS.search(self.plain):
            return False
        plain = _EXPLETIVE.sub(" ", self.plain)
        definite = [word for m in _DEFINITE.finditer(plain) for word in m.groups() if word]
        return not _TIES.search(plain) and all(
            states_nothing(word) or self.facts.said.says(words_of(word).folds) for word in definite
        )

    def wished(self, folds: list[str]) -> bool:
        """Whether the person said the words, or has the wish, or the question offers it."""
        return self.facts.said.says(folds) or self.facts.offered.says(folds)

    def span(self, one: Named | Valued) -> tuple[int, int]:
        return self.said.words.starts[one.first], self.said.words.ends[one.last - 1]

    def account(self, one: Named | Valued) -> None:
        self.said.explain(*self.span(one))

    def in_text(self, start: int, end: int) -> bool:
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

    def wish_number(self, low: float | None, high: float | None, place: int) -> bool:
        del place
        said = self.facts.said.measures(self.vocabulary.units)
        values = {v for m in said for v in (m.low, m.high)} | {
            v for m in self.facts.offered.measures(self.vocabulary.units) for v in (m.low, m.high)
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

    def free_values(self) -> Iterator[tuple[Valued, int, int, list[str]]]:
        for valued in self.valued:
            start, end = self.span(valued)
            if self.in_title(start, end) or all(self.said.explained[valued.first : valued.last]):
                continue
            yield valued, start, end, list(self.said.words.folds[valued.first : valued.last])


def _each(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
