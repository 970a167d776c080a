"""Items named in an utterance by some words of their titles: goods of long titles, and those shown last."""

import re
from dataclasses import replace

from palate.catalogue.lookup import FULL, ItemFacts, TitlePart, folded_title
from palate.catalogue.lookup_parts import MOST_WORDS
from palate.catalogue.lookup_words import is_chinese, normal
from palate.understanding.act_model import FEEDBACK
from palate.understanding.cues import Cues
from palate.understanding.scene import Scene
from palate.understanding.stopwords import CHINESE, COMMON, ENGLISH, NO_KEYWORDS, SPELT_RIGHT
from palate.understanding.titles import AFTER_SLOT, OPEN_SLOT, STRONG_SLOT, Named, is_name

PARTLY = 0.75
"""How sure a name by some words of a title is, where one item alone has them."""
_DIRECTED = ("compare", "explain", "accept")
_SPEAKS = ("compare", "like_this", "feel_good", "feel_bad", "explain", "accept")
_GAP = re.compile(r"\s*(?:['\u2019.&/+-]|['\u2019]s\b)?\s*|!")
_STEPPED_OVER = frozenset(["the", "of", "by", "in", "的", "那", "款", "个", "这"])
_POINTED = re.compile(r"\b(?:the|that|this|my|your|our|his|her|their|those|these)\s+$")
_ANY = re.compile(r"\b(?:an?|any|some|no|another|more|new|good|best|cheap(?:er|est)?)\s+$")
"""Behind these words stands a kind of thing, not a certain one."""
_POINTED_ZH = re.compile(
    r"(?:[那这](?:个|款|条|双|张|只|把|台|本|件|套|部|支|盒)|我(?:的|买的|家的?)|上次(?:买)?的?|你们?(?:的|家的?))$"
)
_POINTED_BACK_ZH = re.compile(r"(?:的)?[那这](?:个|款|条|双|张|只|把|台|本|件|套|部|支|盒)")
_CODE = re.compile(r"\d{3,}(?P<unit>[a-z]{1,3})|(?=[a-z]*\d)(?=\d*[a-z])(?!\d+[a-z]+$)[a-z0-9]{4,}")
_PLAIN_SHARE = 0.3
"""Of a title so much must be said where nothing but capitals says that it is one: Ferris Bueller."""
_MOST_RIVALS = 5
_EDGES = "的了那款个这"
_SAID_OF_ZH = re.compile(
    r"(?:我家?[^,。]{0,4})?(?:[用穿睡吃戴玩]着|太|真|挺|很|有点|掉|缩水|起球|坏|好[看用吃喝听闻]|难[看用吃闻]|多[高大重长宽厚少]"
    r"|还有(?:货)?[吗么没]|有货|[能会是][^,。]{0,8}[吗么]|怎么[样洗用装])"
)
_MUCH_ZH, _SHARE_ZH, _NOUN_ZH = 4, 0.4, 3
"""Characters, and their share of a title, that name it; characters of its noun that do where it is spoken of."""


def shown_by_part(scene: Scene, cues: Cues, taken: list[tuple[int, int]]) -> list[Named]:
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
    return [f for title in facts.titles for f in (*folded_title(title), "|")]


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
    if len(content) == 1 and (content[0] in SPELT_RIGHT or (words[0] in ENGLISH and words[0] != "the")):
        return False  # in a pack
    values = any(m.start <= i and m.end >= j and m.values for m in scene.matches)
    return len(content) >= 1 and j - i >= 2 and not values


def named_by_part(scene: Scene, cues: Cues, titles: list[Named]) -> list[Named]:
    """Goods named by some words of a long title, where the sentence speaks of one thing: felt about, compared, asked
    after, pointed to. Shorter ``titles`` within such a name give way to it.
    """
    words = scene.words
    joined = [
        i > 0 and _GAP.fullmatch(scene.plain[words.ends[i - 1] : words.starts[i]]) is not None
        for i in range(min(len(words), MOST_WORDS))
    ]
    small = [
        w in _STEPPED_OVER and (w.isascii() or (i > 0 and is_chinese(words.texts[i - 1])))
        for i, w in enumerate(words.texts[:MOST_WORDS])
    ]
    speaks = scene.chance(*FEEDBACK, "compare", "accept") > 0.6 or any(cue in cues for cue in _SPEAKS)
    asks = "question" in cues and "request" not in cues
    shown = {facts.item_id for facts in scene.last}
    out: list[Named] = []
    for part in scene.lookup.parts(words, joined, small, limit=_MOST_RIVALS):
        start, end = scene.place(part.start, part.end)
        met = [t for t in titles if start < t[1] and t[0] < end]
        if any(
            item in shown or not (start <= s and e <= end and e - s < end - start) for s, e, item, *_ in met
        ):
            continue
        part = _of_brand(scene, part)
        before = scene.plain[max(0, start - 40) : start]
        told = speaks or asks or bool(STRONG_SLOT.search(before)) or before.endswith("比")
        if is_chinese(words.texts[part.start]):
            named = _names_chinese(scene, part, told=told)
        else:
            named = _names(scene, part, told=told)
        if named and not (scene.scopes.denied(start, end) and "compare" not in cues and not speaks):
            sure = PARTLY if len(part.item_ids) == 1 else 0.5
            ids = sorted(part.item_ids, key=lambda item: item not in shown)
            out.append((start, end, ids[0], tuple(ids[1:]), sure))
    return out


def _of_brand(scene: Scene, part: TitlePart) -> TitlePart:
    """Only those of a brand that the sentence names, where some are: 罗技 B110 is no HEISSNER B110."""
    if len(part.item_ids) == 1:
        return part
    brand = scene.lexicon.notions["brand"].attribute
    said = {(v.attribute, v.value) for v in scene.values_said if brand and v.attribute == brand.name}
    of_it = [i for i in part.item_ids if (facts := scene.lookup.item(i)) and said.intersection(facts.values)]
    return replace(part, item_ids=tuple(of_it)) if of_it else part


def _names(scene: Scene, part: TitlePart, *, told: bool) -> bool:
    """Whether words of a title name the item, and do not merely say what it is like. ``told``: the sentence speaks of
    a thing.
    """
    start, end = scene.place(part.start, part.end)
    before, after = scene.plain[max(0, start - 40) : start], scene.plain[end : end + 24]
    texts = [scene.words.texts[i] for i in part.said]
    content = [w for w in texts if w not in COMMON and not w.isdigit()]
    coded = any(_is_code(scene, w) for w in texts)
    pointed = bool(_POINTED.search(before))
    valued = any(
        (m.start, m.end) == (part.start, part.end) and any(v.form == FULL for v in m.values)
        for m in scene.matches
    )
    if valued or (len(content) < 2 and not coded):
        return False
    if _ANY.search(before) and not STRONG_SLOT.search(_ANY.sub("", before)):
        return False  # a Canon lens is no certain one
    if coded and len(part.item_ids) == 1:
        return True
    capital = scene.capitalised(start, end) and not scene.shouted()
    if not is_name(scene, part.start, part.end):
        return told and pointed and not scene.last and len(content) > 2 and len(part.item_ids) == 1
    if not (told or pointed):
        return capital and len(texts) > 1 and part.share >= _PLAIN_SHARE and len(part.item_ids) == 1
    return pointed or capital or bool(OPEN_SLOT.search(before) or AFTER_SLOT.match(after))


def _is_code(scene: Scene, word: str) -> bool:
    """Whether a word is a maker's number: B110, un75tu8000; no amount (128gb)."""
    found = _CODE.fullmatch(word)
    return found is not None and found["unit"] not in scene.lexicon.units


def _names_chinese(scene: Scene, part: TitlePart, *, told: bool) -> bool:
    start, end = scene.place(part.start, part.end)
    before, after = scene.plain[max(0, start - 12) : start], scene.plain[end : end + 12]
    pointed = bool(_POINTED_ZH.search(before) or _POINTED_BACK_ZH.match(after))
    text = scene.plain[start:end]
    told = told or bool(_SAID_OF_ZH.match(after))
    if not (told or pointed) or scene.cuts_a_word(start, end) or text[0] in _EDGES or text[-1] in _EDGES:
        return False
    telling = [
        s.text
        for s in scene.segments_near(start, end)
        if s.tag[:1] in "njlagztsi" and s.text not in NO_KEYWORDS
    ]
    if sum(map(len, telling)) < _NOUN_ZH:
        return False  # 看不下去 stands in a title, and names none
    if len(part.said) >= _MUCH_ZH and part.share >= _SHARE_ZH:
        return True
    facts = scene.lookup.item(part.item_ids[0])
    noun = facts is not None and any(normal(t).endswith(text) for t in facts.titles)
    one = len(part.item_ids) == 1 and len(part.said) >= _NOUN_ZH and noun
    valued = any(m.values and m.start <= part.start and part.end <= m.end for m in scene.matches)
    return one and not valued and (pointed or bool(_SAID_OF_ZH.match(after)) or "哪" in after)
