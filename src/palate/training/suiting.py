"""Which kind of log a source has before it: where the fit is quick, the source is also fitted with the settings of
other kinds (palate.training.source_settings), and the log says which it takes.

The defaults were made for logs of the size and order of MovieLens-1M and Beauty. A log of 200 people, one without an
order, or one in which everyone takes the same, is told so by what people did last, which is held out: other settings
are taken where a source ranks that surely better. Where a fit takes longer, the defaults stand, and ``palate train
--tune`` searches.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from palate.recommenders.base import FitOptions
from palate.settings import FeedbackSettings, TrainSettings
from palate.training.measure import HeldOut, gains
from palate.training.source_settings import SUITED
from palate.training.sources import Needs, SavedRecommender, fit_sources, needs
from palate.values import Codes

QUICK = 10.0
"""Seconds that a fit may be forecast to take."""
JUDGES = 1_000
SURE = 1.5
"""Standard errors by which a kind must be better in NDCG@10: there are few, and all are sensible."""


def suit(
    models: dict[str, SavedRecommender],
    held: HeldOut,
    allowed: Codes,
    options: FitOptions,
    feedback: FeedbackSettings,
    limits: TrainSettings,
    tuned: Collection[str] = (),
) -> dict[str, str]:
    """The kind of the log as each source sees it, by name, where it is not that of the defaults. Their ``models``,
    fitted with the defaults on what was not held out, are replaced by those fitted for that kind. ``tuned``: sources
    that have settings of their own.
    """
    found: dict[str, str] = {}
    judges = held.some(JUDGES, options.seed)
    forecast = needs(held.rest, replace(options, megabytes=limits.megabytes))
    for name, kinds in SUITED.items():
        if name not in models or name in tuned or forecast[name].seconds > QUICK:
            continue
        usual = gains(models[name], judges, allowed, feedback)
        best = 0.0
        for kind, config in kinds.items():
            fitted = fit_sources(held.rest, options, limits=limits, names=[name], configs={name: config})
            difference = gains(fitted.models[name], judges, allowed, feedback) - usual
            gain = float(difference.mean())
            if gain > max(best, SURE * float(difference.std()) / np.sqrt(len(difference))):
                best, found[name], models[name] = gain, kind, fitted.models[name]
    return found


def seconds_of_suiting(forecast: Mapping[str, Needs]) -> float:
    """About what ``suit`` takes, by the forecast of each source."""
    return sum(
        len(kinds) * forecast[name].seconds
        for name, kinds in SUITED.items()
        if name in forecast and forecast[name].seconds <= QUICK
    )


def configs_of_kinds(kinds: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the sources by the kinds that ``suit`` found."""
    return {name: SUITED[name][kind] for name, kind in kinds.items()}
