"""palate user export, palate user erase."""

import sys
from typing import Annotated

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, readable, say

app = typer.Typer(
    help="What is held of a person: its export and its erasure.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog="Example: palate user export my-shop ann",
)

User = Annotated[str, typer.Argument(metavar="U", help="The person's id.", show_default=False)]


@app.command("export", epilog="Example: palate user export my-shop ann > ann.json")
def export(shop: ShopFolder, user: User, as_json: AsJson = False) -> None:
    """Print all that is held of a person, as JSON; with --json on one line."""
    with palate.open(shop) as opened:
        held = opened.export_user(readable(user))
    print_json(held, indent=not as_json)


@app.command("erase", epilog="Example: palate user erase my-shop ann --yes")
def erase(
    shop: ShopFolder,
    user: User,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first (a terminal is asked).")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase all that is held of a person, and print a receipt."""
    person = readable(user)
    with palate.open(shop) as opened:
        if sys.stdin.isatty() and not yes:
            typer.confirm(f"Erase all that {shop} holds of {person!r}?", abort=True, err=True)
        receipt = opened.erase_user(person)
    if as_json:
        print_json(receipt)
        return
    for name, value in receipt.items():
        say(f"{name}: {value}")
