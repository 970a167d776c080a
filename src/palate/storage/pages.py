"""Pages: events of one person as a packed array, and how repeats among them are told. Knows no SQL.

A page is a run of events in order of arrival: ``columns``, the bytes of an array of dtype EVENT, and
``extras``, null or JSON ``[[position, extras of that event], ...]`` for the few events that have any.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Any, overload

import numpy as np
import orjson
from numpy.typing import NDArray

from palate.errors import InvalidInput
from palate.values import History

EVENT = np.dtype([("item", "<i4"), ("kind", "u1"), ("ts", "<f8"), ("value", "<f8"), ("key", "<u8")])
"""``ts``: timestamp; ``value``: NaN where none; ``key``: a hash of all that tells a person's events apart."""

Extras = Mapping[str, Any]

_IDENTITY = ("session_id", "turn_id", "text", "event_id")


def salts(extras: Sequence[Extras | None]) -> NDArray[np.uint64]:
    """What the extras add to each event's key: uint64 [n], 0 where they tell nothing apart.

    An event id is part of it: events with different ids are different, however equal otherwise.
    Raises InvalidInput where an extra is no valid text.
    """
    result = np.zeros(len(extras), np.uint64)
    for position, extra in enumerate(extras):
        if extra:
            parts = [extra.get(name) for name in _IDENTITY]
            if parts != [None, None, None, None]:
                result[position] = _hash64(parts)
    return result


def _hash64(parts: list[Any]) -> int:
    try:
        return int.from_bytes(blake2b(orjson.dumps(parts), digest_size=8).digest(), "little")
    except TypeError as error:
        raise InvalidInput(
            f"an event with {parts!r} as {', '.join(_IDENTITY)} cannot be stored: {error}"
        ) from None


def keys(
    items: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    timestamps: NDArray[np.float64],
    values: NDArray[np.float64],
    salt: NDArray[np.uint64] | None,
) -> NDArray[np.uint64]:
    """The key of each event, uint64 [n]: equal for equal events, else different but by chance.

    Chance makes two of a million different events equal three times in 10^8. ``salt``: see ``salts``; None
    for no extras at all.
    """
    key = items.astype(np.uint64)
    key |= kinds.astype(np.uint64) << 32
    _mix(key)
    key ^= _bits(timestamps)
    _mix(key)
    key ^= _bits(values)
    if salt is not None:
        key ^= salt
    _mix(key)
    return key


def _bits(numbers: NDArray[np.float64]) -> NDArray[np.uint64]:
    # one pattern for -0.0 and 0.0, and one for every NaN
    plain = numbers + 0.0
    plain[np.isnan(plain)] = np.nan
    return plain.view(np.uint64)


def _mix(hashes: NDArray[np.uint64]) -> None:
    """In place, the finalizer of SplitMix64.

    Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014), section 3.
    """
    hashes ^= hashes >> 30
    hashes *= 0xBF58476D1CE4E5B9
    hashes ^= hashes >> 27
    hashes *= 0x94D049BB133111EB
    hashes ^= hashes >> 31


def of_person(keys: NDArray[np.uint64], person: NDArray[np.integer[Any]]) -> NDArray[np.uint64]:
    """Keys that tell persons apart as well, uint64 [n]; ``person`` [n] numbers them."""
    mixed = person.astype(np.uint64) + 1
    _mix(mixed)
    mixed ^= keys
    return mixed


def grouping_order(index: NDArray[np.int32]) -> NDArray[np.int64]:
    """The stable order that groups equal non-negative numbers, ascending; int64 [n]."""
    # numpy sorts 16-bit numbers by radix, several times faster than longer ones
    low = np.argsort((index & 0xFFFF).astype(np.uint16), kind="stable")
    if not len(index) or int(index.max()) <= 0xFFFF:
        return low
    return low[np.argsort((index[low] >> 16).astype(np.uint16), kind="stable")]


def first_of_each(keys: NDArray[np.uint64]) -> NDArray[np.bool_] | None:
    """Which of the keys were not seen before in the array, bool [n]; None where all are different."""
    ordered = np.sort(keys)
    if not (ordered[1:] == ordered[:-1]).any():
        return None
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.ones(len(keys), np.bool_)
    first[order[1:][ordered[1:] == ordered[:-1]]] = False
    return first


def absent(keys: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of ``keys`` are not among ``known``, bool [n]."""
    if not len(known):
        return np.ones(len(keys), np.bool_)
    known = np.sort(known)
    place = np.searchsorted(known, keys)
    place[place == len(known)] = 0
    return known[place] != keys


def unpack(columns: Sequence[bytes | memoryview]) -> NDArray[np.void]:
    """The events of pages, in their order: an array of dtype EVENT, read-only."""
    return np.frombuffer(columns[0] if len(columns) == 1 else b"".join(columns), EVENT)


def encode_extras(extras: Extras) -> bytes:
    """The extras of one event as JSON; InvalidInput where they are none."""
    try:
        return orjson.dumps(dict(extras))
    except TypeError as error:
        raise InvalidInput(f"the extras {extras!r} of an event cannot be stored as JSON: {error}") from None


def extras_entry(position: int, encoded: bytes) -> bytes:
    """The entry of one event in the extras of its page."""
    return b"[%d,%b]" % (position, encoded)


def pack_extras(entries: Sequence[bytes]) -> str | None:
    """The extras of a page, of the entries of its events; None where there are none."""
    return f"[{b','.join(entries).decode()}]" if entries else None


def unpack_extras(texts: Sequence[str | None], counts: Sequence[int]) -> list[tuple[int, Extras]]:
    """(position, extras) of the events of pages laid end to end; ``counts``: how many events each has."""
    result: list[tuple[int, Extras]] = []
    start = 0
    for text, n in zip(texts, counts, strict=True):
        if text is not None:
            result += [(start + position, extra) for position, extra in orjson.loads(text)]
        start += n
    return result


class PagedExtras(Sequence[Extras | None]):
    """The extras of a history, read from their JSON when first asked for: most readers never ask.

    ``order``: the events chosen of those of the pages laid end to end, and their order.
    """

    def __init__(self, texts: Sequence[str | None], counts: Sequence[int], order: NDArray[np.int64]) -> None:
        self._pages = (texts, counts)
        self._order = order
        self._read: list[Extras | None] | None = None

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Extras | None]:
        return iter(self._all())

    @overload
    def __getitem__(self, index: int) -> Extras | None: ...
    @overload
    def __getitem__(self, index: slice) -> list[Extras | None]: ...
    def __getitem__(self, index: int | slice) -> Extras | list[Extras | None] | None:
        return self._all()[index]

    def _all(self) -> list[Extras | None]:
        if self._read is None:
            known = dict(unpack_extras(*self._pages))
            self._read = [known.get(position) for position in self._order.tolist()]
        return self._read


def history(pages: Sequence[tuple[int, bytes, str | None]], limit: int | None = None) -> History:
    """The History of a person's pages ``(n, columns, extras)``, given in order of arrival.

    ``limit``: how many of its latest events, None for all.
    """
    events = unpack([page[1] for page in pages]) if pages else np.empty(0, EVENT)
    timestamps = events["ts"]
    first = 0 if limit is None else max(len(events) - limit, 0)
    if len(events) > 1 and (timestamps[1:] < timestamps[:-1]).any():
        order = np.argsort(timestamps, kind="stable")[first:]
        chosen = events[order]
    else:
        order = np.arange(first, len(events))
        chosen = events[first:]
    return History(
        np.ascontiguousarray(chosen["item"]),
        np.ascontiguousarray(chosen["kind"]),
        np.ascontiguousarray(chosen["ts"]),
        np.ascontiguousarray(chosen["value"]),
        _extras(pages, order),
    )


def _extras(
    pages: Sequence[tuple[int, bytes, str | None]], order: NDArray[np.int64]
) -> Sequence[Extras | None]:
    if all(page[2] is None for page in pages):
        return [None] * len(order)
    return PagedExtras([page[2] for page in pages], [page[0] for page in pages], order)


def histories(pages: Sequence[tuple[Any, int, bytes, str | None]]) -> list[tuple[Any, History]]:
    """(person, History) of pages ``(person, n, columns, extras)``, grouped by person, in order of arrival.

    Does for thousands of persons at once what ``history`` does for one, as far as that can be done at once.
    """
    bounds = [0] + [i for i in range(1, len(pages)) if pages[i][0] != pages[i - 1][0]] + [len(pages)]
    ends = np.concatenate(([0], np.cumsum([page[1] for page in pages]))).tolist()
    events = unpack([page[2] for page in pages])
    items, kinds, timestamps, values = (
        np.ascontiguousarray(events[name]) for name in ("item", "kind", "ts", "value")
    )
    earlier = np.flatnonzero(timestamps[1:] < timestamps[:-1]) + 1
    # an event earlier than the one before it: within a person's, or only where the next person's begin
    starts = np.array([ends[bound] for bound in bounds])
    unordered = np.searchsorted(earlier, starts[:-1], "right") < np.searchsorted(earlier, starts[1:], "left")
    result: list[tuple[Any, History]] = []
    for (first, last), mixed_up in zip(pairwise(bounds), unordered.tolist(), strict=True):
        own = [page[1:] for page in pages[first:last]]
        if mixed_up:
            result.append((pages[first][0], history(own)))
            continue
        part = slice(ends[first], ends[last])
        extras = _extras(own, np.arange(ends[last] - ends[first]))
        columns = (items[part], kinds[part], timestamps[part], values[part])
        result.append((pages[first][0], History(*columns, extras)))
    return result
