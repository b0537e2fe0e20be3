"""One string that holds several bullets or questions, taken apart."""

from __future__ import annotations

import re

from bench.json_text import InvalidJSONError, parse_json
from bench.text.sentences import sentences

_SEPARATOR = re.compile(r"</?\s*(?:n|q|sep|br)\s*/?>|\[SEP\]", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:[-–—*+]\s+|[•·‣▪●◦]\s*)")
_NUMBER = re.compile(r"\s*\(?\d{1,3}[.)]\s+")
_AFTER_QUESTION = re.compile(r"(?<=[?？])(?:\s+|(?=[^\W\d_]))")


def bullets_of(text: str, language: str = "en") -> list[str]:
    """The bullets in one string: its lines, else what separators part, else its sentences.

    Args:
        text: a JSON list of strings, or text in which ``<n>``, ``<q>``, ``<sep>``, ``<br>`` and
            ``[SEP]`` are separators.
        language: of the text, for its sentences.
    """
    parts = _parts(text)
    return _bare(sentences(text, language) if parts is None else parts)


def questions_of(text: str) -> list[str]:
    """The questions in one string: its lines, else what separators part, else after each "?"."""
    parts = _parts(text)
    return _bare(_AFTER_QUESTION.split(text) if parts is None else parts)


def _parts(text: str) -> list[str] | None:
    """The parts that the text itself marks, None if it marks none."""
    if text.lstrip().startswith("["):
        try:
            listed = parse_json(text)
        except InvalidJSONError:
            listed = None
        if isinstance(listed, list) and all(isinstance(item, str) for item in listed):
            return listed
    lines = text.strip().splitlines()
    if len(lines) > 1:
        return lines
    parts = _SEPARATOR.split(text)
    return parts if len(parts) > 1 else None


def _bare(parts: list[str]) -> list[str]:
    """The parts without list marks and white space around them, blank ones left out.

    A number is a mark only where every part has one: a sentence may begin with a number.
    """
    filled = [part for part in parts if part.strip()]
    mark = _NUMBER if all(map(_NUMBER.match, filled)) else _BULLET
    bare = [mark.sub("", part, count=1).strip() if mark.match(part) else part for part in filled]
    return [part.strip() for part in bare if part.strip()]
