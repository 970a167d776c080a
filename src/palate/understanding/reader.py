"""The reader: one utterance to its Understanding, by rules over one catalogue. Milliseconds; no exception for
any text.

Each part has its module: ``scene`` looks up, ``titles``, ``part_names``, ``mentions``, ``wishes``, ``bounds``,
``critiques`` and ``references`` read; ``assembly`` puts together what they found, decides the act (``acts``), and takes
what is left as ``keywords``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from palate.catalogue.lookup import Lookup
from palate.language_models.embedders import Embedder
from palate.understanding import mentions as naming
from palate.understanding.act_model import EMBEDDER, act_scores
from palate.understanding.acts import LIKELY
from palate.understanding.alternatives import as_constraints
from palate.understanding.assembly import Assembly
from palate.understanding.bounds import BoundFound, bare_amounts, find_bounds
from palate.understanding.courtesy import without_courtesy
from palate.understanding.critiques import Critique, find_critiques
from palate.understanding.cues import find_cues
from palate.understanding.lexicon import Lexicon
from palate.understanding.near_words import NearWords
from palate.understanding.part_names import shown_by_part
from palate.understanding.reading import Reading
from palate.understanding.references import Reference, find_references
from palate.understanding.scene import Scene, make_scene
from palate.understanding.titles import find_titles
from palate.understanding.transliteration import SoundNames
from palate.understanding.wishes import find_values
from palate.values import Act, Understanding

EMBEDDED = 160
"""Characters of an utterance whose meaning is looked at."""
THIS_ONE = {"en": "this one", "zh": "这个"}


class Reader:
    """Reads utterances over one catalogue. Immutable; build a new one when the lookup changes (milliseconds).

    ``synonyms``: in place of the shipped ones (synonyms.py). ``embedder``: by its
    sentence vectors acts are told that no rule foresaw; without it, or with another than the model of acts was
    fitted for, it goes by words.
    """

    def __init__(
        self, lookup: Lookup, synonyms: Mapping[str, Any] | None = None, embedder: Embedder | None = None
    ) -> None:
        self._lookup = lookup
        self._lexicon = Lexicon(lookup, synonyms)
        self._sounds = SoundNames(lookup)
        self._embedder: Embedder | None = None
        self._near: NearWords | None = None
        self.understand(
            "warm up 预热"
        )  # loads dictionaries and patterns now, so that no person waits for them
        if embedder is not None and embedder.name == EMBEDDER:
            self._embedder = embedder
            self._near = NearWords(lookup, embedder)

    @property
    def lookup(self) -> Lookup:
        """The titles and values that it reads by."""
        return self._lookup

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
        scene = make_scene(self._lookup, self._lexicon, text, last_items, in_dialogue, asked, self._sounds)
        cues = find_cues(scene.plain)
        titles = find_titles(scene)
        titles += shown_by_part(scene, cues, [(start, end) for start, end, *_ in titles])
        if scene.plain.strip():
            said = without_courtesy(scene, plainly(scene, [(start, end) for start, end, *_ in titles]))
            vector = self._embedder.embed([said])[0] if self._embedder is not None else None
            cued = cues if said == scene.plain else find_cues(said)
            scene.acts = act_scores(said, cued.at, vector, after_list=scene.after_list)
        named = naming.unique(naming.find_mentions(scene, cues, titles))
        bounds = find_bounds(scene)
        critiques = find_critiques(scene)
        by = [c for c in critiques if c.by is not None]  # 20 cheaper: by how much, not how much
        bounds = [b for b in bounds if not any(c.start < b.end and b.start < c.end for c in by)]
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
        wishes, widened = as_constraints(scene, values)
        parts = Assembly(
            scene, cues, named, bounds, critiques, values, references, wishes, widened, self._near
        )
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


def _inside(critique: Critique, bounds: list[BoundFound], references: list[Reference]) -> bool:
    return any(b.start < critique.end and critique.start < b.end for b in bounds) or any(
        r.start <= critique.start and critique.end <= r.end for r in references
    )
