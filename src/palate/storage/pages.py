"""Pages: events of one person as a packed array, and how repeats among them are told. Knows no SQL.

A page is a run of events in order of arrival: ``columns``, the bytes of an array of dtype EVENT, and
``extras``, null or JSON ``[[position, extras of that event], ...]`` for the few events that have any.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from palate.errors import InvalidInput
from palate.values import History

EVENT = np.dtype([("item", "<i4"), ("kind", "u1"), ("ts", "<f8"), ("value", "<f8"), ("key", "<u8")])
"""``ts``: timestamp; ``value``: NaN where none; ``key``: a hash of all that tells events of one person apart.
"""

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
    """The key of each event, uint64 [n]: equal for equal events, else different (two of a million differ
    but for one chance in 10^7). ``salt``: see ``salts``; None for no extras at all.
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
    """In place, the finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
    generators, 2014).
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


def pack_extras(extras: Sequence[tuple[int, Extras]]) -> str | None:
    """The extras of a page as its JSON text, None where there are none; InvalidInput if not JSON."""
    if not extras:
        return None
    try:
        return orjson.dumps(extras).decode()
    except TypeError as error:
        raise InvalidInput(f"the extras of an event cannot be stored as JSON: {error}") from None


def unpack_extras(texts: Sequence[str | None], counts: Sequence[int]) -> list[tuple[int, Extras]]:
    """(position, extras) of the events of pages laid end to end; ``counts``: how many events each has."""
    result: list[tuple[int, Extras]] = []
    start = 0
    for text, n in zip(texts, counts, strict=True):
        if text is not None:
            result += [(start + position, extra) for position, extra in orjson.loads(text)]
        start += n
    return result


def history(pages: Sequence[tuple[int, bytes, str | None]], limit: int | None = None) -> History:
    """The History of a person's pages ``(n, columns, extras)``, in order of arrival; with ``limit`` only its
    end.
    """
    counts = [page[0] for page in pages]
    events = unpack([page[1] for page in pages]) if pages else np.empty(0, EVENT)
    extras: list[Extras | None] = [None] * len(events)
    for position, extra in unpack_extras([page[2] for page in pages], counts):
        extras[position] = extra
    timestamps = events["ts"]
    if len(events) > 1 and (timestamps[1:] < timestamps[:-1]).any():
        order = np.argsort(timestamps, kind="stable")
        events = events[order]
        extras = [extras[position] for position in order.tolist()]
    if limit is not None and len(events) > limit:
        events, extras = events[len(events) - limit :], extras[len(extras) - limit :]
    return History(
        np.ascontiguousarray(events["item"]),
        np.ascontiguousarray(events["kind"]),
        np.ascontiguousarray(events["ts"]),
        np.ascontiguousarray(events["value"]),
        extras,
    )


def histories(pages: Sequence[tuple[Any, int, bytes, str | None]]) -> list[tuple[Any, History]]:
    """(person, History) of pages ``(person, n, columns, extras)`` that come grouped by person, in order of
    arrival.

    Does for thousands of persons at once what ``history`` does for one, as far as that can be done at once.
    """
    bounds = [0] + [i for i in range(1, len(pages)) if pages[i][0] != pages[i - 1][0]] + [len(pages)]
    counts = np.array([page[1] for page in pages])
    ends = np.concatenate(([0], np.cumsum(counts)))
    events = unpack([page[2] for page in pages])
    items, kinds, timestamps, values = (
        np.ascontiguousarray(events[name]) for name in ("item", "kind", "ts", "value")
    )
    earlier = np.flatnonzero(timestamps[1:] < timestamps[:-1]) + 1
    result: list[tuple[Any, History]] = []
    for first, last in pairwise(bounds):
        person = pages[first][0]
        start, end = int(ends[first]), int(ends[last])
        # an event earlier than the one before it: within this person's, or only where the next person begins
        unordered = np.searchsorted(earlier, start, "right") < np.searchsorted(earlier, end, "left")
        if unordered or any(page[3] is not None for page in pages[first:last]):
            result.append((person, history([page[1:] for page in pages[first:last]])))
            continue
        part = slice(start, end)
        none: list[Extras | None] = [None] * (end - start)
        result.append((person, History(items[part], kinds[part], timestamps[part], values[part], none)))
    return result
