"""The data of a shop: ``open_store`` gives a Store, over SQLite or PostgreSQL. No SQL stands outside this
room.
"""

from pathlib import Path

from palate.errors import InvalidSettings
from palate.storage.sql import SqlStore
from palate.storage.sqlite import SqliteDatabase
from palate.storage.store import EXPERIMENTS, LEARNT, Effect, Observation, Store, Written

__all__ = ["EXPERIMENTS", "LEARNT", "Effect", "Observation", "Store", "Written", "open_store"]

FILE_NAME = "shop.sqlite"


def open_store(database: str, folder: Path) -> Store:
    """Open the store that the setting ``database`` names, and make it where there is none.

    "" is the file ``shop.sqlite`` in ``folder``, which must exist; ``postgresql://...`` a database that must
    exist. Raises StorageError where it cannot be opened, NewerShop where a newer palate wrote it,
    MissingDependency where PostgreSQL's driver is not installed, InvalidSettings for any other name.
    """
    if not database:
        return SqlStore(SqliteDatabase(folder / FILE_NAME))
    scheme = database.split("://", 1)[0]
    if scheme not in ("postgresql", "postgres"):
        raise InvalidSettings(
            f"setting 'database' begins with {scheme!r}; leave it empty for a file in the shop's folder, "
            "or name a database as postgresql://user@host/name"
        )
    from palate.storage.postgresql import PostgresqlDatabase  # psycopg is an extra

    return SqlStore(PostgresqlDatabase(database))
