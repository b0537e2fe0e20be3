"""Data inside a page: as JSON or packed, so that no text in it can end the element it is in."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from typing import Any


def json_text(value: Any) -> str:
    """JSON for a ``script`` element: without ``<``, no end tag and no comment can begin in it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def packed(data: bytes) -> str:
    """Deflated, in base64: letters, digits, ``+``, ``/`` and ``=``."""
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def packed_json(value: Any) -> str:
    """JSON in that form."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return packed(text.encode("utf-8", "replace"))


def script_hash(script: str) -> str:
    """What a content security policy calls a script that may run."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
