"""What a person tells the shop to do with what it knows of him: "what do you know about me?", "forget that I like
horror", 别再推荐香水. It acts at once.

The reader says what is spoken of, this module what is to be done with it. Erasing the data itself is no matter of the
conversation: a misread sentence must not destroy anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.dialogue.commands import asks_to_forget, command_in, object_of
from palate.dialogue.of_this_kind import attribute_pointed_at, item_pointed_at, without_its_kind
from palate.dialogue.policy import Move
from palate.dialogue.profile import lines, wish_line
from palate.dialogue.state import State
from palate.feedback.account import forgetting
from palate.feedback.person import Person
from palate.ranking.wording import is_chinese, join, quoted
from palate.understanding.normalise import normalise
from palate.understanding.reading import Reading
from palate.values import Constraint, Evidence, ReplyPart, Understanding

TOLD = 8
"""How many lines of the profile are told in a reply; the page and the API have all."""

Kind = Literal["show", "forget", "forget_all", "never", "which"]


@dataclass(frozen=True, slots=True)
class Command:
    """What is to be done: ``reading`` is what is left for the state and the standing wishes to take in;
    ``items`` and ``constraints``: what it is about.
    """

    kind: Kind
    reading: Reading
    items: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()


def command_of(reading: Reading, text: str, before: State, catalogue: Catalogue) -> Command | None:
    """The command in an utterance, None where there is none."""
    plain = normalise(text).plain
    said = reading.understanding
    nothing = Understanding(language=said.language, act="other")
    silent = Reading(nothing, confidence=reading.confidence, trace=reading.trace)
    kind, sentence = command_in(plain) or (None, plain)
    if kind in ("show", "forget_all"):
        return Command(kind, silent)
    items = tuple(mention.item_id for mention in said.mentions)
    items += tuple(before.last[n - 1] for n in said.references if 0 < n <= len(before.last))
    if kind == "forget":
        named = (*(reading.forget.constraints if reading.forget else ()), *said.constraints)
        # a taste that is over and names nothing is no command: "I don't want any more"
        return Command("forget", silent, items, named) if items or named or asks_to_forget(sentence) else None
    if attribute := attribute_pointed_at(plain, catalogue):
        wish = without_its_kind(attribute, item_pointed_at(items, before), catalogue)
        if wish is None:
            return Command("which", silent)
        return Command("never", replace(silent, standing=(wish,)), (), (wish,))
    if kind is None:
        return None
    unwanted = tuple(
        replace(
            one, op="not in", value=one.value if isinstance(one.value, list) else [one.value], strength="must"
        )
        for one in said.constraints
        if one.op in ("not in", "in", "=") and not isinstance(one.value, bool)
    )
    words = () if items or unwanted else object_of(sentence)
    if not items and not unwanted and not words:
        return None
    kept = replace(silent, standing=() if items else unwanted, standing_keywords=words)
    return Command("never", kept, items, unwanted)


def obey(
    command: Command, state: State, person: Person, catalogue: Catalogue
) -> tuple[State, Person, tuple[ReplyPart, ...]]:
    """State and person after the command, and what the reply says of it. The person's ``statements`` are those to be
    saved where they are others than before.
    """
    language = state.language
    if command.kind == "show":
        return state, person, _told(state, person, catalogue)
    if command.kind == "forget_all":
        told = len(person.counted) + len(person.never) + len(person.never_words) + len(state.tastes)
        # what stands below is the whole of what the next request starts from
        state = State(
            language=language,
            turns=state.turns,
            shown=state.shown,
            last=state.last,
            last_turn=state.last_turn,
        )
        statements = {"forgotten_before": person.now}
        return (
            state,
            _stating(person, statements),
            (ReplyPart(_ALL_GONE[is_chinese(language)].format(n=told)),),
        )
    if command.kind == "which":
        return state, person, (ReplyPart(_WHICH[is_chinese(language)]),)
    if command.kind == "forget":
        return _forget(command, state, person, catalogue)
    codes = {item_id: code for item_id in command.items if (code := catalogue.code(item_id)) is not None}
    if not codes:
        return state, person, ()  # the standing wishes tell
    state = replace(state, rejected=tuple(dict.fromkeys((*state.rejected, *codes))))
    held = {**person.statements.get("never_items", {}), **codes}
    return state, _stating(person, {**person.statements, "never_items": held}), (_naming(
        codes, catalogue, language, "{} will not come again. ", "以后不再推荐{}。"
    ),)  # fmt: skip


def following(command: Command, before: State) -> Move:
    """The move after a command: the list as it is now, where there was one to change; else a word."""
    if command.kind == "never" or (command.kind not in ("show", "which") and before.last):
        return "recommend"
    return "answer"


def sourced(person: Person, stated: Mapping[str, Any], turn_id: str) -> Person:
    """The person with the source of each line that came since ``stated``: the turn, and when."""
    if person.statements is stated:
        return person
    there = [
        *(wish_line(wish) for wish in person.never),
        *(f"word/{word}" for word in person.never_words),
        *(f"out/{item_id}" for item_id in person.statements.get("never_items", {})),
    ]
    old = person.statements.get("sources", {})
    source = {"turn_id": turn_id, "at": person.now}
    return _stating(person, {**person.statements, "sources": {line: old.get(line, source) for line in there}})


def _stating(person: Person, statements: Mapping[str, Any]) -> Person:
    return person if person.user is None else replace(person, statements=statements)


def _forget(
    command: Command, state: State, person: Person, catalogue: Catalogue
) -> tuple[State, Person, tuple[ReplyPart, ...]]:
    """Without the tastes for these items, or for items that have these values."""
    items, weights = person.weighed
    liked = items[(weights > 0) & (items < catalogue.size)]
    liked = np.union1d(liked[catalogue.live[liked]], catalogue.codes(state.tastes)).astype(np.int32)
    wanted = [
        replace(one, op="in", value=one.value if isinstance(one.value, list) else [one.value])
        for one in command.constraints
        if one.op in ("in", "=", "not in")
    ]
    met = catalogue.satisfaction(wanted, liked).all(axis=1) if wanted else np.zeros(len(liked), bool)
    spoken = np.intersect1d(catalogue.codes(command.items), np.union1d(items, catalogue.codes(state.tastes)))
    codes = {catalogue.item_id(int(code)): int(code) for code in np.union1d(liked[met], spoken)}
    if not codes:
        text = (
            "本来就没有记着这样的喜好。"
            if is_chinese(state.language)
            else "Nothing of that kind counted with me. "
        )
        return state, person, (ReplyPart(text),)
    tastes = {item_id: taste for item_id, taste in state.tastes.items() if item_id not in codes}
    back = {item_id for item_id in codes if state.tastes.get(item_id, 0) < 0}
    state = replace(state, tastes=tastes, rejected=tuple(one for one in state.rejected if one not in back))
    person = _stating(person, forgetting(person.statements, codes, person.now))
    told = _naming(
        codes, catalogue, state.language, "I no longer count what you made of {}. ", "您对{}的喜好不再算数。"
    )
    return state, person, (told,)


def _naming(
    codes: Mapping[str, int], catalogue: Catalogue, language: str, english: str, chinese: str
) -> ReplyPart:
    titles = [quoted(catalogue.title(code, language), language) for code in codes.values()]
    more = len(titles) - 3
    if more > 0:
        titles = [*titles[:3], f"其他{more}个" if is_chinese(language) else f"{more} more"]
    text = (chinese if is_chinese(language) else english).format(join(titles, language, "and"))
    return ReplyPart(text, tuple(Evidence("item", item_id) for item_id in codes))


def _told(state: State, person: Person, catalogue: Catalogue) -> tuple[ReplyPart, ...]:
    """The profile in a reply: its first lines, each with its evidence."""
    chinese, language = is_chinese(state.language), "zh" if is_chinese(state.language) else "en"
    found = lines(person, catalogue)
    said = [
        (
            f"{'喜欢' if taste > 0 else '不喜欢'}"
            if chinese
            else f"you {'like' if taste > 0 else 'do not like'} ",
            code,
        )
        for item_id, taste in state.tastes.items()
        if (code := catalogue.code(item_id)) is not None
    ]
    if not found and not said:
        return (ReplyPart("我还不知道您的任何喜好。" if chinese else "I know nothing of your tastes yet. "),)
    parts = [ReplyPart("关于您，我记着这些：" if chinese else "This is what I hold of you: ")]
    for words, code in said:
        text = f"{words}{quoted(catalogue.title(code, language), language)}"
        text = f"您在这次聊天里说过{text}；" if chinese else f"{text}, as you said here; "
        parts.append(ReplyPart(text, (Evidence("item", catalogue.item_id(code)),)))
    for line in found[:TOLD]:
        day = (line["source"]["at"] or "")[:10]
        when = (f"（{day}）" if chinese else f" ({day})") if day else ""
        end = "；" if chinese else "; "
        kind = "event" if line["source"]["kind"] == "event" else "wish"
        evidence = (Evidence(kind, line["source"]["id"] or line["line_id"]),)
        items = tuple(Evidence("item", item_id) for item_id in line.get("item_ids", ())[:3])
        parts.append(ReplyPart(f"{line['text'][language]}{when}{end}", (*evidence, *items)))
    last = parts[-1]
    parts[-1] = replace(last, text=last.text.rstrip("；; ") + ("。" if chinese else ". "))
    more = len(found) - TOLD
    if more > 0:
        parts.append(
            ReplyPart(f"还有{more}条在您的资料页。" if chinese else f"{more} more are in your profile. ")
        )
    parts.append(
        ReplyPart(
            "想去掉哪条，说“忘了我喜欢…”就行。"
            if chinese
            else "To take one back, say “forget that I like ...”."
        )
    )
    return tuple(parts)


_WHICH = (
    "Which one do you mean? Say its name, or “never the brand of the second one again”. ",
    "您指的是哪一个？说名字，或者“别再推荐第二个的牌子”都行。",
)
_ALL_GONE = (
    "Nothing that I knew of you counts any more ({n} entries). The record itself is erased on request to the shop. ",
    "我对您的了解都不再算数了（共{n}条）。要彻底删除记录，请向商家提出。",
)
