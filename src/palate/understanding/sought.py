"""The kind of thing that an utterance asks for by a word that is no value of the catalogue: "show me *printers*",
给我看看*锅*.
"""

import re
from collections.abc import Sequence

from palate.understanding.keywords import Keyword

_ASKING = re.compile(
    r"\b(?:show|find|get|give|bring|recommend|suggest)\s+(?:me|us)\b|\b(?:looking|searching|shopping|hunting)\s+for\b"
    r"|\b(?:i|we)(?:'d|'m|\s+would|\s+do)?\s+(?:need|want|like|love|after)\b(?:\s+to\s+(?:buy|get|order|find|see)\b)?"
    r"|\b(?:do\s+you\s+(?:have|sell|stock|carry)|have\s+you\s+got|got)\b|\b(?:how|what)\s+about\b|\bin\s+the\s+market\s+for\b"
    r"|\b(?:buy|buying|order|switch\s+to)\b|^\s*(?:(?:and|ok|so)\s+)?now\b(?!\s+(?:what|that|i|you|it|is)\b)|^\s*(?:(?:just|really|still|hi|hello|hey|ok|well)\W+)*(?:any|an?|some|need|want|looking\s+at)\b"
    r"|(?:给我|帮我)?(?:看看|看一下|找找|找一?下?|来|挑|推荐|选)(?:一下|点儿?|些|几?[个件双台条本部款把张套瓶盒箱只支])?"
    r"|(?:想要|想买|要买|想找|想看|我要|需要|缺|买|换成|改成|改看|有没有|有什么|有啥|有)(?:一?[个件双台条本部款把张套瓶盒箱只支些点])?"
)
_NO_KIND = re.compile(
    r"^\s*(?:it|them|this|that|these|those|one|ones)\b|\b(?:something|anything|ones?|stuff|things?|options?|more|less|better|worse"
    r"|bigger|smaller|larger|longer|shorter|lighter|heavier|cheaper|faster|slower|newer|older|wider|thinner|thicker|quieter"
    r"|brighter|warmer|cooler|softer|stronger|higher|lower)\b"
)
"""A wish of this form speaks of what is on the table, not of another kind of thing."""
_END = re.compile(
    r"[,.;:!?，。；：！？、\n]|\b(?:for|with|without|under|over|below|above|that|which|who|to|in|from|by|at|on|instead|rather|please|pls"
    r"|about|around|like|similar|and|but|or|so|then|now|too|as)\b|给(?=[\u4e00-\u9fff])|用来|送(?=[\u4e00-\u9fff])"
)
_TELLS = re.compile(
    r"\b(?:i|we|you|he|she|it|they|me|him|her|us|them|is|are|was|were|be|been|am|has|have|had|do|does|did|can|could|will|would"
    r"|should|not|no|don'?t|what|which|how|who|why|when|where|my|your|his|our|their|this|that|these|those|just)\b"
    r"|[我你您他她它们这那是有不没别想要吗呢吧了过]"
)
"""What makes a stretch a sentence, not the mere name of a thing."""
_TRAILING = re.compile(r"(?:[吗呢吧啊呀嘛么哦]|\s)+$")


def find_sought(plain: str, keywords: Sequence[Keyword], *, opens: bool = False) -> str | None:
    """The last word of the first thing asked for, where it is one of the ``keywords``; None where nothing is asked
    for, or by a value of the catalogue, or only by what it is to be like (有没有纯棉的). Linear.

    ``opens``: the utterance is a first wish, in which a thing may be merely named: "27 inch monitor, curved".
    """
    ends = {word.end: word.text for word in keywords}
    for asking in _ASKING.finditer(plain):
        stop = _END.search(plain, asking.end())
        asked = plain[asking.end() : stop.start() if stop else len(plain)]
        end = asking.end() + len(_TRAILING.sub("", asked))
        if end in ends and not _NO_KIND.search(asked):
            return ends[end]
    if opens:
        stop = re.search(rf"(?<=[\u4e00-\u9fff])\s|{_END.pattern}", plain)
        named = _TRAILING.sub("", plain[: stop.start() if stop else len(plain)])
        if not (_TELLS.search(named) or _NO_KIND.search(named)):
            return ends.get(len(named))
    return None
