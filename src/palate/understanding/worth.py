"""How well words are read as a value of an attribute: by what the attribute is about, how many items bear it, and what
stands around them.
"""

import re

from palate.catalogue.lookup import VARIANT, ValueTarget
from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import is_chinese
from palate.understanding.lexicon import FREE_OF, HEAD, UNDONE, Term
from palate.understanding.people import worth_of_person
from palate.understanding.scene import Scene
from palate.understanding.stopwords import COMMON, ENGLISH

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
UNWANTED = re.compile(r"allergen|allerg|may_contain|过敏|致敏")
"""Attributes that say what may do harm: a word is meant so only where it is denied, or said to be in there."""
_CONTAINING = re.compile(r"\b(?:with|contain\w*|includ\w+)\s+(?:\w+\s+)?$|含有?$")
SIZE = re.compile(r"(?:clothing_|shoe_|dress_|available_)?sizes?|.*(?:尺码|鞋码|码数|号型)")
_SIZE_CUE = re.compile(
    r"(?:\b(?:size|wear|wearing|in|an?)\s+(?:an?\s+)?|[穿码]|尺码|size)\s*(?:是|为|要)?\s*$"
)
_SIZE_AFTER = re.compile(r"^\s*(?:码|号)|^\s+size\b")
RATED = re.compile(r"rated|(?:age_|film_|movie_|content_|mpaa_)rating|certificate|.*分级")
_RATED_BEFORE = re.compile(
    r"(?:\brat(?:ed|ing)\s*(?:is|of|:)?|分级\s*(?:是|为|要|得)?|\b(?:an?|only|or|and|nothing|no|make\s+it|ideally|preferably|maybe)|[或和、])\s*$"
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
_SPARSE = 60


def worth_of(
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
    if kinds == {HEAD} and not own and words[0].isascii():
        opens = not scene.plain[:start].strip()  # where a capital says nothing: Silicon case, please
        if opens or not scene.capitalised(start, end):
            return 0
    named = (
        attribute == scene.asked
        or (known and attribute.replace("_", " ") in around)
        or _notion_named(scene, attribute, first, last)
    )
    single = len(words) == 1
    if UNWANTED.search(attribute):
        harmful = scene.scopes.denied(start, end) or _CONTAINING.search(
            scene.plain[max(0, start - 24) : start]
        )
        return 95 if harmful else 0
    if SIZE.fullmatch(attribute) and known:
        cued = _SIZE_CUE.search(scene.plain[max(0, start - 12) : start]) or _SIZE_AFTER.match(
            scene.plain[end : end + 6]
        )
        plain = single and (words[0].isdigit() or len(words[0]) < 2 or words[0] in COMMON)
        return 90 if cued or named or not plain else 0
    if RATED.fullmatch(attribute):
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
