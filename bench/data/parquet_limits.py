"""Parquet files that unpack to far more than their size suggests, told before they are unpacked."""

from __future__ import annotations

from typing import Any

_VALUES = 5_000_000  # that any file may hold
_VALUES_PER_BYTE = 64  # of a larger one; the scores of a run have about 2
_BYTES = 256 << 20  # unpacked, that any file may have
_RATIO = 256  # of unpacked to packed bytes of a larger one
_MOST = 1 << 33  # bytes unpacked


def excess(metadata: Any, size: int) -> str | None:
    """Why a file is not unpacked; None where it can be.

    A run of equal values takes a few bytes however long it is, so that a tiny file can hold a
    billion rows.

    Args:
        metadata: of the file, as ``pyarrow`` reads it from the footer.
        size: of the file in bytes.
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
