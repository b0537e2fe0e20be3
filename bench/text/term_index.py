"""Numbers the distinct tokens, or n-grams, of each pair of texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.text.encoder import Counts, numbered

KEY_BITS = 42
"""Bits of a key within its text: two code points."""
_ALL = slice(None)
_TEXTS = 256  # texts numbered at once: their hash table fits in the processor's caches


@dataclass(frozen=True)
class TermIndex:
    """The terms of two lists of texts: a term is a distinct key of a text, on either side.

    Attributes:
        left: the term of each key on the left.
        right: the term of each key on the right.
        text_of: the text of each term.
        on_left: whether the term is on the left. These terms are contiguous, text by text, in the
            order of their first appearance.
    """

    left: Counts
    right: Counts
    text_of: Counts
    on_left: NDArray[np.bool_]

    def common(self, texts: int, some: NDArray[np.bool_] | slice = _ALL) -> Counts:
        """The size of the multiset intersection of the two sides of each text.

        Args:
            texts: the number of texts.
            some: the keys of the left to count; all by default.
        """
        sides = (np.bincount(s, minlength=len(self.text_of)) for s in (self.left[some], self.right))
        hits = np.bincount(self.text_of, weights=np.minimum(*sides), minlength=texts)
        return hits.astype(np.int64)


def index_terms(
    left: NDArray[np.uint64], left_texts: Counts, right: NDArray[np.uint64], right_texts: Counts
) -> TermIndex:
    """Number the keys of two sides, text by text.

    Args:
        left: keys of at most ``KEY_BITS`` bits.
        left_texts: the text of each, in rising order.
        right: keys of the other side.
        right_texts: the text of each, in rising order.
    """
    texts = 1 + max((int(side[-1]) for side in (left_texts, right_texts) if len(side)), default=-1)
    parts: list[tuple[Counts, Counts, Counts, NDArray[np.bool_]]] = []
    offset = 0
    for first in range(0, texts, _TEXTS):
        bounds = (first, first + _TEXTS)
        (a, b), (c, d) = (np.searchsorted(side, bounds) for side in (left_texts, right_texts))
        keys = np.concatenate([left[a:b], right[c:d]])
        owners = np.concatenate([left_texts[a:b], right_texts[c:d]]).astype(np.uint64)
        numbers, distinct = numbered(owners << np.uint64(KEY_BITS) | keys)
        own = np.arange(len(distinct)) <= numbers[: b - a].max(initial=-1)
        text_of = (distinct >> np.uint64(KEY_BITS)).astype(np.int64)
        parts.append((numbers[: b - a] + offset, numbers[b - a :] + offset, text_of, own))
        offset += len(distinct)
    if not parts:
        nothing = np.zeros(0, np.int64)
        return TermIndex(nothing, nothing, nothing, np.zeros(0, np.bool_))
    return TermIndex(*(np.concatenate(column) for column in zip(*parts, strict=True)))
