"""palate evaluate policy: what a policy would have earned, from the log of another."""

from pathlib import Path
from typing import Annotated

import typer

from palate.cli.options import AsJson
from palate.cli.output import print_json, say
from palate.errors import InvalidInput


def register(app: typer.Typer) -> None:
    """Add the command to ``palate evaluate``."""
    app.command("policy", epilog="Example: palate evaluate policy my-shop --policy weights.toml --json")(
        policy
    )


def policy(
    places: Annotated[
        list[Path],
        typer.Argument(metavar="SHOP | --log FILE...", help="A shop, or logs in files.", show_default=False),
    ],
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="WEIGHTS.toml|VERSION",
            help="What to judge by the shop's log; the shop's present weights by default.",
            show_default=False,
        ),
    ] = None,
    log: Annotated[
        bool, typer.Option("--log", help="Judge logs in files: each one's policy by each other one.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap and of the folds.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Estimate what a policy would have earned from the log of another one, and how sure that is.

    Inverse propensity scoring, self-normalised, clipped, doubly robust and switch, with 95 % intervals and
    the effective sample size (docs/evaluation.md). WEIGHTS.toml may have a table weights, and exploration
    and diversity. A log is a CSV with item_id, position, click and propensity_score, as the Open Bandit
    Dataset has it.
    """
    from palate.evaluation.policy_report import document, lines

    if log:
        from palate.evaluation.bandit_log import judge_logs

        if policy is not None:
            raise InvalidInput("--policy is for a shop; logs in files judge each other's policies")
        judgements = judge_logs(places, seed)
    else:
        import palate

        if len(places) != 1:
            raise InvalidInput(f"give one shop, or --log before files ({len(places)} places were given)")
        with palate.open(places[0]) as shop:
            judgements = [shop.judge_policy(policy, seed=seed)]
    if as_json:
        print_json(document(judgements), indent=True)
        return
    for line in lines(judgements):
        say(line)
