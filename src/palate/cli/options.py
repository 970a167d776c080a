"""Parameters that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ShopFolder = Annotated[Path, typer.Argument(metavar="SHOP", help="The shop's folder.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Port = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, help="0 takes a free one. Default: PALATE_PORT, or 8765.", show_default=False
    ),
]
DEFAULT_PORT = 8765
