"""Wishes of this conversation that are taken back: "forget the brand", "any colour is fine", 算了不要耳机了."""

import re
from collections.abc import Sequence

from palate.understanding.constraints import Wish
from palate.understanding.cues import Cues
from palate.understanding.keywords import Keyword
from palate.understanding.reading import Forget, Withdrawal
from palate.understanding.scene import Scene
from palate.understanding.standing import forgets
from palate.understanding.stopwords import ENGLISH
from palate.understanding.wishes import Value

_LETS_GO = re.compile(r"\b(?:forget|never\s*mind)\b|算了")
"""A thing that is no longer sought, but need not be kept out: forget the headphones."""
_DROPPED = re.compile(
    r"算了.{0,2}不(?:要|用|看|买)(?:了)?(?P<zh>[^,。!?了吧]{1,12})了?"
    r"|\b(?:forget(?:\s+about)?|never\s*mind|skip|drop|scrap)\s+(?:the|that|those|my|any)\s+(?P<en>[a-z][a-z -]{2,40})"
)
"""A thing that is no value of the catalogue, taken back: it was searched for in words."""


def withdrawn(scene: Scene, cues: Cues, values: Sequence[Value]) -> tuple[Withdrawal, ...]:
    """Wishes taken back: "forget the brand", "any colour is fine", 算了不要耳机了."""
    if "withdraw" not in cues:
        return ()
    clause = scene.scopes.clause(cues.at["withdraw"][0])
    wished = {v.attribute for v in values if clause.start <= v.start < clause.end and not v.denied}
    out: list[Withdrawal] = []
    for word in scene.notions_near(clause.start, clause.end, 0):
        attribute = scene.lexicon.notions[word.name].attribute
        if attribute is not None and word.end <= clause.end and attribute.name not in wished:
            out.append(Withdrawal(attribute=attribute.name))
    if not out:
        for value in values:
            if clause.start <= value.start < clause.end + 1 and value.denied:
                out += [Withdrawal(attribute=value.attribute, value=x) for x in value.values]
    if not out and forgets(scene.plain) is None and (dropped := _DROPPED.search(scene.plain)):
        words = dropped["en"].split() if dropped["en"] else [dropped["zh"]]
        out += [Withdrawal(keyword=word) for word in words if word not in ENGLISH]
    return tuple(dict.fromkeys(out))


def left_by(
    scene: Scene,
    cues: Cues,
    taken: Sequence[Withdrawal],
    constraints: Sequence[Wish],
    keywords: Sequence[Keyword],
) -> tuple[list[Wish], list[Keyword]]:
    """The wishes and free words of an utterance that what it takes back leaves."""
    gone = {w.attribute for w in taken if w.value is None and w.attribute}
    let_go = {(w.attribute, w.value) for w in taken if w.value is not None and _LETS_GO.search(scene.plain)}
    where = scene.scopes.clause(cues.at["withdraw"][0])
    only_let_go = scene.after_list and forgets(scene.plain) is None
    wishes = [
        c
        for c in constraints
        if (c[2].attribute not in gone or c[2].op == "not in" or not where.start <= c[0] < where.end)
        and not (
            only_let_go and c[2].op == "not in" and all((c[2].attribute, v) in let_go for v in c[2].value)
        )
    ]
    named = scene.notions_near(where.start, where.end, 0)  # "never mind the year" searches for no year
    dropped = {w.keyword for w in taken if w.keyword}
    words = [
        k
        for k in keywords
        if k.text not in dropped and not any(n.start < k.end and k.start < n.end for n in named)
    ]
    return wishes, words


def taken_back(forget: Forget) -> list[Withdrawal]:
    """The same wishes, should they hold in this session too."""
    out = [Withdrawal(keyword=word) for word in forget.keywords]
    for wish in forget.constraints:
        values = wish.value if isinstance(wish.value, list) else [wish.value]
        out += [Withdrawal(attribute=wish.attribute, value=value) for value in values]
    return out
