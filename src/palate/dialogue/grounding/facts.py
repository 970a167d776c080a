"""What a reply may say, as the checker sees it: the things of the brief with their typed values, and what the
person said. Made once a turn.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.localised import derived_titles
from palate.catalogue.lookup_forms import name_phrase
from palate.catalogue.lookup_words import Words, words_of
from palate.dialogue.brief import Brief
from palate.dialogue.grounding.dictionary import in_english
from palate.dialogue.grounding.measures import Measure, find_measures
from palate.dialogue.grounding.polarity import denied
from palate.language_models.material import without_orders
from palate.ranking.wording import value_text, wish_text
from palate.understanding.lexicon import Unit
from palate.understanding.normalise import normalise
from palate.understanding.segmentation import segment
from palate.values import Constraint, Evidence, ReplyPart

LANGUAGES = ("en", "zh")
_UNSAID = frozenset({"image_url", "url", "available", "currency", "language"})
_LONGEST_TEXT = 3_000
_KEPT = 4_096
_KINDS = ("brand", "categories", "category", "genre", "type", "model")


class Passage:
    """A text in which words can be found, with whether they are denied there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = normalise(text[:_LONGEST_TEXT]).plain
        self._measures: list[Measure] | None = None

    @cached_property
    def words(self) -> Words:
        """Its words."""
        return words_of(self.plain)

    def measures(self, units: Mapping[str, Unit]) -> list[Measure]:
        """Its numbers, read once."""
        if self._measures is None:
            self._measures = find_measures(self.plain, units)
        return self._measures

    @cached_property
    def _places(self) -> Mapping[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, fold in enumerate(self.words.folds):
            places.setdefault(fold, []).append(place)
        return places

    def find(self, folds: Sequence[str]) -> list[tuple[int, int]]:
        """Where the words stand side by side, as stretches of ``plain``."""
        words, width = self.words, len(folds)
        return [
            (words.starts[place], words.ends[place + width - 1])
            for place in self._places.get(folds[0], ())
            if words.folds[place : place + width] == list(folds)
        ]

    def says(self, folds: Sequence[str], *, negative: bool | None = None) -> bool:
        """Whether the words stand here; ``negative``: denied, or not."""
        found = self.find(folds)
        if negative is None:
            return bool(found)
        return any(denied(self.plain, start, end) == negative for start, end in found)

    def says_in_english(self, fold: str, *, negative: bool) -> bool:
        """Whether a Chinese word stands here of which this is an English name."""
        return any(denied(self.plain, start, end) == negative for start, end in self._names.get(fold, ()))

    @cached_property
    def _names(self) -> Mapping[str, list[tuple[int, int]]]:
        names: dict[str, list[tuple[int, int]]] = {}
        for word in segment(self.plain):
            if len(word.text) > 1:
                for name in in_english(word.text):
                    if len(name) == 1:
                        names.setdefault(name[0], []).append((word.start, word.end))
        return names


@dataclass(frozen=True)
class Thing:
    """An item of the brief. ``position``: its number in the list that is on the screen, 0 where it is not in it;
    ``values``: attribute -> plain texts, localisations included; ``text``: all that the catalogue says of it;
    ``labels``: the words of each of its values but the description; ``name``: its titles and maker in plain text;
    ``named``: the words of these and of its kinds; ``called``: those of all labels as well;
    ``filed``: those of its kinds alone; ``asked``: the words of the names of what is known of it.
    """

    item_id: str
    code: int
    position: int
    titles: tuple[tuple[str, ...], ...]
    values: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, float]
    flags: Mapping[str, bool]
    dates: Mapping[str, str]
    text: Passage
    currency: str
    labels: frozenset[tuple[str, ...]]
    name: str = ""
    named: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    filed: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    reasons: Passage = field(default_factory=lambda: Passage(""))

    def has(self, attribute: str) -> bool:
        """Whether the catalogue has a value of this attribute for it."""
        return any(attribute in known for known in (self.values, self.numbers, self.flags, self.dates))


@dataclass(frozen=True)
class Facts:
    """``listing``: the things on the screen, in order; ``others``: those spoken of besides (an item that was
    named, the source of a reason); ``said``: the person's own words and wishes in words, in both languages;
    ``told``: what the templates would say, which is true by its making; ``offered``: the question's words;
    ``sentences``: the essence of each template sentence, with its evidence.
    """

    brief: Brief
    listing: tuple[Thing, ...]
    others: tuple[Thing, ...]
    said: Passage
    told: Passage
    offered: Passage
    wishes: tuple[Constraint, ...]
    relaxed: tuple[Constraint, ...]
    subjects: tuple[Thing, ...] = ()
    sentences: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict[str, tuple[Evidence, ...]])

    @property
    def things(self) -> tuple[Thing, ...]:
        """All of them."""
        return (*self.listing, *self.others)


def gather(brief: Brief, things: "Things", plan: Sequence[ReplyPart]) -> Facts:
    """The facts of a brief; ``plan``: what the templates would say."""
    catalogue = things.catalogue
    listed = [item.item_id for item in brief.items] or list(brief.before.last)
    shown = {item.item_id: item for item in brief.items}
    named = [*brief.subjects, *(mention.item_id for mention in brief.said.mentions), *brief.dropped]
    named += [
        one.id
        for item in brief.items
        for reason in item.reasons
        for one in reason.evidence
        if one.kind == "item"
    ]
    named += list(brief.state.tastes)
    listing: list[Thing] = []
    others: list[Thing] = []
    for item_id in dict.fromkeys((*listed, *named)):
        code = catalogue.code(item_id)
        if code is None:
            continue
        position = listed.index(item_id) + 1 if item_id in listed else 0
        reasons = " \n ".join(reason.text for reason in shown[item_id].reasons) if item_id in shown else ""
        thing = replace(things.of(code), position=position, reasons=Passage(reasons))
        (listing if position else others).append(thing)
    wishes = [wish.constraint for wish in (*brief.state.wishes, *brief.state.standing)]
    wishes += [*brief.settled.kept, *brief.settled.dropped]
    relaxed = tuple(wish.constraint for wish in (*brief.relaxed, *brief.unmet))
    words = [
        without_orders(brief.text),
        brief.state.query,
        *brief.unread,
        *brief.state.standing_words,
        *brief.settled.kept_words,
    ]
    words += [wish_text(catalogue, wish, language) for wish in wishes for language in LANGUAGES]
    words += [
        value_text(catalogue, w.attribute, v, language)
        for w in wishes
        for v in _each(w.value)
        for language in LANGUAGES
    ]
    question = brief.question
    offered = " \n ".join((question.text, *question.options)) if question else ""
    by_id = {thing.item_id: thing for thing in (*listing, *others)}
    return Facts(
        brief,
        tuple(listing),
        tuple(others),
        Passage(" \n ".join(words)),
        Passage(" \n ".join(part.text for part in plan)),
        Passage(offered),
        tuple(wishes),
        relaxed,
        tuple(by_id[item_id] for item_id in brief.subjects if item_id in by_id),
        {essence(part.text): part.evidence for part in plan},
    )


def essence(sentence: str) -> str:
    """A sentence without what two that say the same may differ in."""
    return normalise(sentence).plain.strip(" .。!！;；:：")


class Things:
    """The items of a catalogue as Things without place and reasons; those that were asked for last are kept, since to
    read an item's text takes longer than to check a sentence about it. Safe to use from many threads.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.of = lru_cache(maxsize=_KEPT)(partial(_thing_of, catalogue))
        """The Thing of a code. Raises UnknownItem."""


def _thing_of(catalogue: Catalogue, code: int) -> Thing:
    item = catalogue.item(code)
    values: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, float] = {}
    flags: dict[str, bool] = {}
    dates: dict[str, str] = {}
    titles = [item.title]
    texts = [item.title]
    for column, value in item.fields.items():
        name = catalogue.localisations.get(column, (column, ""))[0]
        if value is None or name in _UNSAID:
            continue
        if isinstance(value, bool):
            flags[name] = value
        elif isinstance(value, int | float):
            numbers[name] = float(value)
        elif name in catalogue.types and catalogue.types[name] == "date":
            dates[name] = str(value)
        else:
            parts = [without_orders(str(one)) for one in _each(value)]
            if name == "title":
                titles += parts
            else:
                values[name] = (*values.get(name, ()), *(normalise(one).plain for one in parts))
            texts += parts
    titles += derived_titles(item)
    labels = {tuple(words_of(one).folds) for name in values if name != "description" for one in values[name]}
    phrases = [tuple(words_of(normalise(title).plain).folds) for title in titles]
    kinds = [words_of(one).folds for kind in _KINDS for one in values.get(kind, ())]
    named = frozenset(word for phrase in (*phrases, *kinds) for word in phrase)
    return Thing(
        item.item_id,
        code,
        0,
        tuple(phrases),
        values,
        numbers,
        flags,
        dates,
        Passage(" \n ".join(texts)),
        str(item.fields.get("currency") or ""),
        frozenset(labels),
        "\n".join(normalise(one).plain for one in (*titles, *values.get("brand", ()))),
        named,
        named.union(*labels),
        frozenset(word for phrase in kinds for word in phrase),
        frozenset(
            word
            for name in (*values, *numbers, *dates, *(n for n in flags if flags[n]))
            for word in name_phrase(name)
        ),
    )


def _each(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def value_of(thing: Thing, attribute: str) -> float | None:
    """A number or a date (in days) of a thing."""
    if attribute in thing.numbers:
        return thing.numbers[attribute]
    with suppress(KeyError, ValueError):
        return float(date.fromisoformat(thing.dates[attribute][:10]).toordinal())
    return None
