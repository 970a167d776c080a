"""The state of a conversation, and how an utterance changes it.

It knows wishes, tastes and what was shown; it knows no database and no person beyond this session.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.lookup_words import fold
from palate.dialogue.wishes import renewed, widened, withdrawn
from palate.understanding.constraints import names_kind
from palate.understanding.reading import Reading
from palate.understanding.stopwords import INCIDENTAL
from palate.values import Codes, Constraint, Mask, Understanding, Wish

SHOWN_LIMIT = 300
"""How many items shown in a session are remembered: enough to page through, bounded for a session that never
ends."""

MOST_KEYWORDS = 30
"""The latest free words that are searched for."""

KIND_SAMPLE = 200
"""Among how many items of a kind an attribute is looked for."""

SOUGHT_COUNTS = 3
"""How often the word for the kind of thing sought counts in a search, against the words for what it is to be like."""
NARROWER_FROM = 0.3
"""From which share of the things a new word finds on, which the old kind holds as well, it is a narrower kind."""


@dataclass(frozen=True, slots=True)
class State:
    """What a session knows.

    ``tastes``: item id -> 1 liked, -1 disliked, as said in words; ``shown``: ids shown so far, newest last;
    ``last``: the last list, in order; ``last_turn``: the turn that showed it; ``rejected``: ids that must
    not come again; ``passed``: ids of lists passed over for others, which stay away until the wishes
    change; ``sought``: the keyword that says which kind of thing is sought; ``focus``: the item last
    spoken of, among those on the screen; ``asked``: attributes that were asked about, ``awaiting``: the one that
    the last turn asked about; ``standing``: long-standing wishes told in this session, and ``standing_words``:
    word -> turn of the words that no item may bear (dialogue/standing.py);
    ``unwanted``: words that weigh against the items that bear them; ``compared``: ids of the wishes that a critique
    made of what was shown ("cheaper"), which say nothing of another kind of thing; ``conceded``: ids of the
    wishes that the last list gave up because nothing met them all, and of the soft ones that nothing in it met.
    """

    language: str = "en"
    turns: int = 0
    wishes: tuple[Wish, ...] = ()
    keywords: tuple[str, ...] = ()
    tastes: dict[str, int] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    focus: str | None = None
    asked: tuple[str, ...] = ()
    awaiting: str | None = None
    last_turn: str | None = None
    standing: tuple[Wish, ...] = ()
    standing_words: dict[str, str] = field(default_factory=dict[str, str])
    conceded: tuple[str, ...] = ()
    sought: str = ""
    unwanted: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()

    @property
    def musts(self) -> list[Wish]:
        """Hard wishes: they become the mask."""
        return [wish for wish in self.wishes if wish.constraint.strength == "must"]

    @property
    def preferences(self) -> list[Wish]:
        """Soft wishes: they become a feature."""
        return [wish for wish in self.wishes if wish.constraint.strength == "prefer"]

    @property
    def query(self) -> str:
        """What is searched for in words, as it is told."""
        return " ".join(word for word in self.keywords if word.casefold() not in INCIDENTAL)

    @property
    def search(self) -> str:
        """The words of ``query``, that for the kind of thing first and more than once: who asks for a light laptop
        is not helped by a light lamp.
        """
        query = self.query
        return (
            " ".join([*[self.sought] * (SOUGHT_COUNTS - 1), query]) if self.sought in query.split() else query
        )

    def to_json(self) -> dict[str, Any]:
        """A JSON document that ``from_json`` reads."""
        return {
            "language": self.language,
            "turns": self.turns,
            "wishes": [_wish_json(wish) for wish in self.wishes],
            "keywords": list(self.keywords),
            "tastes": self.tastes,
            "shown": list(self.shown),
            "last": list(self.last),
            "rejected": list(self.rejected),
            "passed": list(self.passed),
            "focus": self.focus,
            "asked": list(self.asked),
            "awaiting": self.awaiting,
            "last_turn": self.last_turn,
            "standing": [_wish_json(wish) for wish in self.standing],
            "standing_words": self.standing_words,
            "conceded": list(self.conceded),
            "sought": self.sought,
            "unwanted": list(self.unwanted),
            "compared": list(self.compared),
        }

    @classmethod
    def from_json(cls, document: Any) -> "State":
        """The state that ``to_json`` wrote."""
        lists = {name: tuple(document[name]) for name in ("keywords", "shown", "last", "rejected", "asked")}
        return cls(
            language=document["language"],
            turns=document["turns"],
            wishes=_wishes_of(document["wishes"]),
            standing=_wishes_of(document.get("standing", ())),
            standing_words=dict(document.get("standing_words", {})),
            tastes=dict(document["tastes"]),
            focus=document["focus"],
            awaiting=document.get("awaiting"),
            last_turn=document["last_turn"],
            passed=tuple(document.get("passed", ())),
            conceded=tuple(document.get("conceded", ())),
            sought=document.get("sought", ""),
            unwanted=tuple(document.get("unwanted", ())),
            compared=tuple(document.get("compared", ())),
            **lists,
        )


def _wish_json(wish: Wish) -> dict[str, Any]:
    one = wish.constraint
    return {
        "attribute": one.attribute,
        "op": one.op,
        "value": one.value,
        "strength": one.strength,
        "wish_id": wish.wish_id,
    }


def _wishes_of(documents: Sequence[Any]) -> tuple[Wish, ...]:
    return tuple(
        Wish(Constraint(one["attribute"], one["op"], one["value"], one["strength"]), one["wish_id"])
        for one in documents
    )


def track(state: State, reading: Reading, turn_id: str, catalogue: Catalogue) -> State:
    """The state after an utterance, before the answer."""
    said = reading.understanding
    if said.act == "start_over":
        state = State(language=said.language, standing=state.standing, standing_words=state.standing_words)
    elif said.act == "recommend" and state.turns and _opens_new_topic(state, said):
        # a new errand: wishes and words of the old one go, tastes and rejections stay
        state = replace(state, wishes=(), keywords=(), unwanted=(), sought="", asked=())
    state = replace(state, language=said.language, turns=state.turns + 1, awaiting=None)
    referred = [state.last[position - 1] for position in said.references if 0 < position <= len(state.last)]
    state = _leave_kind(state, reading, catalogue)
    wishes = widened(withdrawn(state.wishes, reading.withdrawn), reading.widened)
    compares = any(one.op in ("lower", "higher") for one in said.constraints)
    words = reading.sought or " ".join(said.keywords)
    found = _best_found(words, catalogue) if compares and said.keywords else None
    shown = catalogue.codes(referred or state.last)
    wishes = _leading(renewed(wishes, said.constraints, turn_id, shown, catalogue, found, dict(reading.by)))
    sought = (state.wishes, state.keywords, state.unwanted)
    compared = [f"{turn_id}/{n}" for n, one in enumerate(said.constraints) if one.op in ("lower", "higher")]
    held = {wish.wish_id for wish in wishes}
    state = replace(
        state, wishes=wishes, compared=tuple(one for one in (*state.compared, *compared) if one in held)
    )
    state = _turn_down(_add_keywords(_without_words(state, reading), reading), reading)
    if (state.wishes, state.keywords, state.unwanted) != sought:  # what was passed over may fit now
        state = replace(state, passed=())
    return _add_tastes(state, reading, referred)


def _opens_new_topic(state: State, said: Understanding) -> bool:
    """Whether a request in mid-conversation is about something else: it names a kind of thing, where one was
    named.
    """
    names_kind = bool(said.keywords) or any(one.attribute == "categories" for one in said.constraints)
    return names_kind and bool(state.keywords or state.wishes)


def _leave_kind(state: State, reading: Reading, catalogue: Catalogue) -> State:
    """Where another kind of thing takes the place of the one that was sought (headphones, then smart bands; or a
    bottle, by a word that is now taken back), the words said of the old kind go with it, and the wishes on what
    the new kind does not have; those on what both have, such as the price, stay.
    """
    new = [one for one in reading.understanding.constraints if names_kind(one)]
    old = [wish.constraint for wish in state.wishes if names_kind(wish.constraint)]
    words = {word.casefold() for word in state.keywords}
    let_go = any(one.keyword is not None and one.keyword.casefold() in words for one in reading.withdrawn)
    if new:
        found = catalogue.mask(new).codes
        apart = bool(old) and not len(catalogue.mask([*new, *old]))
        if state.sought and not old:
            apart = not len(_best_found(state.sought, catalogue, found))
        narrower = not (let_go or apart)
        found = found[:KIND_SAMPLE]
    else:
        found = _best_found(reading.sought or "", catalogue)
        narrower = len(found) == 0 or reading.sought == state.sought or not (old or state.sought)
        if not narrower:
            within = (
                _best_found(state.sought, catalogue, found) if state.sought else catalogue.mask(old).codes
            )
            narrower = len(np.intersect1d(found, within)) >= NARROWER_FROM * len(found)
    if not new and len(found) == 0:
        # what the catalogue's words do not find is no narrower kind either
        other = bool(reading.sought and state.sought) and reading.sought != state.sought
        return replace(state, keywords=(), sought="") if other else state

    def known(attribute: str) -> bool:
        return any(catalogue.field(code, attribute, "") is not None for code in found.tolist())

    wishes = tuple(wish for wish in state.wishes if known(wish.constraint.attribute))
    if narrower:
        return replace(state, wishes=wishes)
    wishes = tuple(
        wish
        for wish in wishes
        if (new or not names_kind(wish.constraint)) and wish.wish_id not in state.compared
    )
    return replace(state, keywords=(), sought="", wishes=wishes)


def _leading(wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """With the one kind that is wished for as a must: "maybe a lamp" is not answered with pens."""
    kinds = [wish for wish in wishes if names_kind(wish.constraint)]
    if any(wish.constraint.strength == "must" for wish in kinds):
        return wishes
    return tuple(
        replace(wish, constraint=replace(wish.constraint, strength="must")) if wish in kinds[-1:] else wish
        for wish in wishes
    )


def _best_found(word: str, catalogue: Catalogue, among: Codes | None = None) -> Codes:
    """The items that a word finds best, int32; of ``among``, all that it finds."""
    if not word:
        return np.zeros(0, np.int32)
    mask = Mask(np.sort(among) if among is not None else np.flatnonzero(catalogue.live).astype(np.int32))
    scores = catalogue.lexical.score(word, mask)
    best = np.argsort(-scores, kind="stable")[:KIND_SAMPLE]
    best = best[scores[best] >= scores.max(initial=0) / 2]
    return mask.codes[best[scores[best] > 0]]


def _without_words(state: State, reading: Reading) -> State:
    """Without the words that the utterance takes back."""
    gone = {one.keyword.casefold() for one in reading.withdrawn if one.keyword is not None}
    return replace(
        state,
        keywords=tuple(word for word in state.keywords if word.casefold() not in gone),
        unwanted=tuple(word for word in state.unwanted if not gone & {word, fold(word)}),
    )


def _turn_down(state: State, reading: Reading) -> State:
    """With the words of what is not wanted, which are searched for no more; a word that is asked for now is wanted."""
    new = {fold(word) for word in reading.unwanted}
    asked = {fold(word.casefold()) for word in reading.understanding.keywords} - new
    unwanted = [word for word in state.unwanted if fold(word) not in asked]
    return replace(
        state,
        keywords=tuple(word for word in state.keywords if fold(word.casefold()) not in new),
        unwanted=tuple(dict.fromkeys((*unwanted, *reading.unwanted)))[-MOST_KEYWORDS:],
    )


def _add_keywords(state: State, reading: Reading) -> State:
    """With the utterance's free words; those of a bound that the catalogue cannot hold would only find its
    numbers.
    """
    if reading.understanding.act not in ("recommend", "refine", "reject", "start_over"):
        return state
    unread = [part for part in reading.parts if part.kind == "unread"]
    words = [
        str(part.detail)
        for part in reading.parts
        if part.kind == "keyword" and not any(one.start <= part.start < one.end for one in unread)
    ]
    keywords = tuple(dict.fromkeys((*state.keywords, *words)))[-MOST_KEYWORDS:]
    return replace(state, keywords=keywords, sought=reading.sought or state.sought)


def unread(state: State, reading: Reading, turn_id: str) -> list[str]:
    """The wishes that cannot be held, as typed: the catalogue is silent on them, or on what they compare
    with.
    """
    said = reading.understanding.constraints
    held = {wish.wish_id for wish in state.wishes}
    lost = [
        one
        for number, one in enumerate(said)
        if one.op in ("lower", "higher") and f"{turn_id}/{number}" not in held
    ]
    return [
        part.text for part in reading.parts if part.kind == "unread" or (part.detail in lost and part.text)
    ]


def drop(state: State, item_ids: Sequence[str]) -> State:
    """The state without these items, for the rest of the session."""
    return replace(state, rejected=tuple(dict.fromkeys((*state.rejected, *item_ids)))[-SHOWN_LIMIT:])


def _add_tastes(state: State, reading: Reading, referred: Sequence[str]) -> State:
    said = reading.understanding
    tastes = dict(state.tastes)
    rejected, passed = list(state.rejected), state.passed
    for mention in said.mentions:
        if mention.sentiment == "dislike" and reading.of_another:
            rejected.append(mention.item_id)  # not this person's taste, but that of whom it is for
        elif mention.sentiment != "neutral":
            tastes[mention.item_id] = 1 if mention.sentiment == "like" else -1
    felt = {
        state.last[position - 1]: sentiment
        for position, sentiment in reading.felt
        if 0 < position <= len(state.last)
    }
    if reading.had:  # 第一个买过了
        rejected += [*referred, *(mention.item_id for mention in said.mentions)]
    if said.act == "reject":  # "none of these": the list goes, or only what was pointed at
        gone = [item_id for item_id in referred if felt.get(item_id) != "like"]
        rejected += gone if referred else state.last
        felt = felt if reading.had else dict.fromkeys(gone, "dislike") | felt
    elif said.act == "accept":
        felt = dict.fromkeys(referred, "like")
    elif _asks_for_others(reading):
        passed = tuple(dict.fromkeys((*passed, *state.last)))[-SHOWN_LIMIT:]
    if reading.of_another:
        rejected += [item_id for item_id, sentiment in felt.items() if sentiment == "dislike"]
    else:
        tastes.update({item_id: 1 if sentiment == "like" else -1 for item_id, sentiment in felt.items()})
    rejected += [item_id for item_id, taste in tastes.items() if taste < 0]
    focus = referred[0] if referred else (said.mentions[0].item_id if said.mentions else state.focus)
    rejected = tuple(dict.fromkeys(rejected))[-SHOWN_LIMIT:]
    return replace(state, tastes=tastes, rejected=rejected, passed=passed, focus=focus)


def _asks_for_others(reading: Reading) -> bool:
    """Whether a refinement names nothing to refine: it can only mean others than these (换一批, show me
    more).
    """
    said = reading.understanding
    return said.act == "refine" and not (
        said.constraints
        or said.keywords
        or said.mentions
        or said.references
        or reading.withdrawn
        or reading.unwanted
    )


def show(state: State, turn_id: str, item_ids: Sequence[str], asked: str | None) -> State:
    """The state after a list was shown (and a question asked)."""
    if not item_ids:
        return state
    shown = tuple(dict.fromkeys((*state.shown, *item_ids)))[-SHOWN_LIMIT:]
    return replace(
        state,
        last=tuple(item_ids),
        # "how long is it" speaks of what is on the screen, not of what was looked at two lists ago
        focus=state.focus if state.focus in item_ids else item_ids[0] if len(item_ids) == 1 else None,
        last_turn=turn_id,
        shown=shown,
        asked=(*state.asked, asked) if asked else state.asked,
        awaiting=asked,
    )
