"""Which command about himself a sentence gives: "what do you know about me?", "forget that I like horror",
别再推荐香水.

A command is told by what comes together in a sentence, not by one form of words: a verb of offering that is denied and
a word for always; a verb of forgetting and a liking; a liking and a word that it is over. It knows no catalogue.
"""

import re
from typing import Literal

Kind = Literal["show", "forget", "forget_all", "never"]

LONGEST_WORD = 30
_LONGEST_TEXT = 500
_SENTENCE = re.compile(r"[.!?;。！？；\n]+")

# --- classes of words: English, Chinese ---
_HELD = (
    r"my\s+(?:\w+\s+)?(?:profile|data|info(?:rmation)?|records?|history|tastes|preferences|likes|interests)",
    r"我的?(?:所有|全部|个人)?的?(?:资料|画像|档案|偏好|喜好|数据|记录|信息)",
)
_ABOUT_ME = (r"(?:about|of|on)\s+(?:me|my\s+\w+)(?!\s+\w+ing\b)", r"关于我|有关我|对我")
_KNOW = (
    r"know|knew|remember\w*|learn\w*|stor\w+|ke(?:ep|pt)|h[eo]ld|ha(?:ve|s)|got|collect\w*|sav\w+|record\w*|gather\w*|noticed?",
    r"知道|了解|(?<!忘)记[得住着下录]?|掌握|存|收集|保存|看出",
)
_ASK = (
    r"what(?:'s|ever)?|which|how|list|show|tell",
    r"什么|哪些|多少|啥|怎[么样]|说说|讲讲|告诉|列|看看|看一下|查看|显示|打开|给我看",
)
_ORDER = (
    r"(?:^\W*|[,，]\s*|\b(?:please|just|kindly|you|to|and|then|ok(?:ay)?|so)\s+)",
    "(?<!我)(?<!我都)(?<!别)(?<!勿)(?<!不要)(?<!不会)(?<!不能)(?<!没)",
)
"""What stands before an order, in Chinese what does not: "I always forget" and 别忘了 are none."""
_FORGET = (_ORDER[0] + r"(?:forget|disregard|ignore)", _ORDER[1] + r"(?:忘[了掉记]?|删)")
_CLEAR = (
    _ORDER[0] + r"(?:forget|disregard|ignore|erase|delete|wipe|clear|reset|remove|scrub)",
    _ORDER[1] + r"(?:忘[了掉记]?|删|清空|清除|重置|注销)",
)
_LIKING = (
    r"lik(?:e[sd]?|ing)|lov(?:e[sd]?|ing)|enjoy\w*|into|(?:a\s+)?fan\s+of|keen\s+on|interest\w*|fond|tastes?|care\s+for|want"
    r"|my\s+(?:\w+\s+)?(?:thing|cup\s+of\s+tea)",
    r"喜欢|喜爱|(?<!可)爱|兴趣|喜好",
)
_DONE = (
    r"bought|buy|purchas\w+|view\w*|look\w*|watch\w*|click\w*|sav\w+|rat(?:e|ed|ing)s?",
    r"买过?|看过?|点过?|收藏",
)
_OVER = (r"any\s*more|any\s+longer|no\s+longer", r"不再")
_DENIED = (
    r"not|\w+n't|never|no\s+longer|stop|quit|cease|no\s+circumstances?|on\s+no\s+account",
    r"别|不要|不用|不许|不想|不需要|不准|莫|停止",
)
_FOR_GOOD = (
    r"never|ever|for\s*ever|again|any\s*more|any\s+longer|from\s+now\s+on|for\s+good|always|permanently|in\s+(?:the\s+)?future"
    r"|stop|quit|cease",
    r"以后|今后|往后|永远|从此|从今|一律|再(?![一多来])",
)
_OFFER = (
    r"recommend\w*|suggest\w*|show\w*|offer\w*|propos\w+|bring(?:ing)?\s+up|push(?:ing)?|advertis\w+|appear\w*|(?:pop|turn)\s+up"
    r"|(?:want|wish|like|need)\s+to\s+(?:see|hear\s+(?:of|about)|come\s+across)|let\s+me\s+see",
    r"推荐|推送|推|展示|出现|显示|看到|看见|见到|碰到|收到|提[起到]|给我看",
)
_SHUT_OUT = (
    r"leave\s+out|hide|exclude|block|skip|ban|blacklist|off[\s-]+limits|taboo|out\s+of\s+bounds|a\s+no-go|no\s+more",
    r"屏蔽|拉黑|免了|不用了|不要了|别推了|别来了",
)


def _any(words: tuple[str, str]) -> re.Pattern[str]:
    """Any of a class, English ones whole."""
    return re.compile(rf"\b(?:{words[0]})\b|{words[1]}")


_FORGETS = re.compile(rf"{_FORGET[0]}\b|{_FORGET[1]}")
_CLEARS = re.compile(rf"{_CLEAR[0]}\b|{_CLEAR[1]}")
_OF_ME = _any(_ABOUT_ME)
_LIKED, _HAD, _ENDS = _any(_LIKING), _any(_DONE), _any(_OVER)
_DENIES, _LASTS = _any(_DENIED), _any(_FOR_GOOD)
_ME = re.compile(r"\b(?:i|i'm|i've|i'd|my|me)\b|我")
_ALL = re.compile(r"\b(?:everything|all|whatever|anything)\b|一切|所有|[全都]|统统|通通|东西")

# --- what is asked for ---
_PROFILE = re.compile(
    rf"\b(?:show|see|view|open|read|tell|list|display)\s+(?:me\s+)?(?:all\s+)?(?:of\s+)?(?:{_HELD[0]}|my\s+taste)\b"
    rf"|\bwhat(?:'s|\s+is|\s+are)\s+(?:in\s+|on\s+)?(?:{_HELD[0]})\b|^\W*my\s+profile\W*$"
    rf"|(?:看看|看一下|查看|显示|打开|给我看|列出|告诉我)[^,，。]{{0,4}}(?:{_HELD[1]})\W*$|(?:{_HELD[1]})(?:是什么|里?有(?:什么|哪些)|呢)"
)
_KNOWN_OF_ME = re.compile(
    rf"\b(?:{_ASK[0]})\b[^,?]{{0,40}}\b(?:{_KNOW[0]})\b(?:\W+\w+){{0,2}}?\W+(?:{_ABOUT_ME[0]})"
    r"|\b(?:what|how)\b[^,?]{0,15}\byou\s+(?:think|believe|reckon)\s+i\s+(?:like|love|enjoy|want)\b|\bhow\s+(?:do\s+)?you\s+see\s+me\b"
    rf"|(?:{_KNOW[1]})了?(?:关于)?我(?:的)?(?:些|了)?(?:什么|哪些|多少|啥)|你们?(?:觉得|认为|猜)我(?:会|可能)?(?:喜欢|爱)(?:什么|哪些|啥)"
    rf"|(?:关于我|有关我|对我)的?[,，\s]*你?(?:都|到底|现在)*(?:{_KNOW[1]})[^。]{{0,6}}(?:{_ASK[1]})|你们?(?:{_KNOW[1]})的?(?:关于|有关)我的.{{0,8}}(?:{_ASK[1]}|说)"
    r"|有我的?(?:什么|哪些|多少)(?:资料|记录|数据|信息)|我在你们?(?:这[里儿]?(?:有|存了|留了)(?:什么|哪些|多少)|眼[里中]|心[里中]|印象[里中])|你们?(?:眼|心)[里中]的?我(?!的)"
)

# --- what is over ---
_BELIEF = re.compile(
    r"\b(?:stop|quit|don'?t|do\s+not|no\s+need\s+to)\s+(?:\w+ly\s+)?(?:assum|think|believ|suppos|count|treat|regard|us|remember)\w*"
    r"|(?:别|不要|不用|不必|停止)再?(?:以为|认为|觉得|当作?|当成|默认|把|算|记[着得住]?)"
)
_ENDED = re.compile(
    r"\bi(?:'ve|\s+have)?\s+(?:gone\s+off|grown\s+out\s+of|lost\s+interest\s+in)\b|\bi(?:'m|\s+am)\s+(?:over|done\s+with|through\s+with)\b"
    r"|\bused\s+to\s+(?:like|love|enjoy|be\s+(?:into|keen|a\s+fan))\b.*(?:\b(?:not|no|stopped)\b|n't\b)"
    r"|(?:不|没)再?有?(?:喜欢|喜爱|爱[看听吃喝买玩用读]?|感?兴趣)[^,，。]{0,12}了\W*$|不再(?:喜欢|爱)"
    r"|(?:已经|早就|早已|现在|如今)不再?[看听吃喝买玩用读][^,，。]{1,12}了\W*$"
    r"|(?:以前|曾经|从前|过去|原来)[^。]*(?:喜欢|爱)[^。]*不[^,，。]{0,8}了"
)
_FROM_MINE = re.compile(
    rf"\b(?:from|off|out\s+of)\s+(?:{_HELD[0]}|my\s+list\s+of\s+\w+)\b|从{_HELD[1]}|(?:喜欢|爱)[^,，。]{{1,12}}[这那]?一?[条项]"
)
_TAKES = re.compile(rf"{_CLEAR[0]}\b|\b(?:take|drop|cross|strike)\b|{_CLEAR[1]}|去掉|去除|取消|[移划拿]")
_NEVER_LIKED = re.compile(
    r"\b(?:never|dis\w*|hate\w*)\b(?!.*\bany\s*more\b)|我(?:从来|一直|从)?不(?:喜欢|要|想|看|吃)(?!.*了)"
)
_UNKNOWN_TO_YOU = re.compile(
    rf"{_ORDER[0]}forget\s+(?:all\s+about\s+|about\s+)?me\b|(?<!别)(?<!不要)[把将]我(?:全|都)?忘"
    rf"|(?:别|不要)再?记[得着住]我(?:了|吧|啦)?\W*$|{_ORDER[1]}忘[了掉记]我(?:吧|了)?\W*$"
)

# --- what is never to come ---
_WONDERS = re.compile(r"\b(?:why|how)\b|怎么|为什么|为啥|如何")
_NOT_OFFERED = re.compile(
    rf"\b(?:{_DENIED[0]})\b[^,，]{{0,40}}?\b(?:{_OFFER[0]})\b|(?:{_DENIED[1]})[^,，。]{{0,6}}?(?:{_OFFER[1]})"
)
_SHUT = re.compile(
    rf"\b(?:{_SHUT_OUT[0]})\b(?=.*\b(?:{_FOR_GOOD[0]})\b)|\bkeep\b.+\b(?:away\s+from\s+me|out\s+of\s+my\s+(?:sight|lists?|feed|way))\b"
    r"|[把将][^,，。把将]{1,12}?(?:都|给我|全)*(?:屏蔽|拉黑)|(?:以后|今后)[^,，。别不]{1,12}?[就都]*(?:免了|不用了|不要了)"
)
_COMMAND_WORDS = re.compile(
    rf"\b(?:{_FOR_GOOD[0]}|{_OFFER[0]}|{_SHUT_OUT[0]}|{_DENIED[0]}|please|just|i|i'd|you|me|we|to|do|does|can|could|would|will|should|be|is|are"
    r"|that|want|wish|see|hear|let|need|keep|stuff|things?|products?|items?|away|from|out|sight|lists?|feed|way|my|any|some|anything|something"
    r"|with|containing|about|like|of|in|under|up|an?|the|ok(?:ay)?|so|and|no|more)\b"
    rf"|{_DENIED[1]}|{_FOR_GOOD[1]}|{_OFFER[1]}|{_SHUT_OUT[1]}|[\s,，、:：“”\"「」《》()（）]+|之类|面前|商品|东西|有关|请|麻烦"
    r"|[跟和我你给向让都的了吧就把将带含有掉也在]"
)
_POINTING = re.compile(r"^(?:this|that|these|those|it|them|ones?|[这那]?[个些件部款本条种台双]?|它们?)$")


def command_in(plain: str) -> tuple[Kind, str] | None:
    """(the command that an utterance in small letters gives; its sentence that does), None where it gives none."""
    for sentence in _SENTENCE.split(plain[:_LONGEST_TEXT]):
        kind = _of_sentence(sentence)
        if kind is not None:
            return kind, sentence
    return None


def _of_sentence(sentence: str) -> Kind | None:
    clears = _CLEARS.search(sentence)
    if not clears and (_PROFILE.search(sentence) or _KNOWN_OF_ME.search(sentence)):
        return "show"
    if _NOT_OFFERED.search(sentence) and _LASTS.search(sentence) and not _WONDERS.search(sentence):
        return "never"
    if _SHUT.search(sentence) and not _WONDERS.search(sentence):
        return "never"
    if _UNKNOWN_TO_YOU.search(sentence) or (clears and _of_all(sentence)):
        return "forget_all"
    return "forget" if not _NEVER_LIKED.search(sentence) and _takes_back(sentence) else None


def _of_all(sentence: str) -> bool:
    if _FROM_MINE.search(sentence):
        return False
    if re.search(rf"\b(?:{_HELD[0]})\b|{_HELD[1]}", sentence):
        return True
    return bool(
        _ALL.search(sentence)
        and (_OF_ME.search(sentence) or re.search(r"\byou\b.*\b(?:know|learn|remember)", sentence))
    )


def _takes_back(sentence: str) -> bool:
    if _ENDED.search(sentence) or (_TAKES.search(sentence) and _FROM_MINE.search(sentence)):
        return True
    liking = _LIKED.search(sentence)
    if liking and _ENDS.search(sentence) and _DENIES.search(sentence):
        return True
    told = (liking or _HAD.search(sentence)) and _ME.search(sentence)
    return bool(told and (_BELIEF.search(sentence) or _FORGETS.search(sentence)))


def asks_to_forget(sentence: str) -> bool:
    """Whether a sentence says so in a word for it."""
    return bool(_TAKES.search(sentence) or _BELIEF.search(sentence))


def object_of(sentence: str) -> tuple[str, ...]:
    """What a sentence says is never to come, where the catalogue has no word for it: the one thing that is left without
    the words of the command.
    """
    left = _COMMAND_WORDS.sub(lambda found: " " if found.group().isspace() else "\0", sentence).split("\0")
    named = [part.strip() for part in left if part.strip() and not _POINTING.match(part.strip())]
    return (named[0],) if len(named) == 1 and len(named[0]) <= LONGEST_WORD else ()
