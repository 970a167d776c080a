"""Values of the catalogue named in an utterance, as constraints: which attribute is meant, and/or, denied or
wished.

Values come from the lookup (the catalogue's own words) and the lexicon (near words bound to them).
"""

import re
from dataclasses import dataclass
from typing import Any

from palate.catalogue.lookup import PART, VARIANT, ValueTarget
from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import is_chinese, normal
from palate.understanding.lexicon import FREE_OF, UNDONE, Term
from palate.understanding.people import people_of
from palate.understanding.scene import Scene
from palate.understanding.stopwords import CHINESE, ENGLISH
from palate.understanding.worth import RATED, SIZE, UNWANTED, worth_of
from palate.values import Strength

_BEFORE_ONE = "的者及用穿戴只是要个件双条款台支把或和选换有深浅纯大买来就喜爱不与跟给送为我帮"
"""Characters behind which a single character may be a word of its own."""
_AFTER_ONE = "的色款系吗呢吧啊呀哦哈"
"""Characters before which it may be one: 不要狗吧."""
_NO_VALUES = frozenset(["其他", "其它", "别的", "other", "others", "unknown", "various", "misc"])
"""Names of what has no name."""
_MAX_VALUES = 60
_NEAR_ATTRIBUTES = {
    "product": re.compile(r"categories|category|类别|product_type"),
    "genre": re.compile(r"categories|category|genres?|subject|类型|题材"),
    "brand": re.compile(r"brand|manufacturer|品牌"),
    "colour": re.compile(r".*colou?r.*|.*颜色.*|配色"),
    "material": re.compile(r".*material.*|.*材.*|.*面料.*|填充物"),
    "recipient": re.compile(r"recipients?|for_whom|audience|适用人群|人群|对象"),
    "occasion": re.compile(r"occasions?|holiday|节日|场合"),
    "allergen": re.compile(r".*(?:allergen|allerg|contain|过敏|致敏).*"),
    "season": re.compile(r".*season.*|.*季节?.*"),
    "skin": re.compile(r".*skin.*|.*肤质.*|.*肤.*"),
    "taste": re.compile(r".*flavou?r.*|.*taste.*|.*口味.*|.*味道.*|.*风味.*"),
    "place": re.compile(r".*origin.*|destination|country|产地|language_of_text"),
}
"""In which attributes a near word of a kind is looked for; other kinds in any."""


@dataclass(frozen=True, slots=True)
class Value:
    """Values of one attribute named at ``plain[start:end]`` (several where one word names several); ``either``: they
    are said to be fine too.
    """

    start: int
    end: int
    attribute: str
    values: tuple[Any, ...]
    denied: bool
    strength: Strength
    sure: float
    either: bool = False


def find_values(scene: Scene, taken: list[tuple[int, int]]) -> list[Value]:
    """The named values, longest first where they overlap, in order of place; ``taken`` stretches are
    others'.
    """
    candidates: dict[tuple[int, int], tuple[list[ValueTarget], list[Term]]] = {}
    for match in scene.matches:
        if match.values:
            candidates.setdefault((match.start, match.end), ([], []))[0].extend(match.values)
    for start, end, terms in scene.terms:
        near = [t for t in terms if t.kind == "near" and (t.values or t.name == "feature")]
        if near:
            candidates.setdefault((start, end), ([], []))[1].extend(near)
    out: list[Value] = []
    covered = bytearray(len(scene.plain))
    for start, end in taken:
        covered[start:end] = b"\x01" * (end - start)
    for (first, last), (targets, terms) in sorted(
        candidates.items(), key=lambda c: (c[0][0] - c[0][1], c[0][0])
    ):
        start, end = scene.place(first, last)
        if any(covered[start:end]) or not _whole(scene, first, last, start, end, targets, terms):
            continue
        if not targets and not any(
            t.values for t in terms
        ):  # a feature that the catalogue lacks is no other one
            if not _within(scene, first, last):
                covered[start:end] = b"\x01" * (end - start)
            continue
        both = not targets and tuple(scene.words.folds[first:last]) in scene.lexicon.together
        meant = [(targets, [term]) for term in terms] if both else [(targets, terms)]
        found = [
            value
            for own, near in meant
            if (value := _choose(scene, first, last, start, end, own, near)) is not None
        ]
        if found:
            out += found
            covered[start:end] = b"\x01" * (end - start)
            if len(out) >= _MAX_VALUES:
                break
    return sorted(out, key=lambda v: v.start)


def _within(scene: Scene, first: int, last: int) -> bool:
    """Whether a feature's words hold what the catalogue says a thing may have in it: alcohol free, 不含酒精."""
    return any(
        first <= match.start and match.end <= last
        for match in scene.matches
        for v in match.values
        if UNWANTED.search(v.attribute) or scene.lexicon.attribute_names[v.attribute].type == "bool"
    )


def _whole(
    scene: Scene, first: int, last: int, start: int, end: int, targets: list[ValueTarget], terms: list[Term]
) -> bool:
    """Whether a stretch is a word of its own, not a piece of a longer one or mere grammar."""
    words = scene.words.texts[first:last]
    text = scene.plain[start:end]
    if text in _NO_VALUES:
        return False
    if is_chinese(words[0]):
        if text in CHINESE and not terms:
            return False
        if last - first == 1 and not terms:
            return False
        if last - first == 1:
            before, after = scene.plain[max(0, start - 1) : start], scene.plain[end : end + 1]
            if "\u4e00" <= before <= "\u9fff" and before not in _BEFORE_ONE:
                return False  # 落灰 is no grey
            own = [s for s in scene.segments_near(start, end) if s.start == start and s.end == end]
            return bool(own) and (
                after in _AFTER_ONE
                or not ("\u4e00" <= after <= "\u9fff")
                or all(t.name in ("recipient", "product") for t in terms)
            )
        return not scene.cuts_a_word(start, end) or (last - first >= 4)
    return (
        not all(w in ENGLISH for w in words)
        or bool(terms)
        or any(SIZE.fullmatch(t.attribute) or RATED.fullmatch(t.attribute) for t in targets)
    )


def _choose(
    scene: Scene, first: int, last: int, start: int, end: int, targets: list[ValueTarget], terms: list[Term]
) -> Value | None:
    """The attribute and values that a stretch stands for, None where it is better left a keyword."""
    by_attribute: dict[str, list[tuple[ValueTarget, str]]] = {}
    for target in targets:
        by_attribute.setdefault(target.attribute, []).append((target, "own"))
    for term in terms:
        allowed = _NEAR_ATTRIBUTES.get(term.name)
        for target in term.values:
            if allowed is not None and not allowed.fullmatch(target.attribute):
                continue
            entries = by_attribute.setdefault(target.attribute, [])
            if all(t.value != target.value for t, _ in entries):
                entries.append((target, term.name))
    for term in terms:  # stainless steel is a material before it is a colour's name
        if term.name == "allergen":
            continue  # milk is a thing as well
        allowed = _NEAR_ATTRIBUTES.get(term.name)
        fitting = {
            a: e
            for a, e in by_attribute.items()
            if allowed is not None and (allowed.fullmatch(a) or UNWANTED.search(a))
        }
        by_attribute = fitting or by_attribute
    best: tuple[float, str] | None = None
    for attribute, entries in by_attribute.items():
        score = worth_of(scene, first, last, start, end, attribute, entries, terms)
        if score > 0 and (best is None or score > best[0]):
            best = (score, attribute)
    if best is None:
        return None
    attribute = best[1]
    entries = by_attribute[attribute]
    if is_person(attribute):
        said = " ".join(scene.words.texts[first:last])
        given = not any(normal(str(t.value)).endswith(said) for t, _ in entries)
        values = people_of(
            [
                t
                for t, _ in entries
                if t.form != PART or not said.isascii() or normal(str(t.value)).endswith(said) or given
            ],
            scene.words.folds[first:last],
        )
        if not values:
            return None
    else:
        own = [t for t, source in entries if source == "own" and t.form <= VARIANT]
        ranked = sorted(own or [t for t, _ in entries], key=lambda t: (t.form, -t.count))
        if own and len(own) > 1:
            ranked = (
                ranked[:1]
                if ranked[0].form < ranked[1].form or ranked[1].count * 4 < ranked[0].count
                else ranked[:3]
            )
        values = [t.value for t in ranked[:6] if own or t.count * 3 >= ranked[0].count]
        if scene.lexicon.attribute_names[attribute].type == "bool":
            values = values[:1]
    denied = scene.scopes.denied(start, end)
    if all(source == FREE_OF for _, source in entries):  # no fragrance is fragrance free
        if not denied:
            return None
        denied = False
    if all(source == UNDONE for _, source in entries):
        denied = not denied
    if scene.scopes.spared(start, end) or (denied and scene.scopes.waived(start, end)):
        return None
    return Value(
        start,
        end,
        attribute,
        tuple(values),
        denied,
        scene.scopes.strength(start, end),
        min(1.0, best[0] / 100),
        not denied and attribute != scene.asked and _fine_too(scene, start, end),
    )


def _fine_too(scene: Scene, start: int, end: int) -> bool:
    """Whether a value is said to be fine; after a list a plain 黑色可以 is enough."""
    return scene.scopes.indifferent(start, end) or (scene.after_list and scene.scopes.waived(start, end))
