"""Parses bracketed lists whose elements have no quotes: ``[Who came?, Who left?]``."""

from __future__ import annotations

import re
from typing import NamedTuple

_CLOSER = {"[": "]", "(": ")", "{": "}"}
_COMMAS = ",;，、；"
_STOPS_BEHIND = "|".join(
    rf"(?<={stop}{quote})"
    for stop in (r"[?!…。？！؟]", r"[^\W\d_]{3}\.", r"[\d%)]\.")
    for quote in ("", "[\"'”’»]")
)
_SENTENCE_ENDS = re.compile(rf"(?:{_STOPS_BEHIND})[ \t]*+[,;|，、；][ \t]*+(?=\S)")
_CAPITAL_FOLLOWS = re.compile(r"[,;][ \t]++(?=[A-Z\d])")
STOPS = (".", "?", "!", "…", "。", "？", "！", "؟")
_WORDS = 3
"""Minimum number of words of an element between commas."""


class Bracketed(NamedTuple):
    """The elements between two brackets, and whether the split is certain."""

    items: list[str]
    certain: bool


def bracketed(text: str) -> Bracketed | None:
    """The elements of a bracketed text; None if it is not a list.

    The split is certain if each element has its own line or ends a sentence before its comma.
    """
    text = text.strip().rstrip(",;").rstrip()
    opening, inner = text[:1], text[1:-1]
    if _CLOSER.get(opening) != text[-1:] or opening in inner or text[-1] in inner:
        return None
    lines = [line.strip().rstrip(_COMMAS).rstrip() for line in inner.splitlines()]
    lines = [line for line in lines if line]
    parts = lines if len(lines) > 1 else [part.strip() for part in _SENTENCE_ENDS.split(inner)]
    if len(parts) > 1:
        return Bracketed(parts, True)
    if opening == "[" and inner.rstrip().endswith(STOPS):
        return Bracketed([inner.strip()], True)
    phrases = [part.strip() for part in _CAPITAL_FOLLOWS.split(inner)]
    is_list = len(phrases) > 1 and all(len(phrase.split()) >= _WORDS for phrase in phrases)
    return Bracketed(phrases, False) if is_list and opening == "[" else None
