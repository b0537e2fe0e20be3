"""Parses untrusted JSON within limits, with a single kind of error."""

from __future__ import annotations

import json
import re
from typing import Any

from bench.limits import DIGITS, NESTING

_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*"|[\[\]{}:]', re.DOTALL)
_NUMBER_TOO_LONG = re.compile(rf"[0-9]{{{DIGITS + 1}}}")


class InvalidJSONError(ValueError):
    """Text that is not JSON, or JSON beyond the limits.

    Attributes:
        reason: the reason, without the location.
        line: the line, from 1.
        column: the column, from 1.
    """

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"not JSON: {reason} at line {line}, column {column}")
        self.reason, self.line, self.column = reason, line, column

    @property
    def in_line(self) -> str:
        """The message without the line, for contexts that name it."""
        return f"not JSON: {self.reason} at column {self.column}"


class RepeatedKeyError(InvalidJSONError):
    """An object has a key twice."""


def parse_json(text: str, *, strict: bool = True, unique: bool = False) -> Any:
    """Parse a JSON document.

    Args:
        text: the document.
        strict: whether control characters in strings are errors.
        unique: whether a key that an object has twice is an error; otherwise the last one counts.

    Raises:
        InvalidJSONError: it is not JSON, nested too deeply, or has a number that is too long.
    """
    try:
        value = json.loads(text, strict=strict, object_pairs_hook=_unique if unique else None)
    except json.JSONDecodeError as error:
        raise InvalidJSONError(error.msg.removesuffix(" at"), error.lineno, error.colno) from None
    except _FoundTwiceError:
        key, offset = _repeated_key(text, strict=strict)
        place = _at(text, offset, f"duplicate key {key!r:.60}")
        raise RepeatedKeyError(place.reason, place.line, place.column) from None
    except RecursionError:
        raise _at(
            text, _too_deep(text) or 0, f"nested too deep (more than {NESTING} levels)"
        ) from None
    except ValueError:  # Python refuses to convert very long integers
        found = _NUMBER_TOO_LONG.search(text)
        reason = f"a number of more than {DIGITS:,} digits"
        raise _at(text, found.start() if found else 0, reason) from None
    deep = _too_deep(text)
    if deep is not None:
        raise _at(text, deep, f"nested too deep (more than {NESTING} levels)")
    return value


class _FoundTwiceError(Exception):
    """An object has a key twice; where is not known yet."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _FoundTwiceError
    return found


def _repeated_key(text: str, *, strict: bool) -> tuple[str, int]:
    """The first key that an object of a JSON document has twice, and the offset of the second."""
    objects: list[set[str]] = []
    string = None
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{" | "[":
                objects.append(set())
            case "}" | "]":
                objects.pop()
            case ":" if string is not None:
                key = json.loads(string[0], strict=strict)
                if key in objects[-1]:
                    return key, string.start()
                objects[-1].add(key)
            case _:
                string = token
    raise AssertionError("no object has a key twice")


def _too_deep(text: str) -> int | None:
    """The offset at which nesting exceeds the limit; None if it does not."""
    if text.count("[") + text.count("{") <= NESTING:  # true for nearly every row
        return None
    depth = 0
    for match in _BRACKET.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > NESTING:
                return match.start()
        elif match[0] in "]}":
            depth -= 1
    return None


def _at(text: str, offset: int, reason: str) -> InvalidJSONError:
    line_start = text.rfind("\n", 0, offset) + 1
    return InvalidJSONError(reason, text.count("\n", 0, offset) + 1, offset - line_start + 1)
