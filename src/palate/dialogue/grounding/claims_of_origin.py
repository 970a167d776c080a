"""Where a thing comes from, where in the shop it is filed, and what its parts are made of."""

import re

from palate.catalogue.lookup_words import words_of
from palate.dialogue.grounding.dictionary import in_english
from palate.dialogue.grounding.facts import Thing
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported
from palate.dialogue.grounding.words import chinese_states_nothing, contains, states_nothing
from palate.understanding.numbers import small_number

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
