"""Parses untrusted JSON within limits, with a single kind of error."""

from __future__ import annotations

import json
import re
from typing import Any

from bench.limits import DIGITS, NESTING

_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
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


def parse_json(text: str, *, strict: bool = True) -> Any:
    """Parse a JSON document.

    Args:
        text: the document.
        strict: whether control characters in strings are errors.

    Raises:
        InvalidJSONError: it is not JSON, nested too deeply, or has a number that is too long.
    """
    try:
        value = json.loads(text, strict=strict)
    except json.JSONDecodeError as error:
        raise InvalidJSONError(error.msg.removesuffix(" at"), error.lineno, error.colno) from None
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
