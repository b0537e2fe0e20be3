"""``.eval`` archives of inspect: a zip with the log's header and a file for each sample.

Newer ones are compressed with Zstandard, which ``zipfile`` cannot open before Python 3.14; the
bytes of such a member are read from the file and decompressed by `pyarrow`.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from bench.errors import DataError
from bench.json_text import InvalidJSONError, parse_json

_HEADER, _START, _SAMPLES = "header.json", "_journal/start.json", "samples/"
_ZSTANDARD = 93
_LARGEST = 1 << 29  # bytes of all members together
_FAULTS = (
    *(BadZipFile, OSError, EOFError, zlib.error, struct.error, ValueError),
    *(NotImplementedError, RuntimeError),  # another compression; encrypted
)
_LOCAL = struct.Struct("<4s22xHH")  # signature, then the lengths of name and extra field


def log_in(path: str) -> dict[str, Any]:
    """The log in an archive, with its samples.

    Raises:
        DataError: it is not an archive of inspect, or is too large.
    """
    try:
        with Path(path).open("rb") as stream, ZipFile(stream) as archive:
            members = {info.filename: info for info in archive.infolist()}
            header = members.get(_HEADER) or members.get(_START)
            if header is None:
                raise DataError(f"{path}: not a log of inspect: it has no {_HEADER}")
            samples = [
                info
                for name, info in sorted(members.items())
                if name.startswith(_SAMPLES) and name.endswith(".json")
            ]
            total = sum(info.file_size for info in [header, *samples])
            if total > _LARGEST:
                raise DataError(f"{path}: larger than {_LARGEST:,} bytes; export it in parts")
            log = parse_json(_content(archive, stream, header))
            if not isinstance(log, dict):
                raise DataError(f"{path}: {header.filename}: must be an object")
            found = [parse_json(_content(archive, stream, info)) for info in samples]
            return {"status": "started", **log, "samples": found}
    except InvalidJSONError as error:
        raise DataError(f"{path}: invalid JSON in a member: {error}") from error
    except _FAULTS as error:
        raise DataError(f"{path}: cannot be read as a log of inspect: {error}") from error


def _content(archive: ZipFile, stream: IO[bytes], info: ZipInfo) -> str:
    """The text of a member; reads no more than the size that the archive states."""
    if info.compress_type != _ZSTANDARD:
        with archive.open(info) as member:
            content = member.read(info.file_size + 1)
    else:
        content = _decompressed(stream, info)
    if len(content) != info.file_size:
        raise BadZipFile(f"{info.filename}: has another size than the archive says")
    return content.decode()


def _decompressed(stream: IO[bytes], info: ZipInfo) -> bytes:
    import pyarrow as pa

    stream.seek(info.header_offset)
    signature, name, extra = _LOCAL.unpack(stream.read(_LOCAL.size))
    if signature != b"PK\x03\x04":
        raise BadZipFile(f"{info.filename}: its header is damaged")
    stream.seek(name + extra, 1)
    compressed = stream.read(info.compress_size)
    with pa.CompressedInputStream(pa.BufferReader(compressed), "zstd") as member:
        content: bytes = member.read(info.file_size + 1)
    if zlib.crc32(content) != info.CRC:
        raise BadZipFile(f"{info.filename}: its content is damaged")
    return content
