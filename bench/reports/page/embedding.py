"""Encodes data inside a page so that no text can end its element."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from typing import Any


def json_text(value: Any) -> str:
    """JSON for a ``script`` element, without ``<``, so that it contains no tag or comment."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def packed(data: bytes) -> str:
    """Deflated, in base64: letters, digits, ``+``, ``/`` and ``=``."""
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def packed_json(value: Any) -> str:
    """A value as packed JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return packed(text.encode("utf-8", "replace"))


def script_hash(script: str) -> str:
    """The hash of a script for a content security policy."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
