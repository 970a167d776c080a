"""From the log to fitted sources and the weights that fuse them: what ``palate train`` and the evaluation of the
fusion share.

What learns from the log is fitted twice: first without the last events of some people (the *early* models), to be
measured and to learn the weights from, then on everything. The attention model is fitted once, early: it takes
minutes, and a last event of some people teaches it little; what they did last is in the context that it is asked
with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from palate.errors import MissingDependency
from palate.ranking.features import starting_weights
from palate.recommenders.attention import Attention
from palate.recommenders.base import FitOptions, Interactions, Recommender
from palate.recommenders.fused import Fused
from palate.settings import FeedbackSettings, TrainSettings
from palate.training import attention
from palate.training.attention_needs import beyond_memory, config_for, needs_of, needs_of_attention
from palate.training.fusion import Fusion, examples, fit_fusion
from palate.training.measure import HeldOut, hold_out, recall
from palate.training.progress import Progress, silent
from palate.training.sources import Fitted, Needs, fit_sources, needs, needs_of_all
from palate.training.suiting import configs_of_kinds, seconds_of_suiting, suit
from palate.values import Codes

FUSED_PEOPLE = 6_000
"""The most people whose last items teach the weights."""
MOST_SCORES = 100_000_000
"""People times items scored for it by one source."""
TRAINING = "training"
"""The name of the whole in a forecast."""
LEAST_FOR_ATTENTION = 50_000
"""Interactions that the log must have for ``train.attention = "auto"``: with fewer it only learns them by
heart."""


@dataclass(frozen=True, slots=True)
class Fit:
    """``fitted`` on everything; ``fusion``: None where too few people could be held out; ``measures`` of the
    early models; ``attention``: what the manifest says of its training; ``held``: those held out, None where they
    were too few, and ``early``: what was fitted without their last items, and the sources that need no fit;
    ``kinds`` of log that sources were fitted for, by name, where not with the defaults (palate.training.suiting).
    """

    fitted: Fitted
    fusion: Fusion | None
    measures: dict[str, Any]
    attention: dict[str, Any] = field(default_factory=dict[str, Any])
    held: HeldOut | None = None
    early: tuple[Recommender, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict[str, str])

    def fused(self, others: Sequence[Recommender] = ()) -> Recommender:
        """The fusion as one recommender, of these sources and the ``others`` that the weights know; by the
        hand-set weights where none were fitted.
        """
        sources: list[Recommender] = [*self.fitted.models.values(), *others]
        if self.fusion is None:
            return Fused(sources, starting_weights([source.name for source in sources]))
        return Fused(sources, self.fusion.by_name(), self.fusion.floors)


def fit_all(
    data: Interactions,
    allowed: Codes,
    options: FitOptions,
    feedback: FeedbackSettings,
    limits: TrainSettings,
    others: Sequence[Recommender] = (),
    progress: Progress = silent,
    configs: Mapping[str, Any] | None = None,
) -> Fit:
    """Fit and measure every source, and the fusion of them and ``others``, sources that need no fit.

    ``allowed`` int32, ascending: the items that may come; ``configs``: settings of sources, by name.
    """
    held = hold_out(data, options.seed, most=min(FUSED_PEOPLE, max(20, MOST_SCORES // max(1, data.n_items))))
    if held is None:
        fitted = fit_sources(data, options, progress, limits=limits, configs=configs)
        fitted.skipped[Attention.name] = "the log has too few people to hold out for it"
        return Fit(fitted, None, {})
    early = fit_sources(held.rest, options, progress, "measuring", limits=limits, configs=configs)
    progress("which kind of log it is", 0, None)
    kinds = suit(early.models, held, allowed, options, feedback, limits, configs or ())
    configs = {**configs_of_kinds(kinds), **(configs or {})}
    outcome, reason = _attention(held, options, limits, progress)
    sources: list[Recommender] = [*early.models.values(), *others]
    if outcome:
        sources.append(outcome.model)
    progress("measuring", 0, None)
    judged = held.some(2_000, options.seed)
    figures = {source.name: round(recall(source, judged, allowed, feedback), 4) for source in sources}
    progress("fusing", 0, None)
    fusion = fit_fusion(
        [source.name for source in sources],
        examples(sources, held.contexts(feedback), held.targets, allowed),
        options.seed,
    )
    fitted = fit_sources(data, options, progress, limits=limits, configs=configs, earlier=early.models)
    if outcome:
        fitted.models[Attention.name] = outcome.model
        fitted.seconds[Attention.name] = round(outcome.seconds, 3)
    else:
        fitted.skipped[Attention.name] = reason
    measures = {"protocol": "leave-last-out", "users": len(judged.users), "recall@10": figures}
    told = attention.settings_of(outcome) if outcome else {}
    return Fit(fitted, fusion, measures, told, held, tuple(sources), kinds)


def forecast(
    data: Interactions, options: FitOptions, limits: TrainSettings, tuning: float = 0.0
) -> dict[str, Needs]:
    """What ``fit_all`` takes on ``data``: the forecast of each source by name, of the attention model where it is
    trained, and of the whole under TRAINING. ``tuning``: MB of a search of settings before it.
    """
    found = needs(data, replace(options, megabytes=limits.megabytes))
    trained = needs_of_attention(data, options, limits) if attends(len(data.items), limits) else None
    if trained is not None and beyond_memory(trained, limits):
        trained = None
    whole = needs_of_all(found, limits, trained, tuning)
    whole = replace(whole, seconds=round(whole.seconds + seconds_of_suiting(found), 1))
    return {**found, **({Attention.name: trained} if trained else {}), TRAINING: whole}


def told(found: Mapping[str, Needs]) -> str:
    """What ``forecast`` found, in a sentence."""
    whole, attention = found[TRAINING], found.get(Attention.name)
    seconds = whole.seconds - (attention.seconds if attention else 0)
    said = (
        f"forecast: about {whole.megabytes:,.0f} MB on top of the data, {seconds:,.0f} s for the "
        "closed-form models"
    )
    return f"{said} and {attention.seconds:,.0f} s for the attention model" if attention else said


def attends(interactions: int, limits: TrainSettings) -> bool:
    """Whether a training on a log of so many ``interactions`` trains the attention model."""
    if limits.attention == "auto":
        return attention.available() and interactions >= LEAST_FOR_ATTENTION
    return limits.attention == "on"


def _attention(
    held: HeldOut, options: FitOptions, limits: TrainSettings, progress: Progress
) -> tuple[attention.Outcome | None, str]:
    """The training of the attention model, or why there was none."""
    if limits.attention == "off":
        return None, "train.attention is off"
    if not attention.available():
        if limits.attention == "on":
            raise MissingDependency(
                "train.attention is on, and torch is not installed: pip install 'palate[train]', or set it "
                "to auto"
            )
        return None, "torch is not installed: pip install 'palate[train]'"
    if limits.attention == "auto" and len(held.rest.items) < LEAST_FOR_ATTENTION:
        return None, (
            f"the log has {len(held.rest.items):,} interactions; attention needs {LEAST_FOR_ATTENTION:,} "
            "(or train.attention = on)"
        )
    validation, seconds = (held.users, held.targets), limits.attention_minutes * 60
    options = replace(options, megabytes=limits.megabytes)
    config = config_for(held.rest, options, seconds)
    if reason := beyond_memory(needs_of(held.rest, options, config, seconds), limits):
        return None, reason
    outcome = attention.fit_attention(
        held.rest,
        options,
        config,
        validation=validation,
        seconds=seconds,
        progress=progress,
    )
    return outcome, ""
