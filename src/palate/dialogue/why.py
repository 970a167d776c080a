"""Why an item stands where it stands: the exact parts of its score, what each rests on, what keeps it out, and
where it would stand otherwise.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.text import tokens
from palate.dialogue.answering import spoken_of
from palate.dialogue.counterfactuals import Case, Removal, Standing, removals
from palate.dialogue.recommending import features_of, grounds_of, segment_of
from palate.dialogue.sessions import Listed, Sessions
from palate.dialogue.standing import bearing, unwanted
from palate.dialogue.state import State
from palate.dialogue.world import World
from palate.feedback.person import Person
from palate.ranking.decisions import aligned
from palate.ranking.features import KNOWN, REPEATED, WISH
from palate.ranking.reasons import Grounds, explain
from palate.ranking.slate import Slate, rank
from palate.ranking.wording import is_chinese, ordinal, quoted, wish_text
from palate.recommenders.base import Explains
from palate.values import (
    Constraint,
    Contribution,
    Counterfactual,
    Evidence,
    Mask,
    Reason,
    ReplyPart,
    Understanding,
    Why,
)

MOST_TOLD = 10
"""How many counterfactuals are told."""

SUPPORTS = 3
"""How many of the person's items are named under one source."""

LEAST = 1e-6
"""A score that moves less than this did not move: sources score in float32."""

_DEEDS = {
    "view": ("your look at {}", "您看过{}"),
    "click": ("your click on {}", "您点开过{}"),
    "dwell": ("the time you spent on {}", "您细看过{}"),
    "favorite": ("your saving {}", "您收藏了{}"),
    "add_to_cart": ("your putting {} in the cart", "您把{}加入了购物车"),
    "purchase": ("your purchase of {}", "您买过{}"),
    "like": ("your like on {}", "您点赞了{}"),
    "dislike": ("your dislike of {}", "您不喜欢{}"),
    "rating": ("your rating of {}", "您给{}打的分"),
    "comment": ("your comment on {}", "您评论了{}"),
    "share": ("your sharing {}", "您分享了{}"),
    "skip": ("your passing over {}", "您跳过了{}"),
    "said": ("what you said of {}", "您说起过{}"),
}
_OUT = {
    "gone": ("it is not available now", "目前没有货"),
    "dislike": ("you disliked it", "您不喜欢它"),
    "purchase": ("you bought it already", "您已经买过它"),
    "said": ("you spoke of it yourself", "您自己提到过它"),
    "rejected": ("you turned it down in this conversation", "这次聊天里您没有要它"),
    "words": ("its text speaks of “{}”", "它的介绍里有“{}”"),
    "known": ("a list leaves out what you know already", "列表里不再放您已经知道的"),
}


def why_now(world: World, code: int, person: Person, k: int, language: str) -> Why:
    """Why the item of ``code`` stands where it does in the list of ``k`` that the person would get now; such a list
    leaves out what he knows already.
    """
    world = world.seen_by(person.user, segment_of(language, person))
    state = State(language=language)
    case = Case(world, code, state, person, k, lambda person: person.touched, world.ranker)
    return _explained(case, language)


def why_in(world: World, code: int, listed: Listed, person: Person, language: str) -> Why:
    """Why the item of ``code`` stood where it did in a list that was shown: for the person as he was then."""
    return _explained(_case_in(world, code, listed, person, language), language)


def _case_in(world: World, code: int, listed: Listed, person: Person, language: str) -> Case:
    person = person.until(listed.at)
    world = world.seen_by(person.user, segment_of(language, person))
    used = aligned(listed.ranker, world.ranker.names)
    return Case(world, code, listed.state, person, listed.shown, lambda person: None, used, listed.advice)


def counterfactual(
    world: World,
    sessions: Sessions,
    before: State,
    person: Person,
    said: Understanding,
) -> tuple[ReplyPart, ...]:
    """What the answer to "why this one?" adds: without what the item would have fallen furthest."""
    catalogue = world.catalogue
    shown = [code for code in spoken_of(said, before, catalogue) if catalogue.item_id(code) in before.last]
    if before.last_turn is None or not shown:
        return ()
    listed = sessions.list_of(before.last_turn, person.user)
    found = _strongest(_case_in(world, shown[0], listed, person, said.language))
    if found is None:
        return ()
    now, then, removal = found
    one = _told(catalogue, now, then, removal, said.language)
    text = f"{one.text}。" if is_chinese(said.language) else f"{one.text[:1].upper()}{one.text[1:]}. "
    return (ReplyPart(text, (Evidence("item", catalogue.item_id(shown[0])), one.evidence)),)


def _strongest(case: Case) -> tuple[Standing, Standing, Removal] | None:
    """Where the item stands, and without what it would fall furthest. What the person did goes before what he wishes
    for now, which he knows; so his wishes are taken away only where none of his deeds speaks for the item.
    """
    taken = removals(case.state, case.person, case.world.catalogue)
    deeds = [one for one in taken if one.evidence.kind != "wish"]
    wishes = [one for one in taken if one.evidence.kind == "wish"]
    for some in filter(None, (deeds, wishes)):
        now, *otherwise = case.standings(some)
        if now.place is None:
            return None
        for removal, then in _by_effect(now, zip(some, otherwise, strict=True)):
            if then.place is None or then.place > now.place:
                return now, then, removal
    return None


def _explained(case: Case, language: str) -> Why:
    world, person, catalogue = case.world, case.person, case.world.catalogue
    taken = removals(case.state, person, catalogue)
    now, *otherwise = case.standings(taken)
    grounds = grounds_of(world, case.sought, person, language)
    effects = _by_effect(now, zip(taken, otherwise, strict=True))[:MOST_TOLD]
    counterfactuals = tuple(_told(catalogue, now, then, removal, language) for removal, then in effects)
    item_id, title = catalogue.item_id(case.code), catalogue.title(case.code, language)
    if now.place is None:
        return Why(item_id, title, None, None, (), (), counterfactuals, _kept_out(case, grounds))
    alone = _alone(case)
    return Why(
        item_id=item_id,
        title=title,
        place=now.place,
        score=float(alone.scores[0]),
        reasons=explain(alone, 0, grounds),
        contributions=_contributions(alone, grounds, person),
        counterfactuals=counterfactuals,
    )


# --- what the score is made of ------------------------------------------------------------------------


def _alone(case: Case) -> Slate:
    """The item as a slate of its own, scored as it is among the candidates of the list."""
    world, among = case.world, case.candidates
    codes = np.array([case.code], np.int32)
    raw = np.column_stack([source.score(case.sought.context, Mask(codes)) for source in world.recommenders])
    one = replace(among, codes=codes, scores=raw / among.scales)
    return rank(case.used, one, features_of(world, case.sought, one), world.similarity, 1, 0.0)


def _contributions(alone: Slate, grounds: Grounds, person: Person) -> tuple[Contribution, ...]:
    """Every feature that moves the score, the weightiest first."""
    parts = alone.contributions[0]
    return tuple(
        Contribution(
            feature=alone.names[column],
            value=float(alone.features[0, column]),
            weight=float(alone.weights[column]),
            contribution=float(parts[column]),
            evidence=_evidence(alone, alone.names[column], grounds, person),
        )
        for column in np.argsort(-np.abs(parts), kind="stable")
        if parts[column] != 0
    )


def _evidence(alone: Slate, feature: str, grounds: Grounds, person: Person) -> tuple[Evidence, ...]:
    """What a feature's value rests on: wishes, fields of the catalogue, events; else the model itself."""
    code = int(alone.codes[0])
    if feature == WISH:
        return tuple(
            Evidence("wish", wish.wish_id)
            for wish, met in zip(grounds.preferences, alone.met[0], strict=True)
            if met > 0
        )
    if feature == KNOWN and (event := person.strongest_event(code)):
        return (event[1],)
    if feature == REPEATED:
        return (Evidence("item", grounds.catalogue.item_id(code)),)
    if feature == "lexical":
        return _fields(grounds, code)
    source = grounds.recommenders.get(feature)
    if isinstance(source, Explains) and len(grounds.context.items):
        parts = source.evidence(grounds.context, code)
        strong = [row for row in np.argsort(-np.abs(parts), kind="stable")[:SUPPORTS] if parts[row] != 0]
        if strong:
            return tuple(grounds.taste(int(grounds.context.items[row])).evidence for row in strong)
    return (Evidence("model", feature),)


def _fields(grounds: Grounds, code: int) -> tuple[Evidence, ...]:
    """The fields in which the words sought stand."""
    sought = set(tokens(grounds.context.query))
    item = grounds.catalogue.item(code)
    fields = {"title": item.title, **item.fields}
    found = [name for name, value in fields.items() if sought & set(tokens(str(value)))]
    return tuple(Evidence("field", name) for name in found) or (Evidence("model", "lexical"),)


# --- what keeps it out --------------------------------------------------------------------------------


def _kept_out(case: Case, grounds: Grounds) -> tuple[Reason, ...]:
    code, sought, state, person = case.code, case.sought, case.state, case.person
    catalogue, language = grounds.catalogue, grounds.language
    item_id = catalogue.item_id(code)

    def reason(name: str, evidence: Evidence, word: str = "") -> Reason:
        return Reason(_OUT[name][is_chinese(language)].format(word), "mask", 0.0, (evidence,))

    found: list[Reason] = []
    if code not in catalogue.mask().codes:
        found.append(reason("gone", Evidence("field", "available")))
    for wish in sought.musts:
        if not catalogue.satisfaction([wish.constraint], np.array([code], np.int32))[0, 0]:
            words = wish_text(catalogue, wish.constraint, language)
            text = f"不符合“{words}”" if is_chinese(language) else f"it does not meet “{words}”"
            found.append(Reason(text, "mask", 0.0, (Evidence("wish", wish.wish_id),)))
    if code in person.masked and (event := person.strongest_event(code)):
        bought = event[0] == "purchase"
        found.append(reason("purchase" if bought else "dislike", event[1]))
    if item_id in state.tastes:
        found.append(reason("said", Evidence("item", item_id)))
    elif item_id in state.rejected and code not in person.masked:
        found.append(reason("rejected", Evidence("item", item_id)))
    found += [
        reason("words", Evidence("wish", f"profile/word/{word}"), word)
        for word in unwanted(state, person)
        if code in bearing([word], catalogue)
    ]
    if not found and code in sought.out:
        event = person.strongest_event(code)
        found.append(reason("known", event[1] if event else Evidence("item", item_id)))
    return tuple(found)


# --- where it would stand otherwise -------------------------------------------------------------------


def _by_effect(now: Standing, pairs: Iterable[tuple[Removal, Standing]]) -> list[tuple[Removal, Standing]]:
    """Those that make a difference: first what the item would fall without, the furthest fall first."""

    def effect(then: Standing) -> tuple[bool, float, float]:
        if now.place is None or then.place is None:
            return now.place is not None, -np.inf, float(then.place or 0)
        return then.place > now.place, -abs(np.log(then.place / now.place)), -_moved(now, then)

    different = [(one, then) for one, then in pairs if then.place != now.place or _moved(now, then) > LEAST]
    return sorted(different, key=lambda pair: (not effect(pair[1])[0], *effect(pair[1])[1:]))


def _moved(now: Standing, then: Standing) -> float:
    return abs((then.score or 0.0) - (now.score or 0.0))


def _told(
    catalogue: Catalogue, now: Standing, then: Standing, removal: Removal, language: str
) -> Counterfactual:
    chinese = is_chinese(language)
    deed = _deed(catalogue, removal, language)
    if then.place is None:
        text = f"要不是{deed}，它就不会出现" if chinese else f"without {deed} it would not come at all"
    elif then.place == now.place:
        text = (
            f"即使没有“{deed}”这一条，它还是排第{then.place}"
            if chinese
            else f"without {deed} it would still be {ordinal(then.place)}"
        )
    else:
        text = (
            f"要不是{deed}，它会排第{then.place}"
            if chinese
            else f"without {deed} it would be {ordinal(then.place)}"
        )
    return Counterfactual(text, removal.evidence, then.place, then.score)


def _deed(catalogue: Catalogue, removal: Removal, language: str) -> str:
    """What is taken away, as a part of a sentence."""
    chinese, subject = is_chinese(language), removal.subject
    if isinstance(subject, Constraint):
        words = wish_text(catalogue, subject, language)
        if removal.kind == "never":
            return f"您一直的要求“{words}”" if chinese else f"your standing wish “{words}”"
        return f"您说了“{words}”" if chinese else f"your wish “{words}”"
    if isinstance(subject, str):
        if removal.kind == "never_word":
            return f"您不要带“{subject}”的" if chinese else f"your keeping out of “{subject}”"
        return f"您说到“{subject}”" if chinese else f"your word “{subject}”"
    return _DEEDS[removal.kind][chinese].format(quoted(name_of(catalogue, subject, language), language))


def name_of(catalogue: Catalogue, code: int, language: str) -> str:
    """The item's title; of an item that is gone, its id."""
    if code < catalogue.size and catalogue.live[code]:
        return catalogue.title(code, language)
    return catalogue.item_id(code)
