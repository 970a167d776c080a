"""palate serve."""

from typing import Annotated

import typer

from palate.cli.options import DEFAULT_PORT, Port, ShopFolder


def serve(
    shop: ShopFolder,
    host: Annotated[str, typer.Option(metavar="H", help="The address to listen on.")] = "127.0.0.1",
    port: Port = None,
    workers: Annotated[int, typer.Option(metavar="W", min=1, max=64, help="How many processes answer.")] = 1,
) -> None:
    """Serve a shop over HTTP, with its web pages; print the address when ready."""
    from palate.service import serve as service
    from palate.settings import port_from_environment

    service.serve(shop, host, port_from_environment(DEFAULT_PORT) if port is None else port, workers)
