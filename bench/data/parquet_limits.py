"""Recognises Parquet decompression bombs before they are read."""

from __future__ import annotations

from typing import Any

_VALUES = 5_000_000  # allowed in any file
_VALUES_PER_BYTE = 64  # allowed in larger files; the scores of a run have about 2
_BYTES = 256 << 20  # uncompressed size allowed for any file
_RATIO = 256  # compression ratio allowed for larger files
_MOST = 1 << 33  # uncompressed bytes


def excess(metadata: Any, size: int) -> str | None:
    """The reason to refuse a file; None if it can be read.

    A run of equal values takes a few bytes, whatever its length, so a tiny file can have a billion
    rows.

    Args:
        metadata: the metadata that ``pyarrow`` reads from the footer.
        size: the size of the file in bytes.
    """
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    columns = [group.column(number) for group in groups for number in range(group.num_columns)]
    values = max(metadata.num_rows, sum(column.num_values for column in columns))
    unpacked = sum(column.total_uncompressed_size for column in columns)
    if any(column.num_values < 0 or column.total_uncompressed_size < 0 for column in columns):
        return "its footer has negative sizes"
    if values > max(_VALUES, _VALUES_PER_BYTE * size):
        return f"{values:,} values in a file of {size:,} bytes; refused as a decompression bomb"
    if unpacked > min(_MOST, max(_BYTES, _RATIO * size)):
        return f"{size:,} bytes unpack to {unpacked:,}; refused as a decompression bomb"
    return None
