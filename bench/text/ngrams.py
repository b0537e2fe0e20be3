"""N-grams of encoded texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.text.encoder import BITS, Counts, check_number, cut, lengths_of, numbered, points_of
from bench.text.term_index import TermIndex, index_terms


def ngram_index(left: Sequence[str], right: Sequence[str], n: int) -> TermIndex:
    """Index the distinct n-grams of each pair of a left and a right text."""
    grams, owners = _ngrams([*left, *right], n)
    half = int(np.searchsorted(owners, len(left)))
    return index_terms(grams[:half], owners[:half], grams[half:], owners[half:] - len(left))


def counts_of(encoded: Sequence[str], n: int) -> Counts:
    """The number of n-grams of each text."""
    return np.maximum(lengths_of(encoded) - n + 1, 0)


def in_order(encoded: Sequence[str], n: int) -> tuple[list[str], Counts]:
    """Encode the n-grams of each text as sorted code points, equal across texts.

    The longest common subsequence of two such strings is the overlap of the multisets.

    Returns:
        A string per text with one code point per n-gram, and the lengths.

    Raises:
        TooManyTokensError: there are more distinct n-grams than code points.
    """
    grams, owners = _ngrams(encoded, n)
    if n > 1:
        numbers, distinct = numbered(grams)
        check_number(len(distinct))
        grams = numbers.astype(np.uint64) + np.uint64(1)
    return _in_order(grams, owners, len(encoded))


def shared_in_order(
    encoded: Sequence[str], most: int, among: NDArray[np.bool_]
) -> Iterator[list[str]]:
    """Encode the n-grams that some texts have, of each order, as ``in_order`` does.

    Args:
        encoded: the texts.
        most: the longest n-grams, in code points.
        among: whether each text is one whose n-grams are encoded.

    Yields:
        For n from 1 to ``most`` a string per text, with a code point for each of its n-grams that
        a text of ``among`` has.

    Raises:
        TooManyTokensError: these texts have more distinct n-grams of an order than code points
            exist.
    """
    for grams, owners in ngrams_by_order(encoded, most):
        known = np.zeros(int(grams.max(initial=0)) + 1, np.bool_)
        known[grams[among[owners]]] = True
        numbers = np.cumsum(known, dtype=np.int64)
        check_number(int(numbers[-1]))
        kept = known[grams]
        yield _in_order(numbers[grams[kept]], owners[kept], len(encoded))[0]


def ngrams_by_order(
    encoded: Sequence[str], most: int
) -> Iterator[tuple[NDArray[np.uint64], Counts]]:
    """The n-grams of all texts, for n from 1 to ``most``.

    Yields:
        A number for each n-gram, equal where n-grams are equal, and the index of its text.
    """
    points = points_of(encoded).astype(np.uint64)
    owners = np.repeat(np.arange(len(encoded)), lengths_of(encoded))
    grams = points
    for n in range(1, most + 1):
        if n > 1:
            numbers, _ = numbered(grams[:-1] << np.uint64(BITS) | points[n - 1 :])
            grams = numbers.astype(np.uint64)
        inside = owners[: len(grams)] == owners[n - 1 :]  # starts and ends in the same text
        yield grams[inside], owners[: len(grams)][inside]


def _in_order(
    grams: NDArray[np.integer[Any]], owners: Counts, texts: int
) -> tuple[list[str], Counts]:
    """Sort the n-grams of each text, which are code points."""
    bits = int(grams.max(initial=1)).bit_length()
    # Half the width if they fit, which sorts more than twice as fast.
    width = np.uint32 if bits + texts.bit_length() <= 32 else np.uint64
    keys = np.bitwise_or(np.left_shift(owners.astype(width), bits), grams.astype(width))
    keys.sort()
    counts = np.bincount(owners, minlength=texts)
    return cut(np.bitwise_and(keys, (1 << bits) - 1).astype(np.uint32), counts), counts


def _ngrams(encoded: Sequence[str], n: int) -> tuple[NDArray[np.uint64], Counts]:
    """The key of every n-gram, with the bits of two code points, and the index of its text."""
    points = points_of(encoded).astype(np.uint64)
    owners = np.repeat(np.arange(len(encoded)), lengths_of(encoded))
    grams = points
    for extra in range(1, n):
        if extra > 1:
            numbers, distinct = numbered(grams)
            check_number(len(distinct))
            grams = numbers.astype(np.uint64)
        grams = grams[:-1] << np.uint64(BITS) | points[extra:]
    inside = owners[: len(grams)] == owners[n - 1 :]  # starts and ends in the same text
    return grams[inside], owners[: len(grams)][inside]
