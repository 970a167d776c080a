"""Where the store of a test is."""

from pathlib import Path
from typing import NamedTuple

from palate.storage import Store, open_store


class Place(NamedTuple):
    """A database, as open_store wants it."""

    database: str
    folder: Path

    def open(self) -> Store:
        return open_store(self.database, self.folder)
