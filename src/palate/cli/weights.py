"""palate weights."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, say


def weights(
    shop: ShopFolder,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="What an event type is worth, or after how many days it counts half: half_life_days of all, "
            "half_life_days.view of one type. VALUE is a number or 'default'. May be repeated.",
            show_default=False,
        ),
    ] = None,
    preview: Annotated[
        bool,
        typer.Option("--preview", help="Show what the change does to the latest lists, and save nothing."),
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last change back.")] = False,
    slates: Annotated[int, typer.Option(help="How many of the latest lists are made again.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what each kind of event is worth, and change it while the shop serves.

    A change is first tried on the latest lists. It counts from the next request on, on every worker.
    """
    wanted = _parsed(changes or ())
    if undo and wanted:
        raise typer.BadParameter("either a change or --undo", param_hint="'--undo'")
    if preview and not wanted:
        raise typer.BadParameter(
            "there is nothing to preview; name a change with --set", param_hint="'--preview'"
        )
    with palate.open(shop) as opened:
        effect = opened.preview_worths(wanted, slates=slates) if wanted else None
        if undo:
            table = opened.undo_worths()
        else:
            table = opened.change_worths(wanted) if wanted and not preview else opened.worths()
    if as_json:
        print_json({**table, "effect": effect, "saved": bool(undo or (wanted and not preview))})
        return
    if effect:
        _show_effect(effect)
    if preview:
        say("Nothing is saved.")
        return
    for name, one in table["worths"].items():
        say(f"{name:14}{one['worth']:7.2f}  {one['from']}")
    say(f"half after {table['half_life_days']:g} days, or {table['half_life_events']:g} later events")
    for name, one in table["half_lives"].items():
        if one["from"] != "default":
            say(f"{name:14}half after {one['days']:g} days  {one['from']}")


def _parsed(changes: Sequence[str]) -> dict[str, float | str]:
    found: dict[str, float | str] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise typer.BadParameter(f"{change!r} is no change; write like=2", param_hint="'--set'")
        found[name.strip()] = value.strip()
    return found


def _show_effect(effect: dict[str, Any]) -> None:
    say(
        f"Of the latest {effect['slates']} lists {effect['changed']} change ({effect['share']:.0%}); "
        f"{effect['items_replaced']:.0%} of the items are replaced."
    )
    for example in effect["examples"]:
        gone, come = (", ".join(example[part]) or "none" for part in ("out", "in"))
        say(f"  out: {gone}; in: {come}" if example["out"] else "  the same items in another order")
