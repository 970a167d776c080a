"""Plain arrays and JSON on disk, mapped into memory, and the splicing of sorted arrays."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray

from palate.errors import ModelError

T = TypeVar("T", bound=np.generic)


def save_array(folder: Path, name: str, array: NDArray[Any]) -> None:
    """Write ``folder/name.npy``."""
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load_array(folder: Path, name: str, dtype: type[T], ndim: int = 1) -> NDArray[T]:
    """``folder/name.npy``, read-only and mapped into memory; ModelError where it is missing or not what it
    should be.
    """
    path = folder / f"{name}.npy"
    try:
        # an empty array cannot be mapped
        mapped = np.load(path, mmap_mode="r" if path.stat().st_size > 128 else None, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ModelError(f"{str(path)!r} cannot be read ({error}); train the shop again") from None
    if mapped.dtype != dtype or mapped.ndim != ndim:
        raise ModelError(f"{str(path)!r} holds {mapped.dtype} with {mapped.ndim} axes; train the shop again")
    # a plain view: slicing a numpy.memmap costs several times as much
    return mapped.view(np.ndarray)


def save_json(folder: Path, name: str, value: Any) -> None:
    """Write ``folder/name.json``."""
    (folder / f"{name}.json").write_bytes(orjson.dumps(value))


def load_json(folder: Path, name: str) -> Any:
    """``folder/name.json``; ModelError where it is missing or damaged."""
    path = folder / f"{name}.json"
    try:
        return orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ModelError(f"{str(path)!r} cannot be read ({error}); train the shop again") from None


def offsets(lengths: Sequence[int] | NDArray[Any]) -> NDArray[np.int64]:
    """int64 [n + 1]: where each of n pieces of the given lengths begins when they are laid end to end, and
    the end.
    """
    ends = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=ends[1:])
    return ends


def splice(array: NDArray[T], remove: NDArray[Any], at: NDArray[Any], values: NDArray[Any]) -> NDArray[T]:
    """``array`` without the positions ``remove``, and with ``values`` put before the positions ``at``.

    ``remove`` and ``at`` ascend and count in the old array (``at`` may be its length). For few changes to
    long arrays: the cost is one copy of the memory, where numpy's delete and insert take several passes.
    """
    if not len(remove) and not len(at):
        return array
    # insertion before removal at one place: (position, 0) sorts before (position, 1)
    places = np.concatenate([at, remove])
    removal = np.repeat([False, True], [len(at), len(remove)])
    order = np.argsort(places, kind="stable")
    pieces: list[NDArray[Any]] = []
    start = 0
    inserted = 0
    for place, removes in zip(places[order].tolist(), removal[order].tolist(), strict=True):
        if place > start:
            pieces.append(array[start:place])
            start = place
        if removes:
            start = place + 1
        else:
            pieces.append(values[inserted : inserted + 1])
            inserted += 1
    pieces.append(array[start:])
    return np.concatenate(pieces, dtype=array.dtype, casting="same_kind")
