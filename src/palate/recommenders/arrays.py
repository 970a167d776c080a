"""What the recommenders share: arrays on disk, and gathering scores by code. It knows no model."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.errors import ModelError
from palate.values import Codes, Mask, Scores

CONFIG_FILE = "config.json"
Config = TypeVar("Config")


def save_model(folder: Path, config: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write ``config`` as ``config.json`` and each array as ``<name>.npy`` into an existing folder."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1), encoding="utf-8")


def load_model(
    folder: Path, make_config: Callable[..., Config], names: Sequence[str]
) -> tuple[Config, dict[str, NDArray[Any]]]:
    """What ``save_model`` wrote: (``make_config(**config)``, arrays), the arrays mapped into memory, read
    only.

    Raises ModelError, naming the file, where one is missing or damaged.
    """
    path = folder / CONFIG_FILE
    try:
        config = make_config(**json.loads(path.read_text(encoding="utf-8")))
        arrays: dict[str, NDArray[Any]] = {}
        for name in names:
            path = folder / f"{name}.npy"
            arrays[name] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, TypeError, EOFError) as error:
        raise ModelError(
            f"{str(path)!r} is missing or damaged ({error}); train again: palate train"
        ) from None
    return config, arrays


def gather(values: NDArray[np.float32], codes: Codes) -> Scores:
    """``values[codes]``, float32 [len(codes)], with 0 for codes beyond ``values``; ``codes`` ascend, each
    once.

    Always a copy: callers may scale it in place.
    """
    known = int(np.searchsorted(codes, len(values)))
    if known == len(codes) == len(values):
        return np.array(values)
    if known == len(codes):
        return values[codes]
    scores = np.zeros(len(codes), np.float32)
    scores[:known] = values[codes[:known]]
    return scores


def products(matrix: NDArray[np.float32], vector: NDArray[np.float32], mask: Mask) -> Scores:
    """``matrix[mask.codes] @ vector``, float32 [len(mask)], with 0 for codes beyond the matrix.

    Copying a row costs about four times as much as multiplying it in place, hence the whole product where the
    mask allows more than a quarter of the rows.
    """
    if len(mask) * 4 > len(matrix):
        return gather(matrix @ vector, mask.codes)
    known = int(np.searchsorted(mask.codes, len(matrix)))
    scores = np.zeros(len(mask), np.float32)
    scores[:known] = matrix[mask.codes[:known]] @ vector
    return scores


def products_of_many(
    matrix: NDArray[np.float32], vectors: NDArray[np.float32], mask: Mask
) -> NDArray[np.float32]:
    """``products`` of each row of ``vectors`` float32 [n, f] in one: float32 [n, len(mask)]."""
    known = int(np.searchsorted(mask.codes, len(matrix)))
    found = vectors @ (matrix if known == len(matrix) else matrix[mask.codes[:known]]).T
    if known == len(mask):
        return found
    padded = np.zeros((len(vectors), len(mask)), np.float32)
    padded[:, :known] = found
    return padded


def no_scores(mask: Mask) -> Scores:
    """Zeros, float32 [len(mask)]: what a source says when it knows nothing."""
    return np.zeros(len(mask), np.float32)
