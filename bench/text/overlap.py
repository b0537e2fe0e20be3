"""Whether two short texts say the same in nearly the same words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_ENDING = re.compile(r"(?<=\w{3})(?:ings?|ed|es|e|s)$")


def words(text: str) -> list[str]:
    """The words of a text, small, without the commonest endings: "raised" and "raises" are one."""
    return [_ENDING.sub("", word) for word in _WORD.findall(text.lower())]


def common_subsequence(first: list[str], second: list[str]) -> int:
    """The length of the longest common subsequence of two lists of words."""
    row = [0] * (len(second) + 1)
    for one in first:
        diagonal = 0
        for place, other in enumerate(second, start=1):
            above = row[place]
            row[place] = diagonal + 1 if one == other else max(above, row[place - 1])
            diagonal = above
    return row[-1]


def is_near_duplicate(text: str, others: Iterable[str], threshold: float = 0.6) -> bool:
    """Whether a text shares at least ``threshold`` of its word order (ROUGE-L F1) with another.

    The threshold lies below the 0.7 at which the benchmark counts a near duplicate, because a real
    stemmer finds a few more words equal than :func:`words` does.
    """
    mine = words(text)
    for other in others:
        theirs = words(other)
        total = len(mine) + len(theirs)
        # No common subsequence is longer than the words in common: most pairs end here.
        if not total or 2 * (Counter(mine) & Counter(theirs)).total() < threshold * total:
            continue
        if 2 * common_subsequence(mine, theirs) >= threshold * total:
            return True
    return False
