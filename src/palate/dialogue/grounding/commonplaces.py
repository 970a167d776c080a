"""What holds of the world at large: a good pan is half the meal, 勤换毛巾是个好习惯.

It names nothing that is shown and nothing that this catalogue could say (no value, no yes-or-no attribute, no title),
but what the person has named; each of its words is an everyday one, so that nothing made up is its subject; and it
says nothing of its subject but praise or advice. It has a subject: a clause without one would be said of a thing shown.
"""

import re

from palate.catalogue.lookup_words import CJK
from palate.dialogue.grounding.dictionary import in_english, is_english
from palate.dialogue.grounding.inquiry import Inquiry
from palate.dialogue.grounding.words import chinese_states_nothing, states_nothing
from palate.understanding.segmentation import in_dictionary, segment

_PRAISE = (
    r"(?:idea|plan|treat|pleasure|habit|fun|joy|way|start|good|great|lovely|nice|wonderful|best|better|hard|tricky|important|worth\w*|key|everything|delight\w*"
    r"|comfort\w*|relaxing|rewarding|exciting|age|feeling|job|thing|half|fair|wise|smart|personal|matters?|mistake|luxury|art|adventure|mood|tough|easy"
    r"|special|choice|decision|moment|move|time|part)"
)
_SAID_WELL = re.compile(
    rf"\b(?:is|are|can\s+be|sounds?(?:\s+like)?|feels?(?:\s+like)?|makes?|was)\s+(?:\w+\s+){{0,5}}?{_PRAISE}\b(?:\s+(?:of|for|to|in)\s+\w+(?:\s+\w+){{0,3}})?$"
    r"|\b(?:makes?|lifts?|brightens?|warms?|brings?|transforms?|changes?|starts?)\s+(?:\w+\s+){0,3}?(?:day|evening|night|mood|home|room|heart|spirits?|difference|weekend|joy|life|world)\b(?:\s+\w+){0,2}$"
    r"|\b(?:goes?\s+a\s+long\s+way|never\s+hurts?|never\s+gets?\s+(?:old|easier|smaller|shorter)(?:\s+on\s+(?:its|their)\s+own)?|pays?\s+off|never\s+goes?\s+out\s+of\s+(?:style|fashion))$"
    r"|\b(?:stays?|lingers?)\s+with\s+(?:you|us)(?:\s+(?:the\s+longest|for\s+\w+|forever))?$"
)
_LETS = re.compile(r"^let'?s\s+(?!order|buy|add|reserve|book|wrap|ship|send\s+(?:it|them))\w+")
_BIDS = re.compile(
    r"^(?:buckle\s+up|enjoy(?:\s+(?:yourself|your\s+\w+(?:\s+\w+)?|the\s+(?:show|evening|day|weekend|holidays?)))?|take\s+(?:your\s+time|a\s+look|care)"
    r"|sit\s+back(?:\s+and\s+(?:relax|enjoy))?|get\s+(?:ready|cosy|cozy|comfortable)|relax|have\s+(?:fun|a\s+(?:good|great|nice|lovely)\s+\w+)"
    r"|there(?:'s|\s+is)\s+(?:no|plenty\s+of)\s+(?:hurry|rush|time)(?:\s+at\s+all)?|no\s+(?:hurry|rush|worries)(?:\s+at\s+all)?|happy\s+\w+)$"
)
_OPENS = re.compile(
    r"^(?:(?:alright|all\s+right|ok|okay|right|great|good|ah|oh|well|so|then|and|sure|got\s+it|i'm\s+with\s+you|i\s+(?:hear|agree|understand)(?:\s+you)?|yes|indeed|of\s+course)\s*,?\s*)+"
)
_TAG = re.compile(
    r",?\s*(?:does|do|is|are|did|will|can)(?:n't|\s+not)?\s+(?:it|they|one|you|we)$|,?\s*right$"
)
_TIED = re.compile(
    r"\b(?:it|its|it's|they|them|these|those|this|that's|he|she|his|him|both|neither|here|our|ours|shop|store|catalogue|catalog|item|items|product|products|list|option|options|pick|picks"
    r"|choices|model|models|brand|version|included|provided|comes?|kept|supplied|attached|available|than|like\s+(?:it|them|this|these|those))\b"
)
_ON_THEIR_OWN = re.compile(
    r"\bon\s+(?:its|their)\s+own\b|\bit'?s\s+(?=(?:easy|hard|nice|good|fun|tricky|worth)\b)|\blike\s+these\b$"
)

_ZH_TIED = re.compile(
    r"[它其该此]|[这那](?!么|样|时|就|可|种感觉|东西|事|份心)|我们|咱们|本店|店|商品|产品|目录|款|比(?!较|什么|如)"
)
_ZH_OPENS = re.compile(r"^(?:好的?|嗯|是呀?|对呀?|没错|确实|当然|明白了?|哈哈|哎)[，,]\s*")
_ZH_SAID_WELL = re.compile(
    r"(?:(?:总|准|绝|一定|绝对|肯定|确实|真|就|往往|最|都|挺|很|更|越看越|可)?(?:是|会|能|让|显得|觉得|感觉)?(?:个|件|种|一种|一件|挺|很|真|最|都|更|不少|好多|会|要)*"
    r"(?:没错|不会错|错不了|不错|好习惯|有意思的?事|有意思|重要|要紧|关键|难得|惬意|享受|舒服|热闹|热闹得很|可爱|有氛围|幸福|开心|心情都?好|静下来|不一样|省事|有味道|好主意|学问|值得|有趣"
    r"|温馨|温馨不少|放松|踏实|安心|乐趣|仪式感|好事|轻便一些|轻便|仔细点|用心|讲究|赚一个|辛苦|不容易|不简单|快|方便))(?:了|的|哦|呢|呀|啊|吧|不少|一些|一点|些|很多|得多|起来)*$"
    r"|比什么都(?:重要|强|好)$|(?:慢慢|先|一步步)[^，。；]{1,8}(?:就好|就行|不急|也不迟)$"
)
_ZH_ADVICE = re.compile(
    r"^(?:再[忙累晚]也)?(?:要|请)?(?:记得|别忘了|别|可别|不妨|先|多|慢慢)(?!是|有|带|送|卖)[^，。；]{1,10}$|^(?:那就|那我们就|就)?从[^，。；]{1,8}里?(?:挑|选|找|看|开始)(?:吧|起)?$|^我就不多说了?$"
)
_ZH_PREDICATE = re.compile(
    r"^(?:还|也|都|又|并|且|更|而且|既|不|无|免|可|全|自)*(?:自?带|有(?!时|个)|配|采用|用的|支持|防|内置|含|附|适合|适用|是|能|会|可以|材质|做工|口感|手感)"
)
_PARTICLES = re.compile(r"[的地得了着过呢呀啊吧哦嘛啦么们]")
_HAN = re.compile(rf"[{CJK}]")


def is_commonplace(q: Inquiry) -> bool:
    """Whether a sentence is one; ``small_talk`` has seen to figures, names and offers."""
    if any(a.kind in ("group", "only") for a in q.said.anchors) or _typed(q) or _tells_apart(q):
        return False
    if q.plain.isascii():
        return _english(q)
    return _chinese(q)


def _typed(q: Inquiry) -> bool:
    """Whether the sentence has a word by which the catalogue tells things apart, but for the person's own."""
    for valued in q.valued:
        start, end = q.span(valued)
        word = q.plain[start:end]
        if q.wished(list(q.said.words.folds[valued.first : valued.last])):
            continue
        if all(q.vocabulary.kinds(name) for name, _ in valued.values) and valued.values:
            continue
        if not (states_nothing(word) or chinese_states_nothing(word)):
            return True
    return any(named.flags and not _plain(q, *q.span(named)) for named in q.named)


def _tells_apart(q: Inquiry) -> bool:
    """Whether a word stands in the entries of some of the things shown and not of others: to praise wireless ones is to
    say which are.
    """
    words = [(word.text, list(word.text)) for word in q.chinese if len(word.text) > 1]
    words += [
        (text, [fold])
        for text, fold in zip(q.said.words.texts, q.said.words.folds, strict=True)
        if text.isascii()
    ]
    for text, folds in words:
        if states_nothing(text) or chinese_states_nothing(text) or q.wished(folds):
            continue
        names = [folds, *(list(name) for name in in_english(text))]
        having = sum(any(thing.text.says(name) for name in names) for thing in q.facts.listing)
        if 0 < having < len(q.facts.listing):
            return True
    return False


def _plain(q: Inquiry, start: int, end: int) -> bool:
    word = q.plain[start:end]
    return states_nothing(word) or chinese_states_nothing(word) or q.facts.said.says([word])


def _english(q: Inquiry) -> bool:
    plain = _TAG.sub("", q.plain.strip(" .!?"))
    plain = _OPENS.sub("", plain)
    if _TIED.search(_ON_THEIR_OWN.sub(" ", plain)) or not all(
        states_nothing(word) or is_english(word) or q.wished([word]) for word in re.findall(r"[a-z]+", plain)
    ):
        return False
    clauses = re.split(r"\s*[,;:]\s*(?:and|so|but)?\s*|\s+(?:and\s+so|so|but)\s+(?=let)", plain)
    return all(
        _SAID_WELL.search(clause) or _LETS.match(clause) or _BIDS.match(clause)
        for clause in clauses
        if clause
    )


def _chinese(q: Inquiry) -> bool:
    plain = _ZH_OPENS.sub("", q.plain.strip(" 。!！.~"))
    if _ZH_TIED.search(plain) or re.search(r"也[很挺是]?(?:不错|好|可以)", plain):
        return False  # 也: beside something that was shown
    clauses = [clause for clause in re.split(r"[,，;；、:：]", plain) if clause]
    if any(_ZH_PREDICATE.match(clause) for clause in clauses) or not _everyday(q, plain):
        return False
    last = clauses[-1] if clauses else ""
    said_well = _ZH_SAID_WELL.search(last)
    subject = said_well is not None and (said_well.start() > 0 or len(clauses) > 1)
    return subject or all(_ZH_ADVICE.match(clause) for clause in clauses)


def _everyday(q: Inquiry, plain: str) -> bool:
    """Whether all words are in the dictionary, and no subject is described: what stands before 的 is the person's, or
    plain.
    """
    words = segment(plain)
    for place, word in enumerate(words):
        if not _HAN.match(word.text) or chinese_states_nothing(word.text) or q.wished(list(word.text)):
            continue
        if not in_dictionary(word.text) and not word.tag.startswith(("v", "a", "d")):
            return False
        after = words[place + 1] if place + 1 < len(words) else None
        if after is not None and after.text == "的" and place + 2 < len(words):
            return False
    return True
