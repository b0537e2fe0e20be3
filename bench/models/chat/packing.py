"""Decompresses responses within bounds."""

from __future__ import annotations

import codecs
import re
import zlib

from bench.models.chat.retry import FinalError, RetryError

_KNOWN = {"gzip", "x-gzip", "deflate"}
_NONE = {"identity", "none", "utf-8"}  # names that some servers use for an uncompressed body
_LAYERS = 2
_MEMBERS = 100  # of a gzip body; each costs a copy of the rest
_GZIP = b"\x1f\x8b"
_BEGINNING = 1000  # bytes that decide whether a body is text
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


def unpacked(body: bytes, encodings: str, limit: int, *, partial: bool) -> bytes:
    """Decompress a body to at most one byte more than the limit.

    Plain text is returned unchanged and gzip is decompressed, whatever the headers say.

    Args:
        body: the received body.
        encodings: the header ``Content-Encoding``.
        limit: maximum number of bytes.
        partial: whether the beginning is enough, as for errors.

    Raises:
        RetryError: it is incomplete, or has an encoding that was not requested.
        FinalError: it exceeds the limit before the last encoding is undone.
    """
    names = [name.strip().lower() for name in encodings.split(",")]
    names = [name for name in names if name and name not in _NONE]
    if not names and body.startswith(_GZIP):
        names = ["gzip"]
    if names and _is_text(body):
        return body
    if len(names) > _LAYERS or set(names) - _KNOWN:
        if partial:
            return b""
        raise RetryError("the response has a content encoding that was not requested", "encoding")
    for layer, _ in enumerate(names, 1):
        body = _inflated(body, limit, partial=partial)
        if len(body) > limit and layer < len(names) and not partial:
            raise FinalError(f"the answer is longer than {limit:,} bytes")
    return body


def _inflated(body: bytes, limit: int, *, partial: bool) -> bytes:
    """Decompress gzip or deflate; text is returned unchanged."""
    if _is_text(body):
        return body
    gzipped = body.startswith(_GZIP)
    zlibbed = len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    bits = 31 if gzipped else 15 if zlibbed else -15
    found = b""
    for _ in range(_MEMBERS):
        unpacker = zlib.decompressobj(bits)
        try:
            found += unpacker.decompress(body, limit + 1 - len(found))
        except zlib.error as error:
            if partial:
                return found
            raise RetryError(f"the response cannot be decompressed: {error}", "encoding") from error
        if len(found) > limit:
            return found
        if not unpacker.eof:
            if partial:
                return found
            raise RetryError("the connection broke in mid-response (packed)", "broken")
        body = unpacker.unused_data
        if not (gzipped and body.startswith(_GZIP)):
            return found  # the rest is padding
    if partial:
        return found
    raise RetryError(
        f"the response cannot be decompressed: more than {_MEMBERS} gzip members", "encoding"
    )


def _is_text(body: bytes) -> bool:
    """Whether a body starts like UTF-8 text, which compressed data never does."""
    try:
        beginning = codecs.getincrementaldecoder("utf-8")().decode(body[:_BEGINNING])
    except UnicodeDecodeError:
        return False
    return not _NO_TEXT.search(beginning)
