"""What looks like a secret, and text without any."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from bench.text.characters import whole_characters

SHORTEST_SECRET = 8  # characters; what is shorter ("EMPTY") is no secret and may be a word
LONGEST_MESSAGE = 300  # characters of a server's own words that are kept
_NAME = re.compile(
    r"api[-_]?key|authorization|passw|secret|credential|(access|auth|bearer)[-_]?token|^(token|key)$",
    re.I,
)
_SENT_NAME = re.compile(
    r"(^|[-_])(api)?(key|token|sig|signature|sas|jwt|pat)$|^code$"
    r"|auth(?!or)|passw|secret|credential|cookie|signature",
    re.I,
)
_LOOK = re.compile(
    r"^(sk|pk|rk|gsk|xai|hf|ghp|gho|glpat|nvapi|pplx|AIza|eyJ)[-_]?[\w.-]{12,}$"
    r"|\b(bearer|basic)\s+[\w.~+/=-]{8,}",
    re.I,
)
_AUTHORIZATION = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.I)
_REST_OF_TOKEN = re.compile(r"[\w\\%&;#/+=~-]*")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_MASK = "***"


def secret_name(value: Any) -> str | None:
    """The first key in nested mappings and lists under which a secret would stand, if any."""
    return next((name for name in _names(value) if _NAME.search(name)), None)


def holds_secret(name: str) -> bool:
    """Whether a header or query parameter of this name carries a secret."""
    return bool(_NAME.search(name) or _SENT_NAME.search(name))


def looks_secret(value: str) -> bool:
    """Whether a text has the form of a known kind of key."""
    return bool(_LOOK.search(value))


class Redactor:
    """Makes text fit to be written: without secrets, and without halves of characters.

    All that came from a server, or from a library that talked to one, goes through here before it
    is written anywhere. A secret is found in the forms in which servers repeat it (as it is, quoted
    for a URL, in JSON, in HTML or as basic authorization), and from its first 8 characters on where
    only a part of it is repeated.

    Args:
        secrets: whatever must not be written; shorter ones than 8 characters count as words.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        self._forms = sorted(forms, key=len, reverse=True)
        starts = dict.fromkeys(re.escape(form[:SHORTEST_SECRET]) for form in self._forms)
        self._start = re.compile("|".join(starts), re.I) if starts else None

    def text(self, text: str) -> str:
        """The whole text."""
        text = whole_characters(text)
        if self._start is None:
            return text
        kept: list[str] = []
        end = 0
        while found := self._start.search(text, end):
            kept += (text[end : found.start()], _MASK)
            end = self._end(text, found.start())
        return "".join((*kept, text[end:]))

    def line(self, text: str) -> str:
        """The text as one line of a message; what is long is cut after it was masked."""
        masked = _AUTHORIZATION.sub(rf"\1 {_MASK}", self.text(text))
        line = " ".join(_UNPRINTED.sub(" ", masked).split())
        return line if len(line) <= LONGEST_MESSAGE else line[:LONGEST_MESSAGE] + "..."

    def _end(self, text: str, start: int) -> int:
        """Where the secret that begins at ``start`` ends."""
        longest = 0
        for form in self._forms:
            length = _shared(text, start, form)
            if length == len(form):
                return start + length
            longest = max(longest, length)
        rest = _REST_OF_TOKEN.match(
            text, start + longest, start + longest + 3 * len(self._forms[0])
        )
        return rest.end() if rest else start + longest


def _forms(secret: str) -> Iterator[str]:
    if len(secret) < SHORTEST_SECRET:
        return
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield unquote(secret)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret)[1:-1].replace("/", "\\/")
    yield html.escape(secret)
    # The last group depends on what follows the secret.
    encoded = base64.b64encode(secret.encode(errors="replace")).decode()
    yield encoded
    if len(secret) > SHORTEST_SECRET + 2:
        yield encoded[: 4 * (len(secret) // 3)]


def _shared(text: str, start: int, form: str) -> int:
    """How many characters the text has in common with the beginning of a form."""
    length = 0
    for one, other in zip(text[start : start + len(form)], form, strict=False):
        if one != other and one.casefold() != other.casefold():
            break
        length += 1
    return length


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from map(str, value)
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _names(each)
