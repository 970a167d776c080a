"""palate costs."""

from typing import Annotated

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, say

_HEADINGS = ("calls", "failed", "tokens_in", "tokens_out", "seconds", "money")


def costs(
    shop: ShopFolder,
    by: Annotated[
        str, typer.Option(metavar="purpose|day|user|model", help="What the sums are told by.")
    ] = "purpose",
    since: Annotated[
        str,
        typer.Option(metavar="DAY", help="From this day on, such as 2026-11-24 (UTC).", show_default="all"),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """What language models took: requests, tokens, seconds and money. Users stand under their pseudonyms."""
    with palate.open(shop) as opened:
        told = opened.costs(by, since)
    if as_json:
        print_json(told)
        return
    if not told["rows"]:
        say("No language model was asked" + (f" since {told['since']}." if told["since"] else " so far."))
        return
    rows = [[str(row[by] or "(nobody)"), *_cells(row)] for row in told["rows"]]
    lines = [[by, *_HEADINGS], *rows, ["total", *_cells(told["total"])]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for first, *cells in lines:
        numbers = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        say(f"{first.ljust(widths[0])}  {numbers}")
    say(f"money in {told['currency']}, by the prices set in budget.price_in and budget.price_out")


def _cells(row: dict[str, float]) -> list[str]:
    counts = [f"{int(row[name]):,}" for name in _HEADINGS[:4]]
    return [*counts, f"{row['seconds']:,.1f}", f"{row['money']:,.4f}"]
