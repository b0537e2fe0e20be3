"""Decodes the bytes of a page, or explains in one line why they are not text."""

from __future__ import annotations

import codecs
import re

from bench.errors import DataError
from bench.ingest.layout.markup import looks_like_html

_FORMATS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"From: <Saved by", "an MHTML archive"),
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16, so it is asked for first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})"""
    rb"""|^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{1,40})""",
    re.IGNORECASE,
)
# What browsers take these names for (encoding.spec.whatwg.org): pages "in latin-1" have the quotes
# of Windows, and a page whose <meta> could be read at all is not in UTF-16.
_AS_BROWSERS_DO = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
# Python calls these text encodings too; no page is in one, and some of them run escapes.
_NO_PAGE_ENCODINGS = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
)
_LINE_END = re.compile(r"\r\n|[\r\n]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def decode(data: bytes, name: str, encoding: str | None = None) -> str:
    """The text of a page.

    Without ``encoding`` a byte order mark decides, then what the page itself declares (``<meta
    charset>`` or an XML declaration), then UTF-8. No character is ever replaced or dropped.

    Raises:
        DataError: the page is empty, is not text, or is in another encoding.
    """
    if not data.strip():
        raise DataError(f"{name}: the page is empty; save it again")
    for signature, what in _FORMATS:
        if data.startswith(signature):
            raise DataError(f"{name}: {what}, not a page; save the page as HTML or plain text")
    mark, chosen, reason = _choose_encoding(data, name, encoding)
    text = _strictly(data, len(mark), chosen, name, reason)
    _refuse_control_characters(text, name)
    if not text.strip("\ufeff\u200b \t\r\n"):
        raise DataError(f"{name}: the page is empty; save it again")
    return text


def line_of(text: str, offset: int) -> int:
    """The number of the line, from 1, that contains the character at ``offset``."""
    return 1 + len(_LINE_END.findall(text, 0, offset))


def _choose_encoding(data: bytes, name: str, given: str | None) -> tuple[bytes, str, str]:
    """The byte order mark to skip, the codec, and the reason for choosing it."""
    if given is not None:
        return b"", _codec(given, name, "--encoding names"), "as --encoding says"
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return mark, encoding, "as its byte order mark says"
    if b"\0" in data:
        raise DataError(
            f"{name}: not text: a NUL byte at byte offset {data.index(0)}; save the page as HTML "
            "or plain text (for UTF-16 without a byte order mark add --encoding utf-16-le)"
        )
    head = data[:4096]
    declared = _DECLARED.search(head) if looks_like_html(head.decode("latin-1")) else None
    if declared is None:
        return b"", "utf-8", "which is expected where a page declares none"
    label = (declared[1] or declared[2]).decode("ascii", "replace")
    codec = _codec(label, name, "the page declares")
    return b"", _AS_BROWSERS_DO.get(codec, codec), "as the page declares"


def _codec(label: str, name: str, who: str) -> str:
    try:
        codec = codecs.lookup(label).name
    except (LookupError, ValueError):
        codec = "undefined"
    if codec in _NO_PAGE_ENCODINGS:
        raise DataError(
            f"{name}: {who} the encoding {label!r}, which is not known; "
            "give the page's own, for example --encoding cp1252"
        )
    return codec


def _strictly(data: bytes, start: int, encoding: str, name: str, reason: str) -> str:
    try:
        return data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        before = data[start : start + error.start].decode(encoding, "replace")
        line, offset = line_of(before, len(before)), start + error.start
        raise DataError(
            f"{name}:{line}: byte {data[offset]:#04x} at byte offset {offset} is not {encoding}, "
            f"{reason}; give the page's own encoding, for example --encoding {_other(encoding)}"
        ) from None
    except (LookupError, ValueError):
        raise DataError(
            f"{name}: {encoding!r} is not an encoding of text; "
            "give the page's own, for example --encoding cp1252"
        ) from None


def _other(encoding: str) -> str:
    return "cp1252 or latin-1" if encoding.startswith("utf") else "utf-8"


def _refuse_control_characters(text: str, name: str) -> None:
    found = _CONTROL.search(text)
    if found is None:
        return
    code = ord(found[0])
    # In latin-1 these are nothing; in the Windows encoding they are quotes and dashes.
    fix = "try --encoding cp1252" if 0x80 <= code < 0xA0 else "save the page as HTML or plain text"
    raise DataError(
        f"{name}:{line_of(text, found.start())}: not text: "
        f"control character U+{code:04X} at character {found.start()}; {fix}"
    )
