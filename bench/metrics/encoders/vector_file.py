"""A file of vectors of texts: computed once a run, read by every worker.

A line of JSON with the encoder's digest and the dimensions, then records of one length: 16 bytes of
the text's digest and the components as 32-bit floats, which hold the integers exactly.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from bench.metrics.base import FloatArray

_FORMAT = "bench vectors 1"
_HEADER = 4096  # bytes that the first line may have
_MOST_DIMENSIONS = 1 << 16


class InvalidVectorsError(ValueError):
    """The file does not hold vectors of this encoder."""


class VectorFile:
    """The vectors in a file, by text.

    Args:
        path: the file.
        encoder: the digest of the encoder that computed them.

    Raises:
        InvalidVectorsError: it cannot be read, is cut off, or is of another encoder.
    """

    def __init__(self, path: Path, encoder: str) -> None:
        try:
            with path.open("rb") as stream:
                first = stream.readline(_HEADER)
            header = json.loads(first)
            dimensions = header["dimensions"]
            if header["format"] != _FORMAT or header["encoder"] != encoder:
                raise InvalidVectorsError(f"{path}: holds vectors of another encoder")
            if not isinstance(dimensions, int) or not 0 < dimensions <= _MOST_DIMENSIONS:
                raise InvalidVectorsError(f"{path}: has invalid dimensions")
            self.encoder, self.dimensions = encoder, dimensions
            kind = _record(dimensions)
            size = path.stat().st_size - len(first)
            if size % kind.itemsize:
                raise InvalidVectorsError(f"{path}: is cut off")
            shape = (size // kind.itemsize,)
            self._rows = (
                np.memmap(path, kind, "r", len(first), shape) if size else np.empty(0, kind)
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            if isinstance(error, InvalidVectorsError):
                raise
            raise InvalidVectorsError(f"{path}: cannot be read: {error}") from error
        keys = np.ascontiguousarray(self._rows["key"])
        self._index = {key.tobytes(): row for row, key in enumerate(keys)}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, text: str) -> bool:
        return text_key(text) in self._index

    def records(self) -> Iterator[tuple[bytes, bytes]]:
        """The digest of each text, and its record as it is stored."""
        return ((key, self._rows[row].tobytes()) for key, row in self._index.items())

    def vector(self, text: str) -> FloatArray | None:
        """The vector of a text; None if it has none."""
        row = self._index.get(text_key(text))
        return None if row is None else np.asarray(self._rows["vector"][row], np.float64)


class VectorWriter:
    """Writes vectors to an open file."""

    def __init__(self, stream: IO[bytes], encoder: str, dimensions: int) -> None:
        self._stream, self._kind = stream, _record(dimensions)
        header = {"format": _FORMAT, "encoder": encoder, "dimensions": dimensions}
        stream.write(json.dumps(header).encode() + b"\n")

    def write(self, texts: Sequence[str], vectors: FloatArray) -> None:
        """Append the vector of each text."""
        rows = np.empty(len(texts), self._kind)
        for row, text in enumerate(texts):
            rows["key"][row] = np.frombuffer(text_key(text), np.uint8)
        rows["vector"] = vectors
        self._stream.write(rows.tobytes())

    def copy(self, file: VectorFile, seen: set[bytes]) -> None:
        """Append the vectors of a file but those of texts that were seen, which it adds to."""
        for key, record in file.records():
            if key not in seen:
                seen.add(key)
                self._stream.write(record)


def join_vector_files(files: Sequence[VectorFile], target: Path) -> None:
    """Write the vectors of all files, of each text once.

    Args:
        files: of one encoder.
        target: the file to write.
    """
    seen: set[bytes] = set()
    with target.open("wb") as stream:
        writer = VectorWriter(stream, files[0].encoder, files[0].dimensions)
        for file in files:
            writer.copy(file, seen)


def _record(dimensions: int) -> np.dtype[np.void]:
    return np.dtype([("key", np.uint8, (16,)), ("vector", "<f4", (dimensions,))])


def text_key(text: str) -> bytes:
    """The digest by which a text is found."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
