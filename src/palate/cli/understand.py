"""palate understand: of one utterance, or of a file of them."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, readable, say
from palate.errors import InvalidInput

if TYPE_CHECKING:
    from palate.understanding.reading import Reading
    from palate.values import Understanding


def understand(
    shop: ShopFolder,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="The utterance.", show_default=False)
    ] = None,
    last: Annotated[
        str, typer.Option(metavar="ID,ID,...", help="The items shown last, in order.", show_default=False)
    ] = "",
    batch: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="JSON Lines {id, text, context: {last_items}}.", show_default=False
        ),
    ] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Also print each step of the reading with its result.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print what the system reads in an utterance; with --batch, of each line of a file, as JSON Lines."""
    if (text is None) == (batch is None):
        raise InvalidInput("give either TEXT or --batch FILE")
    asked = list(_read(batch)) if batch is not None else []  # all of them read before the first answer
    with palate.open(shop) as opened:
        for entry_id, words, last_items in asked:
            print_json({"id": entry_id, "understanding": opened.understand(words, last_items=last_items)})
        if text is None:
            return
        last_items = [item_id for item_id in readable(last).split(",") if item_id]
        reading = opened.read(readable(text), last_items=last_items)
    if as_json:
        # with --trace the steps stand beside the Understanding's own fields
        print_json(
            {**asdict(reading.understanding), "trace": _steps(reading, text)}
            if trace
            else reading.understanding
        )
        return
    if trace:
        for step, result in _steps(reading, text).items():
            say(f"{step:16}{_plain(result)}")
        say("")
    _show(reading.understanding)


def _read(file: Path) -> Iterator[tuple[Any, str, list[str]]]:
    """(id, text, last items) of each line; InvalidInput names the line that is wrong."""
    import orjson

    try:
        lines = file.read_bytes().decode("utf-8-sig", "replace").split("\n")
    except OSError as error:
        raise InvalidInput(f"{str(file)!r} cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = orjson.loads(line)
            context = entry.get("context") or {}
            found = entry["id"], entry["text"], context.get("last_items") or []
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            found = None, None, None
        _, words, last_items = found
        if not isinstance(words, str) or not isinstance(last_items, list):
            raise InvalidInput(
                f"line {number} of {str(file)!r} is {line[:60]!r}; each line must be JSON: "
                '{"id": ..., "text": "...", "context": {"last_items": [...]} or null}'
            )
        yield found[0], words, [str(item_id) for item_id in last_items]


def _steps(reading: "Reading", text: str) -> dict[str, Any]:
    """Each step by its name: those that the reader took, then the parts with how sure it is of each."""
    from palate.understanding.tagging import steps

    parts = [
        {"part": part.kind, "said": part.text, "read": part.detail, "confidence": round(part.confidence, 3)}
        for part in reading.parts
    ]
    return {**steps(reading, text), "parts": parts, "confidence": round(reading.confidence, 3)}


def _plain(result: Any) -> str:
    """A step's result on one line, or an entry a line where it has several."""
    if not isinstance(result, list | tuple) or not any(
        isinstance(one, list | tuple | dict) for one in result
    ):
        return str(result)
    return ("\n" + 16 * " ").join(str(one) for one in result)


def _show(understanding: "Understanding") -> None:
    say(f"language    {understanding.language}")
    say(f"act         {understanding.act}")
    say(f"keywords    {', '.join(understanding.keywords) or '-'}")
    for mention in understanding.mentions:
        say(f"mention     {mention.text} = {mention.item_id} ({mention.sentiment})")
    for wish in understanding.constraints:
        value = "" if wish.value is None else f" {wish.value}"
        say(f"constraint  {wish.attribute} {wish.op}{value} ({wish.strength})")
    if understanding.references:
        say(f"references  {', '.join(map(str, understanding.references))}")
