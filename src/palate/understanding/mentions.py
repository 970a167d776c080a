"""Items named in an utterance, and what is felt about each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from palate.understanding.act_model import FEEDBACK
from palate.understanding.comments import sentiment
from palate.understanding.cues import Cues, feelings
from palate.understanding.part_names import named_by_part
from palate.understanding.scene import Scene
from palate.understanding.titles import Named
from palate.values import Sentiment

_EXPECTED = re.compile(
    r"\b(?:thought|expected|figured|assumed|feared)\s+(?:i'?d|i\s+would|it\s+would|to|it'?d)\s*(?:be\s+)?$|(?:以为|本来觉得|原以为).{0,4}$"
)
_UNKNOWN = re.compile(
    r"\b(?:never|not|haven'?t|hasn'?t|yet\s+to)\s+(?:even\s+|actually\s+|yet\s+)?(?:seen?|watch(?:ed)?|read|tried|try|heard\s+of)\s+\W*$"
    r"|(?:没|没有|还没)(?:看|读|用|吃|买|听说)过?[《\"]?$"
)
"""What was not seen yet is neither liked nor disliked."""
_OF_ITS_KIND = re.compile(
    r"[》\"]?\s*(?:那样|那种|这种|这样|差不多|类似|一样的|同类|风格)|[\"']?[\s-]+(?:style|type|kind|vibes?|like|esque|ish)\b"
)
_MORE_OF_IT = re.compile(
    r"\b(?:similar|(?:like|more\s+of)\s+(?:that|it|this|them|those)|along\s+those\s+lines|(?:sort|kind|type)\s+of\s+(?:thing|vibe|film|movie|book)|vibes?)\b|类似|差不多|同类|这种|那种"
)
_SENTENCE_END = re.compile(r"[.!?。]+(?=\s|$|[\u4e00-\u9fff])|$")
_ASKED_ZH = re.compile(r"[吗呢么]\W*$|会不会|是不是|有没有|能不能|好不好")
_ABOUT = re.compile(
    r"^\s*(?:is|does|has|how|what|who|when|where|was|are|can|did|tell\s+me|do\s+you\s+have"
    r"|have\s+you\s+got|got)\b|吗|呢|怎么样|多少|几|什么|有没有"
)


@dataclass(frozen=True, slots=True)
class Found:
    """An item named at ``plain[start:end]``; ``others``: further items of that name; ``sure``: 0 to 1."""

    start: int
    end: int
    item_id: str
    sentiment: Sentiment
    others: tuple[str, ...]
    sure: float


def find_mentions(scene: Scene, cues: Cues, titles: list[Named]) -> list[Found]:
    """The items that are named, in order of place, none overlapping: ``titles``, and goods named by a few words."""
    parts = named_by_part(scene, cues, titles)
    whole = [t for t in titles if not any(s <= t[0] and t[1] <= e for s, e, *_ in parts)]
    spans = sorted(whole + parts)
    places = [(s, e) for s, e, *_ in spans]
    scene.mask(places)
    felt = felt_at(scene, cues, places)
    return [
        Found(s, e, item, sentiment, others, sure)
        for (s, e, item, others, sure), sentiment in zip(spans, felt, strict=True)
    ]


def felt_at(scene: Scene, cues: Cues, places: Sequence[tuple[int, int]]) -> list[Sentiment]:
    """What is felt about the things spoken of at these places of the plain text, by name or by "the second"."""
    moods = [mood for mood in feelings(scene.masked) if not _EXPECTED.search(scene.masked[: mood[0]][-40:])]
    return [_sentiment(scene, cues, moods, s, e, alone=len(places) == 1) for s, e in places]


def _sentiment(
    scene: Scene, cues: Cues, moods: list[tuple[int, int, bool]], start: int, end: int, *, alone: bool
) -> Sentiment:
    """What is felt about an item: "something like" it, the feeling word before it in its clause, else the one
    behind it.
    """
    clause = scene.scopes.clause(start)
    before = scene.masked[max(clause.start, start - 40) : start]
    denied = scene.scopes.denied(start, end)
    asked = "question" in cues and _asks(scene, start, end)
    if re.search(
        r"\b(?:like|similar\s+to|style\s+of|vein\s+of|lines\s+of|spirit\s+of|reminiscent\s+of"
        r"|akin\s+to|close\s+to|(?:feel|vibes?|mood|tone|look)\s+of|alternatives?\s+to|(?<!not\s)as\s+\w+\s+as)\s+[^a-z0-9]*(?:the\s+(?:movie"
        r"|film)\s+)?$", before) and not re.search(
        r"\b(?:don'?t|didn'?t|not|never|doesn'?t)\s+(?:really\s+)?(?:like|look\s+like)\s+\W*$", before
    ):  # fmt: skip
        return (
            "dislike"
            if re.search(r"\b(?:nothing|not|never|isn'?t)\s+(?:\w+\s+)?(?:like|similar\s+to)\s+\W*$", before)
            else "like"
        )
    if re.search(r"(?:像|类似(?:于)?)[^,。]{0,6}$", before) or _OF_ITS_KIND.match(
        scene.masked[end : end + 12]
    ):
        return "dislike" if denied and not re.search(r"(?:像|类似(?:于)?)[^,。]{0,6}$", before) else "like"
    if "compare" in cues and not re.search(r"\b(?:loved|hated)\b", before):
        return "neutral"
    near = [m for m in moods if clause.start <= m[0] < start and (m[1] <= start or m[1] >= end)]
    behind = [m for m in moods if end <= m[0] < clause.end]
    previous = [m for m in moods if m[1] <= clause.start and clause.start - m[1] <= 40]
    later = [m for m in moods if clause.end <= m[0] <= clause.end + 40]
    if near:
        return "like" if near[-1][2] else "dislike"
    if behind and not asked:
        return "like" if behind[0][2] else "dislike"
    if "accept" in cues:
        return "like"
    if re.match(r"\s*(?:and|or|,|和|跟|、|or\s+)\s*$", scene.masked[clause.start : start]) and previous:
        return "like" if previous[-1][2] else "dislike"
    if later and "question" not in cues:
        return "like" if later[0][2] else "dislike"
    expected = re.search(r"\b(?:thought|expected|figured)\b|以为", before)
    if _UNKNOWN.search(before) or ("unseen" in cues and denied):
        return "neutral"
    if denied and not expected:
        return "dislike"
    told = sentiment(scene.masked[clause.start : clause.end])
    told = told or (sentiment(scene.masked) if alone else 0.0)
    if told and not asked:
        return "like" if told > 0 else "dislike"
    if _MORE_OF_IT.search(scene.masked[end : end + 60]):
        return "like"
    if scene.chance(*FEEDBACK) > 0.5:
        return scene.feeling
    asks = _ABOUT.search(scene.masked) if "request" not in cues or "question" in cues else None
    if asks or "explain" in cues or "like_this" not in cues:
        return "neutral"
    return "like"


def _asks(scene: Scene, start: int, end: int) -> bool:
    """Whether the sentence in which an item stands is a question."""
    behind = _SENTENCE_END.search(scene.masked, end)
    sentence = scene.masked[start : behind.end() if behind else len(scene.masked)]
    return sentence.endswith("?") or bool(_ASKED_ZH.search(sentence))


def unique(items: list[Found]) -> list[Found]:
    """The first mention of each item."""
    return list({m.item_id: m for m in reversed(items)}.values())[::-1]
