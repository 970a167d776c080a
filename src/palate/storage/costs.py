"""What language models took, in sums by day, model, purpose and person: small tables whatever the traffic."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from palate.errors import InvalidInput
from palate.storage.database import Transaction
from palate.values import Cost, Spent

By = Literal["purpose", "day", "user", "model"]

NOBODY = b""
"""The person of what was spent for nobody by name, and for those who were erased since."""

_SUMS = ("calls", "failed", "tokens_in", "tokens_out", "seconds", "money")
_TOTALS = ", ".join(f"sum({name})" for name in _SUMS)
_COLUMNS = ("day", "model", "purpose", "person", *_SUMS)
_ADD = (
    f"INSERT INTO costs ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' for _ in _COLUMNS)})"  # noqa: S608 - constants
    " ON CONFLICT (day, model, purpose, person) DO UPDATE SET "
    + ", ".join(f"{name} = costs.{name} + excluded.{name}" for name in _SUMS)
)
_BY = {"purpose": "purpose", "day": "day", "user": "person", "model": "model"}


def add(transaction: Transaction, costs: Sequence[Cost], person: bytes | None) -> None:
    """Add costs to the sums of a person, None for nobody."""
    transaction.execute_many(
        _ADD,
        [
            (
                one.day, one.model, one.purpose, person or NOBODY, one.spent.calls, one.spent.failed,
                one.spent.tokens_in, one.spent.tokens_out, one.spent.seconds, one.spent.money,
            )
            for one in costs
        ],
    )  # fmt: skip


def query(by: str, since: str) -> tuple[str, tuple[str, ...]]:
    """(SQL, parameters) of the sums by one thing from a day on; InvalidInput where it is none of By."""
    if by not in _BY:
        raise InvalidInput(f"costs are told by {', '.join(get_args(By))}, not by {by!r}")
    column = _BY[by]
    return (
        f"SELECT {column}, {_TOTALS} FROM costs WHERE day >= ? GROUP BY {column} ORDER BY {column}",  # noqa: S608 - from _BY
        (since,),
    )


def sums(row: Sequence[Any]) -> tuple[str | None, Spent]:
    """The row of such a query; a person as his pseudonym, None for nobody."""
    key, calls, failed, tokens_in, tokens_out, seconds, money = row
    name = (bytes(key).hex() or None) if isinstance(key, bytes | memoryview) else str(key)
    spent = Spent(
        int(calls), int(failed), int(tokens_in), int(tokens_out), round(float(seconds), 6), float(money)
    )
    return name, spent


def of_person(transaction: Transaction, person: bytes) -> list[Cost]:
    """All that was spent for a person."""
    rows = transaction.rows(
        f"SELECT {', '.join(_COLUMNS)} FROM costs WHERE person = ? ORDER BY day, model, purpose",  # noqa: S608 - constants
        (person,),
    )
    return [Cost(row[0], row[1], row[2], sums((row[2], *row[4:]))[1]) for row in rows]


def forget(transaction: Transaction, person: bytes) -> None:
    """Count what was spent for a person as spent for nobody: the sums stay true, he is gone from them."""
    costs = of_person(transaction, person)
    transaction.execute("DELETE FROM costs WHERE person = ?", (person,))
    add(transaction, costs, None)
