"""How turns and items look on a terminal."""

from collections.abc import Iterator, Sequence
from typing import cast

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from palate.cli.output import clean
from palate.values import RecommendedItem, Turn, Why

_WIDTH = 76  # of a card, at most


def console() -> Console:
    """Standard output, in colour where it is a terminal, as plain text where it is not."""
    return Console(highlight=False)


def play(steps: Iterator[tuple[str, object]], out: Console) -> Turn:
    """Show a turn as it comes into being; the turn."""
    turn: Turn | None = None
    try:
        for name, value in steps:
            if name == "items":
                show_items(out, cast("Sequence[RecommendedItem]", value))
            elif name == "token":
                out.print(Text(clean(str(value))), end="")
            elif isinstance(value, Turn):
                turn = value
    finally:
        out.print()
    assert turn is not None  # noqa: S101 - the last step of a conversation's turn
    if turn.question:
        for option in turn.question.options:
            out.print(Text(f"  - {clean(option)}", "cyan"))
    return turn


def show_items(out: Console, items: Sequence[RecommendedItem]) -> None:
    """Items as numbered cards."""
    for number, item in enumerate(items, 1):
        out.print(_card(number, item, min(_WIDTH, out.width)))


def show_reasons(out: Console, item: RecommendedItem) -> None:
    """Why an item came: each reason with its part of the score."""
    out.print(Text(clean(item.title), "bold"))
    for reason in item.reasons:
        out.print(Text(f"  {reason.contribution:+.3f}  {clean(reason.text)}"))
    out.print(Text(f"  {item.score:+.3f}  in all", "dim"))


def show_why(out: Console, why: Why) -> None:
    """Why an item stands where it does."""
    place = f"{why.place}." if why.place else "not in the list"
    out.print(Text(clean(f"{why.title}: {place}"), "bold"))
    for reason in (*why.kept_out, *why.reasons):
        out.print(Text(f"  {clean(reason.text)}"))
    for part in why.contributions:
        told = f"  {part.contribution:+.4f}  {part.feature} ({part.value:.4f} x {part.weight:.4f})"
        out.print(Text(told, "green" if part.contribution > 0 else "red"))
    if why.score is not None:
        out.print(Text(f"  {why.score:+.4f}  in all", "dim"))
    for one in why.counterfactuals:
        out.print(Text(f"  {clean(one.text)}"))


def _card(number: int, item: RecommendedItem, width: int) -> Panel:
    fields = item.attributes
    price = fields.get("price")
    told = [
        f"{price:,.2f}".removesuffix(".00") + f" {fields.get('currency', '')}".rstrip()
        if isinstance(price, int | float)
        else "",
        str(fields.get("brand") or ""),
        ", ".join(map(str, fields.get("categories") or ())),
    ]
    lines = [Text(clean("  ·  ".join(part for part in told if part)))] if any(told) else []
    lines += [Text(clean(reason.text), "green") for reason in item.reasons[:2]]
    return Panel(
        Group(*lines),
        title=Text(f"{number}  {clean(item.title)}", "bold"),
        title_align="left",
        width=width,
        border_style="dim",
    )
