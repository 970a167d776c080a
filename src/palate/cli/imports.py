"""palate import items, palate import events."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, readable, rows, say
from palate.errors import InvalidInput

if TYPE_CHECKING:
    from palate.values import ImportResult

app = typer.Typer(
    help="Import items or events from files.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog="Example: palate import items my-shop goods.csv",
)

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", help="CSV, TSV, JSON Lines or Parquet, gzipped or not.", show_default=False
    ),
]
Renames = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="SOURCE=TARGET", help="Rename a column; repeatable.", show_default=False),
]
Types = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="ATTRIBUTE:TYPE", help="Type an attribute; repeatable.", show_default=False
    ),
]


@app.command(
    "items", epilog="Example: palate import items my-shop goods.csv --map name=title --set price:number"
)
def items(
    shop: ShopFolder, files: Files, rename: Renames = None, types: Types = None, as_json: AsJson = False
) -> None:
    """Import a catalogue. Rows that cannot be taken go to a rejects file; the rest is imported."""
    columns, typed = parse_renames(rename or ()), parse_types(types or ())
    with palate.open(shop) as opened, rows("items") as progress:
        result = opened.import_items(*files, columns=columns, types=typed, progress=progress)
    _print(result, as_json)


@app.command("events", epilog="Example: palate import events my-shop log.parquet --map uid=user_id")
def events(shop: ShopFolder, files: Files, rename: Renames = None, as_json: AsJson = False) -> None:
    """Import an event log. Rows that cannot be taken go to a rejects file; the rest is imported."""
    columns = parse_renames(rename or ())
    with palate.open(shop) as opened, rows("events") as progress:
        result = opened.import_events(*files, columns=columns, progress=progress)
    _print(result, as_json)


def parse_renames(pairs: Sequence[str]) -> dict[str, str]:
    """``SOURCE=TARGET`` each, as a mapping; InvalidInput where one is not."""
    columns: dict[str, str] = {}
    for pair in map(readable, pairs):
        source, _, target = pair.rpartition("=")
        if not source or not target:
            raise InvalidInput(f"--map {pair!r} must be SOURCE=TARGET, such as --map name=title")
        columns[source] = target
    return columns


def parse_types(pairs: Sequence[str]) -> dict[str, str]:
    """``ATTRIBUTE:TYPE`` each, as a mapping; InvalidInput where one is not, or names no type of ours."""
    from palate.values import AttributeType

    known = get_args(AttributeType)
    types: dict[str, str] = {}
    for pair in map(readable, pairs):
        attribute, _, kind = pair.rpartition(":")
        if not attribute or kind not in known:
            raise InvalidInput(f"--set {pair!r} must be ATTRIBUTE:TYPE with a type of {', '.join(known)}")
        types[attribute] = kind
    return types


def _print(result: "ImportResult", as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    say(
        f"{result.read:,} rows read: {result.added:,} added, {result.updated:,} updated, "
        f"{result.unchanged:,} unchanged, {result.rejected:,} rejected"
    )
    if result.rejects_file:
        say(f"Why rows were rejected: {result.rejects_file}")
    for note in result.notes:
        say(f"- {note}")
