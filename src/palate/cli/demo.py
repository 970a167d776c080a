"""palate demo."""

from pathlib import Path
from typing import Annotated

import typer

from palate.cli.options import DEFAULT_PORT, Port
from palate.cli.output import stages, tell

_HOST = "127.0.0.1"


def demo(
    port: Port = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Where the demo shop is kept. Default: your data folder.", show_default=False),
    ] = None,
) -> None:
    """Serve a shop from the bundled catalogue, on this machine alone, and print its address when ready."""
    from palate.demo import default_folder, prepare
    from palate.service.serve import bind, serve
    from palate.settings import port_from_environment
    from palate.training.progress import silent

    port = port_from_environment(DEFAULT_PORT) if port is None else port
    bind(_HOST, port).close()  # better told now than after the training
    place = folder or default_folder()
    tell(f"The demo shop is kept in {place}; the first start trains it.")
    with stages() as progress:
        place = prepare(place, progress or silent)
    tell("Open this address in a browser; Ctrl-C stops the shop:")
    serve(place, _HOST, port)
