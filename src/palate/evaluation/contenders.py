"""Who takes part in an evaluation: our recommenders, and peer libraries behind the same interface."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from palate.errors import InvalidInput
from palate.recommenders.base import FitOptions, Interactions, Recommender
from palate.training.sources import SOURCES, FittedRecommender


@dataclass(frozen=True, slots=True)
class Contender:
    """``fit`` makes the recommender from the training part; ``settings``: its hyper-parameters in words, for
    the
    report; ``library``: palate, or the peer's name and version.
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


def ours(names: Sequence[str] = ()) -> list[Contender]:
    """Our recommenders of those names, in that order; for none, all that training fits (training.sources).

    InvalidInput for an unknown name.
    """
    known = {source.kind.name: source.kind for source in SOURCES}
    for name in names:
        if name not in known:
            raise InvalidInput(
                f"there is no recommender {name!r} that is fitted on a log; choose from {', '.join(known)}"
            )
    return [Contender.of(known[name]) for name in dict.fromkeys(names or known)]
