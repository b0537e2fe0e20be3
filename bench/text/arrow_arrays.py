"""Arrow arrays from Python and numpy, and back, by their buffers.

``pyarrow.array``, ``pyarrow.scalar`` and ``to_numpy`` import pandas wherever it is installed, which
takes longer than most of what is done with the arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


def strings_array(texts: Sequence[str | None], *, large: bool = False) -> Any:
    """Texts as an array of ``string``, or of ``large_string``, which may exceed 2 GiB."""
    import pyarrow as pa

    encoded = [b"" if text is None else text.encode() for text in texts]
    valid = None
    if None in texts:
        bits = np.packbits([text is not None for text in texts], bitorder="little")
        valid = pa.py_buffer(bits)
    offsets = _offsets(list(map(len, encoded)), np.int64 if large else np.int32)
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.large_string() if large else pa.string(), len(texts), buffers)


def numbers_array(values: NDArray[Any]) -> Any:
    """Numbers as an array of the same type."""
    import pyarrow as pa

    buffers = [None, pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), buffers)


def lists_array(lengths: Sequence[int], members: Any, missing: Sequence[bool] | None = None) -> Any:
    """An array of lists.

    Args:
        lengths: the number of members of each list.
        members: the members of all lists, as an array.
        missing: whether each list is null.
    """
    import pyarrow as pa

    mask = None
    if missing is not None and len(missing):
        bits = np.packbits(np.asarray(missing, bool), bitorder="little")
        mask = pa.Array.from_buffers(pa.bool_(), len(missing), [None, pa.py_buffer(bits)])
    offsets = numbers_array(_offsets(lengths, np.int32))
    return pa.ListArray.from_arrays(offsets, members, mask=mask)


def numbers_of(array: Any, kind: type[Number]) -> NDArray[Number]:
    """The numbers of an array without nulls."""
    if len(array) == 0:
        return np.empty(0, kind)
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


def _offsets(lengths: Sequence[int], kind: type[np.signedinteger[Any]]) -> NDArray[Any]:
    """Where each of several concatenated values begins, and where the last one ends.

    Raises:
        OverflowError: the sum of the lengths does not fit.
    """
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(np.fromiter(lengths, np.int64, len(lengths)), out=offsets[1:])
    if offsets[-1] > np.iinfo(kind).max:
        raise OverflowError(f"{offsets[-1]:,} is too much for one array; write smaller batches")
    return offsets.astype(kind)
