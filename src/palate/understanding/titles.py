"""Items named in an utterance by their titles: which stretch is a title, and which of the items that bear it is meant.

A title of several words is a mention wherever it stands; everyday words are one only where the sentence says
so: in quotes, with a capital inside the sentence, or in a place where an item stands ("I loved ...",
"something like ...").
"""

import re

from palate.catalogue.lookup import FULL, PART, Match, TitleTarget
from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import fold, is_chinese
from palate.understanding.scene import Scene
from palate.understanding.stopwords import CHINESE, COMMON, ENGLISH, PRONOUN_TITLES, SPELT_RIGHT

OPEN_SLOT = re.compile(
    r"(?:\b(?:like|similar\s+to|lines\s+of|says?|said|style\s+of|vein\s+of|spirit\s+of|reminiscent\s+of|love[ds]?|liked"
    r"|enjoy(?:ed)?|adore[ds]?|hate[ds]?|dislike[ds]?|loathed?|watch(?:ed|ing)?|saw|seen|"
    r"rewatch(?:ed|ing)?|finished|than|vs\.?|versus|compare|between|called|titled|named|about|as"
    r"|of|fan\s+of|putting\s+on|take|buy|bought|order|get|pick(?:ed)?|recommend(?:ed)?"
    r"|suggest(?:ed)?|with|have\s+you\s+got|do\s+you\s+have|is\s+there|"
    r"(?:movie|film|book|novel|series|show)s?|directed|starred|wrote|made|in|is|was|are|does|has|have"
    r"|and|or|but|not|plus)\s+(?:the\s+(?:movie|film|book|novel)\s+)?"
    r"|(?:像|类似(?:于)?|跟|和|与|比|喜欢|爱看|讨厌|买的|看的|用的|看过|看了|看完|读过|读完|追完|玩过|买过|买了|用过|不喜欢|觉得|推荐|就买|就要|要|叫|名叫|片子叫|还是"
    r"|或者|过|家的)\s*)$"
)
STRONG_SLOT = re.compile(
    r"(?:\b(?:something|anything|smth|sth|movies?|films?|books?|more|stuff|one|much)\s+like|\bsimilar\s+to"
    r"|\bstyle\s+of|\blines\s+of|\bvein\s+of|\bloved?|\bloves|\bliked|\benjoyed|\badored?|\bhated?|\bdisliked?"
    r"|\bloathed?|\bwatch(?:ed|ing)|\bsaw|"
    r"\bseen|\bread(?:ing)?|\bfinish(?:ed|ing)|\bput\s+down|\bthan|\bvs\.?|\bversus|\bcompare|\bbetween|\bcalled|\btitled|\bnamed|\bputting\s+on"
    r"|\bfan\s+of|\bdirected|像|类似|看过|看了|看完|读过|读完|追完|玩过|买过)\s*$"
)
AFTER_SLOT = re.compile(
    r"^\s*(?:$|[,.?!;]|(?:is|was|were|vs\.?|versus|and|or|but|which|made|bored|sucks?|sucked"
    r"|rocks?|has|had|blew|leaked|broke|again|tonight|instead|too|please|though)\b|我?(?:看|吃|买|用|读)过|太|很|真|那样|那种"
    r"|这样|这种|差不多|一样|哪|和|跟|还是|怎么样|咋样|好[看用吃喝听闻玩]|难[看用吃喝闻]|多[高大重长宽厚少]|还有(?:货)?[吗么没]|有货"
    r"|[用穿睡吃戴]着|是|能|会|挺|有点|吗|吧)"
)
_QUOTES_BEFORE, _QUOTES_AFTER = "\"'《<«", "\"'》>»"
_NUMBERED = re.compile(r"^\s+(?:part\s+)?(?:[2-9]|ii|iii|iv|vi|vii|viii)\b(?!\s*(?:is|and|or)\b)")
_YEAR_AFTER = re.compile(r"^\s*[(\[]?\s*((?:18|19|20)\d\d)\s*[)\]]?(?!\s*(?:元|块|年代))")
_SCENE_BEFORE = re.compile(
    r"\b(?:(?:set|based|takes?\s+place|shot|filmed|lives?|living|born|placed?)\s+(?:somewhere\s+)?in|every(?:\s+single)?|each|this|next|last"
    r"|around|over|during|through|it'?s|for)\s+$|(?:发生在|每年|今年|去年|过个|住在)$"
)
"""Behind these words stands where or when, not what: every Halloween."""
_TAKEN_ZH = re.compile(r"(?:就[要买拿选]?|[那这](?:个|款|套|双|条|只|把|台|件|盒))$")
_WHICH_ZH = re.compile(r"(?:哪|选哪|比[,，]?哪|有(?:什么|啥)区别|的?区别)[一个部本款]?")
_COMPARED_ZH = re.compile(rf"(?:和|跟|与|还是|、|比).{{2,12}}?{_WHICH_ZH.pattern}")
_COMPARED_WITH = re.compile(r"(?:和|跟|与|还是|、|比)$")
_LISTED = re.compile(r"\s*(?:,|&|and|or|,\s*and|,\s*or|和|跟|、|还有)\s*")
_NO_SLOT = re.compile(r"\b(?:for|on|at|during|before|after|since|until|till|to|into|hours?|a|an)\s+$")
_OPENERS = frozenset(
    {
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "she",
        "he",
        "they",
        "we",
        "i",
        "it",
        "before",
        "after",
        "in",
        "on",
    }
    | {"at", "for", "when", "what"}
)
_AN_ITEM = re.compile(
    r"\b(?:is|was|does|did|has|watch|see|saw|about|like|of|in|than|or|and|vs|versus|find|get)\s+(?:the\s+)?$|^\s*$"
)
_MOST_BEARERS = 5
"""A part of a title that more items bear names none of them."""
_MANY = 4
"""So many words of a title say enough, whatever words they are."""
_MAX_TITLES = 150
"""So many titles in one text are looked at, the longest first: bounds the time of any text."""

Named = tuple[int, int, str, tuple[str, ...], float]
"""``plain[start:end]`` names an item; further items of that name; how surely it does."""


def find_titles(scene: Scene) -> list[Named]:
    """The stretches that name an item by its title, as it is or as far as it tells the item from others shown."""
    spans: list[Named] = []
    covered = bytearray(len(scene.plain))
    titles = [match for match in scene.matches if match.titles]
    for match in sorted(titles, key=lambda m: (m.start - m.end, m.start))[:_MAX_TITLES]:
        start, end = scene.place(match.start, match.end)
        if any(covered[start:end]):
            continue
        sure = _sure(scene, match, start, end)
        if sure <= 0:
            continue
        chosen, others, end = _choose(scene, match.titles, start, end)
        if chosen is not None:
            spans.append((start, end, chosen, others, sure))
            covered[start:end] = b"\x01" * (end - start)
    return spans + _beside(scene, titles, spans, covered) if spans else spans


def _beside(scene: Scene, titles: list[Match], spans: list[Named], covered: bytearray) -> list[Named]:
    """Everyday words that are titles beside one that is named for sure: loved *heat* and casino, hated *speed*."""
    found: list[Named] = []
    for match in titles[:_MAX_TITLES]:
        start, end = scene.place(match.start, match.end)
        word = scene.words.texts[match.start]
        if any(covered[start:end]) or is_chinese(word) or match.end - match.start > 1 or match.values:
            continue
        exact = tuple(t for t in match.titles if t.exact and t.form != PART)
        if not exact or word in PRONOUN_TITLES or word in ENGLISH or word.isdigit():
            continue
        listed = any(
            _LISTED.fullmatch(scene.plain, end, s) or _LISTED.fullmatch(scene.plain, e, start)
            for s, e, *_ in spans
        )
        before, after = scene.plain[max(0, start - 40) : start], scene.plain[end : end + 24]
        if listed or (STRONG_SLOT.search(before) and AFTER_SLOT.match(after)):
            chosen, others, end = _choose(scene, exact, start, end)
            if chosen is not None:
                found.append((start, end, chosen, others, 0.6))
    return found


def _sure(scene: Scene, match: Match, start: int, end: int) -> float:
    """How surely a stretch that equals a title names the item; 0 where it does not."""
    words = scene.words.texts[match.start : match.end]
    before = scene.plain[max(0, start - 40) : start]
    after = scene.plain[end : end + 24]
    quoted = (
        before[-1:] in _QUOTES_BEFORE and before[-1:] != "" and after[:1] in _QUOTES_AFTER and after[:1] != ""
    )
    if quoted:
        return 1.0
    best = min(t.form for t in match.titles)
    if len(words) == 1 and _SCENE_BEFORE.search(before):
        return 0.0  # set in Venice
    if len(words) == 1 and (_within_a_value(scene, match) or (len(words[0]) == 1 and after[:1] == ".")):
        return 0.0  # game show; W. Earl Brown
    if best == PART and any(v.form == FULL and is_person(v.attribute) for v in match.values):
        return 0.0  # Wes Craven's New Nightmare
    shown = {facts.item_id for facts in scene.last}
    if any(t.item_id in shown and t.form != PART for t in match.titles) and not all(
        w in PRONOUN_TITLES for w in words
    ):
        return 0.95
    corrected = any(i in scene.corrected for i in range(match.start, match.end))
    if is_chinese(words[0]):
        return _sure_chinese(scene, match, start, end, before, after, best)
    telling = best == PART and len(words) == 1  # the one telling word of a title
    if _NUMBERED.match(after) or (not telling and len(words) == 1 and scene.within_a_name(start, end)):
        return 0.0
    capital = scene.capitalised(start, end) and not scene.shouted()
    inside = bool(re.search(r"[a-z0-9,/&+(-]\s*$", before)) or bool(re.search(r"[\u4e00-\u9fff]\s*$", before))
    opens = not scene.plain[scene.scopes.clause(start).start : start].strip()
    slot = bool(OPEN_SLOT.search(before)) or (opens and bool(AFTER_SLOT.match(after)))
    strong = bool(STRONG_SLOT.search(before))
    exact = any(t.exact for t in match.titles)
    if all(w in PRONOUN_TITLES or w.isdigit() for w in words):
        return 0.7 if capital and inside and slot and len("".join(words)) > 1 else 0.0
    plain_words = all(w in COMMON or fold(w) in COMMON or w.isdigit() for w in words) or (
        len(words) == 1 and not capital and (words[0] in SPELT_RIGHT or fold(words[0]) in SPELT_RIGHT)
    )
    if plain_words and not exact and not strong and not capital:
        return 0.0  # the kids are no The Kid
    if telling:
        if match.values or words[0] in SPELT_RIGHT or fold(words[0]) in SPELT_RIGHT or len(match.titles) > 1:
            return 0.0
        return 0.65 if strong or (capital and slot and inside) else 0.0
    if best == PART and not is_name(scene, match.start, match.end):
        return 0.0
    if best == PART:
        bearers = scene.lookup.neighbours(scene.words)[match.start : match.end - 1].min(initial=10_000)
        many = len(match.titles) > _MOST_BEARERS or _MOST_BEARERS < bearers < 10_000
        if plain_words or many:
            return 0.6 if capital and (strong or slot) and not many else 0.0
        return 0.7 if (capital and inside) or slot else 0.0
    if (
        any(v.form != PART for v in match.values) and len(words) == 1
    ):  # Western, Mystery, a brand: the value wins but after "I loved ..."
        return 0.75 if strong and capital and exact else 0.0
    if len(words) == 1:
        if re.search(r"\b(?:for|on|at|during|since|until|to)\s+$", before) and not slot:
            return 0.0
        if not exact and not corrected:
            return 0.0
        if plain_words:
            return (
                0.8
                if (strong and (capital or not inside))
                or (capital and inside and slot)
                or (capital and not inside and slot)
                else 0.0
            )
        if corrected:
            return 0.7 if slot and len(words[0]) > 5 else 0.0
        known_term = any(s == match.start and e == match.end for s, e, _ in scene.terms)
        if known_term:
            return 0.7 if strong or (capital and inside and slot) else 0.0
        ends = strong or bool(AFTER_SLOT.match(after))  # psycho killers are no Psycho
        return 0.85 if capital or (slot and ends) else (0.6 if not inside and not after.strip() else 0.0)
    content = [w for w in words if w not in ENGLISH]
    if words[0] in _OPENERS and not capital and not strong and len(words) < _MANY:
        return 0.0  # two hours of my life
    if not content or plain_words:
        return (
            0.8
            if capital or strong
            else (0.6 if (slot and content and not before.endswith("in ")) or len(words) > 3 else 0.0)
        )
    if (match.values and not (capital or slot)) or not is_name(scene, match.start, match.end):
        return 0.0
    if not capital and not strong and len(words) < _MANY and _mere_words(words, before):
        return 0.0
    return 0.95 if capital or slot or len(words) > 2 else 0.8


def _within_a_value(scene: Scene, match: Match) -> bool:
    """Whether a word is part of a longer value of the catalogue."""
    return any(
        m.start <= match.start
        and match.end <= m.end
        and m.end - m.start > 1
        and any(v.form == FULL for v in m.values)
        for m in scene.matches
    )


def _mere_words(words: list[str], before: str) -> bool:
    """Whether small letters merely say what they say: behind "for" and the like, after a word such as my, or where all
    are words that anybody writes (before the rain).
    """
    everyday = all(w in SPELT_RIGHT or fold(w) in SPELT_RIGHT for w in words)
    return bool(_NO_SLOT.search(before)) or words[0] in _OPENERS or (everyday and not _AN_ITEM.search(before))


def is_name(scene: Scene, first: int, last: int) -> bool:
    """Whether words name a thing ("Braun PowerBlend") and do not merely describe one ("Lenovo laptop"): some
    word that is no value of the catalogue is typed with a capital, holds a digit, or is no everyday word.
    """
    covered = scene.value_words
    if covered.isdisjoint(range(first, last)):
        return True
    for i in range(first, last):
        word = scene.words.texts[i]
        if i in covered or word in ENGLISH:
            continue
        capital = scene.text.said(*scene.place(i, i + 1))[:1].isupper() and not scene.shouted()
        if capital or not word.isalpha() or not (word in SPELT_RIGHT or word in scene.lexicon.content):
            return True
    return False


def _sure_chinese(
    scene: Scene, match: Match, start: int, end: int, before: str, after: str, best: int
) -> float:
    text = scene.plain[start:end]
    if text in CHINESE or match.values or (text.endswith("的") and scene.lookup.phrase(text[:-1])):
        return 0.0
    slot = bool(OPEN_SLOT.search(before)) or bool(AFTER_SLOT.match(after))
    length = match.end - match.start
    if length < 2 or scene.cuts_a_word(start, end):
        return 0.0
    known = any(s <= match.start and e >= match.end for s, e, _ in scene.terms)
    if length == 2 or known or (best == PART and length < 5):
        taken = length > 3 and _TAKEN_ZH.search(before)
        compared = _COMPARED_ZH.match(after) or (_COMPARED_WITH.search(before) and _WHICH_ZH.match(after))
        strong = taken or compared or STRONG_SLOT.search(before)
        return 0.7 if (slot or compared) and not known and strong else 0.0
    if length == 3:
        return 0.75 if slot else 0.0
    return 0.9


def _choose(
    scene: Scene, titles: tuple[TitleTarget, ...], start: int, end: int
) -> tuple[str | None, tuple[str, ...], int]:
    """The item meant among those that bear a name: shown ones, then exact words, whole titles, the year said
    behind.
    """
    shown = {facts.item_id for facts in scene.last}
    years = {t.item_id: _year(scene, t) if t.form == PART else 0 for t in titles}
    ranked = sorted(
        titles, key=lambda t: (t.item_id not in shown, not t.exact, t.form, years[t.item_id], t.code)
    )
    first = ranked[0]
    rivals = (
        [t for t in ranked if (t.exact, t.form) == (first.exact, first.form)]
        if first.item_id not in shown
        else [first]
    )
    year = _YEAR_AFTER.match(scene.plain[end : end + 12])
    if year:
        end += year.end()
        dated = [t for t in ranked if _has_year(scene, t.item_id, int(year.group(1)))]
        if dated:
            first = dated[0]
        elif scene.lexicon.notions["year"].attribute and scene.plain[
            end - len(year.group()) : end
        ].strip().startswith(("(", "[")):
            return None, (), end  # another film of that name
    if first.form == PART and len(rivals) > _MOST_BEARERS:
        return None, (), end
    return first.item_id, tuple(t.item_id for t in rivals if t.item_id != first.item_id)[:5], end


def _year(scene: Scene, title: TitleTarget) -> int:
    """The year of an item, late where none is known: of films that share a part of their titles the first is meant."""
    facts = scene.lookup.item(title.item_id)
    return (facts.year if facts else None) or 9999


def _has_year(scene: Scene, item_id: str, year: int) -> bool:
    facts = scene.lookup.item(item_id)
    return facts is not None and (facts.year == year or any(f"({year})" in t for t in facts.titles))
