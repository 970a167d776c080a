"""What a question asks of an item: which attribute, whether it has a value, or which of several has the most.

The words are those by which sentences are checked (``grounding.vocabulary``), so that what can be claimed can be asked.
It knows no values of any item; ``answering`` looks them up.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import Words, words_of
from palate.dialogue.grounding.comparisons import flipped
from palate.dialogue.grounding.measures import find_measures
from palate.dialogue.grounding.roles import role_of
from palate.dialogue.grounding.vocabulary import Vocabulary
from palate.dialogue.grounding.words import chinese_states_nothing, states_nothing
from palate.understanding.lexicon import Direction
from palate.understanding.normalise import normalise
from palate.understanding.places import ORDINALS
from palate.understanding.segmentation import segment

_WHICH = re.compile(
    r"\bwhich\b|\bwho'?s\b|\bwhose\b|\bwhat(?:'?s|\s+is|\s+are)\s+(?:your\s+|the\s+)?(?:[a-z]{3,}est|most|least)\b|哪|谁"
)
_PICK = re.compile(
    r"\b(?:which|what)\b.*\b(?:would|do|should|shall|to)\s+(?:you|i|we)?\s*"
    r"(?:pick|choose|recommend|suggest|go\s+(?:for|with)|get|buy|take|watch|read|prefer|advise)\b"
    r"|\byour\s+(?:own\s+)?(?:pick|favou?rite|choice|recommendation)\b"
    r"|\b(?:which|what)(?:'s|\s+is|\s+are)?(?:\s+\w+){0,3}\s+(?:best|better)\b(?!\s+(?!one|of|for|choice|pick|option)\w)|\bbest\s+of\s+(?:them|these|those)\b"
    r"|(?:推荐|选|挑|买|看|建议)哪|哪一?[个款部本件种台双条只]?(?:最|更|比较|会|要)*(?:好(?![看吃用听喝玩闻])|值得|合适|适合|划算)|(?:帮|替)我(?:选|挑|拿主意|决定)"
)
"""One is to be picked, and by nothing in particular."""
_MOST = re.compile(
    r"\b(?:(?P<best>best\s+[a-z]+)|(?P<more>(?:most|least)\s+\w+)"
    r"|(?:is|are|was|were|looks?|sounds?|feels?|seems?)\s+(?:the\s+)?(?P<en>(?!best\b)[a-z]{2,}(?:i|[^aeiou])est)(?!\s+\w))\b"
    r"|哪一?[个款部本件种台双条只]?(?P<zh>[\u4e00-\u9fff]{0,6}?最[\u4e00-\u9fff]{1,3}?)(?=[的呢吗啊?？]|$)"
)
"""What one of several is in the highest degree."""
_THAN = re.compile(r"\b(?:is|are|does|do|has|have|was)\b.*\bthan\b|比.{1,16}[吗么?]")
"""One against another: is the second heavier than the first?"""
_WHO = re.compile(r"\bwho(?:'s)?\b|\bwhose\b|谁|什么人|哪位")
_CAST = re.compile(r"\bwho(?:'s|\s+is|\s+are)\s+in\b|\bin\s+it\b.*\bwho\b|有谁|有哪些(?:人|演员|明星)")
_MORE = re.compile(
    r"\b(?:tell|say)\b.*\b(?:more|about)\b|\bmore\s+(?:about|details?|info)|\bwhat\s+(?:is|'s)\s+(?:it|that|this)\b"
    r"|\babout\b\W*$|\bdescribe\b|\bwhat\s+happens\b|\bplot\b|介绍|[好强妙]在哪|哪[里儿]?(?:好|强|吸引)|(?:优点|亮点|特点|好处)|\bso\s+(?:good|great|special)\s+about\b|讲(?:的|了)?(?:是)?什么|说的是什么|怎么样|什么样|详细|具体|剧情|情节|讲讲|说说"
)
_MORE_OF_IT = re.compile(r"\b(more|most|less|least)\s+$")
_DEGREE = re.compile(r"\b(?:how|too|very|so|really|is\s+(?:it|that|this)|are\s+they)\s+$|[多太很]$")
_QUESTION = re.compile(
    r"[?？]|[吗呢么]\W*$|\b(?:does|do|did|is|are|was|can|could|has|have|will|who|what|when|where|which|how|why)\b|什么|哪|谁|多|几|是不是|有没有|能不能"
)
_HOW_MANY = re.compile(r"\bhow\s+many\s+(?P<en>[a-z]+)|(?:多少|几)个?(?P<zh>[\u4e00-\u9fff]{1,3})")
_ASKED = tuple(
    (re.compile(one["asks"]), re.compile(one["attributes"]))
    for one in tomllib.loads(
        files("palate.dialogue").joinpath("data/questions.toml").read_text(encoding="utf-8")
    )["question"]
)
"""How a question words it, and the names of the attributes that may answer it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``attributes``: those that may hold the answer, likeliest first; ``values``: (attribute, value) pairs of which
    one is asked for; ``words``: how the person called it; ``which``: (attribute, direction) pairs where the question
    is which of several has the most, ``most``: how he called it where no attribute tells; ``more``: that all is to be
    told; ``pick``: that one of them is to be picked.
    """

    attributes: tuple[str, ...] = ()
    values: tuple[tuple[str, Any], ...] = ()
    words: str = ""
    which: tuple[tuple[str, Direction], ...] = ()
    most: str = ""
    more: bool = False
    pick: bool = False


def asked_of(text: str, titles: Sequence[str], vocabulary: Vocabulary) -> Asked:
    """What an utterance asks. ``titles``: the parts of it that name items."""
    plain = normalise(text).plain
    for title in sorted((normalise(one).plain for one in titles), key=len, reverse=True):
        plain = plain.replace(title, " " * len(title)) if title else plain
    words = words_of(plain)
    names = [one for one in vocabulary.names(words) if one.attributes]
    roles = role_of(plain)
    if (_WHICH.search(plain) or _THAN.search(plain)) and (which := _extreme(plain, words, vocabulary)):
        return Asked(which=which)
    if _WHICH.search(plain) and not _PICK.search(plain) and (most := _MOST.search(plain)):
        return Asked(most=next(word for word in most.groups() if word))
    if _WHO.search(plain) or (roles and "?" in plain):
        everything = tuple(vocabulary.catalogue.attributes)
        people = tuple(name for name in everything if is_person(name))
        meant = tuple(name for name in everything if any(role.search(name) for role in roles))
        if meant:
            return Asked(meant)
        if _CAST.search(plain):
            return Asked(tuple(name for name in people if re.search(r"act|cast|star|演", name)) or people)
    values = _values(plain, words, vocabulary)
    flags = tuple(name for one in names if set(one.flags) == set(one.attributes) for name in one.flags)
    attributes = [name for one in names for name in one.attributes if name not in flags]
    if values and values[0].values:
        first = values[0]
        said = plain[words.starts[first.first] : words.ends[first.last - 1]]
        pairs = tuple(pair for pair in first.values if pair[0] not in flags)
        if pairs or not flags:
            return Asked(tuple(dict.fromkeys((*attributes, *flags))), pairs or first.values, said)
    if flags:
        one = next(one for one in names if one.flags)
        return Asked(flags, (), plain[words.starts[one.first] : words.ends[one.last - 1]])
    attributes = attributes or _implied(plain, words, vocabulary)
    if not attributes and _PICK.search(plain):
        return Asked(pick=True)
    content = _content(plain, words)
    attributes = [name for name in dict.fromkeys(attributes) if name != "description"]
    return Asked(
        tuple(attributes), (), content, more=bool(_MORE.search(plain)) or not _QUESTION.search(plain)
    )


def _implied(plain: str, words: Words, vocabulary: Vocabulary) -> list[str]:
    """The attributes that a question asks for without a name of theirs: how much, who makes it, how heavy, under two
    hours, how many watts.
    """
    found = [
        name
        for cue, wanted in _ASKED
        if cue.search(plain)
        for name in sorted(vocabulary.catalogue.attributes, key=lambda name: wanted.fullmatch(name) is None)
        if wanted.search(name)
    ]  # how much: the price before the counter price
    for place, word in enumerate(words.texts):
        if (adjective := vocabulary.adjectives.get(word)) and _asks_degree(plain, words.starts[place]):
            found += [name for name, _ in adjective.attributes]
    dimensions = {measure.dimension for measure in find_measures(plain, vocabulary.units)} - {None}
    found += [name for name, ways in vocabulary.measures.items() if any(d in dimensions for d, _ in ways)]
    return found + _counted(plain, vocabulary)


def _counted(plain: str, vocabulary: Vocabulary) -> list[str]:
    """The attributes whose unit is asked for: how many watts, 多少瓦."""
    asked = _HOW_MANY.search(plain)
    if asked is None:
        return []
    word = asked["en"] or asked["zh"]
    unit = next((u for n in range(len(word), 0, -1) if (u := vocabulary.units.get(word[:n]))), None)
    return [
        name
        for name, ways in vocabulary.measures.items()
        if unit is not None and any(dimension == unit.dimension for dimension, _ in ways)
    ]


def _extreme(plain: str, words: Words, vocabulary: Vocabulary) -> tuple[tuple[str, Direction], ...]:
    """What "which is lighter" and 哪个最便宜 go by; where an attribute is named (哪个续航最长), by that one."""
    names = [name for one in vocabulary.names(words) for name in one.attributes]
    found = _degree(plain, words, vocabulary)
    if found and names:
        return tuple(one for one in found if one[0] in names) or tuple((name, found[0][1]) for name in names)
    more = re.search(r"\b(more|most|longest|less|fewest|fewer|least)\b|更多|最多|更少|最少|更长|最长", plain)
    if not found and more and names:
        less = re.match(r"less|few|least|更少|最少", more.group())
        return tuple((name, "lower" if less else "higher") for name in names)
    return found


def _degree(plain: str, words: Words, vocabulary: Vocabulary) -> tuple[tuple[str, Direction], ...]:
    """The attributes and directions of the adjective that is compared."""
    for place, word in enumerate(words.texts):
        found = vocabulary.adjectives.get(word)
        more = _MORE_OF_IT.search(plain[: words.starts[place]])
        if found is not None and (found.degree or more):
            return flipped(found.attributes, -1 if more and more.group(1) in ("less", "least") else 1)
    for word in sorted((w for w in vocabulary.adjectives if not w.isascii()), key=len, reverse=True):
        if re.search(rf"(?:更|最|比较|要|便宜|较)?{re.escape(word)}", plain) and re.search(
            rf"(?:更|最|比较|较)\s*{re.escape(word)}|哪\S{{0,4}}{re.escape(word)}", plain
        ):
            return vocabulary.adjectives[word].attributes
    return ()


def _values(plain: str, words: Words, vocabulary: Vocabulary) -> list[Any]:
    """Values that the question names, without everyday words."""
    out: list[Any] = []
    for one in vocabulary.values(words):
        said = plain[words.starts[one.first] : words.ends[one.last - 1]]
        if any(vocabulary.kinds(name) for name, _ in one.values):
            out.append(one)
            continue
        everyday = states_nothing(said) if said.isascii() else chinese_states_nothing(said)
        if not everyday and said.strip():
            out.append(one)
    return out


def _asks_degree(plain: str, place: int) -> bool:
    """How heavy, 多重, is it heavy, 重吗"""
    return bool(
        _DEGREE.search(plain[max(0, place - 14) : place])
        or re.match(r"[\u4e00-\u9fff]{1,3}(?:吗|不)", plain[place : place + 4])
    )  # fmt: skip


def _content(plain: str, words: Words) -> str:
    """The words that are asked about, where nothing of the catalogue was named."""
    if re.search(r"[\u4e00-\u9fff]", plain):
        found = [
            one.text
            for one in segment(plain)
            if one.tag[:1] in "nvaxljib" and len(one.text.strip()) > 1 and not chinese_states_nothing(one.text)
            and not re.fullmatch(r"[\W\d]+|哪.*|什么|怎么.*|多少|几.*", one.text)
        ]  # fmt: skip
        told = "".join(found) if "".join(found) in plain else " ".join(found)
        return re.sub(r"^[能会可带有是用]+(?=..)", "", told)
    found = [
        words.texts[i]
        for i, fold in enumerate(words.folds)
        if len(fold) > 2
        and words.texts[i] not in ORDINALS
        and not states_nothing(words.texts[i])
        and not states_nothing(fold)
    ]
    return " ".join(found)
