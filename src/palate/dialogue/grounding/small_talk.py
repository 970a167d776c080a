"""Sentences that say nothing of the shop or its things: questions to the person, offers and good wishes.

Any word is free in them, since nothing is claimed; so the gate is narrow. A sentence that points at anything (it,
these, the one, our shop), that names a thing, a number, an offer or what others think, or that asks and tells in one
breath (did you know, since it is), is none.
"""

import re

from palate.dialogue.grounding.commonplaces import is_commonplace
from palate.dialogue.grounding.inquiry import Inquiry

_POINTS = re.compile(
    r"\b(?:it|its|it's|they|them|their|theirs|these|those|this|he|she|his|her|him|one|ones|both|neither|here|we|our|ours|us|also|too|itself"
    r"|shop|store|catalogue|catalog|item|items|product|products|list|option|options|pick|picks|choice|choices|model|models|brand|version)\b"
    r"|[它其该此]|[这那](?!么|样|时|就|可|种感觉)|我们|咱们|本店|店|商品|产品|目录|款|这里"
)
_ASKS_FOR = re.compile(
    r"\b(?:is|was|are)\s+(?:it|this|that|these)\s+(?:for|going|meant|intended|a\s+(?:gift|present)|mainly|more|mostly|just)\b"
)
_PERSON = re.compile(r"\b(?:you|your|yours|you're|you'd|i|i'm|me|my|let's)\b|[您你我咱]")
_TELLS = re.compile(
    r"\byou(?:'re|\s+are)\s+(?!looking|after|thinking|hoping|going|planning|in\s+the\s+mood|welcome|right)|[您你](?:真是|就是|是(?!想|要|打算|为了|给|喜欢|在|更|不是|否))"
    r"|\b(?:can|could)\s+you\s+(?:believe|imagine)\b|\b(?:did|do|don't|didn't)\s+you\s+(?:know|realise|realize|see|notice|hear|remember)\b|\b(?:since|because|given\s+that|now\s+that|considering|while)\b"
    r"|n't\b|\bwhy\b|\bwho\b(?!\s+(?:is|are|will)\s+(?:it|this|the\s+gift))|\bhow\s+(?:about|can|could|come)\b|知道吗|既然|因为|难道|为什么|谁不|何不|这么|不是吗|对吧"
)
_DEFINITE = re.compile(
    r"(?<!\bin )(?<!\bon )(?<!\bat )(?<!\bfor )(?<!\bof )(?<!\bto )(?<!\bunder )(?<!\baround )\bthe\s+"
    r"(?!day|evening|night|end|right|way|world|best|most|house|home|rest|heart|summer|winter|spring|autumn|weather|weekend"
    r"|holidays|mood|kids|family|whole|time|key|trick|sort|kind|same|idea|first|other)\w+"
)
_OFFERS = re.compile(
    r"^(?:just\s+)?(?:feel\s+free\s+to|happy\s+to|glad\s+to)\s+(?:tell|ask|say|share|keep|look|search|dig|help|compare|narrow|let)\b"
    r"|^(?:just\s+)?(?:ask|tell\s+me|let\s+me\s+know|say\s+(?:so|the\s+word))\b"
    r"|^(?:if\s+[^,]{3,40},\s+)?i\s+(?:can|could|will|would|am\s+happy\s+to)\s+(?:also\s+|always\s+|gladly\s+)*(?:leave\s+out|skip|look|search|keep|narrow|widen|try|find)\b"
    r"|^(?:想|要是?|如果|若)[^。；]{1,20}?(?:的话)?[，,]?(?:也|都|就|还)?(?:可以|随时|尽管|直接)?(?:跟|和|告诉|对)我(?:说|讲|提)?(?:一声|说)?$"
    r"|^我(?:也|还|就)?(?:可以|能)(?:接着|继续|再|也)*(?:给|帮|为)?(?:您|你)?(?:再|多)?(?:找|看看|挑|搜)[^，。；]{1,16}$"
    r"|告诉我(?:吧|就行|就好|一声)?$|(?:喊|叫|跟)我(?:说)?一声(?:就行|就好|吧)?$"
    r"|^(?:祝|恭喜)[^。；]{2,20}$"
)
"""What is offered, asked for or wished: it tells nothing, whatever is named in it."""
_PREDICATE = re.compile(
    r"(?:^|[，,；;])(?:还|也|都|又|并|且|更|而且|既)*(?:自带|带|有(?!时)|配|采用|用的|支持|可(?!以?(?:先|慢|告诉我|跟我|和我))|防|内置|含|附|适合|适用|是(?!个|件|一)|不(?!错|着急|急|妨|用急))"
)
"""What a clause without a subject says of a thing."""
_BEST_OF = re.compile(r"最(?!好的?(?:时光|一天|心情)|近)[^，。]{1,5}的")
"""A good wish that tells which is best: 祝您用上保温最久的壶."""
_FEEL_FREE = re.compile(r"\bfeel\s+free\b")
_DIGITS = re.compile(r"\d|[¥$€£%]")


def is_small_talk(q: Inquiry) -> bool:
    """Whether a sentence is free: see the module."""
    plain = q.plain
    if any(a.kind in ("title", "number", "some") for a in q.said.anchors) or _DIGITS.search(plain):
        return False
    if any(
        not q.wish_number(m.low, m.high, m.start) and not _plain_count(q, m.start, m.end) for m in q.measures
    ):
        return False
    if _TELLS.search(plain) or _CLAIMS.search(_FEEL_FREE.sub(" ", plain)) or q.said.quotes or _names_more(q):
        return False
    if q.asking and _asks(q):
        return True
    return _offers(q) or is_commonplace(q)


def _offers(q: Inquiry) -> bool:
    """An offer or a good wish: nothing shown is named or pointed at, but for "if none of these fits"."""
    plain = re.sub(
        r"\bif\s+none\s+of\s+(?:these|them|those)\s+(?:fits?|suits?|appeals?|works?)\b|\bbetween\s+them\b",
        " ",
        q.plain,
    )
    plain = plain.strip(" .!。！~")
    return bool(_OFFERS.search(plain)) and not (
        _POINTS.search(re.sub(r"\bso\s+i\b", " ", plain))
        or _DEFINITE.search(plain)
        or _PREDICATE.search(plain)
        or _BEST_OF.search(plain)
    )


def _asks(q: Inquiry) -> bool:
    plain = _ASKS_FOR.sub(" ", q.plain)
    if _DEFINITE.search(plain) or re.search(
        r"\b(?:it|its|they|their|these|those|our|he|she|his)\b|[它其该]|这[^个么样]|本店", plain
    ):
        return False
    if not plain.isascii():
        return bool(
            _PERSON.search(plain)
            or re.search(r"还是|哪|多少|多大|几|什么|要不要|是不是|需不需要|有没有", plain)
            or re.fullmatch(r"[^，,；;。]{2,12}吗[?？]?", plain.strip())
        )
    return bool(_PERSON.search(plain) or plain != q.plain or re.search(r"\bor\b", plain))


def _names_more(q: Inquiry) -> bool:
    """Whether a word within the sentence is written as a name, and is not the person's."""
    for first, last, fold in zip(q.said.words.starts, q.said.words.ends, q.said.words.folds, strict=True):
        typed = q.said.text.said(first, last)
        if typed != typed.casefold() and first > 0 and typed not in ("I", "OK") and not q.wished([fold]):
            return True
    return False


def _plain_count(q: Inquiry, start: int, end: int) -> bool:
    """A number that counts nothing: 一点, 一支顺手的笔, a minute or two."""
    return re.match(r"[一半]|one\b|half\b|a\b|an\b|few\b|[几两]", q.plain[start:end]) is not None


_CLAIMS = re.compile(
    r"\b(?:ship\w*|deliver\w*|warrant\w*|guarantee\w*|refund\w*|return\w*|discount\w*|sale|free|stock\w*|award\w*|review\w*|rated|best-?sell\w*|customers?|buyers?|shoppers?"
    r"|people|everyone|everybody|critics?|experts?|doctors?|fans|popular|price[sd]?|cheap\w*|cost\w*|made|won|sold|certified|only|last|new|exclusive\w*|limited|trend\w*|percent)\b"
    r"|发货|包邮|配送|保修|退|换货|折|优惠|促销|特价|免费|赠|库存|现货|销量|爆款|热销|畅销|好评|大家|人气|网友|买家|顾客|用户|专家|医生|明星|获奖|得奖|奖|价|便宜|贵|元|块钱|限量|新品|独家|认证|正品|进口|产自|只剩|最后|保证|质量"
)
