"""palate versions, palate rollback."""

from typing import Annotated

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, say


def versions(shop: ShopFolder, as_json: AsJson = False) -> None:
    """List the model versions, newest first: when, how good, how large, which is in use, and why or why not."""
    with palate.open(shop) as opened:
        found = opened.versions()
    if as_json:
        print_json({"versions": found})
        return
    if not found:
        say(f"No model version yet; make one with: palate train {shop}")
    for one in found:
        mark = "*" if one.serves else " "
        ndcg = one.validation.get("ndcg@10")
        figure = (
            f"NDCG@10 {ndcg:.4f} for {one.validation['people']:,} people" if ndcg is not None else "no figure"
        )
        say(f"{mark} {one.version}  {one.created_at}  {one.size / 1e6:,.1f} MB  {figure}")
        say(f"    {one.damaged or one.verdict or 'in use when it was trained'}")


def rollback(
    shop: ShopFolder,
    version: Annotated[
        str | None,
        typer.Argument(
            metavar="[VERSION]",
            help="The version to go back to; else the one that was in use before.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put an earlier model version into use again, at once, also in a server that runs."""
    with palate.open(shop) as opened:
        name = opened.roll_back(version)
    if as_json:
        print_json({"version": name})
        return
    say(f"Model version {name} is in use.")
