"""Catalogue: an immutable snapshot of the shop's items, with everything that is asked of them.

It is built from the store's items, saved into a model version, loaded from there mapped into memory, and
carried forward by ``updated`` when items change while serving: a new snapshot that shares what did not
change.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.arrays import load_json, save_json
from palate.catalogue.attributes import Attribute, Attributes
from palate.catalogue.column_set import (
    NOT_ATTRIBUTES,
    Column,
    Columns,
    build_column,
    load_columns,
    save_columns,
    type_of,
)
from palate.catalogue.columns import NumberColumn
from palate.catalogue.items import ItemTable, ItemTableBuilder
from palate.catalogue.lexical import LexicalBuilder, LexicalIndex
from palate.catalogue.localised import localisations
from palate.catalogue.masks import judge
from palate.catalogue.text import match_key
from palate.catalogue.values_column import ValueColumn
from palate.catalogue.vectors import VectorIndex
from palate.errors import InvalidInput, ModelError
from palate.values import AttributeType, Codes, Constraint, Item, Mask, StoredItem

Progress = Callable[[int, int | None], None]
"""Called with how many items are done, and of how many (None where that is not known)."""

_FORMAT = 1
_REBUILD_AT = 0.1
_LABEL_TRIES = 20


class Catalogue:
    """See the module's docstring. ``revision``: the highest revision among its items; ``size``: item codes
    run below it.
    """

    def __init__(
        self,
        revision: int,
        types: Mapping[str, AttributeType],
        items: ItemTable,
        columns: Columns,
        lexical: LexicalIndex,
        vectors: VectorIndex | None = None,
        localised_columns: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        self.revision = revision
        self.types = types
        self.lexical = lexical
        self.vectors = vectors
        self._items = items
        self._columns = columns
        self.localisations = localisations(types) if localised_columns is None else localised_columns
        """Localised column -> (base column, language)."""

    # --- making -------------------------------------------------------------------------------------

    @classmethod
    def build(
        cls, items: Iterable[StoredItem], types: Mapping[str, AttributeType], progress: Progress | None = None
    ) -> Self:
        """From the store's items, in order of code, each code once, as the store gives them.

        ``types``: those of the attributes; one that is missing is told by its first value. Raises ValueError
        where the codes do not ascend.
        """
        known = dict(types)
        localised = localisations(types)
        table = ItemTableBuilder()
        rows: dict[str, tuple[list[int], list[Any]]] = {}
        lexical = LexicalBuilder(known, localised)
        revision = done = 0
        for done, stored in enumerate(items, 1):
            table.add(stored)
            revision = max(revision, stored.revision)
            if progress is not None and done % 1000 == 0:
                progress(done, None)
            if stored.item is None:
                continue
            lexical.add(stored.code, stored.item)
            for name, value in stored.item.fields.items():
                if value is None or name in NOT_ATTRIBUTES:
                    continue
                codes, values = rows.setdefault(name, ([], []))
                codes.append(stored.code)
                values.append(value)
        if progress is not None:
            progress(done, done)
        finished = table.finish()
        index = LexicalIndex(finished.size, *lexical.finish(finished.size))
        columns: dict[str, Column] = {}
        for name in list(rows):
            codes, values = rows.pop(name)  # so that the memory of one column is free before the next is made
            kind = known.setdefault(name, type_of(name, values[0]))
            columns[name] = build_column(kind, codes, values)
        return cls(revision, known, finished, Columns(columns), index)

    def updated(self, changes: Iterable[StoredItem], types: Mapping[str, AttributeType]) -> Self:
        """A new snapshot in which these items stand as given; of several with one code the last wins.

        Shares with this one what did not change. Vectors stay as they are: give those of the changed items by
        ``with_vectors``. Where an attribute has changed its type, or a tenth of the catalogue has changed,
        everything is built anew.
        """
        latest = {change.code: change for change in changes}
        known: Mapping[str, AttributeType] = self.types
        if types is not known:
            retyped = any(known.get(name, kind) != kind for name, kind in types.items())
            known = {**known, **types} if retyped or any(name not in known for name in types) else known
            if retyped:
                return self._rebuilt(latest, known)
        if len(latest) > max(1000, _REBUILD_AT * self.size):
            return self._rebuilt(latest, known)
        changed: dict[str, dict[int, Any]] = {}
        for code in sorted(latest):
            old, new = self._items.find(code), latest[code].item
            before: Mapping[str, Any] = old.fields if old else {}
            after: Mapping[str, Any] = new.fields if new else {}
            for name in {**before, **after}:
                value = after.get(name)
                if before.get(name) != value and name not in NOT_ATTRIBUTES:
                    changed.setdefault(name, {})[code] = value
        for name, values in changed.items():
            if name not in known:
                first = next(value for value in values.values() if value is not None)
                known = {**known, name: type_of(name, first)}
        localised = self.localisations if known is self.types else localisations(known)
        return type(self)(
            max(self.revision, max((change.revision for change in latest.values()), default=0)),
            known,
            self._items.with_changes(latest.values()),
            self._columns.with_changes(changed, known),
            self.lexical.updated([(code, change.item) for code, change in latest.items()], known, localised),
            self.vectors,
            localised,
        )

    def _rebuilt(self, latest: Mapping[int, StoredItem], types: Mapping[str, AttributeType]) -> Self:
        stored = {item.code: item for item in self._items.stored()} | dict(latest)
        rebuilt = self.build((stored[code] for code in sorted(stored)), types)
        rebuilt.revision = max(rebuilt.revision, self.revision)
        rebuilt.vectors = self.vectors
        return rebuilt

    def with_vectors(self, vectors: VectorIndex | None) -> Self:
        """The same snapshot with these vectors."""
        return type(self)(
            self.revision, self.types, self._items, self._columns, self.lexical, vectors, self.localisations
        )

    def save(self, folder: Path) -> None:
        """Write the snapshot, without its vectors, into an existing, empty folder."""
        save_json(
            folder, "catalogue", {"format": _FORMAT, "revision": self.revision, "types": dict(self.types)}
        )
        self._items.save(folder)
        save_columns(folder, self._columns)
        self.lexical.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The snapshot that ``save`` wrote, mapped into memory; ModelError where something is missing or
        damaged.
        """
        facts = load_json(folder, "catalogue")
        if not isinstance(facts, dict) or facts.get("format") != _FORMAT:
            raise ModelError(f"the catalogue in {str(folder)!r} is of another format; train the shop again")
        items = ItemTable.load(folder)
        return cls(facts["revision"], facts["types"], items, load_columns(folder), LexicalIndex.load(folder))

    # --- items --------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Item codes run below it."""
        return self._items.size

    @cached_property
    def live(self) -> NDArray[np.bool_]:
        """Bool [size]: where there is an item (not withdrawn, not known by id only)."""
        return self._items.live()

    @cached_property
    def count(self) -> int:
        """How many live items there are."""
        return int(self.live.sum())

    def code(self, item_id: str) -> int | None:
        """The code of a live item, else None."""
        return self._items.code(item_id)

    def item_id(self, code: int) -> str:
        """The id of a code, withdrawn items included; UnknownItem where the code was never given."""
        return self._items.item_id(code)

    def item(self, code: int) -> Item:
        """The live item of a code; UnknownItem where there is none."""
        return self._items.item(code)

    def title(self, code: int, language: str) -> str:
        """The title of a live item in ``language`` where it has one, else as it stands."""
        item, name = self.item(code), f"title_{language}"
        return str(item.fields.get(name) or item.derived.get(name) or item.title)

    def field(self, code: int, name: str, language: str) -> Any:
        """A field of a live item, localised where that is there, None where the item has none."""
        fields = self.item(code).fields
        localised = fields.get(f"{name}_{language}") if f"{name}_{language}" in self.localisations else None
        return fields.get(name) if localised is None else localised

    def localised_fields(self, code: int, language: str) -> dict[str, Any]:
        """Every field of a live item by its base name, in ``language`` where the item has it so."""
        fields = self.item(code).fields
        base = {name: value for name, value in fields.items() if name not in self.localisations}
        for name, (of, tongue) in self.localisations.items():
            if tongue == language and fields.get(name) is not None:
                base[of] = fields[name]
        base.pop("title", None)
        return base

    def codes(self, item_ids: Iterable[str]) -> Codes:
        """The codes of the live ones among these items, int32, in their order."""
        found = (self.code(item_id) for item_id in item_ids)
        return np.array([code for code in found if code is not None], np.int32)

    def stored(self) -> Iterator[StoredItem]:
        """The items as they came from the store, in order of code."""
        return self._items.stored()

    # --- attributes ---------------------------------------------------------------------------------

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """Every attribute of the shop by name."""
        return Attributes(self._columns, self.localisations)

    @cached_property
    def localised(self) -> Mapping[str, list[str]]:
        """Base column -> the languages in which it is there besides, in alphabetical order."""
        found: dict[str, list[str]] = {}
        for base, language in sorted(self.localisations.values()):
            found.setdefault(base, []).append(language)
        return found

    def value_label(self, attribute: str, value: Any, language: str) -> str:
        """A value of an attribute as it is called in ``language``; itself where the catalogue does not say.

        Learnt from an item that has the value and its localisation side by side (``categories``,
        ``categories_zh``).
        """
        column = self._columns.get(attribute)
        name = f"{attribute}_{language}"
        if isinstance(column, ValueColumn) and name in self.localisations:
            key = match_key(value)
            for code in column.having(value)[:_LABEL_TRIES].tolist():
                fields = self.item(code).fields
                base, localised = _listed(fields.get(attribute)), _listed(fields.get(name))
                if len(base) == len(localised):
                    for one, other in zip(base, localised, strict=True):
                        if match_key(one) == key:
                            return str(other)
        return str(value)

    def numbers(self, attribute: str, codes: Codes) -> NDArray[np.float64]:
        """Float64 [len(codes)]: a number or date (in days since 1970) of each item, NaN where it has none."""
        column = self._columns.get(attribute)
        return column.at(codes) if isinstance(column, NumberColumn) else np.full(len(codes), np.nan)

    def value_counts(self, attribute: str, mask: Mask) -> list[tuple[Any, int]]:
        """(value, how many of the allowed items have it), most frequent first; empty for numbers, dates and
        free text.

        Raises InvalidInput for an attribute that the shop does not have.
        """
        column = self._family(attribute)[0]
        if not isinstance(column, ValueColumn):
            return []
        counts = column.counts(mask.codes)
        labels = column.vocabulary.labels
        found = [(labels[number], int(counts[number])) for number in np.flatnonzero(counts)]
        return sorted(found, key=lambda pair: (-pair[1], str(pair[0])))

    # --- masks --------------------------------------------------------------------------------------

    def mask(
        self,
        constraints: Iterable[Constraint] = (),
        *,
        exclude: Codes | None = None,
        relative_to: Codes | None = None,
    ) -> Mask:
        """The live, available items that meet every constraint, whatever its strength, and are not in
        ``exclude``.

        ``relative_to``: the items shown last, for ``lower`` and ``higher`` (masks.py says what each operator
        means). Raises InvalidInput for an attribute that the shop does not have, and for a value that does
        not fit it.
        """
        allowed = self._offered.copy()
        for constraint in constraints:
            allowed &= judge(self._family(constraint.attribute), constraint, relative_to).flags(self.size)
        if exclude is not None:
            allowed[exclude[exclude < self.size]] = False
        return Mask(np.flatnonzero(allowed).astype(np.int32))

    def satisfaction(
        self, constraints: Sequence[Constraint], codes: Codes, relative_to: Codes | None = None
    ) -> NDArray[np.float32]:
        """float32 [len(codes), len(constraints)]: 1 where an item meets a constraint, else 0. Raises as
        ``mask`` does.
        """
        met = np.zeros((len(codes), len(constraints)), np.float32)
        for i, constraint in enumerate(constraints):
            met[:, i] = judge(self._family(constraint.attribute), constraint, relative_to).flags(self.size)[
                codes
            ]
        return met

    @cached_property
    def _offered(self) -> NDArray[np.bool_]:
        """Bool [size]: live and not said to be unavailable."""
        offered = self.live.copy()
        available = self._columns.get("available")
        if isinstance(available, ValueColumn):
            offered[available.having(False)] = False
        return offered

    def _family(self, attribute: str) -> list[Column]:
        """The column of an attribute and those that localise it."""
        column = self._columns.get(attribute)
        if column is None:
            if attribute not in self.types:
                some = ", ".join(sorted(self.attributes, key=lambda name: -len(self._columns[name]))[:10])
                raise InvalidInput(
                    f"the catalogue has no attribute {attribute!r}; among those it has: {some}"
                )
            column = build_column(self.types[attribute], [], [])
        names = [f"{attribute}_{language}" for language in self.localised.get(attribute, ())]
        return [column, *(self._columns[name] for name in names if name in self._columns)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
