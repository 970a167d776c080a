"""palate evaluate understanding, palate evaluate intents: how well utterances are read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from palate.cli.options import AsJson
from palate.cli.output import print_json, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from palate.values import Act, Understanding

InShop = Annotated[
    Path,
    typer.Option("--shop", metavar="SHOP", help="The shop in which it was said.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``palate evaluate``."""
    app.command(
        "understanding", epilog="Example: palate evaluate understanding gold.jsonl --shop my-shop --json"
    )(understanding)
    app.command("intents", epilog="Example: palate evaluate intents dialogues.jsonl --shop my-shop")(intents)


def understanding(
    gold: Annotated[
        Path,
        typer.Argument(metavar="GOLD", help="JSON Lines {id, text, context, gold}.", show_default=False),
    ],
    shop: InShop,
    catalogue: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Judge only the lines of this catalogue; all by default.", show_default=False
        ),
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", help="Also print each line that is not exactly right.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Judge what a shop reads in utterances by what a careful reader wrote down."""
    import palate
    from palate.evaluation.understanding import document, evaluate_understanding, read_gold

    lines = read_gold(gold, catalogue)
    with palate.open(shop) as opened:

        def understand(text: str, last_items: "Sequence[str]") -> "Understanding":
            return opened.understand(text, last_items=last_items)

        rows = evaluate_understanding(lines, understand)
        result = document(rows)
        if as_json:
            print_json(result, indent=True)
            return
        for name, figures in (("all", result["total"]), *result["by_language"].items()):
            _show(name, figures)
        if details:
            texts = {str(line["id"]): line for line in lines}
            for line_id in result["not_exact"]:
                line = texts[line_id]
                last = (line.get("context") or {}).get("last_items") or ()
                say(f"\n{line_id}  {line['text']}")
                say(f"  gold {line['gold']}")
                say(f"  read {opened.understand(line['text'], last_items=last)}")


def _show(name: str, figures: "Mapping[str, Any]") -> None:
    say(
        f"{name:4} {figures['n']:5} lines   act {_percent(figures['act_accuracy'])}   "
        f"constraints F1 {_percent(figures['constraints']['f1'])}   "
        f"mentions F1 {_percent(figures['mentions']['f1'])}   "
        f"references {_percent(figures['reference_accuracy_where_any'])}   "
        f"keywords {_percent(figures['keyword_recall'])}   exact {_percent(figures['exact_frame_accuracy'])}"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def intents(
    dialogues: Annotated[
        Path, typer.Argument(metavar="DIALOGUES", help="JSON Lines of IARD.", show_default=False)
    ],
    shop: InShop,
    as_json: AsJson = False,
) -> None:
    """Compare the acts that a shop reads with the intents of annotated dialogues, in a confusion table."""
    import palate
    from palate.evaluation.intents import evaluate_intents, read_dialogues, table

    turns = read_dialogues(dialogues)
    with palate.open(shop) as opened:

        def read(text: str, last_items: "Sequence[str]", in_dialogue: bool) -> "Act":
            reading = opened.read(text, last_items=last_items, in_dialogue=in_dialogue)
            return reading.understanding.act

        result = evaluate_intents(turns, read)
    if as_json:
        print_json(result, indent=True)
        return
    for line in table(result):
        say(line)
    say(
        f"\n{result['n']} turns, right {_percent(result['accuracy'])}; "
        f"{result['n_single']} with one intent, right {_percent(result['accuracy_single'])}"
    )
