"""Delimited text (CSV, TSV and their kin) to blocks of string columns, by Arrow's parser.

A clean block goes through Arrow as it is. Where Arrow meets a row that does not fit, the block's rows are
found in numpy, the bad ones set apart with line and reason, and the rest parsed again: nothing in a file
ends the reading of it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from palate.catalogue.reading.blocks import MOST_REJECTS, Block, Reject, shortened
from palate.catalogue.reading.rows import Rows, bad_bytes, find_rows
from palate.catalogue.reading.sources import TextStream

LONGEST_ROW = 4 << 20
"""Bytes after which a quote that is still open is taken for one that nobody closed."""

_HEADER_BYTES = 1 << 16
"""Where a header is looked for first."""

_PART = 1 << 20
"""Bytes that one core parses at a time."""

_MOST_RECOVERIES = 16
"""Rows per block that are tried again from their second line on; each costs a scan of the block."""


def read_delimited(
    stream: TextStream, names: Sequence[str], *, delimiter: str, quoted: bool, skip_rows: int
) -> Iterator[Block]:
    """Blocks with the columns ``names``; the first ``skip_rows`` rows (a header) are left out.

    ``delimiter``: one ASCII character, or "::" (whose fields are never quoted).
    """
    parser = _Parser(list(names), "\x1f" if delimiter == "::" else delimiter, quoted)
    carry = b""
    line = 1
    for block in stream:
        if delimiter == "::":
            block = block.replace(b"::", b"\x1f")
        buffer = carry + block if carry else block
        if not buffer.endswith(b"\n"):
            carry = buffer
            continue
        if skip_rows:
            rows = find_rows(buffer[:_HEADER_BYTES], parser.delimiter, quoted)
            if len(rows) < skip_rows:
                rows = find_rows(buffer, parser.delimiter, quoted)
            cut = int(rows.ends[skip_rows - 1]) if len(rows) >= skip_rows else len(buffer)
            line += buffer.count(b"\n", 0, cut)
            buffer = buffer[cut:]
            skip_rows = 0
        whole, carry = parser.cut(buffer)
        if whole:
            yield parser.parse(whole, line, stream.position)
            line += whole.count(b"\n")
    if carry and not skip_rows:
        parser.vouched = False
        yield parser.parse(carry.removesuffix(b"\n") + b"\n", line, stream.position)


class _Parser:
    def __init__(self, names: list[str], delimiter: str, quoted: bool) -> None:
        self.names = names
        self.delimiter = delimiter
        self.quoted = quoted
        self.vouched = False
        """Whether ``cut`` found that no quote stays open in what it gave out last."""

    def cut(self, buffer: bytes) -> tuple[bytes, bytes]:
        """Whole rows, and the beginning of a row whose quote is still open."""
        self.vouched = True
        if not (self.quoted and b'"' in buffer):
            return buffer, b""
        rows = find_rows(buffer, self.delimiter, self.quoted)
        end = int(rows.ends[-1]) if len(rows) else 0
        if len(buffer) - end > LONGEST_ROW:
            self.vouched = False
            return buffer, b""
        return buffer[:end], buffer[end:]

    def parse(self, buffer: bytes, line: int, position: int) -> Block:
        """The rows of ``buffer``, whose first line has the number ``line``."""
        misfits = 0

        def on_misfit(row: csv.InvalidRow) -> str:
            nonlocal misfits
            misfits += 1
            return "skip"

        try:
            table = self._arrow(buffer, on_misfit)
        except pa.ArrowInvalid:
            misfits = -1
        else:
            if not misfits and not self._open_at_end(buffer):
                return Block(table, lambda: self._lines(buffer, line, len(table)), [], position)
        return self._parse_with_rejects(buffer, line, position)

    def _open_at_end(self, buffer: bytes) -> bool:
        """Whether a quote is open where the buffer ends; Arrow takes the rest of the text as its field."""
        if self.vouched or not self.quoted or b'"' not in buffer:
            return False
        return find_rows(buffer, self.delimiter, True).open_at is not None

    def _arrow(self, buffer: bytes, on_misfit: object = None) -> pa.Table:
        quotes = self.quoted and b'"' in buffer
        # whole where a value may hold line ends or misfits are told by their row; else in parts, on all cores
        in_parts = on_misfit is None and not quotes
        return csv.read_csv(
            pa.BufferReader(buffer),
            read_options=csv.ReadOptions(
                column_names=self.names,
                use_threads=in_parts,
                block_size=_PART if in_parts else len(buffer) + 1,
            ),
            parse_options=csv.ParseOptions(
                delimiter=self.delimiter,
                quote_char='"' if self.quoted else False,
                newlines_in_values=quotes,
                invalid_row_handler=on_misfit,
            ),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(self.names, pa.string())),
        )

    def _lines(self, buffer: bytes, line: int, n: int) -> NDArray[np.int64]:
        if buffer.count(b"\n") == n:
            return np.arange(line, line + n)
        rows = find_rows(buffer, self.delimiter, self.quoted)
        return line + rows.lines[rows.ends - rows.starts > 1]

    def _parse_with_rejects(self, buffer: bytes, line: int, position: int) -> Block:
        taken: list[bytes] = []
        lines: list[NDArray[np.int64]] = []
        rejects: list[Reject] = []
        more = recoveries = 0
        while buffer:
            rows = find_rows(buffer, self.delimiter, self.quoted)
            good, bad, undecodable = self._judge(buffer, rows)
            broken = self._first_broken(buffer, rows, bad) if recoveries < _MOST_RECOVERIES else None
            end = int(rows.ends[-1]) if len(rows) else 0
            if broken is not None:
                recoveries += 1
                until = int(np.searchsorted(rows.starts, broken))
                end = buffer.index(b"\n", broken) + 1
                good, bad = good[:until], bad[:until]
            bad_rows = np.flatnonzero(bad)
            shown = bad_rows[: max(0, MOST_REJECTS - len(rejects))]
            more += len(bad_rows) - len(shown)
            for index in shown.tolist():
                text = buffer[rows.starts[index] : rows.ends[index]]
                reason = self._reason(int(rows.widths[index]), bool(undecodable[index]))
                rejects.append(Reject(line + int(rows.lines[index]), reason, _shown(text)))
            kept = np.flatnonzero(good)
            taken.extend(_runs(buffer, rows, kept))
            lines.append(line + rows.lines[kept])
            if broken is not None:
                number = line + buffer.count(b"\n", 0, broken)
                reason = "a quote opens here that is not closed in the row"
                rejects.append(Reject(number, reason, _shown(buffer[broken:end])))
            elif end < len(buffer):
                number = line + buffer.count(b"\n", 0, end)
                rejects.append(
                    Reject(number, "a quote opens here that is never closed", _shown(buffer[end:]))
                )
                end = len(buffer)
            line += buffer.count(b"\n", 0, end)
            buffer = buffer[end:]
        numbers = np.concatenate(lines)
        table = self._arrow(b"".join(taken)) if len(numbers) else self._empty()
        return Block(table, lambda: numbers, rejects, position, more)

    def _judge(
        self, buffer: bytes, rows: Rows
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Which rows to take, which to reject (the others are blank), and which are not text; bool [n]
        each.
        """
        if not len(rows):
            nothing = np.zeros(0, np.bool_)
            return nothing, nothing, nothing
        undecodable = bad_bytes(buffer, rows)
        fits = (rows.widths == len(self.names)) & ~undecodable
        ink = np.logical_or.reduceat(np.frombuffer(buffer, np.uint8) > ord(" "), rows.starts)
        blank = ~ink & (rows.widths == 1)
        return fits & ~blank, ~fits & ~blank, undecodable

    def _reason(self, width: int, undecodable: bool) -> str:
        if undecodable:
            return "bytes that are not text in the encoding of the file"
        return f"{width} field{'s' * (width != 1)} where the header has {len(self.names)}"

    def _first_broken(self, buffer: bytes, rows: Rows, bad: NDArray[np.bool_]) -> int | None:
        """Where the first row starts that is bad and runs over several lines, as one with a stray quote
        does.
        """
        if not (self.quoted and b'"' in buffer):
            return None
        several = np.diff(np.concatenate([rows.lines, [buffer.count(b"\n")]])) > 1
        suspects = np.flatnonzero(bad & several)
        if len(suspects):
            return int(rows.starts[suspects[0]])
        end = int(rows.ends[-1]) if len(rows) else 0
        return end if end < len(buffer) else None

    def _empty(self) -> pa.Table:
        return pa.table({name: pa.array([], pa.string()) for name in self.names})


def _runs(buffer: bytes, rows: Rows, kept: NDArray[np.int64]) -> Iterator[bytes]:
    """The bytes of the kept rows, neighbours in one piece."""
    if not len(kept):
        return
    breaks = np.flatnonzero(np.diff(kept) > 1)
    firsts = kept[np.concatenate([[0], breaks + 1])]
    lasts = kept[np.concatenate([breaks, [len(kept) - 1]])]
    for start, end in zip(rows.starts[firsts].tolist(), rows.ends[lasts].tolist(), strict=True):
        yield buffer[start:end]


def _shown(text: bytes) -> str:
    return shortened(text[:8_000].decode(errors="replace").rstrip("\n").replace("\x1f", "::"))
