"""Yes-or-no attributes that a sentence claims, and names of attributes, which claim nothing by themselves."""

import re

from palate.catalogue.lookup_forms import name_phrase
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.plain_words import bases
from palate.dialogue.grounding.vocabulary import Named
from palate.dialogue.grounding.words import chinese_states_nothing, states_nothing
from palate.understanding.segmentation import in_dictionary
from palate.values import Evidence


def flags(q: Inquiry) -> None:
    seen: list[tuple[int, int]] = []
    claims: list[tuple[int, int, tuple[str, ...], list[str]]] = []
    for valued, start, end, folds in q.free_values():
        names = tuple(n for n, _ in valued.values if n in q.vocabulary.flags)
        if names or not valued.values:
            claims.append((start, end, names, folds))
    for named in q.named:
        start, end = q.span(named)
        if (
            named.flags
            and not _names_another(q, named)
            and not q.in_title(start, end)
            and not any(s <= start and end <= e for s, e, *_ in claims)
        ):
            claims.append((start, end, named.flags, list(q.said.words.folds[named.first : named.last])))
    for start, end, names, folds in claims:
        if any(s < end and start < e for s, e in seen):
            continue
        seen.append((start, end))
        if q.open(start) and (not q.said.things or (q.wished(folds) and not q.offered_for(start, names))):
            q.said.explain(start, end)
            continue
        if (q.personal(start) or q.nothing) and q.wished(folds):
            q.said.explain(start, end)
            continue
        negative = q.denied(start, end)
        word = q.plain[start:end]
        if not names and (states_nothing(word) or chinese_states_nothing(word)):
            continue

        def true(
            thing: Thing,
            names: tuple[str, ...] = names,
            folds: list[str] = folds,
            negative: bool = negative,
        ) -> bool:
            known = [thing.flags[name] for name in names if name in thing.flags]
            known += [
                v for name, v in thing.flags.items() if name not in names and _spelt_out(q, name, folds)
            ]
            if known:
                return any(value != negative for value in known)
            return thing.text.says(folds, negative=negative)

        if not q.holds(start, true):
            raise Unsupported(("not " if negative else "") + word)
        for name in names:
            q.evidence.setdefault(Evidence("field", name))
        q.said.explain(start, end)


def _spelt_out(q: Inquiry, name: str, folds: list[str]) -> bool:
    """Whether the clause has all words of an attribute's name, these among them: hot-swapping the battery."""
    words = set(name_phrase(name))
    if len(words) < 2 or not set(folds) <= words:
        return False
    said = set(q.said.words.folds)
    said |= {form for fold in q.said.words.folds for form in bases(fold)}
    return words <= said


def _names_another(q: Inquiry, named: Named) -> bool:
    """Whether words that name a yes-or-no attribute name another here: the colour of a thing, in a shop where printers
    have one or have none; Intel, in a shop with a yes-or-no "Intel demand based switching".
    """
    others = set(named.attributes) - set(named.flags)
    if any(thing.has(name) for thing in q.said.subject(q.span(named)[0]).things for name in others):
        return True
    return any(
        (value.first, value.last) == (named.first, named.last)
        and any(name not in q.vocabulary.flags for name, _ in value.values)
        for value in q.valued
    )


def names(q: Inquiry) -> None:
    """An attribute's name by itself claims nothing ("its colour"); of a yes-or-no one see ``_flags``."""
    for named in q.named:
        start, end = q.span(named)
        flag = named.flags and not _names_another(q, named)
        spare = not named.attributes and re.search(
            r"\bthe\s+(?:\w+\s+)?$", q.plain[max(0, start - 24) : start]
        )
        if _within_word(q, start, end) or (spare and not q.said.things):
            continue  # the spare cable: an accessory that is taken for granted
        if flag or q.in_title(start, end) or all(q.said.explained[named.first : named.last]):
            continue
        if (
            q.open(start)
            or q.holds(start, lambda thing, named=named: any(thing.has(n) for n in named.attributes))
            or q.wished(list(q.said.words.folds[named.first : named.last]))
        ):
            q.account(named)


def _within_word(q: Inquiry, start: int, end: int) -> bool:
    """Whether one character that names an attribute is but part of a word here: 有线 is no 线."""
    if end - start > 1 or q.plain.isascii():
        return False
    word = next((w for w in q.chinese if w.start <= start < w.end), None)
    return word is not None and len(word.text) > 1 and in_dictionary(word.text)
