"""palate doctor."""

from typing import Any

import typer

import palate
from palate.cli.options import AsJson, ShopFolder
from palate.cli.output import print_json, say
from palate.errors import PalateError, UnknownShop

_MARKS = {"ok": "ok      ", "warning": "warning ", "error": "ERROR   "}


def doctor(shop: ShopFolder, as_json: AsJson = False) -> None:
    """Check the configuration, the models and the database; say how to mend what is wrong.

    The exit status is 1 where something is in error.
    """
    findings: list[Any]
    try:
        with palate.open(shop) as opened:
            findings = list(opened.examine())
    except UnknownShop:
        raise
    except PalateError as error:  # a shop that does not open is what a doctor is for
        findings = [palate.Finding("error", "shop", str(error))]
    if as_json:
        print_json({"findings": findings})
    else:
        for finding in findings:
            say(f"{_MARKS[finding.level]}{finding.subject}: {finding.text}")
            if finding.remedy:
                say(f"        try: {finding.remedy}")
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(1)
