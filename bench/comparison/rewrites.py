"""Compares two lists of items: which are kept, removed, added or reworded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_ALIKE = 0.65  # share of common characters from which an item counts as a reworded one


@dataclass(frozen=True)
class Line:
    """One line of the difference between two lists.

    Attributes:
        before: the old item; None if it was added.
        now: the new item; None if it was removed.
    """

    before: str | None
    now: str | None

    @property
    def kept(self) -> bool:
        """Whether the item is unchanged."""
        return self.before == self.now


def lines(before: Sequence[str], now: Sequence[str]) -> list[Line]:
    """Match the items: those of ``now`` in order, then the removed ones.

    An item counts as kept at any position. Every other item is paired with the most similar one,
    if the two are similar enough.
    """
    gone = list((Counter(before) - Counter(now)).elements())
    kept = Counter(before) & Counter(now)
    new = []
    for number, item in enumerate(now):
        if kept[item] > 0:
            kept[item] -= 1
        else:
            new.append(number)
    pairs = _pairs(gone, [now[number] for number in new])
    source = {new[i]: gone[j] for i, j in pairs.items()}
    found = [
        Line(source.get(number) if number in new else item, item) for number, item in enumerate(now)
    ]
    return found + [Line(item, None) for j, item in enumerate(gone) if j not in pairs.values()]


def changed_words(before: str, now: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Split both texts into pieces, each marked by whether it is only on its side."""
    old, new = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (before, now))
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for kind, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        left.append(("".join(old[i:j]), kind != "equal"))
        right.append(("".join(new[k:m]), kind != "equal"))
    return [piece for piece in left if piece[0]], [piece for piece in right if piece[0]]


def _pairs(gone: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Map each reworded item of ``new`` to its item of ``gone``, most similar pairs first."""
    if not gone or not new:
        return {}
    pairs: dict[int, int] = {}
    for i, j in _most_alike(gone, new):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _most_alike(gone: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cdist

    alike = cdist(new, gone, scorer=Indel.normalized_similarity)
    found = [(-alike[i, j], i, j) for i in range(len(new)) for j in range(len(gone))]
    return ((i, j) for distance, i, j in sorted(found) if -distance >= _ALIKE)
