"""Who takes part in an evaluation: our recommenders, and peer libraries behind the same interface."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from palate.errors import InvalidInput
from palate.recommenders.attention import Attention
from palate.recommenders.base import FitOptions, Interactions, Recommender
from palate.recommenders.fused import Fused
from palate.settings import FeedbackSettings, TrainSettings
from palate.training import attention
from palate.training.fitting import fit_all
from palate.training.sources import SOURCES, FittedRecommender


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


def ours(names: Sequence[str] = (), feedback: FeedbackSettings | None = None) -> list[Contender]:
    """Our recommenders of those names, in that order; for none, all that training fits (training.sources),
    and their fusion. ``feedback``: what the fusion holds events to be worth. InvalidInput for an unknown
    name.
    """
    feedback = feedback or FeedbackSettings.model_validate({})
    limits = TrainSettings.model_validate({})
    known = {source.kind.name: Contender.of(source.kind) for source in SOURCES}
    known[Fused.name] = Contender(
        Fused.name, lambda data, options: _fusion(data, options, feedback, limits), "as palate train makes it"
    )
    default = tuple(known)
    without = TrainSettings.model_validate({"attention": "off"})
    known["fusion_without_torch"] = Contender(
        "fusion_without_torch",
        lambda data, options: _fusion(data, options, feedback, without),
        "as palate train makes it with train.attention = off",
    )
    known[Attention.name] = Contender(Attention.name, _attention)
    for name in names:
        if name not in known:
            raise InvalidInput(
                f"there is no recommender {name!r} that is fitted on a log; choose from {', '.join(known)}"
            )
    return [known[name] for name in dict.fromkeys(names or default)]


def _fusion(
    data: Interactions, options: FitOptions, feedback: FeedbackSettings, limits: TrainSettings
) -> Recommender:
    allowed = np.arange(data.n_items, dtype=np.int32)
    return fit_all(data, allowed, options, feedback, limits).fused()


def _attention(data: Interactions, options: FitOptions) -> Recommender:
    seconds = TrainSettings.model_validate({}).attention_minutes * 60
    config = attention.config_for(data, options, seconds)
    return attention.fit_attention(data, options, config, seconds=seconds).model
