"""JSON text as the store keeps it: keys sorted, so that equal documents have equal text; no NaN."""

import math
from typing import Any, cast

import orjson

from palate.errors import InvalidInput

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def encode(value: Any, what: str) -> str:
    """``value`` as JSON text; ``what`` names it in the error.

    Raises InvalidInput where it holds something that JSON cannot: NaN, infinity, a date, half a surrogate
    pair.
    """
    check_finite(value, what)
    try:
        return orjson.dumps(value, option=_OPTIONS).decode()
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{what} cannot be stored as JSON: {error}") from None


def decode(text: str) -> Any:
    """The value of a text that ``encode`` wrote."""
    return orjson.loads(text)


def check_finite(value: Any, what: str) -> None:
    """InvalidInput where a JSON value holds NaN or infinity, which orjson would silently write as null."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidInput(
                f"{what} holds the number {value!r}; leave the field out where there is no number"
            )
    elif isinstance(value, dict):
        for part in cast(dict[str, Any], value).values():
            check_finite(part, what)
    elif isinstance(value, list | tuple):
        for part in cast(list[Any], value):
            check_finite(part, what)


def is_text(value: str) -> bool:
    """Whether every database can keep ``value`` as a text: it holds no zero character and no half surrogate
    pair.
    """
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


def check_text(value: str, what: str) -> str:
    """``value`` if it is a text and not empty; ``what`` names it in the InvalidInput that is raised else."""
    if not value or not is_text(value):
        raise InvalidInput(
            f"{what} is {value!r}; it must not be empty, hold a zero character or be broken Unicode"
        )
    return value
