"""palate evaluate: offline measures."""

from pathlib import Path
from typing import Annotated

import typer

from palate.cli import evaluate_neighbours, evaluate_policy, evaluate_understanding
from palate.cli.options import AsJson
from palate.cli.output import forecast_only, print_json, say, stages, tell
from palate.errors import InvalidInput

app = typer.Typer(
    help="Measure recommenders and understanding offline.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog="Example: palate evaluate interactions benchmark --json",
)


def register(parent: typer.Typer) -> None:
    """Add ``evaluate`` to the command line."""
    evaluate_neighbours.register(app)
    evaluate_understanding.register(app)
    evaluate_policy.register(app)
    parent.add_typer(app, name="evaluate")


@app.callback()
def about() -> None:
    """Measure recommenders and understanding offline."""


@app.command(
    "interactions",
    epilog="Example: palate evaluate interactions benchmark --compare implicit --html report.html",
)
def interactions(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="It has items.jsonl and events.csv, or such files in another form; or a log alone.",
            show_default=False,
        ),
    ],
    protocol: Annotated[
        str, typer.Option(help="leave-last-out, strong-generalisation or time-split.")
    ] = "leave-last-out",
    models: Annotated[
        str, typer.Option(metavar="A,B", help="Which of our recommenders take part; all by default.")
    ] = "",
    compare: Annotated[
        str, typer.Option(metavar="A,B", help="Peers: implicit, lenskit, or one model, such as implicit-als.")
    ] = "",
    at: Annotated[str, typer.Option(metavar="K,K", help="Cut-offs; the first is the main one.")] = "10",
    users: Annotated[
        int | None, typer.Option(min=1, help="Judge only that many, drawn at random.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn at random.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="Threads of fitting and of matrix products.")] = 1,
    validation: Annotated[
        bool, typer.Option("--validation", help="Judge on what comes before the test part, for tuning.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with plots.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Rank the whole catalogue for each person, seen items left out, and see where what is held out stands.

    leave-last-out holds out each person's last item, strong-generalisation a tenth of the people (the first
    80 % of their items are known), time-split the last tenth of the events, in time.
    """
    from threadpoolctl import threadpool_limits

    from palate.evaluation.interactions import evaluate_interactions
    from palate.evaluation.report import document, lines
    from palate.recommenders.base import FitOptions

    try:
        cut_offs = [int(part) for part in _parts(at)]
    except ValueError:
        raise InvalidInput(f"--at {at!r} must be numbers, such as --at 10,20") from None
    if html is not None and not html.absolute().parent.is_dir():
        raise InvalidInput(f"--html {str(html)!r} cannot be written: there is no folder for it")
    with stages() as progress, threadpool_limits(threads):
        evaluation = evaluate_interactions(
            folder,
            protocol=protocol,
            models=_parts(models),
            compare_with=_parts(compare),
            at=cut_offs,
            users=users,
            validation=validation,
            options=FitOptions(seed=seed, threads=threads),
            progress=progress or forecast_only,
        )
    if html is not None:
        from palate.evaluation.page import page

        try:
            html.write_text(page(evaluation), encoding="utf-8")
        except OSError as error:
            raise InvalidInput(f"--html {str(html)!r} cannot be written: {error.strerror}") from None
        tell(f"Written: {html}")
    if as_json:
        print_json(document(evaluation), indent=True)
        return
    for line in lines(evaluation):
        say(line)


def _parts(text: str) -> list[str]:
    return [part for part in (piece.strip() for piece in text.split(",")) if part]
