"""Writing a reply: by a language model where there is one, sentence by sentence against the brief; by templates
where there is none, where it fails, and in place of each sentence that says more than the brief.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from palate.catalogue.catalogue import Catalogue
from palate.dialogue import prompt
from palate.dialogue.brief import Brief
from palate.dialogue.grounding.checker import Checker, Verdict
from palate.dialogue.grounding.facts import gather
from palate.dialogue.grounding.said import Focus
from palate.dialogue.grounding.sentences import Sentences
from palate.dialogue.grounding.vocabulary import Vocabulary
from palate.dialogue.reply import TOLD, beside, write
from palate.errors import LanguageModelError
from palate.language_models.base import LanguageModel
from palate.ranking.wording import is_chinese
from palate.values import ReplyPart

MOST_SENTENCES = 12
MOST_CHARACTERS = 1_500
"""Where a model does not come to an end, the reply does."""

_SAID_FIRST = ("heard", "caveat")
"""What must not be left to a model: what changed, and what could not be met."""

_MARKUP = re.compile(r"\*\*|__|^#+\s*|^[-*•]\s+|^\d{1,2}[.)]\s+(?=\D)", re.MULTILINE)
_BARE = re.compile(r"[“「《]")
"""How a sentence begins that is but a list, made to stand behind an opening."""
_ENDS = re.compile(r"[.!?…。！？：:][\"”’」』）)]*$")


@dataclass(frozen=True, slots=True)
class Pen:
    """What a model needs to write: itself, the words that claim something, the shop's tone, and bounds."""

    model: LanguageModel
    vocabulary: Vocabulary
    tone: str
    seconds: float
    max_tokens: int


class Composition:
    """One reply on its way: what the templates would say, and what of it was said. ``unsupported``: how many sentences
    of the model were refused so far. ``pen`` None: templates alone.
    """

    def __init__(self, brief: Brief, catalogue: Catalogue, pen: Pen | None) -> None:
        self.brief = brief
        self.catalogue = catalogue
        self.pen = pen
        self.plan = write(brief, catalogue)
        self.left = list(self.plan)
        self.focus = Focus()
        self.sentences: list[str] = []
        self.by_model = self.broke_off = False
        self.unsupported = 0
        self.named = set[str]()
        """The ids of the things that were spoken of."""

    def parts(self) -> Generator[ReplyPart, None, None]:
        """The sentences as they are sure; joined, they are the reply. Always a whole one, whatever the model does, and
        every word of it is the brief's.
        """
        gap, first = "" if is_chinese(self.brief.said.language) else " ", True
        for part in self.sure():
            text = part.text.strip()
            if text:  # the space between two stands before the second: the last one ends without any
                yield replace(part, text=text if first else gap + text)
                first = False

    def sure(self) -> Iterator[ReplyPart]:
        """The sentences, without regard to the space between them."""
        if self.pen is not None:
            for part in [one for one in self.left if one.purpose in _SAID_FIRST]:
                yield self.say(part)
            if self.left:
                yield from self.written(self.pen)
        yield from self.rest()

    def written(self, pen: Pen) -> Iterator[ReplyPart]:
        """What the model writes and the brief supports, with templates in place of the other sentences."""
        brief = self.brief
        asked = prompt.messages(brief, self.catalogue, pen.tone, self.sentences, self.left)
        facts = gather(brief, pen.vocabulary.things, self.plan)
        checker = Checker(pen.vocabulary, facts, language=brief.said.language, secret=asked[0].text)
        stream = pen.model.complete(asked, max_tokens=pen.max_tokens, timeout=pen.seconds)
        sentences, written = Sentences(), 0
        try:
            with closing(stream):  # pyright: ignore[reportArgumentType] - a model's stream is a generator
                for piece in stream:
                    written += len(piece)
                    for sentence in sentences.feed(piece):
                        yield from self.take(sentence, checker)
                    if written > MOST_CHARACTERS or len(self.sentences) >= MOST_SENTENCES:
                        return
        except LanguageModelError:
            self.broke_off = True  # what it left unfinished is not shown: the templates go on
            return
        if last := sentences.rest():
            yield from self.take(last, checker)

    def take(self, sentence: str, checker: Checker) -> Iterator[ReplyPart]:
        """A sentence of the model, or what stands in its place."""
        text = _MARKUP.sub("", sentence).strip()
        if not re.search(r"\w", text) or text in self.sentences:
            return
        verdict = checker.check(text, self.focus)
        if not verdict.supported:
            self.unsupported += 1
            part = self.instead(verdict)
            if part is not None:
                yield self.say(replace(part, source="repair"))
                if self.announced() and (first := next((p for p in self.left if p.purpose == "item"), None)):
                    yield self.say(replace(first, source="repair"))
            return
        if verdict.asks and any(part.purpose == "question" for part in self.left):
            return  # two questions in a row: the one that narrows the list is asked
        if not _ENDS.search(text):
            text += "。" if is_chinese(self.brief.said.language) else "."
        if text in self.sentences:
            return
        self.by_model = True
        self.note(verdict)
        self.sentences.append(text)
        yield ReplyPart(text, verdict.evidence, "", "model")

    def note(self, verdict: Verdict) -> None:
        """Take from the plan what a sentence of the model has said."""
        ids = {thing.item_id for thing in verdict.things}
        self.named |= {thing.item_id for thing in verdict.named}
        fields = {one.id for one in verdict.evidence if one.kind == "field"}

        def said(part: ReplyPart) -> bool:
            items = {one.id for one in part.evidence if one.kind == "item"}
            if part.purpose == "opening":
                return True
            if part.purpose == "item":
                return bool(items & ids)
            if part.purpose == "answer":
                wanted = {one.id for one in part.evidence if one.kind == "field"}
                about = bool(items & ids) or not items
                return about and (
                    bool(wanted & fields) if wanted else verdict.silent or self.brief.move == "explain"
                )
            return part.purpose == "word"

        self.left = [part for part in self.left if not said(part)]
        single = [thing for thing in verdict.things if len(verdict.things) <= 2]
        self.focus = Focus(verdict.things or self.focus.things, (*self.focus.recent, *single)[-4:])

    def instead(self, verdict: Verdict) -> ReplyPart | None:
        """The template with the purpose of a sentence that was not supported; None where that was said already."""
        ids = {thing.item_id for thing in verdict.things}
        for purpose in ("answer", "item"):
            for part in self.left:
                if part.purpose == purpose and ids & {e.id for e in part.evidence if e.kind == "item"}:
                    self.left = [one for one in self.left if one.purpose != "opening"]
                    return part
        wanted = ("answer", "opening", "word", "item")
        return next((part for purpose in wanted for part in self.left if part.purpose == purpose), None)

    def say(self, part: ReplyPart) -> ReplyPart:
        self.left.remove(replace(part, source="template"))
        if part.purpose == "item" and not self.announced() and _BARE.match(part.text):
            chinese = is_chinese(self.brief.said.language)
            also = bool(self.named)
            lead = (
                ("这里还有" if also else "这里有")
                if chinese
                else "Also on the list: "
                if also
                else "On the list: "
            )
            part = replace(part, text=lead + part.text)
        if part.purpose == "item":
            self.named |= {one.id for one in part.evidence if one.kind == "item"}
        self.sentences.append(part.text.strip())
        return part

    def announced(self) -> bool:
        """Whether the last sentence leaves off where a list is to follow."""
        return bool(self.sentences) and self.sentences[-1].endswith((":", "："))

    def rest(self) -> Iterator[ReplyPart]:
        """What of the plan is still to be said: after a model's whole reply what must be (the things that it did not
        speak of, too), else all of it.
        """
        needed = ("answer", "item", "question") if self.by_model and not self.broke_off else None
        if self.announced():
            needed = None  # an opening announces what follows
        due = [part for part in self.left if needed is None or part.purpose in needed]
        for part in due:
            if part.purpose == "question":
                yield from self.unnamed()
            yield self.say(part)
        yield from self.unnamed()

    def unnamed(self) -> Iterator[ReplyPart]:
        """The things of the list's beginning that a model's sentences have passed over."""
        if self.brief.move == "recommend" and self.by_model:
            left_out = [i.item_id for i in self.brief.items[:TOLD] if i.item_id not in self.named]
            if left_out:
                part = beside(self.brief, self.catalogue, left_out)
                self.named |= set(left_out)
                self.sentences.append(part.text.strip())
                yield part
