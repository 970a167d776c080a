"""The rejects file: each row that could not be taken, with line and reason."""

from pathlib import Path
from typing import IO

import orjson

from palate.catalogue.reading.blocks import MOST_REJECTS, Reject
from palate.errors import WorkFailed


class RejectsFile:
    """Writes ``<folder>/<file name>-rejects.jsonl`` at the first reject; an older one of the same name goes.

    ``number``: how many files of that name came before in one import; they get a file each.
    Lines are ``{"file", "line", "reason", "row"}``. A context manager: closed at its end.
    """

    def __init__(self, folder: Path, source: Path, number: int = 0) -> None:
        self.path = folder / f"{source.name}{f'-{number + 1}' if number else ''}-rejects.jsonl"
        self.count = 0
        """How many rows were rejected, kept or not."""
        self._source = source
        self._file: IO[bytes] | None = None

    def __enter__(self) -> "RejectsFile":
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._failure(error) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def room(self) -> int:
        """How many more rows it will keep."""
        return max(0, MOST_REJECTS - self.count)

    def add(self, rejects: list[Reject], more: int = 0) -> None:
        """Write rejects, in the order of their lines, and count ``more`` that are not worth handing over for
        want of room; WorkFailed where the file cannot be written.
        """
        room = self.room
        self.count += len(rejects) + more
        try:
            if rejects and self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("wb")
            for reject in sorted(rejects, key=lambda reject: reject.line)[:room]:
                assert self._file is not None  # noqa: S101
                self._file.write(self._line(reject))
        except OSError as error:
            raise self._failure(error) from None

    def _failure(self, error: OSError) -> WorkFailed:
        return WorkFailed(
            f"the rejects file {str(self.path)!r} cannot be written: {error.strerror}; "
            "make room for it, or give the right to write there"
        )

    def _line(self, reject: Reject) -> bytes:
        entry = {"file": str(self._source), "line": reject.line, "reason": reject.reason, "row": reject.row}
        try:
            return orjson.dumps(entry, default=str, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError:
            return orjson.dumps(
                {**entry, "row": repr(reject.row)[:2_000].encode(errors="replace").decode()},
                option=orjson.OPT_APPEND_NEWLINE,
            )
