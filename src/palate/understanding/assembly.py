"""The assembly of a reading: the parts of one utterance are put together, and what they contradict is resolved."""

import re
from dataclasses import replace

from palate.understanding import mentions as naming
from palate.understanding.act_model import FEEDBACK
from palate.understanding.acts import ITEM_POINTER, LIKELY, Evidence, decide, weigh
from palate.understanding.bounds import BoundFound
from palate.understanding.constraints import Wish, of_one_thing, put_together, without_owned
from palate.understanding.critiques import Critique
from palate.understanding.cues import Cues, feelings, find_cues
from palate.understanding.keywords import Keyword, find_keywords, find_unwanted, query_of
from palate.understanding.near_words import NearWords, meant
from palate.understanding.part_names import PARTLY
from palate.understanding.reading import Part, Reading, Withdrawal
from palate.understanding.references import Reference, points_beyond
from palate.understanding.scene import Scene
from palate.understanding.sought import find_sought
from palate.understanding.standing import forget_of, forgets, standing_of
from palate.understanding.tracing import trace
from palate.understanding.wishes import Value
from palate.understanding.withdrawals import left_by, taken_back, withdrawn
from palate.values import Act, Constraint, Mention, Sentiment, Understanding

GIVEN = 0.7
"""Confidence in an act that comes from elsewhere than the rules."""
CORRECTION = re.compile(
    r"(?<=\w)\W+(?:no|oh|wait|oops|sorry|er+|i\s+mean)\b[\s,.]+(?:no\b[\s,.]*|wait\b[\s,.]*|sorry\b[\s,.]*|i\s+mean(?:t)?\b[\s,.]*)+"
    r"|(?<=\w)\W+(?:哦?不对|不是不是|说错了|打错了|哦不|啊不)\W*(?:是|我是说|应该是)?"
)
"""A speaker corrects himself: what stood before was not meant."""
WITHOUT_WISHES: tuple[Act, ...] = (
    "inquire",
    "compare",
    "explain",
    "accept",
    "greet",
    "thank",
    "other",
    "reject",
)


class Assembly:
    """The parts of one utterance on their way to a Reading."""

    def __init__(
        self,
        scene: Scene,
        cues: Cues,
        named: list[naming.Found],
        bounds: list[BoundFound],
        critiques: list[Critique],
        values: list[Value],
        references: list[Reference],
        wishes: list[Wish],
        widened: tuple[Constraint, ...],
        near: NearWords | None,
    ) -> None:
        self.scene = scene
        self.near = near
        self.cues = cues
        self.named = named
        self.bounds = bounds
        self.critiques = critiques
        self.values = values
        self.references = references
        self.wishes = wishes
        self.widened = widened

    def reading(self, given: Act | None) -> Reading:
        """Decide the act, where none is given, then keep what that act lets stand."""
        scene = self.scene
        constraints = put_together(
            scene, self.wishes, self.bounds, self.critiques, self.named, self.references
        )
        read = [(m.start, m.end) for m in self.named] + [(r.start, r.end) for r in self.references]
        read += [(s, e) for s, e, _, _ in constraints] + [(v.start, v.end) for v in self.values]
        of_denied = [v.end for v in self.values if v.denied and v.attribute != "categories"]
        keywords = find_keywords(scene, self._unsaid(read), of_denied)
        if self.near is not None and not self._speaks_of_one:
            constraints += meant(self.near, scene, keywords, {c[2].attribute for c in constraints})
        positions = tuple(dict.fromkeys(p for r in self.references for p in r.positions))
        cues = find_cues(scene.masked) if self.named else self.cues  # a title's own words tell no intent
        evidence = self._evidence(constraints, keywords, positions)
        act, sure = decide(scene.masked, cues, evidence)
        if scene.acts and "injection" not in cues:
            act, sure = weigh(act, sure, scene.acts, evidence)
        if act == "other" and not scene.acts and "injection" not in self.cues and find_unwanted(scene, read):
            act = "refine" if scene.after_list else "recommend"
        act, sure = (act, sure) if given is None else (given, GIVEN)
        asks = act in ("inquire", "compare", "explain")
        taken = () if asks else withdrawn(scene, self.cues, self.values)
        # "forget that I never use nylon" names a wish, whatever else it does
        takes_back = forgets(scene.plain) is not None
        if (
            act in WITHOUT_WISHES
            and not takes_back
            and not (act == "other" and constraints and "injection" not in self.cues and not scene.acts)
        ):
            freed = [(v.start, v.end) for v in self.values]
            read = [span for span in read if span not in freed]
            constraints = []
            keywords = find_keywords(
                scene, [(m.start, m.end) for m in self.named] + [(r.start, r.end) for r in self.references]
            )
            if act in ("greet", "thank", "other", "reject"):
                keywords = []
        if act == "start_over":
            keywords = self._new_words(keywords)
            begins, ends = self.cues.at.get("start_over", (0, 0))
            # "clear everything" wishes for nothing clear
            constraints = [c for c in constraints if not begins <= c[0] < ends]
        if taken:
            constraints, keywords = left_by(scene, self.cues, taken, constraints, keywords)
            if act == "other" and scene.after_list and "injection" not in self.cues:
                act = "refine"
        if act == "feedback" and self._displeased:  # "my Logitech keyboard broke"
            constraints = [c for c in constraints if not of_one_thing(scene, c)]
            constraints = [
                (s, e, replace(c, op="not in", strength="prefer") if c.op == "in" else c, sure)
                for s, e, c, sure in constraints
            ]
        if not asks:
            constraints = without_owned(scene, self.cues, constraints)
        standing, unwanted = standing_of(scene, self.cues, constraints, act)
        forget = forget_of(scene, self.cues, constraints, unwanted) if act != "start_over" else None
        keywords = [k for k in keywords if not any(word in k.text for word in unwanted)]
        if forget is not None:
            constraints = [c for c in constraints if c[2] not in forget.constraints]
            taken = tuple(dict.fromkeys((*taken, *taken_back(forget))))
            standing, unwanted = (), ()
        if (forget is not None or unwanted) and not constraints and not keywords:
            act = "feedback"  # told, and nothing asked for
        mentions = self._mentions(act)
        if act in ("greet", "thank", "start_over", "other"):
            mentions, positions = [], ()
        understanding = Understanding(
            language=scene.language,
            act=act,
            query=query_of(keywords),
            keywords=tuple(k.text for k in keywords),
            mentions=tuple(m for m, _ in mentions),
            constraints=tuple(c for _, _, c, _ in constraints),
            references=positions,
        )
        without = self._unwanted(act, read, unwanted, taken)
        known = [k.text for k in without if scene.lookup.knows(k.text)]
        parts = self._parts(act, sure, mentions, constraints, keywords)
        parts += tuple(
            Part("unread", scene.text.said(k.start, k.end), k.start, k.end, "no item tells", 0.6)
            for k in without
            if k.text not in known
        )
        lowest = min([p.confidence for p in parts if p.kind != "keyword"], default=sure)
        return Reading(
            understanding,
            parts,
            lowest,
            standing=standing,
            standing_keywords=unwanted,
            withdrawn=taken,
            sought=find_sought(scene.plain, keywords, opens=act == "recommend" and not scene.after_list)
            if act not in WITHOUT_WISHES
            else None,
            felt=self._felt(act, positions),
            unwanted=tuple(known),
            beyond=not (positions or mentions) and points_beyond(scene),
            by=tuple(
                (c.constraint.attribute, c.by) for c in self.critiques if c.constraint and c.by is not None
            ),
            of_another="another" in self.cues,
            had="had" in self.cues and act in ("feedback", "reject", "refine") and "like_this" not in cues,
            widened=() if act in WITHOUT_WISHES and act != "accept" else self.widened,
            forget=forget,
            trace=trace(
                scene,
                self.cues,
                self.named,
                self.values,
                self.bounds,
                self.critiques,
                self.references,
                keywords,
            ),
        )

    def _unwanted(
        self, act: Act, read: list[tuple[int, int]], never: tuple[str, ...], taken: tuple[Withdrawal, ...]
    ) -> list[Keyword]:
        """What this request is to be without, those left out that hold for good, or are taken back."""
        if act not in ("recommend", "refine", "feedback", "start_over") or "injection" in self.cues or taken:
            return []
        if (act == "feedback" and self.named) or ("question" in self.cues and "request" not in self.cues):
            return []  # a tale of one thing; whether there is no cable
        found = find_unwanted(self.scene, read)
        return [k for k in found if not any(k.text in word or word in k.text for word in never)]

    @property
    def _displeased(self) -> bool:
        """Whether a taste is told by words of dislike, or by others that sound like it."""
        if "feel_good" in self.cues:
            return False
        return "feel_bad" in self.cues or self.scene.chance("complaint") > LIKELY

    @property
    def _speaks_of_one(self) -> bool:
        """Whether things are spoken of, or a question or a tale, where a free word is no wish."""
        talk = self.scene.chance(*FEEDBACK, "inquire", "other") > LIKELY
        return bool(self.references or self.named) or talk

    def _unsaid(self, read: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The stretches that hold no keyword: those read, but for wished words that say more than the value
        (heist), and what a self-correction took back.
        """
        more = [
            (v.start, v.end)
            for v in self.values
            if not v.denied and self.scene.plain[v.start : v.end] in self.scene.lexicon.narrower
        ]
        read = [(s, e) for s, e in read if not any(s <= a and b <= e for a, b in more)]
        corrected = CORRECTION.search(self.scene.plain)
        return [*read, (0, corrected.start())] if corrected else read

    def _new_words(self, keywords: list[Keyword]) -> list[Keyword]:
        """What is searched for after "start over": words behind it that the catalogue knows, where there is
        a request.
        """
        if "request" not in self.cues or "start_over" not in self.cues:
            return []
        end = self.cues.at["start_over"][1]
        return [k for k in keywords if k.start >= end and self.scene.lookup.knows(k.text)]

    def _evidence(
        self,
        constraints: list[Wish],
        keywords: list[Keyword],
        positions: tuple[int, ...],
    ) -> Evidence:
        relative = sum(c[2].op in ("lower", "higher") for c in constraints)
        complaint = (
            bool(re.search(r"\btoo\s+\w+|太|不够", self.scene.masked))
            and self.scene.after_list
            and bool(self.critiques)
        )
        return Evidence(
            mentions=len(self.named),
            shown=sum(m.item_id in {facts.item_id for facts in self.scene.last} for m in self.named),
            felt=sum(m.sentiment != "neutral" for m in self.named),
            constraints=len(constraints) - relative,
            relative=relative,
            bounded=sum(c[2].op in ("<=", ">=", "between") for c in constraints),
            complaints=int(complaint),
            hints=len(self.critiques),
            references=len(positions),
            refused=sum(self.scene.scopes.denied(r.start, r.end) for r in self.references),
            keywords=len(keywords),
            widened=len(self.widened),
            known_words=sum(self.scene.lookup.knows(k.text) for k in keywords[:8]),
            after_list=self.scene.after_list,
            answers=any(c[2].attribute == self.scene.asked for c in constraints),
            single_shown=len(self.scene.last) == 1,
            pointed=ITEM_POINTER.search(self.scene.masked) is not None,
        )

    def _mentions(self, act: Act) -> list[tuple[Mention, naming.Found]]:
        out: list[tuple[Mention, naming.Found]] = []
        for found in self.named:
            sentiment = found.sentiment
            if act in ("inquire", "compare", "explain") and self._describes(found):
                continue
            if act in ("inquire", "compare", "explain"):
                sentiment = "neutral"
            elif act == "feedback" and sentiment == "neutral" and self.scene.acts and "had" not in self.cues:
                sentiment = self.scene.feeling
            elif act == "accept" and sentiment == "neutral":
                sentiment = "like"
            out.append(
                (Mention(self.scene.text.said(found.start, found.end), found.item_id, sentiment), found)
            )
        return out

    def _felt(self, act: Act, positions: tuple[int, ...]) -> tuple[tuple[int, Sentiment], ...]:
        """What is felt about the things pointed at; nothing where they are only asked about, and no dislike where
        something is to be better about them ("the first is too dear").
        """
        if act not in ("feedback", "refine", "reject", "recommend") or not positions:
            return ()
        if "had" in self.cues and not feelings(
            self.scene.masked
        ):  # bought already, and no word of how it was
            return ()
        felt = naming.felt_at(self.scene, self.cues, [(r.start, r.end) for r in self.references])
        return tuple(
            (position, sentiment)
            for reference, sentiment in zip(self.references, felt, strict=True)
            for position in reference.positions
            if sentiment == "like" or (sentiment == "dislike" and act != "refine")
        )

    def _describes(self, found: naming.Found) -> bool:
        """Whether some words of a title merely say what is asked of things pointed at ("is the last one *safe for
        coloured hair*", "good for *sensitive skin*").
        """
        said = self.scene.plain[found.start : found.end]
        small = said.isascii() and not self.scene.capitalised(found.start, found.end)
        purpose = re.search(r"\b(?:for|on|with)\s+$", self.scene.plain[max(0, found.start - 8) : found.start])
        return bool(self.references) and (found.sure <= PARTLY or bool(purpose)) and small

    def _parts(
        self,
        act: Act,
        sure: float,
        mentions: list[tuple[Mention, naming.Found]],
        constraints: list[Wish],
        keywords: list[Keyword],
    ) -> tuple[Part, ...]:
        said = self.scene.text.said
        parts = [Part("act", "", 0, 0, act, sure)]
        parts += [
            Part("mention", said(f.start, f.end), f.start, f.end, m, f.sure, f.others) for m, f in mentions
        ]
        parts += [Part("constraint", said(s, e), s, e, c, confidence) for s, e, c, confidence in constraints]
        parts += [
            Part("reference", said(r.start, r.end), r.start, r.end, r.positions, 0.9) for r in self.references
        ]
        parts += [Part("keyword", said(k.start, k.end), k.start, k.end, k.text, 0.6) for k in keywords]
        parts += [
            Part("unread", said(b.start, b.end), b.start, b.end, "no such attribute", b.sure)
            for b in self.bounds
            if not b.constraint
        ]
        return tuple(parts)
