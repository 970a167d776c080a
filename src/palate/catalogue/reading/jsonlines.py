"""JSON Lines to blocks of objects."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson

from palate.catalogue.reading.blocks import MOST_REJECTS, Block, Reject, shortened
from palate.catalogue.reading.sources import TextStream


def read_json_lines(stream: TextStream) -> Iterator[Block]:
    """Blocks of objects, one a line; blank lines are passed over, other lines that are no object are
    rejects.
    """
    line = 1
    for block in stream:
        records: list[dict[str, Any]] = []
        numbers: list[int] = []
        rejects: list[Reject] = []
        more = 0
        for text in block.split(b"\n"):
            if text.strip():
                value, reason = _parse(text)
                if reason is None:
                    records.append(value)
                    numbers.append(line)
                elif len(rejects) >= MOST_REJECTS:
                    more += 1
                else:
                    rejects.append(Reject(line, reason, shortened(text[:8_000].decode(errors="replace"))))
            line += 1
        # what follows the last line feed is the first line of the next block, not one of its own
        line -= block.endswith(b"\n")
        counted = np.array(numbers, np.int64)
        yield Block(records, lambda counted=counted: counted, rejects, stream.position, more)


def _parse(text: bytes) -> tuple[Any, str | None]:
    """The object of a line, or why there is none."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        try:
            # NaN is no JSON, but writers in Python let it through: as the value of a field it is for the
            # column
            # to judge; deeper it is refused, as are halves of surrogate pairs
            value = json.loads(text)
            text.decode()
            if isinstance(value, dict):
                others = {name: kept for name, kept in value.items() if not isinstance(kept, float)}
                json.dumps(others, ensure_ascii=False, allow_nan=False).encode()
        except UnicodeDecodeError:
            return None, "bytes that are not text in the encoding of the file"
        except (ValueError, RecursionError):
            return None, f"not valid JSON: {error}"
    if not isinstance(value, dict):
        return None, 'not a JSON object; each line must be one, like {"item_id": "1"}'
    return value, None
