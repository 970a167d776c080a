"""Lines of JSON of a file that a person gave, each an object."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from palate.errors import InvalidInput


def json_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, empty lines passed over. Raises InvalidInput, naming the line."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise InvalidInput(f"{str(file)!r} cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise InvalidInput(
                f"line {number} of {str(file)!r} is {line[:60]!r}; each line must be a JSON object"
            )
        yield found
