"""palate experiment: two policies side by side, and which of them is better."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, readable, say
from palate.errors import InvalidInput

EXAMPLES = """\b
Examples:
  palate experiment my-shop start --policy weights.toml --share 0.5
  palate experiment my-shop start --policy 20261124-093015-204718
  palate experiment my-shop status --html page.html
  palate experiment my-shop stop
"""


class Step(StrEnum):
    """What is to be done."""

    start = "start"
    status = "status"
    stop = "stop"


def experiment(
    shop: ShopFolder,
    step: Annotated[Step, typer.Argument(help="What to do.", show_default=False)],
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="WEIGHTS.toml|VERSION",
            help="start: what the treatment changes, as a file (a table weights, exploration, diversity, "
            "version) or as the name of a model version.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="start: its name, by default the day. status: which one, by default the latest.",
            show_default=False,
        ),
    ] = None,
    share: Annotated[float, typer.Option(help="start: the share of people who get the treatment.")] = 0.5,
    hours: Annotated[
        float, typer.Option(help="start: hours from a person's first list, after which he is counted.")
    ] = 24.0,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="status: write the page as well.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try a policy or a model version on a share of the people, and see which one is better.

    Each person stays in one arm. The result may be looked at at any time: its intervals hold at all looks at once.
    Guardrails watch the seconds of a turn and the complaints (docs/evaluation.md). The page of a running shop is
    /admin/experiments.
    """
    from palate.evaluation.experiment_report import document, lines, page

    with palate.open(shop) as opened:
        if step is Step.start:
            if policy is None:
                raise InvalidInput(
                    "name what the treatment changes: --policy weights.toml, or --policy VERSION"
                )
            called = readable(name) if name else f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}"
            opened.start_experiment(policy, name=called, share=share, hours=hours)
        elif step is Step.stop:
            called = opened.stop_experiment().name
        else:
            called = readable(name) if name else None
        standing = opened.experiment(called)
        others = [one for one in opened.experiments() if one.name != standing.experiment.name]
    if html is not None:
        try:
            html.write_text(page(standing, others, "en"), encoding="utf-8")
        except OSError as error:
            raise InvalidInput(f"{str(html)!r} cannot be written: {error.strerror}") from None
    if as_json:
        print_json(document(standing), indent=True)
        return
    for line in lines(standing):
        say(line)
