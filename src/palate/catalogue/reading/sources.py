"""The bytes of a file: opened, decompressed, brought to UTF-8, cut at line ends.

Memory stays bounded: a file travels in blocks of BLOCK_BYTES. It knows nothing of columns.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import charset_normalizer
import numpy as np

from palate.errors import InvalidInput

BLOCK_BYTES = 32 << 20
"""How many bytes of text are held at a time; a block may grow to twice that for a row at its end."""

_GZIP = b"\x1f\x8b"
_PROBE_LINES = 2_000
_LONGEST_LINE = 4 * BLOCK_BYTES
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def check_file(path: Path) -> None:
    """Raise InvalidInput where ``path`` is missing, a folder, unreadable or empty."""
    if path.is_dir():
        raise InvalidInput(f"{str(path)!r} is a folder; name the files in it, for example {path}/*.csv")
    if not path.exists():
        raise InvalidInput(f"no file {str(path)!r}; check the path")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise InvalidInput(f"{str(path)!r} is empty; it needs a header or a first row")
    except OSError as error:
        raise InvalidInput(f"{str(path)!r} cannot be read: {error.strerror}") from None


def is_gzip(path: Path) -> bool:
    """Whether the content is gzip, whatever the name says."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP


@dataclass(slots=True)
class TextStream:
    r"""The text of a file as UTF-8 bytes, block by block; each block but the last ends with a line feed.

    ``\r\n`` becomes ``\n``. The encoding is settled by the first block that is not plain ASCII (UTF-8,
    GB18030, Windows-1252 or what charset-normalizer finds; UTF-16 by its byte order mark). A line that the
    encoding cannot read is passed on as it is, no valid UTF-8: the parser finds and rejects it.
    ``position``: bytes of the file read so far.
    """

    path: Path
    block_bytes: int = BLOCK_BYTES
    position: int = 0
    encoding: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        """Blocks of whole lines; InvalidInput where the file is damaged or cannot be read."""
        carry = b""
        carriage_returns: bool | None = None
        for raw in self._raw():
            if carriage_returns is None:
                raw = raw.removeprefix(codecs.BOM_UTF8)
                # files of old Macs end lines with a carriage return alone
                carriage_returns = b"\n" not in raw and b"\r" in raw
            if carriage_returns:
                raw = raw.replace(b"\r", b"\n")
            block = carry + raw if carry else raw
            if len(block) > _LONGEST_LINE and b"\n" not in block:
                raise InvalidInput(
                    f"{str(self.path)!r} has a line of more than {_LONGEST_LINE:,} bytes; is it a text file?"
                )
            cut = block.rfind(b"\n") + 1
            carry = block[cut:]
            if cut:
                yield self._to_utf8(block if cut == len(block) else block[:cut])
        if carry:
            yield self._to_utf8(carry)

    def _raw(self) -> Iterator[bytes]:
        """The decompressed bytes, UTF-16 brought to UTF-8 already."""
        try:
            with self.path.open("rb") as file:
                packed = file.read(2) == _GZIP
                file.seek(0)
                stream: IO[bytes] = gzip.GzipFile(fileobj=file) if packed else file  # pyright: ignore[reportAssignmentType]
                raw = stream.read(self.block_bytes)
                wide = _UTF16.get(raw[:2])
                decoder = codecs.getincrementaldecoder(wide or "utf-8")(errors="replace")
                if wide is not None:
                    self.encoding = "utf-8"
                    raw = raw[2:]
                while raw:
                    self.position = file.tell()
                    following = stream.read(self.block_bytes)
                    if wide is not None:
                        raw = decoder.decode(raw, final=not following).encode()
                    yield raw
                    raw = following
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InvalidInput(
                f"{str(self.path)!r} is a damaged gzip file ({error}); fetch it again. Rows that were stored "
                "before the damage will be recognised when the whole file is imported"
            ) from None
        except OSError as error:
            raise InvalidInput(f"{str(self.path)!r} cannot be read: {error.strerror or error}") from None

    def _to_utf8(self, block: bytes) -> bytes:
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        if self.encoding is None and not block.isascii():
            self.encoding = guess_encoding(block)
        if self.encoding in (None, "utf-8"):
            return block
        try:
            return block.decode(self.encoding).encode()
        except UnicodeError:
            return b"\n".join(_line_to_utf8(line, self.encoding) for line in block.split(b"\n"))


def _line_to_utf8(line: bytes, encoding: str) -> bytes:
    try:
        return line.decode(encoding).encode()
    except UnicodeError:
        return line


def guess_encoding(block: bytes) -> str:
    """The encoding of text that is not plain ASCII.

    UTF-8 where most lines with other than ASCII are valid UTF-8: a few bad bytes do not make it something
    else. In Western European text the high bytes stand alone; in GB18030 they come in pairs and decode.
    """
    lines = [line for line in block.split(b"\n") if not line.isascii()][:_PROBE_LINES]
    if _share_valid(lines, "utf-8") >= 0.5:
        return "utf-8"
    high = np.frombuffer(b"\n".join(lines), np.uint8) >= 0x80
    padded = np.concatenate([[False], high, [False]])
    alone = float(np.mean(~(padded[:-2] | padded[2:])[high]))
    if alone > 0.7:
        return "cp1252"
    if _share_valid(lines, "gb18030") >= 0.9:
        return "gb18030"
    best = charset_normalizer.from_bytes(b"\n".join(lines)).best()
    # without a language seen in it the guess is none: the bad lines then become rejects
    return best.encoding if best is not None and best.coherence > 0 else "utf-8"


def _share_valid(lines: list[bytes], encoding: str) -> float:
    valid = 0
    for line in lines:
        try:
            line.decode(encoding)
            valid += 1
        except UnicodeError:
            pass
    return valid / len(lines)
