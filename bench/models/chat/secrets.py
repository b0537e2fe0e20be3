"""Recognises and masks secrets."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from bench.models.chat.spelling import spelled, spelling
from bench.text.characters import whole_characters

SHORTEST_SECRET = 8  # characters; what is shorter ("EMPTY") is not a secret and may be a word
LONGEST_MESSAGE = 300  # maximum characters of a message of a server
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
    """The first key in nested mappings and lists that names a secret, if any."""
    return next((name for name in _names(value) if _NAME.search(name)), None)


def holds_secret(name: str) -> bool:
    """Whether a header or query parameter of this name carries a secret."""
    return bool(_NAME.search(name) or _SENT_NAME.search(name))


def looks_secret(value: str) -> bool:
    """Whether a text has the form of a known kind of key."""
    return bool(_LOOK.search(value))


class Redactor:
    """Removes secrets and lone surrogates from text.

    All text from a server or a client library passes through here before it is written. Secrets are
    recognised in the forms in which servers repeat them (plain, escaped for URLs, JSON or HTML,
    hexadecimal, or inside base64), and from their first 8 characters if they are truncated.

    Args:
        secrets: the secrets; those with fewer than 8 characters count as whole words.
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
        """The text as one line of a message, truncated after masking."""
        masked = _AUTHORIZATION.sub(rf"\1 {_MASK}", self.text(text))
        line = " ".join(_UNPRINTED.sub(" ", masked).split())
        return line if len(line) <= LONGEST_MESSAGE else line[:LONGEST_MESSAGE] + "..."

    def _end(self, text: str, start: int) -> int:
        """The end of the secret that starts at ``start``."""
        longest = start
        for form in self._forms:
            end, whole = _shared(text, start, form)
            if whole:
                return end
            longest = max(longest, end)
        rest = _REST_OF_TOKEN.match(text, longest, longest + 3 * len(self._forms[0]))
        return rest.end() if rest else longest


def _forms(secret: str) -> Iterator[str]:
    """Encodings of a whole secret; ``spelled`` handles single characters."""
    if len(secret) < SHORTEST_SECRET:
        return
    yield secret
    decoded = unquote(secret)
    if len(decoded) >= SHORTEST_SECRET:
        yield decoded
    content = secret.encode(errors="replace")
    yield content.hex()
    for before in range(3):  # preceding bytes in a group of three
        encoded = base64.b64encode(bytes(before) + content).decode()
        # The first and last characters also depend on adjacent text.
        sure = encoded[(0, 2, 3)[before] : (before + len(content)) * 4 // 3]
        if len(sure) >= SHORTEST_SECRET:
            yield sure
            yield sure.replace("+", "-").replace("/", "_")


def _shared(text: str, start: int, form: str) -> tuple[int, bool]:
    """The end of the common prefix with a form, and whether it is the whole form."""
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
