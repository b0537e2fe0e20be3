"""What looks like a secret, and texts without any."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

SHORTEST_SECRET = 8  # characters; what is shorter ("EMPTY") is no secret and may be a word
_NAME = re.compile(
    r"api[-_]?key|authorization|passw|secret|credential|(access|auth|bearer)[-_]?token|^(token|key)$",
    re.I,
)
_AUTHORIZATION = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.I)


def secret_name(value: Any) -> str | None:
    """The first key in nested mappings and lists under which a secret would stand, if any."""
    return next((name for name in _names(value) if _NAME.search(name)), None)


def masked(text: str, secrets: Iterable[str]) -> str:
    """A text with asterisks for each secret, also where it is quoted for a URL or in JSON."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1]):
                text = text.replace(form, "***")
    return text


def without_authorization(text: str) -> str:
    """A text with asterisks for whatever stands in an ``Authorization`` header."""
    return _AUTHORIZATION.sub(r"\1 ***", text)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from map(str, value)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _names(each)
