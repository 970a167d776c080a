"""Migrations: how a shop's tables came to be, in numbered steps, each a plain function.

A step is never changed once it was released: a new one follows it. The number of steps taken stands in the
table ``schema_version``. A step runs in a transaction with that number, so that two first opens at once do no
harm.
"""

from collections.abc import Callable

from palate.errors import NewerShop
from palate.storage.database import Database, Dialect, Transaction


def _tables(transaction: Transaction, dialect: Dialect) -> None:
    for statement in dialect.setup:
        transaction.execute(statement)
    for table in (
        # code: dense from 0. body: null where the item was withdrawn or is known by id only
        "items (code INTEGER PRIMARY KEY, item_id TEXT NOT NULL UNIQUE, revision BIGINT NOT NULL, body TEXT)",
        # events of one person, packed (pages.py)
        f"pages (page {dialect.identity}, person {dialect.blob} NOT NULL, n INTEGER NOT NULL,"
        f" columns {dialect.blob} NOT NULL, extras TEXT)",
        f"event_ids (digest {dialect.blob} NOT NULL PRIMARY KEY) {dialect.key_only}",
        f"sessions (session_id TEXT NOT NULL PRIMARY KEY, person {dialect.blob}, state TEXT NOT NULL)",
        f"turns (number {dialect.identity}, turn_id TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL,"
        f" person {dialect.blob}, record TEXT NOT NULL)",
        f"profiles (person {dialect.blob} NOT NULL PRIMARY KEY, profile TEXT NOT NULL)",
        f"vectors (embedder TEXT NOT NULL, code INTEGER NOT NULL, hash TEXT NOT NULL,"
        f" vector {dialect.vector} NOT NULL, PRIMARY KEY (embedder, code))",
        "documents (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    ):
        transaction.execute(f"CREATE TABLE {table}")
    for index in (
        "items_revision ON items (revision)",
        "pages_person ON pages (person)",
        "sessions_person ON sessions (person)",
        "turns_person ON turns (person)",
        "turns_session ON turns (session_id)",
    ):
        transaction.execute(f"CREATE INDEX {index}")
    for statement in dialect.finish:
        transaction.execute(statement)


def _observations(transaction: Transaction, dialect: Dialect) -> None:
    transaction.execute(
        f"CREATE TABLE observations (number {dialect.identity}, person {dialect.blob}, document TEXT NOT NULL)"
    )
    transaction.execute("CREATE INDEX observations_person ON observations (person)")


def _derived(transaction: Transaction, dialect: Dialect) -> None:
    transaction.execute("CREATE TABLE derived (code INTEGER NOT NULL PRIMARY KEY, body TEXT NOT NULL)")
    transaction.execute(
        f"CREATE TABLE answers (hash TEXT NOT NULL PRIMARY KEY, answer TEXT NOT NULL) {dialect.key_only}"
    )


def _costs(transaction: Transaction, dialect: Dialect) -> None:
    transaction.execute(
        f"CREATE TABLE costs (day TEXT NOT NULL, model TEXT NOT NULL, purpose TEXT NOT NULL,"
        f" person {dialect.blob} NOT NULL, calls BIGINT NOT NULL, failed BIGINT NOT NULL, tokens_in BIGINT NOT NULL,"
        " tokens_out BIGINT NOT NULL, seconds DOUBLE PRECISION NOT NULL, money DOUBLE PRECISION NOT NULL,"
        " PRIMARY KEY (day, model, purpose, person))"
    )
    transaction.execute("CREATE INDEX costs_person ON costs (person)")


MIGRATIONS: tuple[Callable[[Transaction, Dialect], None], ...] = (_tables, _observations, _derived, _costs)


def migrate(database: Database) -> None:
    """Take the steps that this shop has not taken yet.

    Raises NewerShop where it has taken more than are known here; it is left as it is then.
    """

    def steps(transaction: Transaction) -> None:
        transaction.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        found = transaction.rows("SELECT version FROM schema_version")
        version: int = found[0][0] if found else 0
        if version > len(MIGRATIONS):
            raise NewerShop(
                f"the shop's data has version {version}, this palate knows versions up to {len(MIGRATIONS)}; "
                "install a newer palate to open it"
            )
        if version == len(MIGRATIONS):
            return
        for step in MIGRATIONS[version:]:
            step(transaction, database.dialect)
        transaction.execute("DELETE FROM schema_version")
        transaction.execute("INSERT INTO schema_version (version) VALUES (?)", (len(MIGRATIONS),))

    database.write(steps)
