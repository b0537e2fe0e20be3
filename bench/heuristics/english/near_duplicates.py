"""Detects short texts that are nearly the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_ENDING = re.compile(r"(?<=\w{3})(?:ings?|ed|es|e|s)$")


def words(text: str) -> list[str]:
    """The lower-cased words of a text without common endings: "raised" equals "raises"."""
    return [_ENDING.sub("", word) for word in _WORD.findall(text.lower())]


def is_near_duplicate(text: str, others: Iterable[str], threshold: float = 0.6) -> bool:
    """Whether a text shares at least ``threshold`` of its word order (ROUGE-L F1) with another.

    The threshold lies below the 0.7 at which the benchmark counts a near duplicate, because a real
    stemmer finds a few more words equal than :func:`words` does.
    """
    from rapidfuzz.distance import LCSseq

    mine = words(text)
    for other in others:
        theirs = words(other)
        total = len(mine) + len(theirs)
        if total and 2 * LCSseq.similarity(mine, theirs) >= threshold * total:
            return True
    return False
