"""Where things are printed: results to standard output, everything else to standard error."""

import re
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

RowProgress = Callable[[int, int | None], None]
StageProgress = Callable[[str, int, int | None], None]

# C0 and C1 but for tab and line feed: a title must not steer the terminal
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean(text: str) -> str:
    """Text fit for a terminal and for JSON: control characters and bytes that were no UTF-8 are replaced."""
    return _CONTROLS.sub("\ufffd", readable(text))


def readable(text: str) -> str:
    """An argument without the surrogates that stand for bytes that were no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def tell(text: str) -> None:
    """A message for the person at the terminal, on standard error."""
    sys.stderr.write(f"{clean(text)}\n")
    sys.stderr.flush()


def say(text: str) -> None:
    """A line of a result meant for people, on standard output."""
    sys.stdout.write(f"{clean(text)}\n")


def print_json(value: object, *, indent: bool = False) -> None:
    """A result as one JSON document, on standard output."""
    from palate.service.encoding import to_json

    sys.stdout.buffer.write(to_json(value, indent=indent) + b"\n")
    sys.stdout.flush()


@contextmanager
def stages() -> Generator[StageProgress | None]:
    """A progress bar a stage on standard error; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks = {}

        def advance(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield advance


def forecast_only(stage: str, done: int, total: int | None) -> None:
    """A stage's progress where there is no terminal to draw bars on: what the work will take is told all the same."""
    if stage.startswith("forecast"):
        tell(stage)


@contextmanager
def rows(stage: str) -> Generator[RowProgress | None]:
    """One such bar, for work that counts rows."""
    with stages() as advance:
        yield None if advance is None else lambda done, total: advance(stage, done, total)
