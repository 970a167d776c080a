"""palate recommend."""

from typing import Annotated

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, readable


def recommend(
    shop: ShopFolder,
    user: Annotated[str, typer.Option(metavar="U", help="The person's id.", show_default=False)],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many items.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Recommend items to a person, without a conversation."""
    from palate.cli.cards import console, show_items

    with palate.open(shop) as opened:
        items = opened.recommend(readable(user), k=k)
    if as_json:
        print_json({"items": items})
        return
    show_items(console(), items)
