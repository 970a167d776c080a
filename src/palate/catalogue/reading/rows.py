"""Where the rows of a delimited text begin and end, found in numpy: needed where values hold line ends, to
cut a stream between rows, to count lines, and to set apart the rows that do not parse.

The rules are those of Arrow's CSV parser: a quote counts only at the start of a field, a doubled one inside
stands for one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int64]

_QUOTE = 0x22
_NEWLINE = 0x0A


@dataclass(frozen=True, slots=True)
class Rows:
    """n rows of a buffer. ``starts``, ``ends`` int64 [n]: offsets, the line feed included; ``widths`` int64
    [n]: fields; ``lines`` int64 [n]: lines before the row; ``open_at``: where a quote opens that the buffer
    does not close, else None (what follows the last row belongs to it).
    """

    starts: Offsets
    ends: Offsets
    widths: Offsets
    lines: Offsets
    open_at: int | None

    def __len__(self) -> int:
        return len(self.starts)


def find_rows(buffer: bytes, delimiter: str, quoted: bool) -> Rows:
    """The rows of ``buffer``, which ends with a line feed; ``delimiter`` is one ASCII character."""
    data = np.frombuffer(buffer, np.uint8)
    newlines = np.flatnonzero(data == _NEWLINE)
    delimiters = np.flatnonzero(data == ord(delimiter))
    ends = newlines + 1
    open_at = None
    if quoted and b'"' in buffer:
        opened, closed, open_at = _quoted_spans(data, ord(delimiter))
        ends = newlines[~_inside(newlines, opened, closed)] + 1
        delimiters = delimiters[~_inside(delimiters, opened, closed)]
    starts = np.concatenate([np.zeros(1, np.int64), ends])[: len(ends)]
    before = np.searchsorted(delimiters, np.concatenate([starts[:1], ends]))
    return Rows(starts, ends, np.diff(before) + 1, np.searchsorted(newlines, starts), open_at)


def _inside(positions: Offsets, opened: Offsets, closed: Offsets) -> NDArray[np.bool_]:
    return np.searchsorted(opened, positions) > np.searchsorted(closed, positions)


def _quoted_spans(data: NDArray[np.uint8], delimiter: int) -> tuple[Offsets, Offsets, int | None]:
    """Offsets of opening and of closing quotes, and of one that stays open (it is in the first array too)."""
    quotes = np.flatnonzero(data == _QUOTE)
    previous = data[np.maximum(quotes - 1, 0)]
    at_start = (previous == delimiter) | (previous == _NEWLINE) | (quotes == 0)
    opening = quotes[0::2]
    # where each second quote opens a field or follows a quote (a doubled one), counting by twos is exact
    if np.all(at_start[0::2] | ((previous[0::2] == _QUOTE) & (opening > 0))):
        closing = quotes[1::2]
        return opening, closing, int(opening[-1]) if len(opening) > len(closing) else None
    opened: list[int] = []
    closed: list[int] = []
    within = False
    escaped_at = -1
    positions = quotes.tolist()
    following = [*positions[1:], -1]
    for position, after, starts in zip(positions, following, at_start.tolist(), strict=True):
        if position == escaped_at:
            continue
        if within and after == position + 1:
            escaped_at = after
        elif within:
            closed.append(position)
            within = False
        elif starts:
            opened.append(position)
            within = True
    return np.array(opened, np.int64), np.array(closed, np.int64), opened[-1] if within else None


def bad_bytes(buffer: bytes, rows: Rows) -> NDArray[np.bool_]:
    """Which rows are no valid UTF-8, bool [n]."""
    bad = np.zeros(len(rows), np.bool_)
    view = memoryview(buffer)
    start = 0
    while start < len(buffer):
        try:
            str(view[start:], "utf-8")
            break
        except UnicodeDecodeError as error:
            row = int(np.searchsorted(rows.ends, start + error.start, side="right"))
            if row >= len(rows):
                break
            bad[row] = True
            start = int(rows.ends[row])
    return bad
