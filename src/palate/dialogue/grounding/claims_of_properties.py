"""Values, people and yes-or-no attributes that a sentence names of a thing."""

import re
from typing import Any

from palate.catalogue.lookup_facts import is_person
from palate.catalogue.lookup_forms import name_phrase
from palate.catalogue.lookup_words import words_of
from palate.dialogue.grounding.dictionary import in_english
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.plain_words import bases, said_to_be_for
from palate.dialogue.grounding.vocabulary import Named, Valued, has_deed, role_at
from palate.dialogue.grounding.words import chinese_states_nothing, contains, everyday, states_nothing
from palate.understanding.normalise import normalise
from palate.understanding.numbers import small_number
from palate.understanding.segmentation import in_dictionary
from palate.values import Evidence

_OFFERED = re.compile(
    r"\b(?:comes?|available|offered|sold)\s+in\s+$|\b(?:colou?r|material|level|kind|type)\b.{0,12}\bis\s+$"
    r"|\b(?:as|under)\s+(?:an?\s+)?$|\b(?:is|are|be)\s+(?:not\s+|hardly\s+|also\s+|for\s+|both\s+|all\s+)?(?:an?\s+)?$|[是为]\s*$"
)
"""Before a value that is meant as one, though it is an everyday word (natural)."""


_SHORTEST = 2
_ALONE = re.compile(
    r"\bby\s+(?:him|her)self\b|\balone\b|\bsingle-?handed\w*|\bsolely\b|独自|一个?人(?=编|写|执|导|完|演)|单独"
)
"""Said of a person's part: nobody else had it."""
_ORIGIN = re.compile(
    r"\b(?:made|produced|grown|manufactured|designed|brewed|born)\s+in\s+|\b(?:comes?|imported|hails?|originat\w+)\s+from\s+"
    r"|(?:来自|产自|原产于?|出产于|进口自)"
)


def origins(q: Inquiry) -> None:
    """Where a thing comes from: an attribute's value, or in its text behind such words; a place that the text names
    for another reason (where it is not delivered to) will not do.
    """
    for match in _ORIGIN.finditer(q.plain):
        place = match.end()
        at = next((i for i, start in enumerate(q.said.words.starts) if start >= place), None)
        if at is None or q.in_title(place, place + 1) or q.open(match.start()):
            continue
        fold = q.said.words.folds[at]
        if states_nothing(fold) or fold.isdigit() or small_number(q.said.words.texts[at].split("-")[0]):
            continue
        run = [fold] if fold.isascii() else list(q.said.words.folds[at : at + 2])
        names = [run, *(list(name) for name in in_english("".join(run)))]

        def told(thing: Thing, run: list[str] = run, names: list[list[str]] = names) -> bool:
            known = [v for name, values in thing.values.items() if name != "description" for v in values]
            if any(contains(words_of(value).folds, name) for value in known for name in names):
                return True
            return any(_ORIGIN.search(thing.text.plain[max(0, s - 24) : s]) for s, _ in thing.text.find(run))

        if not q.holds(match.start(), told):
            raise Unsupported(q.plain[match.start() : place + 12])


_FILED = re.compile(
    r"\b(?:listed|filed|categori[sz]ed|classed|classified|shelved|tagged)\s+(?:as|under|in)\s+(?:an?\s+|the\s+)?(?P<a>[^,.;]+)"
    r"|\bin\s+the\s+(?P<b>[^,.;]+?)\s+(?:section|category|department|aisle)\b"
    r"|(?:归在|归为|归入|归到|归类为|属于)(?P<c>[^，。；]+?)(?:分类|类别|类目|一类|类|品类|里|下|$|[，。；])"
)


def filed(q: Inquiry) -> None:
    """Where a thing is said to stand in the shop: its kinds, not merely its text, have the words."""
    for match in _FILED.finditer(q.plain):
        if match["c"] and not q.open(match.start()):
            _filed_under(q, *match.span("c"))
        group = next(name for name in ("a", "b", "c") if match[name] is not None)
        start, end = match.span(group)
        for place, first in enumerate(q.said.words.starts):
            word = q.said.words.texts[place]
            if any(s <= first < e for s, e in map(q.span, q.valued)):
                continue  # see values
            if (
                not start <= first < end
                or q.in_title(first, first + 1)
                or q.open(first)
                or q.said.explained[place]
            ):
                continue
            if states_nothing(word) or chinese_states_nothing(word) or q.wished([q.said.words.folds[place]]):
                continue
            fold = q.said.words.folds[place]
            if not q.holds(first, lambda thing, fold=fold: fold in thing.filed):
                raise Unsupported(q.plain[start:end])


def _filed_under(q: Inquiry, start: int, end: int) -> None:
    """归在生活分类里: an everyday word is the name of a kind here."""
    kind = re.sub(
        r"^(?:了|在|到|于|同一个?|不同的?|这个|那个|一个|哪个|什么|自己的)+|的$", "", q.plain[start:end]
    )
    if not kind or not chinese_states_nothing(kind):
        return
    if not q.holds(start, lambda thing: all(fold in thing.filed for fold in words_of(kind).folds)):
        raise Unsupported(kind)


def values(q: Inquiry) -> None:
    for valued, start, end, folds in q.free_values():
        flags = [(n, v) for n, v in valued.values if n in q.vocabulary.flags]
        if flags or not valued.values:
            continue  # see _flags
        if _plain_value(q, valued, start, end) or any(
            n.first <= valued.first
            and valued.last <= n.last
            and n.last - n.first > valued.last - valued.first
            for n in q.named
        ):
            continue
        wanted = (
            role_at(q.plain, *q.said.clause(start), start, end)
            if any(is_person(n) for n, _ in valued.values)
            else []
        )
        values = [
            (n, v)
            for n, v in valued.values
            if not wanted or not is_person(n) or any(r.search(n) for r in wanted)
        ]
        if not values:
            raise Unsupported(q.plain[start:end])
        for role in wanted if len(wanted) > 1 else ():
            his = [(n, v) for n, v in valued.values if role.search(n)]
            if not q.holds(
                start,
                lambda thing, his=his, folds=folds: any(_is_value_of(thing, n, v, folds) for n, v in his),
            ):
                raise Unsupported(q.plain[start:end])
        negative = q.denied(start, end)
        if (q.personal(start) or q.nothing or q.open(start)) and q.wished(folds):
            q.account(valued)
            continue
        if q.open(start) and not q.said.things:
            q.account(valued)
            continue
        if (
            wanted
            and _ALONE.search(q.plain)
            and not q.holds(
                start,
                lambda thing, names=[n for n, _ in values]: all(
                    len(thing.values.get(n, ())) < 2 for n in names
                ),
            )
        ):
            raise Unsupported("alone")
        if q.holds(
            start,
            lambda thing, values=values, folds=folds, negative=negative, place=start: _has_value(
                q, thing, values, folds, negative=negative, place=place
            ),
        ):
            for name in {n for n, _ in values}:
                q.evidence.setdefault(Evidence("field", name))
            q.account(valued)
            continue
        if _wish_of_all(q, folds, start, negative=negative):
            q.account(valued)
            continue
        raise Unsupported(q.plain[start:end])


def deeds(q: Inquiry) -> None:
    """Who is said to have made a work, or to be in it, is one of the catalogue's people; a name of its story is not."""
    words = q.said.words
    people = [q.span(valued) for valued in q.valued if valued.values]
    for place, (start, end) in enumerate(zip(words.starts, words.ends, strict=True)):
        typed = q.said.text.said(start, end)
        if not typed[:1].isupper() or q.in_title(start, end) or states_nothing(words.texts[place]):
            continue
        cleft = re.search(r"\bit(?:'s|\s+is|\s+was)\s+(?:\w+\s+)?$", q.plain[:start]) and re.match(
            r"\s+(?:\w+\s+)?(?:who|that)\b", q.plain[end:]
        )
        if cleft:
            raise Unsupported(
                f"it is {typed} who"
            )  # a text has the words of a deed, and not surely whose it was
        if has_deed(q.plain, start, end) and not any(s <= start and end <= e for s, e in people):
            raise Unsupported(typed)


def _plain_value(q: Inquiry, valued: Valued, start: int, end: int) -> bool:
    """A value that is also an everyday word ("home", "best") claims nothing where it is not typed as a name."""
    word = q.plain[start:end]
    typed = q.said.text.said(start, end)
    if len(typed) <= _SHORTEST and typed.islower() and states_nothing(word):
        return True  # an article, though some energy class is called A
    name = start > 0 or any(is_person(attribute) for attribute, _ in valued.values)
    if (typed[:1].isupper() and name) or _OFFERED.search(q.plain[max(0, start - 24) : start]):
        return False
    if valued.last - valued.first == 1 and word.isascii():
        return everyday(word) and not any(
            q.vocabulary.catalogue.attributes[n].type == "bool"
            for n, _ in valued.values
            if n in q.vocabulary.catalogue.attributes
        )
    return not word.isascii() and chinese_states_nothing(word)


def _has_value(
    q: Inquiry, thing: Thing, values: list[tuple[str, Any]], folds: list[str], *, negative: bool, place: int
) -> bool:
    """Whether a thing has one of these values, or its text has the words; or not, where that is said."""
    known = [name for name in dict.fromkeys(n for n, _ in values) if thing.has(name)]
    has = any(_is_value_of(thing, name, value, folds) for name, value in values) or _is_of_kind(
        q, thing, values, folds
    )
    if negative:
        return not has and bool(known) and not thing.text.says(folds, negative=False)
    if has:
        return True
    if known and not all(q.vocabulary.catalogue.attributes[n].type == "text" for n in known):
        # one of the story's people may be called as some actor is
        story = len(folds) == 1 and all(is_person(n) for n, _ in values) and not q.role_named(place)
        return (story and thing.text.says(folds, negative=False)) or _beside_in_text(q, thing, folds, place)
    return thing.text.says(folds, negative=False)


_PIECES = re.compile(r"\s*[+;；|]\s*")


def parts(q: Inquiry) -> None:
    """What a part is made of, where a value tells several: of "white oak + drawers pine" the drawers are no oak."""
    for thing in q.said.things or q.facts.listing:
        for held in (v for name, values in thing.values.items() if name != "description" for v in values):
            if _PIECES.search(held) is None:
                continue
            pieces = [words_of(piece).folds for piece in _PIECES.split(held)]
            for start, end in q.said.clauses():
                clause = words_of(q.plain[start:end]).folds
                told = [
                    (contains(clause, _head(p)), contains(clause, _tail(p))) for p in pieces if len(p) > 1
                ]
                if any(head and not tail for head, tail in told) and any(tail for _, tail in told):
                    raise Unsupported(q.plain[start:end])


def _head(folds: list[str]) -> list[str]:
    return folds[:1] if folds[0].isascii() else folds[:2]


def _tail(folds: list[str]) -> list[str]:
    return folds[-1:] if folds[-1].isascii() else folds[-2:]


_KIND_NOUNS = frozenset("film movie picture book novel story course game 片 电影 小说".split())  # noqa: SIM905


def _is_of_kind(q: Inquiry, thing: Thing, values: list[tuple[str, Any]], folds: list[str]) -> bool:
    """Whether a value is a thing's in other words: its title has it (a serum by its name), or it is filed under a kind
    without its noun (adventure, of an adventure film).
    """
    runs = [folds, *(words_of(normalise(str(value)).plain).folds for _, value in values)]
    if not any(is_person(name) for name, _ in values) and any(
        contains(title, run) for title in thing.titles for run in runs
    ):
        return True
    if not any(q.vocabulary.kinds(name) for name, _ in values):
        return False
    bare = folds[:-1] if len(folds) > 1 and folds[-1] in _KIND_NOUNS else []
    return bool(bare) and tuple(bare) in {
        tuple(words_of(one).folds)
        for name, held in thing.values.items()
        if q.vocabulary.kinds(name)
        for one in held
    }


def _beside_in_text(q: Inquiry, thing: Thing, folds: list[str], place: int) -> bool:
    """Whether the words stand in the thing's text together with a neighbour that they have here too."""
    words = q.said.words
    at = next((i for i, s in enumerate(words.starts) if s == place), None)
    if at is None:
        return False
    last = at + len(folds)
    runs = [words.folds[at : last + 1]] if last < len(words) else []
    runs += [words.folds[at - 1 : last]] if at else []
    return any(
        thing.text.says(run, negative=False)
        for run in runs
        if not set(run[:1] + run[-1:]) - set(folds)
        <= {"in", "a", "the", "is", "of", "with", "and", "的", "是", "有", "色"}
    )


def _wish_of_all(q: Inquiry, folds: list[str], place: int, *, negative: bool) -> bool:
    """What is "for your mother": the person's words, where the thing's entry is silent on it."""
    if negative or not q.facts.said.says(folds):
        return False
    if said_to_be_for(q, place):
        return False
    before = q.plain[max(0, place - 16) : place]
    return bool(
        re.search(r"\b(?:for|your|my|as\s+a|a|the)\s+(?:\w+\s+)?$|送|给|您|你|适合", before)
    ) and _silent_on(q, folds, place)


def _silent_on(q: Inquiry, folds: list[str], place: int) -> bool:
    values = [v for v in q.valued if list(q.said.words.folds[v.first : v.last]) == folds]
    names = {name for v in values for name, _ in v.values}
    return all(not thing.has(name) for thing in q.said.subject(place).things for name in names)


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
        if q.open(start) and (not q.said.things or q.wished(folds)):
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
    if len(words) < _SHORTEST or not set(folds) <= words:
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


def _is_value_of(thing: Thing, name: str, value: Any, folds: list[str]) -> bool:
    if name in thing.flags:
        return thing.flags[name] is value
    held = thing.values.get(name)
    if held is None:
        number = thing.numbers.get(name)
        return number is not None and str(value) == f"{number:g}"
    plain = normalise(str(value)).plain
    wanted = words_of(plain).folds
    # one character of a Chinese word is no part of it: 米色 is not 米白
    parts = [run for run in (wanted, folds) if len(run) > 1 or "".join(run).isascii()]
    return plain in held or any(contains(words_of(one).folds, tuple(run)) for one in held for run in parts)
