"""What the speaker does: the twelve acts. Decided from the wording (``cues``) and from what the other readers
found.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import cast

from palate.understanding.act_model import FEEDBACK, WISH
from palate.understanding.cues import Cues
from palate.understanding.scene import BLANK
from palate.values import Act

_RULES_WEIGH, _GUESS = 2.7, 0.2
"""A decision of the rules adds 2.7 (sure - 0.2) to the log-probability of its act. Chosen on 320 sentences of another
writer (docs/decisions.md); flat around these values."""
_UNLIKELY = 1e-4
_ON_THINGS: frozenset[Act] = frozenset({"accept", "reject", "explain", "compare"})
"""Acts that need something shown or named; a comparison needs two."""
CERTAIN = 0.98
_OF_THE_WORLD = re.compile(r"\bwhat\s+(?:time|day|date|year)\s+is\s+it\b|几点了|几点钟|星期几|几月几号")
LIKELY = 0.6
"""A kind that the model of acts holds this likely."""
MERE_TALK = 0.9
"""So likely to be about something else, a text holds no wish, whatever of the catalogue's is named in it."""
_FEW = 5
"""So few words with a value among them name what is wanted: smart bands with gps."""
_OPINION_OPENS = re.compile(
    r"^\W*(?:i|we|my|me|this|that|it|they|the|oh|well|yeah|honestly|personally|actually|我|我们|上次|之前"
    r"|买过|看过|用过)\b|^\W*(?:我|上次|之前|买过|看过|用过|那)"
)
_PAST = re.compile(
    r"\b(?:loved|hated|ordered|owned|received|liked|enjoyed|adored|watched|saw|seen|bought|was|were|broke|leaked|cried"
    r"|stopped|fell|finished|disliked|had|used)\b|看过|买过|用过|看了|买了|读过|以前|上次|过的"
)
ITEM_POINTER = re.compile(
    r"\b(?:it|its|it's|this|that|they|them|these|those)\b(?!\s+(?:is\s+)?(?:under|over|for\s+my"
    r"|with|like))|它|这(?:个|款|部|本|件|双|台|张|条|只|套)|那(?:个|款|部|本|件|双|台|张|条|只|套)"
)
_FEEDBACK_VERB = re.compile(
    r"^\W*not\s+(?:really\s+)?(?:a\s+(?:\w+\s+)?fan|into|keen|big\s+on)\b|"
    r"\bi(?:'m|\s+am)?\s+(?:really\s+|just\s+|also\s+|absolutely\s+|do\s+|don'?t\s+|didn'?t\s+"
    r"|never\s+|always\s+|have\s+always\s+)*(?:love|loved|like|liked|enjoy|enjoyed|hate|hated"
    r"|adore|dislike|a\s+(?:big\s+|huge\s+)?fan|allergic|can'?t\s+stand|watch"
    r"|not\s+(?:a\s+(?:big\s+)?fan|into|keen))\b"
    r"|我.{0,4}(?:不(?:太|怎么|大|是很)?)?(?:喜欢|爱看|爱吃|爱用|讨厌|受不了)|过敏|从不|从来不"
)
_REQUEST_NOUN = re.compile(
    r"\b(?:recommend|suggest|show|find|looking\s+for|want|need|give|any|anything|something|similar"
    r"|please|got)\b|推荐|想(?:要|买|找|看)|来(?:点|部|几|个)|给我|有没有|类似|求|找|需要|有.{1,16}吗"
)
_PROBLEM = re.compile(r"\b(?:too|not\s+\w+\s+enough|more|less|instead|rather)\b|太|不够|换|再|更|还是要")
_ASKS_OF_ONE = re.compile(
    r"^\W*(?:and\s+|so\s+|but\s+|ok\s+)?(?:is|are|does|do|has|have|can|will|was|would)\s+(?:it|this|that"
    r"|they|these|those|the)\b(?!\s+(?:under|over))"
    r"|(?:它|这(?:个|款|部|本|件|双|台|张|条|只|套))[^,。!?]{0,12}吗|有(?:没有)?(?:现?货(?![车架柜])|库存|保修|优惠)"
)
_ITEM_NOUN = re.compile(
    r"\b(?:movies?|films?|flicks?|books?|novels?|gifts?|presents?|products?|goods|items?|shows?|games?|songs?)\b|电影|片子|影片|图书|小说|礼物|商品|东西"
)
_NARRATES = re.compile(
    r"(?:^|[,.!]\s*)(?:(?:yes|yeah|no|oh|well|and|but|so|ok|okay|actually|honestly)\W+)*(?:i|we|i've|i'm|it|that(?:\s+one)?|this)\s.{4,}"
    r"|^\W*(?:我|上次|之前).{6,}"
)
_BARE = re.compile(
    r"(?=.*[\u4e00-\u9fff]{2})(?:(?![我你您他她它咱])[\u4e00-\u9fff a-z0-9]){2,16}"
)  # a search, not a sentence: 阳台衣架
_CHOOSES = re.compile(r"\bor\b[^.!]*\?|还是")
_ADVISES = re.compile(r"\b(?:do|would|should)\s+(?:you|i|we)\b[^.!]*\bor\b[^.!]*\?")
_PREDICATES = re.compile(
    r"\b(?:is|was|are|were)\s+(?:so|really|very|just|absolutely|quite|a|the|pretty|great|good|awesome"
    r"|amazing|excellent|terrible|awful|bad|rubbish|perfect|fantastic|brilliant|wonderful|useless)\b"
    r"|(?:很|太|真|超|特别|挺|非常)(?:好|棒|舒服|喜欢|满意|难|差|烂|失望|无聊)|了\W*$"
)
_OF_MINE = re.compile(r"\W*(?:my|our)\s|\W*我(?:的|家)")
_WANTS = re.compile(
    rf"{BLANK}\W+(?:please|pls|plz|then|it\s+is)\b|\b(?:i\s+want|i'?d\s+like|i'?ll|give\s+me|get\s+me|let'?s)\s+(?:\w+\s+){{0,3}}{BLANK}"
    rf"|(?:我要|就要|就买|就选|来一?[份个件套]|给我来?|我选|我买)[^,。!?不]{{0,4}}{BLANK}|就[《「“]?{BLANK}|{BLANK}[^,。!?]{{0,4}}(?:要了|吧$|拿下)"
)
_CORRECTS = re.compile(r"\bi\s+(?:meant|mean|said)\b|我(?:是说|说的是|的意思|要的是)|不是这个意思")
_LOOKS_CLOSER = re.compile(
    r"\b(?:show|tell|details?|info|again|about|describe)\b|看看|看一下|介绍|说说|讲讲|详细|了解"
)
_ASKS_OF_NAMED = re.compile(
    rf"^\W*(?:is|does|was|has|are|can|did|do|how\s+\w+\s+is)\s+(?:the\s+)?(?:movie\s+|film\s+|book\s+)?\"?{BLANK}"
)
_YESNO = re.compile(
    r"^\W*(?:yes|yeah|yep|ok|okay|k|sure|right|i\s+see|hmm+|alright|fine|got\s+it|no\s+problem"
    r"|cool|nice|wow|lol|haha+|嗯+|哦+|好的?|行|可以|是的?|对|知道了|明白|哈哈+|呵呵|嗯嗯|噢)\W*$"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the other readers found. ``known_words``: how many keywords occur in the catalogue; ``keywords``:
    how many there are; ``refused``: how many references are denied (not the first); ``widened``: values that
    are fine too; ``answers``: a wish on the attribute that was asked about; ``shown``: mentions of items
    shown last; ``pointed``: it, this, 这个; ``hints``: relative words ("not too dear") that set no constraint yet.
    """

    mentions: int = 0
    shown: int = 0
    felt: int = 0
    constraints: int = 0
    relative: int = 0
    bounded: int = 0
    complaints: int = 0
    hints: int = 0
    references: int = 0
    refused: int = 0
    keywords: int = 0
    known_words: int = 0
    widened: int = 0
    after_list: bool = False
    single_shown: bool = False
    pointed: bool = False
    answers: bool = False


def decide(plain: str, cues: Cues, found: Evidence) -> tuple[Act, float]:
    """The act, and how sure it is (0 to 1)."""
    wish: Act = "refine" if found.after_list else "recommend"
    wishes = found.constraints + found.relative
    length = len(plain.strip())
    if "injection" in cues:
        real = found.constraints and "request" in cues
        return (wish, 0.6) if real else ("other", 0.9)
    if "start_over" in cues and not (found.constraints > 0 and "request" in cues and length > 60):
        return "start_over", 0.95
    if "greet" in cues and not wishes:
        return "greet", 0.97
    if _YESNO.match(plain):
        return "other", 0.7
    if _OF_THE_WORLD.search(plain) and not (wishes or found.mentions or found.references):
        return "other", CERTAIN
    if "explain" in cues and (found.references or found.mentions or found.after_list):
        return "explain", 0.9
    items = found.mentions + found.references
    if items and not wishes and re.match(r"\W*(?:but\s+|so\s+)?why\b", plain):
        return "explain", 0.8
    if "had" in cues and items and not wishes and "question" not in cues and "request" not in cues:
        return "feedback", CERTAIN
    if "compare" in cues and _compares(plain, items, found):
        return "compare", 0.9
    asks = "question" in cues
    if found.refused and not wishes and not asks and "unseen" not in cues:
        return "reject", 0.8
    if (
        found.mentions >= 2
        and "like_this" not in cues
        and (_ADVISES.search(plain) or ("request" not in cues and _CHOOSES.search(plain)))
    ):
        return "compare", 0.7
    if (
        "accept" in cues
        and (found.references or found.mentions or found.after_list)
        and _accepts(plain, cues, found, wishes, asks)
    ):
        return "accept", 0.85
    if found.shown and found.shown == found.mentions and not wishes and not asks and _WANTS.search(plain):
        return "accept", CERTAIN
    if "reject" in cues and found.after_list and not wishes and "unseen" not in cues:
        return "reject", 0.85
    if asks and found.mentions and _ASKS_OF_NAMED.search(plain) and not found.relative:
        return "inquire", 0.85
    if asks and items and _inquires(plain, cues, found, wishes):
        return "inquire", 0.85
    if (
        asks
        and found.after_list
        and _ASKS_OF_ONE.search(plain)
        and not found.relative
        and "request" not in cues
    ):
        return "inquire", 0.75
    if asks and found.after_list and ITEM_POINTER.search(plain) and not wishes and "request" not in cues:
        return "inquire", 0.7
    if "thank" in cues and not wishes and not items and not (found.keywords > 2 and "request" in cues):
        return "thank", 0.9
    if found.relative or found.complaints:
        return wish, 0.85
    if found.widened and not items and found.after_list:
        return wish, CERTAIN
    if found.after_list and "withdraw" in cues and not items:
        return wish, 0.9
    if found.answers:
        return wish, CERTAIN
    if _tells(plain, cues, found, wishes, asks):
        return "feedback", 0.85
    if wishes:
        if asks and found.after_list and found.single_shown and "request" not in cues:
            return "inquire", 0.5
        named = "request" in cues or (not asks and len(plain.split()) <= _FEW and not _NARRATES.search(plain))
        return wish, 0.85 if named else 0.5
    if found.mentions:
        if "like_this" in cues or "request" in cues:
            return wish, 0.8
        return ("feedback", 0.6) if found.felt else (wish, 0.5)
    if found.references:
        if asks or _LOOKS_CLOSER.search(plain):
            return "inquire", 0.5
        if _PROBLEM.search(plain) or "like_this" in cues or found.keywords:
            return "refine", 0.5
        return "accept", 0.4
    if (
        asks
        and found.after_list
        and not ("request" in cues and found.known_words)
        and ITEM_POINTER.search(plain)
    ):
        return "inquire", 0.6
    if "more" in cues and found.after_list:
        return "refine", 0.7
    if (
        "request" in cues
        and (found.keywords or _REQUEST_NOUN.search(plain))
        and (found.known_words or not asks or "礼物" in plain)
    ):
        return wish, 0.7
    if found.hints and not asks:
        return wish, 0.5
    if found.after_list and _CORRECTS.search(plain):
        return "refine", 0.6
    if not asks and "request" not in cues and _NARRATES.search(plain):
        return "feedback", 0.4
    if found.keywords and not asks and not re.search(r"[几啥谁哪]", plain) and _BARE.fullmatch(plain.strip()):
        return wish, 0.4
    if (
        "request" in cues
        and asks
        and re.search(r"\b(?:anything|something|suggest\w*|recommend\w*)\b|推荐", plain)
    ):
        return wish, 0.5
    if found.keywords and not asks and _ITEM_NOUN.search(plain):
        return wish, 0.5
    if found.keywords and found.known_words * 2 >= found.keywords and not asks:
        return wish, 0.5
    return "other", 0.5


SURER = 0.15
"""By how much a bound makes the rules surer that something is wished for."""


def weigh(act: Act, sure: float, scores: Mapping[str, float], found: Evidence) -> tuple[Act, float]:
    """The act by the rules' decision and the model's log-probabilities (of ``act_model.KINDS``) together, and its
    probability. The rules count for as much more as they are surer, and stand where they are certain; acts on things
    shown or named need such.
    """
    if sure >= CERTAIN:
        return act, sure
    if act in ("recommend", "refine") and found.bounded and not (found.mentions or found.references):
        sure += SURER  # 2 metres or longer is no tale
    wish: Act = "refine" if found.after_list else "recommend"
    chances: dict[Act, float] = {}
    for kind, score in scores.items():
        named: Act = wish if kind == WISH else "feedback" if kind in FEEDBACK else cast(Act, kind)
        # 给我看看锅 takes nothing: it names a thing that is not on the table
        elsewhere = named in ("accept", "explain") and act == wish and found.keywords > 0
        elsewhere = elsewhere and not (
            found.references or found.pointed or found.shown or score > log(LIKELY)
        )
        needed = 2 if named == "compare" else 1  # 哪款相机好 asks for one, and compares none
        if (found.after_list or found.mentions >= needed or named not in _ON_THINGS) and not elsewhere:
            chances[named] = chances.get(named, 0.0) + exp(score)
    said = wish if act in ("recommend", "refine") else act
    chances[said] = max(chances.get(said, 0.0), _UNLIKELY) * exp(_RULES_WEIGH * (sure - _GUESS))
    chosen = max(chances, key=lambda one: chances[one])
    if chosen == "reject" and found.constraints and act == wish:  # I don't want Lenovo: others are wanted
        chosen = wish
    talk = chosen == "other" and scores["other"] < log(MERE_TALK)
    if talk and found.constraints and act != "other":  # a wish is read: it was no mere talk
        chosen = max((wish, "feedback"), key=lambda one: chances.get(one, 0.0))
    return chosen, chances.get(chosen, 0.0) / sum(chances.values())


def _compares(plain: str, items: int, found: Evidence) -> bool:
    if items >= 2:
        return True
    strong = re.search(
        r"\bvs\b|\bversus\b|\bdifferen|\bcompar|区别|对比|比较一下|比一比|差别|哪(?:个|款|部|本|张|件|双|台|只|条)"
        r"|\bwhich\s+(?:is|has|one|of\s+(?:these|them|those|the))\b",
        plain,
    )
    return bool(strong) and found.after_list and not found.single_shown


def _accepts(plain: str, cues: Cues, found: Evidence, wishes: int, asks: bool) -> bool:
    if re.search(r"\?|吗|多少|^\W*(?:is|are|does|do|how|what)\b", plain) and not re.search(
        r"\bcan\s+i\s+(?:get|have|order|buy)\b|下单|好吗|可以吗|行吗", plain
    ):
        return False
    if found.references or found.mentions:
        return (not (found.relative or found.complaints) and "like_this" not in cues) or (
            bool(re.search(r"下单|\b(?:take|buy|order|cart|sold)\b", plain)) and not found.relative
        )
    return not wishes and not (found.keywords > 2)


def _inquires(plain: str, cues: Cues, found: Evidence, wishes: int) -> bool:
    if found.relative or found.complaints:
        return False
    if found.references:
        return not ("like_this" in cues and "request" in cues) or not wishes
    if (
        re.search(
            r"\b(?:do\s+you\s+(?:have|sell|carry|stock)|have\s+you\s+got|is\s+there|got)\b|有没有|有.{1,20}吗",
            plain,
        )
        and "like_this" not in cues
    ):
        return not wishes
    if "like_this" in cues or re.search(
        r"\bwhat\s+(?:else|should|would|other)\b|\bany\s+other|\bwould\s+i\s+like|\b(?:recommend"
        r"|suggest|anything|something|similar|more)\b|推荐|类似|像",
        plain,
    ):
        return False
    return not wishes


def _tells(plain: str, cues: Cues, found: Evidence, wishes: int, asks: bool) -> bool:
    """Whether a taste or an experience is told and nothing asked for."""
    feels = "feel_good" in cues or "feel_bad" in cues
    requests = bool(_REQUEST_NOUN.search(plain)) or ("like_this" in cues and not feels)
    if asks and "?" in plain:
        return False
    if found.mentions and (feels or _PAST.search(plain)):
        return not re.search(
            r"\b(?:recommend|suggest|anything|something|similar|looking\s+for|show\s+me|find|want|need"
            r"|more\s+like)\b|推荐|类似|想(?:要|买|找)|来(?:点|部|几|个)|给我|求",
            plain,
        )
    if _FEEDBACK_VERB.search(plain):
        asked = re.search(
            r"\b(?:recommend|suggest|looking\s+for|show|find|want|need|give|anything|please|would\s+like"
            r"|i'd)\b|推荐|想(?:要|买|找)|来(?:点|部|几|个)|给我|求|找|有没有|换",
            plain,
        )
        return not asked
    if not feels or requests:
        return False
    if _PREDICATES.search(plain) and _OF_MINE.match(plain):
        return True
    return bool(_PAST.search(plain) and _OPINION_OPENS.search(plain)) or (
        not wishes and bool(_PREDICATES.search(plain))
    )
