"""The reader: one utterance to its Understanding, by rules over one catalogue. Milliseconds; no exception for
any text.

Each part has its module: ``scene`` looks up, ``mentions``, ``wishes``, ``bounds``, ``critiques`` and
``references`` read, ``acts`` decides, ``keywords`` takes what is left. This module puts them in order and
resolves what they contradict.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import exp
from typing import Any

from palate.catalogue.lookup import Lookup
from palate.catalogue.lookup_words import is_chinese, words_of
from palate.language_models.embedders import Embedder
from palate.understanding import mentions as naming
from palate.understanding.act_model import EMBEDDER, FEEDBACK, act_scores
from palate.understanding.acts import Evidence, decide, weigh
from palate.understanding.alternatives import as_constraints
from palate.understanding.bounds import BoundFound, bare_amounts, find_bounds
from palate.understanding.critiques import Critique, find_critiques, superlative
from palate.understanding.cues import Cues, find_cues
from palate.understanding.keywords import Keyword, find_keywords, query_of
from palate.understanding.lexicon import Lexicon
from palate.understanding.near_words import NearWords
from palate.understanding.reading import Forget, Part, Reading, Withdrawal
from palate.understanding.references import Reference, find_references
from palate.understanding.scene import Scene, make_scene
from palate.understanding.standing import exclusions_of, forgets, unwanted_words
from palate.understanding.wishes import Value, find_values
from palate.values import Act, Constraint, Mention, Understanding

EMBEDDED = 160
FAINT = -4.0
MOST_MEANT = 4
"""So many free words are looked up by meaning: each costs a third of a millisecond."""
TOGETHER = re.compile(r"\s*(?:of|the|and|&|-|的)?\s*")
THIS_ONE = {"en": "this one", "zh": "这个"}
LIKELY = 0.6
"""A kind of act that the model of acts holds this likely is looked for in what is named, too."""
GIVEN = 0.7
"""Confidence in an act that comes from elsewhere than the rules."""
CORRECTION = re.compile(
    r"(?<=\w)\W+(?:no|oh|wait|oops|sorry|er+|i\s+mean)\b[\s,.]+(?:no\b[\s,.]*|wait\b[\s,.]*|sorry\b[\s,.]*|i\s+mean(?:t)?\b[\s,.]*)+"
    r"|(?<=\w)\W+(?:哦?不对|不是不是|说错了|打错了|哦不|啊不)\W*(?:是|我是说|应该是)?"
)
"""A speaker corrects himself: what stood before was not meant."""
_THIS_BRAND = re.compile(
    r"(?:not|no|never|different|another|other)\s+(?:this|that|the\s+same)?\s*brand|(?:不要|别|换)(?:个"
    r"|一个)?(?:这|那)?个?(?:牌子|品牌)"
)
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


class Reader:
    """Reads utterances over one catalogue. Immutable; build a new one when the lookup changes (milliseconds).

    ``synonyms``: in place of the shipped ``data/synonyms.toml``, a mapping of the same shape. ``embedder``: by its
    sentence vectors acts are told that no rule foresaw; without it, or with another than the model of acts was
    fitted for, the rules decide alone.
    """

    def __init__(
        self, lookup: Lookup, synonyms: Mapping[str, Any] | None = None, embedder: Embedder | None = None
    ) -> None:
        self._lookup = lookup
        self._lexicon = Lexicon(lookup, synonyms)
        self._embedder: Embedder | None = None
        self._near: NearWords | None = None
        self.understand(
            "warm up 预热"
        )  # loads dictionaries and patterns now, so that no person waits for them
        if embedder is not None and embedder.name == EMBEDDER:
            self._embedder = embedder
            self._near = NearWords(lookup, embedder)

    @property
    def lexicon(self) -> Lexicon:
        """The words that it reads with."""
        return self._lexicon

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
        act: Act | None = None,
    ) -> Reading:
        """Read an utterance. ``last_items``: ids of the items shown last, in order; ``in_dialogue``: a
        recommendation was given before, even if no list is at hand; ``asked``: the attribute that was asked
        about last, whose values need no more words around them; ``act``: what the utterance does, where that
        is known from elsewhere. Any string can be read; of a long one the first
        ``normalise.MAX_CHARACTERS`` are.
        """
        scene = make_scene(self._lookup, self._lexicon, text, last_items, in_dialogue, asked)
        cues = find_cues(scene.plain)
        titles = naming.find_titles(scene, cues)
        if self._embedder is not None and scene.plain.strip():
            said = plainly(scene, [(start, end) for start, end, *_ in titles])
            scene.acts = act_scores(self._embedder.embed([said])[0], after_list=scene.after_list)
        named = naming.unique(naming.find_mentions(scene, cues, titles))
        bounds = find_bounds(scene)
        critiques = find_critiques(scene)
        taken = [(m.start, m.end) for m in named] + [(b.start, b.end) for b in bounds if b.constraint]
        values = find_values(scene, taken)
        directed = any(c in cues for c in ("accept", "compare", "explain")) or (
            "question" in cues and "request" not in cues
        )
        amounts = [(b.start, b.end, b.amount) for b in bounds if b.amount is not None]
        amounts += [(n.start, n.end, n.low) for n in bare_amounts(scene, bounds)]
        directed = directed or scene.chance("inquire", "compare", "explain", "accept") > LIKELY
        names = [(m.start, m.end, m.item_id) for m in named]
        references = find_references(scene, values, amounts, names, directed=directed)
        bounds = [b for b in bounds if not any(r.start < b.end and b.start < r.end for r in references)]
        named = [m for m in named if not any(r.start < m.end and m.start < r.end for r in references)]
        values = [v for v in values if not any(r.start < v.end and v.start < r.end for r in references)]
        critiques = [c for c in critiques if not _inside(c, bounds, references)]
        wishes = as_constraints(scene, values)
        parts = _Assembly(scene, cues, named, bounds, critiques, values, references, wishes, self._near)
        return parts.reading(act)


def plainly(scene: Scene, names: list[tuple[int, int]]) -> str:
    """What is said with "this one" for every item named, since a title's own words tell nothing of what a sentence
    does; of a long text the beginning, since more would cost more than the rest of the reading.
    """
    pieces, place = [], 0
    for start, end in sorted(names):
        if start >= place:
            pieces += [scene.plain[place:start], THIS_ONE.get(scene.language, THIS_ONE["en"])]
            place = end
    return "".join([*pieces, scene.plain[place:]])[:EMBEDDED]


class _Assembly:
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
        wishes: list[tuple[int, int, Constraint, float]],
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

    def reading(self, given: Act | None) -> Reading:
        """Decide the act, where none is given, then keep what that act lets stand."""
        scene = self.scene
        constraints = self._constraints()
        read = [(m.start, m.end) for m in self.named] + [(r.start, r.end) for r in self.references]
        read += [(s, e) for s, e, _, _ in constraints] + [(v.start, v.end) for v in self.values]
        of_denied = [v.end for v in self.values if v.denied and v.attribute != "categories"]
        keywords = find_keywords(scene, self._unsaid(read), of_denied)
        constraints += self._meant(keywords, constraints)
        positions = tuple(dict.fromkeys(p for r in self.references for p in r.positions))
        cues = find_cues(scene.masked) if self.named else self.cues  # a title's own words tell no intent
        evidence = self._evidence(constraints, keywords, positions)
        act, sure = decide(scene.masked, cues, evidence)
        if scene.acts and "injection" not in cues:
            act, sure = weigh(act, sure, scene.acts, evidence)
        act, sure = (act, sure) if given is None else (given, GIVEN)
        withdrawn = self._withdrawn() if act not in ("inquire", "compare", "explain") else ()
        if act in WITHOUT_WISHES and not (
            act == "other" and constraints and "injection" not in self.cues and not scene.acts
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
        if withdrawn:
            gone = {w.attribute for w in withdrawn if w.value is None and w.attribute}
            where = scene.scopes.clause(self.cues.at["withdraw"][0])
            constraints = [
                c
                for c in constraints
                if c[2].attribute not in gone or c[2].op == "not in" or not where.start <= c[0] < where.end
            ]
            named = scene.notions_near(
                where.start, where.end, 0
            )  # "never mind the year" searches for no year
            keywords = [k for k in keywords if not any(n.start < k.end and k.start < n.end for n in named)]
            if act == "other" and scene.after_list and "injection" not in self.cues:
                act = "refine"
        if (
            act == "feedback" and "feel_bad" in self.cues and "feel_good" not in self.cues
        ):  # "my Logitech keyboard broke"
            constraints = [
                (s, e, replace(c, op="not in", strength="prefer") if c.op == "in" else c, sure)
                for s, e, c, sure in constraints
            ]
        standing, unwanted = self._standing(constraints, act)
        forget = self._forget(constraints, unwanted) if act != "start_over" else None
        keywords = [k for k in keywords if not any(word in k.text for word in unwanted)]
        if forget is not None:
            constraints = [c for c in constraints if c[2] not in forget.constraints]
            withdrawn = tuple(dict.fromkeys((*withdrawn, *_taken_back(forget))))
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
        parts = self._parts(act, sure, mentions, constraints, keywords)
        lowest = min([p.confidence for p in parts if p.kind != "keyword"], default=sure)
        return Reading(
            understanding,
            parts,
            lowest,
            standing=standing,
            standing_keywords=unwanted,
            withdrawn=withdrawn,
            forget=forget,
            trace=self._trace(keywords),
        )

    def _constraints(self) -> list[tuple[int, int, Constraint, float]]:
        scene = self.scene
        out = list(self.wishes)
        out += [(b.start, b.end, b.constraint, b.sure) for b in self.bounds if b.constraint is not None]
        relative = scene.after_list or any(m.sentiment == "like" for m in self.named)
        if relative:
            out += [(c.start, c.end, c.constraint, 0.85) for c in self.critiques if c.constraint is not None]
            way = superlative(scene.masked)
            price = scene.lexicon.notions["price"].attribute
            if way and price and not self.references and not any(c[2].attribute == price.name for c in out):
                out.append((0, 0, Constraint(price.name, way), 0.6))
        elif (
            (way := superlative(scene.masked))
            and (price := scene.lexicon.notions["price"].attribute)
            and not any(c[2].attribute == price.name for c in out)
        ):  # the cheapest camera, and nothing shown yet
            out.append((0, 0, Constraint(price.name, way, None, "prefer"), 0.7))
        brand = _THIS_BRAND.search(scene.masked)
        if brand and scene.last and (this := self._brands_shown()):
            out.append((brand.start(), brand.end(), Constraint(this[0], "not in", this[1]), 0.7))
        seen: dict[str, tuple[int, int, Constraint, float]] = {}
        for entry in sorted(out, key=lambda c: c[0]):
            c = entry[2]
            seen.setdefault(
                f"{c.attribute} {c.op} {c.value if c.op not in ('lower', 'higher') else ''}", entry
            )
        seen = {key: entry for key, entry in seen.items() if not _outdated(entry, seen.values())}
        bounded = {c[2].attribute for c in seen.values() if c[2].op in ("<=", ">=", "between", "=")}
        return [
            c for c in seen.values() if not (c[2].op in ("lower", "higher") and c[2].attribute in bounded)
        ]

    def _meant(
        self, keywords: list[Keyword], constraints: list[tuple[int, int, Constraint, float]]
    ) -> list[tuple[int, int, Constraint, float]]:
        """Soft wishes for values that free words are near in meaning; the words stay keywords."""
        spoken_of = self.references or self.named or self.scene.chance(*FEEDBACK, "inquire", "other") > LIKELY
        if self.near is None or spoken_of:
            return []
        phrases = _phrases(self.scene, keywords)
        found = self.near.nearest([self.scene.plain[start:end] for start, end in phrases])
        out: dict[str, tuple[int, int, Constraint, float]] = {}
        wished = {c[2].attribute for c in constraints}
        for (start, end), near in zip(phrases, found, strict=True):
            if near is not None and near.attribute not in wished:
                wish = Constraint(near.attribute, "in", [near.value], "prefer")
                out.setdefault(near.attribute, (start, end, wish, round(near.cosine, 3)))
        return list(out.values())

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

    def _brands_shown(self) -> tuple[str, list[Any]] | None:
        """(attribute, brands) of the shown items, where "this brand" can only mean one: they share it."""
        attribute = self.scene.lexicon.notions["brand"].attribute
        if attribute is None:
            return None
        positions = [p for r in self.references for p in r.positions] or range(1, len(self.scene.last) + 1)
        brands = {v for p in positions for a, v in self.scene.last[p - 1].values if a == attribute.name}
        return (attribute.name, sorted(brands)) if len(brands) == 1 else None

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
        constraints: list[tuple[int, int, Constraint, float]],
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
            complaints=int(complaint),
            hints=len(self.critiques),
            references=len(positions),
            refused=sum(self.scene.scopes.denied(r.start, r.end) for r in self.references),
            keywords=len(keywords),
            known_words=sum(self.scene.lookup.knows(k.text) for k in keywords[:8]),
            after_list=self.scene.after_list,
            answers=any(c[2].attribute == self.scene.asked for c in constraints),
            single_shown=len(self.scene.last) == 1,
        )

    def _mentions(self, act: Act) -> list[tuple[Mention, naming.Found]]:
        out: list[tuple[Mention, naming.Found]] = []
        for found in self.named:
            sentiment = found.sentiment
            if act in ("inquire", "compare", "explain"):
                sentiment = "neutral"
            elif act == "accept" and sentiment == "neutral":
                sentiment = "like"
            out.append(
                (Mention(self.scene.text.said(found.start, found.end), found.item_id, sentiment), found)
            )
        return out

    def _standing(
        self, constraints: list[tuple[int, int, Constraint, float]], act: Act
    ) -> tuple[tuple[Constraint, ...], tuple[str, ...]]:
        if act in ("inquire", "compare", "explain") or "injection" in self.cues:
            return (), ()
        words = unwanted_words(self.scene.plain)
        if "standing" not in self.cues:
            return (), words
        place = self.cues.at["standing"][0]
        clause = self.scene.scopes.clause(place)
        held = tuple(
            c
            for s, e, c, _ in constraints
            if s < clause.end and e > clause.start and c.op in ("in", "not in", "=")
        )
        return held, words

    def _forget(
        self, constraints: list[tuple[int, int, Constraint, float]], words: tuple[str, ...]
    ) -> Forget | None:
        """Long-standing wishes taken back: "forget that I never watch horror", 不用记住."""
        place = forgets(self.scene.plain)
        if place is None or "injection" in self.cues:
            return None
        clause = self.scene.scopes.clause(place[0])
        named = [
            c
            for s, e, c, _ in constraints
            if s < clause.end and e > clause.start and c.op in ("in", "not in", "=")
        ]
        return Forget((*named, *exclusions_of(words, self.scene.lookup)), words)

    def _withdrawn(self) -> tuple[Withdrawal, ...]:
        """Wishes taken back: "forget the brand", "any colour is fine", 算了不要耳机了."""
        scene = self.scene
        if "withdraw" not in self.cues:
            return ()
        clause = scene.scopes.clause(self.cues.at["withdraw"][0])
        wished = {v.attribute for v in self.values if clause.start <= v.start < clause.end and not v.denied}
        out: list[Withdrawal] = []
        for word in scene.notions_near(clause.start, clause.end, 0):
            attribute = scene.lexicon.notions[word.name].attribute
            if attribute is not None and word.end <= clause.end and attribute.name not in wished:
                out.append(Withdrawal(attribute=attribute.name))
        if not out:
            for value in self.values:
                if clause.start <= value.start < clause.end + 1 and value.denied:
                    out += [Withdrawal(attribute=value.attribute, value=x) for x in value.values]
        dropped = re.search(r"算了.{0,2}不(?:要|用|看|买)(?:了)?([^,。!?了吧]{1,12})了?", scene.plain)
        if dropped and not out:
            out.append(Withdrawal(keyword=dropped.group(1)))
        return tuple(dict.fromkeys(out))

    def _parts(
        self,
        act: Act,
        sure: float,
        mentions: list[tuple[Mention, naming.Found]],
        constraints: list[tuple[int, int, Constraint, float]],
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

    def _trace(self, keywords: list[Keyword]) -> tuple[tuple[str, Any], ...]:
        scene = self.scene
        return (
            ("plain text", scene.plain[:400]),
            ("language", scene.language),
            ("words", list(scene.words.texts[:80])),
            ("segments", [(s.text, s.tag) for s in scene.segments[:80]]),
            ("names", self._names()[:40]),
            (
                "typing errors",
                {
                    scene.words.texts[i]: scene.plain[scene.words.starts[i] : scene.words.ends[i]]
                    for i in scene.corrected
                },
            ),
            ("cues", sorted(self.cues.at)),
            ("acts by model", {kind: round(exp(log), 3) for kind, log in scene.acts.items() if log > FAINT}),
            ("mentions", [(m.item_id, m.sentiment, m.sure, m.others) for m in self.named]),
            ("values", [(v.attribute, v.values, v.denied, v.strength, v.sure) for v in self.values[:40]]),
            ("bounds", [(scene.plain[b.start : b.end], b.constraint) for b in self.bounds[:40]]),
            ("critiques", [(scene.plain[c.start : c.end], c.constraint) for c in self.critiques[:40]]),
            ("references", [(scene.plain[r.start : r.end], r.positions) for r in self.references[:40]]),
            ("keywords", [k.text for k in keywords]),
        )

    def _names(self) -> list[tuple[str, str, Any]]:
        """What the utterance has of the catalogue's names: (words, attribute or "title", value or item
        id).
        """
        out: list[tuple[str, str, Any]] = []
        for match in self.scene.matches:
            start, end = self.scene.place(match.start, match.end)
            said = self.scene.plain[start:end]
            out += [(said, "title", title.item_id) for title in match.titles[:3]]
            out += [(said, value.attribute, value.value) for value in match.values[:3]]
        return out


def _in_titles(scene: Scene, keyword: Keyword) -> bool:
    """Whether a Chinese word stands in titles: the search for it finds what is meant better than its meaning does."""
    if not is_chinese(keyword.text):
        return False
    return bool((scene.lookup.neighbours(words_of(keyword.text)) > 0).all())


def _phrases(scene: Scene, keywords: list[Keyword]) -> list[tuple[int, int]]:
    """What may be a near word, the longest first: keywords that stand together (World of Warcraft), then each."""
    few = [k for k in keywords if not _in_titles(scene, k)][:MOST_MEANT]
    pairs = [(a.start, b.end) for a, b in pairwise(few) if TOGETHER.fullmatch(scene.plain, a.end, b.start)]
    return pairs + [(k.start, k.end) for k in few]


def _taken_back(forget: Forget) -> list[Withdrawal]:
    """The same wishes, should they hold in this session too."""
    out = [Withdrawal(keyword=word) for word in forget.keywords]
    for wish in forget.constraints:
        values = wish.value if isinstance(wish.value, list) else [wish.value]
        out += [Withdrawal(attribute=wish.attribute, value=value) for value in values]
    return out


def _outdated(
    entry: tuple[int, int, Constraint, float], others: Iterable[tuple[int, int, Constraint, float]]
) -> bool:
    """Whether a bound is taken back by a later one that leaves nothing of it ("2000? below 1000")."""
    low, high = entry[2].span
    return any(
        other[0] > entry[0]
        and other[2].attribute == entry[2].attribute
        and (other[2].span[0] > high or other[2].span[1] < low)
        for other in others
    )


def _inside(critique: Critique, bounds: list[BoundFound], references: list[Reference]) -> bool:
    return any(b.start < critique.end and critique.start < b.end for b in bounds) or any(
        r.start <= critique.start and critique.end <= r.end for r in references
    )
