"""Reading files: any of the formats that shops have, to blocks of rows with line numbers. Knows no items and
no events.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from palate.catalogue.reading.blocks import Block, Reject, as_text, shortened
from palate.catalogue.reading.delimited import read_delimited
from palate.catalogue.reading.formats import Format, detect_format
from palate.catalogue.reading.jsonlines import read_json_lines
from palate.catalogue.reading.names import Kind, RecordNames, target_names
from palate.catalogue.reading.parquet import read_parquet
from palate.catalogue.reading.rejects import RejectsFile
from palate.catalogue.reading.sources import BLOCK_BYTES, TextStream

__all__ = [
    "Block", "Format", "Kind", "Reject", "RejectsFile", "as_text", "detect_format", "read_blocks",
    "shortened",
]  # fmt: skip


def read_blocks(
    path: Path, layout: Format, kind: Kind, columns: Mapping[str, str], *, block_bytes: int = BLOCK_BYTES
) -> Iterator[Block]:
    """The rows of a file whose format ``detect_format`` told, block by block, columns under their target
    names.

    Raises InvalidInput where the file turns out damaged. Rows that do not parse are in the blocks'
    ``rejects``.
    """
    if layout.kind == "parquet":
        yield from read_parquet(path, lambda names: target_names(names, columns, kind))
        return
    stream = TextStream(path, block_bytes)
    if layout.kind == "json lines":
        rename: RecordNames | None = None
        for block in read_json_lines(stream):
            if rename is None:
                names = dict.fromkeys(name for record in block.records() for name in record)
                rename = RecordNames(list(names), columns, kind)
            yield replace(block, source=[rename(record) for record in block.records()])
        return
    blocks = read_delimited(
        stream, layout.names, delimiter=layout.delimiter, quoted=layout.quoted, skip_rows=layout.skip_rows
    )
    for block in blocks:
        yield block if layout.finish is None else replace(block, finish=layout.finish)
