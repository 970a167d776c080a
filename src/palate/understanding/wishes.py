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
from palate.understanding.lexicon import FREE_OF, HEAD, UNDONE, Term
from palate.understanding.people import people_of, worth_of_person
from palate.understanding.scene import Scene
from palate.understanding.stopwords import CHINESE, COMMON, ENGLISH
from palate.values import Strength

_ROLES = re.compile(
    r"^(?:categories|category|brand|品牌|genre|genres|recipients|occasions|product_colou?r|colou?r"
    r"|颜色|可选颜色|配色|material|材质|材料|面料|填充物|产地|origin|country_of_origin"
    r"|directors?|actors?|authors?|cast|导演|演员|作者|scent|flavou?r|destination|style|风格)$"
)
_FOR_BEFORE = re.compile(
    r"(?:\b(?:for|to|gift|gifts|present|presents|suits?|please|my|our|his|her|give|buy"
    r"|get)\b[^,.;!?]{0,28}|(?:给|送|为|适合|帮|孝敬)[^,。;!?]{0,8}|我|和|或|跟|、|'s?\s*)$"
)
_FOR_AFTER = re.compile(
    r"^(?:'s|s)?\s*(?:用的?|的|穿|戴|玩|看|使|收|过|birthday|gift|present|who|will|would|喜欢|生日)"
)
_MATERIAL_CONTEXT = re.compile(
    r"^\s*(?:的|材质|面料|做的|制|质地|制成|或|和|跟|与|还是|都)|^\s*(?:only|material|fabric)\b"
)
_BEFORE_ONE = "的者及用穿戴只是要个件双条款台支把或和选换有深浅纯大买来就喜爱不与跟给送为我帮"
"""Characters behind which a single character may be a word of its own."""
_AFTER_ONE = "的色款系吗呢吧啊呀哦哈"
"""Characters before which it may be one: 不要狗吧."""
_UNWANTED = re.compile(r"allergen|allerg|may_contain|过敏|致敏")
"""Attributes that say what may do harm: a word is meant so only where it is denied, or said to be in there."""
_CONTAINING = re.compile(r"\b(?:with|contain\w*|includ\w+)\s+(?:\w+\s+)?$|含有?$")
_SIZE = re.compile(r"(?:clothing_|shoe_|dress_|available_)?sizes?|.*(?:尺码|鞋码|码数|号型)")
_SIZE_CUE = re.compile(
    r"(?:\b(?:size|wear|wearing|in|an?)\s+(?:an?\s+)?|[穿码]|尺码|size)\s*(?:是|为|要)?\s*$"
)
_SIZE_AFTER = re.compile(r"^\s*(?:码|号)|^\s+size\b")
_RATED = re.compile(r"rated|(?:age_|film_|movie_|content_|mpaa_)rating|certificate|.*分级")
_RATED_BEFORE = re.compile(
    r"(?:\brat(?:ed|ing)\s*(?:is|of|:)?|分级\s*(?:是|为|要|得)?|\b(?:an?|only|or|and|nothing|no|make\s+it)|[或和、])\s*$"
)
_RATED_AFTER = re.compile(
    r"^[\s-]*(?:rated|rating|级|分级)|^\s+(?:will|would)\s+do\b|^\s+at\s+(?:the\s+)?(?:very\s+)?most\b|^\s+(?:is|are)\s+(?:fine|ok|okay|an?\b|out\b)|^\s+(?:(?:or|and)\s+\S+\s+)?(?:only|please|films?|movies?)\b"
)
_TAGS = re.compile(r"(?:hash)?tags?|labels?|keywords?|标签|话题")
_TOLD_OF_MANY = 0.01
"""A tag that people write freely is a value where so many of the tagged items bear it; else it is a word to search."""
_SHORT_CODE = 2
_CERTIFICATE = re.compile(r"(?i:[a-z]{1,3}-(?:\d\d?|[a-z]{1,2}))")
"""A rating that is nothing else: PG-13, NC-17, TV-MA."""
_PLACE_BEFORE = re.compile(r"\b(?:on|in|at|to|into|onto|from|by)\s+(?:the|my|our|his|her|their|a|an)\s+$")
_SHELF = re.compile(
    r"^\s+(?:genres?|categor(?:y|ies)|sections?|department|aisle|style|line|range|realm|vein|mood|kind)\b"
)
"""What stands behind a kind of thing that is spoken of as such."""
_OWN = re.compile(
    r"\b(?:over|on|onto|up|with|match(?:es)?|suits?|ruined|stained)\s+(?:my|our|his|her|their)\s+(?:\w+\s+)?$"
)
"""Behind these words stands what someone has: rusty water all over my *white* shirts."""
_CHILDREN = frozenset(["kid", "kids", "children", "child"])
_FOR_CHILDREN = re.compile(r"\bfor\s+(?:(?!the\b|my\b)\w+\s+)?$")
_OF_CHILDREN = re.compile(
    r"[\s-]*friendly\b|'s(?:\s*$|[,.;!?])|(?:'s?)?\s+(?:movie|film|book|show|stuff|title)"
)
_MEASURE = re.compile(r"(?:^|_)(?:sizes?|dimensions?|measurements?)(?:$|_)|尺寸|规格|尺码")
_BY_BRAND = re.compile(r"\b(?:by|brand(?:ed)?|made\s+by)\s+$")
_OR_BRAND = re.compile(r"\s*(?:\b(?:or|nor|and)\b|[/,&、或和])\s*")
_NO_VALUES = frozenset(["其他", "其它", "别的", "other", "others", "unknown", "various", "misc"])
"""Names of what has no name."""
_SPARSE = 60
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
        if _UNWANTED.search(v.attribute) or scene.lexicon.attribute_names[v.attribute].type == "bool"
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
        or any(_SIZE.fullmatch(t.attribute) or _RATED.fullmatch(t.attribute) for t in targets)
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
            if allowed is not None and (allowed.fullmatch(a) or _UNWANTED.search(a))
        }
        by_attribute = fitting or by_attribute
    best: tuple[float, str] | None = None
    for attribute, entries in by_attribute.items():
        score = _worth(scene, first, last, start, end, attribute, entries, terms)
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


def brand_said(scene: Scene, first: int, last: int, brand: str) -> bool:
    """Whether words that mean something else as well stand where a brand does: by brother, Eaton or brother."""
    start, end = scene.place(first, last)
    if _BY_BRAND.search(scene.plain[max(0, start - 16) : start]):
        return True
    return any(
        (m.end < first or last < m.start)
        and any(v.attribute == brand and v.form <= VARIANT for v in m.values)
        and not all(w in COMMON for w in scene.words.texts[m.start : m.end])
        and _OR_BRAND.fullmatch(scene.plain, *sorted((start, end, *scene.place(m.start, m.end)))[1:3])
        for m in scene.matches
    )


def _fine_too(scene: Scene, start: int, end: int) -> bool:
    """Whether a value is said to be fine; after a list a plain 黑色可以 is enough."""
    return scene.scopes.indifferent(start, end) or (scene.after_list and scene.scopes.waived(start, end))


def _worth(
    scene: Scene,
    first: int,
    last: int,
    start: int,
    end: int,
    attribute: str,
    entries: list[tuple[ValueTarget, str]],
    terms: list[Term],
) -> float:
    """How well a stretch is read as a value of an attribute, 0 to 100; 0 not at all."""
    facts = scene.lexicon.attribute_names[attribute]
    coverage = facts.count / max(1, scene.lookup.count)
    words = scene.words.texts[first:last]
    count = max(t.count for t, _ in entries)
    own = any(source == "own" for _, source in entries)
    kinds = {term.name for term in terms}
    clause = scene.scopes.clause(start)
    around = scene.plain[max(clause.start, start - 24) : min(clause.end, end + 16)]
    known = coverage >= 0.01 or len(scene.lookup.attributes) <= _SPARSE
    if kinds == {HEAD} and not own and words[0].isascii() and not scene.capitalised(start, end):
        return 0
    named = (
        attribute == scene.asked
        or (known and attribute.replace("_", " ") in around)
        or _notion_named(scene, attribute, first, last)
    )
    single = len(words) == 1
    if _UNWANTED.search(attribute):
        harmful = scene.scopes.denied(start, end) or _CONTAINING.search(
            scene.plain[max(0, start - 24) : start]
        )
        return 95 if harmful else 0
    if _SIZE.fullmatch(attribute) and known:
        cued = _SIZE_CUE.search(scene.plain[max(0, start - 12) : start]) or _SIZE_AFTER.match(
            scene.plain[end : end + 6]
        )
        plain = single and (words[0].isdigit() or len(words[0]) < 2 or words[0] in COMMON)
        return 90 if cued or named or not plain else 0
    if _RATED.fullmatch(attribute):
        said = scene.text.said(start, end)
        cued = _RATED_BEFORE.search(scene.plain[max(0, start - 16) : start]) or _RATED_AFTER.match(
            scene.plain[end : end + 24]
        )
        coded = bool(_CERTIFICATE.fullmatch(said))
        return 85 if named or coded or (cued and (said.isupper() or len(said) > _SHORT_CODE)) else 0
    if all(word.isdigit() for word in words):
        return 0
    if _MEASURE.search(attribute) and not named and scene.measures_nothing(first, last):
        return 0
    if _TAGS.fullmatch(attribute) and not named and facts.count > 500 and count < _TOLD_OF_MANY * facts.count:
        return 0
    if is_person(attribute):
        return worth_of_person(scene, start, end, attribute, entries, words)
    if attribute in ("categories", "genre", "genres") and words[0] in _CHILDREN and single:
        before, after = scene.plain[max(0, start - 24) : start], scene.plain[end : end + 12]
        if not (_FOR_CHILDREN.search(before) or _OF_CHILDREN.match(after)):
            return 0
    if facts.type == "bool":
        # a word that names a property of few goods (hdmi) mostly names a kind of others (hdmi cable)
        wide = coverage >= (0.002 if "feature" in kinds else 0.01) or scene.lookup.count < 500
        if not wide or (single and words[0] in COMMON) or attribute in ("colour", "color"):
            return 0
        return 70 if own or kinds & {"feature", FREE_OF, UNDONE} else 0
    if attribute == "categories":
        if coverage < 0.5:
            return 0
        if single and words[0] in COMMON and not terms:
            return 0 if words[0] in ENGLISH else 55
        if _PLACE_BEFORE.search(scene.plain[max(0, start - 16) : start]) and not _SHELF.match(
            scene.plain[end : end + 16]
        ):
            return 0  # sobbing on the train
        return 80 + (5 if own else 0)
    if attribute in ("brand", "品牌"):
        everyday = single and words[0] in COMMON and not scene.capitalised(start, end)
        if everyday and not (named or brand_said(scene, first, last, attribute)):
            return 0
        return 75
    if "recipient" in kinds or attribute == "recipients":
        before = scene.plain[max(0, start - 36) : start]
        if not (_FOR_BEFORE.search(before) or _FOR_AFTER.match(scene.plain[end : end + 12]) or named):
            return 0
        return 90 + 5 * coverage  # of two attributes that say for whom, the one that more items have
    if "occasion" in kinds:
        return 88
    role = bool(_ROLES.match(attribute))
    if _OWN.search(scene.plain[max(0, start - 32) : start]):
        return 0
    wide = role or len(scene.lookup.attributes) <= _SPARSE or coverage >= 0.25
    if not (wide or named) or (scene.lookup.count > 1000 and coverage < 0.005 and not named):
        return 0
    if own and not role and not named:
        if single and (words[0] in COMMON or len(words[0]) < 3 or words[0] in scene.lexicon.adjectives):
            return 0
        if attribute in ("type", "unit", "certification", "compatibility", "执行标准", "安全类别") or (
            scene.lookup.count > 1000 and count < 3
        ):
            return 0
    if "material" in kinds or attribute in ("material", "材质", "面料"):
        after = scene.plain[end : end + 6]
        if (
            is_chinese(words[0])
            and not named
            and not _MATERIAL_CONTEXT.match(after)
            and "\u4e00" <= after[:1] <= "\u9fff"
            and not scene.scopes.denied(start, end)
        ):
            return 0
    score = (
        40.0 + (30 if role else 0) + (25 if named else 0) + 10 * min(1.0, coverage) + min(5.0, count / 200)
    )
    if not own and not role and not named:
        score -= 20
    return score


def _notion_named(scene: Scene, attribute: str, first: int, last: int) -> bool:
    notion = scene.lexicon.notion_of_attribute(attribute)
    if notion is None or notion in ("category",):
        return False
    start, end = scene.place(first, last)
    return any(
        word.name == notion and (0 <= word.first - last <= 3 or 0 <= first - word.last <= 3)
        for word in scene.notions_near(start, end)
    )
