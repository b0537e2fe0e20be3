"""Recognises the content of a misnamed file by its first bytes."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path

from bench.errors import DataError

_FROM_UTF_16 = "save it as UTF-8, for example with iconv -f UTF-16 -t UTF-8"
_KINDS = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive", "export it as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook", "export it as CSV"),
    (b"PAR1", "Parquet", "name it .parquet"),
    (b"ARROW1", "Arrow (Feather)", "write it as .parquet"),
    (b"\x1f\x8b", "gzipped", "add .gz to its name"),
    (b"BZh", "compressed with bzip2", "unpack it"),
    (b"\xfd7zXZ\x00", "compressed with xz", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it"),
    (b"SQLite format 3\x00", "an SQLite database", "export its table as CSV"),
    (b"%PDF-", "a PDF document", "name a file of rows"),
    (b"Obj\x01", "Avro", "write it as .parquet"),
    (b"\x80\x04\x95", "a Python pickle", "write it as JSON lines"),
    (b"\x80\x05\x95", "a Python pickle", "write it as JSON lines"),
    (codecs.BOM_UTF32_LE, "UTF-32 text, not UTF-8", "save it as UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16 text, not UTF-8", _FROM_UTF_16),
    (codecs.BOM_UTF16_BE, "UTF-16 text, not UTF-8", _FROM_UTF_16),
    (b"version https://git-lfs", "a pointer of Git LFS", "run `git lfs pull`"),
    (b"<!doctype html", "an HTML page", "download the file itself"),
    (b"<html", "an HTML page", "download the file itself"),
    (b"<?xml", "XML", "write it as JSON lines or CSV"),
)
TO_UTF_8 = "convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8"
"""The remedy for text in another encoding, most often that of Windows."""
HEAD = 64
"""Number of first bytes that are needed."""


def refuse_other_kind(file: object, head: bytes) -> None:
    """Refuse a file that is not text, whatever its name.

    Args:
        file: its name, for the message.
        head: its first bytes, decompressed if its name ends in .gz.

    Raises:
        DataError: it is not text.
    """
    start = head.lstrip()[:HEAD].lower() if head.lstrip().startswith(b"<") else head[:HEAD]
    for magic, what, remedy in _KINDS:
        if start.startswith(magic):
            raise DataError(f"{file}: is {what}; {remedy}")
    if b"\0" in head[:HEAD]:
        raise DataError(f"{file}: contains a NUL character; save it as UTF-8 text")


def refuse_irregular(file: Path) -> None:
    """Refuse a pipe or a device, which cannot be read twice or never ends.

    Raises:
        DataError: it is not a regular file.
    """
    if file.exists() and not file.is_file() and not file.is_dir():
        raise DataError(f"{file}: is not a regular file; write the rows to one")


def not_utf8(file: object, error: UnicodeDecodeError, offset: int = 0) -> DataError:
    """Create the error for a file that is not UTF-8.

    Args:
        file: its name.
        error: the exception from decoding.
        offset: the position in the file of the bytes that were decoded.
    """
    return DataError(f"{file}: byte {offset + error.start} is not UTF-8; {TO_UTF_8}")


def unreadable(file: object, error: Exception) -> DataError:
    """Create the error for a file that cannot be opened, read or decompressed."""
    reason = getattr(error, "strerror", None) or error
    remedy = ""
    if isinstance(error, gzip.BadGzipFile):
        remedy = "; remove .gz from its name if it is not gzipped"
    elif isinstance(error, EOFError | zlib.error):
        remedy = "; it is truncated or damaged: copy it again"
    elif isinstance(error, FileNotFoundError):
        remedy = "; check the path"
    elif isinstance(error, IsADirectoryError):
        remedy = "; name a file in it"
    elif isinstance(error, PermissionError):
        remedy = "; check its permissions"
    return DataError(f"{file}: cannot be read: {reason}{remedy}")
