"""Items named in an utterance: which stretch names which item, and what is felt about it.

A title of several words is a mention wherever it stands; everyday words are one only where the sentence says
so: in quotes, with a capital inside the sentence, or in a place where an item stands ("I loved ...",
"something like ...").
"""

import re
from dataclasses import dataclass

from palate.catalogue.lookup import PART, ItemFacts, Match, TitleTarget
from palate.catalogue.lookup_words import fold, folded, is_chinese, normal, words_of
from palate.understanding.act_model import FEEDBACK
from palate.understanding.cues import Cues, feelings
from palate.understanding.scene import Scene
from palate.understanding.stopwords import CHINESE, COMMON, ENGLISH, PRONOUN_TITLES, SPELT_RIGHT
from palate.values import Sentiment

_OPEN_SLOT = re.compile(
    r"(?:\b(?:like|similar\s+to|lines\s+of|says?|said|style\s+of|vein\s+of|spirit\s+of|reminiscent\s+of|love[ds]?|liked"
    r"|enjoy(?:ed)?|adore[ds]?|hate[ds]?|dislike[ds]?|loathed?|watch(?:ed|ing)?|saw|seen|"
    r"rewatch(?:ed|ing)?|finished|than|vs\.?|versus|compare|between|called|titled|named|about|as"
    r"|of|fan\s+of|putting\s+on|take|buy|bought|order|get|pick(?:ed)?|recommend(?:ed)?"
    r"|suggest(?:ed)?|with|"
    r"(?:movie|film|book|novel|series|show)s?|directed|starred|wrote|made|in|is|was|are|does|has|have"
    r"|and|or|but|not|plus)\s+(?:the\s+(?:movie|film|book|novel)\s+)?"
    r"|(?:像|类似(?:于)?|跟|和|与|比|喜欢|爱看|讨厌|买的|看的|用的|看过|看了|看完|读过|买过|买了|用过|不喜欢|觉得|推荐|就买|就要|要|叫|名叫|片子叫|还是"
    r"|或者|过|家的)\s*)$"
)
_STRONG_SLOT = re.compile(
    r"(?:\b(?:something|anything|smth|sth|movies?|films?|books?|more|stuff|one|much)\s+like|\bsimilar\s+to"
    r"|\bstyle\s+of|\blines\s+of|\bvein\s+of|\bloved?|\bloves|\bliked|\benjoyed|\badored?|\bhated?|\bdisliked?"
    r"|\bloathed?|\bwatch(?:ed|ing)|\bsaw|"
    r"\bseen|\bthan|\bvs\.?|\bversus|\bcompare|\bbetween|\bcalled|\btitled|\bnamed|\bputting\s+on"
    r"|\bfan\s+of|\bdirected|像|类似|看过|看了|看完|读过|买过)\s*$"
)
_AFTER_SLOT = re.compile(
    r"^\s*(?:$|[,.?!;]|(?:is|was|were|vs\.?|versus|and|or|but|which|made|bored|sucks?|sucked"
    r"|rocks?|has|had|blew|leaked|broke|again|tonight|instead|too|please|though)\b|我?(?:看|吃|买|用|读)过|太|很|真|那样|那种"
    r"|这样|这种|差不多|一样|哪|和|跟|还是|怎么样|好看|难看|吗|吧)"
)
_QUOTES_BEFORE, _QUOTES_AFTER = "\"'《<«", "\"'》>»"
_NUMBERED = re.compile(r"^\s+(?:part\s+)?(?:[2-9]|ii|iii|iv|vi|vii|viii)\b(?!\s*(?:is|and|or)\b)")
_YEAR_AFTER = re.compile(r"^\s*[(\[]?\s*((?:18|19|20)\d\d)\s*[)\]]?(?!\s*(?:元|块|年代))")
_EXPECTED = re.compile(
    r"\b(?:thought|expected|figured|assumed|feared)\s+(?:i'?d|i\s+would|it\s+would|to|it'?d)\s*(?:be\s+)?$|(?:以为|本来觉得|原以为).{0,4}$"
)
_MORE_OF_IT = re.compile(
    r"\b(?:similar|like\s+(?:that|it|this)|along\s+those\s+lines|(?:sort|kind|type)\s+of\s+(?:thing|vibe|film|movie|book)|vibes?)\b|类似|差不多|同类|这种|那种"
)
_MAX_TITLES = 150
"""So many titles in one text are looked at, the longest first: bounds the time of any text."""
_DIRECTED = ("compare", "explain", "accept")
_ABOUT = re.compile(
    r"^\s*(?:is|does|has|how|what|who|when|where|was|are|can|did|tell\s+me|do\s+you\s+have"
    r"|have\s+you\s+got|got)\b|吗|呢|怎么样|多少|几|什么|有没有"
)


Named = tuple[int, int, str, tuple[str, ...], float]
"""``plain[start:end]`` names an item; further items of that name; how surely it does."""


@dataclass(frozen=True, slots=True)
class Found:
    """An item named at ``plain[start:end]``; ``others``: further items of that name; ``sure``: 0 to 1."""

    start: int
    end: int
    item_id: str
    sentiment: Sentiment
    others: tuple[str, ...]
    sure: float


def find_titles(scene: Scene, cues: Cues) -> list[Named]:
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
    return spans + _shown(scene, cues, [(s, e) for s, e, *_ in spans])


def find_mentions(scene: Scene, cues: Cues, titles: list[Named]) -> list[Found]:
    """The items that are named, in order of place, none overlapping: ``titles``, and goods named by a few words."""
    spans = sorted(titles + _pieces(scene, cues, [(s, e) for s, e, *_ in titles]))
    places = [(s, e) for s, e, *_ in spans]
    scene.mask(places)
    moods = [mood for mood in feelings(scene.masked) if not _EXPECTED.search(scene.masked[: mood[0]][-40:])]
    return [
        Found(s, e, item, _sentiment(scene, cues, moods, s, e), others, sure)
        for s, e, item, others, sure in spans
    ]


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
    inside = bool(re.search(r"[a-z0-9,]\s*$", before)) or bool(re.search(r"[\u4e00-\u9fff]\s*$", before))
    slot = bool(_OPEN_SLOT.search(before)) or (not before.strip() and bool(_AFTER_SLOT.match(after)))
    strong = bool(_STRONG_SLOT.search(before))
    exact = any(t.exact for t in match.titles)
    if all(w in PRONOUN_TITLES or w.isdigit() for w in words):
        return 0.7 if capital and inside and slot and len("".join(words)) > 1 else 0.0
    plain_words = all(w in COMMON or fold(w) in COMMON or w.isdigit() for w in words)
    if telling:
        if match.values or words[0] in SPELT_RIGHT or fold(words[0]) in SPELT_RIGHT or len(match.titles) > 1:
            return 0.0
        return 0.65 if strong or (capital and slot and inside) else 0.0
    if best == PART and not _is_name(scene, match.start, match.end):
        return 0.0
    if best == PART:
        many = len(match.titles) > 3
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
        return 0.85 if capital or slot else (0.6 if not inside and not after.strip() else 0.0)
    content = [w for w in words if w not in ENGLISH]
    if not content or plain_words:
        return (
            0.8
            if capital or strong
            else (0.6 if (slot and content and not before.endswith("in ")) or len(words) > 3 else 0.0)
        )
    if (match.values and not (capital or slot)) or not _is_name(scene, match.start, match.end):
        return 0.0
    return 0.95 if capital or slot or len(words) > 2 else 0.8


def _is_name(scene: Scene, first: int, last: int) -> bool:
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
    slot = bool(_OPEN_SLOT.search(before)) or bool(_AFTER_SLOT.match(after))
    length = match.end - match.start
    if length < 2 or scene.cuts_a_word(start, end):
        return 0.0
    known = any(s <= match.start and e >= match.end for s, e, _ in scene.terms)
    if length == 2 or known or (best == PART and length < 5):
        return 0.7 if slot and not known and bool(_STRONG_SLOT.search(before)) else 0.0
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
    ranked = sorted(titles, key=lambda t: (t.item_id not in shown, not t.exact, t.form, t.code))
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
    if first.form == PART and len(rivals) > 5:
        return None, (), end
    return first.item_id, tuple(t.item_id for t in rivals if t.item_id != first.item_id)[:5], end


def _has_year(scene: Scene, item_id: str, year: int) -> bool:
    facts = scene.lookup.item(item_id)
    return facts is not None and (facts.year == year or any(f"({year})" in t for t in facts.titles))


def _shown(scene: Scene, cues: Cues, taken: list[tuple[int, int]]) -> list[Named]:
    """Items shown last, named by a stretch of their titles that no other shown item has, where one of them is
    spoken of.
    """
    if not scene.last:
        return []
    spoken_of = any(c in cues for c in (*_DIRECTED, "feel_bad", "feel_good")) or (
        "question" in cues and "request" not in cues
    )
    titles = [" ".join(_title_folds(facts)) for facts in scene.last]
    out: list[Named] = []
    folds = scene.words.folds[:400]
    i = 0
    while i < len(folds):
        best: tuple[int, int] | None = None
        for j in range(i + 1, min(len(folds), i + 14) + 1):
            said = " ".join(folds[i:j])
            owners = [k for k, title in enumerate(titles) if f" {said} " in f" {title} "]
            if not owners:
                break
            if len(owners) == 1 and _tells(scene, i, j) and (spoken_of or _by_name(scene, i, j)):
                best = (j, owners[0])
        if best:
            start, end = scene.place(i, best[0])
            if not any(start < e and s < end for s, e in taken):
                out.append((start, end, scene.last[best[1]].item_id, (), 0.8))
            i = best[0]
        else:
            i += 1
    names: dict[str, Named] = {}
    for span in out:  # the longest stretch names the item, others are words about it
        old = names.get(span[2])
        if old is None or span[1] - span[0] > old[1] - old[0]:
            names[span[2]] = span
    return list(names.values())


def _title_folds(facts: ItemFacts) -> list[str]:
    return [f for title in facts.titles for f in [*folded(title), "|"]]


def _by_name(scene: Scene, i: int, j: int) -> bool:
    """Whether words that are part of a shown title are said as a name: with capitals, three of them or more."""
    start, end = scene.place(i, j)
    return j - i >= 3 and not is_chinese(scene.words.texts[i]) and scene.capitalised(start, end)


def _tells(scene: Scene, i: int, j: int) -> bool:
    words = scene.words.texts[i:j]
    start, end = scene.place(i, j)
    if is_chinese(words[0]):
        text = scene.plain[start:end]
        if j - i < 2 or text in CHINESE or scene.cuts_a_word(start, end):
            return False
        return j - i >= 3 and not any(
            s <= i and e >= j for s, e, terms in scene.terms if any(t.kind != "near" for t in terms)
        )
    content = [w for w in words if w not in COMMON and not w.isdigit()]
    values = any(m.start <= i and m.end >= j and m.values for m in scene.matches)
    return len(content) >= 1 and j - i >= 2 and not values


def _pieces(scene: Scene, cues: Cues, taken: list[tuple[int, int]]) -> list[Named]:
    """Goods named by a few words of a long title, only where the sentence speaks of a thing: felt about,
    compared, asked.
    """
    speaks = (
        scene.chance(*FEEDBACK, "compare", "accept") > 0.6
        or "compare" in cues
        or "like_this" in cues
        or "feel_good" in cues
        or "feel_bad" in cues
        or "explain" in cues
        or "accept" in cues
    )
    asks = "question" in cues and "request" not in cues
    if not (speaks or asks):
        return []
    out: list[Named] = []
    said = set(scene.words.folds)
    for run in scene.lookup.runs(scene.words, limit=3):
        words = scene.words.texts[run.start : run.end]
        start, end = scene.place(run.start, run.end)
        if any(start < e and s < end for s, e in taken) or any(start < e and s < end for s, e, *_ in out):
            continue
        before = scene.plain[max(0, start - 40) : start]
        after = scene.plain[end : end + 24]
        if is_chinese(words[0]):
            facts = scene.lookup.item(run.item_ids[0])
            share = len(words) / max(1, len(words_of(normal(facts.titles[0]))) if facts else 1)
            if len(words) < 4 or share < 0.5 or scene.cuts_a_word(start, end):
                continue
        else:
            content = [w for w in words if w not in COMMON and not w.isdigit()]
            if not _is_name(scene, run.start, run.end):
                continue
            if len(content) < 2 and not (len(content) == 1 and any(c.isdigit() for c in content[0])):
                continue
            if not (scene.capitalised(start, end) or _OPEN_SLOT.search(before) or _AFTER_SLOT.match(after)):
                continue
            if scene.scopes.denied(start, end) and "compare" not in cues:
                continue
        ids = sorted(run.item_ids, key=lambda item: -len(said.intersection(_folds_of(scene, item))))
        out.append((start, end, ids[0], tuple(ids[1:]), 0.75 if len(run.item_ids) == 1 else 0.5))
    return out


def _folds_of(scene: Scene, item_id: str) -> list[str]:
    facts = scene.lookup.item(item_id)
    return _title_folds(facts) if facts else []


def _sentiment(
    scene: Scene, cues: Cues, moods: list[tuple[int, int, bool]], start: int, end: int
) -> Sentiment:
    """What is felt about an item: "something like" it, the feeling word before it in its clause, else the one
    behind it.
    """
    clause = scene.scopes.clause(start)
    before = scene.masked[max(clause.start, start - 40) : start]
    if re.search(
        r"\b(?:like|similar\s+to|style\s+of|vein\s+of|lines\s+of|spirit\s+of|reminiscent\s+of"
        r"|akin\s+to|close\s+to|alternatives?\s+to|as\s+good\s+as)\s+[^a-z0-9]*(?:the\s+(?:movie"
        r"|film)\s+)?$", before) and not re.search(
        r"\b(?:don'?t|didn'?t|not|never|doesn'?t)\s+(?:really\s+)?(?:like|look\s+like)\s+\W*$", before
    ):  # fmt: skip
        return (
            "dislike"
            if re.search(r"\b(?:nothing|not|never|isn'?t)\s+(?:\w+\s+)?(?:like|similar\s+to)\s+\W*$", before)
            else "like"
        )
    if re.search(r"(?:像|类似(?:于)?)[^,。]{0,6}$", before) or re.match(
        r"[》\"]?\s*(?:那样|那种|这种|这样|差不多|类似|一样的|同类|风格)", scene.masked[end : end + 10]
    ):
        return "like"
    if "compare" in cues and not re.search(r"\b(?:loved|hated)\b", before):
        return "neutral"
    near = [m for m in moods if clause.start <= m[0] < start and (m[1] <= start or m[1] >= end)]
    behind = [m for m in moods if end <= m[0] < clause.end]
    previous = [m for m in moods if m[1] <= clause.start and clause.start - m[1] <= 40]
    later = [m for m in moods if clause.end <= m[0] <= clause.end + 40]
    if near:
        return "like" if near[-1][2] else "dislike"
    if behind and not ("question" in cues and "?" in scene.plain):
        return "like" if behind[0][2] else "dislike"
    if "accept" in cues:
        return "like"
    if re.match(r"\s*(?:and|or|,|和|跟|、|or\s+)\s*$", scene.masked[clause.start : start]) and previous:
        return "like" if previous[-1][2] else "dislike"
    if later and "question" not in cues:
        return "like" if later[0][2] else "dislike"
    expected = re.search(r"\b(?:thought|expected|figured)\b|以为", before)
    if scene.scopes.denied(start, end) and not expected and "unseen" not in cues:
        return "dislike"
    if scene.chance(*FEEDBACK) > 0.5:
        return scene.feeling
    if _MORE_OF_IT.search(scene.masked[end : end + 60]):
        return "like"
    asks = _ABOUT.search(scene.masked) if "request" not in cues or "question" in cues else None
    if asks or "explain" in cues or "like_this" not in cues:
        return "neutral"
    return "like"


def unique(items: list[Found]) -> list[Found]:
    """The first mention of each item."""
    return list({m.item_id: m for m in reversed(items)}.values())[::-1]
