"""Clauses, and what holds in them: negation with its scope, strength, and "either way is fine"."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from palate.values import Strength

_BREAK = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![不要别含了有看买是吃用])\s+(?=[\u4e00-\u9fff])|[;；。!?\n]+|(?<![0-9]),|,(?![0-9]{3})|[.](?=\s|$)"
    r"|(?<!anything )(?<!everything )(?<!nothing )(?<!anyone )(?<!all )(?<!colour )(?<!color )"
    r"(?<!brand )(?<!make )(?<!kind )(?<!genre )(?<!material )(?<!size )\bbut\b|\b(?:however|though"
    r"|although|yet)\b|但是|不过|可是|只是|然而|但(?!丁)"
)
_NEGATOR = re.compile(
    r"(?P<prep>\binstead\s+of\b|\brather\s+than\b|\bwithout\b|\bexcept(?:\s+for)?\b|\bexcluding\b|\bother\s+than\b|\b(?:anything"
    r"|everything|anyone|all|any\s+\w+)\s+but\b|\bapart\s+from\b|\baside\s+from\b|\bbesides\b|\bminus\b"
    r"|\bfree\s+of\b)"
    r"|(?P<en>\b(?:no|not|never|zero|nae|neither|nor|none\s+of|nothing|avoid|avoiding|exclude|excludes|skip"
    r"|hate|hates|hated|dislike|dislikes|disliked|stop|drop|forget|leave\s+out|keep\s+away\s+from"
    r"|remove|removing|get\s+rid\s+of|take\s+out|filter\s+out|rule\s+out|scratch|scrap|ditch|lose\s+the"
    r"|non)\b"
    r"|(?:show|give|recommend|send|suggest)\s+(?:me\s+)?(?:fewer|less)\b(?!\s+(?:than|expensive))"
    r"|n't\b|\b(?:don|doesn|didn|can|won|isn|aren|wouldn)t\b(?=\s)|\b(?:sick|tired|bored)\s+of\b"
    r"|\ballerg(?:ic|y)\s+to\b|\bfed\s+up\s+with\b|\b(?:had\s+)?(?:my\s+|our\s+|his\s+|her\s+)?(?:enough|fill)\s+of\b|\b(?:go(?:ing)?\s+easy\s+on|steer\s+clear\s+of|hold\s+the|spare\s+me|over\s+it\s+with)\b|\bcan'?t\s+stand\b|\bcannot\b)"
    r"|(?P<zhexcept>除了|除去|除开|(?<!切)除(?!夕|湿|尘|螨|臭|了|非|外))"
    r"|(?P<zh>(?:不要|别)(?:再)?(?:给我)?(?:推荐|推|发|找|看|来|放)|不想要|不想看|不想买|不想|不要|不看|不喜欢|不太喜欢|不大喜欢|不怎么喜欢|不爱看|不爱|不买|不含|不带|不是|不能有|不能是|不能|不吃|不用|不考虑|不选"
    r"|不需要|不接受|别给我|别给|别来|别再|别要|别是|(?<![特分区级类性差])别(?![的人针墅致])|非(?![常洲得要])"
    r"|(?<!有)没有|没(?=有)|讨厌|受不了|受够了?|最烦|很烦|烦透了?|(?:看|吃|用|穿|听)(?:腻|够|烦)了?|拒绝|排除|避开|剔除|去掉|从不|从来不|少(?:给我|跟我|让我)?(?:推荐|推送|推|来|放|发|看到)|免|不要太|勿|无(?![线论间印人比限所]))"
)
_NOT_NEGATION = re.compile(
    r"\b(?:not\s+only|not\s+just|not\s+necessarily|no\s+matter|no\s+problem|no\s+worries|no\s+idea"
    r"|don'?t\s+(?:care|mind|know|matter)|doesn'?t\s+matter|(?:does|do|need)(?:n'?t|\s+not)\s+(?:(?:have|need)\s+to\s+|necessarily\s+)?be|not\s+sure|not\s+bad|no\s+(?:more|less"
    r"|longer)\s+than|"
    r"not\s+(?:more|less|over|under|above|below)|why\s+not|if\s+not|nothing\s+(?:too|over|under"
    r"|above|below|more|after|before)|no\s+preference|can'?t\s+(?:find|decide|choose)"
    r"|can'?t\s+go\s+wrong|not\s+too|never\s+mind|nevermind)\b"
    r"|(?P<same>[\u4e00-\u9fff])[不没](?P=same)"
    r"|不错|(?:实在|要是|如果)没有?(?=[^,。;!?]{1,10}(?:也|就))|不一定|不限|不介意|不在乎|不仅|不只|不知道|不清楚|不粘|不锈|不超过|不到|不低于|不少于|不高于|不同|要不要|是不是|能不能|好不好|可不可以|有没有|有没|没关系"
    r"|没事|没问题|无所谓|非常|不管|不论|不贵"
)
_SCOPE_END = re.compile(
    r"\b(?:just|only|instead|rather|please|give|show|i\s+want|i'd\s+like|i\s+need|under|below|over"
    r"|above|for\s+(?:my|a|the|under)|that|which|who|because)\b"
    r"|(?:以外|之外|除外|外|都(?!不|没)|而是|只要|换成|换|来点|来个|给我|我要|想要|要(?!是|命)|就行|有没有"
    r"|(?<=[\u4e00-\u9fff0-9a-z])的(?:(?=[\u4e00-\u9fff]{2})|$))"
)
_PREP_END = re.compile(r"\b(?:under|below|over|for|with|from|that|which|please|is|are|will|would|works?)\b")
_AFTER_NEGATED = re.compile(
    r"^[^,;.!?。;]{0,6}?(?:就|心里就|让我|我就)?(?:堵|犯困|头疼|头大|恶心|想吐|反胃|来气|打瞌睡)|^[^,;.!?。;]{0,6}?(?:看|听|吃|用)(?:吐|烦|腻)了?|^类?的?最(?:烦|讨厌)|^[^,;.!?。;]{0,14}?(?:就别|不用)(?:再)?(?:给|推|来)|^\s*的?过敏|^的?(?:以外|之外)|^[\s-]*free\b(?!\s+(?:shipping|delivery|of|parking|wifi))|^\s+(?:intoleran\w+|allerg\w+)\b"
    r"|^[^,;.!?。;]{0,16}?(?:除外|(?:都|也|就|给我|统统|全)*(?:没有?(?:什么|多大|太大|一点)?兴趣|不(?:太|怎么|是很)?感兴趣|无感|先不(?:要|买|看|考虑)|免谈|免|(?:看|吃|用)(?:腻|多|够)了?|吃腻了?|腻了|看够了?|看不下去|(?:别|不要|不用)(?:再)?(?:给我|让我)?(?:推荐?|看|发|来|出现|出|拿|放|提|说|给我看)|不?想?再看了|靠边站|不考虑|去掉|删掉|删了|拿掉|剔除|排除|除掉|移除|过滤|撤掉|拿走|(?:就)?别来|我?(?:都)?(?:试|睡|用|穿|吃|看|戴)过了?,?(?:都)?(?:不行|不好|没用|不舒服)|不要|不看|不想看|不想要|不喜欢|不行|不考虑|不买|不选|不收|别给|免了|算了|不能接受|不吃|不用)|不要|pass\b|就算了"
    r"|(?:is|are|was|'s)\s*(?:n't|not)\s+(?:for\s+me|my\s+(?:thing|taste|cup)|what\s+i)"
    r"|\b(?:do(?:es)?|did)\s+nothing\s+for\s+me\b|\bleaves?\s+me\s+cold\b|\b(?:is|are|'s)\s+an?\s+(?:\w+\s+)?no(?:-?go)?\b|\bnever\s+again\b"
    r"|\b(?:bores?|annoys?|disgusts?)\s+me|\b(?:sucks?|excluded|is\s+out|need\s+not\s+apply)\b|not\s+my\s+thing)"
)
_EITHER_WAY = re.compile(
    r"^[^,;.!?。]{0,14}?(?:也行|也凑合|凑合也行|也将就|也可以|也没事|没事|没关系|无所谓|也没问题|也能接受|\b(?:is|are|would\s+be|is\s+also"
    r"|are\s+also)\s+(?:fine|ok|okay|alright|all\s+right|acceptable|not\s+a\s+problem))"
)
_RIGHT_BEHIND = re.compile(
    r"^\s*的?(?:也|都)?(?:行|可以|没事|没关系|无所谓|没问题|能接受)|^\s*(?:is|are|would\s+be)\s+(?:also\s+)?(?:fine|ok|okay|alright)\b|^\s+(?:needed|required|necessary)\b"
)
_BUT_FOR = re.compile(r"除了|除开|除去|\b(?:anything|everything)\s+but\b|\bexcept\b")
_PUT_OUT = re.compile(
    r"\b(?:leave|keep|cut|take|filter|get)\s+(?:(?:the|any|all|that|those)\s+)?(?:[\w'-]+\s+){0,2}$"
)
_OUT = re.compile(r"^s?\s*(?:[\w'-]+\s+){0,2}?out\b")
_TOO = re.compile(r"\btoo\s+$|太$|(?:过于|过分)$")
_POINTER = re.compile(r"^\s*(?:that|those|this|these|your|the|such|any)\b")
_OF_THE_BODY = re.compile(
    r"(?:\b(?:wo|do|does|would|ca|can|is|are)n'?t|\bnot)\b[^,.;]{2,24}\b(?:my|your|his|her|our|their)\s+$"
)
_MIND_BEFORE = re.compile(
    r"(?:\bdon'?t\s+(?:mind|care\s+(?:about|if))|\bno\s+matter|\b(?:does|do|need)(?:n'?t|\s+not)\s+(?:(?:have|need)\s+to\s+|necessarily\s+)?be\b|不介意|不在乎|不管|不论|无论|不一定(?:非)?(?:得|要)?(?:是)?)[^,;.!?。]*$"
)
_HEDGE = re.compile(
    r"\b(?:ideally|preferably|prefer|preferred|(?:maybe|perhaps|possibly)(?!\s+(?:you\s+)?(?:recommend|suggest|show|find"
    r"|help|tell|give|have|look))|if\s+possible|if\s+you\s+can"
    r"|if\s+available|hopefully|would\s+be\s+(?:nice|good|great|a\s+plus|ideal|lovely|a\s+bonus"
    r"|perfect)"
    r"|bonus\s+(?:if|points)|a\s+plus|nice\s+to\s+have|as\s+far\s+as\s+possible|would\s+love"
    r"|leaning\s+towards?|optionally|not\s+essential|not\s+a\s+must)\b"
    r"|最好|尽量|尽可能|优先|可以的话|有的话|如果有|如果可以|如果能|能.{0,8}更好|更好|就更好|偏向|倾向|比较想|希望|更喜欢|偏好"
    # what somebody else is said to like is a hint at what may suit, no condition
    r"|\b(?:s?he|they|who|my\s+\w+)(?:'s|\s+is|'re|\s+are)?\s+(?:(?:really|also|always|just|totally|very)\s+){0,2}"
    r"(?:likes?|loves?|enjoys?|adores?|(?:very\s+much\s+)?into|fond\s+of|keen\s+on|mad\s+about|crazy\s+about|an?\s+(?:big\s+|huge\s+)?fan\s+of)\b"
    r"|(?:他|她|TA|ta|[妈爸爷奶哥姐弟妹婆公妻友童孩])(?:们|人|子)?(?:平时|平常|一直|很|特别|最|也|都|挺|超|非常){0,2}(?:喜欢|爱(?![情人心]))"
)
_HEDGE_AFTER = re.compile(
    r"\b(?:preferred|if\s+possible|if\s+you\s+can|if\s+available|would\s+be|a\s+plus|nice\s+to\s+have|not\s+essential"
    r"|not\s+a\s+must)\b|\b(?:maybe|hopefully|perhaps|ideally|preferably)\b(?=\s*(?:$|[,.;!?]))"
    r"|优先|可以的话|有的话|更好|最好(?=\W|$|了|吧|的)"
)
_INSIST = re.compile(
    r"\b(?:must|has\s+to|have\s+to|needs?\s+to|required|essential|definitely|absolutely"
    r"|non-?negotiable)\b|必须|一定|务必|得是|非得|只要|只能"
)
_PLACEHOLDER = re.compile(
    r"^\s*(?:for\s+)?(?:those|ones|the\s+ones?|anything|things?|stuff|movies|films|books)\s+"
    r"(?:with|by|from|starring|in|(?:that|which)\s+(?:have|has|are|is)(?:\s+from|\s+by)?)\s+"
)
_REFUSAL = re.compile(
    r"(?:(?:i|we|she|he|they)\s+)?(?:no(?!\s+(?:problem|worries|idea|need|rush|hurry|luck|thanks|thank|one|way|doubt|matter|more|less))"
    r"|zero|without|avoid(?:ing)?|excluding|except(?:\s+for)?|skip|hates?|dislikes?|free\s+of"
    r"|nothing(?!\s+(?:like|over|under|above|below|more|less|after|before|else|special|but|at|there|here|is|was|from|by|new|newer|older)\b)|not(?=\s+(?:too|overly|so|very)\b)"
    r"|n't(?=\s+(?:want|like|need|stand)\b)|(?:anything|everything)\s+but|(?:sick|tired)\s+of|can'?t\s+stand)\b"
    r"(?:\s+(?:any|anything|something|with|that|has|contains|smells|turns?|me|looks?|like|of|in|want|need|stand|too|overly|so|very|the|an?|those|these|more|stuff|things?)(?![\w-]))*"
    r"|(?:不要|别要|不想要|不含|不带|没有|不能有|除了|讨厌|不喜欢|受不了|避开|去掉|别给我|别推荐?|别是|不要太|别(?=太))(?:给我|推荐?|看|有|那种|太|那么|任何|带|含)*"
)
_NEAR = 24
"""Characters behind a refusal in which the thing refused stands."""
_LONGEST_END = 16  # characters of the longest word that ends a scope
_REACH = 90  # characters over which a negation or a hedge may bear: keeps the reading linear


@dataclass(frozen=True, slots=True)
class Clause:
    """``plain[start:end]``."""

    start: int
    end: int


class Scopes:
    """What is said of a stretch of the text: denied, hedged, indifferent. Built once, linear; asked by
    place.
    """

    def __init__(self, plain: str) -> None:
        self._plain = plain
        starts, ends = [0], []
        for match in _BREAK.finditer(plain):
            ends.append(match.start())
            starts.append(match.end())
        ends.append(len(plain))
        self.clauses = [Clause(s, e) for s, e in zip(starts, ends, strict=True)]
        self._starts = starts
        harmless = [(m.start(), m.end()) for m in _NOT_NEGATION.finditer(plain)]
        harmless_starts = [s for s, _ in harmless]

        def is_harmless(match: re.Match[str]) -> bool:
            i = bisect_right(harmless_starts, match.start()) - 1
            return i >= 0 and match.end() <= harmless[i][1]

        self._negators = [match for match in _NEGATOR.finditer(plain) if not is_harmless(match)]
        self._negator_ends = [match.end() for match in self._negators]
        self._hedges = list(_HEDGE.finditer(plain))
        self._hedge_ends = [match.end() for match in self._hedges]

    def _index(self, place: int) -> int:
        return max(0, bisect_right(self._starts, place) - 1)

    def clause(self, place: int) -> Clause:
        """The clause in which a place lies."""
        return self.clauses[self._index(place)]

    def denied(self, start: int, end: int) -> bool:
        """Whether what stands at ``start:end`` is what the person does not want."""
        clause = self.clause(start)
        nearest = bisect_right(self._negator_ends, start) - 1
        if nearest >= 0 and self._negators[nearest].start() >= max(clause.start, start - _REACH):
            negator = self._negators[nearest]
            between = _PLACEHOLDER.sub("", _POINTER.sub("", self._plain[negator.end() : start]))
            ender = _PREP_END if negator["prep"] else _SCOPE_END
            if negator["en"] and re.match(r"\s*(?:want|like|in\s+the\s+mood)", between):
                between = between[:0] if len(between) < 8 else between
            adjoins = negator.group() != "无" or not between  # 无糖酸奶 has no sugar
            if adjoins and not ender.search(between):
                return True
        if _TOO.search(self._plain[max(clause.start, start - 8) : start]):
            return True
        if _OUT.match(self._plain[end : min(clause.end, end + 24)]) and _PUT_OUT.search(
            self._plain[max(clause.start, start - 32) : start]
        ):
            return True  # leave the war stuff out
        return bool(_AFTER_NEGATED.match(self._plain[end : min(clause.end, end + 48)]))

    def refused_behind(self, start: int, end: int) -> bool:
        """Whether it is said behind a thing that it is not wanted: 八卦别来了, R is a hard no."""
        return bool(_AFTER_NEGATED.match(self._plain[end : min(self.clause(start).end, end + 48)]))

    @cached_property
    def _refusals(self) -> list[tuple[int, int]]:
        out: list[tuple[int, int]] = []
        for start, _ in self.denied_stretches():
            if refusal := _REFUSAL.match(self._plain, start):
                low = refusal.end()
                high = min(self.clause(start).end, low + _NEAR)
                ends = _SCOPE_END.search(self._plain, low, high)
                out.append((low, ends.start() if ends else high))
        return out

    def refusals(self) -> list[tuple[int, int]]:
        """Where the things stand that a request turns down: right behind "no", "nothing with", 不要, and right before
        别来了; not behind a mere "not", which denies anything.
        """
        return self._refusals

    def spared(self, start: int, end: int) -> bool:
        """Whether something merely must not suffer: a mascara that will not sting my *eyes*."""
        return bool(_OF_THE_BODY.search(self._plain[max(self.clause(start).start, start - 48) : start]))

    def waived(self, start: int, end: int) -> bool:
        """Whether it is said right behind that it may be so: 不带泳池的也行; 除了恐怖片都行 says so of the others."""
        clause = self.clause(start)
        if _BUT_FOR.search(self._plain[max(clause.start, start - _NEAR) : start]):
            return False
        return bool(_RIGHT_BEHIND.match(self._plain[end : min(clause.end, end + 24)]))

    def indifferent(self, start: int, end: int) -> bool:
        """Whether it is said that this may be or not be ("scary is fine")."""
        clause = self.clause(start)
        return bool(
            _EITHER_WAY.match(self._plain[end : min(clause.end, end + 40)])
            or _MIND_BEFORE.search(self._plain[max(clause.start, start - 40) : start])
        )

    def strength(self, start: int, end: int) -> Strength:
        """``prefer`` where a hedge of the same clause bears on it, else ``must``."""
        clause = self.clause(start)
        nearest = bisect_right(self._hedge_ends, start + 1) - 1
        if nearest >= 0 and self._hedges[nearest].start() >= max(clause.start, start - _REACH):
            return "must" if _INSIST.search(self._plain[self._hedges[nearest].end() : start]) else "prefer"
        after = self._plain[end : min(clause.end, end + _REACH)]
        if _HEDGE_AFTER.search(after):
            return "prefer"
        if clause.end < len(self._plain):  # "black, if possible": the hedge stands alone behind the comma
            following = self.clauses[min(self._index(start) + 1, len(self.clauses) - 1)]
            text = self._plain[following.start : following.end].strip()
            lone = re.fullmatch(
                r"(?:if\s+possible|if\s+you\s+can|if\s+available|ideally|preferably|hopefully|maybe|可以的话|有的话"
                r"|最好|优先|如果可以的话|如果有的话)",
                text,
            )
            if lone and self._index(end) == self._index(start):
                return "prefer"
        return "must"

    def denied_stretches(self) -> list[tuple[int, int]]:
        """Where rejected words stand: from each negator to the end of its scope."""
        out: list[tuple[int, int]] = []
        searched: dict[re.Pattern[str], tuple[int, int | None]] = {}  # how far, and the first end found there
        for negator in self._negators:
            ender = _PREP_END if negator["prep"] else _SCOPE_END
            limit = min(self.clause(negator.start()).end, negator.end() + _REACH)
            far, at = searched.get(ender, (0, None))
            if at is not None and at < negator.end():
                at = None
            if at is None and far < limit:
                found = ender.search(self._plain, max(far - _LONGEST_END, negator.end()), limit)
                at = found.start() if found else None
                searched[ender] = (limit, at)
            out.append((negator.start(), limit if at is None else min(at, limit)))
        return out
