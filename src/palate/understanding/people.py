"""Which person a name means, and how well words are read as one: who made a film or is in it, by surname or whole."""

import re
from typing import Any

from palate.catalogue.lookup import PART, ValueTarget
from palate.catalogue.lookup_words import is_chinese, normal, words_of
from palate.understanding.scene import Scene
from palate.understanding.stopwords import COMMON, SPELT_RIGHT

_PERSON_BEFORE = re.compile(
    r"(?:\b(?:by|with|either|starring|stars?|featuring|feat\.?|from|directed\s+by|written\s+by|of|actor"
    r"|actress|director|author|like|and|or|without|no|not|love|hate|prefer|except"
    r"|anything\s+by)\s+(?:the\s+)?|的|有|和|或|是|由|不要|看|喜欢|、|主演|导演)$"
)
_DIRECTOR = re.compile(
    r"\b(?:directed|director|directors|film\s*maker|films?\s+by|movies?\s+by|made\s+by|by)\b|导演|执导|拍的|自导|导的|导过|己导"
)
_ACTOR = re.compile(
    r"\b(?:starring|stars?|featuring|actor|actress|with|cast|acted|plays?|played)\b|演|主演|出演"
)
_OF_A_NAME = re.compile(
    r"^\s*(?:$|[,.;!?'+&/]|(?:or|and|fan|is|was|as|in|movies?|films?|flicks?|books?|novels?|stuff|ones?)\b)|^[\u4e00-\u9fff]"
)
_WRITES = re.compile(r"writer|author|编剧|作者")
_FILM_AFTER = re.compile(r"\s*(?:movies?|films?|flicks?)\b")
_NEXT_CLAUSE = re.compile(r"\b(?:that|which|who|but)\b|n't\b")
_STRONG_BEFORE = re.compile(
    r"\b(?:by|with|starring|stars?|featuring|feat\.?|actor|actress|director|author|written\s+by)\s+$"
)
_MOST_KNOWN = 10.0
"""What the items of the person best known by a name count at most, between those who make and those who act."""
_FAMOUS = 4
"""A given name means one person where he is in so many times more items than the next of that name."""


def worth_of_person(
    scene: Scene,
    start: int,
    end: int,
    attribute: str,
    entries: list[tuple[ValueTarget, str]],
    words: list[str],
) -> float:
    whole = any(t.form != PART for t, _ in entries)
    before = scene.plain[max(0, start - 24) : start]
    clause = scene.scopes.clause(start)
    left = _NEXT_CLAUSE.split(scene.plain[max(clause.start, start - 30) : start])[-1]
    right = scene.plain[end : min(clause.end, end + 32)]
    cued = bool(_PERSON_BEFORE.search(before)) or bool(
        re.match(
            r"\s*(?:演|主演|导演|执导|写|的|拍|(?:movies?|films?|flicks?|novels?|books?)\b|'s\s+(?:film|novel|movie|book))",
            right,
        )
    )
    if not whole:
        corrected = any(
            i in scene.corrected for i in range(len(scene.words)) if start <= scene.words.starts[i] < end
        )
        if words[0] in SPELT_RIGHT or (corrected and not cued) or scene.within_a_name(start, end):
            return 0
        typed = scene.capitalised(start, end) and not scene.shouted()
        if not (cued or typed):
            return 0
        if _WRITES.search(attribute) and _FILM_AFTER.match(right):
            return 0  # a Bond film is not one that a Bond wrote
        if not typed and not _STRONG_BEFORE.search(before) and _given(entries, words):
            return 0  # no gore
        if (
            not cued
            and not scene.plain[:start].strip()
            and not (_OF_A_NAME.match(scene.plain[end : end + 12]) or scene.value_at(end + 1))
        ):
            return 0  # Lord help me: at the beginning a capital says nothing
    elif (
        len(words) == 1
        and not is_chinese(words[0])
        and (words[0] in COMMON or not (cued or scene.capitalised(start, end)))
    ):
        return 0
    score = 72.0 + (5 if whole else 0)
    director, actor = _DIRECTOR, _ACTOR
    if "director" in attribute or attribute in ("导演",):
        if director.search(left) or re.match(
            r"\s*(?:导演|执导|拍的|自导|自己导|导[的过])|.*\bdirect(?:s|ed)?\b", right
        ):
            score += 12
        elif actor.search(left) or re.match(r"\s*(?:主演|演|出演)", right):
            score -= 10
    elif "actor" in attribute or attribute in ("演员", "主演", "cast"):
        if actor.search(left) or re.match(r"\s*(?:主演|演(?!出)|出演)", right):
            score += 12
        elif director.search(left) or re.match(r"\s*(?:导演|执导)", right):
            score -= 10
    return score + min(_MOST_KNOWN, max(t.count for t, _ in entries) / 3)


def _given(entries: list[tuple[ValueTarget, str]], words: list[str]) -> bool:
    """Whether Latin words are nobody's surname, only a given name."""
    said = " ".join(words)
    return said.isascii() and not any(normal(str(t.value)).endswith(said) for t, _ in entries)


def people_of(targets: list[ValueTarget], folds: list[str]) -> list[Any]:
    """The person that a name means: the whole name's, else the one who is much more in the catalogue than the
    others.
    """
    whole = [t for t in targets if t.form != PART]
    ranked = sorted(whole or targets, key=lambda t: -t.count)
    if not ranked:
        return []
    if not whole and words_of(normal(str(ranked[0].value))).folds[: len(folds)] == folds:  # a given name
        alone = len(ranked) == 1 or ranked[0].count >= _FAMOUS * ranked[1].count
        return [ranked[0].value] if alone else []
    if whole or len(ranked) == 1:
        return [t.value for t in ranked[:1]]
    if ranked[0].count >= 2 * ranked[1].count or ranked[0].count >= ranked[1].count + 3:
        return [ranked[0].value]
    return [t.value for t in ranked[:3] if t.count * 2 >= ranked[0].count]
