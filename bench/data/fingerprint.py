"""The fingerprint of a dataset, independent of the order and formatting of its rows."""

from __future__ import annotations

import hashlib
from tempfile import SpooledTemporaryFile
from typing import Self

_IN_MEMORY = 1 << 16  # bytes of a bucket that stay in memory
_DIGITS = "0123456789abcdef"


class Fingerprint:
    """SHA-256 over the sorted digests of all articles.

    Digests are kept in one bucket per first digit, on disk if there are many, so that only a
    sixteenth of them is sorted at a time.
    """

    def __init__(self) -> None:
        self._buckets = {
            digit: SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the fingerprint
            for digit in _DIGITS
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for bucket in self._buckets.values():
            bucket.close()

    def add(self, digest: str) -> None:
        """Add the digest of one article, in hexadecimal."""
        self._buckets[digest[0]].write(digest.encode() + b"\n")

    def value(self) -> str:
        """``sha256:`` and the digest of all; call it once."""
        whole = hashlib.sha256()
        between = b""
        for bucket in self._buckets.values():
            bucket.seek(0)
            for line in sorted(bucket):
                whole.update(between + line[:-1])
                between = b"\n"
        return f"sha256:{whole.hexdigest()}"
