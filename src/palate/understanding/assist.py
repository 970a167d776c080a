"""The reader with a language model beside it: where the rules are unsure, the model is asked too.

One call, bounded in time; its answer is checked against the catalogue (``proposal``) and merged field by
field. What the rules are sure of stands, and whatever goes wrong with the model, the rules' reading is the
answer.
"""

import copy
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, Self

from palate.catalogue.lookup import Lookup
from palate.errors import LanguageModelError
from palate.language_models.base import LanguageModel
from palate.language_models.structured import complete_json
from palate.understanding.assembly import GIVEN, WITHOUT_WISHES
from palate.understanding.proposal import Interviewer, Named, Proposal
from palate.understanding.reader import Reader
from palate.understanding.reading import Part, PartKind, Reading
from palate.values import Act, Constraint, Mention, Understanding

Field = Literal["act", "mentions", "constraints", "references"]
_FIELDS: dict[PartKind, Field] = {
    "act": "act", "mention": "mentions", "constraint": "constraints", "reference": "references",
    "unread": "constraints",
}  # fmt: skip
_MANY_WORDS = 3
"""A request of which the rules read nothing but this many free words is one that they may not have
understood."""
_MOST_TOKENS = 500
_LEAST_TIME = 0.05
_SILENT_ACTS: tuple[Act, ...] = ("greet", "thank", "start_over", "other")


class AssistedReader:
    """Reads as ``Reader`` does, with the same results where the rules are sure.

    ``rules``: that reader; ``budget``: seconds that one reading may take in all; ``sure``: the confidence
    from which a part of the rules' reading stands whatever the model says.
    """

    def __init__(
        self, reader: Reader, lookup: Lookup, model: LanguageModel, *, budget: float = 1.5, sure: float = 0.65
    ) -> None:
        self.rules = reader
        self._interviewer = Interviewer(lookup)
        self._model = model
        self._budget = budget
        self._sure = sure

    def asking(self, model: LanguageModel) -> Self:
        """The same reader, asking ``model`` instead."""
        other = copy.copy(self)
        other._model = model
        return other

    def understand(
        self, text: str, *, last_items: Sequence[str] = (), in_dialogue: bool = False
    ) -> Understanding:
        """The Understanding of ``read``."""
        return self.read(text, last_items=last_items, in_dialogue=in_dialogue).understanding

    def read(
        self,
        text: str,
        *,
        last_items: Sequence[str] = (),
        in_dialogue: bool = False,
        asked: str | None = None,
    ) -> Reading:
        """See ``Reader.read``. Never raises because of the model; the trace tells what became of it."""
        began = time.monotonic()
        reading = self.rules.read(text, last_items=last_items, in_dialogue=in_dialogue, asked=asked)
        fields = doubts(reading, self._sure)
        if not fields:
            return reading
        report: dict[str, Any] = {"model": self._model.name, "asked about": sorted(fields)}
        try:
            answer = complete_json(
                self._model,
                self._interviewer.messages(text, last_items, in_dialogue=in_dialogue),
                self._interviewer.schema,
                max_tokens=_MOST_TOKENS,
                timeout=max(_LEAST_TIME, self._budget - (time.monotonic() - began)),
            )
        except LanguageModelError as error:
            report["failed"] = str(error)
        else:
            said = self._interviewer.checked(answer, text, last_items, in_dialogue=in_dialogue)
            act = _accepted_act(reading, said, fields, self._sure, after_list=in_dialogue or bool(last_items))
            if act is not None:  # the rules again, for what they make of the utterance under that act
                reading = self.rules.read(
                    text, last_items=last_items, in_dialogue=in_dialogue, asked=asked, act=act
                )
            reading = _merged(reading, said, fields, self._sure)
            report |= {"act": act, "dropped": list(said.dropped)}
        report["seconds"] = round(time.monotonic() - began, 3)
        return replace(reading, trace=(*reading.trace, ("language model", report)))


def doubts(reading: Reading, sure: float) -> frozenset[Field]:
    """The fields in which a reading may be improved: those with a part below ``sure``; with the act those
    that are empty; and wishes and names, where a request left nothing but words.
    """
    said = reading.understanding
    fields: set[Field] = {
        _FIELDS[part.kind] for part in reading.parts if part.kind in _FIELDS and part.confidence < sure
    }
    read: dict[Field, object] = {
        "mentions": said.mentions, "constraints": said.constraints, "references": said.references,
    }  # fmt: skip
    empty: set[Field] = set()
    empty.update(name for name, value in read.items() if not value)
    if "act" in fields:
        fields |= empty
    elif (
        said.act in ("recommend", "refine")
        and len(said.keywords) >= _MANY_WORDS
        and {"mentions", "constraints"} <= empty
    ):
        fields |= {"mentions", "constraints"}
    return frozenset(fields)


def _accepted_act(
    reading: Reading, said: Proposal, fields: frozenset[Field], sure: float, *, after_list: bool
) -> Act | None:
    """The model's act, where it is another, is asked for and fits what the rules are sure of."""
    act = said.act
    if act == "refine" and not after_list:  # the same words before a list
        act = "recommend"
    if act is None or "act" not in fields or act == reading.understanding.act:
        return None
    wishes = any(part.kind == "constraint" and part.confidence >= sure for part in reading.parts)
    return None if wishes and act in WITHOUT_WISHES else act


def _merged(reading: Reading, said: Proposal, fields: frozenset[Field], sure: float) -> Reading:
    """The reading with what the model adds in the doubtful fields.

    A part of the rules below ``sure`` gives way to a part of the model's that stands on the same words or,
    for a wish, on the same attribute; it is not dropped because the model is silent on it. A part at or
    above ``sure`` stays, and what overlaps or contradicts it does not come in.
    """
    act = reading.understanding.act
    parts = list(reading.parts)
    new: list[Part] = []
    if "mentions" in fields and act not in _SILENT_ACTS:
        new += [_part("mention", one, act) for one in said.mentions or ()]
    if "constraints" in fields and act not in WITHOUT_WISHES:
        new += [_part("constraint", one, act) for one in said.constraints or ()]
    added: list[Part] = []
    for part in new:
        rivals = [old for old in parts if old.kind in (part.kind, "unread") and _rivals(old, part)]
        if any(old.kind != "unread" and old.confidence >= sure for old in rivals):
            continue
        parts = [old for old in parts if old not in rivals]
        added.append(part)
    parts = [
        old
        for old in parts
        if old.kind != "keyword" or not any(p.start < old.end and old.start < p.end for p in added)
    ]
    parts += added
    references = reading.understanding.references
    if "references" in fields and act not in _SILENT_ACTS and said.references and not references:
        references = said.references
        parts.append(Part("reference", "", 0, 0, references, GIVEN))
    keywords = tuple(str(part.detail) for part in parts if part.kind == "keyword")
    wishes = sorted((p for p in parts if p.kind == "constraint"), key=lambda part: part.start)
    named = sorted((p for p in parts if p.kind == "mention"), key=lambda part: part.start)
    understanding = replace(
        reading.understanding,
        mentions=_once([part.detail for part in named]),
        constraints=_once([part.detail for part in wishes]),
        references=references,
        keywords=keywords,
        query=" ".join(keywords),
    )
    lowest = min((part.confidence for part in parts if part.kind != "keyword"), default=reading.confidence)
    return replace(reading, understanding=understanding, parts=tuple(parts), confidence=lowest)


def _part(kind: Literal["mention", "constraint"], one: Named, act: Act) -> Part:
    detail = one.detail
    if isinstance(detail, Mention):
        if act in ("inquire", "compare", "explain"):
            detail = replace(detail, sentiment="neutral")
        elif act == "accept" and detail.sentiment == "neutral":
            detail = replace(detail, sentiment="like")
    return Part(kind, one.text, one.start, one.end, detail, GIVEN)


def _rivals(old: Part, new: Part) -> bool:
    """Whether two parts cannot both stand: they rest on the same words, name one item, or bound one
    attribute.
    """
    if old.start < new.end and new.start < old.end:
        return True
    if isinstance(old.detail, Mention) and isinstance(new.detail, Mention):
        return old.detail.item_id == new.detail.item_id
    if not isinstance(old.detail, Constraint) or not isinstance(new.detail, Constraint):
        return False
    if old.detail.attribute != new.detail.attribute:
        return False
    lists = ("in", "not in")
    if old.detail.op in lists and new.detail.op in lists:  # comedy and romance may both be wished for
        return bool(set(map(str, old.detail.value)) & set(map(str, new.detail.value)))
    return True


def _once(details: list[Any]) -> tuple[Any, ...]:
    return tuple(detail for at, detail in enumerate(details) if detail not in details[:at])
