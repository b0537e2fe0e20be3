"""Splits a string that holds several bullets or questions."""

from __future__ import annotations

import re

from bench.errors import DataError
from bench.text.literals import UncertainListError, whole_list
from bench.text.sentences import sentences

_SEPARATOR = re.compile(
    r"(?<!\s)\s*+(?:</?\s*(?:n|q|sep|br|ul|ol|li)\s*/?>|\[SEP\])\s*|(?<=[.?!…。？！])\s*+(?:\|{2,}|(?:\\[rn])+)\s*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-–—*+]\s+|[•·‣▪●◦]\s*)")
_NUMBER = re.compile(r"\s*\(?\d{1,3}[.)]\s+")
_AFTER_QUESTION = re.compile(r"(?<=[?？])(?:\s+|(?=[^\W\d_]))")


def bullets_of(text: str, language: str = "en") -> list[str]:
    """Split a string into bullets: at lines, else at separators, else into sentences.

    Args:
        text: a list as JSON, Python or numpy write it, or text in which ``<n>``, ``<q>``,
            ``<sep>``, ``<br>``, ``[SEP]`` and ``||`` after a sentence are separators.
        language: the language of the text, for sentence splitting.

    Raises:
        DataError: it looks like a list, but is ambiguous.
    """
    parts = _parts(text)
    return _bare(sentences(text, language) if parts is None else parts)


def questions_of(text: str) -> list[str]:
    """Split a string into questions: at lines, else at separators, else after each "?".

    Raises:
        DataError: as in ``bullets_of``.
    """
    parts = _parts(text)
    return _bare(_AFTER_QUESTION.split(text) if parts is None else parts)


def listed(text: str) -> list[str] | None:
    """Parse a list as written by JSON, Python or numpy; None for any other string.

    Raises:
        DataError: it looks like a list, but is ambiguous.
    """
    try:
        return whole_list(text)
    except UncertainListError as error:
        raise DataError(str(error)) from error


def _parts(text: str) -> list[str] | None:
    """The parts that the text marks; None if it marks none."""
    items = listed(text)
    if items is not None:
        return items
    lines = text.strip().splitlines()
    if len(lines) > 1:
        return lines
    parts = _SEPARATOR.split(text)
    return parts if len(parts) > 1 else None


def _bare(parts: list[str]) -> list[str]:
    """Strip list marks and white space from the parts, and drop blank ones.

    A number is a mark only if every part has one, since a sentence may start with a number.
    """
    filled = [part for part in parts if part.strip()]
    mark = _NUMBER if all(map(_NUMBER.match, filled)) else _BULLET
    bare = [mark.sub("", part, count=1).strip() if mark.match(part) else part for part in filled]
    return [item for part in bare if part.strip() for item in _opened(part.strip())]


def _opened(part: str) -> list[str]:
    items = listed(part)
    return [part] if items is None else [item.strip() for item in items if item.strip()]
