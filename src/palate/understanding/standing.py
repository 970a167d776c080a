"""Wishes that hold beyond a conversation: words that are never wanted ("allergic to peanuts", 我不吃花生), and the
request that such a wish be forgotten ("forget that I never watch horror", 不用记住).
"""

import re
from dataclasses import replace

from palate.catalogue.lookup import PART, Lookup
from palate.understanding.cues import Cues
from palate.understanding.reading import Forget
from palate.understanding.scene import Scene
from palate.understanding.stopwords import CHINESE, ENGLISH
from palate.values import Act, Constraint

_UNWANTED = re.compile(
    r"对\s*(?P<allergy>[^,。!?\s对]{1,8}?)\s*过敏"
    r"|我(?:从来|从|一直|平时|都|也)*不(?:能)?(?:吃|喝)(?P<food>[\u4e00-\u9fff]{1,6}?)(?=的|了|$|[,。!?;\s])"
    r"|\ballergic\s+to\s+(?P<allergic>\w+(?:\s+nuts?)?)"
    r"|\bi\s+(?:never|don'?t|do\s+not|can'?t|can\s*not)\s+(?:ever\s+)?(?:eat|drink)\s+(?P<eaten>\w+)"
)
_ONLY = re.compile(
    r"\bonly\b|\bsize\b|\bi(?:'m|\s+am)\s+(?:an?\s+)?(?:vegan|vegetarian|diabetic|kosher|halal)|\bas\s+a\s+(?:vegan|vegetarian)"
    r"|\bi\s+(?:wear|take)\s+(?:an?\s+)?(?:[xsml]{1,3}|\d{2})\b|只|鞋码|尺码|码|吃素|素食|纯素|清真"
)
"""Nothing else is wanted: what is merely habit ("I always buy red") binds no later errand."""
_FORGETS = re.compile(
    r"\b(?:forget|disregard|ignore|never\s*mind)\s+(?:about\s+)?(?:that\s+|the\s+fact\s+that\s+)?"
    r"(?:what\s+i\s+said\b|my\s+(?:\w+\s+)?(?:allerg\w+|diet|dislikes?|rule)\b|i(?:'m|'ve)?\b)"
    r"|\b(?:don'?t|do\s+not|no\s+need\s+to|you\s+needn'?t|stop)\s+"
    r"(?:remember(?:ing)?|keep(?:ing)?|not(?:e|ing)|sav(?:e|ing))\s+(?:that|it|this|my|in\s+mind)\b"
    r"|^\W*(?:please\s+)?forget\s+(?:that|it|this)\W*$"
    r"|(?:不用|不必|别|不要|无需|不需要|用不着)(?:再|帮我|替我|给我)?(?:记住|记着|记得|记下|记)(?![者忆错])"
    r"|(?<!我)忘(?:了|掉|记)(?:吧|我(?![要想])|这|那)"
)
_RATHER_NOT = re.compile(r"(?:don'?t|do\s+not|never|not|别|不要|勿|没|不会|可别)\s*$")


def unwanted_words(plain: str) -> tuple[str, ...]:
    """What a person says that he never takes, where no attribute of the catalogue has to know it."""
    found = (next(word for word in match.groups() if word) for match in _UNWANTED.finditer(plain))
    return tuple(dict.fromkeys(word for word in found if word not in ENGLISH and word not in CHINESE))


def forgets(plain: str) -> tuple[int, int] | None:
    """Where a text asks that a long-standing wish be forgotten; None where it does not ("don't forget
    ...").
    """
    for match in _FORGETS.finditer(plain):
        if not _RATHER_NOT.search(plain[max(0, match.start() - 12) : match.start()]):
            return match.start(), match.end()
    return None


def exclusions_of(words: tuple[str, ...], lookup: Lookup) -> list[Constraint]:
    """The wishes by which the catalogue would keep such words out, as far as it knows them as values."""
    out: dict[str, list[object]] = {}
    for word in words:
        match = lookup.phrase(word)
        for target in match.values if match else ():
            if target.form != PART and not isinstance(target.value, bool):
                out.setdefault(target.attribute, []).append(target.value)
    return [Constraint(attribute, "not in", values) for attribute, values in out.items()]


def standing_of(
    scene: Scene, cues: Cues, constraints: list[tuple[int, int, Constraint, float]], act: Act
) -> tuple[tuple[Constraint, ...], tuple[str, ...]]:
    """(wishes that are told to hold always, words that no item may bear)."""
    if act in ("inquire", "compare", "explain") or "injection" in cues:
        return (), ()
    words = unwanted_words(scene.plain)
    if "standing" not in cues:
        return (), words
    place = cues.at["standing"][0]
    clause = scene.scopes.clause(place)
    only = _ONLY.search(scene.plain, clause.start, clause.end)
    held = tuple(
        replace(c, strength="must")
        for s, e, c, _ in constraints
        if s < clause.end and e > clause.start
        if c.op == "not in"
        or c.value is False
        or (c.op in ("in", "=") and only and c.attribute != "categories")
    )
    return held, words


def forget_of(
    scene: Scene, cues: Cues, constraints: list[tuple[int, int, Constraint, float]], words: tuple[str, ...]
) -> Forget | None:
    """Long-standing wishes taken back: "forget that I never watch horror", 不用记住."""
    place = forgets(scene.plain)
    if place is None or "injection" in cues:
        return None
    clause = scene.scopes.clause(place[0])
    named = [
        c
        for s, e, c, _ in constraints
        if s < clause.end and e > clause.start and c.op in ("in", "not in", "=")
    ]
    others = [one for one in exclusions_of(words, scene.lookup) if one not in named]
    return Forget((*named, *others), words)
