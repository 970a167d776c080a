"""The ``palate`` command: its subcommands, and what becomes of their errors.

Heavy imports stand inside the commands: ``palate --help`` must not wait for numpy or a web server.
"""

import os
import sys
from typing import Annotated

import typer

from palate.cli import (
    chat,
    costs,
    demo,
    doctor,
    enrich,
    evaluate,
    experiment,
    imports,
    init,
    recommend,
    serve,
    train,
    understand,
    user,
    versions,
    weights,
    why,
)
from palate.cli.output import tell
from palate.errors import PalateError, UsageError


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("palate"))
        raise typer.Exit


app = typer.Typer(
    name="palate",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Example: palate demo",
)


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """A recommender that people talk to, in English and Chinese."""


app.command("demo", epilog="Example: palate demo --port 9000")(demo.demo)
app.command("init", epilog="Example: palate init my-shop")(init.init)
app.add_typer(imports.app, name="import")
app.command("train", epilog="Example: palate train my-shop")(train.train)
app.command("costs", epilog="Example: palate costs my-shop --by day --since 2026-11-01")(costs.costs)
app.command("enrich", epilog="Example: palate enrich my-shop --fields tags,translation --max-cost 5")(
    enrich.enrich
)
app.command("versions", epilog="Example: palate versions my-shop")(versions.versions)
app.command("rollback", epilog="Example: palate rollback my-shop")(versions.rollback)
app.command("chat", epilog="Example: palate chat my-shop --user ann --once 'a gift under 300 yuan'")(
    chat.chat
)
app.command("recommend", epilog="Example: palate recommend my-shop --user ann -k 5 --json")(
    recommend.recommend
)
app.command("understand", epilog="Example: palate understand my-shop '不要香水, 500元以内' --json")(
    understand.understand
)
app.command("serve", epilog="Example: palate serve my-shop --port 8080 --workers 2")(serve.serve)
app.command("why", epilog="Example: palate why my-shop tent-3 --user ann")(why.why)
app.command("weights", epilog="Example: palate weights my-shop --set like=2 --set skip=0 --preview")(
    weights.weights
)
app.add_typer(user.app, name="user")
app.command("doctor", epilog="Example: palate doctor my-shop")(doctor.doctor)
evaluate.register(app)
app.command("experiment", epilog=experiment.EXAMPLES)(experiment.experiment)


def main() -> None:
    """Run the command line; exit status 0: done, 1: the work failed, 2: wrong use or bad input."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # bytes that are no UTF-8 come in and go out as a replacement, never as a crash
        stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    try:
        app(prog_name="palate")
    except PalateError as error:
        tell(f"palate: {error}")
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("PALATE_DEBUG"):
            raise
        tell(
            f"palate: something went wrong that should not: {type(error).__name__}: {error}\n"
            "Please report it, with the command and what it prints when PALATE_DEBUG=1 is set."
        )
        _give_up_output()
        sys.exit(1)


def _give_up_output() -> None:
    """What standard output could not take is not tried again at the exit, which would change the exit status."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
