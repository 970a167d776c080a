"""Who takes part in an evaluation: our recommenders, and peer libraries behind the same interface."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.documents import item_text
from palate.catalogue.vectors import VectorIndex
from palate.errors import InvalidInput
from palate.language_models.embedders import make_embedder
from palate.language_models.tfidf import TfidfEmbedder
from palate.recommenders.attention import Attention
from palate.recommenders.base import Context, FitOptions, Interactions, Recommender
from palate.recommenders.batch import score_many
from palate.recommenders.content import Content
from palate.recommenders.fused import Fused
from palate.recommenders.item_knn import ItemKNN, ItemKNNConfig, Weighting
from palate.settings import FeedbackSettings, Settings, TrainSettings
from palate.training import attention
from palate.training.attention_needs import config_for, needs_of_attention
from palate.training.fitting import TRAINING, fit_all, forecast
from palate.training.sources import SOURCES, FittedRecommender, needs
from palate.values import Item, Mask, Scores

WITHOUT_TORCH = "fusion_without_torch"
FUSIONS = (Fused.name, WITHOUT_TORCH)
FEW = "too few people could be held out to fit the weights: they are those set by hand"


@dataclass(frozen=True, slots=True)
class Contender:
    """``fit`` makes the recommender from the training part; ``settings``: its hyper-parameters in words,
    for the report; ``library``: palate, or the peer's name and version.
    """

    name: str
    fit: Callable[[Interactions, FitOptions], Recommender]
    settings: str = "defaults"
    library: str = "palate"

    @classmethod
    def of(cls, recommender: type[FittedRecommender] | Recommender) -> Self:
        """A contender from a class, fitted with its defaults, or from an instance, taken as it is."""
        if isinstance(recommender, type):
            return cls(recommender.name, recommender.fit)
        return cls(recommender.name, lambda data, options: recommender, "as given")


class Remarked:
    """The fusion as a training makes it, and what that training remarks on it, for the report."""

    name: ClassVar[str] = Fused.name

    def __init__(self, recommender: Recommender, remark: str, best: Recommender | None = None) -> None:
        """``best``: its best single source by the people whom the weights were fitted on."""
        self.recommender = recommender
        self.remark = remark
        self.best = best

    def score(self, context: Context, mask: Mask) -> Scores:
        """See Recommender."""
        return self.recommender.score(context, mask)

    def score_many(self, contexts: Sequence[Context], mask: Mask) -> NDArray[np.float32]:
        """See ScoresMany."""
        return score_many(self.recommender, contexts, mask)


def ours(
    names: Sequence[str] = (),
    feedback: FeedbackSettings | None = None,
    items: Sequence[Item | None] = (),
) -> list[Contender]:
    """Our recommenders of those names, in that order; for none, all that training fits (training.sources),
    ``content`` where there are ``items``, by code, and the fusion of all. ``feedback``: what the fusion holds events
    to be worth. InvalidInput for an unknown name.
    """
    feedback = feedback or FeedbackSettings.model_validate({})
    limits = TrainSettings.model_validate({})

    @cache
    def content(seed: int) -> Content:
        # it takes part alone and in the fusion: the vectors are made once
        return _content(items, seed)

    def fusion(limits: TrainSettings) -> Callable[[Interactions, FitOptions], Recommender]:
        return lambda data, options: _fusion(
            data, options, feedback, limits, [content(options.seed)] if items else []
        )

    known = {source.kind.name: Contender.of(source.kind) for source in SOURCES}
    if items:
        known[Content.name] = Contender(Content.name, lambda data, options: content(options.seed))
    known[Fused.name] = Contender(Fused.name, fusion(limits), "as palate train makes it")
    default = tuple(known)
    without = TrainSettings.model_validate({"attention": "off"})
    known[WITHOUT_TORCH] = Contender(
        WITHOUT_TORCH, fusion(without), "as palate train makes it with train.attention = off"
    )
    known[Attention.name] = Contender(Attention.name, _attention)
    known |= {other.name: other for other in (_item_knn("tfidf"), _item_knn("bm25"))}
    for name in names:
        if name not in known:
            raise InvalidInput(
                f"there is no recommender {name!r} that is fitted on a log; choose from {', '.join(known)}"
            )
    return [known[name] for name in dict.fromkeys(names or default)]


def forecast_of(names: Sequence[str], data: Interactions, options: FitOptions) -> str:
    """What fitting those of our recommenders one after another takes, in a sentence; peers tell none."""
    limits = TrainSettings.model_validate({})
    found = needs(data, replace(options, megabytes=limits.megabytes))
    found = {source: need for source, need in found.items() if any(name.startswith(source) for name in names)}
    if Attention.name in names:
        found[Attention.name] = needs_of_attention(data, options, limits)
    for name in FUSIONS:
        if name in names:
            without = limits.model_copy(update={"attention": "off"}) if name == WITHOUT_TORCH else limits
            found[name] = forecast(data, options, without)[TRAINING]
    most = max((need.megabytes for need in found.values()), default=0.0)
    seconds = sum(need.seconds for need in found.values())
    return f"forecast: about {most:,.0f} MB on top of the data, {seconds:,.0f} s for our recommenders"


def sources_of(fusion: str) -> tuple[str, ...]:
    """What a fusion of that name may be made of."""
    names = (*(source.kind.name for source in SOURCES), Content.name)
    return names if fusion == WITHOUT_TORCH else (*names, Attention.name)


def _content(items: Sequence[Item | None], seed: int) -> Content:
    """Content by the vectors that a training with the default settings makes of the items."""
    texts = {code: item_text(item) for code, item in enumerate(items) if item is not None}
    embedder = make_embedder(Settings.model_fields["embedder"].default)
    if isinstance(embedder, TfidfEmbedder):
        embedder.fit(list(texts.values()), seed)
    vectors = embedder.embed(list(texts.values()))
    return Content(VectorIndex.build(len(items), np.fromiter(texts, np.int32, len(texts)), vectors))


def _item_knn(weighting: Weighting) -> Contender:
    config = ItemKNNConfig(weighting=weighting)
    return Contender(
        f"{ItemKNN.name}_{weighting}",
        lambda data, options: ItemKNN.fit(data, options, config),
        f"weighting {weighting}",
    )


def _fusion(
    data: Interactions,
    options: FitOptions,
    feedback: FeedbackSettings,
    limits: TrainSettings,
    others: Sequence[Recommender],
) -> Recommender:
    allowed = np.arange(data.n_items, dtype=np.int32)
    fit = fit_all(data, allowed, options, feedback, limits, others)
    if fit.fusion is None:
        return Remarked(fit.fused(others), FEW)
    sources = {**fit.fitted.models, **{other.name: other for other in others}}
    best = max((fit.fusion.ndcg[name], name) for name in fit.fusion.names if name in sources)[1]
    return Remarked(fit.fused(others), fit.fusion.verdict(), sources[best])


def _attention(data: Interactions, options: FitOptions) -> Recommender:
    seconds = TrainSettings.model_validate({}).attention_minutes * 60
    config = config_for(data, options, seconds)
    return attention.fit_attention(data, options, config, seconds=seconds).model
