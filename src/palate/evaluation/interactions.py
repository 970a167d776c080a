"""``palate evaluate interactions``: an interaction benchmark, from the folder to the finished measures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from palate.errors import InvalidInput
from palate.evaluation.benchmark import RATING, Benchmark, read_benchmark
from palate.evaluation.contenders import Contender, forecast_of, ours
from palate.evaluation.peers import peers
from palate.evaluation.protocols import Split, split
from palate.evaluation.runner import Comparison, Result, compare, run
from palate.feedback.rating_scale import USUAL, scale_of, with_scale
from palate.recommenders.base import FitOptions
from palate.settings import FeedbackSettings
from palate.training.content import word_vectors
from palate.training.progress import Progress, silent
from palate.training.sources import beyond


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured (``results``, in the order of the contenders), how, and on what. ``validation``:
    judged on what comes before the test part; ``at``: the cut-offs, the first the main one.
    """

    benchmark: Benchmark
    split: Split
    validation: bool
    options: FitOptions
    at: tuple[int, ...]
    results: tuple[Result, ...]
    comparisons: tuple[Comparison, ...]


def evaluate_interactions(
    benchmark: Path | Benchmark,
    *,
    protocol: str = "leave-last-out",
    contenders: Sequence[Contender] | None = None,
    models: Sequence[str] = (),
    compare_with: Sequence[str] = (),
    at: Sequence[int] = (10,),
    users: int | None = None,
    validation: bool = False,
    options: FitOptions | None = None,
    settings: FeedbackSettings | None = None,
    progress: Progress = silent,
) -> Evaluation:
    """Measure recommenders on a benchmark, or on the one in that folder or file (palate.evaluation.benchmark).

    ``contenders``: who takes part, by default our recommenders named by ``models`` (all of them for none)
    and the peers named by ``compare_with``; ``users``: judge only that many, drawn by the seed;
    ``settings``: what events are worth; where ratings leave their scale, it is the one that is seen. Raises
    InvalidInput for a folder, a name or a number that cannot be, MissingDependency for a peer that is not
    installed.
    """
    options = options or FitOptions()
    settings = settings or FeedbackSettings.model_validate({})
    if users is not None and users < 1:
        raise InvalidInput(f"the number of users to judge is {users!r}; it must be 1 or more")
    if isinstance(benchmark, Path):
        progress("reading", 0, None)
        benchmark = read_benchmark(benchmark)
    benchmark, settings = _with_scale(benchmark, settings)
    parts = split(protocol, benchmark.log, settings, seed=options.seed, validation=validation)
    if users is not None:
        parts = parts.sample(users, options.seed)
    parts = replace(parts, train=replace(parts.train, content=word_vectors(benchmark.items)))
    if contenders is None:
        contenders = [*ours(models, settings, benchmark.items), *peers(compare_with)]
        if not models:
            too_large = beyond(parts.train, options)
            contenders = [one for one in contenders if one.name not in too_large]
            benchmark = replace(benchmark, notes=(*benchmark.notes, *too_large.values()))
    progress(forecast_of([one.name for one in contenders], parts.train, options), 0, None)
    cut_offs = tuple(dict.fromkeys(at))
    results = run(
        parts,
        contenders,
        options,
        at=cut_offs,
        features=benchmark.category_features(),
        progress=progress,
    )
    progress("comparing", 0, None)
    comparisons = compare(results, cut_offs[0], options.seed)
    return Evaluation(benchmark, parts, validation, options, cut_offs, tuple(results), tuple(comparisons))


def _with_scale(benchmark: Benchmark, settings: FeedbackSettings) -> tuple[Benchmark, FeedbackSettings]:
    """The rating scale read from the ratings there are, as a shop reads it, where the settings have none; with a note
    of it where it is not the usual one.
    """
    given = benchmark.log.values[benchmark.log.kinds == RATING]
    if not len(given) or settings.rating_scale is not None:
        return benchmark, settings
    seen = scale_of(given)
    if seen != USUAL:
        note = f"ratings are taken to be on a scale of {seen[0]:g} to {seen[1]:g}, as they are seen"
        benchmark = replace(benchmark, notes=(*benchmark.notes, note))
    return benchmark, with_scale(settings, seen)
