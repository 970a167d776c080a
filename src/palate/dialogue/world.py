"""World: what a turn needs of the shop, in one frozen value. A request works on one World from beginning to
end.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.lookup import Lookup
from palate.dialogue.advice import Advisors
from palate.dialogue.grounding.vocabulary import Vocabulary
from palate.dialogue.writing import Pen
from palate.errors import ModelError
from palate.language_models.base import LanguageModel
from palate.language_models.embedders import Embedder
from palate.language_models.spending import Budget, Spending
from palate.ranking.features import MOST_ADVICE
from palate.ranking.learner import Learner
from palate.ranking.linear import LinearRanker
from palate.recommenders.base import Recommender
from palate.settings import Settings
from palate.understanding.assist import AssistedReader
from palate.understanding.reader import Reader
from palate.values import Codes

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class World:
    """A shop as it stands: its catalogue, the reader of utterances, the recommenders and the ranker.

    ``embedder`` is None where no vectors were trained; ``model_version`` where nothing was;
    ``language_model`` where none is configured. ``floors`` of the sources' scores: see ``retrieve``. ``vocabulary``
    makes, once, the words that claim something of this catalogue. ``ranker`` is
    what was trained, ``learner`` what has been learnt since; ``learnt``: the number of the last observation that
    ``ranker`` knows; ``fitted``: see ``Learner``. ``fixed``: weights that stand whatever was learnt; ``arm``:
    (experiment, arm) whose policy this is, None outside any. ``advisors``: what is kept from turn to turn of a
    language model's advice on lists.
    """

    catalogue: Catalogue
    reader: Reader | AssistedReader
    recommenders: tuple[Recommender, ...]
    ranker: LinearRanker
    embedder: Embedder | None
    settings: Settings
    vocabulary: Callable[[], Vocabulary]
    model_version: str | None = None
    language_model: LanguageModel | None = None
    floors: Mapping[str, float] = field(default_factory=dict[str, float])
    learner: Learner | None = None
    fitted: tuple[int, tuple[str, ...]] = (0, ())
    learnt: int = 0
    fixed: Mapping[str, float] = field(default_factory=dict[str, float])
    arm: tuple[str, str] | None = None
    lookup: Lookup | None = None
    advisors: Advisors = field(default_factory=Advisors)

    def seen_by(self, user: str | None, segment: str) -> "World":
        """The World whose ``ranker`` is that of a person of a segment, with all that was learnt until now."""
        ranker, learnt = self.ranker, self.learnt
        if self.learner is not None:
            ranker, learnt = self.learner.ranker_for(user, segment)
        ranker = ranker.with_weights(self.fixed) if self.fixed else ranker
        return replace(self, ranker=ranker.bounded(MOST_ADVICE), learnt=learnt)

    def spending(self) -> Spending:
        """The account of a turn that begins now."""
        return Spending(self.language_model, Budget.of(self.settings.budget))

    def pen(self, spending: Spending) -> Pen | None:
        """What a language model needs to write a reply; None where templates do."""
        model, wanted = spending.model("reply"), self.settings.reply
        if model is None or wanted.language_model == "off":
            return None
        return Pen(model, self.vocabulary(), wanted.tone, self.settings.budget.seconds, wanted.max_tokens)

    def reader_on(self, spending: Spending) -> Reader | AssistedReader:
        """The reader; what its language model takes is entered in ``spending``."""
        model = spending.model("understanding")
        if model is None or not isinstance(self.reader, AssistedReader):
            return self.reader
        return self.reader.asking(model)

    def query_vector(self, query: str) -> NDArray[np.float32] | None:
        """float32 [d] of unit length, None where there is nothing to embed or nothing to embed it with."""
        if self.embedder is None or self.catalogue.vectors is None or not query:
            return None
        try:
            vector = self.embedder.embed([query])[0]
        except ModelError as error:  # a server that is down: words still find what they find
            log.warning("no vector for a query: %s", error)
            return None
        return vector if vector.any() else None

    def similarity(self, codes: Codes) -> NDArray[np.float32]:
        """float32 [m, m]: how alike items are, half by meaning, half by shared categories.

        Categories spread an open wish over kinds; among items of one kind they are all alike, and meaning
        decides.
        """
        labels = [frozenset(self.catalogue.field(int(code), "categories", "") or ()) for code in codes]
        column = {label: number for number, label in enumerate(sorted(frozenset().union(*labels)))}
        member = np.zeros((len(labels), len(column)), np.float32)
        for row, names in enumerate(labels):
            member[row, [column[name] for name in names]] = 1
        member /= np.sqrt(np.maximum(member.sum(axis=1), 1))[:, None]
        kinds = member @ member.T
        if self.catalogue.vectors is None:
            return kinds
        vectors = self.catalogue.vectors.at(codes)
        return (kinds + vectors @ vectors.T) / 2
