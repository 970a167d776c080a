"""palate why."""

from typing import Annotated, Literal

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, readable


def why(
    shop: ShopFolder,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The item's id.", show_default=False)],
    user: Annotated[
        str | None, typer.Option(metavar="U", help="The person's id.", show_default=False)
    ] = None,
    turn: Annotated[
        str | None,
        typer.Option(
            metavar="T",
            help="The turn_id of a list that was shown; else the list as it were now.",
            show_default=False,
        ),
    ] = None,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Of the answer.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Tell why an item stands where it does, and where it would stand otherwise."""
    from palate.cli.cards import console, show_why

    with palate.open(shop) as opened:
        found = opened.why(
            readable(item),
            user_id=user and readable(user),
            turn_id=turn and readable(turn),
            language=language,
        )
    if as_json:
        print_json(found)
        return
    show_why(console(), found)
