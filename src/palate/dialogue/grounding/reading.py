"""Reading a sentence of a reply: its titles, ordinals and pronouns, put together into what it speaks of."""

import re
from collections.abc import Sequence
from dataclasses import replace

from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_words import words_of
from palate.dialogue.grounding.descriptions import described
from palate.dialogue.grounding.facts import Facts
from palate.dialogue.grounding.pronouns import TARGET, numbered, pronouns
from palate.dialogue.grounding.said import Anchor, Focus, Said
from palate.dialogue.grounding.titles import find_titles
from palate.dialogue.grounding.vocabulary import Vocabulary
from palate.understanding.normalise import normalise
from palate.understanding.scene import BLANK

_ZH_TARGET_AFTER = re.compile(
    r"^[\"”」》]?\s*(?:的?(?:[一二两三四五六七八九十\d.]+倍|一半)|相比|比起来|相较)"
)
_PERSONAL = re.compile(
    r"(?:\byou(?:'ve|\s+have|\s+had|'d|\s+already|\s+previously|\s+recently"
    r"|\s+once)*\s+(?:really\s+|also\s+)?(?:like|love|enjoy|buy|bought|purchase|save|view|see"
    r"|saw|watch|own|rate|mention|name|put|share|look|add|hate|dislike|choose|chose|pick|say"
    r"|said|speak|spoke)\w*(?:\s+(?:at|of|about|buying|watching|reading))?"
    r"|\b(?:who|that)\s+(?:chose|choose|pick|picked|like|liked|bought|buy|own|enjoyed|love"
    r"|loved)|\byour\s+(?:love|taste|liking|interest)\s+(?:of|for|in)"
    r"|(?:您|你)(?:之前|曾经?|已经?|刚才?|刚刚)?(?:喜欢|买过|买了|看过|看了|收藏了?|打了高分|提到了?|分享了?|说过|把|选了|给)|喜欢|买过|看过|收藏过?"
    r"|提到[的了过]?|选(?:了|择了))\s*(?:the|a|an)?\s*[\"“「《]?\s*$"
)
_JOIN = re.compile(
    r"[?!]?[\"”」』》]?\s*(?:\([^()]*\)|（[^（）]*）|\([^()）]*[)）])?\s*(?:,\s*(?:and|or|plus)?|、|and|or"
    r"|&|plus|as\s+well\s+as|和|与|跟|以及|及|或|还有|及其)\s*(?:the\s+|also\s+)?[\"“「『《]?\s*"
)
_QUOTED = re.compile(r"[\"“]([^\"”]{1,120})[\"”]|「([^」]{1,120})」|『([^』]{1,120})』|《([^》]{1,120})》")


def read(sentence: str, facts: Facts, focus: Focus, vocabulary: Vocabulary) -> Said:
    """Read a sentence of a reply."""
    text = normalise(sentence)
    words = words_of(text.plain)
    said = Said(sentence, text, words, [], [], facts, focus, explained=[False] * len(words))
    said.values, said.names = vocabulary.values(words), vocabulary.names(words)
    titles = find_titles(text, words, facts.things, _telling(said))
    said.plain = _blanked(text.plain, titles)
    said.quotes = [match.span() for match in _QUOTED.finditer(sentence)]
    taken = [(one.start, one.end) for one in titles]
    people = [v for v in said.values if all(is_person(name) for name, _ in v.values)]
    called = [(words.starts[v.first], words.ends[v.last - 1]) for v in people]  # Kirk Jones #1
    numbers = numbered(said, titles, taken + called)
    taken += [(one.start, one.end) for one in numbers]
    anchors = sorted((*titles, *numbers, *described(said, taken)), key=lambda one: one.start)
    for one in anchors:
        said.explain(one.start, one.end)
    anchors = _joined([_marked(one, text.plain) for one in anchors], text.plain)
    said.anchors = anchors
    stand_ins = pronouns(said)
    for one in stand_ins:
        said.explain(one.start, one.end)
    said.anchors = sorted((*anchors, *stand_ins), key=lambda one: one.start)
    return said


def _blanked(plain: str, titles: Sequence[Anchor]) -> str:
    for one in titles:
        plain = plain[: one.start] + BLANK * (one.end - one.start) + plain[one.end :]
    return plain


def _marked(anchor: Anchor, plain: str) -> Anchor:
    before = plain[max(0, anchor.start - 60) : anchor.start]
    target = anchor.target or bool(
        TARGET.search(before)
        or _PERSONAL.search(before)
        or _ZH_TARGET_AFTER.match(plain[anchor.end : anchor.end + 8])
    )
    return replace(anchor, target=target)


def _joined(anchors: Sequence[Anchor], plain: str) -> list[Anchor]:
    out: list[Anchor] = []
    for one in anchors:
        last = out[-1] if out else None
        gap = plain[last.end : one.start] if last is not None else ""
        compared = last is not None and last.target and not re.search(r"\b(?:and|or)\b|[&、和与跟及或]", gap)
        again = one.kind == "number" and last is not None and all(t in last.things for t in one.things)
        if last is not None and not compared and not again and _JOIN.fullmatch(gap):
            parts = (*(last.parts or (last,)), one)
            things = tuple({t.item_id: t for part in parts for t in part.things}.values())
            out[-1] = Anchor(last.start, one.end, things, "group", last.target, 0, parts)
        else:
            out.append(one)
    return out


def _telling(said: Said) -> list[tuple[int, int]]:
    """Words that say what a thing is like, and so name none, though one has them in its title (可折叠)."""
    values = [(one.first, one.last) for one in said.values if any(name != "brand" for name, _ in one.values)]
    return values + [(one.first, one.last) for one in said.names if one.flags]
