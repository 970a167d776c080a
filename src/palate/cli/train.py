"""palate train."""

import re
from typing import Annotated

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import forecast_only, print_json, say, stages

_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0}


def train(
    shop: ShopFolder,
    tune: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="Take so much longer to search for better settings, and to train the attention model, where there is "
            "one, for longer: 90s, 10m, 1h; a number is minutes.",
            show_default=False,
        ),
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Put the new version into use even where it is worse.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fit every recommender and the ranker into a new model version; put it into use unless it is worse.

    It is compared with the version in use on the latest day of the log, for the same people.
    """
    seconds = _seconds(tune) if tune else 0.0
    with palate.open(shop) as opened, stages() as progress:
        manifest = opened.train(progress=progress or forecast_only, tune_seconds=seconds, force=force)
    if as_json:
        print_json(manifest)
        return
    say(f"Model version {manifest['version']} is trained: {manifest['validation']['verdict']}.")
    if tune and (tuned := manifest["tuning"].get("verdict")):
        say(f"Tuning: {tuned}.")
    if verdict := manifest["fusion"].get("verdict"):
        say(f"{verdict[0].upper()}{verdict[1:]}.")


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", text.strip().lower())
    if not found or float(found[1]) <= 0:
        raise typer.BadParameter(f"{text!r} is no time; write 90s, 10m or 1h", param_hint="'--tune'")
    return float(found[1]) * _UNITS[found[2] or "m"]
