"""The items themselves: bodies as one blob, each parsed when asked for, and the way from item id to code."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import orjson
from numpy.typing import NDArray

from palate.catalogue.arrays import load_array, load_json, offsets, save_array, save_json
from palate.errors import ModelError, UnknownItem
from palate.values import Item, StoredItem


class ItemTable:
    """Items by code. ``changed`` holds what came after the blob was made: code -> (item id, item, None where
    withdrawn).

    ``ids[code]`` is the id, "" for a code that was never seen; an empty body means that there is no item.
    """

    def __init__(
        self,
        ids: list[str],
        starts: NDArray[np.int64],
        blob: NDArray[np.uint8],
        changed: Mapping[int, tuple[str, Item | None]] | None = None,
        codes: Mapping[str, int] | None = None,
    ) -> None:
        self._ids = ids
        self._starts = starts
        self._blob = blob
        self._changed: Mapping[int, tuple[str, Item | None]] = changed or {}
        self._codes = codes or {item_id: code for code, item_id in enumerate(ids) if item_id}
        self._new_codes = {item_id: code for code, (item_id, _) in self._changed.items()}
        self.size = max(len(ids), 1 + max(self._changed, default=-1))

    def with_changes(self, changes: Iterable[StoredItem]) -> Self:
        """A table in which these items stand as they are given; the blob is shared."""
        changed = dict(self._changed)
        changed.update((change.code, (change.item_id, change.item)) for change in changes)
        return type(self)(self._ids, self._starts, self._blob, changed, self._codes)

    def live(self) -> NDArray[np.bool_]:
        """Bool [size]: where there is an item."""
        live = np.zeros(self.size, bool)
        live[: len(self._ids)] = np.diff(self._starts) > 0
        for code, (_, item) in self._changed.items():
            live[code] = item is not None
        return live

    def code(self, item_id: str) -> int | None:
        """The code of an id, None where there is no such item."""
        code = self._new_codes.get(item_id)
        if code is None:
            code = self._codes.get(item_id)
        return None if code is None or not self._has(code) else code

    def item_id(self, code: int) -> str:
        """The id of a code, withdrawn items included; UnknownItem where the code was never given."""
        if code in self._changed:
            return self._changed[code][0]
        if not 0 <= code < len(self._ids) or not self._ids[code]:
            raise UnknownItem(f"there is no item with code {code!r} in this catalogue")
        return self._ids[code]

    def find(self, code: int) -> Item | None:
        """The item of a code, None where it is withdrawn or unknown."""
        if code in self._changed:
            return self._changed[code][1]
        if not 0 <= code < len(self._ids) or not self._has(code):
            return None
        body: Any = orjson.loads(self._blob[self._starts[code] : self._starts[code + 1]].data)
        return Item(self._ids[code], *body)

    def item(self, code: int) -> Item:
        """The item of a code; UnknownItem where it is withdrawn or unknown."""
        item = self.find(code)
        if item is None:
            raise UnknownItem(
                f"there is no item with code {code!r} in the catalogue (it may have been withdrawn)"
            )
        return item

    def stored(self) -> Iterator[StoredItem]:
        """Every code that was ever given, with its item; revisions are not kept here and stand as 0."""
        for code in range(self.size):
            if code in self._changed or (code < len(self._ids) and self._ids[code]):
                yield StoredItem(code, self.item_id(code), 0, self.find(code))

    def save(self, folder: Path) -> None:
        """Write the table into an existing folder."""
        table = self
        if self._changed:
            builder = ItemTableBuilder()
            for stored in self.stored():
                builder.add(stored)
            table = builder.finish()
        save_json(folder, "item_ids", table._ids)
        save_array(folder, "item_starts", table._starts)
        save_array(folder, "item_bodies", table._blob)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The table that ``save`` wrote, mapped into memory; ModelError where something is missing or
        damaged.
        """
        ids = load_json(folder, "item_ids")
        starts = load_array(folder, "item_starts", np.int64)
        blob = load_array(folder, "item_bodies", np.uint8)
        if not isinstance(ids, list) or len(starts) != len(ids) + 1 or starts[-1] != len(blob):
            raise ModelError(f"the items in {str(folder)!r} do not fit together; train the shop again")
        return cls(ids, starts, blob)

    def _has(self, code: int) -> bool:
        if code in self._changed:
            return self._changed[code][1] is not None
        return bool(self._starts[code + 1] > self._starts[code])


class ItemTableBuilder:
    """Takes items in, by ascending code, and makes a table of them."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._lengths: list[int] = []
        # one growing buffer: a million small ones take several times the memory
        self._blob = bytearray()

    def add(self, stored: StoredItem) -> None:
        """Take in an item, or one that is withdrawn; ValueError where its code does not come after the last
        one.
        """
        missing = stored.code - len(self._ids)
        if missing < 0:
            raise ValueError(
                f"item code {stored.code!r} comes after {len(self._ids) - 1}; give the items in order of code"
            )
        self._ids += [""] * missing
        self._lengths += [0] * missing
        body = b"" if stored.item is None else _body(stored.item)
        self._ids.append(stored.item_id)
        self._lengths.append(len(body))
        self._blob += body

    def finish(self) -> ItemTable:
        """The table; the builder takes nothing in after that."""
        return ItemTable(self._ids, offsets(self._lengths), np.frombuffer(self._blob, np.uint8))


def _body(item: Item) -> bytes:
    derived = [dict(item.derived)] if item.derived else []
    return orjson.dumps([item.title, dict(item.fields), *derived])
