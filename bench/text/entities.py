"""Characters that are written as HTML entities or as escapes of JSON."""

from __future__ import annotations

import html
import re

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


def plain_characters(text: str) -> str:
    r"""The text with characters for ``&amp;`` and ``\u2019``; pairs of surrogates are joined."""
    if "\\u" in text:
        text = _ESCAPES.sub(_unescaped, text)
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def _unescaped(match: re.Match[str]) -> str:
    units = b"".join(int(unit, 16).to_bytes(2, "little") for unit in match[0].split("\\u")[1:])
    return units.decode("utf-16-le", errors="replace")
