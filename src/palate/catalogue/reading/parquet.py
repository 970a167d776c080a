"""Parquet to blocks; a row's line number is its number in the file."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from palate.catalogue.reading.blocks import Block
from palate.errors import InvalidInput

_ROWS = 500_000


def read_parquet(path: Path, rename: Callable[[list[str]], list[str]]) -> Iterator[Block]:
    """Blocks of at most 500,000 rows, columns renamed by ``rename``; InvalidInput where the file is
    damaged.
    """
    size = path.stat().st_size
    row = 0
    try:
        with parquet.ParquetFile(path) as file:
            total = max(1, file.metadata.num_rows)
            names = rename(file.schema_arrow.names)
            for batch in file.iter_batches(batch_size=_ROWS, use_threads=False):
                first = row + 1
                row += batch.num_rows
                table = _plain(pa.Table.from_batches([batch]).rename_columns(names))
                numbers: NDArray[np.int64] = np.arange(first, row + 1)
                yield Block(table, partial(_same, numbers), [], size * row // total)
    except (pa.ArrowException, OSError) as error:
        raise InvalidInput(
            f"{str(path)!r} is no Parquet file that can be read ({error}); write it again"
        ) from None


def column_names(path: Path) -> list[str]:
    """The names of its columns; InvalidInput where the file is damaged."""
    try:
        return parquet.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        raise InvalidInput(
            f"{str(path)!r} is no Parquet file that can be read ({error}); write it again"
        ) from None


def _same(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    return numbers


def _plain(table: pa.Table) -> pa.Table:
    """Dictionary-encoded columns as their values."""
    for index, column in enumerate(table.schema):
        if pa.types.is_dictionary(column.type):
            table = table.set_column(index, column.name, table.column(index).cast(column.type.value_type))
    return table
