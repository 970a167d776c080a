"""What is known of each attribute: its type, how many items have it, its values or its range, its unit."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from palate.catalogue.column_set import Column
from palate.catalogue.columns import DateColumn, NumberColumn, iso_date
from palate.catalogue.unit_names import unit_of
from palate.catalogue.values_column import ValueColumn
from palate.values import AttributeType

_MONEY = frozenset({"price", "cost", "counter_price", "list_price"})


class Attribute:
    """An attribute of the shop, as the live items have it.

    ``count``: how many items have a value. ``unit``: guessed from the name (``weight_g`` is in g), the shop's
    most frequent currency for prices, else None.
    """

    def __init__(self, name: str, column: Column, currency: str | None) -> None:
        self.name = name
        self.type: AttributeType = column.kind
        self.count = len(column)
        self._column = column
        self._currency = currency

    def __repr__(self) -> str:
        return f"Attribute({self.name!r}, {self.type}, count={self.count})"

    @property
    def unit(self) -> str | None:
        """The unit of a number, None where none is known."""
        if self.type != "number":
            return None
        if self.name in _MONEY or self.name.endswith("_price"):
            return self._currency
        return unit_of(self.name)

    @cached_property
    def values(self) -> tuple[tuple[Any, int], ...]:
        """(value, how many items have it), most frequent first; empty for numbers, dates and free text."""
        if not isinstance(self._column, ValueColumn):
            return ()
        pairs = zip(self._column.vocabulary.labels, self._column.counts().tolist(), strict=True)
        return tuple(sorted((pair for pair in pairs if pair[1]), key=lambda pair: (-pair[1], str(pair[0]))))

    @cached_property
    def minimum(self) -> float | str | None:
        """The least number, or ISO date; None where there is none."""
        return self._extreme(False)

    @cached_property
    def maximum(self) -> float | str | None:
        """The greatest number, or ISO date; None where there is none."""
        return self._extreme(True)

    def _extreme(self, greatest: bool) -> float | str | None:
        column = self._column
        if not isinstance(column, NumberColumn) or not len(column.values):
            return None
        value = float(column.values.max() if greatest else column.values.min())
        return iso_date(value) if isinstance(column, DateColumn) else value


class Attributes(Mapping[str, Attribute]):
    """The attributes of a catalogue by name, each looked at when asked for.

    Localisations are no attributes of their own; neither is a column that no live item has a value in.
    """

    def __init__(self, columns: Mapping[str, Column], localised: Mapping[str, tuple[str, str]]) -> None:
        self._columns = columns
        self._localised = localised
        self._made: dict[str, Attribute] = {}

    def __getitem__(self, name: str) -> Attribute:
        if name not in self._made:
            if name not in self:
                raise KeyError(name)
            self._made[name] = Attribute(name, self._columns[name], self._currency)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._columns and name not in self._localised and len(self._columns[str(name)]) > 0

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._columns if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @cached_property
    def _currency(self) -> str | None:
        column = self._columns.get("currency")
        if not isinstance(column, ValueColumn) or not len(column):
            return None
        return str(column.vocabulary.labels[int(column.counts().argmax())])
