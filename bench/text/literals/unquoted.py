"""Lists in brackets whose elements have no quotes: ``[Who came?, Who left?]``."""

from __future__ import annotations

import re
from typing import NamedTuple

_CLOSER = {"[": "]", "(": ")", "{": "}"}
_COMMAS = ",;，、；"
_SENTENCE_ENDS = re.compile(
    r"(?:(?<=[?!…。？！؟])|(?<=[^\W\d_]{3}\.)|(?<=[\d%)]\.))[\"'”’»]?[ \t]*+[,;|，、；][ \t]*+(?=\S)"
)
_CAPITAL_FOLLOWS = re.compile(r"[,;][ \t]++(?=[A-Z\d])")
STOPS = (".", "?", "!", "…", "。", "？", "！", "؟")
_WORDS = 3
"""From which number of words on an element between commas is taken for a bullet."""


class Bracketed(NamedTuple):
    """The elements between two brackets, and whether they can be told apart for certain."""

    items: list[str]
    certain: bool


def bracketed(text: str) -> Bracketed | None:
    """The elements of a text that stands in brackets, None if it is no list.

    Elements are certain where each has its own line or ends a sentence before its comma.
    """
    text = text.strip().rstrip(",;").rstrip()
    if len(text) < 3 or _CLOSER.get(text[0]) != text[-1]:
        return None
    inner = text[1:-1]
    if any(bracket in inner for bracket in (text[0], text[-1])):
        return None
    lines = [line.strip().rstrip(_COMMAS).rstrip() for line in inner.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > 1:
        return Bracketed(lines, True)
    parts = [part.strip() for part in _SENTENCE_ENDS.split(inner)]
    if len(parts) > 1:
        return Bracketed(parts, True)
    if text[0] != "[":
        return None
    if inner.rstrip().endswith(STOPS) and not inner.startswith("…"):
        return Bracketed([inner.strip()], True)
    parts = [part.strip() for part in _CAPITAL_FOLLOWS.split(inner)]
    if len(parts) > 1 and all(len(part.split()) >= _WORDS for part in parts):
        return Bracketed(parts, False)
    return None
