"""What looks like a secret, and text without any."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from bench.models.chat.spelling import spelled, spelling
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
    is written anywhere. A secret is found in the forms in which servers repeat it (as it is,
    escaped for URLs, JSON or HTML in part or throughout, in hexadecimal, or in base64 with
    whatever else), and from its first 8 characters on where only a part of it is repeated.

    Args:
        secrets: whatever must not be written; shorter ones than 8 characters count as words.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        starts = dict.fromkeys(form[:SHORTEST_SECRET] for form in self._forms)
        firsts = "".join(map(re.escape, dict.fromkeys(start[0] for start in starts)))
        self._start = (
            re.compile(
                rf"(?=[{firsts}]|\\{{1,4}}[{firsts}ux]|%[0-9a-f]{{2}}|&[#a-z])"
                rf"(?:{'|'.join(''.join(map(spelled, start)) for start in starts)})",
                re.I,
            )
            if starts
            else None
        )

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
        longest = start
        for form in self._forms:
            end, whole = _shared(text, start, form)
            if whole:
                return end
            longest = max(longest, end)
        rest = _REST_OF_TOKEN.match(text, longest, longest + 3 * len(self._forms[0]))
        return rest.end() if rest else longest


def _forms(secret: str) -> Iterator[str]:
    """A secret as it may be encoded as a whole; ``spelled`` knows how each character may be."""
    if len(secret) < SHORTEST_SECRET:
        return
    yield secret
    decoded = unquote(secret)
    if len(decoded) >= SHORTEST_SECRET:
        yield decoded
    content = secret.encode(errors="replace")
    yield content.hex()
    for before in range(3):  # bytes of a group of three that are something else's
        encoded = base64.b64encode(bytes(before) + content).decode()
        # The first and last characters depend on what stands beside the secret as well.
        sure = encoded[(0, 2, 3)[before] : (before + len(content)) * 4 // 3]
        if len(sure) >= SHORTEST_SECRET:
            yield sure
            yield sure.replace("+", "-").replace("/", "_")


def _shared(text: str, start: int, form: str) -> tuple[int, bool]:
    """Where the text stops to be the beginning of a form, and whether it is all of it."""
    end = start
    for character in form:
        found = spelling(character).match(text, end)
        if found is None:
            return end, False
        end = found.end()
    return end, True


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from map(str, value)
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _names(each)
