"""palate evaluate policy: what a policy would have earned, from the log of another."""

from pathlib import Path
from typing import Annotated

import typer

from palate.cli.options import AsJson
from palate.cli.output import print_json, say


def register(app: typer.Typer) -> None:
    """Add the command to ``palate evaluate``."""
    app.command(
        "policy", epilog="Example: palate evaluate policy --log random.csv.gz thompson.csv.gz --json"
    )(policy)


def policy(
    places: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Logs in files.", show_default=False)
    ],
    log: Annotated[
        bool, typer.Option("--log", help="Judge logs in files: each one's policy by each other one.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap and of the folds.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Estimate what a policy would have earned from the log of another one, and how sure that is.

    Inverse propensity scoring, self-normalised, clipped, doubly robust and switch, with 95 % intervals and
    the effective sample size (docs/evaluation.md). A log is a CSV with item_id, position, click and
    propensity_score, as the Open Bandit Dataset has it.
    """
    from palate.evaluation.bandit_log import judge_logs
    from palate.evaluation.policy_report import document, lines

    judgements = judge_logs(places, seed)
    if as_json:
        print_json(document(judgements), indent=True)
        return
    for line in lines(judgements):
        say(line)
